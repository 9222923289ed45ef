package playground

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
)

// Send implements bot.Platform. Equal UUIDs are one message for ever, over
// restarts too.
func (p *Platform) Send(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	r := p.record
	r.mu.Lock()
	defer r.mu.Unlock()
	if id, ok := r.bySend[o.UUID]; ok {
		return bot.MessageID(id), nil
	}
	old, to, err := r.place(o)
	if err != nil {
		return "", bot.Permanent(err)
	}
	lost, err := r.refused(to)
	if err != nil {
		return "", err
	}
	f := r.dress(o, to)
	m := old
	if old != nil {
		f.At = p.o.Now()
		err = r.change(old, f)
	} else {
		m, err = r.say(message{
			Chat: to.ID, From: fromBot, At: p.o.Now(), Reply: r.known(string(o.ReplyTo)), Why: named(o.Why, o.People, "", r),
		}, f)
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("letter %s: %w", o.UUID, err)
	case lost:
		return "", fmt.Errorf("chat %s: the receipt was lost", to.ID)
	}
	return bot.MessageID(m.ID), nil
}

// place is where a letter goes: the message that it changes, if it is an edit,
// and the chat.
func (r *record) place(o bot.Out) (*message, *Chat, error) {
	if o.Text == "" && o.Card == nil {
		return nil, nil, errors.New("nothing to say")
	}
	m, to, err := r.target(o)
	if err != nil {
		return nil, nil, err
	}
	if to.Kind == privateChat && !r.works(to.Members[0]) {
		return nil, nil, fmt.Errorf("chat %s: the person has left", to.ID)
	}
	return m, to, nil
}

func (r *record) target(o bot.Out) (*message, *Chat, error) {
	if o.Edit != "" {
		m := r.byID[bare(string(o.Edit))]
		switch {
		case m == nil || m.From != fromBot:
			return nil, nil, fmt.Errorf("message %s: unknown", o.Edit)
		case !r.abilities.Edits:
			return nil, nil, errors.New("messages cannot be changed here")
		}
		c, _ := r.chatByID(m.Chat) // messages stand in chats that exist
		return m, c, nil
	}
	if o.Account != "" {
		x, ok := r.owner(o.Account)
		if !ok {
			return nil, nil, fmt.Errorf("account %s: %w", o.Account, bot.ErrUnknown)
		}
		return nil, privately(x), nil
	}
	c, ok := r.chatByID(bare(string(o.Chat)))
	if !ok {
		return nil, nil, fmt.Errorf("chat %s: unknown", o.Chat)
	}
	return nil, c, nil
}

// bare takes the platform's name off an id.
func bare(id string) string { return strings.TrimPrefix(id, name+":") }

func (r *record) works(person string) bool {
	x, ok := r.owner(account(person))
	return ok && x.Active
}

// known is the id of a message if there is one.
func (r *record) known(id string) string {
	if m := r.byID[bare(id)]; m != nil {
		return m.ID
	}
	return ""
}

// dress is the letter as it looks here, with what the platform cannot show
// taken out.
func (r *record) dress(o bot.Out, to *Chat) face {
	at := ""
	if r.abilities.Mentions {
		at = "@"
	}
	f := face{UUID: o.UUID, Text: named(o.Text, o.People, at, r), Who: map[string]string{}}
	for token, s := range o.People {
		if x, ok := r.owner(s.Account); ok {
			f.Who[token] = x.ID
		}
	}
	if o.Card == nil {
		return f
	}
	c := *o.Card
	if !r.abilities.Forms {
		c = c.WithoutForm()
	}
	c = c.Map(func(s string) string { return named(s, o.People, at, r) })
	r.recognise(&c, f.Who)
	if to.Kind == groupChat && !r.abilities.GroupFiles {
		for i := range c.Files {
			c.Files[i].URL = "" // the name is shown, and nothing to download
		}
	}
	f.Card = &c
	return f
}

// recognise finds out which persons the tokens of a card's options mean: the
// letter's people need not name those who stand in no text.
func (r *record) recognise(c *card.Card, who map[string]string) {
	for _, in := range c.Inputs {
		for _, o := range in.Options {
			if !token.MatchString(o.Value) || who[o.Value] != "" {
				continue
			}
			if id, ok := r.tokens[o.Value]; ok {
				who[o.Value] = id
			} else if x, err := r.person(o.Label); err == nil {
				who[o.Value] = x.ID
			}
		}
	}
}

// token is how a person stands in text (meeting.PersonID.Token).
var token = regexp.MustCompile(`@\{p\d+\}`)

// named puts names where person tokens stand: at before those who can be
// mentioned. Whom the letter does not name is looked for in older ones.
func named(text string, people map[string]bot.Shown, at string, r *record) string {
	if !strings.Contains(text, "@{p") {
		return text
	}
	return token.ReplaceAllStringFunc(text, func(t string) string {
		s, ok := people[t]
		switch {
		case ok && s.Account != "":
			return at + s.Name
		case ok:
			return s.Name
		}
		if x, ok := r.owner(account(r.tokens[t])); ok {
			return x.Name
		}
		return t
	})
}

// redraw gives a tapped message the card that the tap's answer brought, unless
// it shows as much already. It takes mu.
func (r *record) redraw(p *Platform, m *message, c card.Card) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.abilities.Edits {
		return nil
	}
	to, _ := r.chatByID(m.Chat)
	f := r.dress(bot.Out{Text: m.last().Text, Card: &c}, to)
	if old := m.last(); old.Card != nil && r.same(*old.Card, *f.Card) {
		return nil
	}
	old := maps.Clone(m.last().Who)
	maps.Copy(old, f.Who)
	f.Who, f.At = old, p.o.Now()
	return r.change(m, f)
}
