package workday_test

import (
	"fmt"
	"testing"
	"time"

	"huiban/bot/workday"
)

func TestM27_AddWorkCountsWorkingHoursOnly(t *testing.T) {
	cal := official()
	for _, c := range []struct {
		from string
		d    time.Duration
		want string
	}{
		{"08-18 17:00", -4 * time.Hour, "08-18 13:00"},
		{"08-18 09:00", -4 * time.Hour, "08-17 14:00"},
		{"08-17 09:00", -4 * time.Hour, "08-14 14:00"},
		{"10-08 09:00", -4 * time.Hour, "09-30 14:00"},
		{"10-10 10:00", -4 * time.Hour, "10-09 15:00"}, // a 补班 Saturday
		{"08-18 14:00", -4 * time.Hour, "08-18 09:00"}, // noon is not worked, 09:00 belongs to the day
		{"08-18 13:00", -3 * time.Hour, "08-18 09:00"},
		{"08-18 12:30", -3 * time.Hour, "08-18 09:00"},
		{"08-18 13:30", -time.Hour, "08-18 11:30"},
		{"08-18 20:00", -time.Hour, "08-18 17:00"},
		{"08-18 07:00", -time.Hour, "08-17 17:00"},
		{"08-15 11:00", -time.Hour, "08-14 17:00"}, // from a Saturday
		{"08-18 09:00", 3 * time.Hour, "08-18 12:00"},
		{"08-18 09:00", 3*time.Hour + time.Second, "08-18 13:00:01"},
		{"08-18 11:00", 2 * time.Hour, "08-18 14:00"},
		{"08-18 12:30", time.Hour, "08-18 14:00"},
		{"08-18 17:00", 4 * time.Hour, "08-19 12:00"},
		{"08-18 18:00", time.Minute, "08-19 09:01"},
		{"08-18 06:00", time.Hour, "08-18 10:00"},
		{"08-14 17:30", time.Hour, "08-17 09:30"},
		{"09-30 17:00", 2 * time.Hour, "10-08 10:00"},
		{"10-09 17:00", 2 * time.Hour, "10-10 10:00"}, // a 补班 Saturday
		{"08-18 09:00", 16 * time.Hour, "08-19 18:00"},
		{"08-15 11:00", 0, "08-15 11:00"},
	} {
		same(t, fmt.Sprintf("%s %+v of work", c.from, c.d), cal.AddWork(on(t, c.from), c.d), on(t, c.want))
	}
}

func TestAddWorkWithoutWorkingHours(t *testing.T) {
	h := workday.DefaultHours()
	h.Work = []workday.Span{{From: 9 * 60, To: 9 * 60}, {From: 18 * 60, To: 17 * 60}}
	cal := workday.New(h)
	at := on(t, "08-18 17:00")
	same(t, "an hour later", cal.AddWork(at, time.Hour), at)
	same(t, "an hour earlier", cal.AddWork(at, -time.Hour), at)
}

// R90: night is 21:00–08:30, days off are quiet, what follows an event waits for
// 09:00 of the next working day, what precedes a limit moves back.
func TestR90_QuietTimeAndWhatMovesOutOfIt(t *testing.T) {
	cal := official()
	for _, c := range []struct {
		at, later, earlier string // empty: at is not quiet
	}{
		{at: "08-18 08:30"},
		{at: "08-18 09:00"},
		{at: "08-18 12:30"}, // the lunch break is no quiet time
		{at: "08-18 20:59:59"},
		{"08-18 21:00", "08-19 09:00", "08-18 18:00"},
		{"08-18 23:59", "08-19 09:00", "08-18 18:00"},
		{"08-19 00:00", "08-19 09:00", "08-18 18:00"},
		{"08-19 08:29:59", "08-19 09:00", "08-18 18:00"},
		{"08-14 21:30", "08-17 09:00", "08-14 18:00"},
		{"08-15 10:00", "08-17 09:00", "08-14 18:00"},
		{"08-16 09:00", "08-17 09:00", "08-14 18:00"},
		{"08-17 07:00", "08-17 09:00", "08-14 18:00"},
		{at: "09-20 10:00"}, // a 补班 Sunday
		{"09-19 10:00", "09-20 09:00", "09-18 18:00"},
		{"09-25 14:00", "09-28 09:00", "09-24 18:00"},
		{"10-03 12:00", "10-08 09:00", "09-30 18:00"},
		{at: "10-10 15:00"}, // a 补班 Saturday
		{"10-10 22:00", "10-12 09:00", "10-10 18:00"},
		{"02-20 12:00", "02-24 09:00", "02-14 18:00"},
	} {
		at := on(t, c.at)
		if got, want := cal.Quiet(at), c.later != ""; got != want {
			t.Errorf("%s quiet: %v, want %v", c.at, got, want)
			continue
		}
		if c.later == "" {
			c.later, c.earlier = c.at, c.at
		}
		same(t, "later than "+c.at, cal.Later(at), on(t, c.later))
		same(t, "earlier than "+c.at, cal.Earlier(at), on(t, c.earlier))
	}
}

func TestR90_QuietTimeOfShanghaiWhateverTheZone(t *testing.T) {
	cal := official()
	utc := on(t, "08-18 22:00").UTC() // 14:00 there
	if !cal.Quiet(utc) {
		t.Errorf("%s is not quiet", said(utc))
	}
	same(t, "later", cal.Later(utc), on(t, "08-19 09:00"))
	same(t, "earlier", cal.Earlier(utc), on(t, "08-18 18:00"))
	same(t, "two work hours later", cal.AddWork(utc, 2*time.Hour), on(t, "08-19 11:00"))
	same(t, "nothing later", cal.AddWork(utc, 0), on(t, "08-18 22:00"))
	same(t, "what is not quiet", cal.Later(on(t, "08-18 10:00").UTC()), on(t, "08-18 10:00"))
}

func TestR90_TheNightOfTheOffice(t *testing.T) {
	late := workday.DefaultHours() // works into its night
	late.Work = []workday.Span{{From: 14 * 60, To: 23 * 60}}
	moment := late // has but one moment that is not quiet
	moment.Work = []workday.Span{{From: 18 * 60, To: 23 * 60}}
	moment.QuietFrom = 18*60 + 1
	never := workday.DefaultHours() // reminds at any hour
	never.QuietFrom, never.QuietTo = 0, 0
	always := workday.DefaultHours() // works while nobody is reminded
	always.Work = []workday.Span{{From: 22 * 60, To: 24 * 60}}
	siesta := workday.DefaultHours() // rests at noon
	siesta.QuietFrom, siesta.QuietTo = 12*60, 13*60
	for _, c := range []struct {
		name               string
		hours              workday.Hours
		at, later, earlier string
	}{
		{"into the night", late, "08-18 22:00", "08-19 09:00", "08-18 20:59"},
		{"into the night", late, "08-19 08:00", "08-19 09:00", "08-18 20:59"},
		{"a moment before the night", moment, "08-18 22:00", "08-19 09:00", "08-18 18:00"},
		{"no night", never, "08-18 23:00", "08-18 23:00", "08-18 23:00"},
		{"no night but a day off", never, "08-15 10:00", "08-17 09:00", "08-14 18:00"},
		{"work in the night only", always, "08-18 23:00", "08-19 09:00", "08-18 23:00"},
		{"rest at noon", siesta, "08-18 12:30", "08-19 09:00", "08-18 11:59"},
		{"rest at noon over", siesta, "08-18 13:00", "08-18 13:00", "08-18 13:00"},
		{"rest at noon only", siesta, "08-18 23:00", "08-18 23:00", "08-18 23:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.hours.Check(); err != nil {
				t.Fatal(err)
			}
			cal := workday.New(c.hours, workday.Official()...)
			same(t, "later than "+c.at, cal.Later(on(t, c.at)), on(t, c.later))
			same(t, "earlier than "+c.at, cal.Earlier(on(t, c.at)), on(t, c.earlier))
		})
	}
}
