package feishutest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxCardSize  = 30 << 10
	maxElements  = 200
	maxNesting   = 5
	maxTables    = 5
	maxHeaderTag = 3
)

// issue is one violation, with the code that the platform would give as its cause.
type issue struct {
	code int
	text string
}

// ValidateCard says what is wrong with a card by the rules of card JSON 2.0, a
// sentence each; nothing means that every client shows it. known tells whether an
// open_id is of this app.
func ValidateCard(card []byte, known func(openID string) bool) []string {
	var out []string
	for _, i := range inspect(card, known) {
		out = append(out, i.text)
	}
	return out
}

// inspection walks a card once.
type inspection struct {
	known  func(string) bool
	issues []issue

	elements, tables int
	elementIDs       map[string]bool
	formNames        map[string]bool
}

func (v *inspection) sayf(code int, format string, args ...any) {
	v.issues = append(v.issues, issue{code, fmt.Sprintf(format, args...)})
}

func inspect(card []byte, known func(string) bool) []issue {
	v := &inspection{known: known, elementIDs: map[string]bool{}, formNames: map[string]bool{}}
	if len(card) > maxCardSize {
		v.sayf(causeJSON, "the card has %d bytes, more than %d", len(card), maxCardSize)
	}
	var root object
	decoder := json.NewDecoder(bytes.NewReader(card))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil || root == nil || decoder.More() {
		v.sayf(causeJSON, "the card is not one JSON object: %v", err)
		return v.issues
	}
	if root.text("schema") != "2.0" {
		v.sayf(causeJSON, `schema is %q, not "2.0"`, root.text("schema"))
		return v.issues
	}
	v.properties("the card", root, properties["the card"])
	v.config(root.object("config"))
	v.properties("card_link", root.object("card_link"), properties["card_link"])
	if header := root.object("header"); header != nil {
		v.header(header)
	}
	body := root.object("body")
	if body == nil {
		v.sayf(causeJSON, "the card has no body")
		return v.issues
	}
	v.properties("body", body, properties["body"])
	v.children(body, place{})
	if v.elements > maxElements {
		v.sayf(causeLimit, "the card has %d elements, more than %d", v.elements, maxElements)
	}
	if v.tables > maxTables {
		v.sayf(causeLimit, "the card has %d tables, more than %d", v.tables, maxTables)
	}
	return v.issues
}

// object is a JSON object of a card.
type object map[string]any

func (o object) text(key string) string {
	s, _ := o[key].(string)
	return s
}

func (o object) object(key string) object {
	m, _ := o[key].(map[string]any)
	return m
}

func (o object) objects(key string) []object {
	list, _ := o[key].([]any)
	var out []object
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func (o object) flag(key string) bool {
	b, _ := o[key].(bool)
	return b
}

func (v *inspection) properties(where string, o object, allowed []string) {
	for _, key := range sortedKeys(o) {
		if !slices.Contains(allowed, key) {
			v.sayf(causeJSON, "%s: unknown property %q", where, key)
		}
	}
}

// choice checks a property that has only some values.
func (v *inspection) choice(where string, o object, property string) {
	if value, given := o[property]; given && !slices.Contains(choices[property], o.text(property)) {
		v.sayf(causeJSON, "%s: %s %v is not one of %s", where, property, value, strings.Join(choices[property], ", "))
	}
}

func sortedKeys(o object) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (v *inspection) config(config object) {
	v.properties("config", config, properties["config"])
	if multi, given := config["update_multi"]; given && multi != true {
		v.sayf(causeJSON, "config: update_multi may only be true")
	}
	v.choice("config", config, "width_mode")
	v.properties("config summary", config.object("summary"), properties["summary"])
}

func (v *inspection) header(header object) {
	v.properties("header", header, properties["header"])
	if title := header.object("title"); title == nil {
		v.sayf(causeJSON, "header: the title is missing")
	} else {
		v.textObject("header.title", title)
	}
	if subtitle := header.object("subtitle"); subtitle != nil {
		v.textObject("header.subtitle", subtitle)
	}
	v.choice("header", header, "template")
	tags := header.objects("text_tag_list")
	if len(tags) > maxHeaderTag {
		v.sayf(causeJSON, "header: text_tag_list has %d tags, more than %d", len(tags), maxHeaderTag)
	}
	for _, tag := range tags {
		v.properties("header tag", tag, properties["header tag"])
		if tag.text("tag") != "text_tag" {
			v.sayf(causeJSON, "header: a tag of text_tag_list is %q, not text_tag", tag.text("tag"))
		}
		v.textObject("header tag", tag.object("text"))
	}
}

// textObject checks a plain_text or lark_md object, which counts as an element.
func (v *inspection) textObject(where string, o object) {
	v.elements++
	if kind := o.text("tag"); kind != "plain_text" && kind != "lark_md" {
		v.sayf(causeJSON, "%s: a text is tagged %q, neither plain_text nor lark_md", where, kind)
		return
	}
	v.properties(where, o, append(words("tag element_id icon"), components["plain_text"]...))
	content, ok := o["content"].(string)
	v.characters(where, content)
	if !ok {
		v.sayf(causeJSON, "%s: content %v is no string", where, o["content"])
	} else if o.text("tag") == "lark_md" {
		v.markdown(where, content)
	}
	v.elementID(where, o)
}

// place is where an element stands.
type place struct {
	depth                int
	form, columns, panel bool
	inputs               map[string]bool // names in this form
	submits              *int
}

// children checks the elements of a container.
func (v *inspection) children(parent object, at place) {
	list, isList := parent["elements"].([]any)
	if !isList {
		v.sayf(causeJSON, "%s: elements is no list", nameOf(parent))
		return
	}
	for _, e := range list {
		o, isObject := e.(map[string]any)
		if !isObject {
			v.sayf(causeJSON, "%s: an element is no object", nameOf(parent))
			continue
		}
		v.element(o, at)
	}
}

// nameOf says which element of a card is meant.
func nameOf(o object) string {
	tag := o.text("tag")
	if tag == "" {
		tag = "body"
	}
	for _, key := range []string{"name", "element_id"} {
		if o.text(key) != "" {
			return tag + " " + o.text(key)
		}
	}
	if label := o.object("text").text("content"); label != "" {
		return tag + " " + label
	}
	return tag
}

func (v *inspection) element(o object, at place) {
	tag := o.text("tag")
	allowed, found := components[tag]
	if !found || tag == "column" || tag == "plain_text" {
		v.sayf(causeTag, "tag %q is not one of card JSON 2.0", tag)
		return
	}
	v.elements++
	where := nameOf(o)
	v.properties(where, o, append(words("tag element_id margin"), allowed...))
	v.elementID(where, o)
	if slices.Contains(interactive, tag) {
		v.interactive(where, o, at)
	}
	switch tag {
	case "markdown":
		if content, ok := o["content"].(string); ok {
			v.markdown(where, content)
		} else {
			v.sayf(causeJSON, "%s: content is no string", where)
		}
	case "div":
		v.textObject(where, o.object("text"))
	case "img":
		if o.text("img_key") == "" {
			v.sayf(causeJSON, "%s: img_key is missing", where)
		}
	case "table":
		v.table(where, o, at)
	case "form":
		v.form(where, o, at)
	case "column_set":
		v.columnSet(where, o, at)
	case "collapsible_panel", "interactive_container":
		v.container(where, o, at)
	case "person", "person_list":
		v.persons(where, o)
	}
}

func (v *inspection) persons(where string, o object) {
	ids := []string{o.text("user_id")}
	if o.text("tag") == "person_list" {
		ids = nil
		for _, p := range o.objects("persons") {
			ids = append(ids, p.text("id"))
		}
	}
	for _, id := range ids {
		if !v.known(id) && !o.flag("drop_invalid_user_id") {
			v.sayf(causePerson, "%s: %q is nobody of this app", where, id)
		}
	}
}

var elementID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,19}$`)

func (v *inspection) elementID(where string, o object) {
	id, given := o["element_id"]
	if !given {
		return
	}
	name := o.text("element_id")
	if !elementID.MatchString(name) {
		v.sayf(causeJSON, "%s: element_id %v is not a letter and up to 19 letters, digits or _", where, id)
	}
	if v.elementIDs[name] {
		v.sayf(causeJSON, "%s: element_id %q is there twice", where, name)
	}
	v.elementIDs[name] = true
}

// deeper is the place inside a container, checked for depth.
func (v *inspection) deeper(where string, at place) place {
	at.depth++
	if at.depth > maxNesting {
		v.sayf(causeJSON, "%s: containers nest deeper than %d", where, maxNesting)
	}
	return at
}

func (v *inspection) columnSet(where string, o object, at place) {
	v.choice(where, o, "flex_mode")
	inside := v.deeper(where, at)
	inside.columns = true
	columns := o.objects("columns")
	if len(columns) == 0 {
		v.sayf(causeJSON, "%s: there are no columns", where)
	}
	for _, c := range columns {
		v.elements++
		if c.text("tag") != "column" {
			v.sayf(causeTag, "%s: tag %q is not column", where, c.text("tag"))
		}
		v.properties(nameOf(c), c, append(words("tag element_id margin"), components["column"]...))
		v.elementID(nameOf(c), c)
		v.children(c, inside)
	}
}

func (v *inspection) container(where string, o object, at place) {
	inside := v.deeper(where, at)
	if o.text("tag") == "collapsible_panel" {
		inside.panel = true
		header := o.object("header")
		v.properties(where+" header", header, properties["panel header"])
		if title := header.object("title"); title == nil {
			v.sayf(causeJSON, "%s: the header has no title", where)
		} else if title.text("tag") == "markdown" {
			v.elements++
			v.markdown(where, title.text("content"))
		} else {
			v.textObject(where+" header", title)
		}
	} else {
		v.behaviors(where, o)
	}
	v.children(o, inside)
}

func (v *inspection) form(where string, o object, at place) {
	if at.depth > 0 {
		v.sayf(causeJSON, "%s: a form stands only at the root of a card", where)
	}
	if name := o.text("name"); name == "" {
		v.sayf(causeForm, "%s: the name is missing", where)
	} else if v.formNames[name] {
		v.sayf(causeForm, "%s: the name is there twice", where)
	} else {
		v.formNames[name] = true
	}
	inside := v.deeper(where, at)
	submits := 0
	inside.form, inside.inputs, inside.submits = true, map[string]bool{}, &submits
	v.children(o, inside)
	if submits == 0 {
		v.sayf(causeForm, "%s: there is no button with form_action_type submit", where)
	}
}

var (
	atTag     = regexp.MustCompile(`<(at|person)\b([^>]*)>`)
	attribute = regexp.MustCompile(`^\s+(id|ids|email)\s*=\s*['"]?([^'"\s/]*)['"]?\s*`)
)

// markdown checks whom a text mentions.
func (v *inspection) markdown(where, content string) {
	v.characters(where, content)
	for _, m := range atTag.FindAllStringSubmatch(content, -1) {
		a := attribute.FindStringSubmatch(m[2])
		if a == nil {
			v.sayf(causePerson, "%s: %s names nobody by id, ids or email", where, m[0])
			continue
		}
		if a[1] == "email" {
			continue
		}
		for id := range strings.SplitSeq(a[2], ",") {
			if (id != "all" || m[1] == "person") && !v.known(id) {
				v.sayf(causePerson, "%s: %s names %q, who is nobody of this app", where, m[0], id)
			}
		}
	}
	if !utf8.ValidString(content) {
		v.sayf(causeJSON, "%s: the text is not UTF-8", where)
	}
}

// characters refuses control characters; lines may break and tab.
func (v *inspection) characters(where, text string) {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		v.sayf(causeJSON, "%s: control character in %q", where, text)
	}
}
