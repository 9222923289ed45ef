package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiban/bot"
)

// selectDue is answered from the index alone. The state is a literal, so that
// SQLite sees that its partial index fits.
const selectDue = "SELECT id FROM outbox WHERE state = 0 AND next_at <= ? ORDER BY next_at, id LIMIT ?"

// Claim implements bot.Outbox: candidates are read without locks, then taken by
// a compare-and-swap on their keys, then what carries the token is ours. If
// another process took them all, a second look starts at a place of the queue
// that the token decides, so that claimers do not race for the same rows again.
func (s *Store) Claim(ctx context.Context, token string, n int, lease time.Duration) ([]bot.Letter, error) {
	if token == "" || n <= 0 {
		return nil, fmt.Errorf("claim of %d letters by %q: nothing to claim by", n, token)
	}
	var mine []bot.Letter
	err := s.retry(ctx, func() error {
		for _, window := range []int{n, 8 * n} {
			ids, err := s.due(ctx, token, n, window)
			if err != nil || len(ids) == 0 {
				return err
			}
			if mine, err = s.lease(ctx, ids, token, lease); err != nil || len(mine) > 0 {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim of %d letters: %w", n, err)
	}
	return mine, nil
}

// due returns up to n letters of a window that may be claimed.
func (s *Store) due(ctx context.Context, token string, n, window int) ([]int64, error) {
	var found []int64
	if err := s.read.WithContext(ctx).Raw(selectDue, s.leaseNow(), window).Scan(&found).Error; err != nil {
		return nil, err
	}
	if window > n && len(found) > n {
		start := int(mix(token)) % len(found)
		found = slices.Concat(found[start:], found[:start])
	}
	return found[:min(n, len(found))], nil
}

const takeLease = `UPDATE outbox SET lease_token = ?, next_at = ? + ?, after_id = 0, attempts = attempts + 1,
	first_try_at = CASE WHEN first_try_at = 0 THEN ? ELSE first_try_at END `

// lease takes what nobody holds, then what belongs to the folds of that: whoever
// holds the first of a fold may take the rest, parked behind it or not. It
// returns what the token holds then.
func (s *Store) lease(ctx context.Context, ids []int64, token string, lease time.Duration) ([]bot.Letter, error) {
	db, now := s.write.WithContext(ctx), s.leaseNow()
	take := func(where string, args ...any) error {
		return db.Exec(takeLease+where, append([]any{token, now, lease.Milliseconds(), now}, args...)...).Error
	}
	if err := take("WHERE id IN ? AND state = 0 AND next_at <= ?", ids, now); err != nil {
		return nil, err
	}
	var rows []outboxRow
	if err := db.Raw("SELECT "+letterColumns+" FROM outbox WHERE id IN ? AND state = 0 AND lease_token = ?", ids, token).Scan(&rows).Error; err != nil {
		return nil, err
	}
	var folds []string
	for _, r := range rows {
		if r.Fold != "" && !slices.Contains(folds, r.Fold) {
			folds = append(folds, r.Fold)
		}
	}
	if len(folds) > 0 {
		if err := take("WHERE fold <> '' AND fold IN ? AND state = 0 AND lease_token = ''", folds); err != nil {
			return nil, err
		}
		rows = nil
		err := db.Raw("SELECT "+letterColumns+" FROM outbox WHERE (id IN ? OR fold <> '' AND fold IN ?) AND state = 0 AND lease_token = ? ORDER BY id", ids, folds, token).
			Scan(&rows).Error
		if err != nil {
			return nil, err
		}
	}
	place := func(r outboxRow) int {
		if i := slices.Index(ids, r.ID); i >= 0 {
			return i
		}
		return len(ids)
	}
	slices.SortStableFunc(rows, func(a, b outboxRow) int { return place(a) - place(b) })
	return toLetters(rows)
}

// Holds implements bot.Outbox.
func (s *Store) Holds(ctx context.Context, id int64, token string) (bool, error) {
	if token == "" {
		return false, nil
	}
	var n int64
	err := s.retry(ctx, func() error {
		return s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM outbox WHERE id = ? AND state = 0 AND lease_token = ?", id, token).Scan(&n).Error
	})
	if err != nil {
		return false, fmt.Errorf("letter %d: %w", id, err)
	}
	return n > 0, nil
}

// batch is how many rows the courier's own turns change at a time.
const batch = 200

// Wake implements bot.Outbox.
func (s *Store) Wake(ctx context.Context, business time.Time) (int, error) {
	sum := 0
	for {
		var found, woken int
		err := s.inTurn(ctx, func(t *tx) (err error) {
			found, woken, err = t.wake(business)
			return err
		})
		if err != nil {
			return sum, fmt.Errorf("held letters due by %v: %w", business, err)
		}
		sum += woken
		if found < batch {
			return sum, nil
		}
	}
}

func (t *tx) wake(business time.Time) (found, woken int, err error) {
	var due []tail
	_, err = t.find(&due, "SELECT id, lane, place FROM outbox WHERE state = 1 AND next_at <= ? ORDER BY next_at, id LIMIT ?", ms(business), batch)
	if err != nil {
		return 0, 0, err
	}
	tails, err := t.tails(mapped(due, func(l tail) string { return l.Lane }))
	if err != nil {
		return 0, 0, err
	}
	for _, l := range due {
		last := tails[l.Lane]
		l.Place = last.Place + 1
		next, args := t.soon(last.ID)
		args = append(slices.Clone(args), l.Place, last.ID, l.ID)
		n, err := t.exec("UPDATE outbox SET state = 0, next_at = "+next+", place = ?, after_id = ? WHERE id = ? AND state = 1", args...)
		if err != nil {
			return 0, 0, fmt.Errorf("letter %d: %w", l.ID, err)
		}
		if n > 0 {
			tails[l.Lane] = l
			woken++
		}
	}
	return len(due), woken, nil
}

// Sweep implements bot.Outbox.
func (s *Store) Sweep(ctx context.Context, limit time.Duration) (int, error) {
	sum := 0
	for {
		var far []int64
		var n int64
		err := s.inTurn(ctx, func(t *tx) error {
			now := s.leaseNow()
			_, err := t.find(&far, "SELECT id FROM outbox WHERE state = 0 AND next_at > ? + ? ORDER BY next_at DESC LIMIT ?", now, limit.Milliseconds(), batch)
			if err != nil || len(far) == 0 {
				return err
			}
			n, err = t.exec("UPDATE outbox SET next_at = ?, lease_token = '', after_id = 0 WHERE id IN ? AND state = 0 AND next_at > ? + ?",
				now, far, now, limit.Milliseconds())
			return err
		})
		if err != nil {
			return sum, fmt.Errorf("letters that wait longer than %v: %w", limit, err)
		}
		sum += int(n)
		if len(far) < batch {
			return sum, nil
		}
	}
}

// NextHeld implements bot.Outbox.
func (s *Store) NextHeld(ctx context.Context) (time.Time, bool, error) {
	var next []int64
	err := s.retry(ctx, func() error {
		return s.read.WithContext(ctx).Raw("SELECT next_at FROM outbox WHERE state = 1 ORDER BY next_at LIMIT 1").Scan(&next).Error
	})
	if err != nil {
		return time.Time{}, false, fmt.Errorf("next held letter: %w", err)
	}
	if len(next) == 0 {
		return time.Time{}, false, nil
	}
	return at(next[0]), true, nil
}

// Waiting returns for how long the letter that waits longest could have been
// claimed, on the lease clock; 0 if there is none. What waits for another try,
// for its lane or for the morning does not count, so with a courier at work it
// is a matter of seconds.
func (s *Store) Waiting(ctx context.Context) (time.Duration, error) {
	now := s.leaseNow()
	var waits []int64
	err := s.retry(ctx, func() error {
		return s.read.WithContext(ctx).Raw("SELECT ? - next_at FROM outbox WHERE state = 0 AND next_at <= ? ORDER BY next_at LIMIT 1", now, now).Scan(&waits).Error
	})
	if err != nil {
		return 0, fmt.Errorf("letter that waits longest: %w", err)
	}
	if len(waits) == 0 {
		return 0, nil
	}
	return time.Duration(waits[0]) * time.Millisecond, nil
}
