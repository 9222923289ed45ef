package feishutest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"huiban/adapters/platformtest"
)

const (
	maxLinks  = 50
	serviceID = 33554678
)

// link is one long connection of a client.
type link struct {
	*platformtest.Link

	mu     sync.Mutex
	frozen bool
	waits  map[string]chan ack // by message_id
	late   map[string]time.Time
	pings  []time.Time
}

// ack is what a client said to a delivery: the code, and for a tap the answer.
type ack struct {
	code    int
	data    []byte
	hasData bool
}

func (l *link) isFrozen() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.frozen
}

// discover tells a client where to connect.
func (s *Server) discover(c *call) answer {
	say := func(code int, msg string) answer {
		return answer{status: http.StatusOK, body: map[string]any{"code": code, "msg": msg, "data": map[string]any{}}}
	}
	var in struct{ AppID, AppSecret string }
	if !s.Decode(c, &in) {
		return say(403, "forbidden")
	}
	if in.AppID == "" || s.o.AppID != "" && in.AppID != s.o.AppID || in.AppSecret == "" || s.o.AppSecret != "" && in.AppSecret != s.o.AppSecret {
		return say(1000040345, "app id or app secret is wrong")
	}
	if s.faults.Strikes(TooManyConnections, "") {
		return say(1000040350, "the number of connections exceeded the limit")
	}
	config := s.clientConfig()
	if s.faults.Strikes(ConfigZeroPing, "") {
		delete(config, "PingInterval")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.links) >= maxLinks {
		return say(1000040350, "the number of connections exceeded the limit")
	}
	ticket := s.ID("ticket")
	s.tickets[ticket] = true
	query := url.Values{
		"device_id": {s.ID("device")}, "service_id": {strconv.Itoa(serviceID)}, "ticket": {ticket}, "access_key": {"fake"}, "aid": {"552564"},
	}
	address := "ws" + strings.TrimPrefix(s.URL(), "http") + "/ws?" + query.Encode()
	return answer{status: http.StatusOK, body: map[string]any{"code": 0, "msg": "", "data": map[string]any{"URL": address, "ClientConfig": config}}}
}

// clientConfig lets clients reconnect at once, so that tests need not wait.
func (s *Server) clientConfig() map[string]any {
	return map[string]any{"ReconnectCount": -1, "ReconnectInterval": 1, "ReconnectNonce": 0, "PingInterval": s.o.PingInterval}
}

// socket accepts a long connection; a ticket is good for one.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	logid := s.ID("logid-")
	s.mu.Unlock()
	if !good {
		w.Header().Set("X-Tt-Logid", logid)
		w.Header().Set("Handshake-Status", "403")
		w.Header().Set("Handshake-Msg", "the ticket is not good any more")
		w.WriteHeader(http.StatusForbidden)
		return
	}
	l, err := s.upgrade(w, r, logid)
	if err != nil {
		s.Problemf("handshake: %v", err)
		return
	}
	if !s.Background(func() { s.listen(l) }) {
		l.Shut()
	}
}

// upgrade answers the handshake and lists the connection as one step: whoever sees
// the handshake succeed finds the connection listed, so that Disconnect meets it.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, logid string) (*link, error) {
	l := &link{waits: map[string]chan ack{}, late: map[string]time.Time{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	l.Link, err = s.Upgrade(w, r, http.Header{"Handshake-Status": {"0"}, "X-Tt-Logid": {logid}}, func() bool { return !l.isFrozen() })
	if err != nil {
		return nil, err
	}
	l.frozen = s.faults.Strikes(HalfOpen, "")
	s.links = append(s.links, l)
	s.Touch()
	return l, nil
}

// Connections counts the long connections that are open, silent ones too.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.links)
}

// countConnections answers what a watchdog asks: how many clients are connected.
func (s *Server) countConnections(*call) answer {
	return answer{status: http.StatusOK, body: map[string]any{
		"code": 0, "msg": "success", "data": map[string]any{"online_instance_cnt": s.Connections()},
	}}
}

// Disconnect closes every long connection, as a platform does that restarts.
func (s *Server) Disconnect() {
	s.mu.Lock()
	links := s.links
	s.links = nil
	s.Touch()
	s.mu.Unlock()
	for _, l := range links {
		l.Shut()
	}
}

// freezeLinks lets a new fault HalfOpen strike the connections that there are.
func (s *Server) freezeLinks() {
	s.mu.Lock()
	links := slices.Clone(s.links)
	s.mu.Unlock()
	for _, l := range links {
		if !l.isFrozen() && s.faults.Strikes(HalfOpen, "") {
			l.mu.Lock()
			l.frozen = true
			l.mu.Unlock()
		}
	}
}

// listen reads a connection until it ends. A frozen one is read and ignored: to
// the client it looks as if nobody were there.
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
		if l.isFrozen() {
			continue
		}
		if kind != websocket.BinaryMessage {
			s.Problemf("long connection: a message that is not binary")
			continue
		}
		f, err := decodeFrame(raw)
		if err != nil {
			s.Problemf("long connection: %v", err)
			continue
		}
		if f.Method == methodControl {
			s.control(l, f)
			continue
		}
		s.acked(l, f)
	}
}

// control answers pings.
func (s *Server) control(l *link, f frame) {
	if f.header("type") != "ping" {
		s.Problemf("long connection: control frame of type %q", f.header("type"))
		return
	}
	if f.Service != serviceID {
		s.Problemf("long connection: ping with service %d, not the service_id of the address", f.Service)
	}
	now := time.Now()
	l.mu.Lock()
	l.pings = slices.DeleteFunc(append(l.pings, now), func(t time.Time) bool { return now.Sub(t) > time.Second })
	storm := len(l.pings) == 20
	l.mu.Unlock()
	if storm {
		s.Problemf("long connection: 20 pings in a second")
	}
	pong := frame{Service: f.Service, Method: methodControl, Headers: []header{{"type", "pong"}}}
	pong.Payload, _ = json.Marshal(s.clientConfig()) //nolint:errchkjson // strings and numbers
	if s.faults.Strikes(PongEmptyConfig, "") {
		pong.Payload = []byte("{}")
	}
	l.send(pong) //nolint:errcheck,gosec // the reader sees a connection that ended
}

func (l *link) send(f frame) error {
	return l.Send(websocket.BinaryMessage, f.encode())
}

// taken reports whether a delivery was sent and not acked yet, and notes the ack.
func (s *Server) taken(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.unacked[id]
	delete(s.unacked, id)
	return sent
}

// acked hands an ack to the delivery that waits for it.
func (s *Server) acked(l *link, f frame) {
	id := f.header("message_id")
	l.mu.Lock()
	wait, waiting := l.waits[id]
	since, late := l.late[id]
	delete(l.waits, id)
	delete(l.late, id)
	l.mu.Unlock()
	switch {
	case late:
		s.Problemf("ack: %s came %v late", id, time.Since(since).Round(time.Millisecond))
		return
	case !waiting && !s.taken(id):
		s.Problemf("ack: %q waits for none", id)
		return
	case !waiting:
		return // delivered on a connection that was cut, acked on the next one
	}
	s.taken(id)
	var body struct {
		Code    *int              `json:"code"`
		Headers map[string]string `json:"headers"`
		Data    []byte            `json:"data"`
	}
	if err := json.Unmarshal(f.Payload, &body); err != nil || body.Code == nil {
		s.Problemf("ack: the payload %q is not {code, headers, data}: %v", f.Payload, err)
		wait <- ack{code: http.StatusInternalServerError}
		return
	}
	if f.header("type") != "event" || f.Service != serviceID || f.Method != methodData {
		s.Problemf("ack: the frame is not the one that was delivered: type %q, service %d, method %d", f.header("type"), f.Service, f.Method)
	}
	wait <- ack{code: *body.Code, data: body.Data, hasData: body.Data != nil}
}

var (
	errNoClient = errors.New("no client is connected")
	errCut      = errors.New("the connection was cut")
	errLate     = errors.New("no ack in time")
)

// pick waits for a connection for as long as an ack may take, and takes turns.
func (s *Server) pick() (*link, error) {
	ctx, cancel := context.WithTimeout(s.Life(), s.o.AckWithin)
	defer cancel()
	var l *link
	err := s.Until(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := len(s.links); n > 0 {
			s.nextLink++
			l = s.links[s.nextLink%n]
		}
		return l != nil
	})
	if err != nil {
		return nil, errNoClient
	}
	return l, nil
}

// push delivers over the long connection and waits for the ack.
func (s *Server) push(p parcel) (ack, error) {
	l, err := s.pick()
	if err != nil {
		return ack{}, err
	}
	s.mu.Lock()
	id := s.ID("delivery-")
	s.unacked[id] = true
	s.mu.Unlock()
	if s.faults.Strikes(CutMidFrame, p.chat) {
		l.cut(frame{Service: serviceID, Method: methodData, Payload: p.body}.encode())
		return ack{}, errCut
	}
	wait := make(chan ack, 1)
	l.mu.Lock()
	l.waits[id] = wait
	l.mu.Unlock()
	if !l.isFrozen() {
		for _, f := range frames(p, id, s.faults.Strikes(Split, p.chat)) {
			if err := l.send(f); err != nil {
				return ack{}, fmt.Errorf("%w: %w", errCut, err)
			}
		}
	}
	deadline := time.NewTimer(s.o.AckWithin)
	defer deadline.Stop()
	select {
	case a := <-wait:
		return a, nil
	case <-l.Gone():
		return ack{}, errCut
	case <-s.Life().Done():
		return ack{}, errCut
	case now := <-deadline.C:
		l.mu.Lock()
		if l.frozen {
			l.mu.Unlock()
			return ack{}, errCut // by a fault, not by a slow app
		}
		defer l.mu.Unlock()
		delete(l.waits, id)
		l.late[id] = now
		return ack{}, errLate
	}
}

// frames are one frame, or three that share the message_id and count sum and seq.
func frames(p parcel, id string, split bool) []frame {
	n := 1
	if split {
		n = 3
	}
	size := (len(p.body) + n - 1) / n
	var out []frame
	for i := range n {
		out = append(out, frame{
			Service: serviceID, Method: methodData, Payload: p.body[min(i*size, len(p.body)):min((i+1)*size, len(p.body))],
			Headers: []header{
				{"type", "event"},
				{"message_id", id},
				{"sum", strconv.Itoa(n)},
				{"seq", strconv.Itoa(i)},
				{"trace_id", cmp.Or(p.id, id)},
				{"timestamp", strconv.FormatInt(time.Now().UnixMilli(), 10)},
			},
		})
	}
	return out
}

// cut writes the head of a binary frame and half of what it promises, and hangs up.
func (l *link) cut(raw []byte) {
	head := []byte{0x82, 127, 0, 0, 0, 0, byte(len(raw) >> 24), byte(len(raw) >> 16), byte(len(raw) >> 8), byte(len(raw))} //nolint:gosec // the bytes of a length
	l.Cut(append(head, raw[:len(raw)/2]...))
}
