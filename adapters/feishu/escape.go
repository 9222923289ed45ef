package feishu

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot"
)

// personToken is what the engine puts where a person stands in a text.
var personToken = regexp.MustCompile(`@\{p\d+\}`)

// emojiCode is what the platform's markdown turns into a picture, like :OK:.
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
		case unicode.IsControl(r) && r != '\t':
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
		p.Name = printable(p.Name)
		b.WriteString(person(p))
		last = at[1]
	}
	b.WriteString(words(text[last:]))
	return b.String()
}

// printable takes out control characters, which some clients refuse.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
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

// The longest text and the longest rich text of one message, in bytes on the
// wire; the platform's limits are 150 KB and 30 KB with all that it adds.
const mostText, mostPost = 100_000, 20_000

// renderText is the messages that a text becomes, one or more. In a text message
// tags are markup for which no escape is documented; what could be taken for one
// goes as rich text, whose runs are shown as they are.
func renderText(text string, people map[string]bot.Shown) []letter {
	text = printable(text)
	kind, most, content := typeText, mostText, func(part string) []byte {
		return toJSON(map[string]string{"text": tagged(part, people)})
	}
	if strings.ContainsAny(text, "<&") {
		kind, most, content = typePost, mostPost, func(part string) []byte { return richText(part, people) }
	}
	var out []letter
	for _, c := range fitting(text, most, content) {
		out = append(out, letter{kind: kind, content: c})
	}
	return out
}

// fitting is a text as contents of at most so many bytes; what is larger is cut
// in two as often as it takes.
func fitting(text string, most int, content func(string) []byte) [][]byte {
	whole := content(text)
	if len(whole) <= most || len(text) < 2 {
		return [][]byte{whole}
	}
	var out [][]byte
	for _, part := range pieces(text, (len(text)+1)/2) {
		out = append(out, fitting(part, most, content)...)
	}
	return out
}

func richText(text string, people map[string]bot.Shown) []byte {
	paragraphs := [][]object{}
	for line := range strings.SplitSeq(text, "\n") {
		paragraphs = append(paragraphs, runs(line, people))
	}
	return toJSON(object{"zh_cn": object{"title": "", "content": paragraphs}})
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
			say(printable(p.Name))
		}
	}
	say(line[last:])
	return out
}

// pieces cuts a text into parts of at most so many bytes, at line ends where
// there are any, never within a character and not within a person's token.
func pieces(text string, most int) []string {
	var out []string
	for len(text) > most {
		at := strings.LastIndexByte(text[:most], '\n')
		if at <= 0 {
			at = wholeTokens(text, runeStart(text, most))
		}
		if at <= 0 { // a part that is smaller than what it begins with
			_, at = utf8.DecodeRuneInString(text)
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
