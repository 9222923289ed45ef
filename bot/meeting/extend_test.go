package meeting_test

import (
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

func TestR77_RequestIsComplete(t *testing.T) {
	full := request(t, "08-20 17:00")
	for _, c := range []struct {
		name string
		e    meeting.Extension
		gaps string
	}{
		{"nothing", meeting.Extension{}, "新日期 原因 影响 进展 补救"},
		{"only a reason", meeting.Extension{NewDue: full.NewDue, Reason: "评审专家出差"}, "影响 进展 补救"},
		{"not later", request(t, "08-17 17:00"), "新日期"},
		{"past", request(t, "08-14 10:00"), "新日期"},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := begun(t)
			if r := refused(t, task.AskExtension(newBook(), c.e, owner, at(t, "08-14 10:00")), "R77"); fields(r) != c.gaps {
				t.Errorf("gaps %q, want %q", fields(r), c.gaps)
			}
			if task.Extension != nil {
				t.Error("a refused request waits all the same")
			}
		})
	}
}

func TestR78_ApproverIsNeverTheApplicant(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*meeting.Assignment, *book)
		want   meeting.PersonID
	}{
		{"the host", nil, host},
		{"the acceptor of one's own task", func(a *meeting.Assignment, _ *book) { a.By = owner }, acceptor},
		{"the acceptor, the host having left", func(_ *meeting.Assignment, b *book) {
			b.set(host, func(p *meeting.Person) { p.Active = false })
		}, acceptor},
		{"the leader, both having left", func(_ *meeting.Assignment, b *book) {
			delete(b.people, host)
			b.set(acceptor, func(p *meeting.Person) { p.Active = false })
		}, leader},
		{"an administrator without a leader", func(a *meeting.Assignment, b *book) {
			a.By = owner
			b.set(acceptor, func(p *meeting.Person) { p.Active = false })
			b.set(owner, func(p *meeting.Person) { p.Leader = meeting.Nobody })
		}, admin},
		{"nobody", func(a *meeting.Assignment, b *book) {
			a.By = owner
			b.set(acceptor, func(p *meeting.Person) { p.Active = false })
			b.set(owner, func(p *meeting.Person) { p.Leader = meeting.Nobody })
			b.set(admin, func(p *meeting.Person) { p.Admin = false })
		}, meeting.Nobody},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := handOut(t), newBook()
			if c.change != nil {
				c.change(&a, b)
			}
			task := assigned(t, a)
			if a.By != owner {
				must(t, task.ConfirmBy(owner, 0, at(t, "08-12 14:19")))
			}
			err := task.AskExtension(b, request(t, "08-20 17:00"), owner, at(t, "08-14 10:00"))
			if c.want == meeting.Nobody {
				refused(t, err, "R78")
				return
			}
			must(t, err)
			if task.Extension.Asked != c.want {
				t.Errorf("asked %d, want %d", task.Extension.Asked, c.want)
			}
		})
	}
}

func TestR78_Verdicts(t *testing.T) {
	for _, c := range []struct {
		name    string
		v       meeting.Verdict
		due     string
		reason  string
		gaps    string // - for granted or refused
		wantDue string
		granted int
	}{
		{"agree", meeting.Agree, "", "", "-", "08-20 17:00", 1},
		{"another date", meeting.AnotherDue, "08-19 12:00", "", "-", "08-19 12:00", 1},
		{"another date, none said", meeting.AnotherDue, "", "", "新日期", "08-17 17:00", 0},
		{"another date, past", meeting.AnotherDue, "08-13 12:00", "", "新日期", "08-17 17:00", 0},
		{"another date, not later", meeting.AnotherDue, "08-17 12:00", "", "新日期", "08-17 17:00", 0},
		{"no", meeting.Disagree, "", "客户在等", "-", "08-17 17:00", 0},
		{"no, without a reason", meeting.Disagree, "", " ", "原因", "08-17 17:00", 0},
		{"no verdict", "随便", "", "", "审批", "08-17 17:00", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := begun(t)
			must(t, task.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-14 10:00")))
			var due time.Time
			if c.due != "" {
				due = at(t, c.due)
			}
			err := task.AnswerExtension(host, c.v, due, c.reason, at(t, "08-14 11:00"), calendar(t))
			if c.gaps == "-" {
				must(t, err)
			} else if r := refused(t, err, "R78"); fields(r) != c.gaps {
				t.Errorf("gaps %q, want %q", fields(r), c.gaps)
			}
			if !task.Due.Equal(at(t, c.wantDue)) || task.Extensions != c.granted || (task.Extension == nil) != (c.gaps == "-") {
				t.Errorf("due %s, granted %d, waiting %+v", task.Due, task.Extensions, task.Extension)
			}
			if !task.OriginalDue.Equal(at(t, "08-17 17:00")) || task.OverdueDays != 0 || task.Terms != 1+c.granted {
				t.Errorf("original due %s, %d days late, terms %d", task.OriginalDue, task.OverdueDays, task.Terms)
			}
		})
	}
}

func TestR78_AgreeingTooLateToTheDateAskedFor(t *testing.T) {
	task := begun(t)
	must(t, task.AskExtension(newBook(), request(t, "08-18 12:00"), owner, at(t, "08-14 10:00")))
	r := refused(t, task.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, "08-18 12:00"), calendar(t)), "R78")
	if fields(r) != "新日期" || !strings.Contains(r.Gaps[0].Say, "已经过了") {
		t.Errorf("%+v", r.Gaps)
	}
}

// TestS7_LateRequestKeepsTheDaysLate is S-7's second request: asked at 08-25
// 17:20, due 17:00, granted on 08-26.
func TestS7_LateRequestKeepsTheDaysLate(t *testing.T) {
	a := handOut(t)
	a.Due = by(t, "08-18 18:00")
	task, b := confirmed(t, a), newBook()
	must(t, task.AskExtension(b, request(t, "08-31 17:00"), owner, at(t, "08-17 10:00")))
	if e := task.Extension; e.Late || e.Seq != 1 || e.By != owner || !e.OldDue.Equal(task.Due) {
		t.Errorf("first request %+v", e)
	}
	must(t, task.AnswerExtension(host, meeting.AnotherDue, at(t, "08-25 17:00"), "", at(t, "08-17 11:00"), calendar(t)))
	must(t, task.AskExtension(b, request(t, "08-27 17:00"), owner, at(t, "08-25 17:20")))
	if e := task.Extension; !e.Late || e.Seq != 2 {
		t.Errorf("second request %+v, want 逾期补办 (R79)", e)
	}
	must(t, task.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, "08-26 10:00"), calendar(t)))
	if task.Extensions != 2 || task.OverdueDays != 1 || !task.Due.Equal(at(t, "08-27 17:00")) || !task.OriginalDue.Equal(at(t, "08-18 18:00")) {
		t.Errorf("%d extensions, %d days late, due %s, first %s", task.Extensions, task.OverdueDays, task.Due, task.OriginalDue)
	}
	must(t, task.Finish(owner, meeting.Evidence{Text: "在共享盘"}, at(t, "08-31 10:00")))
	must(t, task.Accept(acceptor, 0, at(t, "08-31 11:00"), calendar(t)))
	if task.OverdueDays != 3 {
		t.Errorf("%d days late, want 1 + 08-28 + 08-31", task.OverdueDays)
	}
}

func TestR77_FinishingEndsARequest(t *testing.T) {
	task := begun(t)
	must(t, task.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-14 10:00")))
	must(t, task.Finish(owner, meeting.Evidence{Text: "赶出来了"}, at(t, "08-14 16:00")))
	refused(t, task.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, "08-14 17:00"), calendar(t)), "R78")
}
