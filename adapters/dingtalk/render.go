package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/card"
)

// An object is a piece of JSON.
type object = map[string]any

// A size is how much of each part is shown: characters of the body, of a field and
// of a cell, rows, options, fields and files, buttons.
type size struct{ body, value, cell, rows, options, fields, buttons int }

// sizes go from all that a reader wants to what always fits.
func sizes() []size {
	return []size{
		{6000, 2000, 300, 100, 100, 60, 60}, {2500, 500, 120, 30, 60, 40, 40}, {1200, 200, 60, 15, 30, 20, 20},
		{400, 80, 30, 8, 10, 12, 12}, {100, 30, 12, 4, 4, 6, 8},
	}
}

// A drawing is a card on its way to a message.
type drawing struct {
	people  map[string]bot.Shown
	voice   voice
	private bool
	size    size
	robot   string // the name to be typed in groups
}

// title is what stands in the push and in the list of chats.
func (d drawing) title(c card.Card) string {
	title := strings.TrimSpace(cut(strings.ReplaceAll(plain(c.Title, d.people), "\n", " "), 100))
	if title == "" {
		return "会办"
	}
	return title
}

// dot is the tone of a card.
func dot(t card.Tone) string {
	switch t {
	case card.Yellow:
		return "🟡"
	case card.Red:
		return "🔴"
	case card.Green:
		return "🟢"
	case card.Grey:
		return "⚪"
	case card.Blue:
	}
	return "🔵"
}

// newline is a new line in the platform's markdown, where a line feed alone is none.
const newline = "  \n  "

// lines are lines of markdown as one paragraph.
func lines(text string) string { return strings.ReplaceAll(strings.Trim(text, "\n "), "\n", newline) }

func (d drawing) say(text string) string { return d.voice.say(text, d.people) }

func (d drawing) fields(list []card.Field) string {
	var out []string
	for _, f := range list[:min(len(list), d.size.fields)] {
		line := d.say(d.shorten(f.Value, d.size.value))
		if label := strings.TrimSpace(strings.ReplaceAll(cut(f.Label, 40), "\n", " ")); label != "" {
			line = d.say(label) + "：" + line
		}
		out = append(out, line)
	}
	return lines(strings.Join(append(out, unshown(len(list), d.size.fields)...), "\n"))
}

// unshown says how many of a list found no room, if any.
func unshown(have, most int) []string {
	if have <= most {
		return nil
	}
	return []string{fmt.Sprintf("还有%d项没有列出。", have-most)}
}

func (d drawing) body(text string) string {
	return lines(d.say(d.shorten(strings.Trim(text, " \n"), d.size.body)))
}

// list is a table for places that draw none: one entry for each row.
func (d drawing) list(t card.Table) string {
	out := []string{}
	if head := strings.Join(t.Head, "　"); strings.TrimSpace(head) != "" {
		out = append(out, "**"+d.cell(head, 200)+"**", "")
	}
	for _, row := range t.Rows[:min(len(t.Rows), d.size.rows)] {
		cells := make([]string, 0, len(row))
		for _, cell := range row[:min(len(row), mostColumns)] {
			cells = append(cells, d.cell(cell, d.size.cell))
		}
		out = append(out, "- "+strings.Join(cells, "　"))
	}
	return strings.Join(append(out, d.moreRows(t)...), "\n")
}

// mostColumns is how many columns of a table are shown.
const mostColumns = 20

// table is a table for cards.
func (d drawing) table(t card.Table) string {
	columns := min(len(t.Head), mostColumns)
	if columns == 0 {
		return ""
	}
	row := func(cells []string) string {
		out := make([]string, columns)
		for i := range out {
			if i < len(cells) {
				out[i] = d.cell(cells[i], d.size.cell)
			}
		}
		return "| " + strings.Join(out, " | ") + " |"
	}
	out := []string{row(t.Head), "|" + strings.Repeat(" --- |", columns)}
	for _, r := range t.Rows[:min(len(t.Rows), d.size.rows)] {
		out = append(out, row(r))
	}
	return paragraphs(strings.Join(out, "\n"), strings.Join(d.moreRows(t), ""))
}

func (d drawing) moreRows(t card.Table) []string {
	if left := len(t.Rows) - d.size.rows; left > 0 {
		return []string{fmt.Sprintf("还有%d行没有列出，可以缩小范围再查。", left)}
	}
	return nil
}

// cell is one line, with people by name: a table mentions nobody.
func (d drawing) cell(text string, most int) string {
	return markedVoice.say(strings.ReplaceAll(cut(text, most), "\n", " "), d.people)
}

func (d drawing) files(list []card.File) string {
	var out []string
	for _, f := range list[:min(len(list), d.size.fields)] {
		name := strings.TrimSpace(d.cell(f.Name, 60))
		if name == "" {
			name = "文件"
		}
		if address, ok := webAddress(f.URL); ok {
			name = "[" + name + "](" + address + ")"
		}
		out = append(out, "附件："+name)
	}
	return lines(strings.Join(append(out, unshown(len(list), d.size.fields)...), "\n"))
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
	return strings.NewReplacer(
		"(", "%28", ")", "%29", "[", "%5B", "]", "%5D", "*", "%2A", "`", "%60", "<", "%3C", ">", "%3E", " ", "%20", "@", "%40", "dtmd:", "dtmd%3A",
	).Replace(u.String()), true
}

// twin is what to type instead of touching a button.
func (d drawing) twin(b card.Button) string {
	words := strings.TrimSpace(cut(plain(b.Do.Words, d.people), 120))
	if words == "" {
		return ""
	}
	if !d.private {
		words = "@" + d.robot + " " + words
	}
	return "〔" + d.label(b) + "〕" + escape(words)
}

func (d drawing) label(b card.Button) string {
	label := strings.TrimSpace(strings.ReplaceAll(cut(plain(b.Label, d.people), 40), "\n", " "))
	if label == "" {
		return "确定"
	}
	return escape(label)
}

// twins are what to type instead of touching these buttons.
func (d drawing) twins(lead string, buttons []card.Button) string {
	out := []string{lead}
	for _, b := range buttons[:min(len(buttons), d.size.buttons)] {
		if words := d.twin(b); words != "" {
			out = append(out, words)
		}
	}
	if len(out) == 1 {
		return ""
	}
	return lines(strings.Join(out, "\n"))
}

// paragraphs joins what is not empty.
func paragraphs(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n")
}

// shorten cuts what is too long with a word about it.
func (d drawing) shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return cut(s, most) + wordPart
}

// withText puts words that come with a card above its own.
func withText(c card.Card, text string) card.Card {
	if text != "" {
		c.Body = strings.TrimSpace(text + "\n" + c.Body)
	}
	return c
}

// toJSON is a value without the escapes that HTML would want; it is made of plain
// data, which always has a form.
func toJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimRight(b.String(), "\n")
}
