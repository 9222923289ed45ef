package feishu

import (
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
