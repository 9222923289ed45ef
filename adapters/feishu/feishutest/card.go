package feishutest

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Input is one field of a form.
type Input struct {
	Form, Name, Label, Tag string
	Placeholder            string
	Required               bool
	Options                []Option
	Initial                any // string, []string or bool; nil is none
	MaxLength              int // characters; 0 is no limit of its own
}

// Option is one choice of a select.
type Option struct{ Text, Value string }

// button is what can be tapped.
type button struct {
	name, label, action string
	disabled            bool
	behaviors           []object
	form                string // "" outside a form
}

// face is a card as a reader meets it.
type face struct { //nolint:recvcheck // drawing fills it, the rest reads it
	lines   []string
	buttons []button
	inputs  []Input

	names map[string]string
}

func readCard(content string, names map[string]string) face {
	f := face{names: names}
	var root object
	if json.Unmarshal([]byte(content), &root) != nil {
		return f
	}
	header := root.object("header")
	f.say(f.read(header.object("title")))
	f.say(f.read(header.object("subtitle")))
	for _, tag := range header.objects("text_tag_list") {
		f.say("[" + f.read(tag.object("text")) + "]")
	}
	f.walk(root.object("body"), "")
	return f
}

func (f *face) say(line string) {
	if line != "" {
		f.lines = append(f.lines, line)
	}
}

// read is the text of a plain_text or lark_md object.
func (f *face) read(text object) string {
	if text.text("tag") == "plain_text" {
		return text.text("content")
	}
	return plainMarkdown(text.text("content"), f.names)
}

func (f *face) walk(parent object, form string) {
	for _, o := range append(parent.objects("elements"), parent.objects("columns")...) {
		f.element(o, form)
	}
}

func (f *face) element(o object, form string) {
	switch tag := o.text("tag"); tag {
	case "markdown":
		f.say(plainMarkdown(o.text("content"), f.names))
	case "div":
		f.say(f.read(o.object("text")))
		for _, field := range o.objects("fields") {
			f.say(f.read(field.object("text")))
		}
	case "plain_text":
		f.say(o.text("content"))
	case "img":
		f.say(f.read(o.object("alt")))
	case "person":
		f.say("@" + f.name(o.text("user_id")))
	case "person_list":
		for _, p := range o.objects("persons") {
			f.say("@" + f.name(p.text("id")))
		}
	case "table":
		f.table(o)
	case "button":
		f.button(o, form)
	case "form":
		f.walk(o, o.text("name"))
	case "collapsible_panel":
		header := o.object("header").object("title")
		f.say(f.read(header))
		f.walk(o, form)
	case "column_set", "column", "interactive_container":
		f.walk(o, form)
	default:
		if slices.Contains(interactive, tag) {
			f.input(o, form)
		}
	}
}

func (f *face) name(openID string) string {
	if name, ok := f.names[openID]; ok {
		return name
	}
	return openID
}

func (f *face) button(o object, form string) {
	b := button{
		name: o.text("name"), label: f.read(o.object("text")), action: o.text("form_action_type"),
		disabled: o.flag("disabled"), behaviors: o.objects("behaviors"), form: form,
	}
	f.buttons = append(f.buttons, b)
	f.say("[" + b.label + "]")
}

func (f *face) input(o object, form string) {
	in := Input{Form: form, Name: o.text("name"), Tag: o.text("tag"), Required: o.flag("required"), Placeholder: f.read(o.object("placeholder"))}
	for _, key := range []string{"label", "text"} {
		if label := o.object(key); label != nil {
			in.Label = f.read(label)
		}
	}
	if in.Label == "" && len(f.lines) > 0 { // a picker has no label: people read what stands above it
		in.Label = strings.TrimSuffix(f.lines[len(f.lines)-1], "（必填）")
	}
	for _, option := range o.objects("options") {
		text := f.read(option.object("text"))
		if text == "" {
			text = f.name(option.text("value"))
		}
		in.Options = append(in.Options, Option{Text: text, Value: option.text("value")})
	}
	for _, key := range []string{"default_value", "initial_option", "initial_date", "initial_time", "initial_datetime"} {
		if v := o.text(key); v != "" {
			in.Initial = v
		}
	}
	if selected, isList := o["selected_values"].([]any); isList && len(selected) > 0 {
		in.Initial = textsOf(selected)
	}
	if in.Tag == "checker" {
		in.Initial = o.flag("checked")
	}
	if n, isNumber := o["max_length"].(float64); isNumber {
		in.MaxLength = int(n)
	}
	f.inputs = append(f.inputs, in)
	f.say(in.Label)
	switch initial := in.Initial.(type) {
	case string:
		f.say(in.shown(initial))
	case []string:
		for _, v := range initial {
			f.say(in.shown(v))
		}
	default:
		f.say(in.Placeholder)
	}
}

// shown is what a reader sees of a value: the text of the option, if it is one.
func (in Input) shown(value string) string {
	for _, o := range in.Options {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}

func textsOf(list []any) []string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

func (f *face) table(o object) {
	columns := o.objects("columns")
	var head []string
	for _, c := range columns {
		head = append(head, c.text("display_name"))
	}
	f.say(strings.Join(head, " | "))
	for _, row := range o.objects("rows") {
		var cells []string
		for _, c := range columns {
			cells = append(cells, f.cell(c, row[c.text("name")]))
		}
		f.say(strings.Join(cells, " | "))
	}
}

func (f *face) cell(column object, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		switch column.text("data_type") {
		case "markdown", "lark_md":
			return plainMarkdown(v, f.names)
		case "persons":
			return "@" + f.name(v)
		}
		return v
	case float64:
		if column.text("data_type") == "date" {
			return shanghai(int64(v))
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		var out []string
		for _, e := range v {
			switch e := e.(type) {
			case map[string]any:
				out = append(out, object(e).text("text"))
			case string:
				out = append(out, "@"+f.name(e))
			}
		}
		return strings.Join(out, " ")
	}
	return fmt.Sprint(value)
}

// shanghai is a moment as most readers of these cards see it.
func shanghai(ms int64) string {
	return time.UnixMilli(ms).In(time.FixedZone("CST", 8*60*60)).Format("2006-01-02 15:04")
}

var (
	anyAt       = regexp.MustCompile(`<at\s+(?:user_id|ids|id|email)\s*=\s*['"]?([^'"\s>/]*)['"]?\s*/?>(?:[^<]*</at>)?`)
	anyPerson   = regexp.MustCompile(`<person\s+id\s*=\s*['"]?([^'"\s>/]*)['"]?[^>]*>(?:[^<]*</person>)?`)
	anyTime     = regexp.MustCompile(`<local_datetime\s[^>]*millisecond\s*=\s*['"]?(\d+)['"]?[^>]*>(?:[^<]*</local_datetime>)?`)
	anyTag      = regexp.MustCompile(`</?[A-Za-z][^>]*>`)
	anyLink     = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	lineBreak   = regexp.MustCompile(`<br\s*/?>`)
	lineMarks   = regexp.MustCompile(`(?m)^[ \t]*(#{1,6}[ \t]+|>[ \t]?)`)
	ruleOrFence = regexp.MustCompile("(?m)^[ \t]*(```.*|---+|\\*\\*\\*+)[ \t]*$")
	backslash   = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
)

// plainMarkdown is what a reader sees of markdown: marks go, mentions become @ and
// a name, and what was escaped comes back last, so that it cannot act as a mark.
func plainMarkdown(text string, names map[string]string) string {
	var kept []string
	keep := func(s string) string {
		kept = append(kept, s)
		return "\x00" + strconv.Itoa(len(kept)-1) + "\x00"
	}
	text = codeSpan.ReplaceAllStringFunc(text, func(m string) string { return keep(m[1 : len(m)-1]) })
	text = backslash.ReplaceAllStringFunc(text, func(m string) string { return keep(m[1:]) })
	text = readMentions(text, names, keep)
	text = anyTime.ReplaceAllStringFunc(text, func(m string) string {
		ms, err := strconv.ParseInt(anyTime.FindStringSubmatch(m)[1], 10, 64)
		if err != nil {
			return m
		}
		return keep(shanghai(ms))
	})
	text = lineBreak.ReplaceAllString(text, "\n")
	text = anyTag.ReplaceAllString(text, "")
	text = anyLink.ReplaceAllString(text, "$1")
	text = ruleOrFence.ReplaceAllString(text, "")
	text = lineMarks.ReplaceAllString(text, "")
	text = unmark(text)
	text = html.UnescapeString(text)
	for i, s := range kept {
		text = strings.ReplaceAll(text, "\x00"+strconv.Itoa(i)+"\x00", s)
	}
	return text
}

// readMentions puts @ and names for the tags that mention.
func readMentions(text string, names map[string]string, keep func(string) string) string {
	for _, tag := range []*regexp.Regexp{anyAt, anyPerson} {
		text = tag.ReplaceAllStringFunc(text, func(m string) string {
			var out []string
			for id := range strings.SplitSeq(tag.FindStringSubmatch(m)[1], ",") {
				name, ok := names[id]
				if id == "all" {
					name = "所有人"
				} else if !ok {
					name = id
				}
				out = append(out, "@"+name)
			}
			return keep(strings.Join(out, " "))
		})
	}
	return text
}

// textMentions are the ids that a text names with <at user_id="…">.
func textMentions(text string) []string {
	var out []string
	for _, m := range anyAt.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// Text is all that a reader sees: of a card the header, the texts, the cells of
// tables, the labels; mentions as @姓名. A button is its label in brackets.
func (m Message) Text() string {
	var content object
	if json.Unmarshal([]byte(m.Content), &content) != nil {
		return m.Content
	}
	switch m.Type {
	case "text":
		text := content.text("text")
		if m.From == botOpenID {
			return readMentions(text, m.names, func(s string) string { return s })
		}
		return m.placeholders(text)
	case "post":
		return m.readPost(content)
	case "interactive":
		return strings.Join(readCard(m.Content, m.names).lines, "\n")
	case "file":
		return m.FileName
	}
	return ""
}

// Faces are how the message looked before each edit and as it looks now; TapOpen
// takes any of them.
func (m Message) Faces() []Message {
	out := []Message{}
	for i, content := range append(slices.Clone(m.faces), m.Content) {
		m.Content, m.Edits = content, i
		out = append(out, m)
	}
	return out
}

// placeholders puts the names back, the longest key first.
func (m Message) placeholders(text string) string {
	for _, at := range slices.Backward(m.mentions) {
		text = strings.ReplaceAll(text, at.key, "@"+at.name)
	}
	return text
}

func (m Message) readPost(content object) string {
	if inner := content.object("zh_cn"); inner != nil {
		content = inner
	}
	var lines []string
	if title := content.text("title"); title != "" {
		lines = append(lines, title)
	}
	paragraphs, _ := content["content"].([]any)
	for _, p := range paragraphs {
		var line strings.Builder
		elements, _ := p.([]any)
		for _, e := range elements {
			o, _ := e.(map[string]any)
			line.WriteString(m.readRun(o))
		}
		lines = append(lines, line.String())
	}
	return strings.Join(lines, "\n")
}

func (m Message) readRun(o object) string {
	switch o.text("tag") {
	case "at":
		id := o.text("user_id")
		if name, ok := m.names[id]; ok {
			return "@" + name
		}
		if id == "all" {
			return "@所有人"
		}
		return "@" + o.text("user_name")
	case "md":
		return plainMarkdown(o.text("text"), m.names)
	}
	return o.text("text")
}

// Buttons are the labels of a card's buttons, in order.
func (m Message) Buttons() []string {
	var out []string
	for _, b := range readCard(m.Content, m.names).buttons {
		out = append(out, b.label)
	}
	return out
}

// Inputs are the fields of a card's forms, in order.
func (m Message) Inputs() []Input { return readCard(m.Content, m.names).inputs }
