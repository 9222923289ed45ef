package feishu

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"
)

// A source hands out numbered tokens and counts.
type source struct {
	mu    sync.Mutex
	given int
	err   error
	gate  chan struct{}
}

func (s *source) fetch(context.Context) (string, time.Duration, error) {
	if s.gate != nil {
		<-s.gate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return "", 0, s.err
	}
	s.given++
	return "t-" + strconv.Itoa(s.given), 2 * time.Hour, nil
}

// Twenty callers cause one request.
func TestTokensAreFetchedOnceForAll(t *testing.T) {
	s := &source{gate: make(chan struct{})}
	tokens := &tokens{fetch: s.fetch, now: noon}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := tokens.get(t.Context()); err != nil || got != "t-1" {
				t.Errorf("token %q, %v", got, err)
			}
		})
	}
	close(s.gate)
	wg.Wait()
	if s.given != 1 {
		t.Errorf("%d requests", s.given)
	}
}

// A token is replaced before its end, at once when it was refused, and kept
// while a new one cannot be had but the old still works.
func TestTokensAreReplacedInTime(t *testing.T) {
	now := noon()
	s := &source{}
	tokens := &tokens{fetch: s.fetch, now: func() time.Time { return now }}
	want := func(token string) {
		t.Helper()
		if got, err := tokens.get(t.Context()); err != nil || got != token {
			t.Errorf("token %q, %v; want %q", got, err, token)
		}
	}
	want("t-1")
	now = now.Add(99 * time.Minute)
	want("t-1")
	now = now.Add(2 * time.Minute)
	want("t-2")
	tokens.evict("t-1") // refused long ago; the new one is not meant
	want("t-2")
	tokens.evict("t-2")
	want("t-3")
	s.err = errors.New("no answer")
	now = now.Add(110 * time.Minute)
	want("t-3")
	now = now.Add(11 * time.Minute)
	if _, err := tokens.get(t.Context()); err == nil {
		t.Error("a token past its end was given")
	}
}

// Who waits for a token leaves when its own time is up.
func TestTokensDoNotHoldTheCaller(t *testing.T) {
	s := &source{gate: make(chan struct{})}
	defer close(s.gate)
	tokens := &tokens{fetch: s.fetch, now: noon}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tokens.get(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
