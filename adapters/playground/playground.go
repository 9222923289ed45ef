// Package playground is a chat service of its own: people, chats and messages
// that live in this process, and a page in the browser to play them from. It is
// for trying the bot without an account anywhere; engine, store and courier
// behind it are the real ones. It knows no rule and no command, has no login,
// and refuses to be reached from another machine.
package playground

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"huiban/bot"
	"huiban/bot/paper"
)

// name is the prefix of every account and chat that is minted here.
const name = "playground"

// everyone is the weight of a deed that nothing may happen beside.
const everyone = 1 << 20

// Options are what a Platform stands on. Vault and Now are required.
type Options struct {
	Dir   string           // where playground.jsonl lies; empty keeps nothing
	Vault bot.Vault        // where uploads go
	Now   func() time.Time // the business clock
	Log   *slog.Logger     // nil discards

	// Paper writes the document of a subject for who reads it; a Refusal says why
	// they may not. Nil means that there are none.
	Paper func(ctx context.Context, who bot.Account, kind string, id int64) (paper.Doc, error)
}

// A Platform is the chat service. It implements bot.Platform, bot.Able,
// bot.Roster, bot.Directory and bot.Showcase and is safe for concurrent use.
type Platform struct {
	o      Options
	record *record
	deeds  deeds
	gate   *semaphore.Weighted // shared by deeds, alone for the clock and for beginning anew

	door     sync.RWMutex // held for reading while something is handed in
	in       bot.Inbox
	opened   chan struct{} // closed when in is there
	patience time.Duration // how long a request waits for the inbox

	closing chan struct{}
	close   sync.Once
}

// New returns the platform with all that it remembers from Dir.
func New(o Options) (*Platform, error) {
	if o.Vault == nil || o.Now == nil {
		return nil, errors.New("playground: Vault and Now are required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r, err := openRecord(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("playground: %w", err)
	}
	return &Platform{
		o: o, record: r, gate: semaphore.NewWeighted(everyone),
		opened: make(chan struct{}), patience: 3 * time.Second, closing: make(chan struct{}),
	}, nil
}

// Name implements bot.Platform.
func (p *Platform) Name() string { return name }

// AnswersAll implements bot.Showcase: there is one card, whoever looks at it.
func (p *Platform) AnswersAll() bool { return true }

// Abilities implements bot.Able; POST /api/faults switches them.
func (p *Platform) Abilities() bot.Abilities {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	return p.record.abilities
}

// Run implements bot.Platform: it tells in of all people, then hands in what
// they say and tap until ctx is done, and returns when the last delivery did.
func (p *Platform) Run(ctx context.Context, in bot.Inbox) error {
	if err := p.open(ctx, in); err != nil {
		return err
	}
	<-ctx.Done()
	p.door.Lock()
	defer p.door.Unlock()
	p.in, p.opened = nil, make(chan struct{})
	return nil
}

// Wipe forgets everything: people, groups, messages, faults. For World.Reset,
// between two Runs.
func (p *Platform) Wipe() error {
	p.deeds.forget()
	return p.record.wipe()
}

// Hasten runs fn, in which nobody else may speak, and waits for the disk once
// instead of at every message: for what can be made again, like a sample.
func (p *Platform) Hasten(fn func() error) error { return p.record.journal.hasten(fn) }

// Close ends the event streams and closes the journal.
func (p *Platform) Close() error {
	p.hangUp()
	return p.record.close()
}

// open announces everybody and then lets deliveries through; somebody who is
// added meanwhile is announced before, too.
func (p *Platform) open(ctx context.Context, in bot.Inbox) error {
	announced := map[string]int{}
	for {
		p.door.Lock()
		list := p.record.changed(announced)
		if len(list) == 0 {
			defer p.door.Unlock()
			if p.in != nil {
				return errors.New("playground: is running already")
			}
			p.in = in
			close(p.opened)
			return nil
		}
		p.door.Unlock()
		for _, h := range list {
			if err := in.Happened(ctx, h.Happening); err != nil {
				return fmt.Errorf("playground: announcing %s: %w", h.person, err)
			}
			announced[h.person] = h.change
		}
	}
}

// deliver calls fn with the inbox, for which it waits a moment.
func (p *Platform) deliver(ctx context.Context, fn func(bot.Inbox) error) error {
	timer := time.NewTimer(p.patience)
	defer timer.Stop()
	for {
		in, opened := p.inbox()
		if in != nil {
			defer p.door.RUnlock()
			return fn(in)
		}
		select {
		case <-opened:
		case <-timer.C:
			return &Refused{Status: 503, Say: "会办还在启动，请过几秒再试。"}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// inbox returns the inbox with the door held open, or what to wait for.
func (p *Platform) inbox() (bot.Inbox, <-chan struct{}) {
	p.door.RLock()
	if p.in != nil {
		return p.in, nil
	}
	defer p.door.RUnlock()
	return nil, p.opened
}

// hangUp ends the event streams, which would go on for ever.
func (p *Platform) hangUp() { p.close.Do(func() { close(p.closing) }) }
