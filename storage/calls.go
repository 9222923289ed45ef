package storage

import (
	"context"
	"fmt"

	"huiban/bot"
)

// AddCalls counts n more API calls of a platform in a month, written 2026-08.
// Any number of processes may count at once. If the database does not say
// whether it counted, the error is bot.ErrConflict, and to call again may count
// twice.
func (s *Store) AddCalls(ctx context.Context, platform, month string, n int) error {
	if n == 0 {
		return nil
	}
	if err := s.inTurn(ctx, func(t *tx) error { return t.addCalls(platform, month, n) }); err != nil {
		return fmt.Errorf("calls of %s in %s: %w", platform, month, err)
	}
	return nil
}

func (t *tx) addCalls(platform, month string, n int) error {
	for range 2 {
		found, err := t.exec("UPDATE api_calls SET calls = calls + ? WHERE platform = ? AND month = ?", n, platform, month)
		if err != nil || found > 0 {
			return err
		}
		_, err = t.exec("INSERT INTO api_calls (platform, month, calls) VALUES (?, ?, ?)", platform, month, n)
		if !duplicate(err) { // else another process was faster, and there is a row to add to
			return err
		}
	}
	return bot.ErrConflict
}

// Calls returns how many API calls of a platform were counted in a month, 0 if
// none was.
func (s *Store) Calls(ctx context.Context, platform, month string) (int, error) {
	var n int
	err := s.retry(ctx, func() error {
		return s.read.WithContext(ctx).Raw("SELECT COALESCE(SUM(calls), 0) FROM api_calls WHERE platform = ? AND month = ?", platform, month).Scan(&n).Error
	})
	if err != nil {
		return 0, fmt.Errorf("calls of %s in %s: %w", platform, month, err)
	}
	return n, nil
}
