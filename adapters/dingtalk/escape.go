package dingtalk

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot"
)

// personToken is what the engine puts where a person stands in a text.
var personToken = regexp.MustCompile(`@\{p\d+\}`)

// wide are the signs of markup and their full-width twins. No escape is documented
// for the platform's markdown, and clients differ; a twin is no markup to anybody
// and reads the same.
//
//nolint:gochecknoglobals // a table that is never assigned
var wide = map[rune]rune{
	'[': '［', ']': '］', '<': '＜', '>': '＞', '*': '＊', '`': '｀', '~': '～', '|': '｜', '\\': '＼', '!': '！',
}

var (
	entity   = regexp.MustCompile(`^&(#[0-9xX]|[A-Za-z])[0-9A-Za-z]*;`)
	ruler    = regexp.MustCompile(`^\s*[-=_]{2,}\s*$`)
	scheme   = regexp.MustCompile(`(?i)(dtmd|dingtalk)\s*:`)
	atCalled = regexp.MustCompile(`@([A-Za-z0-9$]|$)`)
)

// escape makes text appear in the platform's markdown as it was written: nothing in
// it can be a link, a picture, a command to send or a mention. Lists stay lists.
func escape(text string) string {
	lines := strings.Split(printable(text), "\n")
	for i, line := range lines {
		lines[i] = escapeLine(line)
	}
	return strings.Join(lines, "\n")
}

func escapeLine(line string) string {
	if ruler.MatchString(line) {
		return strings.NewReplacer("-", "－", "=", "＝", "_", "＿").Replace(line)
	}
	line = unmentioning(scheme.ReplaceAllString(line, "$1："))
	var b strings.Builder
	start, last := true, ' ' // start: nothing but spaces so far, where headings and code begin
	for i, r := range line {
		next, _ := utf8.DecodeRuneInString(line[i+utf8.RuneLen(r):])
		switch {
		case wide[r] != 0 && (r != '!' || next == '['):
			r = wide[r]
		case r == '_' && (!wordy(last) || !wordy(next)):
			r = '＿'
		case r == '#' && start:
			r = '＃'
		case r == '&' && entity.MatchString(line[i:]):
			r = '＆'
		case start && (r == ' ' || r == '\t'):
			r = '\u2003'
		}
		b.WriteRune(r)
		start = start && r == '\u2003'
		last = r
	}
	return b.String()
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// unmentioning keeps typed text from naming a userId behind an @, which is how
// answers mention.
func unmentioning(text string) string { return atCalled.ReplaceAllString(text, "＠$1") }

// printable takes out control characters and what is no text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
}

// A voice is how people and words are written in one kind of place.
type voice struct {
	words  func(string) string
	person func(id string, name string) string // id is empty for whom the place cannot mention
}

// The voices: plain text and markdown where nobody is mentioned, answers by a
// session, which mention by @ and userId, and the markdown of cards.
//
//nolint:gochecknoglobals // tables that are never assigned
var (
	plainVoice  = voice{printable, func(_, name string) string { return name }}
	markedVoice = voice{escape, func(_, name string) string { return escape(name) }}

	calledVoice       = voice{func(s string) string { return unmentioning(printable(s)) }, calledPerson}
	markedCalledVoice = voice{escape, func(id, name string) string { return calledPerson(id, escape(name)) }}

	cardVoice = voice{escape, func(id, name string) string {
		if id == "" {
			return escape(name)
		}
		return "<a atId=" + id + ">" + escape(name) + "</a>"
	}}
)

func calledPerson(id, name string) string {
	if id == "" {
		return name
	}
	return "@" + id + " "
}

// say writes a text in a voice. A token that nobody knows stays.
func (v voice) say(text string, people map[string]bot.Shown) string {
	var b strings.Builder
	last := 0
	for _, at := range personToken.FindAllStringIndex(text, -1) {
		p, ok := people[text[at[0]:at[1]]]
		if !ok {
			continue
		}
		b.WriteString(v.words(text[last:at[0]]))
		b.WriteString(v.person(mentionable(p), strings.ReplaceAll(printable(p.Name), "\n", " ")))
		last = at[1]
	}
	b.WriteString(v.words(text[last:]))
	return b.String()
}

func plain(text string, people map[string]bot.Shown) string { return plainVoice.say(text, people) }

// mentionable is the userId by which a person can be mentioned, empty if there is
// none: people from outside have only an encrypted id.
func mentionable(p bot.Shown) string {
	id, ok := strings.CutPrefix(string(p.Account), Name+":")
	if !ok || !soundID.MatchString(id) {
		return ""
	}
	return id
}

// soundID is the form of a userId; nothing else may stand in a mention.
var soundID = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// mentioned are the userIds of the people who stand in texts, each once.
func mentioned(people map[string]bot.Shown, texts ...string) map[string]string {
	out := map[string]string{}
	for _, text := range texts {
		for _, token := range personToken.FindAllString(text, -1) {
			if id := mentionable(people[token]); id != "" {
				out[id] = printable(people[token].Name)
			}
		}
	}
	return out
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
		if most <= 0 {
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

// pieces cuts a text into parts of at most so many characters, at line ends where
// there are any.
func pieces(text string, most int) []string {
	var out []string
	for utf8.RuneCountInString(text) > most {
		end := prefix(text, most)
		at := strings.LastIndexByte(text[:end], '\n')
		if at <= 0 {
			at = wholeTokens(text, end)
		}
		if at <= 0 {
			at = end
		}
		out = append(out, text[:at])
		text = strings.TrimPrefix(text[at:], "\n")
	}
	return append(out, text)
}
