package feishu

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errStopping refuses an event while we stop: it is delivered again, to another
// process or to us after the start.
var errStopping = errors.New("stopping")

// busy counts the handlers at work, bounds them and lets a stop wait for them.
type busy struct {
	seats chan struct{}

	mu      sync.Mutex
	closed  bool
	working sync.WaitGroup
}

func newBusy(most int) *busy { return &busy{seats: make(chan struct{}, most)} }

// enter reports whether work may begin; it waits for a seat.
func (b *busy) enter(ctx context.Context) bool {
	select {
	case b.seats <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		<-b.seats
		return false
	}
	b.working.Add(1)
	return true
}

func (b *busy) leave() {
	b.working.Done()
	<-b.seats
}

// stay does what outlasts the handler that calls it; a stop waits for it too.
func (b *busy) stay(do func()) { b.working.Go(do) }

// close lets nobody in any more.
func (b *busy) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// stopping reports whether nobody is let in any more.
func (b *busy) stopping() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// drain waits until nobody is at work, at most so long.
func (b *busy) drain(most time.Duration) {
	done := make(chan struct{})
	go func() {
		b.working.Wait()
		close(done)
	}()
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}
