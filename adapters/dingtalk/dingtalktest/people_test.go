package dingtalktest

import (
	"net/http"
	"testing"
)

// TestMentions: what is left of a text, and who is in atUsers.
func TestMentions(t *testing.T) {
	bot := robotDingtalkID
	for _, c := range []struct {
		said string
		text string   // what the app gets
		at   []string // dingtalkIds; nil is that it is not pushed
	}{
		{"@会办 待办 @许哲 补齐", " 待办  补齐", []string{encrypted(xu), bot}},
		{"@许哲 @陈明 看@会办", "  看", []string{encrypted(chen), encrypted(xu), bot}},
		{"@会办 @外部王 做", "  做", []string{encrypted(guest), bot}},
		{"@会办 @某人 做", " @某人 做", []string{bot}},
		{"@许哲 你做", "", nil},
		{"大家好", "", nil},
	} {
		s := start(t, Options{})
		cl := connect(t, s, nil)
		d, err := s.Say(soon(t), room, chen, c.said)
		if err != nil {
			t.Fatal(err)
		}
		if c.at == nil {
			if d.Deliveries != 0 {
				t.Errorf("%s was pushed", c.said)
			}
			continue
		}
		_, data := cl.next(t)
		at, _ := data["atUsers"].([]any)
		if inside(data, "text")["content"] != c.text || len(at) != len(c.at) || data["isInAtList"] != true {
			t.Errorf("%s: %v", c.said, data)
			continue
		}
		for i, id := range c.at {
			one, _ := at[i].(object)
			if colleague := id != bot && id != encrypted(guest); one["dingtalkId"] != id || (one["staffId"] != nil) != colleague {
				t.Errorf("%s: %v", c.said, at)
			}
		}
		clean(t, s)
	}
}

func TestSender(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	for _, who := range []string{chen, guest} {
		if _, err := s.Say(soon(t), room, who, "@会办 帮助"); err != nil {
			t.Fatal(err)
		}
		_, data := c.next(t)
		if staff := text(data["senderStaffId"]); (staff == who) != (who == chen) || data["senderId"] != encrypted(who) || data["conversationType"] != "2" || data["conversationTitle"] != "项目群" {
			t.Error(data)
		}
	}
	if _, err := s.Say(soon(t), room, "nobody", "@会办 帮助"); err == nil {
		t.Error("a stranger spoke")
	}
	if _, err := s.Type(soon(t), room, chen, "@会办 待办 @许哲 做"); err != nil {
		t.Fatal(err)
	}
	_, data := c.next(t)
	if at, _ := data["atUsers"].([]any); inside(data, "text")["content"] != " 待办 @许哲 做" || len(at) != 1 {
		t.Error("a name that was typed mentions nobody", data)
	}
	clean(t, s)
}

func TestTwoOfOneName(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	s.AddPerson(Person{UserID: "0001", Name: "许哲"})
	if _, err := s.Say(soon(t), room, chen, "@会办 @许哲"); err != nil {
		t.Fatal(err)
	}
	_, data := c.next(t)
	if at, _ := data["atUsers"].([]any); len(at) != 2 || at[0].(object)["staffId"] != xu { //nolint:forcetypeassert // a panic fails too
		t.Error("the one in the group is meant", data)
	}
}

func TestQuotedReply(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	do(t, s, http.MethodPost, toGroup, object{"robotCode": "dingfake", "openConversationId": room, "msgKey": "sampleMarkdown", "msgParam": `{"title":"a","text":"**待办** T17"}`})
	do(t, s, http.MethodPost, deliverCard, cardTo("c", room, object{"title": "a"}))
	for i, want := range []object{
		{"msgType": "markdown", "content": object{"text": "待办 T17"}},
		{"msgType": "interactiveCard"},
	} {
		m := s.Messages()[i]
		if _, err := s.Reply(soon(t), m.ID, xu, "@会办 完成"); err != nil {
			t.Fatal(err)
		}
		_, data := c.next(t)
		said, _ := data["text"].(object)
		quoted := inside(said, "repliedMsg")
		if said["isReplyMsg"] != true || quoted["msgId"] != m.ID || quoted["msgType"] != want["msgType"] || inside(quoted, "content")["text"] != inside(want, "content")["text"] {
			t.Error(data)
		}
	}
	clean(t, s)
}

func TestFilesOfPeople(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	if d, err := s.SendFile(soon(t), room, chen, "表.xlsx", []byte("x"), false); err != nil || d.Deliveries != 0 {
		t.Errorf("a file in a group reaches nobody: %+v %v", d, err)
	}
	fetch := func(code string) string {
		t.Helper()
		_, out := do(t, s, http.MethodPost, "/v1.0/robot/messageFiles/download", object{"downloadCode": code, "robotCode": "dingfake"})
		address := text(out["downloadUrl"])
		if len(address) < len(s.URL()) {
			t.Fatal(out)
		}
		_, raw := bare(t, s, http.MethodGet, address[len(s.URL()):], "", nil)
		return string(raw)
	}
	if _, err := s.SendFile(soon(t), "", chen, "表.xlsx", []byte("x"), false); err != nil {
		t.Fatal(err)
	}
	_, data := c.next(t)
	content, _ := data["content"].(object)
	if data["msgtype"] != "file" || content["fileName"] != "表.xlsx" || fetch(text(content["downloadCode"])) != "x" {
		t.Error(data)
	}
	if _, err := s.SendFile(soon(t), "", chen, "a.png", []byte("p"), true); err != nil {
		t.Fatal(err)
	}
	if _, data = c.next(t); data["msgtype"] != "picture" {
		t.Error(data)
	}
	if _, err := s.Paste(soon(t), room, chen, "@会办 看 @许哲", []byte("q")); err != nil {
		t.Fatal(err)
	}
	_, data = c.next(t)
	content, _ = data["content"].(object)
	runs, _ := content["richText"].([]any)
	if len(runs) != 4 || runs[2].(object)["atName"] != "许哲" || fetch(text(runs[3].(object)["downloadCode"])) != "q" { //nolint:forcetypeassert // a panic fails too
		t.Error(runs)
	}
	clean(t, s)
}

func TestGroupsOfPeople(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	d, err := s.UserJoined(soon(t), room, chen, "0103")
	if err != nil || !d.Acked {
		t.Fatal(d, err)
	}
	f, data := c.next(t)
	if users, _ := data["userId"].([]any); f.Headers["eventType"] != "chat_add_member" || len(users) != 1 || users[0] != "0103" {
		t.Error(f, data)
	}
	if _, err := s.UserOut(soon(t), room, chen, xu); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Say(soon(t), room, xu, "@会办 帮助"); err == nil {
		t.Error("who was removed spoke")
	}
	if _, err := s.BotRemoved(soon(t), room, chen); err != nil {
		t.Fatal(err)
	}
	if d, err := s.Say(soon(t), room, chen, "@会办 帮助"); err != nil || d.Deliveries != 0 {
		t.Error("the robot is not there any more", d, err)
	}
	if _, err := s.BotAdded(soon(t), room, chen); err != nil {
		t.Fatal(err)
	}
	if d, err := s.Say(soon(t), room, chen, "@会办 帮助"); err != nil || d.Deliveries != 1 {
		t.Error(d, err)
	}
	if _, err := s.Disband(soon(t), room, chen); err != nil {
		t.Fatal(err)
	}
	if status, out := do(t, s, http.MethodPost, toGroup, object{"robotCode": "dingfake", "openConversationId": room, "msgKey": "sampleText", "msgParam": `{"content":"a"}`}); status != 400 || out["code"] != "group.disbanded" {
		t.Error(out)
	}
	clean(t, s)
}
