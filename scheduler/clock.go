package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"huiban/bot"
	"huiban/bot/workday"
)

// An Agenda is what there is to do by the clock. The engine is one.
type Agenda interface {
	Jobs() []bot.Job
	// Perform runs a job for its moment, once over all replicas.
	Perform(ctx context.Context, j bot.Job, at time.Time) error
	// Due writes into the outbox what alarms up to till have to say.
	Due(ctx context.Context, till time.Time) error
	NextAlarm(ctx context.Context) (next time.Time, ok bool, err error)
}

// Shelf is where letters wait for the business clock: a bot.Outbox.
type Shelf interface {
	NextHeld(ctx context.Context) (next time.Time, ok bool, err error)
}

// A Drainer carries all that can be carried now: a Courier.
type Drainer interface {
	Drain(ctx context.Context) error
}

// ClockOptions are what a Clock may be told; the zero value works.
type ClockOptions struct {
	Now   func() time.Time // the business clock; nil is the machine's
	Tick  time.Duration    // between looks; 0 is 1 s
	Grace time.Duration    // for how long a moment that was missed, or failed, is tried; 0 is 10 min
	Log   *slog.Logger     // nil discards
}

// A Clock rings alarms and runs jobs at their moments: Run as time passes,
// Advance for a business clock that stands still until it is moved.
type Clock struct {
	agenda  Agenda
	shelf   Shelf
	drainer Drainer
	jobs    []entry
	o       ClockOptions
}

// An entry is a job and its moments. They are full minutes in Asia/Shanghai,
// which knows no summer time, so that none is skipped or met twice.
type entry struct {
	bot.Job

	schedule *cron.SpecSchedule
}

// NewClock returns a clock for the agenda. A job without a name of its own, or
// with a Spec that is no cron line of five fields or names no moment, is an
// error.
func NewClock(agenda Agenda, shelf Shelf, drainer Drainer, o ClockOptions) (*Clock, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Tick = orElse(o.Tick, time.Second)
	o.Grace = orElse(o.Grace, 10*time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Clock{agenda: agenda, shelf: shelf, drainer: drainer, o: o}
	names := map[string]bool{"": true}
	for _, j := range agenda.Jobs() {
		if names[j.Name] {
			return nil, fmt.Errorf("job %q: no name of its own", j.Name)
		}
		names[j.Name] = true
		schedule, err := parse(j.Spec, o.Now())
		if err != nil {
			return nil, fmt.Errorf("job %s, spec %q: %w", j.Name, j.Spec, err)
		}
		c.jobs = append(c.jobs, entry{j, schedule})
	}
	return c, nil
}

func parse(spec string, now time.Time) (*cron.SpecSchedule, error) {
	if strings.Contains(spec, "TZ=") {
		return nil, fmt.Errorf("jobs run in %s", workday.Zone)
	}
	s, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, err
	}
	schedule, ok := s.(*cron.SpecSchedule)
	if !ok { // @every counts from the start of the process, which differs between replicas
		return nil, fmt.Errorf("names no moments of the day")
	}
	if schedule.Next(now.In(workday.Zone)).IsZero() {
		return nil, fmt.Errorf("never comes")
	}
	return schedule, nil
}

// after is the job's first moment after t.
func (e entry) after(t time.Time) time.Time { return e.schedule.Next(t.In(workday.Zone)) }

// An errand is one moment of a job that is to be performed.
type errand struct {
	entry

	at    time.Time // business time
	again time.Time // not tried before; business time
	pause time.Duration
}

// Run does what falls due as the business clock goes on, until ctx is done. At
// start it makes up for the jobs' moments of today that were missed within
// Grace. What fails is logged and tried again: an alarm until it has rung, a
// job until Grace has passed. If the business clock goes back, Run waits for it.
func (c *Clock) Run(ctx context.Context) error {
	now := c.o.Now()
	y, m, d := now.In(workday.Zone).Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, workday.Zone)
	last := now.Add(-c.o.Grace)
	if last.Before(midnight) {
		last = midnight.Add(-1)
	}
	looked := time.Time{}
	var errands []errand
	for ctx.Err() == nil {
		now = c.o.Now()
		if now.After(last) {
			errands = c.perform(ctx, merged(errands, c.passed(last, now)), now)
			last = now
		}
		next, ok := c.ring(ctx, now)
		if moment, some := c.nextJob(now); some && (!ok || moment.Before(next)) {
			next, ok = moment, true
		}
		pause(ctx, lookAgain(looked, now, next, ok, c.o.Tick))
		looked = now
	}
	return nil
}

// passed returns the latest moment of each job in (from, till].
func (c *Clock) passed(from, till time.Time) []errand {
	var out []errand
	for _, e := range c.jobs {
		latest := time.Time{}
		for at := e.after(from); !at.IsZero() && !at.After(till); at = e.after(at) {
			latest = at
		}
		if !latest.IsZero() {
			out = append(out, errand{entry: e, at: latest, again: latest, pause: c.o.Tick})
		}
	}
	return out
}

// merged adds new errands; one that is newer takes the place of an older.
func merged(errands, fresh []errand) []errand {
	var out []errand
	for _, e := range errands {
		replaced := false
		for _, f := range fresh {
			replaced = replaced || f.Name == e.Name
		}
		if !replaced {
			out = append(out, e)
		}
	}
	return append(out, fresh...)
}

// perform runs the errands and returns those that failed and shall be tried
// again.
func (c *Clock) perform(ctx context.Context, errands []errand, now time.Time) []errand {
	var left []errand
	for _, e := range errands {
		if ctx.Err() != nil {
			return nil
		}
		if e.again.After(now) {
			left = append(left, e)
			continue
		}
		err := guarded(func() error { return c.agenda.Perform(ctx, e.Job, e.at) })
		if err == nil || ctx.Err() != nil {
			continue
		}
		e.again, e.pause = now.Add(e.pause), min(2*e.pause, time.Minute)
		late := e.again.Sub(e.at) >= c.o.Grace
		c.o.Log.Error("job", "job", e.Name, "at", e.at, "given_up", late, "err", err)
		if !late {
			left = append(left, e)
		}
	}
	return left
}

// ring rings the alarms up to now, if there are any, and returns when the next
// one is.
func (c *Clock) ring(ctx context.Context, now time.Time) (next time.Time, ok bool) {
	err := guarded(func() (err error) {
		if next, ok, err = c.agenda.NextAlarm(ctx); err != nil || !ok || next.After(now) {
			return err
		}
		if err = c.agenda.Due(ctx, now); err != nil {
			return err
		}
		next, ok, err = c.agenda.NextAlarm(ctx)
		return err
	})
	if err != nil && ctx.Err() == nil {
		c.o.Log.Error("alarms", "till", now, "err", err)
	}
	return next, ok && err == nil
}

func (c *Clock) nextJob(after time.Time) (next time.Time, ok bool) {
	for _, e := range c.jobs {
		if at := e.after(after); !at.IsZero() && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
