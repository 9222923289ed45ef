package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/workday"
)

// shanghai reads a time of August 2026, as "10 09:00".
func shanghai(tb testing.TB, s string) time.Time {
	tb.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-08-"+s, workday.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

// A stand is a clock that stands until it is set, and refuses to go back.
type stand struct{ now time.Time }

func (s *stand) Now() time.Time { return s.now }

func (s *stand) set(t time.Time) error {
	if !t.After(s.now) {
		return fmt.Errorf("set from %v to %v", s.now, t)
	}
	s.now = t
	return nil
}

func TestAdvanceDoesAllInOrderAndAtItsTime(t *testing.T) {
	clock := &stand{now: shanghai(t, "10 08:00").UTC()}
	a := newAgenda(clock.Now, "morning: 0 9 * * 1-5", "night: 30 22 * * *")
	s := &shelf{agenda: a, held: map[time.Time]string{}}
	for at, what := range map[string]string{"07 12:00": "overdue", "10 09:00": "same minute", "11 14:30": "alarm", "13 09:00": "after the end"} {
		a.alarms[shanghai(t, at)] = what
	}
	s.held[shanghai(t, "10 18:05").Add(time.Second)] = "held"
	c := newClock(t, a, s)
	to := shanghai(t, "12 09:00")
	if err := c.Advance(t.Context(), clock.now, to, clock.set); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"08-10 08:00:00 overdue",
		"08-10 09:00:00 morning of 09:00",
		"08-10 09:00:00 same minute",
		"08-10 18:05:01 held",
		"08-10 22:30:00 night of 22:30",
		"08-11 09:00:00 morning of 09:00",
		"08-11 14:30:00 alarm",
		"08-11 22:30:00 night of 22:30",
		"08-12 09:00:00 morning of 09:00",
	}
	if diff := cmp.Diff(want, a.said()); diff != "" {
		t.Error(diff)
	}
	if !clock.now.Equal(to) {
		t.Errorf("the clock stands at %v, want %v", clock.now, to)
	}
}

func TestAdvanceGoesOnInSteps(t *testing.T) {
	clock := &stand{now: shanghai(t, "10 08:00")}
	a := newAgenda(clock.Now, "hourly: 0 * * * *")
	c := newClock(t, a, &shelf{agenda: a})
	for range 3 {
		if err := c.Advance(t.Context(), clock.now, clock.now.Add(30*time.Minute), clock.set); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"08-10 09:00:00 hourly of 09:00"}, a.said()); diff != "" {
		t.Error(diff)
	}
}

func TestAdvanceNeitherGoesBackNorTooFar(t *testing.T) {
	now := shanghai(t, "10 08:00")
	for name, c := range map[string]struct {
		to   time.Time
		want error
	}{
		"a millisecond back": {now.Add(-time.Millisecond), ErrBackwards},
		"nowhere":            {now, nil},
		"two years":          {now.AddDate(2, 0, 0), nil},
		"more":               {now.AddDate(2, 0, 0).Add(time.Second), ErrTooFar},
	} {
		t.Run(name, func(t *testing.T) {
			clock := &stand{now: now}
			a := newAgenda(clock.Now)
			err := newClock(t, a, &shelf{agenda: a}).Advance(t.Context(), now, c.to, clock.set)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if moved := !clock.now.Equal(now); moved != (err == nil && c.to.After(now)) {
				t.Errorf("clock at %v", clock.now)
			}
		})
	}
}

func TestWhatFailsDoesNotStopTheStandingClock(t *testing.T) {
	clock := &stand{now: shanghai(t, "10 08:00")}
	a := newAgenda(clock.Now, "bad: 0 12 * * *", "good: 0 20 * * *")
	poison := errors.New("poison")
	a.fail = func(what string) error {
		switch what {
		case "bad of 12:00":
			panic("bad job")
		case "poison":
			return poison
		}
		return nil
	}
	a.alarms[shanghai(t, "10 09:00")] = "poison"
	a.alarms[shanghai(t, "10 15:00")] = "behind it"
	err := newClock(t, a, &shelf{agenda: a}).Advance(t.Context(), clock.now, shanghai(t, "10 21:00"), clock.set)
	if !errors.Is(err, poison) {
		t.Errorf("got %v, want %v", err, poison)
	}
	if diff := cmp.Diff([]string{"08-10 15:00:00 behind it", "08-10 20:00:00 good of 20:00"}, a.said()); diff != "" {
		t.Error(diff)
	}
}

func TestAdvanceStopsWhereTheClockCannotBeSet(t *testing.T) {
	now := shanghai(t, "10 08:00")
	a := newAgenda(func() time.Time { return now }, "hourly: 0 * * * *")
	full := errors.New("disk full")
	err := newClock(t, a, &shelf{agenda: a}).Advance(t.Context(), now, now.Add(5*time.Hour), func(time.Time) error { return full })
	if !errors.Is(err, full) || len(a.said()) != 0 {
		t.Errorf("got %v and did %v, want %v and nothing", err, a.said(), full)
	}
}

func TestAdvanceEndsWithItsContext(t *testing.T) {
	clock := &stand{now: shanghai(t, "10 08:00")}
	ctx, cancel := context.WithCancel(t.Context())
	a := newAgenda(clock.Now, "hourly: 0 * * * *")
	a.fail = func(string) error { cancel(); return nil }
	err := newClock(t, a, &shelf{agenda: a}).Advance(ctx, clock.now, clock.now.AddDate(1, 0, 0), clock.set)
	if !errors.Is(err, context.Canceled) || len(a.said()) != 1 {
		t.Errorf("got %v after %d jobs", err, len(a.said()))
	}
}

func TestNextIsTheEarliestOfAll(t *testing.T) {
	from := shanghai(t, "10 08:00")
	a := newAgenda(func() time.Time { return from })
	s := &shelf{agenda: a, held: map[time.Time]string{}}
	if _, ok, err := newClock(t, a, s).Next(t.Context(), from); ok || err != nil {
		t.Errorf("something comes (%v) where nothing is", err)
	}
	a.jobs = []bot.Job{{Name: "noon", Spec: "0 12 * * *"}}
	a.alarms[from] = "now"
	c := newClock(t, a, s)
	for _, want := range []string{"10 12:00", "10 11:00", "10 10:00"} {
		next, ok, err := c.Next(t.Context(), from)
		if err != nil || !ok || !next.Equal(shanghai(t, want)) {
			t.Errorf("next is %v (%v, %v), want %s", next, ok, err, want)
		}
		if want == "10 12:00" {
			s.held[shanghai(t, "10 11:00")] = "held"
		} else {
			delete(a.alarms, from)
			a.alarms[shanghai(t, "10 10:00")] = "alarm"
		}
	}
}
