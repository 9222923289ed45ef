package storage

import (
	"errors"
	"fmt"

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
