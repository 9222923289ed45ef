package workday_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/workday"
)

// official is the calendar of the program as it is shipped.
func official() workday.Calendar {
	return workday.New(workday.DefaultHours(), workday.Official()...)
}

// on reads a wall time in Shanghai, of 2026 if no year is given.
func on(tb testing.TB, s string) time.Time {
	tb.Helper()
	if strings.Count(s, "-") == 1 {
		s = "2026-" + s
	}
	layout := "2006-01-02 15:04:05"[:len(s)]
	at, err := time.ParseInLocation(layout, s, workday.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

// day reads a date of 2026.
func day(tb testing.TB, s string) workday.Date {
	tb.Helper()
	return workday.DateOf(on(tb, s))
}

// said is how a failing test names an instant.
func said(t time.Time) string { return t.Format("2006-01-02 Mon 15:04:05 -0700") }

// same reports two instants that differ, or one that is not shown in Shanghai.
func same(tb testing.TB, what string, got, want time.Time) {
	tb.Helper()
	if !got.Equal(want) || got.Location() != workday.Zone {
		tb.Errorf("%s is %s, want %s", what, said(got), said(want))
	}
}

func TestWorkingDaysOf2026(t *testing.T) {
	cal := official()
	var off, makeUp []string
	for d := (workday.Date{Year: 2026, Month: 1, Day: 1}); d.Year == 2026; d = d.AddDays(1) {
		noon := d.At(12 * 60)
		end := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		switch {
		case cal.MakeUp(noon):
			makeUp = append(makeUp, noon.Format("01-02 Mon"))
		case !cal.Working(noon) && cal.Name(noon) != "":
			off = append(off, noon.Format("01-02 ")+cal.Name(noon))
		case cal.Working(noon) == end:
			t.Errorf("%v is not listed and does not follow its weekday", d)
		}
	}
	var want []string
	for _, h := range []struct {
		name, first string
		days        int
	}{
		{"元旦", "01-01", 3}, {"春节", "02-15", 9}, {"清明节", "04-04", 3}, {"劳动节", "05-01", 5},
		{"端午节", "06-19", 3}, {"中秋节", "09-25", 3}, {"国庆节", "10-01", 7},
	} {
		for i := range h.days {
			want = append(want, day(t, h.first).AddDays(i).At(0).Format("01-02 ")+h.name)
		}
	}
	if diff := cmp.Diff(want, off); diff != "" {
		t.Errorf("days off (-want +got):\n%s", diff)
	}
	worked := []string{"01-04 Sun", "02-14 Sat", "02-28 Sat", "05-09 Sat", "09-20 Sun", "10-10 Sat"}
	if diff := cmp.Diff(worked, makeUp); diff != "" {
		t.Errorf("补班 days (-want +got):\n%s", diff)
	}
}

func TestAddCountsWorkingDaysAndNotTheDayItself(t *testing.T) {
	cal := official()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"08-12 17:00", 3, "08-17 17:00"},
		{"09-29 17:00", 3, "10-09 17:00"},
		{"09-30 17:00", 3, "10-10 17:00"}, // a 补班 Saturday
		{"09-30 17:00", 4, "10-12 17:00"},
		{"09-23 10:00", -2, "09-21 10:00"},
		{"09-23 10:00", -3, "09-20 10:00"}, // a 补班 Sunday
		{"09-23 10:00", -4, "09-18 10:00"},
		{"08-14 09:30", 1, "08-17 09:30"},
		{"08-15 09:30", 1, "08-17 09:30"}, // from a day off
		{"08-15 09:30", -1, "08-14 09:30"},
		{"08-15 09:30", 0, "08-15 09:30"}, // nothing is added
		{"02-13 17:00", 1, "02-14 17:00"},
		{"02-14 17:00", 1, "02-24 17:00"},
		{"2025-12-31 17:00", 1, "01-04 17:00"},
		{"01-04 17:00", -1, "2025-12-31 17:00"},
		{"2025-09-30 17:00", 2, "2025-10-10 17:00"},
		{"08-12 23:59:59", 1, "08-13 23:59:59"},
	} {
		same(t, fmt.Sprintf("%s %+d working days", c.from, c.n), cal.Add(on(t, c.from), c.n), on(t, c.want))
	}
}

func TestTheDateIsThatOfShanghai(t *testing.T) {
	cal := official()
	utc := time.Date(2026, 9, 24, 17, 0, 0, 0, time.UTC) // 01:00 of the 25th, 中秋节
	if cal.Working(utc) || cal.Name(utc) != "中秋节" {
		t.Errorf("%s: working %v, name %q", said(utc), cal.Working(utc), cal.Name(utc))
	}
	if got, want := workday.DateOf(utc), day(t, "09-25"); got != want {
		t.Errorf("date is %v, want %v", got, want)
	}
	same(t, "a working day after it", cal.Add(utc, 1), on(t, "09-28 01:00"))
	same(t, "nothing after it", cal.Add(utc, 0), on(t, "09-25 01:00"))
}

func TestCountIsOfTheDatesAfterTheFirst(t *testing.T) {
	cal := official()
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"08-17 17:00", "08-17 23:59", 0},
		{"08-17 17:00", "08-18 09:00", 1},
		{"08-14 17:00", "08-16 17:00", 0},
		{"08-14 17:00", "08-17 00:00", 1},
		{"09-29 00:00", "10-09 23:00", 3},
		{"09-30 00:00", "10-10 00:00", 3},
		{"10-10 00:00", "09-30 00:00", -3},
		{"09-18 00:00", "09-21 00:00", 2},
		{"2025-12-31 00:00", "2027-01-01 00:00", 249}, // 261 weekdays − 19 off + 6 补班, and 2027-01-01, which is not listed
	} {
		if got := cal.Count(on(t, c.from), on(t, c.to)); got != c.want {
			t.Errorf("from %s to %s: %d working days, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestR90_AYearWithoutItsNoticeFollowsTheWeekday(t *testing.T) {
	cal := official()
	known := map[int]bool{2024: false, 2025: true, 2026: true, 2027: false}
	for year, want := range known {
		if got := cal.Known(year); got != want {
			t.Errorf("%d known: %v, want %v", year, got, want)
		}
	}
	national := on(t, "2027-10-01") // a Friday
	if !cal.Working(national) || cal.Name(national) != "" {
		t.Errorf("%s: working %v, name %q", said(national), cal.Working(national), cal.Name(national))
	}
}

func TestTheZeroCalendarKnowsNoYear(t *testing.T) {
	var cal workday.Calendar
	if cal.Known(2026) {
		t.Error("2026 is known")
	}
	if at := on(t, "10-01"); !cal.Working(at) || cal.Name(at) != "" || cal.MakeUp(at) {
		t.Errorf("%s is not a plain working day", said(at))
	}
	if at := on(t, "10-10"); cal.Working(at) {
		t.Errorf("%s, a Saturday, is worked", said(at))
	}
	if diff := cmp.Diff(workday.DefaultHours(), cal.Hours()); diff != "" {
		t.Errorf("hours (-want +got):\n%s", diff)
	}
	same(t, "four work hours before 17:00", cal.AddWork(on(t, "08-18 17:00"), -4*time.Hour), on(t, "08-18 13:00"))
}

func TestACompanysCalendarBeatsTheOfficialOne(t *testing.T) {
	company := workday.Year{Days: []workday.Day{
		{Date: day(t, "08-12"), Name: "厂庆", Off: true},
		{Date: day(t, "10-10"), Name: "十一补休", Off: true},
		{Date: day(t, "08-15")}, // 大小周: this Saturday is worked
	}}
	cal := workday.New(workday.DefaultHours(), append(workday.Official(), company)...)
	var got []string
	for _, s := range []string{"08-12", "10-10", "08-15", "10-01"} {
		at := on(t, s)
		got = append(got, fmt.Sprintf("%s working=%v 补班=%v %s", s, cal.Working(at), cal.MakeUp(at), cal.Name(at)))
	}
	want := []string{
		"08-12 working=false 补班=false 厂庆", "10-10 working=false 补班=false 十一补休",
		"08-15 working=true 补班=true ", "10-01 working=false 补班=false 国庆节",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
	if cal.Known(0) || !cal.Known(2026) {
		t.Error("an overlay changed which years are known")
	}
}

func TestACalendarDoesNotChangeWithItsSources(t *testing.T) {
	hours := workday.DefaultHours()
	years := workday.Official()
	cal := workday.New(hours, years...)
	hours.Work[0].From = 0
	cal.Hours().Work[1].To = 24 * 60
	for i := range years {
		years[i].Days = slices.Delete(years[i].Days, 0, len(years[i].Days))
	}
	if diff := cmp.Diff(workday.DefaultHours(), cal.Hours()); diff != "" {
		t.Errorf("hours (-before +after):\n%s", diff)
	}
	if cal.Working(on(t, "10-01")) {
		t.Error("10-01 became a working day")
	}
}
