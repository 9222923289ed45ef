package feishu

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// How long an event waits at most for the one before it, whatever is slow there:
// together with tapPatient a tap must stay below the 3 s of the platform.
const (
	eventPatience = 2 * time.Second
	tapQueue      = 300 * time.Millisecond
)

// arrivals keep what one person does in one chat in the order in which it came:
// the SDK gives every event a goroutine of its own, so 完成 could overtake 确认.
// The reader of the connection notes the events, the handlers wait.
type arrivals struct {
	mu      sync.Mutex
	last    map[string]chan struct{} // by person and chat: closed when the newest event is done
	waiting map[string]arrival       // by event id, until a handler takes it
}

// An arrival is an event that came: when the one before it is done, and how to
// tell that it is done itself.
type arrival struct {
	key          string
	before, done chan struct{}
}

// mostArrivals bounds what is noted of events that no handler takes.
const mostArrivals = 4096

func newArrivals() *arrivals {
	return &arrivals{last: map[string]chan struct{}{}, waiting: map[string]arrival{}}
}

// note puts an event behind the ones of the same person in the same chat.
func (a *arrivals) note(payload []byte) {
	var e envelope
	var who struct {
		Message messageEvent
		Tap     tapEvent
	}
	if json.Unmarshal(payload, &e) != nil {
		return
	}
	key := ""
	switch e.Header.EventType {
	case eventMessage:
		if json.Unmarshal(e.Event, &who.Message) == nil {
			key = who.Message.Sender.ID.OpenID + " " + who.Message.Message.Chat
		}
	case eventTap:
		if json.Unmarshal(e.Event, &who.Tap) == nil {
			key = who.Tap.Operator.OpenID + " " + who.Tap.where().Chat
		}
	}
	if key == "" || e.Header.EventID == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, twice := a.waiting[e.Header.EventID]; twice || len(a.waiting) >= mostArrivals {
		return
	}
	mine := arrival{key: key, before: a.last[key], done: make(chan struct{})}
	a.last[key], a.waiting[e.Header.EventID] = mine.done, mine
}

// turn waits for a while until the event before this one is done, and returns how
// to tell that this one is.
func (a *arrivals) turn(ctx context.Context, e envelope) (done func()) {
	patience := eventPatience
	if e.Header.EventType == eventTap {
		patience = tapQueue
	}
	a.mu.Lock()
	mine, ok := a.waiting[e.Header.EventID]
	delete(a.waiting, e.Header.EventID)
	a.mu.Unlock()
	if !ok {
		return func() {}
	}
	if mine.before != nil {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-mine.before:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return func() {
		close(mine.done)
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.last[mine.key] == mine.done {
			delete(a.last, mine.key)
		}
	}
}
