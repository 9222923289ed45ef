package storage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A taskRow is a task as it is stored: what is looked for or guarded in columns
// of its own, everything else in Details.
type taskRow struct {
	ID          int64 `gorm:"primaryKey"`
	Version     int
	No          string
	Ending      string `gorm:"index:ix_task_ending"`
	Source      string
	Chat        string
	MeetingID   int64 `gorm:"index:ix_task_meeting"`
	Description string
	Priority    string
	Status      string `gorm:"index:ix_task_owner,priority:2;index:ix_task_host,priority:2"`
	Owner       int64  `gorm:"index:ix_task_owner,priority:1"`
	Host        int64  `gorm:"index:ix_task_host,priority:1"`
	Acceptor    int64
	NextOwner   int64
	Due         int64
	CreatedAt   int64 `gorm:"index:ix_task_created"`
	ClosedAt    int64 `gorm:"index:ix_task_closed"`
	Details     string
}

// TableName implements gorm's Tabler.
func (taskRow) TableName() string { return "tasks" }

const taskColumns = "id, version, no, ending, source, chat, meeting_id, description, priority, status, owner, host, acceptor, next_owner, due, created_at, closed_at, details"

// Task implements meeting.Tasks.
func (t *tx) Task(id meeting.TaskID) (*meeting.Task, error) {
	var row taskRow
	if err := t.one(&row, "SELECT "+taskColumns+" FROM tasks WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("task %d: %w", id, err)
	}
	k, err := row.toTask()
	if err == nil {
		t.people[k.Ref()] = involved{version: row.Version, people: k.People()}
		err = t.now(k)
	}
	return k, err
}

// FindTasks implements meeting.Tasks.
func (t *tx) FindTasks(q meeting.TaskQuery) ([]*meeting.Task, error) {
	aliases, err := t.Aliases()
	if err != nil {
		return nil, err
	}
	var f filter
	f.narrow(q.Owner != meeting.Nobody, "owner IN ?", aliases.All(q.Owner))
	f.narrow(q.Host != meeting.Nobody, "host IN ?", aliases.All(q.Host))
	f.narrow(q.Meeting != 0, "meeting_id = ?", q.Meeting)
	f.narrow(q.Involves != meeting.Nobody, "id IN (SELECT task_id FROM task_people WHERE person_id IN ?)", aliases.All(q.Involves))
	f.narrow(q.Ending != "", "ending >= ? AND ending <= ?", backwards(q.Ending), backwards(q.Ending)+"\U0010FFFF")
	f.narrow(q.Open, "status NOT IN ?", closed())
	f.narrow(!q.Since.IsZero(), "(created_at >= ? OR closed_at >= ?)", ms(q.Since), ms(q.Since))
	sql := "SELECT " + taskColumns + " FROM tasks" + f.sql() + " ORDER BY id"
	if q.Limit > 0 {
		sql, f.args = sql+" LIMIT ?", append(f.args, q.Limit)
	}
	return foundBy(t, "tasks", taskRow.toTask, sql, f.args...)
}

// SaveTask implements meeting.Tasks. A task that is closed in the store is
// never changed (R86): bot.ErrConflict.
func (t *tx) SaveTask(k *meeting.Task) error {
	row, err := fromTask(k)
	if err != nil {
		return err
	}
	if row.ID == 0 {
		return t.insertTask(k, row)
	}
	n, err := t.exec(`UPDATE tasks SET version = version + 1, no = ?, ending = ?, source = ?, chat = ?, meeting_id = ?, description = ?, priority = ?, status = ?,
		owner = ?, host = ?, acceptor = ?, next_owner = ?, due = ?, created_at = ?, closed_at = ?, details = ?
		WHERE id = ? AND version = ? AND status NOT IN ?`,
		row.No, row.Ending, row.Source, row.Chat, row.MeetingID, row.Description, row.Priority, row.Status,
		row.Owner, row.Host, row.Acceptor, row.NextOwner, row.Due, row.CreatedAt, row.ClosedAt, row.Details,
		row.ID, row.Version, closed())
	if err != nil {
		return fmt.Errorf("task %d: %w", k.ID, err)
	}
	if n == 0 {
		return fmt.Errorf("task %d, version %d: %w", k.ID, k.Version, bot.ErrConflict)
	}
	k.Version++
	return t.savePeople(k)
}

func (t *tx) insertTask(k *meeting.Task, row taskRow) error {
	id, err := t.insert(`INSERT INTO tasks (version, no, ending, source, chat, meeting_id, description, priority, status,
		owner, host, acceptor, next_owner, due, created_at, closed_at, details)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.No, row.Ending, row.Source, row.Chat, row.MeetingID, row.Description, row.Priority, row.Status,
		row.Owner, row.Host, row.Acceptor, row.NextOwner, row.Due, row.CreatedAt, row.ClosedAt, row.Details)
	if err != nil {
		return fmt.Errorf("task %s: %w", row.No, err)
	}
	k.ID, k.Version = meeting.TaskID(id), 1
	t.people[k.Ref()] = involved{version: 0} // a new row, so nobody
	return t.savePeople(k)
}

// closed is the states that a task never leaves.
func closed() []meeting.Status { return []meeting.Status{meeting.Done, meeting.Cancelled} }

// backwards reads a number from its end.
func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func fromTask(k *meeting.Task) (taskRow, error) {
	details, err := encode(detailsOf(k))
	if err != nil {
		return taskRow{}, fmt.Errorf("details of task %d: %w", k.ID, err)
	}
	return taskRow{
		ID: int64(k.ID), Version: k.Version, No: k.No, Ending: backwards(k.No), Source: string(k.Source), Chat: k.Chat,
		MeetingID: int64(k.Meeting), Description: valid(k.Description), Priority: string(k.Priority), Status: string(k.Status),
		Owner: int64(k.Owner), Host: int64(k.Host), Acceptor: int64(k.Acceptor), NextOwner: int64(k.NextOwner),
		Due: ms(k.Due), CreatedAt: ms(k.CreatedAt), ClosedAt: ms(k.ClosedAt), Details: details,
	}, nil
}

func (r taskRow) toTask() (*meeting.Task, error) {
	var d taskDetails
	if err := json.Unmarshal([]byte(r.Details), &d); err != nil {
		return nil, fmt.Errorf("details of task %d: %w", r.ID, err)
	}
	k := d.toTask()
	k.ID, k.Version, k.No, k.Source, k.Chat = meeting.TaskID(r.ID), r.Version, r.No, meeting.Source(r.Source), r.Chat
	k.Meeting = meeting.MeetingID(r.MeetingID)
	k.Description, k.Priority, k.Status = r.Description, meeting.Priority(r.Priority), meeting.Status(r.Status)
	k.Owner, k.Host = meeting.PersonID(r.Owner), meeting.PersonID(r.Host)
	k.Acceptor, k.NextOwner = meeting.PersonID(r.Acceptor), meeting.PersonID(r.NextOwner)
	k.Due, k.CreatedAt, k.ClosedAt = at(r.Due), at(r.CreatedAt), at(r.ClosedAt)
	return k, nil
}

// valid is text as both databases take it; JSON is made so by its encoder.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
