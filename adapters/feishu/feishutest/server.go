package feishutest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say which app the platform knows and how patient it is. The zero value
// works: an app without encryption, real time, the real waits.
type Options struct {
	AppID, AppSecret  string // what the app must present; "" accepts any
	EncryptKey        string // webhook bodies are encrypted and signed when it is set
	VerificationToken string // header.token of every event
	BotName           string // what people type after @; "" is 会办

	// Now is the clock of the platform's business: ages of cards and of uuids, and
	// the times in events. nil is time.Now. Waits are always real time.
	Now func() time.Time
	// Redeliver are the waits before each redelivery of an event that was not acked;
	// nil is 15 s, 5 min, 1 h, 6 h, and an empty list is never. Taps are never redelivered.
	Redeliver []time.Duration
	// AckWithin is how long an ack may take; 0 is the platform's 3 s.
	AckWithin time.Duration
	// PingInterval in seconds is what discovery and pongs tell the client; 0 is 120.
	PingInterval int
	// DropValue makes submit buttons come without action.value, as from some clients.
	DropValue bool
}

// Server is one fake platform with one app, one bot and one tenant. All its
// methods may be called from several goroutines.
type Server struct {
	o        Options
	base     string
	http     *http.Server
	hooks    *http.Client    // posts to the webhook
	closing  context.Context //nolint:containedctx // the life of the server, which background deliveries share
	stop     context.CancelFunc
	work     sync.WaitGroup
	problems notes
	bell     bell

	mu          sync.Mutex
	closed      bool
	serial      int
	calls       []string // "METHOD /path"
	tokens      map[string]time.Time
	tokenCount  int
	forbidden   map[string]bool
	hidden      bool
	rates       bool
	meters      map[string]*meter
	notBefore   map[string]time.Time
	faults      []*fault
	struck      map[FaultKind]int
	people      map[string]*Person
	names       map[string]string // replaced, never changed
	departments map[string]string
	chats       map[string]*Chat
	chatOrder   []string
	messages    map[string]*Message
	order       []string
	uuids       map[string]string
	uploads     map[string]upload
	webhook     string
	tickets     map[string]bool
	links       []*link
	abandoned   []string
	unacked     map[string]bool // deliveries over the long connection
	nextLink    int
	held        []func()
	pending     int // events on their way or held
}

// Start listens on a free loopback port until Close.
func Start(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Redeliver == nil {
		o.Redeliver = []time.Duration{15 * time.Second, 5 * time.Minute, time.Hour, 6 * time.Hour}
	}
	if o.AckWithin == 0 {
		o.AckWithin = 3 * time.Second
	}
	if o.PingInterval == 0 {
		o.PingInterval = 120
	}
	if o.BotName == "" {
		o.BotName = "会办"
	}
	closing, stop := context.WithCancel(context.Background())
	var listen net.ListenConfig
	listener, err := listen.Listen(closing, "tcp", "127.0.0.1:0")
	if err != nil {
		stop()
		return nil, fmt.Errorf("fake platform: %w", err)
	}
	s := &Server{
		o: o, base: "http://" + listener.Addr().String(), closing: closing, stop: stop,
		hooks: &http.Client{
			Transport:     &http.Transport{},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		bell: bell{rung: make(chan struct{})}, tokens: map[string]time.Time{}, forbidden: map[string]bool{},
		meters: map[string]*meter{}, notBefore: map[string]time.Time{}, struck: map[FaultKind]int{},
		people: map[string]*Person{}, names: map[string]string{botOpenID: o.BotName}, departments: map[string]string{},
		chats: map[string]*Chat{}, messages: map[string]*Message{}, uuids: map[string]string{},
		uploads: map[string]upload{}, tickets: map[string]bool{}, unacked: map[string]bool{},
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
// takes for open.feishu.cn.
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
	s.hooks.CloseIdleConnections()
	return err
}

// Changed is closed at the next change of anything that Messages, Problems or
// Connections report. Take it before looking, or a change in between is missed.
func (s *Server) Changed() <-chan struct{} {
	return s.bell.next()
}

// Calls counts the requests whose path begins so: "/open-apis/im/v1/messages", or
// with the method, "PATCH /open-apis/im/v1/messages". A "$" at the end asks for
// exactly this path.
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

// Problems are every violation of the protocol or of the card rules noticed so
// far, oldest first, each a sentence. A test that breaks nothing expects none.
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

// call is one request to the API, its body read.
type call struct {
	*http.Request

	body  []byte
	token string
}

// answer is what goes back: JSON, or raw bytes.
type answer struct {
	status int
	header map[string]string
	body   map[string]any
	raw    []byte
}

func ok(data any) answer {
	return answer{status: http.StatusOK, body: map[string]any{"code": 0, "msg": "success", "data": data}}
}

// refuse is a business error; nearly all of them come as HTTP 400.
func refuse(code int, msg string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]any{"code": code, "msg": msg}}
}

func (s *Server) write(w http.ResponseWriter, a answer) {
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	if a.raw != nil {
		w.WriteHeader(a.status)
		if _, err := w.Write(a.raw); err != nil {
			return // the client went away
		}
		return
	}
	body, err := json.Marshal(a.body)
	if err != nil {
		s.problemf("an answer could not be encoded: %v", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	if _, err := w.Write(body); err != nil {
		return // the client went away
	}
}

// open registers what needs no token.
func (s *Server) open(mux *http.ServeMux, pattern string, h func(*call) answer) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, h) }) //nolint:contextcheck // the call carries its context
}

// api registers what needs a tenant token and one of the scopes.
func (s *Server) api(mux *http.ServeMux, pattern string, scopes []string, h func(*call) answer) {
	s.open(mux, pattern, func(c *call) answer {
		if a, refused := s.authorize(c, scopes); refused {
			return a
		}
		if a, refused := s.overRate(c); refused {
			return a
		}
		return h(c)
	})
}

// serve reads, counts, lets the faults strike and answers.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, h func(*call) answer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 40<<20))
	if err != nil {
		return // cut off by the client
	}
	c := &call{Request: r, body: body, token: bearer(r)}
	s.mu.Lock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	w.Header().Set("X-Tt-Logid", s.id("logid-"))
	s.early(c)
	f := s.strikeCall(c)
	s.mu.Unlock()
	if f == nil {
		s.write(w, h(c))
		return
	}
	s.fail(w, c, *f, h)
}

// early notes a call that came although it was told to wait; s.mu is held.
func (s *Server) early(c *call) {
	key := c.Method + " " + s.target(c)
	if until, ok := s.notBefore[key]; ok {
		if left := time.Until(until); left > 100*time.Millisecond {
			s.problemf("rate: %s %s came %v before the time it was told to wait for", c.Method, c.URL.Path, left.Round(time.Millisecond))
		}
		delete(s.notBefore, key)
	}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	im := []string{"im:message", "im:message:send_as_bot"}
	chats := []string{"im:chat", "im:chat:readonly", "im:chat:read"}
	members := []string{"im:chat", "im:chat:readonly", "im:chat.members:read"}
	files := []string{"im:resource", "im:resource:upload"}
	contacts := []string{"contact:contact.base:readonly"}
	s.open(mux, "POST /open-apis/auth/v3/tenant_access_token/internal", s.issueToken)
	s.api(mux, "POST /open-apis/im/v1/messages", im, s.send)
	s.api(mux, "POST /open-apis/im/v1/messages/{id}/reply", im, s.reply)
	s.api(mux, "PATCH /open-apis/im/v1/messages/{id}", append([]string{"im:message:update"}, im...), s.patch)
	s.api(mux, "PATCH /open-apis/im/v1/messages/{id}/urgent_app", []string{"im:message.urgent"}, s.urge)
	s.api(mux, "GET /open-apis/im/v1/messages/{id}/resources/{key}", []string{"im:message", "im:message:readonly"}, s.download)
	s.api(mux, "POST /open-apis/im/v1/files", files, s.uploadFile)
	s.api(mux, "POST /open-apis/im/v1/images", files, s.uploadImage)
	s.api(mux, "GET /open-apis/bot/v3/info", nil, s.botInfo)
	s.api(mux, "GET /open-apis/im/v1/chats", chats, s.listChats)
	s.api(mux, "GET /open-apis/im/v1/chats/{id}", chats, s.readChat)
	s.api(mux, "GET /open-apis/im/v1/chats/{id}/members", members, s.listMembers)
	s.api(mux, "GET /open-apis/im/v1/chats/{id}/members/is_in_chat", members, s.isInChat)
	s.api(mux, "GET /open-apis/contact/v3/users/{id}", contacts, s.readUser)
	s.api(mux, "GET /open-apis/contact/v3/departments/{id}", contacts, s.readDepartment)
	s.api(mux, "GET /open-apis/event/v1/connection", nil, s.countConnections)
	s.open(mux, "POST /callback/ws/endpoint", s.discover)
	mux.HandleFunc("GET /ws", s.socket)
	s.open(mux, "/", func(c *call) answer {
		s.problemf("no such call: %s %s", c.Method, c.URL.Path)
		return answer{status: http.StatusNotFound, body: map[string]any{"code": http.StatusNotFound, "msg": "404 page not found"}}
	})
	return mux
}

// decode reads the body of a call; what is no JSON object is a problem.
func (s *Server) decode(c *call, into any) bool {
	if err := json.Unmarshal(c.body, into); err != nil {
		s.problemf("%s %s: the body is not the JSON it should be: %v", c.Method, c.URL.Path, err)
		return false
	}
	return true
}

// rename replaces the names that texts are read with; s.mu is held.
func (s *Server) rename(id, name string) {
	names := maps.Clone(s.names)
	names[id] = name
	s.names = names
}
