package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// wrapLines is how many lines each part of a 小结 shows.
const wrapLines = 3

// drawWrap reads the topic's conclusions and tasks back and asks the host three
// things at once (C6, R44).
func drawWrap(v meetingView, c *meeting.Topic) (card.Card, error) {
	m := v.m
	if c.Status != meeting.Talking || m.Status != meeting.Live {
		return v.left(c), nil
	}
	tasks, err := v.t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return card.Card{}, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	out := card.Card{Title: fmt.Sprintf("议题%d小结", c.Seq), Tone: card.Blue, Fields: []card.Field{
		{Label: "议题", Value: line(c.Title)},
		{Label: "结论", Value: itemized(v.conclusions(c.Seq))},
		{Label: "未决", Value: itemized(texts(m, c.Seq, meeting.Unsettled))},
		{Label: "待办", Value: itemized(v.handedOut(tasks, c.Seq))},
		{Label: "还缺要素", Value: v.lacking()},
	}}
	if !m.Settled(c.Seq) {
		out.Tone = card.Yellow
		out.Body = "还没有结论，也没有未决事项，先记一条再换议题。"
		out.Buttons = []card.Button{v.act("未决", "记为未决", "未决", "议题", strconv.Itoa(c.Seq)), v.act("再改改", "再改改", "小结", "答", string(notQuite))}
		out.Buttons[0].Do.Words = fmt.Sprintf("未决 议题:%d", c.Seq)
		return out, nil
	}
	out.Body = "请主持人答：任务清晰吗？责任人确认了吗？截止合理吗？没到场的责任人记为待确认，不用等。"
	fine := v.act("下一议题", "都没问题，下一议题", "下一议题", "小结", string(allFine))
	out.Buttons = []card.Button{fine, v.act("再改改", "再改改", "小结", "答", string(notQuite))}
	return out, nil
}

// conclusions are those of a topic, each with what carries it.
func (v meetingView) conclusions(topic int) []string {
	var out []string
	for _, e := range v.m.Entries {
		if e.Kind != meeting.Conclusion || e.Topic != topic || e.Withdrawn {
			continue
		}
		say := cut(line(e.Text), 60)
		if bases := v.m.Bases(e.ID); len(bases) > 0 {
			say += "（依据：" + cut(line(bases[0]), 40) + "）"
		} else {
			say += "（还缺依据）"
		}
		out = append(out, say)
	}
	return out
}

// handedOut are the tasks of a topic in a line each.
func (v meetingView) handedOut(tasks []*meeting.Task, topic int) []string {
	var out []string
	for _, k := range tasks {
		if k.Topic == topic && k.Status != meeting.Cancelled {
			out = append(out, cut(line(k.Description), 24)+"，"+k.Owner.Token()+"，"+meeting.Moment(k.Due, v.t.Now)+"，"+confirmState(k))
		}
	}
	return out
}

func texts(m *meeting.Meeting, topic int, kind meeting.EntryKind) []string {
	var out []string
	for _, e := range m.Entries {
		if e.Kind == kind && e.Topic == topic && !e.Withdrawn {
			out = append(out, cut(line(e.Text), 60))
		}
	}
	return out
}

// itemized joins the first of some lines, numbered if they are several.
func itemized(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	more := len(all) - wrapLines
	if more > 0 {
		all = all[:wrapLines]
	}
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = fmt.Sprintf("%d.%s", i+1, one)
	}
	say := strings.Join(out, "；")
	if more > 0 {
		say += fmt.Sprintf("；还有%d条", more)
	}
	return say
}

// drawEnding shows what is left when somebody says 散会 (R49); nobody has to stay
// for it.
func drawEnding(v meetingView) (card.Card, error) {
	m := v.m
	if m.Status != meeting.Live {
		c := card.Card{Title: v.head(v.now()), Tone: card.Grey, Body: "不用再答了。"}
		if !m.Ended.IsZero() {
			c.Body = "会议" + clock(m.Ended) + "结束。"
		}
		return c, nil
	}
	all, err := v.t.Book.FindDisputes(meeting.DisputeQuery{Meeting: m.ID})
	if err != nil {
		return card.Card{}, fmt.Errorf("disputes of meeting %d: %w", m.ID, err)
	}
	left := m.Left(all).Say()
	c := card.Card{Title: "还有没完的", Tone: card.Yellow}
	if len(left) == 0 {
		c.Title, c.Body = "都齐了", "没完的都补上了，"+endingAt(v)+"。"
		c.Buttons = []card.Button{v.act("散会", "散会", "散会")}
		return c, nil
	}
	if more := len(left) - 5; more > 0 {
		left = append(left[:5], fmt.Sprintf("还有%d处", more))
	}
	for i := range left {
		left[i] = "- " + left[i]
	}
	c.Body = strings.Join(left, "\n") + "\n" + endingAt(v) + "，大家可以先走。"
	c.Buttons = []card.Button{
		v.act("散会", string(fileAll), "散会", "没完的", string(fileAll)), v.act("现在补", "现在补", "散会", "没完的", string(fillFirst)),
	}
	return c, nil
}

func endingAt(v meetingView) string {
	if v.m.EndTyped.IsZero() {
		return "会还在开"
	}
	return "结束时刻记为" + clock(v.m.EndTyped)
}

// draftLimit is how long the draft of the minutes may take, in natural hours
// (R50).
const draftLimit = 2 * time.Hour

// drawOver says that the meeting is over: only figures, for groups read it too.
func drawOver(v meetingView) (card.Card, error) {
	m := v.m
	if m.Ended.IsZero() {
		return card.Card{Title: v.head(v.now()), Tone: card.Grey, Body: "会还没有结束。"}, nil
	}
	tasks, err := v.t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return card.Card{}, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	waits, all := 0, 0
	for _, k := range tasks {
		if k.Status != meeting.Cancelled {
			all++
		}
		if k.Status == meeting.Unconfirmed {
			waits++
		}
	}
	done := fmt.Sprintf("%d项，都已确认", all)
	if waits > 0 {
		done = fmt.Sprintf("%d项，其中%d项等责任人确认", all, waits)
	}
	if all == 0 {
		done = ""
	}
	concluded, open := 0, 0
	for _, e := range m.Entries {
		switch {
		case e.Withdrawn:
		case e.Kind == meeting.Conclusion:
			concluded++
		case e.Kind == meeting.Unsettled:
			open++
		}
	}
	c := card.Card{Title: v.head("散会"), Tone: card.Green, Fields: []card.Field{
		{Label: "时间", Value: meeting.Moment(m.ActualStart, v.t.Now) + "—" + clock(m.Ended)},
		{Label: "结论", Value: fmt.Sprintf("%d条，未决%d件", concluded, open)},
		{Label: "待办", Value: done},
	}}
	if n := len(m.Incomplete()); n > 0 {
		c.Fields = append(c.Fields, card.Field{Label: "还缺要素", Value: fmt.Sprintf("%d条待办，由记录人会后补", n)})
	}
	c.Body = "纪要初稿由" + m.Recorder.Token() + "在" + meeting.Moment(m.Ended.Add(draftLimit), v.t.Now) + "前提交。"
	return c, nil
}
