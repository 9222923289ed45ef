package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// OpinionsBy is the cutoff of 预讨论意见 (R19): what was set, else 12:00 of the
// working day before the meeting. It is zero as long as the meeting has no time.
func (m *Meeting) OpinionsBy(cal workday.Calendar) time.Time {
	if !m.OpinionsDue.IsZero() || m.Start.IsZero() {
		return m.OpinionsDue
	}
	return workday.DateOf(cal.Add(m.Start, -1)).At(cal.Hours().Noon)
}

// Opine takes what a department thinks of a topic before the meeting (R19).
// Topic, the words and None are the caller's; the department is that of who
// speaks. Without a topic, None answers for all that wait for the department.
// After the cutoff it still counts, marked 逾期. Gaps: 议题, 意见.
func (m *Meeting) Opine(b People, who PersonID, o Opinion, now time.Time, cal workday.Calendar) error {
	switch {
	case m.Status != Noticed:
		return m.notTalkedOver()
	case !m.Involves(who):
		return Refuse("R19", "“"+short(m.Title)+"”的预讨论由参会人反馈，您不在名单里。有话请告诉发起人"+m.Initiator.Token()+"。")
	}
	department, err := m.departmentOf(b, who)
	if err != nil {
		return err
	}
	topics, err := m.opinedOn(o, department)
	if err != nil {
		return err
	}
	if o.blank() && !o.None {
		return &Refusal{Rule: "R19", Gaps: []Gap{{Field: "意见", Rule: "R19",
			Say: "请写现状、难点、所需资源或建议，一句话也行；没有就回“无意见”。"}}}
	}
	if o.None {
		o = Opinion{None: true}
	}
	o.Department, o.Author, o.At = department, who, now
	o.Late = now.After(m.OpinionsBy(cal))
	for _, seq := range topics {
		before := ""
		if old := m.OpinionOf(seq, department); old != nil {
			before = old.Words()
		}
		o.Topic = seq
		m.Opinions = append(m.Opinions, o)
		m.note(fmt.Sprintf("预讨论 议题%d", seq), who, before, department+"："+o.Words(), "")
	}
	return nil
}

// opinedOn are the topics that an opinion is about.
func (m *Meeting) opinedOn(o Opinion, department string) ([]int, error) {
	waiting := m.Waits(department)
	switch {
	case o.Topic != 0 && m.Topic(o.Topic) != nil:
		return []int{o.Topic}, nil
	case o.Topic == 0 && o.None && len(waiting) > 0:
		return waiting, nil
	case o.Topic == 0 && len(waiting) == 1:
		return waiting, nil
	case o.Topic == 0 && len(m.Topics) == 1:
		return []int{m.Topics[0].Seq}, nil
	}
	g := Gap{Field: "议题", Rule: "R19", Say: "是对哪个议题的意见？"}
	if o.Topic != 0 {
		g.Say = fmt.Sprintf("没有议题%d。是对哪个议题的意见？", o.Topic)
	}
	for _, t := range m.Topics {
		g.Choices = append(g.Choices, Choice{Label: fmt.Sprintf("议题%d %s", t.Seq, short(t.Title)), Value: fmt.Sprint(t.Seq)})
	}
	return nil, &Refusal{Rule: "R19", Gaps: []Gap{g}}
}

// notTalkedOver says how a meeting stands that takes no opinions now.
func (m *Meeting) notTalkedOver() error {
	say := map[MeetingStatus]string{
		Planned:   "还没有发预通知，发了以后再反馈意见。",
		CalledOff: "已经取消了，不用再反馈。",
		Failed:    "没有开成，不用再反馈。",
		Live:      "已经开始了，意见请在会上说，由记录人记下。",
		Adjourned: "已经开过一半，意见请在复会时说，由记录人记下。",
	}[m.Status]
	if say == "" {
		say = "已经开完了。对纪要有意见请发“意见 行号 建议 理由:”。"
	}
	return Refuse("R19", "“"+short(m.Title)+"”"+say)
}

// departmentOf is the department for which somebody speaks in the meeting.
func (m *Meeting) departmentOf(b People, who PersonID) (string, error) {
	if p := m.Participant(who); p != nil && p.Department != "" {
		return p.Department, nil
	}
	if p := m.Participant(m.StandsInFor(who)); p != nil && p.Department != "" {
		return p.Department, nil
	}
	p, err := b.Person(who)
	if err != nil {
		return "", fmt.Errorf("person %d: %w", who, err)
	}
	return p.Department, nil
}

// OpinionOf is what a department thinks of a topic: the newest counts, nil for
// nothing yet (R19).
func (m *Meeting) OpinionOf(topic int, department string) *Opinion {
	for i := range slices.Backward(m.Opinions) {
		if o := &m.Opinions[i]; o.Topic == topic && o.Department == department {
			return o
		}
	}
	return nil
}

// OpinionsOn are what counts on a topic: one for each department, in the order in
// which they first spoke.
func (m *Meeting) OpinionsOn(topic int) []Opinion {
	var out []Opinion
	seen := map[string]bool{}
	for _, o := range m.Opinions {
		if o.Topic == topic && !seen[o.Department] {
			seen[o.Department] = true
			out = append(out, *m.OpinionOf(topic, o.Department))
		}
	}
	return out
}

// Waits lists the topics on which a department was asked and has not spoken.
func (m *Meeting) Waits(department string) []int {
	var out []int
	for _, t := range m.Topics {
		if slices.Contains(t.Needs, department) && m.OpinionOf(t.Seq, department) == nil {
			out = append(out, t.Seq)
		}
	}
	return out
}

// Unheard lists the departments that have still to give an opinion (R20), in
// the order of the agenda.
func (m *Meeting) Unheard() []string {
	var out []string
	for _, t := range m.Topics {
		for _, d := range t.Needs {
			if m.OpinionOf(t.Seq, d) == nil && !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// Asks reports whether any department is asked for opinions, or gave one: then
// there is a 《会前议题预讨论清单》 (R20).
func (m *Meeting) Asks() bool {
	return len(m.Opinions) > 0 || slices.ContainsFunc(m.Topics, func(t Topic) bool { return len(t.Needs) > 0 })
}

// Speakers are who answers for a department: its people in the meeting, first
// those who come; with nobody there the 发起人 is told (2.4).
func (m *Meeting) Speakers(department string) []PersonID {
	var come, all []PersonID
	for _, p := range m.Participants {
		if p.Department != department {
			continue
		}
		all = append(all, p.Person)
		switch p.RSVP {
		case ByProxy:
			come = append(come, p.Proxy)
		case Unanswered, Comes:
			come = append(come, p.Person)
		case Absent:
		}
	}
	switch {
	case len(come) > 0:
		return come
	case len(all) > 0:
		return all
	}
	return []PersonID{m.Initiator}
}

// IssueList puts out the 《会前议题预讨论清单》 (R20): the recorder does, or the
// host for them. What comes later stands on it by itself.
func (m *Meeting) IssueList(who PersonID, now time.Time) error {
	switch {
	case m.Status != Noticed:
		return m.notTalkedOver()
	case who != m.Recorder && who != m.Host:
		return Refuse("R20", "预讨论清单由记录人"+m.Recorder.Token()+"发出。")
	case !m.Asks():
		return Refuse("R20", "“"+short(m.Title)+"”没有请哪个部门预讨论，也没有收到意见，没有清单可发。")
	case !m.ListIssuedAt.IsZero():
		return Refuse("R20", "预讨论清单"+Moment(m.ListIssuedAt, now)+"已经发过了。之后收到的意见会自动补在清单上。")
	}
	m.ListIssuedAt = now
	m.note("发预讨论清单", who, "", auditTime(now), "")
	return nil
}

func (o Opinion) blank() bool {
	return strings.TrimSpace(o.Situation+o.Difficulty+o.Resources+o.Proposal+o.Text) == ""
}

// Words is the opinion in a line.
func (o Opinion) Words() string {
	if o.None {
		return "无意见"
	}
	var parts []string
	for _, part := range [][2]string{{"", o.Text}, {"现状：", o.Situation}, {"难点：", o.Difficulty}, {"所需资源：", o.Resources}, {"建议：", o.Proposal}} {
		if s := strings.TrimSpace(part[1]); s != "" {
			parts = append(parts, part[0]+s)
		}
	}
	return strings.Join(parts, "；")
}
