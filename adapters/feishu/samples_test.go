package feishu

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
)

func ours(id string) bool { return soundID.MatchString(id) && strings.HasPrefix(id, "ou_") }

// drawn renders what must be rendered and accepted.
func drawn(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, c card.Card, people map[string]bot.Shown, private bool,
) []byte {
	t.Helper()
	content, err := renderCard(c, people, private, nil)
	if err != nil {
		t.Fatalf("renderCard: %v", err)
	}
	if len(content) > mostCard {
		t.Fatalf("%d bytes", len(content))
	}
	if objections := feishutest.ValidateCard(content, ours); len(objections) > 0 {
		t.Fatalf("the platform refuses it: %v\n%s", objections, content)
	}
	return content
}

// onScreen is a card as the fake platform's client shows it.
func onScreen(content []byte) feishutest.Message {
	return feishutest.Message{Type: typeCard, Content: string(content)}
}

func TestSampleCards(t *testing.T) {
	for _, s := range bottest.SampleCards(Name) {
		t.Run(s.Name, func(t *testing.T) {
			content := drawn(t, s.Card, s.People, s.Private)
			var readable bytes.Buffer
			if err := json.Indent(&readable, content, "", " "); err != nil {
				t.Fatal(err)
			}
			bottest.Golden(t, filepath.Join("testdata", s.Name+".golden.json"), readable.String()+"\n")
		})
	}
}

// Whatever a card says and however long it is, the platform takes it.
func TestEveryCardIsAccepted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := map[string]bot.Shown{}
		for i := range rapid.IntRange(0, 30).Draw(t, "people") {
			shown := bot.Shown{Name: text(20).Draw(t, "name")}
			if rapid.Bool().Draw(t, "account") {
				shown.Account = bot.Account(fmt.Sprintf("feishu:ou_%d", i%20))
			}
			people[fmt.Sprintf("@{p%d}", i)] = shown
		}
		c := anyCard().Draw(t, "card")
		content := drawn(t, c, people, rapid.Bool().Draw(t, "private"))
		if m := onScreen(content); len(m.Buttons()) < min(len(c.Buttons), 12) {
			t.Fatalf("%d buttons of %d", len(m.Buttons()), len(c.Buttons))
		}
	})
}

// text is anything that may stand in a text: markup, people, emoji, control
// characters, broken UTF-8.
func text(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]string{
				"@{p1}", "@{p2}", "@{p99}", "<at id=all></at>", "**", "\n", "\n\n", "    ", "\t", "\x00", "\x1b", "\xff\xfe", "👨‍👩‍👧", ":OK:", "1. ", "- ", "`", "&", "|", "完成接口文档",
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
	values := rapid.OneOf(text(20), rapid.SampledFrom([]string{"@{p1}", "@{p2}", "2026-08-14", "14:00", "2026-08-14 17:00", "true", "高"}), text(4000))
	option := rapid.Custom(func(t *rapid.T) card.Option {
		return card.Option{Value: values.Draw(t, "value"), Label: text(20).Draw(t, "label")}
	})
	return rapid.Custom(func(t *rapid.T) card.Card {
		c := card.Card{Title: text(40).Draw(t, "title"), Tone: card.Tone(text(4).Draw(t, "tone")), Body: text(3000).Draw(t, "body")}
		for range rapid.IntRange(0, 30).Draw(t, "fields") {
			c.Fields = append(c.Fields, card.Field{Label: text(8).Draw(t, "label"), Value: text(100).Draw(t, "value")})
		}
		if n := rapid.IntRange(0, 60).Draw(t, "columns"); n < 8 || n == 60 {
			cells := rapid.SliceOfN(text(40), 0, n)
			c.Table = &card.Table{Head: cells.Draw(t, "head"), Rows: rapid.SliceOfN(cells, 0, 12).Draw(t, "rows")}
			c.Table.Rows = slices.Repeat(c.Table.Rows, rapid.SampledFrom([]int{1, 9}).Draw(t, "times"))
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "inputs") {
			c.Inputs = append(c.Inputs, card.Input{
				Name: fmt.Sprintf("名%d", i/2*2), Label: text(20).Draw(t, "label"), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				Required: rapid.Bool().Draw(t, "required"), Options: rapid.SliceOfN(option, 0, 9).Draw(t, "options"),
				Value: rapid.SliceOfN(values, 0, 4).Draw(t, "values"),
			})
			if rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "crowd") == 1 {
				for n := range 150 {
					c.Inputs[i].Options = append(c.Inputs[i].Options, card.Option{Value: fmt.Sprintf("@{p%d}", n), Label: fmt.Sprintf("第%d个", n)})
				}
			}
		}
		for i := range rapid.IntRange(0, 40).Draw(t, "buttons") {
			c.Buttons = append(c.Buttons, card.Button{
				ID: fmt.Sprint(i), Label: text(8).Draw(t, "label"), Confirm: text(80).Draw(t, "confirm"), Submit: i < 3 && rapid.Bool().Draw(t, "submit"),
				Do: card.Action{Command: "完成", Args: map[string]string{"编号": fmt.Sprint(i)}, Seen: i, Words: text(8).Draw(t, "words")},
			})
		}
		for range rapid.IntRange(0, 12).Draw(t, "files") {
			c.Files = append(c.Files, card.File{Name: text(20).Draw(t, "name"), URL: rapid.SampledFrom([]string{"", "https://x/", "paper:"}).Draw(t, "scheme") + text(8).Draw(t, "url")})
		}
		return c
	})
}

func TestMentionsAreByAccountInTheBodyAndByNameElsewhere(t *testing.T) {
	people := map[string]bot.Shown{"@{p1}": {Name: "张三", Account: "feishu:ou_1"}, "@{p2}": {Name: "李四", Account: "dingtalk:x"}, "@{p3}": {Name: "坏", Account: "feishu:x></at>"}}
	content := string(drawn(t, card.Card{
		Title: "给@{p1}", Fields: []card.Field{{Label: "责任人", Value: "@{p1}、@{p2}、@{p3}"}}, Body: "请@{p1}看",
		Table: &card.Table{Head: []string{"谁"}, Rows: [][]string{{"@{p1}"}}},
	}, people, false))
	for _, want := range []string{`"content":"给张三"`, "**责任人**　<at id=ou_1></at>、李四、坏", "请<at id=ou_1></at>看", `"c0":"张三"`} {
		if !strings.Contains(content, want) {
			t.Errorf("no %q in %s", want, content)
		}
	}
}

// A person's token is never cut in two, wherever a text ends or is folded.
func TestTokensStayWhole(t *testing.T) {
	people := map[string]bot.Shown{"@{p12345}": {Name: "周敏", Account: "feishu:ou_zhou"}}
	for pad := shown - 9; pad <= shown; pad++ {
		body := strings.Repeat("字", pad) + "@{p12345}" + strings.Repeat("字", 2*folding)
		if read := onScreen(drawn(t, card.Card{Title: "长", Body: body}, people, true)).Text(); strings.Contains(read, "{p") || !strings.Contains(read, "@ou_zhou") {
			t.Errorf("token after %d characters is cut:\n%s", pad, read)
		}
	}
	for most := 1; most < 16; most++ {
		if got := cut("ab@{p12345}cd@{p1}xyz", most); strings.Count(got, "@{p") != strings.Count(got, "}") {
			t.Errorf("cut to %d: %s", most, got)
		}
	}
}

func TestLongBodiesAreFoldedThenCutWithAWord(t *testing.T) {
	for _, test := range []struct {
		name      string
		runes     int
		folds, is bool
	}{
		{"short", folding, false, true}, {"long", folding + 1, true, true}, {"endless", 100_000, true, false},
	} {
		body := strings.Repeat("文", test.runes)
		content := string(drawn(t, card.Card{Title: "题", Body: body}, nil, true))
		if got := strings.Contains(content, "collapsible_panel"); got != test.folds {
			t.Errorf("%s: folded is %v", test.name, got)
		}
		if got := strings.Count(content, "文") == test.runes; got != test.is {
			t.Errorf("%s: complete is %v", test.name, got)
		}
		if got := strings.Contains(content, "内容较长"); got == test.is {
			t.Errorf("%s: the word about cutting is there: %v", test.name, got)
		}
	}
}

// Half of a text must not come back as the whole: what an input cannot hold is
// not put into it.
func TestInputsNeverHoldAPart(t *testing.T) {
	submit := []card.Button{{Label: "改", Submit: true, Do: card.Action{Command: "改"}}}
	for _, n := range []int{mostInput, mostInput + 1} {
		c := card.Card{Title: "改", Inputs: []card.Input{{Name: "正文", Label: "正文", Kind: card.KindLines, Value: []string{strings.Repeat("字", n)}}}, Buttons: submit}
		in := onScreen(drawn(t, c, nil, true)).Inputs()[0]
		if whole := in.Initial != nil; whole != (n <= mostInput) {
			t.Errorf("%d characters: initial value there: %v", n, whole)
		}
		if told := strings.Contains(in.Label, "没有带入"); told != (n > mostInput) {
			t.Errorf("%d characters: label %q", n, in.Label)
		}
	}
}

func TestPeopleArePickedByAccountWhereAllHaveOne(t *testing.T) {
	people := map[string]bot.Shown{}
	options := func(n int) (out []card.Option) {
		for i := range n {
			token := fmt.Sprintf("@{p%d}", i)
			people[token] = bot.Shown{Name: "某人", Account: bot.Account(fmt.Sprintf("feishu:ou_%d", i))}
			out = append(out, card.Option{Value: token, Label: fmt.Sprintf("某人%d", i)})
		}
		return out
	}
	stranger := card.Option{Value: "@{p9999}", Label: "没有账号"}
	for _, test := range []struct {
		name    string
		private bool
		options []card.Option
		tag     string
		offered int
	}{
		{"a choice in private", true, options(3), "multi_select_person", 3},
		{"a choice in a group", false, options(3), "multi_select_person", 3},
		{"everybody in a group: its members", false, options(60), "multi_select_person", 0},
		{"everybody in private", true, options(60), "multi_select_person", 60},
		{"nobody in a group: its members", false, nil, "multi_select_person", 0},
		{"nobody in private: typed", true, nil, "input", 0},
		{"one without an account", true, append(options(2), stranger), "multi_select_static", 3},
		{"one without an account in a group", false, append(options(2), stranger), "multi_select_static", 3},
	} {
		c := card.Card{
			Title: "谁", Inputs: []card.Input{{Name: "谁", Label: "谁", Kind: card.KindPeople, Options: test.options, Value: []string{"@{p1}", "@{p1}", "@{p77}"}}},
			Buttons: []card.Button{{Label: "好", Submit: true, Do: card.Action{Command: "好"}}},
		}
		in := onScreen(drawn(t, c, people, test.private)).Inputs()[0]
		if in.Tag != test.tag || len(in.Options) != test.offered {
			t.Errorf("%s: %s with %d options, want %s with %d", test.name, in.Tag, len(in.Options), test.tag, test.offered)
		}
	}
}

// Options that are chosen are offered, however many there are.
func TestWhatIsChosenIsOffered(t *testing.T) {
	in := card.Input{Name: "哪个", Label: "哪个", Kind: card.KindSelect, Value: []string{"v299"}}
	for i := range 300 {
		in.Options = append(in.Options, card.Option{Value: fmt.Sprintf("v%d", i), Label: fmt.Sprint(i)})
	}
	c := card.Card{Title: "选", Inputs: []card.Input{in}, Buttons: []card.Button{{Label: "好", Submit: true, Do: card.Action{Command: "好"}}}}
	got := onScreen(drawn(t, c, nil, true))
	if list := got.Inputs()[0]; list.Initial != "v299" || len(list.Options) != 100 || !strings.Contains(got.Text(), "只列出100个") {
		t.Errorf("initial %v of %d options\n%s", list.Initial, len(list.Options), got.Text())
	}
}

func TestInputsThatNothingSendsAreQuestions(t *testing.T) {
	c := card.Card{Title: "改", Inputs: []card.Input{{Name: "改到", Label: "改到哪天", Kind: card.KindDate}}, Buttons: []card.Button{{Label: "不改", Do: card.Action{Command: "不改"}}}}
	got := onScreen(drawn(t, c, nil, true))
	if len(got.Inputs()) > 0 || !strings.Contains(got.Text(), "改到哪天") || !slices.Equal(got.Buttons(), []string{"不改"}) {
		t.Errorf("shows %s", got.Text())
	}
}

// What finds no room as a button is said as what to type.
func TestButtonsWithoutRoomAreWords(t *testing.T) {
	c := card.Card{Title: "选"}
	for i := range 70 {
		c.Buttons = append(c.Buttons, card.Button{Label: fmt.Sprintf("按%d。", i), Confirm: "真的？", Do: card.Action{Command: "选", Words: fmt.Sprintf("选%d。", i)}})
	}
	got := onScreen(drawn(t, c, nil, false))
	for i := range 70 {
		if i < 60 && !slices.Contains(got.Buttons(), fmt.Sprintf("按%d。", i)) && !strings.Contains(got.Text(), fmt.Sprintf("选%d。", i)) {
			t.Errorf("%d is neither a button nor words", i)
		}
	}
}

func TestFilesAreLinksOnlyToTheWeb(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.com/a (1).pdf?x=1&y=2":  "附件：[材料](https://example.com/a%20%281%29.pdf?x=1&y=2)",
		"https://example.com/需求.pdf":             "附件：[材料](https://example.com/%E9%9C%80%E6%B1%82.pdf)",
		"https://example.com/)[x](javascript:a":  "附件：[材料](https://example.com/%29%5Bx%5D%28javascript:a)",
		"javascript:alert(1)":                    "附件：材料",
		"paper:minutes/12":                       "附件：材料",
		"https://x/\n# 标题":                       "附件：材料",
		"https://x/" + strings.Repeat("y", 2000): "附件：材料",
	} {
		d := drawing{size: sizes()[0]}
		if got := d.files([]card.File{{Name: "材料", URL: address}}); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
}
