package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Key returns the key that this installation has under a name: fresh, if it has
// none yet. All replicas get the same, for as long as the database lasts.
func (s *Store) Key(ctx context.Context, name string, fresh []byte) ([]byte, error) {
	var text string
	err := s.inTurn(ctx, func(t *tx) error {
		err := t.one(&text, "SELECT value FROM install_keys WHERE name = ?", name)
		if !errors.Is(err, meeting.ErrNotFound) {
			return err
		}
		text = hex.EncodeToString(fresh)
		_, err = t.exec("INSERT INTO install_keys (name, value) VALUES (?, ?)", name, text)
		if duplicate(err) { // another replica was faster
			return bot.ErrConflict
		}
		return err
	})
	if errors.Is(err, bot.ErrConflict) { // its key is there now
		err = s.retry(ctx, func() error {
			return s.read.WithContext(ctx).Raw("SELECT value FROM install_keys WHERE name = ?", name).Scan(&text).Error
		})
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
