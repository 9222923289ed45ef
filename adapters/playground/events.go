package playground

import (
	"fmt"
	"net/http"
	"time"
)

const (
	watcherBuffer = 256              // events that a page may be behind
	heartbeat     = 15 * time.Second // how often an idle stream is written to
	patientWrite  = 10 * time.Second // how long a page may take to read
)

// An event is one thing for pages that are open.
type event struct {
	kind string
	data []byte
}

// watch returns the events from now on, until stop or until the reader is too
// far behind, which closes the channel. It takes mu.
func (r *record) watch() (events <-chan event, stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ch := make(chan event, watcherBuffer)
	r.watchers[ch] = true
	return ch, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watchers, ch)
	}
}

// tell hands an event to all open pages.
func (p *Platform) tell(kind string, data any) {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	p.record.tell(kind, data)
}

func (s *server) getEvents(w http.ResponseWriter, r *http.Request) error {
	events, stop := s.p.record.watch()
	defer stop()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	rc := http.NewResponseController(w)
	send := func(format string, args ...any) bool {
		_ = rc.SetWriteDeadline(time.Now().Add(patientWrite)) // a recorder in tests has none
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	open := send("retry: 1000\n\n")
	for open {
		select {
		case e, more := <-events:
			open = more && send("event: %s\ndata: %s\n\n", e.kind, e.data)
		case <-beat.C:
			open = send(": still here\n\n")
		case <-s.p.closing:
			return nil
		case <-r.Context().Done():
			return nil
		}
	}
	return nil
}
