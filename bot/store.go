package bot

import (
	"context"
	"errors"
	"time"

	"huiban/bot/meeting"
)

// ErrConflict says that a row changed since it was loaded: the turn runs again.
var ErrConflict = errors.New("changed by somebody else")

// A Store runs turns. fn may run more than once (a deadlock, a lost race inside
// the database), so it must not keep anything that an earlier run decided.
type Store interface {
	Do(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one consistent state; what it writes is lost or refused.
	// It never waits for a turn that writes.
	View(ctx context.Context, fn func(Tx) error) error
	Outbox
	Vault
}

// A Tx is one transaction. Any error of the function that holds it rolls
// everything back.
type Tx interface {
	meeting.Book
	Turns
	Mail
	Copies
	Alarms
	Drafts
	Contacts
	Links
	Groups
	Audits
}

// Turns makes a delivery have its effect once.
type Turns interface {
	// FirstTime records the event key, any text of any length, and reports
	// whether it was new.
	FirstTime(event string, now time.Time) (bool, error)
	// Savepoint undoes what fn wrote if it fails, and returns fn's error; what
	// was written before stays.
	Savepoint(fn func() error) error
	// ForgetEvents deletes event keys recorded before t, a batch at a time.
	ForgetEvents(before time.Time) (int, error)
}

// Mail is the outbox as a turn sees it.
type Mail interface {
	// Enqueue writes posts; a key that is already there is left as it is. A
	// post with NotBefore after now is held until then.
	Enqueue(now time.Time, posts ...Post) error
	// Letter returns meeting.ErrNotFound for an unknown id.
	Letter(id int64) (Letter, error)
	// Letters returns the posts about a subject, newest first.
	Letters(about meeting.Ref, limit int) ([]Letter, error)
	// Said reports whether there ever was a post of that key.
	Said(key string) (bool, error)
	// SentTo reports whether anything was sent to a place since an instant of
	// business time, or waits for the courier to be.
	SentTo(to To, since time.Time) (bool, error)
	// UnsentTo returns what could not be sent to a place (Unsent), newest first.
	UnsentTo(to To, limit int) ([]Letter, error)
	// Told ends an Unsent letter: somebody has read of it, or, if it is needless by
	// now, nobody needs to.
	Told(now time.Time, id int64, needless bool) error
	// Settle records outcomes of letters whose lease is still held and releases
	// what waited behind them; a letter that somebody else holds by now is
	// left alone and not returned.
	Settle(now time.Time, outcomes ...Outcome) (settled []int64, err error)
}

// An Outcome is what the courier has to say of one letter.
type Outcome struct {
	ID      int64
	Token   string
	State   State         // Pending: try again after Wait; Held: again at Until
	Message MessageID     // for Sent
	Note    string        // for all but Sent
	Wait    time.Duration // for Pending
	Until   time.Time     // for Held, business time
	KeepDue bool          // for Held: DueAt stays what it was
	Refused bool          // the platform answered for certain that it did not take it
}

// Copies is the cards that are out.
type Copies interface {
	// CopyOf returns meeting.ErrNotFound for a message that is no card of ours.
	CopyOf(MessageID) (Copy, error)
	Copy(id int64) (Copy, error)
	// LiveCopies returns the copies of a subject that are not dead.
	LiveCopies(of meeting.Ref) ([]Copy, error)
	// SaveCopy inserts a copy without an id, behind every turn that is saving its
	// task, or raises Shown and sets Dead; neither ever goes back.
	SaveCopy(*Copy) error
}

// Alarms is who speaks next.
type Alarms interface {
	// Arm writes the subject's row; a zero Next removes it.
	Arm(Alarm) error
	// Alarm reports whether the subject has a row.
	Alarm(of meeting.Ref) (Alarm, bool, error)
	// Ringing returns the alarms with Next <= till, earliest first.
	Ringing(till time.Time, limit int) ([]Alarm, error)
	// Advance moves a row from what it was; false if it changed meanwhile.
	Advance(was Alarm, since, next time.Time) (bool, error)
	// NextAlarm returns the earliest Next of all.
	NextAlarm() (next time.Time, ok bool, err error)
}

// Drafts is the commands that wait for a missing part.
type Drafts interface {
	// OpenDraft returns the open draft of a person in a chat, if there is one.
	OpenDraft(chat ChatID, who meeting.PersonID) (*Draft, error)
	// Draft returns meeting.ErrNotFound for an unknown id.
	Draft(id int64) (*Draft, error)
	// SaveDraft inserts (and numbers) or updates, like SaveTask.
	SaveDraft(*Draft) error
}

// Contacts joins accounts to persons.
type Contacts interface {
	// PersonOf returns meeting.ErrNotFound for an account never met.
	PersonOf(Account) (meeting.PersonID, error)
	// AccountOf is the person's account last heard from.
	AccountOf(meeting.PersonID) (Account, error)
	// AccountOn is the person's account on a platform, of several the one last
	// heard from.
	AccountOn(who meeting.PersonID, platform string) (Account, error)
	// Meet records what a platform tells of an account and returns its person,
	// a new one for a new account.
	Meet(p Profile, now time.Time) (meeting.PersonID, error)
	// Heard marks an account as the one last heard from, be it that another one of
	// the person was heard at the same moment.
	Heard(a Account, now time.Time) error
}

// Links makes one person of two who turned out to be one (绑定账号).
type Links interface {
	// Link is what a person has to do with codes, an unsaved one of nobody's if
	// nothing.
	Link(meeting.PersonID) (*meeting.Link, error)
	// OpenLinks returns those with a code that is still good.
	OpenLinks(now time.Time) ([]*meeting.Link, error)
	// SaveLink inserts or updates, like SaveTask; a second record of one person is
	// ErrConflict.
	SaveLink(*meeting.Link) error
	// Join gives all that one person is and has to another one: whatever is loaded
	// from then on speaks of into only, and what is not sent yet goes to into. Of
	// two equal reminders that wait one is left.
	Join(from, into meeting.PersonID) error
	// Aliases says who turned out to be whom.
	Aliases() (meeting.Aliases, error)
}

// Groups is the chats of several people.
type Groups interface {
	// Group returns meeting.ErrNotFound for a chat that was never heard of.
	Group(chat ChatID) (*Group, error)
	GroupByID(id int64) (*Group, error)
	// SaveGroup inserts (and numbers) or updates, like SaveTask; a second record
	// of one chat is ErrConflict.
	SaveGroup(g *Group) error
}

// Audits is the append-only record.
type Audits interface {
	// LastAudit returns a zero event for a subject without any.
	LastAudit(of meeting.Ref) (AuditEvent, error)
	// Audit appends; a Seq that is taken is ErrConflict.
	Audit(AuditEvent) error
	// AuditTrail returns all events of a subject in order.
	AuditTrail(of meeting.Ref) ([]AuditEvent, error)
}

// An Outbox is what the courier works on. Its leases run on the lease clock
// (the database's; on SQLite the process's), never on the business clock.
type Outbox interface {
	// Wake makes the held letters due by the business time pending, chained
	// behind what their lanes still wait for, and returns how many.
	Wake(ctx context.Context, business time.Time) (int, error)
	// Claim leases up to n pending letters to the token, and with a folded one
	// all pending letters of its fold. An unknown outcome is an error: the
	// lease ends by itself.
	Claim(ctx context.Context, token string, n int, lease time.Duration) ([]Letter, error)
	// Holds reports whether the letter is still pending under the token.
	Holds(ctx context.Context, id int64, token string) (bool, error)
	// Sweep frees pending letters whose lease or wait ends further ahead than
	// limit allows: the lease clock went back.
	Sweep(ctx context.Context, limit time.Duration) (int, error)
	// NextHeld is the earliest business time at which a held letter is due.
	NextHeld(ctx context.Context) (next time.Time, ok bool, err error)
}
