package meeting

import (
	"fmt"
	"strings"
	"time"

	"huiban/bot/workday"
)

// WrapUp keeps the host's answers to what was read back of the open topic
// (R44). An owner who is not there stays 待确认 and holds nobody up.
func (m *Meeting) WrapUp(who PersonID, w Wrap, now time.Time) error {
	if err := m.running("小结"); err != nil {
		return err
	}
	c := m.Current()
	switch {
	case c == nil:
		return Refuse("R44", "现在没有议题在议，不用小结。")
	case !m.Leads(who):
		return Refuse("R44", "小结要主持人"+m.Host.Token()+"来答。")
	}
	w.At, w.By = now, who
	c.Wrap = &w
	m.note("小结", who, "", fmt.Sprintf("议题%d 任务清晰 %s 责任人确认 %s 截止合理 %s", c.Seq, yesNo(w.TasksClear), yesNo(w.OwnersSaid), yesNo(w.DatesFit)), "")
	return nil
}

func (w *Wrap) fine() bool { return w != nil && w.TasksClear && w.OwnersSaid && w.DatesFit }

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

// Left is what a meeting leaves unfinished when it ends (R49).
type Left struct {
	Topics   []Topic    // with neither 结论 nor 未决
	ToDos    []Entry    // 要素不全
	Disputes []*Dispute // that lack views, decider or date (R43)
}

// Any reports whether anything is left.
func (l Left) Any() bool { return len(l.Topics)+len(l.ToDos)+len(l.Disputes) > 0 }

// Left lists what would be left unfinished, given the disputes of the meeting.
func (m *Meeting) Left(disputes []*Dispute) Left {
	var l Left
	for _, c := range m.Topics {
		if (c.Status == Waiting || c.Status == Talking) && !m.Settled(c.Seq) {
			l.Topics = append(l.Topics, c)
		}
	}
	l.ToDos = m.Incomplete()
	for _, d := range disputes {
		if d.Open() && len(d.Lacks()) > 0 {
			l.Disputes = append(l.Disputes, d)
		}
	}
	return l
}

// Incomplete lists the 待办 that lack an element, which no list of tasks shows
// (R33).
func (m *Meeting) Incomplete() []Entry {
	var out []Entry
	for _, e := range m.Entries {
		if e.Kind == ToDo && !e.Withdrawn && e.Task == 0 && len(e.Lacks) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// A Dismissal is how somebody ends the meeting.
type Dismissal struct {
	At       time.Time // the true end, zero for now
	Anyway   bool      // 都记为未议完，会后补
	Disputes []*Dispute
}

// Dismiss ends the meeting (R49): by its host or recorder. What is left keeps nobody
// in the room: the first time it is shown, its minute is kept and the meeting
// runs on; the second time, or anyway, the meeting ends at that minute. A stated
// end lies between the real start and now. It reports whether the meeting ended
// and the topics that have to be filed as 未议完.
func (m *Meeting) Dismiss(who PersonID, e Dismissal, now time.Time) (ended bool, unfinished []Topic, err error) {
	if err := m.running("散会"); err != nil {
		return false, nil, err
	}
	if who != m.Host && who != m.Recorder {
		return false, nil, Refuse("R49", "散会由主持人"+m.Host.Token()+"或记录人"+m.Recorder.Token()+"来定。")
	}
	if !e.At.IsZero() && (e.At.After(now) || e.At.Before(m.ActualStart)) {
		return false, nil, Refuse("R49", "会是"+Moment(m.ActualStart, now)+"开始的，现在"+clockOf(now)+"，结束要在这之间。请重发一次，如“散会 15:30”。")
	}
	left := m.Left(e.Disputes)
	if left.Any() && m.EndTyped.IsZero() && !e.Anyway {
		m.EndTyped = stated(e.At, now)
		m.note("散会", who, "", "还没完，结束时刻记为"+auditTime(m.EndTyped), "")
		return false, nil, nil
	}
	at := stated(e.At, stated(m.EndTyped, now))
	for i := range m.Topics {
		switch c := &m.Topics[i]; c.Status {
		case Talking, Waiting:
			if c.OpenedAt.After(at) {
				c.OpenedAt = at
			}
			m.close(c, at)
		case Concluded, Undecided, Dropped:
		}
	}
	m.note("散会", who, string(m.Status), string(Over), "结束 "+auditTime(at))
	m.Status, m.Ended, m.EndTyped = Over, at, stated(m.EndTyped, at)
	m.forget()
	return true, left.Topics, nil
}

// LeaveOpen puts on record that a topic ended as 未议完, with its dispute (R43,
// R49).
func (m *Meeting) LeaveOpen(who PersonID, d *Dispute, now time.Time) {
	m.add(Entry{Kind: Unsettled, Topic: d.Topic, Text: d.Question, Author: who, At: now, Dispute: d.ID})
	if c := m.Topic(d.Topic); c != nil {
		c.Status = Undecided
	}
}

// GoesOn takes a typed 散会 back: the meeting is still on (M11).
func (m *Meeting) GoesOn(who PersonID) error {
	if err := m.running("还没完"); err != nil {
		return err
	}
	if !m.Runs(who) {
		return Refuse("R49", "要主持人"+m.Host.Token()+"或记录人来答。")
	}
	if !m.EndTyped.IsZero() {
		m.note("还没完", who, auditTime(m.EndTyped), "", "")
		m.EndTyped = time.Time{}
	}
	return nil
}

// Say names what is left in a sentence each.
func (l Left) Say() []string {
	var out []string
	for _, c := range l.Topics {
		out = append(out, fmt.Sprintf("议题%d“%s”没有结论也没有未决事项", c.Seq, short(c.Title)))
	}
	for _, e := range l.ToDos {
		out = append(out, "待办“"+short(e.Text)+"”还缺："+strings.Join(e.Lacks, "、"))
	}
	for _, d := range l.Disputes {
		what := d.Question
		if what == "" {
			what = d.Views[0].Text
		}
		out = append(out, "未决“"+short(what)+"”还缺："+strings.Join(d.Lacks(), "、"))
	}
	return out
}

func stated(at, otherwise time.Time) time.Time {
	if at.IsZero() {
		return otherwise
	}
	return at
}

// clockOf is the wall time of an instant in Asia/Shanghai.
func clockOf(at time.Time) string { return at.In(workday.Zone).Format("15:04") }
