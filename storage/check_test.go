package storage

import (
	"maps"
	"strings"
	"testing"
	"time"
)

func TestServerSettingsAreJudged(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"innodb_flush_log_at_trx_commit": "1", "log_bin": "ON", "sync_binlog": "1", "sql_mode": "STRICT_TRANS_TABLES,NO_ZERO_DATE",
		"max_allowed_packet": "16777216", "wsrep_on": "ON", "wsrep_ready": "ON", "wsrep_cluster_size": "3", "read_only": "OFF",
	}
	if found := checkVariables(good); len(found) > 0 {
		t.Errorf("good settings: %v", found)
	}
	for _, c := range []struct {
		name, value string
		severe      bool
	}{
		{"innodb_flush_log_at_trx_commit", "2", true},
		{"innodb_flush_log_at_trx_commit", "0", true},
		{"sync_binlog", "0", false},
		{"sql_mode", "NO_ENGINE_SUBSTITUTION", true},
		{"max_allowed_packet", "1048576", true},
		{"wsrep_ready", "OFF", true},
		{"wsrep_cluster_size", "2", false},
		{"read_only", "ON", true},
	} {
		v := maps.Clone(good)
		v[c.name] = c.value
		found := checkVariables(v)
		if len(found) != 1 || found[0].Severe != c.severe || !strings.Contains(found[0].Say, "请") {
			t.Errorf("%s=%s: %v, want one finding, severe %v, that names the fix", c.name, c.value, found, c.severe)
		}
	}
}

func TestClocksThatDifferAreFound(t *testing.T) {
	t.Parallel()
	dsn := newDatabase(t)
	migrated(t, joinMySQL(t, dsn))
	for _, skew := range []time.Duration{-time.Hour, 0, time.Hour} {
		s, err := OpenMySQL(t.Context(), dsn, Options{Lease: func() time.Time { return time.Now().Add(skew) }})
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.Check(t.Context())
		if wrong := len(found) > 0; err != nil || wrong != (skew != 0) {
			t.Errorf("clock off by %v: %v, error %v", skew, found, err)
		}
		shut(t, s)
	}
}

// TestSQLiteWithoutItsSettingsIsFound opens the file as another program might
// leave it.
func TestSQLiteWithoutItsSettingsIsFound(t *testing.T) {
	t.Parallel()
	s := migrated(t, emptySQLite(t, t.TempDir(), start))
	for _, c := range []struct{ pragma, found string }{
		{"PRAGMA synchronous = NORMAL", "synchronous=FULL"},
		{"PRAGMA journal_mode = DELETE", "wal"},
	} {
		if db, err := s.read.DB(); err != nil || db.Close() != nil { // WAL is left only by a single connection
			t.Fatal(err)
		}
		if err := raw(t, s, c.pragma); err != nil {
			t.Fatal(err)
		}
		found, err := checkLite(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, f := range found {
			if f.Severe {
				said += f.Say
			}
		}
		if !strings.Contains(said, c.found) {
			t.Errorf("%s: found %q, want %q", c.pragma, said, c.found)
		}
	}
}
