package meeting_test

import (
	"strings"
	"testing"

	"huiban/bot/meeting"
)

// The parts in the meeting of these tests: host chairs and initiated, admin
// records, support keeps the time, decider and leader decide, gone had said no,
// copied gets a copy, stranger has no part.
const (
	recorder = admin
	keeper   = support
)

// noticed is a meeting of three topics on 08-12 14:00—15:30.
func noticed(tb testing.TB) *meeting.Meeting {
	m := &meeting.Meeting{
		ID: 5, No: "产品-20260812-01", Serial: "20260812-01", Chat: "fake:g1", Title: "新产品评审会", Initiator: host, Department: "产品部",
		Start: at(tb, "08-12 14:00"), End: at(tb, "08-12 15:30"), Host: host, Recorder: recorder, Timekeeper: keeper,
		CC: []meeting.PersonID{copied}, Status: meeting.Noticed, NoticedAt: at(tb, "08-10 10:00"),
	}
	for i, title := range []string{"确定研发里程碑", "A/B方案选型", "包装设计"} {
		m.Topics = append(m.Topics, meeting.Topic{Seq: i + 1, Title: title, Output: meeting.ADecision, Minutes: 20, Status: meeting.Waiting})
	}
	m.Participants = []meeting.Participant{
		{Person: host, Department: "产品部", Tier: meeting.Doer, RSVP: meeting.Comes},
		{Person: decider, Department: "总经办", Tier: meeting.Decider, RSVP: meeting.Comes},
		{Person: leader, Department: "研发部", Tier: meeting.Decider, RSVP: meeting.ByProxy, Proxy: owner},
		{Person: helper, Department: "市场部", Tier: meeting.Doer},
		{Person: keeper, Department: "IT部", Tier: meeting.Support, RSVP: meeting.Comes},
		{Person: recorder, Department: "项目办", Tier: meeting.Support},
		{Person: next, Department: "生产部", Tier: meeting.Doer, RSVP: meeting.Absent, Reason: "陪产假"},
	}
	return m
}

// running is the same, opened at 14:02.
func running(tb testing.TB) *meeting.Meeting {
	m := noticed(tb)
	must(tb, m.Begin(host, "", at(tb, "08-12 14:02")))
	m.Changes()
	return m
}

// note puts a line on record.
func note(tb testing.TB, m *meeting.Meeting, kind meeting.EntryKind, text, when string) *meeting.Entry {
	tb.Helper()
	e, err := m.Record(meeting.Entry{Kind: kind, Text: text}, recorder, at(tb, when))
	must(tb, err)
	return e
}

// saysNo checks that a rule said no, which, and what it asks for.
func saysNo(tb testing.TB, err error, rule string, want ...string) {
	tb.Helper()
	r := refused(tb, err, rule)
	if got := fields(r); got != strings.Join(want, " ") {
		tb.Errorf("asks for %q, not %v", got, want)
	}
}

// statuses are meetings in each state of 3.2.
func statuses(tb testing.TB) map[meeting.MeetingStatus]*meeting.Meeting {
	out := map[meeting.MeetingStatus]*meeting.Meeting{}
	for _, s := range []meeting.MeetingStatus{
		meeting.Planned, meeting.Noticed, meeting.CalledOff, meeting.Live, meeting.Adjourned, meeting.Failed, meeting.Over, meeting.Tracking, meeting.Archived,
	} {
		m := running(tb)
		switch s {
		case meeting.Planned, meeting.Noticed, meeting.CalledOff:
			m = noticed(tb)
			m.Status = s
		case meeting.Adjourned:
			must(tb, m.Adjourn(host, "等数据", at(tb, "08-12 14:10")))
		case meeting.Failed:
			must(tb, m.Fail(host, "决策人没有到", at(tb, "08-12 14:10")))
		case meeting.Over, meeting.Tracking, meeting.Archived:
			_, _, err := m.Dismiss(host, meeting.Dismissal{Anyway: true}, at(tb, "08-12 14:10"))
			must(tb, err)
			m.Status = s
		case meeting.Live:
		}
		out[s] = m
	}
	return out
}
