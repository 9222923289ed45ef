package feishu

import (
	"regexp"
	"strconv"
	"strings"

	"huiban/bot"
)

// personToken is what the engine puts where a person stands in a text.
var personToken = regexp.MustCompile(`@\{p\d+\}`)

// emojiCode is what the platform's markdown turns into a picture: :OK:
var emojiCode = regexp.MustCompile(`^:[A-Za-z0-9_]+:`)

// escape makes text appear in the platform's markdown as it was written. The
// signs are written as HTML entities, which the markdown leaves alone.
func escape(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		escapeLine(&b, line)
	}
	return b.String()
}

func escapeLine(b *strings.Builder, line string) {
	start := true // nothing but spaces so far: lists, quotes and headings begin here
	digits := false
	for i, r := range line {
		switch {
		case strings.ContainsRune("&<>*_~[]()#\\`|", r), start && strings.ContainsRune("-+=", r), digits && r == '.',
			r == ':' && emojiCode.MatchString(line[i:]):
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		case start && (r == ' ' || r == '\t'): // four would make it code
			b.WriteString("&nbsp;")
		case r < ' ' && r != '\t':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
		isDigit := '0' <= r && r <= '9'
		digits = isDigit && (start || digits)
		start = start && (r == ' ' || r == '\t')
	}
}

// marked is text for markdown, with people mentioned where they can be.
func marked(text string, people map[string]bot.Shown) string {
	return withPeople(text, people, escape, func(p bot.Shown) string {
		if id := openID(p); id != "" {
			return "<at id=" + id + "></at>"
		}
		return escape(p.Name)
	})
}

// plain is text for places that show it as it is, with people by name.
func plain(text string, people map[string]bot.Shown) string {
	return withPeople(text, people, printable, func(p bot.Shown) string { return p.Name })
}

// withPeople puts something where person tokens stand and treats the rest as
// words. A token that nobody knows stays.
func withPeople(text string, people map[string]bot.Shown, words func(string) string, person func(bot.Shown) string) string {
	var b strings.Builder
	last := 0
	for _, at := range personToken.FindAllStringIndex(text, -1) {
		p, ok := people[text[at[0]:at[1]]]
		if !ok {
			continue
		}
		b.WriteString(words(text[last:at[0]]))
		b.WriteString(person(p))
		last = at[1]
	}
	b.WriteString(words(text[last:]))
	return b.String()
}

// printable takes out control characters, which some clients refuse.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, text)
}

// openID is the person's id on this platform, empty if there is none.
func openID(p bot.Shown) string {
	id, ok := strings.CutPrefix(string(p.Account), Name+":")
	if !ok || !soundID.MatchString(id) {
		return ""
	}
	return id
}

// soundID is the form of an open_id; nothing else may stand in an at tag.
var soundID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// The longest text and the longest rich text of one message, in bytes; the
// platform's limits are 150 KB and 30 KB with all that it adds.
const mostText, mostPost = 60_000, 12_000

// renderText is the messages that a text becomes, one or more. In a text message
// tags are markup for which no escape is documented; what could be taken for one
// goes as rich text, whose runs are shown as they are.
func renderText(text string, people map[string]bot.Shown) []letter {
	text = printable(text)
	var out []letter
	if !strings.ContainsAny(text, "<&") {
		for _, part := range pieces(text, mostText) {
			out = append(out, letter{kind: typeText, content: toJSON(map[string]string{"text": tagged(part, people)})})
		}
		return out
	}
	for _, part := range pieces(text, mostPost) {
		paragraphs := [][]object{}
		for line := range strings.SplitSeq(part, "\n") {
			paragraphs = append(paragraphs, runs(line, people))
		}
		content := toJSON(object{"zh_cn": object{"title": "", "content": paragraphs}})
		out = append(out, letter{kind: typePost, content: content})
	}
	return out
}

// tagged is a text without markup, with mentions as tags.
func tagged(text string, people map[string]bot.Shown) string {
	return withPeople(text, people, printable, func(p bot.Shown) string {
		name := strings.NewReplacer("<", "＜", ">", "＞", "&", "＆").Replace(p.Name)
		if id := openID(p); id != "" {
			return `<at user_id="` + id + `">` + name + `</at>`
		}
		return name
	})
}

// runs is a line of rich text.
func runs(line string, people map[string]bot.Shown) []object {
	out := []object{}
	last := 0
	say := func(s string) {
		if s != "" {
			out = append(out, object{"tag": "text", "text": s})
		}
	}
	for _, at := range personToken.FindAllStringIndex(line, -1) {
		p, ok := people[line[at[0]:at[1]]]
		if !ok {
			continue
		}
		say(line[last:at[0]])
		last = at[1]
		if id := openID(p); id != "" {
			out = append(out, object{"tag": "at", "user_id": id})
		} else {
			say(p.Name)
		}
	}
	say(line[last:])
	return out
}

// pieces cuts a text at line ends into parts of at most so many bytes.
func pieces(text string, most int) []string {
	var out []string
	for len(text) > most {
		at := strings.LastIndexByte(text[:most], '\n')
		if at <= 0 {
			at = runeStart(text, most)
		}
		out = append(out, text[:at])
		text = strings.TrimPrefix(text[at:], "\n")
	}
	return append(out, text)
}

// runeStart is the last start of a character at or before i.
func runeStart(text string, i int) int {
	for i > 0 && text[i]&0xc0 == 0x80 {
		i--
	}
	return i
}
