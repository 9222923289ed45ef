package scheduler

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// An agenda remembers what was done when. Jobs are done once for name and
// minute by all clocks that share it, alarms once.
type agenda struct {
	now  func() time.Time
	fail func(what string) error // before it is done

	mu     sync.Mutex
	jobs   []bot.Job
	alarms map[time.Time]string
	done   map[string]bool
	log    []string
	asked  int
}

func newAgenda(now func() time.Time, jobs ...string) *agenda {
	a := &agenda{now: now, alarms: map[time.Time]string{}, done: map[string]bool{}}
	for _, j := range jobs {
		name, spec, _ := strings.Cut(j, ": ")
		a.jobs = append(a.jobs, bot.Job{Name: name, Spec: spec})
	}
	return a
}

func (a *agenda) Jobs() []bot.Job { return a.jobs }

func (a *agenda) Perform(_ context.Context, j bot.Job, at time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	what := j.Name + " of " + at.In(workday.Zone).Format("15:04")
	if a.fail != nil {
		if err := a.fail(what); err != nil {
			return err
		}
	}
	event := j.Name + at.UTC().Format(time.RFC3339)
	if !a.done[event] {
		a.done[event] = true
		a.say(what)
	}
	return nil
}

func (a *agenda) Due(_ context.Context, till time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	var due []time.Time
	for at := range a.alarms {
		if !at.After(till) {
			due = append(due, at)
		}
	}
	slices.SortFunc(due, time.Time.Compare)
	var errs []error
	for _, at := range due {
		if a.fail != nil {
			if err := a.fail(a.alarms[at]); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		a.say(a.alarms[at])
		delete(a.alarms, at)
	}
	return errors.Join(errs...)
}

func (a *agenda) NextAlarm(context.Context) (next time.Time, ok bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	for at := range a.alarms {
		if !ok || at.Before(next) {
			next, ok = at, true
		}
	}
	return next, ok, nil
}

// A shelf is held letters; to drain it is to say what is due.
type shelf struct {
	*agenda

	held map[time.Time]string
}

func (s *shelf) NextHeld(context.Context) (next time.Time, ok bool, err error) {
	for at := range s.held {
		if !ok || at.Before(next) {
			next, ok = at, true
		}
	}
	return next, ok, nil
}

func (s *shelf) Drain(context.Context) error {
	for at, what := range s.held {
		if !at.After(s.now()) {
			s.say(what)
			delete(s.held, at)
		}
	}
	return nil
}

func newClock(tb testing.TB, a *agenda, s *shelf) *Clock {
	tb.Helper()
	c, err := NewClock(a, s, s, ClockOptions{Now: a.now})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func (a *agenda) say(what string) {
	a.log = append(a.log, a.now().In(workday.Zone).Format("01-02 15:04:05 ")+what)
}

func (a *agenda) said() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.log)
}
