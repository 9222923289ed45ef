package storage

import (
	"encoding/json"
	"fmt"

	"huiban/bot/meeting"
)

// A disputeRow is a dispute as it is stored: what is looked for in columns of
// its own, everything else in Details.
type disputeRow struct {
	ID        int64 `gorm:"primaryKey"`
	Version   int
	No        string
	MeetingID int64 `gorm:"index:ix_dispute_meeting"`
	Chat      string
	Decider   int64  `gorm:"index:ix_dispute_decider,priority:1"`
	Status    string `gorm:"index:ix_dispute_decider,priority:2;index:ix_dispute_status"`
	DecideBy  int64
	CreatedAt int64
	Question  string
	Details   string
}

// TableName implements gorm's Tabler.
func (disputeRow) TableName() string { return "disputes" }

const selectDisputes = "SELECT id, version, no, meeting_id, chat, decider, status, decide_by, created_at, question, details FROM disputes"

// Dispute implements meeting.Disputes.
func (t *tx) Dispute(id meeting.DisputeID) (*meeting.Dispute, error) {
	var row disputeRow
	if err := t.one(&row, selectDisputes+" WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("dispute %d: %w", id, err)
	}
	d, err := row.toDispute()
	if err != nil {
		return nil, err
	}
	return d, t.now(d)
}

// FindDisputes implements meeting.Disputes.
func (t *tx) FindDisputes(q meeting.DisputeQuery) ([]*meeting.Dispute, error) {
	deciders, err := t.everybody(q.Decider)
	if err != nil {
		return nil, err
	}
	var f filter
	f.narrow(q.Meeting != 0, "meeting_id = ?", q.Meeting)
	f.narrow(q.Decider != meeting.Nobody, "decider IN ?", deciders)
	f.narrow(q.Open, "status = ?", meeting.Pending)
	return foundBy(t, "disputes", disputeRow.toDispute, selectDisputes+f.sql()+" ORDER BY id", f.args...)
}

// SaveDispute implements meeting.Disputes.
func (t *tx) SaveDispute(d *meeting.Dispute) error {
	details, err := encode(detailsOfDispute(d))
	if err != nil {
		return fmt.Errorf("details of dispute %d: %w", d.ID, err)
	}
	values := []any{
		d.No, int64(d.Meeting), d.Chat, int64(d.Decider), string(d.Status), ms(d.DecideBy), ms(d.CreatedAt), valid(d.Question), details,
	}
	id, err := t.save(d, values,
		"INSERT INTO disputes (version, no, meeting_id, chat, decider, status, decide_by, created_at, question, details) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		`UPDATE disputes SET version = version + 1, no = ?, meeting_id = ?, chat = ?, decider = ?, status = ?, decide_by = ?, created_at = ?, question = ?, details = ?
			WHERE id = ? AND version = ?`)
	if err != nil {
		return err
	}
	d.ID = meeting.DisputeID(id)
	d.Version++
	return nil
}

func (r disputeRow) toDispute() (*meeting.Dispute, error) {
	var x disputeDetails
	if err := json.Unmarshal([]byte(r.Details), &x); err != nil {
		return nil, fmt.Errorf("details of dispute %d: %w", r.ID, err)
	}
	d := x.toDispute()
	d.ID, d.Version, d.No, d.Meeting, d.Chat = meeting.DisputeID(r.ID), r.Version, r.No, meeting.MeetingID(r.MeetingID), r.Chat
	d.Decider, d.Status, d.Question = meeting.PersonID(r.Decider), meeting.DisputeStatus(r.Status), r.Question
	d.DecideBy, d.CreatedAt = at(r.DecideBy), at(r.CreatedAt)
	return d, nil
}
