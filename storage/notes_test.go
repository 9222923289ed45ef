package storage

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestNoteIsTheLastOne, under its own name only, however long or Chinese it is.
func TestNoteIsTheLastOne(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		noted := func(name, want string) {
			t.Helper()
			if got, err := s.Noted(t.Context(), name); err != nil || got != want {
				t.Errorf("%s: %q, %v; want %q", name, got, err, want)
			}
		}
		long := strings.Repeat("长", 300)
		noted("card a", "")
		for _, n := range [][2]string{{"card a", "1"}, {"card a", "2"}, {"card a", "2"}, {"card a ", "3"}, {long, "四"}, {long + "!", "5"}} {
			if err := s.Note(t.Context(), n[0], n[1]); err != nil {
				t.Fatal(err)
			}
		}
		noted("card a", "2")
		noted("card a ", "3")
		noted("card b", "")
		noted(long, "四")
		noted(long+"!", "5")
	})
}

// TestNotesOfReplicasAtOnce: whoever writes at the same moment, the first time
// too, does not fail.
func TestNotesOfReplicasAtOnce(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := s.Note(t.Context(), "card", "proven"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, err := s.Noted(t.Context(), "card"); err != nil || got != "proven" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestReadingBesideTheBot sees what the bot commits, later too, and cannot write.
func TestReadingBesideTheBot(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := OpenSQLiteBeside(t.Context(), dir, Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without data: %v", err)
	}
	bot, err := OpenSQLite(t.Context(), dir, Options{Lease: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := bot.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := bot.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	beside, err := OpenSQLiteBeside(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"1", "2"} {
		if err := bot.Note(t.Context(), "card", value); err != nil {
			t.Fatal(err)
		}
		if got, err := beside.Noted(t.Context(), "card"); err != nil || got != value {
			t.Errorf("%q, %v; want %q", got, err, value)
		}
	}
	if err := beside.Note(t.Context(), "card", "3"); err == nil {
		t.Error("it wrote")
	}
	if err := errors.Join(bot.Note(t.Context(), "card", "4"), beside.Close(), bot.Note(t.Context(), "card", "5")); err != nil {
		t.Error(err)
	}
}
