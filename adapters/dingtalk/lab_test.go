package dingtalk

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/time/rate"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
	"huiban/bot/bottest"
)

// TestMain looks for goroutines that outlive their test.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The people and the group of every lab.
const (
	zhou = "zhou"
	xu   = "xu"
	team = "cidTeam=="
)

// A lab is the adapter in front of a fake platform.
type lab struct {
	*testing.T

	fake  *dingtalktest.Server
	p     *Platform
	in    *listener
	tally *tally
}

// A tally is what was counted.
type tally struct {
	mu sync.Mutex
	of map[Kind]int
}

func (c *tally) add(k Kind, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[k] += n
}

func (c *tally) get(k Kind) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of[k]
}

// newLab starts a fake platform with two people and a group. change may alter what
// the adapter is told.
func newLab(t *testing.T, fake dingtalktest.Options, change func(*Options)) *lab {
	t.Helper()
	fake.ClientID, fake.ClientSecret = "ding1", "app secret"
	if fake.Redeliver == nil {
		fake.Redeliver = []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}
	}
	s, err := dingtalktest.Start(fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections() //nolint:forcetypeassert // it is one
	})
	s.AddDepartment(dingtalktest.Department{ID: 1, Name: "公司"})
	s.AddDepartment(dingtalktest.Department{ID: 2, Parent: 1, Name: "产品部"})
	s.AddPerson(dingtalktest.Person{UserID: zhou, Name: "周敏", Departments: []int{2}, Admin: true})
	s.AddPerson(dingtalktest.Person{UserID: xu, Name: "许哲", Manager: zhou, Title: "工程师", Departments: []int{2}})
	s.AddGroup(dingtalktest.Group{ID: team, Name: "产品群", Members: []string{zhou, xu}})
	l := &lab{T: t, fake: s, in: &listener{}, tally: &tally{of: map[Kind]int{}}}
	o := Options{
		ClientID: "ding1", ClientSecret: "app secret", RobotName: "会办", API: s.URL(), OAPI: s.URL(), Now: time.Now,
		Files: bottest.NewMemory(time.Now), Counted: l.tally.add,
	}
	if change != nil {
		change(&o)
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	p.waits.stagger, p.waits.look, p.waits.again = 0, 20*time.Millisecond, 20*time.Millisecond
	l.p = p
	return l
}

// hurries sends at once and as fast as it can.
func (l *lab) hurries() {
	l.p.joins.within = time.Microsecond
	for _, path := range []string{"/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend", "/v1.0/card/instances/createAndDeliver"} {
		l.p.client.limits.apis[path] = rate.NewLimiter(rate.Inf, 1)
	}
}

// sound checks that the platform had nothing to object to.
func (l *lab) sound() {
	l.Helper()
	for _, p := range l.fake.Problems() {
		l.Error(p)
	}
}

// run receives until the test ends, and returns when things can come.
func (l *lab) run() {
	l.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(l.Context()))
	if l.p.o.Mode == HTTP {
		l.fake.PostMessagesTo("http://" + l.p.o.Listener.Addr().String() + "/")
	}
	ended := make(chan error, 1)
	go func() { ended <- l.p.Run(ctx, l.in) }()
	l.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			l.Error(err)
		}
	})
	l.until("connected", func() bool { return l.p.Ready() == nil && l.fake.Connections() >= l.p.o.Connections })
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

// acked fails unless a delivery was acked at once.
func (l *lab) acked(d dingtalktest.Delivery, err error) dingtalktest.Delivery {
	l.Helper()
	if err != nil || !d.Acked || d.Deliveries != 1 {
		l.Fatalf("delivery %+v, %v", d, err)
	}
	return d
}

// both runs a test over the stream and by HTTP.
func both(t *testing.T, test func(l *lab)) {
	t.Helper()
	for _, mode := range []Mode{Stream, HTTP} {
		t.Run(string(mode), func(t *testing.T) {
			listening, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { listening.Close() }) //nolint:errcheck,gosec // the server closed it
			l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.Mode, o.Listener = mode, listening })
			l.run()
			test(l)
			l.sound()
		})
	}
}

// A listener is an engine that remembers what it was told.
type listener struct {
	mu       sync.Mutex
	happened []bot.Happening
	messages []bot.Message
	taps     []bot.Tap
	answer   bot.Answer
	err      error
	block    chan struct{}
	undone   bool // the last tap's time ended before it was decided
}

func (l *listener) Message(_ context.Context, m bot.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m.Text == "panic" {
		panic("a handler breaks")
	}
	l.messages = append(l.messages, m)
	return l.err
}

func (l *listener) Tap(ctx context.Context, t bot.Tap) (bot.Answer, error) {
	l.mu.Lock()
	block := l.block
	l.mu.Unlock()
	if block != nil {
		<-block
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.Do.Command == "panic" {
		panic("a handler breaks")
	}
	l.undone = ctx.Err() != nil
	l.taps = append(l.taps, t)
	return l.answer, l.err
}

func (l *listener) Happened(_ context.Context, h bot.Happening) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.happened = append(l.happened, h)
	return l.err
}

// heard are the messages that the engine was given.
func (l *listener) heard() []bot.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.messages)
}

func (l *listener) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}
