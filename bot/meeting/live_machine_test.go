package meeting_test

import (
	"testing"
	"time"

	"huiban/bot/meeting"
)

// TestMeetingMachine: every transition of 3.2 around a running meeting is
// possible from its states and refused from every other, and a refusal leaves
// the meeting as it was.
// 草稿→进行中, 已预通知→进行中, 进行中→休会→进行中, 进行中→流会, 进行中→已结束.
func TestMeetingMachine(t *testing.T) {
	verbs := map[string]struct {
		from []meeting.MeetingStatus
		to   meeting.MeetingStatus
		do   func(*meeting.Meeting, time.Time) error
	}{
		"开会": {[]meeting.MeetingStatus{meeting.Planned, meeting.Noticed, meeting.Adjourned}, meeting.Live, func(m *meeting.Meeting, now time.Time) error {
			return m.Begin(host, "客户今天到厂", now)
		}},
		"休会": {[]meeting.MeetingStatus{meeting.Live}, meeting.Adjourned, func(m *meeting.Meeting, now time.Time) error { return m.Adjourn(host, "等数据", now) }},
		"流会": {[]meeting.MeetingStatus{meeting.Live}, meeting.Failed, func(m *meeting.Meeting, now time.Time) error { return m.Fail(host, "决策人没有到", now) }},
		"散会": {[]meeting.MeetingStatus{meeting.Live}, meeting.Over, func(m *meeting.Meeting, now time.Time) error {
			_, _, err := m.Dismiss(host, meeting.Dismissal{Anyway: true}, now)
			return err
		}},
		"下一议题": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error {
			return m.Next(host, meeting.Switch{Reason: "时间不够"}, now)
		}},
		"加时": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error { return m.Extend(host, 10, now) }},
		"另议": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error { return m.Park(host, 3, "", now) }},
		"加议题": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error {
			return m.Admit(host, meeting.Topic{Title: "渠道", Output: meeting.ADecision}, now)
		}},
		"小结": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error { return m.WrapUp(host, meeting.Wrap{}, now) }},
		"讨论": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error {
			_, err := m.Record(meeting.Entry{Kind: meeting.Point, Text: "研发说三个节点都能排"}, recorder, now)
			return err
		}},
		"撤销": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, now time.Time) error {
			_, err := m.Withdraw(recorder, now)
			return err
		}},
		"改记录": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, _ time.Time) error {
			_, err := m.Reword(recorder, 1, "同意采用B方案")
			return err
		}},
		"记录":  {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, _ time.Time) error { return m.SwitchRecord(recorder, false) }},
		"还没完": {[]meeting.MeetingStatus{meeting.Live}, meeting.Live, func(m *meeting.Meeting, _ time.Time) error { return m.GoesOn(host) }},
		"签到": {[]meeting.MeetingStatus{meeting.Live, meeting.Adjourned, meeting.Over}, "", func(m *meeting.Meeting, _ time.Time) error {
			return m.CheckIn(recorder, helper, meeting.Late)
		}},
	}
	for name, v := range verbs {
		for status := range statuses(t) {
			t.Run(name+"/"+string(status), func(t *testing.T) {
				m := statuses(t)[status]
				if name == "加议题" {
					m.Topics[1].Status = meeting.Dropped
				}
				if status == meeting.Live {
					note(t, m, meeting.Conclusion, "同意采用A方案", "08-12 14:11")
				}
				possible := false
				for _, s := range v.from {
					possible = possible || s == status
				}
				want := v.to
				if want == "" || !possible {
					want = status
				}
				m.Changes()
				err := v.do(m, at(t, "08-12 14:12"))
				changes := m.Changes()
				switch {
				case possible && err != nil:
					t.Errorf("refused: %v", err)
				case !possible && err == nil:
					t.Error("not refused")
				case possible && len(changes) == 0 && name != "还没完":
					t.Error("not audited")
				case !possible && len(changes) > 0:
					t.Errorf("refused, but audited: %v", changes)
				}
				if m.Status != want {
					t.Errorf("now %s, not %s", m.Status, want)
				}
			})
		}
	}
}

// TestMeetingMachine_WhoMay: 3.2 names who moves a meeting.
func TestMeetingMachine_WhoMay(t *testing.T) {
	now := at(t, "08-12 14:12")
	for _, c := range []struct {
		verb string
		who  map[meeting.PersonID]bool // not named: no
		do   func(*meeting.Meeting, meeting.PersonID) error
	}{
		{"开会", map[meeting.PersonID]bool{host: true, recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			m.Status = meeting.Noticed
			return m.Begin(p, "", now)
		}},
		{"休会", map[meeting.PersonID]bool{host: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.Adjourn(p, "等数据", now) }},
		{"流会", map[meeting.PersonID]bool{host: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.Fail(p, "没来", now) }},
		{"散会", map[meeting.PersonID]bool{host: true, recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			_, _, err := m.Dismiss(p, meeting.Dismissal{}, now)
			return err
		}},
		{"下一议题", map[meeting.PersonID]bool{host: true, recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			return m.Next(p, meeting.Switch{Reason: "时间不够"}, now)
		}},
		{"换顺序", map[meeting.PersonID]bool{host: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			return m.Next(p, meeting.Switch{To: 3, Reason: "时间不够"}, now)
		}},
		{"加时", map[meeting.PersonID]bool{host: true, recorder: true, keeper: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.Extend(p, 5, now) }},
		{"小结", map[meeting.PersonID]bool{host: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.WrapUp(p, meeting.Wrap{}, now) }},
		{"结论", map[meeting.PersonID]bool{host: true, recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			_, err := m.Record(meeting.Entry{Kind: meeting.Conclusion, Text: "同意"}, p, now)
			return err
		}},
		{"讨论", map[meeting.PersonID]bool{host: true, recorder: true, keeper: true, decider: true, helper: true, owner: true, copied: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			_, err := m.Record(meeting.Entry{Kind: meeting.Point, Text: "说一句"}, p, now)
			return err
		}},
		{"记录模式", map[meeting.PersonID]bool{recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.SwitchRecord(p, false) }},
		{"签到", map[meeting.PersonID]bool{host: true, recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.CheckIn(p, helper, meeting.Late) }},
		{"另议一个议题", map[meeting.PersonID]bool{host: true, recorder: true}, func(m *meeting.Meeting, p meeting.PersonID) error { return m.Park(p, 3, "", now) }},
		{"另议一件事", map[meeting.PersonID]bool{host: true, recorder: true, keeper: true, decider: true, helper: true, owner: true, copied: true}, func(m *meeting.Meeting, p meeting.PersonID) error {
			return m.Park(p, 0, "渠道政策", now)
		}},
	} {
		for _, p := range []meeting.PersonID{host, recorder, keeper, decider, helper, owner, copied, stranger} {
			m := running(t)
			note(t, m, meeting.Conclusion, "同意采用A方案", "08-12 14:11")
			if err := c.do(m, p); (err == nil) != c.who[p] {
				t.Errorf("%s by person %d: %v", c.verb, p, err)
			}
		}
	}
}
