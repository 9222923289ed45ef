package meeting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// said lists all that a task will say from a moment on, a line each: when,
// which, to whom, with d for the digest and ! for its minute.
func said(t testing.TB, task *meeting.Task, from string) []string {
	t.Helper()
	due, rest := task.Notices(calendar(t), at(t, from), at(t, from).AddDate(2, 0, 0))
	if !rest.IsZero() {
		t.Errorf("still silent at %s", rest)
	}
	var out []string
	for _, n := range due {
		how := ""
		if n.Digest {
			how += " d"
		}
		if n.Prompt {
			how += " !"
		}
		if n.Of != task.Ref() || n.Mark == "" || n.Face == "" || !n.Expires.After(n.At) {
			t.Errorf("incomplete: %+v", n)
		}
		line := fmt.Sprintf("%s %s %s p%d%s", n.At.Format("01-02 15:04"), n.Kind, n.Step, n.To, how)
		if last := len(out) - 1; last >= 0 && strings.HasPrefix(out[last], line[:strings.LastIndex(line, " p")]) {
			out[last] += fmt.Sprintf(" p%d", n.To)
			continue
		}
		out = append(out, line)
	}
	return out
}

func hear(t *testing.T, task *meeting.Task, from string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, said(t, task, from)); diff != "" {
		t.Errorf("reminders (-want +got):\n%s", diff)
	}
}

// plainTask is the task of the demo: no helpers, the host accepts.
func plainTask(t testing.TB, p meeting.Priority, due string) *meeting.Task {
	return confirmed(t, plainAssignment(t, p, due))
}

func plainAssignment(t testing.TB, p meeting.Priority, due string) meeting.Assignment {
	a := handOut(t)
	a.Acceptor, a.Helpers, a.CC, a.Deciders = meeting.Nobody, nil, nil, nil
	a.Priority, a.Due = p, meeting.Deadline{Raw: due + meeting.ThisDay, At: at(t, due)}
	return a
}

// TestM19_DemoClock is step 9 of the demo, minute by minute.
func TestM19_DemoClock(t *testing.T) {
	hear(t, plainTask(t, meeting.High, "08-17 17:00"), "08-12 14:19",
		"08-14 09:00 M19 1wd p2 d",
		"08-17 15:00 M19 2h p2 !",
		"08-17 17:00 M21 L0 p2",
		"08-18 13:00 M27 L1 p2",
		"08-18 17:00 M21 L1 p1 p2",
	)
}

func TestR70_BeforeTheDue(t *testing.T) {
	for _, c := range []struct {
		name     string
		priority meeting.Priority
		due      string
		want     []string
	}{
		{"high", meeting.High, "08-21 17:00", []string{"08-18 09:00 M19 3wd p2 d", "08-20 09:00 M19 1wd p2 d", "08-21 15:00 M19 2h p2 !"}},
		{"medium", meeting.Medium, "08-21 17:00", []string{"08-20 09:00 M19 1wd p2 d", "08-21 09:00 M19 day p2 d"}},
		{"low", meeting.Low, "08-21 17:00", []string{"08-20 09:00 M19 1wd p2 d"}},
		{"confirmed within a working day of it", meeting.Low, "08-13 14:18", []string{"08-13 12:18 M19 2h p2"}},
		{"confirmed too late for the morning before", meeting.Low, "08-13 17:00", []string{"08-13 15:00 M19 2h p2"}},
		{"medium, the day itself is left", meeting.Medium, "08-13 17:00", []string{"08-13 09:00 M19 day p2 d"}},
		{"medium within a working day of it", meeting.Medium, "08-13 12:00", []string{"08-13 09:00 M19 day p2 d", "08-13 10:00 M19 2h p2"}},
		{"two hours before is in the night", meeting.Low, "08-13 09:30", []string{"08-12 18:00 M19 2h p2"}},
		{"the same day", meeting.Medium, "08-12 17:00", []string{"08-12 15:00 M19 2h p2"}},
		{"the same day, two hours before it was confirmed", meeting.High, "08-12 16:00", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before []string
			for _, line := range said(t, plainTask(t, c.priority, c.due), "08-12 14:19") {
				if strings.Contains(line, meeting.DueSoon) {
					before = append(before, line)
				}
			}
			if diff := cmp.Diff(c.want, before); diff != "" {
				t.Errorf("reminders (-want +got):\n%s", diff)
			}
		})
	}
}

func TestR70_NothingInTheMorningOfAssignment(t *testing.T) {
	task := assignedAt(t, plainAssignment(t, meeting.Medium, "08-14 17:00"), at(t, "08-13 08:40"))
	must(t, task.ConfirmBy(owner, 0, at(t, "08-13 08:50")))
	hear(t, task, "08-13 08:50", "08-14 09:00 M19 day p2 d",
		"08-14 17:00 M21 L0 p2", "08-17 13:00 M27 L1 p2", "08-17 17:00 M21 L1 p1 p2")
}

func TestR70_HelpersHearAWorkingDayBefore(t *testing.T) {
	a := handOut(t)
	a.Helpers = ids(helper, support)
	hear(t, confirmed(t, a), "08-13 12:00",
		"08-14 09:00 M19 1wd p2 d p3 p8",
		"08-17 15:00 M19 2h p2 !",
		"08-17 17:00 M21 L0 p2",
		"08-18 13:00 M27 L1 p2",
		"08-18 17:00 M21 L1 p1 p2 p3 p8",
	)
}

// TestR90_QuietTime: before a limit back to work, after an event on to the
// morning, 高 at its minute.
func TestR90_QuietTime(t *testing.T) {
	for _, c := range []struct {
		name     string
		priority meeting.Priority
		due      string
		from     string
		want     []string
	}{
		{"high on a Saturday evening", meeting.High, "08-15 22:30", "08-14 12:00", []string{
			"08-15 20:30 M19 2h p2 !", "08-17 09:00 M21 L0 p2", "08-17 14:00 M27 L1 p2", "08-18 09:00 M21 L1 p1 p2"}},
		{"in the night", meeting.Low, "08-20 22:00", "08-20 12:00", []string{
			"08-21 09:00 M21 L0 p2", "08-21 14:00 M27 L1 p2", "08-24 09:00 M21 L1 p1 p2"}},
		{"over the national holiday", meeting.Medium, "10-03 12:00", "09-28 12:00", []string{
			"09-30 09:00 M19 1wd p2 d", "10-08 09:00 M21 L0 p2", "10-08 14:00 M27 L1 p2", "10-09 09:00 M21 L1 p1 p2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := said(t, plainTask(t, c.priority, c.due), c.from)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("reminders (-want +got):\n%s", diff)
			}
		})
	}
}

func TestM9_ConfirmingIsChasedThenTheHostTold(t *testing.T) {
	for _, c := range []struct {
		asked string
		want  []string
	}{
		{"08-12 14:00", []string{"08-12 16:00 M9 2h p2", "08-13 10:00 M9 nwd p2", "08-13 14:00 M9 host p1"}},
		{"08-12 19:30", []string{"08-13 09:00 M9 2h p2", "08-13 10:00 M9 nwd p2", "08-13 19:30 M9 host p1"}},
		{"08-14 16:00", []string{"08-14 18:00 M9 2h p2", "08-17 09:00 M9 host p1", "08-17 10:00 M9 nwd p2"}},
		{"08-13 06:45", []string{"08-13 11:00 M9 2h p2", "08-14 09:00 M9 host p1", "08-14 10:00 M9 nwd p2"}},
	} {
		task := assignedAt(t, plainAssignment(t, meeting.High, "08-28 17:00"), at(t, c.asked))
		hear(t, task, c.asked, c.want...)
	}
}

func TestM9_ObjectionWaitsForTheHost(t *testing.T) {
	task := assigned(t, plainAssignment(t, meeting.High, "08-28 17:00"))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.Decline, Reason: "没空"}, at(t, "08-12 15:30")))
	hear(t, task, "08-12 15:30", "08-13 15:30 M9 proposal p1")
	must(t, task.AnswerProposal(host, false, time.Time{}, meeting.Nobody, "", at(t, "08-13 11:00")))
	hear(t, task, "08-13 11:00", "08-13 13:00 M9 2h p2", "08-14 10:00 M9 nwd p2", "08-14 11:00 M9 host p1")
}

func TestM9_NextOwnerIsAskedWhileTheOwnerAnswers(t *testing.T) {
	a := plainAssignment(t, meeting.Low, "08-14 17:00")
	a.Acceptor = acceptor
	task := confirmed(t, a)
	must(t, task.HandOver(owner, next, "调走", at(t, "08-13 10:30")))
	hear(t, task, "08-13 10:30",
		"08-13 12:30 M9 2h p7", "08-14 10:00 M9 nwd p7", "08-14 10:30 M9 host p1",
		"08-14 17:00 M21 L0 p2", "08-17 13:00 M27 L1 p2", "08-17 17:00 M21 L1 p1 p2")
	must(t, task.HandOver(owner, host, "请您定", at(t, "08-13 11:00")))
	hear(t, task, "08-14 12:00", "08-14 17:00 M21 L0 p2", "08-17 13:00 M27 L1 p2", "08-17 17:00 M21 L1 p1 p2")
	hear(t, task, "08-13 11:00", append([]string{"08-13 13:00 M9 2h p1", "08-14 10:00 M9 nwd p1"}, said(t, task, "08-14 12:00")...)...)
}

func TestM20_BlockedIsChasedAfterAWorkingDay(t *testing.T) {
	task := plainTask(t, meeting.Low, "08-28 17:00")
	must(t, task.Block(owner, "等环境", support, "", at(t, "08-14 15:00")))
	hear(t, task, "08-14 15:00", "08-17 15:00 M20 1wd p1 p8", "08-27 09:00 M19 1wd p2 d",
		"08-28 17:00 M21 L0 p2", "08-31 13:00 M27 L1 p2", "08-31 17:00 M21 L1 p1 p2")
}

func TestM23_WaitingRequestChasesTheApproverOnly(t *testing.T) {
	task := plainTask(t, meeting.Low, "08-14 17:00")
	must(t, task.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-14 16:00")))
	hear(t, task, "08-14 16:00", "08-17 16:00 M23 1wd p1")
	must(t, task.AnswerExtension(host, meeting.Disagree, time.Time{}, "客户在等", at(t, "08-18 10:00"), calendar(t)))
	hear(t, task, "08-18 10:00", "08-18 15:00 M27 L1 p2", "08-19 10:00 M21 L1 p1 p2")
}

func TestM24_SubmittedChasesTheAcceptorThenTheHost(t *testing.T) {
	task := submitted(t)
	hear(t, task, "08-17 16:00", "08-18 16:00 M24 1wd p5", "08-19 16:00 M24 2wd p1 p5")
	must(t, task.Accept(acceptor, 0, at(t, "08-18 10:00"), calendar(t)))
	hear(t, task, "08-12 00:00")
}

func TestR79_GrantedDateMovesTheReminders(t *testing.T) {
	task := plainTask(t, meeting.Low, "08-14 17:00")
	must(t, task.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-14 16:00")))
	must(t, task.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, "08-17 10:00"), calendar(t)))
	hear(t, task, "08-17 10:00", "08-19 09:00 M19 1wd p2 d", "08-20 17:00 M21 L0 p2", "08-21 13:00 M27 L1 p2", "08-21 17:00 M21 L1 p1 p2")
}
