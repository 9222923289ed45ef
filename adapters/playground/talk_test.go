package playground

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/card"
)

func TestOnlyWhatIsAddressedReachesTheBot(t *testing.T) {
	l := company(t, "")
	for _, c := range []struct {
		chat, text string
		heard      bool
		mentions   []bot.Mention
	}{
		{"g1", "大家好", false, nil},
		{"g1", "@许哲 在吗", false, nil},
		{"新品A项目群", "请@会办 记一下：@许哲 交方案", true, []bot.Mention{{Token: "@会办", Bot: true}, {Token: "@许哲", Account: "playground:p4"}}},
		{"g1", "@会办 @王工 看看", true, []bot.Mention{{Token: "@会办", Bot: true}}},
		{"d1", "我的待办", true, nil},
		{"@周敏", "催@许哲", true, []bot.Mention{{Token: "@许哲", Account: "playground:p4"}}},
		{"周敏", "@会办 帮助", true, []bot.Mention{{Token: "@会办", Bot: true}}},
	} {
		before := len(l.in.messages)
		got := l.post("/api/messages", Line{Chat: c.chat, User: "周敏", Text: c.text}, http.StatusOK)
		if len(got.Messages) != 1 || got.Messages[0].Text != c.text || got.Messages[0].From != "p1" {
			t.Errorf("%q is shown as %+v", c.text, got.Messages)
		}
		if heard := len(l.in.messages) > before; heard != c.heard {
			t.Errorf("%q in %s: heard %v, want %v", c.text, c.chat, heard, c.heard)
			continue
		}
		if c.heard {
			if diff := cmp.Diff(c.mentions, l.in.lastMessage(t).Mentions); diff != "" {
				t.Errorf("%q mentions (-want +got):\n%s", c.text, diff)
			}
		}
	}
}

func TestMessageAsTheBotGetsIt(t *testing.T) {
	l := company(t, "")
	asked := l.send(bot.Out{UUID: "u1", Account: "playground:p1", Text: "在吗"})
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "在", Reply: asked.ID, Event: "e 1"}, http.StatusOK)
	want := bot.Message{
		Event: "playground:e 1", ID: "m2", ReplyTo: "m1", Chat: "playground:d1", Private: true, From: "playground:p1", At: wednesday(), Text: "在",
	}
	if diff := cmp.Diff(want, l.in.lastMessage(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	l.post("/api/messages", Line{Chat: "g1", User: "p1", Text: "@会办 帮助"}, http.StatusOK)
	if got := l.in.lastMessage(t); got.Event != "playground:m3" || got.Private || got.Chat != "playground:g1" {
		t.Errorf("in a group without an event: %+v", got)
	}
}

func TestLongerNameIsMentioned(t *testing.T) {
	l := company(t, "")
	for _, n := range []string{"王伟", "王伟明"} {
		if _, err := l.p.SavePerson(t.Context(), Person{Name: n, Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "@王伟明请和@王伟商量"}, http.StatusOK)
	want := []bot.Mention{{Token: "@王伟明", Account: "playground:p6"}, {Token: "@王伟", Account: "playground:p5"}} //nolint:gosec // tokens of a text, no credentials
	if diff := cmp.Diff(want, l.in.lastMessage(t).Mentions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := l.p.SavePerson(t.Context(), Person{ID: "p5", Name: "王伟明", Active: false}); err != nil {
		t.Fatal(err)
	}
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "催@王伟明"}, http.StatusOK)
	if got := l.in.lastMessage(t).Mentions; len(got) != 1 || got[0].Account != "playground:p6" {
		t.Errorf("who left does not give way: %v", got)
	}
}

func TestSameEventIsOneDelivery(t *testing.T) {
	l := company(t, "")
	l.world.settle = func() error {
		_, err := l.p.Send(t.Context(), bot.Out{UUID: "answer", Account: "playground:p1", Text: "收到"})
		return err
	}
	line := Line{Chat: "d1", User: "p1", Text: "我的待办", Event: "e-1"}
	var wg sync.WaitGroup
	answers := make([]result, 8)
	for i := range answers {
		wg.Go(func() { answers[i] = l.post("/api/messages", line, http.StatusOK) })
	}
	wg.Wait()
	for _, a := range answers {
		if diff := cmp.Diff(answers[0], a); diff != "" {
			t.Errorf("answers differ:\n%s", diff)
		}
	}
	if list, _ := l.p.Messages("", 0); len(list) != 2 || len(l.in.messages) != 1 {
		t.Errorf("%d messages shown, %d heard", len(list), len(l.in.messages))
	}
	l.post("/api/messages", Line{Chat: "d4", User: "p4", Text: "我的待办", Event: "e-2"}, http.StatusOK)
	l.p.deeds.forget() // as after a restart
	if r := l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "别的", Event: "e-2"}, http.StatusConflict); !strings.Contains(r.Error, "event") {
		t.Errorf("another's event: %q", r.Error)
	}
}

func TestFailedDeliveryCanBeRepeated(t *testing.T) {
	l := company(t, "")
	broken := errors.New("disk full")
	l.in.say = func(bot.Message) error { return broken }
	line := Line{Chat: "d1", User: "p1", Text: "我的待办", Event: "e-1"}
	if r := l.post("/api/messages", line, http.StatusInternalServerError); strings.Contains(r.Error, "disk") || !strings.Contains(r.Error, "编号") {
		t.Errorf("says %q", r.Error)
	}
	l.in.say = nil
	l.post("/api/messages", line, http.StatusOK)
	if list, _ := l.p.Messages("", 0); len(list) != 1 || len(l.in.messages) != 1 {
		t.Errorf("%d messages shown, %d heard", len(list), len(l.in.messages))
	}
}

func TestLongTextReachesTheBot(t *testing.T) {
	l := company(t, "")
	long := strings.Repeat("字", 100<<10/3)
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: long}, http.StatusOK)
	if got := l.in.lastMessage(t).Text; got != long {
		t.Errorf("%d bytes arrived", len(got))
	}
	r := l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: strings.Repeat("字", maxJSON/3)}, http.StatusRequestEntityTooLarge)
	if !strings.Contains(r.Error, "1 MB") {
		t.Errorf("says %q", r.Error)
	}
}

func TestTapDoesWhatTheFaceSaid(t *testing.T) {
	l := company(t, "")
	face := func(seen int) *card.Card {
		return &card.Card{Title: fmt.Sprint("第", seen, "版"), Buttons: []card.Button{
			{ID: "确认", Label: "确认", Do: card.Action{Command: "确认", Seen: seen}},
			{ID: "改到", Label: "8月14日", Do: card.Action{Command: "改到", Words: "14"}},
			{ID: "改到", Label: "8月17日", Do: card.Action{Command: "改到", Words: "17"}},
		}}
	}
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p4", Card: face(1)})
	l.send(bot.Out{UUID: "u2", Edit: bot.MessageID(m.ID), Card: face(2)})
	for _, c := range []struct {
		seq    int64
		button string
		want   card.Action
	}{
		{m.Seq, "确认", card.Action{Command: "确认", Seen: 1}},
		{m.Seq + 1, "确认", card.Action{Command: "确认", Seen: 2}},
		{0, "确认", card.Action{Command: "确认", Seen: 2}},
		{0, "改到", card.Action{Command: "改到", Words: "14"}},
		{0, "改到#2", card.Action{Command: "改到", Words: "17"}},
		{0, "8月17日", card.Action{Command: "改到", Words: "17"}},
	} {
		r := l.post("/api/taps", Press{Message: m.ID, Seq: c.seq, User: "许哲", Button: c.button}, http.StatusOK)
		if r.Toast != "好的。" {
			t.Errorf("toast %q", r.Toast)
		}
		got := l.in.lastTap(t)
		if got.Card != "m1" || got.Chat != "" || got.From != "playground:p4" || got.Form != nil {
			t.Errorf("tap %+v", got)
		}
		if diff := cmp.Diff(c.want, got.Do); diff != "" {
			t.Errorf("%s at %d (-want +got):\n%s", c.button, c.seq, diff)
		}
	}
	if len(l.in.taps) != 6 {
		t.Errorf("%d taps without an event count as one", len(l.in.taps))
	}
}

func TestAnswerReplacesTheFace(t *testing.T) {
	l := company(t, "")
	m := l.send(bot.Out{
		UUID: "u1", Chat: "playground:g1", Card: &card.Card{Title: "请@{p104}确认", Buttons: []card.Button{{ID: "确认", Label: "确认"}}},
		People: map[string]bot.Shown{"@{p104}": {Name: "许哲", Account: "playground:p4"}},
	})
	if m.Card.Title != "请@许哲确认" {
		t.Errorf("title %q", m.Card.Title)
	}
	tap := func(c *card.Card, event string) result {
		l.in.answer = func(bot.Tap) (bot.Answer, error) { return bot.Answer{Toast: "已确认。", Card: c}, nil }
		return l.post("/api/taps", Press{Message: m.ID, Seq: m.Seq, User: "p4", Button: "确认", Event: event}, http.StatusOK)
	}
	same := &card.Card{Title: "请许哲确认", Buttons: []card.Button{{ID: "确认", Label: "确认"}}}
	if r := tap(same, "e-1"); len(r.Messages) != 0 {
		t.Errorf("a card that says the same is changed: %+v", r.Messages)
	}
	r := tap(&card.Card{Title: "已确认", Tone: card.Green}, "e-2")
	if len(r.Messages) != 1 || r.Messages[0].Card.Title != "已确认" || r.Messages[0].Seq <= m.Seq || r.Messages[0].Changed == "" || r.Messages[0].At != m.At {
		t.Errorf("changed to %+v", r.Messages)
	}
	if again := tap(nil, "e-2"); again.Toast != "已确认。" || len(again.Messages) != 1 || len(l.in.taps) != 2 {
		t.Errorf("repeated: %+v, %d taps", again, len(l.in.taps))
	}
	if err := l.p.Switch(bot.Abilities{}); err != nil {
		t.Fatal(err)
	}
	if r := tap(&card.Card{Title: "没有"}, "e-3"); len(r.Messages) != 0 {
		t.Errorf("changed where nothing can be changed: %+v", r.Messages)
	}
}

func TestFormValues(t *testing.T) {
	l := company(t, "")
	file, err := l.p.Upload(t.Context(), "证据.pdf", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p1", Card: question()})
	if got := m.Card.Inputs[0].Options[0].Value; got != "p4" {
		t.Errorf("the page sees the person as %q", got)
	}
	for _, c := range []struct {
		name, value, want string
		status            int
	}{
		{"责任人", "p4", "@{p104}", 200},
		{"责任人", "许哲", "@{p104}", 200},
		{"责任人", "@许哲", "@{p104}", 200},
		{"责任人", "许哲（研发部）", "@{p104}", 200},
		{"责任人", "@{p104}", "@{p104}", 200},
		{"责任人", "王工（IT部）", "@{p103}", 200},
		{"责任人", "王工", "", 409},
		{"责任人", "周敏", "", 400},
		{"责任人", "李雷", "", 404},
		{"截止", "2026-08-17 17:00", "2026-08-17 17:00", 200},
		{"优先", "high", "high", 200},
		{"优先", "高", "high", 200},
		{"优先", "急", "急", 200},
		{"files", "f9", "", 404},
		{"颜色", "红", "", 400},
	} {
		r := l.post("/api/taps", Press{Message: m.ID, Seq: m.Seq, User: "p1", Button: "交办", Form: map[string][]string{c.name: {c.value}}}, c.status)
		if c.status != http.StatusOK {
			if c.status == http.StatusConflict && (!strings.Contains(r.Error, "质量部") || !strings.Contains(r.Error, "IT部")) {
				t.Errorf("%s=%s: says %q", c.name, c.value, r.Error)
			}
			continue
		}
		if diff := cmp.Diff(map[string][]string{c.name: {c.want}}, l.in.lastTap(t).Form); diff != "" {
			t.Errorf("%s=%s (-want +got):\n%s", c.name, c.value, diff)
		}
	}
	l.post("/api/taps", Press{Message: m.ID, User: "p1", Button: "交办", Form: map[string][]string{"files": {file}}}, http.StatusOK)
	if id := bot.FileID(l.in.lastTap(t).Form["files"][0]); l.vault.files[id] == nil {
		t.Errorf("file %q is not in the vault", id)
	}
	l.post("/api/taps", Press{Message: m.ID, User: "p1", Button: "撤销", Form: map[string][]string{"截止": {"x"}}}, http.StatusOK)
	if got := l.in.lastTap(t).Form; got != nil {
		t.Errorf("a button that sends no form sent %v", got)
	}
}

func TestCardThatOffersNobodyTakesAnybody(t *testing.T) {
	l := company(t, "")
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p1", Card: &card.Card{
		Title: "由谁牵头", Inputs: []card.Input{{Name: "责任人", Label: "由谁牵头", Kind: card.KindPerson}},
		Buttons: []card.Button{{ID: "交办", Label: "交办", Submit: true}},
	}})
	l.post("/api/taps", Press{Message: m.ID, User: "p1", Button: "交办", Form: map[string][]string{"责任人": {"许哲"}}}, http.StatusOK)
	if got := l.in.lastTap(t).Form["责任人"]; len(got) != 1 || got[0] != "playground:p4" {
		t.Errorf("got %v", got)
	}
}

func TestFilesGoToTheBotInPrivateOnly(t *testing.T) {
	l := company(t, "")
	id, err := l.p.Upload(t.Context(), "证据.pdf", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		chat  string
		files int
	}{{"d1", 1}, {"g1", 0}} {
		r := l.post("/api/messages", Line{Chat: c.chat, User: "p1", Text: "@会办 完成", Files: []string{id}}, http.StatusOK)
		if want := []File{{Name: "证据.pdf", URL: "/api/files/f1"}}; !cmp.Equal(want, r.Messages[0].Files) {
			t.Errorf("%s shows %v", c.chat, r.Messages[0].Files)
		}
		if got := l.in.lastMessage(t).Files; len(got) != c.files {
			t.Errorf("in %s the bot got %v", c.chat, got)
		}
	}
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Files: []string{id}}, http.StatusOK)
	if got := l.in.lastMessage(t); got.Text != "" || len(got.Files) != 1 {
		t.Errorf("a file without words: %+v", got)
	}
}
