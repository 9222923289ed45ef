package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrLocked says that another process works on the data folder.
var ErrLocked = errors.New("data folder is in use by another process")

// databaseName is the file in the data folder that holds everything.
const databaseName = "huiban.db"

// readers is how many views run at a time; each connection reserves much
// virtual memory.
const readers = 4

// OpenSQLite opens dir/huiban.db, which it creates if it is not there, and
// keeps dir/lock so that no second process can: else ErrLocked. That proves
// that nobody holds a lease any more, so all are cleared.
func OpenSQLite(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Lease == nil {
		return nil, errors.New("sqlite: no lease clock")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := newStore(lite(o), o)
	if err := s.openLite(ctx, dir); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder %s: %w", dir, err), s.Close())
	}
	return s, nil
}

// OpenSQLiteBeside opens the data in dir to be read only, while the process that
// works on them goes on: what it committed is seen, and every write fails. It
// takes no lock, so it must not outlive what it was asked for.
//
// The error is fs.ErrNotExist if there is no data.
func OpenSQLiteBeside(ctx context.Context, dir string, o Options) (*Store, error) {
	path, err := filepath.Abs(filepath.Join(dir, databaseName))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	s := newStore(lite(o), o)
	if s.read, err = s.pool(ctx, path, 1, "query_only(1)"); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder %s: %w", dir, err), s.Close())
	}
	s.write = s.read
	return s, nil
}

func lite(o Options) dialect {
	return dialect{
		name: goose.DialectSQLite3,
		turn: &sql.TxOptions{},
		view: &sql.TxOptions{ReadOnly: true},
		leaseNow: func() clause.Expr {
			return clause.Expr{SQL: "?", Vars: []any{ms(o.Lease())}}
		},
		again:   func(err error) bool { return errors.Is(err, sqlite3.BUSY) || errors.Is(err, sqlite3.LOCKED) },
		spoils:  spoilsLite,
		unknown: func(error) bool { return false }, // what does not commit rolls back
		check:   checkLite,
	}
}

// spoilsLite tells errors of one statement, after which SQLite goes on with the
// transaction, from those after which it may have rolled it back.
func spoilsLite(err error) bool {
	for _, code := range []sqlite3.ErrorCode{sqlite3.ERROR, sqlite3.CONSTRAINT, sqlite3.TOOBIG, sqlite3.MISMATCH, sqlite3.RANGE, sqlite3.READONLY} {
		if errors.Is(err, code) {
			return false
		}
	}
	return true
}

func (s *Store) openLite(ctx context.Context, dir string) error {
	release, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return err
	}
	s.close = append(s.close, release)
	path := filepath.Join(dir, databaseName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // for its mode: SQLite would let everybody read
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// Without recursive_triggers a REPLACE drops rows past the triggers that guard them.
	if s.write, err = s.pool(ctx, path, 1, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "recursive_triggers(1)"); err != nil {
		return err
	}
	if s.read, err = s.pool(ctx, path, readers, "query_only(1)"); err != nil {
		return err
	}
	return s.clearLeases(ctx)
}

// pool opens connections, at most n, each with the pragmas.
func (s *Store) pool(ctx context.Context, path string, n int, pragmas ...string) (*gorm.DB, error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)"}}
	q["_pragma"] = append(q["_pragma"], pragmas...)
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	db, err := driver.Open(u.String())
	if err != nil {
		return nil, err
	}
	s.close = append(s.close, db.Close)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	if err := db.PingContext(ctx); err != nil {
		return nil, err
	}
	return gorm.Open(gormlite.OpenDB(db), quiet())
}

func (s *Store) clearLeases(ctx context.Context) error {
	db := s.write.WithContext(ctx)
	var there int
	if err := db.Raw("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'outbox'").Scan(&there).Error; err != nil || there == 0 {
		return err
	}
	return db.Exec("UPDATE outbox SET lease_token = '', next_at = ? WHERE state = 0 AND lease_token <> ''", s.leaseNow()).Error
}

// Hasten runs fn without waiting for the disk at each commit: for data that can be
// made again, like a sample. A crash of the machine meanwhile may spoil the file.
// On MySQL it only runs fn.
func (s *Store) Hasten(ctx context.Context, fn func() error) error {
	if s.name != goose.DialectSQLite3 {
		return fn()
	}
	set := func(mode string) error {
		if err := s.write.WithContext(ctx).Exec("PRAGMA synchronous = " + mode).Error; err != nil {
			return fmt.Errorf("synchronous %s: %w", mode, err)
		}
		return nil
	}
	if err := set("OFF"); err != nil {
		return err
	}
	err := fn()
	return errors.Join(err, set("FULL"), s.write.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error)
}
