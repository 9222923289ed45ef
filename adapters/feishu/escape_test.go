package feishu

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
)

// Marks of the platform's markdown, at the start of a line and within it.
func TestMarkupIsEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"完成接口文档 v2，共3.5天":  "完成接口文档 v2，共3.5天",
		"**a** _b_ ~~c~~":  "&#42;&#42;a&#42;&#42; &#95;b&#95; &#126;&#126;c&#126;&#126;",
		"<at id=all></at>": "&#60;at id=all&#62;&#60;/at&#62;",
		"&lt;":             "&#38;lt;",
		"- a\n- b":         "&#45; a\n&#45; b",
		"a - b":            "a - b",
		"12. a":            "12&#46; a",
		" 1. a":            "&nbsp;1&#46; a",
		"+ a\n===":         "&#43; a\n&#61;==",
		"    代码":           "&nbsp;&nbsp;&nbsp;&nbsp;代码",
		":OK:A:OK:":        "&#58;OK&#58;A&#58;OK:",
		"时间 14:00":         "时间 14:00",
		"a\rb\x00c":        "a b c",
		"坏\xff":            "坏\uFFFD",
	} {
		if got := escape(text); got != want {
			t.Errorf("escape(%q) = %q, want %q", text, got, want)
		}
	}
}

// Entities turned back are the text, but for what no screen can show.
func TestEscapedTextIsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := text(200).Draw(t, "text")
		back := strings.ReplaceAll(html.UnescapeString(escape(s)), "\u00a0", " ")
		want := strings.ReplaceAll(strings.ToValidUTF8(printable(s), "\uFFFD"), "\u00a0", " ")
		spaces := strings.NewReplacer("\t", " ", "\uFFFD", "")
		if spaces.Replace(back) != spaces.Replace(want) {
			t.Fatalf("%q became %q", want, back)
		}
	})
}

var atTag = regexp.MustCompile(`</?at[^>]*>`)

// However long a text is and whatever stands in it: each message is within the
// platform's limits, and together they say it.
func TestLongTextsAreSeveralMessages(t *testing.T) {
	people := map[string]bot.Shown{"@{p1}": {Name: "周敏<", Account: "feishu:ou_zhou"}, "@{p2}": {Name: "李四"}}
	for _, test := range []struct {
		name, text, kind string
		several          bool
	}{
		{"short", "你好\n@{p1}", typeText, false},
		{"markup", "a < b & @{p1}", typePost, false},
		{"long", strings.Repeat("字", 40_000), typeText, true},
		{"many people", strings.Repeat("@{p1}", 3_000), typeText, true},
		{"many short lines", strings.Repeat("<\n", 2_000), typePost, true},
		{"markup and people", strings.Repeat("<@{p1}@{p2}", 400), typePost, true},
		{"empty", "", typeText, false},
	} {
		letters := renderText(test.text, people)
		if (len(letters) > 1) != test.several {
			t.Errorf("%s: %d messages", test.name, len(letters))
		}
		var read strings.Builder
		for _, l := range letters {
			most := mostText
			if l.kind == typePost {
				most = mostPost
			}
			if l.kind != test.kind || len(l.content) > most {
				t.Errorf("%s: a %s of %d bytes", test.name, l.kind, len(l.content))
			}
			read.WriteString(atTag.ReplaceAllString(feishutest.Message{Type: l.kind, Content: string(l.content)}.Text(), "@"))
		}
		if strings.Contains(read.String(), "{p") {
			t.Errorf("%s: a token is cut", test.name)
		}
		for _, sign := range []string{"字", "<", "李四"} {
			if got, want := strings.Count(read.String(), sign), strings.Count(strings.ReplaceAll(test.text, "@{p2}", "李四"), sign); got != want {
				t.Errorf("%s: %d times %s, want %d", test.name, got, sign, want)
			}
		}
	}
}
