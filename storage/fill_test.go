package storage

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// dueAt spreads n rows over time as they lie after a long time in use: so many
// due at the start of the lease clock, the rest later.
func dueAt(i, n, due int) int64 {
	if i%(n/due) == 0 {
		return ms(start()) - int64(i%1000)
	}
	return ms(start().Add(time.Hour)) + int64(i)
}

// fillReminders writes n reminders.
func fillReminders(tb testing.TB, s *Store, n, due int) {
	tb.Helper()
	insertRows(tb, s, n, "INSERT INTO reminders (kind, subject_id, version, since, next_at) VALUES ", "(?, ?, ?, ?, ?)",
		func(i int) []any { return []any{"task", i, 1, 0, dueAt(i, n, due)} })
	analyze(tb, s, "reminders")
}

// fillOutbox writes n letters, of which half are sent.
func fillOutbox(tb testing.TB, s *Store, n, due int) {
	tb.Helper()
	insertRows(tb, s, n, `INSERT INTO outbox (dedup_key, send_uuid, lane, place, to_person, subject_id, state, due_at, next_at, expires_at, payload,
		kind, after_id, fold, lease_token, attempts, first_try_at, sent_at, platform_msg_id, last_error, created_at) VALUES `,
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'task', 0, '', '', 0, 0, 0, '', '', 0)",
		func(i int) []any {
			next, state := dueAt(i, n, due), 2
			if next <= ms(start()) || i%2 == 0 {
				state = 0
			}
			return []any{
				fmt.Sprintf("k/%d", i), "00000000-0000-0000-0000-000000000000", fmt.Sprintf("p:%d", i%1000), i, i % 1000, i / 10, state, next, next, next + 86400000,
				fmt.Sprintf(`{"key":"k/%d","text":"请您确认这项待办：交付接口文档v1，截止8月18日18:00。"}`, i),
			}
		})
	analyze(tb, s, "outbox")
}

func insertRows(tb testing.TB, s *Store, n int, insert, places string, row func(i int) []any) {
	tb.Helper()
	const rows = 500
	for from := 0; from < n; from += rows {
		var args []any
		for i := from; i < min(from+rows, n); i++ {
			args = append(args, row(i)...)
		}
		if err := raw(tb, s, insert+strings.Repeat(", "+places, min(rows, n-from))[2:], args...); err != nil {
			tb.Fatal(err)
		}
	}
}

// analyze lets the server know what the table holds, as it does by itself in
// time.
func analyze(tb testing.TB, s *Store, table string) {
	tb.Helper()
	if s.forShare {
		list[map[string]any](tb, s, "ANALYZE TABLE "+table)
	}
}
