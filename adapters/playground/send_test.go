package playground

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/card"
)

func TestSameUUIDIsOneMessage(t *testing.T) {
	dir := t.TempDir()
	l := company(t, dir)
	o := bot.Out{UUID: "u1", Chat: "playground:g1", Text: "大家好", Why: "到期前1个工作日"}
	m := l.send(o)
	if again := l.send(o); again.ID != m.ID || again.Seq != m.Seq {
		t.Errorf("sent twice: %+v %+v", m, again)
	}
	edit := bot.Out{UUID: "u2", Edit: bot.MessageID(m.ID), Text: "各位好"}
	changed := l.send(edit)
	l.stop()
	l = open(t, dir)
	if again := l.send(o); again.ID != m.ID || again.Text != "各位好" {
		t.Errorf("after a restart: %+v", again)
	}
	if again := l.send(edit); again.Seq != changed.Seq {
		t.Errorf("an edit counts twice over a restart: %+v", again)
	}
	if got := l.send(bot.Out{UUID: "u3", Chat: "playground:g1", Text: "另一句"}); got.ID != "m2" || got.Seq != 3 {
		t.Errorf("the next message is %+v", got)
	}
}

func TestFaultsAreVerdicts(t *testing.T) {
	l := company(t, "")
	send := func(uuid string) error {
		_, err := l.p.Send(context.Background(), bot.Out{UUID: uuid, Account: "playground:p4", Text: uuid})
		return err
	}
	fault := func(answer string) {
		t.Helper()
		if err := l.p.Fault("许哲", "", answer); err != nil {
			t.Fatal(err)
		}
	}
	fault(answerGone)
	if err := send("gone"); !bot.IsPermanent(err) {
		t.Errorf("gone: %v", err)
	}
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "other", Account: "playground:p1", Text: "别人"}); err != nil {
		t.Errorf("another person: %v", err)
	}
	fault(answerRetry)
	err := send("retry")
	if _, waits := bot.Delay(err); err == nil || bot.IsPermanent(err) || !waits {
		t.Errorf("retry: %v", err)
	}
	fault(answerTimeout)
	if err := send("timeout"); err == nil || bot.IsPermanent(err) {
		t.Errorf("timeout: %v", err)
	}
	if err := send("timeout"); err != nil {
		t.Errorf("the same again: %v", err)
	}
	fault(answerOK)
	if err := send("retry"); err != nil {
		t.Errorf("ok: %v", err)
	}
	var texts []string
	list, _ := l.p.Messages("许哲", 0)
	for _, m := range list {
		texts = append(texts, m.Text)
	}
	if diff := cmp.Diff([]string{"timeout", "retry"}, texts); diff != "" {
		t.Errorf("what arrived (-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeSentIsPermanent(t *testing.T) {
	l := company(t, "")
	mine, err := l.p.Say(t.Context(), Line{Chat: "d1", User: "p1", Text: "我的话"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.p.SavePerson(t.Context(), Person{ID: "p4", Name: "许哲"}); err != nil {
		t.Fatal(err)
	}
	for what, o := range map[string]bot.Out{
		"unknown account": {Account: "playground:p99", Text: "x"},
		"foreign account": {Account: "feishu:p1", Text: "x"},
		"who left":        {Account: "playground:p4", Text: "x"},
		"unknown chat":    {Chat: "playground:g9", Text: "x"},
		"unknown message": {Edit: "m99", Text: "x"},
		"another's words": {Edit: bot.MessageID(mine), Text: "x"},
		"nothing":         {Account: "playground:p1"},
	} {
		if _, err := l.p.Send(t.Context(), o); !bot.IsPermanent(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.p.Send(ctx, bot.Out{Account: "playground:p1", Text: "x"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestNarrowPlatform(t *testing.T) {
	l := company(t, "")
	people := map[string]bot.Shown{"@{p104}": {Name: "许哲", Account: "playground:p4"}, "@{p109}": {Name: "李雷"}}
	full := question()
	full.Title, full.Files = "@{p104}和@{p109}", []card.File{{Name: "表.xlsx", URL: "abc"}}
	o := bot.Out{UUID: "u1", Chat: "playground:g1", Text: "请@{p104}看", Card: full, People: people}
	wide := l.send(o)
	if wide.Text != "请@许哲看" || wide.Card.Title != "@许哲和李雷" || len(wide.Card.Inputs) != 4 || wide.Card.Files[0].URL != "/api/files/abc" {
		t.Errorf("wide: %q %+v", wide.Text, wide.Card)
	}
	if err := l.p.Switch(bot.Abilities{}); err != nil {
		t.Fatal(err)
	}
	if got := l.p.Abilities(); got != (bot.Abilities{}) {
		t.Errorf("abilities %+v", got)
	}
	o.UUID = "u2"
	narrow := l.send(o)
	if narrow.Text != "请许哲看" || narrow.Card.Title != "许哲和李雷" || len(narrow.Card.Inputs) != 0 || narrow.Card.Files[0].URL != "" {
		t.Errorf("narrow: %q %+v", narrow.Text, narrow.Card)
	}
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u3", Edit: bot.MessageID(wide.ID), Text: "x"}); !bot.IsPermanent(err) {
		t.Errorf("edit: %v", err)
	}
}

func TestUserTextStaysText(t *testing.T) {
	l := company(t, "")
	nasty := `<script>alert(1)</script> **x** @{p104} "&`
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p1", Text: "说：" + nasty, Card: &card.Card{
		Title: nasty, Tone: card.Red, Fields: []card.Field{{Label: "说", Value: nasty}},
		Table: &card.Table{Head: []string{"a"}, Rows: [][]string{{nasty}}},
	}})
	if m.Text != "说："+nasty || m.Card.Title != nasty || m.Card.Fields[0].Value != nasty || m.Card.Table.Rows[0][0] != nasty {
		t.Errorf("changed on the way: %+v %+v", m, m.Card)
	}
	_, raw := l.raw("GET", "/api/messages", nil)
	if !strings.Contains(string(raw), "alert(1)") || strings.Contains(string(raw), "<") {
		t.Errorf("markup in the answer: %s", raw)
	}
}

func TestDirectoryAndRoster(t *testing.T) {
	l := company(t, "")
	want := bot.Profile{Account: "playground:p4", Name: "许哲", Department: "研发部", Title: "架构工程师", Leader: "playground:p1"}
	got, err := l.p.Profile(t.Context(), "playground:p4")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("profile %+v, %v", got, err)
	}
	if _, err := l.p.Profile(t.Context(), "playground:p9"); !errors.Is(err, bot.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
	if _, err := l.p.SavePerson(t.Context(), Person{ID: "p1", Name: "周敏", Active: false}); err != nil {
		t.Fatal(err)
	}
	members, err := l.p.Members(t.Context(), "playground:g1")
	if err != nil || !cmp.Equal([]bot.Account{"playground:p4"}, members) {
		t.Errorf("members %v, %v", members, err)
	}
	if _, err := l.p.Members(t.Context(), "playground:g9"); err == nil {
		t.Error("an unknown group has members")
	}
}

func TestPeopleAreAnnounced(t *testing.T) {
	l := company(t, "")
	if _, err := l.p.SavePerson(t.Context(), Person{ID: "p4", Name: "许哲"}); err != nil {
		t.Fatal(err)
	}
	l.in.mu.Lock()
	last := l.in.happened[len(l.in.happened)-1]
	if len(l.in.happened) != 5 || last.Kind != bot.Left || last.Account != "playground:p4" || !last.Profile.Inactive {
		t.Errorf("%d happenings, the last %+v", len(l.in.happened), last)
	}
	l.in.mu.Unlock()

	// A fresh engine is told of everybody before it hears anything.
	dir := t.TempDir()
	company(t, dir).stop()
	l = open(t, dir)
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "帮助"}, 200)
	l.in.mu.Lock()
	defer l.in.mu.Unlock()
	if len(l.in.happened) != 4 || l.in.happened[3].Profile.Name != "许哲" {
		t.Errorf("announced %+v", l.in.happened)
	}
}

func TestOneInboxAtATime(t *testing.T) {
	l := company(t, "")
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "帮助"}, 200) // it runs
	if err := l.p.Run(t.Context(), &inbox{seen: map[string]bool{}}); err == nil {
		t.Error("two inboxes at once")
	}
}

func TestWithoutAnInboxRequestsAreAskedToWait(t *testing.T) {
	w := &world{now: wednesday()}
	p, err := New(Options{Vault: &vault{}, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	p.patience = time.Millisecond
	if _, err := p.SavePerson(t.Context(), Person{Name: "周敏", Active: true}); err != nil {
		t.Fatal(err)
	}
	_, err = p.Say(t.Context(), Line{Chat: "@周敏", User: "周敏", Text: "帮助"})
	var no *Refused
	if !errors.As(err, &no) || no.Status != 503 {
		t.Errorf("got %v", err)
	}
}

func TestOptionsAreRequired(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("a platform without a vault and a clock")
	}
}
