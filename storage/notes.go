package storage

import (
	"context"
	"fmt"

	"huiban/bot"
)

// Noted returns what this installation has noted under a name, "" if nothing.
// Notes are facts about the set-up that all replicas share, such as that cards
// were seen to work; they hold nothing of people.
func (s *Store) Noted(ctx context.Context, name string) (string, error) {
	var value string
	err := s.retry(ctx, func() error {
		return s.read.WithContext(ctx).Raw("SELECT value FROM install_notes WHERE name = ?", plain(name, longestNote)).Scan(&value).Error
	})
	if err != nil {
		return "", fmt.Errorf("note %s: %w", name, err)
	}
	return value, nil
}

// Note writes a value of at most 512 characters under a name, over what was there.
func (s *Store) Note(ctx context.Context, name, value string) error {
	if err := s.inTurn(ctx, func(t *tx) error { return t.note(plain(name, longestNote), value) }); err != nil {
		return fmt.Errorf("note %s: %w", name, err)
	}
	return nil
}

const longestNote = 128 // characters of a name

func (t *tx) note(name, value string) error {
	for range 2 {
		found, err := t.exec("UPDATE install_notes SET value = ? WHERE name = ?", value, name)
		if err != nil || found > 0 {
			return err
		}
		_, err = t.exec("INSERT INTO install_notes (name, value) VALUES (?, ?)", name, value)
		if !duplicate(err) { // else another replica was faster, and there is a row to write over
			return err
		}
	}
	return bot.ErrConflict
}
