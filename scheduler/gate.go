package scheduler

import (
	"errors"
	"sync"
	"time"

	"huiban/bot"
)

// patience is how long a letter waits for a platform that is full and from
// which nothing comes back.
const patience = time.Second

// errFull says that a platform is full and slow.
var errFull = errors.New("platform takes nothing more at present")

// A gate is a platform and how many letters may be on their way to it.
type gate struct {
	bot.Platform

	seats chan struct{}
	lease func() time.Time

	mu    sync.Mutex
	moved time.Time // when somebody last went or came back; lease clock
}

func newGate(p bot.Platform, o CourierOptions) *gate {
	return &gate{Platform: p, seats: make(chan struct{}, o.Senders), lease: o.Lease}
}

// enter waits for a seat. A platform that hangs would in time have all of the
// courier waiting for it and nobody carrying letters to the others, so who
// finds it full and nobody coming back goes at once: errFull.
func (g *gate) enter() error {
	select {
	case g.seats <- struct{}{}:
		g.move()
		return nil
	default:
	}
	for {
		wait := patience - g.still()
		if wait <= 0 {
			return errFull
		}
		timer := time.NewTimer(wait)
		select {
		case g.seats <- struct{}{}:
			timer.Stop()
			g.move()
			return nil
		case <-timer.C:
		}
	}
}

// lost reports whether a letter was tried before by somebody who could not say
// how it ended, on a platform that would show it twice (bot.Keyless).
func (g *gate) lost(l bot.Letter, o bot.Out) bool {
	k, ok := g.Platform.(bot.Keyless)
	return ok && l.Edit == 0 && l.Attempts > 1 && k.Keyless(o)
}

func (g *gate) leave() {
	g.move()
	<-g.seats
}

func (g *gate) move() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.moved = g.lease()
}

// still is for how long nobody has moved.
func (g *gate) still() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lease().Sub(g.moved)
}
