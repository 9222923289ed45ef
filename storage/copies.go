package storage

import (
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A copyRow is a card that was sent.
type copyRow struct {
	ID        int64  `gorm:"primaryKey"`
	Message   string `gorm:"index:ix_copy_message"`
	Chat      string
	PersonID  int64
	Face      string
	Kind      string `gorm:"index:ix_copy_live,priority:1"`
	SubjectID int64  `gorm:"index:ix_copy_live,priority:2"`
	FaceFor   int64
	Shown     int
	Look      string
	SentAt    int64
	Dead      bool `gorm:"index:ix_copy_live,priority:3"`
}

// TableName implements gorm's Tabler.
func (copyRow) TableName() string { return "copies" }

const selectCopies = "SELECT id, message, chat, person_id, face, kind, subject_id, face_for, shown, look, sent_at, dead FROM copies "

// CopyOf implements bot.Copies.
func (t *tx) CopyOf(m bot.MessageID) (bot.Copy, error) {
	var row copyRow
	if err := t.one(&row, selectCopies+"WHERE message = ? ORDER BY id DESC LIMIT 1", m); err != nil {
		return bot.Copy{}, fmt.Errorf("copy of message %s: %w", m, err)
	}
	c := row.toCopy()
	return c, t.now(&c)
}

// Copy implements bot.Copies.
func (t *tx) Copy(id int64) (bot.Copy, error) {
	var row copyRow
	if err := t.one(&row, selectCopies+"WHERE id = ?", id); err != nil {
		return bot.Copy{}, fmt.Errorf("copy %d: %w", id, err)
	}
	c := row.toCopy()
	return c, t.now(&c)
}

// LiveCopies implements bot.Copies.
func (t *tx) LiveCopies(of meeting.Ref) ([]bot.Copy, error) {
	ids, err := t.subjects(of)
	if err != nil {
		return nil, err
	}
	var rows []copyRow
	if _, err := t.find(&rows, selectCopies+"WHERE kind = ? AND subject_id IN ? AND dead = 0 ORDER BY id", of.Kind, ids); err != nil {
		return nil, fmt.Errorf("copies of %s %d: %w", of.Kind, of.ID, err)
	}
	copies := mapped(rows, copyRow.toCopy)
	return copies, t.now(&copies)
}

// SaveCopy implements bot.Copies.
func (t *tx) SaveCopy(c *bot.Copy) error {
	face := c.Face
	if c.ID == 0 {
		if err := t.behind(face.Of); err != nil {
			return err
		}
		id, err := t.insert("INSERT INTO copies (message, chat, person_id, face, kind, subject_id, face_for, shown, look, sent_at, dead) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			string(c.Message), string(c.Chat), int64(c.Person), face.Name, face.Of.Kind, face.Of.ID, int64(face.For), c.Shown, c.Look, ms(c.SentAt), c.Dead)
		if err != nil {
			return fmt.Errorf("copy of message %s: %w", c.Message, err)
		}
		c.ID = id
		return nil
	}
	n, err := t.exec(`UPDATE copies SET look = CASE WHEN shown < ? THEN ? ELSE look END,
		shown = CASE WHEN shown < ? THEN ? ELSE shown END, dead = CASE WHEN dead = 1 THEN 1 ELSE ? END WHERE id = ?`,
		c.Shown, c.Look, c.Shown, c.Shown, c.Dead, c.ID) // look first: MySQL sees what was set before
	if err == nil && n == 0 {
		err = meeting.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("copy %d: %w", c.ID, err)
	}
	return nil
}

// behind waits for a turn that is saving the subject and could not see a card
// that is not there yet: what it saved is then read, and the card brought up to
// it.
func (t *tx) behind(of meeting.Ref) error {
	table := map[string]string{
		meeting.KindTask: "tasks", meeting.KindMeeting: "meetings", meeting.KindMinutes: "minutes", meeting.KindDispute: "disputes",
		meeting.KindGroup: "chat_groups",
	}[of.Kind]
	lock := t.store.locking()
	if lock == "" || table == "" {
		return nil
	}
	var version []int
	if _, err := t.find(&version, "SELECT version FROM "+table+" WHERE id = ?"+lock, of.ID); err != nil {
		return fmt.Errorf("%s %d: %w", of.Kind, of.ID, err)
	}
	return nil
}

func (r copyRow) toCopy() bot.Copy {
	return bot.Copy{
		ID: r.ID, Message: bot.MessageID(r.Message), Chat: bot.ChatID(r.Chat), Person: meeting.PersonID(r.PersonID),
		Face:  bot.Face{Name: r.Face, Of: meeting.Ref{Kind: r.Kind, ID: r.SubjectID}, For: meeting.PersonID(r.FaceFor)},
		Shown: r.Shown, Look: r.Look, SentAt: at(r.SentAt), Dead: r.Dead,
	}
}
