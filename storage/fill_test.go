package storage

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// fill writes n reminders and n letters as they lie after a long time in use:
// letters mostly sent, and of both so many due at the start of the lease clock
// as is said; the rest comes later.
func fill(tb testing.TB, s *Store, n, due int) {
	tb.Helper()
	const batch = 500
	later := func(i int) int64 {
		if i%(n/due) == 0 {
			return ms(start()) - int64(i%1000)
		}
		return ms(start().Add(time.Hour)) + int64(i)
	}
	for from := 0; from < n; from += batch {
		var reminders, letters []any
		rows := min(batch, n-from)
		for i := from; i < from+rows; i++ {
			state := 2
			if later(i) <= ms(start()) || i%2 == 0 {
				state = 0
			}
			reminders = append(reminders, "task", i, 1, 0, later(i))
			letters = append(letters, fmt.Sprintf("k/%d", i), "00000000-0000-0000-0000-000000000000", fmt.Sprintf("p:%d", i%1000), i, i%1000, i/10, state,
				later(i), later(i), later(i)+86400000, fmt.Sprintf(`{"key":"k/%d","text":"请您确认这项待办：交付接口文档v1，截止8月18日18:00。"}`, i))
		}
		for _, statement := range []struct {
			sql, places string
			args        []any
		}{
			{"INSERT INTO reminders (kind, subject_id, version, since, next_at) VALUES ", "(?, ?, ?, ?, ?)", reminders},
			{`INSERT INTO outbox (dedup_key, send_uuid, lane, place, to_person, subject_id, state, due_at, next_at, expires_at, payload,
				kind, after_id, fold, lease_token, attempts, first_try_at, sent_at, platform_msg_id, last_error, created_at) VALUES `,
				"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'task', 0, '', '', 0, 0, 0, '', '', 0)", letters},
		} {
			if err := raw(tb, s, statement.sql+strings.Repeat(", "+statement.places, rows)[2:], statement.args...); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if s.forShare {
		for _, table := range []string{"reminders", "outbox"} {
			list[map[string]any](tb, s, "ANALYZE TABLE "+table)
		}
	}
}
