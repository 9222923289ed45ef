package bottest

import (
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func (x exam) groups() {
	save := func(g *bot.Group) error {
		return x.store.Do(x.Context(), func(tx bot.Tx) error { return tx.SaveGroup(g) })
	}
	load := func(chat bot.ChatID) (g *bot.Group, err error) {
		x.see(func(tx bot.Tx) error { g, err = tx.Group(chat); return nil })
		return g, err
	}
	g := &bot.Group{Chat: "x:Oc_1", Name: "新品 'A' 🎉", Since: noon()}
	other := &bot.Group{Chat: "x:oc_1", Since: noon()}
	x.is("a new group", save(g), nil)
	x.is("a group whose id differs in case", save(other), nil)
	x.same("a new group has its own id and version", []any{g.ID != 0, g.ID != other.ID, g.Version}, []any{true, true, 1})
	got, err := load("x:Oc_1")
	x.is("group", err, nil)
	x.same("group", got, g)
	x.is("a second record of a chat", save(&bot.Group{Chat: "x:Oc_1", Since: noon()}), bot.ErrConflict)
	_, err = load("x:none")
	x.is("unknown chat", err, meeting.ErrNotFound)

	g.Name, g.Purpose, g.By, g.Since, g.Gone = "新名", "项目推进", 9, noon().Add(time.Hour), true
	x.is("a change", save(g), nil)
	x.see(func(tx bot.Tx) error {
		got, err := tx.GroupByID(g.ID)
		x.same("changed group", got, g)
		if err != nil {
			return err
		}
		_, err = tx.GroupByID(g.ID + other.ID + 999)
		x.is("unknown id", err, meeting.ErrNotFound)
		return nil
	})
	stale := *g
	stale.Version = 1
	x.is("a save over a newer group", save(&stale), bot.ErrConflict)
	x.is("a save that fails later", x.store.Do(x.Context(), func(tx bot.Tx) error {
		undone := *other
		undone.Gone = true
		x.is("a save", tx.SaveGroup(&undone), nil)
		return errNo
	}), errNo)
	got, err = load("x:oc_1")
	x.is("the group that was not saved", err, nil)
	x.same("the group that was not saved", got.Gone, false)
}

func (x exam) said() {
	to := func(p meeting.PersonID) bot.To { return bot.To{Person: p} }
	sentTo := func(to bot.To, since time.Time) (sent bool) {
		x.see(func(tx bot.Tx) (err error) { sent, err = tx.SentTo(to, since); return err })
		return sent
	}
	said := func(key string) (known bool) {
		x.see(func(tx bot.Tx) (err error) { known, err = tx.Said(key); return err })
		return known
	}
	held := bot.Post{Key: "held", To: to(3), Text: "h", NotBefore: noon().Add(time.Hour)}
	x.enqueue(bot.Post{Key: "键 1", To: to(1), Text: "a"}, held)
	x.same("said", []bool{said("键 1"), said("held"), said("键"), said("HELD")}, []bool{true, true, false, false})
	x.same("sent to, while it waits", []bool{sentTo(to(1), noon()), sentTo(to(2), noon()), sentTo(to(3), noon())}, []bool{true, false, false})
	l := x.claim("t", 1)[0]
	x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Sent, Message: "m"}) // a minute after noon
	at := noon().Add(time.Minute)
	x.same("sent to", []bool{sentTo(to(1), at), sentTo(to(1), at.Add(time.Millisecond)), sentTo(bot.To{Chat: "x:1"}, noon())}, []bool{true, false, false})
	x.same("said after it was sent", said("键 1"), true)
	x.enqueue(bot.Post{Key: "skipped", To: to(4), Text: "s"})
	l = x.claim("t", 1)[0]
	x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Skipped})
	x.same("what was skipped was not sent", sentTo(to(4), noon()), false)
}
