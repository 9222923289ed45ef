package workday

import "time"

// LastOfWeek returns the last working day of t's week, which starts on Monday,
// at midnight. The zero time means that the week has none.
func (c Calendar) LastOfWeek(t time.Time) time.Time {
	n := number(t)
	monday := n - weekday(n)
	return c.last(monday, monday+6)
}

// LastOfMonth returns the last working day of t's month, at midnight.
func (c Calendar) LastOfMonth(t time.Time) time.Time {
	d := DateOf(t)
	return c.last(Date{d.Year, d.Month, 1}.number(), Date{d.Year, d.Month + 1, 0}.number())
}

// LastOfYear returns the last working day of t's year, at midnight.
func (c Calendar) LastOfYear(t time.Time) time.Time {
	y := DateOf(t).Year
	return c.last(Date{y, 1, 1}.number(), Date{y, 12, 31}.number())
}

// last is the last working day of [from, to], the zero time if there is none.
func (c Calendar) last(from, to int) time.Time {
	for n := to; n >= from; n-- {
		if c.working(n) {
			return date(n)
		}
	}
	return time.Time{}
}

// NextHoliday returns the holiday that is on at t, or else the next one: its
// first and last day off and its name. ok is false if none is listed within a
// year, as when the year's notice is not loaded.
func (c Calendar) NextHoliday(t time.Time) (first, last Date, name string, ok bool) {
	n := number(t)
	from := n
	for ; c.name(from) == ""; from++ {
		if from > n+366 {
			return Date{}, Date{}, "", false
		}
	}
	return DateOf(date(c.edge(from, -1))), DateOf(date(c.edge(from, 1))), c.name(from), true
}

// edge is the furthest day of the holiday on n in the direction of step. A plain
// weekend in the middle belongs to it, one at the end does not.
func (c Calendar) edge(n, step int) int {
	name, end := c.name(n), n
	for ; !c.working(n) && (c.name(n) == name || c.name(n) == ""); n += step {
		if c.name(n) == name {
			end = n
		}
	}
	return end
}
