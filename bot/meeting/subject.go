package meeting

import (
	"time"

	"huiban/bot/workday"
)

// A Ref names a subject: a task, a meeting, a draft, a person's own list.
type Ref struct {
	Kind string
	ID   int64
}

// Kinds of subject.
const (
	KindTask    = "task"
	KindMeeting = "meeting"
	KindMinutes = "minutes"
	KindDispute = "dispute"
	KindDraft   = "draft"
	KindPerson  = "person"
	KindGroup   = "group"
)

// A Subject is what can be saved, shown on cards and speak by reminders.
type Subject interface {
	Ref() Ref
	// Revision is the version of the saved row, counted up by each save.
	Revision() int
	// Notices are the reminders with since < At <= till, in order, and the
	// moment of the first one after till (zero: it stays silent). Pure, so
	// that 预演 can run it forward.
	Notices(cal workday.Calendar, since, till time.Time) (due []Notice, next time.Time)
	// Wants reports whether a notice that was computed earlier should still be
	// said, given the subject as it is now.
	Wants(n Notice) bool
}

// A Notice is one reminder to one person, or to a group: computed from its
// subject, never stored (method.md 3.1).
type Notice struct {
	Kind    string // M19
	Step    string // 1wd: which of the kind's moments
	Of      Ref
	To      PersonID
	Chat    string    // the group that hears it instead of a person (M8)
	At      time.Time // lies outside quiet time already (R90)
	Meant   time.Time // when it was to be said but for quiet time; zero if that is At
	Expires time.Time // not said after this
	Mark    string    // what makes it unique beside kind, step and person: the due or asking moment
	Face    string    // the card that says it
	Digest  bool      // may wait for the morning's digest (R75, M26)
	Prompt  bool      // said at its minute even in quiet time (R90's exceptions)
}

// Exact reports whether the minute matters too much to be moved even a little
// for the platform's sake: what is said at its minute anyway, the limits of the
// minutes (M12) and what comes two hours before a deadline.
func (n Notice) Exact() bool {
	return n.Prompt || n.Kind == DraftSoon || n.Step == "2h" && (n.Kind == DueSoon || n.Kind == ToOpine || n.Kind == ToRead)
}

// Urgent reports whether the reminder is an escalation: an overdue task of which
// its owner says nothing, told to who answers for it (M21 from L1 on, R73).
func (n Notice) Urgent(s Subject) bool {
	return n.Kind == PastDue && n.Step != "L0" && n.To != Nobody && n.To == HostOf(s)
}

// HostOf is who answers for a subject and hears of what went wrong with it,
// Nobody for one that belongs to a person.
func HostOf(s Subject) PersonID {
	switch x := s.(type) {
	case *Task:
		return x.Host
	case *Meeting:
		if x.Host != Nobody {
			return x.Host
		}
		return x.Initiator
	case *Minutes:
		return x.Host
	case *Dispute:
		return x.Host
	}
	return Nobody
}
