package feishutest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

const question = `{"schema":"2.0","config":{"update_multi":true},"header":{"template":"blue","title":{"tag":"plain_text","content":"待办 T-1"}},
 "body":{"elements":[
  {"tag":"markdown","content":"**补齐 7 月报价** &#42;急&#42;\n责任人 <at id=ou_xu></at>"},
  {"tag":"button","name":"ack","text":{"tag":"plain_text","content":"确认接收"},"behaviors":[{"type":"callback","value":{"a":"ack"}}]},
  {"tag":"form","name":"f","elements":[
   {"tag":"input","name":"why","required":true,"max_length":10,"label":{"tag":"plain_text","content":"原因"}},
   {"tag":"picker_datetime","name":"till","placeholder":{"tag":"plain_text","content":"到何时"}},
   {"tag":"select_person","name":"who","placeholder":{"tag":"plain_text","content":"交给谁"}},
   {"tag":"button","name":"go","text":{"tag":"plain_text","content":"提交"},"form_action_type":"submit","behaviors":[{"type":"callback","value":{"a":"go"}}]}]}]}}`

const settled = `{"schema":"2.0","header":{"title":{"tag":"plain_text","content":"待办 T-1"}},"body":{"elements":[{"tag":"markdown","content":"已接收"}]}}`

// TestStory: a person asks, the app sends a card, a person taps it, and everybody
// sees the new card.
func TestStory(t *testing.T) {
	s := start(t, Options{AppID: "cli_a", AppSecret: "s", VerificationToken: "v"})
	c := connect(t, s, func(e object) (int, any) {
		if e.object("header").text("event_type") != "card.action.trigger" {
			return http.StatusOK, nil
		}
		return http.StatusOK, map[string]any{"toast": map[string]any{"type": "success", "content": "好"}, "card": map[string]any{"type": "raw", "data": rawJSON(settled)}}
	})
	d, err := s.Say(soon(t), room, chen, "@会办 待办 @许哲 补齐报价")
	if err != nil || !d.Acked || d.Code != 200 || d.Deliveries != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	e := c.next(t)
	message := e.object("event").object("message")
	if got := message.text("content"); got != `{"text":"@_user_1 待办 @_user_2 补齐报价"}` {
		t.Error(got)
	}
	if h := e.object("header"); h.text("token") != "v" || h.text("app_id") != "cli_a" || h.text("event_id") != d.EventID {
		t.Error(h)
	}
	token := tokenOf(t, s)
	code, id := sendQuestion(t, s, token, room, "u1")
	if code != 0 {
		t.Fatal(id)
	}
	m, _ := s.Message(id)
	for _, want := range []string{"待办 T-1", "补齐 7 月报价 *急*", "责任人 @许哲", "[确认接收]", "原因", "到何时"} {
		if !strings.Contains(m.Text(), want) {
			t.Errorf("%q is not in\n%s", want, m.Text())
		}
	}
	if !slices.Equal(m.Buttons(), []string{"确认接收", "提交"}) || len(m.Inputs()) != 3 {
		t.Error(m.Buttons(), m.Inputs())
	}
	a, err := s.Tap(soon(t), id, xu, "提交", map[string]any{"原因": "等货", "till": "2026-12-01 18:00", "who": chen})
	if err != nil || a.Code != 0 || a.Toast != "好" || !a.Changed {
		t.Fatalf("%+v %v", a, err)
	}
	action := c.next(t).object("event").object("action")
	if v := action.object("form_value"); v.text("why") != "等货" || v.text("till") != "2026-12-01 18:00 +0800" || action.object("value").text("a") != "go" || action.text("name") != "go" {
		t.Error(action)
	}
	if m, _ = s.Message(id); !strings.Contains(m.Text(), "已接收") || m.Edits != 1 {
		t.Error(m.Text())
	}
	clean(t, s)
}
