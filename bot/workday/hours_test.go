package workday_test

import (
	"strings"
	"testing"

	"huiban/bot/workday"
)

func TestParseClock(t *testing.T) {
	for s, want := range map[string]workday.Clock{
		"00:00": 0, "9:30": 570, "09:05": 545, "17:00": 1020, "23:59": 1439, "24:00": 1440,
	} {
		if got, err := workday.ParseClock(s); err != nil || got != want {
			t.Errorf("%q is minute %d (%v), want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "17", "17:0", "17:60", "24:01", "25:00", "-1:00", "17:00:00", "17：00", " 17:00", "5pm"} {
		if got, err := workday.ParseClock(s); err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("%q is minute %d (%v), want an error that names it", s, got, err)
		}
	}
}

func TestClockIsShownAsItIsRead(t *testing.T) {
	for c := workday.Clock(0); c <= 24*60; c++ {
		if got, err := workday.ParseClock(c.String()); err != nil || got != c {
			t.Errorf("minute %d is shown as %s and read as %d (%v)", c, c, got, err)
		}
	}
	if got := workday.Clock(545).String(); got != "09:05" {
		t.Errorf("minute 545 is %s", got)
	}
}

func TestDefaultHoursAreThoseOfTheMethod(t *testing.T) {
	h := workday.DefaultHours()
	if err := h.Check(); err != nil {
		t.Error(err)
	}
	got := []string{h.DefaultDue.String(), h.Noon.String(), h.OffWork.String(), h.Digest.String(), h.QuietFrom.String(), h.QuietTo.String()}
	for _, s := range h.Work {
		got = append(got, s.From.String(), s.To.String())
	}
	if want := "17:00 12:00 18:00 09:00 21:00 08:30 09:00 12:00 13:00 18:00"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestCheckNamesWhatIsWrongWithTheHours(t *testing.T) {
	work := func(s ...workday.Span) func(*workday.Hours) {
		return func(h *workday.Hours) { h.Work = s }
	}
	for name, c := range map[string]struct {
		change func(*workday.Hours)
		want   string // empty: nothing is wrong
	}{
		"nothing":                 {func(*workday.Hours) {}, ""},
		"one span, to the end":    {work(workday.Span{From: 0, To: 24 * 60}), ""},
		"spans that touch":        {work(workday.Span{From: 540, To: 720}, workday.Span{From: 720, To: 1080}), ""},
		"no night":                {func(h *workday.Hours) { h.QuietFrom, h.QuietTo = 540, 540 }, ""},
		"digest as the night end": {func(h *workday.Hours) { h.QuietTo = h.Digest }, ""},
		"due at the day's end":    {func(h *workday.Hours) { h.DefaultDue = 24 * 60 }, "outside the day"},
		"noon before the day":     {func(h *workday.Hours) { h.Noon = -1 }, "outside the day"},
		"off work":                {func(h *workday.Hours) { h.OffWork = 1500 }, "1500 is outside the day"},
		"digest":                  {func(h *workday.Hours) { h.Digest = 2000 }, "outside the day"},
		"night from":              {func(h *workday.Hours) { h.QuietFrom = 24 * 60 }, "outside the day"},
		"night to":                {func(h *workday.Hours) { h.QuietTo = -5 }, "outside the day"},
		"no work":                 {work(), "no working hours"},
		"work of no length":       {work(workday.Span{From: 540, To: 540}), "09:00–09:00 are empty"},
		"work backwards":          {work(workday.Span{From: 720, To: 540}), "12:00–09:00"},
		"work before the day":     {work(workday.Span{From: -60, To: 540}), "outside the day"},
		"work after the day":      {work(workday.Span{From: 540, To: 1441}), "outside the day"},
		"work twice":              {work(workday.Span{From: 540, To: 720}, workday.Span{From: 719, To: 1080}), "11:59–18:00"},
		"work out of order":       {work(workday.Span{From: 780, To: 1080}, workday.Span{From: 540, To: 720}), "out of order"},
		"digest at night":         {func(h *workday.Hours) { h.Digest = 8 * 60 }, "digest at 08:00 falls into the quiet time 21:00–08:30"},
		"digest at night's start": {func(h *workday.Hours) { h.Digest = 21 * 60 }, "digest at 21:00"},
		"digest in a siesta":      {func(h *workday.Hours) { h.QuietFrom, h.QuietTo = 500, 600 }, "digest at 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			h := workday.DefaultHours()
			c.change(&h)
			err := h.Check()
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}
