package workday_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiban/bot/workday"
)

// instant draws an instant of the years around those that are known, to the
// second and in some zone.
func instant(t *rapid.T) time.Time {
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, workday.Zone).Unix()
	seconds := rapid.Int64Range(0, 4*366*24*3600).Draw(t, "seconds from 2024")
	zone := time.FixedZone("somewhere", rapid.IntRange(-12, 14).Draw(t, "zone")*3600)
	return time.Unix(from+seconds, 0).In(zone)
}

// calendar draws the official calendar under a company's: its own days, and
// hours that pass Check.
func calendar(t *rapid.T) workday.Calendar {
	company := workday.Year{}
	for i := range rapid.IntRange(0, 20).Draw(t, "company days") {
		d := workday.Day{Date: workday.DateOf(instant(t)), Off: rapid.Bool().Draw(t, "off")}
		if i%2 == 0 {
			d.Name = "厂历"
		}
		company.Days = append(company.Days, d)
	}
	return workday.New(hours(t), append(workday.Official(), company)...)
}

// hours draws office hours of one to three spans, night shifts among them.
func hours(t *rapid.T) workday.Hours {
	minute := rapid.IntRange(0, 24*60-1)
	h := workday.DefaultHours()
	h.QuietFrom, h.QuietTo = workday.Clock(minute.Draw(t, "quiet from")), workday.Clock(minute.Draw(t, "quiet to"))
	h.Work = nil
	for from := minute.Draw(t, "work"); from < 24*60 && len(h.Work) < 3; {
		to := rapid.IntRange(from+1, 24*60).Draw(t, "work to")
		h.Work = append(h.Work, workday.Span{From: workday.Clock(from), To: workday.Clock(to)})
		from = to + rapid.IntRange(0, 120).Draw(t, "break")
	}
	h.Digest = workday.Clock(minute.Draw(t, "digest"))
	if h.Check() != nil {
		h.Digest = h.QuietTo // the night's end is never quiet
	}
	if err := h.Check(); err != nil {
		t.Fatalf("hours %+v: %v", h, err)
	}
	return h
}

func clock(t time.Time) time.Duration {
	t = t.In(workday.Zone)
	return t.Sub(workday.DateOf(t).At(0))
}

func TestAddThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, at := calendar(t), instant(t)
		n := rapid.IntRange(-60, 60).Draw(t, "n")
		got := cal.Add(at, n)
		if n == 0 {
			if !got.Equal(at) {
				t.Fatalf("nothing after %s is %s", said(at), said(got))
			}
			return
		}
		if !cal.Working(got) {
			t.Fatalf("%s %+d working days is %s, a day off", said(at), n, said(got))
		}
		if clock(got) != clock(at) || got.Location() != workday.Zone {
			t.Fatalf("%s %+d working days is %s: another wall time", said(at), n, said(got))
		}
		if back := cal.Add(got, -n); cal.Working(at) && !back.Equal(at) {
			t.Fatalf("%s %+d working days is %s, and back %s", said(at), n, said(got), said(back))
		}
		if step := cal.Add(cal.Add(at, n/2), n-n/2); !step.Equal(got) {
			t.Fatalf("%s %+d working days is %s, in two steps %s", said(at), n, said(got), said(step))
		}
		// Count leaves out the earlier date. Backwards from a day off that is the
		// last one added, with no working day at the other end in its place.
		if count := cal.Count(at, got); count != n && (n > 0 || cal.Working(at)) {
			t.Fatalf("from %s to %s are %d working days, want %d", said(at), said(got), count, n)
		}
	})
}

func TestCountIsAdditiveAndAntisymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, a, b, c := calendar(t), instant(t), instant(t), instant(t)
		if ab, bc, ac := cal.Count(a, b), cal.Count(b, c), cal.Count(a, c); ab+bc != ac {
			t.Fatalf("%d + %d working days over %s, in one %d", ab, bc, said(b), ac)
		}
		if there, back := cal.Count(a, b), cal.Count(b, a); there != -back {
			t.Fatalf("%d there, %d back", there, back)
		}
		days := 0
		lo, hi := workday.DateOf(a), workday.DateOf(b)
		if hi.Before(lo) {
			lo, hi = hi, lo
		}
		for d := lo.AddDays(1); !hi.Before(d); d = d.AddDays(1) {
			if cal.Working(d.At(0)) {
				days++
			}
		}
		if got := cal.Count(lo.At(0), hi.At(0)); got != days {
			t.Fatalf("from %v to %v are %d working days, counted singly %d", lo, hi, got, days)
		}
	})
}

func TestR90_LaterIsNeverQuietAndEarlierNeverLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, at := calendar(t), instant(t)
		later, earlier := cal.Later(at), cal.Earlier(at)
		if cal.Quiet(later) {
			t.Fatalf("later than %s is %s, quiet", said(at), said(later))
		}
		if later.Before(at) || earlier.After(at) {
			t.Fatalf("%s moves later to %s, earlier to %s", said(at), said(later), said(earlier))
		}
		if !cal.Quiet(at) && (!later.Equal(at) || !earlier.Equal(at)) {
			t.Fatalf("%s is not quiet and moves to %s and %s", said(at), said(later), said(earlier))
		}
		if cal.Quiet(at) && clock(later) != time.Duration(cal.Hours().Digest)*time.Minute {
			t.Fatalf("later than %s is %s, want the digest at %v", said(at), said(later), cal.Hours().Digest)
		}
		if !earlier.Equal(at) && (cal.Quiet(earlier) || !atWork(cal, earlier)) {
			t.Fatalf("earlier than %s is %s, which is quiet or not worked", said(at), said(earlier))
		}
		if again := cal.Later(later); !again.Equal(later) {
			t.Fatalf("%s moves on to %s", said(later), said(again))
		}
	})
}

// atWork reports whether the instant lies in working hours, their end included.
func atWork(cal workday.Calendar, t time.Time) bool {
	for _, s := range cal.Hours().Work {
		for _, d := range []workday.Date{workday.DateOf(t), workday.DateOf(t).AddDays(-1)} { // 24:00 is its day's
			if cal.Working(d.At(0)) && !t.Before(d.At(s.From)) && !t.After(d.At(s.To)) {
				return true
			}
		}
	}
	return false
}

// worked sums the working hours in [from, to] span by span.
func worked(cal workday.Calendar, from, to time.Time) time.Duration {
	var sum time.Duration
	for d := workday.DateOf(from); !workday.DateOf(to).Before(d); d = d.AddDays(1) {
		for _, s := range cal.Hours().Work {
			a, b := d.At(s.From), d.At(s.To)
			if a.Before(from) {
				a = from
			}
			if b.After(to) {
				b = to
			}
			if cal.Working(d.At(0)) && b.After(a) {
				sum += b.Sub(a)
			}
		}
	}
	return sum
}

func TestM27_AddWorkHasExactlyThatWorkInBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, at := calendar(t), instant(t)
		d := time.Duration(rapid.IntRange(1, 24*3600).Draw(t, "work seconds")) * time.Second
		later, earlier := cal.AddWork(at, d), cal.AddWork(at, -d)
		if got := worked(cal, at, later); got != d {
			t.Fatalf("%v of work after %s is %s, but %v are worked", d, said(at), said(later), got)
		}
		if got := worked(cal, earlier, at); got != d {
			t.Fatalf("%v of work before %s is %s, but %v are worked", d, said(at), said(earlier), got)
		}
		if !atWork(cal, later) || !atWork(cal, earlier) {
			t.Fatalf("%s or %s is not at work", said(later), said(earlier))
		}
	})
}

func TestLastOfAPeriodIsWorkedAndNoneAfterIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, at := calendar(t), instant(t)
		d := workday.DateOf(at)
		for _, p := range []struct {
			name string
			last time.Time
			end  workday.Date
		}{
			{"week", cal.LastOfWeek(at), d.AddDays((7 - int(d.Weekday())) % 7)},
			{"month", cal.LastOfMonth(at), workday.DateOf(time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, workday.Zone))},
			{"year", cal.LastOfYear(at), workday.Date{Year: d.Year, Month: 12, Day: 31}},
		} {
			if p.last.IsZero() {
				if p.name != "week" || cal.Count(p.end.AddDays(-7).At(0), p.end.At(0)) != 0 {
					t.Fatalf("the %s of %v has no last working day", p.name, d)
				}
				continue
			}
			if !cal.Working(p.last) || cal.Count(p.last, p.end.At(0)) != 0 || clock(p.last) != 0 {
				t.Fatalf("the last working day of the %s of %v, which ends on %v, is %s", p.name, d, p.end, said(p.last))
			}
		}
	})
}

func TestNextHolidayIsOffThroughoutAndNotOverAlready(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, at := calendar(t), instant(t)
		first, last, name, ok := cal.NextHoliday(at)
		if !ok {
			return
		}
		if last.Before(first) || last.Before(workday.DateOf(at)) || name == "" {
			t.Fatalf("after %s comes %q from %v to %v", said(at), name, first, last)
		}
		if cal.Name(first.At(0)) != name || cal.Name(last.At(0)) != name || cal.Count(first.AddDays(-1).At(0), last.At(0)) != 0 {
			t.Fatalf("%s from %v to %v is not one time off", name, first, last)
		}
		if f, l, n, ok := cal.NextHoliday(last.At(0)); !ok || f != first || l != last || n != name {
			t.Fatalf("%s from %v to %v, asked on its last day, is %s from %v to %v", name, first, last, n, f, l)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	cal, at := official(), on(b, "09-30 17:00")
	for b.Loop() {
		cal.Add(at, 5)
	}
}

func BenchmarkAddWork(b *testing.B) {
	cal, at := official(), on(b, "10-08 09:00")
	for b.Loop() {
		cal.AddWork(at, -4*time.Hour)
	}
}

func BenchmarkLater(b *testing.B) {
	cal, at := official(), on(b, "10-03 12:00")
	for b.Loop() {
		cal.Later(at)
	}
}

func BenchmarkEarlier(b *testing.B) {
	cal, at := official(), on(b, "10-03 12:00")
	for b.Loop() {
		cal.Earlier(at)
	}
}

func BenchmarkOfficial(b *testing.B) {
	for b.Loop() {
		workday.New(workday.DefaultHours(), workday.Official()...)
	}
}
