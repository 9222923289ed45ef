package command

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
)

// TestTold_Golden is who hears of what: nobody of what they did themselves, and
// nobody twice.
func TestTold_Golden(t *testing.T) {
	var b strings.Builder
	for _, a := range acts() {
		w := newWorld(t)
		before(w, a.state)
		r := w.must(a.who, a.do(w))
		fmt.Fprintf(&b, "== %s：%s\n%s\n%s\n\n", withNames(a.who.Token()), a.name, withNames(r.Toast), told(r))
		heard := map[string]bool{}
		for _, p := range r.Posts {
			key := p.To.Person.Token() + p.Text + p.Face.Name
			switch {
			case p.To.Person == a.who:
				t.Errorf("%s: told of what they did", a.name)
			case heard[key]:
				t.Errorf("%s: %s hears twice", a.name, p.To.Person.Token())
			case p.Why == "" || p.Class != bot.ClassNews || p.Face.Of != w.task().Ref():
				t.Errorf("%s: post %+v", a.name, p)
			case narrow.MatchString(p.Text):
				t.Errorf("%s: half-width mark in %s", a.name, p.Text)
			}
			heard[key] = true
		}
	}
	bottest.Golden(t, filepath.Join("testdata", "told.txt"), b.String())
}

// An act is one thing that somebody does in a situation.
type act struct {
	name, state string
	who         meeting.PersonID
	do          func(w *world) func(*bot.Turn) (bot.Reply, error)
}

func before(w *world, state string) {
	for _, s := range situations() {
		if s.name == state {
			s.make(w)
			return
		}
	}
	w.Fatalf("no situation %s", state)
}

func acts() []act {
	type turn = func(*bot.Turn) (bot.Reply, error)
	return []act{
		{"确认", "待确认", xu, func(w *world) turn { return on(confirm, confirmArgs{ID: w.id}) }},
		{"确认接手", "请人接手", chen, func(w *world) turn { return on(confirm, confirmArgs{ID: w.id}) }},
		{"改期", "待确认", xu, func(w *world) turn { return on(objectDate, moveArgs{ID: w.id, Due: deadline(w, "08-18 18:00")}) }},
		{"改期变延期", "已确认", xu, func(w *world) turn {
			e := w.extension()
			return on(objectDate, moveArgs{ID: w.id, Due: e.NewDue, Reason: e.Reason, Impact: e.Impact, Done: e.Done, Remedy: e.Remedy})
		}},
		{"代定", "一天没有确认", zhou, func(w *world) turn { return on(decide, w.one()) }},
		{"再等等", "一天没有确认", zhou, func(w *world) turn { return on(wait, w.one()) }},
		{"同意改期", "想改期", zhou, func(w *world) turn { return on(answer, answerArgs{ID: w.id, Word: sayYes}) }},
		{"另定日期", "想改期", zhou, func(w *world) turn {
			return on(answer, answerArgs{ID: w.id, Word: sayDate, Due: deadline(w, "08-19 12:00")})
		}},
		{"不同意改期", "想改期", zhou, func(w *world) turn { return on(answer, answerArgs{ID: w.id, Word: sayNo, Reason: "展会等着用"}) }},
		{"同意换人", "想换人", zhou, func(w *world) turn { return on(answer, answerArgs{ID: w.id, Word: sayYes}) }},
		{"自己接过来", "有困难", zhou, func(w *world) turn { return on(answer, answerArgs{ID: w.id, Word: sayOther, Owner: zhou}) }},
		{"同意不接手", "不接手", zhou, func(w *world) turn { return on(answer, answerArgs{ID: w.id, Word: sayYes}) }},
		{"进度", "已确认", xu, func(w *world) turn { return on(report, reportArgs{ID: w.id, Percent: new(60)}) }},
		{"进度100", "已确认", xu, func(w *world) turn { return on(report, reportArgs{ID: w.id, Percent: new(100)}) }},
		{"留言", "已确认", zhao, func(w *world) turn { return on(report, reportArgs{ID: w.id, Text: "数据给您了"}) }},
		{"受阻", "已确认", xu, func(w *world) turn { return on(block, blockArgs{ID: w.id, Needs: zhou, Reason: "等测试环境"}) }},
		{"解除受阻", "受阻", ma, func(w *world) turn { return on(unblock, unblockArgs{ID: w.id, How: "环境开好了"}) }},
		{"延期", "已确认", xu, func(w *world) turn { return on(extend, w.extension()) }},
		{"同意延期", "申请延期", zhou, func(w *world) turn { return on(rule, ruleArgs{ID: w.id, Verdict: meeting.Agree}) }},
		{"同意到别的日期", "申请延期", zhou, func(w *world) turn {
			return on(rule, ruleArgs{ID: w.id, Verdict: meeting.Agree, Due: deadline(w, "08-20 17:00")})
		}},
		{"不同意延期", "申请延期", zhou, func(w *world) turn {
			return on(rule, ruleArgs{ID: w.id, Verdict: meeting.Disagree, Reason: "展会等着用"})
		}},
		{"转交", "已确认", xu, func(w *world) turn { return on(handOver, handArgs{ID: w.id, To: chen, Reason: "休假"}) }},
		{"换给别人", "待确认", zhou, func(w *world) turn { return on(handOver, handArgs{ID: w.id, To: chen}) }},
		{"收回转交", "请人接手", zhou, func(w *world) turn { return on(handOver, handArgs{ID: w.id, To: xu}) }},
		{"改请别人接手", "请人接手", zhou, func(w *world) turn { return on(handOver, handArgs{ID: w.id, To: ma}) }},
		{"接过来", "已确认", zhou, func(w *world) turn { return on(handOver, handArgs{ID: w.id, To: zhou}) }},
		{"催", "已确认", zhao, func(w *world) turn { return on(nudge, w.one()) }},
		{"完成", "已确认", xu, func(w *world) turn { return on(finish, finishArgs{ID: w.id, Evidence: "见群文件"}) }},
		{"撤回", "已提交", xu, func(w *world) turn { return on(withdraw, w.one()) }},
		{"通过", "已提交", wang, func(w *world) turn { return on(pass, passArgs{ID: w.id}) }},
		{"退回", "已提交", wang, func(w *world) turn { return on(sendBack, sendBackArgs{ID: w.id, Missing: "缺签字页"}) }},
		{"取消", "已提交", zhou, func(w *world) turn { return on(cancel, cancelArgs{ID: w.id, Reason: "需求没了"}) }},
		{"取消没确认的", "待确认", zhou, func(w *world) turn { return on(cancel, cancelArgs{ID: w.id, Reason: "需求没了"}) }},
	}
}

func TestR76M22_NudgedOnceADayKindly(t *testing.T) {
	w := newWorld(t)
	before(w, "已确认")
	w.must(zhao, on(nudge, w.one()))
	if r := w.must(zhao, on(nudge, w.one())); len(r.Posts) != 0 || !strings.Contains(r.Toast, "今天已经催过") {
		t.Errorf("the second nudge of a day: %+v", r)
	}
	if r := w.must(zhou, on(nudge, w.one())); len(r.Posts) != 1 {
		t.Errorf("another person's nudge: %+v", r)
	}
	w.clock("08-13 09:00")
	if r := w.must(zhao, on(nudge, w.one())); len(r.Posts) != 1 {
		t.Errorf("the next day's nudge: %+v", r)
	}
	w.clock("08-15 10:00") // a Saturday counts as the Monday after it
	w.must(zhao, on(nudge, w.one()))
	w.clock("08-17 10:00")
	if r := w.must(zhao, on(nudge, w.one())); len(r.Posts) != 0 {
		t.Errorf("nudged on the day off and on the working day after it: %+v", r)
	}
}

func TestR45_AYesWithAConditionIsNone(t *testing.T) {
	for note, yes := range map[string]bool{"": true, "，确认": true, "好的，谢谢": true, "但要晚两天": false, "不行": false} {
		w := newWorld(t)
		before(w, "待确认")
		_, err := w.turn(xu, on(confirm, confirmArgs{ID: w.id, Note: note}))
		if got := err == nil; got != yes {
			t.Errorf("确认%s: %v", note, err)
		}
		if got := w.task().Status == meeting.NotStarted; got != yes {
			t.Errorf("确认%s: the task is %s", note, w.task().Status)
		}
	}
}

// TestR37_DoubtfulDatesAreAskedAbout: a date in doubt is never taken, and asked
// together with what else is missing.
func TestR37_DoubtfulDatesAreAskedAbout(t *testing.T) {
	for _, tt := range []struct {
		name, state string
		who         meeting.PersonID
		do          func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error)
		want        string
	}{
		{"改期", "待确认", xu, func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error) {
			return on(objectDate, moveArgs{ID: w.id, Due: d})
		}, "改到"},
		{"异议", "待确认", xu, func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error) {
			return on(object, objectArgs{ID: w.id, Due: d})
		}, "改到"},
		{"答复", "想改期", zhou, func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error) {
			return on(answer, answerArgs{ID: w.id, Word: sayYes, Due: d})
		}, "改到"},
		{"延期", "已确认", xu, func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error) {
			return on(extend, extendArgs{ID: w.id, NewDue: d})
		}, "新日期 原因 影响 进展 补救"},
		{"审批", "申请延期", zhou, func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error) {
			return on(rule, ruleArgs{ID: w.id, Due: d})
		}, "新日期"},
		{"退回", "已提交", wang, func(w *world, d meeting.Deadline) func(*bot.Turn) (bot.Reply, error) {
			return on(accept, acceptArgs{ID: w.id, Result: returned, Missing: "缺签字页", Due: d})
		}, "重交"},
	} {
		w := newWorld(t)
		before(w, tt.state)
		was := w.task()
		d := meeting.Deadline{Raw: "尽快"}
		_, err := w.turn(tt.who, tt.do(w, d))
		if got := gaps(err); got != tt.want {
			t.Errorf("%s 尽快 asks for %q: %v", tt.name, got, err)
		}
		if w.task().Version != was.Version {
			t.Errorf("%s 尽快 changed the task", tt.name)
		}
	}
}

func gaps(err error) string {
	var r *meeting.Refusal
	if !errors.As(err, &r) {
		return ""
	}
	var fields []string
	for _, g := range r.Gaps {
		fields = append(fields, g.Field)
	}
	return strings.Join(fields, " ")
}

func TestR33_AllGapsAtOnce(t *testing.T) {
	w := newWorld(t)
	_, err := w.turn(zhou, func(bt *bot.Turn) (bot.Reply, error) {
		return assign(t.Context(), bt, assignArgs{Task: "跟进一下", Due: meeting.Deadline{Raw: "尽快"}})
	})
	if got := gaps(err); got != "交付 责任人 截止" {
		t.Errorf("asked for %q: %v", got, err)
	}
}

func TestR75M26_OneDigestForEachOnWorkingDays(t *testing.T) {
	w := newWorld(t)
	w.assigned(w.assignment())
	for _, tt := range []struct{ at, want string }{
		{"08-13 09:00", "许哲 [digest]"},
		{"08-15 09:00", ""}, // a Saturday
	} {
		w.clock(tt.at)
		r := w.must(meeting.Nobody, func(bt *bot.Turn) (bot.Reply, error) { return morning(t.Context(), bt) })
		if got := told(r); got != tt.want {
			t.Errorf("%s: %q", tt.at, got)
		}
		for _, p := range r.Posts {
			if p.Fold != bot.FoldOf(xu, w.now) || p.Class != bot.ClassReminder || p.Key != fmt.Sprintf("digest/2026-08-13/p%d", xu) {
				t.Errorf("digest %+v", p)
			}
		}
	}
}
