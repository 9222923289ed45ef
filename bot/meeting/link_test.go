package meeting

import (
	"testing"
	"time"
)

// TestLinkAdmits: a code is good for ten minutes, for whom it was given out, and
// until another one is.
func TestLinkAdmits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	offered := func() *Link {
		l := &Link{Person: 3}
		l.Offer("482913", "x", now)
		return l
	}
	for _, c := range []struct {
		name   string
		code   string
		later  time.Duration
		change func(*Link)
		want   bool
	}{
		{name: "the code", code: "482913", want: true},
		{name: "the code in the last moment", code: "482913", later: linkFor - 1, want: true},
		{name: "the code too late", code: "482913", later: linkFor},
		{name: "another code", code: "482914"},
		{name: "no code", code: ""},
		{name: "after another code was given out", code: "482913", change: func(l *Link) { l.Offer("482914", "x", now) }},
		{name: "after it was closed", code: "482913", change: (*Link).Close},
		{name: "no code after it was closed", code: "", change: (*Link).Close},
		{name: "with somebody else's record", code: "482913", change: func(l *Link) { l.Person = 4 }},
	} {
		l := offered()
		if c.change != nil {
			c.change(l)
		}
		if got := l.Admits(c.code, now.Add(c.later)); got != c.want {
			t.Errorf("%s: admitted %v, want %v", c.name, got, c.want)
		}
	}
}

// TestLinkPausesAfterFiveWrongCodes in an hour, until the hour is over.
func TestLinkPausesAfterFiveWrongCodes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	l := &Link{Person: 3}
	for i := range LinkTries {
		at := now.Add(time.Duration(i) * time.Minute)
		if until := l.Paused(at); !until.IsZero() {
			t.Fatalf("paused until %v before wrong code %d", until, i+1)
		}
		if left := l.Miss(at); left != LinkTries-1-i {
			t.Errorf("%d left after wrong code %d", left, i+1)
		}
	}
	end := now.Add(linkWindow)
	if until := l.Paused(end.Add(-1)); !until.Equal(end) {
		t.Errorf("paused until %v, want %v", until, end)
	}
	if until := l.Paused(end); !until.IsZero() {
		t.Errorf("paused until %v after the hour", until)
	}
	if left := l.Miss(end); left != LinkTries-1 {
		t.Errorf("%d left in the next hour", left)
	}
}
