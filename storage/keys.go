package storage

import (
	"context"
	"encoding/hex"
	"fmt"
)

// Key returns the key that this installation has under a name: fresh, if it has
// none yet. All replicas get the same, for as long as the database lasts.
func (s *Store) Key(ctx context.Context, name string, fresh []byte) ([]byte, error) {
	text, err := s.keyUnder(ctx, name)
	if err == nil && text == "" {
		text = hex.EncodeToString(fresh)
		err = s.inTurn(ctx, func(t *tx) error {
			_, err := t.exec("INSERT INTO install_keys (name, value) VALUES (?, ?)", name, text)
			return err
		})
		if duplicate(err) { // another replica was faster, and its key is there now
			text, err = s.keyUnder(ctx, name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) == 0 {
		return nil, fmt.Errorf("key %s: it is not what was stored", name)
	}
	return key, nil
}

// keyUnder is a key as it is stored, "" if there is none.
func (s *Store) keyUnder(ctx context.Context, name string) (text string, err error) {
	err = s.retry(ctx, func() error {
		return s.read.WithContext(ctx).Raw("SELECT value FROM install_keys WHERE name = ?", name).Scan(&text).Error
	})
	return text, err
}
