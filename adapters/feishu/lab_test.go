package feishu

import (
	"context"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/bottest"
)

// TestMain looks for goroutines that outlive their test. The SDK leaves one for
// each client that it made (it sweeps a cache), which is why we make few.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/larksuite/oapi-sdk-go/v3/cache.(*cron).start"))
}

// The people and the group of every lab.
const (
	zhou = "ou_zhou"
	xu   = "ou_xu"
	team = "oc_product"
)

// A lab is the adapter in front of a fake platform.
type lab struct {
	*testing.T

	fake *feishutest.Server
	p    *Platform
	in   *listener
}

// newLab starts a fake platform with two people and a group. change may alter
// what the adapter is told.
func newLab(t *testing.T, fake feishutest.Options, change func(*Options)) *lab {
	t.Helper()
	fake.AppID, fake.AppSecret = "cli_test", "app secret"
	fake.EncryptKey, fake.VerificationToken = testKey, testToken
	if fake.Redeliver == nil {
		fake.Redeliver = []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}
	}
	s, err := feishutest.Start(fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections() //nolint:forcetypeassert // it is one
	})
	s.AddDepartment("od_pd", "产品部")
	s.AddPerson(feishutest.Person{OpenID: zhou, UnionID: "on_zhou", Name: "周敏", Departments: []string{"od_pd"}})
	s.AddPerson(feishutest.Person{OpenID: xu, UnionID: "on_xu", Name: "许哲", Leader: zhou, Departments: []string{"od_pd"}})
	s.AddChat(feishutest.Chat{ID: team, Name: "产品群", Members: []string{zhou, xu}})
	vault := bottest.NewMemory(time.Now)
	o := Options{AppID: "cli_test", AppSecret: "app secret", Domain: s.URL(), Now: time.Now, Files: vault}
	if change != nil {
		change(&o)
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &lab{T: t, fake: s, p: p, in: &listener{}}
}

// run receives until the test ends, and returns when events can come.
func (l *lab) run() {
	l.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(l.Context()))
	if l.p.o.Mode == Webhook {
		listening, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			l.Fatal(err)
		}
		l.p.o.Listener = listening
		l.fake.UseWebhook("http://" + listening.Addr().String() + "/feishu")
	}
	ended := make(chan error, 1)
	go func() { ended <- l.p.Run(ctx, l.in) }()
	l.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			l.Error(err)
		}
	})
	if l.p.o.Mode == Webhook {
		if err := l.fake.Challenge(l.Context()); err != nil {
			l.Fatal(err)
		}
		return
	}
	l.until("connected", func() bool { return l.p.Ready() == nil })
}

// until polls for what another goroutine brings about.
func (l *lab) until(what string, done func() bool) {
	l.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			l.Fatalf("not in time: %s", what)
		}
	}
}

// sound checks that the platform had nothing to object to.
func (l *lab) sound() {
	l.Helper()
	for _, p := range l.fake.Problems() {
		l.Error(p)
	}
}

// acked fails unless a delivery was acked at once.
func (l *lab) acked(d feishutest.Delivery, err error) feishutest.Delivery {
	l.Helper()
	if err != nil || !d.Acked || d.Deliveries != 1 {
		l.Fatalf("delivery %+v, %v", d, err)
	}
	return d
}

// both runs a test over the long connection and over webhooks.
func both(t *testing.T, test func(l *lab)) {
	t.Helper()
	for _, mode := range []Mode{LongConnection, Webhook} {
		t.Run(string(mode), func(t *testing.T) {
			l := newLab(t, feishutest.Options{PingInterval: 1}, func(o *Options) {
				o.Mode, o.EncryptKey, o.VerificationToken = mode, testKey, testToken
			})
			l.run()
			test(l)
			l.sound()
		})
	}
}

// screen is what people of the fake platform see.
type screen struct{ fake *feishutest.Server }

// Messages implements bottest.Screen.
func (s screen) Messages(context.Context) ([]bottest.Said, error) {
	var out []bottest.Said
	for _, m := range s.fake.Messages() {
		said := bottest.Said{ID: bot.MessageID(m.ID), Text: m.Text(), Edits: m.Edits}
		if m.Type == typeCard {
			said.Buttons = m.Buttons()
			for _, in := range m.Inputs() {
				said.Inputs = append(said.Inputs, in.Label)
			}
		}
		out = append(out, said)
	}
	return out, nil
}

func TestPlatformPassesTheExam(t *testing.T) {
	bottest.ExamPlatform(t, func(t *testing.T) bottest.PlatformFixture {
		t.Helper()
		l := newLab(t, feishutest.Options{}, nil)
		t.Cleanup(l.sound)
		l.fake.AddPerson(feishutest.Person{OpenID: zhou, Name: "张三"})
		heal := func() {}
		return bottest.PlatformFixture{
			Platform: l.p, Screen: screen{l.fake}, Person: Name + ":" + zhou, Chat: Name + ":" + team,
			Break: func(f bottest.Fault) {
				heal()
				heal = func() {}
				switch f {
				case bottest.Gone:
					heal = l.fake.Break(feishutest.Fault{Kind: feishutest.Code, Code: 230013, To: zhou})
				case bottest.Retry:
					heal = l.fake.Break(feishutest.Fault{Kind: feishutest.BadGateway, To: zhou})
				case bottest.None, bottest.Busy, bottest.Timeout, bottest.Stale:
				}
			},
		}
	})
}

// heard are the texts that the engine was given.
func (l *listener) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, m := range l.messages {
		out = append(out, m.Text)
	}
	return slices.Clone(out)
}
