// Package meeting is the rules of the method: who may do what, when, and what
// must be there first. One file holds one behaviour. It knows no chat service,
// no database and no clock: now is an argument, and whatever it needs to look
// up it asks of a Book.
package meeting

import (
	"errors"
	"strings"
	"time"

	"huiban/bot/workday"
)

// ErrNotFound says that a Book holds no such thing.
var ErrNotFound = errors.New("not found")

// A Refusal is a rule that said no, in words for the person who asked. Rule is
// its number (R38). Gaps, when given, are the parts that would turn the no into
// a yes: the engine keeps what was understood and asks for them.
type Refusal struct {
	Rule string
	Say  string
	Gaps []Gap
}

// A Gap is one part that is missing or unclear: which argument, what to ask,
// and the answers that can be offered.
type Gap struct {
	Field   string
	Rule    string
	Say     string
	Choices []Choice
}

// A Choice is one answer that can be tapped; Value is what typing it would say.
type Choice struct{ Label, Value string }

// Refuse makes a Refusal without gaps.
func Refuse(rule, say string) *Refusal { return &Refusal{Rule: rule, Say: say} }

// Error implements error with the words for the person.
func (r *Refusal) Error() string {
	parts := []string{}
	if r.Say != "" {
		parts = append(parts, r.Say)
	}
	for _, g := range r.Gaps {
		parts = append(parts, g.Say)
	}
	return strings.Join(parts, "\n")
}

// A Ref names a subject: a task, a draft, a person's own list.
type Ref struct {
	Kind string
	ID   int64
}

// Kinds of subject.
const (
	KindTask   = "task"
	KindDraft  = "draft"
	KindPerson = "person"
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

// A Notice is one reminder to one person: computed from its subject, never
// stored (method.md 3.1).
type Notice struct {
	Kind    string // M19
	Step    string // 1wd: which of the kind's moments
	Of      Ref
	To      PersonID
	At      time.Time // lies outside quiet time already (R90)
	Meant   time.Time // when it was to be said but for quiet time; zero if that is At
	Expires time.Time // not said after this
	Mark    string    // what makes it unique beside kind, step and person: the due or asking moment
	Face    string    // the card that says it
	Digest  bool      // may wait for the morning's digest (R75, M26)
	Prompt  bool      // said at its minute even in quiet time (R90's exceptions)
}

// A Book is where the rules look things up and put them back. Every method
// runs inside the turn's transaction.
type Book interface {
	People
	Tasks
	Serials
}

// People looks persons up.
type People interface {
	// Person returns ErrNotFound for an unknown id.
	Person(PersonID) (Person, error)
	// Named returns the active people of exactly this display name.
	Named(name string) ([]Person, error)
	// Everyone returns all known people in order of id.
	Everyone() ([]Person, error)
}

// Tasks holds the ledger.
type Tasks interface {
	// Task returns ErrNotFound for an unknown id. The caller owns the value.
	Task(TaskID) (*Task, error)
	// FindTasks returns the tasks that match, oldest first.
	FindTasks(TaskQuery) ([]*Task, error)
	// SaveTask inserts a task without an id (and gives it one) or updates it
	// if its version is still the one loaded.
	SaveTask(*Task) error
}

// Serials draws numbers that are never given twice.
type Serials interface {
	// Serial returns 1, 2, 3 … for a scope, inside the transaction (R66).
	Serial(scope string) (int, error)
}
