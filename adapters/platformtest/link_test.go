package platformtest

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// connect is a client and the link that the host has with it.
func connect(t *testing.T, awake func() bool) (*Host, *websocket.Conn, *Link) {
	t.Helper()
	links := make(chan *Link, 1)
	h := start(t, func(h *Host) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			l, err := h.Upgrade(w, r, http.Header{"Greeting": {"hello"}}, awake)
			if err != nil {
				t.Error(err)
				close(links)
				return
			}
			links <- l
		}
	})
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(h.URL(), "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()              //nolint:errcheck,gosec // it is empty
	t.Cleanup(func() { conn.Close() }) //nolint:errcheck,gosec // it may be cut already
	if response.Header.Get("Greeting") != "hello" {
		t.Error(response.Header)
	}
	return h, conn, <-links
}

func always() bool { return true }

// TestLinks carry messages both ways; several may write at once.
func TestLinks(t *testing.T) {
	_, conn, l := connect(t, always)
	if err := conn.WriteMessage(websocket.BinaryMessage, []byte("up")); err != nil {
		t.Fatal(err)
	}
	if kind, raw, err := l.Read(); kind != websocket.BinaryMessage || string(raw) != "up" || err != nil {
		t.Error(kind, string(raw), err)
	}
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			if err := l.Send(websocket.TextMessage, []byte("down")); err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		if kind, raw, err := conn.ReadMessage(); kind != websocket.TextMessage || string(raw) != "down" || err != nil {
			t.Error(kind, string(raw), err)
		}
	}
	writers.Wait()
}

// TestCut: the client gets what stands there, and then nothing any more.
func TestCut(t *testing.T) {
	_, conn, l := connect(t, always)
	l.Cut([]byte("\x81\x05hel"))
	if _, _, err := conn.ReadMessage(); err == nil || !strings.Contains(err.Error(), "EOF") {
		t.Error(err)
	}
	<-l.Gone()
	l.Shut()
	if err := l.Send(websocket.TextMessage, []byte("a")); err == nil {
		t.Error("it was sent over a connection that was cut")
	}
}

// TestCloseEndsLinks, also those of clients that stay.
func TestCloseEndsLinks(t *testing.T) {
	h, conn, l := connect(t, always)
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-l.Gone():
	default:
		t.Error("the link lives on")
	}
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("the client did not notice")
	}
}

// TestPings are answered by those who are awake.
func TestPings(t *testing.T) {
	var awake atomic.Bool
	_, conn, l := connect(t, awake.Load)
	pongs := make(chan string, 2)
	conn.SetPongHandler(func(data string) error { pongs <- data; return nil })
	read := make(chan struct{}, 2)
	var readers sync.WaitGroup
	for _, next := range []func() error{
		func() error { _, _, err := l.Read(); read <- struct{}{}; return err },
		func() error { _, _, err := conn.ReadMessage(); return err },
	} {
		readers.Go(func() {
			for next() == nil { //nolint:revive // until it is shut
			}
		})
	}
	ping := func(data string) {
		t.Helper()
		if err := conn.WriteControl(websocket.PingMessage, []byte(data), time.Now().Add(time.Second)); err != nil {
			t.Error(err)
		}
		if err := conn.WriteMessage(websocket.TextMessage, []byte("behind it")); err != nil {
			t.Error(err)
		}
		<-read
	}
	ping("asleep")
	awake.Store(true)
	ping("awake")
	if data := <-pongs; data != "awake" {
		t.Errorf("%q was answered", data)
	}
	l.Shut()
	readers.Wait()
}
