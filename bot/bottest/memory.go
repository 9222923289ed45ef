// Package bottest is what tests of bot, of its commands and of its adapters
// stand on: a store in memory, a chat platform that remembers what was said, a
// runner of transcripts, and the exams that every real store and platform has
// to pass as well. Its fakes behave: they copy, roll back, refuse and merge as
// the real ones do. It knows no command, no database and no chat service.
package bottest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A Memory is a bot.Store in memory. Make one with NewMemory; it is safe for
// concurrent use. Turns run one after the other; views see the last committed
// state and never wait. Instants are kept to the millisecond and come back in
// UTC, so that whoever shows them has to say in which zone.
type Memory struct {
	vault

	turn  sync.Mutex // held by the one turn that runs
	state atomic.Pointer[state]
	lease func() time.Time
}

var _ bot.Store = (*Memory)(nil)

// NewMemory returns an empty store whose leases run on the given clock.
func NewMemory(lease func() time.Time) *Memory {
	m := &Memory{lease: lease}
	m.state.Store(&state{})
	return m
}

// Do implements bot.Store.
func (m *Memory) Do(ctx context.Context, fn func(bot.Tx) error) error {
	return m.write(ctx, func(tx *memoryTx) error { return fn(tx) })
}

// View implements bot.Store; writes are refused.
func (m *Memory) View(ctx context.Context, fn func(bot.Tx) error) error {
	return m.read(ctx, func(tx *memoryTx) error { return fn(tx) })
}

func (m *Memory) write(ctx context.Context, fn func(*memoryTx) error) error {
	m.turn.Lock()
	defer m.turn.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	tx := &memoryTx{state: m.state.Load().fork(), lease: m.lease}
	if err := fn(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.state.Store(&tx.state)
	return nil
}

func (m *Memory) read(ctx context.Context, fn func(*memoryTx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(&memoryTx{state: m.state.Load().fork(), lease: m.lease, readOnly: true})
}

// errReadOnly refuses writes of a view.
var errReadOnly = errors.New("written in a view")

// A memoryTx is one transaction: its own state, of which each table is copied
// when it is first written.
type memoryTx struct {
	state

	lease    func() time.Time
	readOnly bool
}

// FirstTime implements bot.Turns.
func (tx *memoryTx) FirstTime(event string, now time.Time) (bool, error) {
	if err := tx.writing(); err != nil {
		return false, err
	}
	if _, known := tx.events.rows[event]; known {
		return false, nil
	}
	tx.events.set(event, copied(now))
	return true, nil
}

// Savepoint implements bot.Turns.
func (tx *memoryTx) Savepoint(fn func() error) error {
	before := tx.state
	tx.state = before.fork()
	if err := fn(); err != nil {
		tx.state = before
		return err
	}
	return nil
}

// forgetBatch is how many event keys go at a time.
const forgetBatch = 500

// ForgetEvents implements bot.Turns.
func (tx *memoryTx) ForgetEvents(before time.Time) (int, error) {
	if err := tx.writing(); err != nil {
		return 0, err
	}
	n := 0
	for event, at := range tx.events.rows {
		if n < forgetBatch && at.Before(before) {
			tx.events.del(event)
			n++
		}
	}
	return n, nil
}

// OpenDraft implements bot.Drafts.
func (tx *memoryTx) OpenDraft(chat bot.ChatID, who meeting.PersonID) (*bot.Draft, error) {
	var open *bot.Draft
	for _, d := range tx.drafts.rows {
		if d.Chat == chat && d.Person == who && d.Ended == "" && (open == nil || open.ID < d.ID) {
			open = d
		}
	}
	if open == nil {
		return nil, fmt.Errorf("open draft of person %d in %q: %w", who, chat, meeting.ErrNotFound)
	}
	return copied(open), nil
}

// Draft implements bot.Drafts.
func (tx *memoryTx) Draft(id int64) (*bot.Draft, error) {
	d, ok := tx.drafts.rows[id]
	if !ok {
		return nil, fmt.Errorf("draft %d: %w", id, meeting.ErrNotFound)
	}
	return copied(d), nil
}

// SaveDraft implements bot.Drafts.
func (tx *memoryTx) SaveDraft(d *bot.Draft) error {
	if err := tx.writing(); err != nil {
		return err
	}
	if d.ID != 0 {
		if was, ok := tx.drafts.rows[d.ID]; !ok || was.Version != d.Version {
			return fmt.Errorf("draft %d, version %d: %w", d.ID, d.Version, bot.ErrConflict)
		}
	} else {
		tx.last.draft++
		d.ID, d.Version = tx.last.draft, 0
	}
	d.Version++
	tx.drafts.set(d.ID, copied(d))
	return nil
}

func (tx *memoryTx) writing() error {
	if tx.readOnly {
		return errReadOnly
	}
	return nil
}

// leaseNow is the lease clock in the precision that stores keep.
func (tx *memoryTx) leaseNow() time.Time { return tx.lease().Truncate(time.Millisecond).UTC() }
