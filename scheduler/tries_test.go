package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiban/bot"
)

func TestPermanentRefusalIsFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(_ context.Context, o bot.Out) error {
			if o.Text == "first" {
				return bot.Permanent(errors.New("the bot was removed"))
			}
			return nil
		})
		d.write(post("a:1", "first"), post("a:1", "second"), post("nobody:1", "third"))
		drain(t, newCourier(d, options(), s))
		d.want(bot.Dead, "first", "third")
		d.want(bot.Sent, "second")
		if note := d.letter("first").Note; note != "the bot was removed" {
			t.Errorf("note %q", note)
		}
	})
}

func TestRetryAfterPausesItsOwnLaneOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		refusals := 2
		s := newService("a", func(_ context.Context, o bot.Out) error {
			if o.Text == "first" && refusals > 0 {
				refusals--
				return bot.RetryAfter(time.Minute, errors.New("too many"))
			}
			return nil
		})
		d.write(post("a:1", "first"), post("a:1", "behind"), post("a:2", "other"))
		c := newCourier(d, options(), s)
		drain(t, c)
		d.want(bot.Sent, "other")
		d.want(bot.Pending, "first", "behind")
		if !d.letter("first").FirstTry.IsZero() {
			t.Error("a certain refusal counts as a try")
		}
		stop := start(t, c.Run)
		<-time.After(time.Minute - time.Second)
		synctest.Wait()
		if got := len(s.tried()); got != 2 {
			t.Errorf("%d tries before the wait had passed, want 2", got)
		}
		<-time.After(2 * time.Minute)
		stop()
		if diff := cmp.Diff([]string{"other", "first", "behind"}, s.heard()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAWaitNeverOutlastsTheSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(context.Context, bot.Out) error { return bot.RetryAfter(24*time.Hour, errors.New("quota")) })
		d.write(post("a:1", "first"))
		c := newCourier(d, options(), s)
		drain(t, c)
		if n, err := d.Memory.Sweep(t.Context(), c.o.MaxBackoff+sweepSlack); n != 0 || err != nil {
			t.Errorf("the sweep frees %d letters (%v) that only wait", n, err)
		}
	})
}

func TestTimeoutIsTriedAgainWithTheSameUUID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		var uuids []string
		s := newService("a", nil)
		s.do = func(ctx context.Context, o bot.Out) error {
			uuids = append(uuids, o.UUID)
			if end, ok := ctx.Deadline(); !ok || time.Until(end) > 7*time.Second {
				t.Errorf("a try may last until %v", end)
			}
			if len(uuids) == 1 { // taken, but the answer is lost
				s.mu.Lock()
				s.said, s.uuids[o.UUID] = append(s.said, o.Text), "m1"
				s.mu.Unlock()
				return hang(ctx)
			}
			return nil
		}
		d.write(post("a:1", "first"))
		stop := start(t, newCourier(d, options(), s).Run)
		<-time.After(time.Minute)
		stop()
		if len(uuids) != 2 || uuids[0] != uuids[1] {
			t.Errorf("UUIDs %v, want the same one twice", uuids)
		}
		d.want(bot.Sent, "first")
		if diff := cmp.Diff([]string{"first"}, s.heard()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAfterHalfALeaseALetterIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		slow := true
		d.prepare = func([]bot.Letter) (bot.Ready, error) {
			if slow {
				slow = false
				<-time.After(16 * time.Second)
			}
			return bot.Ready{}, nil
		}
		s := newService("a", nil)
		d.write(post("a:1", "first"))
		c := newCourier(d, options(), s)
		drain(t, c)
		if len(s.tried()) != 0 || len(d.deliveries()) != 0 {
			t.Errorf("tried %v, recorded %v: want neither", s.tried(), d.deliveries())
		}
		d.want(bot.Pending, "first")
		stop := start(t, c.Run)
		<-time.After(time.Minute)
		stop()
		d.want(bot.Sent, "first")
		if len(s.tried()) != 1 {
			t.Errorf("%d tries, want 1", len(s.tried()))
		}
	})
}

func TestAPoisonousLetterStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.prepare = func(letters []bot.Letter) (bot.Ready, error) {
			switch letters[0].Key {
			case "a:1/0":
				panic("cannot be drawn")
			case "a:2/0":
				return bot.Ready{}, errors.New("no such face")
			}
			return bot.Ready{}, nil
		}
		s := newService("a", func(_ context.Context, o bot.Out) error {
			if o.Text == "a:3/0" {
				panic("cannot be rendered")
			}
			return nil
		})
		var sound []string
		for i := range 20 {
			list, keys := posts(bot.ChatID(fmt.Sprintf("a:%d", i)), 1)
			d.write(list...)
			if i < 1 || i > 3 {
				sound = append(sound, keys...)
			}
		}
		drain(t, newCourier(d, options(), s))
		d.want(bot.Sent, sound...)
		d.want(bot.Pending, "a:1/0", "a:2/0", "a:3/0")
		for key, note := range map[string]string{"a:1/0": "cannot be drawn", "a:2/0": "no such face", "a:3/0": "cannot be rendered"} {
			l := d.letter(key)
			if !strings.Contains(l.Note, note) {
				t.Errorf("letter %s has note %q, want one with %q", key, l.Note, note)
			}
			if left := key == "a:3/0"; l.FirstTry.IsZero() == left {
				t.Errorf("letter %s: first try %v, but left is %v", key, l.FirstTry, left)
			}
		}
	})
}

func TestAfterFiftyMinutesAnUnansweredTryIsUncertain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		down := true
		s := newService("a", func(_ context.Context, _ bot.Out) error {
			if down {
				return errors.New("connection reset")
			}
			return nil
		})
		edit := post("a:2", "edit")
		edit.Edit = 7
		fold := post("a:3", "old")
		fold.Fold = "monday"
		d.write(post("a:1", "said"), edit, fold)
		c := newCourier(d, options(), s)
		drain(t, c)
		<-time.After(uncertainty + time.Minute)
		down = false
		fold.Key = "new"
		d.write(fold)
		drain(t, c)
		d.want(bot.Uncertain, "said", "old")
		d.want(bot.Sent, "edit", "new")
		got := s.heard()
		slices.Sort(got)
		if diff := cmp.Diff([]string{"edit", "new"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRunOutlivesAnOutageOfTheOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		down := atomic.Bool{}
		down.Store(true)
		d.broken = func(string) error {
			if down.Load() {
				return errors.New("database gone")
			}
			return nil
		}
		s := newService("a", nil)
		d.write(post("a:1", "first"))
		stop := start(t, newCourier(d, options(), s).Run)
		<-time.After(time.Minute)
		if n := d.count("NextHeld"); n > 70 {
			t.Errorf("asked %d times in a minute of outage", n)
		}
		down.Store(false)
		<-time.After(2 * time.Second)
		stop()
		d.want(bot.Sent, "first")
	})
}

func TestAResultOutlivesAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		begun := time.Now()
		d.settle = func([]bot.Delivery) error {
			if time.Since(begun) < 3*time.Second {
				return errors.New("database gone")
			}
			return nil
		}
		s := newService("a", nil)
		for i := range 10 {
			d.write(post(bot.ChatID(fmt.Sprintf("a:%d", i)), fmt.Sprint(i)))
		}
		drain(t, newCourier(d, options(), s))
		for i := range 10 {
			d.want(bot.Sent, fmt.Sprint(i))
		}
		if len(s.tried()) != 10 {
			t.Errorf("%d tries, want 10", len(s.tried()))
		}
	})
}

func TestAResultThatCannotBeRecordedDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.settle = func(list []bot.Delivery) error {
			for _, v := range list {
				if v.Letters[0].Key == "poison" {
					panic("poison")
				}
			}
			return nil
		}
		s := newService("a", nil)
		d.write(post("a:1", "poison"))
		for i := range 40 {
			d.write(post(bot.ChatID(fmt.Sprintf("a:o%d", i)), fmt.Sprint(i)))
		}
		stop := start(t, newCourier(d, options(), s).Run)
		<-time.After(recordPause / 2)
		synctest.Wait()
		for i := range 40 {
			d.want(bot.Sent, fmt.Sprint(i))
		}
		stop()
		d.want(bot.Pending, "poison")
	})
}

func TestBackoffGrowsUpToItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attempts := rapid.IntRange(0, 1000).Draw(t, "attempts")
		luck := rapid.Float64Range(0, 0.999).Draw(t, "luck")
		age := time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "age"))
		c := NewCourier(nil, nil, nil, CourierOptions{Jitter: func(n int64) int64 { return int64(luck * float64(n)) }})
		got := c.backoff(attempts, age)
		top := c.o.MaxBackoff
		if attempts < 9 {
			top = min(top, max(time.Second<<attempts, age))
		}
		if want := max(shortest, time.Duration(luck*float64(top))); (got - want).Abs() > time.Microsecond {
			t.Errorf("attempts %d, age %v, luck %v: waits %v, want %v", attempts, age, luck, got, want)
		}
	})
}

func TestADigestKeepsItsUUIDWhenALetterJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		var uuids []string
		s := newService("a", func(_ context.Context, o bot.Out) error {
			if uuids = append(uuids, o.UUID); len(uuids) == 1 {
				return errors.New("502")
			}
			return nil
		})
		c := newCourier(d, options(), s)
		for _, key := range []string{"k1", "k2"} {
			p := post("a:1", key)
			p.Fold = "monday"
			d.write(p)
			drain(t, c)
			<-time.After(10 * time.Minute)
		}
		drain(t, c)
		if diff := cmp.Diff([]string{"k1", "k1 k2"}, s.tried()); diff != "" {
			t.Error(diff)
		}
		if len(uuids) != 2 || uuids[0] != uuids[1] {
			t.Errorf("UUIDs %v, want the same one twice", uuids)
		}
	})
}

func TestADigestIsSentUnderItsEldestLetter(t *testing.T) {
	q := &queue{}
	c := NewCourier(q, q, []bot.Platform{newService("a", nil)}, CourierOptions{})
	v := c.carry(t.Context(), []bot.Letter{{ID: 7, UUID: "seven"}, {ID: 3, UUID: "three"}, {ID: 5, UUID: "five"}}, time.Now())
	if v.Err != nil || v.Ready.Out.UUID != "three" {
		t.Errorf("sent under %q (%v), want three", v.Ready.Out.UUID, v.Err)
	}
}

func TestOnlyARepeatedUnansweredTryIsStale(t *testing.T) {
	now := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	c := NewCourier(nil, nil, nil, CourierOptions{Lease: func() time.Time { return now }})
	old, fresh := now.Add(-uncertainty-time.Second), now.Add(-uncertainty)
	for name, v := range map[string]struct {
		letter bot.Letter
		want   bool
	}{
		"tried again after 50 minutes": {bot.Letter{Attempts: 2, FirstTry: old}, true},
		"the first try":                {bot.Letter{Attempts: 1, FirstTry: old}, false},
		"not that long ago":            {bot.Letter{Attempts: 2, FirstTry: fresh}, false},
		"only refused so far":          {bot.Letter{Attempts: 2}, false},
		"a change of a card":           {bot.Letter{Attempts: 2, FirstTry: old, Post: bot.Post{Edit: 1}}, false},
	} {
		if got := c.stale(v.letter); got != v.want {
			t.Errorf("%s: stale is %v, want %v", name, got, v.want)
		}
	}
}

func TestStoppedInAnOutageAResultIsTriedOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		failures := 1
		d.settle = func([]bot.Delivery) error {
			if failures > 0 {
				failures--
				return errors.New("database gone")
			}
			return nil
		}
		d.write(post("a:1", "first"))
		stop := start(t, newCourier(d, options(), newService("a", nil)).Run)
		synctest.Wait()
		d.want(bot.Pending, "first")
		stop()
		d.want(bot.Sent, "first")
	})
}

func TestResultsAreRecordedInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		most, batches := 0, 0
		d.settle = func(list []bot.Delivery) error {
			most, batches = max(most, len(list)), batches+1
			return nil
		}
		for i := range 500 {
			d.write(post(bot.ChatID(fmt.Sprintf("a:%d", i)), fmt.Sprint(i)))
		}
		o := options()
		o.Senders = 500
		drain(t, newCourier(d, o, newService("a", func(context.Context, bot.Out) error { <-time.After(5 * time.Millisecond); return nil })))
		if most != mostLetters || batches > 5 {
			t.Errorf("%d batches of up to %d letters", batches, most)
		}
	})
}
