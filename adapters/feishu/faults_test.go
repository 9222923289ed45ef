package feishu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/card"
)

// Whatever happens on the way, each message is heard, and heard as it was said.
// (That its effect comes once is the engine's promise: the event key.)
func TestEventsSurviveFaults(t *testing.T) {
	for _, f := range []feishutest.Fault{
		{Kind: feishutest.Split}, {Kind: feishutest.Duplicate}, {Kind: feishutest.Reorder}, {Kind: feishutest.OtherClient},
		{Kind: feishutest.DropAck, Every: 2}, {Kind: feishutest.CutMidFrame, Times: 2}, {Kind: feishutest.PongEmptyConfig}, {Kind: feishutest.ConfigZeroPing},
	} {
		t.Run(string(f.Kind), func(t *testing.T) {
			l := newLab(t, feishutest.Options{PingInterval: 1, AckWithin: time.Second}, nil)
			heal := l.fake.Break(f)
			l.run()
			var want []string
			for i := range 6 {
				text := fmt.Sprintf("第%d句", i) + strings.Repeat("，很长", 30)
				want = append(want, text)
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				_, _ = l.fake.Say(ctx, "", xu, text) // what the fault hides is looked at below
				cancel()
			}
			heal()
			l.until("all heard", func() bool {
				heard := l.in.heard()
				return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(heard, w) })
			})
			keys := map[string]string{}
			for _, m := range l.in.messages {
				if was, ok := keys[m.Event]; ok && was != m.Text {
					t.Errorf("one key for %q and %q", was, m.Text)
				}
				keys[m.Event] = m.Text
			}
			if len(keys) != len(want) {
				t.Errorf("%d keys for %d messages", len(keys), len(want))
			}
			l.sound()
		})
	}
}

// A connection that falls silent is noticed and replaced; one that is refused is
// a reason not to be ready, with the code.
func TestConnectionIsWatched(t *testing.T) {
	l := newLab(t, feishutest.Options{PingInterval: 1}, nil)
	l.run()
	before := l.fake.Calls("/callback/ws/endpoint")
	l.fake.Break(feishutest.Fault{Kind: feishutest.HalfOpen, Times: 1})
	l.until("a new connection", func() bool { return l.fake.Calls("/callback/ws/endpoint") > before && l.p.Ready() == nil })
	l.acked(l.fake.Say(t.Context(), "", xu, "还在吗"))

	refused := newLab(t, feishutest.Options{}, nil)
	refused.fake.Break(feishutest.Fault{Kind: feishutest.TooManyConnections})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- refused.p.Run(ctx, refused.in) }()
	refused.until("refused", func() bool {
		err := refused.p.Ready()
		return err != nil && strings.Contains(err.Error(), "1000040350")
	})
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What is at work when we stop is finished and acked; what comes later is not
// taken, so that it is delivered to somebody else.
func TestStopFinishesWhatWasBegun(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- l.p.Run(ctx, l.in) }()
	l.until("connected", func() bool { return l.p.Ready() == nil })
	c := formCard()
	id, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Account: "feishu:" + xu, Card: &c})
	if err != nil {
		t.Fatal(err)
	}
	l.in.block = make(chan struct{})
	l.in.answer = bot.Answer{Toast: "好了"}
	answered := make(chan feishutest.TapAnswer, 1)
	go func() {
		a, err := l.fake.Tap(t.Context(), string(id), xu, "不记了", nil)
		if err != nil {
			t.Error(err)
		}
		answered <- a
	}()
	l.until("at work", func() bool { return len(l.p.busy.seats) == 1 })
	cancel()
	l.until("stopping", l.p.busy.stopping)
	close(l.in.block)
	if a := <-answered; a.Toast != "好了" || a.Code != 0 {
		t.Errorf("answer %+v", a)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	l.until("no connection left", func() bool { return l.fake.Connections() == 0 })
}

// Each way in which a call fails has its verdict, and what was perhaps taken is
// taken once.
func TestSendingSurvivesFaults(t *testing.T) {
	for _, c := range []struct {
		fault feishutest.Fault
		tries int // until it is sent
		never bool
	}{
		{feishutest.Fault{Kind: feishutest.TokenExpired, Times: 1}, 1, false},
		{feishutest.Fault{Kind: feishutest.RateLimited, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.BusyTarget, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.InFlight, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.BadGateway, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.Reset, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.Hang, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.TimeoutAfterAccept, Times: 1}, 2, false},
		{feishutest.Fault{Kind: feishutest.Code, Code: 230013}, 1, true},
		{feishutest.Fault{Kind: feishutest.Code, Code: 230028}, 1, true},
	} {
		t.Run(fmt.Sprint(c.fault.Kind, c.fault.Code), func(t *testing.T) {
			now := time.Now()
			l := newLab(t, feishutest.Options{}, func(o *Options) { o.Now = func() time.Time { return now } })
			l.fake.Break(c.fault)
			tries := 0
			var err error
			for range 4 {
				tries++
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				_, err = l.p.Send(ctx, bot.Out{UUID: "11111111-1111-1111-1111-111111111111", Account: "feishu:" + xu, Text: "只说一次"})
				cancel()
				if wait, ok := bot.Delay(err); ok {
					now = now.Add(wait) // as the courier would
				}
				if err == nil || bot.IsPermanent(err) {
					break
				}
			}
			if tries != c.tries || bot.IsPermanent(err) != c.never || !c.never && err != nil {
				t.Errorf("%d tries, %v", tries, err)
			}
			seen := 0
			for _, m := range l.fake.Messages() {
				if m.Text() == "只说一次" {
					seen++
				}
			}
			if want := map[bool]int{true: 0, false: 1}[c.never]; seen != want {
				t.Errorf("seen %d times, want %d", seen, want)
			}
		})
	}
}

// A month whose calls are used up is over: no call is made before the next one.
func TestQuotaIsTerminal(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	counted := 0
	l := newLab(t, feishutest.Options{}, func(o *Options) {
		o.Now = func() time.Time { return now }
		o.Counted = func(n int) { counted += n }
	})
	heal := l.fake.Break(feishutest.Fault{Kind: feishutest.QuotaUsedUp})
	send := func(uuid string) error {
		_, err := l.p.Send(t.Context(), bot.Out{UUID: uuid, Account: "feishu:" + xu, Text: "你好"})
		return err
	}
	if _, ok := bot.Delay(send("u1")); !ok {
		t.Error("the letter was not put off")
	}
	heal()
	before := counted
	wait, ok := bot.Delay(send("u1"))
	if !ok || wait != 36*time.Hour-8*time.Hour || counted != before {
		t.Errorf("wait %v, %d further calls", wait, counted-before)
	}
	if err := l.p.Ready(); err == nil {
		t.Error("ready without a quota")
	}
	now = time.Date(2026, 11, 30, 16, 0, 1, 0, time.UTC) // December in Asia/Shanghai
	if err := send("u1"); err != nil {
		t.Error(err)
	}
}

// A card that the platform lets nobody change any more is given up for good.
func TestDeadCardIsGivenUp(t *testing.T) {
	for _, code := range []int{230031, 230011, 230110} {
		l := newLab(t, feishutest.Options{}, nil)
		o := bot.Out{UUID: "u1", Account: "feishu:" + xu, Card: &card.Card{Title: "卡片"}}
		id, err := l.p.Send(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		l.fake.Break(feishutest.Fault{Kind: feishutest.Code, Code: code, Path: "/open-apis/im/v1/messages/"})
		o.UUID, o.Edit = "u2", id
		_, err = l.p.Send(t.Context(), o)
		if !bot.IsPermanent(err) || !errors.Is(err, bot.ErrCardDead) {
			t.Errorf("code %d: %v", code, err)
		}
	}
}

// An answer to a message that was withdrawn is said all the same.
func TestAnswerOutlivesItsQuestion(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.fake.Break(feishutest.Fault{Kind: feishutest.Code, Code: 230011, Path: "/open-apis/im/v1/messages/om_gone/reply"})
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Chat: "feishu:" + team, ReplyTo: "om_gone", Text: "收到"}); err != nil {
		t.Fatal(err)
	}
	if ms := l.fake.Messages(); len(ms) != 1 || ms[0].ReplyTo != "" {
		t.Errorf("messages %+v", ms)
	}
	l.sound()
}

// Documents go as files behind their card; a second try adds only what is missing.
func TestDocumentsFollowTheirCard(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	o := bot.Out{
		UUID: "22222222-2222-2222-2222-222222222222", Account: "feishu:" + xu, Card: &card.Card{Title: "终稿"}, Urgent: true,
		Papers: []bot.Document{{Name: "会议纪要.txt", Body: []byte("正文")}},
	}
	l.fake.Break(feishutest.Fault{Kind: feishutest.BadGateway, Path: "/open-apis/im/v1/files", Times: 1})
	if _, err := l.p.Send(t.Context(), o); err == nil {
		t.Error("no error")
	}
	if _, err := l.p.Send(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	ms := l.fake.Messages()
	if len(ms) != 2 || ms[1].FileName != "会议纪要.txt" || string(ms[1].File) != "正文" {
		t.Errorf("messages %+v", ms)
	}
	if len(ms[0].Urgent) > 0 {
		t.Error("urgent though it was not asked for in the options")
	}
	l.sound()
}

// Escalations ring louder where the app may, and are said all the same where not.
func TestUrgentIsAFavour(t *testing.T) {
	l := newLab(t, feishutest.Options{}, func(o *Options) { o.Urgent = true })
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Account: "feishu:" + xu, Text: "逾期", Urgent: true}); err != nil {
		t.Fatal(err)
	}
	l.fake.Break(feishutest.Fault{Kind: feishutest.Code, Code: 230024, Path: "/open-apis/im/v1/messages/"})
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "u2", Account: "feishu:" + xu, Text: "又逾期", Urgent: true}); err != nil {
		t.Error(err)
	}
	ms := l.fake.Messages()
	if len(ms) != 2 || !slices.Equal(ms[0].Urgent, []string{xu}) || len(ms[1].Urgent) > 0 {
		t.Errorf("messages %+v", ms)
	}
}
