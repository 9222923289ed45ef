package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/pressly/goose/v3"

	"huiban/bot/meeting"
)

// A seal is a table whose rows, or some of them, nobody may change or drop.
type seal struct {
	table string
	when  string // which rows, as they are before the change; empty for all
	why   string // what the database says when it refuses
	say   string // the table in the words of Check
}

// guarded are the tables that the database itself protects: the record of what
// was written (R90) and minutes that are final (R60).
func guarded() []seal {
	return []seal{
		{table: "audit", why: "audit is append-only", say: "审计表 audit "},
		{table: "minutes", when: "OLD.state = '" + string(meeting.Final) + "'", why: "final minutes are sealed", say: "纪要表 minutes "},
	}
}

// A guard is one trigger.
type guard struct{ name, table, create string }

// guards are the triggers of all guarded tables.
func guards(d goose.Dialect) []guard {
	var out []guard
	for _, s := range guarded() {
		for _, g := range []struct{ suffix, event string }{{"_no_update", "UPDATE"}, {"_no_delete", "DELETE"}} {
			name := s.table + g.suffix
			out = append(out, guard{name: name, table: s.table,
				create: fmt.Sprintf("CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW %s", name, g.event, s.table, s.body(d))})
		}
	}
	return out
}

// body is what the trigger does with a row.
func (s seal) body(d goose.Dialect) string {
	if d == goose.DialectSQLite3 {
		refuse := "BEGIN SELECT RAISE(ABORT, '" + s.why + "'); END"
		if s.when != "" {
			return "WHEN " + s.when + " " + refuse
		}
		return refuse
	}
	refuse := "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '" + s.why + "'"
	if s.when != "" {
		return "IF " + s.when + " THEN " + refuse + "; END IF"
	}
	return refuse
}

// missingGuards returns the triggers that are not there.
func (s *Store) missingGuards(ctx context.Context) ([]guard, error) {
	query := "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
	if s.name == goose.DialectSQLite3 {
		query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
	}
	var there []string
	if err := s.write.WithContext(ctx).Raw(query).Scan(&there).Error; err != nil {
		return nil, fmt.Errorf("triggers: %w", err)
	}
	return slices.DeleteFunc(guards(s.name), func(g guard) bool { return slices.Contains(there, g.name) }), nil
}

// guard makes the triggers. A server may forbid it (binary log without
// log_bin_trust_function_creators) or know none (TiDB): then the rows are
// guarded by this program alone, and Check says so.
func (s *Store) guard(ctx context.Context) error {
	missing, err := s.missingGuards(ctx)
	if err != nil {
		return err
	}
	refused := map[string]error{}
	for _, g := range missing {
		refused[g.name] = s.write.WithContext(ctx).Exec(g.create).Error
	}
	if missing, err = s.missingGuards(ctx); err != nil { // another process may have made them
		return err
	}
	for _, g := range missing {
		if s.name == goose.DialectSQLite3 {
			return fmt.Errorf("trigger %s: %w", g.name, refused[g.name])
		}
		s.o.Log.WarnContext(ctx, "trigger not made", "trigger", g.name, "error", refused[g.name])
	}
	return nil
}
