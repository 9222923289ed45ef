package storage

import (
	"encoding/json"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A meetingRow is a meeting as it is stored: what is looked for in columns of
// its own, everything else in Details.
type meetingRow struct {
	ID        int64 `gorm:"primaryKey"`
	Version   int
	No        string
	Chat      string `gorm:"index:ix_meeting_chat,priority:1"`
	Status    string `gorm:"index:ix_meeting_status,priority:1"`
	StartAt   int64  `gorm:"index:ix_meeting_chat,priority:2;index:ix_meeting_status,priority:2;index:ix_meeting_start"`
	CreatedAt int64
	Title     string
	Details   string
}

// TableName implements gorm's Tabler.
func (meetingRow) TableName() string { return "meetings" }

const selectMeetings = "SELECT id, version, no, chat, status, start_at, created_at, title, details FROM meetings"

// Meeting implements meeting.Meetings.
func (t *tx) Meeting(id meeting.MeetingID) (*meeting.Meeting, error) {
	var row meetingRow
	if err := t.one(&row, selectMeetings+" WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("meeting %d: %w", id, err)
	}
	m, err := row.toMeeting()
	if err == nil {
		t.people[m.Ref()] = involved{version: row.Version, people: m.People()}
		err = t.now(m)
	}
	return m, err
}

// FindMeetings implements meeting.Meetings.
func (t *tx) FindMeetings(q meeting.MeetingQuery) ([]*meeting.Meeting, error) {
	involved, err := t.everybody(q.Involves)
	if err != nil {
		return nil, err
	}
	var f filter
	f.narrow(q.Chat != "", "(chat = ? OR id IN (SELECT meeting_id FROM meeting_rooms WHERE chat = ?))", q.Chat, q.Chat)
	f.narrow(q.Involves != meeting.Nobody, "id IN (SELECT meeting_id FROM meeting_people WHERE person_id IN ?)", involved)
	f.narrow(q.Open, "status NOT IN ?", finished())
	f.narrow(!q.From.IsZero(), "start_at <> 0 AND start_at >= ?", ms(q.From))
	f.narrow(!q.Till.IsZero(), "start_at <> 0 AND start_at < ?", ms(q.Till))
	sql := selectMeetings + f.sql() + " ORDER BY start_at = 0, start_at, id"
	if q.Limit > 0 {
		sql, f.args = sql+" LIMIT ?", append(f.args, q.Limit)
	}
	return foundBy(t, "meetings", meetingRow.toMeeting, sql, f.args...)
}

// SaveMeeting implements meeting.Meetings.
func (t *tx) SaveMeeting(m *meeting.Meeting) error {
	details, err := encode(detailsOfMeeting(m))
	if err != nil {
		return fmt.Errorf("details of meeting %d: %w", m.ID, err)
	}
	values := []any{m.No, m.Chat, string(m.Status), ms(m.Start), ms(m.CreatedAt), valid(m.Title), details}
	id, err := t.save(m, values,
		"INSERT INTO meetings (version, no, chat, status, start_at, created_at, title, details) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
		"UPDATE meetings SET version = version + 1, no = ?, chat = ?, status = ?, start_at = ?, created_at = ?, title = ?, details = ? WHERE id = ? AND version = ?")
	if err != nil {
		return err
	}
	if m.ID == 0 {
		m.ID = meeting.MeetingID(id)
		t.people[m.Ref()] = involved{version: 0} // a new row, so nobody
	}
	m.Version++
	if err := t.saveRooms(m); err != nil {
		return err
	}
	return t.savePeople(m)
}

// finished is the states after which a meeting is not open any more.
func finished() []meeting.MeetingStatus {
	return []meeting.MeetingStatus{meeting.CalledOff, meeting.Failed, meeting.Archived}
}

func (r meetingRow) toMeeting() (*meeting.Meeting, error) {
	var d meetingDetails
	if err := json.Unmarshal([]byte(r.Details), &d); err != nil {
		return nil, fmt.Errorf("details of meeting %d: %w", r.ID, err)
	}
	m := d.toMeeting()
	m.ID, m.Version, m.No, m.Chat = meeting.MeetingID(r.ID), r.Version, r.No, r.Chat
	m.Status, m.Title = meeting.MeetingStatus(r.Status), r.Title
	m.Start, m.CreatedAt = at(r.StartAt), at(r.CreatedAt)
	return m, nil
}

// save inserts a subject without an id and returns the one that its row got, or
// updates the row of its id and version: else bot.ErrConflict. Both statements
// take the values; the update ends with id and version.
func (t *tx) save(s meeting.Subject, values []any, insert, update string) (int64, error) {
	ref, version := s.Ref(), s.Revision()
	if ref.ID == 0 && version == 0 {
		id, err := t.insert(insert, values...)
		if err != nil {
			return 0, fmt.Errorf("new %s: %w", ref.Kind, err)
		}
		return id, nil
	}
	n, err := t.exec(update, append(values, ref.ID, version)...)
	if err == nil && n == 0 {
		err = bot.ErrConflict
	}
	if err != nil {
		return 0, fmt.Errorf("%s %d, version %d: %w", ref.Kind, ref.ID, version, err)
	}
	return ref.ID, nil
}

// foundBy reads what a query finds.
func foundBy[R, V any](t *tx, what string, convert func(R) (V, error), sql string, args ...any) ([]V, error) {
	var rows []R
	if _, err := t.find(&rows, sql, args...); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	out := make([]V, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = convert(row); err != nil {
			return nil, err
		}
	}
	return out, t.now(&out)
}
