package dingtalktest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestWhoMayConnect(t *testing.T) {
	s := start(t, Options{ClientID: "app", ClientSecret: "s"})
	for _, c := range []struct {
		id, secret string
		status     int
	}{{"app", "s", 200}, {"app", "x", 401}, {"other", "s", 401}, {"app", "", 401}} {
		status, out := do(t, s, http.MethodPost, "/v1.0/gateway/connections/open", object{"clientId": c.id, "clientSecret": c.secret})
		if status != c.status || status != 200 && out["code"] != "authFailed" {
			t.Errorf("%+v: %d %v", c, status, out)
		}
	}
	clean(t, s)
}

func TestTicketIsGoodOnce(t *testing.T) {
	s := start(t, Options{})
	_, out := do(t, s, http.MethodPost, "/v1.0/gateway/connections/open", object{"clientId": "dingfake", "clientSecret": "s"})
	address := text(out["endpoint"]) + "?ticket=" + text(out["ticket"])
	conn, first, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()       //nolint:errcheck // nothing was written
	defer first.Body.Close() //nolint:errcheck // it is empty
	_, second, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err == nil || second == nil || second.StatusCode != http.StatusUnauthorized {
		t.Error("a ticket was good twice", err)
	}
	if second != nil {
		second.Body.Close() //nolint:errcheck,gosec // it is empty
	}
}

func TestPing(t *testing.T) {
	s := start(t, Options{PingEvery: time.Millisecond})
	c := connect(t, s, nil)
	var seen []string
	for len(seen) < 4 {
		f, _ := c.next(t)
		seen = append(seen, f.Headers["topic"])
	}
	if !slices.Contains(seen, "ping") || !slices.Contains(seen, "KEEPALIVE") {
		t.Error(seen)
	}
	clean(t, s)
}

// TestPingWithoutAnswer: who echoes something else, or nothing, is noticed.
func TestPingWithoutAnswer(t *testing.T) {
	for _, c := range []struct{ data, noticed string }{{"wrong", "not 200 with the data"}, {"", "not answered"}} {
		s := start(t, Options{PingEvery: 5 * time.Millisecond, AckWithin: 5 * time.Millisecond})
		cl := connect(t, s, nil)
		cl.mu.Lock()
		cl.echo = &c.data
		cl.mu.Unlock()
		until(t, s, "not noticed", func() bool {
			return slices.ContainsFunc(s.Problems(), func(p string) bool { return strings.Contains(p, c.noticed) })
		})
	}
}

func TestTopics(t *testing.T) {
	s := start(t, Options{})
	connectTo(t, s, nil, "CALLBACK "+messageTopic)
	do(t, s, http.MethodPost, deliverCard, cardTo("c", room, object{"title": "a", "btns": twoButtons}))
	a, err := s.TapButton(soon(t), s.Messages()[0].ID, xu, "确认", nil)
	if err != nil || a.Heard || !a.TimedOut {
		t.Errorf("a topic that nobody subscribed to reaches nobody: %+v %v", a, err)
	}
	if d, err := s.BotAdded(soon(t), room, chen); err == nil || d.Deliveries != 0 {
		t.Errorf("%+v %v", d, err)
	}
	connectTo(t, s, nil, "EVENT chat_add_member")
	noticed(t, s, "topic *")
}

func TestNobodyConnected(t *testing.T) {
	s := start(t, Options{})
	if _, err := s.SayPrivately(soon(t), chen, "在吗"); !errors.Is(err, ErrLost) {
		t.Errorf("a message that finds nobody is gone: %v", err)
	}
	clean(t, s)
}

// TestDisconnect: the connection that must leave gets nothing any more, the other
// one gets everything, and after the silence the first is cut.
func TestDisconnect(t *testing.T) {
	s := start(t, Options{Silent: 20 * time.Millisecond})
	one, two := connect(t, s, nil), connect(t, s, nil)
	s.Break(Fault{Kind: Disconnecting, Times: 1})
	for range 10 {
		if d, err := s.SayPrivately(soon(t), chen, "在"); err != nil || d.Deliveries != 1 {
			t.Fatalf("%+v %v", d, err)
		}
	}
	until(t, s, "the connection was not cut", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.links) == 1
	})
	topics := map[*client][]string{}
	left := 0
	for _, c := range []*client{one, two} {
		for len(c.got) > 0 {
			f := <-c.got
			topics[c] = append(topics[c], f.Headers["topic"])
		}
		if n := len(topics[c]); n > 0 && topics[c][n-1] == "disconnect" {
			left++
		}
	}
	if left != 1 || len(topics[one])+len(topics[two]) != 11 || s.Connections() != 1 {
		t.Error(topics[one], topics[two])
	}
	s.Disconnect()
	if _, err := s.SayPrivately(soon(t), chen, "在"); !errors.Is(err, ErrLost) {
		t.Error("what comes in the silence is lost", err)
	}
	clean(t, s)
}

func TestDrop(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	s.Drop()
	for range c.got {
	}
	if s.Connections() != 0 {
		t.Error("a connection is left")
	}
}

func TestSilentConnections(t *testing.T) {
	for _, c := range []struct {
		kind  FaultKind
		pongs bool
	}{{Zombie, true}, {HalfOpen, false}} {
		t.Run(string(c.kind), func(t *testing.T) {
			s := start(t, Options{PingEvery: time.Millisecond, AckWithin: 300 * time.Millisecond, Redeliver: []time.Duration{}})
			dead := connect(t, s, nil)
			s.Break(Fault{Kind: c.kind, Times: 1})
			pong := make(chan struct{}, 1)
			dead.conn.SetPongHandler(func(string) error { pong <- struct{}{}; return nil })
			if err := dead.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.SayPrivately(soon(t), chen, "在吗"); err == nil {
				t.Error("it was acked")
			}
			if c.pongs {
				<-pong
			} else if len(pong) > 0 {
				t.Error("somebody answered")
			}
			for len(dead.got) > 0 {
				if f := <-dead.got; f.Type != "SYSTEM" {
					t.Error("something came: ", f)
				}
			}
			connect(t, s, nil)
			if s.Struck(c.kind) != 1 {
				t.Error("the new one is silent too")
			}
			clean(t, s)
		})
	}
}

// TestBurst: 500 messages at once, each pushed once and acked.
func TestBurst(t *testing.T) {
	s := start(t, Options{AckWithin: 10 * time.Second})
	c := connect(t, s, nil)
	var all sync.WaitGroup
	for range 500 {
		all.Go(func() {
			if d, err := s.SayPrivately(soon(t), chen, "在"); err != nil || !d.Acked {
				t.Errorf("%+v %v", d, err)
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for range 500 {
		_, data := c.next(t)
		seen[text(data["msgId"])] = true
	}
	if len(seen) != 500 {
		t.Errorf("%d of 500", len(seen))
	}
	clean(t, s)
}

func TestBadAcks(t *testing.T) {
	for _, c := range []struct{ sent, noticed string }{
		{`no json`, "no text frame"},
		{`{"code":200,"headers":{"messageId":"elsewhere","contentType":"application/json"},"data":""}`, "waits for none"},
	} {
		s := start(t, Options{})
		cl := connect(t, s, nil)
		if err := cl.conn.WriteMessage(websocket.TextMessage, []byte(c.sent)); err != nil {
			t.Fatal(err)
		}
		until(t, s, "not noticed", func() bool { return len(s.Problems()) > 0 })
		if !strings.Contains(s.Problems()[0], c.noticed) {
			t.Error(s.Problems())
		}
	}
}
