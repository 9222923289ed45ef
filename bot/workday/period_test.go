package workday_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/workday"
)

func TestLastWorkingDayOfAPeriod(t *testing.T) {
	cal := official()
	for _, c := range []struct {
		what string
		of   func(time.Time) time.Time
		at   string
		want string // empty: there is none
	}{
		{"week", cal.LastOfWeek, "08-12 10:00", "08-14 00:00"},
		{"week", cal.LastOfWeek, "08-10 00:00", "08-14 00:00"}, // it starts on Monday
		{"week", cal.LastOfWeek, "08-16 23:59", "08-14 00:00"}, // and ends on Sunday
		{"week", cal.LastOfWeek, "09-15 10:00", "09-20 00:00"}, // a 补班 Sunday
		{"week", cal.LastOfWeek, "09-22 10:00", "09-24 00:00"}, // 中秋节 on Friday
		{"week", cal.LastOfWeek, "09-28 10:00", "09-30 00:00"},
		{"week", cal.LastOfWeek, "10-08 10:00", "10-10 00:00"}, // a 补班 Saturday
		{"week", cal.LastOfWeek, "02-18 10:00", ""},            // 春节
		{"week", cal.LastOfWeek, "2027-01-02 10:00", "2027-01-01 00:00"},
		{"month", cal.LastOfMonth, "08-17 10:00", "08-31 00:00"},
		{"month", cal.LastOfMonth, "05-01 00:00", "05-29 00:00"},
		{"month", cal.LastOfMonth, "02-10 10:00", "02-28 00:00"}, // a 补班 Saturday
		{"month", cal.LastOfMonth, "12-31 23:59", "12-31 00:00"},
		{"month", cal.LastOfMonth, "2025-08-01 10:00", "2025-08-29 00:00"},
		{"year", cal.LastOfYear, "01-01 00:00", "12-31 00:00"},
		{"year", cal.LastOfYear, "2027-06-01 10:00", "2027-12-31 00:00"},
		{"year", cal.LastOfYear, "2022-06-01 10:00", "2022-12-30 00:00"},
	} {
		var want time.Time
		if c.want != "" {
			want = on(t, c.want)
		}
		if got := c.of(on(t, c.at)); !got.Equal(want) {
			t.Errorf("last working day of the %s of %s is %s, want %s", c.what, c.at, said(got), said(want))
		}
	}
	utc := on(t, "08-31 07:00").UTC() // still Sunday the 30th there
	same(t, "last of the week", cal.LastOfWeek(utc), on(t, "09-04"))
	same(t, "last of the month", cal.LastOfMonth(on(t, "09-01 07:00").UTC()), on(t, "09-30"))
	same(t, "last of the year", cal.LastOfYear(on(t, "2026-01-01 07:00").UTC()), on(t, "12-31"))
}

func TestLastWorkingDayMayBeTheFirst(t *testing.T) {
	stop := workday.Year{}
	for d := day(t, "08-11"); d.Before(day(t, "08-15")); d = d.AddDays(1) {
		stop.Days = append(stop.Days, workday.Day{Date: d, Name: "检修", Off: true})
	}
	cal := workday.New(workday.DefaultHours(), stop)
	same(t, "last of the week", cal.LastOfWeek(on(t, "08-12")), on(t, "08-10"))
}

// holiday shows what NextHoliday answers.
func holiday(cal workday.Calendar, at time.Time) string {
	first, last, name, ok := cal.NextHoliday(at)
	if !ok {
		return "none"
	}
	return fmt.Sprint(name, " ", first, "–", last)
}

func TestNextHoliday(t *testing.T) {
	cal := official()
	for _, c := range []struct{ at, want string }{
		{"08-17", "中秋节 2026-09-25–2026-09-27"},
		{"09-24 23:59", "中秋节 2026-09-25–2026-09-27"},
		{"09-25", "中秋节 2026-09-25–2026-09-27"}, // it is on
		{"09-27 23:59", "中秋节 2026-09-25–2026-09-27"},
		{"09-28", "国庆节 2026-10-01–2026-10-07"},
		{"10-04 12:00", "国庆节 2026-10-01–2026-10-07"},
		{"02-14 12:00", "春节 2026-02-15–2026-02-23"},     // its 补班 day is none of it
		{"02-28 12:00", "清明节 2026-04-04–2026-04-06"},    // nor is the one after it
		{"04-03", "清明节 2026-04-04–2026-04-06"},          // a weekend and a Monday
		{"2025-12-31", "元旦 2026-01-01–2026-01-03"},      // over the year
		{"2025-09-28", "国庆节、中秋节 2025-10-01–2025-10-08"}, // two in one
		{"10-08", "none"}, // 2027 is not listed
	} {
		if got := holiday(cal, on(t, c.at)); got != c.want {
			t.Errorf("on %s: %s, want %s", c.at, got, c.want)
		}
	}
	if got := holiday(workday.Calendar{}, on(t, "09-24")); got != "none" {
		t.Errorf("without a year: %s", got)
	}
}

func TestNextHolidayIsWholeWhicheverDayIsAsked(t *testing.T) {
	leave := workday.Year{Days: []workday.Day{ // Friday, a weekend that is not listed, Monday
		{Date: day(t, "08-14"), Name: "高温假", Off: true},
		{Date: day(t, "08-17"), Name: "高温假", Off: true},
		{Date: day(t, "08-18"), Name: "厂庆", Off: true}, // the next begins at once
		{Date: day(t, "08-21"), Name: "停电", Off: true}, // a weekend at the end is none of it
	}}
	cal := workday.New(workday.DefaultHours(), leave)
	hot, works, dark := "高温假 2026-08-14–2026-08-17", "厂庆 2026-08-18–2026-08-18", "停电 2026-08-21–2026-08-21"
	want := map[string]string{
		"08-13": hot, "08-14": hot, "08-15": hot, "08-16": hot, "08-17": hot,
		"08-18": works, "08-19": dark, "08-21": dark,
	}
	got := map[string]string{}
	for at := range want {
		got[at] = holiday(cal, on(t, at))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("holidays (-want +got):\n%s", diff)
	}
}

func TestWorkingDaysBesideAHoliday(t *testing.T) {
	cal := official()
	first, last, _, ok := cal.NextHoliday(on(t, "09-28"))
	if !ok {
		t.Fatal("no holiday")
	}
	due := cal.Hours().DefaultDue
	same(t, "节前", cal.Add(first.At(due), -1), on(t, "09-30 17:00"))
	same(t, "the first working day after it", cal.Add(last.At(due), 1), on(t, "10-08 17:00"))
}
