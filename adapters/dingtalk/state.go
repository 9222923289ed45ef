package dingtalk

import (
	"sync"
	"time"

	"huiban/bot/workday"
)

// An hourly lets something be said once an hour about each thing.
type hourly struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// ring reports whether it may be said now, and notes that it is.
func (h *hourly) ring(about string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at, ok := h.last[about]; ok && now.Sub(at) < time.Hour {
		return false
	}
	if h.last == nil || len(h.last) > mostKnown {
		h.last = map[string]time.Time{}
	}
	h.last[about] = now
	return true
}

// pushes is whether the platform still pushes the words of messages this month.
type pushes struct {
	mu    sync.Mutex
	until time.Time
}

// gone notes that it does not, and reports whether that is new.
func (q *pushes) gone(now time.Time) bool {
	now = now.In(workday.Zone)
	q.mu.Lock()
	defer q.mu.Unlock()
	known := now.Before(q.until)
	q.until = time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, workday.Zone)
	return !known
}

// back notes that a message came with its words: somebody bought more.
func (q *pushes) back() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.until = time.Time{}
}

func (q *pushes) spent(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return now.Before(q.until)
}

// corp is the organisation that the app is of, as far as it was told.
type corp struct {
	mu sync.Mutex
	id string
}

// learn notes it, and reports whether that is new.
func (c *corp) learn(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id != "" || id == "" {
		return false
	}
	c.id = id
	return true
}

// other reports whether id is another organisation than ours.
func (c *corp) other(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id != "" && id != "" && id != c.id
}
