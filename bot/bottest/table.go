package bottest

import (
	"maps"
	"reflect"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A state is everything that a Memory holds. A committed state is never
// changed: turns work on a fork.
type state struct {
	events   table[string, time.Time]
	tasks    table[meeting.TaskID, *meeting.Task]
	meetings table[meeting.MeetingID, *meeting.Meeting]
	minutes  table[meeting.MinutesID, *meeting.Minutes]
	disputes table[meeting.DisputeID, *meeting.Dispute]
	serials  table[string, int]
	people   table[meeting.PersonID, person]
	accounts table[bot.Account, contact]
	links    table[meeting.PersonID, *meeting.Link]
	letters  table[int64, letter]
	keys     table[string, int64]
	copies   table[int64, bot.Copy]
	alarms   table[meeting.Ref, bot.Alarm]
	drafts   table[int64, *bot.Draft]
	groups   table[int64, *bot.Group]
	audits   table[meeting.Ref, []bot.AuditEvent]
	last     struct{ task, person, letter, place, copy, draft, group, meeting, minutes, dispute int64 }
}

// fork returns the same state, to be written without changing s.
func (s *state) fork() state {
	f := *s
	f.meetings.mine, f.minutes.mine, f.disputes.mine = false, false, false
	f.events.mine, f.tasks.mine, f.serials.mine = false, false, false
	f.people.mine, f.accounts.mine, f.links.mine = false, false, false
	f.letters.mine, f.keys.mine, f.copies.mine = false, false, false
	f.alarms.mine, f.drafts.mine, f.groups.mine, f.audits.mine = false, false, false, false
	return f
}

// A table is rows by key, copied at the first write after a fork. Rows are
// never changed in place, only replaced.
type table[K comparable, V any] struct {
	rows map[K]V
	mine bool
}

func (t *table[K, V]) own() {
	if t.mine {
		return
	}
	t.rows, t.mine = maps.Clone(t.rows), true
	if t.rows == nil {
		t.rows = map[K]V{}
	}
}

func (t *table[K, V]) set(k K, v V) {
	t.own()
	t.rows[k] = v
}

func (t *table[K, V]) del(k K) {
	t.own()
	delete(t.rows, k)
}

// copied returns v with everything that it refers to, instants as a store
// gives them back. What types hide is not followed.
func copied[T any](v T) T {
	out, _ := reflect.TypeAssert[T](deep(reflect.ValueOf(&v).Elem()))
	return out
}

func deep(v reflect.Value) reflect.Value {
	if at, ok := reflect.TypeAssert[time.Time](v); ok {
		return reflect.ValueOf(at.Truncate(time.Millisecond).UTC())
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(deep(v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(deep(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			out.SetMapIndex(k, deep(v.MapIndex(k)))
		}
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(deep(v.Field(i)))
			}
		}
		return out
	default:
		return v
	}
}
