package dingtalk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
)

// mostFace is how many bytes the variables of a card may have; the platform's limit
// is 100 KB.
const mostFace = 60_000

// named are the names of the variables, those of the recipe where none are given.
func (v Variables) named() Variables {
	return Variables{
		Title: cmp.Or(v.Title, "title"), Tag: cmp.Or(v.Tag, "tag"), Body: cmp.Or(v.Body, "body"), HasForm: cmp.Or(v.HasForm, "has_form"),
		Form: cmp.Or(v.Form, "form"), Buttons: cmp.Or(v.Buttons, "btns"), Footer: cmp.Or(v.Footer, "footer"),
	}
}

// A painting is a card on its way to the variables of the template.
type painting struct {
	drawing

	signer signer
	names  Variables
	footer string
}

// A view is who looks at a card, and at which.
type view struct {
	people     map[string]bot.Shown
	private    bool // in a single chat
	footer     string
	outTrackID string
	own        bool // in variables that are for one person
}

// painted are the variables of a card. All are always there, so that a change by key
// leaves nothing of what was before.
func (p *Platform) painted(c card.Card, v view) (map[string]string, error) {
	if !slices.ContainsFunc(c.Buttons, func(b card.Button) bool { return b.Submit }) {
		c = c.WithoutForm() // nothing would send it
	}
	voice := cardVoice
	if v.private {
		voice = markedVoice
	}
	for _, s := range sizes() {
		d := painting{
			drawing: drawing{people: v.people, voice: voice, private: v.private, size: s, robot: p.o.robotName()},
			signer:  p.signer(v.outTrackID, v.own), names: p.o.Variables.named(), footer: v.footer,
		}
		face, total := d.face(c), 0
		for name, value := range face {
			total += len(name) + len(value)
		}
		if total <= mostFace {
			return face, nil
		}
	}
	return nil, fmt.Errorf("dingtalk: card %q is too large however short", cut(c.Title, 20))
}

func (d painting) face(c card.Card) map[string]string {
	var table string
	if c.Table != nil {
		table = d.table(*c.Table)
	}
	var outside []card.Button
	var asks []string
	for _, b := range c.Buttons {
		if len(c.Inputs) == 0 || !b.Submit {
			outside = append(outside, b)
		}
		if b.Confirm != "" { // the template asks nothing before a tap
			asks = append(asks, "〔"+d.label(b)+"〕"+markedVoice.say(cut(b.Confirm, min(200, d.size.value)), d.people))
		}
	}
	form := d.form(c)
	at := min(len(outside), d.size.buttons)
	body := paragraphs(d.fields(c.Fields), table, d.body(c.Body), d.files(c.Files), form.said,
		lines(strings.Join(asks[:min(len(asks), d.size.buttons)], "\n")), d.twins(wordNoRoom, outside[at:]))
	return map[string]string{
		d.names.Title: d.title(c), d.names.Tag: dot(c.Tone), d.names.Body: body,
		d.names.HasForm: fmt.Sprint(len(form.fields) > 0), d.names.Form: toJSON(object{"fields": form.fields}),
		d.names.Buttons: toJSON(d.buttons(outside[:at])), d.names.Footer: printable(cut(d.footer, 500)),
	}
}

// actionButton is what our buttons call themselves.
const actionButton = "huiban"

func (d painting) buttons(list []card.Button) []object {
	out := []object{}
	for i, b := range list {
		color := "gray"
		switch {
		case b.Confirm != "":
			color = "red"
		case i == 0:
			color = "blue"
		}
		out = append(out, object{
			"text": printable(d.label(b)), "color": color, "status": "normal",
			"event": object{"type": "sendCardRequest", "params": object{
				"actionId": actionButton, "params": object{fieldRoute: d.signer.sign([]route{routeOf(b.Do)})},
			}},
		})
	}
	return out
}
