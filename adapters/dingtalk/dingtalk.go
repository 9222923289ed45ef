package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"

	"huiban/bot"
)

// A Platform is one app of one organisation. Make one with New; it is safe for
// concurrent use.
type Platform struct {
	o         Options
	client    *client
	directory *directory
	cards     tapper // nil while no cards of ours are about
	waits     waits
	lines     []*line
	links     links
	busy      *work
	order     *arrivals
	corp      corp
	pushes    pushes
	proofs    evidence // that cards of the template are seen
	privacy   evidence // that variables of one person stand before those of all
	pace      pace
	joins     joins
	ladder    ladder
	media     media

	told        hourly // by chat: that the month's pushes are used up
	unpublished hourly

	mu sync.Mutex
	in bot.Inbox
}

var (
	_ bot.Platform  = (*Platform)(nil)
	_ bot.Able      = (*Platform)(nil)
	_ bot.Filer     = (*Platform)(nil)
	_ bot.Keyless   = (*Platform)(nil)
	_ bot.Paced     = (*Platform)(nil)
	_ bot.Thrifty   = (*Platform)(nil)
	_ bot.Responder = (*Platform)(nil)
	_ bot.Metered   = (*Platform)(nil)
	_ bot.Directory = (*Platform)(nil)
	_ bot.Spotter   = (*Platform)(nil)
)

// New returns a platform that can send at once and receives when it runs. It
// returns an error for options that cannot work.
func New(o Options) (*Platform, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("dingtalk: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.RobotCode == "" {
		o.RobotCode = o.ClientID
	}
	if o.Connections == 0 {
		o.Connections = 2
	}
	c := newClient(o)
	p := &Platform{
		o: o, client: c, directory: newDirectory(c, o.Now), waits: usualWaits(), busy: newWork(), order: newArrivals(),
	}
	p.corp.learn(o.Corp)
	for i := range o.Connections {
		p.lines = append(p.lines, &line{p: p, number: i})
	}
	if o.Template != "" {
		p.cards = p
	}
	return p, nil
}

// Name implements bot.Platform.
func (p *Platform) Name() string { return Name }

// Run implements bot.Platform: it receives until ctx is done and returns when what
// was at work is finished and acked.
func (p *Platform) Run(ctx context.Context, in bot.Inbox) error {
	p.mu.Lock()
	p.in = in
	p.mu.Unlock()
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { p.listen(ctx); return nil })
	if p.o.Mode == HTTP {
		all.Go(func() error { return p.serve(ctx) })
	}
	return all.Wait()
}

// Ready returns nil while messages can reach us and answers can leave, else why
// they cannot.
func (p *Platform) Ready() error {
	switch {
	case p.client.exhausted() != nil:
		return errors.New(wordSpent)
	case p.pushes.spent(p.o.Now()):
		return errors.New("本月的钉钉消息推送次数用完了，收到的消息没有内容：请管理员升级或加购，下月 1 日恢复")
	}
	return p.links.get()
}

// belong notes of which organisation the app is, once.
func (p *Platform) belong(corp string) {
	if p.corp.learn(corp) && p.o.OnCorp != nil {
		p.o.OnCorp(corp)
	}
}

func (p *Platform) inbox() bot.Inbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.in
}
