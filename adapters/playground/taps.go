package playground

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huiban/bot"
	"huiban/bot/card"
)

// A Press is a button tapped by a person, on the face that the message had at
// Seq (0: the one it has now). User may be an id or a name, and so may the
// values of inputs that ask for people.
type Press struct {
	Message string              `json:"message"`
	Seq     int64               `json:"seq"`
	User    string              `json:"user"`
	Button  string              `json:"button"`
	Form    map[string][]string `json:"form"`
	Event   string              `json:"event"`
}

// Tap hands a tap to the bot and gives the message the card that comes back. It
// returns what the bot tells the tapper at once; what else is said comes by Send.
func (p *Platform) Tap(ctx context.Context, x Press) (toast string, err error) {
	tap, m, err := p.record.press(x)
	if err != nil {
		return "", err
	}
	if x.Event == "" {
		tap.Event = name + ":" + uuid.NewString()
	}
	err = p.deliver(ctx, func(in bot.Inbox) error {
		a, err := in.Tap(ctx, tap)
		if err != nil {
			return err
		}
		toast = a.Toast
		if a.Card == nil {
			return nil
		}
		return p.record.redraw(p, m, *a.Card)
	})
	return toast, err
}

// press finds out what a tap does. It takes mu.
func (r *record) press(x Press) (tap bot.Tap, m *message, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := checkEvent(x.Event); err != nil {
		return tap, nil, err
	}
	m = r.byID[x.Message]
	if m == nil {
		return tap, nil, refuse(http.StatusNotFound, "没有“%s”这条消息，请写卡片所在消息的 id。", clip(x.Message))
	}
	who, err := r.person(x.User)
	if err != nil {
		return tap, nil, err
	}
	c, _ := r.chatByID(m.Chat) // messages stand in chats that exist
	if err := mayAct(who, c); err != nil {
		return tap, nil, err
	}
	f, ok := m.faceAt(x.Seq)
	if !ok || f.Card == nil {
		return tap, nil, refuse(http.StatusNotFound, "“%s”在 seq %d 时没有卡片，请写看到卡片时的 seq。", m.ID, x.Seq)
	}
	b, ok := pressed(f.Card.Buttons, x.Button)
	if !ok {
		return tap, nil, refuse(http.StatusNotFound, "这张卡片上没有〔%s〕，请写按钮的 id。", clip(x.Button))
	}
	tap = bot.Tap{
		Event: name + ":" + x.Event, Card: bot.MessageID(m.ID), Chat: chatID(c.ID), From: account(who.ID), Do: b.Do,
	}
	if c.Kind == privateChat {
		tap.Chat = "" // nothing but the card tells the bot where it lies
	}
	if b.Submit {
		tap.Form, err = r.form(f, x.Form)
	}
	return tap, m, err
}

// pressed finds a button by its id or else by what it says.
func pressed(buttons []card.Button, wanted string) (card.Button, bool) {
	if i := slices.Index(buttonIDs(buttons), wanted); i >= 0 {
		return buttons[i], true
	}
	i := slices.IndexFunc(buttons, func(b card.Button) bool { return b.Label == wanted })
	if i < 0 {
		return card.Button{}, false
	}
	return buttons[i], true
}

// form turns what was filled in into the values that the card's maker knows.
func (r *record) form(f *face, filled map[string][]string) (map[string][]string, error) {
	out := map[string][]string{}
	for label, values := range filled {
		i := slices.IndexFunc(f.Card.Inputs, func(in card.Input) bool { return in.Name == label })
		if i < 0 {
			return nil, refuse(http.StatusBadRequest, "这张卡片上没有“%s”这一项，请去掉。", clip(label))
		}
		in := f.Card.Inputs[i]
		for _, v := range values {
			meant, err := r.meant(in, f.Who, v)
			if err != nil {
				return nil, err
			}
			out[in.Name] = append(out[in.Name], meant)
		}
	}
	return out, nil
}

// meant is the value that the card's maker knows for what was put in.
func (r *record) meant(in card.Input, who map[string]string, v string) (string, error) {
	if in.Kind == card.KindFile {
		f, ok := r.files[v]
		if !ok {
			return "", refuse(http.StatusNotFound, "没有“%s”这个文件，请先用 POST /api/files 上传。", clip(v))
		}
		return string(f.File), nil
	}
	for _, o := range in.Options {
		if o.Value == v || alias(o.Value, who) == v || o.Label == v {
			return o.Value, nil
		}
	}
	if in.Kind != card.KindPerson && in.Kind != card.KindPeople {
		return v, nil
	}
	return r.meantPerson(in, who, v)
}

// meantPerson finds the option of a person who is given by name; where a card
// offers nobody, anybody can be named.
func (r *record) meantPerson(in card.Input, who map[string]string, v string) (string, error) {
	ref := strings.TrimPrefix(strings.TrimSpace(v), "@")
	var found []*Person
	var value string
	for _, o := range in.Options {
		x, ok := r.owner(account(who[o.Value]))
		if ok && x.Name == ref {
			found, value = append(found, x), o.Value
		}
	}
	switch {
	case len(found) == 1:
		return value, nil
	case len(found) > 1:
		return "", refuse(http.StatusConflict, "有%d位“%s”：%s，请写其中一位的 id。", len(found), clip(ref), namely(found))
	}
	x, err := r.person(ref)
	if err != nil {
		return "", err
	}
	if len(in.Options) > 0 {
		return "", refuse(http.StatusBadRequest, "“%s”里选不了%s，请从可选的人里选一位。", in.Label, x.Name)
	}
	return string(account(x.ID)), nil
}

func (s *server) postTaps(w http.ResponseWriter, r *http.Request) error {
	var x Press
	if err := decode(w, r, &x); err != nil {
		return err
	}
	return s.deed(w, r, "tap", x.Event, func(ctx context.Context) (string, error) { return s.p.Tap(ctx, x) })
}
