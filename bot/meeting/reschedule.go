package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// A Move is a new time for a meeting. End is zero to keep the length. Urgent is
// why it has to be sooner than R12 allows.
type Move struct {
	Start, End time.Time
	Reason     string
	Urgent     string
}

// Propose puts a 改期 before whoever asked for it (R23, M6): what everybody
// would be told, and who, is shown first and goes out by SendPending. A meeting that
// nobody was told of just gets its new time. Gaps: 新时间, 原因, 紧急.
func (m *Meeting) Propose(who PersonID, v Move, now time.Time, cal workday.Calendar) error {
	if err := m.mayChange(who, "改期"); err != nil {
		return err
	}
	gaps := missing("R23", [3]string{"原因", v.Reason, "为什么改期？请写一句原因，会告诉每位参会人。"})
	switch {
	case v.Start.IsZero():
		gaps = slices.Insert(gaps, 0, Gap{Field: "新时间", Rule: "R23", Say: "改到什么时候？请写日期和时间，如8月14日14:00。"})
	case !v.Start.After(now):
		gaps = slices.Insert(gaps, 0, Gap{Field: "新时间", Rule: "R39", Say: Moment(v.Start, now) + "已经过了。改到什么时候？"})
	}
	if m.Status == Planned {
		gaps = slices.DeleteFunc(gaps, func(g Gap) bool { return g.Field == "原因" })
	}
	if len(gaps) > 0 {
		return &Refusal{Rule: gaps[0].Rule, Gaps: gaps}
	}
	if v.End.IsZero() && m.End.After(m.Start) {
		v.End = v.Start.Add(m.End.Sub(m.Start))
	}
	if err := m.fitsMove(v, now, cal); err != nil {
		return err
	}
	r := Reschedule{
		FromStart: m.Start, FromEnd: m.End, Start: v.Start, End: v.End,
		Reason: strings.TrimSpace(v.Reason), Urgent: strings.TrimSpace(v.Urgent), By: who, At: now,
	}
	if m.Status == Planned {
		m.move(r, cal)
		m.note("会议改期", who, auditTime(r.FromStart), auditTime(r.Start), r.Reason)
		return nil
	}
	m.Pending = &r
	return nil
}

// fitsMove refuses a time that is the old one, ends before it begins, is too short
// for the agenda (R6), or for a meeting people know of too near (R12).
func (m *Meeting) fitsMove(v Move, now time.Time, cal workday.Calendar) error {
	length, planned := v.End.Sub(v.Start), 0
	for _, t := range m.Topics {
		planned += t.Minutes
	}
	switch {
	case v.Start.Equal(m.Start) && v.End.Equal(m.End):
		return &Refusal{Rule: "R23", Gaps: []Gap{{Field: "新时间", Rule: "R23", Say: "现在就是" + Moment(m.Start, now) + "。改到什么时候？"}}}
	case !v.End.IsZero() && length <= 0:
		return &Refusal{Rule: "R7", Gaps: []Gap{{Field: "时长", Rule: "R7", Say: "结束时间要在开始以后。开多少分钟？"}}}
	case !v.End.IsZero() && length < time.Duration(planned)*time.Minute:
		return &Refusal{Rule: "R6", Gaps: []Gap{{Field: "时长", Rule: "R6",
			Say: fmt.Sprintf("议题加起来要%d分钟，这段时间只有%d分钟。开多少分钟？", planned, int(length.Minutes()))}}}
	case m.Status == Noticed && now.After(NoticeBy(v.Start, cal)) && strings.TrimSpace(v.Urgent) == "":
		hour := v.Start.In(workday.Zone)
		first := EarliestDay(now, cal).At(workday.Clock(hour.Hour()*60 + hour.Minute()))
		return &Refusal{Rule: "R12", Gaps: []Gap{{Field: "紧急", Rule: "R12",
			Say:     fmt.Sprintf("%s离现在不足%d个工作日，大家来不及准备。最早可以改到%s；一定要这个时间，请写一句为什么急。", Moment(v.Start, now), noticeDays, Moment(first, now)),
			Choices: []Choice{{Label: "改到" + Moment(first, now), Value: Instead + " " + auditTime(first)}}}}}
	}
	return nil
}

// Instead begins the answer to 紧急 that takes the offered date instead.
const Instead = "改到"

// ProposeCancel puts a 取消 before whoever asked for it; a meeting that nobody was told
// of is cancelled at once. Gap: 原因.
func (m *Meeting) ProposeCancel(who PersonID, reason string, now time.Time) error {
	if err := m.mayChange(who, "取消"); err != nil {
		return err
	}
	if gaps := missing("R23", [3]string{"原因", reason, "为什么取消？请写一句原因，会告诉每位参会人。"}); len(gaps) > 0 {
		return &Refusal{Rule: "R23", Gaps: gaps}
	}
	r := Reschedule{FromStart: m.Start, FromEnd: m.End, Reason: strings.TrimSpace(reason), By: who, At: now}
	if m.Status == Planned {
		m.callOff(r, who)
		return nil
	}
	m.Pending = &r
	return nil
}

// SendPending carries out the change that was shown (R23): a 取消 if cancels is
// set, else a 改期. seen is the Version of the Pending of a tapped card, 0 for
// typed words. A new time asks everybody again: RSVPs are reset, opinions kept,
// the list of them is due again.
func (m *Meeting) SendPending(who PersonID, cancels bool, seen int, now time.Time, cal workday.Calendar) error {
	what, how := "改期", "会议改期 新时间 原因:"
	if cancels {
		what, how = "取消", "取消会议 原因:"
	}
	if err := m.mayChange(who, what); err != nil {
		return err
	}
	r := m.Pending
	switch {
	case r == nil || r.Cancels() != cancels:
		return Refuse("R23", "现在没有等您发出的"+what+"通知。请先发“"+how+"”。")
	case seen != 0 && seen != r.Version():
		return Refuse("R23", "内容刚更新过，您点的是旧卡片。请看新卡片再发。")
	case cancels:
		m.callOff(*r, who)
		return nil
	case !r.Start.After(now):
		return Refuse("R39", Moment(r.Start, now)+"已经过了，没有发出。请重新发“会议改期 新时间 原因:”。")
	}
	late := now.After(NoticeBy(r.Start, cal))
	if late && r.Urgent == "" { // it was shown in time and is sent too late
		return m.fitsMove(Move{Start: r.Start, End: r.End}, now, cal)
	}
	r.By, r.At = who, now
	m.Urgent = late
	if late {
		m.Waivers = append(m.Waivers, Waiver{Rule: "R12", Reason: r.Urgent, By: who, At: now})
	}
	m.move(*r, cal)
	m.Reschedules = append(m.Reschedules, *r)
	m.Pending, m.ListIssuedAt = nil, time.Time{}
	for i := range m.Participants {
		p := &m.Participants[i]
		p.RSVP, p.At, p.Reason, p.Proxy = Unanswered, time.Time{}, "", Nobody
	}
	m.note("会议改期", who, string(Noticed)+" "+auditTime(r.FromStart), "已改期→"+string(Noticed)+" "+auditTime(r.Start), r.Reason)
	return nil
}

// DropPending drops a change that was shown and not sent.
func (m *Meeting) DropPending(who PersonID) error {
	switch {
	case m.Pending == nil:
		return Refuse("R23", "现在没有等您发出的改动。")
	case !m.Leads(who):
		return m.mayChange(who, "改动")
	}
	m.Pending = nil
	return nil
}

// move gives the meeting its new time; the cutoff of opinions stays as many
// working days before, at its hour.
func (m *Meeting) move(r Reschedule, cal workday.Calendar) {
	if !m.OpinionsDue.IsZero() && !m.Start.IsZero() {
		due := m.OpinionsDue.In(workday.Zone)
		day := cal.Add(r.Start, -cal.Count(due, m.Start))
		m.OpinionsDue = workday.DateOf(day).At(workday.Clock(due.Hour()*60 + due.Minute()))
	}
	m.Start, m.End = r.Start, r.End
}

// callOff ends the meeting before it began; its reminders stop with its state,
// tasks that stand elsewhere are left alone (R23).
func (m *Meeting) callOff(r Reschedule, who PersonID) {
	m.note("取消会议", who, string(m.Status), string(CalledOff), r.Reason)
	m.Status, m.Reason, m.Pending = CalledOff, r.Reason, nil
	m.EraseReasons()
}

// mayChange refuses to move or cancel what is past that, and everybody but the
// initiator and the host (3.2).
func (m *Meeting) mayChange(who PersonID, what string) error {
	say := ""
	switch m.Status {
	case Planned, Noticed:
		if m.Leads(who) {
			return nil
		}
		say = "要" + what + "请找发起人" + m.Initiator.Token()
		if m.Host != Nobody && m.Host != m.Initiator {
			say += "或主持人" + m.Host.Token()
		}
		say += "。"
	case CalledOff:
		say = "已经取消了。要开请重新“新建会议”。"
	case Failed:
		say = "没有开成，已经记为流会。要开请重新“新建会议”。"
	case Live:
		say = "正在开，不能" + what + "。开不下去请主持人发“休会”，开完发“散会”。"
	case Adjourned:
		say = "休会了，不能" + what + "。请主持人发“复会”接着开。"
	case Over, Tracking, Archived:
		say = "已经开完了，不能" + what + "。要再开一次请“新建会议”。"
	}
	return Refuse("R23", "“"+short(m.Title)+"”"+say)
}

// Version tells changes of one meeting apart, for the button that sends one.
func (r *Reschedule) Version() int { return int(r.At.Unix()) }

// Cancels reports whether the change is a 取消: it has no new time.
func (r *Reschedule) Cancels() bool { return r.Start.IsZero() }
