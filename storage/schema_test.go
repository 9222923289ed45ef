package storage

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Rows that the store writes column by column and never reads as a whole.
type (
	taskPersonRow struct {
		PersonID int64 `gorm:"primaryKey"`
		TaskID   int64 `gorm:"primaryKey;index:ix_task_people"`
	}
	meetingPersonRow struct {
		PersonID  int64 `gorm:"primaryKey"`
		MeetingID int64 `gorm:"primaryKey;index:ix_meeting_people"`
	}
	meetingRoomRow struct {
		Chat      string `gorm:"primaryKey"`
		MeetingID int64  `gorm:"primaryKey;index:ix_meeting_rooms"`
	}
	eventRow struct {
		EventID string `gorm:"primaryKey"`
		At      int64  `gorm:"index:ix_event_at"`
	}
	serialRow struct {
		Scope string `gorm:"primaryKey"`
		Last  int
	}
	callsRow struct {
		Platform string `gorm:"primaryKey"`
		Month    string `gorm:"primaryKey"`
		Kind     string `gorm:"primaryKey"`
		Calls    int64
	}
	keyRow struct {
		Name  string `gorm:"primaryKey"`
		Value string
	}
	noteRow struct {
		Name  string `gorm:"primaryKey"`
		Value string
	}
)

func (taskPersonRow) TableName() string    { return "task_people" }
func (meetingPersonRow) TableName() string { return "meeting_people" }
func (meetingRoomRow) TableName() string   { return "meeting_rooms" }
func (eventRow) TableName() string         { return "processed_events" }
func (serialRow) TableName() string        { return "serials" }
func (callsRow) TableName() string         { return "api_uses" }
func (keyRow) TableName() string           { return "install_keys" }
func (noteRow) TableName() string          { return "install_notes" }

// rows are all tables, as the code sees them.
func rows() []schema.Tabler {
	return []schema.Tabler{
		personRow{}, accountRow{}, linkRow{}, taskRow{}, taskPersonRow{}, serialRow{}, draftRow{}, meetingRow{}, meetingPersonRow{}, meetingRoomRow{}, minutesRow{}, disputeRow{}, copyRow{},
		reminderRow{}, outboxRow{}, eventRow{}, auditRow{}, fileRow{}, filePartRow{}, callsRow{}, groupRow{}, keyRow{}, noteRow{},
	}
}

// TestSchemaOfBothDialectsIsTheRows compares what the migrations made with the
// row structs: the same columns, all of them NOT NULL, and their indexes.
func TestSchemaOfBothDialectsIsTheRows(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		tables, err := s.write.Migrator().GetTables()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows() {
			compareTable(t, s.write, row)
			tables = slices.DeleteFunc(tables, func(name string) bool { return name == row.TableName() })
		}
		tables = slices.DeleteFunc(tables, func(name string) bool { return strings.HasPrefix(name, "goose_") || strings.HasPrefix(name, "sqlite_") })
		if len(tables) > 0 {
			t.Errorf("tables without a row: %v", tables)
		}
	})
}

func compareTable(t *testing.T, db *gorm.DB, row schema.Tabler) {
	t.Helper()
	parsed, err := schema.Parse(row, &sync.Map{}, db.NamingStrategy)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, f := range parsed.Fields {
		if !f.IgnoreMigration {
			want = append(want, f.DBName)
		}
	}
	columns, err := db.Migrator().ColumnTypes(row)
	if err != nil {
		t.Fatalf("%s: %v", parsed.Table, err)
	}
	for _, c := range columns {
		got = append(got, c.Name())
		if null, ok := c.Nullable(); ok && null && c.Name() != "id" {
			t.Errorf("%s.%s may be NULL", parsed.Table, c.Name())
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns of %s (-row +table):\n%s", parsed.Table, diff)
	}
	for _, index := range parsed.ParseIndexes() {
		if !db.Migrator().HasIndex(row, index.Name) {
			t.Errorf("%s has no index %s", parsed.Table, index.Name)
		}
	}
}

func TestMigrationsOfBothDialectsHaveTheSameNames(t *testing.T) {
	t.Parallel()
	names := func(dialect string) (out []string) {
		files, err := fs.ReadDir(migrations, "migrations/"+dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			out = append(out, f.Name())
		}
		return out
	}
	if diff := cmp.Diff(names("sqlite"), names("mysql")); diff != "" {
		t.Errorf("migrations (-sqlite +mysql):\n%s", diff)
	}
	for _, name := range names("mysql") {
		text, err := fs.ReadFile(migrations, "migrations/mysql/"+name)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		if n := strings.Count(up, ";\n"); n != 1 {
			t.Errorf("%s: %d statements; MySQL cannot undo the first if the second fails", name, n)
		}
	}
}

// TestDueScansUseTheirIndexes keeps the two scans that run each second from
// reading or sorting the table.
func TestDueScansUseTheirIndexes(t *testing.T) {
	t.Parallel()
	scans := map[string]struct{ sql, index string }{
		"outbox":    {selectDue, "ix_outbox_due"},
		"reminders": {selectRinging, "ix_reminder_due"},
	}
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		fillReminders(t, s, 2000, 20)
		fillOutbox(t, s, 2000, 20)
		for name, scan := range scans {
			explain := "EXPLAIN "
			if !s.forShare {
				explain = "EXPLAIN QUERY PLAN "
			}
			var plan []map[string]any
			if err := s.write.Raw(explain+scan.sql, ms(start()), 200).Scan(&plan).Error; err != nil {
				t.Fatal(err)
			}
			said := fmt.Sprint(plan)
			if len(plan) != 1 || !strings.Contains(said, scan.index) {
				t.Errorf("%s does not use %s: %s", name, scan.index, said)
			}
			if strings.Contains(said, "filesort") || strings.Contains(said, "TEMP B-TREE") {
				t.Errorf("%s is sorted: %s", name, said)
			}
		}
	})
}
