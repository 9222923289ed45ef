package playground

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/bot/card"
	"huiban/bot/workday"
)

// fromBot stands where a person's id stands in what people say.
const fromBot = "bot"

// filesPath is where files are fetched.
const filesPath = "/api/files/"

// moment is an instant as the interface writes it; none is empty.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(workday.Zone).Format(time.RFC3339)
}

// A Message is a message as docs/playground-api.md describes it.
type Message struct {
	ID      string `json:"id"`
	Seq     int64  `json:"seq"`
	Chat    string `json:"chat"`
	From    string `json:"from"`
	To      string `json:"to"`
	At      string `json:"at"`
	Text    string `json:"text"`
	Card    *Card  `json:"card"`
	Files   []File `json:"files"`
	Reply   string `json:"reply"`
	Changed string `json:"changed"`
	Why     string `json:"why,omitempty"`
}

// A File is a file that can be fetched.
type File struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// A Card is card.Card as docs/playground-api.md describes it: what its buttons
// do stays here.
type Card struct {
	Title   string   `json:"title"`
	Tone    string   `json:"tone"`
	Fields  []field  `json:"fields,omitempty"`
	Table   *table   `json:"table,omitempty"`
	Body    string   `json:"body,omitempty"`
	Inputs  []input  `json:"inputs,omitempty"`
	Buttons []button `json:"buttons,omitempty"`
	Files   []File   `json:"files,omitempty"`
}

type (
	field struct {
		Label string `json:"label"`
		Value string `json:"value"`
	}
	table struct {
		Head []string   `json:"head"`
		Rows [][]string `json:"rows"`
	}
	input struct {
		Name     string   `json:"name"`
		Label    string   `json:"label"`
		Kind     string   `json:"kind"`
		Required bool     `json:"required"`
		Options  []option `json:"options,omitempty"`
		Value    []string `json:"value"`
	}
	option struct {
		Value string `json:"value"`
		Label string `json:"label"`
	}
	button struct {
		ID      string `json:"id"`
		Label   string `json:"label"`
		Confirm string `json:"confirm,omitempty"`
		Submit  bool   `json:"submit,omitempty"`
	}
)

// shown is a message as everybody sees it.
func (r *record) shown(m *message) Message {
	f := m.last()
	out := Message{
		ID: m.ID, Seq: f.Seq, Chat: m.Chat, From: m.From, At: moment(m.At), Text: f.Text, Reply: m.Reply, Why: m.Why, Files: []File{},
	}
	if len(m.Faces) > 1 {
		out.Changed = moment(f.At)
	}
	for _, id := range m.Files {
		out.Files = append(out.Files, File{Name: r.files[id].Name, URL: filesPath + id})
	}
	if f.Card != nil {
		c := render(*f.Card, f.Who)
		for i := range c.Files {
			c.Files[i].URL = r.read(c.Files[i].URL, m.Chat)
		}
		out.Card = &c
	}
	return out
}

// read is the address of a paper for whoever sees it in a chat: in a private
// one that is known, in a group the page adds who looks.
func (r *record) read(address, chat string) string {
	if c, ok := r.chatByID(chat); ok && c.Kind == privateChat && strings.HasPrefix(address, paperPath) {
		return address + "?user=" + url.QueryEscape(c.Members[0])
	}
	return address
}

// render is a card as JSON; an option that means a person is given that
// person's id as its value.
func render(c card.Card, who map[string]string) Card {
	out := Card{Title: c.Title, Tone: string(c.Tone), Body: c.Body}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, field(f))
	}
	if c.Table != nil {
		out.Table = &table{Head: slices.Clone(c.Table.Head), Rows: [][]string{}}
		for _, row := range c.Table.Rows {
			out.Table.Rows = append(out.Table.Rows, slices.Clone(row))
		}
	}
	for _, in := range c.Inputs {
		out.Inputs = append(out.Inputs, renderInput(in, who))
	}
	ids := buttonIDs(c.Buttons)
	for i, b := range c.Buttons {
		out.Buttons = append(out.Buttons, button{ID: ids[i], Label: b.Label, Confirm: b.Confirm, Submit: b.Submit})
	}
	for _, f := range c.Files {
		out.Files = append(out.Files, File{Name: f.Name, URL: fileURL(f.URL)})
	}
	return out
}

func renderInput(in card.Input, who map[string]string) input {
	out := input{Name: in.Name, Label: in.Label, Kind: string(in.Kind), Required: in.Required, Value: []string{}}
	for _, o := range in.Options {
		out.Options = append(out.Options, option{Value: alias(o.Value, who), Label: o.Label})
	}
	for _, v := range in.Value {
		out.Value = append(out.Value, alias(v, who))
	}
	return out
}

// alias is the person's id where a value is a person's token.
func alias(value string, who map[string]string) string {
	if id, ok := who[value]; ok {
		return id
	}
	return value
}

// buttonIDs are the ids of a card's buttons, each only once: several choices of
// one verb are told apart by number.
func buttonIDs(buttons []card.Button) []string {
	out := make([]string, len(buttons))
	for i, b := range buttons {
		id := b.ID
		if id == "" {
			id = b.Label
		}
		for n := 2; slices.Contains(out[:i], id); n++ {
			id, _, _ = strings.Cut(id, "#")
			id += "#" + strconv.Itoa(n)
		}
		out[i] = id
	}
	return out
}

// fileURL is where a card's file is fetched: a web address stays, a paper is
// one of our pages, everything else is one of our files.
func fileURL(u string) string {
	if of, ok := strings.CutPrefix(u, "paper:"); ok {
		return paperPath + of
	}
	if u == "" || strings.HasPrefix(u, filesPath) || strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://") {
		return u
	}
	return filesPath + url.PathEscape(u)
}

// same reports whether two cards say the same, mentions aside: the answer to a
// tap has none.
func (r *record) same(a, b card.Card) bool {
	pairs := make([]string, 0, 2*len(r.people))
	for _, p := range r.people {
		pairs = append(pairs, "@"+p.Name, p.Name)
	}
	plain := strings.NewReplacer(pairs...).Replace
	return reflect.DeepEqual(a.Map(plain), b.Map(plain))
}
