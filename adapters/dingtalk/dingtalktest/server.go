package dingtalktest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
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
	o        Options
	base     string
	http     *http.Server
	posts    *http.Client    // posts messages in the HTTP mode
	closing  context.Context //nolint:containedctx // the life of the server, which background deliveries share
	stop     context.CancelFunc
	work     sync.WaitGroup
	problems notes
	bell     bell

	mu          sync.Mutex
	closed      bool
	serial      int
	calls       []string // "METHOD /path"
	usage       map[string]*Usage
	token       string // the one that is good, "" none
	tokenUntil  time.Time
	tokenCount  int
	forbidden   map[string]bool
	rates       bool
	meters      map[string]*meter
	faults      []*fault
	struck      map[FaultKind]int
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
	pending     int    // messages and events on their way
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
	closing, stop := context.WithCancel(context.Background())
	var listen net.ListenConfig
	listener, err := listen.Listen(closing, "tcp", "127.0.0.1:0")
	if err != nil {
		stop()
		return nil, fmt.Errorf("fake DingTalk: %w", err)
	}
	s := &Server{
		o: o, base: "http://" + listener.Addr().String(), closing: closing, stop: stop, bell: bell{rung: make(chan struct{})},
		posts: &http.Client{Transport: &http.Transport{}},
		usage: map[string]*Usage{}, forbidden: map[string]bool{}, meters: map[string]*meter{}, struck: map[FaultKind]int{},
		people: map[string]*Person{}, departments: map[int]Department{}, groups: map[string]*Group{}, messages: map[string]*Message{},
		sessions: map[string]session{}, templates: map[string]Template{}, cards: map[string]*card{}, files: map[string]file{},
		tickets: map[string]ticket{},
	}
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	s.work.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.problemf("serving ended: %v", err)
		}
	})
	return s, nil
}

// URL is the base of the platform, such as http://127.0.0.1:4711: what an adapter
// takes both for api.dingtalk.com and for oapi.dingtalk.com.
func (s *Server) URL() string { return s.base }

// Close cuts every connection, gives up every redelivery and returns when nothing
// of the server runs any more.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	links := slices.Clone(s.links)
	s.mu.Unlock()
	s.stop()
	err := s.http.Close()
	for _, l := range links {
		l.shut()
	}
	s.work.Wait()
	s.posts.CloseIdleConnections()
	return err
}

// Changed is closed at the next change of anything that Messages, Problems or
// Connections report. Take it before looking, or a change in between is missed.
func (s *Server) Changed() <-chan struct{} { return s.bell.next() }

// Calls counts the requests whose path begins so: "/v1.0/robot", or with the
// method, "PUT /v1.0/card/instances". A "$" at the end asks for exactly this path.
func (s *Server) Calls(path string) int {
	exact, whole := strings.CutSuffix(path, "$")
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if !strings.Contains(path, " ") {
			_, c, _ = strings.Cut(c, " ")
		}
		if whole && c == exact || !whole && strings.HasPrefix(c, path) {
			n++
		}
	}
	return n
}

// Problems are every violation of the protocol or of the rules for what is sent
// noticed so far, oldest first, each a sentence. A test that breaks nothing
// expects none.
func (s *Server) Problems() []string {
	s.problems.mu.Lock()
	defer s.problems.mu.Unlock()
	return slices.Clone(s.problems.said)
}

// background runs f until it returns; Close waits for it. It reports whether f runs.
func (s *Server) background(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Go(f)
	return true
}

// touch tells those who wait; s.mu may be held or not.
func (s *Server) touch() { s.bell.ring() }

// id makes a name that was not there before; s.mu is held.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%d", prefix, s.serial)
}

// problemf notes a violation; s.mu may be held or not.
func (s *Server) problemf(format string, args ...any) {
	s.problems.mu.Lock()
	s.problems.said = append(s.problems.said, fmt.Sprintf(format, args...))
	s.problems.mu.Unlock()
	s.touch()
}

// wait reports whether the time passed before the server was closed.
func (s *Server) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.closing.Done():
		return false
	}
}

// bell wakes everybody who waits for a change.
type bell struct {
	mu   sync.Mutex
	rung chan struct{} // closed and replaced at each change
}

func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rung
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.rung)
	b.rung = make(chan struct{})
}

// notes are what went wrong so far.
type notes struct {
	mu   sync.Mutex
	said []string
}

// call is one request, its body read.
type call struct {
	*http.Request

	body  []byte
	token string
	old   bool // of oapi.dingtalk.com: the token is in the query, errors come as HTTP 200
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
	raw, kind := a.raw, a.kind
	if a.body != nil {
		var err error
		if raw, err = json.Marshal(a.body); err != nil {
			s.problemf("an answer could not be encoded: %v", err)
		}
		kind = "application/json; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(a.status)
	if _, err := w.Write(raw); err != nil {
		return // the client went away
	}
}

// serve reads, counts, lets the faults strike and answers.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, old bool, h func(*call) answer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 40<<20))
	if err != nil {
		return // cut off by the client
	}
	c := &call{Request: r, body: body, old: old, token: r.Header.Get("X-Acs-Dingtalk-Access-Token")}
	if old {
		c.token = r.URL.Query().Get("access_token")
	}
	s.mu.Lock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	f := s.strikeCall(c)
	s.mu.Unlock()
	if f == nil {
		s.write(w, h(c))
		return
	}
	s.fail(w, c, *f, h)
}

// decode reads the body of a call; what is not the JSON it should be is a problem.
func (s *Server) decode(c *call, into any) bool {
	if err := json.Unmarshal(c.body, into); err != nil {
		s.problemf("%s %s: the body is not the JSON it should be: %v", c.Method, c.URL.Path, err)
		return false
	}
	return true
}
