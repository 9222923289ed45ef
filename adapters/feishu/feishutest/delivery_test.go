package feishutest

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestUnackedEventsComeAgain: with the same event_id, as often as there are waits.
func TestUnackedEventsComeAgain(t *testing.T) {
	for _, c := range []struct {
		name       string
		codes      []int // what the app answers, 0 is nothing
		waits      int
		acked      bool
		deliveries int
	}{
		{"acked at once", []int{200}, 4, true, 1},
		{"refused once", []int{500, 200}, 4, true, 2},
		{"silent once", []int{0, 200}, 4, true, 2},
		{"refused for ever", []int{500, 500, 500, 500, 500, 500}, 4, false, 5},
		{"no waits", []int{500, 200}, 0, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			waits := []time.Duration{}
			for range c.waits {
				waits = append(waits, time.Millisecond)
			}
			s := start(t, Options{Redeliver: waits, AckWithin: 100 * time.Millisecond})
			ids := map[string]int{}
			n := 0
			app := connect(t, s, func(e object) (int, any) {
				n++
				ids[e.object("header").text("event_id")]++
				return c.codes[n-1], nil
			})
			d, err := s.Event(soon(t), "an.event.nobody_knows_v1", map[string]string{"a": "b"})
			if d.Acked != c.acked || (err == nil) != c.acked || d.Deliveries != c.deliveries {
				t.Errorf("%+v %v", d, err)
			}
			for range c.deliveries {
				app.next(t)
			}
			if err := s.Settle(soon(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTapsComeOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		data   any
		code   int
	}{
		{"nothing to say", 200, map[string]any{}, 0},
		{"a null", 200, rawJSON("null"), TapNotUnderstood},
		{"no data", 200, nil, TapNoData},
		{"an error", 500, nil, TapRefused},
		{"no answer", 0, nil, TapNoAnswer},
		{"something else", 200, map[string]any{"message": "好"}, TapNotUnderstood},
		{"an unknown toast", 200, map[string]any{"toast": map[string]any{"type": "loud", "content": "好"}}, TapNotUnderstood},
		{"a card of JSON 1.0", 200, map[string]any{"card": map[string]any{"type": "raw", "data": map[string]any{"elements": []any{}}}}, TapOldCard},
		{"a bad card", 200, map[string]any{"card": map[string]any{"type": "raw", "data": map[string]any{"schema": "2.0"}}}, TapBadCard},
		{"a card that is a string", 200, map[string]any{"card": map[string]any{"type": "raw", "data": settled}}, TapNotUnderstood},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, Options{AckWithin: 200 * time.Millisecond})
			app := connect(t, s, func(object) (int, any) { return c.status, c.data })
			_, id := sendQuestion(t, s, tokenOf(t, s), room, "u")
			a, err := s.Tap(soon(t), id, xu, "确认接收", nil)
			if err != nil || a.Code != c.code || a.Changed {
				t.Errorf("%+v %v", a, err)
			}
			e := app.next(t)
			if stamp := e.object("header").text("create_time"); len(stamp) != 16 {
				t.Errorf("create_time of a tap is in microseconds, not %s", stamp)
			}
			if at := e.object("event").object("context"); at.text("open_message_id") != id || at.text("open_chat_id") != room {
				t.Error(at)
			}
			if len(app.got) > 0 {
				t.Error("the tap came again")
			}
			if (c.code == 0) != (len(s.Problems()) == 0) {
				t.Errorf("problems %q", s.Problems())
			}
		})
	}
}

func TestTapsThatTheClientRefuses(t *testing.T) {
	s := start(t, Options{DropValue: true})
	app := connect(t, s, func(object) (int, any) { return http.StatusOK, map[string]any{} })
	_, id := sendQuestion(t, s, tokenOf(t, s), room, "u")
	for _, c := range []struct {
		name, from, button string
		form               map[string]any
		say                string
	}{
		{"no such button", xu, "删除", nil, "no such button"},
		{"a stranger", "ou_no", "确认接收", nil, "does not see it"},
		{"a required field", xu, "提交", nil, "required"},
		{"too long", xu, "提交", map[string]any{"why": strings.Repeat("字", 11)}, "more than 10"},
		{"no such field", xu, "提交", map[string]any{"why": "a", "what": "b"}, `no field "what"`},
		{"no date", xu, "提交", map[string]any{"why": "a", "till": "明天"}, "2006-01-02 15:04"},
		{"a person outside", xu, "提交", map[string]any{"why": "a", "who": "ou_no"}, "no member"},
		{"a form for a plain button", xu, "确认接收", map[string]any{"why": "a"}, "only a submit"},
	} {
		if _, err := s.Tap(soon(t), id, c.from, c.button, c.form); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if len(app.got) > 0 {
		t.Error("a tap that the client refuses arrived")
	}
	if _, err := s.Tap(soon(t), id, xu, "go", map[string]any{"why": "a"}); err != nil {
		t.Fatal(err)
	}
	action := app.next(t).object("event").object("action")
	if _, given := action["value"]; given || action.text("name") != "go" {
		t.Error("with DropValue a submit carries its name only", action)
	}
	clean(t, s)
}

// TestTapsThatCallNobody: a link opens a page, and without the subscription every
// tap shows the code of a set-up that is not finished.
func TestTapsThatCallNobody(t *testing.T) {
	s := start(t, Options{})
	app := connect(t, s, nil)
	code, id := sendCard(t, s, tokenOf(t, s), room, `{"schema":"2.0","body":{"elements":[
		{"tag":"button","text":{"tag":"plain_text","content":"打开"},"behaviors":[{"type":"open_url","default_url":"https://a.example"}]},
		{"tag":"button","text":{"tag":"plain_text","content":"好"},"behaviors":[{"type":"callback","value":{}}]},
		{"tag":"button","text":{"tag":"plain_text","content":"灰的"},"disabled":true,"behaviors":[{"type":"callback","value":{}}]}]}}`, "u")
	if code != 0 {
		t.Fatal(id)
	}
	if a, err := s.Tap(soon(t), id, xu, "打开", nil); err != nil || a != (TapAnswer{}) {
		t.Errorf("%+v %v", a, err)
	}
	s.Break(Fault{Kind: NotSubscribed})
	if a, err := s.Tap(soon(t), id, xu, "好", nil); err != nil || a.Code != TapNotConfigured {
		t.Errorf("%+v %v", a, err)
	}
	if _, err := s.Tap(soon(t), id, xu, "灰的", nil); err == nil {
		t.Error("a disabled button was tapped")
	}
	if len(app.got) > 0 {
		t.Error("the app heard of it")
	}
}

// TestDisconnect: the next event goes to whoever connects, at the first delivery.
func TestDisconnect(t *testing.T) {
	s := start(t, Options{})
	app := connect(t, s, nil)
	s.Disconnect()
	app.done.Wait()
	if s.Connections() != 0 {
		t.Error("a connection is left")
	}
	connect(t, s, nil)
	if d, err := s.Say(soon(t), "", chen, "一"); err != nil || d.Deliveries != 1 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestFaultsOfDelivery(t *testing.T) {
	for _, c := range []struct {
		fault      Fault
		deliveries int
		arrive     int
	}{
		{Fault{Kind: Split}, 1, 1},
		{Fault{Kind: Duplicate}, 2, 2},
		{Fault{Kind: Redeliver}, 2, 2},
		{Fault{Kind: DropAck, Times: 2}, 3, 3},
		{Fault{Kind: OtherClient, Every: 1}, 1, 1},
		{Fault{Kind: Split, To: "oc_elsewhere"}, 1, 1},
	} {
		t.Run(string(c.fault.Kind)+c.fault.To, func(t *testing.T) {
			s := start(t, Options{})
			app := connect(t, s, nil)
			heal := s.Break(c.fault)
			d, err := s.Say(soon(t), "", chen, "一句足够长的话,好分成三段")
			if err != nil || !d.Acked || d.Deliveries != c.deliveries {
				t.Errorf("%+v %v", d, err)
			}
			for range c.arrive {
				if e := app.next(t); e.object("header").text("event_id") != d.EventID {
					t.Error(e)
				}
			}
			if struck := s.Struck(c.fault.Kind) > 0; struck != (c.fault.To == "") {
				t.Error("struck", struck)
			}
			heal()
			if d, err := s.Say(soon(t), "", chen, "又一句"); err != nil || d.Deliveries != 1 {
				t.Errorf("healed: %+v %v", d, err)
			}
			clean(t, s)
		})
	}
}

func TestReorder(t *testing.T) {
	s := start(t, Options{})
	app := connect(t, s, nil)
	heal := s.Break(Fault{Kind: Reorder, Times: 1})
	one, err := s.Say(soon(t), "", chen, "一")
	if err != nil || one.Acked {
		t.Fatalf("%+v %v", one, err)
	}
	two, err := s.Say(soon(t), "", chen, "二")
	if err != nil || !two.Acked {
		t.Fatalf("%+v %v", two, err)
	}
	for _, want := range []Delivery{two, one} {
		if got := app.next(t).object("header").text("event_id"); got != want.EventID {
			t.Errorf("%s came, not %s", got, want.EventID)
		}
	}
	heal()
	s.Break(Fault{Kind: Reorder, Times: 1})()
	healHeld := s.Break(Fault{Kind: Reorder, Times: 1})
	if _, err := s.Say(soon(t), "", chen, "三"); err != nil {
		t.Fatal(err)
	}
	healHeld()
	app.next(t)
	if err := s.Settle(soon(t)); err != nil {
		t.Error(err)
	}
}

func TestFaultsOfTheConnection(t *testing.T) {
	s := start(t, Options{AckWithin: 200 * time.Millisecond, PingInterval: 7})
	app := connect(t, s, nil)
	ping := frame{Service: serviceID, Headers: []header{{"type", "ping"}}}
	pong := func() string {
		if err := app.write(ping); err != nil {
			t.Fatal(err)
		}
		return app.next(t).text("pong")
	}
	if got := pong(); !strings.Contains(got, `"PingInterval":7`) {
		t.Error(got)
	}
	heal := s.Break(Fault{Kind: PongEmptyConfig})
	if got := pong(); got != "{}" {
		t.Error(got)
	}
	heal()
	_, out := rest(t, s, http.MethodGet, "/open-apis/event/v1/connection", tokenOf(t, s), nil)
	if out.object("data")["online_instance_cnt"] != 1.0 {
		t.Error(out)
	}
	clean(t, s)

	s.Break(Fault{Kind: CutMidFrame, Times: 1})
	ctx, cancel := context.WithCancel(soon(t))
	said := make(chan Delivery, 1)
	go func() {
		d, _ := s.Say(ctx, "", chen, "一")
		said <- d
	}()
	app.done.Wait() // it was cut
	again := connect(t, s, nil)
	if d := <-said; !d.Acked {
		t.Errorf("%+v", d)
	}
	again.next(t)
	cancel()

	s.Break(Fault{Kind: HalfOpen, Times: 1})
	d, err := s.Say(soon(t), "", chen, "二")
	if err == nil || d.Acked || len(again.got) > 0 || s.Connections() != 1 {
		t.Errorf("the connection is silent, and open: %+v %v", d, err)
	}
	connect(t, s, nil) // one of the next two goes to the new one
	if d, err := s.Say(soon(t), "", chen, "三"); err != nil || !d.Acked {
		t.Errorf("%+v %v", d, err)
	}
	clean(t, s)
}

func TestDiscovery(t *testing.T) {
	s := start(t, Options{AppID: "cli_a", AppSecret: "s"})
	discover := func(id, secret string) (int, object) {
		return rest(t, s, http.MethodPost, "/callback/ws/endpoint", "", map[string]string{"AppID": id, "AppSecret": secret})
	}
	if code, _ := discover("cli_a", "wrong"); code != 1000040345 {
		t.Error(code)
	}
	heal := s.Break(Fault{Kind: TooManyConnections})
	if code, _ := discover("cli_a", "s"); code != 1000040350 {
		t.Error(code)
	}
	heal()
	s.Break(Fault{Kind: ConfigZeroPing, Times: 1})
	_, out := discover("cli_a", "s")
	if _, given := out.object("data").object("ClientConfig")["PingInterval"]; given {
		t.Error(out)
	}
	if status, _ := get(t, s, "/ws?ticket=none", ""); status != http.StatusForbidden {
		t.Error(status)
	}
}

// TestLateAcks are noticed.
func TestLateAcks(t *testing.T) {
	s := start(t, Options{AckWithin: 50 * time.Millisecond, Redeliver: []time.Duration{}})
	release := make(chan struct{})
	app := connect(t, s, func(object) (int, any) { <-release; return http.StatusOK, nil })
	if d, err := s.Say(soon(t), "", chen, "一"); err == nil || d.Acked {
		t.Errorf("%+v", d)
	}
	app.next(t)
	close(release)
	if s.Until(soon(t), func() bool { return len(s.Problems()) >= 2 }) != nil {
		t.Fatalf("problems: %q", s.Problems())
	}
}

func TestPeopleAct(t *testing.T) {
	s := start(t, Options{})
	app := connect(t, s, nil)
	ctx := soon(t)
	for _, c := range []struct {
		event string
		act   func() (Delivery, error)
		see   func(object) bool
	}{
		{"im.message.receive_v1", func() (Delivery, error) {
			return s.Post(ctx, room, chen, [][]string{{"@会办 立项"}, {"见 ", "https://a.example/x"}})
		}, func(e object) bool {
			m := e.object("message")
			return m.text("message_type") == "post" && strings.Contains(m.text("content"), `"tag":"at","user_id":"@_user_1"`) && len(m.objects("mentions")) == 1
		}},
		{"im.chat.member.bot.deleted_v1", func() (Delivery, error) { return s.BotRemoved(ctx, room, chen) }, func(e object) bool { return e.text("chat_id") == room }},
		{"im.chat.member.bot.added_v1", func() (Delivery, error) { return s.BotAdded(ctx, room, chen) }, func(e object) bool { return e.object("operator_id").text("open_id") == chen }},
		{"im.chat.member.user.deleted_v1", func() (Delivery, error) { return s.UserLeftChat(ctx, room, xu) }, func(e object) bool { return len(e.objects("users")) == 1 }},
		{"im.chat.member.user.added_v1", func() (Delivery, error) { return s.UserJoinedChat(ctx, room, xu) }, func(e object) bool { return e.objects("users")[0].text("name") == "许哲" }},
		{"im.chat.access_event.bot_p2p_chat_entered_v1", func() (Delivery, error) { return s.EnterChat(ctx, xu) }, func(e object) bool { return e.text("chat_id") != "" }},
		{"application.bot.menu_v6", func() (Delivery, error) { return s.Menu(ctx, xu, "mine") }, func(e object) bool {
			return e.text("event_key") == "mine" && e.object("operator").object("operator_id").text("open_id") == xu
		}},
		{"contact.user.deleted_v3", func() (Delivery, error) { return s.UserLeft(ctx, xu) }, func(e object) bool { return e.object("object").text("open_id") == xu }},
		{"im.chat.disbanded_v1", func() (Delivery, error) { return s.Disband(ctx, room, chen) }, func(e object) bool { return e.text("chat_id") == room }},
	} {
		if d, err := c.act(); err != nil || !d.Acked {
			t.Errorf("%s: %+v %v", c.event, d, err)
			continue
		}
		e := app.next(t)
		if got := e.object("header").text("event_type"); got != c.event || !c.see(e.object("event")) {
			t.Errorf("%s: %v", got, e)
		}
	}
	if d, err := s.Say(ctx, room, chen, "@会办 在吗"); err != nil || d.Deliveries != 0 {
		t.Errorf("a dissolved group is silent: %+v %v", d, err)
	}
	clean(t, s)
}

// TestTenMentions: @_user_1 begins @_user_10, and both are read back.
func TestTenMentions(t *testing.T) {
	s := start(t, Options{})
	connect(t, s, nil)
	words := "@会办"
	for i := range 10 {
		name := "员工" + string(rune('甲'+i)) + strconv.Itoa(i)
		s.AddPerson(Person{OpenID: "ou_" + strconv.Itoa(i), Name: name})
		words += " @" + name
	}
	d, err := s.Say(soon(t), room, chen, words)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := s.Message(d.MessageID)
	if m.Text() != words || !strings.Contains(m.Content, "@_user_11") {
		t.Errorf("%s\n%s", m.Text(), m.Content)
	}
}
