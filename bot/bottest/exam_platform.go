package bottest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/card"
)

// A Screen shows what people of a platform see, in the order of sending. Of
// Said, adapters fill ID, Text (all that can be read), Buttons and Inputs.
type Screen interface {
	Messages(ctx context.Context) ([]Said, error)
}

// A PlatformFixture is a platform to examine that can already send.
type PlatformFixture struct {
	Platform bot.Platform
	Screen   Screen
	Person   bot.Account // somebody who can be written to
	Chat     bot.ChatID  // a group that the bot is in; empty if there are none
	// Break makes everything sent to Person fail from now on: Gone, or Retry.
	Break func(Fault)
}

// ExamPlatform holds an adapter to what bot.Platform promises. Each part of the
// exam opens a platform of its own; open closes it by t.Cleanup.
func ExamPlatform(t *testing.T, open func(t *testing.T) PlatformFixture) {
	t.Helper()
	for _, part := range []struct {
		name string
		run  func(platformExam)
	}{
		{"its name stands before its accounts", platformExam.names},
		{"a message is seen", platformExam.sends},
		{"a message sent twice is seen once", platformExam.merges},
		{"a card is changed in place", platformExam.edits},
		{"a refusal says whether to try again", platformExam.verdicts},
		{"words are shown as they were written", platformExam.literal},
		{"people are shown by name", platformExam.people},
		{"a card shows all its parts", platformExam.cards},
		{"a question is asked with or without a form", platformExam.forms},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(platformExam{T: t, PlatformFixture: open(t)}) })
	}
}

type platformExam struct {
	*testing.T
	PlatformFixture
}

func (x platformExam) can() bot.Abilities {
	if a, ok := x.Platform.(bot.Able); ok {
		return a.Abilities()
	}
	return bot.Abilities{}
}

// send sends what must be taken, under a UUID made of the key.
func (x platformExam) send(key string, o bot.Out) bot.MessageID {
	x.Helper()
	id, err := x.try(key, o)
	if err != nil {
		x.Fatalf("Send %s: %v", key, err)
	}
	if id == "" {
		x.Fatalf("Send %s: no message id", key)
	}
	return id
}

func (x platformExam) try(key string, o bot.Out) (bot.MessageID, error) {
	o.UUID = bot.Post{Key: key}.SendUUID()
	if o.Chat == "" {
		o.Account = x.Person
	}
	return x.Platform.Send(x.Context(), o)
}

func (x platformExam) seen() []Said {
	x.Helper()
	all, err := x.Screen.Messages(x.Context())
	if err != nil {
		x.Fatalf("Messages: %v", err)
	}
	return all
}

// read is all that one message says.
func (x platformExam) read(id bot.MessageID) Said {
	x.Helper()
	all := x.seen()
	i := slices.IndexFunc(all, func(s Said) bool { return s.ID == id })
	if i < 0 {
		x.Fatalf("message %s is not to be seen", id)
	}
	all[i].Text = all[i].Read()
	return all[i]
}

// shows checks that all words can be read in a message.
func (x platformExam) shows(id bot.MessageID, words ...string) {
	x.Helper()
	text := x.read(id).Text
	for _, w := range words {
		if !strings.Contains(text, w) {
			x.Errorf("message %s does not show %q:\n%s", id, w, text)
		}
	}
}

func (x platformExam) names() {
	name := x.Platform.Name()
	if name == "" || strings.Contains(name, ":") {
		x.Errorf("name %q, want one without a colon", name)
	}
	for _, id := range []string{string(x.Person), string(x.Chat)} {
		if id != "" && !strings.HasPrefix(id, name+":") {
			x.Errorf("%q does not begin with %q", id, name+":")
		}
	}
}

func (x platformExam) sends() {
	one, two := x.send("1", bot.Out{Text: "第一句 🎉"}), x.send("2", bot.Out{Text: "第二句\n下一行"})
	if one == two {
		x.Fatalf("two messages have the id %s", one)
	}
	x.shows(one, "第一句 🎉")
	x.shows(two, "第二句", "下一行")
	if x.Chat != "" {
		x.shows(x.send("3", bot.Out{Chat: x.Chat, Text: "大家好"}), "大家好")
	}
}

func (x platformExam) merges() {
	for _, o := range []bot.Out{{Text: "只说一次"}, {Card: &card.Card{Title: "只说一次", Tone: card.Blue}}} {
		before := len(x.seen())
		if k, ok := x.Platform.(bot.Keyless); ok && k.Keyless(o) {
			continue // the engine sends such a letter once
		}
		key := "text"
		if o.Card != nil {
			key = "card"
		}
		first := x.send(key, o)
		if again := x.send(key, o); again != first {
			x.Errorf("one UUID has the ids %s and %s", first, again)
		}
		if n := len(x.seen()) - before; n != 1 {
			x.Errorf("a %s sent twice is seen %d times", key, n)
		}
	}
}

func (x platformExam) edits() {
	id := x.send("card", bot.Out{Card: &card.Card{Title: "旧标题", Body: "旧内容"}})
	if !x.can().Edits {
		return
	}
	before := len(x.seen())
	x.send("edit", bot.Out{Edit: id, Card: &card.Card{Title: "新标题", Tone: card.Green, Body: "新内容"}})
	x.shows(id, "新标题", "新内容")
	if text := x.read(id).Text; strings.Contains(text, "旧") {
		x.Errorf("an edited message still shows what it was:\n%s", text)
	}
	if n := len(x.seen()); n != before {
		x.Errorf("%d messages after an edit, want %d", n, before)
	}
}

func (x platformExam) verdicts() {
	if x.Break == nil {
		x.Skip("nothing can be made to fail")
	}
	x.Break(Retry)
	_, err := x.try("retry", bot.Out{Text: "再试"})
	if err == nil || bot.IsPermanent(err) {
		x.Errorf("error %v, want one to be tried again", err)
	}
	x.Break(Gone)
	_, err = x.try("gone", bot.Out{Text: "送不到"})
	if !bot.IsPermanent(err) {
		x.Errorf("error %v, want a permanent one", err)
	}
	x.Break(None)
	x.shows(x.send("retry", bot.Out{Text: "再试"}), "再试")
}

// sharp is text that is markup to somebody.
func sharp() []string {
	return []string{
		"<b>粗</b>", "<script>alert(1)</script>", "a & b &amp; c", "<at user_id=\"all\"></at>", "<at id=all></at>",
		"**星号**", "__下划线__", "[链接](https://example.com)", "`代码`", "~~删除~~", "# 标题", "- 列表", "1. 序号", "> 引用", "a\\b", "{{x}}", "${x}", "100%d",
	}
}

func (x platformExam) literal() {
	for _, words := range sharp() {
		x.shows(x.send("text "+words, bot.Out{Text: "说：" + words}), words)
		id := x.send("card "+words, bot.Out{Card: &card.Card{
			Title: "题" + words, Fields: []card.Field{{Label: "描述", Value: "值" + words}}, Body: "文\n" + words,
			Table: &card.Table{Head: []string{"列"}, Rows: [][]string{{"格" + words}}},
		}})
		x.shows(id, "题"+words, "值"+words, "格"+words)
		if text := x.read(id).Text; strings.Count(text, words) < 4 {
			x.Errorf("message %s does not show %q in its body:\n%s", id, words, text)
		}
	}
}

func (x platformExam) people() {
	o := bot.Out{
		Text:   "请@{p1}和@{p2}看",
		People: map[string]bot.Shown{"@{p1}": {Name: "张三", Account: x.Person}, "@{p2}": {Name: "李四"}},
	}
	x.shows(x.send("text", o), "张三", "李四")
	o.Text, o.Card = "", &card.Card{Title: "给@{p2}", Fields: []card.Field{{Label: "责任人", Value: "@{p1}"}}, Body: "抄送@{p2}"}
	id := x.send("card", o)
	x.shows(id, "给李四", "张三", "抄送")
	if text := x.read(id).Text; strings.Contains(text, "@{p") {
		x.Errorf("a person stands there as a token:\n%s", text)
	}
}

func (x platformExam) cards() {
	id := x.send("card", bot.Out{Card: &card.Card{
		Title: "待办提醒", Tone: card.Yellow,
		Fields: []card.Field{{Label: "责任人", Value: "张三"}, {Label: "截止", Value: "8月14日（周五）17:00"}},
		Table:  &card.Table{Head: []string{"编号", "描述"}, Rows: [][]string{{"01", "接口文档"}, {"02", "测试报告"}}},
		Body:   "请尽快处理。",
		Buttons: []card.Button{
			{ID: "完成", Label: "已经完成", Do: card.Action{Command: "完成", Args: map[string]string{"待办": "1"}, Words: "完成 00-01"}},
			{ID: "延期", Label: "申请延期", Do: card.Action{Command: "延期", Args: map[string]string{"待办": "1"}, Words: "延期 00-01"}},
		},
	}})
	x.shows(id, "待办提醒", "责任人", "张三", "截止", "8月14日（周五）17:00", "编号", "接口文档", "02", "测试报告", "请尽快处理。")
	x.offers(id, []string{"已经完成", "申请延期"}, []string{"完成 00-01", "延期 00-01"})
}

// offers checks that a message has the buttons, or else says their words.
func (x platformExam) offers(id bot.MessageID, labels, words []string) {
	x.Helper()
	s := x.read(id)
	for i, label := range labels {
		if !slices.Contains(s.Buttons, label) && !strings.Contains(s.Text, words[i]) {
			x.Errorf("message %s has neither the button %s nor its words %s: %v\n%s", id, label, words[i], s.Buttons, s.Text)
		}
	}
}

func (x platformExam) forms() {
	c := card.Card{
		Title: "改到什么时候？",
		Inputs: []card.Input{
			{Name: "改到", Label: "改到哪天", Kind: card.KindDateTime, Required: true},
			{Name: "优先", Label: "优先级别", Kind: card.KindSelect, Options: []card.Option{{Value: "高", Label: "高级"}, {Value: "低", Label: "低级"}}},
		},
		Buttons: []card.Button{
			{ID: "改期", Label: "提交改期", Submit: true, Do: card.Action{Command: "改期", Words: "改期 00-01 改到："}},
			{ID: "不记了", Label: "先不改", Do: card.Action{Command: "不记了", Words: "不记了"}},
		},
	}
	if !x.can().Forms {
		c = c.WithoutForm()
	}
	id := x.send("form", bot.Out{Card: &c})
	s := x.read(id)
	for _, label := range []string{"改到哪天", "优先级别"} {
		if !slices.Contains(s.Inputs, label) && !strings.Contains(s.Text, label) {
			x.Errorf("message %s does not ask for %s: %v\n%s", id, label, s.Inputs, s.Text)
		}
	}
	x.offers(id, []string{"提交改期", "先不改"}, []string{"改期 00-01 改到：", "不记了"})
}
