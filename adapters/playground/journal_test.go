package playground

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/card"
)

// everything is all that a platform remembers, as it answers.
func (l *lab) everything() string {
	l.tb.Helper()
	_, state := l.raw(http.MethodGet, "/api/state", nil)
	_, messages := l.raw(http.MethodGet, "/api/messages", nil)
	return string(state) + string(messages)
}

// eventful is a lab where something of every kind has happened.
func eventful(t *testing.T, dir string) *lab {
	t.Helper()
	l := company(t, dir)
	id, err := l.p.Upload(t.Context(), "证据.pdf", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "完成", Files: []string{id}, Event: "e-1"}, http.StatusOK)
	m := l.send(bot.Out{UUID: "u1", Account: "playground:p4", ReplyTo: "m1", Card: question(), Why: "提醒"})
	l.send(bot.Out{UUID: "u2", Edit: bot.MessageID(m.ID), Card: &card.Card{Title: "已交办", Tone: card.Green}})
	if err := errors.Join(l.p.Fault("p4", "", answerGone), l.p.Switch(bot.Abilities{Edits: true})); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRestartLosesNothing(t *testing.T) {
	dir := t.TempDir()
	l := eventful(t, dir)
	before := l.everything()
	l.stop()
	l = open(t, dir)
	if diff := cmp.Diff(before, l.everything()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if l.p.Abilities() != (bot.Abilities{Edits: true}) {
		t.Errorf("abilities %+v", l.p.Abilities())
	}
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u3", Account: "playground:p4", Text: "x"}); !bot.IsPermanent(err) {
		t.Errorf("the fault is forgotten: %v", err)
	}
	r := l.post("/api/taps", Press{Message: "m2", Seq: 2, User: "p4", Button: "交办", Form: map[string][]string{"责任人": {"许哲"}}}, http.StatusOK)
	if got := l.in.lastTap(t); r.Toast == "" || got.Form["责任人"][0] != "@{p104}" || got.Do.Args["draft"] != "1" {
		t.Errorf("an old face does %+v", got)
	}
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "完成", Event: "e-1"}, http.StatusOK)
	if got := l.in.lastMessage(t); got.ID != "m1" || len(got.Files) != 1 {
		t.Errorf("the event again is %+v", got)
	}
}

func TestTornLineIsDropped(t *testing.T) {
	for what, tail := range map[string]string{
		"cut short":      `{"message":{"id":"m3","ch`,
		"zeros":          "\x00\x00\x00\x00",
		"cut and closed": "{\"message\":{\"id\n",
	} {
		dir := t.TempDir()
		l := eventful(t, dir)
		before := l.everything()
		l.stop()
		file := filepath.Join(dir, journalName)
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(whole, tail...), 0o600); err != nil { //nolint:gosec // a folder of the test
			t.Fatal(err)
		}
		l = open(t, dir)
		if diff := cmp.Diff(before, l.everything()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", what, diff)
		}
		if err := l.p.Fault("p4", "", answerOK); err != nil {
			t.Fatal(err)
		}
		l.send(bot.Out{UUID: "u9", Account: "playground:p4", Text: "之后"})
		before = l.everything()
		l.stop()
		if diff := cmp.Diff(before, open(t, dir).everything()); diff != "" {
			t.Errorf("%s, written on (-before +after):\n%s", what, diff)
		}
	}
}

func TestEveryPrefixOfTheJournalOpens(t *testing.T) {
	dir := t.TempDir()
	eventful(t, dir).stop()
	whole, err := os.ReadFile(filepath.Join(dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Count(string(whole), "\n")
	for n := 0; n <= len(whole); n += 7 {
		cut := t.TempDir()
		if err := os.WriteFile(filepath.Join(cut, journalName), whole[:n], 0o600); err != nil { //nolint:gosec // a folder of the test
			t.Fatal(err)
		}
		entries := 0
		j, err := openJournal(cut, func(entry) { entries++ })
		if err != nil {
			t.Fatalf("at %d of %d: %v", n, len(whole), err)
		}
		if want := strings.Count(string(whole[:n]), "\n"); entries != want || want > lines {
			t.Errorf("at %d: %d entries, want %d", n, entries, want)
		}
		if err := j.close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSpoiltJournalIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, journalName), []byte("{}\nwhat\n{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := New(Options{Dir: dir, Vault: &vault{}, Now: wednesday})
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNotWrittenHasNotHappened(t *testing.T) {
	dir := t.TempDir()
	l := company(t, dir)
	if err := l.p.record.journal.file.Close(); err != nil {
		t.Fatal(err)
	}
	before := l.everything()
	l.post("/api/messages", Line{Chat: "d1", User: "p1", Text: "x"}, http.StatusInternalServerError)
	l.post("/api/people", Person{Name: "李雷"}, http.StatusInternalServerError)
	l.post("/api/chats", Chat{Name: "试产群", Members: []string{"p1"}}, http.StatusInternalServerError)
	l.post("/api/faults", `{"person":"p1","answer":"gone"}`, http.StatusInternalServerError)
	if status, _ := l.raw(http.MethodPost, "/api/files?name=a", "x"); status != http.StatusInternalServerError {
		t.Errorf("upload: %d", status)
	}
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Account: "playground:p1", Text: "x"}); err == nil || bot.IsPermanent(err) {
		t.Errorf("send: %v", err)
	}
	if err := l.p.Wipe(); err == nil {
		t.Error("wiped what it cannot write")
	}
	if diff := cmp.Diff(before, l.everything()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	l.p.record.journal = nil // closed already
}

func BenchmarkSend(b *testing.B) {
	l := open(b, b.TempDir())
	if _, err := l.p.SavePerson(b.Context(), Person{Name: "周敏", Active: true}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := l.p.Send(b.Context(), bot.Out{Account: "playground:p1", Card: question()}); err != nil {
			b.Fatal(err)
		}
	}
}
