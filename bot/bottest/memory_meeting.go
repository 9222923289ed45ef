package bottest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Meeting implements meeting.Meetings.
func (tx *memoryTx) Meeting(id meeting.MeetingID) (*meeting.Meeting, error) {
	return found(tx.meetings, id, "meeting")
}

// FindMeetings implements meeting.Meetings.
func (tx *memoryTx) FindMeetings(q meeting.MeetingQuery) ([]*meeting.Meeting, error) {
	all := matching(tx.meetings, func(m *meeting.Meeting) bool {
		return (q.Chat == "" || m.Meets(q.Chat)) &&
			(q.Involves == meeting.Nobody || m.Involves(q.Involves)) &&
			(!q.Open || m.Open()) &&
			(q.From.IsZero() || !m.Start.IsZero() && !m.Start.Before(q.From)) &&
			(q.Till.IsZero() || !m.Start.IsZero() && m.Start.Before(q.Till))
	})
	slices.SortStableFunc(all, func(a, b *meeting.Meeting) int {
		if a.Start.IsZero() != b.Start.IsZero() {
			return cmp.Compare(zeroLast(a), zeroLast(b))
		}
		return a.Start.Compare(b.Start)
	})
	if q.Limit > 0 && len(all) > q.Limit {
		all = all[:q.Limit]
	}
	return all, nil
}

func zeroLast(m *meeting.Meeting) int {
	if m.Start.IsZero() {
		return 1
	}
	return 0
}

// SaveMeeting implements meeting.Meetings.
func (tx *memoryTx) SaveMeeting(m *meeting.Meeting) error {
	if err := tx.saves(m, m.Version, current(tx.meetings, m.ID)); err != nil {
		return err
	}
	if m.ID == 0 {
		tx.last.meeting++
		m.ID = meeting.MeetingID(tx.last.meeting)
	}
	m.Version++
	row := copied(m)
	row.Changes() // are audited, not stored
	tx.meetings.set(m.ID, row)
	return nil
}

// Minutes implements meeting.Texts.
func (tx *memoryTx) Minutes(id meeting.MinutesID) (*meeting.Minutes, error) {
	return found(tx.minutes, id, "minutes")
}

// FindMinutes implements meeting.Texts.
func (tx *memoryTx) FindMinutes(q meeting.MinutesQuery) ([]*meeting.Minutes, error) {
	return matching(tx.minutes, func(x *meeting.Minutes) bool {
		return (q.Meeting == 0 || x.Meeting == q.Meeting) && (q.No == "" || x.No == q.No) && (q.Of == 0 || x.Of == q.Of) &&
			(!q.Open || x.State != meeting.Final)
	}), nil
}

// SaveMinutes implements meeting.Texts.
func (tx *memoryTx) SaveMinutes(x *meeting.Minutes) error {
	if was := tx.minutes.rows[x.ID]; was != nil && was.State == meeting.Final {
		return fmt.Errorf("minutes %d: %w", x.ID, meeting.ErrSealed)
	}
	if err := tx.saves(x, x.Version, current(tx.minutes, x.ID)); err != nil {
		return err
	}
	if x.ID == 0 {
		tx.last.minutes++
		x.ID = meeting.MinutesID(tx.last.minutes)
	}
	x.Version++
	row := copied(x)
	row.Changes()
	tx.minutes.set(x.ID, row)
	return nil
}

// Dispute implements meeting.Disputes.
func (tx *memoryTx) Dispute(id meeting.DisputeID) (*meeting.Dispute, error) {
	return found(tx.disputes, id, "dispute")
}

// FindDisputes implements meeting.Disputes.
func (tx *memoryTx) FindDisputes(q meeting.DisputeQuery) ([]*meeting.Dispute, error) {
	return matching(tx.disputes, func(d *meeting.Dispute) bool {
		return (q.Meeting == 0 || d.Meeting == q.Meeting) && (q.Decider == meeting.Nobody || d.Decider == q.Decider) && (!q.Open || d.Open())
	}), nil
}

// SaveDispute implements meeting.Disputes.
func (tx *memoryTx) SaveDispute(d *meeting.Dispute) error {
	if err := tx.saves(d, d.Version, current(tx.disputes, d.ID)); err != nil {
		return err
	}
	if d.ID == 0 {
		tx.last.dispute++
		d.ID = meeting.DisputeID(tx.last.dispute)
	}
	d.Version++
	row := copied(d)
	row.Changes()
	tx.disputes.set(d.ID, row)
	return nil
}

// saves refuses what was loaded in another version than the stored one; was is 0
// if nothing is stored.
func (tx *memoryTx) saves(s meeting.Subject, version, was int) error {
	if err := tx.writing(); err != nil {
		return err
	}
	if s.Ref().ID == 0 && version == 0 || was != 0 && was == version {
		return nil
	}
	return fmt.Errorf("%s %d, version %d: %w", s.Ref().Kind, s.Ref().ID, version, bot.ErrConflict)
}

func current[K comparable, V meeting.Subject](t table[K, V], id K) int {
	if row, ok := t.rows[id]; ok {
		return row.Revision()
	}
	return 0
}

func found[K ~int64, V any](t table[K, V], id K, what string) (V, error) {
	row, ok := t.rows[id]
	if !ok {
		return row, fmt.Errorf("%s %d: %w", what, id, meeting.ErrNotFound)
	}
	return copied(row), nil
}

func matching[K ~int64, V any](t table[K, V], fits func(V) bool) []V {
	var out []V
	for _, id := range slices.Sorted(maps.Keys(t.rows)) {
		if row := t.rows[id]; fits(row) {
			out = append(out, copied(row))
		}
	}
	return out
}
