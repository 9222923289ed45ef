package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawMeetings is 我的会议: what is next, the person's part and whose turn it is.
func drawMeetings(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	all, err := meetingsOf(t, f.For)
	if err != nil {
		return bot.Drawn{}, err
	}
	if len(all) == 0 {
		return bot.Drawn{}, bot.ErrNothing
	}
	c := card.Card{
		Title: fmt.Sprintf("您的会议：%d个", len(all)), Tone: card.Blue,
		Table: &card.Table{Head: []string{"会议", "时间", "您是", "现在"}},
	}
	for i, m := range all {
		v := meetingView{t: t, m: m, who: f.For}
		if i < listRows {
			c.Table.Rows = append(c.Table.Rows, []string{title(m), span(t, m), v.part(), v.nextStep()})
		}
		if p := m.Participant(f.For); c.Buttons == nil && m.Status == meeting.Noticed && p != nil && p.RSVP == meeting.Unanswered {
			c.Buttons = v.invitation()
			c.Body = "下面的按钮回复的是" + title(m) + "。"
		}
	}
	if more := len(all) - listRows; more > 0 {
		c.Body += fmt.Sprintf("还有%d个更早的。", more)
	}
	return bot.Drawn{Card: c}, nil
}

// part is what the viewer is in the meeting.
func (v meetingView) part() string {
	m := v.m
	var out []string
	for _, role := range []struct {
		who  meeting.PersonID
		name string
	}{{m.Initiator, "发起人"}, {m.Host, string(meeting.HostRole)}, {m.Recorder, string(meeting.RecorderRole)}, {m.Timekeeper, string(meeting.TimekeeperRole)}} {
		if role.who == v.who {
			out = append(out, role.name)
		}
	}
	p := m.Participant(v.who)
	of := m.StandsInFor(v.who)
	switch {
	case len(out) > 0:
	case p != nil && p.Observer:
		out = append(out, "列席")
	case p != nil:
		out = append(out, string(p.Tier))
	case of != meeting.Nobody:
		out = append(out, "代"+of.Token())
	case slices.Contains(m.CC, v.who):
		out = append(out, "抄送")
	}
	return strings.Join(out, "、")
}

// nextStep is how the meeting stands and what the viewer can do next.
func (v meetingView) nextStep() string {
	m := v.m
	switch m.Status {
	case meeting.Planned:
		if m.Leads(v.who) {
			return "还没发预通知，请发“发预通知”"
		}
		return "还没发预通知"
	case meeting.Noticed:
		return v.waiting()
	case meeting.Over:
		if v.who == m.Recorder {
			return "请整理纪要，发“纪要”"
		}
		return "等纪要"
	case meeting.Tracking:
		return "待办跟踪中"
	case meeting.Live, meeting.Adjourned, meeting.CalledOff, meeting.Failed, meeting.Archived:
	}
	return string(m.Status)
}

// waiting is what a meeting that people know of wants of the viewer.
func (v meetingView) waiting() string {
	m, p := v.m, v.m.Participant(v.who)
	switch {
	case p != nil && p.RSVP == meeting.Unanswered:
		return "请回复能否参加"
	case len(v.owes()) > 0:
		return "等预讨论意见，" + meeting.Moment(m.OpinionsBy(v.t.Calendar), v.t.Now) + "前"
	case v.who == m.Recorder && m.Asks() && m.ListIssuedAt.IsZero():
		return "请发“发预讨论清单”"
	case m.Leads(v.who) && !v.t.Now.Before(m.Start):
		return "到时间了，请发“开会”"
	case m.Leads(v.who):
		return rsvpLine(m)
	case p != nil:
		return "您已回复" + string(p.RSVP)
	}
	return rsvpLine(m)
}

// inviteItems are the lines of the morning's digest about a meeting ahead: that
// of today, and what M2, M3 and M5 bring of the next (M26).
func inviteItems(v meetingView) []item {
	m := v.m
	if m.Status != meeting.Noticed || v.who == meeting.Nobody {
		return nil
	}
	asks := map[string]bool{}
	for _, n := range todays(v.t, m, v.who) {
		asks[n.Kind] = true
	}
	p := m.Participant(v.who)
	unanswered := p != nil && p.RSVP == meeting.Unanswered
	var out []item
	switch one := (item{what: title(m)}); {
	case sameDay(m.Start, v.t.Now) && slices.Contains(m.Comers(), v.who):
		one.section, one.say = "今天的会", clock(m.Start)+inPlace(m)
		if unanswered {
			one.say, one.button = one.say+"，请回复能否参加", v.attend()
		}
		out = append(out, one)
	case asks[meeting.ToAnswer] || asks[meeting.Upcoming]:
		one.section, one.say = "下一个会", meeting.Moment(m.Start, v.t.Now)+inPlace(m)
		if strings.HasPrefix(v.near(), "明天") {
			one.section, one.say = "明天的会", clock(m.Start)+inPlace(m)
		}
		if asks[meeting.ToAnswer] {
			one.say, one.button = one.say+"，请回复能否参加", v.attend()
		}
		if r := v.reading(); r != "" {
			one.say += "，请先看" + r
		}
		if d := v.decides(); d != "" {
			one.say += "，" + strings.TrimSuffix(d, "。")
		}
		out = append(out, one)
	}
	if asks[meeting.ToOpine] {
		one := item{section: "预讨论", what: title(m)}
		by := "，" + meeting.Moment(m.OpinionsBy(v.t.Calendar), v.t.Now) + "前"
		if len(v.owes()) > 0 {
			one.say, one.button = "等您部门的意见"+by, v.act("预讨论", "写意见："+cut(line(m.Title), 10), "预讨论")
		} else {
			one.say = "还缺" + strings.Join(v.departmentsOf(), "、") + "的意见" + by + "，他们没有人参会，请您转告"
		}
		out = append(out, one)
	}
	for i := range out {
		if b := &out[i].button; b.ID == "参加" {
			b.Label = "参加：" + cut(line(m.Title), 10)
		}
	}
	return out
}

// inPlace is the place behind a time.
func inPlace(m *meeting.Meeting) string {
	if m.Place == "" {
		return ""
	}
	return "在" + cut(line(m.Place), 20)
}
