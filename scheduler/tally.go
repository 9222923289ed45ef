package scheduler

import (
	"context"
	"sync"
)

// A tally counts what all shifts of a courier have under way, so that Drain
// knows when nothing is.
type tally struct {
	mu     sync.Mutex
	busy   int           // claims, and groups not recorded yet
	ended  int           // how often something was recorded, which may free what waited behind it
	change chan struct{} // closed at the next change
}

func newTally() *tally { return &tally{change: make(chan struct{})} }

func (t *tally) enter(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy += n
}

// leave takes back what ended without consequences for others.
func (t *tally) leave(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy -= n
	close(t.change)
	t.change = make(chan struct{})
}

// settled takes back groups whose end was recorded.
func (t *tally) settled(n int) {
	t.mu.Lock()
	t.ended++
	t.mu.Unlock()
	t.leave(n)
}

func (t *tally) mark() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}

// wait reports whether nothing is under way and nothing was recorded since the
// mark. If something is, it waits for a change first.
func (t *tally) wait(ctx context.Context, mark int) (quiet bool, err error) {
	t.mu.Lock()
	busy, ended, change := t.busy, t.ended, t.change
	t.mu.Unlock()
	switch {
	case ended != mark:
		return false, nil
	case busy == 0:
		return true, nil
	}
	select {
	case <-change:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}
