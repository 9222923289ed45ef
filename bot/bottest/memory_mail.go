package bottest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// parking is how long a letter waits for the one before it in its lane.
const parking = 5 * time.Minute

// life is how long after its moment a post without an end is still said.
const life = 24 * time.Hour

// A letter is a bot.Letter and how the courier stands to it.
type letter struct {
	bot.Letter

	next  time.Time // lease clock: not claimed before
	wakes time.Time // business clock: held until then
	place int64     // counts up as letters come into their lanes
	after int64     // the letter of its lane that it is parked behind; 0 if none
}

// held reports whether somebody's lease on a pending letter still runs.
func (l letter) held(lease time.Time) bool { return l.Token != "" && l.next.After(lease) }

// Enqueue implements bot.Mail.
func (tx *memoryTx) Enqueue(now time.Time, posts ...bot.Post) error {
	if err := tx.writing(); err != nil {
		return err
	}
	now = copied(now)
	for _, p := range posts {
		if p.Key == "" {
			return fmt.Errorf("post to %s: no key", p.To.Lane())
		}
		if _, said := tx.keys.rows[p.Key]; said {
			continue
		}
		tx.last.letter++
		l := letter{Letter: bot.Letter{Post: copied(p), ID: tx.last.letter, UUID: p.SendUUID(), State: bot.Held, DueAt: now}}
		if l.NotBefore.After(now) {
			l.DueAt, l.wakes = l.NotBefore, l.NotBefore
		} else {
			tx.chain(&l)
		}
		if l.Expires.IsZero() {
			l.Expires = l.DueAt.Add(life)
		}
		tx.keys.set(p.Key, l.ID)
		tx.letters.set(l.ID, l)
	}
	return nil
}

// chain makes a letter pending, behind what its lane still waits for.
func (tx *memoryTx) chain(l *letter) {
	l.State, l.next, l.after = bot.Pending, tx.leaseNow(), tx.tail(l.To.Lane())
	tx.last.place++
	l.place = tx.last.place
	if l.after != 0 {
		l.next = l.next.Add(parking)
	}
}

// tail is the letter of a lane that came last into it, 0 if none is pending.
func (tx *memoryTx) tail(lane string) int64 {
	var last letter
	for _, l := range tx.letters.rows {
		if l.State == bot.Pending && l.To.Lane() == lane && l.place > last.place {
			last = l
		}
	}
	return last.ID
}

// Letter implements bot.Mail.
func (tx *memoryTx) Letter(id int64) (bot.Letter, error) {
	l, ok := tx.letters.rows[id]
	if !ok {
		return bot.Letter{}, fmt.Errorf("letter %d: %w", id, meeting.ErrNotFound)
	}
	return copied(l.Letter), nil
}

// Letters implements bot.Mail.
func (tx *memoryTx) Letters(about meeting.Ref, limit int) ([]bot.Letter, error) {
	var out []bot.Letter
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(tx.letters.rows))) {
		l := tx.letters.rows[id]
		of := l.Face.Of
		if of == (meeting.Ref{}) && l.Notice != nil {
			of = l.Notice.Of
		}
		if of == about && len(out) < limit {
			out = append(out, copied(l.Letter))
		}
	}
	return out, nil
}

// Said implements bot.Mail.
func (tx *memoryTx) Said(key string) (bool, error) {
	_, said := tx.keys.rows[key]
	return said, nil
}

// SentTo implements bot.Mail.
func (tx *memoryTx) SentTo(to bot.To, since time.Time) (bool, error) {
	since = copied(since)
	some := tx.some(func(l letter) bool {
		return l.To.Lane() == to.Lane() && (l.State == bot.Pending || l.State == bot.Sent && !l.SentAt.Before(since))
	})
	return len(some) > 0, nil
}

// UnsentTo implements bot.Mail.
func (tx *memoryTx) UnsentTo(to bot.To, limit int) ([]bot.Letter, error) {
	some := tx.some(func(l letter) bool { return l.To.Lane() == to.Lane() && l.State == bot.Unsent })
	slices.SortFunc(some, func(a, b letter) int { return cmp.Compare(b.ID, a.ID) })
	var out []bot.Letter
	for _, l := range some[:min(len(some), limit)] {
		out = append(out, copied(l.Letter))
	}
	return out, nil
}

// Told implements bot.Mail.
func (tx *memoryTx) Told(now time.Time, id int64, needless bool) error {
	if err := tx.writing(); err != nil {
		return err
	}
	l, ok := tx.letters.rows[id]
	if !ok || l.State != bot.Unsent {
		return nil
	}
	l.State, l.SentAt = bot.Sent, copied(now)
	if needless {
		l.State, l.SentAt = bot.Skipped, time.Time{}
	}
	tx.letters.set(id, l)
	return nil
}

// Settle implements bot.Mail.
func (tx *memoryTx) Settle(now time.Time, outcomes ...bot.Outcome) ([]int64, error) {
	if err := tx.writing(); err != nil {
		return nil, err
	}
	var settled []int64
	for _, o := range outcomes {
		l, ok := tx.letters.rows[o.ID]
		if !ok || l.State != bot.Pending || l.Token == "" || l.Token != o.Token {
			continue
		}
		tx.letters.set(o.ID, tx.settle(l, o, copied(now)))
		settled = append(settled, o.ID)
		if o.State != bot.Pending {
			tx.release(o.ID)
		}
	}
	return settled, nil
}

func (tx *memoryTx) settle(l letter, o bot.Outcome, now time.Time) letter {
	l.State, l.Token, l.Note = o.State, "", o.Note
	switch o.State {
	case bot.Sent:
		l.SentAt, l.Message, l.Note = now, o.Message, ""
	case bot.Held:
		l.wakes = copied(o.Until)
		if !o.KeepDue {
			l.DueAt = l.wakes
		}
		l = l.untried()
	case bot.Pending:
		l.next = tx.leaseNow().Add(o.Wait)
		if o.Refused {
			l = l.untried()
		}
	case bot.Dead, bot.Expired, bot.Uncertain, bot.Skipped, bot.Unsent:
	}
	return l
}

// untried takes back the try that a claim counted: nothing left, or the platform
// said for certain that it took nothing.
func (l letter) untried() letter {
	if l.Attempts--; l.Attempts <= 0 {
		l.FirstTry = time.Time{}
	}
	return l
}

// release lets go what is parked behind a letter.
func (tx *memoryTx) release(id int64) {
	for _, l := range tx.letters.rows {
		if l.after != id || l.State != bot.Pending {
			continue
		}
		l.next, l.after = tx.leaseNow(), 0
		tx.letters.set(l.ID, l)
	}
}

// Wake implements bot.Outbox.
func (m *Memory) Wake(ctx context.Context, business time.Time) (int, error) {
	n := 0
	err := m.write(ctx, func(tx *memoryTx) error {
		due := tx.some(func(l letter) bool { return l.State == bot.Held && !l.wakes.After(business) })
		slices.SortFunc(due, func(a, b letter) int { return cmp.Or(a.wakes.Compare(b.wakes), cmp.Compare(a.ID, b.ID)) })
		for _, l := range due {
			tx.chain(&l)
			tx.letters.set(l.ID, l)
		}
		n = len(due)
		return nil
	})
	return n, err
}

// Claim implements bot.Outbox.
func (m *Memory) Claim(ctx context.Context, token string, n int, lease time.Duration) ([]bot.Letter, error) {
	var out []bot.Letter
	err := m.write(ctx, func(tx *memoryTx) error {
		now := tx.leaseNow()
		free := tx.some(func(l letter) bool { return l.State == bot.Pending && !l.next.After(now) })
		mine := free[:min(n, len(free))]
		taken, folds := map[int64]bool{}, map[string]bool{"": true}
		for _, l := range mine {
			taken[l.ID] = true
		}
		for _, l := range mine {
			if folds[l.Fold] {
				continue
			}
			folds[l.Fold] = true
			mine = append(slices.Clip(mine), tx.some(func(k letter) bool {
				return k.State == bot.Pending && k.Fold == l.Fold && !k.held(now) && !taken[k.ID]
			})...)
		}
		for _, l := range mine {
			l.Token, l.next, l.after, l.Attempts = token, now.Add(lease), 0, l.Attempts+1
			if l.FirstTry.IsZero() {
				l.FirstTry = now
			}
			tx.letters.set(l.ID, l)
			out = append(out, copied(l.Letter))
		}
		return nil
	})
	return out, err
}

// some returns the letters that fit, in the order in which they may be claimed.
func (tx *memoryTx) some(fits func(letter) bool) []letter {
	var out []letter
	for _, l := range tx.letters.rows {
		if fits(l) {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b letter) int { return cmp.Or(a.next.Compare(b.next), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Holds implements bot.Outbox.
func (m *Memory) Holds(ctx context.Context, id int64, token string) (bool, error) {
	holds := false
	err := m.read(ctx, func(tx *memoryTx) error {
		l := tx.letters.rows[id]
		holds = l.State == bot.Pending && l.Token == token && token != ""
		return nil
	})
	return holds, err
}

// Sweep implements bot.Outbox.
func (m *Memory) Sweep(ctx context.Context, limit time.Duration) (int, error) {
	n := 0
	err := m.write(ctx, func(tx *memoryTx) error {
		now := tx.leaseNow()
		far := tx.some(func(l letter) bool { return l.State == bot.Pending && l.next.After(now.Add(limit)) })
		for _, l := range far {
			l.Token, l.next, l.after = "", now, 0
			tx.letters.set(l.ID, l)
		}
		n = len(far)
		return nil
	})
	return n, err
}

// NextHeld implements bot.Outbox.
func (m *Memory) NextHeld(ctx context.Context) (time.Time, bool, error) {
	var next time.Time
	err := m.read(ctx, func(tx *memoryTx) error {
		for _, l := range tx.letters.rows {
			if l.State == bot.Held && (next.IsZero() || l.wakes.Before(next)) {
				next = l.wakes
			}
		}
		return nil
	})
	return next, !next.IsZero(), err
}
