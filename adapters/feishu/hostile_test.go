package feishu

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/card"
)

// Somebody who left makes the platform refuse a whole card: it goes out once more
// without mentions, as a new card and as a change of one.
func TestCardMentionsOneWhoLeft(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	c := card.Card{Title: "待办", Body: "交给 @{p7}"}
	out := bot.Out{UUID: "u1", Chat: Name + ":" + team, Card: &c, People: map[string]bot.Shown{"@{p7}": {Name: "走了的人", Account: "feishu:ou_left"}}}
	id, err := l.p.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	out.Edit, out.UUID, c.Title = id, "u2", "待办已完成"
	if _, err := l.p.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if m, _ := l.fake.Message(string(id)); !strings.Contains(m.Text(), "走了的人") || !strings.Contains(m.Text(), "已完成") {
		t.Errorf("the card shows %s", m.Text())
	}
}

// A client may send any value for a button: only what we made is obeyed.
func TestForgedButtonIsNotObeyed(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	made := (&drawing{key: l.p.mark}).route(card.Action{Command: "查看", Args: map[string]string{"编号": "T-1"}})
	forged := made
	forged.Args = map[string]string{"编号": "T-2"}
	unmarked := made
	unmarked.Mark = ""
	for name, c := range map[string]struct {
		r    route
		good bool
	}{"ours": {made, true}, "another number": {forged, false}, "no mark": {unmarked, false}} {
		event := fmt.Sprintf(`{"operator":{"open_id":"ou_xu"},"action":{"value":%s},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}`, toJSON(c.r))
		if _, _, err := l.p.tapOf(envelope{Event: json.RawMessage(event)}); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// People of another organisation, met in a group that crosses organisations, are
// neither heard nor handed anything.
func TestOtherOrganisationsAreNotHeard(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.run()
	say := func(id, sender, mentioned string) {
		l.acked(l.fake.Event(t.Context(), eventMessage, map[string]any{
			"sender": map[string]any{"sender_id": map[string]any{"open_id": "ou_any"}, "sender_type": "user", "tenant_key": sender},
			"message": map[string]any{
				"message_id": id, "chat_id": team, "chat_type": "group", "message_type": "text", "content": `{"text":"@_user_1 待办 @_user_2 写文档"}`,
				"mentions": []any{
					map[string]any{"key": "@_user_1", "id": map[string]any{"open_id": l.fake.BotOpenID()}},
					map[string]any{"key": "@_user_2", "id": map[string]any{"open_id": "ou_them"}, "name": "外人", "tenant_key": mentioned},
				},
			},
		}))
	}
	say("om_1", "tenant_other", "tenant_fake")
	if heard := l.in.heard(); len(heard) > 0 {
		t.Fatalf("heard %q", heard)
	}
	say("om_2", "tenant_fake", "tenant_other")
	if m := l.in.messages[0]; len(m.Mentions) != 1 || !strings.Contains(m.Text, "@外人") {
		t.Errorf("handed to an outsider: %+v", m)
	}
	tap := fmt.Sprintf(`{"operator":{"open_id":"ou_any","tenant_key":"b"},"action":{"value":%s},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}`,
		toJSON((&drawing{key: l.p.mark}).route(card.Action{Command: "查看"})))
	e := envelope{Event: json.RawMessage(tap)}
	e.Header.Tenant = "a"
	if _, _, err := l.p.tapOf(e); err == nil {
		t.Error("a tap from outside is obeyed")
	}
}

// A file that the platform will never hand out does not cost the message.
func TestFileThatIsWithheld(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.run()
	l.fake.Break(feishutest.Fault{Kind: feishutest.Code, Code: 234038, Path: "/open-apis/im/v1/messages/"})
	l.acked(l.fake.SendFile(t.Context(), "", xu, "保密.txt", []byte("x"), false))
	if ms := l.in.messages; len(ms) != 1 || len(ms[0].Unusable) != 1 {
		t.Errorf("messages %+v", ms)
	}
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"../../a/b": "..／..／a／b", "a\r\nb\x00.txt": "a  b .txt", `c:\"x".txt`: "c:＼＂x＂.txt", "纪要.txt": "纪要.txt",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
	if got := fileName(strings.Repeat("长", 1000)); len([]rune(got)) > mostFileName {
		t.Errorf("%d characters", len([]rune(got)))
	}
}

// Without the signature every refusal is the same, so that nobody can try out what
// the key makes of bytes of their own.
func TestUnsignedRefusalsAreAlike(t *testing.T) {
	for _, body := range []string{
		"{", `{"encrypt":"YQ=="}`, seal("no json", testKey), seal(event(eventMenu, testToken, menuBody), testKey),
		seal(`{"type":"url_verification","token":"other"}`, testKey),
	} {
		w := deliver(t, webhooked(t, &listener{}), body, noon(), func(r *http.Request) { r.Header = http.Header{} })
		if w.Code != http.StatusUnauthorized || strings.TrimSpace(w.Body.String()) != `{"msg":"refused"}` {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}
