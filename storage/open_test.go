package storage

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"huiban/bot/bottest"
)

// start is where the lease clock of tests begins.
func start() time.Time { return time.Date(2026, 8, 10, 1, 0, 0, 0, time.UTC) }

// databases are what every test of both runs on.
func databases(t *testing.T, run func(t *testing.T, open func(testing.TB) *Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, func(tb testing.TB) *Store {
			tb.Helper()
			return migrated(tb, emptySQLite(tb, filepath.Join(tb.TempDir(), "data"), start))
		})
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		needMySQL(t)
		run(t, func(tb testing.TB) *Store { tb.Helper(); return migrated(tb, emptyMySQL(tb)) })
	})
}

func migrated(tb testing.TB, s *Store) *Store {
	tb.Helper()
	if _, err := s.Migrate(tb.Context()); err != nil {
		tb.Fatalf("migrate: %v", err)
	}
	return s
}

func emptySQLite(tb testing.TB, dir string, lease func() time.Time) *Store {
	tb.Helper()
	s, err := OpenSQLite(tb.Context(), dir, Options{Lease: lease})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { shut(tb, s) })
	return s
}

func emptyMySQL(tb testing.TB) *Store {
	tb.Helper()
	return joinMySQL(tb, newDatabase(tb))
}

// joinMySQL opens a database as one more process would.
func joinMySQL(tb testing.TB, dsn string) *Store {
	tb.Helper()
	s, err := OpenMySQL(tb.Context(), dsn, Options{Lease: time.Now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { shut(tb, s) })
	return s
}

func shut(tb testing.TB, s *Store) {
	tb.Helper()
	if err := s.Close(); err != nil {
		tb.Errorf("close: %v", err)
	}
}

const dsnVariable = "HUIBAN_TEST_MYSQL_DSN"

func serverDSN() string { return os.Getenv(dsnVariable) }

func needMySQL(tb testing.TB) {
	tb.Helper()
	if serverDSN() == "" {
		tb.Skip(dsnVariable + " is not set, so nothing was tried on MySQL")
	}
}

var databaseCount atomic.Int64 //nolint:gochecknoglobals // names databases apart within the process

// newDatabase creates a database, to be dropped after the test, and returns
// its DSN.
func newDatabase(tb testing.TB) string {
	tb.Helper()
	needMySQL(tb)
	cfg, err := mysql.ParseDSN(serverDSN())
	if err != nil {
		tb.Fatal(err)
	}
	cfg.DBName = ""
	server, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("huiban_%d_%d", os.Getpid(), databaseCount.Add(1))
	if _, err := server.ExecContext(tb.Context(), "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if _, err := server.ExecContext(context.Background(), "DROP DATABASE "+name); err != nil {
			tb.Errorf("drop %s: %v", name, err)
		}
		if err := server.Close(); err != nil {
			tb.Error(err)
		}
	})
	cfg.DBName = name
	return cfg.FormatDSN()
}

func TestExamOnSQLite(t *testing.T) {
	t.Parallel()
	bottest.ExamStore(t, func(t *testing.T) bottest.Fixture {
		t.Helper()
		clock := bottest.NewClock(start())
		return bottest.Fixture{Store: migrated(t, emptySQLite(t, filepath.Join(t.TempDir(), "data"), clock.Now)), Lease: clock.Move}
	})
}

func TestExamOnMySQL(t *testing.T) {
	t.Parallel()
	needMySQL(t)
	bottest.ExamStore(t, func(t *testing.T) bottest.Fixture {
		t.Helper()
		return bottest.Fixture{Store: migrated(t, emptyMySQL(t))}
	})
}

// raw runs a statement past all that the store would refuse.
func raw(tb testing.TB, s *Store, statement string, args ...any) error {
	tb.Helper()
	return s.write.WithContext(tb.Context()).Exec(statement, args...).Error
}

// list reads one column.
func list[V any](tb testing.TB, s *Store, query string, args ...any) []V {
	tb.Helper()
	var out []V
	if err := s.write.WithContext(tb.Context()).Raw(query, args...).Scan(&out).Error; err != nil {
		tb.Fatalf("%s: %v", strings.Fields(query), err)
	}
	return out
}
