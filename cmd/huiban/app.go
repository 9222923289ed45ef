package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"huiban/bot"
	"huiban/bot/command"
	"huiban/bot/workday"
	"huiban/scheduler"
)

// Parts are what one running huiban is put together from. Watch may be nil.
type Parts struct {
	Store     bot.Store
	Platforms []bot.Platform
	Calendar  workday.Calendar
	Now       func() time.Time // the business clock
	Standing  bool             // the clock stands still until somebody moves it
	Log       *slog.Logger
	Watch     func(bot.HeldBack)
}

// An App is one running huiban: the engine on its store, the courier that sends
// what it decides, and the clock that makes it speak. Tests can start it too.
type App struct {
	Engine  *bot.Engine
	Courier *scheduler.Courier
	Clock   *scheduler.Clock
	parts   Parts
}

// New wires an App; nothing runs before Run.
func New(p Parts) (*App, error) {
	a := &App{parts: p}
	a.Engine = bot.New(p.Store, bot.Options{
		Commands: command.All(), Faces: command.Faces(), Jobs: command.Jobs(p.Calendar.Hours()), Papers: command.Papers(), Words: command.Words(),
		Platforms: p.Platforms, Calendar: p.Calendar, Now: p.Now, Random: unforeseen, Log: p.Log, Watch: p.Watch,
		Poke: func() { a.Courier.Poke() },
	})
	a.Courier = scheduler.NewCourier(p.Store, a.Engine, p.Platforms, scheduler.CourierOptions{
		Now: p.Now, Lease: time.Now, NewToken: uuid.NewString, Jitter: jitter, Log: p.Log,
	})
	clock, err := scheduler.NewClock(a.Engine, p.Store, a.Courier, scheduler.ClockOptions{Now: p.Now, Log: p.Log})
	if err != nil {
		return nil, fmt.Errorf("时刻表：%w", err)
	}
	a.Clock = clock
	return a, nil
}

// drainLimit is how long a stop waits for what was received to be finished and
// answered; sending what is on its way then takes up to a try's time.
const drainLimit = 2500 * time.Millisecond

// Run receives, decides, sends and reminds until ctx is done; then it finishes
// what is on its way: first what was received, then what is to be sent.
func (a *App) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	sending, halt := context.WithCancel(context.WithoutCancel(ctx))
	var receiving sync.WaitGroup
	for _, p := range a.parts.Platforms {
		receiving.Add(1)
		g.Go(func() error {
			defer receiving.Done()
			if err := p.Run(ctx, a.Engine); err != nil {
				return fmt.Errorf("%s: %w", p.Name(), err)
			}
			return nil
		})
	}
	if !a.parts.Standing {
		g.Go(func() error { return a.Clock.Run(ctx) })
	}
	g.Go(func() error { return a.Courier.Run(sending) })
	g.Go(func() error {
		defer halt()
		<-ctx.Done()
		limit, cancel := context.WithTimeout(sending, drainLimit)
		defer cancel()
		heard := make(chan struct{})
		go func() { receiving.Wait(); close(heard) }()
		select {
		case <-heard:
			_ = a.Courier.Drain(limit) // what is left goes out after the next start
		case <-limit.Done():
		}
		return nil
	})
	return g.Wait()
}

// unforeseen returns a number in [0, n) that nobody can foretell, for codes.
func unforeseen(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand ends the program itself before it gives an error
	}
	return int(v.Int64())
}

// jitter returns a random number in [0, n), so that those who wait for the same
// thing do not come back at the same moment.
func jitter(n int64) int64 {
	if n <= 0 {
		return 0
	}
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return n / 2
	}
	return int64(binary.BigEndian.Uint64(b[:]) % uint64(n)) //nolint:gosec // smaller than n, which is an int64
}
