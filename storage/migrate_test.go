package storage

import (
	"errors"
	"io/fs"
	"slices"
	"sync"
	"testing"

	"huiban/bot"
)

// TestThreeMigrateAtOnce: replicas that start together, each in its own
// process on MySQL; on SQLite there is only one process.
func TestThreeMigrateAtOnce(t *testing.T) {
	t.Parallel()
	three := func(t *testing.T, stores []*Store) {
		t.Helper()
		var all sync.WaitGroup
		steps := make([]int, len(stores))
		for i, s := range stores {
			all.Go(func() {
				var err error
				if steps[i], err = s.Migrate(t.Context()); err != nil {
					t.Errorf("opener %d: %v", i, err)
				}
			})
		}
		all.Wait()
		files, err := fs.ReadDir(migrations, "migrations/mysql")
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, n := range steps {
			sum += n
		}
		if sum != len(files) {
			t.Errorf("%v steps, together %d, want %d: each once", steps, sum, len(files))
		}
		for _, s := range stores {
			if pending, err := s.Pending(t.Context()); pending || err != nil {
				t.Errorf("pending %v, error %v", pending, err)
			}
			err := s.Do(t.Context(), func(tx bot.Tx) error { _, err := tx.Serial("s"); return err })
			if err != nil {
				t.Error(err)
			}
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s := emptySQLite(t, t.TempDir(), start)
		three(t, []*Store{s, s, s})
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		dsn := newDatabase(t)
		three(t, []*Store{joinMySQL(t, dsn), joinMySQL(t, dsn), joinMySQL(t, dsn)})
	})
}

func TestEmptyDatabaseIsPending(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) *Store{
		"sqlite": func(t *testing.T) *Store { t.Helper(); return emptySQLite(t, t.TempDir(), start) },
		"mysql":  func(t *testing.T) *Store { t.Helper(); return emptyMySQL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			if pending, err := s.Pending(t.Context()); !pending || err != nil {
				t.Errorf("pending %v, error %v; want true", pending, err)
			}
			if found, err := s.Check(t.Context()); err != nil || !slices.ContainsFunc(found, func(f Finding) bool { return f.Severe }) {
				t.Errorf("check of an empty database: %v, error %v", found, err)
			}
			if steps, err := s.Migrate(t.Context()); steps == 0 || err != nil {
				t.Errorf("%d steps, error %v", steps, err)
			}
			if steps, err := s.Migrate(t.Context()); steps != 0 || err != nil {
				t.Errorf("again: %d steps, error %v; want none", steps, err)
			}
		})
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		if err := raw(t, s, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, ?)", true); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Pending(t.Context()); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("pending: %v, want ErrNewerSchema", err)
		}
		if _, err := s.Migrate(t.Context()); !errors.Is(err, ErrNewerSchema) {
			t.Errorf("migrate: %v, want ErrNewerSchema", err)
		}
		found, err := s.Check(t.Context())
		if err != nil || len(found) != 1 || !found[0].Severe {
			t.Errorf("check: %v, error %v", found, err)
		}
	})
}
