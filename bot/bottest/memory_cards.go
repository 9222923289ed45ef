package bottest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// CopyOf implements bot.Copies.
func (tx *memoryTx) CopyOf(m bot.MessageID) (bot.Copy, error) {
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(tx.copies.rows))) {
		if c := tx.copies.rows[id]; c.Message == m {
			return c, nil
		}
	}
	return bot.Copy{}, fmt.Errorf("copy %s: %w", m, meeting.ErrNotFound)
}

// Copy implements bot.Copies.
func (tx *memoryTx) Copy(id int64) (bot.Copy, error) {
	c, ok := tx.copies.rows[id]
	if !ok {
		return bot.Copy{}, fmt.Errorf("copy %d: %w", id, meeting.ErrNotFound)
	}
	return c, nil
}

// LiveCopies implements bot.Copies.
func (tx *memoryTx) LiveCopies(of meeting.Ref) ([]bot.Copy, error) {
	var out []bot.Copy
	for _, id := range slices.Sorted(maps.Keys(tx.copies.rows)) {
		if c := tx.copies.rows[id]; c.Face.Of == of && !c.Dead {
			out = append(out, c)
		}
	}
	return out, nil
}

// SaveCopy implements bot.Copies.
func (tx *memoryTx) SaveCopy(c *bot.Copy) error {
	if err := tx.writing(); err != nil {
		return err
	}
	row := copied(*c)
	if c.ID == 0 {
		tx.last.copy++
		c.ID = tx.last.copy
		row.ID = c.ID
	} else {
		was, err := tx.Copy(c.ID)
		if err != nil {
			return err
		}
		if was.Shown < row.Shown {
			was.Look = row.Look
		}
		was.Shown, was.Dead = max(was.Shown, row.Shown), was.Dead || row.Dead
		row = was
	}
	tx.copies.set(row.ID, row)
	return nil
}

// Arm implements bot.Alarms.
func (tx *memoryTx) Arm(a bot.Alarm) error {
	if err := tx.writing(); err != nil {
		return err
	}
	if a.Next.IsZero() {
		tx.alarms.del(a.Of)
		return nil
	}
	tx.alarms.set(a.Of, copied(a))
	return nil
}

// Alarm implements bot.Alarms.
func (tx *memoryTx) Alarm(of meeting.Ref) (bot.Alarm, bool, error) {
	a, ok := tx.alarms.rows[of]
	return a, ok, nil
}

// Ringing implements bot.Alarms.
func (tx *memoryTx) Ringing(till time.Time, limit int) ([]bot.Alarm, error) {
	due := slices.Collect(maps.Values(tx.alarms.rows))
	due = slices.DeleteFunc(due, func(a bot.Alarm) bool { return a.Next.After(till) })
	slices.SortFunc(due, byNext)
	return due[:min(len(due), limit)], nil
}

// Advance implements bot.Alarms.
func (tx *memoryTx) Advance(was bot.Alarm, since, next time.Time) (bool, error) {
	if err := tx.writing(); err != nil {
		return false, err
	}
	is, ok := tx.alarms.rows[was.Of]
	if !ok || is != copied(was) {
		return false, nil
	}
	is.Since, is.Next = since, next
	return true, tx.Arm(is)
}

// NextAlarm implements bot.Alarms.
func (tx *memoryTx) NextAlarm() (time.Time, bool, error) {
	all := slices.Collect(maps.Values(tx.alarms.rows))
	if len(all) == 0 {
		return time.Time{}, false, nil
	}
	return slices.MinFunc(all, byNext).Next, true, nil
}

func byNext(a, b bot.Alarm) int {
	return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.Of.Kind, b.Of.Kind), cmp.Compare(a.Of.ID, b.Of.ID))
}

// LastAudit implements bot.Audits.
func (tx *memoryTx) LastAudit(of meeting.Ref) (bot.AuditEvent, error) {
	trail := tx.audits.rows[of]
	if len(trail) == 0 {
		return bot.AuditEvent{}, nil
	}
	return trail[len(trail)-1], nil
}

// Audit implements bot.Audits.
func (tx *memoryTx) Audit(a bot.AuditEvent) error {
	if err := tx.writing(); err != nil {
		return err
	}
	trail := slices.Clone(tx.audits.rows[a.Of])
	at, taken := slices.BinarySearchFunc(trail, a.Seq, func(e bot.AuditEvent, seq int) int { return e.Seq - seq })
	if taken {
		return fmt.Errorf("audit event %d of %s %d: %w", a.Seq, a.Of.Kind, a.Of.ID, bot.ErrConflict)
	}
	tx.audits.set(a.Of, slices.Insert(trail, at, copied(a)))
	return nil
}

// AuditTrail implements bot.Audits.
func (tx *memoryTx) AuditTrail(of meeting.Ref) ([]bot.AuditEvent, error) {
	return slices.Clone(tx.audits.rows[of]), nil
}
