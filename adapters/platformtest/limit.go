package platformtest

import (
	"sync"
	"time"
)

// Scopes are the permissions that were taken from the app. The zero value is none.
type Scopes struct {
	mu    sync.Mutex
	taken map[string]bool
}

// Forbid takes permissions from the app: calls that need one say which.
func (s *Scopes) Forbid(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == nil {
		s.taken = map[string]bool{}
	}
	for _, scope := range scopes {
		s.taken[scope] = true
	}
}

// Grant gives permissions back.
func (s *Scopes) Grant(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, scope := range scopes {
		delete(s.taken, scope)
	}
}

// Forbidden reports whether a permission was taken.
func (s *Scopes) Forbidden(scope string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken[scope]
}

// Meter lets so many calls through in a second. The zero value is full.
type Meter struct {
	left float64
	at   time.Time
}

// Take reports whether one more call fits; it is not for several goroutines. Two
// more than the rate fit at once, for the jitter of a test machine.
func (m *Meter) Take(now time.Time, rate float64) bool {
	const slack = 2
	m.left = min(rate+slack, m.left+now.Sub(m.at).Seconds()*rate) // full at first, the zero time being long ago
	m.at = now
	if m.left < 1 {
		return false
	}
	m.left--
	return true
}
