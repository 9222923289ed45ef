package feishu

import (
	"fmt"
	"testing"
)

func arrived(id, who string) []byte {
	return fmt.Appendf(nil, `{"header":{"event_id":%q,"event_type":%q},"event":{"sender":{"sender_id":{"open_id":%q}},"message":{"chat_id":"oc_1"}}}`, id, eventMessage, who)
}

func head(id string) (e envelope) {
	e.Header.EventID, e.Header.EventType = id, eventMessage
	return e
}

// What one person says is worked on in the order in which it came, also if the
// handler of the second begins first; others do not wait.
func TestOnePersonsEventsKeepTheirOrder(t *testing.T) {
	a := newArrivals()
	a.note(arrived("e1", xu))
	a.note(arrived("e2", xu))
	a.note(arrived("e3", zhou))
	if a.waiting["e2"].before != a.waiting["e1"].done || a.waiting["e1"].before != nil || a.waiting["e3"].before != nil {
		t.Fatalf("noted %+v", a.waiting)
	}
	order := make(chan string, 2)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		done := a.turn(t.Context(), head("e2"))
		order <- "second"
		done()
	}()
	a.turn(t.Context(), head("e3"))()
	first := a.turn(t.Context(), head("e1"))
	order <- "first"
	first()
	<-ended
	if got := <-order; got != "first" {
		t.Errorf("the %s came first", got)
	}
	if len(a.last)+len(a.waiting) > 0 {
		t.Errorf("left behind: %v %v", a.last, a.waiting)
	}
}
