package platformtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Host carries one fake platform, which embeds it. Its methods may be called from
// several goroutines, and while the platform holds a lock of its own.
type Host struct {
	// Client posts to the app; its idle connections end with Close.
	Client *http.Client

	base     string
	listener net.Listener
	http     *http.Server
	life     context.Context //nolint:containedctx // the life of the server, which background deliveries share
	stop     context.CancelFunc
	work     sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	rung     chan struct{} // closed and replaced at each change
	problems []string
	calls    []string // "METHOD /path"
	serial   int
	underway int
}

// Listen takes a free loopback port. Nothing is answered until Serve.
func Listen() (*Host, error) {
	life, stop := context.WithCancel(context.Background())
	var listen net.ListenConfig
	listener, err := listen.Listen(life, "tcp", "127.0.0.1:0")
	if err != nil {
		stop()
		return nil, fmt.Errorf("fake platform: %w", err)
	}
	return &Host{
		Client: &http.Client{Transport: &http.Transport{}},
		base:   "http://" + listener.Addr().String(), listener: listener, life: life, stop: stop, rung: make(chan struct{}),
	}, nil
}

// Serve answers calls in the background until Close.
func (h *Host) Serve(handler http.Handler) {
	h.http = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	h.work.Go(func() {
		if err := h.http.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
			h.Problemf("serving ended: %v", err)
		}
	})
}

// Close cuts every connection, gives up what waits (redeliveries, too) and returns
// when nothing of the server runs any more.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.stop()
	err := h.http.Close()
	h.work.Wait()
	h.Client.CloseIdleConnections()
	return err
}

// URL is the base of the platform, such as http://127.0.0.1:4711: what an adapter
// takes for the address of the real one.
func (h *Host) URL() string { return h.base }

// Life ends with Close.
func (h *Host) Life() context.Context { return h.life }

// Background runs f until it returns; Close waits for it. It reports whether f runs.
func (h *Host) Background(f func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.work.Go(f)
	return true
}

// Sleep reports whether the time passed before the server was closed.
func (h *Host) Sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-h.life.Done():
		return false
	}
}

// ID makes a name that was not there before.
func (h *Host) ID(prefix string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.serial++
	return fmt.Sprintf("%s%d", prefix, h.serial)
}

// Problemf notes a violation of the protocol or of a rule.
func (h *Host) Problemf(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.problems = append(h.problems, fmt.Sprintf(format, args...))
	h.ring()
}

// Problems are every violation of the protocol or of the rules for what is sent
// noticed so far, oldest first, each a sentence. A test that breaks nothing
// expects none.
func (h *Host) Problems() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.problems)
}

// Calls counts the requests whose path begins so, or with the method: "/v1/cards",
// "PUT /v1/cards". A "$" at the end asks for exactly this path.
func (h *Host) Calls(path string) int {
	exact, whole := strings.CutSuffix(path, "$")
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, c := range h.calls {
		if !strings.Contains(path, " ") {
			_, c, _ = strings.Cut(c, " ")
		}
		if c == exact || !whole && strings.HasPrefix(c, exact) {
			n++
		}
	}
	return n
}
