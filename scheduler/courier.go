// Package scheduler makes the bot act by itself: a Clock rings alarms and runs
// jobs at their moments of the business clock, a Courier carries what lies in
// the outbox to its platforms. It decides when something happens and how often
// it is tried, and refuses to know what: no rule, no chat service, no SQL.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"huiban/bot"
)

// The fixed times of the courier (reliability.md 7.2 and 7.4), all on the lease
// clock.
const (
	sweepEach   = 10 * time.Second
	sweepSlack  = 5 * time.Second
	parking     = 5 * time.Minute // how long the outbox parks a letter behind the one before it
	uncertainty = 50 * time.Minute
	gathering   = 20 * time.Millisecond // a result waits no longer for others to be recorded with
	mostLetters = 200                   // recorded at a time
	shortest    = 100 * time.Millisecond
)

// An Office makes letters ready and records what became of them. The engine is
// one.
type Office interface {
	Prepare(ctx context.Context, letters []bot.Letter) (bot.Ready, error)
	Settle(ctx context.Context, deliveries ...bot.Delivery) error
}

// CourierOptions are what a Courier may be told; the zero value works.
type CourierOptions struct {
	Now         func() time.Time    // the business clock; nil is the machine's
	Lease       func() time.Time    // the lease clock, for local cut-offs; nil is the machine's
	NewToken    func() string       // names a lease; nil makes random UUIDs
	Jitter      func(n int64) int64 // a random number in [0, n); nil is math/rand
	Senders     int                 // letters on their way to one platform at a time; 0 is 16
	LeaseFor    time.Duration       // 0 is 30 s
	SendTimeout time.Duration       // of one try; 0 is 7 s, at most a quarter of LeaseFor
	Poll        time.Duration       // between looks into a quiet outbox; 0 is 1 s
	MaxBackoff  time.Duration       // 0 is 5 min
	Log         *slog.Logger        // nil discards
}

func (o CourierOptions) complete() CourierOptions {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Lease == nil {
		o.Lease = time.Now
	}
	if o.NewToken == nil {
		o.NewToken = uuid.NewString
	}
	if o.Jitter == nil {
		o.Jitter = rand.Int64N
	}
	if o.Senders <= 0 {
		o.Senders = 16
	}
	o.LeaseFor = orElse(o.LeaseFor, 30*time.Second)
	o.SendTimeout = min(orElse(o.SendTimeout, 7*time.Second), o.LeaseFor/4)
	o.Poll = orElse(o.Poll, time.Second)
	o.MaxBackoff = orElse(o.MaxBackoff, 5*time.Minute)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orElse(d, zero time.Duration) time.Duration {
	if d <= 0 {
		return zero
	}
	return d
}

// A Courier carries letters from the outbox to their platforms. Any number of
// couriers may work on one outbox. Make one with NewCourier; it is safe for
// concurrent use.
type Courier struct {
	outbox bot.Outbox
	office Office
	gates  map[string]*gate
	o      CourierOptions
	poke   chan struct{}
	tally  *tally

	draining chan struct{} // holds the one Drain that is at work
}

// NewCourier returns a courier between the outbox and the platforms. It panics
// if two platforms have one name.
func NewCourier(outbox bot.Outbox, office Office, platforms []bot.Platform, o CourierOptions) *Courier {
	c := &Courier{
		outbox: outbox, office: office, gates: map[string]*gate{}, o: o.complete(),
		poke: make(chan struct{}, 1), tally: newTally(), draining: make(chan struct{}, 1),
	}
	for _, p := range platforms {
		if c.gates[p.Name()] != nil {
			panic(fmt.Sprintf("platform %s is there twice", p.Name()))
		}
		c.gates[p.Name()] = newGate(p, c.o)
	}
	return c
}

// Poke says that there may be something to send. It never blocks.
func (c *Courier) Poke() {
	select {
	case c.poke <- struct{}{}:
	default: // it is said already
	}
}

// Run carries letters as they fall due until ctx is done; then it finishes and
// records what is on its way, which takes no longer than a try may, and returns
// nil. Errors of the outbox are logged and met again at the next look.
func (c *Courier) Run(ctx context.Context) error {
	s := c.begin(ctx)
	defer s.end()
	var swept time.Time
	for s.seat(ctx) == nil {
		if now := c.o.Lease(); swept.IsZero() || now.Sub(swept) >= sweepEach {
			swept = now
			c.sweep(ctx)
		}
		if c.heard() {
			s.trust = time.Time{}
		}
		n, wait, err := s.round(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			c.o.Log.Error("outbox", "err", err)
			wait = c.o.Poll
		}
		if n == 0 {
			c.rest(ctx, wait)
		}
	}
	return nil
}

// Drain carries all that can be carried at this moment and returns when nothing
// is left to claim and nothing is on its way, neither its own nor what Run has
// under way. Letters that wait for another try are left. It may run beside Run.
func (c *Courier) Drain(ctx context.Context) error {
	select {
	case c.draining <- struct{}{}: // many at once would only keep each other awake
		defer func() { <-c.draining }()
	case <-ctx.Done():
		return ctx.Err()
	}
	s := c.begin(ctx)
	err := s.drain(ctx)
	s.end()
	return errors.Join(err, s.lost)
}

func (s *shift) drain(ctx context.Context) error {
	for {
		if err := s.seat(ctx); err != nil {
			return err
		}
		mark := s.c.tally.mark()
		n, _, err := s.round(ctx)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if quiet, err := s.c.tally.wait(ctx, mark); quiet || err != nil {
			return err
		}
	}
}

// rest waits until there may be something to do again.
func (c *Courier) rest(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.poke:
		c.Poke() // for the round to hear
	case <-ctx.Done():
	}
}

// heard takes a poke in.
func (c *Courier) heard() bool {
	select {
	case <-c.poke:
		return true
	default:
		return false
	}
}

// sweep frees letters that a lease clock set back would keep from being claimed
// for longer than any lease, wait or parking lasts.
func (c *Courier) sweep(ctx context.Context) {
	n, err := c.outbox.Sweep(ctx, max(c.o.LeaseFor, c.o.MaxBackoff, parking)+sweepSlack)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		c.o.Log.Error("sweep of the outbox", "err", err)
	case n > 0:
		c.o.Log.Warn("the lease clock went back", "freed", n)
	}
}
