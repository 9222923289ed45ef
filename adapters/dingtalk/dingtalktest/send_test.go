package dingtalktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestRobotMessages: what each msgKey looks like, and what is refused.
func TestRobotMessages(t *testing.T) {
	card6 := `{"title":"t","text":"b","buttonTitle1":"甲","buttonUrl1":"https://a.cn","buttonTitle2":"乙","buttonUrl2":"https://b.cn"}`
	for _, c := range []struct {
		name, key, param string
		shows            string // what people read
		code             string // or how it is refused
	}{
		{"text", "sampleText", `{"content":"**a**"}`, "**a**", ""},
		{"markdown", "sampleMarkdown", `{"title":"t","text":"**a**"}`, "a", ""},
		{"link", "sampleLink", `{"title":"t","text":"b","messageUrl":"https://a.cn","picUrl":""}`, "b\n[t]", ""},
		{"picture", "sampleImageMsg", `{"photoURL":"https://a.cn/a.png"}`, "[图片]", ""},
		{"one button", "sampleActionCard", `{"title":"t","text":"b","singleTitle":"甲","singleURL":"https://a.cn"}`, "b\n[甲]", ""},
		{"two beside each other", "sampleActionCard6", card6, "b\n[甲]\n[乙]", ""},
		{"the spelling of the sixth", "sampleActionCard2", card6, "", "invalidParameter.msgParam"},
		{"a button too few", "sampleActionCard3", `{"title":"t","text":"b","actionTitle1":"甲","actionURL1":"https://a.cn"}`, "", "invalidParameter.msgParam"},
		{"no title", "sampleMarkdown", `{"text":"a"}`, "", "invalidParameter.msgParam"},
		{"an object", "sampleText", `{"content":{"a":1}}`, "", "invalidParameter.msgParam"},
		{"unknown", "sampleTable", `{}`, "", "invalidParameter.msgKey"},
		{"seven", "sampleActionCard7", `{}`, "", "invalidParameter.msgKey"},
		{"too long", "sampleText", `{"content":"` + strings.Repeat("长", 5000) + `"}`, "", "msgParam.tooLong"},
		{"no file", "sampleFile", `{"mediaId":"x","fileName":"a.docx","fileType":"docx"}`, "", "invalidParameter.msgParam"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, Options{})
			status, out := do(t, s, http.MethodPost, toGroup, object{"robotCode": "dingfake", "openConversationId": room, "msgKey": c.key, "msgParam": c.param})
			if c.code != "" {
				if status != 400 || out["code"] != c.code || len(s.Messages()) != 0 {
					t.Error(status, out)
				}
				noticed(t, s, c.key)
				return
			}
			if all := s.Messages(); len(all) != 1 || all[0].Text() != c.shows || all[0].Chat != room || all[0].QueryKey != out["processQueryKey"] {
				t.Error(out, all)
			}
			clean(t, s)
		})
	}
}

func TestWhereRobotsMaySend(t *testing.T) {
	s := start(t, Options{})
	s.AddGroup(Group{ID: "cidOut", BotOut: true})
	s.AddPerson(Person{UserID: "far", Name: "远", OutOfScope: true})
	many := []string{}
	for i := range 21 {
		many = append(many, fmt.Sprint("u", i))
	}
	for _, c := range []struct {
		path, code string
		more       object
	}{
		{toGroup, "invalid.openConversationId", object{"openConversationId": "cidElse"}},
		{toGroup, "bot.stopped", object{"openConversationId": "cidOut"}},
		{toGroup, "invalidParameter.robotCode.notExist", object{"openConversationId": room, "robotCode": "other"}},
		{toPeople, "staffId.notExisted", object{"userIds": []string{"far"}}},
		{toPeople, "invalidParameter.userIds", object{"userIds": many}},
		{toPeople, "invalidParameter.userIds", object{"userIds": []string{}}},
	} {
		body := object{"robotCode": "dingfake", "msgKey": "sampleText", "msgParam": `{"content":"a"}`}
		maps.Copy(body, c.more)
		if status, out := do(t, s, http.MethodPost, c.path, body); status != 400 || out["code"] != c.code {
			t.Errorf("%v: %d %v", c.more, status, out)
		}
	}
	if p := s.Problems(); len(p) != 3 || len(s.Messages()) != 0 {
		t.Errorf("%q", p)
	}
}

// TestWhatPeopleCannotUse: the platform takes it, and the fake says so.
func TestWhatPeopleCannotUse(t *testing.T) {
	for _, c := range []struct{ text, noticed string }{
		{"a\n\n|a|b|\n|---|---|\n|1|2|", "a table"},
		{"a ```b``` c", "code"},
		{"[a](javascript:b)", "nobody can open"},
		{"[a](dtmd://dingtalkclient/sendMessage?text=b)", "sends nothing"},
	} {
		s := start(t, Options{})
		param, err := json.Marshal(object{"title": "t", "text": c.text})
		if err != nil {
			t.Fatal(err)
		}
		do(t, s, http.MethodPost, toGroup, object{"robotCode": "dingfake", "openConversationId": room, "msgKey": "sampleMarkdown", "msgParam": string(param)})
		noticed(t, s, c.noticed)
	}
}

func TestRecall(t *testing.T) {
	s := start(t, Options{})
	_, one := do(t, s, http.MethodPost, toGroup, object{"robotCode": "dingfake", "openConversationId": room, "msgKey": "sampleText", "msgParam": `{"content":"a"}`})
	_, two := do(t, s, http.MethodPost, toPeople, object{"robotCode": "dingfake", "userIds": []string{chen, xu}, "msgKey": "sampleText", "msgParam": `{"content":"b"}`})
	_, out := do(t, s, http.MethodPost, "/v1.0/robot/groupMessages/recall", object{
		"robotCode": "dingfake", "openConversationId": room, "processQueryKeys": []any{one["processQueryKey"], two["processQueryKey"]},
	})
	if done, _ := out["successResult"].([]any); len(done) != 1 || len(inside(out, "failedResult")) != 1 {
		t.Error(out)
	}
	do(t, s, http.MethodPost, "/v1.0/robot/otoMessages/batchRecall", object{"robotCode": "dingfake", "processQueryKeys": []any{two["processQueryKey"]}})
	if all := s.Messages(); !all[0].Recalled || !all[1].Recalled || !all[2].Recalled {
		t.Error(all)
	}
	clean(t, s)
}

// TestAwait: it waits for what fits, and says what there was when nothing does.
func TestAwait(t *testing.T) {
	s := start(t, Options{})
	found := make(chan Message, 1)
	go func() {
		m, err := s.Await(soon(t), func(m Message) bool { return m.To == xu })
		if err != nil {
			t.Error(err)
		}
		found <- m
	}()
	send := func(to, said string) {
		do(t, s, http.MethodPost, toPeople, object{"robotCode": "dingfake", "userIds": []string{to}, "msgKey": "sampleText", "msgParam": `{"content":"` + said + `"}`})
	}
	send(chen, "甲")
	send(xu, "乙")
	if m := <-found; m.Text() != "乙" || m.Chat != s.PrivateChat(xu) {
		t.Errorf("%+v", m)
	}
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.Await(short, func(Message) bool { return false }); err == nil || !strings.Contains(err.Error(), "甲") {
		t.Error(err)
	}
	m := s.Messages()[0]
	s.Recall(m.ID)
	if m, _ = s.Message(m.ID); !m.Recalled {
		t.Error("it was not taken back")
	}
}

// TestSessionWebhook: every answer is HTTP 200, and mentions need both places.
func TestSessionWebhook(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	s := start(t, Options{Now: func() time.Time { return now }})
	c := connect(t, s, nil)
	hook := func(chat string) string {
		t.Helper()
		if _, err := s.Say(soon(t), chat, chen, "@会办 帮助"); err != nil {
			t.Fatal(err)
		}
		_, data := c.next(t)
		if data["sessionWebhookExpiredTime"] != float64(now.Add(90*time.Minute).UnixMilli()) {
			t.Error(data)
		}
		return strings.TrimPrefix(text(data["sessionWebhook"]), s.URL())
	}
	group, alone := hook(room), hook("")
	for _, c := range []struct {
		hook, body, shows, noticed string
		errcode                    float64
		rings                      []string
	}{
		{group, `{"msgtype":"text","text":{"content":"a"}}`, "a", "", 0, nil},
		{group, `{"msgtype":"markdown","markdown":{"title":"t","text":"@0102 **好**"},"at":{"atUserIds":["0102"]}}`, "@许哲 好", "", 0, []string{xu}},
		{group, `{"msgtype":"markdown","markdown":{"title":"t","text":"好"},"at":{"isAtAll":true}}`, "好", "", 0, []string{"@ALL"}},
		{group, `{"msgtype":"text","text":{"content":"好"},"at":{"atUserIds":["0102"]}}`, "好", "not in the text", 0, nil},
		{group, `{"msgtype":"text","text":{"content":"@0102 好"}}`, "@0102 好", "not in atUserIds", 0, nil},
		{group, `{"msgtype":"text","text":{"content":"@guest 好"},"at":{"atUserIds":["guest"]}}`, "@guest 好", "nobody of the chat", 0, nil},
		{alone, `{"msgtype":"actionCard","actionCard":{"title":"t","text":"b","btnOrientation":"0","btns":[{"title":"甲","actionURL":"https://a.cn"}]}}`, "b\n[甲]", "", 0, nil},
		{alone, `{"msgtype":"actionCard","actionCard":{"title":"t","text":"b"}}`, "", "without title, text or buttons", 40035, nil},
		{group, `{"msgtype":"feedCard"}`, "", "without title, text or buttons", 40035, nil},
		{"/robot/sendBySession?session=x", `{"msgtype":"text","text":{"content":"a"}}`, "", "", 300001, nil},
	} {
		before, problems := len(s.Messages()), len(s.Problems())
		status, raw := bare(t, s, http.MethodPost, c.hook, "application/json", []byte(c.body))
		var out object
		if err := json.Unmarshal(raw, &out); err != nil || status != 200 || out["errcode"] != c.errcode {
			t.Errorf("%s: %d %s", c.body, status, raw)
		}
		if all := s.Messages(); c.errcode == 0 && (len(all) != before+1 || all[before].Text() != c.shows || !slices.Equal(all[before].Notified, c.rings)) {
			t.Errorf("%s: %+v", c.body, all[before:])
		}
		if p := s.Problems()[problems:]; c.noticed == "" && len(p) > 0 || c.noticed != "" && (len(p) == 0 || !strings.Contains(p[0], c.noticed)) {
			t.Errorf("%s: %q", c.body, p)
		}
	}
	now = now.Add(91 * time.Minute)
	late := hook(room)
	s.ExpireSessions()
	for _, gone := range []string{group, late} {
		if _, raw := bare(t, s, http.MethodPost, gone, "application/json", []byte(`{"msgtype":"text","text":{"content":"a"}}`)); !strings.Contains(string(raw), "300001") {
			t.Errorf("after its time: %s", raw)
		}
	}
}

func TestUpload(t *testing.T) {
	for _, c := range []struct {
		kind, name string
		content    string
		errcode    float64
	}{
		{"file", "纪要.docx", "d", 0},
		{"image", "a.png", "p", 0},
		{"file", "a.exe", "x", 40005},
		{"file", "a.docx", "", 40006},
		{"file", "a.docx", strings.Repeat("x", fileLimit+1), 40006},
	} {
		s := start(t, Options{})
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("media", c.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = part.Write([]byte(c.content)); err != nil {
			t.Fatal(err)
		}
		if err = form.Close(); err != nil {
			t.Fatal(err)
		}
		_, raw := bare(t, s, http.MethodPost, "/media/upload?type="+c.kind, form.FormDataContentType(), body.Bytes())
		var out object
		if err = json.Unmarshal(raw, &out); err != nil || out["errcode"] != c.errcode {
			t.Errorf("%s: %s", c.name, raw)
		}
		if c.errcode != 0 {
			noticed(t, s, "upload")
			continue
		}
		if c.kind == "file" {
			do(t, s, http.MethodPost, toGroup, object{"robotCode": "dingfake", "openConversationId": room, "msgKey": "sampleFile", "msgParam": `{"mediaId":"` + text(out["media_id"]) + `","fileName":"纪要.docx","fileType":"docx"}`})
			if all := s.Messages(); len(all) != 1 || all[0].Text() != "[文件] 纪要.docx" || string(all[0].File) != "d" {
				t.Error(all)
			}
		}
		clean(t, s)
	}
}
