package storage

import (
	"encoding/json"
	"errors"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A minutesRow is minutes as they are stored: what is looked for, guarded or
// compared by others in columns of its own, everything else in Details.
type minutesRow struct {
	ID        int64 `gorm:"primaryKey"`
	Version   int
	MeetingID int64  `gorm:"index:ix_minutes_meeting"`
	No        string `gorm:"index:ix_minutes_no"`
	Kind      string
	OfID      int64  `gorm:"index:ix_minutes_of"`
	State     string `gorm:"index:ix_minutes_state"`
	Hash      string
	Text      string
	Details   string
}

// TableName implements gorm's Tabler.
func (minutesRow) TableName() string { return "minutes" }

const selectMinutes = "SELECT id, version, meeting_id, no, kind, of_id, state, hash, text, details FROM minutes"

// Minutes implements meeting.Texts.
func (t *tx) Minutes(id meeting.MinutesID) (*meeting.Minutes, error) {
	var row minutesRow
	if err := t.one(&row, selectMinutes+" WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("minutes %d: %w", id, err)
	}
	x, err := row.toMinutes()
	if err != nil {
		return nil, err
	}
	return x, t.now(x)
}

// FindMinutes implements meeting.Texts.
func (t *tx) FindMinutes(q meeting.MinutesQuery) ([]*meeting.Minutes, error) {
	var f filter
	f.narrow(q.Meeting != 0, "meeting_id = ?", q.Meeting)
	f.narrow(q.No != "", "no = ?", q.No)
	f.narrow(q.Of != 0, "of_id = ?", q.Of)
	f.narrow(q.Open, "state <> ?", meeting.Final)
	return foundBy(t, "minutes", minutesRow.toMinutes, selectMinutes+f.sql()+" ORDER BY id", f.args...)
}

// SaveMinutes implements meeting.Texts. A 终稿 that is stored is never changed
// (R60), whatever version is saved over it: meeting.ErrSealed.
func (t *tx) SaveMinutes(x *meeting.Minutes) error {
	details, err := encode(detailsOfMinutes(x))
	if err != nil {
		return fmt.Errorf("details of minutes %d: %w", x.ID, err)
	}
	values := []any{int64(x.Meeting), x.No, string(x.Kind), int64(x.Of), string(x.State), x.Hash, valid(x.Text), details}
	id, err := t.save(x, values,
		"INSERT INTO minutes (version, meeting_id, no, kind, of_id, state, hash, text, details) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
		`UPDATE minutes SET version = version + 1, meeting_id = ?, no = ?, kind = ?, of_id = ?, state = ?, hash = ?, text = ?, details = ?
			WHERE state <> '`+string(meeting.Final)+`' AND id = ? AND version = ?`)
	if errors.Is(err, bot.ErrConflict) {
		return t.sealedOr(x.ID, err)
	}
	if err != nil {
		return err
	}
	x.ID = meeting.MinutesID(id)
	x.Version++
	return nil
}

// sealedOr tells why minutes could not be saved: they are final (R60), or else
// what the caller thought.
func (t *tx) sealedOr(id meeting.MinutesID, otherwise error) error {
	var state []string
	if _, err := t.find(&state, "SELECT state FROM minutes WHERE id = ?", id); err != nil {
		return fmt.Errorf("minutes %d: %w", id, err)
	}
	if len(state) == 1 && meeting.MinutesState(state[0]) == meeting.Final {
		return fmt.Errorf("minutes %d: %w", id, meeting.ErrSealed)
	}
	return otherwise
}

func (r minutesRow) toMinutes() (*meeting.Minutes, error) {
	var d minutesDetails
	if err := json.Unmarshal([]byte(r.Details), &d); err != nil {
		return nil, fmt.Errorf("details of minutes %d: %w", r.ID, err)
	}
	x := d.toMinutes()
	x.ID, x.Version, x.Meeting, x.No = meeting.MinutesID(r.ID), r.Version, meeting.MeetingID(r.MeetingID), r.No
	x.Kind, x.Of, x.State = meeting.MinutesKind(r.Kind), meeting.MinutesID(r.OfID), meeting.MinutesState(r.State)
	x.Hash, x.Text = r.Hash, r.Text
	return x, nil
}
