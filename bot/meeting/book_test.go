package meeting_test

import (
	"testing"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// The cast of the tests. Host hands out, accepts by default and answers.
const (
	host meeting.PersonID = iota + 1
	owner
	helper
	copied
	acceptor
	decider
	next
	support
	leader
	admin
	stranger
	gone
)

// book is the people of one organisation and the numbers drawn from it.
type book struct {
	meeting.Tasks
	meeting.Meetings
	meeting.Texts
	meeting.Disputes
	people map[meeting.PersonID]meeting.Person
	drawn  map[string]int
}

func newBook() *book {
	b := &book{people: map[meeting.PersonID]meeting.Person{}, drawn: map[string]int{}}
	for p, name := range map[meeting.PersonID]string{
		host: "周敏", owner: "许哲", helper: "赵倩", copied: "马强", acceptor: "王静", decider: "高远",
		next: "何佳", support: "王伟", leader: "陈立", admin: "林晓", stranger: "孙蕾", gone: "钱程",
	} {
		b.people[p] = meeting.Person{ID: p, Name: name, Active: p != gone, Admin: p == admin}
	}
	b.set(owner, func(p *meeting.Person) { p.Leader = leader })
	return b
}

func (b *book) Person(id meeting.PersonID) (meeting.Person, error) {
	p, ok := b.people[id]
	if !ok {
		return meeting.Person{}, meeting.ErrNotFound
	}
	return p, nil
}

func (b *book) Named(name string) (out []meeting.Person, err error) {
	all, _ := b.Everyone()
	for _, p := range all {
		if p.Name == name && p.Active {
			out = append(out, p)
		}
	}
	return out, nil
}

func (b *book) Everyone() (out []meeting.Person, err error) {
	for id := host; id <= gone; id++ {
		if p, ok := b.people[id]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

func (b *book) Serial(scope string) (int, error) {
	b.drawn[scope]++
	return b.drawn[scope], nil
}

func (b *book) set(id meeting.PersonID, change func(*meeting.Person)) {
	p := b.people[id]
	change(&p)
	b.people[id] = p
}

// at reads 2026-08-12 14:19 or 08-12 14:19 as an instant in Asia/Shanghai.
func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	if len(s) == len("08-12 14:19") {
		s = "2026-" + s
	}
	m, err := time.ParseInLocation("2006-01-02 15:04", s, workday.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// by is a deadline as it is understood when a full date was typed.
func by(tb testing.TB, s string) meeting.Deadline {
	tb.Helper()
	m := at(tb, s)
	return meeting.Deadline{Raw: m.Format("2006-01-02 15:04"), At: m, HourSaid: true}
}

// handOut is a complete assignment of the host to the owner, due 08-17 17:00.
func handOut(t testing.TB) meeting.Assignment {
	return meeting.Assignment{
		By: host, Owner: owner, Acceptor: acceptor, Helpers: []meeting.PersonID{helper},
		CC: []meeting.PersonID{copied}, Deciders: []meeting.PersonID{decider},
		Description: "完成A方案技术文档", Deliverable: "文档v1，评审通过", Due: by(t, "08-17 17:00"), Priority: meeting.High,
	}
}

// assigned is a task handed out at 08-12 14:00.
func assigned(t testing.TB, a meeting.Assignment) *meeting.Task {
	t.Helper()
	return assignedAt(t, a, at(t, "08-12 14:00"))
}

func assignedAt(t testing.TB, a meeting.Assignment, now time.Time) *meeting.Task {
	t.Helper()
	task, err := meeting.Assign(newBook(), a, now, calendar(t))
	must(t, err)
	task.ID = 17
	task.Changes()
	return task
}

// confirmed is the same, confirmed by its owner at 14:19.
func confirmed(t testing.TB, a meeting.Assignment) *meeting.Task {
	t.Helper()
	task := assigned(t, a)
	must(t, task.ConfirmBy(a.Owner, task.Terms, at(t, "08-12 14:19")))
	task.Changes()
	return task
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
