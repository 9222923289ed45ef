// Package workday counts working days and working hours by the official days
// off of China, their 补班 days and a company's own calendar (method.md 2.3,
// R90). It knows no meeting, no task, no person and no clock: the instant is
// always an argument, and every answer is in Asia/Shanghai whatever zone the
// argument has.
package workday

import (
	"slices"
	"time"
)

// Zone is Asia/Shanghai. It is fixed at +08:00, the law since 1991, so that no
// zone data is needed on the machine.
var Zone = time.FixedZone("Asia/Shanghai", 8*3600) //nolint:gochecknoglobals // time.Location has no constants; nobody assigns it

// A Calendar tells working days from days off. It is a value, safe for
// concurrent use. The zero Calendar has the default hours and knows no year:
// Monday to Friday are working days.
type Calendar struct{ table *table }

type table struct {
	hours Hours
	known map[int]bool
	days  map[int]Day // by number of day
}

// New returns the calendar of the years; of two that list one date the later
// wins, so a company's calendar comes after the official years. A Year without
// a number adds its days and makes no year known. The hours should pass Check;
// working hours that are empty are left out.
func New(h Hours, years ...Year) Calendar {
	t := &table{hours: h, known: map[int]bool{}, days: map[int]Day{}}
	// An empty span would let AddWork search for ever.
	t.hours.Work = slices.DeleteFunc(slices.Clone(h.Work), func(s Span) bool { return s.To <= s.From })
	for _, y := range years {
		if y.Year != 0 {
			t.known[y.Year] = true
		}
		for _, d := range y.Days {
			t.days[d.Date.number()] = d
		}
	}
	return Calendar{t}
}

// Hours returns the office hours of the calendar.
func (c Calendar) Hours() Hours {
	h := c.hours()
	h.Work = slices.Clone(h.Work)
	return h
}

// Known reports whether the days off of the year were loaded. If not, only the
// weekday decides, and whoever shows a date of that year says so (R90).
func (c Calendar) Known(year int) bool { return c.table != nil && c.table.known[year] }

// Working reports whether the date of t is a working day.
func (c Calendar) Working(t time.Time) bool { return c.working(number(t)) }

// MakeUp reports whether the date of t is a 补班 day: a weekend that is worked.
func (c Calendar) MakeUp(t time.Time) bool {
	n := number(t)
	return weekend(n) && c.working(n)
}

// Name returns the name of the holiday on the date of t, such as 国庆节; it is
// empty on working days and on plain weekends.
func (c Calendar) Name(t time.Time) string { return c.name(number(t)) }

// Add returns the same wall time n working days later, or earlier if n < 0. The
// date of t itself is not counted (民法典 201), so the result is a working day;
// for n = 0 it is t.
func (c Calendar) Add(t time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	from := number(t)
	day := from
	for n > 0 {
		day += step
		if c.working(day) {
			n--
		}
	}
	return t.In(Zone).AddDate(0, 0, day-from)
}

// Count returns the working days in (the date of from, the date of to], as
// overdue days are counted (method.md 2.4); negative if to lies before from.
func (c Calendar) Count(from, to time.Time) int {
	a, b, sign := number(from), number(to), 1
	if b < a {
		a, b, sign = b, a, -1
	}
	count := 0
	for day := a + 1; day <= b; day++ {
		if c.working(day) {
			count++
		}
	}
	return sign * count
}

// hours are the office hours, sharing the calendar's spans.
func (c Calendar) hours() Hours {
	if c.table == nil {
		return DefaultHours()
	}
	return c.table.hours
}

func (c Calendar) working(day int) bool {
	if c.table != nil {
		if d, listed := c.table.days[day]; listed {
			return !d.Off
		}
	}
	return !weekend(day)
}

func (c Calendar) name(day int) string {
	if c.table == nil {
		return ""
	}
	if d := c.table.days[day]; d.Off {
		return d.Name
	}
	return ""
}
