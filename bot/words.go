package bot

import (
	"fmt"
	"reflect"

	"huiban/bot/meeting"
)

// Words is what the engine itself says to people: it decides when,
// bot/command knows the sentences. Every field must be set.
type Words struct {
	// Unknown answers words that are no command, with the nearest commands.
	Unknown func(typed string, near []string) string
	// Empty answers a message without words.
	Empty func() string
	// FileAlone answers files that came without words, by name.
	FileAlone func(names []string) string
	// Unusable says of files that they were not taken: empty, too large, or not to be had.
	Unusable func(names []string) string
	// TooLong answers a text of more than limit characters.
	TooLong func(length, limit int) string
	// Contended answers when ten tries lost against others (design.md 3).
	Contended func() string
	// Repeated is the toast for a delivery that had its effect before.
	Repeated func() string
	// Trouble apologises for a fault of ours; trace finds it in the log.
	Trouble func(trace string) string
	// Ask asks for an argument nobody gave.
	Ask func(argument string) string
	// AskedPrivately is the toast of a tap that needs more words.
	AskedPrivately func() string
	// Privately says in a group that the answer was given to the person alone.
	Privately func() string
	// DraftGone answers a tap on a question that is settled.
	DraftGone func() string
	// DraftOf refuses an answer by somebody else than who was asked.
	DraftOf func(p meeting.PersonID) string
	// DraftDropped says that the unfinished command was given up as asked.
	DraftDropped func(command string) string
	// DraftExpired tells that an unfinished command was dropped after a day.
	DraftExpired func(command string) string
	// Drops reports whether the words give up the command that is open: 不记了.
	Drops func(typed string) bool
	// NoTask says that a command fits none of the person's tasks now.
	NoTask func(command string) string
	// UnknownTask says that a number fits nothing the person can see.
	UnknownTask func(typed string) string
	// WhichTask asks which of several is meant.
	WhichTask func() string
	// TaskLabel is a task as one of several to choose from.
	TaskLabel func(k *meeting.Task) string
	// NotANumber refuses a value where a whole number belongs.
	NotANumber func(typed string) string
	// NotAChoice refuses a value that is none of the choices.
	NotAChoice func(typed string, choices []string) string
	// Moved is the card that an older one becomes when a newer stands below.
	Moved func() string
	// Why says in a line why a notice is said (送达, 这段时间).
	Why func(n meeting.Notice) string
	// Unreached tells a subject's host who could not be reached about it; Nobody
	// stands for the group.
	Unreached func(p meeting.PersonID, s meeting.Subject) string
	// GroupGone tells a subject's host that its group hears nothing any more.
	GroupGone func(s meeting.Subject) string
	// NotForYou refuses a document to who may not read it (R18).
	NotForYou func() string
	// Skipped says why a post was not said after all.
	Skipped func(reason SkipReason) string
	// Quiet says why a post waits for the morning (R90).
	Quiet func() string
	// ComeHere asks somebody in a group to say it again in private, where the bot can
	// answer and not write by itself.
	ComeHere func() string
	// Owes says how many messages could not be sent to the person and to the group,
	// and how to see them.
	Owes func(own, group int) string
	// Spread says why a reminder keeps off the full and the half hour.
	Spread func() string
}

// complete panics if a sentence is missing: a programmer's mistake, met at start.
func (w Words) complete() {
	v := reflect.ValueOf(w)
	for i := range v.NumField() {
		if v.Field(i).IsNil() {
			panic(fmt.Sprintf("bot.Words: %s is not set", v.Type().Field(i).Name))
		}
	}
}

// A SkipReason is why a post was not said.
type SkipReason string

// The reasons.
const (
	SkipMerged   SkipReason = "merged"   // the card shows as much already
	SkipSettled  SkipReason = "settled"  // what it asked for has happened
	SkipNoEdit   SkipReason = "no edit"  // the platform cannot change cards
	SkipReplaced SkipReason = "replaced" // a newer card stands below
	SkipExpired  SkipReason = "expired"  // too late to be of use
	SkipNothing  SkipReason = "nothing"  // nothing to say
	SkipLeft     SkipReason = "left"     // the person has left
	SkipNoWay    SkipReason = "no way"   // no account, no platform
	SkipTooOld   SkipReason = "too old"  // the platform changes no card of that age
	SkipGone     SkipReason = "gone"     // the group was disbanded or the bot removed
)
