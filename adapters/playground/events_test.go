package playground

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"huiban/bot"
)

// A stream is an open page's connection.
type stream struct {
	t     *testing.T
	lines *bufio.Reader
	body  io.Closer
}

func (l *lab) listen(t *testing.T) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, l.srv.URL+"/api/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := l.srv.Client().Do(r) //nolint:bodyclose // closed by the stream
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{t, bufio.NewReader(res.Body), res.Body}
	t.Cleanup(func() { _ = s.body.Close() })
	if got := s.next(); got != "retry: 1000" {
		t.Fatalf("begins with %q", got)
	}
	return s
}

// next is the next event, its lines joined.
func (s *stream) next() string {
	s.t.Helper()
	var lines []string
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			s.t.Fatalf("stream ended: %v", err)
		}
		if line == "\n" {
			return strings.Join(lines, "|")
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
}

func TestOpenPagesAreTold(t *testing.T) {
	l := company(t, "")
	one, two := l.listen(t), l.listen(t)
	m := l.send(bot.Out{UUID: "u1", Chat: "playground:g1", Text: "第一行\n第二行"})
	l.send(bot.Out{UUID: "u2", Edit: bot.MessageID(m.ID), Text: "改过"})
	l.post("/api/clock", `{"advance":"1h"}`, http.StatusOK)
	l.post("/api/reset", `{}`, http.StatusOK)
	for _, s := range []*stream{one, two} {
		for _, want := range []string{
			`event: message|data: {"id":"m1","seq":1,"chat":"g1","from":"bot"`,
			`event: message|data: {"id":"m1","seq":2,`,
			`event: clock|data: {"now":"2026-08-12T14:55:00+08:00"}`,
			`event: reset|data: {}`,
		} {
			if got := s.next(); !strings.HasPrefix(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
}

func TestSlowPageIsLetGo(t *testing.T) {
	l := company(t, "")
	slow, stop := l.p.record.watch()
	defer stop()
	for range watcherBuffer + 1 {
		l.p.tell("clock", struct{}{})
	}
	for range watcherBuffer {
		if _, more := <-slow; !more {
			t.Fatal("lost what was in time")
		}
	}
	if _, more := <-slow; more || len(l.p.record.watchers) != 0 {
		t.Error("it goes on")
	}
}

func TestStreamsEndWithThePlatform(t *testing.T) {
	l := company(t, "")
	s := l.listen(t)
	l.p.hangUp()
	if _, err := s.lines.ReadString('\n'); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	l := company(t, "")
	listener, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.p.Serve(ctx, listener, l.world) }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/api/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := l.srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Errorf("an open page is cut off: %v", err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
}
