package dingtalktest

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"huiban/adapters/platformtest"
)

// Options say which app the platform knows and how patient it is. The zero value
// works: the app dingfake with any secret, real time, the real waits.
type Options struct {
	ClientID     string // also the robotCode; "" is dingfake
	ClientSecret string // "" accepts any
	CorpID       string // "" is dingcorp
	RobotName    string // what people type after @; "" is 会办

	// Now is the clock of the platform's business: months, sessions, the times in
	// messages. nil is time.Now. Waits are always real time.
	Now func() time.Time
	// Redeliver are the waits before each redelivery of a message or an event that
	// was not acked; nil is 15 s and 60 s, and an empty list is never. Taps are
	// never redelivered.
	Redeliver []time.Duration
	// AckWithin is how long an ack may take; 0 is 3 s.
	AckWithin time.Duration
	// TapWithin is how long the answer to a tap may take; 0 is the platform's 2 s.
	TapWithin time.Duration
	// Silent is how long a connection stays open after its disconnect frame, with
	// nothing pushed to it; 0 is the platform's 10 s.
	Silent time.Duration
	// PingEvery is the interval of the SYSTEM pings; 0 is 30 s.
	PingEvery time.Duration
	// SessionLife is how long a sessionWebhook is good; 0 is 90 minutes.
	SessionLife time.Duration
	// MonthlyCalls and MonthlyPushes are the quota of the organisation: API calls,
	// and pushes over the stream. 0 is without limit; the free edition has 5000 and 3000.
	MonthlyCalls, MonthlyPushes int
}

// Server is one fake platform with one app, one robot and one organisation. All
// its methods may be called from several goroutines.
type Server struct {
	*platformtest.Host
	platformtest.Scopes

	o      Options
	faults *platformtest.Faults[Fault]

	mu          sync.Mutex
	usage       map[string]*Usage
	token       string // the one that is good, "" none
	tokenUntil  time.Time
	tokenCount  int
	rates       bool
	meters      map[string]*platformtest.Meter
	people      map[string]*Person
	departments map[int]Department
	groups      map[string]*Group
	messages    map[string]*Message
	order       []string
	sessions    map[string]session
	templates   map[string]Template
	cards       map[string]*card
	files       map[string]file // by media_id, download code or download path
	tickets     map[string]ticket
	links       []*link
	nextLink    int
	callback    string // where messages are posted to, "" is the stream
}

// Start listens on a free loopback port until Close.
func Start(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Redeliver == nil {
		o.Redeliver = []time.Duration{15 * time.Second, time.Minute}
	}
	o.ClientID = cmp.Or(o.ClientID, "dingfake")
	o.CorpID = cmp.Or(o.CorpID, "dingcorp")
	o.RobotName = cmp.Or(o.RobotName, "会办")
	o.AckWithin = cmp.Or(o.AckWithin, 3*time.Second)
	o.TapWithin = cmp.Or(o.TapWithin, 2*time.Second)
	o.Silent = cmp.Or(o.Silent, 10*time.Second)
	o.PingEvery = cmp.Or(o.PingEvery, 30*time.Second)
	o.SessionLife = cmp.Or(o.SessionLife, 90*time.Minute)
	host, err := platformtest.Listen()
	if err != nil {
		return nil, err
	}
	s := &Server{
		Host: host, o: o, faults: platformtest.NewFaults[Fault](host.Touch),
		usage: map[string]*Usage{}, meters: map[string]*platformtest.Meter{},
		people: map[string]*Person{}, departments: map[int]Department{}, groups: map[string]*Group{}, messages: map[string]*Message{},
		sessions: map[string]session{}, templates: map[string]Template{}, cards: map[string]*card{}, files: map[string]file{},
		tickets: map[string]ticket{},
	}
	s.Serve(s.routes())
	return s, nil
}

// call is one request.
type call struct {
	*platformtest.Call

	old bool // of oapi.dingtalk.com: the token is in the query, errors come as HTTP 200
}

// answer is what goes back: JSON, or raw bytes of a kind.
type answer struct {
	status int
	body   map[string]any
	raw    []byte
	kind   string
}

func ok(body map[string]any) answer { return answer{status: http.StatusOK, body: body} }

func (s *Server) write(w http.ResponseWriter, a answer) {
	if a.body != nil {
		s.WriteJSON(w, a.status, a.body)
		return
	}
	platformtest.WriteRaw(w, a.status, a.kind, a.raw)
}

// serve reads, counts, lets the faults strike and answers.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, old bool, h func(*call) answer) {
	accepted, whole := s.Accept(w, r)
	if !whole {
		return
	}
	c := &call{Call: accepted, old: old}
	c.Token = r.Header.Get("X-Acs-Dingtalk-Access-Token")
	if old {
		c.Token = r.URL.Query().Get("access_token")
	}
	s.mu.Lock()
	f := s.strikeCall(c)
	s.mu.Unlock()
	if f == nil {
		s.write(w, h(c))
		return
	}
	s.fail(w, c, *f, h)
}
