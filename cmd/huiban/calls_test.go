package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
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

func (l *ledgerOfCalls) AddCalls(_ context.Context, platform, month, kind string, n int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return errors.New("no database")
	}
	l.got[strings.TrimSpace(platform+" "+month+" "+kind)] += n
	return nil
}

func (l *ledgerOfCalls) Calls(_ context.Context, platform, month string) (map[string]int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return nil, errors.New("no database")
	}
	out := map[string]int{}
	for key, n := range l.got {
		if kind, mine := strings.CutPrefix(key, platform+" "+month); mine {
			out[strings.TrimSpace(kind)] = n
		}
	}
	return out, nil
}

// TestSpentIsOfAllReplicas: what this process counted to the last call, the others
// as of the last flush, this month only, and never less while the store is away.
func TestSpentIsOfAllReplicas(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 31, 15, 0, 0, 0, time.UTC)
	l := &ledgerOfCalls{got: map[string]int{"dingtalk 2026-08 卡片": 40, "feishu 2026-08": 9}}
	c := &callCounter{store: l, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	count := c.of("dingtalk")
	spent := func(what string, want map[string]int) {
		t.Helper()
		if diff := cmp.Diff(want, c.spent("dingtalk")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	spent("before it looked", map[string]int{})
	must(t, c.watch(t.Context(), "dingtalk"))
	count("卡片", 2)
	count("群消息", 1)
	spent("its own at once", map[string]int{"卡片": 42, "群消息": 1})
	l.away = true
	if err := c.flush(t.Context()); err == nil {
		t.Error("nothing was said of a store that is away")
	}
	spent("the store is away", map[string]int{"卡片": 42, "群消息": 1})
	l.away = false
	must(t, l.AddCalls(t.Context(), "dingtalk", "2026-08", "卡片", 100)) // another replica
	must(t, c.flush(t.Context()))
	spent("after a flush", map[string]int{"卡片": 142, "群消息": 1})
	now = now.Add(time.Hour)
	count("卡片", 3)
	spent("a new month", map[string]int{"卡片": 3})
	must(t, c.flush(t.Context()))
	spent("a new month, after a flush", map[string]int{"卡片": 3})
}

// TestCallsAreCountedByTheMonthOfShanghai, which begins 8 hours before UTC's.
func TestCallsAreCountedByTheMonthOfShanghai(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 31, 15, 59, 0, 0, time.UTC)
	l := &ledgerOfCalls{got: map[string]int{}}
	c := &callCounter{store: l, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)}
	feishu, other := c.of("feishu"), c.of("other")
	feishu("", 1)
	feishu("", 2)
	other("卡片", 4)
	now = now.Add(time.Minute)
	feishu("", 8)
	l.away = true
	if err := c.flush(t.Context()); err == nil {
		t.Error("nothing was said of a store that is away")
	}
	feishu("", 16)
	l.away = false
	must(t, c.flush(t.Context()))
	must(t, c.flush(t.Context()))
	want := map[string]int{"feishu 2026-08": 3, "other 2026-08 卡片": 4, "feishu 2026-09": 24}
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
		c.of("feishu")("", 3)
		counted("at once", 0)
		<-time.After(time.Minute)
		counted("after a minute", 3)
		c.of("feishu")("", 5)
		stop()
		counted("at the end", 8)
		must(t, <-ran)
	})
}
