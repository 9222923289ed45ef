package meeting_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// announces lists what a meeting will say from a moment on: when, which, to
// whom, with d for the digest and ! for its minute.
func announces(t *testing.T, m *meeting.Meeting, from string) []string {
	t.Helper()
	due, _ := m.Notices(calendar(t), at(t, from), m.Start.Add(48*time.Hour))
	var out []string
	for _, n := range due {
		how := ""
		if n.Digest {
			how = " d"
		}
		if n.Prompt {
			how = " !"
		}
		if n.Of != m.Ref() || n.Mark == "" || n.Face == "" || !n.Expires.After(n.At) || n.Expires.After(m.Start) {
			t.Errorf("incomplete: %+v", n)
		}
		if calendar(t).Quiet(n.At) && !n.Prompt {
			t.Errorf("%s %s in quiet time: %s", n.Kind, n.Step, n.At)
		}
		if !m.Wants(n) {
			t.Errorf("computed and not wanted: %+v", n)
		}
		line := fmt.Sprintf("%s %s %s%s", n.At.Format("01-02 15:04"), n.Kind, n.Step, how)
		if last := len(out) - 1; last >= 0 && strings.HasPrefix(out[last], line+" p") {
			out[last] += fmt.Sprintf(" p%d", n.To)
			continue
		}
		out = append(out, line+fmt.Sprintf(" p%d", n.To))
	}
	return out
}

func announced(t *testing.T, m *meeting.Meeting, from string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, announces(t, m, from)); diff != "" {
		t.Errorf("reminders (-want +got):\n%s", diff)
	}
}

const (
	everybody = "p1 p2 p3 p4 p6 p10"
	asked     = "p2 p3 p4"
)

// TestM2M3M4M5_TheDemo is the meeting of 08-12 14:00, noticed on 08-10 at 09:40.
func TestM2M3M4M5_TheDemo(t *testing.T) {
	announced(t, invited(t), "08-10 09:40",
		"08-11 09:00 M2 1wd d "+everybody,
		"08-11 09:00 M3 2wd d "+asked, // four work hours after the notice are 14:40
		"08-11 09:00 M5 1wd d "+everybody,
		"08-11 10:00 M3 2h "+asked,
		"08-11 15:00 M4 1wd p10",
		"08-12 13:30 M5 30m ! "+everybody,
	)
}

// TestM3_TwoWorkingDaysBefore, in that morning's digest, but four work hours
// after the notice.
func TestM3_TwoWorkingDaysBefore(t *testing.T) {
	for _, c := range []struct{ name, start, noticed, first string }{
		{"long before", "08-19 14:00", "08-10 09:40", "08-17 09:00"},
		{"the afternoon before", "08-12 14:00", "08-07 13:59", "08-10 09:00"},
		{"three work hours before", "08-12 14:00", "08-07 15:00", "08-11 09:00"},
		{"over a holiday", "10-09 14:00", "09-28 10:00", "09-30 09:00"},
		{"a Monday, with a 补班 Sunday before", "09-21 14:00", "09-15 10:00", "09-18 09:00"},
		{"too late for a morning", "08-12 14:00", "08-11 09:10", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := ""
			for _, line := range announces(t, invitedTo(t, c.start, c.noticed), c.noticed) {
				if strings.Contains(line, "M3 2wd") {
					first = line[:len("08-17 09:00")]
				}
			}
			if first != c.first {
				t.Errorf("at %q, want %q", first, c.first)
			}
		})
	}
}

func TestM2M5_OverHolidaysAndMakeUpDays(t *testing.T) {
	quiet := func(t *testing.T, start, noticed string) *meeting.Meeting {
		t.Helper()
		m := invitedTo(t, start, noticed)
		for i := range m.Topics {
			m.Topics[i].Needs = nil
		}
		return m
	}
	announced(t, quiet(t, "10-08 10:00", "09-28 10:00"), "09-28 10:00", // the day after 国庆
		"09-30 09:00 M2 1wd d "+everybody, "09-30 09:00 M5 1wd d "+everybody, "10-08 09:30 M5 30m ! "+everybody)
	announced(t, quiet(t, "10-10 10:00", "09-28 10:00"), "09-28 10:00", // a 补班 Saturday
		"10-09 09:00 M2 1wd d "+everybody, "10-09 09:00 M5 1wd d "+everybody, "10-10 09:30 M5 30m ! "+everybody)
	announced(t, quiet(t, "09-21 08:00", "09-15 10:00"), "09-15 10:00", // 补班 Sunday before, half an hour before is night
		"09-20 09:00 M2 1wd d "+everybody, "09-20 09:00 M5 1wd d "+everybody, "09-21 07:30 M5 30m ! "+everybody)
}

func TestM2_NeverBeforeWhatArmsIt(t *testing.T) {
	announced(t, invitedTo(t, "08-12 14:00", "08-11 16:00"), "08-01 00:00", "08-12 13:30 M5 30m ! "+everybody)
	announced(t, invitedTo(t, "08-12 14:00", "08-12 13:40"), "08-01 00:00")
}

// TestM5_WhoComes: not who is away, the proxy in the place of who sent one.
func TestM5_WhoComes(t *testing.T) {
	m, b := invited(t), departments()
	for p, r := range map[meeting.PersonID]meeting.Response{
		host: comes(), admin: comes(), decider: away(""), owner: proxy(next), helper: comes(),
	} {
		must(t, m.Respond(b, p, r, at(t, "08-10 12:00")))
	}
	announced(t, m, "08-11 10:30", "08-11 15:00 M4 1wd p10", "08-12 13:30 M5 30m ! p1 p3 p4 p7 p10")
	announced(t, m, "08-10 12:00",
		"08-11 09:00 M2 1wd d p4", "08-11 09:00 M3 2wd d p3 p4 p7", "08-11 09:00 M5 1wd d p1 p3 p4 p7 p10", "08-11 10:00 M3 2h p3 p4 p7",
		"08-11 15:00 M4 1wd p10", "08-12 13:30 M5 30m ! p1 p3 p4 p7 p10")
}

// TestM3_NobodyOfTheDepartment: then the initiator is told.
func TestM3_NobodyOfTheDepartment(t *testing.T) {
	m := invited(t)
	m.Topics[0].Needs, m.Topics[1].Needs = []string{"财务部"}, nil
	m.Host = admin
	for _, n := range announces(t, m, "08-10 09:40") {
		if strings.Contains(n, " M3 ") && !strings.HasSuffix(n, " p1") {
			t.Errorf("%s: not to the initiator alone", n)
		}
	}
}

// TestR23_AMoveArmsTheRemindersAnew, also back to the time it was moved from.
func TestR23_AMoveArmsTheRemindersAnew(t *testing.T) {
	m, cal := invited(t), calendar(t)
	old, _ := m.Notices(cal, at(t, "08-10 09:40"), m.Start)
	move := func(to, now string) {
		must(t, m.Propose(host, meeting.Move{Start: at(t, to), Reason: "x", Urgent: "x"}, at(t, now), cal))
		must(t, m.SendPending(host, false, 0, at(t, now), cal))
	}
	move("08-17 10:00", "08-11 09:05")
	for _, n := range old {
		if m.Wants(n) {
			t.Errorf("still wanted: %+v", n)
		}
	}
	announced(t, m, "08-11 09:05",
		"08-13 09:00 M3 2wd d "+asked, "08-14 09:00 M2 1wd d "+everybody, "08-14 09:00 M5 1wd d "+everybody,
		"08-14 10:00 M3 2h "+asked, "08-14 15:00 M4 1wd p10", "08-17 09:30 M5 30m ! "+everybody)
	move("08-12 14:00", "08-11 09:30")
	again, _ := m.Notices(cal, at(t, "08-11 09:30"), m.Start)
	for _, n := range append(old, again...) {
		if fresh := n.Mark != old[0].Mark; m.Wants(n) != fresh {
			t.Errorf("wanted: %v, %+v", m.Wants(n), n)
		}
	}
}

// TestWants_BeforeTheMeeting: a reminder that was computed is dropped when what
// it asks for has happened.
func TestWants_BeforeTheMeeting(t *testing.T) {
	b, cal := departments(), calendar(t)
	for _, c := range []struct {
		name string
		kind string
		to   meeting.PersonID
		do   func(m *meeting.Meeting) error
	}{
		{"answered", "M2", owner, func(m *meeting.Meeting) error { return m.Respond(b, owner, comes(), at(t, "08-10 10:00")) }},
		{"opinion given", "M3", copied, func(m *meeting.Meeting) error {
			return m.Opine(b, copied, meeting.Opinion{None: true}, at(t, "08-10 10:00"), cal)
		}},
		{"list out", "M4", admin, func(m *meeting.Meeting) error { return m.IssueList(admin, at(t, "08-10 10:00")) }},
		{"away", "M5", owner, func(m *meeting.Meeting) error { return m.Respond(b, owner, away(""), at(t, "08-10 10:00")) }},
		{"begun", "M2 M3 M4 M5", owner, func(m *meeting.Meeting) error { m.Status = meeting.Live; return nil }},
	} {
		m := invited(t)
		due, _ := m.Notices(cal, at(t, "08-10 09:40"), m.Start)
		must(t, c.do(m))
		tried := 0
		for _, n := range due {
			if !strings.Contains(c.kind, n.Kind) || n.To != c.to {
				continue
			}
			tried++
			if m.Wants(n) {
				t.Errorf("%s: still wanted: %s %s", c.name, n.Kind, n.Step)
			}
		}
		if tried == 0 {
			t.Errorf("%s: nothing of %s was to be said", c.name, c.kind)
		}
	}
	m := invited(t)
	due, _ := m.Notices(cal, at(t, "08-10 09:40"), m.Start)
	for _, n := range due {
		if n.To = stranger; m.Wants(n) {
			t.Errorf("%s wanted for a stranger", n.Kind)
		}
	}
	m.Status = meeting.Planned
	if due, _ := m.Notices(cal, at(t, "08-01 00:00"), m.Start); len(due) > 0 && slices.Contains([]string{"M2", "M3", "M4", "M5"}, due[0].Kind) {
		t.Errorf("nobody was told of it: %+v", due[0])
	}
}
