package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // to write what only a newer program writes

	"huiban/bot/workday"
)

// A page is the demo by its JSON interface, as scripts use it.
type page struct {
	t       *testing.T
	address string
	events  int
}

type shownMessage struct {
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	Chat string `json:"chat"`
	From string `json:"from"`
	Text string `json:"text"`
	Card *struct {
		Title   string `json:"title"`
		Body    string `json:"body"`
		Buttons []struct {
			ID     string `json:"id"`
			Label  string `json:"label"`
			Submit bool   `json:"submit"`
		} `json:"buttons"`
		Inputs []struct {
			Name string `json:"name"`
		} `json:"inputs"`
	} `json:"card"`
}

type answer struct {
	Now      time.Time      `json:"now"`
	Toast    string         `json:"toast"`
	Messages []shownMessage `json:"messages"`
	Held     []struct {
		What string `json:"what"`
		Why  string `json:"why"`
	} `json:"held"`
	Error string `json:"error"`
}

// post sends a body and wants a status.
func (p *page) post(status int, path string, body any) answer {
	p.t.Helper()
	text, err := json.Marshal(body)
	must(p.t, err)
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.address+path, bytes.NewReader(text))
	must(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	return p.do(status, req)
}

func (p *page) get(path string) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.address+path, nil)
	must(p.t, err)
	return p.do(http.StatusOK, req)
}

func (p *page) do(status int, req *http.Request) answer {
	p.t.Helper()
	res, err := http.DefaultClient.Do(req)
	must(p.t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	must(p.t, err)
	if res.StatusCode != status {
		p.t.Fatalf("%s: %s %s", req.URL.Path, res.Status, text)
	}
	var a answer
	must(p.t, json.Unmarshal(text, &a))
	return a
}

func (p *page) say(chat, user, text string) answer {
	p.t.Helper()
	p.events++
	return p.post(http.StatusOK, "/api/messages", map[string]any{"chat": chat, "user": user, "text": text, "event": fmt.Sprintf("s%d", p.events)})
}

func (p *page) clock(body map[string]string) answer {
	p.t.Helper()
	return p.post(http.StatusOK, "/api/clock", body)
}

// tap taps the newest card of a chat that has the button.
func (p *page) tap(chat, user, button string, form map[string][]string) answer {
	p.t.Helper()
	p.events++
	list := p.get("/api/messages?chat=" + chat).Messages
	for _, m := range slices.Backward(list) {
		if m.Card == nil {
			continue
		}
		for _, b := range m.Card.Buttons {
			if b.ID == button {
				return p.post(http.StatusOK, "/api/taps", map[string]any{
					"message": m.ID, "seq": m.Seq, "user": user, "button": button, "form": form, "event": fmt.Sprintf("t%d", p.events),
				})
			}
		}
	}
	p.t.Fatalf("no card with %s in %s", button, chat)
	return answer{}
}

// said joins everything that an answer shows.
func (a answer) said() string {
	var b strings.Builder
	b.WriteString(a.Toast + "\n")
	for _, m := range a.Messages {
		if m.From != "bot" {
			continue
		}
		b.WriteString(m.Text + "\n")
		if m.Card != nil {
			b.WriteString(m.Card.Title + "\n" + m.Card.Body + "\n")
		}
	}
	return b.String()
}

func says(t *testing.T, a answer, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(a.said(), w) {
			t.Errorf("%q is not said in:\n%s", w, a.said())
		}
	}
}

// TestLifeByTheInterface is the whole life over HTTP with a restart in the
// middle, by taps on the platform as it is and by words on the narrow one.
func TestLifeByTheInterface(t *testing.T) {
	t.Parallel()
	t.Run("full", func(t *testing.T) {
		t.Parallel()
		theLife(t, false)
	})
	t.Run("narrow", func(t *testing.T) {
		t.Parallel()
		theLife(t, true)
	})
}

func theLife(t *testing.T, narrow bool) {
	t.Helper()
	const number = "T-20260812-00-01"
	dir := filepath.Join(t.TempDir(), "demo")
	d := startDemo(t, "--data", dir)
	p := &page{t: t, address: d.address}
	if narrow {
		p.post(http.StatusOK, "/api/faults", map[string]any{"abilities": map[string]bool{}})
	}
	act := func(who, button, words string) answer {
		t.Helper()
		if narrow {
			return p.say("@"+who, who, words)
		}
		return p.tap("@"+who, who, button, nil)
	}
	says(t, p.say("新品A项目群", "周敏", "@会办 待办 @许哲 完成A方案技术文档 截止:8月17日17:00 优先:高"), "完成A方案技术文档：待确认", "请您确认")
	says(t, p.tap("新品A项目群", "周敏", "确认", nil), "要许哲本人确认")
	says(t, act("许哲", "确认", "确认 00-01"), "已确认")
	for _, moment := range []string{"08-14 09:00", "08-17 15:00", "08-17 17:00"} {
		if now := p.clock(map[string]string{"to": number}).Now.In(workday.Zone).Format("01-02 15:04"); now != moment {
			t.Errorf("the next reminder is at %s, want %s", now, moment)
		}
	}
	before := p.get("/api/messages").Messages
	d.stop()
	p.address = startDemo(t, "--data", dir).address
	if after := p.get("/api/messages").Messages; len(after) != len(before) || len(after) == 0 {
		t.Errorf("%d messages before the restart, %d after", len(before), len(after))
	}
	for _, moment := range []string{"08-18 13:00", "08-18 17:00"} {
		if now := p.clock(map[string]string{"to": number}).Now.In(workday.Zone).Format("01-02 15:04"); now != moment {
			t.Errorf("the next reminder is at %s, want %s", now, moment)
		}
	}
	says(t, p.say("@许哲", "许哲", "完成 00-01 https://example.com/a-plan"), "周敏验收")
	says(t, act("周敏", "通过", "通过 0812-00-01"), "验收通过", "逾期1个工作日")
	a := p.post(http.StatusBadRequest, "/api/clock", map[string]string{"to": number})
	if !strings.Contains(a.Error, "没有提醒了") {
		t.Errorf("a closed task still speaks: %q", a.Error)
	}
}

func TestSecondDemoOnTheSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	startDemo(t, "--data", dir, "--empty")
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"demo", "--data", dir, "--listen", "127.0.0.1:0"}, nil, &out, &errs)
	if code != failed || !strings.Contains(errs.String(), dir) || !strings.Contains(errs.String(), "正被另一个会办使用") {
		t.Errorf("exit %d, said %s", code, errs.String())
	}
}

// TestDemoLeavesOtherDataAlone: it begins by wiping, so never in a folder that
// is not its own.
func TestDemoLeavesOtherDataAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"migrate"}, []string{"HUIBAN_DATA=" + dir}, &out, &out); code != done {
		t.Fatalf("exit %d: %s", code, out.String())
	}
	before, err := os.ReadFile(filepath.Join(dir, "huiban.db"))
	must(t, err)
	code := run(t.Context(), []string{"demo", "--data", dir, "--listen", "127.0.0.1:0"}, nil, &out, &out)
	after, err := os.ReadFile(filepath.Join(dir, "huiban.db"))
	must(t, err)
	if code != failed || !strings.Contains(out.String(), "--data 换一个文件夹") || !bytes.Equal(before, after) {
		t.Errorf("exit %d, said %s", code, out.String())
	}
}

func TestOldProgramRefusesANewerDatabase(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	if code := startDemo(t, "--data", dir, "--empty").stop(); code != done {
		t.Fatalf("exit %d", code)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "huiban.db"))
	must(t, err)
	_, err = db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
	must(t, err)
	must(t, db.Close())
	for _, args := range [][]string{{"demo", "--data", dir, "--listen", "127.0.0.1:0"}, {"migrate"}, {"serve"}} {
		var out, errs bytes.Buffer
		code := run(t.Context(), args, []string{"HUIBAN_DATA=" + dir}, &out, &errs)
		if code != failed || !strings.Contains(errs.String(), "新") {
			t.Errorf("%v: exit %d, said %s", args, code, errs.String())
		}
	}
}

// TestClockIsKeptAndNeverGoesBack over restarts, whatever --at says.
func TestClockIsKeptAndNeverGoesBack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	at := func(s string) []string {
		return []string{"--data", dir, "--empty", "--at", s}
	}
	now := func(d *aDemo) string {
		return (&page{t: t, address: d.address}).get("/api/state").Now.Format("01-02 15:04")
	}
	d := startDemo(t, at("2026-08-12T13:55:00+08:00")...)
	(&page{t: t, address: d.address}).clock(map[string]string{"advance": "26h"})
	d.stop()
	for start, want := range map[string]string{"2026-08-12T13:55:00+08:00": "08-13 15:55"} {
		if d = startDemo(t, at(start)...); now(d) != want {
			t.Errorf("restarted at %s: %s, want %s", start, now(d), want)
		}
		d.stop()
	}
	if d = startDemo(t, at("2026-08-20T09:00:00+08:00")...); now(d) != "08-20 09:00" {
		t.Errorf("--at did not move the clock on: %s", now(d))
	}
	p := &page{t: t, address: d.address}
	if a := p.post(http.StatusBadRequest, "/api/clock", map[string]string{"set": "2026-08-19T09:00:00+08:00"}); !strings.Contains(a.Error, "往后") {
		t.Errorf("refused with %q", a.Error)
	}
}

// TestResetBeginsAnew with the sample or with nothing, and goes on working; whoever
// looks meanwhile sees the old or the new, and the race detector nothing.
func TestResetBeginsAnew(t *testing.T) {
	t.Parallel()
	d := startDemo(t, "--data", filepath.Join(t.TempDir(), "demo"))
	p := &page{t: t, address: d.address}
	p.say("新品A项目群", "周敏", "@会办 待办 @许哲 完成A方案技术文档 截止:8月17日17:00 优先:高")
	p.clock(map[string]string{"advance": "48h"})
	before := len(p.get("/api/messages").Messages)
	var readers sync.WaitGroup
	for _, path := range []string{"/api/state", "/api/guide", "/api/messages"} {
		readers.Go(func() {
			for range 20 {
				p.get(path)
			}
		})
	}
	a := p.post(http.StatusOK, "/api/reset", map[string]bool{"empty": false})
	readers.Wait()
	after := len(p.get("/api/messages").Messages)
	if a.Now.Format("01-02 15:04") != "08-12 05:55" && a.Now.Format("01-02 15:04") != "08-12 13:55" || after >= before || after == 0 {
		t.Errorf("now %s, %d messages before and %d after", a.Now, before, after)
	}
	says(t, p.say("新品A项目群", "周敏", "@会办 我派出的"))
	p.post(http.StatusOK, "/api/reset", map[string]bool{"empty": true})
	if n := len(p.get("/api/messages").Messages); n != 0 {
		t.Errorf("%d messages in an empty demo", n)
	}
	p.post(http.StatusOK, "/api/people", map[string]any{"name": "李雷", "department": "研发部", "active": true})
	says(t, p.say("@李雷", "李雷", "帮助"), "待办")
}

func TestArgumentsAreChecked(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "huiban.yaml")
	must(t, os.WriteFile(file, []byte("dta: x\n"), 0o600))
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"version"}, done, "huiban "},
		{[]string{"--help"}, done, "demo"},
		{nil, done, "demo"},
		{[]string{"demoo"}, misuse, "huiban --help"},
		{[]string{"demo", "--att", "x"}, misuse, "--att"},
		{[]string{"demo", "--at", "明天", "--data", t.TempDir()}, misuse, "2026-08-12T13:55:00+08:00"},
		{[]string{"demo", "--listen", "0.0.0.0:0", "--data", t.TempDir()}, misuse, "127.0.0.1"},
		{[]string{"serve", "--config", file}, misuse, "没有“dta”这一项"},
		{[]string{"doctor", "--config", filepath.Join(t.TempDir(), "none.yaml")}, misuse, "找不到配置文件"},
	} {
		var out bytes.Buffer
		if code := run(context.WithoutCancel(t.Context()), c.args, nil, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%v: exit %d, want %d; said %s", c.args, code, c.code, out.String())
		}
	}
}

// TestServeChecksItsDatabaseFirst, then says what is missing.
func TestServeChecksItsDatabaseFirst(t *testing.T) {
	t.Parallel()
	environ := []string{"HUIBAN_DATA=" + t.TempDir()}
	for _, c := range []struct {
		verb string
		code int
		says string
	}{
		{"serve", failed, "huiban migrate"},
		{"serve", failed, "docs/feishu.md"}, // both at once: nobody migrates only to read it
		{"doctor", failed, "huiban migrate"},
		{"migrate", done, "数据库已升级"},
		{"migrate", done, "已经是最新的"},
		{"doctor", done, "数据库可用"},
		{"serve", failed, "docs/feishu.md"},
		{"serve", failed, "docs/dingtalk.md"},
		{"doctor", done, "docs/dingtalk.md"},
	} {
		var out bytes.Buffer
		if code := run(t.Context(), []string{c.verb}, environ, &out, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: exit %d, want %d; said %s", c.verb, code, c.code, out.String())
		}
	}
}
