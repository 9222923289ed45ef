package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiban/bot"
	"huiban/bot/card"
)

// Full is what the widest platform can show.
func Full() bot.Abilities {
	return bot.Abilities{Forms: true, Edits: true, Mentions: true, GroupFiles: true}
}

// Narrow is a platform of buttons without forms, edits and mentions (design.md
// section 7): every card and flow has to work there too.
func Narrow() bot.Abilities { return bot.Abilities{} }

// A Fault is what a Fake does to everything that is sent to one place.
type Fault string

// The faults: Gone refuses for good, Retry and Busy for now (Busy says how
// long), Timeout takes the message and reports an error, Stale changes no card
// any more. None heals.
const (
	None    Fault = ""
	Gone    Fault = "gone"
	Retry   Fault = "retry"
	Busy    Fault = "busy"
	Timeout Fault = "timeout"
	Stale   Fault = "stale"
)

// Said is one message as people see it.
type Said struct {
	ID      bot.MessageID
	Account bot.Account // of a private message
	Chat    bot.ChatID  // of a group's
	ReplyTo bot.MessageID
	Text    string     // people by name, “@name” where they are mentioned
	Card    *card.Card // the same
	Buttons []string   // labels, in order
	Inputs  []string   // labels, in order
	Edits   int
	Urgent  bool
	Papers  []bot.Document
}

// Read is everything that the message says, as text.
func (s Said) Read() string {
	if s.Card == nil {
		return s.Text
	}
	return strings.TrimSpace(s.Text + "\n" + s.Card.Text())
}

// A Fake is a chat platform in memory. It merges what is sent twice, applies
// edits and keeps what was said. Set it up before it is used; after that it is
// safe for concurrent use.
type Fake struct {
	name   string
	can    bot.Abilities
	habits Habits

	mu      sync.Mutex
	people  map[bot.Account]bot.Profile
	groups  map[bot.ChatID][]bot.Account
	faults  map[string]Fault
	said    []Said                   // by time of sending
	told    map[string]bot.MessageID // by UUID
	journal []Said                   // what was sent and edited, as it then was
}

var (
	_ bot.Platform  = (*Fake)(nil)
	_ bot.Able      = (*Fake)(nil)
	_ bot.Roster    = (*Fake)(nil)
	_ bot.Directory = (*Fake)(nil)
	_ bot.Showcase  = (*Fake)(nil)
	_ bot.Mortal    = (*Fake)(nil)
	_ bot.Crowded   = (*Fake)(nil)
	_ bot.Filer     = (*Fake)(nil)
	_ bot.Thrifty   = (*Fake)(nil)
	_ bot.Paced     = (*Fake)(nil)
	_ bot.Keyless   = (*Fake)(nil)
	_ bot.Responder = (*Fake)(nil)
)

// Habits are what a platform may have of its own; the zero value is none.
type Habits struct {
	CardLife time.Duration // bot.Mortal
	Crowded  bool          // bot.Crowded
	Files    bool          // bot.Filer
	Thrifty  bool          // bot.Thrifty; a tap's answer is then seen by the tapper alone
	Pace     time.Duration // bot.Paced
	Keyless  bool          // bot.Keyless, for all that is no edit
	Loose    bool          // mentions have no positions
	Answers  bool          // it only answers: what has no Via is refused as bot.ErrUnsent
}

// NewFake returns a platform without people.
func NewFake(name string, can bot.Abilities) *Fake {
	return &Fake{
		name: name, can: can,
		people: map[bot.Account]bot.Profile{}, groups: map[bot.ChatID][]bot.Account{},
		faults: map[string]Fault{}, told: map[string]bot.MessageID{},
	}
}

// Account is the account of a person of that name.
func (f *Fake) Account(name string) bot.Account { return bot.Account(f.name + ":" + name) }

// Chat is the id of a group of that name.
func (f *Fake) Chat(name string) bot.ChatID { return bot.ChatID(f.name + ":group/" + name) }

// Adopt gives the platform habits.
func (f *Fake) Adopt(h Habits) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.habits = h
}

// CardLife implements bot.Mortal.
func (f *Fake) CardLife() time.Duration { return f.has().CardLife }

// Crowded implements bot.Crowded.
func (f *Fake) Crowded() bool { return f.has().Crowded }

// SendsFiles implements bot.Filer.
func (f *Fake) SendsFiles() bool { return f.has().Files }

// Thrifty implements bot.Thrifty.
func (f *Fake) Thrifty() bool { return f.has().Thrifty }

// EditEvery implements bot.Paced.
func (f *Fake) EditEvery() time.Duration { return f.has().Pace }

// OnlyAnswers implements bot.Responder.
func (f *Fake) OnlyAnswers() bool { return f.has().Answers }

// Keyless implements bot.Keyless.
func (f *Fake) Keyless(o bot.Out) bool { return f.has().Keyless && o.Edit == "" }

// Join adds a person to the organisation, or changes one.
func (f *Fake) Join(p bot.Profile) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.people[p.Account] = p
}

// Gather makes a group.
func (f *Fake) Gather(chat bot.ChatID, members ...bot.Account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.groups[chat] = members
}

// Break sets the fault of a person (by account) or a group; None heals it.
func (f *Fake) Break(place string, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults[place] = fault
}

// Name implements bot.Platform.
func (f *Fake) Name() string { return f.name }

// Run implements bot.Platform: tests speak to the Inbox themselves.
func (f *Fake) Run(ctx context.Context, _ bot.Inbox) error {
	<-ctx.Done()
	return nil
}

// Abilities implements bot.Able.
func (f *Fake) Abilities() bot.Abilities { return f.can }

// AnswersAll implements bot.Showcase: where cards can be changed, the answer to
// a tap is seen by everybody.
func (f *Fake) AnswersAll() bool { return f.can.Edits && !f.has().Thrifty }

// Members implements bot.Roster.
func (f *Fake) Members(_ context.Context, chat bot.ChatID) ([]bot.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	members, ok := f.groups[chat]
	if !ok {
		return nil, fmt.Errorf("group %s: no such group", chat)
	}
	return slices.Clone(members), nil
}

// Profile implements bot.Directory.
func (f *Fake) Profile(_ context.Context, a bot.Account) (bot.Profile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.people[a]
	if !ok {
		return bot.Profile{}, fmt.Errorf("account %s: %w", a, bot.ErrUnknown)
	}
	return p, nil
}

// Send implements bot.Platform.
func (f *Fake) Send(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.refuse(o); err != nil {
		return "", err
	}
	id, known := f.told[o.UUID]
	if !known {
		var err error
		if id, err = f.take(o); err != nil {
			return "", err
		}
		f.told[o.UUID] = id
	}
	if f.faults[place(o)] == Timeout {
		return "", errors.New("no answer in time")
	}
	return id, nil
}

// Answer shows what an Answer to a tap makes of the tapped card and reports
// whether that changed it.
func (f *Fake) Answer(id bot.MessageID, a bot.Answer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.said, func(s Said) bool { return s.ID == id })
	if i < 0 || a.Card == nil || !f.can.Edits {
		return false
	}
	s := f.seen(bot.Out{Text: f.said[i].Text, Card: a.Card})
	if drawn(s) == drawn(f.said[i]) {
		return false
	}
	f.edit(i, s)
	return true
}

// Messages are all messages as they look now, in the order of sending.
func (f *Fake) Messages(context.Context) ([]Said, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.said), nil
}

// Journal is what was sent and edited so far, each as it then looked.
func (f *Fake) Journal() []Said {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.journal)
}

func (f *Fake) has() Habits {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.habits
}

// place is where a message goes.
func place(o bot.Out) string {
	if o.Chat != "" {
		return string(o.Chat)
	}
	return string(o.Account)
}

func (f *Fake) refuse(o bot.Out) error {
	_, group := f.groups[o.Chat]
	_, person := f.people[o.Account]
	switch {
	case o.UUID == "":
		return bot.Permanent(errors.New("no UUID"))
	case o.Chat != "" && !group || o.Chat == "" && !person:
		return bot.Permanent(errors.New("nobody there"))
	case o.Edit != "" && !f.can.Edits:
		return bot.Permanent(fmt.Errorf("message %s: messages cannot be changed here", o.Edit))
	}
	if f.habits.Answers && o.Via == "" {
		return bot.Unsendable("只能回答，不能主动发")
	}
	switch f.faults[place(o)] {
	case Gone:
		return bot.Permanent(errors.New("gone"))
	case Retry:
		return errors.New("try again")
	case Busy:
		return bot.RetryAfter(time.Minute, errors.New("too many messages"))
	case Stale:
		if o.Edit != "" {
			return fmt.Errorf("message %s: %w", o.Edit, bot.ErrCardDead)
		}
	case None, Timeout:
	}
	return nil
}

// take keeps the message, or the edit of one.
func (f *Fake) take(o bot.Out) (bot.MessageID, error) {
	s := f.seen(o)
	if o.Edit != "" {
		i := slices.IndexFunc(f.said, func(s Said) bool { return s.ID == o.Edit })
		if i < 0 {
			return "", bot.Permanent(fmt.Errorf("message %s: no such message", o.Edit))
		}
		f.edit(i, s)
		return o.Edit, nil
	}
	s.ID = bot.MessageID("m" + strconv.Itoa(len(f.said)+1))
	f.said = append(f.said, s)
	f.journal = append(f.journal, s)
	return s.ID, nil
}

func (f *Fake) edit(i int, s Said) {
	was := f.said[i]
	was.Text, was.Card, was.Buttons, was.Inputs = s.Text, s.Card, s.Buttons, s.Inputs
	was.Edits++
	f.said[i] = was
	f.journal = append(f.journal, was)
}

// seen is the message as it looks on this platform.
func (f *Fake) seen(o bot.Out) Said {
	var pairs []string
	for token, p := range o.People {
		name := p.Name
		if p.Account != "" && f.can.Mentions {
			name = "@" + name
		}
		pairs = append(pairs, token, name)
	}
	names := strings.NewReplacer(pairs...).Replace
	s := Said{Account: o.Account, Chat: o.Chat, ReplyTo: o.ReplyTo, Text: names(o.Text), Urgent: o.Urgent, Papers: o.Papers}
	if s.Chat != "" {
		s.Account = ""
	}
	if o.Card != nil {
		c := o.Card.Map(names)
		if !f.can.Forms {
			c = c.WithoutForm()
		}
		s.Card = &c
		for _, b := range c.Buttons {
			s.Buttons = append(s.Buttons, b.Label)
		}
		for _, in := range c.Inputs {
			s.Inputs = append(s.Inputs, in.Label)
		}
	}
	return s
}
