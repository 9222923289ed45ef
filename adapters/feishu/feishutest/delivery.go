package feishutest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Delivery is what became of an event.
type Delivery struct {
	EventID    string
	MessageID  string // of what a person said
	Acked      bool
	Code       int           // of the last ack: 200, 500, or the HTTP status of the webhook; 0 is none
	Took       time.Duration // from the first delivery to the ack
	Deliveries int           // how often the app got it
}

// parcel is one event on its way.
type parcel struct {
	id, chat string
	body     []byte
}

// Event delivers any event, one of a type that nobody knows too, and returns when
// it was acked, when the platform gives up or when ctx ends. A redelivery that ctx
// did not wait for goes on.
func (s *Server) Event(ctx context.Context, eventType string, event any) (Delivery, error) {
	return s.event(ctx, "", eventType, event)
}

func (s *Server) event(ctx context.Context, chat, eventType string, event any) (Delivery, error) {
	p, err := s.wrap(chat, eventType, event, millis(s.o.Now()))
	if err != nil {
		return Delivery{}, err
	}
	type outcome struct {
		Delivery
		error
	}
	done := make(chan outcome, 1)
	carry := func() { //nolint:contextcheck // what is on its way outlives the wait of the caller
		d, err := s.carry(p)
		done <- outcome{d, err}
		s.Underway(-1)
	}
	s.Underway(1)
	if s.faults.Strikes(Reorder, chat) {
		s.mu.Lock()
		s.held = append(s.held, carry)
		s.mu.Unlock()
		return Delivery{EventID: p.id}, nil
	}
	if !s.Background(func() { carry(); s.release() }) {
		s.Underway(-1)
		return Delivery{EventID: p.id}, errors.New("the platform is closed")
	}
	select {
	case o := <-done:
		return o.Delivery, o.error
	case <-ctx.Done():
		return Delivery{EventID: p.id}, fmt.Errorf("event %s (%s) is not acked yet: %w", p.id, eventType, ctx.Err())
	}
}

// release delivers what was held, the last first.
func (s *Server) release() {
	s.mu.Lock()
	held := s.held
	s.held = nil
	s.mu.Unlock()
	for _, deliver := range slices.Backward(held) {
		deliver()
	}
}

// wrap puts an event into the envelope of schema 2.0.
func (s *Server) wrap(chat, eventType string, event any, created string) (parcel, error) {
	id := s.ID("event-")
	body, err := json.Marshal(map[string]any{
		"schema": "2.0",
		"header": map[string]any{
			"event_id": id, "event_type": eventType, "create_time": created,
			"token": s.o.VerificationToken, "app_id": s.o.AppID, "tenant_key": tenantKey,
		},
		"event": event,
	})
	if err != nil {
		return parcel{}, fmt.Errorf("event %s: %w", eventType, err)
	}
	return parcel{id: id, chat: chat, body: body}, nil
}

// carry delivers until an ack or until the waits are used up.
func (s *Server) carry(p parcel) (Delivery, error) {
	d := Delivery{EventID: p.id}
	start := time.Now()
	var last error
	for try := range len(s.o.Redeliver) + 1 {
		if try > 0 && !s.Sleep(s.o.Redeliver[try-1]) {
			return d, fmt.Errorf("event %s: %w", p.id, errCut)
		}
		if try == 0 && s.faults.Strikes(OtherClient, p.chat) {
			last = errors.New("another client took it")
			continue
		}
		a, n, err := s.deliver(p, try == 0 && (s.faults.Strikes(Duplicate, p.chat) || s.faults.Strikes(Redeliver, p.chat)))
		d.Deliveries += n
		d.Code, last = a.code, err
		switch {
		case err == nil && a.code == http.StatusOK:
			d.Acked, d.Took = true, time.Since(start)
			return d, nil
		case err == nil:
			last = fmt.Errorf("ack %d", a.code)
		case errors.Is(err, errLate):
			s.Problemf("ack: none within %v for %s", s.o.AckWithin, p.id)
		}
	}
	s.mu.Lock()
	s.abandoned = append(s.abandoned, string(p.body))
	s.mu.Unlock()
	return d, fmt.Errorf("event %s was delivered %d times and not acked: %w", p.id, d.Deliveries, last)
}

// Abandoned are the events, as JSON, that the platform gave up after the last
// redelivery: nobody can have acted on them.
func (s *Server) Abandoned() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.abandoned)
}

// deliver is one delivery, or two at once; n counts those that left.
func (s *Server) deliver(p parcel, twice bool) (a ack, n int, err error) {
	if twice {
		second := make(chan struct{})
		if s.Background(func() { defer close(second); s.once(p) }) { //nolint:errcheck,gosec // the first one counts
			n++
			defer func() { <-second }()
		}
	}
	a, err = s.once(p)
	if !errors.Is(err, errNoClient) {
		n++
	}
	return a, n, err
}

var errDropped = errors.New("the ack was lost")

// once delivers by whichever way the app uses.
func (s *Server) once(p parcel) (ack, error) {
	s.mu.Lock()
	hook := s.webhook != ""
	s.mu.Unlock()
	var a ack
	var err error
	if hook {
		a, err = s.postHook(s.Life(), p.body)
	} else {
		a, err = s.push(p)
	}
	if err == nil && s.faults.Strikes(DropAck, p.chat) {
		return ack{}, errDropped
	}
	return a, err
}

// memberEvent tells that somebody or something of a group changed.
func (s *Server) memberEvent(ctx context.Context, eventType, chat, operator string, more map[string]any) (Delivery, error) {
	s.mu.Lock()
	name := ""
	if c := s.chats[chat]; c != nil {
		name = c.Name
	}
	event := map[string]any{
		"chat_id": chat, "operator_id": s.ids(operator), "external": false, "operator_tenant_key": tenantKey,
		"name": name, "i18n_names": map[string]any{"zh_cn": name, "en_us": "", "ja_jp": ""},
	}
	s.mu.Unlock()
	maps.Copy(event, more)
	return s.event(ctx, chat, eventType, event)
}

// micros is how cards write create_time, unlike every other event.
func micros(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }
