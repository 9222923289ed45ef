package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"huiban/bot"
	"huiban/bot/meeting"
)

// An auditRow is one record of a write. Rows are added and never changed.
type auditRow struct {
	Kind      string `gorm:"primaryKey"`
	SubjectID int64  `gorm:"primaryKey"`
	Seq       int    `gorm:"primaryKey"`
	At        int64
	Who       int64
	Origin    string
	Event     string
	What      string
	WhatWho   int64
	Was       string
	Became    string
	Reason    string
	Prev      string
	Hash      string
}

// TableName implements gorm's Tabler.
func (auditRow) TableName() string { return "audit" }

const (
	auditColumns = "kind, subject_id, seq, at, who, origin, event, what, what_who, was, became, reason, prev, hash"
	selectAudit  = "SELECT " + auditColumns + " FROM audit WHERE kind = ? AND subject_id = ? ORDER BY seq"
)

// LastAudit implements bot.Audits.
func (t *tx) LastAudit(of meeting.Ref) (bot.AuditEvent, error) {
	var row auditRow
	err := t.one(&row, selectAudit+" DESC LIMIT 1", of.Kind, of.ID)
	if errors.Is(err, meeting.ErrNotFound) {
		return bot.AuditEvent{}, nil
	}
	if err != nil {
		return bot.AuditEvent{}, fmt.Errorf("audit of %s %d: %w", of.Kind, of.ID, err)
	}
	return row.toEvent(), nil
}

// Audit implements bot.Audits.
func (t *tx) Audit(a bot.AuditEvent) error {
	_, err := t.exec("INSERT INTO audit ("+auditColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		a.Of.Kind, a.Of.ID, a.Seq, ms(a.At), a.Who, a.Origin, a.Event, a.What, a.Change.Who, a.Before, a.After, a.Reason, a.Prev, a.Hash)
	if duplicate(err) {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("audit event %d of %s %d: %w", a.Seq, a.Of.Kind, a.Of.ID, err)
	}
	return nil
}

// AuditTrail implements bot.Audits.
func (t *tx) AuditTrail(of meeting.Ref) ([]bot.AuditEvent, error) {
	var rows []auditRow
	if _, err := t.find(&rows, selectAudit, of.Kind, of.ID); err != nil {
		return nil, fmt.Errorf("audit of %s %d: %w", of.Kind, of.ID, err)
	}
	return mapped(rows, auditRow.toEvent), nil
}

func (r auditRow) toEvent() bot.AuditEvent {
	return bot.AuditEvent{
		Of: meeting.Ref{Kind: r.Kind, ID: r.SubjectID}, Seq: r.Seq, At: at(r.At), Who: meeting.PersonID(r.Who),
		Origin: bot.Origin(r.Origin), Event: r.Event,
		Change: meeting.Change{What: r.What, Who: meeting.PersonID(r.WhatWho), Before: r.Was, After: r.Became, Reason: r.Reason},
		Prev:   r.Prev, Hash: r.Hash,
	}
}

// auditGuards are the triggers that refuse to change or drop a record, by name.
func auditGuards(d goose.Dialect) map[string]string {
	event := map[string]string{"audit_no_update": "UPDATE", "audit_no_delete": "DELETE"}
	body := "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit is append-only'"
	if d == goose.DialectSQLite3 {
		body = "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
	}
	out := map[string]string{}
	for name, what := range event {
		out[name] = fmt.Sprintf("CREATE TRIGGER %s BEFORE %s ON audit %s", name, what, body)
	}
	return out
}

// missingGuards returns the triggers that are not there.
func (s *Store) missingGuards(ctx context.Context) (map[string]string, error) {
	query := "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND event_object_table = 'audit'"
	if s.name == goose.DialectSQLite3 {
		query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
	}
	var there []string
	if err := s.write.WithContext(ctx).Raw(query).Scan(&there).Error; err != nil {
		return nil, fmt.Errorf("triggers of audit: %w", err)
	}
	missing := auditGuards(s.name)
	for _, name := range there {
		delete(missing, name)
	}
	return missing, nil
}

// guardAudit makes the triggers. A server may forbid it (binary log without
// log_bin_trust_function_creators) or know none (TiDB): then the record is
// guarded by this program alone, and Check says so.
func (s *Store) guardAudit(ctx context.Context) error {
	missing, err := s.missingGuards(ctx)
	if err != nil {
		return err
	}
	refused := map[string]error{}
	for name, create := range missing {
		refused[name] = s.write.WithContext(ctx).Exec(create).Error
	}
	if missing, err = s.missingGuards(ctx); err != nil { // another process may have made them
		return err
	}
	for name := range missing {
		if s.name == goose.DialectSQLite3 {
			return fmt.Errorf("trigger %s: %w", name, refused[name])
		}
		s.o.Log.WarnContext(ctx, "trigger not made", "trigger", name, "error", refused[name])
	}
	return nil
}
