package storage

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"gorm.io/gorm"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A tx is one transaction. After an error that ended the transaction behind
// our back, every further statement would be a transaction of its own: spoiled
// keeps them from running, whatever the caller makes of the error.
type tx struct {
	store   *Store
	db      *gorm.DB
	depth   int // of savepoints
	spoiled error
	people  map[meeting.Ref]involved // of what was loaded in this turn
	aliases meeting.Aliases          // nil until they were read
}

var _ bot.Tx = (*tx)(nil)

func newTx(s *Store, db *gorm.DB) *tx {
	return &tx{store: s, db: db, people: map[meeting.Ref]involved{}}
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
	r, err := t.db.Statement.ConnPool.ExecContext(t.db.Statement.Context, sql, args...)
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

// each calls fn for each row that a query finds.
func (t *tx) each(fn func(*sql.Rows) error, query string, args ...any) error {
	if t.spoiled != nil {
		return t.spoiled
	}
	rows, err := t.db.Statement.ConnPool.QueryContext(t.db.Statement.Context, query, args...)
	if err != nil {
		return t.see(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return t.see(rows.Err())
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
