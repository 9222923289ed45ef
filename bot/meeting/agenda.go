package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxTopics is how many topics a meeting has without a reason (R2).
const maxTopics = 3

// Limits of a topic (R6): minutes that are possible at all, and those from which
// on a warning is given.
const (
	topicTitleLimit = 80
	leastMinutes    = 5
	mostMinutes     = 60
	longTopic       = 20
	longMeeting     = 90
)

// AddTopic puts a topic behind the others. More than three are kept, but hold
// the notice up (R2).
func (m *Meeting) AddTopic(by PersonID, t Topic) error {
	if err := m.drafting(by, "议题"); err != nil {
		return err
	}
	t.Seq, t.Status = len(m.Topics)+1, Waiting
	if err := t.check(); err != nil {
		return err
	}
	m.Topics = append(m.Topics, t)
	m.note("议题", by, "", t.audit(), "")
	return nil
}

// ChangeTopic changes what change touches of one topic.
func (m *Meeting) ChangeTopic(by PersonID, seq int, change func(*Topic)) error {
	if err := m.drafting(by, "议题"); err != nil {
		return err
	}
	i, err := m.topicAt(seq)
	if err != nil {
		return err
	}
	t := m.Topics[i]
	change(&t)
	if t.Seq, t.Status = seq, Waiting; t.Output != Something {
		t.OutputText = ""
	}
	if err := t.check(); err != nil {
		return err
	}
	before := m.Topics[i].audit()
	m.Topics[i] = t
	m.note("议题", by, before, t.audit(), "")
	return nil
}

// DropTopic takes a topic out of the agenda.
func (m *Meeting) DropTopic(by PersonID, seq int) error {
	if err := m.drafting(by, "议题"); err != nil {
		return err
	}
	i, err := m.topicAt(seq)
	if err != nil {
		return err
	}
	before := m.Topics[i].audit()
	m.cutTopic(i)
	m.note("议题 删", by, before, "", "")
	return nil
}

// PutOff keeps a topic for another time: 另议 (R2, R28).
func (m *Meeting) PutOff(by PersonID, seq int, now time.Time) error {
	if err := m.drafting(by, "议题"); err != nil {
		return err
	}
	i, err := m.topicAt(seq)
	if err != nil {
		return err
	}
	t := m.Topics[i]
	m.Parked = append(m.Parked, Parked{Text: t.Title, From: seq, By: by, At: now})
	m.cutTopic(i)
	m.note("另议", by, t.audit(), "", "")
	return nil
}

// cutTopic takes a topic out; those behind it and what belongs to them move up.
func (m *Meeting) cutTopic(i int) {
	gone := m.Topics[i].Seq
	m.Topics = slices.Delete(m.Topics, i, i+1)
	for j := range m.Topics {
		m.Topics[j].Seq = j + 1
	}
	for j := range m.Materials {
		switch of := &m.Materials[j].Topic; {
		case *of == gone:
			*of = 0
		case *of > gone:
			*of--
		}
	}
	if len(m.Topics) <= maxTopics {
		m.Waivers = withoutWaiver(m.Waivers, "R2")
	}
}

func (m *Meeting) topicAt(seq int) (int, error) {
	i := slices.IndexFunc(m.Topics, func(t Topic) bool { return t.Seq == seq })
	if i >= 0 {
		return i, nil
	}
	if len(m.Topics) == 0 {
		return 0, Refuse("R2", "还没有议题。请发“议题 内容 产出:决策”，一次加一个。")
	}
	return 0, Refuse("R2", fmt.Sprintf("没有议题%d，现在有%d个：%s。", seq, len(m.Topics), m.agendaLine()))
}

// agendaLine names the topics in a line.
func (m *Meeting) agendaLine() string {
	parts := make([]string, len(m.Topics))
	for i, t := range m.Topics {
		parts[i] = fmt.Sprintf("%d%s", t.Seq, short(t.Title))
	}
	return strings.Join(parts, "，")
}

// AdmitTopics lets more than three topics stand, with the reason of whoever
// leads; it is logged, and shown to administrators and leaders only (R2, Q4).
func (m *Meeting) AdmitTopics(by PersonID, reason string, now time.Time) error {
	if err := m.mayWaive(by, "放行第4个议题"); err != nil {
		return err
	}
	if err := m.drafting(by, "议题"); err != nil {
		return err
	}
	if len(m.Topics) <= maxTopics {
		return Refuse("R2", fmt.Sprintf("现在有%d个议题，没有超过%d个，不用放行。", len(m.Topics), maxTopics))
	}
	if !strings.ContainsFunc(reason, sayable) {
		return &Refusal{Rule: "R2", Gaps: []Gap{{Field: "理由", Rule: "R2", Say: "为什么要放行？请写一句理由，只有管理员和领导看得到。"}}}
	}
	m.Waivers = append(withoutWaiver(m.Waivers, "R2"), Waiver{Rule: "R2", Reason: strings.TrimSpace(reason), By: by, At: now})
	m.note("放行", by, "", fmt.Sprintf("%d个议题", len(m.Topics)), reason)
	return nil
}

// mayWaive lets only the host pass a rule, and the initiator while there is none.
func (m *Meeting) mayWaive(by PersonID, what string) error {
	if by == m.Host || m.Host == Nobody && by == m.Initiator {
		return nil
	}
	if m.Host == Nobody {
		return Refuse("Q4", what+"要由主持人决定，现在还没有定主持人，请找发起人"+m.Initiator.Token()+"。")
	}
	return Refuse("Q4", what+"要由主持人"+m.Host.Token()+"决定并写明理由。")
}

func withoutWaiver(all []Waiver, rule string) []Waiver {
	return slices.DeleteFunc(slices.Clone(all), func(w Waiver) bool { return w.Rule == rule })
}

// Waived reports whether the host passed a rule.
func (m *Meeting) Waived(rule string) bool {
	return slices.ContainsFunc(m.Waivers, func(w Waiver) bool { return w.Rule == rule })
}

func (t Topic) check() error {
	gap := func(field, rule, say string) error {
		return &Refusal{Rule: rule, Gaps: []Gap{{Field: field, Rule: rule, Say: say}}}
	}
	switch n := utf8.RuneCountInString(t.Title); {
	case !strings.ContainsFunc(t.Title, sayable):
		return gap("内容", "R2", "议题是什么？如“A/B方案选型 产出:决策 时长:20”。")
	case n > topicTitleLimit:
		return gap("内容", "R2", fmt.Sprintf("议题最多%d字，现在有%d字。细节请写进“谈:”和资料。", topicTitleLimit, n))
	case t.Output != "" && !slices.Contains(t.Output.Choices(), string(t.Output)):
		return gap("产出", "R3", "期望产出是决策、方案、任务清单，还是其他？")
	case t.Output == Something && !strings.ContainsFunc(t.OutputText, sayable):
		return gap("说明", "R3", "期望产出选了“其他”，具体是什么？如“样机照片”。")
	case t.Minutes != 0 && (t.Minutes < leastMinutes || t.Minutes > mostMinutes):
		return gap("时长", "R6", fmt.Sprintf("一个议题%d到%d分钟，现在写的是%d分钟。请改时长，或拆成两个议题。", leastMinutes, mostMinutes, t.Minutes))
	}
	for _, text := range []string{t.In, t.Out, t.OutputText} {
		if n := utf8.RuneCountInString(text); n > textLimit {
			return gap("谈", "R5", fmt.Sprintf("讨论范围最多%d字，现在有%d字。请写短一些。", textLimit, n))
		}
	}
	return nil
}

// Wants is the expected output in words (R3), empty if none was said.
func (t Topic) Wants() string {
	if t.Output == Something && t.OutputText != "" {
		return t.OutputText
	}
	return string(t.Output)
}

func (t Topic) audit() string {
	return fmt.Sprintf("%d %s 产出:%s 时长:%d", t.Seq, t.Title, orNone(t.Wants()), t.Minutes)
}
