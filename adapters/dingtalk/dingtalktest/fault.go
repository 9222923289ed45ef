package dingtalktest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/adapters/platformtest"
)

// FaultKind is one way in which the platform breaks.
type FaultKind = platformtest.FaultKind

// What strikes calls. Unless Fault.Path says otherwise it strikes any call but
// those for a token and for a connection.
const (
	QPSLimit              FaultKind = "QPSLimit"                      // 403, too many calls a second of this API
	MonthlyLimit          FaultKind = "MonthlyLimit"                  // 403, the quota of the month is used up
	InvalidAuthentication FaultKind = "InvalidAuthentication"         // that token is invalid from now on
	SystemBusy            FaultKind = "SystemBusy"                    // 500 system.busy, not done
	UnknownSendResult     FaultKind = "UnknownSendResult"             // 500 unknown.send.result, and done
	Code                  FaultKind = "Code"                          // Fault.Code, with Fault.Status or 400; of the old API errcode
	BadGateway                      = platformtest.BadGateway         // HTTP 502 with HTML
	TimeoutAfterAccept              = platformtest.TimeoutAfterAccept // does it, and never answers
	Hang                            = platformtest.Hang               // does nothing, and never answers
	Reset                           = platformtest.Reset              // cuts the TCP connection
	CardAlreadyExist      FaultKind = "CardAlreadyExist"              // does it, and says that the card is there already
)

// What strikes one chat or person of a call that succeeds.
const (
	NotDelivered   FaultKind = "NotDelivered"   // deliverResults[].success is false
	FlowControlled FaultKind = "FlowControlled" // the person is in flowControlledStaffIdList
)

// What strikes the pushing of messages, taps and events. To is the chat.
const (
	Lose          FaultKind = "Lose"          // a message or a tap is never pushed; Every 50 is 2 %
	Redeliver     FaultKind = "Redeliver"     // acked in time or not, a message comes again under a new messageId
	OtherClient   FaultKind = "OtherClient"   // another client with the same credentials takes a message or a tap
	Disconnecting FaultKind = "Disconnecting" // the connection whose turn it is gets its disconnect frame first
	CutMidFrame   FaultKind = "CutMidFrame"   // half a frame, then the TCP connection is cut
	QuotaNotice   FaultKind = "QuotaNotice"   // errorCode 20001 stands where the text should
	NoStaffID     FaultKind = "NoStaffID"     // nobody in the message has a staffId, as before the app is published
	RobotNameLeft FaultKind = "RobotNameLeft" // the client leaves @ and the name of the robot in the text
	LateTap       FaultKind = "LateTap"       // the client gives a tap up at once, the app hears of it all the same
)

// What strikes connections; Times counts connections.
const (
	Zombie   FaultKind = "Zombie"   // it answers control pings, and nothing else comes any more
	HalfOpen FaultKind = "HalfOpen" // nothing comes any more, and nothing is answered
)

// Fault is something that goes wrong from now on.
type Fault struct {
	Kind   FaultKind
	Path   string        // the path of the call begins so; "" is any
	To     string        // the chat or the person; "" is any
	Code   string        // of Kind Code
	Status int           // of Kind Code, HTTP; 0 is 400
	Times  int           // strikes so often; 0 is until healed
	Every  int           // strikes each n-th time; 0 and 1 are every time
	After  time.Duration // begins so much later
}

// Break makes something go wrong; heal ends it. Several faults may be on; of those
// that could strike, the eldest does. A connection that is silent stays so.
func (s *Server) Break(f Fault) (heal func()) {
	heal = s.faults.Add(f, platformtest.Terms{Kind: f.Kind, Path: f.Path, To: f.To, Times: f.Times, Every: f.Every, After: f.After})
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.links {
		s.silence(l)
	}
	return heal
}

// Struck counts how often faults of a kind struck.
func (s *Server) Struck(kind FaultKind) int {
	return s.faults.Struck(kind)
}

// strikeCall is the fault that a call meets; s.mu is held.
func (s *Server) strikeCall(c *call) *Fault {
	path := c.URL.Path
	setUp := strings.HasPrefix(path, "/v1.0/oauth2/") || strings.HasPrefix(path, "/v1.0/gateway/") || path == "/gettoken"
	creates := c.Method == http.MethodPost && (path == "/v1.0/card/instances" || strings.HasSuffix(path, "/createAndDeliver"))
	return s.faults.Strike(func(t platformtest.Terms) bool {
		switch {
		case !t.Meets(path, setUp), t.Kind == CardAlreadyExist && !creates, t.Kind == InvalidAuthentication && c.Token == "":
			return false
		}
		return t.To == "" || s.concerns(c, t.To)
	}, QPSLimit, MonthlyLimit, InvalidAuthentication, SystemBusy, UnknownSendResult, Code, BadGateway, TimeoutAfterAccept, Hang, Reset, CardAlreadyExist)
}

// concerns reports whether a call names a chat or a person, or a card that one of
// them has; s.mu is held.
func (s *Server) concerns(c *call, who string) bool {
	if session := s.sessions[c.URL.Query().Get("session")]; session.chat == who {
		return true
	}
	text := string(c.Body)
	if strings.Contains(text, strconv.Quote(who)) || strings.Contains(text, "."+who+`"`) || strings.Contains(text, "."+who+";") {
		return true
	}
	return slices.ContainsFunc(s.order, func(id string) bool {
		m := s.messages[id]
		return m.OutTrackID != "" && (m.Chat == who || m.To == who) && strings.Contains(text, strconv.Quote(m.OutTrackID))
	})
}

// fail answers a call as the fault says.
func (s *Server) fail(w http.ResponseWriter, c *call, f Fault, h func(*call) answer) {
	if s.Fail(w, c.Request, f.Kind, func() { h(c) }) {
		return
	}
	switch f.Kind {
	case QPSLimit:
		s.write(w, c.refuse(tooFast))
	case MonthlyLimit:
		s.write(w, c.refuse(usedUp))
	case InvalidAuthentication:
		s.mu.Lock()
		if s.token == c.Token {
			s.token = ""
		}
		s.mu.Unlock()
		s.write(w, c.refuse(badToken))
	case SystemBusy:
		s.write(w, c.refuse(busy))
	case UnknownSendResult:
		h(c)
		s.write(w, c.refuse(unsure))
	case CardAlreadyExist:
		h(c)
		s.write(w, c.refuse(cardExists))
	default:
		number, err := strconv.Atoi(f.Code)
		if err != nil {
			number = -1
		}
		s.write(w, c.refuse(failure{cmp.Or(f.Status, http.StatusBadRequest), f.Code, number, "", "broken on purpose", nil}))
	}
}
