package storage

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
)

func bg() context.Context { return context.Background() }

func TestSecondProcessIsRefusedUntilTheFirstEnds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	second := func() int {
		c := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very test
		c.Dir, c.Env = dir, append(os.Environ(), secondVariable+"=1")
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			exit, ok := errors.AsType[*exec.ExitError](err)
			if !ok {
				t.Fatal(err)
			}
			return exit.ExitCode()
		}
		return 0
	}
	s, err := OpenSQLite(t.Context(), dir, Options{Lease: start})
	if err != nil {
		t.Fatal(err)
	}
	if got := second(); got != 3 {
		t.Errorf("exit code beside the first process: %d, want 3", got)
	}
	if _, err := OpenSQLite(t.Context(), dir, Options{Lease: start}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second store of one process: %v, want ErrLocked", err)
	}
	shut(t, s)
	if got := second(); got != 0 {
		t.Errorf("exit code after the first process: %d, want 0", got)
	}
}

func TestSQLiteNeedsALeaseClock(t *testing.T) {
	t.Parallel()
	if s, err := OpenSQLite(t.Context(), t.TempDir(), Options{}); err == nil {
		shut(t, s)
		t.Error("opened without a lease clock")
	}
}

// TestDataIsReadableByItsOwnerOnly: what people write in meetings is nobody
// else's business on a shared machine.
func TestDataIsReadableByItsOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "数据 100%?#")
	s := migrated(t, emptySQLite(t, dir, start))
	if err := s.Do(t.Context(), func(tx bot.Tx) error { _, err := tx.Serial("s"); return err }); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "huiban.db"): 0o600, filepath.Join(dir, "lock"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %v, want %v", path, got, want)
		}
	}
	if found, err := s.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("check: %v, error %v", found, err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the mistake that is to be found
		t.Fatal(err)
	}
	if found, err := s.Check(t.Context()); err != nil || len(found) != 1 {
		t.Errorf("check of an open folder: %v, error %v", found, err)
	}
}

// TestLeasesEndWithTheProcess: the lock proves that nobody sends any more what
// the process before had claimed.
func TestLeasesEndWithTheProcess(t *testing.T) {
	t.Parallel()
	dir, clock := t.TempDir(), bottest.NewClock(start())
	open := func() *Store {
		s, err := OpenSQLite(t.Context(), dir, Options{Lease: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return migrated(t, s)
	}
	claim := func(s *Store, token string) int {
		letters, err := s.Claim(t.Context(), token, 9, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return len(letters)
	}
	first := open()
	say(t, first, "a", 1)
	if got := claim(first, "t1"); got != 1 {
		t.Fatalf("claimed %d letters, want 1", got)
	}
	shut(t, first)
	second := open()
	defer shut(t, second)
	if got := claim(second, "t2"); got != 1 {
		t.Errorf("claimed %d letters after the restart, want 1", got)
	}
}

// say enqueues a post to a person.
func say(tb testing.TB, s *Store, key string, person int64) {
	tb.Helper()
	err := s.Do(tb.Context(), func(tx bot.Tx) error { return tx.Enqueue(start(), post(key, person)) })
	if err != nil {
		tb.Fatal(err)
	}
}
