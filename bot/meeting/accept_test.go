package meeting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

func submitted(t testing.TB) *meeting.Task {
	task := begun(t)
	must(t, task.Finish(owner, meeting.Evidence{Text: "在共享盘"}, at(t, "08-17 16:00")))
	return task
}

func TestR83_FinishingNeedsEvidence(t *testing.T) {
	task := begun(t)
	r := refused(t, task.Finish(owner, meeting.Evidence{Text: " \n"}, at(t, "08-17 16:00")), "R83")
	if fields(r) != "证据" || !strings.Contains(r.Gaps[0].Say, "文档v1，评审通过") {
		t.Errorf("%+v, want the standard named", r.Gaps)
	}
	forged := meeting.Evidence{Text: "在共享盘", Result: meeting.Passed, By: acceptor, Missing: "无"}
	must(t, task.Finish(owner, forged, at(t, "08-17 16:00")))
	want := []meeting.Evidence{{Text: "在共享盘", At: at(t, "08-17 16:00")}}
	if diff := cmp.Diff(want, task.Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	if !task.SubmittedAt.Equal(at(t, "08-17 16:00")) {
		t.Errorf("submitted at %s", task.SubmittedAt)
	}
}

func TestR84_OwnerDoesNotAccept(t *testing.T) {
	r := refused(t, submitted(t).Accept(owner, 0, at(t, "08-17 17:00"), calendar(t)), "R84")
	if !strings.Contains(r.Say, "自己办的不能自己验收") {
		t.Errorf("says %q", r.Say)
	}
}

func TestR86_LateCloseKeepsTheDays(t *testing.T) {
	for closed, want := range map[string]int{"08-17 16:30": 0, "08-17 17:00": 0, "08-17 17:01": 0, "08-18 09:00": 1, "08-24 09:00": 5} {
		task := submitted(t)
		must(t, task.Accept(acceptor, task.Terms, at(t, closed), calendar(t)))
		if task.OverdueDays != want || task.Status != meeting.Done || task.Percent != 100 || !task.ClosedAt.Equal(at(t, closed)) {
			t.Errorf("closed at %s: %d days late, want %d", closed, task.OverdueDays, want)
		}
		if e := task.Evidence[0]; e.Result != meeting.Passed || e.By != acceptor {
			t.Errorf("evidence %+v", e)
		}
	}
}

func TestR84_AcceptingOnOutdatedTerms(t *testing.T) {
	task := submitted(t)
	refused(t, task.Accept(acceptor, task.Terms+1, at(t, "08-17 17:00"), calendar(t)), "R45")
	refused(t, task.Accept(stranger, task.Terms+1, at(t, "08-17 17:00"), calendar(t)), "R84")
}

func TestR85_ReturnSaysWhatIsMissing(t *testing.T) {
	task := submitted(t)
	if r := refused(t, task.Return(acceptor, " ", time.Time{}, at(t, "08-17 16:30"), calendar(t)), "R85"); fields(r) != "缺什么" {
		t.Errorf("gaps %q", fields(r))
	}
	if r := refused(t, task.Return(acceptor, "缺签字页", at(t, "08-17 16:30"), at(t, "08-17 16:30"), calendar(t)), "R39"); fields(r) != "重交" {
		t.Errorf("gaps %q", fields(r))
	}
	must(t, task.Return(acceptor, "缺签字页", at(t, "08-20 17:00"), at(t, "08-18 09:30"), calendar(t)))
	if task.Status != meeting.InProgress || task.Returns != 1 || !task.Due.Equal(at(t, "08-20 17:00")) || task.OverdueDays != 1 ||
		!task.OriginalDue.Equal(at(t, "08-17 17:00")) || !task.SubmittedAt.IsZero() || task.Terms != 2 {
		t.Errorf("returned: %+v", task)
	}
	if e := task.Evidence[0]; e.Result != meeting.Returned || e.Missing != "缺签字页" || e.By != acceptor {
		t.Errorf("evidence %+v", e)
	}
	must(t, task.Finish(owner, meeting.Evidence{Text: "补好了"}, at(t, "08-19 10:00")))
	must(t, task.Return(acceptor, "还缺页码", time.Time{}, at(t, "08-19 11:00"), calendar(t)))
	if task.Returns != 2 || len(task.Evidence) != 2 || !task.Due.Equal(at(t, "08-20 17:00")) {
		t.Errorf("returned again: %+v", task)
	}
}

func TestR83_WithdrawnSubmissionStaysOnRecord(t *testing.T) {
	task := submitted(t)
	before := task.Evidence
	must(t, task.Withdraw(owner, at(t, "08-17 16:30")))
	if task.Status != meeting.InProgress || !task.SubmittedAt.IsZero() || task.Evidence[0].Result != meeting.Withdrawn {
		t.Errorf("%+v", task)
	}
	if before[0].Result != "" {
		t.Error("an earlier copy of the task was changed")
	}
}

func TestR86_CancellingEndsAllThatWaits(t *testing.T) {
	for _, s := range situations[:8] {
		task := s.make(t)
		must(t, task.Cancel(host, "需求没了", at(t, now)))
		if task.Proposal != nil || task.Extension != nil || task.Blocker != nil || task.NextOwner != meeting.Nobody || task.Asked() != meeting.Nobody {
			t.Errorf("%s: %+v", s.name, task)
		}
	}
}

func TestR86_CancellingNeedsAReason(t *testing.T) {
	task := submitted(t)
	if r := refused(t, task.Cancel(host, "", at(t, "08-18 10:00")), "R86"); fields(r) != "原因" {
		t.Errorf("gaps %q", fields(r))
	}
	must(t, task.Cancel(decider, "需求没了", at(t, "08-18 10:00")))
	if task.Open() || task.Reason != "需求没了" || !task.ClosedAt.Equal(at(t, "08-18 10:00")) || len(task.Evidence) != 1 {
		t.Errorf("%+v", task)
	}
}

// TestR90_ChangesSayBeforeAndAfter reads the audited line of one verb.
func TestR90_ChangesSayBeforeAndAfter(t *testing.T) {
	task := begun(t)
	task.Changes()
	must(t, task.Report(owner, new(20), "方案要重写", at(t, "08-14 10:00")))
	want := []meeting.Change{{What: "进度", Who: owner, Before: "进度 30%", After: "进度 20%", Reason: "方案要重写"}}
	if diff := cmp.Diff(want, task.Changes()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	must(t, task.HandOver(owner, next, "调走", at(t, "08-14 11:00")))
	must(t, task.ConfirmBy(next, 0, at(t, "08-14 12:00")))
	want = []meeting.Change{
		{What: "转交", Who: owner, Before: "接手人 无", After: "接手人 @{p7}", Reason: "调走"},
		{What: "确认", Who: next, Before: "责任人 @{p2}；接手人 @{p7}", After: "责任人 @{p7}；接手人 无"},
	}
	if diff := cmp.Diff(want, task.Changes()); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if again := task.Changes(); again != nil {
		t.Errorf("told twice: %+v", again)
	}
}
