package command

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// titled is a title of a card: the meeting and how it stands.
func (v meetingView) titled(how string) string {
	return cut(line(v.m.Title), titleLimit-1-utf8.RuneCountInString(how)) + "：" + how
}

// whenWhere are the fields that say when and where.
func (v meetingView) whenWhere() []card.Field {
	return []card.Field{{Label: "时间", Value: span(v.t, v.m)}, {Label: "地点", Value: v.m.Place}}
}

// The buttons of an invitation, by the verb that they stand for.

func (v meetingView) attend() card.Button   { return v.act("参加", "参加", "参加") }
func (v meetingView) stayAway() card.Button { return v.act("请假", "不能参加", "请假") }
func (v meetingView) sendProxy() card.Button {
	return v.act("代参会", "请人代参会", "代参会")
}

// invitation are the buttons of who may answer, without what they said already.
func (v meetingView) invitation() []card.Button {
	p := v.m.Participant(v.who)
	if v.m.Status != meeting.Noticed || v.who != meeting.Nobody && p == nil {
		return nil
	}
	all := []card.Button{v.attend(), v.stayAway(), v.sendProxy()}
	if p == nil {
		return all
	}
	return slices.DeleteFunc(all, func(b card.Button) bool { return b.ID == string(p.RSVP) })
}

// drawInvited asks one person to come (M2), in the place of somebody for a proxy.
func drawInvited(v meetingView) (card.Card, error) {
	m, p := v.m, v.m.Participant(v.who)
	of := m.StandsInFor(v.who)
	switch {
	case v.who != meeting.Nobody && !m.Involves(v.who):
		return v.greyed("不用您参加了"), nil
	case m.Status != meeting.Noticed:
		return v.greyed(v.stands()), nil
	case of != meeting.Nobody && p == nil:
		c := card.Card{Title: v.titled("请您代参会"), Tone: card.Blue, Fields: v.whenWhere()}
		c.Fields = append(c.Fields, card.Field{Label: "议题", Value: v.topicLine()})
		c.Body = of.Token() + "请您代为参会，会议的资料您也能看了。来不了请告诉" + of.Token() + "。"
		return c, nil
	}
	c := card.Card{Title: v.titled("您能参加吗"), Tone: card.Blue, Fields: v.whenWhere(), Buttons: v.invitation()}
	c.Fields = append(c.Fields, card.Field{Label: "议题", Value: v.topicLine()})
	c.Body = "请回复一下，发起人好安排；开会前都可以改。"
	if p == nil {
		return c, nil
	}
	switch p.RSVP {
	case meeting.Comes:
		c.Title, c.Tone, c.Body = v.titled("您已回复参加"), card.Green, "开会前都可以改。"
	case meeting.Absent:
		c.Title, c.Tone, c.Body = v.titled("您已请假"), card.Green, "想补一句原因，发“请假 原因”，只有发起人和主持人能看到，会后清除。"
	case meeting.ByProxy:
		c.Title, c.Tone, c.Body = v.titled("您已请人代参会"), card.Green, "由"+p.Proxy.Token()+"代您参会。开会前都可以改。"
	case meeting.Unanswered:
	}
	return c, nil
}

// topicLine lists the topics.
func (v meetingView) topicLine() string {
	parts := make([]string, len(v.m.Topics))
	for i, t := range v.m.Topics {
		parts[i] = fmt.Sprintf("%d %s", t.Seq, cut(line(t.Title), 20))
	}
	return strings.Join(parts, "；")
}

// greyed is what is left of a card when it asks for nothing more.
func (v meetingView) greyed(how string) card.Card {
	c := card.Card{Title: v.titled(how), Tone: card.Grey}
	if v.who == meeting.Nobody || v.m.Involves(v.who) {
		c.Fields = v.whenWhere()
	}
	return c
}

// stands says in a word how a meeting stands.
func (v meetingView) stands() string { return string(v.m.Status) }

// drawAnswers is 回执: names for the host, the initiator and the recorder, for
// others the count (Q10). Why somebody is away is for the first two (R14).
func drawAnswers(v meetingView) (card.Card, error) {
	m := v.m
	c := card.Card{Title: v.titled(rsvpLine(m)), Tone: card.Blue, Fields: []card.Field{{Label: "时间", Value: span(v.t, m)}}}
	if m.Replied() == len(m.Participants) {
		c.Tone = card.Green
	}
	if !seesNames(m, v.who) {
		c.Body = "谁还没回，只有发起人、主持人和记录人能看到。"
		if v.who != meeting.Nobody && !m.Involves(v.who) {
			return v.greyed("不再需要您看"), nil
		}
		return c, nil
	}
	c.Fields = append(c.Fields,
		card.Field{Label: "未回复", Value: names(peopleOf(m.Said(meeting.Unanswered)))},
		card.Field{Label: "参加", Value: names(peopleOf(m.Said(meeting.Comes)))},
		card.Field{Label: "请假", Value: v.leaves()},
		card.Field{Label: "代参会", Value: v.proxies()},
	)
	if m.Status != meeting.Noticed {
		c.Tone = card.Grey
		return c, nil
	}
	if m.Replied() < len(m.Participants) && v.chasing() {
		c.Body = "没回复的，会前1个工作日的晨报里会再问一次。"
	}
	if away := v.awayDeciders(); len(away) > 0 && m.Leads(v.who) {
		c.Tone = card.Yellow
		c.Body = "决策层" + names(away) + "来不了。可以改期，请本人找人代参会，或照常开。"
		c.Buttons = []card.Button{v.act("会议改期", "会议改期", "会议改期")}
	}
	return c, nil
}

// chasing reports whether M2 is still to come.
func (v meetingView) chasing() bool {
	due, _ := v.m.Notices(v.t.Calendar, v.t.Now, v.m.Start)
	return slices.ContainsFunc(due, func(n meeting.Notice) bool { return n.Kind == meeting.ToAnswer })
}

// leaves are who is away, with the reason for who may read it.
func (v meetingView) leaves() string {
	var out []string
	for _, p := range v.m.Said(meeting.Absent) {
		say := p.Person.Token()
		if p.Reason != "" && v.m.Leads(v.who) {
			say += "（" + cut(line(p.Reason), 40) + "）"
		}
		out = append(out, say)
	}
	return strings.Join(out, "、")
}

func (v meetingView) proxies() string {
	var out []string
	for _, p := range v.m.Said(meeting.ByProxy) {
		out = append(out, p.Proxy.Token()+"代"+p.Person.Token())
	}
	return strings.Join(out, "、")
}

// awayDeciders are the 决策层 who sent word that they do not come, where the
// meeting has something to decide (R11).
func (v meetingView) awayDeciders() []meeting.PersonID {
	if len(v.toDecide()) == 0 {
		return nil
	}
	var out []meeting.PersonID
	for _, p := range v.m.Said(meeting.Absent) {
		if p.Tier == meeting.Decider && !p.Observer {
			out = append(out, p.Person)
		}
	}
	return out
}

// toDecide are the topics that are to end in a decision.
func (v meetingView) toDecide() []meeting.Topic {
	return slices.DeleteFunc(slices.Clone(v.m.Topics), func(t meeting.Topic) bool { return t.Output != meeting.ADecision })
}

// drawUpcoming is M5: tomorrow, or in half an hour.
func drawUpcoming(v meetingView) (card.Card, error) {
	m := v.m
	switch {
	case v.who != meeting.Nobody && !m.Involves(v.who):
		return v.greyed("不用您参加了"), nil
	case m.Status != meeting.Noticed:
		return v.greyed(v.stands()), nil
	}
	c := card.Card{Title: v.titled(v.near()), Tone: card.Blue, Fields: v.whenWhere()}
	if sameDay(m.Start, v.t.Now) {
		c.Tone = card.Yellow
	}
	c.Fields = append(c.Fields, card.Field{Label: "请先看", Value: v.reading()}, card.Field{Label: "议题", Value: v.topicLine()})
	c.Body = v.decides()
	if p := m.Participant(v.who); p != nil && p.RSVP == meeting.Unanswered {
		c.Buttons = v.invitation()
	}
	if !m.ListIssuedAt.IsZero() && m.Involves(v.who) {
		c.Buttons = append(c.Buttons, v.act("发预讨论清单", "看预讨论清单", "发预讨论清单"))
	}
	return c, nil
}

// near says how soon the meeting is: 明天14:00开, 今天14:00开.
func (v meetingView) near() string {
	switch start := v.m.Start; {
	case sameDay(start, v.t.Now):
		return "今天" + clock(start) + "开"
	case workday.DateOf(v.t.Now).AddDays(1) == workday.DateOf(start):
		return "明天" + clock(start) + "开"
	}
	return date(v.m.Start) + clock(v.m.Start) + "开"
}

// reading is what to read before, as one says it: 《用户调研》（看第3页的偏好）.
func (v meetingView) reading() string {
	var out []string
	for _, r := range v.m.Materials {
		say := "《" + cut(line(r.Title), 20) + "》"
		if r.Focus != "" {
			say += "（" + cut(line(r.Focus), 24) + "）"
		}
		out = append(out, say)
	}
	return strings.Join(out, "、")
}

// decides tells 决策层, and only them, what they have to decide (M5).
func (v meetingView) decides() string {
	if !slices.Contains(v.m.Deciders(), v.who) {
		return ""
	}
	var out []string
	for _, t := range v.toDecide() {
		out = append(out, fmt.Sprintf("议题%d“%s”请您拿意见", t.Seq, cut(line(t.Title), 20)))
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "；") + "。"
}
