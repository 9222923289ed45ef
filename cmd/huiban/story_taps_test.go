package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"huiban/adapters/feishu/feishutest"
)

// lastCard is the newest card of a place that fits, as it
// looks now or, if it is old, as it looked before.
func (s *tale) lastCard(place string, old bool, fits func(feishutest.Message) bool) feishutest.Message {
	s.Helper()
	m, found := s.card(place, old, fits)
	if !found {
		s.Fatalf("%s:%d: there is no such card\n%s", s.name, s.line, s.transcript())
	}
	return m
}

func (s *tale) card(place string, old bool, fits func(feishutest.Message) bool) (feishutest.Message, bool) {
	for _, m := range slices.Backward(s.fake.Messages()) {
		if m.Type != "interactive" || !s.place(m, place) {
			continue
		}
		faces := m.Faces()
		now := len(faces) - 1
		if old {
			faces = faces[:now]
		} else {
			faces = faces[now:]
		}
		for _, face := range slices.Backward(faces) {
			if fits(face) {
				return face, true
			}
		}
	}
	return feishutest.Message{}, false
}

// taps reads “[old] button [in group] [input=value …]”.
func (s *tale) taps(who, text string, shows []shown) {
	s.Helper()
	text, old := strings.CutPrefix(text, "old ")
	verb, rest, _ := strings.Cut(text, " ")
	place := who
	if in, ok := strings.CutPrefix(rest, "in "); ok {
		place, rest, _ = strings.Cut(in, " ")
	}
	card := s.lastCard(place, old, func(m feishutest.Message) bool { return labelOf(m, verb) != "" })
	a, err := s.fake.TapOpen(s.patiently(), card, s.ids[who], labelOf(card, verb), s.form(card, rest))
	if err != nil || a.Code != 0 {
		s.Fatalf("line %d: %+v, %v\n%s\n%s", s.line, a, err, card.Text(), s.log)
	}
	want := ""
	for _, show := range shows {
		if show.sign == "!" {
			want = strings.Join(show.text, "\n")
		}
	}
	if essence(a.Toast) != essence(want) {
		s.Errorf("%s:%d: the toast is %q, not %q", s.name, s.line, a.Toast, want)
	}
}

// labelOf is the label of the button with a label or a command.
func labelOf(m feishutest.Message, verb string) string {
	for _, b := range buttonsOf(m) {
		if b.label == verb || b.command == verb {
			return b.label
		}
	}
	return ""
}

// A pressable is a button on the wire.
type pressable struct{ label, command string }

func buttonsOf(m feishutest.Message) []pressable {
	var card any
	if json.Unmarshal([]byte(m.Content), &card) != nil {
		return nil
	}
	var out []pressable
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if v["tag"] == "button" {
				out = append(out, readButton(v))
			}
			for _, key := range []string{"body", "elements", "columns"} {
				walk(v[key])
			}
		}
	}
	walk(card)
	return out
}

func readButton(v map[string]any) pressable {
	var b struct {
		Text      struct{ Content string }
		Behaviors []struct {
			Value struct {
				C string `json:"c"`
			}
		}
	}
	text, err := json.Marshal(v)
	if err != nil || json.Unmarshal(text, &b) != nil || len(b.Behaviors) == 0 {
		return pressable{}
	}
	return pressable{b.Text.Content, b.Behaviors[0].Value.C}
}

// filled is an input that was filled in: its name up to the =.
var filled = regexp.MustCompile(`(?:^| )([^\s=]+)=`)

// form is what is filled in, as the client sends it.
func (s *tale) form(m feishutest.Message, text string) map[string]any {
	found := filled.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return nil
	}
	form := map[string]any{}
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		label := text[at[2]:at[3]]
		in := slices.IndexFunc(m.Inputs(), func(in feishutest.Input) bool { return strings.HasPrefix(in.Label, label) })
		if in < 0 {
			s.Fatalf("line %d: no input %s in\n%s", s.line, label, m.Text())
		}
		form[m.Inputs()[in].Name] = s.value(m.Inputs()[in], text[at[1]:end])
	}
	return form
}

func (s *tale) value(in feishutest.Input, text string) any {
	values := strings.Split(text, "、")
	for i, v := range values {
		name, _, _ := strings.Cut(v, "（")
		if strings.HasSuffix(in.Tag, "person") {
			values[i] = s.ids[name]
		}
		for _, o := range in.Options {
			if o.Text == v {
				values[i] = o.Value
			}
		}
	}
	switch {
	case strings.HasPrefix(in.Tag, "multi"):
		return values
	case strings.HasPrefix(in.Tag, "select"):
		return values[0]
	}
	return text
}
