package bottest

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A keeper is one kind of subject as the exam of meetings handles it.
type keeper struct {
	fill   func(from int) meeting.Subject
	save   func(tx bot.Tx, s meeting.Subject) error
	load   func(tx bot.Tx, id int64) (meeting.Subject, error)
	become func(s meeting.Subject, id int64, version int)
}

// kept is keeper for a type.
func kept[V any, S interface {
	*V
	meeting.Subject
}](save func(bot.Tx, S) error, load func(bot.Tx, int64) (S, error)) keeper {
	own := func(s meeting.Subject) S { v, _ := s.(S); return v }
	return keeper{
		fill: func(from int) meeting.Subject { v := S(new(V)); fillFrom(v, from); return v },
		save: func(tx bot.Tx, s meeting.Subject) error { return save(tx, own(s)) },
		load: func(tx bot.Tx, id int64) (meeting.Subject, error) { return load(tx, id) },
		become: func(s meeting.Subject, id int64, version int) {
			v := reflect.ValueOf(own(s)).Elem()
			v.FieldByName("ID").SetInt(id)
			v.FieldByName("Version").SetInt(int64(version))
		},
	}
}

// keepers are the subjects that are saved by id and version.
func keepers() map[string]keeper {
	return map[string]keeper{
		meeting.KindTask: kept(func(tx bot.Tx, s *meeting.Task) error { return tx.SaveTask(s) },
			func(tx bot.Tx, id int64) (*meeting.Task, error) { return tx.Task(meeting.TaskID(id)) }),
		meeting.KindMeeting: kept(func(tx bot.Tx, s *meeting.Meeting) error { return tx.SaveMeeting(s) },
			func(tx bot.Tx, id int64) (*meeting.Meeting, error) { return tx.Meeting(meeting.MeetingID(id)) }),
		meeting.KindMinutes: kept(func(tx bot.Tx, s *meeting.Minutes) error { return tx.SaveMinutes(s) },
			func(tx bot.Tx, id int64) (*meeting.Minutes, error) { return tx.Minutes(meeting.MinutesID(id)) }),
		meeting.KindDispute: kept(func(tx bot.Tx, s *meeting.Dispute) error { return tx.SaveDispute(s) },
			func(tx bot.Tx, id int64) (*meeting.Dispute, error) { return tx.Dispute(meeting.DisputeID(id)) }),
	}
}

// fillFrom puts something of its own into every exported field that v reaches,
// counting from n, in place where something is there. It panics on a kind of
// field that it does not know, so that a new one is not left out silently.
func fillFrom(v any, n int) {
	fill(reflect.ValueOf(v).Elem(), &n)
}

func fill(v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(noon().Add(time.Duration(*n)*time.Hour + time.Duration(*n)*time.Millisecond).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("词🎉'%d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem(), n)
	case reflect.Slice:
		if v.Len() != 2 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	default:
		panic("cannot fill a " + v.Type().String())
	}
}

// saved inserts a subject.
func (x exam) saved(k keeper, s meeting.Subject) meeting.Subject {
	x.Helper()
	x.do(func(tx bot.Tx) error { k.become(s, 0, 0); return k.save(tx, s) })
	return s
}

func (x exam) loaded(k keeper, id int64) (s meeting.Subject) {
	x.Helper()
	x.see(func(tx bot.Tx) (err error) { s, err = k.load(tx, id); return err })
	return s
}

func (x exam) everyField() {
	for name, k := range keepers() {
		s := x.saved(k, k.fill(0))
		id := s.Ref().ID
		if id == 0 || s.Revision() != 1 {
			x.Fatalf("a new %s has id %d and version %d", name, id, s.Revision())
		}
		x.same(name, x.loaded(k, id), s)
		other := k.fill(1000)
		x.do(func(tx bot.Tx) error { k.become(other, id, 1); return k.save(tx, other) })
		x.same("version after a second save of a "+name, other.Revision(), 2)
		x.same("second "+name, x.loaded(k, id), other)
		bare := k.fill(0)
		reflect.ValueOf(bare).Elem().SetZero()
		x.do(func(tx bot.Tx) error { k.become(bare, id, 2); return k.save(tx, bare) })
		x.same("emptied "+name, x.loaded(k, id), bare)
		x.same("another bare "+name+" has an id of its own", x.saved(k, k.fill(0)).Ref().ID != id, true)
		x.see(func(tx bot.Tx) error {
			_, err := k.load(tx, id+999)
			x.is("unknown "+name, err, meeting.ErrNotFound)
			return nil
		})
	}
}

func (x exam) versions() {
	for name, k := range keepers() {
		first := x.saved(k, k.fill(0))
		id := first.Ref().ID
		second := k.fill(500)
		x.do(func(tx bot.Tx) error { k.become(second, id, 1); return k.save(tx, second) })
		for _, bad := range []struct {
			id      int64
			version int
		}{{id, 1}, {id, 3}, {id, 0}, {id + 999, 1}} {
			err := x.store.Do(x.Context(), func(tx bot.Tx) error {
				late := k.fill(900)
				k.become(late, bad.id, bad.version)
				return k.save(tx, late)
			})
			x.is(fmt.Sprintf("%s: a save of %d in version %d", name, bad.id-id, bad.version), err, bot.ErrConflict)
		}
		x.same(name+" after saves that were refused", x.loaded(k, id), second)
	}
}

func (x exam) undone() {
	for name, k := range keepers() {
		s := x.saved(k, k.fill(0))
		id := s.Ref().ID
		var inserted int64
		change := func(tx bot.Tx) error {
			other, fresh := k.fill(700), k.fill(800)
			k.become(other, id, 1)
			k.become(fresh, 0, 0)
			if err := k.save(tx, other); err != nil {
				return err
			}
			if err := k.save(tx, fresh); err != nil {
				return err
			}
			inserted = fresh.Ref().ID
			return errNo
		}
		gone := func(how string) {
			x.same(name+" after a "+how, x.loaded(k, id), s)
			x.see(func(tx bot.Tx) error {
				_, err := k.load(tx, inserted)
				x.is(name+" that a "+how+" took back", err, meeting.ErrNotFound)
				return nil
			})
		}
		x.is("turn", x.store.Do(x.Context(), change), errNo)
		gone("rolled back turn")
		x.do(func(tx bot.Tx) error {
			x.is("savepoint", tx.Savepoint(func() error { return change(tx) }), errNo)
			return nil
		})
		gone("savepoint")
		err := x.store.View(x.Context(), func(tx bot.Tx) error {
			other := k.fill(700)
			k.become(other, id, 1)
			return k.save(tx, other)
		})
		if err == nil {
			x.Errorf("a view saved a %s", name)
		}
	}
}

func (x exam) findMeetings() {
	start := noon()
	sets := []func(m *meeting.Meeting){
		func(m *meeting.Meeting) { m.Chat = "x:a" }, // no start: last
		func(m *meeting.Meeting) { m.Start, m.Host = start.Add(3*time.Hour), 1 },
		func(m *meeting.Meeting) { m.Start, m.Chat, m.Recorder = start.Add(time.Hour), "x:a", 1 },
		func(m *meeting.Meeting) { m.Start, m.Status = start.Add(2*time.Hour), meeting.Archived },
		func(m *meeting.Meeting) { m.Start, m.Status = start.Add(2*time.Hour), meeting.CalledOff },
		func(m *meeting.Meeting) { m.Start, m.Status, m.Initiator = start.Add(4*time.Hour), meeting.Failed, 1 },
		func(m *meeting.Meeting) { m.Participants = []meeting.Participant{{Person: 7, Proxy: 1}, {Person: 8}} },
		func(m *meeting.Meeting) { m.Start, m.CC = start.Add(time.Hour), []meeting.PersonID{1} },
	}
	number := map[meeting.MeetingID]int{}
	for i, set := range sets {
		m := &meeting.Meeting{Status: meeting.Planned, CreatedAt: noon()}
		set(m)
		x.do(func(tx bot.Tx) error { m.ID, m.Version = 0, 0; return tx.SaveMeeting(m) })
		number[m.ID] = i + 1
	}
	for _, c := range []struct {
		name string
		q    meeting.MeetingQuery
		want []int
	}{
		{"all", meeting.MeetingQuery{}, []int{3, 8, 4, 5, 2, 6, 1, 7}},
		{"chat", meeting.MeetingQuery{Chat: "x:a"}, []int{3, 1}},
		{"involved", meeting.MeetingQuery{Involves: 1}, []int{3, 8, 2, 6, 7}},
		{"involved nowhere", meeting.MeetingQuery{Involves: 77}, nil},
		{"open", meeting.MeetingQuery{Open: true}, []int{3, 8, 2, 1, 7}},
		{"open of a person", meeting.MeetingQuery{Open: true, Involves: 1, Limit: 3}, []int{3, 8, 2}},
		{"from", meeting.MeetingQuery{From: start.Add(2 * time.Hour)}, []int{4, 5, 2, 6}},
		{"till", meeting.MeetingQuery{Till: start.Add(2 * time.Hour)}, []int{3, 8}},
		{"between", meeting.MeetingQuery{From: start.Add(2 * time.Hour), Till: start.Add(3*time.Hour + time.Millisecond)}, []int{4, 5, 2}},
		{"limit", meeting.MeetingQuery{Limit: 2}, []int{3, 8}},
	} {
		x.see(func(tx bot.Tx) error {
			found, err := tx.FindMeetings(c.q)
			var got []int
			for _, m := range found {
				got = append(got, number[m.ID])
			}
			x.same("meetings: "+c.name, got, c.want)
			return err
		})
	}
}

// meetingRooms: a meeting is found by every group that it meets in, and by none
// that was taken off.
func (x exam) meetingRooms() {
	m := &meeting.Meeting{Status: meeting.Planned, Chat: "x:home"}
	other := &meeting.Meeting{Status: meeting.Planned, Chat: "x:other"}
	x.do(func(tx bot.Tx) error { m.ID, m.Version = 0, 0; return tx.SaveMeeting(m) })
	x.do(func(tx bot.Tx) error { other.ID, other.Version = 0, 0; return tx.SaveMeeting(other) })
	in := func(chat string) (found []meeting.MeetingID) {
		x.see(func(tx bot.Tx) error {
			all, err := tx.FindMeetings(meeting.MeetingQuery{Chat: chat})
			for _, m := range all {
				found = append(found, m.ID)
			}
			return err
		})
		return found
	}
	bind := func(m *meeting.Meeting, rooms ...meeting.Room) {
		x.do(func(tx bot.Tx) error {
			now, err := tx.Meeting(m.ID)
			if err != nil {
				return err
			}
			now.Bound = rooms
			return tx.SaveMeeting(now)
		})
	}
	bind(m, meeting.Room{Chat: "y:Room", At: noon()}, meeting.Room{Chat: "y:2", At: noon()})
	bind(other, meeting.Room{Chat: "y:2", At: noon()})
	x.same("meetings of their rooms", [][]meeting.MeetingID{in("x:home"), in("y:Room"), in("y:2"), in("y:room"), in("x:other")},
		[][]meeting.MeetingID{{m.ID}, {m.ID}, {m.ID, other.ID}, nil, {other.ID}})
	left := meeting.Room{Chat: "y:2", At: noon(), Left: noon().Add(time.Hour)}
	bind(m, meeting.Room{Chat: "y:Room", At: noon()}, left)
	x.same("one room less", [][]meeting.MeetingID{in("y:Room"), in("y:2")}, [][]meeting.MeetingID{{m.ID}, {other.ID}})
	bind(m, meeting.Room{Chat: "y:Room", At: noon()}, left, meeting.Room{Chat: "y:2", At: noon()})
	x.same("bound again", in("y:2"), []meeting.MeetingID{m.ID, other.ID})
}

// meetingPeople: who finds a meeting is who has a part in what was saved last,
// whichever way it was loaded and whatever was taken back on the way.
func (x exam) meetingPeople() {
	m := &meeting.Meeting{Status: meeting.Planned, Host: 1, CC: []meeting.PersonID{2, 3}}
	x.do(func(tx bot.Tx) error { m.ID, m.Version = 0, 0; return tx.SaveMeeting(m) })
	involved := func(what string, want ...meeting.PersonID) {
		x.Helper()
		var got []meeting.PersonID
		x.see(func(tx bot.Tx) error {
			for p := range meeting.PersonID(10) {
				found, err := tx.FindMeetings(meeting.MeetingQuery{Involves: p})
				if err != nil {
					return err
				}
				if p != meeting.Nobody && len(found) > 0 {
					got = append(got, p)
				}
			}
			return nil
		})
		x.same("people "+what, got, want)
	}
	involved("of a new meeting", 1, 2, 3)
	x.do(func(tx bot.Tx) error {
		found, err := tx.FindMeetings(meeting.MeetingQuery{Involves: 2})
		if err != nil {
			return err
		}
		found[0].Host, found[0].CC = 4, []meeting.PersonID{2}
		return tx.SaveMeeting(found[0])
	})
	involved("after a save of what was found", 2, 4)
	x.do(func(tx bot.Tx) error {
		loaded, err := tx.Meeting(m.ID)
		if err != nil {
			return err
		}
		again := copied(loaded)
		x.is("savepoint", tx.Savepoint(func() error {
			loaded.Host, loaded.CC = 5, nil
			return errors.Join(tx.SaveMeeting(loaded), errNo)
		}), errNo)
		again.Recorder, again.CC = 6, nil
		if err := tx.SaveMeeting(again); err != nil {
			return err
		}
		again.Participants = []meeting.Participant{{Person: 7, Proxy: 8}}
		return tx.SaveMeeting(again)
	})
	involved("after a savepoint and two saves", 4, 6, 7, 8)
}

// findPapers asks for minutes, disputes and the tasks of a meeting.
func (x exam) findPapers() {
	states := []meeting.MinutesState{meeting.Drafting, meeting.Final, meeting.Issued}
	x.do(func(tx bot.Tx) error {
		for i, state := range states {
			m := &meeting.Minutes{Meeting: meeting.MeetingID(1 + i%2), No: fmt.Sprintf("产品-20260812-0%d", i), Of: meeting.MinutesID(10 * i), State: state}
			if err := tx.SaveMinutes(m); err != nil {
				return err
			}
			d := &meeting.Dispute{Meeting: m.Meeting, Decider: meeting.PersonID(1 + i/2), No: m.No,
				Status: []meeting.DisputeStatus{meeting.Pending, meeting.Ruled, meeting.Retracted}[i]}
			if err := tx.SaveDispute(d); err != nil {
				return err
			}
			if err := tx.SaveTask(&meeting.Task{Meeting: m.Meeting, No: m.No, Status: meeting.NotStarted}); err != nil {
				return err
			}
		}
		return nil
	})
	no := func(i int) string { return fmt.Sprintf("产品-20260812-0%d", i) }
	x.see(func(tx bot.Tx) error {
		for i, c := range []struct {
			q    meeting.MinutesQuery
			want []string
		}{
			{meeting.MinutesQuery{}, []string{no(0), no(1), no(2)}},
			{meeting.MinutesQuery{Meeting: 1}, []string{no(0), no(2)}},
			{meeting.MinutesQuery{No: no(1)}, []string{no(1)}},
			{meeting.MinutesQuery{Of: 20}, []string{no(2)}},
			{meeting.MinutesQuery{Open: true}, []string{no(0), no(2)}},
			{meeting.MinutesQuery{Open: true, Meeting: 2}, nil},
		} {
			found, err := tx.FindMinutes(c.q)
			x.is("minutes", err, nil)
			x.same(fmt.Sprintf("minutes of query %d", i), numbers(found, func(m *meeting.Minutes) string { return m.No }), c.want)
		}
		for i, c := range []struct {
			q    meeting.DisputeQuery
			want []string
		}{
			{meeting.DisputeQuery{}, []string{no(0), no(1), no(2)}},
			{meeting.DisputeQuery{Meeting: 1}, []string{no(0), no(2)}},
			{meeting.DisputeQuery{Decider: 1}, []string{no(0), no(1)}},
			{meeting.DisputeQuery{Open: true}, []string{no(0)}},
			{meeting.DisputeQuery{Open: true, Meeting: 2}, nil},
		} {
			found, err := tx.FindDisputes(c.q)
			x.is("disputes", err, nil)
			x.same(fmt.Sprintf("disputes of query %d", i), numbers(found, func(d *meeting.Dispute) string { return d.No }), c.want)
		}
		found, err := tx.FindTasks(meeting.TaskQuery{Meeting: 1})
		x.same("tasks of a meeting", numbers(found, func(k *meeting.Task) string { return k.No }), []string{no(0), no(2)})
		return err
	})
}

func numbers[V any](of []V, no func(V) string) []string {
	var out []string
	for _, v := range of {
		out = append(out, no(v))
	}
	return out
}

// seal tries to change a 终稿 (R60) in every version that might fit, also in the
// turn that made it final.
func (x exam) seal() {
	k := keepers()[meeting.KindMinutes]
	fresh, _ := k.fill(0).(*meeting.Minutes)
	fresh.State = meeting.Final
	x.saved(k, fresh) // a 终稿 may come as one
	grown, _ := k.fill(300).(*meeting.Minutes)
	x.saved(k, grown)
	x.do(func(tx bot.Tx) error {
		grown.Version, grown.State = 1, meeting.Final
		if err := tx.SaveMinutes(grown); err != nil {
			return err
		}
		again := copied(grown)
		again.Text = "改"
		x.is("a save in the turn that sealed it", tx.SaveMinutes(again), meeting.ErrSealed)
		return nil
	})
	for _, final := range []*meeting.Minutes{fresh, grown} {
		for version := range 4 {
			for _, state := range []meeting.MinutesState{meeting.Final, meeting.Revising} {
				err := x.store.Do(x.Context(), func(tx bot.Tx) error {
					m, err := tx.Minutes(final.ID)
					if err != nil {
						return err
					}
					m.Version, m.State, m.Text, m.Hash, m.Readers = version, state, "改", "改", nil
					return tx.SaveMinutes(m)
				})
				x.is("a change of sealed minutes", err, meeting.ErrSealed)
			}
		}
		x.same("sealed minutes", x.loaded(k, int64(final.ID)), final)
	}
}

// meetingCopies: the caller owns what was loaded, and the store what was saved.
func (x exam) meetingCopies() {
	for name, k := range keepers() {
		s := x.saved(k, k.fill(0))
		id := s.Ref().ID
		want := k.fill(0)
		k.become(want, id, 1)
		fillFrom(s, 4000)
		fillFrom(x.loaded(k, id), 5000)
		x.same(name, x.loaded(k, id), want)
	}
}
