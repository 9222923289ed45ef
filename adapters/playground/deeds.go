package playground

import (
	"context"
	"net/http"
	"sync"
)

// keptDeeds is how many deeds are remembered with their answers. Older ones
// have no second effect either: the inbox knows their events.
const keptDeeds = 4096

// deeds makes one delivery of what is asked several times under one event.
type deeds struct {
	mu      sync.Mutex
	byEvent map[string]*deed
	order   []string
}

// A deed is something that somebody did by a request, or is doing.
type deed struct {
	kind     string
	done     chan struct{} // closed at the end
	ok       bool
	from, to int64 // the seqs that it lies between
	toast    string
}

func otherDeed() error {
	return refuse(http.StatusConflict, "这个 event 已经用在另一个动作上，请换一个新的。")
}

// begin returns a new deed for the event, or the one that is or was done under
// it and false.
func (d *deeds) begin(kind, event string) (*deed, bool) {
	x := &deed{kind: kind, done: make(chan struct{})}
	if event == "" {
		return x, true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if old := d.byEvent[event]; old != nil {
		return old, false
	}
	if d.byEvent == nil {
		d.byEvent = map[string]*deed{}
	}
	d.byEvent[event] = x
	d.order = append(d.order, event)
	if len(d.order) > keptDeeds {
		delete(d.byEvent, d.order[0])
		d.order = d.order[1:]
	}
	return x, true
}

// end tells whoever waits; a deed that came to nothing may be tried again.
func (d *deeds) end(event string, x *deed, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	x.ok = ok
	if !ok && d.byEvent[event] == x {
		delete(d.byEvent, event)
	}
	close(x.done)
}

func (d *deeds) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.byEvent, d.order = nil, nil
}

// deed does something once per event and answers when all that follows from it
// at the present clock is delivered.
func (s *server) deed(w http.ResponseWriter, r *http.Request, kind, event string, do func(context.Context) (string, error)) error {
	ctx := r.Context()
	if err := s.p.gate.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.p.gate.Release(1)
	for {
		x, mine := s.p.deeds.begin(kind, event)
		switch {
		case x.kind != kind:
			return otherDeed()
		case mine:
			if err := s.run(ctx, event, x, do); err != nil {
				return err
			}
		default:
			select {
			case <-x.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if !x.ok {
				continue
			}
		}
		s.answer(w, struct {
			Toast    string    `json:"toast"`
			Messages []Message `json:"messages"`
		}{x.toast, s.p.record.between(x.from, x.to)})
		return nil
	}
}

func (s *server) run(ctx context.Context, event string, x *deed, do func(context.Context) (string, error)) (err error) {
	done := false
	defer func() { s.p.deeds.end(event, x, done) }() // a panic, too, lets those who wait try themselves
	x.from = s.p.record.now()
	if x.toast, err = do(ctx); err != nil {
		return err
	}
	if err := s.world.Settle(ctx); err != nil {
		return err
	}
	x.to, done = s.p.record.now(), true
	return nil
}
