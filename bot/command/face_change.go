package command

import (
	"fmt"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawChange is C16 before it goes: what everybody would be told, and who.
func drawChange(v meetingView) (card.Card, error) {
	m, r := v.m, v.m.Pending
	if r == nil || !m.Leads(v.who) {
		return drawChanged(v)
	}
	people := among(v.who, m.People()...)
	to := card.Field{Label: "通知", Value: fmt.Sprintf("%d人：%s", len(people), names(people))}
	if m.Chat != "" {
		to.Value += "，以及会议所在的群"
	}
	old := card.Field{Label: "原定", Value: oldSlot(v.t, *r)}
	why := card.Field{Label: "原因", Value: cut(line(r.Reason), 100)}
	if r.Cancels() {
		c := card.Card{Title: v.titled("要取消吗"), Tone: card.Yellow, Fields: []card.Field{old, why, to}}
		c.Body = "发出后提醒都停止，已有的待办不受影响。"
		c.Buttons = []card.Button{v.sends(v.act("取消会议", "发出", "取消会议", "确认", "确认")), v.act("不取消了", "不取消了", "取消会议", "不取消了", "不取消了")}
		return c, nil
	}
	c := card.Card{Title: v.titled("要改期吗"), Tone: card.Yellow}
	c.Fields = []card.Field{old, {Label: "改为", Value: spanOf(v.t, r.Start, r.End)}, why, {Label: "紧急", Value: cut(line(r.Urgent), 100)}, to}
	c.Body = "发出后请每位重新回复；已经收到的预讨论意见保留。"
	c.Buttons = []card.Button{v.sends(v.act("会议改期", "发出", "会议改期", "确认", "确认")), v.act("不改了", "不改了", "会议改期", "不改了", "不改了")}
	return c, nil
}

// sends binds a button to the change that the card shows.
func (v meetingView) sends(b card.Button) card.Button {
	b.Do.Seen = v.m.Pending.Version()
	return b
}

// drawChanged is M6: the old time beside the new one, or why there is no meeting.
func drawChanged(v meetingView) (card.Card, error) {
	m := v.m
	gone := v.who != meeting.Nobody && !m.Involves(v.who)
	if m.Status == meeting.CalledOff {
		c := card.Card{Title: v.titled("已取消"), Tone: card.Grey}
		c.Fields = []card.Field{{Label: "原定", Value: slot(v.t, m)}, {Label: "原因", Value: cut(line(m.Reason), 100)}}
		c.Body = "不用再准备，提醒已停止；已有的待办照旧。"
		return c, nil
	}
	if len(m.Reschedules) == 0 {
		c := v.greyed("时间已改")
		if m.Status == meeting.Planned {
			c.Tone = card.Blue
		}
		return c, nil
	}
	r := m.Reschedules[len(m.Reschedules)-1]
	c := card.Card{Title: v.titled("改到" + date(m.Start)), Tone: card.Blue}
	c.Fields = []card.Field{
		{Label: "原定", Value: oldSlot(v.t, r)}, {Label: "改为", Value: spanOf(v.t, r.Start, r.End)},
		{Label: "原因", Value: cut(line(r.Reason), 100)},
	}
	if m.Urgent {
		c.Fields = append(c.Fields, card.Field{Label: "紧急", Value: cut(line(r.Urgent), 100)})
	}
	c.Fields = append(c.Fields, card.Field{Label: "地点", Value: m.Place})
	switch p := m.Participant(v.who); {
	case gone:
		c.Fields, c.Tone = c.Fields[:2], card.Grey
		c.Body = "时间变了，原来请您代参会的不算了；还要您来会再问您。"
	case m.Status != meeting.Noticed:
		c.Tone = card.Grey
	case v.who == meeting.Nobody:
		c.Body, c.Buttons = "请重新回复能否参加。"+rsvpLine(m)+"。", v.invitation()
	case p == nil:
	case p.RSVP == meeting.Unanswered:
		c.Body, c.Buttons = "请重新回复能否参加。", v.invitation()
	default:
		c.Tone, c.Body, c.Buttons = card.Green, "您已回复"+string(p.RSVP)+"，开会前都可以改。", v.invitation()
	}
	return c, nil
}
