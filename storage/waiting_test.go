package storage

import (
	"testing"
	"time"
)

func TestWaitingTellsOfLettersThatNobodyClaims(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		waits := func(what string, low, high time.Duration) {
			t.Helper()
			got, err := s.Waiting(t.Context())
			if err != nil || got < low || got > high {
				t.Errorf("%s: waiting %v, %v; want %v to %v", what, got, err, low, high)
			}
		}
		aged := func(what, next string) {
			t.Helper()
			if err := raw(t, s, "UPDATE outbox SET next_at = ? "+next+" WHERE dedup_key = ?", s.leaseNow(), what); err != nil {
				t.Fatal(err)
			}
		}
		waits("an empty outbox", 0, 0)
		say(t, s, "later", 1)
		aged("later", "+ 600000")
		waits("one that waits for another try", 0, 0)
		say(t, s, "old", 2)
		aged("old", "- 600000")
		say(t, s, "new", 3)
		waits("an old one among others", 10*time.Minute, 12*time.Minute)
		if _, err := s.Claim(t.Context(), "t", 9, time.Minute); err != nil {
			t.Fatal(err)
		}
		waits("all claimed", 0, 0)
	})
}
