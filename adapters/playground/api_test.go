package playground

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// kindly wants a sentence for people that names the fix.
func kindly(t *testing.T, what, say string) {
	t.Helper()
	if !strings.HasSuffix(say, "。") || strings.ContainsAny(strings.ReplaceAll(say, "{\"advance\":\"1h\"}", ""), ";!") {
		t.Errorf("%s is refused with %q", what, say)
	}
}

func TestWhatIsWrongIsRefusedWithASentence(t *testing.T) {
	l := company(t, "")
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p4", Card: question()})
	plain := l.send(bot.Out{UUID: "u2", Account: "playground:p4", Text: "没有卡片"})
	if _, err := l.p.SavePerson(t.Context(), Person{ID: "p2", Name: "王工", Department: "质量部"}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.p.SavePerson(t.Context(), Person{Name: "王工", Department: "采购部", Active: true}); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("长", 50)
	for _, c := range []struct {
		path   string
		body   any
		status int
		says   string
	}{
		{"/api/messages", ``, 400, "JSON"},
		{"/api/messages", `{"chat":"d1"`, 400, "JSON"},
		{"/api/messages", `{} {}`, 400, "JSON"},
		{"/api/messages", `[]`, 400, "类型"},
		{"/api/messages", `{"chat":1}`, 400, "chat"},
		{"/api/messages", `{"colour":"red"}`, 400, "colour"},
		{"/api/messages", Line{Chat: "d1", Text: "x"}, 400, "是谁"},
		{"/api/messages", Line{User: "p1", Text: "x"}, 400, "哪个会话"},
		{"/api/messages", Line{Chat: "d1", User: "李雷", Text: "x"}, 404, "李雷"},
		{"/api/messages", Line{Chat: "d1", User: "王工", Text: "x"}, 409, "IT部"},
		{"/api/messages", Line{Chat: "@王工", User: "p1", Text: "x"}, 409, "采购部"},
		{"/api/messages", Line{Chat: "王工", User: "p1", Text: "x"}, 409, "采购部"},
		{"/api/messages", Line{Chat: "没有这个群", User: "p1", Text: "x"}, 404, "没有这个群"},
		{"/api/messages", Line{Chat: "g9", User: "p1", Text: "x"}, 404, "g9"},
		{"/api/messages", Line{Chat: "d4", User: "p1", Text: "x"}, 403, "许哲的私聊"},
		{"/api/messages", Line{Chat: "g1", User: "p3", Text: "x"}, 403, "不在“新品A项目群”里"},
		{"/api/messages", Line{Chat: "d2", User: "p2", Text: "x"}, 403, "已离职"},
		{"/api/messages", Line{Chat: "d1", User: "p1", Text: " \n"}, 400, "写一句话"},
		{"/api/messages", Line{Chat: "d1", User: "p1", Files: []string{"f1"}}, 404, "f1"},
		{"/api/messages", Line{Chat: "d1", User: "p1", Text: "x", Reply: m.ID}, 404, m.ID},
		{"/api/messages", Line{Chat: "d1", User: "p1", Text: "x", Event: strings.Repeat("e", 201)}, 400, "event"},

		{"/api/taps", Press{Message: "m99", User: "p4", Button: "交办"}, 404, "m99"},
		{"/api/taps", Press{Message: m.ID, Seq: 77, User: "p4", Button: "交办"}, 404, "seq 77"},
		{"/api/taps", Press{Message: plain.ID, User: "p4", Button: "交办"}, 404, "没有卡片"},
		{"/api/taps", Press{Message: m.ID, User: "p4", Button: "确认"}, 404, "确认"},
		{"/api/taps", Press{Message: m.ID, User: "p1", Button: "交办"}, 403, "许哲的私聊"},
		{"/api/taps", Press{Message: m.ID, User: "p9", Button: "交办"}, 404, "p9"},
		{"/api/taps", `{"message":"m1","user":"p4","button":"交办","form":{"截止":"2026-08-17"}}`, 400, "类型"},
		{"/api/taps", Press{Message: m.ID, User: "p4", Button: "交办", Event: strings.Repeat("e", 201)}, 400, "event"},

		{"/api/clock", `{}`, 400, "advance"},
		{"/api/clock", `{"advance":"1h","to":"next"}`, 400, "一个"},
		{"/api/clock", `{"advance":"一小时"}`, 400, "一小时"},
		{"/api/clock", `{"advance":"-1h"}`, 400, "往后"},
		{"/api/clock", `{"set":"2026-08-12T13:00:00+08:00"}`, 400, "往后"},
		{"/api/clock", `{"set":"明天"}`, 400, "明天"},
		{"/api/clock", `{"set":"2028-01-01T00:00:00+08:00"}`, 400, "一年"},
		{"/api/clock", `{"to":"后 天"}`, 400, "next"},
		{"/api/clock", `{"to":"` + long + `"}`, 400, "next"},
		{"/api/clock", `{"to":"next"}`, 409, "没有提醒"},

		{"/api/people", `{"department":"研发部"}`, 400, "姓名"},
		{"/api/people", Person{Name: "会办"}, 400, "机器人"},
		{"/api/people", Person{Name: "a@b"}, 400, "@"},
		{"/api/people", Person{Name: long}, 400, "40"},
		{"/api/people", Person{Name: "李雷", Title: long}, 400, "40"},
		{"/api/people", Person{Name: "李雷", Leader: "韩梅"}, 404, "韩梅"},
		{"/api/people", Person{ID: "p99", Name: "李雷"}, 404, "p99"},
		{"/api/people", Person{ID: "p1", Name: "周敏", Leader: "许哲"}, 400, "上级"},
		{"/api/people", Person{ID: "p1", Name: "周敏", Leader: "p1"}, 400, "上级"},

		{"/api/chats", Chat{Members: []string{"p1"}}, 400, "群名"},
		{"/api/chats", Chat{Name: "试产群"}, 400, "members"},
		{"/api/chats", Chat{Name: "试产群", Members: []string{"李雷"}}, 404, "李雷"},
		{"/api/chats", Chat{Name: "试产群", Kind: "p2p", Members: []string{"p1"}}, 400, "group"},
		{"/api/chats", Chat{ID: "d1", Name: "试产群", Members: []string{"p1"}}, 400, "私聊"},
		{"/api/chats", Chat{ID: "g7", Name: "试产群", Members: []string{"p1"}}, 404, "g7"},

		{"/api/faults", `{}`, 400, "选一"},
		{"/api/faults", `{"person":"p1","chat":"g1","answer":"ok"}`, 400, "选一"},
		{"/api/faults", `{"abilities":{},"answer":"ok"}`, 400, "选一"},
		{"/api/faults", `{"person":"p1","answer":"maybe"}`, 400, "retry"},
		{"/api/faults", `{"person":"p1"}`, 400, "retry"},
		{"/api/faults", `{"person":"李雷","answer":"ok"}`, 404, "李雷"},
		{"/api/faults", `{"chat":"g9","answer":"ok"}`, 404, "g9"},
		{"/api/faults", `{"abilities":{"flying":true}}`, 400, "flying"},

		{"/api/reset", `{"empty":"yes"}`, 400, "empty"},
		{"/api/state", `{}`, 405, "GET"},
		{"/api/nothing", `{}`, 404, "接口"},
	} {
		r := l.post(c.path, c.body, c.status)
		if !strings.Contains(r.Error, c.says) {
			t.Errorf("%s %v says %q, want %q in it", c.path, c.body, r.Error, c.says)
		}
		kindly(t, c.path, r.Error)
	}
	if list, _ := l.p.Messages("", 0); len(list) != 2 || len(l.in.messages)+len(l.in.taps) != 0 {
		t.Error("something happened although it was refused")
	}
}

func TestNamesDoForIDs(t *testing.T) {
	l := company(t, "")
	var p Person
	status, raw := l.raw(http.MethodPost, "/api/people", `{"id":"许哲","name":"许喆","leader":"王工（IT部）","active":true}`)
	if err := json.Unmarshal(raw, &p); err != nil || status != http.StatusOK || p.ID != "p4" || p.Leader != "p3" {
		t.Errorf("%d %s", status, raw)
	}
	status, raw = l.raw(http.MethodPost, "/api/people", `{"name":"李雷"}`)
	if err := json.Unmarshal(raw, &p); err != nil || status != http.StatusOK || p.ID != "p5" || !p.Active {
		t.Errorf("%d %s", status, raw)
	}
	var c Chat
	status, raw = l.raw(http.MethodPost, "/api/chats", Chat{ID: "新品A项目群", Name: "试产群", Members: []string{"李雷", "@许喆", "p5"}})
	if err := json.Unmarshal(raw, &c); err != nil || status != http.StatusOK || !cmp.Equal(c, Chat{ID: "g1", Name: "试产群", Kind: "group", Members: []string{"p5", "p4"}}) {
		t.Errorf("%d %s", status, raw)
	}
	l.post("/api/messages", Line{Chat: "试产群", User: "李雷", Text: "好"}, http.StatusOK)
	l.post("/api/faults", `{"chat":"试产群","answer":"gone"}`, http.StatusOK)
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Chat: "playground:g1", Text: "x"}); !bot.IsPermanent(err) {
		t.Errorf("fault of a group: %v", err)
	}
	l.post("/api/faults", `{"chat":"@许喆","answer":"gone"}`, http.StatusOK)
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u2", Account: "playground:p4", Text: "x"}); !bot.IsPermanent(err) {
		t.Errorf("fault of a private chat: %v", err)
	}
	if r := l.post("/api/messages?", Line{Chat: "试产群", User: "周敏", Text: "x"}, http.StatusForbidden); r.Error == "" {
		t.Error("who is no member any more speaks")
	}
}

func TestMessagesAreFetchedBySeq(t *testing.T) {
	l := company(t, "")
	first := l.send(bot.Out{UUID: "u1", Chat: "playground:g1", Text: "一"})
	l.send(bot.Out{UUID: "u2", Account: "playground:p1", Text: "二"})
	l.send(bot.Out{UUID: "u3", Edit: bot.MessageID(first.ID), Text: "三"})
	for _, c := range []struct{ query, want string }{
		{"", "m2 m1"},
		{"?after=0", "m2 m1"},
		{"?after=2", "m1"},
		{"?after=3", ""},
		{"?chat=d1", "m2"},
		{"?chat=@周敏&after=1", "m2"},
		{"?chat=新品A项目群", "m1"},
	} {
		var got result
		status, raw := l.raw(http.MethodGet, "/api/messages"+c.query, nil)
		if err := json.Unmarshal(raw, &got); err != nil || status != http.StatusOK {
			t.Errorf("%s: %d %s", c.query, status, raw)
		}
		var ids []string
		for _, m := range got.Messages {
			ids = append(ids, m.ID)
		}
		if strings.Join(ids, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.query, ids, c.want)
		}
	}
	for query, want := range map[string]int{"?after=x": 400, "?after=-1": 400, "?chat=g9": 404, "?chat=王工": 409} {
		if status, raw := l.raw(http.MethodGet, "/api/messages"+query, nil); status != want {
			t.Errorf("%s: %d %s", query, status, raw)
		}
	}
}

func TestClockAnswersWithAllThatHappened(t *testing.T) {
	l := company(t, "")
	l.send(bot.Out{UUID: "u0", Account: "playground:p4", Text: "早先"})
	l.world.due = func() []bot.HeldBack {
		l.send(bot.Out{UUID: "u1", Account: "playground:p4", Text: "到期了", Why: "到期前1个工作日"})
		night := wednesday().Add(8 * time.Hour)
		return []bot.HeldBack{
			{At: night, To: bot.To{Person: 104}, What: "还有2小时：@{p104}", Why: "夜间不打扰。", Until: night.Add(11 * time.Hour)},
			{At: night, To: bot.To{Chat: "playground:g1"}, What: "早报", Why: "已经完成"},
		}
	}
	status, raw := l.raw(http.MethodPost, "/api/clock", `{"advance":"24h"}`)
	var got struct {
		Now      string
		Messages []Message
		Held     []heldBack
	}
	if err := json.Unmarshal(raw, &got); err != nil || status != http.StatusOK {
		t.Fatalf("%d %s", status, raw)
	}
	if got.Now != "2026-08-13T13:55:00+08:00" || len(got.Messages) != 1 || got.Messages[0].Why != "到期前1个工作日" || got.Messages[0].At != got.Now {
		t.Errorf("now %s, messages %+v", got.Now, got.Messages)
	}
	want := []heldBack{
		{At: "2026-08-12T21:55:00+08:00", To: "p4", What: "还有2小时：许哲", Why: "夜间不打扰，改到8月13日08:55"},
		{At: "2026-08-12T21:55:00+08:00", To: "g1", What: "早报", Why: "已经完成"},
	}
	if diff := cmp.Diff(want, got.Held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
}

// Without an AccountBook, letters tell who somebody is.
func TestHeldBackIsForWhomLettersNamed(t *testing.T) {
	l := company(t, "")
	l.send(bot.Out{UUID: "u1", Account: "playground:p1", Text: "@{p104}", People: map[string]bot.Shown{"@{p104}": {Name: "许哲", Account: "playground:p4"}}})
	s := &server{p: l.p, world: struct{ World }{l.world}}
	got := s.held(t.Context(), []bot.HeldBack{{At: wednesday(), To: bot.To{Person: 104}, What: "@{p104}和@{p999}"}, {At: wednesday(), To: bot.To{Person: 999}}})
	want := []heldBack{{At: moment(wednesday()), To: "p4", What: "许哲和@{p999}"}, {At: moment(wednesday())}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !l.p.AnswersAll() {
		t.Error("there is one card, whoever looks at it")
	}
}

func TestClockGoesWhereItIsTold(t *testing.T) {
	l := company(t, "")
	var tasks []string
	l.world.next = func(task string) ([]bot.HeldBack, error) {
		tasks = append(tasks, task)
		if task == "T-1" {
			return nil, meeting.Refuse("R33", "没有这项待办，@{p104}那里也没有。")
		}
		l.world.set(wednesday().Add(time.Hour))
		return nil, nil
	}
	for _, c := range []struct{ body, now string }{
		{`{"to":"next"}`, "2026-08-12T14:55:00+08:00"},
		{`{"to":"t-20260812-01"}`, "2026-08-12T14:55:00+08:00"},
		{`{"to":"feedback"}`, "2026-08-12T14:55:00+08:00"},
		{`{"to":"workday"}`, "2026-08-13T09:00:00+08:00"},
		{`{"set":"2026-08-13T02:00:00Z"}`, "2026-08-13T10:00:00+08:00"},
		{`{"advance":"0s"}`, "2026-08-13T10:00:00+08:00"},
	} {
		status, raw := l.raw(http.MethodPost, "/api/clock", c.body)
		if status != http.StatusOK || !strings.Contains(string(raw), `"now":"`+c.now+`","messages":[],"held":[]`) {
			t.Errorf("%s: %d %s", c.body, status, raw)
		}
	}
	if diff := cmp.Diff([]string{"", "T-20260812-01", "feedback"}, tasks); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	if r := l.post("/api/clock", `{"to":"T-1"}`, http.StatusBadRequest); r.Error != "没有这项待办，许哲那里也没有。" {
		t.Errorf("a rule's no is told as %q", r.Error)
	}
}

func TestStateListsPeopleAndChats(t *testing.T) {
	l := open(t, "")
	if _, raw := l.raw(http.MethodGet, "/api/state", nil); strings.TrimSpace(string(raw)) != `{"now":"2026-08-12T13:55:00+08:00","people":[],"chats":[]}` {
		t.Errorf("with nobody: %s", raw)
	}
	l = company(t, "")
	var got struct {
		Now    string
		People []Person
		Chats  []Chat
	}
	_, raw := l.raw(http.MethodGet, "/api/state", nil)
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.People) != 4 || got.People[3] != (Person{ID: "p4", Name: "许哲", Department: "研发部", Title: "架构工程师", Leader: "p1", Active: true}) {
		t.Errorf("people %+v", got.People)
	}
	want := []Chat{{ID: "g1", Name: "新品A项目群", Kind: "group", Members: []string{"p1", "p4"}}, {ID: "d1", Name: "周敏", Kind: "p2p", Members: []string{"p1"}}}
	if diff := cmp.Diff(want, got.Chats[:2]); diff != "" {
		t.Errorf("chats (-want +got):\n%s", diff)
	}
}

func TestResetBeginsAnew(t *testing.T) {
	dir := t.TempDir()
	l := company(t, dir)
	old := l.send(bot.Out{UUID: "u1", Chat: "playground:g1", Text: "早先"})
	if err := l.p.Switch(bot.Abilities{}); err != nil {
		t.Fatal(err)
	}
	l.world.reset = func(empty bool) error {
		if !empty {
			return errors.New("want an empty company")
		}
		return l.p.Wipe()
	}
	if status, raw := l.raw(http.MethodPost, "/api/reset", `{"empty":true}`); status != http.StatusOK || !strings.Contains(string(raw), `{"now":"2026-08-12T13:55:00+08:00"}`) {
		t.Fatalf("%d %s", status, raw)
	}
	if len(l.p.People())+len(l.p.Chats()) != 0 || l.p.Abilities() != all() {
		t.Error("something is left")
	}
	l.stop()
	l = open(t, dir)
	if len(l.p.People()) != 0 {
		t.Error("people came back after a restart")
	}
	if _, err := l.p.SavePerson(t.Context(), Person{Name: "李雷", Active: true}); err != nil {
		t.Fatal(err)
	}
	if m := l.send(bot.Out{UUID: "u1", Account: "playground:p1", Text: "新的"}); m.ID != "m1" || m.Seq <= old.Seq {
		t.Errorf("a page that missed the reset would not see %+v", m)
	}
}

func TestGuideNamesAreIDs(t *testing.T) {
	l := company(t, "")
	if status, raw := l.raw(http.MethodGet, "/api/guide", nil); status != http.StatusNotFound {
		t.Errorf("without a guide: %d %s", status, raw)
	}
	l.world.guide = &Guide{Current: "b", Steps: []Step{{ID: "a", User: "周敏", Chat: "新品A项目群", Done: true}, {ID: "b", User: "p4", Chat: "@许哲"}, {ID: "c"}}}
	_, raw := l.raw(http.MethodGet, "/api/guide", nil)
	var got Guide
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	want := Guide{Current: "b", Steps: []Step{{ID: "a", User: "p1", Chat: "g1", Done: true}, {ID: "b", User: "p4", Chat: "d4"}, {ID: "c"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFilesComeBackAsAttachments(t *testing.T) {
	l := company(t, "")
	body := "<script>alert(1)</script>"
	status, raw := l.raw(http.MethodPost, "/api/files?name=..%2F..%2F%E8%AF%81%E6%8D%AE.html", body)
	if status != http.StatusOK || strings.TrimSpace(string(raw)) != `{"file":"f1"}` {
		t.Fatalf("%d %s", status, raw)
	}
	for _, path := range []string{"/api/files/f1", "/api/files/" + string(l.p.record.files["f1"].File)} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.srv.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		l.p.Handler(l.world).ServeHTTP(rec, r)
		h := rec.Header()
		if rec.Body.String() != body || h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename*=") ||
			!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || strings.Contains(h.Get("Content-Disposition"), "..") {
			t.Errorf("%s: %q %v", path, rec.Body, h)
		}
	}
	if status, raw := l.raw(http.MethodGet, "/api/files/f2", nil); status != http.StatusNotFound {
		t.Errorf("unknown file: %d %s", status, raw)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	l := company(t, "")
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"/api/files?name=a.txt", "", 400, "空的"},
		{"/api/files", "x", 400, "文件名"},
		{"/api/files?name=..", "x", 400, "文件名"},
		{"/api/files?name=a%00%0A", "x", 200, "f1"},
		{"/api/files?name=a.txt", strings.Repeat("x", bot.MaxFile), 200, "f2"},
		{"/api/files?name=a.txt", strings.Repeat("x", bot.MaxFile+1), 413, "20 MB"},
		{"/api/files?name=a.txt", strings.Repeat("x", bot.MaxFile+100), 413, "20 MB"},
	} {
		status, raw := l.raw(http.MethodPost, c.path, c.body)
		if status != c.status || !strings.Contains(string(raw), c.says) {
			t.Errorf("%s with %d bytes: %d %s", c.path, len(c.body), status, raw)
		}
	}
}

func TestFaultsOfOursAreHidden(t *testing.T) {
	l := company(t, "")
	l.world.settle = func() error { return errors.New("secret") }
	r := l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "x", Event: "e"}, http.StatusInternalServerError)
	if strings.Contains(r.Error, "secret") || !strings.Contains(r.Error, "编号") {
		t.Errorf("says %q", r.Error)
	}
	l.world.settle = func() error { panic("secret") }
	if r := l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "x", Event: "e"}, http.StatusInternalServerError); strings.Contains(r.Error, "secret") {
		t.Errorf("says %q", r.Error)
	}
	l.world.settle = func() error { return Refused{Status: http.StatusTeapot, Say: "不行。"} }
	if r := l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "x", Event: "e"}, http.StatusTeapot); r.Error != "不行。" {
		t.Errorf("says %q", r.Error)
	}
	l.world.settle = nil
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "x", Event: "e"}, http.StatusOK)
	l.post("/api/clock", `{"advance":"1h"}`, http.StatusOK)
}

func TestRequestThatIsGivenUpIsNotAnswered(t *testing.T) {
	l := company(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/api/taps", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	l.p.Handler(l.world).ServeHTTP(rec, r)
	if rec.Body.Len() != 0 {
		t.Errorf("answered %s", rec.Body)
	}
}

func TestCardHasAllItsParts(t *testing.T) {
	l := company(t, "")
	c := question()
	c.Fields = []card.Field{{Label: "做什么", Value: "方案"}}
	c.Table = &card.Table{Head: []string{"编号"}, Rows: [][]string{{"T-1"}}}
	c.Files = []card.File{{Name: "表", URL: "https://example.com/x"}, {Name: "图", URL: "/api/files/f3"}}
	c.Buttons[1].Confirm = "撤销后不再提醒"
	c.Inputs[0].Value = []string{"@{p104}"}
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p1", Card: c})
	raw, err := json.Marshal(m.Card)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"title":"还差几项","tone":"yellow","fields":[{"label":"做什么","value":"方案"}],"table":{"head":["编号"],"rows":[["T-1"]]},"body":"由谁牵头？",` +
		`"inputs":[{"name":"责任人","label":"由谁牵头","kind":"person","required":true,"options":[{"value":"p4","label":"许哲（研发部）"},` +
		`{"value":"p2","label":"王工（质量部）"},{"value":"p3","label":"王工（IT部）"}],"value":["p4"]},` +
		`{"name":"截止","label":"哪天交","kind":"datetime","required":false,"value":[]},` +
		`{"name":"优先","label":"优先级","kind":"select","required":false,"options":[{"value":"high","label":"高"}],"value":[]},` +
		`{"name":"files","label":"附件","kind":"file","required":false,"value":[]}],` +
		`"buttons":[{"id":"交办","label":"交办","submit":true},{"id":"撤销","label":"不记了","confirm":"撤销后不再提醒"}],` +
		`"files":[{"name":"表","url":"https://example.com/x"},{"name":"图","url":"/api/files/f3"}]}`
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
