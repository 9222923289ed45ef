package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"huiban/bot/workday"
)

// A callCounter counts the API calls that platforms make, by month of Shanghai and
// by kind, for the quotas that they have. It hands them to the store each minute
// and at the end, and learns then what all replicas have used; a process that is
// killed loses up to a minute of them.
type callCounter struct {
	store interface {
		AddCalls(ctx context.Context, platform, month, kind string, n int) error
		Calls(ctx context.Context, platform, month string) (map[string]int, error)
	}
	now func() time.Time
	log *slog.Logger

	mu    sync.Mutex
	fresh map[monthOf]map[string]int // not in the store yet, by kind
	kept  map[monthOf]map[string]int // in the store when it was looked at, of this month and those who ask
}

type monthOf struct{ platform, month string }

// lastFlush is how long the end waits for the store.
const lastFlush = 2 * time.Second

// of is what a platform tells of each call that it made.
func (c *callCounter) of(platform string) func(kind string, n int) {
	return func(kind string, n int) { c.add(c.current(platform), kind, n) }
}

// current is this month of a platform.
func (c *callCounter) current(platform string) monthOf {
	return monthOf{platform, monthOfCalls(c.now)}
}

// monthOfCalls is the month of Shanghai, as calls are counted by.
func monthOfCalls(now func() time.Time) string { return now().In(workday.Zone).Format("2006-01") }

func (c *callCounter) add(m monthOf, kind string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fresh == nil {
		c.fresh = map[monthOf]map[string]int{}
	}
	if c.fresh[m] == nil {
		c.fresh[m] = map[string]int{}
	}
	c.fresh[m][kind] += n
}

// spent is what a platform has used this month, by kind: of this process to the
// last call, of other replicas as of a minute ago.
func (c *callCounter) spent(platform string) map[string]int {
	m := c.current(platform)
	c.mu.Lock()
	defer c.mu.Unlock()
	out := maps.Clone(c.kept[m])
	if out == nil {
		out = map[string]int{}
	}
	for kind, n := range c.fresh[m] {
		out[kind] += n
	}
	return out
}

// watch looks up what a platform has used this month, now and at each flush.
func (c *callCounter) watch(ctx context.Context, platform string) error {
	m := c.current(platform)
	n, err := c.store.Calls(ctx, m.platform, m.month)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[monthOf]map[string]int{}
	}
	maps.DeleteFunc(c.kept, func(old monthOf, _ map[string]int) bool { return old.platform == platform })
	c.kept[m] = n
	return nil
}

// watched are the platforms that ask what they have used.
func (c *callCounter) watched() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for m := range c.kept {
		out = append(out, m.platform)
	}
	return out
}

// run keeps the store up to date until ctx is done.
func (c *callCounter) run(ctx context.Context) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for {
		select {
		case <-minute.C:
			if err := c.flush(ctx); err != nil {
				c.log.WarnContext(ctx, "counting calls", "error", err)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
			defer cancel()
			return c.flush(last)
		}
	}
}

// flush hands over what was counted; what the store does not take is kept for
// the next time. It is added to what is kept here at once, so that nobody sees the
// month used less for a moment.
func (c *callCounter) flush(ctx context.Context) error {
	c.mu.Lock()
	fresh := c.fresh
	c.fresh = nil
	for m, kinds := range fresh {
		for kind, n := range kinds {
			if c.kept[m] != nil {
				c.kept[m][kind] += n
			}
		}
	}
	c.mu.Unlock()
	var errs []error
	for m, kinds := range fresh {
		for kind, n := range kinds {
			if err := c.store.AddCalls(ctx, m.platform, m.month, kind, n); err != nil {
				errs = append(errs, err)
				c.back(m, kind, n)
			}
		}
	}
	for _, platform := range c.watched() {
		errs = append(errs, c.watch(ctx, platform))
	}
	return errors.Join(errs...)
}

// back takes over again what the store did not.
func (c *callCounter) back(m monthOf, kind string, n int) {
	c.add(m, kind, n)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[m] != nil {
		c.kept[m][kind] -= n
	}
}
