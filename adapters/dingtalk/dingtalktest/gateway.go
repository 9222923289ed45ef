package dingtalktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"huiban/adapters/platformtest"
)

const (
	ticketLife = 90 * time.Second

	messageTopic = "/v1.0/im/bot/messages/get"
	cardTopic    = "/v1.0/card/instances/callback"
)

// ticket lets one client connect once.
type ticket struct {
	until  time.Time
	topics []string // "TYPE topic"
}

// link is one connection of a client over which it is pushed to.
type link struct {
	*platformtest.Link

	id     string
	topics []string // "TYPE topic"

	mu      sync.Mutex
	leaving bool            // it got its disconnect frame
	silent  FaultKind       // Zombie, HalfOpen, or ""
	waits   map[string]wait // by messageId
}

// wait is for the ack of one frame; when nobody waits any more, late is set.
type wait struct {
	ack  chan ack
	late bool
	any  bool // what it says is of no interest
}

// frame is what goes to a client, ack what comes back.
type frame struct {
	SpecVersion string            `json:"specVersion"`
	Type        string            `json:"type"`
	Time        int64             `json:"time"`
	Headers     map[string]string `json:"headers"`
	Data        string            `json:"data"`
}

type ack struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Message string            `json:"message"`
	Data    string            `json:"data"`
}

// openConnection gives a client an address and a ticket for it.
func (s *Server) openConnection(c *call) answer {
	var in struct {
		ClientID, ClientSecret string
		Subscriptions          []struct{ Type, Topic string }
	}
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	if !s.known(in.ClientID, in.ClientSecret) {
		return c.refuse(failure{http.StatusUnauthorized, "authFailed", 0, "", "鉴权失败", nil})
	}
	var topics []string
	for _, one := range in.Subscriptions {
		if one.Type == "EVENT" && one.Topic != "*" {
			s.Problemf("connection: events are subscribed to by the topic *, not %q", one.Topic)
		}
		topics = append(topics, one.Type+" "+one.Topic)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.ID("ticket-")
	s.tickets[name] = ticket{until: time.Now().Add(ticketLife), topics: topics}
	return ok(map[string]any{"endpoint": "ws" + strings.TrimPrefix(s.URL(), "http") + "/connect", "ticket": name})
}

// socket accepts a connection; a ticket is good for one.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("ticket")
	s.mu.Lock()
	t := s.tickets[name]
	delete(s.tickets, name)
	s.mu.Unlock()
	if time.Now().After(t.until) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	l, err := s.upgrade(w, r, t.topics)
	if err != nil {
		s.Problemf("handshake: %v", err)
		return
	}
	if !s.Background(func() { s.listen(l) }) || !s.Background(func() { s.ping(l) }) {
		l.Shut()
	}
}

// upgrade answers the handshake and lists the connection as one step: whoever sees
// the handshake succeed finds the connection listed.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, topics []string) (*link, error) {
	l := &link{id: s.ID("connection-"), topics: topics, waits: map[string]wait{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if l.Link, err = s.Upgrade(w, r, nil, func() bool { return l.quiet() != HalfOpen }); err != nil {
		return nil, fmt.Errorf("upgrade: %w", err)
	}
	s.silence(l)
	s.links = append(s.links, l)
	s.Touch()
	return l, nil
}

// Connections counts the connections that are open and not told to leave, silent
// ones too.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, l := range s.links {
		if !l.isLeaving() {
			n++
		}
	}
	return n
}

// Disconnect tells every connection to leave, as the platform does from time to
// time: nothing is pushed to it from now on, and it is cut after Options.Silent.
func (s *Server) Disconnect() {
	s.mu.Lock()
	links := slices.Clone(s.links)
	s.mu.Unlock()
	for _, l := range links {
		s.dismiss(l)
	}
}

// Drop cuts every connection without a word.
func (s *Server) Drop() {
	s.mu.Lock()
	links := s.links
	s.links = nil
	s.Touch()
	s.mu.Unlock()
	for _, l := range links {
		l.Shut()
	}
}

// dismiss tells one connection to leave.
func (s *Server) dismiss(l *link) {
	l.mu.Lock()
	again := l.leaving
	l.leaving = true
	l.mu.Unlock()
	if again {
		return
	}
	s.Touch()
	if l.quiet() == "" {
		s.system(l, "disconnect", `{"reason":"connection is expired"}`, nil)
	}
	s.Background(func() {
		timer := time.NewTimer(s.o.Silent)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-l.Gone():
		case <-s.Life().Done():
		}
		l.Shut()
	})
}

// silence lets the faults of connections strike one; s.mu is held.
func (s *Server) silence(l *link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silent != "" {
		return
	}
	if f := s.faults.Strike(func(platformtest.Terms) bool { return true }, Zombie, HalfOpen); f != nil {
		l.silent = f.Kind
	}
}

// system sends a frame of the protocol's own, and hands over the ack if one is wanted.
func (s *Server) system(l *link, topic, data string, into chan ack) {
	id := s.ID("system-")
	l.expect(id, wait{ack: into, any: into == nil})
	l.send(s.frame("SYSTEM", topic, id, data, nil)) //nolint:errcheck,gosec // the reader sees a connection that ended
}

// ping asks a client from time to time whether it is there, and says KEEPALIVE,
// which the official client for Go answers with 404.
func (s *Server) ping(l *link) {
	tick := time.NewTicker(s.o.PingEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-tick.C:
		case <-l.Gone():
			return
		}
		if l.quiet() != "" || l.isLeaving() {
			continue
		}
		s.system(l, "KEEPALIVE", "{}", nil)
		opaque := `{"opaque":"` + l.id + "-" + strconv.Itoa(n) + `"}`
		answered := make(chan ack, 1)
		s.system(l, "ping", opaque, answered)
		timer := time.NewTimer(s.o.AckWithin)
		select {
		case a := <-answered:
			if a.Code != http.StatusOK || a.Data != opaque {
				s.Problemf("ping: answered %d with %q, not 200 with the data that came", a.Code, a.Data)
			}
		case <-timer.C:
			if l.quiet() == "" && !l.isLeaving() {
				s.Problemf("ping: not answered within %v", s.o.AckWithin)
			}
		case <-l.Gone():
		}
		timer.Stop()
	}
}

// frame puts data into the envelope that every push has.
func (s *Server) frame(kind, topic, id, data string, more map[string]string) frame {
	now := s.o.Now().UnixMilli()
	headers := map[string]string{
		"topic": topic, "messageId": id, "contentType": "application/json", "time": strconv.FormatInt(now, 10), "appId": "app-fake",
	}
	maps.Copy(headers, more)
	return frame{SpecVersion: "1.0", Type: kind, Time: now, Headers: headers, Data: data}
}

// listen reads a connection until it ends.
func (s *Server) listen(l *link) {
	defer func() {
		l.Shut()
		s.mu.Lock()
		s.links = slices.DeleteFunc(s.links, func(other *link) bool { return other == l })
		s.Touch()
		s.mu.Unlock()
	}()
	for {
		kind, raw, err := l.Read()
		if err != nil {
			return
		}
		if l.quiet() == HalfOpen {
			continue
		}
		var a ack
		if err := json.Unmarshal(raw, &a); err != nil || kind != websocket.TextMessage {
			s.Problemf("ack: %q is no text frame {code, headers, message, data}: %v", raw, err)
			continue
		}
		s.acked(l, a)
	}
}

// acked hands an ack to whoever waits for it.
func (s *Server) acked(l *link, a ack) {
	id := a.Headers["messageId"]
	l.mu.Lock()
	w, known := l.waits[id]
	delete(l.waits, id)
	l.mu.Unlock()
	switch {
	case !known:
		s.Problemf("ack: %q waits for none on its connection", id)
	case w.late:
		s.Problemf("ack: %s came later than it may", id)
	case w.any:
	default:
		if kind := a.Headers["contentType"]; kind != "application/json" {
			s.Problemf("ack: contentType %q", kind)
		}
		w.ack <- a
	}
}

func (l *link) quiet() FaultKind {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent
}

func (l *link) isLeaving() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.leaving
}

func (l *link) expect(id string, w wait) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waits[id] = w
}

func (l *link) send(f frame) error {
	raw, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("frame: %w", err)
	}
	return l.Send(websocket.TextMessage, raw)
}

// cut writes the head of a text frame and less than it promises, and hangs up.
func (l *link) cut() { l.Cut([]byte("\x81\x7e\x01\x00{\"specVersion\":\"1.0\",")) }
