package meeting_test

import (
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

// TestWants: a notice that was computed and not yet said is dropped when what
// it asks for has happened, or when it is another's turn.
func TestWants(t *testing.T) {
	decline := meeting.Proposal{Kind: meeting.Decline, Reason: "没空"}
	unconfirmed := func(t testing.TB) *meeting.Task { return assigned(t, handOut(t)) }
	objected := func(t testing.TB) *meeting.Task {
		task := unconfirmed(t)
		must(t, task.Object(owner, decline, at(t, "08-12 15:00")))
		return task
	}
	blocked := func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.Block(owner, "等环境", support, "", at(t, "08-13 11:00")))
		return task
	}
	waiting := func(t testing.TB) *meeting.Task {
		task := begun(t)
		must(t, task.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-13 11:00")))
		return task
	}
	for _, c := range []struct {
		name  string
		make  func(testing.TB) *meeting.Task
		kinds string // of which at least one is said before it happens
		do    func(*meeting.Task) error
	}{
		{"confirmed", unconfirmed, "M9", func(k *meeting.Task) error { return k.ConfirmBy(owner, 0, at(t, now)) }},
		{"objected", unconfirmed, "M9", func(k *meeting.Task) error { return k.Object(owner, decline, at(t, now)) }},
		{"another owner asked", unconfirmed, "M9", func(k *meeting.Task) error { return k.HandOver(host, next, "", at(t, now)) }},
		{"objection answered", objected, "M9", func(k *meeting.Task) error {
			return k.AnswerProposal(host, false, time.Time{}, meeting.Nobody, "", at(t, now))
		}},
		{"objection replaced", objected, "M9", func(k *meeting.Task) error { return k.Object(owner, decline, at(t, now)) }},
		{"submitted", begun, "M19 M21 M27", func(k *meeting.Task) error {
			return k.Finish(owner, meeting.Evidence{Text: "好了"}, at(t, now))
		}},
		{"cancelled", begun, "M19 M21 M27", func(k *meeting.Task) error { return k.Cancel(host, "不办了", at(t, now)) }},
		{"unblocked", blocked, "M20", func(k *meeting.Task) error { return k.Unblock(support, "好了", at(t, now)) }},
		{"extension answered", waiting, "M23", func(k *meeting.Task) error {
			return k.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, now), calendar(t))
		}},
		{"deadline moved", waiting, "M19", func(k *meeting.Task) error {
			return k.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, now), calendar(t))
		}},
		{"accepted", submitted, "M24", func(k *meeting.Task) error { return k.Accept(acceptor, 0, at(t, "08-17 17:00"), calendar(t)) }},
		{"returned", submitted, "M24", func(k *meeting.Task) error {
			return k.Return(acceptor, "缺页", time.Time{}, at(t, "08-17 17:00"), calendar(t))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			task, tried := c.make(t), 0
			due := everything(t, task)
			must(t, c.do(task))
			for _, n := range due {
				if !strings.Contains(c.kinds, n.Kind) {
					continue
				}
				tried++
				if task.Wants(n) {
					t.Errorf("still wanted: %s %s to %d", n.Kind, n.Step, n.To)
				}
			}
			if tried == 0 {
				t.Errorf("nothing of %s was to be said", c.kinds)
			}
		})
	}
}

func TestWantsIsAboutThePerson(t *testing.T) {
	task := begun(t)
	for _, n := range everything(t, task) {
		n.To = stranger
		if task.Wants(n) {
			t.Errorf("%s %s wanted for somebody who has no part in it", n.Kind, n.Step)
		}
		n.Kind = "M99"
		if task.Wants(n) {
			t.Error("a kind that tasks do not speak by is wanted")
		}
	}
}
