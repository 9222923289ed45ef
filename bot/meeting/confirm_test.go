package meeting_test

import (
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

func TestR45_ConfirmingFixesTheOriginalDue(t *testing.T) {
	task := confirmed(t, handOut(t))
	if task.Status != meeting.NotStarted || task.Confirm != meeting.Confirmed || !task.OriginalDue.Equal(at(t, "08-17 17:00")) ||
		!task.ConfirmedAt.Equal(at(t, "08-12 14:19")) || !task.LastSign.Equal(task.ConfirmedAt) || task.Terms != 1 {
		t.Errorf("after confirming: %+v", task)
	}
}

func TestR45_TapOnOutdatedTermsDoesNotCount(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-19 17:00")}, at(t, "08-12 14:10")))
	must(t, task.AnswerProposal(host, false, at(t, "08-18 17:00"), meeting.Nobody, "", at(t, "08-12 14:12")))
	if task.Terms != 2 || task.Status != meeting.Unconfirmed || !task.AskedAt.Equal(at(t, "08-12 14:12")) {
		t.Fatalf("another date: %+v", task)
	}
	r := refused(t, task.ConfirmBy(owner, 1, at(t, "08-12 14:13")), "R45")
	if !strings.Contains(r.Say, "刚更新过") || !strings.Contains(r.Say, "新卡片") {
		t.Errorf("says %q", r.Say)
	}
	refused(t, task.ConfirmBy(host, 1, at(t, "08-12 14:13")), "R45")
	must(t, task.ConfirmBy(owner, 2, at(t, "08-12 14:13")))
	if !task.OriginalDue.Equal(at(t, "08-18 17:00")) {
		t.Errorf("original due %s, want the one that was confirmed", task.OriginalDue)
	}
}

func TestR45_WrongPersonIsToldWhoseTurnItIs(t *testing.T) {
	r := refused(t, assigned(t, handOut(t)).ConfirmBy(helper, 0, at(t, "08-12 14:19")), "R45")
	if want := "“完成A方案技术文档”要@{p2}本人确认。您可以〔催一下〕。（T-20260812-00-01）"; r.Say != want {
		t.Errorf("says %q, want %q", r.Say, want)
	}
}

func TestR45_ObjectionNeedsADateOrAReason(t *testing.T) {
	for _, c := range []struct {
		name string
		p    meeting.Proposal
		rule string
		gaps string
	}{
		{"no date", meeting.Proposal{Kind: meeting.AnotherDate}, "R45", "改到"},
		{"past date", meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-12 14:10")}, "R39", "改到"},
		{"no reason for a refusal", meeting.Proposal{Kind: meeting.Decline, Reason: " "}, "R45", "理由"},
		{"no reason for somebody else", meeting.Proposal{Kind: meeting.AnotherOwner, Owner: next}, "R45", "理由"},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := assigned(t, handOut(t))
			if r := refused(t, task.Object(owner, c.p, at(t, "08-12 14:10")), c.rule); fields(r) != c.gaps {
				t.Errorf("gaps %q, want %q", fields(r), c.gaps)
			}
			if task.Proposal != nil || task.Confirm != meeting.NotAnswered {
				t.Error("a refused objection waits all the same")
			}
		})
	}
}

// TestS2_RefusalThenAnotherOwnerThenAnotherDate walks the conversation S-2.
func TestS2_RefusalThenAnotherOwnerThenAnotherDate(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.Decline, Reason: "这周在外场，这活是架构组的"}, at(t, "08-12 14:31")))
	if task.Confirm != meeting.Objected || task.Status != meeting.Unconfirmed {
		t.Fatalf("after the refusal: %s %s", task.Confirm, task.Status)
	}
	r := refused(t, task.AnswerProposal(host, true, time.Time{}, meeting.Nobody, "", at(t, "08-12 14:32")), "R45")
	if fields(r) != "换" {
		t.Errorf("gaps %q, want who instead", fields(r))
	}
	refused(t, task.AnswerProposal(host, true, time.Time{}, owner, "", at(t, "08-12 14:32")), "R45")
	must(t, task.AnswerProposal(host, true, time.Time{}, next, "", at(t, "08-12 14:33")))
	if task.Owner != next || task.Terms != 2 || task.Proposal != nil || task.Confirm != meeting.NotAnswered ||
		!task.AskedAt.Equal(at(t, "08-12 14:33")) {
		t.Fatalf("after the change: %+v", task)
	}
	if h := task.Owners; len(h) != 1 || h[0].From != owner || h[0].To != next || h[0].Reason != "这周在外场，这活是架构组的" {
		t.Errorf("owner history %+v", h)
	}
	refused(t, task.ConfirmBy(owner, 0, at(t, "08-12 14:34")), "R45")
	must(t, task.Object(next, meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-18 18:00")}, at(t, "08-12 14:35")))
	must(t, task.AnswerProposal(host, true, time.Time{}, meeting.Nobody, "", at(t, "08-12 14:36")))
	if task.Status != meeting.NotStarted || task.Confirm != meeting.Confirmed || !task.Due.Equal(at(t, "08-18 18:00")) ||
		!task.OriginalDue.Equal(task.Due) || !task.ConfirmedAt.Equal(at(t, "08-12 14:36")) {
		t.Errorf("their own date, agreed to, is confirmed: %+v", task)
	}
}

func TestR45_HostStandsByTheTask(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.AnotherOwner, Owner: next, Reason: "不归我管"}, at(t, "08-12 15:00")))
	must(t, task.AnswerProposal(host, false, time.Time{}, meeting.Nobody, "只有您熟悉", at(t, "08-12 16:00")))
	if task.Owner != owner || task.Terms != 1 || task.Confirm != meeting.NotAnswered || !task.AskedAt.Equal(at(t, "08-12 16:00")) {
		t.Errorf("asked again on the same terms: %+v", task)
	}
	if c := task.Changes(); c[len(c)-1].Reason != "只有您熟悉" || c[len(c)-1].What != "不同意" {
		t.Errorf("changes %+v", c)
	}
}

func TestR45_ProposedPersonIsTaken(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.AnotherOwner, Owner: helper, Reason: "她熟悉"}, at(t, "08-12 15:00")))
	must(t, task.AnswerProposal(host, true, at(t, "08-19 17:00"), meeting.Nobody, "", at(t, "08-12 16:00")))
	if task.Owner != helper || len(task.Helpers) != 0 || !task.Due.Equal(at(t, "08-19 17:00")) || task.Status != meeting.Unconfirmed {
		t.Errorf("%+v", task)
	}
}

func TestR45_OwnDateThatHasPassedMeanwhileIsNotGranted(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-13 12:00")}, at(t, "08-12 15:00")))
	if r := refused(t, task.AnswerProposal(host, true, time.Time{}, meeting.Nobody, "", at(t, "08-13 12:00")), "R39"); fields(r) != "改到" {
		t.Errorf("gaps %q", fields(r))
	}
}

func TestR45_ConfirmingWithdrawsAnObjection(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.Decline, Reason: "没空"}, at(t, "08-12 15:00")))
	must(t, task.ConfirmBy(owner, 1, at(t, "08-12 15:10")))
	if task.Proposal != nil || task.Status != meeting.NotStarted {
		t.Errorf("%+v", task)
	}
}

func TestR45_HostDecidesAfter24Hours(t *testing.T) {
	task := assigned(t, handOut(t))
	r := refused(t, task.DecideForOwner(host, at(t, "08-13 13:59")), "R45")
	if !strings.Contains(r.Say, "8月13日（周四）14:00后") {
		t.Errorf("says %q, want when it may be", r.Say)
	}
	must(t, task.DecideForOwner(host, at(t, "08-13 14:00")))
	if task.Status != meeting.NotStarted || task.Confirm != meeting.HostDecided || !task.LastSign.IsZero() {
		t.Errorf("%s %s, sign of life %s", task.Status, task.Confirm, task.LastSign)
	}
}

// TestR45_AYesIsToWhatTheCardShowed: a host who taps 同意 on the card of an
// earlier proposal has not agreed to the one that waits now.
func TestR45_AYesIsToWhatTheCardShowed(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-18 18:00")}, at(t, "08-12 14:30")))
	seen := task.Proposal.Version()
	must(t, task.Agrees(seen, task.Proposal.Version()))
	must(t, task.Object(owner, meeting.Proposal{Kind: meeting.AnotherDate, Due: at(t, "08-28 18:00")}, at(t, "08-12 14:31")))
	refused(t, task.Agrees(seen, task.Proposal.Version()), "R45")
	must(t, task.Agrees(0, task.Proposal.Version()))
}
