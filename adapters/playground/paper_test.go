package playground

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/paper"
)

// minutes are a document with all that one can have.
func minutes() paper.Doc {
	doc := paper.Doc{
		Title: "新品A方案评审会会议纪要", Mark: "【终稿 v1.0】",
		Head: []string{"纪要编号：产品-20260812-01-1", "阅读范围：仅参会"},
		Foot: []string{"以终稿为准，不再单独修改。", "校验码：3f9a0c21"},
	}
	doc.Heading(1, "一、会议基本信息")
	doc.Grid(nil, [][]string{{"会议时间", "2026年8月12日 14:00—14:19（实际）"}, {"主持人", "产品部 周敏"}})
	doc.Heading(1, "二、各议题讨论要点")
	doc.Heading(2, "议题1 A/B方案二选一（用时19分/计划30分）")
	doc.Para("结论：同意采用A方案，由研发部牵头\n依据：用户调研第3页，70%用户偏好")
	doc.Heading(3, "不同观点")
	doc.Heading(1, "四、待办任务清单")
	doc.Grid([]string{"任务ID", "任务描述", "责任人"}, [][]string{{"T-20260812-01-01", "完成A方案技术文档", "许哲（研发部）"}})
	return doc
}

// read asks for a paper as a browser does.
func (l *lab) read(target string) (status int, kind, body string) {
	l.tb.Helper()
	rec := l.ask(http.MethodGet, target, map[string]string{"Accept": "text/html,*/*;q=0.8"}, "")
	return rec.Code, rec.Header().Get("Content-Type"), rec.Body.String()
}

func TestPaperIsAPageToPrint(t *testing.T) {
	l := company(t, "")
	l.paper = func(who bot.Account, kind string, id int64) (paper.Doc, error) {
		if who != "playground:p4" || kind != "minutes" || id != 12 {
			t.Errorf("asked for %s %s %d", who, kind, id)
		}
		return minutes(), nil
	}
	rec := l.ask(http.MethodGet, "/paper/minutes/12?user=%E8%AE%B8%E5%93%B2", nil, "")
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
	if got := rec.Header().Get("Content-Security-Policy"); got != policy {
		t.Errorf("policy %q", got)
	}
	if got := rec.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "inline;") {
		t.Errorf("disposition %q", got)
	}
	bottest.Golden(t, filepath.Join("testdata", "paper.html"), rec.Body.String())
	for _, file := range []string{"/paper.css", "/paper.js"} {
		if rec := l.ask(http.MethodGet, file, nil, ""); rec.Code != http.StatusOK {
			t.Errorf("%s: %d", file, rec.Code)
		}
	}
}

// TestPaperEscapes puts hostile words into every place of a document.
func TestPaperEscapes(t *testing.T) {
	const bad = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}javascript:&#60;` + "\x00\u202e"
	l := company(t, "")
	l.paper = func(bot.Account, string, int64) (paper.Doc, error) {
		doc := minutes().Map(func(string) string { return bad })
		doc.Grid([]string{bad}, [][]string{{bad, bad}, {}})
		return doc, nil
	}
	status, _, body := l.read("/paper/minutes/1?user=p1")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	for _, sign := range []string{"<script>", "<img", `"'>`, "onerror=alert(1)>"} {
		if strings.Contains(body, sign) {
			t.Errorf("%q came through", sign)
		}
	}
	if strings.Count(body, "<script") != 1 || !strings.Contains(body, "&lt;script&gt;alert(1)") {
		t.Errorf("not shown as typed: %s", body)
	}
}

func TestPaperIsRefusedInWords(t *testing.T) {
	l := company(t, "")
	l.paper = func(_ bot.Account, kind string, id int64) (paper.Doc, error) {
		switch {
		case kind == "task":
			return paper.Doc{}, fmt.Errorf("paper %q: %w", kind, meeting.ErrNotFound)
		case id == 7:
			return paper.Doc{}, errors.New("disk on fire")
		}
		return paper.Doc{}, fmt.Errorf("paper minutes 1: %w", meeting.Refuse("R18", "只给参会的人看，请问@{p101}。<b>"))
	}
	for _, c := range []struct {
		target string
		status int
		says   string
	}{
		{"/paper/minutes/1?user=p1", http.StatusForbidden, "请问周敏"},
		{"/paper/task/1?user=p1", http.StatusNotFound, "没有这份文件"},
		{"/paper/minutes/99999999999999999999?user=p1", http.StatusNotFound, "没有这份文件"},
		{"/paper/minutes/x?user=p1", http.StatusNotFound, "没有这份文件"},
		{"/paper/minutes/1", http.StatusBadRequest, "?user="},
		{"/paper/minutes/1?user=p99", http.StatusNotFound, "p99"},
		{"/paper/minutes/1?user=%E7%8E%8B%E5%B7%A5", http.StatusConflict, "王工（质量部）"},
		{"/paper/minutes/7?user=p1", http.StatusInternalServerError, "编号"},
	} {
		status, kind, body := l.read(c.target)
		if status != c.status || kind != "text/html; charset=utf-8" || !strings.Contains(body, c.says) || strings.Contains(body, "<b>") || strings.Contains(body, "fire") {
			t.Errorf("%s in a browser: %d %s %s", c.target, status, kind, body)
		}
		status, raw := l.raw(http.MethodGet, c.target, nil)
		if status != c.status || !strings.HasPrefix(string(raw), `{"error":"`) || !strings.Contains(string(raw), c.says) {
			t.Errorf("%s in a script: %d %s", c.target, status, raw)
		}
	}
	if status, _ := l.raw(http.MethodPost, "/paper/minutes/1?user=p1", `{}`); status != http.StatusMethodNotAllowed {
		t.Errorf("a paper was written to: %d", status)
	}
	if _, err := (&server{p: &Platform{}}).paper(&http.Request{}); !errors.Is(err, meeting.ErrNotFound) {
		t.Errorf("where there are no papers: %v", err)
	}
}

// TestPaperLinks: a card names a paper, and its link says who reads where that
// is known.
func TestPaperLinks(t *testing.T) {
	l := company(t, "")
	c := &card.Card{Title: "纪要已分发", Files: []card.File{{Name: "会议纪要", URL: "paper:minutes/12"}, {Name: "方案.pdf", URL: "abc"}}}
	for _, x := range []struct {
		out  bot.Out
		want string
	}{
		{bot.Out{UUID: "u1", Account: "playground:p4", Card: c}, "/paper/minutes/12?user=p4"},
		{bot.Out{UUID: "u2", Chat: "playground:g1", Card: c}, "/paper/minutes/12"},
	} {
		m := l.send(x.out)
		if f := m.Card.Files; len(f) != 2 || f[0] != (File{Name: "会议纪要", URL: x.want}) || f[1].URL != filesPath+"abc" {
			t.Errorf("files %+v, want %s", f, x.want)
		}
	}
}
