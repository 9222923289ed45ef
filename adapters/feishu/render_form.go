package feishu

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
	asked := map[string]bool{} // a name can be sent once only
	for _, in := range c.Inputs {
		if !asked[in.Name] {
			elements = append(elements, d.input(in)...)
		}
		asked[in.Name] = true
	}
	var submits []card.Button
	for _, b := range c.Buttons {
		if b.Submit {
			submits = append(submits, b)
		}
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
		return d.labelled(in, label, d.picker(in, label))
	case card.KindSelect, card.KindMulti:
		return d.choice(in, label, in.Kind == card.KindMulti)
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
	value := ""
	if len(in.Value) > 0 {
		value = plain(in.Value[0], d.people)
	}
	if utf8.RuneCountInString(value) > d.size.typed { // a part of it would be sent back as the whole
		value, label = "", label+"（原来的内容太长，没有带入）"
	}
	d.elements++
	o := object{"tag": "input", "name": wireName(nameText, in.Name), "label": d.text(label), "max_length": mostInput}
	if in.Kind == card.KindLines {
		o["input_type"], o["rows"] = "multiline_text", 3
	}
	if in.Required {
		o["required"] = true
	}
	if value != "" {
		o["default_value"] = value
	}
	return o
}

func (d *drawing) picker(in card.Input, label string) object {
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

// choice lets options be picked; where there are none, something is typed.
func (d *drawing) choice(in card.Input, label string, several bool) []object {
	offered := d.offer(in.Options)
	if len(offered) == 0 {
		return []object{d.typed(in, label)}
	}
	if len(offered) > d.size.options {
		offered = chosenFirst(offered, in.Value)[:d.size.options]
	}
	if len(offered) < len(in.Options) {
		label += fmt.Sprintf("（只列出%d个）", len(offered))
	}
	options := []object{}
	var values []string
	for _, o := range offered {
		text := strings.TrimSpace(cut(plain(o.Label, d.people), d.size.label))
		if text == "" {
			text = cut(printable(o.Value), d.size.label)
		}
		values = append(values, o.Value)
		options = append(options, object{"text": d.text(text), "value": o.Value})
	}
	chosen := common(in.Value, values)
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
	return d.labelled(in, label, o)
}

// offer is the options that can be told apart and sent back.
func (d *drawing) offer(options []card.Option) []card.Option {
	var out []card.Option
	seen := map[string]bool{"": true}
	for _, o := range options {
		if !seen[o.Value] && utf8.RuneCountInString(o.Value) <= d.size.value {
			out = append(out, o)
		}
		seen[o.Value] = true
	}
	return out
}

// chosenFirst moves the options that are chosen to the front, so that what is
// cut is not what would be sent back.
func chosenFirst(options []card.Option, chosen []string) []card.Option {
	out := slices.Clone(options)
	slices.SortStableFunc(out, func(a, b card.Option) int {
		rank := func(o card.Option) int {
			if slices.Contains(chosen, o.Value) {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	return out
}

// common is what of the chosen values is offered, each once.
func common(chosen, offered []string) []string {
	var out []string
	for _, v := range chosen {
		if slices.Contains(offered, v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// fewPeople is up to how many people a list is a choice between them, rather
// than everybody there is.
const fewPeople = 20

// person lets people be picked, by account where all who are offered have one
// here, else by the options as they are. Without options the picker offers the
// members of the chat by itself: in a group these are better than a long list,
// in a single chat they would be the reader alone, so names are typed there.
func (d *drawing) person(in card.Input, label string) []object {
	offered := d.offer(in.Options)
	var ids []string
	for _, o := range offered {
		if id := openID(d.people[o.Value]); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	most := 5 * d.size.options
	switch {
	case !d.private && (len(offered) == 0 || len(offered) > fewPeople):
		return d.labelled(in, label, d.picked(in, label, nil))
	case len(offered) == 0, len(ids) == 0 && len(offered) > d.size.options:
		return []object{d.typed(in, label+"（写姓名）")}
	case len(ids) < len(offered) && len(offered) <= d.size.options:
		return d.choice(in, label, in.Kind == card.KindPeople)
	case len(ids) > most:
		ids = ids[:most]
		fallthrough
	case len(ids) < len(offered):
		label += fmt.Sprintf("（只列出%d位）", len(ids))
	}
	return d.labelled(in, label, d.picked(in, label, ids))
}

// picked is a picker that offers accounts, or the chat's members if there are
// none.
func (d *drawing) picked(in card.Input, label string, ids []string) object {
	var chosen []string
	for _, v := range in.Value {
		if id := openID(d.people[v]); id != "" {
			chosen = append(chosen, id)
		}
	}
	offered := chosen
	if ids != nil {
		offered = ids
	}
	chosen = common(chosen, offered)
	d.elements++
	o := object{"tag": "select_person", "name": wireName(namePerson, in.Name), "placeholder": d.text("请选" + cut(label, 50))}
	if ids != nil {
		options := []object{}
		for _, id := range ids {
			options = append(options, object{"value": id})
		}
		o["options"] = options
	}
	switch {
	case in.Kind == card.KindPeople:
		o["tag"] = "multi_select_person"
		if len(chosen) > 0 {
			o["selected_values"] = chosen
		}
	case len(chosen) > 0:
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
	label := strings.TrimSpace(cut(plain(b.Label, d.people), 40))
	if label == "" {
		label = "确定"
	}
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
