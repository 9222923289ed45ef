package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A tx is one transaction. After an error that ended the transaction behind
// our back, every further statement would be a transaction of its own: spoiled
// keeps them from running, whatever the caller makes of the error.
type tx struct {
	ctx     context.Context
	store   *Store
	db      *gorm.DB
	depth   int // of savepoints
	spoiled error
	people  map[int64]involved // of the tasks loaded in this turn
}

var _ bot.Tx = (*tx)(nil)

func newTx(ctx context.Context, s *Store, db *gorm.DB) *tx {
	return &tx{ctx: ctx, store: s, db: db, people: map[int64]involved{}}
}

// exec runs a statement and returns how many rows it matched.
func (t *tx) exec(sql string, args ...any) (int64, error) {
	if t.spoiled != nil {
		return 0, t.spoiled
	}
	r := t.db.Exec(sql, args...)
	return r.RowsAffected, t.see(r.Error)
}

// insert runs an INSERT and returns the id that the row got. The statement's
// arguments are plain values.
func (t *tx) insert(sql string, args ...any) (int64, error) {
	if t.spoiled != nil {
		return 0, t.spoiled
	}
	r, err := t.db.Statement.ConnPool.ExecContext(t.ctx, sql, args...)
	if err != nil {
		if translator, ok := t.db.Dialector.(gorm.ErrorTranslator); ok {
			err = translator.Translate(err)
		}
		return 0, t.see(err)
	}
	return r.LastInsertId()
}

// find reads rows into a slice, or one into a struct or a value, and returns
// how many there were.
func (t *tx) find(into any, sql string, args ...any) (int64, error) {
	if t.spoiled != nil {
		return 0, t.spoiled
	}
	r := t.db.Raw(sql, args...).Scan(into)
	return r.RowsAffected, t.see(r.Error)
}

// one is find for what must be there.
func (t *tx) one(into any, sql string, args ...any) error {
	n, err := t.find(into, sql, args...)
	if err == nil && n == 0 {
		return meeting.ErrNotFound
	}
	return err
}

func (t *tx) see(err error) error {
	if err != nil && !duplicate(err) && t.store.spoils(err) {
		t.spoiled = err
	}
	return err
}

func duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

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
	if _, undo := t.exec("ROLLBACK TO SAVEPOINT " + name); undo != nil {
		return errors.Join(err, undo)
	}
	return err
}

// An eventRow is a delivery that had its effect.
type eventRow struct {
	EventID string `gorm:"primaryKey"`
	At      int64  `gorm:"index:ix_event_at"`
}

// TableName implements gorm's Tabler.
func (eventRow) TableName() string { return "processed_events" }

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

// A serialRow is the last number drawn of a scope.
type serialRow struct {
	Scope string `gorm:"primaryKey"`
	Last  int
}

// TableName implements gorm's Tabler.
func (serialRow) TableName() string { return "serials" }

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

// plain is a key as columns of plain ASCII keep it: itself, or a hash of what
// is too long or of other signs. Spaces at the end would be ignored by MySQL.
func plain(key string, longest int) string {
	odd := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(key) <= longest && !strings.ContainsFunc(key, odd) {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "#" + hex.EncodeToString(sum[:])
}

// encode is a value as JSON text. MySQL refuses bytes in JSON columns.
func encode(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// mapped is fn of each; nil stays nil.
func mapped[A, B any](in []A, fn func(A) B) []B {
	if in == nil {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = fn(a)
	}
	return out
}
