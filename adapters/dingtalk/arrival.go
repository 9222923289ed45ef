package dingtalk

import (
	"context"
	"slices"
	"sync"
	"time"
)

// How long something waits at most for what the same person said or tapped before
// it in the same chat, whatever is slow there.
const (
	eventPatience = 2 * time.Second
	tapQueue      = 300 * time.Millisecond
)

// settling is how long we wait for something earlier to turn up: the SDK starts a
// goroutine for each frame, and two connections know nothing of each other, so 完成
// could overtake 确认.
const settling = 15 * time.Millisecond

// arrivals keep what one person does in one chat in the order in which it was done,
// by the times that the platform gives.
type arrivals struct {
	settling time.Duration

	mu    sync.Mutex
	queue map[string][]*arrival // by person and chat, earliest first
}

// An arrival is something that waits for its turn or is at work.
type arrival struct {
	at   time.Time
	done chan struct{}
}

func newArrivals() *arrivals { return &arrivals{settling: settling, queue: map[string][]*arrival{}} }

// turn waits until what was done earlier is finished, and returns how to tell that
// this is.
func (a *arrivals) turn(ctx context.Context, key string, at time.Time, patience time.Duration) (done func()) {
	mine := &arrival{at: at, done: make(chan struct{})}
	a.mu.Lock()
	q := a.queue[key]
	i := len(q)
	for i > 0 && q[i-1].at.After(at) {
		i--
	}
	a.queue[key] = slices.Insert(q, i, mine)
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	rest(ctx, a.settling)
	for before := a.before(key, mine); before != nil && ctx.Err() == nil; before = a.before(key, mine) {
		select {
		case <-before:
		case <-ctx.Done():
		}
	}
	return func() {
		close(mine.done)
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.queue[key] = slices.DeleteFunc(a.queue[key], func(o *arrival) bool { return o == mine }); len(a.queue[key]) == 0 {
			delete(a.queue, key)
		}
	}
}

// before is closed when the one directly before this one is done; nil if there is
// none.
func (a *arrivals) before(key string, mine *arrival) <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if i := slices.Index(a.queue[key], mine); i > 0 {
		return a.queue[key][i-1].done
	}
	return nil
}
