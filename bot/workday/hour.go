package workday

import (
	"slices"
	"time"
)

// AddWork returns the instant d of working hours after t, or before it if
// d < 0: four hours before 17:00 is 13:00, for 13:00–17:00 are worked. An end
// on a border stays on it: three hours after 09:00 is 12:00, not 13:00.
func (c Calendar) AddWork(t time.Time, d time.Duration) time.Time {
	t = t.In(Zone)
	spans := c.hours().Work
	if d == 0 || len(spans) == 0 {
		return t
	}
	if d < 0 {
		return c.workBack(t, -d, spans)
	}
	for n := number(t); ; n++ {
		if !c.working(n) {
			continue
		}
		for _, s := range spans {
			from, to := later(t, at(n, s.From)), at(n, s.To)
			if left := to.Sub(from); left >= d {
				return from.Add(d)
			} else if left > 0 {
				d -= left
			}
		}
	}
}

func (c Calendar) workBack(t time.Time, d time.Duration, spans []Span) time.Time {
	for n := number(t); ; n-- {
		if !c.working(n) {
			continue
		}
		for _, s := range slices.Backward(spans) {
			from, to := at(n, s.From), earlier(t, at(n, s.To))
			if left := to.Sub(from); left >= d {
				return to.Add(-d)
			} else if left > 0 {
				d -= left
			}
		}
	}
}

// Quiet reports whether nobody is to be reminded at t: in the night or on a
// day off (R90). The first minute of the night is quiet, its end is not.
func (c Calendar) Quiet(t time.Time) bool {
	return !c.Working(t) || c.hours().night(clockOf(t.In(Zone)))
}

// Later returns when a reminder that follows an event at t is said: at t, or if
// that is quiet at the next digest hour of a working day (R90).
func (c Calendar) Later(t time.Time) time.Time {
	t = t.In(Zone)
	if !c.Quiet(t) {
		return t
	}
	digest := c.hours().Digest
	for n := number(t); ; n++ {
		if morning := at(n, digest); c.working(n) && !morning.Before(t) {
			return morning
		}
	}
}

// Earlier returns when a reminder that comes before a limit is said: at t, or
// if that is quiet at the last working moment before it (R90).
func (c Calendar) Earlier(t time.Time) time.Time {
	t = t.In(Zone)
	if !c.Quiet(t) {
		return t
	}
	spans := c.hours().Work
	for n := number(t); n > number(t)-366; n-- {
		if !c.working(n) {
			continue
		}
		for _, s := range slices.Backward(spans) {
			from, moment := at(n, s.From), earlier(t, at(n, s.To))
			// Whoever works into the night is told before it begins.
			for ; !moment.Before(from); moment = moment.Add(-time.Minute) {
				if !c.Quiet(moment) {
					return moment
				}
			}
		}
	}
	return t // all working hours are quiet: nothing earlier is better
}

func at(n int, c Clock) time.Time { return date(n).Add(time.Duration(c) * time.Minute) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
