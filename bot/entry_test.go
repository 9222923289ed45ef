package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/bottest"
)

// logged gives a rig a log and returns what it says of the deliveries since the
// last call: trace, event, origin, platform, chat, person, command, outcome, ms.
func logged(r *rig) (take func() []string) {
	r.t.Helper()
	var mu sync.Mutex
	var b bytes.Buffer
	handler := slog.NewJSONHandler(writer(func(p []byte) (int, error) { mu.Lock(); defer mu.Unlock(); return b.Write(p) }), nil)
	r.log = slog.New(handler)
	r.e = r.engine(r.store)
	return func() []string {
		r.t.Helper()
		mu.Lock()
		defer mu.Unlock()
		var out []string
		for line := range strings.Lines(b.String()) {
			var e struct {
				Msg, Trace, Event, Origin, Platform, Chat, Command, Outcome, Error string
				Person, Ms                                                         int
			}
			must(r.t, json.Unmarshal([]byte(line), &e))
			if e.Msg != "turn" || len(e.Trace) != 8 {
				r.t.Errorf("logged %s", line)
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s p%d %q %s %dms %s",
				e.Event, e.Origin, e.Platform, e.Chat, e.Person, e.Command, e.Outcome, e.Ms, e.Error)))
		}
		for _, never := range []string{"接口文档", "天气", "周敏", "许哲", "赵倩", "改日再来"} {
			if strings.Contains(b.String(), never) {
				r.t.Errorf("the log holds %s: %s", never, b.String())
			}
		}
		b.Reset()
		return out
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// TestEveryDeliveryIsOneLineOfTheLog: who, where, which command and what came
// of it, and no word of what they wrote.
func TestEveryDeliveryIsOneLineOfTheLog(t *testing.T) {
	r := newRig(t)
	take := logged(r)
	for _, c := range []struct {
		do   func()
		want string
	}{
		{func() { r.say("toy:host", given) }, `e1 typed toy toy:g p1 "派" done 0ms`},
		{func() { must(t, r.e.Message(t.Context(), r.line("e1", "toy:host", given))) }, `e1 typed toy toy:g p0 "" repeated 0ms`},
		{func() { r.tap("toy:owner", "toy:owner", "确认", nil) }, `e2 tap toy  p2 "确认" done 0ms`},
		{func() { r.say("toy:host", "@会办 天气怎么样") }, `e3 typed toy toy:g p1 "" done 0ms`},
		{func() { r.privately("toy:host", "派 写接口文档") }, `e4 typed toy toy:p-toy:host p1 "派" asked 0ms`},
		{func() { r.say("toy:host", "先写后拒") }, `e5 typed toy toy:g p1 "先写后拒" refused R1 0ms`},
		{func() { r.say("toy:host", "写了就坏") }, `e6 typed toy toy:g p1 "写了就坏" failed 0ms disk on fire`},
		{func() { r.say("toy:other", "写了就坏") }, `e7 typed toy toy:g p3 "写了就坏" failed 0ms disk on fire`}, // a stranger: the turn ran twice
		{func() {
			must(t, r.e.Happened(t.Context(), bot.Happening{Event: "h1", Kind: bot.Left, Account: "toy:other"}))
		}, `h1 left toy  p3 "" done 0ms`},
		{func() {
			must(t, r.e.Happened(t.Context(), bot.Happening{Event: "h1", Kind: bot.Left, Account: "toy:other"}))
		}, `h1 left toy  p0 "" repeated 0ms`},
	} {
		c.do()
		if diff := cmp.Diff([]string{c.want}, take()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

// TestTraceOfTheLogIsTheOneOfTheApology: what a person reads out finds the line.
func TestTraceOfTheLogIsTheOneOfTheApology(t *testing.T) {
	r := newRig(t)
	var b bytes.Buffer
	r.log = slog.New(slog.NewTextHandler(&b, nil))
	r.e = r.engine(r.store)
	r.say("toy:host", "写了就坏")
	_, mark, ok := strings.Cut(strings.TrimSpace(r.said()), "出错 ")
	if !ok || !strings.Contains(b.String(), " trace="+mark+" ") {
		t.Errorf("the person was told %q, the log says %s", r.said(), b.String())
	}
}

// TestLostTriesAreOneLine: a turn that ran again is logged when it is over,
// with what it came to.
func TestLostTriesAreOneLine(t *testing.T) {
	r := newRig(t)
	take := logged(r)
	r.e = r.engine(&unlucky{Memory: r.store, lose: 3, lost: func() { r.now = r.now.Add(20 * time.Millisecond) }})
	r.say("toy:host", given)
	if diff := cmp.Diff([]string{`e1 typed toy toy:g p1 "派" done 60ms`}, take()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	r.e = r.engine(contended{r.store})
	if err := r.e.Message(t.Context(), r.line("e9", "toy:host", given)); err == nil {
		t.Error("acked a message that had no effect")
	}
	if got := take(); len(got) != 1 || !strings.HasPrefix(got[0], `e9 typed toy toy:g p1 "派" failed 0ms `) {
		t.Errorf("logged %q", got)
	}
}

// unlucky is a store on which the first turns lose.
type unlucky struct {
	*bottest.Memory

	lose int
	lost func()
}

func (u *unlucky) Do(ctx context.Context, fn func(bot.Tx) error) error {
	return u.Memory.Do(ctx, func(tx bot.Tx) error {
		if err := fn(tx); err != nil || u.lose == 0 {
			return err
		}
		u.lose--
		u.lost()
		return bot.ErrConflict
	})
}
