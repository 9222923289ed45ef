package platformtest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// FaultKind is one way in which a platform breaks.
type FaultKind string

// What strikes a call of any HTTP server; see Fail.
const (
	BadGateway         FaultKind = "BadGateway"         // HTTP 502 with HTML
	TimeoutAfterAccept FaultKind = "TimeoutAfterAccept" // does it, and never answers
	Hang               FaultKind = "Hang"               // does nothing, and never answers
	Reset              FaultKind = "Reset"              // cuts the TCP connection
)

// Terms say when a fault strikes.
type Terms struct {
	Kind  FaultKind
	Path  string        // the path of the call begins so; "" is any
	To    string        // the chat or the person; "" is any
	Times int           // strikes so often; 0 is until healed
	Every int           // strikes each n-th time; 0 and 1 are every time
	After time.Duration // begins so much later
}

// Meets reports whether a call of this path is meant. What only sets the app up, as
// a call for a token does, is meant when Path says so, never by "any".
func (t Terms) Meets(path string, setUp bool) bool {
	return strings.HasPrefix(path, t.Path) && (t.Path != "" || !setUp)
}

// Faults are what is broken; F is a fault as the platform describes it. Several may
// be on; of those that could strike, the eldest does.
type Faults[F any] struct {
	touch func()

	mu     sync.Mutex
	on     []*fault[F]
	struck map[FaultKind]int
}

type fault[F any] struct {
	Terms

	what         F
	from         time.Time
	seen, struck int
}

// NewFaults are none; touch is called after each strike.
func NewFaults[F any](touch func()) *Faults[F] {
	return &Faults[F]{touch: touch, struck: map[FaultKind]int{}}
}

// Add makes something go wrong from now on; heal ends it.
func (f *Faults[F]) Add(what F, t Terms) (heal func()) {
	mine := &fault[F]{Terms: t, what: what, from: time.Now().Add(t.After)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.on = append(f.on, mine)
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.on = slices.DeleteFunc(f.on, func(other *fault[F]) bool { return other == mine })
	}
}

// Struck counts how often faults of a kind struck.
func (f *Faults[F]) Struck(kind FaultKind) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.struck[kind]
}

// Strike is the eldest fault of these kinds that is due and fits, counted; nil is
// none. fits must not ask the faults.
func (f *Faults[F]) Strike(fits func(Terms) bool, kinds ...FaultKind) *F {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.on {
		if !slices.Contains(kinds, one.Kind) || !fits(one.Terms) || !one.due() {
			continue
		}
		f.struck[one.Kind]++
		f.touch()
		return &one.what
	}
	return nil
}

// Strikes is Strike for what has no path, for a chat or a person.
func (f *Faults[F]) Strikes(kind FaultKind, to string) bool {
	return f.Strike(func(t Terms) bool { return t.To == "" || t.To == to }, kind) != nil
}

// due reports whether it is the fault's turn, and counts that it was asked.
func (f *fault[F]) due() bool {
	if time.Now().Before(f.from) || f.Times > 0 && f.struck >= f.Times {
		return false
	}
	f.seen++
	if f.Every > 1 && f.seen%f.Every != 0 {
		return false
	}
	f.struck++
	return true
}

// Fail breaks a call in one of the ways that any HTTP server has, and reports
// whether kind is one of them; do does what the call asks for, without answering.
func (h *Host) Fail(w http.ResponseWriter, r *http.Request, kind FaultKind, do func()) bool {
	switch kind {
	case BadGateway:
		WriteRaw(w, http.StatusBadGateway, "text/html", []byte("<html><body><h1>502 Bad Gateway</h1></body></html>"))
	case TimeoutAfterAccept:
		do()
		h.linger(r.Context())
	case Hang:
		h.linger(r.Context())
	case Reset:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// linger waits until the client gives up, or the server ends.
func (h *Host) linger(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-h.life.Done():
	}
	panic(http.ErrAbortHandler)
}
