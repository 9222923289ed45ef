package feishutest

import (
	"maps"
	"net/http"
	"sync"
	"time"

	"huiban/adapters/platformtest"
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
	*platformtest.Host
	platformtest.Scopes

	o      Options
	faults *platformtest.Faults[Fault]

	mu          sync.Mutex
	tokens      map[string]time.Time
	tokenCount  int
	hidden      bool
	rates       bool
	meters      map[string]*platformtest.Meter
	notBefore   map[string]time.Time
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
	host, err := platformtest.Listen()
	if err != nil {
		return nil, err
	}
	host.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s := &Server{
		Host: host, o: o, faults: platformtest.NewFaults[Fault](host.Touch), tokens: map[string]time.Time{},
		meters: map[string]*platformtest.Meter{}, notBefore: map[string]time.Time{},
		people: map[string]*Person{}, names: map[string]string{botOpenID: o.BotName}, departments: map[string]string{},
		chats: map[string]*Chat{}, messages: map[string]*Message{}, uuids: map[string]string{},
		uploads: map[string]upload{}, tickets: map[string]bool{}, unacked: map[string]bool{},
	}
	s.Serve(s.routes())
	return s, nil
}

// call is one request to the API.
type call = platformtest.Call

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
	s.WriteJSON(w, a.status, a.body)
}

// open registers what needs no token.
func (s *Server) open(mux *http.ServeMux, pattern string, h func(*call) answer) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, h) })
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
	c, whole := s.Accept(w, r)
	if !whole {
		return
	}
	c.Token = bearer(r)
	s.mu.Lock()
	w.Header().Set("X-Tt-Logid", s.ID("logid-"))
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
			s.Problemf("rate: %s %s came %v before the time it was told to wait for", c.Method, c.URL.Path, left.Round(time.Millisecond))
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
		s.Problemf("no such call: %s %s", c.Method, c.URL.Path)
		return answer{status: http.StatusNotFound, body: map[string]any{"code": http.StatusNotFound, "msg": "404 page not found"}}
	})
	return mux
}

// rename replaces the names that texts are read with; s.mu is held.
func (s *Server) rename(id, name string) {
	names := maps.Clone(s.names)
	names[id] = name
	s.names = names
}
