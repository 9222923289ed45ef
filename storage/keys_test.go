package storage

import (
	"bytes"
	"sync"
	"testing"
)

// TestKeyIsTheFirstOne: whoever asks first makes it, at the same moment too, and
// everybody gets the same from then on.
func TestKeyIsTheFirstOne(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		got := make([][]byte, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() {
				key, err := s.Key(t.Context(), "buttons", bytes.Repeat([]byte{"abcdefgh"[i]}, 32))
				if err != nil {
					t.Error(err)
				}
				got[i] = key
			})
		}
		wg.Wait()
		for _, key := range got {
			if len(key) != 32 || !bytes.Equal(key, got[0]) {
				t.Errorf("keys %x and %x", key, got[0])
			}
		}
		if other, err := s.Key(t.Context(), "others", []byte{9}); err != nil || !bytes.Equal(other, []byte{9}) {
			t.Errorf("another name: %x, %v", other, err)
		}
	})
}
