package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	d, err := dayOf(t, meeting.Nobody)
	if err != nil {
		return bot.Reply{}, err
	}
	people, err := t.Book.Everyone()
	if err != nil {
		return bot.Reply{}, fmt.Errorf("people: %w", err)
	}
	var r bot.Reply
	for _, p := range people {
		if !p.Active || len(d.agenda(t, p.ID)) == 0 {
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
	what    string // the thing, as it stands in a sentence
	say     string
	number  string // behind it, small
	button  card.Button
}

// A day is what a morning's digests are cut from.
type day struct {
	tasks    []*meeting.Task
	meetings []*meeting.Meeting
	minutes  []*meeting.Minutes
}

// meetingsAhead is how far ahead the digest looks for meetings: over the longest
// holiday and M3's two working days.
const meetingsAhead = 16

// dayOf reads what is open for a person, for everybody if it is Nobody.
func dayOf(t *bot.Turn, who meeting.PersonID) (day, error) {
	var d day
	var err error
	if d.tasks, err = t.Book.FindTasks(meeting.TaskQuery{Open: true, Involves: who}); err != nil {
		return d, fmt.Errorf("open tasks: %w", err)
	}
	today := workday.DateOf(t.Now)
	q := meeting.MeetingQuery{Open: true, Involves: who, From: today.At(0), Till: today.AddDays(meetingsAhead).At(0)}
	if d.meetings, err = t.Book.FindMeetings(q); err != nil {
		return d, fmt.Errorf("meetings ahead: %w", err)
	}
	if d.minutes, err = t.Book.FindMinutes(meeting.MinutesQuery{Open: true}); err != nil {
		return d, fmt.Errorf("open minutes: %w", err)
	}
	return d, nil
}

// agenda lists what the morning has for a person, in the order of M26.
func (d day) agenda(t *bot.Turn, who meeting.PersonID) []item {
	var items []item
	for _, m := range d.meetings {
		items = append(items, meetingItems(meetingView{t: t, m: m, who: who})...)
	}
	items = append(items, d.ofTasks(t, who, dueToday, overdue, waitsForYes)...)
	for _, x := range d.minutes {
		items = append(items, minutesItems(t, x, who)...)
	}
	return append(items, d.ofTasks(t, who, waitsForWord, soon)...)
}

func (d day) ofTasks(t *bot.Turn, who meeting.PersonID, sections ...func(view) (item, bool)) []item {
	var items []item
	for _, section := range sections {
		for _, k := range d.tasks {
			if one, ok := section(view{t: t, k: k, who: who}); ok {
				one.what, one.number = quote(k), tail(k.No)
				one.button.Label += "：" + cut(line(k.Description), 10)
				items = append(items, one)
			}
		}
	}
	return items
}

// todays are a subject's notices of this morning's digest to a person.
func todays(t *bot.Turn, s meeting.Subject, who meeting.PersonID) []meeting.Notice {
	day := workday.DateOf(t.Now)
	due, _ := s.Notices(t.Calendar, day.At(0).Add(-time.Nanosecond), day.AddDays(1).At(0).Add(-time.Nanosecond))
	return slices.DeleteFunc(due, func(n meeting.Notice) bool { return !n.Digest || n.To != who || !s.Wants(n) })
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
	if len(todays(v.t, v.k, v.who)) == 0 || sameDay(v.k.Due, v.t.Now) {
		return item{}, false
	}
	one := item{section: "快到期", say: v.left() + "，" + v.moment() + "前", button: v.report()}
	if v.who != v.k.Owner {
		one.section, one.button = "您配合的", v.nudge()
	}
	return one, true
}

// digestItems is how many lines the digest has; digestButtons how many buttons.
const (
	digestItems   = 6
	digestButtons = 4
)

func drawDigest(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	d, err := dayOf(t, f.For)
	if err != nil {
		return bot.Drawn{}, err
	}
	items := d.agenda(t, f.For)
	if len(items) == 0 && t.Origin == bot.Tapped { // the card that was tapped is still there
		return bot.Drawn{Card: card.Card{Title: "今天的事都回了", Tone: card.Green, Body: "有新的再告诉您。"}}, nil
	}
	if len(items) == 0 {
		return bot.Drawn{}, bot.ErrNothing
	}
	c := card.Card{Title: fmt.Sprintf("%s：%d件事等您", date(t.Now), len(items)), Tone: card.Blue}
	say := ""
	for i, one := range items {
		if one.section == "逾期" {
			c.Tone = card.Red
		}
		if i >= digestItems {
			continue
		}
		if one.number != "" {
			one.number = "（" + one.number + "）"
		}
		c.Fields = append(c.Fields, card.Field{Label: one.section, Value: one.what + one.say + one.number})
		if len(c.Buttons) < digestButtons && one.button.ID != "" {
			c.Buttons = append(c.Buttons, one.button)
			say = cmp.Or(say, "点按钮，或者打字，如“"+one.button.Do.Words+"”。")
		}
	}
	c.Body = say
	if more := len(items) - digestItems; more > 0 {
		c.Body = fmt.Sprintf("还有%d件，发“我的待办”“我的会议”看全部。", more)
	}
	return bot.Drawn{Card: c}, nil
}
