package storage

import (
	"context"
	"fmt"

	"huiban/bot"
)

// AddCalls counts n more API calls of a platform in a month, written 2026-08, by
// kind: a word of up to 32 characters, which may be empty. Any number of processes
// may count at once. If the database does not say whether it counted, the error is
// bot.ErrConflict, and to call again may count twice.
func (s *Store) AddCalls(ctx context.Context, platform, month, kind string, n int) error {
	if n == 0 {
		return nil
	}
	if err := s.inTurn(ctx, func(t *tx) error { return t.addCalls(platform, month, kind, n) }); err != nil {
		return fmt.Errorf("calls of %s in %s: %w", platform, month, err)
	}
	return nil
}

func (t *tx) addCalls(platform, month, kind string, n int) error {
	for range 2 {
		found, err := t.exec("UPDATE api_uses SET calls = calls + ? WHERE platform = ? AND month = ? AND kind = ?", n, platform, month, kind)
		if err != nil || found > 0 {
			return err
		}
		_, err = t.exec("INSERT INTO api_uses (platform, month, kind, calls) VALUES (?, ?, ?, ?)", platform, month, kind, n)
		if !duplicate(err) { // else another process was faster, and there is a row to add to
			return err
		}
	}
	return bot.ErrConflict
}

// Calls returns how many API calls of a platform were counted in a month, by kind.
func (s *Store) Calls(ctx context.Context, platform, month string) (map[string]int, error) {
	var rows []struct {
		Kind  string
		Calls int
	}
	err := s.retry(ctx, func() error {
		rows = nil
		return s.read.WithContext(ctx).Raw("SELECT kind, calls FROM api_uses WHERE platform = ? AND month = ?", platform, month).Scan(&rows).Error
	})
	if err != nil {
		return nil, fmt.Errorf("calls of %s in %s: %w", platform, month, err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Kind] = r.Calls
	}
	return out, nil
}
