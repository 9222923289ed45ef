package feishutest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/adapters/platformtest"
)

// FaultKind is one way in which a platform breaks.
type FaultKind = platformtest.FaultKind

// What strikes calls of the API. Unless Fault.Path says otherwise it strikes any
// call but the one for a token and the discovery of the long connection.
const (
	RateLimited        FaultKind = "RateLimited"                   // HTTP 429, 99991400, wait a second
	TokenExpired       FaultKind = "TokenExpired"                  // HTTP 400, 99991663; that token is invalid from now on
	BusyTarget         FaultKind = "BusyTarget"                    // 230020
	InFlight           FaultKind = "InFlight"                      // 230049
	QuotaUsedUp        FaultKind = "QuotaUsedUp"                   // 99991403
	Code               FaultKind = "Code"                          // Fault.Code, HTTP 400
	BadGateway                   = platformtest.BadGateway         // HTTP 502 with HTML
	TimeoutAfterAccept           = platformtest.TimeoutAfterAccept // does it, and never answers
	Hang                         = platformtest.Hang               // does nothing, and never answers
	Reset                        = platformtest.Reset              // cuts the TCP connection
)

// What strikes the delivery of events. Path is of no meaning here; To is the chat.
const (
	CutMidFrame FaultKind = "CutMidFrame" // half a frame, then the connection is cut
	Duplicate   FaultKind = "Duplicate"   // each event comes twice at once
	Redeliver   FaultKind = "Redeliver"   // the same
	Reorder     FaultKind = "Reorder"     // an event is held until after the next one, or until healed
	Split       FaultKind = "Split"       // the payload comes in three frames
	OtherClient FaultKind = "OtherClient" // another client takes the first delivery of every second event
	DropAck     FaultKind = "DropAck"     // the ack is lost

	// NotSubscribed is the commonest set-up fault: taps reach nobody, events do.
	NotSubscribed FaultKind = "NotSubscribed"
)

// What strikes the long connection itself.
const (
	HalfOpen           FaultKind = "HalfOpen"           // a connection falls silent for ever; Times counts connections
	PongEmptyConfig    FaultKind = "PongEmptyConfig"    // pongs carry {}
	ConfigZeroPing     FaultKind = "ConfigZeroPing"     // discovery gives no PingInterval
	TooManyConnections FaultKind = "TooManyConnections" // discovery answers 1000040350
)

// Fault is something that goes wrong from now on.
type Fault struct {
	Kind  FaultKind
	Path  string        // the path of the call begins so; "" is any
	To    string        // the chat or person, by any id that the call names; "" is any
	Code  int           // of Kind Code
	Times int           // strikes so often; 0 is until healed
	Every int           // strikes each n-th time; 0 and 1 are every time
	After time.Duration // begins so much later
}

// Break makes something go wrong; heal ends it. Several faults may be on; of those
// that could strike, the eldest does.
func (s *Server) Break(f Fault) (heal func()) {
	if f.Kind == OtherClient && f.Every == 0 {
		f.Every = 2
	}
	mend := s.faults.Add(f, platformtest.Terms{Kind: f.Kind, Path: f.Path, To: f.To, Times: f.Times, Every: f.Every, After: f.After})
	if f.Kind == HalfOpen {
		s.freezeLinks()
	}
	if f.Kind != Reorder {
		return mend
	}
	return func() {
		mend()
		s.mu.Lock()
		held := s.held
		s.held = nil
		s.mu.Unlock()
		for _, deliver := range held {
			s.Background(deliver)
		}
	}
}

// Struck counts how often faults of a kind struck.
func (s *Server) Struck(kind FaultKind) int {
	return s.faults.Struck(kind)
}

// strikeCall is the fault that a call meets; s.mu is held.
func (s *Server) strikeCall(c *call) *Fault {
	plain := strings.HasPrefix(c.URL.Path, "/open-apis/") && !strings.HasPrefix(c.URL.Path, "/open-apis/auth/")
	return s.faults.Strike(func(t platformtest.Terms) bool {
		return t.Meets(c.URL.Path, !plain) && (t.To == "" || slices.Contains(s.targets(c), t.To))
	}, RateLimited, TokenExpired, BusyTarget, InFlight, QuotaUsedUp, Code, BadGateway, TimeoutAfterAccept, Hang, Reset)
}

// fail answers a call as the fault says.
func (s *Server) fail(w http.ResponseWriter, c *call, f Fault, h func(*call) answer) {
	if s.Fail(w, c.Request, f.Kind, func() { h(c) }) {
		return
	}
	switch f.Kind {
	case RateLimited:
		s.mu.Lock()
		a := s.limited(c)
		s.mu.Unlock()
		s.write(w, a)
	case TokenExpired:
		s.mu.Lock()
		delete(s.tokens, c.Token)
		s.mu.Unlock()
		s.write(w, refuse(99991663, "Invalid access token for authorization. Please make a request with token attached."))
	case BusyTarget:
		s.write(w, refuse(230020, "This operation triggers the frequency limit."))
	case InFlight:
		s.write(w, refuse(230049, "The message is being sent."))
	case QuotaUsedUp:
		s.write(w, refuse(99991403, "This month's API call quota has been exceeded"))
	default:
		a := refuse(f.Code, "broken on purpose")
		if !strings.HasPrefix(c.URL.Path, "/open-apis/im/") && !strings.HasPrefix(c.URL.Path, "/open-apis/contact/") {
			a.status = http.StatusOK // tokens and discovery say it in the body only
		}
		s.write(w, a)
	}
}

// limited tells a call to wait a second, and watches whether it does; s.mu is held.
func (s *Server) limited(c *call) answer {
	s.notBefore[c.Method+" "+s.target(c)] = time.Now().Add(time.Second)
	return answer{
		status: http.StatusTooManyRequests,
		header: map[string]string{"x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": strconv.Itoa(1)},
		body:   map[string]any{"code": 99991400, "msg": "request trigger frequency limit"},
	}
}

// EnforceRates turns the limits on: 5 messages a second to one chat or person,
// 5 edits a second of one message, 50 calls a second in all. Off at the start.
func (s *Server) EnforceRates(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rates = on
}

func (s *Server) overRate(c *call) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.rates {
		return answer{}, false
	}
	if !s.meter("all").Take(time.Now(), 50) {
		s.Problemf("rate: more than 50 calls in a second")
		return s.limited(c), true
	}
	target := s.target(c)
	if c.Method == http.MethodPatch {
		target = c.PathValue("id")
	}
	if target != "" && c.Method != http.MethodGet && !s.meter(target).Take(time.Now(), 5) {
		s.Problemf("rate: more than 5 calls in a second for %s", target)
		return refuse(230020, "This operation triggers the frequency limit."), true
	}
	return answer{}, false
}

func (s *Server) meter(key string) *platformtest.Meter {
	if s.meters[key] == nil {
		s.meters[key] = &platformtest.Meter{}
	}
	return s.meters[key]
}
