package platformtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	slow  FaultKind = "slow"
	wrong FaultKind = "wrong"
)

// TestWhenFaultsStrike: a run of six calls, and the names of the faults they meet.
func TestWhenFaultsStrike(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []Terms // called a, b …
		want   string
		struck int // faults of the kind slow
	}{
		{"none", nil, "......", 0},
		{"always", []Terms{{Kind: slow}}, "aaaaaa", 6},
		{"every third", []Terms{{Kind: slow, Every: 3}}, "..a..a", 2},
		{"every one", []Terms{{Kind: slow, Every: 1}}, "aaaaaa", 6},
		{"twice", []Terms{{Kind: slow, Times: 2}}, "aa....", 2},
		{"every second, twice", []Terms{{Kind: slow, Every: 2, Times: 2}}, ".a.a..", 2},
		{"in an hour", []Terms{{Kind: slow, After: time.Hour}}, "......", 0},
		{"the eldest first", []Terms{{Kind: slow, Times: 2}, {Kind: wrong, Every: 2}}, "aa.b.b", 2},
		{"the eldest does not, the next may", []Terms{{Kind: slow, Every: 2}, {Kind: slow}}, "bababa", 6},
		{"of another kind", []Terms{{Kind: "other"}}, "......", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			touched := 0
			faults := NewFaults[string](func() { touched++ })
			for i, terms := range c.faults {
				faults.Add(string(rune('a'+i)), terms)
			}
			got := ""
			for range 6 {
				if f := faults.Strike(func(Terms) bool { return true }, slow, wrong); f != nil {
					got += *f
				} else {
					got += "."
				}
			}
			if got != c.want || faults.Struck(slow) != c.struck {
				t.Errorf("%s, %d of the kind slow; not %s, %d", got, faults.Struck(slow), c.want, c.struck)
			}
			if strikes := len(strings.ReplaceAll(got, ".", "")); touched != strikes {
				t.Errorf("%d strikes were told %d times", strikes, touched)
			}
		})
	}
}

// TestHealing ends one fault, once and for all.
func TestHealing(t *testing.T) {
	faults := NewFaults[int](func() {})
	first := faults.Add(1, Terms{Kind: slow})
	faults.Add(2, Terms{Kind: slow, Times: 1})
	first()
	first()
	if f := faults.Strike(func(Terms) bool { return true }, slow); f == nil || *f != 2 {
		t.Error(f)
	}
	if faults.Strikes(slow, "") {
		t.Error("a healed fault struck")
	}
}

// TestWhomFaultsMeet: a fault of one chat strikes nobody else, and does not count it.
func TestWhomFaultsMeet(t *testing.T) {
	faults := NewFaults[int](func() {})
	faults.Add(1, Terms{Kind: slow, To: "room", Every: 2})
	var got []bool
	for _, to := range []string{"room", "other", "room"} {
		got = append(got, faults.Strikes(slow, to))
	}
	if !slices.Equal(got, []bool{false, false, true}) {
		t.Error(got)
	}
	faults.Add(2, Terms{Kind: wrong})
	if !faults.Strikes(wrong, "room") || !faults.Strikes(wrong, "") {
		t.Error("a fault of nobody in particular is one of everybody")
	}
}

func TestWhatPathsFaultsMeet(t *testing.T) {
	for _, c := range []struct {
		fault, call string
		setUp, want bool
	}{
		{"", "/v1/cards", false, true},
		{"", "/v1/token", true, false},
		{"/v1/token", "/v1/token", true, true},
		{"/v1/", "/v1/token", true, true},
		{"/v1/cards", "/v1/cards/7", false, true},
		{"/v1/cards", "/v1/people", false, false},
		{"/v1/cards", "/old/v1/cards", false, false},
	} {
		if got := (Terms{Path: c.fault}).Meets(c.call, c.setUp); got != c.want {
			t.Errorf("a fault of %q meets %q: %v", c.fault, c.call, got)
		}
	}
}

// TestBrokenServers: what a client sees, and whether it was done nevertheless.
func TestBrokenServers(t *testing.T) {
	for _, c := range []struct {
		kind   FaultKind
		within time.Duration
		status int // 0: no answer
		say    string
		done   bool
	}{
		{BadGateway, time.Minute, http.StatusBadGateway, "<html>", false},
		{TimeoutAfterAccept, 200 * time.Millisecond, 0, "deadline", true},
		{Hang, 200 * time.Millisecond, 0, "deadline", false},
		{Reset, time.Minute, 0, "EOF", false},
		{slow, time.Minute, http.StatusAccepted, "not one of these", false},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			done := make(chan struct{}, 1)
			h := start(t, func(h *Host) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					if !h.Fail(w, r, c.kind, func() { done <- struct{}{} }) {
						WriteRaw(w, http.StatusAccepted, "text/plain", []byte("not one of these"))
					}
				}
			})
			if status, said := call(t, c.within, http.MethodPost, h.URL(), "{}"); status != c.status || !strings.Contains(said, c.say) {
				t.Error(status, said)
			}
			if len(done) == 1 != c.done {
				t.Errorf("done: %v", !c.done)
			}
		})
	}
}

// TestCloseEndsCallsThatHang: nobody waits for a client that is patient.
func TestCloseEndsCallsThatHang(t *testing.T) {
	began := make(chan struct{})
	h := start(t, func(h *Host) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			close(began)
			h.Fail(w, r, Hang, nil)
		}
	})
	ended := make(chan int)
	go func() {
		status, _ := call(t, time.Minute, http.MethodGet, h.URL(), "")
		ended <- status
	}()
	<-began
	h.stop() // the first thing that Close does
	if status := <-ended; status != 0 {
		t.Error(status)
	}
}
