package card

import "strings"

// Text is the card for a place that shows no cards: everything it says, then
// the typed twin of every button.
func (c Card) Text() string {
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	if c.Title != "" {
		line("【" + c.Title + "】")
	}
	for _, f := range c.Fields {
		line(f.Label + "：" + f.Value)
	}
	if c.Table != nil {
		line(strings.Join(c.Table.Head, " | "))
		for _, r := range c.Table.Rows {
			line(strings.Join(r, " | "))
		}
	}
	line(c.Body)
	for _, f := range c.Files {
		line(f.Name + " " + f.URL)
	}
	for _, in := range c.Inputs {
		line(in.hint())
	}
	for _, w := range c.twins(func(Button) bool { return true }) {
		line(w)
	}
	return strings.TrimRight(b.String(), "\n")
}

// WithoutForm is the card for a platform that has buttons but no forms: inputs
// and the buttons that send them go, their questions and typed twins stand in
// the body instead, so that the question can be answered by a line of text.
func (c Card) WithoutForm() Card {
	if len(c.Inputs) == 0 {
		return c
	}
	lines := []string{}
	if c.Body != "" {
		lines = append(lines, c.Body)
	}
	for _, in := range c.Inputs {
		lines = append(lines, in.hint())
	}
	lines = append(lines, c.twins(func(b Button) bool { return b.Submit })...)
	out := c
	out.Body, out.Inputs, out.Buttons = strings.Join(lines, "\n"), nil, nil
	for _, b := range c.Buttons {
		if !b.Submit {
			out.Buttons = append(out.Buttons, b)
		}
	}
	return out
}

func (c Card) twins(want func(Button) bool) (out []string) {
	for _, b := range c.Buttons {
		if want(b) && b.Do.Words != "" {
			out = append(out, "〔"+b.Label+"〕"+b.Do.Words)
		}
	}
	return out
}

func (in Input) hint() string {
	s := "· " + in.Label
	if len(in.Options) > 0 && len(in.Options) <= 6 {
		labels := make([]string, len(in.Options))
		for i, o := range in.Options {
			labels[i] = o.Label
		}
		s += "（" + strings.Join(labels, "／") + "）"
	}
	return s
}
