package storage

import (
	"strings"
	"sync"
	"testing"
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
