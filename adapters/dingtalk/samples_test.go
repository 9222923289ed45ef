package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
)

// pretty is JSON to be read, also that within strings of a card's variables.
func pretty(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(toJSON(v)), "", " "); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}

// opened is what the values of variables hold, so that a golden file can be read.
func opened(face map[string]string) object {
	out := object{}
	for name, value := range face {
		var held any
		if json.Unmarshal([]byte(value), &held) != nil {
			held = strings.Split(value, "\n")
		}
		out[name] = held
	}
	return out
}

// quiet is an adapter that is not in front of anything.
func quiet(t *testing.T) *Platform {
	t.Helper()
	return newLab(t, dingtalktest.Options{}, func(o *Options) { o.Template, o.ButtonKey = ourTemplate, []byte("a key") }).p
}

func TestSampleCards(t *testing.T) {
	p := quiet(t)
	for _, s := range bottest.SampleCards(Name) {
		t.Run(s.Name, func(t *testing.T) {
			face, err := p.painted(s.Card, view{people: s.People, private: s.Private, footer: "为什么说", outTrackID: "card-1"})
			if err != nil {
				t.Fatal(err)
			}
			bottest.Golden(t, filepath.Join("testdata", "card_"+s.Name+".golden.json"), pretty(t, opened(face)))
			o := bot.Out{Card: &s.Card, People: s.People}
			if !s.Private {
				o.Chat = "dingtalk:" + team
			}
			var out []any
			for _, mentions := range []bool{false, true} {
				m, err := p.saidCard(o, mentions)
				if err != nil {
					t.Fatal(err)
				}
				if mentions {
					out = append(out, m.session())
					continue
				}
				var param any
				r := m.robot()
				if err := json.Unmarshal([]byte(r.Param), &param); err != nil || len(r.Param) > 15_000 {
					t.Errorf("%d bytes, %v", len(r.Param), err)
				}
				out = append(out, object{"msgKey": r.Key, "msgParam": param})
			}
			bottest.Golden(t, filepath.Join("testdata", "said_"+s.Name+".golden.json"), pretty(t, out))
		})
	}
}

// text is anything that may stand in a text: markup, people, emoji, control
// characters, broken UTF-8.
func text(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]string{
				"@{p1}", "@{p2}", "@{p99}", "<a atId=zhou>周</a>", "[x](dtmd://dingtalkclient/sendMessage?content=x)", "![x](https://x/y)", "dtmd://", "[", "](", ")", "!",
				"@zhou ", "@xu", "@all ", "**", "\n", "\n\n", "    ", "\t", "\x00", "\xff\xfe", "👨‍👩‍👧", "1. ", "- ", "---", "```", "&#91;", "|", "\\", "\\[", "# ", "> ", "完成接口文档",
			}),
			rapid.StringN(0, 8, -1),
		), 0, min(most/4, 12)).Draw(t, "pieces")
		return strings.Repeat(strings.Join(pieces, ""), rapid.SampledFrom([]int{1, 1, 1, 1 + most/20}).Draw(t, "times"))
	})
}

func anyCard() *rapid.Generator[card.Card] {
	kinds := []card.Kind{
		card.KindText, card.KindLines, card.KindNumber, card.KindDate, card.KindTime, card.KindDateTime, card.KindSelect, card.KindMulti,
		card.KindPerson, card.KindPeople, card.KindFile, card.KindCheck,
	}
	values := rapid.OneOf(text(20), rapid.SampledFrom([]string{"@{p1}", "2026-08-14", "14:00", "2026-08-14 17:00", "true", "3", "高"}), text(4000))
	option := rapid.Custom(func(t *rapid.T) card.Option {
		return card.Option{Value: values.Draw(t, "value"), Label: text(20).Draw(t, "label")}
	})
	return rapid.Custom(func(t *rapid.T) card.Card {
		c := card.Card{Title: text(40).Draw(t, "title"), Tone: card.Tone(text(4).Draw(t, "tone")), Body: text(3000).Draw(t, "body")}
		for range rapid.IntRange(0, 20).Draw(t, "fields") {
			c.Fields = append(c.Fields, card.Field{Label: text(8).Draw(t, "label"), Value: text(100).Draw(t, "value")})
		}
		if n := rapid.IntRange(0, 30).Draw(t, "columns"); n < 8 {
			cells := rapid.SliceOfN(text(40), 0, n)
			c.Table = &card.Table{Head: cells.Draw(t, "head"), Rows: slices.Repeat(rapid.SliceOfN(cells, 0, 12).Draw(t, "rows"), 9)}
		}
		for i := range rapid.IntRange(0, 10).Draw(t, "inputs") {
			c.Inputs = append(c.Inputs, card.Input{
				Name: fmt.Sprintf("名%d", i/2*2), Label: text(20).Draw(t, "label"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				Required: rapid.Bool().Draw(t, "required"), Options: rapid.SliceOfN(option, 0, 9).Draw(t, "options"), Value: rapid.SliceOfN(values, 0, 4).Draw(t, "values"),
			})
		}
		for i := range rapid.IntRange(0, 20).Draw(t, "buttons") {
			c.Buttons = append(c.Buttons, card.Button{
				ID: fmt.Sprint(i), Label: text(8).Draw(t, "label"), Confirm: text(80).Draw(t, "confirm"), Submit: i < 3 && rapid.Bool().Draw(t, "submit"),
				Do: card.Action{Command: "完成", Args: map[string]string{"编号": fmt.Sprint(i)}, Seen: i, Words: text(8).Draw(t, "words")},
			})
		}
		for range rapid.IntRange(0, 5).Draw(t, "files") {
			c.Files = append(c.Files, card.File{Name: text(20).Draw(t, "name"), URL: rapid.SampledFrom([]string{"", "https://x/", "paper:"}).Draw(t, "scheme") + text(8).Draw(t, "url")})
		}
		return c
	})
}

// anyLink is what a client of whatever dialect could take for a link, a picture or a
// tag.
var anyLink = regexp.MustCompile(`!?\[[^\]]*\]\(([^)]*)\)|<[^>]*>|(?i)dtmd:[^)]*`)

// Whatever a card says and however long it is, it becomes messages that the platform
// takes, and nobody's words become a link, a button or a mention.
func TestEveryCardIsAccepted(t *testing.T) {
	l, robot := atLevel(t, 2, nil), atLevel(t, 1, nil)
	l.hurries()
	robot.hurries()
	serial := 0
	rapid.Check(t, func(t *rapid.T) {
		known := people()
		known["@{p1}"] = bot.Shown{Name: text(20).Draw(t, "name"), Account: "dingtalk:zhou"}
		c := anyCard().Draw(t, "card")
		for _, o := range []bot.Out{{Account: "dingtalk:xu"}, {Chat: "dingtalk:" + team}} {
			serial++
			o.UUID, o.Card, o.People, o.Text, o.Why = fmt.Sprint("id", serial), &c, known, text(40).Draw(t, "words"), text(40).Draw(t, "why")
			for _, p := range []*Platform{l.p, robot.p} {
				if _, err := p.Send(context.Background(), o); err != nil {
					t.Fatal(err)
				}
			}
			m, err := robot.p.saidCard(o, true)
			if err != nil {
				t.Fatal(err)
			}
			harmlessLinks(t, m.text, o.Chat == "")
			for _, id := range regexp.MustCompile(`@([A-Za-z0-9$][A-Za-z0-9_.-]*)`).FindAllStringSubmatch(m.text, -1) {
				if id[1] != zhou && id[1] != xu && m.at[id[1]] == "" {
					t.Fatalf("mentions %q:\n%s", id[1], m.text)
				}
			}
			face, err := l.p.painted(withText(c, o.Text), view{people: known, private: o.Chat == "", footer: o.Why, outTrackID: o.UUID})
			if err != nil {
				t.Fatal(err)
			}
			harmlessLinks(t, face["body"], false)
		}
	})
	for _, p := range append(l.fake.Problems(), robot.fake.Problems()...) {
		t.Fatal(p)
	}
}

// harmlessLinks fails if there is a link that we did not make.
func harmlessLinks(t *rapid.T, markdown string, speaks bool) {
	for _, at := range anyLink.FindAllStringSubmatch(markdown, -1) {
		switch {
		case strings.HasPrefix(at[0], "<a atId=zhou>") || strings.HasPrefix(at[0], "<a atId=xu>") || at[0] == "</a>":
		case strings.HasPrefix(at[1], "https://x/") && !strings.HasPrefix(at[0], "!"):
		case speaks && strings.HasPrefix(at[1], "dtmd://dingtalkclient/sendMessage?content="):
		default:
			t.Fatalf("%q in\n%s", at[0], markdown)
		}
	}
}

// Long texts go out in parts, at line ends, and nothing of them is lost.
func TestLongTextsAreParted(t *testing.T) {
	var b strings.Builder
	for i := range 900 {
		fmt.Fprintf(&b, "第%d行：@{p1}说了些什么，很长很长。\n", i)
	}
	whole := plain(strings.TrimSpace(b.String()), people())
	var joined []string
	for _, m := range robotTexts(strings.TrimSpace(b.String()), people()) {
		var param struct{ Content string }
		if err := json.Unmarshal([]byte(m.Param), &param); err != nil || len(m.Param) > 15_000 || utf8.RuneCountInString(param.Content) > mostText {
			t.Fatalf("%d bytes, %v", len(m.Param), err)
		}
		joined = append(joined, param.Content)
	}
	if got := strings.Join(joined, "\n"); got != whole {
		t.Errorf("parts differ from the whole: %d and %d bytes", len(got), len(whole))
	}
	for _, m := range robotTexts(strings.Repeat("\x01\"", 20_000), nil) {
		if len(m.Param) > 15_000 {
			t.Errorf("%d bytes", len(m.Param))
		}
	}
	if got := robotTexts(" ", nil); len(got) != 1 || !strings.Contains(got[0].Param, "没有内容") {
		t.Errorf("nothing is %v", got)
	}
}

// A person's token is never cut in two.
func TestTokensStayWhole(t *testing.T) {
	for most := 1; most < 16; most++ {
		if got := cut("ab@{p12345}cd@{p1}xyz", most); strings.Count(got, "@{p") != strings.Count(got, "}") {
			t.Errorf("cut to %d: %s", most, got)
		}
		for _, part := range pieces("ab@{p12345}cd@{p1}xyz", max(most, 9)) {
			if strings.Count(part, "@{p") != strings.Count(part, "}") {
				t.Errorf("parted at %d: %s", most, part)
			}
		}
	}
}

// Markup that somebody types is shown as its full-width twin, and common
// words stay as they are.
func TestEscape(t *testing.T) {
	for give, want := range map[string]string{
		"完成 api_v2 的 A/B 测试！": "完成 api_v2 的 A/B 测试！", "- 一\n1. 二": "- 一\n1. 二", "# 题": "＃ 题", "---": "－－－",
		"[x](dtmd://y)": "［x］(dtmd：//y)", "![x](y)": "！［x］(y)", "<b>": "＜b＞", "a & b": "a & b", "&#91;x": "＆#91;x", "&lt;": "＆lt;",
		"a@zhou b": "a＠zhou b", "@周敏": "@周敏", "__x__": "＿＿x＿＿", "    码": "\u2003\u2003\u2003\u2003码", "`x`": "｀x｀",
	} {
		if got := escape(give); got != want {
			t.Errorf("%q is %q, want %q", give, got, want)
		}
	}
}
