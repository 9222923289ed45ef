package meeting_test

import (
	"testing"
	"time"

	"huiban/bot/meeting"
)

// TestR73_SignOfLifeMovesTheStep: each sign before L1 gives a working day, a
// later one finds it said.
func TestR73_SignOfLifeMovesTheStep(t *testing.T) {
	for _, c := range []struct {
		name  string
		signs []string
		want  []string
	}{
		{"before the due it does not count", []string{"08-17 16:59"},
			[]string{"08-17 17:00 M21 L0 p2", "08-18 13:00 M27 L1 p2", "08-18 17:00 M21 L1 p1 p2"}},
		{"in the evening", []string{"08-17 19:00"},
			[]string{"08-17 17:00 M21 L0 p2", "08-18 14:00 M27 L1 p2", "08-18 19:00 M21 L1 p1 p2"}},
		{"after the warning", []string{"08-18 14:00"},
			[]string{"08-17 17:00 M21 L0 p2", "08-19 09:00 M27 L1 p2", "08-19 14:00 M21 L1 p1 p2"}},
		{"twice", []string{"08-18 14:00", "08-19 09:30"},
			[]string{"08-17 17:00 M21 L0 p2", "08-19 14:30 M27 L1 p2", "08-20 09:30 M21 L1 p1 p2"}},
		{"after L1", []string{"08-18 17:30"},
			[]string{"08-17 17:00 M21 L0 p2", "08-18 13:00 M27 L1 p2", "08-18 17:00 M21 L1 p1 p2"}},
		{"before and after L1", []string{"08-18 14:00", "08-20 10:00"},
			[]string{"08-17 17:00 M21 L0 p2", "08-19 09:00 M27 L1 p2", "08-19 14:00 M21 L1 p1 p2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := plainTask(t, meeting.Low, "08-17 17:00")
			for _, s := range c.signs {
				must(t, task.Report(owner, nil, "还在写", at(t, s)))
			}
			hear(t, task, "08-17 12:00", c.want...)
		})
	}
}

func TestR73_WhatIsASignOfLife(t *testing.T) {
	at := func(s string) time.Time { return at(t, s) }
	const sign = "08-18 10:00"
	for _, c := range []struct {
		name string
		do   func(*meeting.Task) error
		l1   string
	}{
		{"a helper's comment is none", func(k *meeting.Task) error { return k.Report(helper, nil, "我在等", at(sign)) }, "08-18 17:00"},
		{"progress", func(k *meeting.Task) error { return k.Report(owner, new(50), "", at(sign)) }, "08-19 10:00"},
		{"an obstacle", func(k *meeting.Task) error { return k.Block(owner, "等环境", support, "", at(sign)) }, "08-19 10:00"},
		{"an obstacle cleared by the helper", func(k *meeting.Task) error {
			must(t, k.Block(owner, "等环境", support, "", at("08-18 09:00")))
			return k.Unblock(support, "好了", at(sign))
		}, "08-19 09:00"},
		{"somebody else takes over", func(k *meeting.Task) error {
			must(t, k.HandOver(host, next, "", at("08-18 09:00")))
			return k.ConfirmBy(next, 0, at(sign))
		}, "08-19 10:00"},
		{"evidence that was withdrawn", func(k *meeting.Task) error {
			must(t, k.Finish(owner, meeting.Evidence{Text: "好了"}, at("08-18 09:30")))
			return k.Withdraw(owner, at(sign))
		}, "08-19 10:00"},
		{"evidence that was returned two days later", func(k *meeting.Task) error {
			must(t, k.Finish(owner, meeting.Evidence{Text: "好了"}, at(sign)))
			return k.Return(acceptor, "缺签字页", time.Time{}, at("08-20 11:00"), calendar(t))
		}, "08-21 11:00"},
		{"evidence returned after L1", func(k *meeting.Task) error {
			must(t, k.Finish(owner, meeting.Evidence{Text: "好了"}, at("08-19 09:00")))
			return k.Return(acceptor, "缺签字页", time.Time{}, at("08-20 11:00"), calendar(t))
		}, "08-18 17:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := confirmed(t, handOut(t))
			must(t, c.do(task))
			if got := task.SyncAt(calendar(t)); !got.Equal(at(c.l1)) {
				t.Errorf("L1 at %s, want %s", got.Format("01-02 15:04"), c.l1)
			}
		})
	}
}

func TestR73_ConfirmedAfterTheDue(t *testing.T) {
	task := assigned(t, plainAssignment(t, meeting.High, "08-13 12:00"))
	must(t, task.ConfirmBy(owner, 0, at(t, "08-13 15:00")))
	hear(t, task, "08-12 14:00", "08-14 10:00 M27 L1 p2", "08-14 15:00 M21 L1 p1 p2")
}

// TestM27_WarningComesBeforeTheStep also after a day off, where four work
// hours back would lie before the event.
func TestM27_WarningComesBeforeTheStep(t *testing.T) {
	task := plainTask(t, meeting.Low, "08-15 09:30")
	hear(t, task, "08-14 12:00", "08-17 09:00 M21 L0 p2", "08-17 14:00 M27 L1 p2", "08-18 09:00 M21 L1 p1 p2")
}

// TestM27_EachMovedStepIsWarnedOf: keys are said once for ever, so the warning
// of a moved step needs another one, and the step itself does not.
func TestM27_EachMovedStepIsWarnedOf(t *testing.T) {
	marks := func(task *meeting.Task) (warn, step string) {
		for _, n := range everything(t, task) {
			switch n.Kind {
			case meeting.BeforeSync:
				warn = n.Mark
			case meeting.PastDue:
				step = n.Mark
			}
		}
		return warn, step
	}
	task := plainTask(t, meeting.Low, "08-17 17:00")
	warn, step := marks(task)
	must(t, task.Report(owner, nil, "还在写", at(t, "08-18 14:00")))
	if w, s := marks(task); w == warn || s != step {
		t.Errorf("warning %s then %s, step %s then %s", warn, w, step, s)
	}
}

func TestM21_NotSaidAnyMore(t *testing.T) {
	task := plainTask(t, meeting.Low, "08-17 17:00")
	due, _ := task.Notices(calendar(t), at(t, "08-17 12:00"), at(t, "08-19 12:00"))
	if len(due) != 4 {
		t.Fatalf("%d notices", len(due))
	}
	for _, n := range due {
		if !task.Wants(n) {
			t.Errorf("not wanted as computed: %+v", n)
		}
	}
	for name, do := range map[string]func(*meeting.Task) error{
		"progress": func(k *meeting.Task) error { return k.Report(owner, nil, "明天给", at(t, "08-18 17:01")) },
		"extension": func(k *meeting.Task) error {
			return k.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-18 17:01"))
		},
		"evidence": func(k *meeting.Task) error {
			return k.Finish(owner, meeting.Evidence{Text: "好了"}, at(t, "08-18 17:01"))
		},
		"cancel": func(k *meeting.Task) error { return k.Cancel(host, "不办了", at(t, "08-18 17:01")) },
	} {
		task := plainTask(t, meeting.Low, "08-17 17:00")
		must(t, do(task))
		for _, n := range due {
			if task.Wants(n) {
				t.Errorf("after %s still wanted: %s %s to %d", name, n.Kind, n.Step, n.To)
			}
		}
	}
}
