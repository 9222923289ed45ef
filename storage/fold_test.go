package storage

import (
	"testing"
	"time"

	"huiban/bot"
)

// TestR75_ADigestIsNotSplitByALostRace: whoever saw the first letter of a fold
// and then lost it must not take what is parked behind it.
func TestR75_ADigestIsNotSplitByALostRace(t *testing.T) {
	t.Parallel()
	s := migrated(t, emptySQLite(t, t.TempDir(), start))
	enqueue := func(key string) {
		t.Helper()
		err := s.Do(t.Context(), func(tx bot.Tx) error {
			return tx.Enqueue(start(), bot.Post{Key: key, To: bot.To{Person: 1}, Fold: "p1/2026-08-10", Class: bot.ClassReminder})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	enqueue("first")
	ids, err := s.due(t.Context(), "late", 9, 9)
	if err != nil || len(ids) != 1 {
		t.Fatalf("due %v, %v", ids, err)
	}
	if got, err := s.Claim(t.Context(), "early", 9, time.Minute); err != nil || len(got) != 1 {
		t.Fatalf("claimed %v, %v", got, err)
	}
	enqueue("second")
	if got, err := s.lease(t.Context(), ids, "late", time.Minute); err != nil || len(got) != 0 {
		t.Errorf("took %v, %v behind somebody's back", got, err)
	}
}
