package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"huiban/bot"
	"huiban/configs"
	"huiban/storage"
)

// stopLimit is how long a stop may take, short of the 10 s after which the
// first supervisors kill.
// Nothing is lost by a stop that was cut short: what was not acked comes again,
// what was not sent is sent after the next start.
const stopLimit = 9 * time.Second

var errSlowStop = fmt.Errorf("停止时等了 %d 秒还没有收尾，不再等了；没发完的消息在下次启动后发出", int(stopLimit.Seconds()))

// A service is huiban in production, with what its operator needs around it.
type service struct {
	app   *App
	calls *callCounter
	state *health
	port  net.Listener // of state
	store *storage.Store
	log   *slog.Logger
	limit time.Duration // of a stop
}

// newService puts a service together from a store that is open. It opens the
// port for health; if it returns an error, it opened nothing.
func newService(ctx context.Context, cfg configs.Config, store *storage.Store, on []bot.Platform, calls *callCounter, now func() time.Time, log *slog.Logger) (*service, error) {
	app, err := New(Parts{Store: store, Platforms: on, Calendar: calendarOf(cfg), Now: now, Log: log})
	if err != nil {
		return nil, err
	}
	port, err := listenLocally(ctx, cfg.Server.Listen)
	if err != nil {
		return nil, err
	}
	state := &health{log: log, checks: append(checkPlatforms(on), checkStore(store, now, log))}
	return &service{app: app, calls: calls, state: state, port: port, store: store, log: log, limit: stopLimit}, nil
}

// run serves until ctx is done or a part fails, then ends in this order: nothing
// more is received and what was is finished, what is on its way is sent and
// recorded, the calls are counted, the store is closed.
func (s *service) run(ctx context.Context) error {
	s.log.InfoContext(ctx, "huiban serves", "version", version(), "health", s.port.Addr().String())
	g, running := errgroup.WithContext(ctx)
	around, end := context.WithCancel(context.WithoutCancel(ctx)) // what outlasts the app
	g.Go(func() error { defer end(); return s.app.Run(running) })
	g.Go(func() error { return s.calls.run(around) })
	g.Go(func() error { return s.state.run(around, s.port) })
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(g.Wait(), s.store.Close()) }()

	<-running.Done()
	s.state.ending.Store(true)
	s.log.InfoContext(ctx, "huiban stops")
	limit := time.NewTimer(s.limit)
	defer limit.Stop()
	select {
	case err := <-ended:
		return err
	case <-limit.C:
	}
	if why := context.Cause(running); !errors.Is(why, context.Canceled) {
		return errors.Join(why, errSlowStop)
	}
	return errSlowStop
}
