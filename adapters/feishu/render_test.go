package feishu

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/card"
)

func people() map[string]bot.Shown {
	return map[string]bot.Shown{
		"@{p1}": {Name: "周敏", Account: "feishu:ou_zhou"}, "@{p2}": {Name: "许哲", Account: "feishu:ou_xu"},
		"@{p3}": {Name: "外单位的人"}, "@{p4}": {Name: "钉钉上的人", Account: "dingtalk:u4"},
	}
}

func anybody(string) bool { return true }

// Whatever a card holds, the platform takes it, and its buttons stay.
func TestAnyCardIsSound(t *testing.T) {
	text := rapid.OneOf(
		rapid.StringOfN(rapid.RuneFrom([]rune("会议纪要 abc*_~[](){}<>&#`|\\:.-+1\n\t\x00\x1f🎉@$%")), 0, 60, -1),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat("很长的一段话，", rapid.IntRange(0, 900).Draw(t, "long"))
		}),
		rapid.SampledFrom([]string{"@{p1}和@{p3}", "<at id=all></at>", "@{p99}", ""}),
	)
	kinds := []card.Kind{card.KindText, card.KindLines, card.KindNumber, card.KindDate, card.KindTime, card.KindDateTime, card.KindSelect, card.KindMulti, card.KindPerson, card.KindPeople, card.KindFile, card.KindCheck}
	rapid.Check(t, func(t *rapid.T) {
		c := card.Card{Title: text.Draw(t, "title"), Body: text.Draw(t, "body"), Tone: rapid.SampledFrom([]card.Tone{card.Blue, card.Yellow, card.Red, card.Green, card.Grey, ""}).Draw(t, "tone")}
		for range rapid.IntRange(0, 8).Draw(t, "fields") {
			c.Fields = append(c.Fields, card.Field{Label: text.Draw(t, "label"), Value: text.Draw(t, "value")})
		}
		if rapid.Bool().Draw(t, "table") {
			c.Table = &card.Table{Head: rapid.SliceOfN(text, 1, 6).Draw(t, "head"), Rows: rapid.SliceOfN(rapid.SliceOfN(text, 0, 7), 0, 60).Draw(t, "rows")}
		}
		for i := range rapid.IntRange(0, 7).Draw(t, "inputs") {
			in := card.Input{Name: "项" + string(rune('a'+i)), Label: text.Draw(t, "label"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Required: rapid.Bool().Draw(t, "required")}
			for range rapid.IntRange(0, 40).Draw(t, "options") {
				in.Options = append(in.Options, card.Option{Value: rapid.SampledFrom([]string{"@{p1}", "@{p2}", "@{p3}", "高", "中", text.Draw(t, "option")}).Draw(t, "value"), Label: text.Draw(t, "option")})
			}
			in.Value = rapid.SliceOfN(rapid.SampledFrom([]string{"@{p1}", "高", "2026-08-14", "14:00", "2026-08-14 14:00", "true", "胡说"}), 0, 2).Draw(t, "initial")
			c.Inputs = append(c.Inputs, in)
		}
		for range rapid.IntRange(0, 10).Draw(t, "buttons") {
			c.Buttons = append(c.Buttons, card.Button{Label: text.Draw(t, "label"), Submit: rapid.Bool().Draw(t, "submit"), Confirm: text.Draw(t, "confirm"), Do: card.Action{Command: "做", Args: map[string]string{"编号": text.Draw(t, "arg")[:0]}}})
		}
		got, err := renderCard(c, people(), rapid.Bool().Draw(t, "private"))
		if err != nil {
			t.Fatal(err)
		}
		if problems := feishutest.ValidateCard(got, anybody); len(problems) > 0 {
			t.Fatalf("%q\n%s", problems, got)
		}
		buttons := strings.Count(string(got), `"tag":"button"`)
		if buttons < len(c.Buttons) {
			t.Fatalf("%d of %d buttons are left", buttons, len(c.Buttons))
		}
	})
}

// What people wrote is shown as they wrote it, not as markup; who can be
// mentioned is.
func TestMarked(t *testing.T) {
	for in, want := range map[string]string{
		"普通的话，14:00开始。":             "普通的话，14:00开始。",
		"**粗** <b>":                 "&#42;&#42;粗&#42;&#42; &#60;b&#62;",
		"- 列表\n1. 序号\n> 引":          "&#45; 列表\n1&#46; 序号\n&#62; 引",
		"版本1.2 - 草稿":                "版本1.2 - 草稿",
		":OK: 好":                    "&#58;OK: 好",
		"@{p1}办，@{p3}@{p4}抄送，@{p9}": "<at id=ou_zhou></at>办，外单位的人钉钉上的人抄送，@{p9}",
	} {
		if got := marked(in, people()); got != want {
			t.Errorf("marked(%q) = %q, want %q", in, got, want)
		}
	}
	evil := map[string]bot.Shown{"@{p1}": {Name: "<at id=all></at>", Account: "feishu:ou_1></at><at id=all"}}
	if got := marked("@{p1}", evil); strings.Contains(got, "<at") {
		t.Errorf("an account that is no id became %s", got)
	}
}

// Long texts become several messages, cut at line ends and never in a character.
func TestRenderTextInPieces(t *testing.T) {
	for _, sharp := range []string{"", "<"} {
		text := strings.Repeat("一二三四五六七八九十"+sharp+"\n", 9000)
		var read strings.Builder
		letters := renderText(text, nil)
		for _, l := range letters {
			if len(l.content) > 150_000 || l.kind == typePost && len(l.content) > 30_000 {
				t.Errorf("a %s of %d bytes", l.kind, len(l.content))
			}
			if bytes.ContainsRune(l.content, '\uFFFD') {
				t.Error("a character was cut")
			}
			read.Write(l.content)
		}
		if got := strings.Count(read.String(), "一二三四五六七八九十"); len(letters) < 2 || got != 9000 {
			t.Errorf("%d messages with %d lines", len(letters), got)
		}
	}
}

// A tap is read back as it was drawn; what is not ours is refused, whatever it is.
func TestDecodeTap(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		kind, value string
		want        []string
	}{
		{nameText, `"高"`, []string{"高"}},
		{nameText, `["甲","乙"]`, []string{"甲", "乙"}},
		{nameText, `true`, []string{"true"}},
		{nameText, `false`, []string{"false"}},
		{nameText, `""`, nil},
		{nameText, `null`, nil},
		{nameText, `{"a":1}`, nil},
		{nameText, `"` + long + `"`, []string{long}},
		{nameDate, `"2026-08-14 +0800"`, []string{"2026-08-14"}},
		{nameDate, `"14:00 +0800"`, []string{"14:00"}},
		{nameDate, `"2026-08-14 14:00 +0800"`, []string{"2026-08-14 14:00"}},
		{nameDate, `"2026-08-14 06:00 +0000"`, []string{"2026-08-14 14:00"}},
		{nameDate, `"明天"`, []string{"明天"}},
		{namePerson, `"ou_1"`, []string{"feishu:ou_1"}},
		{namePerson, `["ou_1","@{p9}"]`, []string{"feishu:ou_1", "@{p9}"}},
	} {
		if got := readValues(c.kind, json.RawMessage(c.value)); !slices.Equal(got, c.want) {
			t.Errorf("%s%s = %.40q, want %.40q", c.kind, c.value, got, c.want)
		}
	}
	for _, a := range []tappedAction{
		{}, {Value: json.RawMessage(`"x"`)}, {Value: json.RawMessage(`{"h":2}`)}, {Name: "b1.!!!"}, {Name: "b1"}, {Value: json.RawMessage(`{"h":1,"a":[]}`)},
	} {
		if _, _, err := decodeTap(a); err == nil {
			t.Errorf("%s %s was read", a.Value, a.Name)
		}
	}
}

func FuzzDecodeTap(f *testing.F) {
	f.Add([]byte(`{"h":1,"c":"待办"}`), "b1.eyJoIjoxfQ", []byte(`{"f_5o-P6L-w":"x"}`))
	f.Fuzz(func(t *testing.T, value []byte, name string, form []byte) {
		a := tappedAction{Value: value, Name: name}
		if json.Unmarshal(form, &a.FormValue) != nil {
			return
		}
		_, got, err := decodeTap(a)
		if err != nil && got != nil {
			t.Error("an error with a form")
		}
	})
}
