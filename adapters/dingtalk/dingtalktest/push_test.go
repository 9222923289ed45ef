package dingtalktest

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// TestRedelivery: what is not acked in time comes again under another messageId
// and with the same msgId.
func TestRedelivery(t *testing.T) {
	s := start(t, Options{AckWithin: 300 * time.Millisecond})
	tries := 0
	c := connect(t, s, func(frame) (int, string) {
		tries++
		if tries == 1 {
			return 0, ""
		}
		return http.StatusOK, ""
	})
	d, err := s.SayPrivately(soon(t), chen, "在吗")
	if err != nil || !d.Acked || d.Deliveries != 2 {
		t.Fatalf("%+v %v", d, err)
	}
	first, one := c.next(t)
	second, two := c.next(t)
	if first.Headers["messageId"] == second.Headers["messageId"] || one["msgId"] != two["msgId"] {
		t.Error(first.Headers, second.Headers, one["msgId"], two["msgId"])
	}
	noticed(t, s, "none within")
}

func TestAckThatFails(t *testing.T) {
	s := start(t, Options{})
	connect(t, s, func(frame) (int, string) { return http.StatusInternalServerError, "" })
	d, err := s.SayPrivately(soon(t), chen, "在吗")
	if err == nil || d.Acked || d.Deliveries != 3 || d.Code != 500 {
		t.Errorf("%+v %v", d, err)
	}
	clean(t, s)
}

// TestEvents: an event is pushed again when the app says LATER, and when nobody
// was there.
func TestEvents(t *testing.T) {
	s := start(t, Options{Redeliver: []time.Duration{time.Millisecond, 50 * time.Millisecond, time.Second}})
	tries := 0
	says := func(frame) (int, string) {
		tries++
		switch tries {
		case 1:
			return http.StatusOK, `{"status":"LATER"}`
		case 2:
			return http.StatusInternalServerError, ""
		}
		return http.StatusOK, `{"status":"SUCCESS"}`
	}
	c := connect(t, s, says)
	d, err := s.BotRemoved(soon(t), room, chen)
	if err != nil || d.Deliveries != 3 || !d.Acked {
		t.Fatalf("%+v %v", d, err)
	}
	f, data := c.next(t)
	if f.Type != "EVENT" || f.Headers["eventType"] != "chat_remove_member" || f.Headers["eventId"] != d.MessageID || data["openConversationId"] != room {
		t.Error(f.Headers, data)
	}
	s.Drop()
	go func() {
		until(t, s, "nothing on its way", func() bool { return s.Pending() > 0 })
		connect(t, s, says)
	}()
	if d, err = s.UserLeft(soon(t), xu); err != nil || !d.Acked {
		t.Errorf("%+v %v", d, err)
	}
	if err := s.Settle(soon(t)); err != nil {
		t.Error(err)
	}
	clean(t, s)
}

func TestFaultsOfPushes(t *testing.T) {
	for _, c := range []struct {
		fault  FaultKind
		lost   bool
		pushed int
	}{
		{Lose, true, 0}, {OtherClient, true, 0}, {Redeliver, false, 2},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			s := start(t, Options{})
			connect(t, s, nil)
			heal := s.Break(Fault{Kind: c.fault, Every: 2, To: single(chen)})
			for i := range 4 {
				d, err := s.SayPrivately(soon(t), chen, "在吗")
				hit := i%2 == 1
				if errors.Is(err, ErrLost) != (hit && c.lost) || hit && d.Deliveries != c.pushed || !hit && d.Deliveries != 1 {
					t.Errorf("%d: %+v %v", i, d, err)
				}
			}
			heal()
			if d, err := s.SayPrivately(soon(t), xu, "在吗"); err != nil || d.Deliveries != 1 || s.Struck(c.fault) != 2 {
				t.Errorf("%+v %v", d, err)
			}
			clean(t, s)
		})
	}
}

func TestLostTaps(t *testing.T) {
	s := start(t, Options{})
	connect(t, s, nil)
	do(t, s, http.MethodPost, deliverCard, cardTo("c", xu, object{"title": "a", "btns": twoButtons}))
	s.Break(Fault{Kind: Lose, Every: 2, To: s.PrivateChat(xu)})
	for i := range 4 {
		if a, err := s.TapButton(soon(t), s.Messages()[0].ID, xu, "确认", nil); err != nil || a.Heard == (i%2 == 1) || a.TimedOut != (i%2 == 1) {
			t.Errorf("%d: %+v %v", i, a, err)
		}
	}
	clean(t, s)
}

func TestCutMidFrame(t *testing.T) {
	s := start(t, Options{})
	one := connect(t, s, nil)
	connect(t, s, nil)
	s.Break(Fault{Kind: CutMidFrame, Times: 1})
	if d, err := s.SayPrivately(soon(t), chen, "在吗"); err != nil || d.Deliveries != 2 || !d.Acked {
		t.Errorf("it comes over the other one: %+v %v", d, err)
	}
	until(t, s, "none was cut", func() bool { return s.Connections() == 1 })
	_ = one
	clean(t, s)
}

func TestFaultsOfMessages(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, nil)
	hear := func(kind FaultKind) object {
		t.Helper()
		defer s.Break(Fault{Kind: kind})()
		if _, err := s.Say(soon(t), room, chen, "@会办 待办 @许哲 做"); err != nil {
			t.Fatal(err)
		}
		_, data := c.next(t)
		return data
	}
	if data := hear(QuotaNotice); data["errorCode"] != 20001.0 || data["text"] != nil || data["msgId"] == nil {
		t.Error(data)
	}
	if data := hear(RobotNameLeft); inside(data, "text")["content"] != "@会办 待办  做" {
		t.Error(data)
	}
	data := hear(NoStaffID)
	if at, _ := data["atUsers"].([]any); data["senderStaffId"] != nil || len(at) != 2 || at[0].(object)["staffId"] != nil || data["senderNick"] != "陈明" { //nolint:forcetypeassert // a panic fails too
		t.Error(data)
	}
	clean(t, s)
}

func TestLateTap(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s, func(frame) (int, string) { return 200, `{"response":{"cardData":{"cardParamMap":{"title":"b"}}}}` })
	do(t, s, http.MethodPost, deliverCard, cardTo("c", xu, object{"title": "a", "btns": twoButtons}))
	s.Break(Fault{Kind: LateTap, Times: 1})
	id := s.Messages()[0].ID
	a, err := s.TapButton(soon(t), id, xu, "确认", nil)
	if m, _ := s.Message(id); err != nil || !a.TimedOut || a.Changed || m.TextFor(xu) != m.Text() {
		t.Errorf("the client does not wait: %+v %v", a, err)
	}
	if _, data := c.next(t); data["spaceType"] != "IM_ROBOT" || data["spaceId"] != xu {
		t.Error(data)
	}
	clean(t, s)
}
