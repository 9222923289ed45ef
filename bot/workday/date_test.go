package workday_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiban/bot/workday"
)

func TestParseDate(t *testing.T) {
	for s, want := range map[string]workday.Date{
		"2026-08-17": {Year: 2026, Month: time.August, Day: 17},
		"2024-02-29": {Year: 2024, Month: time.February, Day: 29},
		"0001-01-01": {Year: 1, Month: time.January, Day: 1},
		"9999-12-31": {Year: 9999, Month: time.December, Day: 31},
	} {
		if got, err := workday.ParseDate(s); err != nil || got != want || got.String() != s {
			t.Errorf("%q is %v (%v), want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-8-17", "2026/08/17", "2026-08-17 10:00", "明天"} {
		if got, err := workday.ParseDate(s); err == nil || !strings.Contains(err.Error(), s) || got != (workday.Date{}) {
			t.Errorf("%q is %v (%v), want an error that names it", s, got, err)
		}
	}
}

func TestDateOfIsThatOfShanghai(t *testing.T) {
	for _, c := range []struct{ utc, want string }{
		{"2026-08-16T15:59:59Z", "2026-08-16"},
		{"2026-08-16T16:00:00Z", "2026-08-17"},
		{"1969-12-31T15:59:59Z", "1969-12-31"},
		{"1969-12-28T15:59:59Z", "1969-12-28"}, // a Sunday before 1970
		{"1969-12-31T16:00:00Z", "1970-01-01"},
		{"1900-02-28T16:00:00Z", "1900-03-01"},
	} {
		at, err := time.Parse(time.RFC3339, c.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := workday.DateOf(at).String(); got != c.want {
			t.Errorf("%s is %s, want %s", c.utc, got, c.want)
		}
		// That a weekday is worked or not shows which day was counted.
		var cal workday.Calendar
		end := workday.DateOf(at).Weekday() == time.Saturday || workday.DateOf(at).Weekday() == time.Sunday
		if cal.Working(at) == end {
			t.Errorf("%s, a %v, works: %v", c.utc, workday.DateOf(at).Weekday(), !end)
		}
	}
}

func TestDateAt(t *testing.T) {
	d := day(t, "08-31")
	same(t, "17:00", d.At(17*60), on(t, "08-31 17:00"))
	same(t, "24:00", d.At(24*60), on(t, "09-01 00:00"))
}

func TestDateArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := workday.DateOf(instant(t))
		n := rapid.IntRange(-5000, 5000).Draw(t, "days")
		moved := d.AddDays(n)
		if back := moved.AddDays(-n); back != d {
			t.Fatalf("%v %+d days is %v, and back %v", d, n, moved, back)
		}
		if got, want := d.Before(moved), n > 0; got != want {
			t.Fatalf("%v before %v: %v", d, moved, got)
		}
		if got := int(moved.At(0).Sub(d.At(0)) / (24 * time.Hour)); got != n {
			t.Fatalf("from %v to %v are %d days, want %d", d, moved, got, n)
		}
		if read, err := workday.ParseDate(moved.String()); err != nil || read != moved {
			t.Fatalf("%v is read as %v (%v)", moved, read, err)
		}
	})
}
