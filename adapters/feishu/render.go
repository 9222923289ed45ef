package feishu

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/card"
)

// The platform's limits for a card are 30 KB and 200 elements, in which style
// tags count as what they become; we stay well below.
const (
	mostCard     = 25_000
	mostElements = 195
)

// An object is a piece of a card's JSON.
type object = map[string]any

// renderCard is the card as JSON 2.0. private says whether it goes to a single
// chat. What is too long is folded, then cut with a word about it; what the
// buttons need is never cut, so a card can always be acted on.
func renderCard(c card.Card, people map[string]bot.Shown, private bool, key []byte) ([]byte, error) {
	if !slices.ContainsFunc(c.Buttons, func(b card.Button) bool { return b.Submit }) {
		c = c.WithoutForm() // nothing would send it, and the platform refuses a form without such a button
	}
	for _, s := range sizes() {
		d := drawing{key: key, people: people, private: private, size: s}
		content := toJSON(d.card(c))
		if len(content) <= mostCard && d.elements <= mostElements {
			return content, nil
		}
	}
	return nil, fmt.Errorf("feishu: card %q is too large however short", cut(c.Title, 20))
}

// A size is how much of each part is shown: characters of the body, of a field
// and of what an input holds, rows, characters of a cell, options, characters of
// a label, fields and files, buttons.
type size struct{ body, value, typed, rows, cell, options, label, fields, buttons int }

// sizes go from all that a reader wants to what always fits.
func sizes() []size {
	return []size{
		{6000, 2000, mostInput, 100, 300, 100, 60, 60, 60}, {3000, 800, mostInput, 60, 120, 60, 40, 40, 60},
		{1500, 300, mostInput, 40, 60, 40, 30, 30, 40}, {600, 120, 300, 20, 40, 20, 20, 20, 30},
		{200, 60, 60, 8, 20, 10, 14, 12, 20}, {60, 20, 20, 3, 10, 3, 8, 8, 12},
	}
}

// A drawing is a card on its way to JSON.
type drawing struct {
	key      []byte // of the buttons' marks
	people   map[string]bot.Shown
	private  bool
	size     size
	elements int // components and text objects, as the platform counts
	buttons  int
}

func (d *drawing) card(c card.Card) object {
	title := strings.TrimSpace(cut(plain(c.Title, d.people), 100))
	if title == "" {
		title = "会办"
	}
	return object{
		"schema": "2.0",
		"config": object{
			"update_multi": true, "enable_forward": false, "summary": object{"content": summary(title, c, d.people)},
		},
		"header": object{"template": template(c.Tone), "title": d.text(title)},
		"body":   object{"elements": d.body(c)},
	}
}

// summary is what the chat list and the push show.
func summary(title string, c card.Card, people map[string]bot.Shown) string {
	if len(c.Fields) > 0 {
		title += "：" + plain(c.Fields[0].Value, people)
	}
	return cut(strings.ReplaceAll(title, "\n", " "), 100)
}

func template(t card.Tone) string {
	switch t {
	case card.Yellow, card.Red, card.Green, card.Grey:
		return string(t)
	case card.Blue:
	}
	return "blue"
}

func (d *drawing) body(c card.Card) []object {
	out := []object{}
	if lines := d.fields(c.Fields); lines != "" {
		out = append(out, d.markdown(lines))
	}
	if c.Table != nil && len(c.Table.Head) > 0 {
		out = append(out, d.table(*c.Table)...)
	}
	out = append(out, d.words(c.Body)...)
	if lines := d.files(c.Files); lines != "" {
		out = append(out, d.markdown(lines))
	}
	if len(c.Inputs) > 0 {
		out = append(out, d.form(c))
	}
	var outside []card.Button
	for _, b := range c.Buttons {
		if len(c.Inputs) == 0 || !b.Submit {
			outside = append(outside, b)
		}
	}
	at := min(len(outside), d.size.buttons)
	out = append(out, d.rows(outside[:at], false)...)
	if at < len(outside) {
		out = append(out, d.typedTwins(outside[at:]))
	}
	return out
}

// typedTwins is what to type instead of buttons that found no room.
func (d *drawing) typedTwins(buttons []card.Button) object {
	lines := []string{"还有一些操作放不下，请直接输入："}
	for _, b := range buttons[:min(len(buttons), d.size.buttons)] {
		if b.Do.Words != "" {
			lines = append(lines, cut(plain(b.Do.Words, d.people), 60))
		}
	}
	return d.said(strings.Join(lines, "\n"))
}

func (d *drawing) fields(list []card.Field) string {
	var lines []string
	for _, f := range list[:min(len(list), d.size.fields)] {
		line := marked(d.shorten(f.Value, d.size.value), d.people)
		if label := strings.TrimSpace(cut(f.Label, d.size.label)); label != "" {
			line = "**" + marked(label, d.people) + "**　" + line
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, unshown(len(list), d.size.fields)...), "\n")
}

// unshown says how many of a list found no room, if any.
func unshown(have, most int) []string {
	if have <= most {
		return nil
	}
	return []string{fmt.Sprintf("还有%d项没有列出。", have-most)}
}

// shown is how much of a long body is shown before it is folded.
const shown, folding = 600, 1500

// words is the body; a long one is folded behind its beginning.
func (d *drawing) words(body string) []object {
	body = strings.Trim(printable(body), " \n")
	if body == "" {
		return nil
	}
	body = d.shorten(body, d.size.body)
	if utf8.RuneCountInString(body) <= folding {
		return []object{d.said(body)}
	}
	at := wholeTokens(body, prefix(body, shown))
	if end := strings.LastIndexByte(body[:at], '\n'); end > 0 {
		at = end
	}
	d.elements++ // the panel
	return []object{d.said(body[:at]), {
		"tag": "collapsible_panel", "expanded": false, "header": object{"title": d.text("展开其余内容")},
		"elements": []object{d.said(strings.TrimLeft(body[at:], "\n"))},
	}}
}

// said is running text: plain where nobody is mentioned, so that nothing in it
// can be taken for markup.
func (d *drawing) said(text string) object {
	if personToken.MatchString(text) {
		return d.markdown(marked(text, d.people))
	}
	d.elements++
	return object{"tag": "div", "text": d.text(printable(text))}
}

// mostColumns is how many columns a table may have.
const mostColumns = 50

func (d *drawing) table(t card.Table) []object {
	t.Head = t.Head[:min(len(t.Head), mostColumns)]
	columns := make([]object, len(t.Head))
	for i, head := range t.Head {
		columns[i] = object{"name": fmt.Sprintf("c%d", i), "display_name": cut(plain(head, d.people), 30), "data_type": "text"}
	}
	rows := []object{}
	for _, r := range t.Rows[:min(len(t.Rows), d.size.rows)] {
		row := object{}
		for i := range t.Head {
			if i < len(r) {
				row[fmt.Sprintf("c%d", i)] = cut(plain(r[i], d.people), d.size.cell)
			}
		}
		rows = append(rows, row)
	}
	d.elements++
	out := []object{{"tag": "table", "page_size": max(1, min(10, len(rows))), "row_height": "auto", "columns": columns, "rows": rows}}
	if left := len(t.Rows) - len(rows); left > 0 {
		out = append(out, d.said(fmt.Sprintf("还有%d行没有列出，可以缩小范围再查。", left)))
	}
	return out
}

func (d *drawing) files(list []card.File) string {
	var lines []string
	for _, f := range list[:min(len(list), d.size.fields)] {
		name := escape(printable(plain(cut(f.Name, 60), d.people)))
		if address, ok := webAddress(f.URL); ok {
			name = "[" + name + "](" + address + ")"
		}
		lines = append(lines, "附件："+name)
	}
	return strings.Join(append(lines, unshown(len(list), d.size.fields)...), "\n")
}

// mostAddress is the longest address that is made a link.
const mostAddress = 1000

// webAddress is an address as it may stand in markdown. What else a file may be at
// is sent as a message of its own, or told by the engine.
func webAddress(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(address) > mostAddress {
		return "", false
	}
	safe := func(r rune) bool { return strings.ContainsRune("-._~:/?#@!$&'+,;=%", r) }
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || safe(rune(c))) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String(), true
}

// text is a plain_text object.
func (d *drawing) text(content string) object {
	d.elements++
	return object{"tag": "plain_text", "content": content}
}

func (d *drawing) markdown(content string) object {
	d.elements++
	return object{"tag": "markdown", "content": content}
}

// shorten cuts what is too long with a word about it.
func (d *drawing) shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return cut(s, most) + "（内容较长，这里只显示一部分）"
}

// cut shortens a text to so many characters, never inside a person's token.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return s[:wholeTokens(s, prefix(s, most-1))] + "…"
}

// prefix is the length in bytes of so many characters at the beginning.
func prefix(s string, most int) int {
	for i := range s {
		if most == 0 {
			return i
		}
		most--
	}
	return len(s)
}

// wholeTokens is the last place at or before end that is in no person's token.
func wholeTokens(s string, end int) int {
	for _, at := range personToken.FindAllStringIndex(s, -1) {
		if at[0] < end && end < at[1] {
			return at[0]
		}
	}
	return end
}

// toJSON is a value without the escapes that HTML would want; it is made of
// plain data, which always has a form.
func toJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
