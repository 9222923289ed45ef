package workday

import (
	"fmt"
	"time"
)

// A Date is a day of the calendar in Asia/Shanghai.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date that the calendar on a wall in Shanghai shows at t.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{y, m, d}
}

// ParseDate reads 2006-01-02 and refuses dates that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.ParseInLocation("2006-01-02", s, Zone)
	if err != nil {
		return Date{}, fmt.Errorf("date %q is not like 2006-01-02: %w", s, err)
	}
	return DateOf(t), nil
}

// At returns the instant of the wall time on the date.
func (d Date) At(c Clock) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, int(c), 0, 0, Zone)
}

// AddDays returns the date n calendar days later, or earlier if n < 0.
func (d Date) AddDays(n int) Date { return DateOf(d.At(0).AddDate(0, 0, n)) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.At(0).Weekday() }

// Before reports whether d comes before other.
func (d Date) Before(other Date) bool { return d.number() < other.number() }

// String returns the date as 2006-01-02.
func (d Date) String() string { return d.At(0).Format("2006-01-02") }

// number counts days, so that arithmetic on them is arithmetic on integers.
func (d Date) number() int { return number(d.At(0)) }

// number returns the days from 1970-01-01 to the date of t in Asia/Shanghai.
func number(t time.Time) int {
	const day = 24 * 3600
	seconds := t.Unix() + 8*3600
	n := seconds / day
	if seconds%day < 0 {
		n--
	}
	return int(n)
}

// date is the midnight at which the day of that number begins.
func date(n int) time.Time { return time.Date(1970, 1, 1+n, 0, 0, 0, 0, Zone) }

// weekday counts from Monday = 0; 1970-01-01 was a Thursday.
func weekday(n int) int { return ((n+3)%7 + 7) % 7 }

func weekend(n int) bool { return weekday(n) >= 5 }
