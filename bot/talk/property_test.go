package talk

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestLabelledArgumentsComeBack writes arguments with labels, in any order and
// with any of the separators, and expects each as it was.
func TestLabelledArgumentsComeBack(t *testing.T) {
	r := New(commands())
	value := rapid.StringMatching(`[a-zA-Z0-9\x{4e00}-\x{9fa5}ＡＢＣ（）“”%+]([a-zA-Z0-9\x{4e00}-\x{9fa5}　 、。/<>*（）_-]{0,20}[a-zA-Z0-9\x{4e00}-\x{9fa5}）])?`)
	values := map[string]*rapid.Generator[string]{
		"做什么": value, "交付": value, "截止": value,
		"优先":  rapid.SampledFrom([]string{"高", "中", "低"}),
		"责任人": rapid.SampledFrom([]string{"@{p3}", "赵六", "王工", "研发部", "李雷"}),
		"抄送":  rapid.SampledFrom([]string{"@{p3}", "@{p3}、@{p4}", "市场部、@{p9}", "赵六"}),
	}
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.Permutation(slices.Sorted(maps.Keys(values))).Draw(t, "names")
		names = names[:rapid.IntRange(1, len(names)).Draw(t, "how many")]
		text, want := "待办", map[string]string{}
		for _, name := range names {
			want[name] = values[name].Draw(t, name)
			text += rapid.SampledFrom([]string{" ", "，", "\n", "；", ", "}).Draw(t, "before") + name +
				rapid.SampledFrom([]string{":", "：", " : "}).Draw(t, "colon") + want[name]
		}
		got := r.Read(text, scene())
		if diff := cmp.Diff(want, got.Args); diff != "" || got.Command != "待办" {
			t.Errorf("%q: %s", text, diff)
		}
	})
}

// TestWidthAndSpaceDoNotMatter types the same line in other widths and spaces.
func TestWidthAndSpaceDoNotMatter(t *testing.T) {
	r := New(commands())
	line := "进度 01-17 60% 说明:x1"
	want := map[string]string{"任务": "01-17", "完成": "60%", "说明": "x1"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, c := range line {
			switch {
			case c == ' ':
				b.WriteString(rapid.SampledFrom([]string{" ", "　", "  ", " \n", "\t", "\u00a0"}).Draw(t, "space"))
			case c > ' ' && c <= '~' && rapid.Bool().Draw(t, "wide"):
				b.WriteRune(c + '！' - '!')
			default:
				b.WriteRune(c)
			}
			if rapid.IntRange(0, 9).Draw(t, "invisible") == 0 {
				b.WriteString("\u200b")
			}
		}
		got := r.Read(b.String(), scene())
		for name, value := range got.Args {
			got.Args[name] = strings.ReplaceAll(plain(value), "\u200b", "")
		}
		if diff := cmp.Diff(want, got.Args); diff != "" {
			t.Errorf("%q: %s", b.String(), diff)
		}
	})
}

// FuzzRead holds for any text: no panic, and nothing comes out that was not
// typed, but tokens of people and the choices of slots.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"待办 @{p3} 写文档 截止:明天18:00 优先:高", "01-17 完成", "请许哲和王芳 8月20日前 60%", "＠{p3} “a 截止:b” https://x.cn",
		"\xff\xfe待办\u200b", "抄送市场部，财务部和@许哲", "对，高，文档", "尽快把", "@", "@{p", "待办:", "的8月1日的", "待办 配合:和和和和",
	} {
		f.Add(s)
	}
	r := New(commands())
	scenes := []Scene{scene(), {}, asking("待办", "责任人", "截止", "优先", "交付"), asking("延期", "原因"), asking("参会", "人"), asking("验收", "结论", "重交")}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range scenes {
			said := r.Read(text, s)
			for name, value := range said.Args {
				if value == "" || said.Command == "" {
					t.Errorf("%q: %s is empty or of no command: %+v", text, name, said)
				}
				if !typedBefore(text, value) {
					t.Errorf("%q: %s=%q was not typed", text, name, value)
				}
			}
			if said.Answer && (s.Asked == nil || said.Command != s.Asked.Words[0]) {
				t.Errorf("%q: an answer to nothing: %+v", text, said)
			}
			if len(said.Near) > 3 {
				t.Errorf("%q: %d near", text, len(said.Near))
			}
		}
	})
}

// typedBefore reports whether the letters and digits of the value stand in the
// text in that order. A token may stand for a name.
func typedBefore(text, value string) bool {
	for _, p := range people() {
		if strings.Contains(value, p.Token) && !strings.Contains(text, p.Token) {
			value = strings.ReplaceAll(value, p.Token, p.Name)
		}
	}
	rest := foldAll(text)
	for _, r := range foldAll(value) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		i := slices.Index(rest, r)
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}
