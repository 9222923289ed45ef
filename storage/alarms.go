package storage

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A reminderRow is a subject that will speak again.
type reminderRow struct {
	Kind      string `gorm:"primaryKey;index:ix_reminder_due,priority:2"`
	SubjectID int64  `gorm:"primaryKey;index:ix_reminder_due,priority:3"`
	Version   int
	Since     int64
	NextAt    int64 `gorm:"index:ix_reminder_due,priority:1"`
}

// TableName implements gorm's Tabler.
func (reminderRow) TableName() string { return "reminders" }

// Arm implements bot.Alarms. A subject of version 1 has no row yet, any other
// one probably has: mostly one statement is enough.
func (t *tx) Arm(a bot.Alarm) error {
	if err := t.arm(a); err != nil {
		return fmt.Errorf("alarm of %s %d: %w", a.Of.Kind, a.Of.ID, err)
	}
	return nil
}

func (t *tx) arm(a bot.Alarm) error {
	if a.Next.IsZero() {
		_, err := t.exec("DELETE FROM reminders WHERE kind = ? AND subject_id = ?", a.Of.Kind, a.Of.ID)
		return err
	}
	if a.Version > 1 {
		if done, err := t.rearm(a); done || err != nil {
			return err
		}
	}
	_, err := t.exec("INSERT INTO reminders (kind, subject_id, version, since, next_at) VALUES (?, ?, ?, ?, ?)",
		a.Of.Kind, a.Of.ID, a.Version, ms(a.Since), ms(a.Next))
	if !duplicate(err) {
		return err
	}
	done, err := t.rearm(a)
	if err == nil && !done {
		return bot.ErrConflict
	}
	return err
}

func (t *tx) rearm(a bot.Alarm) (done bool, err error) {
	n, err := t.exec("UPDATE reminders SET version = ?, since = ?, next_at = ? WHERE kind = ? AND subject_id = ?",
		a.Version, ms(a.Since), ms(a.Next), a.Of.Kind, a.Of.ID)
	return n > 0, err
}

const alarmColumns = "kind, subject_id, version, since, next_at"

// Alarm implements bot.Alarms.
func (t *tx) Alarm(of meeting.Ref) (bot.Alarm, bool, error) {
	var row reminderRow
	err := t.one(&row, "SELECT "+alarmColumns+" FROM reminders WHERE kind = ? AND subject_id = ?", of.Kind, of.ID)
	if errors.Is(err, meeting.ErrNotFound) {
		return bot.Alarm{}, false, nil
	}
	if err != nil {
		return bot.Alarm{}, false, fmt.Errorf("alarm of %s %d: %w", of.Kind, of.ID, err)
	}
	return row.toAlarm(), true, nil
}

// selectRinging is answered from the index alone.
const selectRinging = "SELECT " + alarmColumns + " FROM reminders WHERE next_at <= ? ORDER BY next_at, kind, subject_id LIMIT ?"

// Ringing implements bot.Alarms. It runs each second, over many rows, so they
// are read without reflection.
func (t *tx) Ringing(till time.Time, limit int) ([]bot.Alarm, error) {
	var out []bot.Alarm
	err := t.each(func(rows *sql.Rows) error {
		var row reminderRow
		if err := rows.Scan(&row.Kind, &row.SubjectID, &row.Version, &row.Since, &row.NextAt); err != nil {
			return err
		}
		out = append(out, row.toAlarm())
		return nil
	}, selectRinging, ms(till), limit)
	if err != nil {
		return nil, fmt.Errorf("alarms: %w", err)
	}
	return out, nil
}

// Advance implements bot.Alarms.
func (t *tx) Advance(was bot.Alarm, since, next time.Time) (bool, error) {
	const same = " WHERE kind = ? AND subject_id = ? AND version = ? AND since = ? AND next_at = ?"
	row := []any{was.Of.Kind, was.Of.ID, was.Version, ms(was.Since), ms(was.Next)}
	var n int64
	var err error
	if next.IsZero() {
		n, err = t.exec("DELETE FROM reminders"+same, row...)
	} else {
		n, err = t.exec("UPDATE reminders SET since = ?, next_at = ?"+same, append([]any{ms(since), ms(next)}, row...)...)
	}
	if err != nil {
		return false, fmt.Errorf("alarm of %s %d: %w", was.Of.Kind, was.Of.ID, err)
	}
	return n == 1, nil
}

// NextAlarm implements bot.Alarms.
func (t *tx) NextAlarm() (time.Time, bool, error) {
	var next int64
	n, err := t.find(&next, "SELECT next_at FROM reminders ORDER BY next_at LIMIT 1")
	if err != nil {
		return time.Time{}, false, fmt.Errorf("next alarm: %w", err)
	}
	return at(next), n > 0, nil
}

func (r reminderRow) toAlarm() bot.Alarm {
	return bot.Alarm{Of: meeting.Ref{Kind: r.Kind, ID: r.SubjectID}, Version: r.Version, Since: at(r.Since), Next: at(r.NextAt)}
}
