package storage

import (
	"errors"
	"fmt"
	"time"

	"huiban/bot"
)

// Savepoint implements bot.Turns.
func (t *tx) Savepoint(fn func() error) error {
	t.depth++
	defer func() { t.depth-- }()
	name := fmt.Sprintf("s%d", t.depth)
	if _, err := t.exec("SAVEPOINT " + name); err != nil {
		return err
	}
	err := fn()
	if err == nil || t.spoiled != nil {
		return err
	}
	clear(t.people)
	t.aliases = nil
	if _, undo := t.exec("ROLLBACK TO SAVEPOINT " + name); undo != nil {
		return errors.Join(err, undo)
	}
	return err
}

// FirstTime implements bot.Turns.
func (t *tx) FirstTime(event string, now time.Time) (bool, error) {
	_, err := t.exec("INSERT INTO processed_events (event_id, at) VALUES (?, ?)", plain(event, 128), ms(now))
	if duplicate(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("event %s: %w", event, err)
	}
	return true, nil
}

// forgetBatch is how many event keys go at a time: large transactions are slow
// to replicate.
const forgetBatch = 500

// ForgetEvents implements bot.Turns.
func (t *tx) ForgetEvents(before time.Time) (int, error) {
	var old []string
	_, err := t.find(&old, "SELECT event_id FROM processed_events WHERE at < ? ORDER BY at LIMIT ?", ms(before), forgetBatch)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	n, err := t.exec("DELETE FROM processed_events WHERE event_id IN ? AND at < ?", old, ms(before))
	return int(n), err
}

// Serial implements meeting.Serials. The row stays locked until the turn ends,
// so a number that a turn gives back is the next one's.
func (t *tx) Serial(scope string) (int, error) {
	for range 2 {
		n, err := t.exec("UPDATE serials SET last = last + 1 WHERE scope = ?", scope)
		if err != nil {
			return 0, fmt.Errorf("serial of %s: %w", scope, err)
		}
		if n > 0 {
			var last int
			err := t.one(&last, "SELECT last FROM serials WHERE scope = ?", scope)
			return last, err
		}
		_, err = t.exec("INSERT INTO serials (scope, last) VALUES (?, 1)", scope)
		if !duplicate(err) {
			return 1, err
		}
	}
	return 0, fmt.Errorf("serial of %s: %w", scope, bot.ErrConflict)
}
