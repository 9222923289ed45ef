package workday

import (
	"fmt"
	"time"
)

// A Clock is a wall time in minutes since midnight, 0 to 24*60.
type Clock int

// ParseClock reads a wall time such as 17:00 or 9:30; 24:00 is the day's end.
func ParseClock(s string) (Clock, error) {
	if s == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("wall time %q is not like 17:00: %w", s, err)
	}
	return clockOf(t), nil
}

// String returns the wall time as 09:05.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

func clockOf(t time.Time) Clock { return Clock(t.Hour()*60 + t.Minute()) }

// A Span is a part of a day, from the one wall time up to the other.
type Span struct{ From, To Clock }

// Hours are an organisation's office hours, asked at set-up (method.md 2.3).
type Hours struct {
	DefaultDue Clock  // the hour of a deadline without one (R37)
	Noon       Clock  // 中午前
	OffWork    Clock  // 下班前, EOD
	Digest     Clock  // when people are told what waited for the morning (M26)
	Work       []Span // the working hours, in order (M3, M27)
	// Between QuietFrom and QuietTo, over midnight, nobody is reminded (R90).
	// Equal ones mean that there is no quiet time but the days off.
	QuietFrom, QuietTo Clock
}

// DefaultHours returns the hours of the method: due at 17:00, noon 12:00, off
// work 18:00, digest 09:00, work 09:00–12:00 and 13:00–18:00, quiet 21:00–08:30.
func DefaultHours() Hours {
	return Hours{
		DefaultDue: 17 * 60, Noon: 12 * 60, OffWork: 18 * 60, Digest: 9 * 60,
		Work:      []Span{{9 * 60, 12 * 60}, {13 * 60, 18 * 60}},
		QuietFrom: 21 * 60, QuietTo: 8*60 + 30,
	}
}

// Check returns what is wrong with the hours: a wall time outside the day,
// working hours that are missing, empty or out of order, a digest in the night.
func (h Hours) Check() error {
	for _, c := range []Clock{h.DefaultDue, h.Noon, h.OffWork, h.Digest, h.QuietFrom, h.QuietTo} {
		if c < 0 || c >= 24*60 {
			return fmt.Errorf("wall time %d is outside the day", int(c))
		}
	}
	end := Clock(0)
	for _, s := range h.Work {
		if s.From < end || s.To <= s.From || s.To > 24*60 {
			return fmt.Errorf("working hours %v–%v are empty, out of order or outside the day", s.From, s.To)
		}
		end = s.To
	}
	if end == 0 {
		return fmt.Errorf("there are no working hours")
	}
	if h.night(h.Digest) {
		return fmt.Errorf("the digest at %v falls into the quiet time %v–%v", h.Digest, h.QuietFrom, h.QuietTo)
	}
	return nil
}

// night reports whether the wall time lies in [QuietFrom, QuietTo).
func (h Hours) night(c Clock) bool {
	if h.QuietFrom <= h.QuietTo {
		return h.QuietFrom <= c && c < h.QuietTo
	}
	return c >= h.QuietFrom || c < h.QuietTo
}
