package bottest

import (
	"strconv"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// twice meets one human being on two platforms.
func (x exam) twice() (one, two meeting.PersonID) {
	x.Helper()
	one = x.meet(bot.Profile{Account: "x:1", Name: "周敏", Department: "研发", Title: "工程师", Leader: "x:boss"})
	two = x.meet(bot.Profile{Account: "y:1", Name: "周敏", Department: "外协", Admin: true})
	return one, two
}

func (x exam) join(from, into meeting.PersonID) {
	x.Helper()
	x.do(func(tx bot.Tx) error { return tx.Join(from, into) })
}

// joins: two persons become one in whom all is found.
func (x exam) joins() {
	one, two := x.twice()
	boss := x.meet(bot.Profile{Account: "x:boss", Name: "乙", Leader: "y:1"})
	err := x.store.Do(x.Context(), func(tx bot.Tx) error {
		x.is("a join that is undone", tx.Savepoint(func() error {
			if err := tx.Join(two, one); err != nil {
				return err
			}
			return errNo
		}), errNo)
		p, err := tx.PersonOf("y:1")
		x.same("person after that", p, two)
		return err
	})
	x.is("turn", err, nil)
	x.join(two, one)
	joined := meeting.Person{ID: one, Name: "周敏", Department: "研发", Title: "工程师", Leader: boss, Active: true, Admin: true}
	x.see(func(tx bot.Tx) error {
		for _, id := range []meeting.PersonID{one, two} {
			p, err := tx.Person(id)
			x.same("person", p, joined)
			if err != nil {
				return err
			}
			on, err := tx.AccountOn(id, "y")
			x.same("account", on, bot.Account("y:1"))
			if err != nil {
				return err
			}
		}
		leader, err := tx.Person(boss)
		x.same("leader by the other account", leader.Leader, one)
		if err != nil {
			return err
		}
		aliases, err := tx.Aliases()
		x.same("aliases", aliases, meeting.Aliases{two: one})
		if err != nil {
			return err
		}
		named, err := tx.Named("周敏")
		x.same("named", named, []meeting.Person{joined})
		if err != nil {
			return err
		}
		everyone, err := tx.Everyone()
		x.same("people", len(everyone), 2)
		return err
	})
	x.is("another join", x.store.Do(x.Context(), func(tx bot.Tx) error { return tx.Join(two, one) }), bot.ErrConflict)
	x.is("a join with nobody", x.store.Do(x.Context(), func(tx bot.Tx) error { return tx.Join(one+two+boss+999, one) }), meeting.ErrNotFound)
	x.join(one, boss)
	x.see(func(tx bot.Tx) error {
		aliases, err := tx.Aliases()
		x.same("aliases of who was joined twice", aliases, meeting.Aliases{one: boss, two: boss})
		return err
	})
}

// standing: what one platform says of a person is not all that there is to them.
func (x exam) standing() {
	one, two := x.twice()
	x.join(two, one)
	is := func(what string, active, admin bool) {
		x.Helper()
		x.see(func(tx bot.Tx) error {
			p, err := tx.Person(one)
			x.same(what, []any{p.Name, p.Department, p.Active, p.Admin}, []any{"周敏", "研发", active, admin})
			return err
		})
	}
	account := func(want bot.Account) {
		x.Helper()
		x.do(func(tx bot.Tx) error {
			a, err := tx.AccountOf(one)
			x.same("account", a, want)
			return err
		})
	}
	x.do(func(tx bot.Tx) error { return tx.Heard("x:1", noon()) })
	x.do(func(tx bot.Tx) error { return tx.Heard("y:1", noon()) })
	account("y:1") // heard at the same moment, but later
	x.same("the other platform again", x.meet(bot.Profile{Account: "y:1", Name: "别名", Department: "别处", Admin: true}), one)
	is("after it", true, true)
	x.same("another app of it", x.meet(bot.Profile{Account: "y:2", Also: []bot.Account{"y:1"}, Name: "别名", Admin: true}), one)
	is("after that", true, true)
	x.meet(bot.Profile{Account: "x:1", Name: "周敏", Department: "研发", Inactive: true})
	is("who left one platform", true, true)
	x.do(func(tx bot.Tx) error { return tx.Heard("x:1", noon().Add(time.Hour)) })
	account("y:1")
	x.meet(bot.Profile{Account: "x:1", Name: "周敏", Department: "研发"})
	for _, a := range []bot.Account{"y:1", "y:2"} {
		x.meet(bot.Profile{Account: a, Name: "别名", Inactive: true, Admin: true})
	}
	is("who left the other one", true, false)
	x.meet(bot.Profile{Account: "x:1", Name: "周敏", Department: "研发", Inactive: true})
	is("who left both", false, false)
}

// joinedBook: whatever was written of either is of the one person.
func (x exam) joinedBook() {
	one, two := x.twice()
	open := &meeting.Task{No: "T-1", Owner: two, Host: one, Helpers: []meeting.PersonID{two, one}, Status: meeting.InProgress, CreatedAt: noon()}
	closed := &meeting.Task{No: "T-2", Owner: two, Host: two, Status: meeting.Done, CreatedAt: noon(), ClosedAt: noon()}
	m := &meeting.Meeting{Title: "会", Status: meeting.Noticed, Host: two, CC: []meeting.PersonID{two}, CreatedAt: noon(), Participants: []meeting.Participant{
		{Person: one, Tier: meeting.Support, Observer: true}, {Person: two, Tier: meeting.Doer, RSVP: meeting.Comes, At: noon()},
	}}
	final := &meeting.Minutes{State: meeting.Final, Text: "由" + two.Token() + "办", Hash: "h", Host: two, Readers: []meeting.Reader{
		{Person: two, Receipt: meeting.Unread}, {Person: one, Receipt: meeting.Read, At: noon()},
	}}
	d := &meeting.Dispute{Decider: two, Status: meeting.Pending, CreatedAt: noon()}
	draft := &bot.Draft{Person: two, Command: "待办", Since: noon(), Have: map[string]string{"责任人": two.Token()}}
	list := bot.Copy{Message: "y:list", Person: two, Face: bot.Face{Name: "mine", Of: two.Ref(), For: two}, SentAt: noon()}
	x.do(func(tx bot.Tx) error {
		for _, save := range []error{
			tx.SaveTask(open), tx.SaveTask(closed), tx.SaveMeeting(m), tx.SaveMinutes(final), tx.SaveDispute(d), tx.SaveDraft(draft), tx.SaveCopy(&list),
		} {
			if save != nil {
				return save
			}
		}
		return nil
	})
	x.join(two, one)
	x.joinedTasks(open.ID, one)
	x.see(func(tx bot.Tx) error {
		found, err := tx.FindMeetings(meeting.MeetingQuery{Involves: one})
		x.same("meetings", len(found), 1)
		if err != nil {
			return err
		}
		x.same("parts", found[0].Participants, []meeting.Participant{{Person: one, Tier: meeting.Doer, RSVP: meeting.Comes, At: noon()}})
		x.same("host", found[0].Host, one)
		papers, err := tx.Minutes(final.ID)
		x.same("sealed text", papers.Text, final.Text)
		x.same("receipts", papers.Readers, []meeting.Reader{{Person: one, Receipt: meeting.Read, At: noon()}})
		if err != nil {
			return err
		}
		decides, err := tx.FindDisputes(meeting.DisputeQuery{Decider: one})
		x.same("disputes", len(decides), 1)
		if err != nil {
			return err
		}
		x.same("decider", decides[0].Decider, one)
		asked, err := tx.OpenDraft("", one)
		x.same("draft", asked.Person, one)
		if err != nil {
			return err
		}
		copies, err := tx.LiveCopies(one.Ref())
		x.same("copies", len(copies), 1)
		if err != nil {
			return err
		}
		x.same("list", []any{copies[0].Person, copies[0].Face}, []any{one, bot.Face{Name: "mine", Of: one.Ref(), For: one}})
		return nil
	})
	x.joinedSaves(open.ID, m.ID, one)
}

func (x exam) joinedTasks(id meeting.TaskID, one meeting.PersonID) {
	x.see(func(tx bot.Tx) error {
		for what, q := range map[string]meeting.TaskQuery{"owned": {Owner: one}, "of": {Involves: one}} {
			found, err := tx.FindTasks(q)
			x.same("tasks "+what, len(found), 2)
			if err != nil {
				return err
			}
			for _, k := range found {
				x.same("owner", k.Owner, one)
			}
		}
		k, err := tx.Task(id)
		x.same("helpers", k.Helpers, []meeting.PersonID{one})
		if err != nil {
			return err
		}
		hosted, err := tx.FindTasks(meeting.TaskQuery{Host: one, Open: true})
		x.same("hosted", len(hosted), 1)
		return err
	})
}

// joinedSaves: what was written of the old number can be changed as ever.
func (x exam) joinedSaves(id meeting.TaskID, of meeting.MeetingID, one meeting.PersonID) {
	for range 2 {
		x.do(func(tx bot.Tx) error {
			k, err := tx.Task(id)
			if err != nil {
				return err
			}
			m, err := tx.Meeting(of)
			if err != nil {
				return err
			}
			k.Percent++
			m.Title += "议"
			if err := tx.SaveTask(k); err != nil {
				return err
			}
			return tx.SaveMeeting(m)
		})
	}
	x.see(func(tx bot.Tx) error {
		found, err := tx.FindTasks(meeting.TaskQuery{Involves: one, Open: true})
		x.same("open tasks", len(found), 1)
		if err != nil {
			return err
		}
		meetings, err := tx.FindMeetings(meeting.MeetingQuery{Involves: one})
		x.same("meetings", len(meetings), 1)
		return err
	})
}

// joinedMail: what waited for either goes to the one person, and equal reminders once.
func (x exam) joinedMail() {
	one, two := x.twice()
	morning := noon().Add(time.Hour)
	remind := func(key string, who meeting.PersonID) bot.Post {
		return bot.Post{
			Key: key + "/p" + strconv.FormatInt(int64(who), 10), To: bot.To{Person: who}, Face: bot.Face{Name: "due", Of: meeting.Ref{Kind: meeting.KindTask, ID: 7}, For: who},
			Class: bot.ClassReminder, Fold: bot.FoldOf(who, morning), NotBefore: morning,
			Notice: &meeting.Notice{Kind: "M19", Of: meeting.Ref{Kind: meeting.KindTask, ID: 7}, To: who, At: morning},
		}
	}
	x.enqueue(remind("both", one), remind("both", two), remind("other", two), bot.Post{Key: "news", To: bot.To{Person: two}, Text: "news", Class: bot.ClassNews})
	x.join(two, one)
	news := x.claim("a", 9)[0]
	x.same("news", news.To, bot.To{Person: one})
	x.settle(bot.Outcome{ID: news.ID, Token: "a", State: bot.Sent})
	x.same("woken", x.wake(morning), 2)
	letters := x.claim("b", 1)
	if len(letters) != 2 {
		x.Fatalf("claimed %d letters, want the two of one fold", len(letters))
	}
	for _, l := range letters {
		x.same("addressee of "+l.Key, []meeting.PersonID{l.To.Person, l.Face.For, l.Notice.To}, []meeting.PersonID{one, one, one})
		x.same("fold", l.Fold, bot.FoldOf(one, morning))
	}
	x.enqueue(remind("other", one)) // said already
	x.see(func(tx bot.Tx) error {
		all, err := tx.Letters(meeting.Ref{Kind: meeting.KindTask, ID: 7}, 9)
		x.same("letters", len(all), 3)
		if err != nil {
			return err
		}
		waits, err := tx.SentTo(bot.To{Person: one}, noon())
		x.same("something waits", waits, true)
		return err
	})
}

// links: codes are kept with the person who asked, and found while they are good.
func (x exam) links() {
	a := &meeting.Link{Person: 3, Hash: "h", Until: noon().Add(time.Minute), Platform: "x", By: 4, Misses: 2, Since: noon()}
	b := &meeting.Link{Person: 4, Misses: 1, Since: noon()}
	x.do(func(tx bot.Tx) error {
		if err := tx.SaveLink(a); err != nil {
			return err
		}
		return tx.SaveLink(b)
	})
	x.see(func(tx bot.Tx) error {
		got, err := tx.Link(3)
		x.same("link", got, a)
		if err != nil {
			return err
		}
		none, err := tx.Link(5)
		x.same("link of who has none", none, &meeting.Link{Person: 5})
		if err != nil {
			return err
		}
		open, err := tx.OpenLinks(noon())
		x.same("open links", open, []*meeting.Link{a})
		if err != nil {
			return err
		}
		open, err = tx.OpenLinks(a.Until)
		x.same("open links at the end of the last", len(open), 0)
		return err
	})
	x.do(func(tx bot.Tx) error {
		a.Close()
		return tx.SaveLink(a)
	})
	for _, stale := range []*meeting.Link{{Person: 3}, {Person: 3, Version: 1}, {Person: 9, Version: 1}} {
		x.is("a save over a newer link", x.store.Do(x.Context(), func(tx bot.Tx) error { return tx.SaveLink(stale) }), bot.ErrConflict)
	}
	x.see(func(tx bot.Tx) error {
		got, err := tx.Link(3)
		x.same("closed link", got, &meeting.Link{Person: 3, Version: 2, Misses: 2, Since: noon()})
		return err
	})
}
