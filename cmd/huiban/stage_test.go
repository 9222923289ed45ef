package main

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A venue is a fake chat service, as huiban finds it.
type venue interface {
	// environ is how huiban is told of it; secrets must never be logged.
	environ() []string
	secrets() []string
	// connected reports whether what people do reaches huiban.
	connected(ctx context.Context) bool
	// manners are what is seen of it in every story.
	manners() manners
}

// A stage is a venue with people on it, as tests of the program play them. It
// names people and groups by the platform's own ids, which it makes.
type stage interface {
	venue

	person(human) (id string)
	group(name string, members []string) (id string)

	// say has somebody write in a group, or privately where chat is empty, and reply
	// about a message; an error is what was not acked.
	say(ctx context.Context, chat, who, text string) error
	reply(ctx context.Context, to sight, who, text string) error
	// tap presses a button on a screen that shows a message so, the form filled in:
	// what inputs are called, and the texts of what is chosen.
	tap(ctx context.Context, on sight, who, label string, form map[string]string) (tapped, error)
	// happens is what people do without a word.
	happens(ctx context.Context, what deed, group, who string) error

	// sights are all that the bot said, oldest first; documents go with cards and are
	// not among them.
	sights() []sight
	// problems are what the platform objected to, in a storm only what nothing but
	// huiban can have made.
	problems(storm bool) []string
	// twice has everything delivered twice until it is healed.
	twice() (heal func())
}

// Manners are how a platform is seen to differ from the one in memory.
type manners struct {
	narrow  bool                              // it shows no forms and changes nothing that was sent
	paced   bool                              // what changes of a card in half a minute goes out together
	thrifty bool                              // of what was sent it changes only what groups see, and nothing that was replaced
	lag     func(due time.Time) time.Duration // how long after it is due a reminder may come
}

// A human is somebody as the platform's contacts have him.
type human struct {
	name, department, title string
	leader                  string // id
	admin                   bool
	id                      string // his own, once he has one
}

// A deed is something that happens on a platform without a word.
type deed string

// The deeds: of the bot in a group, of a person there, or of a person alone.
const (
	botAdded   deed = "added"
	botRemoved deed = "removed"
	groupGone  deed = "gone"
	opensChat  deed = "opens"
	leavesFirm deed = "leaves"
	isKnown    deed = "known" // his entry in the contacts was changed
)

// Tapped is what who tapped sees.
type tapped struct {
	says    string // the toast, or all that he reads then where there is none
	toast   bool   // it is a toast
	spoken  bool   // neither: it is answered in the chat
	changed bool   // he sees another card
}

// says reports whether somebody is told what the in-memory platform showed.
func (a tapped) tells(want string) bool {
	if a.toast {
		return essence(a.says) == essence(want)
	}
	return strings.Contains(essence(a.says), essence(want))
}

// A sight is a message of the bot as it looks to those who have it.
type sight interface {
	id() string
	at() string // the id of the group or of the person
	// letter is the id by which huiban knows it, empty if it knows none: the platform
	// says nothing of what it took.
	letter() string
	text() string
	card() bool
	tone() string
	buttons() []pressable
	inputs() []string // what they are called
	edits() int
	// before is how it looked before each change, oldest first.
	before() []sight
}

// A pressable is a button: what stands on it, and the command that it is.
type pressable struct{ label, command string }

// labelOf is the label of the button with a label or a command.
func labelOf(m sight, verb string) string {
	for _, b := range m.buttons() {
		if b.label == verb || b.command == verb {
			return b.label
		}
	}
	return ""
}

// labelsOf are what stands on the buttons, in order.
func labelsOf(m sight) []string {
	var out []string
	for _, b := range m.buttons() {
		out = append(out, b.label)
	}
	return out
}

// newest is the newest sight that fits.
func newest(all []sight, fits func(sight) bool) (sight, bool) {
	for _, m := range slices.Backward(all) {
		if fits(m) {
			return m, true
		}
	}
	return nil, false
}
