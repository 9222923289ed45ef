package bot

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"huiban/bot/meeting"
)

// A Face is a card that is named, not stored: drawn from its subject when it is
// sent, so that it cannot disagree with it.
type Face struct {
	Name string // behind a slash it may carry what a list is narrowed to: ledger/研发部
	Of   meeting.Ref
	For  meeting.PersonID // whom it is meant for; Nobody for a card of a group
}

// base is the name of the face without what narrows it.
func (f Face) base() string {
	name, _, _ := strings.Cut(f.Name, "/")
	return name
}

// A To says where a post goes: to a person's private chat or into a group.
type To struct {
	Person  meeting.PersonID
	Chat    ChatID
	ReplyTo MessageID
	On      string // the platform of ReplyTo and of who is answered; empty: where the person was last heard from
}

// Lane is the order that the post keeps: what goes to one chat or one person
// goes one after the other (design.md section 5).
func (t To) Lane() string {
	if t.Chat != "" {
		return "c:" + string(t.Chat)
	}
	return "p:" + t.Person.Token()
}

// A Class tells quiet hours what a post is (R90).
type Class string

// The classes: an Answer to whoever just acted is never held; News about what
// somebody did and a Reminder wait for the morning; a Prompt is one of the few
// that are said at their minute; an Edit changes what is already there.
const (
	ClassAnswer   Class = "answer"
	ClassNews     Class = "news"
	ClassReminder Class = "reminder"
	ClassPrompt   Class = "prompt"
	ClassEdit     Class = "edit"
)

// A Post is one outgoing message, decided in a turn and written with it.
type Post struct {
	Key       string // unique for ever, recipient included; says it once
	To        To
	Text      string
	Face      Face
	Edit      int64 // the copy to change, for ClassEdit
	Why       string
	Class     Class
	Fold      string          // posts of one recipient with equal Fold go out as one digest
	Notice    *meeting.Notice // the reminder that it says, asked again before sending
	NotBefore time.Time       // business time; zero means at once
	Expires   time.Time       // business time; zero means a day after it was due
	Via       string
}

// postSpace is the name space of send UUIDs; it must never change.
var postSpace = uuid.MustParse("5b0a4a5e-6f0e-5d0c-9d3c-0b1b6c1f7a10") //nolint:gochecknoglobals // an array that is never assigned

// SendUUID is the platform's idempotency key of the post: equal keys have equal
// UUIDs, so that a row inserted again is merged by the platform too.
func (p Post) SendUUID() string { return uuid.NewSHA1(postSpace, []byte(p.Key)).String() }

// A State is what became of a post in the outbox.
type State int

// The states of a letter. Held waits for the business clock, Pending for the
// courier (leased while it carries a token).
const (
	Pending   State = 0
	Held      State = 1
	Sent      State = 2
	Dead      State = 3
	Expired   State = 4
	Uncertain State = 5
	Skipped   State = 6
	Unsent    State = 7 // nothing could be sent there (ErrUnsent); waits to be asked for
)

// A Letter is a Post as it lies in the outbox.
type Letter struct {
	Post
	ID       int64
	UUID     string
	Token    string // the lease; only its holder may settle the letter
	State    State
	DueAt    time.Time // business time at which it is to be said
	Attempts int
	FirstTry time.Time // lease clock; zero if never tried
	SentAt   time.Time // business time
	Message  MessageID
	Note     string // the last error, or why it was not said
}

// A Copy is a card that was sent: where it is, which face it shows and up to
// which version of its subject.
type Copy struct {
	ID      int64
	Message MessageID // behind the platform's name and a colon: two platforms may mint one id
	Chat    ChatID    // of the platform's answer; empty for a private chat
	Person  meeting.PersonID
	Face    Face
	Shown   int
	Look    string    // a digest of what it shows: an edit that changes nothing is not sent
	SentAt  time.Time // business time
	Dead    bool      // replaced by a newer card or too old to be changed
}

// An Alarm is the one row of a subject that will speak again: its notices with
// Since < At <= till are due (design.md 4c).
type Alarm struct {
	Of      meeting.Ref
	Version int
	Since   time.Time
	Next    time.Time
}

// An AuditEvent is one append-only record of a write (promise 6), chained by
// hash to the one before it on the same subject.
type AuditEvent struct {
	Of     meeting.Ref
	Seq    int
	At     time.Time
	Who    meeting.PersonID // Nobody for the bot itself
	Origin Origin
	Event  string // the delivery that caused it
	meeting.Change
	Prev string
	Hash string
}

// An Origin is how a turn came about.
type Origin string

// The origins of a turn.
const (
	Typed   Origin = "typed"
	Tapped  Origin = "tap"
	ByClock Origin = "clock"
)

// A Ready is a letter made ready for its platform, or the reason why it is not
// said (Skip), or the business time until which it has to wait (Until).
type Ready struct {
	Platform string
	Out      Out
	Skip     SkipReason
	Until    time.Time
	Spread   bool      // Until only keeps it off the full or half hour (Crowded)
	Shown    int       // the version of the subject that the card shows
	Look     string    // a digest of the card, for Copy.Look
	What     string    // in a line what it says, for lists (这段时间)
	Told     MessageID // the message that has said it already, for SkipMerged
}

// A Delivery is what became of letters that went out together: one, or all of
// a digest. A nil Err means sent or skipped. Wait is when to try again.
type Delivery struct {
	Letters []Letter
	Ready   Ready
	Message MessageID
	Err     error
	Wait    time.Duration
}
