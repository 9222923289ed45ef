package dingtalktest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Template is a card template that an administrator imported and published: which
// variables it has. A name left empty is that of the contract: title, tag, body,
// has_form, form, btns, footer.
type Template struct {
	ID                                               string
	Title, Tag, Body, HasForm, Form, Buttons, Footer string
	Submit                                           string // what the button under the form says; "" is 提交
	Unpublished                                      bool
	Foreign                                          bool // of another app: every call succeeds, and people see 内容加载失败
	Common                                           bool // its variables are the same for all: privateData shows nothing
}

// AddTemplate adds a template, or replaces the one with this ID; the cards that
// were made of it follow.
func (s *Server) AddTemplate(t Template) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Title, t.Tag, t.Body = cmp.Or(t.Title, "title"), cmp.Or(t.Tag, "tag"), cmp.Or(t.Body, "body")
	t.HasForm, t.Form = cmp.Or(t.HasForm, "has_form"), cmp.Or(t.Form, "form")
	t.Buttons, t.Footer, t.Submit = cmp.Or(t.Buttons, "btns"), cmp.Or(t.Footer, "footer"), cmp.Or(t.Submit, "提交")
	s.templates[t.ID] = t
	s.Touch()
}

func (t Template) variables() []string {
	return []string{t.Title, t.Tag, t.Body, t.HasForm, t.Form, t.Buttons, t.Footer}
}

// card is one card, wherever it was delivered to. Its maps are replaced and not
// changed once they are in it.
type card struct {
	look    Template
	id      string
	stream  bool // taps are pushed
	byUnion bool // people are named by unionId
	params  map[string]string
	private map[string]map[string]string // by userId
	views   map[string]map[string]string // what one person sees since he tapped, until everybody's changes
	before  []map[string]string          // params before each edit
	edits   int
	updated time.Time // in real time
}

// face are the variables that one person sees.
func (c *card) face(userID string) map[string]string {
	out := maps.Clone(c.params)
	if view, own := c.views[userID]; own {
		out = maps.Clone(view)
	}
	if out == nil {
		out = map[string]string{}
	}
	if !c.look.Common {
		maps.Copy(out, c.private[userID])
	}
	return out
}

const unloaded = "内容加载失败"

func (c *card) text(userID string) string {
	if c.look.Foreign || c.look.Unpublished {
		return unloaded
	}
	face := c.face(userID)
	lines := []string{face[c.look.Title], face[c.look.Tag], plain(face[c.look.Body])}
	if form, asks := c.form(userID); asks {
		for _, f := range form.Fields {
			if !f.Hidden {
				lines = append(lines, f.Label+"：____")
			}
		}
		lines = append(lines, "["+c.look.Submit+"]")
	}
	for _, b := range c.buttons(userID) {
		lines = append(lines, "["+b.Text+"]")
	}
	lines = append(lines, plain(face[c.look.Footer]))
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

// button is one entry of the buttonGroup variable.
type button struct {
	Text   string `json:"text"`
	Color  string `json:"color"`
	Status string `json:"status"`

	Event struct {
		Type   string `json:"type"`
		Params struct {
			ActionID string         `json:"actionId"`
			Params   map[string]any `json:"params"`
			URL      string         `json:"url"`
		} `json:"params"`
	} `json:"event"`
}

func (c *card) buttons(userID string) []button {
	if c.look.Foreign || c.look.Unpublished {
		return nil
	}
	out, err := readButtons(c.face(userID)[c.look.Buttons])
	if err != nil {
		return nil // noted when it was sent; people see no buttons
	}
	return out
}

func readButtons(text string) ([]button, error) {
	if text == "" {
		return nil, nil
	}
	var out []button
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("it is no list of buttons: %w", err)
	}
	for _, b := range out {
		params := b.Event.Params
		address, err := url.Parse(params.URL)
		switch {
		case strings.TrimSpace(b.Text) == "":
			return nil, errors.New("a button without text")
		case !slices.Contains([]string{"blue", "gray", "red"}, b.Color) || !slices.Contains([]string{"normal", "disabled"}, b.Status):
			return nil, fmt.Errorf("[%s] has the color %q and the status %q", b.Text, b.Color, b.Status)
		case b.Event.Type == "sendCardRequest" && params.ActionID != "":
		case b.Event.Type == "openLink" && err == nil && address.Host != "":
		default:
			return nil, fmt.Errorf("[%s] does nothing: type %q, actionId %q, url %q", b.Text, b.Event.Type, params.ActionID, params.URL)
		}
	}
	return out, nil
}

// form is the form variable.
type form struct {
	Fields []field `json:"fields"`
}

type field struct {
	Name         string   `json:"name"`
	Label        string   `json:"label"`
	Type         string   `json:"type"`
	Required     bool     `json:"required"`
	ReadOnly     bool     `json:"readOnly"`
	Hidden       bool     `json:"hidden"`
	DefaultValue any      `json:"defaultValue"`
	Options      []option `json:"options"`
}

type option struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// form is what the card asks a person, and whether it shows at all.
func (c *card) form(userID string) (form, bool) {
	face := c.face(userID)
	if c.look.Foreign || c.look.Unpublished || face[c.look.HasForm] != "true" {
		return form{}, false
	}
	out, err := readForm(face[c.look.Form])
	return out, err == nil
}

func readForm(text string) (form, error) {
	var out form
	if text == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return out, fmt.Errorf("it is no form: %w", err)
	}
	kinds := strings.Fields("TEXT TEXT_AREA NUMBER TEXT_ARRAY SELECT MULTI_SELECT DATE TIME DATETIME CHECKBOX SWITCH CHECKBOX_GROUP MULTI_CHECKBOX_GROUP")
	seen := map[string]bool{}
	for _, f := range out.Fields {
		switch {
		case f.Name == "" || seen[f.Name]:
			return out, fmt.Errorf("a field is named %q, which is empty or there twice", f.Name)
		case !slices.Contains(kinds, f.Type):
			return out, fmt.Errorf("field %s: there is no type %q", f.Name, f.Type)
		case !f.Hidden && f.Label == "":
			return out, fmt.Errorf("field %s: no label", f.Name)
		case f.choices() && len(f.Options) == 0:
			return out, fmt.Errorf("field %s: nothing to choose from", f.Name)
		}
		seen[f.Name] = true
	}
	return out, nil
}

func (f field) choices() bool {
	return slices.Contains([]string{"SELECT", "MULTI_SELECT", "CHECKBOX_GROUP", "MULTI_CHECKBOX_GROUP"}, f.Type)
}
