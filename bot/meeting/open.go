package meeting

import (
	"strings"
	"time"
)

// Begin opens the meeting and its first topic (R26): by the host, the initiator
// or the recorder. From 草稿 only as 紧急会议, with a reason that is logged
// (R12). The attendance is prefilled from the answers, the record is switched
// on, and 休会 ends by it too (3.2). Gap: 原因.
func (m *Meeting) Begin(who PersonID, reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	switch {
	case m.Status == Adjourned:
		return m.resume(who, now)
	case m.Status != Noticed && m.Status != Planned:
		return Refuse("R26", "这次会现在是“"+string(m.Status)+"”，不用再开。")
	case !m.Runs(who):
		return Refuse("R26", "开会由主持人"+orSomebody(m.Host)+"、发起人或记录人来开。")
	}
	if err := m.ready(); err != nil {
		return err
	}
	before := m.Status
	if before == Planned {
		if reason == "" {
			return &Refusal{Rule: "R12", Gaps: []Gap{{Field: "原因", Rule: "R12",
				Say: "预通知还没有发，现在开要按紧急会议。为什么要马上开？请写一句原因，会留在记录里。"}}}
		}
		m.Urgent, m.NoticedAt = true, time.Time{}
		m.Waivers = append(m.Waivers, Waiver{Rule: "R12", Reason: reason, By: who, At: now})
	}
	m.Status, m.ActualStart, m.Recording = Live, now, true
	m.prefill(who)
	m.note("开会", who, string(before), string(Live), reason)
	for i := range m.Topics {
		if m.Topics[i].Status == "" {
			m.Topics[i].Status = Waiting
		}
	}
	if next := m.waiting(); next != nil {
		next.open(now)
	}
	return nil
}

// ready refuses to open what has no time, topic, host or recorder (R2, R7, R10).
func (m *Meeting) ready() error {
	var lacks []string
	for _, l := range []struct {
		what string
		is   bool
	}{
		{"时间", m.Start.IsZero() || m.Serial == ""}, {"议题", len(m.Topics) == 0}, {"主持人", m.Host == Nobody}, {"记录人", m.Recorder == Nobody},
	} {
		if l.is {
			lacks = append(lacks, l.what)
		}
	}
	if len(lacks) > 0 {
		return Refuse("R10", "还不能开会，还缺："+strings.Join(lacks, "、")+"。定下来再发“开会”。")
	}
	return nil
}

// prefill takes the answers to the invitation as the attendance until the
// recorder corrects it (R26); a proxy sits in the seat of whom they stand in
// for, and whoever opens the meeting is there.
func (m *Meeting) prefill(who PersonID) {
	for i := range m.Participants {
		p := &m.Participants[i]
		switch {
		case p.Person == who || p.RSVP == Comes || p.RSVP == ByProxy:
			p.Attended = Present
		case p.RSVP == Absent:
			p.Attended = Missing
		}
	}
}

// resume ends a 休会: the clock of the topic goes on (3.2).
func (m *Meeting) resume(who PersonID, now time.Time) error {
	if !m.Runs(who) {
		return Refuse("R26", "继续开会由主持人"+orSomebody(m.Host)+"、发起人或记录人来定。")
	}
	m.Breaks[len(m.Breaks)-1].Back = now
	m.Status = Live
	if c := m.Current(); c != nil {
		c.OpenedAt = now
	}
	m.note("开会", who, string(Adjourned), string(Live), "")
	return nil
}

// Adjourn interrupts the meeting, by its host and with a reason (3.2): the
// attendance is kept, the clocks of topics stand still and no limit starts.
// Gap: 原因.
func (m *Meeting) Adjourn(who PersonID, reason string, now time.Time) error {
	return m.breakOff("休会", Adjourned, who, reason, now)
}

// Fail ends the meeting without a result, by its host and with a reason (3.2):
// no limit starts. Reasons of absence are erased as after every meeting (R14).
// Gap: 原因.
func (m *Meeting) Fail(who PersonID, reason string, now time.Time) error {
	if err := m.breakOff("流会", Failed, who, reason, now); err != nil {
		return err
	}
	m.Reason = strings.TrimSpace(reason)
	m.forget()
	return nil
}

func (m *Meeting) breakOff(verb string, to MeetingStatus, who PersonID, reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	if err := m.running(verb); err != nil {
		return err
	}
	if who != m.Host {
		return Refuse("R26", verb+"由主持人"+m.Host.Token()+"来定。")
	}
	if gaps := missing("R26", [3]string{"原因", reason, "为什么" + verb + "？请写一句原因。"}); gaps != nil {
		return &Refusal{Rule: "R26", Gaps: gaps}
	}
	if c := m.Current(); c != nil {
		c.pause(now)
	}
	m.Breaks = append(m.Breaks, Break{Reason: reason, By: who, At: now})
	m.note(verb, who, string(m.Status), string(to), reason)
	m.Status, m.EndTyped = to, time.Time{}
	return nil
}

// forget erases why people could not come, and ends the record (R14, Q10).
func (m *Meeting) forget() {
	m.Recording = false
	m.EraseReasons()
}

// CheckIn corrects the attendance of somebody (R26): by whoever runs the
// meeting, from its start on until the minutes go out.
func (m *Meeting) CheckIn(who, whom PersonID, how Attendance) error {
	p := m.Participant(whom)
	switch {
	case m.Status != Live && m.Status != Adjourned && m.Status != Over:
		return Refuse("R26", "这次会现在是“"+string(m.Status)+"”，签到从开会到纪要分发之间改。")
	case !m.Runs(who):
		return Refuse("R26", "签到由记录人"+orSomebody(m.Recorder)+"来改。")
	case p == nil:
		return Refuse("R26", whom.Token()+"不在参会名单里。")
	}
	m.note("签到", who, whom.Token()+" "+string(p.Attended), string(how), "")
	p.Attended = how
	return nil
}

// SwitchRecord turns 记录模式 on or off, by the recorder (R30): while it is on,
// every private line of the recorder goes on record.
func (m *Meeting) SwitchRecord(who PersonID, on bool) error {
	if err := m.running("记录"); err != nil {
		return err
	}
	if who != m.Recorder {
		return Refuse("R30", "记录模式由记录人"+m.Recorder.Token()+"来开关。")
	}
	if m.Recording != on {
		m.note("记录", who, onOff(m.Recording), onOff(on), "")
		m.Recording = on
	}
	return nil
}

func onOff(on bool) string {
	if on {
		return "开"
	}
	return "关"
}

// Runs reports whether the person is the host, the initiator or the recorder:
// those who move a meeting on.
func (m *Meeting) Runs(p PersonID) bool { return m.Leads(p) || p != Nobody && p == m.Recorder }

// running refuses what only a meeting under way can do.
func (m *Meeting) running(verb string) error {
	switch m.Status {
	case Live:
		return nil
	case Planned, Noticed:
		return Refuse("R26", "会还没有开始，开了会才能“"+verb+"”。开始请发“开会”。")
	case Adjourned:
		return Refuse("R26", "现在休会，继续请发“开会”。")
	default:
		return Refuse("R26", "这次会现在是“"+string(m.Status)+"”，不能再“"+verb+"”。")
	}
}

func orSomebody(p PersonID) string {
	if p == Nobody {
		return ""
	}
	return p.Token()
}
