package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A ledgerOfCalls is a store that may be away.
type ledgerOfCalls struct {
	mu   sync.Mutex
	away bool
	got  map[string]int
}

func (l *ledgerOfCalls) AddCalls(_ context.Context, platform, month string, n int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return errors.New("no database")
	}
	l.got[platform+" "+month] += n
	return nil
}

// TestCallsAreCountedByTheMonthOfShanghai, which begins 8 hours before UTC's.
func TestCallsAreCountedByTheMonthOfShanghai(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 31, 15, 59, 0, 0, time.UTC)
	l := &ledgerOfCalls{got: map[string]int{}}
	c := &callCounter{store: l, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	feishu, other := c.of("feishu"), c.of("other")
	feishu(1)
	feishu(2)
	other(4)
	now = now.Add(time.Minute)
	feishu(8)
	l.away = true
	if err := c.flush(t.Context()); err == nil {
		t.Error("nothing was said of a store that is away")
	}
	feishu(16)
	l.away = false
	must(t, c.flush(t.Context()))
	must(t, c.flush(t.Context()))
	want := map[string]int{"feishu 2026-08": 3, "other 2026-08": 4, "feishu 2026-09": 24}
	if diff := cmp.Diff(want, l.got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestCallsReachTheStoreEachMinuteAndAtTheEnd.
func TestCallsReachTheStoreEachMinuteAndAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledgerOfCalls{got: map[string]int{}}
		c := &callCounter{store: l, now: time.Now, log: slog.New(slog.DiscardHandler)}
		month := time.Now().Format("2006-01") // the bubble's clock stands at midnight of 2000-01-01
		ctx, stop := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- c.run(ctx) }()
		counted := func(what string, want int) {
			t.Helper()
			synctest.Wait()
			l.mu.Lock()
			defer l.mu.Unlock()
			if got := l.got["feishu "+month]; got != want {
				t.Errorf("%s: %d calls in the store, want %d", what, got, want)
			}
		}
		c.of("feishu")(3)
		counted("at once", 0)
		<-time.After(time.Minute)
		counted("after a minute", 3)
		c.of("feishu")(5)
		stop()
		counted("at the end", 8)
		must(t, <-ran)
	})
}
