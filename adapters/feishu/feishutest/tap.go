package feishutest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What a client shows when a tap goes wrong.
const (
	TapNotConfigured = 200340 // the app has not subscribed to taps, see NotSubscribed
	TapNoAnswer      = 200341 // no answer in 3 s
	TapRefused       = 200671 // an answer that is not 200
	TapNotUnderstood = 200672 // an answer that is not {toast, card}
	TapBadCard       = 200673 // the card of the answer breaks the rules
	TapOldCard       = 200830 // a card of JSON 1.0 in answer to one of 2.0
	TapNoData        = 108002 // an ack without data
)

// TapAnswer is what the person who tapped sees.
type TapAnswer struct {
	Toast, ToastType string
	Changed          bool // the card was replaced, for everybody
	Code             int  // 0, or the code that the client shows
}

// Tap is a person touching a button, by its name or its label. In a form the
// values go along, by name or label of the field; what the client would refuse
// (an empty required field, an option that is not there, a card older than 14
// days) is an error and reaches nobody. Taps are delivered once.
func (s *Server) Tap(ctx context.Context, messageID, from, label string, form map[string]any) (TapAnswer, error) {
	m, found := s.Message(messageID)
	if !found {
		return TapAnswer{}, fmt.Errorf("there is no message %s", messageID)
	}
	return s.TapOpen(ctx, m, from, label, form)
}

// TapOpen is Tap on a screen that was left open: the card is as it is seen there.
func (s *Server) TapOpen(ctx context.Context, m Message, from, label string, form map[string]any) (TapAnswer, error) {
	b, values, err := s.touchable(m, from, label, form)
	if err != nil {
		return TapAnswer{}, fmt.Errorf("%s, [%s]: %w", m.ID, label, err)
	}
	calls := slices.DeleteFunc(slices.Clone(b.behaviors), func(o object) bool { return o.text("type") != "callback" })
	switch {
	case len(calls) == 0 && b.action != "submit":
		return TapAnswer{}, nil // it opens a page or empties the form, and tells nobody
	case s.faults.Strikes(NotSubscribed, m.Chat):
		return TapAnswer{Code: TapNotConfigured}, nil
	}
	action := map[string]any{"tag": "button", "timezone": "Asia/Shanghai"}
	if b.name != "" {
		action["name"] = b.name
	}
	if b.action == "submit" {
		action["form_value"] = values
	}
	if len(calls) > 0 && (b.action != "submit" || !s.o.DropValue) {
		action["value"] = calls[0]["value"]
	}
	p, err := s.wrap(m.Chat, "card.action.trigger", s.tapEvent(m, from, action), micros(s.o.Now()))
	if err != nil {
		return TapAnswer{}, err
	}
	done := make(chan TapAnswer, 1)
	if !s.Background(func() { done <- s.tapped(m.ID, p) }) { //nolint:contextcheck // a tap outlives the wait of the caller
		return TapAnswer{}, errors.New("the platform is closed")
	}
	select {
	case a := <-done:
		return a, nil
	case <-ctx.Done():
		return TapAnswer{}, fmt.Errorf("%s, [%s]: %w", m.ID, label, ctx.Err())
	}
}

func (s *Server) tapEvent(m Message, from string, action map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	operator := s.ids(from)
	operator["tenant_key"] = tenantKey
	return map[string]any{
		"operator": operator, "token": s.ID("c-"), "action": action, "host": "im_message",
		"context": map[string]any{"open_message_id": m.ID, "open_chat_id": m.Chat},
	}
}

// touchable finds the button and checks what the client checks.
func (s *Server) touchable(m Message, from, label string, form map[string]any) (button, map[string]any, error) {
	s.mu.Lock()
	reads := s.people[from] != nil && s.reads(from, m.Chat)
	age := s.o.Now().Sub(m.At)
	group := s.chats[m.Chat]
	members := []string{m.To, botOpenID}
	if group != nil {
		members = slices.Clone(group.Members)
	}
	s.mu.Unlock()
	switch {
	case m.Type != "interactive":
		return button{}, nil, fmt.Errorf("it is a %s, no card", m.Type)
	case !reads:
		return button{}, nil, fmt.Errorf("%q does not see it", from)
	case m.Recalled:
		return button{}, nil, errors.New("it was recalled")
	case age > cardLife:
		return button{}, nil, errors.New("it is older than 14 days and cannot be tapped any more")
	}
	f := readCard(m.Content, m.names)
	b, err := f.pick(label)
	if err != nil {
		return button{}, nil, err
	}
	if b.disabled {
		return button{}, nil, errors.New("it is disabled")
	}
	if b.action != "submit" {
		if len(form) > 0 {
			return button{}, nil, errors.New("only a submit button sends a form")
		}
		return b, nil, nil
	}
	values, err := f.fill(b.form, form, members)
	return b, values, err
}

// pick finds a button by name, or by its label when only one has it.
func (f face) pick(label string) (button, error) {
	var named, labelled []button
	for _, b := range f.buttons {
		if b.name == label {
			named = append(named, b)
		}
		if b.label == label {
			labelled = append(labelled, b)
		}
	}
	for _, list := range [][]button{named, labelled} {
		switch len(list) {
		case 0:
		case 1:
			return list[0], nil
		default:
			return button{}, fmt.Errorf("%d buttons are called so", len(list))
		}
	}
	var have []string
	for _, b := range f.buttons {
		have = append(have, b.label)
	}
	return button{}, fmt.Errorf("there is no such button; there are %q", have)
}

// fill is the form_value: what was given, and the initial values of the rest.
func (f face) fill(form string, given map[string]any, members []string) (map[string]any, error) {
	left := maps.Clone(given)
	out := map[string]any{}
	for _, in := range f.inputs {
		if in.Form != form {
			continue
		}
		value := in.Initial
		for _, key := range []string{in.Label, in.Name} {
			if v, ok := given[key]; ok && key != "" {
				value = v
				delete(left, key)
			}
		}
		checked, err := in.check(value, members)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", in.Name, err)
		}
		if checked != nil {
			out[in.Name] = checked
		}
	}
	for key := range left {
		return nil, fmt.Errorf("the form has no field %q", key)
	}
	return out, nil
}

// check is a value as the client sends it; nil leaves the field out.
func (in Input) check(value any, members []string) (any, error) {
	switch in.Tag {
	case "checker":
		on, _ := value.(bool)
		if in.Required && !on {
			return nil, errors.New("it is required")
		}
		return on, nil
	case "multi_select_static", "multi_select_person":
		list, err := textList(value)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 && in.Required {
			return nil, errors.New("it is required")
		}
		for _, v := range list {
			if err := in.offers(v, members); err != nil {
				return nil, err
			}
		}
		if len(list) == 0 {
			return nil, nil //nolint:nilnil // an empty field is left out
		}
		return list, nil
	}
	text, isText := value.(string)
	if value != nil && !isText {
		return nil, fmt.Errorf("%v is no string", value)
	}
	if strings.TrimSpace(text) == "" {
		if in.Required {
			return nil, errors.New("it is required")
		}
		if in.Tag == "input" {
			return "", nil
		}
		return nil, nil //nolint:nilnil // an empty field is left out
	}
	return in.checkText(text, members)
}

func (in Input) checkText(text string, members []string) (any, error) {
	switch in.Tag {
	case "input":
		if n := utf8.RuneCountInString(text); in.MaxLength > 0 && n > in.MaxLength {
			return nil, fmt.Errorf("%d characters are more than %d", n, in.MaxLength)
		}
		return text, nil
	case "select_static", "select_person":
		return text, in.offers(text, members)
	}
	layout := layouts[in.Tag].layout
	if _, err := time.Parse(layout, text); err == nil {
		return text + " +0800", nil
	}
	if _, err := time.Parse(layout+" -0700", text); err != nil {
		return nil, fmt.Errorf("%q is not as %s", text, layout)
	}
	return text, nil
}

func textList(value any) ([]string, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case []string:
		return v, nil
	case []any:
		return textsOf(v), nil
	}
	return nil, fmt.Errorf("%v is no list of strings", value)
}

// offers reports whether the client lets the person choose the value: an option,
// or without options a member of the chat.
func (in Input) offers(value string, members []string) error {
	people := strings.HasSuffix(in.Tag, "person")
	if people && len(in.Options) == 0 {
		if !slices.Contains(members, value) {
			return fmt.Errorf("%q is no member of the chat", value)
		}
		return nil
	}
	if !slices.ContainsFunc(in.Options, func(o Option) bool { return o.Value == value }) {
		return fmt.Errorf("%q is none of the options", value)
	}
	return nil
}

// tapped delivers a tap and shows the answer.
func (s *Server) tapped(messageID string, p parcel) TapAnswer {
	a, err := s.once(p)
	switch {
	case err != nil:
		if errors.Is(err, errLate) {
			s.Problemf("tap: no answer within %v", s.o.AckWithin)
		}
		return TapAnswer{Code: TapNoAnswer}
	case a.code != http.StatusOK:
		s.Problemf("tap: answered %d", a.code)
		return TapAnswer{Code: TapRefused}
	case !a.hasData:
		s.Problemf("tap: the ack has no data")
		return TapAnswer{Code: TapNoData}
	}
	return s.show(messageID, a.data)
}

// show reads {toast, card} as strictly as a client and replaces the card.
func (s *Server) show(messageID string, data []byte) TapAnswer {
	var body *struct {
		Toast *struct {
			Type    string            `json:"type"`
			Content string            `json:"content"`
			I18n    map[string]string `json:"i18n"`
		} `json:"toast"`
		Card *struct {
			Type string          `json:"type"`
			Data json.RawMessage `json:"data"`
		} `json:"card"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil || body == nil {
		s.Problemf("tap: the answer %s is not {toast, card}: %v", data, err)
		return TapAnswer{Code: TapNotUnderstood}
	}
	var out TapAnswer
	if body.Toast != nil {
		out.Toast, out.ToastType = body.Toast.Content, body.Toast.Type
		if out.Toast == "" {
			out.Toast = body.Toast.I18n["zh_cn"]
		}
		if !slices.Contains(words("info success error warning"), out.ToastType) {
			s.Problemf("tap: toast of type %q", out.ToastType)
			return TapAnswer{Code: TapNotUnderstood}
		}
	}
	if body.Card == nil {
		return out
	}
	var card object
	if body.Card.Type != "raw" || json.Unmarshal(body.Card.Data, &card) != nil || card == nil {
		s.Problemf("tap: the card of the answer is no object of type raw")
		return TapAnswer{Code: TapNotUnderstood}
	}
	if card.text("schema") != "2.0" {
		s.Problemf("tap: a card of JSON 1.0 in answer to one of 2.0")
		return TapAnswer{Code: TapOldCard}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if issues := inspect(body.Card.Data, s.known); len(issues) > 0 {
		for _, i := range issues {
			s.Problemf("card in answer to a tap: %s", i.text)
		}
		return TapAnswer{Code: TapBadCard}
	}
	redraw(s.messages[messageID], string(body.Card.Data))
	s.Touch()
	out.Changed = true
	return out
}

// redraw replaces the face of a card; s.mu is held.
func redraw(m *Message, content string) {
	m.faces = append(m.faces, m.Content)
	m.Content = content
	m.Edits++
}
