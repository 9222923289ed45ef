package meeting

import (
	"strings"
	"time"

	"huiban/bot/workday"
)

// opinionsAt is when 预讨论 ends by default, on the working day before (R19).
const opinionsAt workday.Clock = 12 * 60

// mayNotify lets the initiator and the host send the notice (3.2).
func (m *Meeting) mayNotify(who PersonID) error {
	if m.Leads(who) {
		return nil
	}
	say := "发起人" + m.Initiator.Token()
	if m.Host != Nobody && m.Host != m.Initiator {
		say += "或主持人" + m.Host.Token()
	}
	return Refuse("R12", "预通知由"+say+"来发，请告诉一声。")
}

// notYetSent refuses a notice that is out, or that nobody needs any more.
func (m *Meeting) notYetSent(now time.Time) error {
	if m.Status == Planned {
		return nil
	}
	if m.Status == Noticed {
		return Refuse("R12", "“"+short(m.Title)+"”的预通知已在"+Moment(m.NoticedAt, now)+"发出。看回执请发“回执”，要换时间请发“会议改期 新时间 原因:”。")
	}
	return Refuse("R12", "“"+short(m.Title)+"”"+string(m.Status)+"，不用再发预通知。")
}

// DeclareUrgent lets the notice go later than two working days before, with the
// reason; it is logged, and shown to administrators and leaders only (R12, Q4).
func (m *Meeting) DeclareUrgent(by PersonID, reason string, now time.Time, cal workday.Calendar) error {
	if err := m.mayNotify(by); err != nil {
		return err
	}
	if err := m.notYetSent(now); err != nil {
		return err
	}
	reason = strings.Join(strings.Fields(reason), " ")
	switch {
	case !m.Late(now, cal):
		return nil // in time: no need to hurry anybody
	case !strings.ContainsFunc(reason, sayable):
		return &Refusal{Rule: "R12", Gaps: []Gap{{Field: "原因", Rule: "R12",
			Say: TooEarly(m.Start, now, cal) + "改到那天请发“会议时间 " + m.lawfulWords(now, cal) + "”；要按原时间开，请写紧急的原因，只有管理员和领导看得到。"}}}
	}
	m.Urgent = true
	m.Waivers = append(withoutWaiver(m.Waivers, "R12"), Waiver{Rule: "R12", Reason: reason, By: by, At: now})
	m.note("紧急会议", by, "", "紧急", reason)
	return nil
}

// CheckNotice reports why the notice may not go now, nil if it may: the first
// gap of the gate, with all of them (R1–R3, R6–R8, R10, R12, R13).
func (m *Meeting) CheckNotice(b People, by PersonID, now time.Time, cal workday.Calendar) error {
	if err := m.mayNotify(by); err != nil {
		return err
	}
	if err := m.notYetSent(now); err != nil {
		return err
	}
	if !m.Start.IsZero() && !m.Start.After(now) {
		return &Refusal{Rule: "R7", Gaps: []Gap{{Field: "时间", Rule: "R7", Say: Moment(m.Start, now) + "已经过了。请发“会议时间”换一个以后的时间。"}}}
	}
	missing, _, err := m.Gate(b, now, cal)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return &Refusal{Rule: missing[0].Rule, Say: "预通知还不能发。", Gaps: missing}
	}
	return nil
}

// SendNotice makes the draft a meeting that people know of (3.2). The caller
// tells Recipients.
func (m *Meeting) SendNotice(b People, by PersonID, now time.Time, cal workday.Calendar) error {
	if err := m.CheckNotice(b, by, now, cal); err != nil {
		return err
	}
	late := m.Late(now, cal)
	if !late {
		m.Waivers = withoutWaiver(m.Waivers, "R12")
	}
	m.Status, m.NoticedAt, m.Urgent = Noticed, now, late
	if m.OpinionsDue.IsZero() || !m.OpinionsDue.Before(m.Start) {
		m.OpinionsDue = OpinionsBy(m.Start, now, cal)
	}
	_, warnings, err := m.Gate(b, now, cal)
	if err != nil {
		return err
	}
	passed := make([]string, len(warnings))
	for i, w := range warnings {
		passed[i] = w.Rule + " " + w.Say
	}
	m.note("发预通知", by, string(Planned), string(Noticed), strings.Join(passed, "；"))
	return nil
}

// OpinionsBy is when 预讨论 ends: 12:00 of the working day before, and where that
// is past already, two hours before the meeting or its very start (R19).
func OpinionsBy(start, now time.Time, cal workday.Calendar) time.Time {
	noon := workday.DateOf(cal.Add(start, -1)).At(opinionsAt)
	if noon.After(now) {
		return noon
	}
	if soon := start.Add(-2 * time.Hour); soon.After(now) {
		return soon
	}
	return start
}

// lawfulWords is the earliest lawful time of the meeting as one would type it.
func (m *Meeting) lawfulWords(now time.Time, cal workday.Calendar) string {
	at := Slot{Start: m.Start, HourSaid: true}.Lawful(now, cal)
	return at.Label
}
