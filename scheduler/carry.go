package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"huiban/bot"
)

// carry brings letters that go out together to their platform and returns what
// became of them; a delivery without letters says that they were dropped: the
// lease ends by itself and somebody else takes them.
func (c *Courier) carry(ctx context.Context, letters []bot.Letter, claimed time.Time) bot.Delivery {
	// The first letter lends its UUID to a digest, so it must be the same one on
	// every try.
	slices.SortFunc(letters, func(a, b bot.Letter) int { return cmp.Compare(a.ID, b.ID) })
	for len(letters) > 0 {
		d := bot.Delivery{Letters: letters}
		var err error
		d.Ready, err = c.prepare(ctx, letters)
		switch {
		case err != nil:
			return c.unsent(d, err)
		case d.Ready.Skip != "":
			return d
		case c.stale(letters[0]):
			d.Err = bot.ErrUncertain
			return d
		case !d.Ready.Until.IsZero():
			return d
		}
		g := c.gates[d.Ready.Platform]
		if g == nil {
			d.Err = bot.Permanent(fmt.Errorf("platform %q is not connected", d.Ready.Platform))
			return d
		}
		if g.lost(letters[0], d.Ready.Out) {
			d.Err = fmt.Errorf("a try ended without record: %w", bot.ErrUncertain)
			return d
		}
		if err := g.enter(); err != nil {
			return c.unsent(d, err)
		}
		held, err := c.held(ctx, letters, claimed)
		switch {
		case err != nil:
			g.leave()
			return c.unsent(d, err)
		case len(held) == len(letters):
			defer g.leave()
			return c.send(ctx, g, d)
		}
		g.leave()
		letters = held // a digest without what was cancelled meanwhile is another digest
	}
	return bot.Delivery{}
}

// stale reports whether a letter was perhaps taken so long ago that its
// platform may have forgotten the UUID (reliability.md 7.4). To change a card
// twice does no harm.
func (c *Courier) stale(l bot.Letter) bool {
	return l.Edit == 0 && l.Attempts > 1 && !l.FirstTry.IsZero() && c.o.Lease().Sub(l.FirstTry) > uncertainty
}

func (c *Courier) prepare(ctx context.Context, letters []bot.Letter) (r bot.Ready, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.SendTimeout)
	defer cancel()
	err = guarded(func() error {
		r, err = c.office.Prepare(ctx, letters)
		return err
	})
	return r, err
}

// held returns the letters that are still to be said by us; none when so much
// of the lease has passed that a try might outlast it.
func (c *Courier) held(ctx context.Context, letters []bot.Letter, claimed time.Time) ([]bot.Letter, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.SendTimeout)
	defer cancel()
	var held []bot.Letter
	for _, l := range letters {
		ok, err := c.outbox.Holds(ctx, l.ID, l.Token)
		if err != nil {
			return nil, fmt.Errorf("lease of letter %d: %w", l.ID, err)
		}
		if ok {
			held = append(held, l)
		}
	}
	if 2*c.o.Lease().Sub(claimed) >= c.o.LeaseFor {
		return nil, nil
	}
	return held, nil
}

func (c *Courier) send(ctx context.Context, g *gate, d bot.Delivery) bot.Delivery {
	ctx, cancel := context.WithTimeout(ctx, c.o.SendTimeout)
	defer cancel()
	d.Err = guarded(func() (err error) {
		d.Message, err = g.Send(ctx, d.Ready.Out)
		return err
	})
	if d.Err == nil {
		return d
	}
	wait, again := bot.Delay(d.Err)
	switch {
	case bot.IsPermanent(d.Err) || errors.Is(d.Err, bot.ErrUncertain) || errors.Is(d.Err, bot.ErrUnsent):
	case again:
		d.Wait = c.bounded(wait)
	default:
		d.Wait = c.backoff(d.Letters[0].Attempts, 0)
	}
	c.report(d)
	return d
}

// unsent puts letters back that certainly did not leave here, which does not
// count as a try. A letter that nobody can make ready is asked for less and
// less often, by its age.
func (c *Courier) unsent(d bot.Delivery, err error) bot.Delivery {
	first := d.Letters[0]
	atLeast := c.o.Now().Sub(first.DueAt) / 2
	if errors.Is(err, errFull) {
		atLeast = max(atLeast, 10*time.Second)
	}
	d.Wait = c.backoff(first.Attempts, atLeast)
	d.Err = bot.RetryAfter(d.Wait, err)
	c.report(d)
	return d
}

// backoff is a random wait of at most 1 s·2^attempts, or atLeast if that is
// longer, never more than MaxBackoff.
func (c *Courier) backoff(attempts int, atLeast time.Duration) time.Duration {
	top := min(c.o.MaxBackoff, max(time.Second<<min(max(attempts, 0), 20), atLeast))
	return c.bounded(time.Duration(c.o.Jitter(int64(top))))
}

// bounded keeps a wait within what Sweep takes for sound, and long enough that
// nobody tries in circles.
func (c *Courier) bounded(wait time.Duration) time.Duration {
	return min(max(wait, shortest), c.o.MaxBackoff)
}

func (c *Courier) report(d bot.Delivery) {
	first := d.Letters[0]
	c.o.Log.Warn("letter not sent", "letter", first.ID, "letters", len(d.Letters), "platform", d.Ready.Platform,
		"attempts", first.Attempts, "wait", d.Wait, "err", d.Err)
}

// guarded runs fn and makes its panic an error: what one letter or job does
// must not stop the others.
func guarded(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return fn()
}
