package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"huiban/bot/workday"
)

// A callCounter counts the API calls that platforms make, by month of Shanghai,
// for the quotas that they have. It hands them to the store each minute and at
// the end; a process that is killed loses up to a minute of them.
type callCounter struct {
	store interface {
		AddCalls(ctx context.Context, platform, month string, n int) error
	}
	now func() time.Time
	log *slog.Logger

	mu    sync.Mutex
	fresh map[monthOf]int // not in the store yet
}

type monthOf struct{ platform, month string }

// lastFlush is how long the end waits for the store.
const lastFlush = 2 * time.Second

// of is what a platform tells of each call that it made.
func (c *callCounter) of(platform string) func(n int) {
	return func(n int) { c.add(monthOf{platform, c.now().In(workday.Zone).Format("2006-01")}, n) }
}

func (c *callCounter) add(m monthOf, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fresh == nil {
		c.fresh = map[monthOf]int{}
	}
	c.fresh[m] += n
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
// the next time.
func (c *callCounter) flush(ctx context.Context) error {
	c.mu.Lock()
	fresh := c.fresh
	c.fresh = nil
	c.mu.Unlock()
	var errs []error
	for m, n := range fresh {
		if err := c.store.AddCalls(ctx, m.platform, m.month, n); err != nil {
			errs = append(errs, err)
			c.add(m, n)
		}
	}
	return errors.Join(errs...)
}
