package bottest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Task implements meeting.Tasks.
func (tx *memoryTx) Task(id meeting.TaskID) (*meeting.Task, error) {
	k, ok := tx.tasks.rows[id]
	if !ok {
		return nil, fmt.Errorf("task %d: %w", id, meeting.ErrNotFound)
	}
	return copied(k), nil
}

// FindTasks implements meeting.Tasks.
func (tx *memoryTx) FindTasks(q meeting.TaskQuery) ([]*meeting.Task, error) {
	var out []*meeting.Task
	for _, id := range slices.Sorted(maps.Keys(tx.tasks.rows)) {
		if k := tx.tasks.rows[id]; matches(k, q) {
			out = append(out, copied(k))
		}
		if q.Limit > 0 && len(out) == q.Limit {
			break
		}
	}
	return out, nil
}

func matches(k *meeting.Task, q meeting.TaskQuery) bool {
	return (q.Owner == meeting.Nobody || k.Owner == q.Owner) &&
		(q.Host == meeting.Nobody || k.Host == q.Host) &&
		(q.Meeting == 0 || k.Meeting == q.Meeting) &&
		(q.Involves == meeting.Nobody || k.Involves(q.Involves)) &&
		strings.HasSuffix(k.No, q.Ending) &&
		(!q.Open || k.Open()) &&
		(q.Since.IsZero() || !k.CreatedAt.Before(q.Since) || !k.ClosedAt.Before(q.Since))
}

// SaveTask implements meeting.Tasks.
func (tx *memoryTx) SaveTask(k *meeting.Task) error {
	if err := tx.writing(); err != nil {
		return err
	}
	if k.ID != 0 {
		if was, ok := tx.tasks.rows[k.ID]; !ok || was.Version != k.Version || !was.Open() {
			return fmt.Errorf("task %d, version %d: %w", k.ID, k.Version, bot.ErrConflict)
		}
	} else {
		tx.last.task++
		k.ID, k.Version = meeting.TaskID(tx.last.task), 0
	}
	k.Version++
	row := copied(k)
	row.Changes() // are audited, not stored
	tx.tasks.set(k.ID, row)
	return nil
}

// Serial implements meeting.Serials.
func (tx *memoryTx) Serial(scope string) (int, error) {
	if err := tx.writing(); err != nil {
		return 0, err
	}
	n := tx.serials.rows[scope] + 1
	tx.serials.set(scope, n)
	return n, nil
}
