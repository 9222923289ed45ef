package scheduler

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiban/bot/workday"
)

func TestAWrongJobIsMetAtStart(t *testing.T) {
	now := func() time.Time { return shanghai(t, "10 08:00") }
	for name, jobs := range map[string][]string{
		"empty spec":      {"a: "},
		"not five fields": {"a: 0 0 9 * * *"},
		"no such hour":    {"a: 0 24 * * *"},
		"an interval":     {"a: @every 5m"},
		"another zone":    {"a: CRON_TZ=UTC 0 9 * * *"},
		"zone only":       {"a: TZ=UTC"},
		"never":           {"a: 0 9 30 2 *"},
		"no name":         {": 0 9 * * *"},
		"one name twice":  {"a: 0 9 * * *", "a: 0 10 * * *"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAgenda(now, jobs...)
			if c, err := NewClock(a, nil, nil, ClockOptions{Now: now}); err == nil {
				t.Errorf("%v was taken: %v", jobs, c.jobs)
			}
		})
	}
}

func TestJobsFollowShanghaiAndKnowNoSummerTime(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	begun := time.Date(2026, 1, 1, 0, 0, 0, 0, newYork)
	a := newAgenda(func() time.Time { return begun }, "daily: 30 2 * * *")
	c := newClock(t, a, &shelf{agenda: a})
	days := map[string]bool{}
	for at, i := begun, 0; i < 366; i++ {
		at, _ = c.nextJob(at)
		if got := at.In(workday.Zone).Format("15:04:05"); got != "02:30:00" {
			t.Fatalf("the job's moment is %s in Shanghai", got)
		}
		days[at.In(workday.Zone).Format("2006-01-02")] = true
	}
	if len(days) != 366 {
		t.Errorf("366 moments on %d days", len(days))
	}
}

func TestEveryMinuteThatPassedIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.UnixMilli(rapid.Int64Range(1.7e12, 1.9e12).Draw(t, "from"))
		till := from.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "span")))
		minute := rapid.IntRange(0, 59).Draw(t, "minute")
		a := newAgenda(func() time.Time { return from }, fmt.Sprintf("job: %d * * * *", minute))
		c, err := NewClock(a, nil, nil, ClockOptions{Now: a.now})
		if err != nil {
			t.Fatal(err)
		}
		want := time.Time{}
		for at := from.Truncate(time.Minute); !at.After(till); at = at.Add(time.Minute) {
			if at.After(from) && at.Minute() == minute {
				want = at
			}
		}
		got := time.Time{}
		if list := c.passed(from, till); len(list) > 0 {
			got = list[0].at
		}
		if !got.Equal(want) {
			t.Errorf("in (%v, %v] minute %d passed at %v, want %v", from, till, minute, got, want)
		}
	})
}

// runs lets clocks run inside a bubble, whose time begins at 2000-01-01 08:00 in
// Shanghai, and stops them after d.
func runs(t *testing.T, d time.Duration, clocks ...*Clock) {
	t.Helper()
	for _, c := range clocks {
		defer start(t, c.Run)()
	}
	<-time.After(d)
}

func TestTwoClocksRunAJobOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(time.Now, "quarter: */15 * * * *")
		a.alarms[time.Now().Add(20*time.Minute+300*time.Millisecond)] = "alarm"
		s := &shelf{agenda: a}
		<-time.After(time.Minute)
		runs(t, 32*time.Minute, newClock(t, a, s), newClock(t, a, s))
		want := []string{
			"01-01 08:01:00 quarter of 08:00",
			"01-01 08:15:00 quarter of 08:15", "01-01 08:20:00 alarm", "01-01 08:30:00 quarter of 08:30",
		}
		if diff := cmp.Diff(want, a.said()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOnlyAFreshMomentOfTodayIsMadeUpForAtStart(t *testing.T) {
	for name, c := range map[string]struct {
		start string
		jobs  []string
		want  []string
	}{
		"nine minutes late":   {"09:09", []string{"job: 0 9 * * *"}, []string{"job of 09:00"}},
		"ten minutes late":    {"09:10", []string{"job: 0 9 * * *"}, nil},
		"the latest only":     {"09:09", []string{"job: */2 * * * *"}, []string{"job of 09:08"}},
		"of yesterday":        {"00:03", []string{"job: 58 23 * * *"}, nil},
		"at midnight":         {"00:03", []string{"job: 0 0 * * *"}, []string{"job of 00:00"}},
		"at its very moment":  {"09:00", []string{"job: 0 9 * * *"}, []string{"job of 09:00"}},
		"each job for itself": {"09:05", []string{"one: 0 9 * * *", "two: 3 9 * * *"}, []string{"one of 09:00", "two of 09:03"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				at, err := time.ParseInLocation("2006-01-02 15:04", "2000-01-02 "+c.start, workday.Zone)
				if err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Until(at))
				a := newAgenda(time.Now, c.jobs...)
				runs(t, 10*time.Second, newClock(t, a, &shelf{agenda: a}))
				var got []string
				for _, l := range a.said() {
					got = append(got, strings.SplitN(l, " ", 3)[2])
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestAJobThatFailsIsTriedAgainForAWhile(t *testing.T) {
	for name, c := range map[string]struct {
		sound time.Duration // after which it no longer fails
		want  []string
	}{
		"a short outage": {5 * time.Second, []string{"01-01 08:30:07 job of 08:30", "01-01 09:30:00 job of 09:30"}},
		"a long one":     {15 * time.Minute, []string{"01-01 09:30:00 job of 09:30"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				a := newAgenda(time.Now, "job: 30 * * * *")
				tries := 0
				a.fail = func(string) error {
					if tries++; time.Since(begun) < 30*time.Minute+c.sound {
						if tries%2 == 0 {
							panic("bad day")
						}
						return errors.New("database gone")
					}
					return nil
				}
				runs(t, 100*time.Minute, newClock(t, a, &shelf{agenda: a}))
				if diff := cmp.Diff(c.want, a.said()); diff != "" {
					t.Error(diff)
				}
				if tries > 18 {
					t.Errorf("%d tries", tries)
				}
			})
		})
	}
}

func TestAfterAnOutageOnlyTheLatestMomentIsMadeUpFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		a := newAgenda(time.Now, "job: * * * * *")
		a.fail = func(string) error {
			if time.Since(begun) < 5*time.Minute+30*time.Second {
				return errors.New("database gone")
			}
			return nil
		}
		runs(t, 6*time.Minute+30*time.Second, newClock(t, a, &shelf{agenda: a}))
		if diff := cmp.Diff([]string{"01-01 08:05:31 job of 08:05", "01-01 08:06:00 job of 08:06"}, a.said()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnAlarmThatCannotRingIsAskedForOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(time.Now)
		a.fail = func(what string) error {
			if what == "poison" {
				return errors.New("poison")
			}
			return nil
		}
		a.alarms[time.Now()] = "poison"
		a.alarms[time.Now().Add(30*time.Second)] = "behind it"
		runs(t, time.Minute, newClock(t, a, &shelf{agenda: a}))
		if a.asked > 190 {
			t.Errorf("asked %d times in a minute", a.asked)
		}
		if diff := cmp.Diff([]string{"01-01 08:00:30 behind it"}, a.said()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAQuietClockCostsOneQueryASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(time.Now, "job: 30 * * * *")
		a.alarms[time.Now().Add(time.Hour)] = "later"
		runs(t, time.Minute, newClock(t, a, &shelf{agenda: a}))
		if a.asked > 61 || a.asked < 59 {
			t.Errorf("asked %d times in a minute", a.asked)
		}
	})
}

func TestWhatComesNextIsNotLateByATick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAgenda(time.Now, "job: 30 8 * * *")
		a.alarms[time.Now().Add(50*time.Minute)] = "alarm"
		s := &shelf{agenda: a}
		c, err := NewClock(a, s, s, ClockOptions{Tick: 40 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		runs(t, time.Hour, c)
		if diff := cmp.Diff([]string{"01-01 08:30:00 job of 08:30", "01-01 08:50:00 alarm"}, a.said()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAClockSetBackDoesNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		shift := time.Duration(0)
		now := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(shift)
		}
		performed := 0
		a := newAgenda(now, "job: 30 * * * *")
		a.fail = func(string) error { performed++; return nil }
		stop := start(t, newClock(t, a, &shelf{agenda: a}).Run)
		<-time.After(31 * time.Minute)
		mu.Lock()
		shift = -10 * time.Minute
		mu.Unlock()
		<-time.After(15 * time.Minute)
		stop()
		if performed != 1 {
			t.Errorf("performed %d times, want once", performed)
		}
	})
}
