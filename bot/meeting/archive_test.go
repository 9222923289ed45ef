package meeting_test

import (
	"strings"
	"testing"

	"huiban/bot/meeting"
)

// TestR87_ArchiveWaitsForAll: a meeting closes when its 终稿 is out, its tasks
// are closed and its disputes decided, and only by its host.
func TestR87_ArchiveWaitsForAll(t *testing.T) {
	sealed := &meeting.Minutes{Kind: meeting.TheMinutes, State: meeting.Final}
	for _, c := range []struct {
		name   string
		status meeting.MeetingStatus
		who    meeting.PersonID
		c      meeting.Closing
		want   string // empty: it is archived
	}{
		{"all done", meeting.Tracking, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}}, ""},
		{"no minutes", meeting.Tracking, host, meeting.Closing{}, "纪要还没有发终稿"},
		{"an erratum in work", meeting.Tracking, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed, {Kind: meeting.AnErratum, State: meeting.Drafting}}}, "勘误还没有发终稿"},
		{"a task", meeting.Tracking, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}, Tasks: []*meeting.Task{{Status: meeting.Submitted}, {Status: meeting.Done}}}, "1项待办没有关闭"},
		{"closed tasks", meeting.Tracking, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}, Tasks: []*meeting.Task{{Status: meeting.Cancelled}, {Status: meeting.Done}}}, ""},
		{"a dispute", meeting.Tracking, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}, Disputes: []*meeting.Dispute{{Status: meeting.Pending, Decider: decider}}}, "1件未决事项没有定"},
		{"one for next time", meeting.Tracking, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}, Disputes: []*meeting.Dispute{{Status: meeting.Pending}}}, ""},
		{"somebody else", meeting.Tracking, owner, meeting.Closing{Minutes: []*meeting.Minutes{sealed}}, "由主持人"},
		{"too early", meeting.Over, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}}, "纪要分发以后"},
		{"twice", meeting.Archived, host, meeting.Closing{Minutes: []*meeting.Minutes{sealed}}, "已经归档"},
	} {
		m := &meeting.Meeting{Host: host, Status: c.status}
		err := m.Archive(c.who, c.c, at(t, "08-20 10:00"))
		switch {
		case c.want == "" && (err != nil || m.Status != meeting.Archived || m.ArchivedAt.IsZero() || len(m.Changes()) != 1):
			t.Errorf("%s: %v, %+v", c.name, err, m)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || m.Status != c.status):
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestMeeting_ReopenedByAnAdministratorWithAReason is 3.2's 已归档 → 跟踪中.
func TestMeeting_ReopenedByAnAdministratorWithAReason(t *testing.T) {
	boss, clerk := meeting.Person{ID: admin, Admin: true}, meeting.Person{ID: host}
	m := &meeting.Meeting{Host: host, Status: meeting.Archived}
	if err := m.Reopen(clerk, "漏了一项"); err == nil {
		t.Error("a host reopened it")
	}
	if err := m.Reopen(boss, " "); err == nil {
		t.Error("it was reopened without a reason")
	}
	if err := m.Reopen(boss, "漏了一项"); err != nil || m.Status != meeting.Tracking {
		t.Errorf("%v, %s", err, m.Status)
	}
	if err := m.Reopen(boss, "再来"); err == nil {
		t.Error("what is not archived was reopened")
	}
}

// TestR89_WhoMayRead a task in a list.
func TestR89_WhoMayRead(t *testing.T) {
	k := &meeting.Task{Owner: owner, Host: host}
	of := meeting.Person{ID: owner, Leader: leader}
	m := &meeting.Meeting{Host: host, Participants: []meeting.Participant{{Person: copied}}}
	for p, want := range map[meeting.PersonID]bool{owner: true, host: true, copied: true, leader: true, admin: true, stranger: false, meeting.Nobody: false} {
		if got := k.MayRead(meeting.Person{ID: p, Admin: p == admin}, of, m); got != want {
			t.Errorf("person %d: %v", p, got)
		}
	}
	if k.MayRead(meeting.Person{ID: copied}, of, nil) {
		t.Error("without the meeting its participants may not")
	}
	if k.MayRead(meeting.Person{}, meeting.Person{ID: owner}, nil) {
		t.Error("nobody is nobody's leader")
	}
}
