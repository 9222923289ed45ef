package playground

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiban/bot"
	"huiban/bot/card"
)

// A memory is what a platform can be asked for.
type memory struct {
	People    []Person
	Chats     []Chat
	Messages  []Message
	Abilities bot.Abilities
	Seq       int64
}

func remembered(p *Platform) memory {
	return memory{p.People(), p.Chats(), p.record.since("", 0), p.Abilities(), p.record.now()}
}

// TestJournalTellsTheWholeStory does anything in any order, kills the platform
// and wants the same one back; then the same letters are no second messages.
func TestJournalTellsTheWholeStory(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(root, "") //nolint:usetesting // one for each run, inside the test's own
		if err != nil {
			t.Fatal(err)
		}
		options := Options{Dir: dir, Vault: &vault{files: map[bot.FileID][]byte{}, names: map[bot.FileID]string{}}, Now: wednesday}
		p, err := New(options)
		if err != nil {
			t.Fatal(err)
		}
		sent := map[string]bot.MessageID{}
		for range rapid.IntRange(1, 30).Draw(t, "deeds") {
			anything(t, p, sent)
		}
		before := remembered(p)
		// No Close: whoever is killed closes nothing.
		again, err := New(options)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, remembered(again)); diff != "" {
			t.Fatalf("(-before +after):\n%s", diff)
		}
		for uuid, id := range sent {
			got, err := again.Send(context.Background(), bot.Out{UUID: uuid, Account: "playground:p1", Text: "又一次"})
			if err != nil || got != id {
				t.Fatalf("letter %s is %s, was %s: %v", uuid, got, id, err)
			}
		}
		if diff := cmp.Diff(before, remembered(again)); diff != "" {
			t.Fatalf("after the same letters (-before +after):\n%s", diff)
		}
		if err := errors.Join(p.Close(), again.Close()); err != nil {
			t.Fatal(err)
		}
	})
}

// anything does one thing that may be refused.
func anything(t *rapid.T, p *Platform, sent map[string]bot.MessageID) {
	name := rapid.SampledFrom([]string{"周敏", "许哲", "王工", "p1", "p2", "没有"})
	text := rapid.StringMatching(`[a-z好@<"]{0,8}`).Draw(t, "text")
	switch rapid.IntRange(0, 6).Draw(t, "what") {
	case 0:
		_, _ = p.SavePerson(context.Background(), Person{Name: name.Draw(t, "name"), Leader: rapid.SampledFrom([]string{"", "p1"}).Draw(t, "leader"), Active: true})
	case 1:
		_, _ = p.SavePerson(context.Background(), Person{ID: name.Draw(t, "id"), Name: name.Draw(t, "name"), Active: rapid.Bool().Draw(t, "active")})
	case 2:
		_, _ = p.SaveChat(Chat{ID: rapid.SampledFrom([]string{"", "g1"}).Draw(t, "id"), Name: "群" + text, Members: []string{name.Draw(t, "member")}})
	case 3:
		_, _, _ = p.record.hear(Line{Chat: rapid.SampledFrom([]string{"d1", "g1", "@许哲"}).Draw(t, "chat"), User: name.Draw(t, "user"), Text: text, Event: text}, p.o)
	case 4:
		_ = p.Switch(bot.Abilities{Forms: rapid.Bool().Draw(t, "forms"), Edits: true})
	case 5:
		_ = p.Fault(name.Draw(t, "person"), "", rapid.SampledFrom([]string{answerOK, answerGone, answerTimeout}).Draw(t, "answer"))
	case 6:
		o := bot.Out{UUID: rapid.StringMatching(`u[0-9]`).Draw(t, "uuid"), Account: "playground:p1", Text: text, Card: question()}
		if rapid.Bool().Draw(t, "edit") {
			o.Edit, o.Card = "m1", &card.Card{Title: text}
		}
		id, err := p.Send(context.Background(), o)
		if old, ok := sent[o.UUID]; ok && (err != nil || old != id) {
			t.Fatalf("letter %s is %s, was %s: %v", o.UUID, id, old, err)
		}
		if err == nil {
			sent[o.UUID] = id
		}
	}
}

// TestMentionsStandInTheText: whatever is typed, each mention is there, names
// exactly one person, and is not part of a longer name.
func TestMentionsStandInTheText(t *testing.T) {
	l := company(t, "")
	for _, n := range []string{"许哲明", "王", "A"} {
		if _, err := l.p.SavePerson(t.Context(), Person{Name: n, Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"@", "会办", "许哲", "明", "王", "工", "A", " ", "\xff", "周敏"})).Draw(t, "parts"), "")
		l.p.record.mu.Lock()
		defer l.p.record.mu.Unlock()
		for _, m := range l.p.record.mentions(text) {
			if !strings.Contains(text, m.Token) || m.Bot != (m.Token == calling) || m.Bot == (m.Account != "") {
				t.Fatalf("%q mentions %+v", text, m)
			}
			if x, ok := l.p.record.owner(m.Account); !m.Bot && (!ok || "@"+x.Name != m.Token || x.Name == "王工") {
				t.Fatalf("%q mentions %+v", text, m)
			}
		}
		if strings.Contains(text, calling) != addressed(l.p.record.mentions(text)) {
			t.Fatalf("%q is heard wrongly", text)
		}
	})
}
