package feishutest

import (
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"
)

// interactive checks what a person works with.
func (v *inspection) interactive(where string, o object, at place) {
	tag := o.text("tag")
	if at.form {
		v.formChild(where, o, at)
	} else if tag == "multi_select_static" || tag == "multi_select_person" {
		v.sayf(causeJSON, "%s: %s stands only in a form", where, tag)
	}
	v.behaviors(where, o)
	switch tag {
	case "button":
		v.button(where, o, at)
	case "input":
		v.input(where, o)
	case "checker":
		if text := o.object("text"); text != nil {
			v.textObject(where, text)
		}
	case "overflow":
		v.options(where, o)
	default:
		v.picker(where, o)
	}
	if confirm := o.object("confirm"); confirm != nil {
		v.properties(where+" confirm", confirm, properties["confirm"])
		v.textObject(where+" confirm", confirm.object("title"))
		v.textObject(where+" confirm", confirm.object("text"))
	}
	for _, key := range []string{"hover_tips", "disabled_tips"} {
		if tips := o.object(key); tips != nil {
			v.textObject(where+" "+key, tips)
		}
	}
}

func (v *inspection) formChild(where string, o object, at place) {
	name := o.text("name")
	switch {
	case name == "":
		v.sayf(causeForm, "%s: what stands in a form needs a name", where)
	case at.inputs[name]:
		v.sayf(causeForm, "%s: the name %q is there twice in the form", where, name)
	}
	at.inputs[name] = true
}

func (v *inspection) button(where string, o object, at place) {
	v.textObject(where, o.object("text"))
	v.choice(where, o, "type")
	v.choice(where, o, "form_action_type")
	action := o.text("form_action_type")
	switch {
	case action == "" && len(o.objects("behaviors")) == 0:
		v.sayf(causeJSON, "%s: a tap does nothing, neither behaviors nor form_action_type", where)
	case action == "":
	case !at.form:
		v.sayf(causeForm, "%s: form_action_type stands outside a form", where)
	case action == "submit":
		*at.submits++
	}
}

// behaviors are the only place for what a tap carries, and it is an object.
func (v *inspection) behaviors(where string, o object) {
	given, has := o["behaviors"]
	if !has {
		return
	}
	if _, isList := given.([]any); !isList {
		v.sayf(causeJSON, "%s: behaviors is no list", where)
		return
	}
	for _, b := range o.objects("behaviors") {
		switch b.text("type") {
		case "callback":
			v.properties(where+" behavior", b, properties["callback"])
			if b.object("value") == nil {
				v.sayf(causeJSON, "%s: the value of a callback is no object", where)
			}
		case "open_url":
			v.properties(where+" behavior", b, properties["open_url"])
			if b.text("default_url") == "" {
				v.sayf(causeJSON, "%s: open_url has no default_url", where)
			}
		default:
			v.sayf(causeJSON, "%s: behavior %q is neither callback nor open_url", where, b.text("type"))
		}
	}
}

// whole reads a JSON number that has to be whole.
func whole(value any) (int64, bool) {
	n, isNumber := value.(json.Number)
	if !isNumber {
		return 0, false
	}
	i, err := n.Int64()
	return i, err == nil
}

func (v *inspection) input(where string, o object) {
	v.choice(where, o, "input_type")
	v.choice(where, o, "label_position")
	if length, given := o["max_length"]; given {
		if n, isWhole := whole(length); !isWhole || n < 1 || n > 1000 {
			v.sayf(causeJSON, "%s: max_length %v is not within 1 and 1000", where, length)
		} else if utf8.RuneCountInString(o.text("default_value")) > int(n) {
			v.sayf(causeJSON, "%s: default_value is longer than max_length", where)
		}
	}
	if label := o.object("label"); label != nil {
		v.textObject(where+" label", label)
	}
	v.placeholder(where, o)
}

func (v *inspection) placeholder(where string, o object) bool {
	p := o.object("placeholder")
	if p == nil {
		return false
	}
	v.textObject(where+" placeholder", p)
	if n := utf8.RuneCountInString(p.text("content")); n > 100 {
		v.sayf(causeJSON, "%s: the placeholder has %d characters, more than 100", where, n)
	}
	return true
}

// picker checks the selects and the pickers of dates and times.
func (v *inspection) picker(where string, o object) {
	hinted := v.placeholder(where, o)
	tag := o.text("tag")
	begins := o.text("initial_option") != ""
	if l, isDate := layouts[tag]; isDate {
		initial, given := o[l.property]
		begins = given && initial != ""
		if _, err := time.Parse(l.layout, o.text(l.property)); begins && (err != nil || len(o.text(l.property)) != len(l.layout)) {
			v.sayf(causeJSON, "%s: %s %v is not as %s", where, l.property, initial, l.layout)
		}
	} else {
		v.options(where, o)
		if selected, _ := o["selected_values"].([]any); len(selected) > 0 {
			begins = true
		}
	}
	if !hinted && !begins {
		v.sayf(causeJSON, "%s: without an initial value the placeholder is required", where)
	}
}

// options of a select: values are unique, and an initial one is among them.
func (v *inspection) options(where string, o object) {
	seen := map[string]bool{}
	people := o.text("tag") == "select_person" || o.text("tag") == "multi_select_person"
	for _, option := range o.objects("options") {
		value := option.text("value")
		if people {
			v.properties(where+" option", option, properties["person option"])
			if !v.known(value) {
				v.sayf(causePerson, "%s: option %q is nobody of this app", where, value)
			}
		} else {
			v.properties(where+" option", option, properties["option"])
			v.textObject(where+" option", option.object("text"))
		}
		if value == "" || seen[value] {
			v.sayf(causeJSON, "%s: the value %q of an option is empty or there twice", where, value)
		}
		seen[value] = true
	}
	if len(seen) == 0 {
		if !people {
			v.sayf(causeJSON, "%s: there are no options", where)
		}
	}
	initial := []any{}
	if o.text("initial_option") != "" {
		initial = append(initial, o["initial_option"])
	}
	selected, _ := o["selected_values"].([]any)
	for _, value := range append(initial, selected...) {
		s, _ := value.(string)
		if people && !v.known(s) {
			v.sayf(causePerson, "%s: the initial value %v is nobody of this app", where, value)
		} else if len(seen) > 0 && !seen[s] {
			v.sayf(causeJSON, "%s: the initial value %v is none of the options", where, value)
		}
	}
}

func (v *inspection) table(where string, o object, at place) {
	v.tables++
	if at.depth > 0 {
		v.sayf(causeTable, "%s: a table stands only at the root of a card", where)
	}
	if size, given := o["page_size"]; given {
		if n, isWhole := whole(size); !isWhole || n < 1 || n > 10 {
			v.sayf(causeTable, "%s: page_size %v is not within 1 and 10", where, size)
		}
	}
	columns := o.objects("columns")
	if len(columns) == 0 || len(columns) > 50 {
		v.sayf(causeTable, "%s: %d columns are not within 1 and 50", where, len(columns))
	}
	types := map[string]string{}
	for _, c := range columns {
		v.properties(where+" column", c, properties["table column"])
		name, kind := c.text("name"), c.text("data_type")
		if kind == "" {
			kind = "text"
		}
		if _, twice := types[name]; twice || name == "" {
			v.sayf(causeTable, "%s: the column name %q is empty or there twice", where, name)
		}
		if !slices.Contains(choices["data_type"], kind) {
			v.sayf(causeTable, "%s: data_type %q is not known", where, kind)
		}
		types[name] = kind
	}
	for _, row := range o.objects("rows") {
		for _, name := range sortedKeys(row) {
			kind, found := types[name]
			if !found {
				v.sayf(causeTable, "%s: a row has %q, which is no column", where, name)
				continue
			}
			v.cell(where, name, kind, row[name])
		}
	}
}

// cell checks one value of a table by the type of its column.
func (v *inspection) cell(where, name, kind string, value any) {
	fits := true
	switch kind {
	case "text":
		_, fits = value.(string)
	case "markdown", "lark_md":
		var text string
		if text, fits = value.(string); fits {
			v.markdown(where+" "+name, text)
		}
	case "number":
		_, fits = value.(json.Number)
	case "date":
		_, fits = whole(value)
	case "options":
		list, isList := value.([]any)
		fits = isList
		for _, o := range list {
			option, isObject := o.(map[string]any)
			fits = fits && isObject && object(option).text("text") != ""
		}
	case "persons":
		list, isList := value.([]any)
		if _, isText := value.(string); isText {
			list, isList = []any{value}, true
		}
		fits = isList
		for _, p := range list {
			id, isText := p.(string)
			fits = fits && isText
			if isText && !v.known(id) {
				v.sayf(causePerson, "%s: %q in column %s is nobody of this app", where, id, name)
			}
		}
	}
	if !fits {
		v.sayf(causeTable, "%s: %v does not fit column %s of data_type %s", where, value, name, kind)
	}
}
