package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawConsole is the one card of a meeting that runs (C4): it opens with goals,
// agenda, roles and time rules (R27), then shows the open topic with its range
// and time, what was recorded and the 任务清单（草稿） as it grows (R46).
func drawConsole(v meetingView) (card.Card, error) {
	m := v.m
	c := card.Card{Title: v.head(v.now()), Tone: card.Blue}
	tasks, err := v.t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return c, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	if len(m.Entries) == 0 && m.Status == meeting.Live {
		c.Fields = v.opening()
	}
	c.Fields = append(c.Fields, v.topicFields()...)
	if len(m.Entries) > 0 {
		c.Fields = append(c.Fields, v.recordFields()...)
	}
	c.Table = v.draftList(tasks)
	switch m.Status {
	case meeting.Live:
		c.Inputs = []card.Input{v.kinds(), {Name: "内容", Label: "内容", Kind: card.KindLines, Required: true}}
		c.Buttons = v.liveButtons()
	case meeting.Adjourned:
		c.Tone = card.Grey
		c.Buttons = []card.Button{v.act("开会", "继续开会", "开会")}
	default:
		c.Tone = card.Grey
		c.Body = map[meeting.MeetingStatus]string{
			meeting.Over: "会开完了，接下来出纪要。", meeting.Tracking: "纪要已分发，待办在台账里。",
			meeting.Archived: "会议已归档，只能看，不能改。", meeting.Failed: "这次流会了。",
		}[m.Status]
	}
	return c, nil
}

// head is the meeting and, behind it, how it stands.
func (v meetingView) head(how string) string {
	return cut(line(v.m.Title), titleLimit-1-len([]rune(how))) + "：" + how
}

func (v meetingView) now() string {
	switch c := v.m.Current(); {
	case v.m.Status == meeting.Adjourned:
		return "休会"
	case v.m.Status != meeting.Live:
		return string(v.m.Status)
	case c != nil:
		return fmt.Sprintf("在议议题%d", c.Seq)
	}
	return "进行中"
}

// opening is what a meeting begins with (R27).
func (v meetingView) opening() []card.Field {
	m := v.m
	var agenda []string
	for _, c := range m.Topics {
		if c.Status != meeting.Dropped {
			agenda = append(agenda, fmt.Sprintf("%d %s %d分钟", c.Seq, line(c.Title), c.Minutes))
		}
	}
	keeper := "会办"
	if m.Timekeeper != meeting.Nobody {
		keeper = m.Timekeeper.Token()
	}
	return []card.Field{
		{Label: "目标", Value: cut(strings.Join(m.Goals, "；"), 120)},
		{Label: "议程", Value: strings.Join(agenda, " → ")},
		{Label: "分工", Value: "主持" + m.Host.Token() + "，记录" + m.Recorder.Token() + "，计时" + keeper},
		{Label: "规则", Value: "每个议题用到八成和到点会提醒，主持人开场不超过3分钟"},
	}
}

// topicFields are the open topic, its time and its range (R5, R29).
func (v meetingView) topicFields() []card.Field {
	c := v.m.Current()
	if c == nil {
		return []card.Field{{Label: "议题", Value: "没有打开的议题"}}
	}
	what := fmt.Sprintf("%d %s", c.Seq, line(c.Title))
	if c.Output != "" {
		what += "（产出" + outputOf(c) + "）"
	}
	return []card.Field{{Label: "议题", Value: what}, {Label: "用时", Value: v.spent(c)}, {Label: "范围", Value: rangeOf(c)}}
}

// spent is how long the topic has taken, in whole minutes.
func (v meetingView) spent(c *meeting.Topic) string {
	used := int(c.Spent(v.t.Now).Minutes())
	if c.Minutes == 0 {
		return fmt.Sprintf("已用%d分钟", used)
	}
	say := fmt.Sprintf("已用%d分钟，还剩%d分钟", used, minutesLeft(c, v.t.Now))
	if used > c.Minutes+c.Extra {
		say = fmt.Sprintf("已用%d分钟，超时%d分钟", used, used-c.Minutes-c.Extra)
	}
	plan := fmt.Sprintf("（计划%d分钟", c.Minutes)
	if c.Extra > 0 {
		plan += fmt.Sprintf("，加时%d分钟", c.Extra)
	}
	return say + plan + "）"
}

// minutesLeft is how long the topic still has; a minute begun is not used yet.
func minutesLeft(c *meeting.Topic, now time.Time) int {
	return c.Minutes + c.Extra - int(c.Spent(now).Minutes())
}

// recordFields are how much was recorded, the last conclusion and what lacks an
// element (R33).
func (v meetingView) recordFields() []card.Field {
	count := map[meeting.EntryKind]int{}
	last := ""
	for _, e := range v.m.Entries {
		if e.Withdrawn {
			continue
		}
		count[e.Kind]++
		if e.Kind == meeting.Conclusion {
			last = e.Text
			if len(v.m.Bases(e.ID)) == 0 {
				last += "（还缺依据）"
			}
		}
	}
	var parts []string
	for _, k := range []meeting.EntryKind{meeting.Point, meeting.Conclusion, meeting.Difference, meeting.Unsettled} {
		if count[k] > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", k, count[k]))
		}
	}
	if n := len(v.m.Parked); n > 0 {
		parts = append(parts, fmt.Sprintf("另议%d", n))
	}
	return []card.Field{
		{Label: "记录", Value: strings.Join(parts, "，")},
		{Label: "最近结论", Value: cut(line(last), 100)},
		{Label: "还缺要素", Value: v.lacking()},
	}
}

// lacking are the 待办 that no list shows, with what each lacks (R33).
func (v meetingView) lacking() string {
	var out []string
	for _, e := range v.m.Incomplete() {
		out = append(out, "“"+cut(line(e.Text), 20)+"”缺"+strings.Join(e.Lacks, "、"))
	}
	if len(out) > 3 {
		out = append(out[:3], fmt.Sprintf("还有%d条", len(out)-3))
	}
	return strings.Join(out, "；")
}

// draftList is the 任务清单（草稿） (R46), nil while it is empty.
func (v meetingView) draftList(tasks []*meeting.Task) *card.Table {
	t := &card.Table{Head: []string{"任务清单（草稿）", "责任人", "截止", "优先", "确认"}}
	more := 0
	for _, k := range tasks {
		if k.Status == meeting.Cancelled {
			continue
		}
		if len(t.Rows) >= listRows {
			more++
			continue
		}
		t.Rows = append(t.Rows, []string{
			cut(line(k.Description), 24), k.Owner.Token(), meeting.Moment(k.Due, v.t.Now), string(k.Priority), confirmState(k),
		})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	if more > 0 {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("还有%d项", more), "", "", "", ""})
	}
	return t
}

// confirmState is the owner's word on a task; a group reads no reasons (2.5).
func confirmState(k *meeting.Task) string {
	switch {
	case k.Proposal != nil && k.Open():
		return "责任人待定"
	case k.Confirm == meeting.NotAnswered:
		return "待确认"
	}
	return string(k.Confirm)
}

// kinds is the choice of the console's form.
func (v meetingView) kinds() card.Input {
	in := card.Input{Name: "类型", Label: "类型", Kind: card.KindSelect, Required: true, Value: []string{string(meeting.Point)}}
	for _, k := range formKind("").Choices() {
		in.Options = append(in.Options, card.Option{Value: k, Label: k})
	}
	return in
}

func (v meetingView) liveButtons() []card.Button {
	record := v.act("记一条", "记下", "记一条")
	record.Submit = true
	out := []card.Button{v.act("下一议题", "下一议题", "下一议题"), v.act("小结", "小结", "小结")}
	if v.m.Current() != nil {
		out = append(out, v.act("加时", "加时10分钟", "加时", "分钟", "10"))
	} else {
		out = out[:1]
	}
	return append(out, v.act("散会", "散会", "散会"), record)
}

// drawOpened is what a group reads of a meeting where others read along (R18).
func drawOpened(v meetingView) (card.Card, error) {
	m := v.m
	how := string(m.Status)
	c := card.Card{Title: v.head(how), Tone: card.Blue, Fields: []card.Field{
		{Label: "时间", Value: v.slot()},
		{Label: "开始", Value: clock(m.ActualStart)},
		{Label: "主持", Value: m.Host.Token()},
	}}
	c.Body = "群里有没参会的同事，记录和任务清单只私聊发给参会的人。"
	if m.Status != meeting.Live {
		c.Tone = card.Grey
	}
	return c, nil
}

// ofTopic makes a face of a function that draws one topic of a meeting; the
// face's name carries its number behind a slash (wrap/2).
func ofTopic(draw func(meetingView, *meeting.Topic) (card.Card, error)) bot.Draw {
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		version := 0
		drawn, err := ofMeeting(func(v meetingView) (card.Card, error) {
			_, seq, _ := strings.Cut(f.Name, "/")
			n, err := strconv.Atoi(seq)
			c := v.m.Topic(n)
			if err != nil || c == nil {
				return card.Card{}, bot.ErrNothing
			}
			version = v.settled(c)
			return draw(v, c)
		})(t, f)
		if version > 0 {
			drawn.Version = version
		}
		return drawn, err
	}
}

// settled is the version of a card about a topic that is no longer talked about,
// which nothing changes any more; 0 for one that is.
func (v meetingView) settled(c *meeting.Topic) int {
	if v.m.Status == meeting.Adjourned || c.Status == meeting.Talking && v.m.Status == meeting.Live {
		return 0
	}
	return math.MaxInt32
}

// ofState makes a face that shows only in which state the meeting is, so that
// what is recorded does not change it.
func ofState(draw func(meetingView) (card.Card, error)) bot.Draw {
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		version := 1
		drawn, err := ofMeeting(func(v meetingView) (card.Card, error) {
			version += 2 * len(v.m.Breaks)
			switch v.m.Status {
			case meeting.Live:
			case meeting.Adjourned:
				version--
			default:
				version = math.MaxInt32
			}
			return draw(v)
		})(t, f)
		drawn.Version = version
		return drawn, err
	}
}

// left is the card of a topic that is no longer talked about.
func (v meetingView) left(c *meeting.Topic) card.Card {
	how := string(c.Status)
	if v.m.Status == meeting.Adjourned {
		how = "休会"
	}
	return card.Card{Title: fmt.Sprintf("议题%d：%s", c.Seq, how), Tone: card.Grey, Body: cut(line(c.Title), 80) + "，" + v.spent(c) + "。"}
}

// topicFace is a face about one topic.
func topicFace(name string, m *meeting.Meeting, who meeting.PersonID) bot.Face {
	return bot.Face{Name: fmt.Sprintf("%s/%d", name, m.Current().Seq), Of: m.Ref(), For: who}
}

// drawTopicTime says how the time of the open topic stands (M8), with the three
// ways on.
func drawTopicTime(v meetingView, c *meeting.Topic) (card.Card, error) {
	if c.Status != meeting.Talking || v.m.Status != meeting.Live {
		return v.left(c), nil
	}
	left := c.Planned() - c.Spent(v.t.Now)
	out := card.Card{Tone: card.Yellow, Fields: []card.Field{{Label: "议题", Value: line(c.Title)}, {Label: "用时", Value: v.spent(c)}}}
	switch {
	case left > 0:
		out.Title = fmt.Sprintf("议题%d还剩%d分钟", c.Seq, minutesLeft(c, v.t.Now))
	case left > -10*time.Minute:
		out.Title, out.Tone = fmt.Sprintf("议题%d到时间了", c.Seq), card.Red
	default:
		out.Title, out.Tone = fmt.Sprintf("议题%d超时%d分钟", c.Seq, int(-left.Minutes())), card.Red
	}
	out.Body = "再谈一会儿、收尾，还是记为未决？由主持人定。"
	out.Buttons = []card.Button{
		v.act("加时", "再给10分钟", "加时", "分钟", "10"), v.act("小结", "收尾", "小结"), v.act("未决", "记为未决", "未决", "议题", strconv.Itoa(c.Seq)),
	}
	out.Buttons[2].Do.Words = fmt.Sprintf("未决 议题:%d", c.Seq)
	return out, nil
}

// drawStillOn asks the host whether the meeting is over (M11): the limits count
// from its end.
func drawStillOn(v meetingView) (card.Card, error) {
	m := v.m
	switch {
	case m.Status != meeting.Live:
		return drawEnding(v)
	case !m.EndTyped.IsZero():
		return card.Card{Title: "还有没完的", Tone: card.Grey, Body: endingAt(v) + "。没完的怎么办，请看另一张卡片，或再发“散会”。"}, nil
	}
	planned := clock(m.PlannedEnd())
	return card.Card{
		Title: "会开完了吗？", Tone: card.Yellow,
		Fields: []card.Field{{Label: "会议", Value: line(m.Title)}, {Label: "计划", Value: span(v.t, m)}},
		Body:   "纪要初稿从结束起2小时内要有，所以请您说一声几点结束的。",
		Buttons: []card.Button{
			v.act("散会", "刚结束", "散会"), v.act("按时结束", "按"+planned+"结束", "散会", "时刻", planned), v.act("还没完", "还没完", "还没完"),
		},
	}, nil
}
