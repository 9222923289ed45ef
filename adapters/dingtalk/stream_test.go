package dingtalk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
)

// start runs the platform until stop is called, without waiting for anything.
func (l *lab) start() (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(l.Context()))
	ended := make(chan error, 1)
	go func() { ended <- l.p.Run(ctx, l.in) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			l.Error(err)
		}
	}
}

// crowd lets n people say something at once, and returns how many were acked.
func (l *lab) crowd(n int) int {
	var all sync.WaitGroup
	var mu sync.Mutex
	acked := 0
	for i := range n {
		all.Go(func() {
			d, err := l.fake.SayPrivately(l.Context(), []string{zhou, xu}[i%2], fmt.Sprintf("第%d句", i))
			mu.Lock()
			defer mu.Unlock()
			if err == nil && d.Acked {
				acked++
			}
		})
	}
	all.Wait()
	return acked
}

// texts are the different things that were heard.
func (l *lab) texts() int {
	heard := map[string]bool{}
	for _, m := range l.in.heard() {
		heard[m.Text] = true
	}
	return len(heard)
}

// A burst is acked to the last frame, also while one of two connections is told to
// leave in the middle of it.
func TestBurstIsAcked(t *testing.T) {
	l := newLab(t, dingtalktest.Options{Silent: 300 * time.Millisecond}, nil)
	l.p.order.settling = 0
	l.run()
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.Disconnecting, Times: 1, Every: 50})
	if n := l.crowd(500); n != 500 || l.texts() != 500 {
		t.Errorf("%d acked, %d heard", n, l.texts())
	}
	l.until("both are back", func() bool { return l.fake.Connections() == 2 })
	l.sound()
}

// Whatever happens to a message on its way, it is heard once under one key.
func TestFramesSurviveFaults(t *testing.T) {
	for _, f := range []dingtalktest.Fault{
		{Kind: dingtalktest.Redeliver}, {Kind: dingtalktest.CutMidFrame, Times: 2}, {Kind: dingtalktest.Disconnecting, Times: 1},
	} {
		t.Run(string(f.Kind), func(t *testing.T) {
			l := newLab(t, dingtalktest.Options{Silent: 50 * time.Millisecond}, nil)
			l.run()
			l.fake.Break(f)
			for i := range 4 {
				if d, err := l.fake.SayPrivately(t.Context(), xu, fmt.Sprintf("第%d句", i)); err != nil || !d.Acked {
					t.Errorf("%+v, %v", d, err)
				}
			}
			keys := map[string]string{}
			for _, m := range l.in.heard() {
				if was, ok := keys[m.Event]; ok && was != m.Text {
					t.Errorf("one key for %q and %q", was, m.Text)
				}
				keys[m.Event] = m.Text
			}
			if len(keys) != 4 || l.texts() != 4 {
				t.Errorf("%d keys for 4 messages", len(keys))
			}
			l.sound()
		})
	}
}

// A connection that the platform forgot is replaced: by the silence where there were
// pings before, by the SDK where nobody answers its own.
func TestDeadConnectionIsReplaced(t *testing.T) {
	for _, kind := range []dingtalktest.FaultKind{dingtalktest.Zombie, dingtalktest.HalfOpen} {
		t.Run(string(kind), func(t *testing.T) {
			l := newLab(t, dingtalktest.Options{PingEvery: 20 * time.Millisecond}, func(o *Options) { o.Connections = 1 })
			l.p.waits.silence = 200 * time.Millisecond
			l.run()
			l.until("pinged", func() bool { return l.p.lines[0].pingedAt() })
			before := l.fake.Calls("/v1.0/gateway/connections/open")
			heal := l.fake.Break(dingtalktest.Fault{Kind: kind, Times: 1})
			heal()
			l.until("a new connection", func() bool { return l.fake.Calls("/v1.0/gateway/connections/open") > before && l.p.Ready() == nil })
			l.until("heard again", func() bool {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				d, err := l.fake.SayPrivately(ctx, xu, "还在吗")
				return err == nil && d.Acked
			})
		})
	}
}

func (l *line) pingedAt() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.pinged.IsZero()
}

// A connection on which the platform never pinged is no reason for suspicion; how
// long a silence may last follows from the pings.
func TestSilenceIsJudgedByPings(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := &line{p: &Platform{waits: waits{silence: time.Minute}}}
	l.saw(ctx, false)
	l.heard = time.Now().Add(-time.Hour)
	if l.silent() {
		t.Error("suspected without a ping")
	}
	l.saw(ctx, true)
	l.heard = time.Now().Add(-2 * time.Minute)
	if !l.silent() {
		t.Error("a minute is over")
	}
	l.between = time.Minute
	if l.silent() {
		t.Error("four intervals are not over")
	}
	another, cancel2 := context.WithCancel(t.Context())
	defer cancel2()
	l.saw(another, false)
	l.heard = time.Now().Add(-time.Hour)
	if l.silent() {
		t.Error("the new connection was never pinged")
	}
}

// An old connection is replaced, the new one being there before it goes.
func TestOldConnectionIsReplaced(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.Connections = 1 })
	l.p.waits.recycle, l.p.waits.drain = 50*time.Millisecond, 50*time.Millisecond
	l.run()
	l.until("two at once", func() bool { return l.fake.Connections() == 2 })
	l.acked(l.fake.SayPrivately(t.Context(), xu, "还在吗"))
	l.until("one again", func() bool { return l.fake.Connections() == 1 })
}

// A cut connection is opened again at once and the platform is ready; one that is
// refused is a reason not to be, with the way out, and no secret in the log.
func TestConnectionComesBack(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.run()
	l.fake.Drop()
	l.until("both are back", func() bool { return l.fake.Connections() == 2 })
	l.acked(l.fake.SayPrivately(t.Context(), xu, "还在吗"))

	var log guarded
	refused := newLab(t, dingtalktest.Options{}, func(o *Options) {
		o.ClientSecret = "wrong secret"
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	stop := refused.start()
	refused.until("refused", func() bool {
		err := refused.p.Ready()
		return err != nil && strings.Contains(err.Error(), "authFailed") && strings.Contains(err.Error(), "Client Secret")
	})
	before := refused.fake.Calls("/v1.0/gateway")
	refused.until("tried again", func() bool { return refused.fake.Calls("/v1.0/gateway") > before+2 })
	stop()
	if strings.Contains(log.text(), "wrong secret") {
		t.Error("the log tells the secret")
	}
	sdkLog{}.Errorf("[wire] %s", `{"clientSecret":"wrong secret"}`, errors.New("cut"))
	sdkLog{}.Fatalf("x")
	sdkLog{}.Debugf("%s", "wrong secret")
	if said := log.text(); strings.Contains(said, "wrong secret") || !strings.Contains(said, "cut") {
		t.Errorf("log: %s", said)
	}
}

// guarded is a log that several write to.
type guarded struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.Write(p)
}

func (g *guarded) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.String()
}

// What is at work when we stop is finished and acked; what comes later is not taken,
// so that it comes again.
func TestStopFinishesWhatWasBegun(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.withCards()
	stop := l.start()
	l.until("connected", func() bool { return l.fake.Connections() == 2 })
	id := l.card(team)
	l.in.block = make(chan struct{})
	l.in.answer = bot.Answer{Toast: "好了"}
	answered := make(chan dingtalktest.TapAnswer, 1)
	go func() {
		a, err := l.fake.TapButton(t.Context(), id, xu, "完成", nil)
		if err != nil {
			t.Error(err)
		}
		answered <- a
	}()
	l.until("at work", func() bool {
		if l.p.busy.seats.TryAcquire(mostHandlers) {
			l.p.busy.seats.Release(mostHandlers)
			return false
		}
		return true
	})
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	l.until("stopping", l.p.busy.closed.Load)
	if _, err := l.p.handle(t.Context(), frame{topic: eventLeft}); !errors.Is(err, errStopping) {
		t.Errorf("taken while stopping: %v", err)
	}
	close(l.in.block)
	if a := <-answered; !a.Heard || !a.Changed {
		t.Errorf("answer %+v", a)
	}
	<-stopped
	l.until("no connection left", func() bool { return l.fake.Connections() == 0 })
}
