package bottest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// minute is how transcripts write a moment, in Asia/Shanghai.
const minute = "2006-01-02 15:04"

// A stage is a transcript under way.
type stage struct {
	*testing.T

	fake   *Fake
	other  *Fake // the platform of names that begin with otherSide; nil until a step asks for it
	told   int   // of its journal
	drawn  int   // random numbers
	o      ScriptOptions
	store  *Memory
	engine *bot.Engine
	clock  *Clock // of both kinds: leases go on as business does
	jobs   []bot.Job
	places map[string]string // people and groups by account or chat
	line   int               // of the script
	out    []string
	shown  int // of the journal
	events int // numbers the deliveries
	files  []bot.FileID
	last   func() // the last delivery
}

func newStage(t *testing.T, f *Fake, o ScriptOptions) *stage {
	t.Helper()
	s := &stage{
		T: t, fake: f, o: o, jobs: o.Jobs, places: map[string]string{},
		clock: NewClock(time.Date(2026, 8, 10, 9, 0, 0, 0, workday.Zone)),
	}
	s.store = NewMemory(s.clock.Now)
	s.start(o)
	return s
}

// start makes the engine, again after it was stopped.
func (s *stage) start(o ScriptOptions) {
	s.engine = bot.New(s.store, bot.Options{
		Commands: o.Commands, Faces: o.Faces, Jobs: o.Jobs, Papers: o.Papers, Words: o.Words, Calendar: o.Calendar,
		Platforms: s.platforms(), Now: s.clock.Now, Random: s.random, Watch: s.heldBack, Log: slog.New(complaint{s}),
	})
}

// A complaint fails the transcript when the engine logs an error.
type complaint struct{ s *stage }

func (complaint) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }
func (c complaint) WithAttrs([]slog.Attr) slog.Handler             { return c }
func (c complaint) WithGroup(string) slog.Handler                  { return c }

func (c complaint) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	c.s.wrongf("log: %s", text)
	return nil
}

// wrongf fails the transcript at the line that is being played.
func (s *stage) wrongf(format string, args ...any) {
	s.Helper()
	s.Errorf("line %d: %s", s.line, fmt.Sprintf(format, args...))
}

// fatalf ends the transcript and shows what it came to.
func (s *stage) fatalf(format string, args ...any) {
	s.Helper()
	s.Fatalf("line %d: %s; so far:\n%s", s.line, fmt.Sprintf(format, args...), strings.Join(s.out[max(0, len(s.out)-40):], "\n"))
}

// must ends the transcript on an error.
func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.fatalf("%v", err)
	}
}

func (s *stage) print(who, sign, text string) {
	s.out = append(s.out, "\t"+who+" "+sign+" "+strings.ReplaceAll(text, "\n", "\n\t"))
}

// place is the name of where a message stands.
func (s *stage) place(account bot.Account, chat bot.ChatID) string {
	if chat != "" {
		return s.places[string(chat)]
	}
	return s.places[string(account)]
}

// flush prints what was sent and edited since the last time.
func (s *stage) flush() {
	s.shown = s.flushOne(s.fake, s.shown)
	if s.other != nil {
		s.told = s.flushOne(s.other, s.told)
	}
}

func (s *stage) flushOne(f *Fake, from int) int {
	journal := f.Journal()
	for _, m := range journal[from:] {
		sign, text := "←", drawn(m)
		if m.Edits > 0 {
			sign = "~"
		} else {
			for _, p := range m.Papers { // they came with the card, not with its edits
				text += "\n\t<<" + p.Name + ">>"
			}
		}
		s.print(s.place(m.Account, m.Chat), sign, text)
	}
	return len(journal)
}

// heldBack prints what the engine held back or did not say.
func (s *stage) heldBack(h bot.HeldBack) {
	who := s.places[string(h.To.Chat)]
	if h.To.Chat == "" {
		s.must(s.store.View(s.Context(), func(tx bot.Tx) error {
			p, err := tx.Person(h.To.Person)
			who = p.Name
			return err
		}))
	}
	text := fmt.Sprintf("%s（%s）", h.What, h.Why)
	if h.Until.IsZero() {
		s.print(who, "/", text)
		return
	}
	s.print(who, "…", h.Until.In(workday.Zone).Format(minute)+" "+text)
}
