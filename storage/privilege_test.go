package storage

import (
	"bytes"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"huiban/bot"
	"huiban/bot/meeting"
)

// TestR60_ServerThatForbidsTriggersIsWarnedOf: an account without the TRIGGER
// privilege migrates and works, the operator hears of each table that has no
// guard, and the store's own statement seals.
func TestR60_ServerThatForbidsTriggersIsWarnedOf(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := OpenMySQL(t.Context(), withoutTriggers(t, newDatabase(t)), Options{Lease: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, s) })
	migrated(t, s)
	found, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range guarded() {
		if n := strings.Count(log.String(), "trigger="+table.table+"_no_"); n != 2 {
			t.Errorf("%d warnings of %s, want two:\n%s", n, table.table, log.String())
		}
		n := 0
		for _, f := range found {
			if strings.Contains(f.Say, table.table) && !f.Severe {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d findings of %s, want one that is not severe: %v", n, table.table, found)
		}
	}
	x := &meeting.Minutes{State: meeting.Final, Text: "正文"}
	save := func() error { return s.Do(t.Context(), func(tx bot.Tx) error { return tx.SaveMinutes(x) }) }
	if err := save(); err != nil {
		t.Fatal(err)
	}
	x.Text = "改"
	if err := save(); !errors.Is(err, meeting.ErrSealed) {
		t.Errorf("save over a 终稿: %v, want ErrSealed", err)
	}
}

// withoutTriggers is the DSN of an account that may do all in a database but
// make triggers. It is dropped after the test.
func withoutTriggers(t *testing.T, dsn string) string {
	t.Helper()
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	server, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	account := "'" + cfg.DBName + "'@'%'"
	if _, err := server.ExecContext(t.Context(), "CREATE USER "+account+" IDENTIFIED BY 'Trigger-0'"); err != nil {
		t.Skipf("the account of %s may make no other: %v", dsnVariable, err)
	}
	t.Cleanup(func() {
		if _, err := server.ExecContext(bg(), "DROP USER "+account); err != nil {
			t.Error(err)
		}
	})
	if _, err := server.ExecContext(t.Context(), "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES ON "+cfg.DBName+".* TO "+account); err != nil {
		t.Fatal(err)
	}
	cfg.User, cfg.Passwd = cfg.DBName, "Trigger-0"
	return cfg.FormatDSN()
}
