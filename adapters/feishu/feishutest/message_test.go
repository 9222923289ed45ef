package feishutest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newClock() *clock { return &clock{now: time.Date(2026, 8, 17, 9, 0, 0, 0, time.UTC)} }

const sending = "/open-apis/im/v1/messages?receive_id_type=chat_id"

func text(to, words, uuid string) map[string]string {
	return map[string]string{"receive_id": to, "msg_type": "text", "content": `{"text":"` + words + `"}`, "uuid": uuid}
}

func TestUUIDMergesForAnHour(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	token := tokenOf(t, s)
	send := func(words, uuid string) string {
		code, out := rest(t, s, http.MethodPost, sending, token, text(room, words, uuid))
		if code != 0 {
			t.Fatal(out)
		}
		return out.object("data").text("message_id")
	}
	firstID := send("一", "u")
	now.pass(59 * time.Minute)
	if send("二", "u") != firstID || send("三", "other") == firstID {
		t.Error("within the hour the same uuid is the same message, and another is another")
	}
	if m, _ := s.Message(firstID); m.Text() != "一" || m.UUID != "u" {
		t.Error("the repeat changed the message")
	}
	now.pass(2 * time.Minute)
	if send("四", "u") == firstID || len(s.Messages()) != 3 {
		t.Error("after the hour it is a new message")
	}
	clean(t, s)
}

func TestRefusedMessages(t *testing.T) {
	s := start(t, Options{})
	s.AddChat(Chat{ID: "oc_out", BotOut: true})
	s.AddChat(Chat{ID: "oc_gone", Gone: true})
	s.AddPerson(Person{OpenID: "ou_left", Resigned: true})
	token := tokenOf(t, s)
	for _, c := range []struct {
		name, path string
		body       map[string]string
		code       int
		problem    string
	}{
		{"bot out", sending, text("oc_out", "a", "u"), 230002, ""},
		{"group dissolved", sending, text("oc_gone", "a", "u"), 232009, ""},
		{"nowhere", sending, text("oc_no", "a", "u"), 230034, ""},
		{"resigned", strings.Replace(sending, "chat_id", "open_id", 1), text("ou_left", "a", "u"), 230013, ""},
		{"nobody", strings.Replace(sending, "chat_id", "open_id", 1), text("ou_no", "a", "u"), 99992351, ""},
		{"no kind of id", "/open-apis/im/v1/messages", text(room, "a", "u"), 230001, "receive_id_type"},
		{"no uuid", sending, text(room, "a", ""), 0, "without a uuid"},
		{"long uuid", sending, text(room, "a", strings.Repeat("u", 51)), 99992402, "longer than 50"},
		{"empty text", sending, text(room, "", "u"), 230001, "empty"},
		{"@ nobody", sending, text(room, `<at user_id=\"ou_no\">x</at>`, "u"), 230001, "ou_no"},
		{"no JSON inside", sending, map[string]string{"receive_id": room, "msg_type": "text", "content": "a", "uuid": "u"}, 230001, "string of a JSON object"},
		{"a file nobody uploaded", sending, map[string]string{"receive_id": room, "msg_type": "file", "content": `{"file_key":"k"}`, "uuid": "u"}, 230001, "not given out"},
		{"a post without zh_cn", sending, map[string]string{"receive_id": room, "msg_type": "post", "content": `{"title":""}`, "uuid": "u"}, 230001, "zh_cn"},
		{"a card that breaks a rule", sending, map[string]string{"receive_id": room, "msg_type": "interactive", "content": `{"schema":"2.0"}`, "uuid": "u"}, 230099, "no body"},
	} {
		before := len(s.Problems())
		code, out := rest(t, s, http.MethodPost, c.path, token, c.body)
		if code != c.code {
			t.Errorf("%s: %d, not %d: %v", c.name, code, c.code, out)
		}
		if c.code == 230099 && !strings.Contains(out.text("msg"), "ErrCode: 200621") {
			t.Errorf("the cause is missing: %v", out)
		}
		if noticed := s.Problems()[before:]; (c.problem != "") != (len(noticed) > 0) || !strings.Contains(strings.Join(noticed, "\n"), c.problem) {
			t.Errorf("%s: problems %q", c.name, noticed)
		}
	}
}

func TestEditsEndAfterFourteenDays(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	token := tokenOf(t, s)
	patch := func(id string) int {
		code, _ := rest(t, s, http.MethodPatch, "/open-apis/im/v1/messages/"+id, token, map[string]string{"content": settled})
		return code
	}
	_, id := sendQuestion(t, s, token, room, "u")
	_, other := sendQuestion(t, s, token, room, "v")
	now.pass(14 * 24 * time.Hour)
	if code := patch(id); code != 0 {
		t.Error(code)
	}
	s.Recall(other)
	if code := patch(other); code != 230011 {
		t.Error(code)
	}
	now.pass(time.Second)
	if code := patch(id); code != 230031 {
		t.Error(code)
	}
	clean(t, s)
	if patch(id); len(s.Problems()) != 1 {
		t.Errorf("a second PATCH of a dead card is a problem: %q", s.Problems())
	}
	if _, err := s.Tap(soon(t), id, xu, "确认接收", nil); err == nil {
		t.Error("a card of 14 days was tapped")
	}
}

func TestReplyAndUrgent(t *testing.T) {
	s := start(t, Options{})
	token := tokenOf(t, s)
	d, err := s.Say(soon(t), room, chen, "没有叫会办的一句")
	if err != nil || d.Deliveries != 0 {
		t.Fatalf("%+v %v", d, err)
	}
	code, out := rest(t, s, http.MethodPost, "/open-apis/im/v1/messages/"+d.MessageID+"/reply", token,
		map[string]string{"msg_type": "text", "content": `{"text":"<at user_id=\"ou_xu\">x</at> 看这里"}`, "uuid": "u"})
	if code != 0 {
		t.Fatal(out)
	}
	id := out.object("data").text("message_id")
	m, found := s.Message(id)
	if !found || m.ReplyTo != d.MessageID || m.Chat != room || m.Text() != "@许哲 看这里" {
		t.Errorf("%+v", m)
	}
	code, out = rest(t, s, http.MethodPatch, "/open-apis/im/v1/messages/"+id+"/urgent_app?user_id_type=open_id", token, map[string]any{"user_id_list": []string{xu, "ou_no"}})
	if m, _ = s.Message(id); code != 0 || len(m.Urgent) != 1 || m.Urgent[0] != xu || fmt.Sprint(out.object("data")["invalid_user_id_list"]) != "[ou_no]" {
		t.Errorf("%v %v", out, m.Urgent)
	}
	clean(t, s)
}

// upload posts a multipart body.
func uploadTo(t *testing.T, s *Server, path, token, fileField string, content []byte, values map[string]string) object {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range values {
		w.WriteField(k, v) //nolint:errcheck,gosec // a buffer takes all
	}
	part, err := w.CreateFormFile(fileField, "unknown-file")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content) //nolint:errcheck,gosec // a buffer takes all
	w.Close()           //nolint:errcheck,gosec // a buffer takes all
	return raw(t, s, path, token, w.FormDataContentType(), body.Bytes())
}

func TestFiles(t *testing.T) {
	s := start(t, Options{})
	connect(t, s, nil)
	token := tokenOf(t, s)
	out := uploadTo(t, s, "/open-apis/im/v1/files", token, "file", []byte("内容"), map[string]string{"file_type": "stream", "file_name": "纪要.txt"})
	key := out.object("data").text("file_key")
	code, sent := rest(t, s, http.MethodPost, sending, token, map[string]string{"receive_id": room, "msg_type": "file", "content": `{"file_key":"` + key + `"}`, "uuid": "u"})
	if m := s.Messages(); code != 0 || len(m) != 1 || m[0].FileName != "纪要.txt" || string(m[0].File) != "内容" {
		t.Fatal(sent)
	}
	if out := uploadTo(t, s, "/open-apis/im/v1/files", token, "file", nil, map[string]string{"file_type": "stream", "file_name": "空"}); out["code"] != 234010.0 {
		t.Error("an empty file was taken", out)
	}
	if out := uploadTo(t, s, "/open-apis/im/v1/images", token, "image", []byte("png"), map[string]string{"image_type": "message"}); out.object("data").text("image_key") == "" {
		t.Error(out)
	}
	clean(t, s)

	d, err := s.SendFile(soon(t), "", chen, "材料.pdf", []byte("%PDF"), false)
	if err != nil || !d.Acked {
		t.Fatal(d, err)
	}
	m, _ := s.Message(d.MessageID)
	key = strings.Split(m.Content, `"`)[3]
	status, content := get(t, s, "/open-apis/im/v1/messages/"+d.MessageID+"/resources/"+key+"?type=file", token)
	if status != http.StatusOK || content != "%PDF" {
		t.Error(status, content)
	}
	if status, content := get(t, s, "/open-apis/im/v1/messages/"+sent.object("data").text("message_id")+"/resources/"+key+"?type=file", token); status != http.StatusBadRequest || !strings.Contains(content, "234003") {
		t.Error("a file of another message was given", status, content)
	}
}

func TestTokens(t *testing.T) {
	s := start(t, Options{AppID: "cli_a", AppSecret: "s"})
	info := "/open-apis/bot/v3/info"
	one, two := tokenOf(t, s), tokenOf(t, s)
	if one == two || s.TokensIssued() != 2 {
		t.Error("each call gives a new token")
	}
	code, out := rest(t, s, http.MethodGet, info, one, nil)
	if code != 0 || out.object("bot").text("open_id") != s.BotOpenID() {
		t.Error(out)
	}
	s.Break(Fault{Kind: TokenExpired, Times: 1})
	for i, want := range []int{99991663, 99991663} {
		if code, _ := rest(t, s, http.MethodGet, info, one, nil); code != want {
			t.Errorf("call %d with the evicted token: %d", i, code)
		}
	}
	if code, _ := rest(t, s, http.MethodGet, info, two, nil); code != 0 || s.Struck(TokenExpired) != 1 {
		t.Error("the other token still works", code)
	}
	clean(t, s)
	if code, _ := rest(t, s, http.MethodGet, info, "", nil); code != 99991661 || len(s.Problems()) != 1 {
		t.Error("a call without a token is a problem", code, s.Problems())
	}
	for _, c := range []struct {
		id, secret string
		code       int
	}{{"cli_b", "s", 10003}, {"cli_a", "x", 10015}} {
		code, _ := rest(t, s, http.MethodPost, "/open-apis/auth/v3/tenant_access_token/internal", "", map[string]string{"app_id": c.id, "app_secret": c.secret})
		if code != c.code {
			t.Errorf("%+v: %d", c, code)
		}
	}
}

func TestPeopleAndGroups(t *testing.T) {
	s := start(t, Options{})
	token := tokenOf(t, s)
	var crowd []string
	for i := range 150 {
		crowd = append(crowd, "ou_"+strings.Repeat("x", i+1))
	}
	s.AddChat(Chat{ID: "oc_crowd", Name: "大群", Members: crowd})
	_, out := rest(t, s, http.MethodGet, "/open-apis/contact/v3/users/ou_xu?user_id_type=open_id&department_id_type=open_department_id", token, nil)
	if u := out.object("data").object("user"); u.text("name") != "许哲" || u.text("leader_user_id") != chen || u.text("union_id") == "" {
		t.Error(u)
	}
	s.Forbid("contact:user.department:readonly")
	_, out = rest(t, s, http.MethodGet, "/open-apis/contact/v3/users/ou_xu", token, nil)
	if _, given := out.object("data").object("user")["leader_user_id"]; given {
		t.Error("without the scope the field is absent")
	}
	_, out = rest(t, s, http.MethodGet, "/open-apis/contact/v3/departments/od_rd", token, nil)
	if d := out.object("data").object("department"); d.text("name") != "研发部" {
		t.Error(d)
	}
	seen, page := 0, ""
	for range 2 {
		_, out = rest(t, s, http.MethodGet, "/open-apis/im/v1/chats/oc_crowd/members?page_size=100&page_token="+page, token, nil)
		seen += len(out.object("data").objects("items"))
		page = out.object("data").text("page_token")
	}
	if seen != 150 || page != "" {
		t.Error(seen, page)
	}
	_, out = rest(t, s, http.MethodGet, "/open-apis/im/v1/chats", token, nil)
	if items := out.object("data").objects("items"); len(items) != 2 || items[0].text("name") != "项目群" {
		t.Error(out)
	}
	_, out = rest(t, s, http.MethodGet, "/open-apis/im/v1/chats/oc_room/members/is_in_chat", token, nil)
	if !out.object("data").flag("is_in_chat") {
		t.Error(out)
	}
	s.Forbid("im:chat:readonly")
	code, out := rest(t, s, http.MethodGet, "/open-apis/im/v1/chats/oc_room", token, nil)
	if code != 99991672 || !strings.Contains(out.text("msg"), "im:chat:readonly") {
		t.Error(out)
	}
	s.Grant("im:chat:readonly")
	s.HideContacts()
	if code, _ := rest(t, s, http.MethodGet, "/open-apis/contact/v3/users/ou_xu", token, nil); code != 41050 {
		t.Error(code)
	}
	if _, out = rest(t, s, http.MethodGet, "/open-apis/im/v1/chats/oc_room", token, nil); out.object("data").text("name") != "项目群" {
		t.Error(out)
	}
	clean(t, s)
}
