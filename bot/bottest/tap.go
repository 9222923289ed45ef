package bottest

import (
	"regexp"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
)

// tap reads “[old] button [in group] [input=value …]”.
func (s *stage) tap(name, text string) {
	text, old := strings.CutPrefix(text, "old ")
	label, rest, _ := strings.Cut(text, " ")
	fields := []string{name}
	if in, ok := strings.CutPrefix(rest, "in "); ok {
		group, form, _ := strings.Cut(in, " ")
		fields, rest = []string{group, name}, form
	}
	chat, who := s.where(fields)
	m, ok := s.withButton(who, chat, label, old)
	if !ok {
		s.fatalf("there is no such card")
	}
	b := m.Card.Buttons[buttonOf(m, label)]
	tap := bot.Tap{Event: s.event(), Card: m.ID, Chat: chat, From: who, Do: b.Do}
	if b.Submit {
		tap.Form = s.form(m.Card, rest)
	}
	s.last = func() {
		a, err := s.engine.Tap(s.Context(), tap)
		s.must(err)
		if a.Toast != "" {
			s.print(name, "!", strings.ReplaceAll(a.Toast, "\n", "\n\t"))
		}
		s.of(chat, who).Answer(m.ID, a)
		s.flush()
	}
	s.last()
	s.drain()
}

// withButton is the last card with a button; an old one is a card as it looked
// before, or the one before the last: what stands on a screen left open.
func (s *stage) withButton(who bot.Account, chat bot.ChatID, label string, old bool) (Said, bool) {
	now, err := s.of(chat, who).Messages(s.Context())
	s.must(err)
	has := func(m Said) bool { return buttonOf(m, label) >= 0 }
	current, ok := lastCard(now, who, chat, has)
	if !old {
		return current, ok
	}
	return lastCard(s.of(chat, who).Journal(), who, chat, func(m Said) bool {
		return has(m) && (m.ID != current.ID || m.Edits != current.Edits)
	})
}

func buttonOf(m Said, label string) int {
	return slices.IndexFunc(m.Card.Buttons, func(b card.Button) bool { return b.ID == label || b.Label == label })
}

// filled is an input that was filled in: its name up to the =.
var filled = regexp.MustCompile(`(?:^| )([^\s=]+)=`)

// form is what a card's form sends, as it stands and as it was filled in.
func (s *stage) form(c *card.Card, text string) map[string][]string {
	form := map[string][]string{}
	for _, in := range c.Inputs {
		if len(in.Value) > 0 {
			form[in.Name] = in.Value
		}
	}
	found := filled.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		label := text[at[2]:at[3]]
		in := slices.IndexFunc(c.Inputs, func(in card.Input) bool { return in.Name == label || in.Label == label })
		if in < 0 {
			s.fatalf("the card has no input %s", label)
		}
		form[c.Inputs[in].Name] = s.values(c.Inputs[in], text[at[1]:end])
	}
	if len(s.files) > 0 {
		for _, id := range s.files {
			form[bot.ArgFiles] = append(form[bot.ArgFiles], string(id))
		}
		s.files = nil
	}
	return form
}

// values are what an input sends: of options their values, of files their ids.
func (s *stage) values(in card.Input, text string) []string {
	parts := []string{text}
	if slices.Contains([]card.Kind{card.KindMulti, card.KindPeople, card.KindFile}, in.Kind) {
		parts = strings.Split(text, "、")
	}
	for i, p := range parts {
		if in.Kind == card.KindFile {
			parts[i] = string(s.put(p, ""))
		}
		for _, o := range in.Options {
			if o.Label == p {
				parts[i] = o.Value
			}
		}
	}
	return parts
}
