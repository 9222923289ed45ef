// Package storage keeps what the engine commits in SQLite or in MySQL (MariaDB,
// TiDB), through one code path: it implements bot.Store. It refuses to know the
// rules of the method, chat platforms, the business clock and settings; what it
// must not get wrong (a closed task stays closed, a key is said once, a lease
// has one holder) stands in the WHERE of its statements and in unique keys.
//
// Instants are BIGINT milliseconds in UTC, a zero time is 0; they come back in
// UTC. Leases run on the lease clock: the server's own on MySQL, Options.Lease
// on SQLite.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"

	"huiban/bot"
)

// Options are what a store may be told. Log may be nil.
type Options struct {
	Log *slog.Logger
	// Lease is the lease clock of SQLite, which refuses to open without it. On
	// MySQL it is only compared with the server's clock; nil leaves that out.
	Lease func() time.Time
	// FilesLimit is the sum of the bytes of all files; 0 means no limit.
	FilesLimit int64
	// Jitter returns a number of [0, n) and spreads retries; nil derives one.
	Jitter func(n int64) int64
}

// A Store is a database that turns run in. Open one with OpenSQLite or
// OpenMySQL, bring its schema up with Migrate, and Close it. It is safe for
// concurrent use.
type Store struct {
	dialect

	o     Options
	write *gorm.DB
	read  *gorm.DB // SQLite: connections of its own, which cannot write
	close []func() error
	waits atomic.Int64
}

var _ bot.Store = (*Store)(nil)

// A dialect is all in which the databases differ.
type dialect struct {
	name     goose.Dialect
	turn     *sql.TxOptions
	view     *sql.TxOptions
	forShare bool                        // rows have locks, and other processes may take them
	leaseNow func() clause.Expr          // the lease clock in ms, within a statement
	again    func(error) bool            // the turn lost a race inside the database and may run again
	spoils   func(error) bool            // the transaction is no more what it was
	unknown  func(error) bool            // after a COMMIT: nobody knows whether it happened
	locker   func() (lock.Locker, error) // of migrations; nil where nobody else can be
	check    func(context.Context, *Store) ([]Finding, error)
}

// errUnknown says that the answer to a COMMIT was lost. The turn runs again
// like after a conflict: its event key, tokens and versions tell whether it had
// its effect.
var errUnknown = fmt.Errorf("outcome of the commit unknown: %w", bot.ErrConflict)

// tries is how often a turn runs that loses races inside the database.
const tries = 10

func newStore(d dialect, o Options) *Store {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{dialect: d, o: o}
	if s.o.Jitter == nil {
		s.o.Jitter = s.derived
	}
	return s
}

// quiet is gorm as we use it: it opens no transactions of its own and logs
// nothing, for its lines would hold what people wrote.
func quiet() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, TranslateError: true, DisableAutomaticPing: true, Logger: logger.Discard}
}

// Close ends all connections and gives the data folder free.
func (s *Store) Close() error {
	var errs []error
	for _, end := range slices.Backward(s.close) {
		errs = append(errs, end())
	}
	s.close = nil
	return errors.Join(errs...)
}

// Do implements bot.Store. fn runs up to 10 times if it loses against others
// inside the database.
func (s *Store) Do(ctx context.Context, fn func(bot.Tx) error) error {
	return s.inTurn(ctx, func(t *tx) error { return fn(t) })
}

// View implements bot.Store. Writes are refused by the database.
func (s *Store) View(ctx context.Context, fn func(bot.Tx) error) error {
	return s.retry(ctx, func() error {
		db := s.read.WithContext(ctx).Begin(s.view)
		if db.Error != nil {
			return db.Error
		}
		defer db.Rollback()
		t := newTx(s, db)
		if err := fn(t); err != nil {
			return err
		}
		return t.spoiled
	})
}

func (s *Store) inTurn(ctx context.Context, fn func(*tx) error) error {
	return s.retry(ctx, func() error { return s.once(ctx, fn) })
}

func (s *Store) once(ctx context.Context, fn func(*tx) error) error {
	db := s.write.WithContext(ctx).Begin(s.turn)
	if db.Error != nil {
		return db.Error
	}
	committed := false
	defer func() {
		if !committed {
			db.Rollback()
		}
	}()
	t := newTx(s, db)
	err := fn(t)
	if t.spoiled != nil {
		return t.spoiled
	}
	if err != nil {
		return err
	}
	committed = true // or gone: after a failed COMMIT there is nothing to roll back
	err = db.Commit().Error
	if err != nil && s.unknown(err) {
		return fmt.Errorf("%w (%w)", errUnknown, err)
	}
	return err
}

// retry runs op again, after a growing wait, while it loses races inside the
// database.
func (s *Store) retry(ctx context.Context, op func() error) error {
	for try := 1; ; try++ {
		err := op()
		if err == nil || try == tries || errors.Is(err, bot.ErrConflict) || !s.again(err) {
			return err
		}
		if !s.pause(ctx, try) {
			return err
		}
	}
}

// pause waits up to 10 ms · 2^try, at most 1 s, and reports whether there is
// still somebody who wants the result.
func (s *Store) pause(ctx context.Context, try int) bool {
	longest := min(time.Second, 10*time.Millisecond<<try)
	timer := time.NewTimer(time.Duration(s.o.Jitter(int64(longest))))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// derived spreads waits without a source of randomness.
func (s *Store) derived(n int64) int64 {
	return mix(strconv.FormatInt(s.waits.Add(1), 10)) % max(n, 1)
}

// mix spreads words over the numbers from 0.
func mix(word string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(word))
	return int64(h.Sum32())
}

// locking is the end of a SELECT that is to lock its rows; without others there
// is nothing to lock them against.
func (s *Store) locking() string {
	if s.forShare {
		return " FOR UPDATE"
	}
	return ""
}

// ms is an instant as it is stored.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is the instant of a stored number.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
