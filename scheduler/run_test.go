package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
)

func TestStoppedInFlightNothingIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		slow := func(ctx context.Context, _ bot.Out) error {
			select {
			case <-time.After(300 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		s := newService("a", slow)
		var all []string
		for i := range 50 {
			list, keys := posts(bot.ChatID(fmt.Sprintf("a:%d", i)), 2)
			d.write(list...)
			all = append(all, keys...)
		}
		stop := start(t, newCourier(d, options(), s).Run)
		<-time.After(450 * time.Millisecond) // in the midst of the second bite
		stop()
		sent := 0
		for _, key := range all {
			l := d.letter(key)
			if l.State == bot.Sent {
				sent++
			} else if l.Token != "" {
				t.Errorf("letter %s was left leased", key)
			}
		}
		if sent == 0 || sent == len(all) || sent != len(s.heard()) {
			t.Errorf("%d recorded of %d said", sent, len(s.heard()))
		}
		drain(t, newCourier(d, options(), s))
		d.want(bot.Sent, all...)
		if s.twice != 0 || len(s.heard()) != len(all) {
			t.Errorf("%d said, %d of them twice", len(s.heard()), s.twice)
		}
	})
}

func TestDrainWaitsForWhatRunHasUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(context.Context, bot.Out) error { <-time.After(3 * time.Second); return nil })
		c := newCourier(d, options(), s)
		stop := start(t, c.Run)
		defer stop()
		list, keys := posts("a:1", 3)
		d.write(list...)
		synctest.Wait()
		if len(s.tried()) != 1 {
			t.Fatalf("%d tries by Run, want 1", len(s.tried()))
		}
		drain(t, c)
		d.want(bot.Sent, keys...)
		if diff := cmp.Diff(keys, s.tried()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDrainLeavesWhatWaitsForAnotherTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(context.Context, bot.Out) error { return errors.New("502") })
		d.write(post("a:1", "first"))
		o := options()
		o.Jitter = func(int64) int64 { return 0 }
		drain(t, newCourier(d, o, s))
		d.want(bot.Pending, "first")
		if len(s.tried()) != 1 {
			t.Errorf("%d tries, want 1", len(s.tried()))
		}
	})
}

func TestDrainTellsWhatItCouldNotDo(t *testing.T) {
	for _, call := range []string{"NextHeld", "Claim"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				gone := errors.New("database gone")
				d.broken = func(c string) error {
					if c == call {
						return gone
					}
					return nil
				}
				if err := newCourier(d, options(), newService("a", nil)).Drain(t.Context()); !errors.Is(err, gone) {
					t.Errorf("got %v, want %v", err, gone)
				}
			})
		})
	}
	t.Run("Settle", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			gone := errors.New("database gone")
			d.settle = func([]bot.Delivery) error { return gone }
			d.write(post("a:1", "first"))
			if err := newCourier(d, options(), newService("a", nil)).Drain(t.Context()); !errors.Is(err, gone) {
				t.Errorf("got %v, want %v", err, gone)
			}
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.write(post("a:1", "first"))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			s := newService("a", func(context.Context, bot.Out) error { <-time.After(3 * time.Second); return nil })
			if err := newCourier(d, options(), s).Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
			}
			d.want(bot.Sent, "first")
		})
	})
}

func TestTwoCouriersSayEverythingOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(context.Context, bot.Out) error { <-time.After(5 * time.Millisecond); return nil })
		a, b := newCourier(d, options(), s), newCourier(d, options(), s)
		d.poke = func() { a.Poke(); b.Poke() }
		var all []string
		for i := range 30 {
			list, keys := posts(bot.ChatID(fmt.Sprintf("a:%d", i)), 5)
			d.write(list...)
			all = append(all, keys...)
		}
		stopA, stopB := start(t, a.Run), start(t, b.Run)
		<-time.After(10 * time.Second)
		stopA()
		stopB()
		d.want(bot.Sent, all...)
		if len(s.tried()) != len(all) {
			t.Errorf("%d tries of %d letters", len(s.tried()), len(all))
		}
	})
}

func TestAHeldLetterGoesAtItsMoment(t *testing.T) {
	for _, after := range []time.Duration{345 * time.Millisecond, 2345 * time.Millisecond, time.Hour} {
		t.Run(after.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				var late time.Duration
				var due time.Time
				s := newService("a", func(context.Context, bot.Out) error { late = time.Since(due); return nil })
				stop := start(t, newCourier(d, options(), s).Run)
				<-time.After(100 * time.Millisecond) // Run has looked and found nothing held
				due = time.Now().Add(after)
				p := post("a:1", "first")
				p.NotBefore = due
				d.write(p)
				<-time.After(after + time.Second)
				stop()
				d.want(bot.Sent, "first")
				if late < 0 || late > 5*time.Millisecond {
					t.Errorf("said %v after its moment", late)
				}
			})
		})
	}
}

func TestAQuietOutboxCostsLessThanTwoQueriesASecond(t *testing.T) {
	at := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	for name, now := range map[string]func() time.Time{"running clock": nil, "standing clock": func() time.Time { return at }} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				o := options()
				o.Now = now
				p := post("a:1", "later")
				p.NotBefore = time.Now().AddDate(1, 0, 0)
				if now != nil {
					p.NotBefore = now().Add(time.Millisecond)
				}
				d.write(p)
				stop := start(t, newCourier(d, o, newService("a", nil)).Run)
				<-time.After(time.Minute)
				stop()
				if n := d.count("NextHeld", "Wake", "Claim", "Sweep"); n > 60*3/2+15 || n < 60 {
					t.Errorf("%d queries in a minute", n)
				}
			})
		})
	}
}

func TestAPokeIsHeardAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		stop := start(t, newCourier(d, options(), newService("a", nil)).Run)
		<-time.After(time.Minute + time.Second/2)
		synctest.Wait()
		d.write(post("a:1", "first"))
		<-time.After(time.Millisecond)
		synctest.Wait()
		d.want(bot.Sent, "first")
		stop()
	})
}

func TestQuietIsOnlyWhatWasQuietAllTheTime(t *testing.T) {
	c := newTally()
	mark := c.mark()
	c.enter(2)
	c.leave(1)
	c.settled(1)
	if quiet, err := c.wait(t.Context(), mark); quiet || err != nil {
		t.Errorf("quiet is %v (%v), but something was recorded since", quiet, err)
	}
	if quiet, err := c.wait(t.Context(), c.mark()); !quiet || err != nil {
		t.Errorf("quiet is %v (%v), but nothing is under way", quiet, err)
	}
}

func TestPokeNeverBlocks(t *testing.T) {
	c := newCourier(newDesk(t), options())
	for range 100 {
		c.Poke()
	}
}
