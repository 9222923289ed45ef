package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"huiban/bot"
)

// TestBackupBesideARunningBotIsOneState: while turns write two letters each, a
// copy holds both of a turn or none, opens as a data folder and is whole.
func TestBackupBesideARunningBotIsOneState(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "数据 100%?#")
	s := migrated(t, emptySQLite(t, dir, start))
	file, err := s.PutFile(t.Context(), "纪要.txt", strings.NewReader(strings.Repeat("一", 1<<19)))
	if err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	wrote, written := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for !stop.Load() {
			sayTwice(t, s, n)
			if n++; n == 50 {
				close(wrote)
			}
		}
		written <- n
	}()
	<-wrote
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := BackupSQLite(t.Context(), dir, to); err != nil {
		t.Fatal(err)
	}
	stop.Store(true)
	all := <-written
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want mode 0600", info.Mode(), err)
	}
	back := restored(t, to)
	defer shut(t, back)
	a, b := list[int](t, back, "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'a%'")[0], list[int](t, back, "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'b%'")[0]
	if a != b || a < 50 || a > all {
		t.Errorf("%d and %d letters in the copy of %d", a, b, all)
	}
	if says := list[string](t, back, "PRAGMA integrity_check")[0]; says != "ok" {
		t.Error(says)
	}
	if got, r, err := back.OpenFile(t.Context(), file.ID); err != nil || got != file || r.Close() != nil {
		t.Errorf("file %+v, %v", got, err)
	}
	if found, err := back.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("check: %v, %v", found, err)
	}
}

func sayTwice(t *testing.T, s *Store, n int) {
	t.Helper()
	err := s.Do(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(start(), post(fmt.Sprintf("a%d", n), 1), post(fmt.Sprintf("b%d", n), 2))
	})
	if err != nil {
		t.Error(err)
	}
}

// restored opens a copy as one would after a loss: as the only file of a folder.
func restored(t *testing.T, copied string) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, copied, filepath.Join(dir, databaseName))
	s, err := OpenSQLite(t.Context(), dir, Options{Lease: start})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// put copies a file byte by byte.
func put(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600) //nolint:gosec // in a folder of the test
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestBackupAfterACrash: what the bot committed last lies in the log beside the
// database, with nobody there who has it open.
func TestBackupAfterACrash(t *testing.T) {
	t.Parallel()
	live, dir := t.TempDir(), t.TempDir()
	s := migrated(t, emptySQLite(t, live, start))
	say(t, s, "last", 1)
	for _, name := range []string{databaseName, databaseName + "-wal"} { // as the disk is when the power fails
		put(t, filepath.Join(live, name), filepath.Join(dir, name))
	}
	to := filepath.Join(dir, "copy.db")
	if err := BackupSQLite(t.Context(), dir, to); err != nil {
		t.Fatal(err)
	}
	back := restored(t, to)
	defer shut(t, back)
	if got := list[string](t, back, "SELECT dedup_key FROM outbox"); len(got) != 1 || got[0] != "last" {
		t.Errorf("letters %v", got)
	}
}

func TestBackupWithNobodyAtWork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := OpenSQLite(t.Context(), dir, Options{Lease: start})
	if err != nil {
		t.Fatal(err)
	}
	say(t, migrated(t, s), "last", 1)
	shut(t, s)
	to := filepath.Join(dir, "copy.db")
	if err := BackupSQLite(t.Context(), dir, to); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(filepath.Join(dir, databaseName+name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left behind: %v", name, err)
		}
	}
	back := restored(t, to)
	defer shut(t, back)
	if got := list[string](t, back, "SELECT dedup_key FROM outbox"); len(got) != 1 {
		t.Errorf("letters %v", got)
	}
}

func TestBackupOverwritesNothingAndLeavesNoPieces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := BackupSQLite(t.Context(), dir, filepath.Join(dir, "copy.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without data: %v", err)
	}
	migrated(t, emptySQLite(t, dir, start))
	other := filepath.Join(t.TempDir(), "copies")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(other, "taken.db")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := BackupSQLite(t.Context(), dir, taken); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := BackupSQLite(ctx, dir, filepath.Join(other, "cancelled.db")); err == nil {
		t.Error("a copy that was broken off is reported as made")
	}
	left, err := os.ReadDir(other)
	if err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
	if content, err := os.ReadFile(taken); err != nil || string(content) != "mine" {
		t.Errorf("%q, %v", content, err)
	}
}
