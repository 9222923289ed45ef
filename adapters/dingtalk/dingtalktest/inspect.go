package dingtalktest

import "maps"

// Field is what the form of a card asks, as people see it.
type Field struct {
	Name, Label, Type string
	Required          bool
	Options           []Choice
	Default           any // as it was sent; nil is none
}

// Choice is one option of a field.
type Choice struct{ Value, Text string }

// Form is what a card asks one person, hidden fields left out.
func (m Message) Form(userID string) []Field {
	if m.card == nil {
		return nil
	}
	asked, shown := m.card.form(userID)
	if !shown {
		return nil
	}
	var out []Field
	for _, f := range asked.Fields {
		if f.Hidden {
			continue
		}
		one := Field{Name: f.Name, Label: f.Label, Type: f.Type, Required: f.Required, Default: f.DefaultValue}
		for _, o := range f.Options {
			one.Options = append(one.Options, Choice(o))
		}
		out = append(out, one)
	}
	return out
}

// Sends are what a button of a card sends along when one person touches it; nil is
// a button that sends nothing, or none of this label.
func (m Message) Sends(userID, label string) map[string]any {
	if m.card == nil {
		return nil
	}
	for _, b := range m.card.buttons(userID) {
		if b.Text == label {
			return maps.Clone(b.Event.Params.Params)
		}
	}
	return nil
}

// Faces are how a message looked to everybody before each edit and as it looks now.
func (m Message) Faces() []Message {
	var out []Message
	if m.card != nil {
		for i, params := range m.card.before {
			was, old := m, *m.card
			old.params, old.views, old.private, old.before = params, nil, nil, m.card.before[:i]
			was.card, was.Edits = &old, i
			out = append(out, was)
		}
	}
	return append(out, m)
}
