package scheduler

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"huiban/bot"
)

// keyless is a service that would say everything twice.
type keyless struct{ *service }

func (keyless) Keyless(o bot.Out) bool { return o.Edit == "" }

// TestAKeylessTryWithoutRecordIsNotRepeated: promise 2. The process that sent
// it ended before it could say so; the next one cannot know.
func TestAKeylessTryWithoutRecordIsNotRepeated(t *testing.T) {
	for _, tt := range []struct {
		name  string
		key   bool
		state bot.State
		tries int
	}{{"no key", false, bot.Uncertain, 1}, {"a key", true, bot.Sent, 2}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, s := newDesk(t), newService("a", nil)
				var p bot.Platform = keyless{s}
				if tt.key {
					p = s
				}
				down := true
				d.settle = func([]bot.Delivery) error {
					if down {
						return errors.New("killed before it was recorded")
					}
					return nil
				}
				d.write(post("a:1", "said"))
				_ = NewCourier(d, d, []bot.Platform{p}, options()).Drain(context.Background())
				<-time.After(time.Minute)
				down = false
				drain(t, NewCourier(d, d, []bot.Platform{p}, options()))
				d.want(tt.state, "said")
				if n := len(s.tried()); n != tt.tries {
					t.Errorf("%d tries, want %d", n, tt.tries)
				}
			})
		})
	}
}

// TestAKeylessRefusalIsTriedAgain: that it certainly was not taken is a record.
func TestAKeylessRefusalIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, refusals := newDesk(t), 2
		s := newService("a", func(context.Context, bot.Out) error {
			if refusals--; refusals >= 0 {
				return bot.RetryAfter(time.Second, errors.New("too fast"))
			}
			return nil
		})
		d.write(post("a:1", "said"))
		c := NewCourier(d, d, []bot.Platform{keyless{s}}, options())
		for range 3 {
			drain(t, c)
			<-time.After(2 * time.Second)
		}
		d.want(bot.Sent, "said")
	})
}

// TestAnUnsentLetterIsNotTriedAgain: it waits to be asked for.
func TestAnUnsentLetterIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(context.Context, bot.Out) error { return bot.ErrUnsent })
		d.write(post("a:1", "said"), post("a:1", "behind"))
		c := newCourier(d, options(), s)
		drain(t, c)
		<-time.After(time.Hour)
		drain(t, c)
		d.want(bot.Unsent, "said", "behind")
		if n := len(s.tried()); n != 2 {
			t.Errorf("%d tries, want 2", n)
		}
	})
}
