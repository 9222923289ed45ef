// Package bot is the engine and its ports. It turns what people type, tap and
// wait for into turns: one transaction each, with time standing still, in which
// a handler loads, asks the rule, saves and answers with values. What is to be
// said lies in the outbox when the turn commits; a courier sends it later. The
// engine knows no chat service, no SQL and no clock of its own, and of the
// method only ids, books, refusals and subjects: what it can do is handed to it
// as lists of commands, faces and jobs.
package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"huiban/bot/card"
)

// An Account is a person's identity on one platform, as the adapter mints it
// ("feishu:ou_…"). Only the engine's doors and Prepare see it.
type Account string

// A ChatID names a group or a private chat, prefixed by the platform's name
// like an Account; everyone but the adapter treats it as opaque.
type ChatID string

// A MessageID names a message on its platform.
type MessageID string

// A Platform receives and sends for one chat service. Adapters implement it.
type Platform interface {
	// Name is the prefix of every Account and ChatID it mints: "feishu".
	Name() string
	// Run receives until ctx is done. It acks nothing before Inbox returned.
	Run(ctx context.Context, in Inbox) error
	// Send delivers one Out and is told the same UUID on every try. Errors are
	// verdicts: Permanent, RetryAfter, or any other to be tried again.
	Send(ctx context.Context, o Out) (MessageID, error)
}

// Abilities is what a platform can show. The zero value is the narrowest.
type Abilities struct {
	Forms      bool // cards with inputs
	Edits      bool // sent cards can be changed
	Mentions   bool // a person can be mentioned
	GroupFiles bool // files can be sent to groups
}

// An Able platform says what it can do; one that does not is taken for narrow.
type Able interface{ Abilities() Abilities }

// A Roster platform can list the members of a group. It may answer from a
// cache; it is asked outside of transactions only.
type Roster interface {
	Members(ctx context.Context, chat ChatID) ([]Account, error)
}

// A Directory platform knows the people of the organisation. Asked outside of
// transactions only, for at most 800 ms.
type Directory interface {
	// Profile returns ErrUnknown for an account that it does not know.
	Profile(ctx context.Context, a Account) (Profile, error)
}

// A Spotter finds people by name in what was said, among those whom it can list
// without a call for each: the members of a group, in a private chat all whom it
// has seen. Names behind an @ it may search for. Who is only named need not have been met before. Asked outside of
// transactions only.
type Spotter interface {
	Spot(ctx context.Context, chat ChatID, private bool, text string) []Account
}

// A Showcase is a platform that shows the card in the answer to a tap to
// everybody who sees the tapped one, not to the tapper alone.
type Showcase interface{ AnswersAll() bool }

// A Mortal platform refuses to change a card some time after it was sent.
// CardLife is the age up to which it is asked to; zero means for ever.
type Mortal interface{ CardLife() time.Duration }

// A Crowded platform asks to be left alone by reminders at the full and the half
// hour, when everybody's are sent.
type Crowded interface{ Crowded() bool }

// A Keyless platform has messages for which it knows no idempotency key. Keyless
// reports whether a second try of o might be seen twice; such a letter is given up
// as ErrUncertain when how a try of it ended is not on record (promise 2).
type Keyless interface{ Keyless(o Out) bool }

// A Paced platform wants one card to be changed no more often than EditEvery; what
// changes in between goes out together.
type Paced interface{ EditEvery() time.Duration }

// A Responder may be one that can only answer at present: it writes to nobody by
// itself. Who is answered in private is then asked to come there.
type Responder interface{ OnlyAnswers() bool }

// A Thrifty platform has so few calls that cards are changed for groups only: a
// private card is shown as it is now when it is tapped, a replaced one stays.
type Thrifty interface{ Thrifty() bool }

// A Metered platform counts what the organisation has left of a month's calls.
// It answers from memory.
type Metered interface{ Usage() Usage }

// A Usage is what a month's quotas are and what has been used of them.
type Usage struct {
	Platform string // its Name; the engine sets it
	Name     string // for people: 钉钉
	Month    string // of Shanghai: 2026-08
	Meters   []Meter
}

// A Meter is one quota, with its biggest consumers first.
type Meter struct {
	Name        string // for people: 接口调用
	Used, Limit int    // Limit 0 is none
	Uses        []Use
}

// A Use is a kind of call and how often it was made.
type Use struct {
	Kind string // for people: 单聊消息
	N    int
}

// A Filer platform takes documents along with a message (Out.Papers).
type Filer interface{ SendsFiles() bool }

// ErrUnknown says that a platform knows no such account.
var ErrUnknown = errors.New("unknown account")

// A Profile is what a platform tells of a person.
type Profile struct {
	Account    Account
	Also       []Account // other names of the account, by which its person is known again when the app that minted Account is replaced
	Name       string
	Department string
	Title      string
	Leader     Account // empty if unknown
	Admin      bool
	Inactive   bool
}

// Inbox is what platforms call; Engine implements it. A nil error means that
// the effect is committed and the event may be acked.
type Inbox interface {
	Message(context.Context, Message) error
	Tap(context.Context, Tap) (Answer, error)
	Happened(context.Context, Happening) error
}

// A Message is a line that a person addressed to the bot. In groups adapters
// pass on only what mentions the bot.
type Message struct {
	Event    string // the delivery's key: equal events have their effect once
	ID       MessageID
	ReplyTo  MessageID
	Chat     ChatID
	Private  bool
	From     Account
	At       time.Time
	Text     string
	Mentions []Mention
	Files    []FileID
	Unusable []string // names of files that were empty, too large to be kept, or not to be had
	Via      string   // opaque to the engine; given back with the answers
}

// A Mention says whom a Token of the text means.
type Mention struct {
	Token   string // as it stands in the text: "@_user_1"; empty where the platform does not tell where it stood
	Account Account
	Bot     bool // the bot itself
}

// A Tap is a button pressed. Adapters have turned their widget's values into
// those of card.Input (dates as 2026-08-12 14:00, people as accounts or person
// values as given in the options).
type Tap struct {
	Event string
	Card  MessageID
	Chat  ChatID
	From  Account
	Do    card.Action
	Form  map[string][]string
}

// An Answer is what the platform wants back at once for a tap.
type Answer struct {
	Toast  string
	Card   *card.Card       // the tapped card as it is now; nil if it is unknown
	People map[string]Shown // who the options of its inputs stand for
}

// A Happening is something that happened on the platform without a word said.
type Happening struct {
	Event   string
	Kind    HappeningKind
	Account Account
	Profile Profile // for Known
	Chat    ChatID
	Name    string // of the chat, for BotAdded; may be empty
	Text    string // for Menu: the command that the entry stands for
}

// A HappeningKind is a kind of Happening.
type HappeningKind string

// Known: a person appeared or changed. Left: a person left the organisation.
// BotAdded: Account put the bot into the group Chat. BotRemoved: it was taken out.
// ChatGone: the group was disbanded. Entered: Account opened the private chat.
// Menu: Account chose an entry of the bot's menu.
const (
	Known      HappeningKind = "known"
	Left       HappeningKind = "left"
	BotAdded   HappeningKind = "bot added"
	BotRemoved HappeningKind = "bot removed"
	ChatGone   HappeningKind = "chat gone"
	Entered    HappeningKind = "entered"
	Menu       HappeningKind = "menu"
)

// An Out is one message ready to be sent.
type Out struct {
	UUID    string  // the same on every try (promise 2)
	Account Account // for private messages
	Chat    ChatID  // for groups
	ReplyTo MessageID
	Edit    MessageID // change this message instead of sending one
	Text    string
	Card    *card.Card
	People  map[string]Shown // by token: @{p9}
	Why     string           // why it is said, for places that can show it
	Via     string
	Class   Class      // what it is, for platforms that must choose what to send
	Urgent  bool       // an escalation: worth a louder bell where people allow it
	Trial   bool       // sent to find out whether cards work: in the best form, proven or not
	Again   bool       // an earlier try ended without being known not to be seen
	Papers  []Document // for a Filer: to be sent with the message, after it
}

// A Document is a file whose content goes out with a message.
type Document struct {
	Name string // with its ending: 会议纪要全文 v2.txt
	Body []byte
}

// Shown is how a person token is shown on the platform sent to: a mention of
// Account where it is given and mentions work, else the name.
type Shown struct {
	Name    string
	Account Account
}

// ErrCardDead is a platform's permanent verdict on an edit: the card is there, or
// was, but cannot be changed any more. Adapters wrap it with what they know.
var ErrCardDead = Permanent(errors.New("card cannot be changed any more"))

// ErrUncertain says of a letter that it was tried, perhaps taken, and must not
// be sent again blindly (promise 2).
var ErrUncertain = errors.New("outcome unknown")

// ErrUnsent says of a letter that nothing can be sent there at present: the bot may
// only answer, or the month's quota is used up. It is not tried again but kept for
// 未送达. Adapters make it by Unsendable.
var ErrUnsent = errors.New("nothing can be sent there at present")

// Unsendable is ErrUnsent with its reason, in words for people (送达).
func Unsendable(reason string) error { return unsendable(reason) }

// Permanent marks an error that trying again will not mend: a chat that is
// gone, a bot that was removed.
func Permanent(err error) error { return &permanent{err} }

// RetryAfter asks for no further try before d has passed; it does not count as
// one.
func RetryAfter(d time.Duration, err error) error { return &retryAfter{d, err} }

// IsPermanent reports whether err was marked by Permanent.
func IsPermanent(err error) bool { var p *permanent; return errors.As(err, &p) }

// Delay returns the wait that RetryAfter asked for.
func Delay(err error) (time.Duration, bool) {
	if r, ok := errors.AsType[*retryAfter](err); ok {
		return r.after, true
	}
	return 0, false
}

type unsendable string

func (u unsendable) Error() string        { return string(u) }
func (u unsendable) Is(target error) bool { return target == ErrUnsent }

type permanent struct{ err error }

func (p *permanent) Error() string { return p.err.Error() }
func (p *permanent) Unwrap() error { return p.err }

type retryAfter struct {
	after time.Duration
	err   error
}

func (r *retryAfter) Error() string { return fmt.Sprintf("%v (after %v)", r.err, r.after) }
func (r *retryAfter) Unwrap() error { return r.err }

// A FileID is the content address of a stored file.
type FileID string

// A StoredFile describes a stored file.
type StoredFile struct {
	ID   FileID
	Name string
	Size int64
}

// MaxFile is the largest file that is taken (method.md 3.1, Material).
const MaxFile = 20 << 20

// Errors of a Vault, for which the caller has words.
var (
	ErrFileTooLarge = errors.New("file too large")
	ErrFileEmpty    = errors.New("file empty")
)

// A Vault keeps files by content, in parts of at most 1 MiB, beside the data
// they belong to. Files are written before the turn that refers to them.
type Vault interface {
	// PutFile returns ErrFileEmpty or ErrFileTooLarge (more than MaxFile bytes)
	// and then keeps nothing.
	PutFile(ctx context.Context, name string, r io.Reader) (StoredFile, error)
	// OpenFile returns ErrNoFile for an unknown id.
	OpenFile(ctx context.Context, id FileID) (StoredFile, io.ReadCloser, error)
}

// ErrNoFile says that no file is stored under an id.
var ErrNoFile = errors.New("no such file")
