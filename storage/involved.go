package storage

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot/meeting"
)

// A peopled subject has an index of the people who may read of it, which
// Involves is asked of.
type peopled interface {
	meeting.Subject
	People() []meeting.PersonID
}

// involved is who has a part in a version of a subject.
type involved struct {
	version int
	people  []meeting.PersonID
}

// savePeople brings the index of people up to what was just saved; mostly
// there is nothing to do.
func (t *tx) savePeople(s peopled) error {
	ref, want := s.Ref(), s.People()
	table, column := "task_people", "task_id"
	if ref.Kind == meeting.KindMeeting {
		table, column = "meeting_people", "meeting_id"
	}
	failed := func(err error) error { return fmt.Errorf("people of %s %d: %w", ref.Kind, ref.ID, err) }
	had, known := t.people[ref]
	if !known || had.version != s.Revision()-1 {
		if _, err := t.find(&had.people, "SELECT person_id FROM "+table+" WHERE "+column+" = ?", ref.ID); err != nil {
			return failed(err)
		}
	}
	lacks := func(in []meeting.PersonID) func(meeting.PersonID) bool {
		return func(p meeting.PersonID) bool { return slices.Contains(in, p) }
	}
	if left := slices.DeleteFunc(slices.Clone(had.people), lacks(want)); len(left) > 0 {
		if _, err := t.exec("DELETE FROM "+table+" WHERE "+column+" = ? AND person_id IN ?", ref.ID, left); err != nil {
			return failed(err)
		}
	}
	if came := slices.DeleteFunc(slices.Clone(want), lacks(had.people)); len(came) > 0 {
		values := make([]any, 0, 2*len(came))
		for _, p := range came {
			values = append(values, p, ref.ID)
		}
		places := strings.Repeat(", (?, ?)", len(came))[2:]
		if _, err := t.exec("INSERT INTO "+table+" (person_id, "+column+") VALUES "+places, values...); err != nil {
			return failed(err)
		}
	}
	t.people[ref] = involved{version: s.Revision(), people: want}
	return nil
}

// A filter collects the conditions of a query.
type filter struct {
	where []string
	args  []any
}

// narrow adds a condition that is wanted.
func (f *filter) narrow(wanted bool, condition string, values ...any) {
	if wanted {
		f.where, f.args = append(f.where, condition), append(f.args, values...)
	}
}

// sql is the WHERE clause, empty without conditions.
func (f *filter) sql() string {
	if len(f.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.where, " AND ")
}
