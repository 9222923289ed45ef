package dingtalk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// perAPI is how many calls a second we make to one API, below the 20 that the
// platform allows an app; aBurst may come at once.
const (
	perAPI = 15
	aBurst = 4
)

// limits keeps us below what the platform refuses. Replicas do not share it; what
// they do too much together is refused, and then nobody calls that API for a while.
type limits struct {
	now func() time.Time

	mu     sync.Mutex
	apis   map[string]*rate.Limiter // by path: a handful
	paused map[string]time.Time
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, apis: map[string]*rate.Limiter{}, paused: map[string]time.Time{}}
}

// A heldError says that an API is not called for a while because the platform
// refused it for its rate. Nothing was sent.
type heldError struct{ left time.Duration }

// Error implements error.
func (h *heldError) Error() string { return fmt.Sprintf("dingtalk: a pause of %v", h.left) }

// wait returns when a call may be made.
func (l *limits) wait(ctx context.Context, path string) error {
	if err := l.held(path); err != nil {
		return err
	}
	if err := l.api(path).Wait(ctx); err != nil {
		return &unsentError{fmt.Errorf("turn of %s: %w", path, err)}
	}
	return l.held(path) // a pause may have begun while we waited
}

func (l *limits) held(path string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if left := l.paused[path].Sub(l.now()); left > 0 {
		return &heldError{left}
	}
	return nil
}

func (l *limits) api(path string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.apis[path] == nil {
		l.apis[path] = rate.NewLimiter(perAPI, aBurst)
	}
	return l.apis[path]
}

// pause stops the calls of an API for one to two seconds, and says for how long:
// replicas that were refused together do not come back together.
func (l *limits) pause(path string) time.Duration {
	d := time.Second + rand.N(time.Second) //nolint:gosec // nothing to be guessed
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused[path] = l.now().Add(d)
	return d
}
