package bottest

import (
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// meet records a profile and returns its person.
func (x exam) meet(p bot.Profile) (id meeting.PersonID) {
	x.Helper()
	x.do(func(tx bot.Tx) (err error) {
		id, err = tx.Meet(p, noon())
		return err
	})
	return id
}

func (x exam) people() {
	zhang := x.meet(bot.Profile{Account: "x:Zhang", Name: "张三", Department: "研发", Title: "工程师", Admin: true})
	other := x.meet(bot.Profile{Account: "x:zhang", Name: "张三", Department: "市场"})
	gone := x.meet(bot.Profile{Account: "y:1", Name: "张三", Inactive: true})
	x.meet(bot.Profile{Account: "y:2", Name: "张三丰", Title: "O'Brien \"x\" 🎉"})
	x.same("distinct persons", zhang != other && other != gone && zhang != meeting.Nobody, true)
	x.same("person of a known account", x.meet(bot.Profile{Account: "x:zhang", Name: "张三", Department: "销售"}), other)
	x.do(func(tx bot.Tx) error {
		if err := tx.Heard("x:Zhang", noon().Add(time.Hour)); err != nil {
			return err
		}
		a, err := tx.AccountOf(zhang)
		x.same("account", a, bot.Account("x:Zhang"))
		if err != nil {
			return err
		}
		named, err := tx.Named("张三")
		x.same("named", named, []meeting.Person{
			{ID: zhang, Name: "张三", Department: "研发", Title: "工程师", Active: true, Admin: true},
			{ID: other, Name: "张三", Department: "销售", Active: true},
		})
		if err != nil {
			return err
		}
		p, err := tx.Person(gone)
		x.same("who left", p, meeting.Person{ID: gone, Name: "张三"})
		if err != nil {
			return err
		}
		everyone, err := tx.Everyone()
		if len(everyone) != 4 || everyone[0].ID >= everyone[1].ID || everyone[1].ID >= everyone[2].ID || everyone[2].ID >= everyone[3].ID {
			x.Errorf("everyone: %v, want four people in order of id", everyone)
		}
		return err
	})
	x.see(func(tx bot.Tx) error {
		id, err := tx.PersonOf("x:Zhang")
		x.same("person of an account", id, zhang)
		if err != nil {
			return err
		}
		_, err = tx.PersonOf("x:nobody")
		x.is("unknown account", err, meeting.ErrNotFound)
		_, err = tx.Person(zhang + other + gone + 999)
		x.is("unknown person", err, meeting.ErrNotFound)
		_, err = tx.AccountOf(zhang + other + gone + 999)
		x.is("account of an unknown person", err, meeting.ErrNotFound)
		none, err := tx.Named("李四")
		x.same("nobody of a name", none, []meeting.Person{})
		return err
	})
}

// replaced: who is met again through another app of the same organisation is the
// same person, and is written to by the account last heard from.
func (x exam) replaced() {
	before := x.meet(bot.Profile{Account: "x:app1-zhang", Also: []bot.Account{"x:zhang-for-ever"}, Name: "张三"})
	stranger := x.meet(bot.Profile{Account: "x:app1-li", Also: []bot.Account{"x:li-for-ever"}, Name: "李四"})
	x.same("met again", x.meet(bot.Profile{Account: "x:app2-zhang", Also: []bot.Account{"x:zhang-for-ever"}, Name: "张三丰"}), before)
	x.same("somebody else", before != stranger, true)
	x.do(func(tx bot.Tx) error {
		if err := tx.Heard("x:app2-zhang", noon().Add(time.Minute)); err != nil {
			return err
		}
		a, err := tx.AccountOf(before)
		x.same("account", a, bot.Account("x:app2-zhang"))
		if err != nil {
			return err
		}
		on, err := tx.AccountOn(before, "x")
		x.same("account on its platform", on, a)
		if err != nil {
			return err
		}
		for _, elsewhere := range []string{"", "x2", "w", "x:app2"} {
			_, err = tx.AccountOn(before, elsewhere)
			x.is("account on platform "+elsewhere, err, meeting.ErrNotFound)
		}
		p, err := tx.Person(before)
		x.same("name", p.Name, "张三丰")
		if err != nil {
			return err
		}
		everyone, err := tx.Everyone()
		x.same("people", len(everyone), 2)
		return err
	})
}

func (x exam) leaders() {
	leader := func(of meeting.PersonID) (id meeting.PersonID) {
		x.see(func(tx bot.Tx) error {
			p, err := tx.Person(of)
			id = p.Leader
			return err
		})
		return id
	}
	worker := x.meet(bot.Profile{Account: "x:worker", Name: "甲", Leader: "x:leader"})
	x.same("leader nobody has met", leader(worker), meeting.Nobody)
	boss := x.meet(bot.Profile{Account: "x:leader", Name: "乙"})
	x.same("leader met later", leader(worker), boss)
	late := x.meet(bot.Profile{Account: "x:late", Name: "丙", Leader: "x:leader"})
	x.same("leader met before", leader(late), boss)
	x.meet(bot.Profile{Account: "x:worker", Name: "甲", Leader: "x:late"})
	x.same("another leader", leader(worker), late)
}

func (x exam) drafts() {
	d := &bot.Draft{
		Chat: "x:群", Person: 1, Command: "待办", Since: noon(),
		Have: map[string]string{"描述": "一", "截止": "明天 \"18:00\" 🎉"},
		Gaps: []meeting.Gap{{Field: "责任人", Rule: "R35", Say: "由谁负责？", Choices: []meeting.Choice{{Label: "张三", Value: "@{p3}"}}}},
	}
	open := func(chat bot.ChatID, who meeting.PersonID) (id int64) {
		x.see(func(tx bot.Tx) error {
			found, err := tx.OpenDraft(chat, who)
			if err != nil {
				x.is("no open draft", err, meeting.ErrNotFound)
				return nil
			}
			id = found.ID
			return nil
		})
		return id
	}
	save := func(d *bot.Draft) { x.do(func(tx bot.Tx) error { return tx.SaveDraft(d) }) }
	save(d)
	other := &bot.Draft{Person: 1, Command: "延期", Since: noon()}
	newer := &bot.Draft{Chat: "x:群", Person: 1, Command: "完成", Since: noon()}
	save(other)
	x.same("open in a group", open("x:群", 1), d.ID)
	save(newer)
	x.same("open drafts", []int64{open("x:群", 1), open("", 1), open("x:群", 2)}, []int64{newer.ID, other.ID, 0})
	newer.Ended = bot.DraftDone
	save(newer)
	x.same("open after the newer one ended", open("x:群", 1), d.ID)
	x.see(func(tx bot.Tx) error {
		got, err := tx.Draft(d.ID)
		x.same("draft", got, d)
		if err != nil {
			return err
		}
		got.Have["描述"], got.Gaps[0].Choices[0].Label = "改", "改"
		again, err := tx.Draft(d.ID)
		x.same("draft after its copy was changed", again, d)
		if err != nil {
			return err
		}
		_, err = tx.Draft(d.ID + newer.ID + 999)
		x.is("unknown draft", err, meeting.ErrNotFound)
		return nil
	})
	x.same("version", newer.Version, 2)
	err := x.store.Do(x.Context(), func(tx bot.Tx) error {
		stale := *newer
		stale.Version = 1
		return tx.SaveDraft(&stale)
	})
	x.is("a save over a newer draft", err, bot.ErrConflict)
}
