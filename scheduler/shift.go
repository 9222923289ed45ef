package scheduler

import (
	"context"
	"fmt"
	"sync"
	"time"

	"huiban/bot"
)

// A shift is one Run or one Drain at work: it claims letters, has each group of
// them carried by a goroutine of its own, and records the results in batches.
type shift struct {
	c        *Courier
	seats    int // groups that may be on their way at a time
	carriers sync.WaitGroup
	results  chan bot.Delivery // without letters: dropped, nothing to record
	freed    chan struct{}
	recorded chan struct{}
	lost     error // the last that could not be recorded; read after end

	looked time.Time // business time of the last round
	next   time.Time // when the first held letter is due, if one is held
	held   bool
	trust  time.Time // business time before which next need not be asked for again

	mu   sync.Mutex
	open int // groups whose result is not there yet
}

func (c *Courier) begin(ctx context.Context) *shift {
	s := &shift{
		c: c, seats: c.o.Senders * max(1, len(c.gates)),
		results: make(chan bot.Delivery), freed: make(chan struct{}, 1), recorded: make(chan struct{}),
	}
	go func() {
		defer close(s.recorded)
		s.record(context.WithoutCancel(ctx))
	}()
	return s
}

// end waits until all that was claimed is carried and recorded.
func (s *shift) end() {
	s.carriers.Wait()
	close(s.results)
	<-s.recorded
}

func (s *shift) free() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seats - s.open
}

// came counts a result in and returns how many are still on their way.
func (s *shift) came() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	select {
	case s.freed <- struct{}{}:
	default:
	}
	return s.open
}

// seat waits until a claim is worth its while: half of the seats are free, or
// any after a moment. So a busy outbox is claimed from in few large bites, and
// a few recipients that hang do not hold up the others.
func (s *shift) seat(ctx context.Context) error {
	timer := time.NewTimer(gathering)
	defer timer.Stop()
	late := false
	for ctx.Err() == nil {
		if free := s.free(); 2*free >= s.seats || late && free > 0 {
			return nil
		}
		select {
		case <-s.freed:
		case <-timer.C:
			late = true
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// round wakes what is due, claims letters for the free seats and sets out with
// them. It returns how many, and after how long to look again if none.
func (s *shift) round(ctx context.Context) (n int, wait time.Duration, err error) {
	if wait, err = s.wake(ctx); err != nil {
		return 0, 0, err
	}
	n, err = s.claim(ctx)
	return n, wait, err
}

// wake makes held letters claimable at their moment and returns how long to
// wait for the next.
func (s *shift) wake(ctx context.Context) (time.Duration, error) {
	now := s.c.o.Now()
	if !now.Before(s.trust) {
		if err := s.look(ctx, now); err != nil {
			return 0, fmt.Errorf("held letters: %w", err)
		}
	}
	wait := lookAgain(s.looked, now, s.next, s.held, s.c.o.Poll)
	s.looked = now
	return wait, nil
}

// look asks the outbox what is held, for that costs less than to wake nobody,
// and trusts the answer for as long as it can only have changed by another
// process, which sees to its own letters.
func (s *shift) look(ctx context.Context, now time.Time) error {
	next, ok, err := s.c.outbox.NextHeld(ctx)
	if err == nil && ok && !next.After(now) {
		if _, err = s.c.outbox.Wake(ctx, now); err == nil {
			next, ok, err = s.c.outbox.NextHeld(ctx)
		}
	}
	if err != nil {
		return err
	}
	s.next, s.held, s.trust = next, ok, now.Add(2*s.c.o.Poll)
	if ok && next.Before(s.trust) {
		s.trust = next
	}
	return nil
}

// lookAgain is how long to wait for next, at most poll. A clock that stands
// where it was at the last look is not worth watching closely.
func lookAgain(last, now, next time.Time, ok bool, poll time.Duration) time.Duration {
	if !ok || now.Equal(last) || !next.After(now) {
		return poll
	}
	return min(poll, max(next.Sub(now), time.Millisecond))
}

func (s *shift) claim(ctx context.Context) (int, error) {
	c := s.c
	c.tally.enter(1)
	defer c.tally.leave(1)
	// Detached: a claim given up halfway would keep its letters from everybody
	// until the lease ends.
	far := context.WithoutCancel(ctx)
	short, cancel := context.WithTimeout(far, c.o.LeaseFor/6)
	defer cancel()
	at := c.o.Lease()
	letters, err := c.outbox.Claim(short, c.o.NewToken(), min(s.free(), c.o.Senders), c.o.LeaseFor)
	if err != nil {
		return 0, fmt.Errorf("claim: %w", err)
	}
	groups := c.grouped(letters)
	c.tally.enter(len(groups))
	s.mu.Lock()
	s.open += len(groups)
	s.mu.Unlock()
	for _, g := range groups {
		s.carriers.Go(func() { s.results <- c.carry(far, g, at) })
	}
	return len(letters), nil
}

// grouped puts letters of one fold and lane together, and each other letter
// alone. Letters that were perhaps taken long ago must not be said with others.
func (c *Courier) grouped(letters []bot.Letter) [][]bot.Letter {
	type bundle struct {
		fold, lane string
		stale      bool
	}
	var groups [][]bot.Letter
	place := map[bundle]int{}
	for _, l := range letters {
		key := bundle{l.Fold, l.To.Lane(), c.stale(l)}
		i, known := place[key]
		if l.Fold != "" && known {
			groups[i] = append(groups[i], l)
			continue
		}
		place[key] = len(groups)
		groups = append(groups, []bot.Letter{l})
	}
	return groups
}
