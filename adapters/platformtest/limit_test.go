package platformtest

import (
	"testing"
	"time"
)

func TestScopes(t *testing.T) {
	var s Scopes
	s.Grant("send")
	if s.Forbidden("send") {
		t.Error("nothing is forbidden at first")
	}
	s.Forbid("send", "read")
	s.Grant("read")
	if !s.Forbidden("send") || s.Forbidden("read") || s.Forbidden("other") {
		t.Error(s.taken)
	}
}

// TestMeter: five calls a second, and two more at once.
func TestMeter(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	var m Meter
	for _, c := range []struct {
		later       time.Duration
		asked, fits int
	}{
		{0, 12, 7},
		{100 * time.Millisecond, 1, 0},
		{100 * time.Millisecond, 2, 1},
		{time.Second, 9, 5},
		{time.Hour, 12, 7}, // it does not fill beyond
	} {
		now = now.Add(c.later)
		n := 0
		for range c.asked {
			if m.Take(now, 5) {
				n++
			}
		}
		if n != c.fits {
			t.Errorf("%v later: %d of %d calls fit, not %d", c.later, n, c.asked, c.fits)
		}
	}
}
