package dingtalktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Delivery is what became of something that was pushed.
type Delivery struct {
	MessageID  string // msgId of what a person said, eventId of an event
	Acked      bool
	Code       int           // of the last ack; 0 is none
	Took       time.Duration // from the first push to the ack
	Deliveries int           // how often it was pushed
}

// ErrLost says that a message will never reach the app: nobody was connected,
// another client took it, or a fault swallowed it.
var ErrLost = errors.New("the message is lost")

var (
	errNoClient = errors.New("no client is connected that subscribed to it")
	errCut      = errors.New("the connection was cut, or is silent")
	errLate     = errors.New("no ack in time")
)

// parcel is one thing on its way to the app.
type parcel struct {
	kind, topic string
	id, chat    string
	meter       string // under which the month counts it
	headers     map[string]string
	data        []byte
	within      time.Duration // how long the ack may take
}

// Event pushes any event, one of a type that nobody knows too, and returns when it
// was acked with SUCCESS, when the platform gives up or when ctx ends. An event
// that nobody takes is pushed again.
func (s *Server) Event(ctx context.Context, eventType string, data any) (Delivery, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return Delivery{}, fmt.Errorf("event %s: %w", eventType, err)
	}
	id := s.ID("event-")
	headers := map[string]string{
		"eventId": id, "eventType": eventType, "eventCorpId": s.o.CorpID, "eventUnifiedAppId": "app-fake",
		"eventBornTime": strconv.FormatInt(s.o.Now().UnixMilli(), 10),
	}
	meter := "push.event"
	if strings.HasPrefix(eventType, "user_") || strings.HasPrefix(eventType, "org_") {
		meter = "push.contact"
	}
	return s.post(ctx, parcel{kind: "EVENT", topic: "*", id: id, meter: meter, headers: headers, data: raw, within: s.o.AckWithin})
}

// post carries a parcel in the background and waits as long as ctx does.
func (s *Server) post(ctx context.Context, p parcel) (Delivery, error) {
	type outcome struct {
		Delivery
		error
	}
	done := make(chan outcome, 1)
	s.Underway(1)
	carried := s.Background(func() { //nolint:contextcheck // what is on its way outlives the wait of the caller
		d, err := s.carry(p)
		done <- outcome{d, err}
		s.Underway(-1)
	})
	if !carried {
		s.Underway(-1)
		return Delivery{MessageID: p.id}, errors.New("the platform is closed")
	}
	select {
	case o := <-done:
		return o.Delivery, o.error
	case <-ctx.Done():
		return Delivery{MessageID: p.id}, fmt.Errorf("%s is not acked yet: %w", p.id, ctx.Err())
	}
}

// carry pushes until an ack or until the waits are used up. A message that finds
// nobody connected the first time is gone, an event is not.
func (s *Server) carry(p parcel) (Delivery, error) {
	d := Delivery{MessageID: p.id}
	message := p.kind == "CALLBACK"
	if message && s.astray(p.chat) {
		return d, ErrLost
	}
	again := message && s.faults.Strikes(Redeliver, p.chat)
	start := time.Now()
	var last error
	for try := range len(s.o.Redeliver) + 1 {
		if try > 0 && !s.Sleep(s.o.Redeliver[try-1]) {
			return d, fmt.Errorf("%s: the platform is closed", p.id)
		}
		a, err := s.once(p)
		if errors.Is(err, errNoClient) && message && try == 0 {
			return d, fmt.Errorf("%w: %w", ErrLost, err)
		}
		if !errors.Is(err, errNoClient) {
			d.Deliveries++
		}
		d.Code, last = a.Code, err
		if err == nil && s.taken(p, a) {
			d.Acked, d.Took = true, time.Since(start)
			if again {
				d.Deliveries++
				if a, err = s.once(p); err == nil {
					d.Code = a.Code
				}
			}
			return d, nil
		}
		if err == nil {
			last = fmt.Errorf("ack %d %s", a.Code, a.Data)
		}
		if errors.Is(err, errLate) {
			s.Problemf("ack: none within %v for %s", p.within, p.id)
		}
	}
	return d, fmt.Errorf("%s was pushed %d times and not taken: %w", p.id, d.Deliveries, last)
}

// astray reports whether something of a chat never reaches the app.
func (s *Server) astray(chat string) bool {
	return s.faults.Strikes(Lose, chat) || s.faults.Strikes(OtherClient, chat)
}

// taken reports whether an ack means that the parcel need not come again.
func (s *Server) taken(p parcel, a ack) bool {
	if a.Code != http.StatusOK {
		return false
	}
	if p.kind != "EVENT" {
		return true // what the ack of a message says is ignored
	}
	var said struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal([]byte(a.Data), &said); err != nil || said.Status != "SUCCESS" && said.Status != "LATER" {
		s.Problemf("event: the ack says %q, neither SUCCESS nor LATER", a.Data)
	}
	return said.Status != "LATER"
}

// once pushes a parcel to the connection whose turn it is, each time under a new
// messageId, and waits for the ack.
func (s *Server) once(p parcel) (ack, error) {
	s.mu.Lock()
	address := s.callback
	s.mu.Unlock()
	if address != "" && p.topic == messageTopic {
		return s.postMessage(address, p)
	}
	l := s.pick(p)
	if l != nil && s.faults.Strikes(Disconnecting, p.chat) {
		s.dismiss(l)
		l = s.pick(p)
	}
	if l == nil {
		return ack{}, errNoClient
	}
	if !s.charge(p.meter) && p.meter != "push.message" {
		return ack{}, fmt.Errorf("%w: the quota of the month is used up", errNoClient)
	}
	if s.faults.Strikes(CutMidFrame, p.chat) {
		l.cut()
		return ack{}, errCut
	}
	id := s.ID("frame-")
	answered := make(chan ack, 1)
	l.expect(id, wait{ack: answered})
	if l.quiet() == "" {
		f := s.frame(p.kind, p.topic, id, string(p.data), p.headers)
		f.Headers["connectionId"] = l.id
		if err := l.send(f); err != nil {
			return ack{}, fmt.Errorf("%w: %w", errCut, err)
		}
	}
	timer := time.NewTimer(p.within)
	defer timer.Stop()
	select {
	case a := <-answered:
		return a, nil
	case <-l.Gone():
		return ack{}, errCut
	case <-s.Life().Done():
		return ack{}, errCut
	case <-timer.C:
		l.expect(id, wait{late: true})
		if l.quiet() != "" {
			return ack{}, errCut // by a fault, not by a slow app
		}
		return ack{}, errLate
	}
}

// pick takes turns among the connections that subscribed; nil is none.
func (s *Server) pick(p parcel) *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fit []*link
	for _, l := range s.links {
		if !l.isLeaving() && slices.Contains(l.topics, p.kind+" "+p.topic) {
			fit = append(fit, l)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	s.nextLink++
	return fit[s.nextLink%len(fit)]
}
