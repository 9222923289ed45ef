package bottest

import (
	"fmt"
	"strings"

	"huiban/bot/card"
)

// drawn is a message as transcripts show it: a line, then what does not fit
// into it, each further line after a tab.
func drawn(s Said) string {
	lines := strings.Split(s.Text, "\n")
	if s.Card != nil {
		if s.Text == "" {
			lines = nil
		}
		lines = append(lines, drawCard(*s.Card)...)
	}
	return strings.Join(lines, "\n\t")
}

func drawCard(c card.Card) []string {
	head := []string{title(c)}
	for _, f := range c.Fields {
		head = append(head, f.Label+"："+strings.ReplaceAll(f.Value, "\n", " / "))
	}
	lines := []string{strings.Join(head, " | ")}
	if c.Table != nil {
		lines = append(lines, row(c.Table.Head))
		for _, r := range c.Table.Rows {
			lines = append(lines, row(r))
		}
	}
	if c.Body != "" {
		lines = append(lines, strings.Split(c.Body, "\n")...)
	}
	for _, f := range c.Files {
		lines = append(lines, "<"+f.Name+">")
	}
	for _, in := range c.Inputs {
		lines = append(lines, "{"+input(in)+"}")
	}
	var buttons []string
	for _, b := range c.Buttons {
		buttons = append(buttons, "["+b.Label+"]")
	}
	if len(buttons) > 0 {
		lines = append(lines, strings.Join(buttons, " "))
	}
	return lines
}

// title names the tone that is not the usual one.
func title(c card.Card) string {
	if c.Tone == "" || c.Tone == card.Blue {
		return c.Title
	}
	return fmt.Sprintf("%s (%s)", c.Title, c.Tone)
}

func row(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

func input(in card.Input) string {
	s := in.Label
	if in.Required {
		s += "*"
	}
	s += ": " + string(in.Kind)
	if len(in.Options) > 0 {
		var labels []string
		for _, o := range in.Options {
			labels = append(labels, o.Label)
		}
		s += " " + strings.Join(labels, "/")
	}
	if len(in.Value) > 0 {
		s += " = " + strings.Join(in.Value, "、")
	}
	return s
}
