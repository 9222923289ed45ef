package feishu

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The platform's limits for one app: calls a second over all, and messages a
// second to one chat or person (which all bots in a chat share).
const (
	overall   = 50
	perTarget = 5
)

// limits keeps us below what the platform refuses. Replicas do not share it;
// what they do too much together is refused with a wait, which pause obeys.
type limits struct {
	now func() time.Time
	all *rate.Limiter

	mu      sync.Mutex
	targets map[string]*rate.Limiter
	swept   time.Time
	paused  time.Time
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, all: rate.NewLimiter(overall, 1), targets: map[string]*rate.Limiter{}}
}

// A heldError says that nothing is sent for a while because the platform asked
// for a pause.
type heldError struct{ left time.Duration }

// Error implements error.
func (h *heldError) Error() string {
	return fmt.Sprintf("the platform asked for a pause of %v", h.left)
}

// wait returns when a call may be made; to is empty for calls that are no
// messages.
func (l *limits) wait(ctx context.Context, to string) error {
	if err := l.held(); err != nil {
		return err
	}
	if target := l.target(to); target != nil {
		if err := target.Wait(ctx); err != nil {
			return fmt.Errorf("turn of %s: %w", to, err)
		}
	}
	if err := l.all.Wait(ctx); err != nil {
		return fmt.Errorf("turn: %w", err)
	}
	return l.held() // a pause may have begun while we waited
}

// held is the pause that the platform asked for, if one is on.
func (l *limits) held() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if left := l.paused.Sub(l.now()); left > 0 {
		return &heldError{left}
	}
	return nil
}

func (l *limits) target(to string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if to == "" {
		return nil
	}
	if now.Sub(l.swept) > time.Minute {
		l.swept = now
		for name, t := range l.targets {
			if t.Tokens() >= 1 { // as good as new
				delete(l.targets, name)
			}
		}
	}
	t := l.targets[to]
	if t == nil {
		t = rate.NewLimiter(perTarget, 1)
		l.targets[to] = t
	}
	return t
}

// pause stops all calls for as long as the platform asks.
func (l *limits) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.now().Add(max(d, time.Second)); until.After(l.paused) {
		l.paused = until
	}
}
