package storage

import (
	"context"
	"database/sql"
	"fmt"
	"os"
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
		run(t, func(t testing.TB) *Store { return migrated(t, emptySQLite(t, t.TempDir(), start)) })
	})
	t.Run("mysql", func(t *testing.T) {
		needMySQL(t)
		run(t, func(t testing.TB) *Store { return migrated(t, emptyMySQL(t)) })
	})
}

func migrated(t testing.TB, s *Store) *Store {
	t.Helper()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return s
}

func emptySQLite(t testing.TB, dir string, lease func() time.Time) *Store {
	t.Helper()
	s, err := OpenSQLite(t.Context(), dir, Options{Lease: lease})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, s) })
	return s
}

func emptyMySQL(t testing.TB) *Store {
	t.Helper()
	return joinMySQL(t, newDatabase(t))
}

// joinMySQL opens a database as one more process would.
func joinMySQL(t testing.TB, dsn string) *Store {
	t.Helper()
	s, err := OpenMySQL(t.Context(), dsn, Options{Lease: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, s) })
	return s
}

func shut(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

const dsnVariable = "HUIBAN_TEST_MYSQL_DSN"

func needMySQL(t testing.TB) {
	t.Helper()
	if os.Getenv(dsnVariable) == "" {
		t.Skip(dsnVariable + " is not set, so nothing was tried on MySQL")
	}
}

var databaseCount atomic.Int64 //nolint:gochecknoglobals // names databases apart within the process

// newDatabase creates a database, to be dropped after the test, and returns
// its DSN.
func newDatabase(t testing.TB) string {
	t.Helper()
	needMySQL(t)
	cfg, err := mysql.ParseDSN(os.Getenv(dsnVariable))
	if err != nil {
		t.Fatal(err)
	}
	cfg.DBName = ""
	server, err := sql.Open("mysql", cfg.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("huiban_%d_%d", os.Getpid(), databaseCount.Add(1))
	if _, err := server.ExecContext(t.Context(), "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := server.ExecContext(context.Background(), "DROP DATABASE "+name); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
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
		return bottest.Fixture{Store: migrated(t, emptySQLite(t, t.TempDir(), clock.Now)), Lease: clock.Move}
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
func raw(t testing.TB, s *Store, statement string, args ...any) error {
	t.Helper()
	return s.write.WithContext(t.Context()).Exec(statement, args...).Error
}

// list reads one column.
func list[V any](t testing.TB, s *Store, query string, args ...any) []V {
	t.Helper()
	var out []V
	if err := s.write.WithContext(t.Context()).Raw(query, args...).Scan(&out).Error; err != nil {
		t.Fatalf("%s: %v", strings.Fields(query), err)
	}
	return out
}
