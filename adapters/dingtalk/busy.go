package dingtalk

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// mostHandlers bounds how much is worked on at a time.
const mostHandlers = 64

// errStopping refuses a frame while we stop: it comes again, to another process or
// to us after the start.
var errStopping = errors.New("stopping")

// work bounds the handlers at work and lets a stop wait for them: who has all the
// seats knows that nobody works.
type work struct {
	seats  *semaphore.Weighted
	closed atomic.Bool
}

func newWork() *work { return &work{seats: semaphore.NewWeighted(mostHandlers)} }

// enter waits for a seat; leave gives it back.
func (b *work) enter(ctx context.Context) error {
	if b.closed.Load() {
		return errStopping
	}
	if err := b.seats.Acquire(ctx, 1); err != nil {
		return err
	}
	if b.closed.Load() {
		b.seats.Release(1)
		return errStopping
	}
	return nil
}

func (b *work) leave() { b.seats.Release(1) }

// close lets nobody in any more.
func (b *work) close() { b.closed.Store(true) }

// drain waits until nobody is at work, at most so long.
func (b *work) drain(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if b.seats.Acquire(ctx, mostHandlers) == nil {
		b.seats.Release(mostHandlers)
	}
}
