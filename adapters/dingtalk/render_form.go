package dingtalk

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huiban/bot/card"
)

// mostTyped is the longest text that an input holds from the start, in characters.
const mostTyped = 2000

// Field names on the wire begin with what their values are, because the answer does
// not say it; the rest is the input's name as ASCII.
const (
	nameText  = "f_" // words
	namePick  = "p_" // a value of an option
	nameTyped = "t_" // names of people, typed beside an input that offers some
	nameOther = "o_" // a name of a person, typed instead of choosing one

	fieldRoute = "route" // signed: what the buttons that send the form do
	fieldWhich = "which" // which of them
)

// A drawnForm is a card's inputs: fields, and what can only be said.
type drawnForm struct {
	fields []object
	said   string
}

func (d painting) form(c card.Card) drawnForm {
	var f drawnForm
	f.fields = []object{}
	if len(c.Inputs) == 0 {
		return f
	}
	asked := map[string]bool{} // a name can be sent once only
	for _, in := range c.Inputs {
		if asked[in.Name] {
			continue
		}
		asked[in.Name] = true
		if in.Kind == card.KindFile {
			f.said = paragraphs(f.said, d.cell(in.Label, 60)+wordSendFile)
			continue
		}
		f.fields = append(f.fields, d.input(in)...)
	}
	f.fields = append(f.fields, d.sending(c.Buttons)...)
	return f
}

// sending is what tells which button the form is sent for: the template has one.
func (d painting) sending(buttons []card.Button) []object {
	var routes []route
	options := []object{}
	for _, b := range buttons {
		if !b.Submit || len(routes) >= d.size.buttons {
			continue
		}
		label := printable(plain(d.label(b), d.people))
		if slices.ContainsFunc(options, func(o object) bool { return o["text"] == label }) {
			label = fmt.Sprintf("%s（%d）", label, len(options)+1)
		}
		options = append(options, object{"value": strconv.Itoa(len(routes)), "text": label})
		routes = append(routes, routeOf(b.Do))
	}
	hidden := object{"name": fieldRoute, "label": fieldRoute, "type": "TEXT", "hidden": true, "defaultValue": d.signer.sign(routes)}
	if len(routes) < 2 {
		return []object{hidden}
	}
	return []object{{
		"name": fieldWhich, "label": "操作", "type": "SELECT", "required": true, "options": options,
		"defaultValue": object{"index": 0, "value": "0"},
	}, hidden}
}

func (d painting) input(in card.Input) []object {
	switch in.Kind {
	case card.KindCheck:
		f := d.field(nameText, in, "CHECKBOX")
		f["defaultValue"] = len(in.Value) > 0 && in.Value[0] == "true"
		return []object{f}
	case card.KindDate:
		return []object{d.dated(in, "DATE", time.DateOnly)}
	case card.KindTime:
		return []object{d.dated(in, "TIME", "15:04")}
	case card.KindDateTime:
		return []object{d.dated(in, "DATETIME", time.DateOnly+" 15:04")}
	case card.KindSelect, card.KindMulti:
		if f, ok := d.choice(in, in.Kind == card.KindMulti); ok {
			return []object{f}
		}
	case card.KindPerson, card.KindPeople:
		return d.person(in)
	case card.KindNumber:
		f := d.field(nameText, in, "NUMBER")
		if len(in.Value) > 0 {
			if _, err := strconv.ParseFloat(in.Value[0], 64); err == nil && json.Valid([]byte(in.Value[0])) {
				f["defaultValue"] = json.Number(in.Value[0])
			}
		}
		return []object{f}
	case card.KindLines:
		return []object{d.typed(in, "TEXT_AREA")}
	case card.KindText, card.KindFile:
	}
	return []object{d.typed(in, "TEXT")}
}

// field is a field by its name, its label and its type.
func (d painting) field(kind string, in card.Input, typ string) object {
	label := strings.TrimSpace(strings.ReplaceAll(cut(plain(in.Label, d.people), 60), "\n", " "))
	if label == "" {
		label = "内容"
	}
	f := object{"name": wireName(kind, in.Name), "label": label, "type": typ}
	if in.Required {
		f["required"] = true
	}
	return f
}

func (d painting) typed(in card.Input, typ string) object {
	f := d.field(nameText, in, typ)
	if len(in.Value) == 0 || in.Value[0] == "" {
		return f
	}
	value := plain(in.Value[0], d.people)
	if utf8.RuneCountInString(value) > min(mostTyped, 4*d.size.value) { // a part of it would be sent back as the whole
		f["label"] = fmt.Sprint(f["label"], "（原来的内容太长，没有带入）")
		return f
	}
	f["defaultValue"] = value
	return f
}

func (d painting) dated(in card.Input, typ, layout string) object {
	f := d.field(nameText, in, typ)
	if len(in.Value) > 0 {
		if _, err := time.Parse(layout, in.Value[0]); err == nil {
			f["defaultValue"] = in.Value[0]
		}
	}
	return f
}

// mostValue is the longest value of an option that is sent, in bytes.
const mostValue = 500

// choice is a list to choose from; false if there is nothing in it.
func (d painting) choice(in card.Input, several bool) (object, bool) {
	var offered []card.Option
	seen := map[string]bool{"": true}
	for _, o := range in.Options {
		if !seen[o.Value] && len(o.Value) <= mostValue {
			offered = append(offered, o)
		}
		seen[o.Value] = true
	}
	if len(offered) == 0 {
		return nil, false
	}
	f := d.field(namePick, in, "SELECT")
	if len(offered) > d.size.options { // what is chosen must not be what is cut
		slices.SortStableFunc(offered, func(a, b card.Option) int {
			return rank(in.Value, a.Value) - rank(in.Value, b.Value)
		})
		offered = offered[:d.size.options]
		f["label"] = fmt.Sprintf("%v（只列出%d个）", f["label"], len(offered))
	}
	options, indexes, chosen := []object{}, []int{}, []string{}
	for i, o := range offered {
		text := strings.TrimSpace(strings.ReplaceAll(cut(plain(o.Label, d.people), 40), "\n", " "))
		if text == "" {
			text = cut(printable(plain(o.Value, d.people)), 40)
		}
		options = append(options, object{"value": o.Value, "text": text})
		if rank(in.Value, o.Value) == 0 {
			indexes, chosen = append(indexes, i), append(chosen, o.Value)
		}
	}
	f["options"] = options
	switch {
	case several:
		f["type"] = "MULTI_SELECT"
		if len(chosen) > 0 {
			f["defaultValue"] = object{"index": indexes, "value": chosen}
		}
	case len(chosen) > 0:
		f["defaultValue"] = object{"index": indexes[0], "value": chosen[0]}
	}
	return f, true
}

func rank(chosen []string, value string) int {
	if slices.Contains(chosen, value) {
		return 0
	}
	return 1
}

// person lets people be chosen from the options and others be typed by name: the
// platform's forms have no picker.
func (d painting) person(in card.Input) []object {
	list, ok := d.choice(in, in.Kind == card.KindPeople)
	if !ok {
		in.Label = cut(in.Label, 50) + "（写姓名）"
		return []object{d.typed(in, "TEXT")}
	}
	kind := nameOther
	if in.Kind == card.KindPeople {
		kind = nameTyped
	}
	typed := d.field(kind, card.Input{Name: in.Name, Label: cut(in.Label, 50)}, "TEXT")
	typed["label"] = fmt.Sprint(typed["label"], "：或输入姓名")
	if in.Required { // by either
		delete(list, "required")
		list["label"] = fmt.Sprint(list["label"], "（必填，选或写）")
	}
	return []object{list, typed}
}

// wireName is an input's name as ASCII, which can be turned back.
func wireName(kind, name string) string {
	return kind + base64.RawURLEncoding.EncodeToString([]byte(name))
}

// ourName is the name that wireName made it of.
func ourName(wire string) (kind, name string, ok bool) {
	for _, kind := range []string{nameText, namePick, nameTyped, nameOther} {
		if rest, found := strings.CutPrefix(wire, kind); found {
			text, err := base64.RawURLEncoding.DecodeString(rest)
			return kind, string(text), err == nil && len(text) > 0
		}
	}
	return "", "", false
}
