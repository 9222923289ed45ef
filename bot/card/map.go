package card

import "slices"

// Map returns the card with f applied to every text that a person sees; the
// values of inputs, options and actions stay.
func (c Card) Map(f func(string) string) Card {
	c.Title, c.Body = f(c.Title), f(c.Body)
	c.Fields = slices.Clone(c.Fields)
	for i := range c.Fields {
		c.Fields[i] = Field{Label: f(c.Fields[i].Label), Value: f(c.Fields[i].Value)}
	}
	if c.Table != nil {
		t := Table{Head: each(c.Table.Head, f), Rows: make([][]string, len(c.Table.Rows))}
		for i, r := range c.Table.Rows {
			t.Rows[i] = each(r, f)
		}
		c.Table = &t
	}
	c.Inputs = slices.Clone(c.Inputs)
	for i := range c.Inputs {
		in := &c.Inputs[i]
		in.Label = f(in.Label)
		in.Options = slices.Clone(in.Options)
		for j := range in.Options {
			in.Options[j].Label = f(in.Options[j].Label)
		}
	}
	c.Buttons = slices.Clone(c.Buttons)
	for i := range c.Buttons {
		b := &c.Buttons[i]
		b.Label, b.Confirm, b.Do.Words = f(b.Label), f(b.Confirm), f(b.Do.Words)
	}
	c.Files = slices.Clone(c.Files)
	for i := range c.Files {
		c.Files[i].Name = f(c.Files[i].Name)
	}
	return c
}

// Texts are all texts of the card that a person sees.
func (c Card) Texts() []string {
	var out []string
	c.Map(func(s string) string {
		if s != "" {
			out = append(out, s)
		}
		return s
	})
	return out
}

// mostPicks is how many options of an input a screen can list.
const mostPicks = 100

// Picks are the people whom the card's inputs offer, by their tokens; of a
// longer list the first hundred.
func (c Card) Picks() []string {
	var out []string
	for _, in := range c.Inputs {
		if in.Kind != KindPerson && in.Kind != KindPeople {
			continue
		}
		for _, o := range in.Options[:min(len(in.Options), mostPicks)] {
			out = append(out, o.Value)
		}
	}
	return out
}

func each(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}
