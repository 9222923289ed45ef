package bot

import (
	"slices"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// Inputs are the form that asks for the gaps of the command, one input for
// each, in their order; a gap that is no argument of the command is left to the
// words around it. People are the options where a person is asked for.
func (c Command) Inputs(gaps []meeting.Gap, people []meeting.Person) []card.Input {
	var out []card.Input
	seen := map[string]bool{}
	for _, g := range gaps {
		a, ok := c.argument(g.Field)
		if !ok || seen[g.Field] {
			continue
		}
		seen[g.Field] = true
		out = append(out, a.input(g, people))
		if a.files {
			out = append(out, card.Input{Name: ArgFiles, Label: "附件", Kind: card.KindFile})
		}
	}
	return out
}

// Form is what completes a draft of the command: its gaps, then what is always
// offered (`opt:"offer"`) and was not said yet, such as the priority (R40, R41).
func (c Command) Form(d *Draft, people []meeting.Person) []card.Input {
	out := c.Inputs(d.Gaps, people)
	if d.Have[ArgOnly] != "" {
		return out
	}
	for _, a := range c.args {
		asked := slices.ContainsFunc(d.Gaps, func(g meeting.Gap) bool { return g.Field == a.name })
		if !a.offer || asked || d.Have[a.name] != "" {
			continue
		}
		in := a.input(meeting.Gap{Field: a.name}, people)
		in.Required = false
		if a.preset != "" {
			in.Value = []string{a.preset}
		}
		out = append(out, in)
	}
	return out
}

func (c Command) argument(name string) (argument, bool) {
	for _, a := range c.args {
		if a.name == name {
			return a, true
		}
	}
	return argument{}, false
}

func (a argument) input(g meeting.Gap, people []meeting.Person) card.Input {
	in := card.Input{Name: a.name, Label: a.name, Kind: card.KindText, Required: !a.files}
	for _, c := range g.Choices {
		in.Options = append(in.Options, card.Option{Value: c.Value, Label: c.Label})
	}
	switch a.kind {
	case dateArgument:
		in.Kind = card.KindDateTime
		if len(g.Choices) == 1 { // the one reading of what was said; of several the person picks (R47)
			in.Value = []string{g.Choices[0].Value}
		}
		in.Options = nil // the choices are buttons; a picker takes any date
	case personArgument, peopleArgument:
		in.Kind = card.KindPerson
		if a.kind == peopleArgument {
			in.Kind = card.KindPeople
		}
		if len(in.Options) == 0 {
			in.Options = personOptions(people)
		}
	case numberArgument:
		in.Kind = card.KindNumber
	case choiceArgument:
		in.Kind = card.KindSelect
		if len(in.Options) == 0 {
			for _, c := range a.choices {
				in.Options = append(in.Options, card.Option{Value: c, Label: c})
			}
		}
	case taskArgument:
		in.Kind = card.KindSelect
	case flagArgument:
		in.Kind = card.KindCheck
	case textArgument:
		if a.rest && len(in.Options) == 0 {
			in.Kind = card.KindLines
		}
		in.Options = nil
	}
	return in
}

func personOptions(people []meeting.Person) []card.Option {
	var out []card.Option
	for _, p := range people {
		if p.Active {
			out = append(out, card.Option{Value: p.Token(), Label: p.Label()})
		}
	}
	return out
}
