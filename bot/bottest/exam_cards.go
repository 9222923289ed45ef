package bottest

import (
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func (x exam) copies() {
	of := meeting.Ref{Kind: meeting.KindTask, ID: 7}
	c := bot.Copy{Message: "x:Om_1", Chat: "x:群", Face: bot.Face{Name: "task", Of: of}, Shown: 3, SentAt: noon()}
	private := bot.Copy{Message: "x:om_1", Person: 4, Face: bot.Face{Name: "confirm", Of: of, For: 4}, SentAt: noon()}
	dead := bot.Copy{Message: "x:m3", Face: bot.Face{Name: "task", Of: of}, SentAt: noon(), Dead: true}
	other := bot.Copy{Message: "y:Om_1", Face: bot.Face{Name: "task", Of: meeting.Ref{Kind: meeting.KindDraft, ID: 7}}, SentAt: noon()}
	x.do(func(tx bot.Tx) error {
		for _, c := range []*bot.Copy{&c, &private, &dead, &other} {
			c.ID = 0
			if err := tx.SaveCopy(c); err != nil {
				return err
			}
		}
		return nil
	})
	x.see(func(tx bot.Tx) error {
		got, err := tx.CopyOf("x:Om_1")
		x.same("copy of a message", got, c)
		if err != nil {
			return err
		}
		got, err = tx.Copy(private.ID)
		x.same("copy by id", got, private)
		if err != nil {
			return err
		}
		live, err := tx.LiveCopies(of)
		x.same("live copies", live, []bot.Copy{c, private})
		_, unknown := tx.CopyOf("x:none")
		x.is("unknown message", unknown, meeting.ErrNotFound)
		_, unknown = tx.Copy(c.ID + private.ID + dead.ID + other.ID + 999)
		x.is("unknown copy", unknown, meeting.ErrNotFound)
		return err
	})
	late := c
	c.Shown, c.Dead = 9, true
	x.do(func(tx bot.Tx) error { return tx.SaveCopy(&c) })
	x.do(func(tx bot.Tx) error { return tx.SaveCopy(&late) }) // loaded before; nothing goes back
	x.see(func(tx bot.Tx) error {
		got, err := tx.Copy(c.ID)
		x.same("changed copy", got, c)
		if err != nil {
			return err
		}
		live, err := tx.LiveCopies(of)
		x.same("live copies after one died", live, []bot.Copy{private})
		return err
	})
}

// hours is the business time so many hours after noon.
func hours(h int) time.Time { return noon().Add(time.Duration(h) * time.Hour) }

// arm writes an alarm of a task that rings h hours after noon.
func (x exam) arm(id int64, h int) bot.Alarm {
	x.Helper()
	a := bot.Alarm{Of: meeting.Ref{Kind: meeting.KindTask, ID: id}, Version: 1, Since: noon(), Next: hours(h)}
	x.do(func(tx bot.Tx) error { return tx.Arm(a) })
	return a
}

func (x exam) alarms() {
	ringing := func(till time.Time, limit int) (ids []int64) {
		x.see(func(tx bot.Tx) error {
			found, err := tx.Ringing(till, limit)
			for _, a := range found {
				ids = append(ids, a.Of.ID)
			}
			return err
		})
		return ids
	}
	next := func() (at time.Time) {
		x.see(func(tx bot.Tx) (err error) {
			at, _, err = tx.NextAlarm()
			return err
		})
		return at
	}
	x.same("next of none", next(), time.Time{})
	x.arm(1, 3)
	silent := x.arm(2, 1)
	x.arm(3, 2)
	x.arm(4, 5)
	x.arm(4, 9)
	x.do(func(tx bot.Tx) error {
		return tx.Arm(bot.Alarm{Of: meeting.Ref{Kind: meeting.KindDraft, ID: 4}, Version: 2, Since: noon()})
	})
	x.same("ringing", ringing(hours(3), 9), []int64{2, 3, 1})
	x.same("ringing, two of them", ringing(hours(3), 2), []int64{2, 3})
	x.same("ringing a moment earlier", ringing(hours(3).Add(-time.Millisecond), 9), []int64{2, 3})
	x.same("next", next(), hours(1))
	x.do(func(tx bot.Tx) error { silent.Next = time.Time{}; return tx.Arm(silent) })
	x.same("ringing without the one that fell silent", ringing(hours(8), 9), []int64{3, 1})
	x.same("next after that", next(), hours(2))
}

func (x exam) advances() {
	a, c := x.arm(1, 3), x.arm(3, 2)
	x.stale(a)
	x.do(func(tx bot.Tx) error {
		moved, err := tx.Advance(a, hours(3), hours(5))
		x.same("advance", moved, true)
		return err
	})
	x.do(func(tx bot.Tx) error {
		moved, err := tx.Advance(a, hours(3), hours(6))
		x.same("advance of a row that moved", moved, false)
		if err != nil {
			return err
		}
		moved, err = tx.Advance(c, hours(3), time.Time{})
		x.same("advance to silence", moved, true)
		return err
	})
	x.see(func(tx bot.Tx) error {
		a.Since, a.Next = hours(3), hours(5)
		got, there, err := tx.Alarm(a.Of)
		x.same("row", got, a)
		x.same("row is there", there, true)
		if err != nil {
			return err
		}
		_, there, err = tx.Alarm(c.Of)
		x.same("row of a silent subject", there, false)
		return err
	})
}

// stale checks that every part of the row decides whether it may be moved.
func (x exam) stale(a bot.Alarm) {
	for name, change := range map[string]func(a *bot.Alarm){
		"version": func(a *bot.Alarm) { a.Version++ },
		"since":   func(a *bot.Alarm) { a.Since = a.Since.Add(time.Millisecond) },
		"next":    func(a *bot.Alarm) { a.Next = a.Next.Add(time.Millisecond) },
		"id":      func(a *bot.Alarm) { a.Of.ID += 999 },
		"kind":    func(a *bot.Alarm) { a.Of.Kind = meeting.KindDraft },
	} {
		x.do(func(tx bot.Tx) error {
			was := a
			change(&was)
			moved, err := tx.Advance(was, noon(), noon().Add(time.Hour))
			x.same("advance with another "+name, moved, false)
			return err
		})
	}
}

func (x exam) audits() {
	of := meeting.Ref{Kind: meeting.KindTask, ID: 7}
	event := func(seq int) bot.AuditEvent {
		return bot.AuditEvent{
			Of: of, Seq: seq, At: noon(), Who: 3, Origin: bot.Tapped, Event: "e1", Prev: "p", Hash: "h",
			Change: meeting.Change{What: "延期", Who: 4, Before: "截止 8月12日", After: "截止 8月14日 🎉", Reason: "“缺'环境'\"”\n等"},
		}
	}
	write := func(a bot.AuditEvent) error {
		return x.store.Do(x.Context(), func(tx bot.Tx) error { return tx.Audit(a) })
	}
	for seq := 1; seq <= 11; seq++ {
		x.is("audit", write(event(seq)), nil)
	}
	other := event(1)
	other.Of.Kind = meeting.KindPerson
	x.is("audit of another subject", write(other), nil)
	taken := event(11)
	taken.Reason = "another"
	x.is("a number that is taken", write(taken), bot.ErrConflict)
	x.see(func(tx bot.Tx) error {
		last, err := tx.LastAudit(of)
		x.same("last event", last, event(11))
		if err != nil {
			return err
		}
		trail, err := tx.AuditTrail(of)
		if len(trail) != 11 {
			x.Fatalf("%d events, want 11", len(trail))
		}
		for i, a := range trail {
			x.same("event", a, event(i+1))
		}
		if err != nil {
			return err
		}
		none, err := tx.LastAudit(meeting.Ref{Kind: meeting.KindTask, ID: 8})
		x.same("last event of none", none, bot.AuditEvent{})
		return err
	})
}
