package dingtalktest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// TapAnswer is what became of a tap on a card. What the person then reads is the
// message's TextFor him.
type TapAnswer struct {
	Heard    bool // the app answered in time, whatever it said
	Changed  bool // the person sees another card; the others do not
	TimedOut bool // the client showed that nothing happened
	Took     time.Duration

	// Overtaken says that the card was updated for everybody before the tap was
	// answered. The platform forbids it to the one who answers; the update may of
	// course be about the tap of somebody else.
	Overtaken bool
}

// TapButton is a person touching a button of a card, by its label; a label of the
// form's submit button sends the form, values by name or by label of the field.
// What the client would refuse is an error and reaches nobody: a button that is
// disabled, a required field that is empty, an option that is not there. Taps are
// pushed once.
func (s *Server) TapButton(ctx context.Context, messageID, from, label string, values map[string]any) (TapAnswer, error) {
	p, c, err := s.tapOn(messageID, from, label, values)
	if err != nil {
		return TapAnswer{}, fmt.Errorf("%s, [%s]: %w", messageID, label, err)
	}
	if p.data == nil {
		return TapAnswer{}, nil // it opens a page, and tells nobody
	}
	if !c.stream {
		return TapAnswer{TimedOut: true}, nil
	}
	done := make(chan TapAnswer, 1)
	if !s.Background(func() { done <- s.tapped(p, c, from) }) { //nolint:contextcheck // a tap outlives the wait of the caller
		return TapAnswer{}, errors.New("the platform is closed")
	}
	select {
	case a := <-done:
		return a, nil
	case <-ctx.Done():
		return TapAnswer{}, fmt.Errorf("%s, [%s]: %w", messageID, label, ctx.Err())
	}
}

// TapLink is a person touching a link of a message or a button of an action card,
// by its label. A dtmd link lets him say its text in the chat; in a group it
// mentions nobody and so does not reach the app. Any other opens a page.
func (s *Server) TapLink(ctx context.Context, messageID, from, label string) (Delivery, error) {
	m, found := s.Message(messageID)
	if !found {
		return Delivery{}, fmt.Errorf("there is no message %s", messageID)
	}
	s.mu.Lock()
	sees := s.sees(from, s.messages[messageID])
	s.mu.Unlock()
	links := m.Links()
	i := slices.IndexFunc(links, func(l Link) bool { return l.Label == label })
	switch {
	case !sees:
		return Delivery{}, fmt.Errorf("%q does not see %s", from, messageID)
	case i < 0:
		return Delivery{}, fmt.Errorf("%s has no link %q; there are %q", messageID, label, links)
	}
	said, sends := spoken(links[i].URL)
	if !sends {
		return Delivery{}, nil
	}
	return s.speak(ctx, speech{chat: m.Chat, from: from, text: said, typed: true})
}

// tapOn finds the button, checks what the client checks and makes what is pushed;
// its data is nil when the button tells nobody.
func (s *Server) tapOn(messageID, from, label string, values map[string]any) (parcel, *card, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	switch {
	case m == nil:
		return parcel{}, nil, errors.New("there is no such message")
	case m.Type != "card":
		return parcel{}, nil, fmt.Errorf("it is a %s, no card", m.Type)
	case !s.sees(from, m):
		return parcel{}, nil, fmt.Errorf("%q does not see it", from)
	}
	c := s.snapshot(m).card
	actionID, params, err := c.press(from, label, values)
	if err != nil || actionID == "" {
		return parcel{}, nil, err
	}
	content, err := json.Marshal(map[string]any{"cardPrivateData": map[string]any{"actionIds": []string{actionID}, "params": params}})
	if err != nil {
		return parcel{}, nil, fmt.Errorf("form: %w", err)
	}
	who, kind := from, 1
	if c.byUnion {
		who, kind = s.people[from].UnionID, 2
	}
	if s.people[from].External {
		who = ""
	}
	space, spaceID := "IM_GROUP", m.Chat
	if m.To != "" {
		space, spaceID = "IM_ROBOT", who
	}
	data, err := json.Marshal(map[string]any{
		"type": "actionCallback", "outTrackId": c.id, "corpId": s.o.CorpID, "userId": who, "userIdType": kind,
		"spaceType": space, "spaceId": spaceID, "extension": "{}", "content": string(content),
	})
	if err != nil {
		return parcel{}, nil, fmt.Errorf("callback: %w", err)
	}
	return parcel{kind: "CALLBACK", topic: cardTopic, id: s.ID("tap-"), chat: m.Chat, meter: "push.tap", data: data, within: s.o.TapWithin}, c, nil
}

// press is what a tap sends; an empty actionID is nothing.
func (c *card) press(from, label string, values map[string]any) (actionID string, params map[string]any, err error) {
	if f, asks := c.form(from); asks && label == c.look.Submit {
		filled, err := f.fill(values)
		return "form", map[string]any{"form": filled}, err
	}
	if len(values) > 0 {
		return "", nil, errors.New("only the button of the form sends values")
	}
	var labels []string
	for _, b := range c.buttons(from) {
		labels = append(labels, b.Text)
		if b.Text != label {
			continue
		}
		if b.Status == "disabled" {
			return "", nil, errors.New("it is disabled")
		}
		if b.Event.Params.Params == nil {
			b.Event.Params.Params = map[string]any{}
		}
		return b.Event.Params.ActionID, b.Event.Params.Params, nil
	}
	return "", nil, fmt.Errorf("there is no such button; there are %q", labels)
}

// tapped pushes a tap and shows the answer to the one who tapped.
func (s *Server) tapped(p parcel, c *card, from string) TapAnswer {
	if s.astray(p.chat) {
		return TapAnswer{TimedOut: true}
	}
	before := s.edits(c.id)
	start := time.Now()
	late := s.faults.Strikes(LateTap, p.chat)
	a, err := s.once(p)
	out := TapAnswer{Took: time.Since(start), TimedOut: true, Overtaken: s.edits(c.id) > before}
	switch {
	case errors.Is(err, errLate):
		s.Problemf("tap: no answer within %v", p.within)
		return out
	case err != nil || late:
		return out
	case a.Code != http.StatusOK:
		s.Problemf("tap: answered %d %s", a.Code, a.Message)
		return out
	}
	out.Heard, out.TimedOut = true, false
	out.Changed = s.show(c.id, from, a.Data)
	return out
}

// edits counts how often a card was changed for everybody.
func (s *Server) edits(outTrackID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cards[outTrackID].edits
}

// tapAnswer is what the ack of a tap may say.
type tapAnswer struct {
	CardUpdateOptions cardOptions `json:"cardUpdateOptions"`
	CardData          *cardData   `json:"cardData"`
	UserPrivateData   *cardData   `json:"userPrivateData"`
}

// show reads the answer to a tap as strictly as a client.
func (s *Server) show(outTrackID, from, data string) bool {
	var body struct {
		Response *tapAnswer `json:"response"`
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		s.Problemf("tap: the answer %q is no {response}: %v", data, err)
		return false
	}
	if body.Response == nil || body.Response.CardData == nil && body.Response.UserPrivateData == nil {
		return false
	}
	answer := body.Response
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.cards[outTrackID]
	for _, one := range []*cardData{answer.CardData, answer.UserPrivateData} {
		if one == nil {
			continue
		}
		changes, wrong := s.variables(*one, s.templates[c.look.ID])
		if wrong != "" {
			s.Problemf("tap: the answer: %s", wrong)
			return false
		}
		if one == answer.CardData {
			old := c.params
			if view, own := c.views[from]; own {
				old = view
			}
			c.views = maps.Clone(c.views)
			c.views[from] = s.merged(c, old, changes, answer.CardUpdateOptions.UpdateCardDataByKey)
			continue
		}
		c.private = maps.Clone(c.private)
		c.private[from] = s.merged(c, c.private[from], changes, answer.CardUpdateOptions.UpdatePrivateDataByKey)
	}
	s.Touch()
	return true
}
