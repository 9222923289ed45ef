package command

import (
	"context"
	"fmt"
	"time"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// morning sends one digest to everybody who has something (R75, M26), on
// working days only (R90).
func morning(_ context.Context, t *bot.Turn) (bot.Reply, error) {
	if !t.Calendar.Working(t.Now) {
		return bot.Reply{}, nil
	}
	open, err := t.Book.FindTasks(meeting.TaskQuery{Open: true})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("open tasks: %w", err)
	}
	people, err := t.Book.Everyone()
	if err != nil {
		return bot.Reply{}, fmt.Errorf("people: %w", err)
	}
	var r bot.Reply
	for _, p := range people {
		if !p.Active || len(agendaOf(t, p.ID, open)) == 0 {
			continue
		}
		r.Posts = append(r.Posts, bot.Post{
			Key:   fmt.Sprintf("digest/%s/p%d", workday.DateOf(t.Now), p.ID),
			To:    bot.To{Person: p.ID},
			Face:  bot.Face{Name: "digest", Of: p.ID.Ref(), For: p.ID},
			Fold:  bot.FoldOf(p.ID, t.Now),
			Class: bot.ClassReminder, Why: "晨报",
			Expires: workday.DateOf(t.Now).AddDays(1).At(0),
		})
	}
	return r, nil
}

// An item is one line of the digest.
type item struct {
	section string
	k       *meeting.Task
	say     string
	button  card.Button
}

// agendaOf lists what the morning has for a person, in the order of M26.
func agendaOf(t *bot.Turn, who meeting.PersonID, open []*meeting.Task) []item {
	var items []item
	for _, section := range []func(view) (item, bool){dueToday, overdue, waitsForYes, waitsForWord, soon} {
		for _, k := range open {
			v := view{t: t, k: k, who: who}
			if one, ok := section(v); ok {
				one.k = k
				items = append(items, one)
			}
		}
	}
	return items
}

func dueToday(v view) (item, bool) {
	at := v.k.Due.In(workday.Zone).Format("15:04")
	return item{section: "今日到期", say: "今天" + at + "到期", button: v.finish()},
		v.who == v.k.Owner && atWork(v.k) && !v.k.Overdue(v.t.Now) && sameDay(v.k.Due, v.t.Now)
}

func overdue(v view) (item, bool) {
	return item{section: "逾期", say: lateness(v.t, v.k.Due), button: v.report()},
		v.who == v.k.Owner && atWork(v.k) && v.k.Overdue(v.t.Now)
}

func waitsForYes(v view) (item, bool) {
	return item{section: "待您确认", say: v.moment() + "前", button: v.confirm()},
		v.who == v.k.Asked() && v.k.Proposal == nil
}

func waitsForWord(v view) (item, bool) {
	k := v.k
	switch {
	case toAccept(v.who, k):
		return item{section: "待您验收", say: k.Owner.Token() + "已提交", button: v.pass()}, true
	case toRule(v.who, k):
		return item{section: "待您审批", say: k.Owner.Token() + "申请延到" + meeting.Moment(k.Extension.NewDue, v.t.Now) + "前",
			button: v.act("审批", "答复", "审批")}, true
	case toAnswer(v.who, k):
		return item{section: "待您答复", say: k.Asked().Token() + "有不同意见", button: v.act("答复", "答复", "答复")}, true
	}
	return item{}, false
}

// soon are the reminders before the deadline that fall into this morning; what
// is due today stands above.
func soon(v view) (item, bool) {
	day := workday.DateOf(v.t.Now)
	due, _ := v.k.Notices(v.t.Calendar, day.At(0).Add(-time.Nanosecond), day.AddDays(1).At(0).Add(-time.Nanosecond))
	for _, n := range due {
		if n.Digest && n.To == v.who && !sameDay(v.k.Due, v.t.Now) {
			one := item{section: "快到期", say: v.left() + "，" + v.moment() + "前", button: v.report()}
			if v.who != v.k.Owner {
				one.section, one.button = "您配合的", v.nudge()
			}
			return one, true
		}
	}
	return item{}, false
}

// digestItems is how many lines the digest has; digestButtons how many buttons.
const (
	digestItems   = 6
	digestButtons = 4
)

func drawDigest(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	open, err := t.Book.FindTasks(meeting.TaskQuery{Open: true, Involves: f.For})
	if err != nil {
		return bot.Drawn{}, fmt.Errorf("tasks of person %d: %w", f.For, err)
	}
	items := agendaOf(t, f.For, open)
	if len(items) == 0 && t.Origin == bot.Tapped { // the card that was tapped is still there
		return bot.Drawn{Card: card.Card{Title: "今天的事都回了", Tone: card.Green, Body: "有新的再告诉您。"}}, nil
	}
	if len(items) == 0 {
		return bot.Drawn{}, bot.ErrNothing
	}
	c := card.Card{Title: fmt.Sprintf("%s：%d件事等您", date(t.Now), len(items)), Tone: card.Blue}
	for i, one := range items {
		if one.section == "逾期" {
			c.Tone = card.Red
		}
		if i >= digestItems {
			continue
		}
		c.Fields = append(c.Fields, card.Field{Label: one.section, Value: quote(one.k) + one.say + "（" + tail(one.k.No) + "）"})
		if i < digestButtons {
			b := one.button
			b.Label += "：" + cut(line(one.k.Description), 10)
			c.Buttons = append(c.Buttons, b)
		}
	}
	c.Body = "点按钮，或者打字，如“" + items[0].button.Do.Words + "”。"
	if more := len(items) - digestItems; more > 0 {
		c.Body = fmt.Sprintf("还有%d件，发“我的待办”看全部。", more)
	}
	return bot.Drawn{Card: c}, nil
}
