package meeting_test

import (
	"testing"
	"time"

	"huiban/bot/meeting"
)

func TestR80_OwnerAnswersUntilTheNewOneConfirmed(t *testing.T) {
	task := begun(t)
	must(t, task.HandOver(owner, helper, "调去外场", at(t, "08-13 16:00")))
	if task.Owner != owner || task.NextOwner != helper || task.Terms != 1 || task.Asked() != helper || !task.AskedAt.Equal(at(t, "08-13 16:00")) {
		t.Fatalf("asked: %+v", task)
	}
	must(t, task.Report(owner, new(40), "", at(t, "08-13 17:00")))
	must(t, task.ConfirmBy(helper, 1, at(t, "08-14 09:00")))
	if task.Owner != helper || task.NextOwner != meeting.Nobody || task.Terms != 2 || len(task.Helpers) != 0 || task.Percent != 40 ||
		task.Status != meeting.InProgress || !task.Due.Equal(task.OriginalDue) || !task.ConfirmedAt.Equal(at(t, "08-14 09:00")) {
		t.Errorf("taken over: %+v", task)
	}
	if h := task.Owners; len(h) != 1 || h[0] != (meeting.Handover{From: owner, To: helper, Reason: "调去外场", At: at(t, "08-14 09:00")}) {
		t.Errorf("owner history %+v", h)
	}
	refused(t, task.Report(owner, new(50), "", at(t, "08-14 10:00")), "R68")
}

func TestR80_HostChangesAnUnconfirmedOwnerAtOnce(t *testing.T) {
	task := assigned(t, handOut(t))
	refused(t, task.HandOver(owner, next, "不归我管", at(t, "08-12 15:00")), "R45")
	must(t, task.HandOver(host, next, "", at(t, "08-12 15:00")))
	if task.Owner != next || task.NextOwner != meeting.Nobody || task.Status != meeting.Unconfirmed || task.Asked() != next || task.Terms != 2 {
		t.Errorf("%+v", task)
	}
}

func TestR80_HostTakesOver(t *testing.T) {
	task := begun(t)
	must(t, task.HandOver(host, host, "我来办", at(t, "08-13 16:00")))
	if task.Owner != host || task.Asked() != meeting.Nobody || task.Status != meeting.InProgress || task.Acceptor != acceptor {
		t.Errorf("%+v", task)
	}
}

func TestR84_NewOwnerDoesNotAccept(t *testing.T) {
	task := begun(t)
	must(t, task.HandOver(host, acceptor, "", at(t, "08-13 16:00")))
	must(t, task.ConfirmBy(acceptor, 0, at(t, "08-13 17:00")))
	if task.Owner != acceptor || task.Acceptor != host {
		t.Errorf("owner %d accepted by %d, want the host", task.Owner, task.Acceptor)
	}
	a := handOut(t)
	a.Acceptor, a.Deciders = meeting.Nobody, nil
	refused(t, confirmed(t, a).HandOver(host, host, "我来办", at(t, "08-13 16:00")), "R84")
}

func TestR80_HandingOverIsRefused(t *testing.T) {
	task := begun(t)
	for _, c := range []struct {
		who, to meeting.PersonID
		reason  string
		gaps    string
	}{
		{owner, meeting.Nobody, "调走", "责任人"}, {owner, next, " ", "原因"}, {owner, owner, "调走", ""}, {helper, next, "调走", ""},
	} {
		if r := refused(t, task.HandOver(c.who, c.to, c.reason, at(t, "08-13 16:00")), "R80"); fields(r) != c.gaps {
			t.Errorf("%+v: gaps %q", c, fields(r))
		}
	}
	must(t, task.HandOver(owner, next, "调走", at(t, "08-13 16:00")))
	refused(t, task.HandOver(host, next, "", at(t, "08-13 16:10")), "R80")
	must(t, task.HandOver(owner, owner, "不走了", at(t, "08-13 16:20")))
	if task.NextOwner != meeting.Nobody || task.Asked() != meeting.Nobody {
		t.Errorf("withdrawn, but still asks %d", task.Asked())
	}
}

func TestR80_NextOwnerMaySayNoButNotMoveTheDate(t *testing.T) {
	asked := func() *meeting.Task {
		task := begun(t)
		must(t, task.HandOver(owner, next, "调走", at(t, "08-13 16:00")))
		return task
	}
	object := func(task *meeting.Task, p meeting.Proposal) {
		must(t, task.Object(next, p, at(t, "08-13 17:00")))
		if task.Confirm != meeting.Confirmed || task.Proposal == nil {
			t.Fatalf("the owner's own confirmation is not touched: %+v", task)
		}
	}
	task := asked()
	refused(t, task.Object(next, meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-20 17:00")}, at(t, "08-13 17:00")), "R80")
	refused(t, task.Object(owner, meeting.Proposal{Kind: meeting.Decline, Reason: "不办"}, at(t, "08-13 17:00")), "R45")
	refused(t, task.DecideForOwner(host, at(t, "08-17 09:00")), "R80")

	object(task, meeting.Proposal{Kind: meeting.Decline, Reason: "没空"})
	must(t, task.AnswerProposal(host, true, time.Time{}, meeting.Nobody, "", at(t, "08-14 09:00")))
	if task.Owner != owner || task.Asked() != meeting.Nobody || task.Proposal != nil {
		t.Errorf("handover not ended: %+v", task)
	}
	task = asked()
	object(task, meeting.Proposal{Kind: meeting.AnotherOwner, Owner: support, Reason: "他熟"})
	refused(t, task.AnswerProposal(host, false, at(t, "08-20 17:00"), meeting.Nobody, "", at(t, "08-14 09:00")), "R80")
	must(t, task.AnswerProposal(host, true, time.Time{}, meeting.Nobody, "", at(t, "08-14 09:00")))
	if task.Owner != owner || task.Asked() != support {
		t.Errorf("owner %d, asked %d", task.Owner, task.Asked())
	}
	task = asked()
	object(task, meeting.Proposal{Kind: meeting.Decline, Reason: "没空"})
	must(t, task.AnswerProposal(host, false, time.Time{}, owner, "", at(t, "08-14 09:00")))
	if task.Owner != owner || task.Asked() != meeting.Nobody {
		t.Errorf("owner %d, asked %d, want it to stay where it is", task.Owner, task.Asked())
	}
}

func TestR80_ExtensionOfTheFormerOwnerEndsWithThem(t *testing.T) {
	task := begun(t)
	must(t, task.AskExtension(newBook(), request(t, "08-20 17:00"), owner, at(t, "08-13 16:00")))
	must(t, task.HandOver(host, next, "", at(t, "08-13 17:00")))
	must(t, task.ConfirmBy(next, 0, at(t, "08-14 09:00")))
	if task.Extension != nil || !task.Due.Equal(at(t, "08-17 17:00")) {
		t.Errorf("%+v", task.Extension)
	}
}
