package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3/driver"
)

// BackupSQLite copies dir/huiban.db, with all that people wrote and sent, into
// the new file to, readable by its owner only. The bot may be at work on the
// folder meanwhile, in this process or another: it reads one state of the data
// and keeps nobody from writing. The copy is checked and on the disk when it
// returns; after an error there is none.
//
// The error is fs.ErrExist if to exists, fs.ErrNotExist if there is no data.
func BackupSQLite(ctx context.Context, dir, to string) error {
	from := filepath.Join(dir, databaseName)
	if _, err := os.Stat(from); err != nil {
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s: %w", to, fs.ErrExist))
	}
	// A copy that was broken off must not look like one, so it gets its name last.
	part := to + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(copyLite(ctx, from, part), f.Sync(), f.Close())
	if err == nil {
		err = checkCopy(ctx, part)
	}
	if err == nil {
		err = give(part, to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// copyLite writes what a database holds at this moment into an empty file.
func copyLite(ctx context.Context, from, into string) (err error) {
	// A connection that may only read would leave its log and lock files behind if
	// nobody else is at work, and the bot could not open those of another user.
	db, err := openOne(from, "rw")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", into); err != nil {
		return fmt.Errorf("copy of %s: %w", from, err)
	}
	return nil
}

// checkCopy reads all of a copy.
func checkCopy(ctx context.Context, path string) (err error) {
	db, err := openOne(path, "ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var says string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&says); err != nil {
		return fmt.Errorf("check of the copy: %w", err)
	}
	if says != "ok" {
		return fmt.Errorf("check of the copy: %s", says)
	}
	return nil
}

// give renames a finished copy to its name, if that is still free.
func give(part, to string) error {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s: %w", to, fs.ErrExist))
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	_ = folder.Sync() // Windows and some network folders cannot
	return folder.Close()
}

// openOne opens one connection to a file that is there.
func openOne(path, mode string) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{"mode": {mode}, "_pragma": {"busy_timeout(5000)"}}.Encode()}
	db, err := driver.Open(u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}
