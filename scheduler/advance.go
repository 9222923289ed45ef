package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// farthest is how many years Advance goes at most.
const farthest = 2

// blind is how far Advance steps while an alarm that cannot ring hides those
// behind it.
const blind = time.Hour

// What Advance refuses; the caller has words for it.
var (
	ErrBackwards = errors.New("the clock does not go back")
	ErrTooFar    = errors.New("too far ahead")
)

// Advance moves a standing business clock by set from one time to another and
// does all that is due on the way, in order and each thing at its own time:
// jobs, alarms and held letters, and it waits until all of it is carried. Times
// are business time. It returns ErrBackwards or ErrTooFar (more than two years)
// before anything happened. A job or an alarm that fails is logged and does not
// stop the clock; the first such error is returned at the end. Only one Advance
// may be under way, and no Run.
func (c *Clock) Advance(ctx context.Context, from, to time.Time, set func(time.Time) error) error {
	switch {
	case to.Before(from):
		return fmt.Errorf("from %v to %v: %w", from, to, ErrBackwards)
	case to.After(from.AddDate(farthest, 0, 0)):
		return fmt.Errorf("from %v to %v: %w", from, to, ErrTooFar)
	}
	first, err := c.stop(ctx, from, from)
	for now := from; err == nil && now.Before(to); {
		var next time.Time
		if next, err = c.step(ctx, now, to); err != nil {
			break
		}
		if err = set(next); err != nil {
			return fmt.Errorf("clock to %v: %w", next, err)
		}
		var failed error
		failed, err = c.stop(ctx, now, next)
		if first == nil {
			first = failed
		}
		now = next
	}
	return errors.Join(err, first)
}

// stop does what is due at now after the stop before. failed need not keep the
// clock from going on, err does.
func (c *Clock) stop(ctx context.Context, before, now time.Time) (failed, err error) {
	for _, e := range c.passed(before, now) {
		if err := guarded(func() error { return c.agenda.Perform(ctx, e.Job, e.at) }); err != nil {
			failed = errors.Join(failed, fmt.Errorf("job %s at %v: %w", e.Name, e.at, err))
		}
	}
	if err := guarded(func() error { return c.agenda.Due(ctx, now) }); err != nil {
		failed = errors.Join(failed, fmt.Errorf("alarms till %v: %w", now, err))
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if failed != nil {
		c.o.Log.Error("advance", "now", now, "err", failed)
	}
	return failed, c.drainer.Drain(ctx)
}

// step is where the clock stops next on its way to the end.
func (c *Clock) step(ctx context.Context, now, end time.Time) (time.Time, error) {
	next, ok, err := c.Next(ctx, now)
	if err != nil {
		return next, err
	}
	if !ok || next.After(end) {
		next = end
	}
	alarm, ok, err := c.agenda.NextAlarm(ctx)
	if err != nil {
		return next, fmt.Errorf("next alarm: %w", err)
	}
	if ok && !alarm.After(now) && next.Sub(now) > blind {
		next = now.Add(blind)
	}
	return next, nil
}

// Next is the earliest moment after from (business time) at which something
// happens by itself: an alarm rings, a held letter is due or a job runs.
func (c *Clock) Next(ctx context.Context, from time.Time) (next time.Time, ok bool, err error) {
	next, ok = c.nextJob(from)
	for what, ask := range map[string]func(context.Context) (time.Time, bool, error){
		"next alarm": c.agenda.NextAlarm, "next held letter": c.shelf.NextHeld,
	} {
		at, some, err := ask(ctx)
		if err != nil {
			return time.Time{}, false, fmt.Errorf("%s: %w", what, err)
		}
		if some && at.After(from) && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok, nil
}
