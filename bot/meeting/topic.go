package meeting

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// extendLimit bounds one 加时, in minutes.
const extendLimit = 60

// open starts the clock of a topic.
func (c *Topic) open(now time.Time) { c.Status, c.OpenedAt, c.Wrap = Talking, now, nil }

// pause stops the clock of a topic and keeps what was used.
func (c *Topic) pause(now time.Time) {
	if !c.OpenedAt.IsZero() {
		c.Used += now.Sub(c.OpenedAt)
		c.OpenedAt = time.Time{}
	}
}

// Spent is how long the topic has been talked about, breaks left out (R29).
func (c *Topic) Spent(now time.Time) time.Duration {
	if c.OpenedAt.IsZero() {
		return c.Used
	}
	return c.Used + now.Sub(c.OpenedAt)
}

// Planned is how long the topic may take with what was added (R29).
func (c *Topic) Planned() time.Duration { return time.Duration(c.Minutes+c.Extra) * time.Minute }

// waiting is the next topic in the order of the agenda that was not talked about.
func (m *Meeting) waiting() *Topic {
	for i := range m.Topics {
		if m.Topics[i].Status == Waiting {
			return &m.Topics[i]
		}
	}
	return nil
}

// entries of a topic that stand, of these kinds.
func (m *Meeting) entries(topic int, kinds ...EntryKind) []*Entry {
	var out []*Entry
	for i := range m.Entries {
		e := &m.Entries[i]
		for _, k := range kinds {
			if e.Kind == k && e.Topic == topic && !e.Withdrawn {
				out = append(out, e)
			}
		}
	}
	return out
}

// Settled reports whether a topic has what it takes to be closed: a 结论 or a
// 未决 (R31).
func (m *Meeting) Settled(topic int) bool {
	return len(m.entries(topic, Conclusion, Unsettled)) > 0
}

// A Switch is how somebody goes on to another topic.
type Switch struct {
	To     int    // Topic.Seq, 0 for the next in the agenda
	Fine   bool   // the host's three yeses of the 小结 (R44)
	Reason string // why there is no 小结; it is logged
}

// ErrWrapFirst says that the topic was not read back yet (R44): the one who
// asked is shown what to answer.
var ErrWrapFirst = Refuse("R44", "换议题前先小结：任务清晰、责任人确认、截止合理，请主持人答一句。")

// Next closes the open topic and opens another one (R28, R31, R44): one is open
// at a time, in the order of the agenda unless the host names another. A topic
// with neither 结论 nor 未决 stays open. After the last one none is open.
func (m *Meeting) Next(who PersonID, s Switch, now time.Time) error {
	if err := m.running("下一议题"); err != nil {
		return err
	}
	next := m.waiting()
	if s.To != 0 {
		next = m.Topic(s.To)
	}
	current := m.Current()
	switch {
	case !m.Runs(who):
		return Refuse("R28", "换议题由主持人"+m.Host.Token()+"来定。")
	case s.To != 0 && (next == nil || next.Status == Dropped):
		return Refuse("R28", "没有议题"+strconv.Itoa(s.To)+"可以议。")
	case current != nil && next == current:
		return Refuse("R28", "现在议的就是议题"+strconv.Itoa(s.To)+"。")
	case next == nil && current == nil:
		return Refuse("R28", "议题都议过了。结束请发“散会”。")
	case next != nil && next != m.waiting() && !m.Leads(who):
		return Refuse("R28", "换顺序由主持人"+m.Host.Token()+"来定。")
	}
	if err := m.leave(who, s, now); err != nil {
		return err
	}
	was, is := "无", "无"
	if current != nil {
		was = fmt.Sprintf("议题%d %s", current.Seq, current.Status)
	}
	if next != nil {
		next.open(now)
		is = fmt.Sprintf("议题%d", next.Seq)
	}
	m.EndTyped = time.Time{} // it goes on
	m.note("下一议题", who, was, is, strings.TrimSpace(s.Reason))
	return nil
}

// leave closes the open topic, once it was read back (R44).
func (m *Meeting) leave(who PersonID, s Switch, now time.Time) error {
	c := m.Current()
	if c == nil {
		return nil
	}
	if !m.Settled(c.Seq) {
		return Refuse("R31", fmt.Sprintf("议题%d“%s”还没有结论，也没有未决事项，先记一条再换：“结论 …”或“未决 …”。以后再谈就发“另议 %d”。", c.Seq, short(c.Title), c.Seq))
	}
	reason := strings.TrimSpace(s.Reason)
	switch {
	case s.Fine:
		if err := m.WrapUp(who, Wrap{TasksClear: true, OwnersSaid: true, DatesFit: true}, now); err != nil {
			return err
		}
	case c.Wrap.fine():
	case reason == "":
		return ErrWrapFirst
	default:
		m.Waivers = append(m.Waivers, Waiver{Rule: "R44", Reason: reason, By: who, At: now})
	}
	m.close(c, now)
	return nil
}

// close ends a topic by what is on record about it.
func (m *Meeting) close(c *Topic, now time.Time) {
	c.pause(now)
	c.Status = Concluded
	if len(m.entries(c.Seq, Unsettled)) > 0 {
		c.Status = Undecided
	}
}

// Extend gives the open topic more minutes (R29): by whoever runs the meeting
// or keeps its time. Gap: 分钟.
func (m *Meeting) Extend(who PersonID, minutes int, now time.Time) error {
	if err := m.running("加时"); err != nil {
		return err
	}
	c := m.Current()
	switch {
	case c == nil:
		return Refuse("R29", "现在没有议题在议，不用加时。延后待办的日期请发“延期”。")
	case !m.Runs(who) && who != m.Timekeeper:
		return Refuse("R29", "加时由主持人"+m.Host.Token()+"或计时的人来定。")
	case minutes < 1 || minutes > extendLimit:
		return &Refusal{Rule: "R29", Gaps: []Gap{{Field: "分钟", Rule: "R29", Say: "加几分钟？一次1到60分钟。",
			Choices: []Choice{{Label: "5", Value: "5"}, {Label: "10", Value: "10"}, {Label: "15", Value: "15"}}}}}
	}
	was := c.Minutes + c.Extra
	c.Extra += minutes
	if c.Planned() <= c.Spent(now) { // the time is over for longer than that: it counts from now
		c.Extra = int((c.Spent(now)+time.Minute-1)/time.Minute) - c.Minutes + minutes
	}
	m.EndTyped = time.Time{}
	m.note("加时", who, strconv.Itoa(was)+"分钟", strconv.Itoa(c.Minutes+c.Extra)+"分钟", "")
	return nil
}

// Park puts a matter off to another time: a topic of the agenda by its number,
// or a new one by its words, by everybody who takes part (R28). Gap: 内容.
func (m *Meeting) Park(who PersonID, seq int, text string, now time.Time) error {
	if err := m.running("另议"); err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if seq == 0 {
		if err := m.speaks(who); err != nil {
			return err
		}
		if text == "" {
			return &Refusal{Rule: "R28", Gaps: []Gap{{Field: "内容", Rule: "R28", Say: "哪件事另议？写议题号或内容。"}}}
		}
		if n := utf8.RuneCountInString(text); n > textLimit {
			return &Refusal{Rule: "R28", Gaps: []Gap{*tooLong("内容", "另议事项", text)}}
		}
		current := 0
		if c := m.Current(); c != nil {
			current = c.Seq
		}
		m.Parked = append(m.Parked, Parked{Text: text, From: current, By: who, At: now})
		m.note("另议", who, "", text, "")
		return nil
	}
	c := m.Topic(seq)
	switch {
	case c == nil || c.Status == Dropped:
		return Refuse("R28", "没有议题"+strconv.Itoa(seq)+"可以另议。")
	case !m.Runs(who):
		return Refuse("R28", "议题另议由主持人"+m.Host.Token()+"来定。")
	case c.Status == Concluded || c.Status == Undecided:
		return Refuse("R28", "议题"+strconv.Itoa(seq)+"已经有结果了，不用另议。")
	}
	c.pause(now)
	m.note("另议", who, fmt.Sprintf("议题%d %s", seq, c.Status), string(Dropped), text)
	c.Status = Dropped
	m.Parked = append(m.Parked, Parked{Text: c.Title, From: seq, By: who, At: now})
	return nil
}

// Admit takes a new topic into a meeting that runs, at the end of its agenda:
// the host alone, and never more than three (R28). Gaps: 内容, 产出.
func (m *Meeting) Admit(who PersonID, topic Topic, now time.Time) error {
	if err := m.running("加议题"); err != nil {
		return err
	}
	topic.Title = strings.TrimSpace(topic.Title)
	kept, last := 0, 0
	for _, c := range m.Topics {
		last = max(last, c.Seq)
		if c.Status != Dropped {
			kept++
		}
	}
	switch {
	case who != m.Host:
		return Refuse("R28", "新议题要主持人"+m.Host.Token()+"同意才能加。先发“另议 内容”记下来。")
	case kept >= maxTopics:
		return Refuse("R28", "已经有3个议题了，新的先发“另议 内容”记下来，下次再谈。")
	}
	gaps := missing("R28", [3]string{"内容", topic.Title, "加什么议题？"})
	if n := utf8.RuneCountInString(topic.Title); n > topicTitleLimit {
		gaps = append(gaps, *tooLong("内容", "议题", topic.Title))
	}
	if topic.Output == "" {
		g := Gap{Field: "产出", Rule: "R3", Say: "这个议题要产出什么？"}
		for _, o := range topic.Output.Choices() {
			g.Choices = append(g.Choices, Choice{Label: o, Value: o})
		}
		gaps = append(gaps, g)
	}
	if len(gaps) > 0 {
		return &Refusal{Rule: gaps[0].Rule, Gaps: gaps}
	}
	topic.Seq, topic.Status = last+1, Waiting
	m.Topics = append(m.Topics, topic)
	if m.Current() == nil {
		m.Topic(topic.Seq).open(now)
	}
	m.EndTyped = time.Time{}
	m.note("加议题", who, "", fmt.Sprintf("议题%d %s", topic.Seq, topic.Title), "")
	return nil
}
