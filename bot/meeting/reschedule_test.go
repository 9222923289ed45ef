package meeting_test

import (
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

// TestR23_MoveIsShownThenSent: 已预通知→已改期→已预通知.
func TestR23_MoveIsShownThenSent(t *testing.T) {
	m, b, cal := invited(t), departments(), calendar(t)
	must(t, m.Respond(b, owner, proxy(next), at(t, "08-10 10:00")))
	must(t, m.Opine(b, owner, meeting.Opinion{Topic: 1, Text: "接口没定"}, at(t, "08-10 10:00"), cal))
	m.OpinionsDue, m.ListIssuedAt = at(t, "08-11 11:00"), at(t, "08-10 10:05")
	m.Changes()
	move := meeting.Move{Start: at(t, "08-14 10:00"), Reason: "高总出差"}
	must(t, m.Propose(host, move, at(t, "08-10 11:00"), cal))
	if !m.Start.Equal(at(t, "08-12 14:00")) || m.Participant(owner).RSVP != meeting.ByProxy || len(m.Changes()) > 0 {
		t.Error("what is only shown was done")
	}
	says(t, m.SendPending(owner, false, 0, at(t, "08-10 11:01"), cal), "R23", "发起人"+host.Token())
	says(t, m.SendPending(host, true, 0, at(t, "08-10 11:01"), cal), "R23", "没有等您发出的取消")
	says(t, m.SendPending(host, false, m.Pending.Version()-60, at(t, "08-10 11:01"), cal), "R23", "旧卡片")
	must(t, m.SendPending(host, false, m.Pending.Version(), at(t, "08-10 11:01"), cal))
	if !m.Start.Equal(at(t, "08-14 10:00")) || !m.End.Equal(at(t, "08-14 11:30")) || m.Status != meeting.Noticed || m.Urgent {
		t.Errorf("%s—%s, %s", m.Start, m.End, m.Status)
	}
	if m.Replied() != 0 || m.Involves(next) {
		t.Error("RSVPs are not reset")
	}
	if m.OpinionOf(1, "研发部") == nil {
		t.Error("opinions are not kept")
	}
	if !m.OpinionsDue.Equal(at(t, "08-13 11:00")) || !m.ListIssuedAt.IsZero() {
		t.Errorf("cutoff %s, list %s", m.OpinionsDue, m.ListIssuedAt)
	}
	r := m.Reschedules[0]
	if !r.FromStart.Equal(at(t, "08-12 14:00")) || !r.Start.Equal(m.Start) || r.By != host || !r.At.Equal(at(t, "08-10 11:01")) {
		t.Errorf("%+v", r)
	}
	c := m.Changes()
	if len(c) != 1 || !strings.HasPrefix(c[0].After, "已改期→已预通知") || c[0].Reason != "高总出差" {
		t.Errorf("audit %+v", c)
	}
	says(t, m.SendPending(host, false, 0, at(t, "08-10 11:02"), cal), "R23", "没有等您发出")
}

func TestR23_MoveNeedsATimeAheadAndAReason(t *testing.T) {
	m, cal := invited(t), calendar(t)
	try := func(v meeting.Move) error { return m.Propose(host, v, at(t, "08-10 11:00"), cal) }
	gapped(t, try(meeting.Move{}), "新时间", "原因")
	gapped(t, try(meeting.Move{Start: at(t, "08-14 10:00")}), "原因")
	says(t, try(meeting.Move{Start: at(t, "08-10 10:00"), Reason: "x"}), "R39", "已经过了")
	gapped(t, try(meeting.Move{Start: m.Start, Reason: "x"}), "新时间")
	gapped(t, try(meeting.Move{Start: at(t, "08-14 10:00"), End: at(t, "08-14 09:00"), Reason: "x"}), "时长")
	says(t, try(meeting.Move{Start: at(t, "08-14 10:00"), End: at(t, "08-14 11:00"), Reason: "x"}), "R6", "80分钟", "60分钟")
	must(t, try(meeting.Move{Start: m.Start, End: at(t, "08-12 15:20"), Reason: "早点结束", Urgent: "只改结束"}))
	says(t, m.Propose(owner, meeting.Move{Start: at(t, "08-14 10:00"), Reason: "x"}, at(t, "08-10 11:00"), cal), "R23", "发起人"+host.Token())
	must(t, m.DropPending(host))
	says(t, m.DropPending(host), "R23", "没有等您发出")
}

// TestR12_AMoveTooNearNeedsAReason re-checks R12: two working days before, by
// the end of work.
func TestR12_AMoveTooNearNeedsAReason(t *testing.T) {
	for _, c := range []struct {
		now, to string
		first   string // what is offered; empty: it is in time
	}{
		{"08-10 16:20", "08-12 16:00", ""},
		{"08-10 18:00", "08-12 16:00", ""},
		{"08-10 18:01", "08-12 16:00", "8月13日（周四）16:00"},
		{"08-10 16:20", "08-11 16:00", "8月12日（周三）16:00"},
		{"08-08 10:00", "08-11 16:00", "8月12日（周三）16:00"}, // a Saturday counts for Monday
		{"09-20 10:00", "09-22 14:00", ""},               // a 补班 Sunday counts
		{"09-29 10:00", "10-08 14:00", ""},
		{"09-30 10:00", "10-08 14:00", "10月9日（周五）14:00"},
	} {
		m := invitedTo(t, "10-20 14:00", "08-03 09:00")
		v := meeting.Move{Start: at(t, c.to), Reason: "出差"}
		err := m.Propose(host, v, at(t, c.now), calendar(t))
		if c.first == "" {
			if err != nil {
				t.Errorf("%s → %s: %v", c.now, c.to, err)
			}
			continue
		}
		says(t, err, "R12", "最早可以改到"+c.first)
		gapped(t, err, "紧急")
		v.Urgent = "客户明天就走"
		must(t, m.Propose(host, v, at(t, c.now), calendar(t)))
		must(t, m.SendPending(host, false, 0, at(t, c.now), calendar(t)))
		if !m.Urgent || len(m.Waivers) != 1 || m.Waivers[0].Rule != "R12" || m.Waivers[0].Reason != v.Urgent {
			t.Errorf("%s → %s: urgent %v, %+v", c.now, c.to, m.Urgent, m.Waivers)
		}
	}
}

// TestR12_WhatWasShownInTimeMayBeSentTooLate.
func TestR12_WhatWasShownInTimeMayBeSentTooLate(t *testing.T) {
	m := invited(t)
	must(t, m.Propose(host, meeting.Move{Start: at(t, "08-13 10:00"), Reason: "出差"}, at(t, "08-11 17:59"), calendar(t)))
	err := m.SendPending(host, false, 0, at(t, "08-11 18:30"), calendar(t))
	says(t, err, "R12", "8月14日（周五）10:00")
	says(t, m.SendPending(host, false, 0, at(t, "08-13 10:00"), calendar(t)), "R39", "没有发出")
	if m.Replied() != 0 || len(m.Reschedules) != 0 {
		t.Error("it was sent")
	}
}

func TestR23_ADraftJustGetsItsNewTime(t *testing.T) {
	m := invited(t)
	m.Status, m.NoticedAt = meeting.Planned, time.Time{}
	must(t, m.Propose(host, meeting.Move{Start: at(t, "08-11 10:00")}, at(t, "08-10 11:00"), calendar(t)))
	if !m.Start.Equal(at(t, "08-11 10:00")) || m.Pending != nil || len(m.Reschedules) != 0 || m.Status != meeting.Planned {
		t.Errorf("%+v", m)
	}
	if c := m.Changes(); len(c) != 1 || c[0].Before != "2026-08-12 14:00" || c[0].After != "2026-08-11 10:00" {
		t.Errorf("audit %+v", c)
	}
}

// TestR23_CancellationNeedsAReasonAndStopsTheReminders: 草稿→已取消, 已预通知→已取消.
func TestR23_CancellationNeedsAReasonAndStopsTheReminders(t *testing.T) {
	draft := invited(t)
	draft.Status = meeting.Planned
	must(t, draft.ProposeCancel(host, "不开了", at(t, "08-10 11:00")))
	if draft.Status != meeting.CalledOff { // nobody was told of it
		t.Errorf("a draft is %s", draft.Status)
	}
	m := invited(t)
	gapped(t, m.ProposeCancel(host, "  ", at(t, "08-10 11:00")), "原因")
	says(t, m.ProposeCancel(owner, "没空", at(t, "08-10 11:00")), "R23", "发起人")
	must(t, m.ProposeCancel(host, "客户改了需求", at(t, "08-10 11:00")))
	if m.Status != meeting.Noticed {
		t.Error("cancelled before it was sent")
	}
	must(t, m.SendPending(host, true, 0, at(t, "08-10 11:01"), calendar(t)))
	if m.Status != meeting.CalledOff || m.Reason != "客户改了需求" || m.Pending != nil {
		t.Errorf("%+v", m)
	}
	if due, next := m.Notices(calendar(t), at(t, "08-01 00:00"), at(t, "12-31 00:00")); len(due) > 0 || !next.IsZero() {
		t.Errorf("still says %v", due)
	}
}
