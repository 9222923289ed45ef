// Package feishu brings Feishu and Lark to the engine: events in by a long
// connection or by webhook, cards and texts out, people and groups looked up.
// It rests on the official SDK, guarded against what is known of it
// (docs/dependencies.md), and on the facts of the open platform's documents.
//
// It refuses to know any command, rule or database: what a tap means, who may
// and what is said is decided behind bot.Inbox.
package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"huiban/bot"
)

// Name is the prefix of every account, chat and message that comes from here.
const Name = "feishu"

// cardLife is how long a card is kept up to date. The platform refuses taps and
// changes 14 days after sending.
const cardLife = 13 * 24 * time.Hour

// A Platform is one app of one tenant. Make one with New; it is safe for
// concurrent use.
type Platform struct {
	o         Options
	base      string
	client    *client
	directory *directory
	busy      *busy
	state     *link
	order     *arrivals
	mark      []byte // key of the marks on buttons
	fetching  chan struct{}

	mu   sync.Mutex
	in   bot.Inbox
	self string // our own open_id
}

var (
	_ bot.Platform  = (*Platform)(nil)
	_ bot.Able      = (*Platform)(nil)
	_ bot.Roster    = (*Platform)(nil)
	_ bot.Directory = (*Platform)(nil)
	_ bot.Showcase  = (*Platform)(nil)
	_ bot.Spotter   = (*Platform)(nil)
	_ bot.Mortal    = (*Platform)(nil)
	_ bot.Crowded   = (*Platform)(nil)
	_ bot.Filer     = (*Platform)(nil)
)

// New returns a platform that can send at once and receives when it runs. It
// returns an error for options that cannot work.
func New(o Options) (*Platform, error) {
	if o.Now == nil {
		return nil, errors.New("feishu: no clock")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	base, err := o.base()
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return nil, fmt.Errorf("feishu: %w", err)
	}
	c := newClient(o, base)
	return &Platform{
		o: o, base: base, client: c, directory: newDirectory(c, o.Now), busy: newBusy(mostHandlers),
		order: newArrivals(), mark: o.markKey(), fetching: make(chan struct{}, mostFetching), state: &link{err: errors.New("还没有连上飞书")},
	}, nil
}

// Name implements bot.Platform.
func (p *Platform) Name() string { return Name }

// Abilities implements bot.Able.
func (p *Platform) Abilities() bot.Abilities {
	return bot.Abilities{Forms: true, Edits: true, Mentions: true, GroupFiles: true}
}

// AnswersAll implements bot.Showcase: a JSON 2.0 card is one for all who see it.
func (p *Platform) AnswersAll() bool { return true }

// CardLife implements bot.Mortal.
func (p *Platform) CardLife() time.Duration { return cardLife }

// Crowded implements bot.Crowded: the platform asks to stay off :00 and :30.
func (p *Platform) Crowded() bool { return true }

// SendsFiles implements bot.Filer.
func (p *Platform) SendsFiles() bool { return true }

// Run implements bot.Platform: it receives until ctx is done and returns when
// what was at work is finished and acked.
func (p *Platform) Run(ctx context.Context, in bot.Inbox) error {
	p.mu.Lock()
	p.in = in
	p.mu.Unlock()
	if p.o.Mode == Webhook {
		return p.serve(ctx)
	}
	p.lookForOthers(ctx)
	p.listen(ctx)
	return nil
}

// Ready returns nil while events can reach us, else why they cannot.
func (p *Platform) Ready() error {
	if p.client.exhausted() != nil {
		return errors.New(codeTrouble(codeQuota))
	}
	return p.state.get()
}

// BotInfo is what the platform says of the bot itself.
type BotInfo struct {
	OpenID string `json:"open_id"`
	Name   string `json:"app_name"`
	Status int    `json:"activate_status"` // 2: enabled
}

// Bot asks who we are. It fails with code 230006 or an empty answer where the
// app has no bot.
func (p *Platform) Bot(ctx context.Context) (BotInfo, error) {
	resp, err := p.client.fetch(ctx, request{method: http.MethodGet, path: "/open-apis/bot/v3/info"})
	if err != nil {
		return BotInfo{}, err
	}
	var answer struct {
		Bot BotInfo `json:"bot"`
	}
	if err := json.Unmarshal(resp.RawBody, &answer); err != nil || answer.Bot.OpenID == "" {
		return BotInfo{}, errNoBot
	}
	return answer.Bot, nil
}

// Connections counts the long connections of the app, ours included.
func (p *Platform) Connections(ctx context.Context) (int, error) {
	var answer struct {
		Online int `json:"online_instance_cnt"`
	}
	err := p.client.call(ctx, request{method: http.MethodGet, path: "/open-apis/event/v1/connection"}, &answer)
	return answer.Online, err
}

// lookForOthers warns if somebody else is connected to the app already: each
// event goes to one connection only.
func (p *Platform) lookForOthers(ctx context.Context) {
	n, err := p.Connections(ctx)
	switch {
	case err != nil:
		p.o.Log.DebugContext(ctx, "count of long connections", "error", err)
	case n > 0:
		p.o.Log.WarnContext(ctx, "other processes are connected to this app and take a share of its events", "connections", n)
	}
}

func (p *Platform) inbox() bot.Inbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.in
}

// me is the bot's own open_id, by which it knows that it was mentioned.
func (p *Platform) me(ctx context.Context) (string, error) {
	p.mu.Lock()
	known := p.self
	p.mu.Unlock()
	if known != "" {
		return known, nil
	}
	info, err := p.Bot(ctx)
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.self = info.OpenID
	return p.self, nil
}
