package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"huiban/adapters/playground"
	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/paper"
)

// jumps bounds how many moments without a word 到下一个提醒 passes over.
const jumps = 60

// Now implements playground.World.
func (d *demo) Now() time.Time { return d.clock.Now() }

// Settle implements playground.World.
func (d *demo) Settle(ctx context.Context) error { return d.app.Courier.Drain(ctx) }

// Workday implements playground.World.
func (d *demo) Workday() time.Time {
	cal, now := calendar(), d.clock.Now()
	morning := func(day time.Time) time.Time {
		y, m, dd := day.Date()
		digest := int(cal.Hours().Digest)
		return time.Date(y, m, dd, digest/60, digest%60, 0, 0, day.Location())
	}
	return morning(cal.Add(now, 1))
}

// Advance implements playground.World.
func (d *demo) Advance(ctx context.Context, to time.Time) ([]bot.HeldBack, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.advance(ctx, to)
	return d.takeHeld(), err
}

func (d *demo) advance(ctx context.Context, to time.Time) error {
	return d.app.Clock.Advance(ctx, d.clock.Now(), to, d.clock.Set)
}

// Next implements playground.World.
func (d *demo) Next(ctx context.Context, to string) ([]bot.HeldBack, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	switch to {
	case "":
		err = d.nextOfAll(ctx)
	case "feedback":
		err = d.feedbackOver(ctx)
	default:
		err = d.nextOf(ctx, to)
	}
	return d.takeHeld(), err
}

// feedbackOver goes to the end of the feedback window that ends first (R57).
func (d *demo) feedbackOver(ctx context.Context) error {
	var end time.Time
	err := d.store.View(ctx, func(tx bot.Tx) error {
		open, err := tx.FindMinutes(meeting.MinutesQuery{Open: true})
		for _, x := range open {
			if x.FeedbackUntil.After(d.clock.Now()) && (end.IsZero() || x.FeedbackUntil.Before(end)) {
				end = x.FeedbackUntil
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("feedback windows: %w", err)
	}
	if end.IsZero() {
		return playground.Refused{Status: http.StatusBadRequest, Say: "现在没有在征求意见的纪要。分发以后才有意见截止的时间。"}
	}
	return d.advance(ctx, end)
}

// paper hands documents to the page from the engine of the moment.
func (d *demo) paper(ctx context.Context, who bot.Account, kind string, id int64) (paper.Doc, error) {
	return d.app.Engine.Paper(ctx, who, kind, id)
}

// nextOf goes to the next moment at which a task speaks.
func (d *demo) nextOf(ctx context.Context, number string) error {
	ending, ok := meeting.Ending(number)
	var next time.Time
	err := d.store.View(ctx, func(tx bot.Tx) error {
		if !ok {
			return nil
		}
		found, err := tx.FindTasks(meeting.TaskQuery{Ending: ending, Limit: 1})
		if err != nil || len(found) == 0 {
			return err
		}
		a, _, err := tx.Alarm(found[0].Ref())
		next = a.Next
		return err
	})
	if err != nil {
		return fmt.Errorf("task %s: %w", number, err)
	}
	if next.IsZero() {
		return playground.Refused{Status: http.StatusBadRequest, Say: number + "前面没有提醒了：已经办完，或编号不对。"}
	}
	return d.advance(ctx, next)
}

// nextOfAll goes on until something is said. Most mornings without anything to
// say are passed over on the way.
func (d *demo) nextOfAll(ctx context.Context) error {
	said, err := d.page.Messages("", 0)
	if err != nil {
		return err
	}
	last := int64(0)
	for _, m := range said {
		last = max(last, m.Seq)
	}
	if quiet, err := d.nothingAhead(ctx); err != nil || quiet {
		return errors.Join(err, playground.Refused{Status: http.StatusBadRequest, Say: "前面没有提醒了：没有还在办的待办。"})
	}
	for range jumps {
		next, ok, err := d.app.Clock.Next(ctx, d.clock.Now())
		if err != nil || !ok {
			return err
		}
		if err := d.advance(ctx, next); err != nil {
			return err
		}
		if err := d.Settle(ctx); err != nil {
			return err
		}
		fresh, err := d.page.Messages("", last)
		if err != nil || len(fresh) > 0 {
			return err
		}
	}
	return nil
}

// nothingAhead reports whether nobody and nothing will speak by itself.
func (d *demo) nothingAhead(ctx context.Context) (bool, error) {
	_, alarm, err := d.app.Engine.NextAlarm(ctx)
	if err != nil || alarm {
		return false, err
	}
	_, held, err := d.store.NextHeld(ctx)
	if err != nil || held {
		return false, err
	}
	open := 0
	err = d.store.View(ctx, func(tx bot.Tx) error {
		tasks, err := tx.FindTasks(meeting.TaskQuery{Open: true, Limit: 1})
		open = len(tasks)
		return err
	})
	return open == 0, err
}

// Reset implements playground.World.
func (d *demo) Reset(ctx context.Context, empty bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fresh(ctx, empty)
}

// Guide implements playground.World.
func (d *demo) Guide(ctx context.Context) (*playground.Guide, error) { return d.guide(ctx) }

// AccountOf implements playground.AccountBook.
func (d *demo) AccountOf(ctx context.Context, who meeting.PersonID) (a bot.Account, err error) {
	err = d.store.View(ctx, func(tx bot.Tx) error {
		a, err = tx.AccountOf(who)
		return err
	})
	return a, err
}

// watch collects what was held back since the clock was last moved.
func (d *demo) watch(h bot.HeldBack) {
	d.heldMu.Lock()
	defer d.heldMu.Unlock()
	d.held = append(d.held, h)
}

func (d *demo) takeHeld() []bot.HeldBack {
	d.heldMu.Lock()
	defer d.heldMu.Unlock()
	out := d.held
	d.held = nil
	return out
}

// A vault hands files to the store of the moment: a reset opens another one.
type vault struct {
	mu   sync.RWMutex
	demo *demo
}

// PutFile implements bot.Vault.
func (v *vault) PutFile(ctx context.Context, name string, r io.Reader) (bot.StoredFile, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.demo.store.PutFile(ctx, name, r)
}

// OpenFile implements bot.Vault.
func (v *vault) OpenFile(ctx context.Context, id bot.FileID) (bot.StoredFile, io.ReadCloser, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.demo.store.OpenFile(ctx, id)
}
