package feishu

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/card"
)

// The longest text that an input takes.
const mostInput = 1000

// perRow is how many buttons stand side by side.
const perRow = 4

// Input names on the wire begin with what their values are, because the answer
// does not say it.
const (
	nameText   = "f_"
	namePerson = "p_"
	nameDate   = "d_"
)

// form is the card's inputs with the buttons that send them.
func (d *drawing) form(c card.Card) object {
	elements := []object{}
	for _, in := range c.Inputs {
		elements = append(elements, d.input(in)...)
	}
	var submits []card.Button
	for _, b := range c.Buttons {
		if b.Submit {
			submits = append(submits, b)
		}
	}
	if len(submits) == 0 { // a form must be sent by something
		submits = []card.Button{{Label: "提交", Submit: true}}
	}
	d.elements++
	return object{"tag": "form", "name": "form", "elements": append(elements, d.rows(submits, true)...)}
}

func (d *drawing) input(in card.Input) []object {
	label := cut(plain(in.Label, d.people), 60)
	switch in.Kind {
	case card.KindFile:
		return []object{d.said(label + "：请提交以后把文件直接发给我。")}
	case card.KindCheck:
		d.elements++
		return []object{{"tag": "checker", "name": wireName(nameText, in.Name), "checked": len(in.Value) > 0 && in.Value[0] == "true", "text": d.text(label)}}
	case card.KindDate, card.KindTime, card.KindDateTime:
		return d.labelled(in, label, d.datePicker(in, label))
	case card.KindSelect, card.KindMulti:
		if choice := d.choice(in, label, in.Kind == card.KindMulti); choice != nil {
			return d.labelled(in, label, choice)
		}
	case card.KindPerson, card.KindPeople:
		return d.person(in, label)
	case card.KindText, card.KindNumber, card.KindLines:
	}
	return []object{d.typed(in, label)}
}

// labelled puts a picker's label above it; it has no room of its own for one.
func (d *drawing) labelled(in card.Input, label string, picker object) []object {
	if in.Required {
		picker["required"] = true
		label += "（必填）"
	}
	return []object{d.said(label), picker}
}

func (d *drawing) typed(in card.Input, label string) object {
	d.elements++
	o := object{"tag": "input", "name": wireName(nameText, in.Name), "label": d.text(label), "max_length": mostInput}
	if in.Kind == card.KindLines {
		o["input_type"], o["rows"] = "multiline_text", 3
	}
	if in.Required {
		o["required"] = true
	}
	if len(in.Value) > 0 && in.Value[0] != "" {
		o["default_value"] = cut(plain(in.Value[0], d.people), mostInput)
	}
	return o
}

func (d *drawing) datePicker(in card.Input, label string) object {
	tag, initial, layout := "picker_datetime", "initial_datetime", time.DateOnly+" 15:04"
	switch in.Kind { //nolint:exhaustive // the caller has sorted them
	case card.KindDate:
		tag, initial, layout = "date_picker", "initial_date", time.DateOnly
	case card.KindTime:
		tag, initial, layout = "picker_time", "initial_time", "15:04"
	}
	d.elements++
	o := object{"tag": tag, "name": wireName(nameDate, in.Name), "placeholder": d.text("请选" + cut(label, 50))}
	if len(in.Value) > 0 {
		if _, err := time.Parse(layout, in.Value[0]); err == nil {
			o[initial] = in.Value[0]
		}
	}
	return o
}

func (d *drawing) choice(in card.Input, label string, several bool) object {
	options := []object{}
	var values []string
	for _, o := range in.Options {
		if len(options) == d.size.options {
			break
		}
		if o.Value == "" || slices.Contains(values, o.Value) {
			continue
		}
		values = append(values, o.Value)
		options = append(options, object{"text": d.text(cut(plain(o.Label, d.people), d.size.label)), "value": o.Value})
	}
	chosen := []string{}
	for _, v := range in.Value {
		if slices.Contains(values, v) {
			chosen = append(chosen, v)
		}
	}
	if len(options) == 0 {
		return nil // nothing to choose from: it is typed
	}
	d.elements++
	o := object{"tag": "select_static", "name": wireName(nameText, in.Name), "placeholder": d.text("请选" + cut(label, 50)), "options": options}
	switch {
	case several:
		o["tag"] = "multi_select_static"
		if len(chosen) > 0 {
			o["selected_values"] = chosen
		}
	case len(chosen) > 0:
		o["initial_option"] = chosen[0]
	}
	return o
}

// person lets people be picked. In a group the picker offers its members by
// itself; in a single chat it would offer only the reader, so the options are
// given, by account where all have one here. Where there is nobody to offer,
// names are typed.
func (d *drawing) person(in card.Input, label string) []object {
	several := in.Kind == card.KindPeople
	if !d.private {
		return d.labelled(in, label, d.picker(in, label, several, nil))
	}
	ids := d.accounts(in.Options)
	switch {
	case len(ids) == len(in.Options) && len(ids) > 0 || len(in.Options) > d.size.options && len(ids) > 0:
		return d.labelled(in, label, d.picker(in, label, several, ids[:min(len(ids), 5*d.size.options)]))
	case len(in.Options) > 0:
		if choice := d.choice(in, label, several); choice != nil {
			return d.labelled(in, label, choice)
		}
	}
	return []object{d.typed(in, label+"（写姓名）")}
}

// accounts are the people of the options who have an account here.
func (d *drawing) accounts(options []card.Option) []string {
	var ids []string
	for _, o := range options {
		if id := openID(d.people[o.Value]); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// picker is a picker of people: of the ids, or of the chat's members if there
// are none.
func (d *drawing) picker(in card.Input, label string, several bool, ids []string) object {
	d.elements++
	o := object{"tag": "select_person", "name": wireName(namePerson, in.Name), "placeholder": d.text("请选" + cut(label, 50))}
	if several {
		o["tag"] = "multi_select_person"
	}
	options := []object{}
	for _, id := range ids {
		options = append(options, object{"value": id})
	}
	if len(options) > 0 {
		o["options"] = options
	}
	var chosen []string
	for _, v := range in.Value {
		if id := openID(d.people[v]); id != "" && (len(ids) == 0 || slices.Contains(ids, id)) && !slices.Contains(chosen, id) {
			chosen = append(chosen, id)
		}
	}
	switch {
	case len(chosen) == 0:
	case several:
		o["selected_values"] = chosen
	default:
		o["initial_option"] = chosen[0]
	}
	return o
}

// rows lays buttons out, some side by side.
func (d *drawing) rows(buttons []card.Button, submit bool) []object {
	var out []object
	for row := range slices.Chunk(buttons, perRow) {
		columns := []object{}
		for _, b := range row {
			d.elements++
			columns = append(columns, object{"tag": "column", "width": "auto", "elements": []object{d.button(b, submit)}})
		}
		d.elements++
		out = append(out, object{"tag": "column_set", "flex_mode": "flow", "horizontal_spacing": "8px", "columns": columns})
	}
	return out
}

// button carries what it does in its value; one that sends a form also in its
// name, because some clients leave the value out then.
func (d *drawing) button(b card.Button, submit bool) object {
	d.elements++
	d.buttons++
	label := cut(plain(b.Label, d.people), 40)
	value := d.route(b.Do)
	o := object{
		"tag": "button", "element_id": fmt.Sprintf("b%d", d.buttons), "type": "default", "text": d.text(label),
		"behaviors": []object{{"type": "callback", "value": value}},
	}
	if d.buttons == 1 {
		o["type"] = "primary"
	}
	if submit {
		o["form_action_type"] = "submit"
		o["name"] = fmt.Sprintf("b%d.%s", d.buttons, base64.RawURLEncoding.EncodeToString(toJSON(value)))
	}
	if b.Confirm != "" {
		o["confirm"] = object{"title": d.text(label), "text": d.text(cut(plain(b.Confirm, d.people), min(200, d.size.value)))}
	}
	return o
}

// wireName is an input's name as ASCII, which can be turned back.
func wireName(kind, name string) string {
	return kind + base64.RawURLEncoding.EncodeToString([]byte(name))
}

// ourName is the name that wireName made it of.
func ourName(wire string) (kind, name string, ok bool) {
	for _, kind := range []string{nameText, namePerson, nameDate} {
		if rest, found := strings.CutPrefix(wire, kind); found {
			text, err := base64.RawURLEncoding.DecodeString(rest)
			return kind, string(text), err == nil && len(text) > 0
		}
	}
	return "", "", false
}
