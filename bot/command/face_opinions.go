package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// drawOpinions is C3 for who is asked (M3): the topics that wait for the
// viewer's department, and until when.
func drawOpinions(v meetingView) (card.Card, error) {
	m := v.m
	switch {
	case v.who != meeting.Nobody && !m.Involves(v.who):
		return v.greyed("不用您反馈了"), nil
	case m.Status != meeting.Noticed:
		return v.greyed(v.stands()), nil
	}
	by := m.OpinionsBy(v.t.Calendar)
	c := card.Card{Title: v.titled("请给预讨论意见"), Tone: card.Blue}
	if by.Sub(v.t.Now).Hours() <= 2 {
		c.Tone = card.Yellow
	}
	waiting := v.departmentsOf()
	if len(waiting) == 0 {
		c.Title, c.Tone, c.Body = v.titled("意见已收到"), card.Green, "谢谢，会前会汇总成清单发给参会人。想改再发一次“预讨论 议题号 意见”，以新的为准。"
		c.Fields = []card.Field{{Label: "时间", Value: span(v.t, m)}}
		return c, nil
	}
	late := ""
	if !v.t.Now.Before(by) {
		c.Tone, late = card.Red, "，已过，现在补会标为逾期"
	}
	c.Fields = []card.Field{{Label: "请在", Value: meeting.Moment(by, v.t.Now) + "前" + late}}
	for _, d := range waiting {
		for _, seq := range m.Waits(d) {
			c.Fields = append(c.Fields, card.Field{Label: d, Value: fmt.Sprintf("议题%d %s", seq, cut(line(m.Topic(seq).Title), 40))})
		}
	}
	c.Fields = slices.Clip(c.Fields[:min(len(c.Fields), 5)])
	if v.who != meeting.Nobody && len(v.owes()) == 0 {
		c.Body = "参会人里没有这个部门的人，请您转告他们。要请他们参会，发“参会 @同事”。"
		return c, nil
	}
	c.Body = "说一句现状、难点、所需资源或建议就行；没有就点〔没有意见〕。"
	c.Buttons = []card.Button{v.act("预讨论", "写意见", "预讨论"), v.act("无意见", "没有意见", "预讨论", "无意见", "无意见")}
	return c, nil
}

// departmentsOf are the departments for which the viewer is asked, all of them in
// a group.
func (v meetingView) departmentsOf() []string {
	var out []string
	for _, d := range v.m.Unheard() {
		if v.who == meeting.Nobody || slices.Contains(v.m.Speakers(d), v.who) {
			out = append(out, d)
		}
	}
	return out
}

// owes are the departments of the viewer's own whose opinion is missing.
func (v meetingView) owes() []string {
	return slices.DeleteFunc(v.departmentsOf(), func(d string) bool { return !v.speaksFor(d) })
}

// speaksFor reports whether the viewer stands in the meeting for a department,
// or for somebody of it.
func (v meetingView) speaksFor(department string) bool {
	for _, p := range v.m.Participants {
		if p.Department == department && (p.Person == v.who || p.Proxy == v.who) {
			return true
		}
	}
	return false
}

// listHour is when the list of opinions is to be out (R20).
const listHour = workday.Clock(17 * 60)

// drawOpinionList is 4.2: for the recorder ready to be sent (M4), then for
// everybody who may read of the meeting (R18).
func drawOpinionList(v meetingView) (card.Card, error) {
	m := v.m
	if !m.Involves(v.who) {
		return v.greyed("只给参会人看"), nil
	}
	issued := !m.ListIssuedAt.IsZero()
	issuer := v.who == m.Recorder || v.who == m.Host
	c := card.Card{Title: v.titled("预讨论清单"), Tone: card.Blue, Table: v.opinionTable()}
	upTo := v.t.Now
	if issued {
		upTo = m.ListIssuedAt
		for _, o := range m.Opinions {
			if o.At.After(upTo) {
				upTo = o.At
			}
		}
	}
	c.Fields = []card.Field{
		{Label: "汇总人", Value: m.Recorder.Token() + "，截至" + meeting.Moment(upTo, v.t.Now)},
		{Label: "会上先定", Value: v.openQuestions()},
		{Label: "未反馈", Value: v.unheard()},
		{Label: "无意见", Value: v.noOpinion()},
	}
	if issued || !issuer || m.Status != meeting.Noticed {
		if m.Status != meeting.Noticed {
			c.Tone = card.Grey
		}
		return c, nil
	}
	people := among(v.who, m.People()...)
	c.Title = v.titled("请核对清单")
	c.Fields = append(c.Fields, card.Field{Label: "发给", Value: fmt.Sprintf("%d人：%s", len(people), names(people))})
	out := workday.DateOf(v.t.Calendar.Add(m.Start, -1)).At(listHour)
	c.Body = "请核对后在" + meeting.Moment(out, v.t.Now) + "前发出。"
	if !v.t.Now.Before(out) {
		c.Tone, c.Body = card.Yellow, "原定"+meeting.Moment(out, v.t.Now)+"前发出，请核对后尽早发。"
	}
	c.Buttons = []card.Button{v.act("发预讨论清单", "发出", "发预讨论清单", "确认", "确认")}
	return c, nil
}

func (v meetingView) opinionTable() *card.Table {
	table := &card.Table{Head: []string{"议题", "部门（反馈人）", "意见", "反馈时间"}}
	for _, t := range v.m.Topics {
		for _, o := range v.m.OpinionsOn(t.Seq) {
			if o.None {
				continue
			}
			at := meeting.Moment(o.At, v.t.Now)
			if o.Late {
				at += "，逾期"
			}
			table.Rows = append(table.Rows, []string{
				fmt.Sprintf("%d %s（%s）", t.Seq, cut(line(t.Title), 16), t.Output),
				o.Department + "（" + o.Author.Token() + "）", cut(line(o.Words()), 200), at,
			})
		}
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return table
}

// openQuestions are the topics that are to end in a decision.
func (v meetingView) openQuestions() string {
	var out []string
	for _, t := range v.toDecide() {
		out = append(out, fmt.Sprintf("议题%d %s", t.Seq, cut(line(t.Title), 20)))
	}
	return strings.Join(out, "；")
}

// unheard are the departments without an opinion, with who answers for each.
func (v meetingView) unheard() string {
	var out []string
	for _, d := range v.m.Unheard() {
		who := "没有人参会"
		if slices.ContainsFunc(v.m.Participants, func(p meeting.Participant) bool { return p.Department == d }) {
			who = names(v.m.Speakers(d))
		}
		out = append(out, d+"（"+who+"）")
	}
	return strings.Join(out, "、")
}

func (v meetingView) noOpinion() string {
	var out []string
	for _, t := range v.m.Topics {
		for _, o := range v.m.OpinionsOn(t.Seq) {
			if o.None {
				out = append(out, fmt.Sprintf("%s（议题%d）", o.Department, t.Seq))
			}
		}
	}
	return strings.Join(out, "、")
}
