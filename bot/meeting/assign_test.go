package meeting_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

func TestR33_AssignAsksForAllGapsAtOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*meeting.Assignment)
		rule   string
		gaps   string
	}{
		{"nothing", func(a *meeting.Assignment) { *a = meeting.Assignment{By: host} }, "R33", "任务 责任人 截止"},
		{"no owner", func(a *meeting.Assignment) { a.Owner = meeting.Nobody }, "R33", "责任人"},
		{"owner left", func(a *meeting.Assignment) { a.Owner = gone }, "R36", "责任人"},
		{"owner unknown", func(a *meeting.Assignment) { a.Owner = 99 }, "R36", "责任人"},
		{"vague", func(a *meeting.Assignment) { a.Due = meeting.Deadline{Raw: "尽快"} }, "R38", "截止"},
		{"vague verb and no date", func(a *meeting.Assignment) {
			a.Description, a.Deliverable, a.Due = "推进一下", "", meeting.Deadline{}
		}, "R34", "交付 截止"},
		{"priority", func(a *meeting.Assignment) { a.Priority = "特急" }, "R40", "优先"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := handOut(t), newBook()
			c.change(&a)
			_, err := meeting.Assign(b, a, at(t, "08-12 14:00"), calendar(t))
			r := refused(t, err, c.rule)
			if fields(r) != c.gaps {
				t.Errorf("gaps %q, want %q", fields(r), c.gaps)
			}
			if len(b.drawn) != 0 {
				t.Errorf("a refused task drew a number: %v (R66)", b.drawn)
			}
		})
	}
}

func TestR33_AssignedTaskWaitsForItsOwner(t *testing.T) {
	a := handOut(t)
	a.Helpers = []meeting.PersonID{helper, owner, helper, meeting.Nobody}
	a.Priority, a.Deliverable = "", "无"
	task, err := meeting.Assign(newBook(), a, at(t, "08-12 14:00"), calendar(t))
	must(t, err)
	changes := task.Changes()
	if len(changes) != 1 || changes[0].What != "待办" || changes[0].Who != host || changes[0].After == "" {
		t.Errorf("changes %+v", changes)
	}
	want := &meeting.Task{
		No: "T-20260812-00-01", Source: meeting.AdHoc, Description: "完成A方案技术文档", Priority: meeting.Medium,
		Due: at(t, "08-17 17:00"), DueRaw: "2026-08-17 17:00",
		Owner: owner, Host: host, Acceptor: acceptor,
		Helpers: ids(helper), CC: ids(copied), Deciders: ids(decider),
		Status: meeting.Unconfirmed, Confirm: meeting.NotAnswered,
		CreatedAt: at(t, "08-12 14:00"), AskedAt: at(t, "08-12 14:00"), Terms: 1,
	}
	if diff := cmp.Diff(want, task, cmp.AllowUnexported(meeting.Task{})); diff != "" {
		t.Errorf("task (-want +got):\n%s", diff)
	}
}

func TestR66_NumberIsDrawnForTheDayInShanghai(t *testing.T) {
	b := newBook()
	for _, c := range []struct{ now, want string }{
		{"08-12 23:59", "T-20260812-00-01"}, {"08-12 23:59", "T-20260812-00-02"}, {"08-13 00:00", "T-20260813-00-01"},
	} {
		a := handOut(t)
		a.Due = by(t, "08-21 17:00")
		task, err := meeting.Assign(b, a, at(t, c.now).UTC(), calendar(t))
		must(t, err)
		if task.No != c.want {
			t.Errorf("at %s: %s, want %s", c.now, task.No, c.want)
		}
	}
}

func TestR84_AcceptorIsNeverTheOwner(t *testing.T) {
	for _, c := range []struct {
		name            string
		by, named, want meeting.PersonID
		change          func(*book)
	}{
		{"named", host, acceptor, acceptor, nil},
		{"host by default", host, meeting.Nobody, host, nil},
		{"host for the owner named", host, owner, host, nil},
		{"leader for one's own task", owner, meeting.Nobody, leader, nil},
		{"named for one's own task", owner, acceptor, acceptor, nil},
		{"administrator without a leader", owner, meeting.Nobody, admin, func(b *book) {
			b.set(owner, func(p *meeting.Person) { p.Leader = meeting.Nobody })
		}},
		{"administrator for a leader who left", owner, meeting.Nobody, admin, func(b *book) {
			b.set(leader, func(p *meeting.Person) { p.Active = false })
		}},
		{"nobody", owner, owner, meeting.Nobody, func(b *book) {
			b.set(owner, func(p *meeting.Person) { p.Leader, p.Admin = meeting.Nobody, true })
			b.set(admin, func(p *meeting.Person) { p.Admin = false })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := handOut(t), newBook()
			a.By, a.Acceptor = c.by, c.named
			if c.change != nil {
				c.change(b)
			}
			task, err := meeting.Assign(b, a, at(t, "08-12 14:00"), calendar(t))
			if c.want == meeting.Nobody {
				if r := refused(t, err, "R84"); fields(r) != "验收" {
					t.Errorf("gaps %q", fields(r))
				}
				return
			}
			must(t, err)
			if task.Acceptor != c.want {
				t.Errorf("acceptor %d, want %d", task.Acceptor, c.want)
			}
		})
	}
}

func TestR82_OwnTaskIsConfirmedAtOnce(t *testing.T) {
	a := handOut(t)
	a.By = owner
	task := assigned(t, a)
	if task.Status != meeting.NotStarted || task.Confirm != meeting.Confirmed || !task.OriginalDue.Equal(task.Due) ||
		!task.ConfirmedAt.Equal(at(t, "08-12 14:00")) || task.Asked() != meeting.Nobody {
		t.Errorf("not confirmed: %+v", task)
	}
}

// A broken book is no refusal: the person did nothing wrong.
func TestAssignPassesOnFaults(t *testing.T) {
	fault := errors.New("disk full")
	_, err := meeting.Assign(broken{newBook(), fault}, handOut(t), at(t, "08-12 14:00"), calendar(t))
	var r *meeting.Refusal
	if !errors.Is(err, fault) || errors.As(err, &r) {
		t.Errorf("got %v", err)
	}
}

type broken struct {
	*book
	err error
}

func (b broken) Serial(string) (int, error) { return 0, b.err }
