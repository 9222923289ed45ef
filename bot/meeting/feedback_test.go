package meeting_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

func TestR57_TheWindowIs24HoursOrNoonOfTheNextWorkingDay(t *testing.T) {
	for _, tt := range []struct{ issued, until string }{
		{"08-13 10:05", "08-14 10:05"}, {"08-14 16:00", "08-17 12:00"}, {"09-24 09:00", "09-28 12:00"}, {"09-30 10:00", "10-08 12:00"}, {"10-09 11:00", "10-10 11:00"},
	} {
		if got := meeting.FeedbackUntil(at(t, tt.issued), calendar(t)); !got.Equal(at(t, tt.until)) {
			t.Errorf("issued %s: until %v, want %s", tt.issued, got, tt.until)
		}
	}
}

func TestR62_SilenceIsNoAgreement(t *testing.T) {
	x := issued(t)
	if d := cmp.Diff([]meeting.PersonID{owner, helper, copied, support, decider}, x.Silent()); d != "" {
		t.Error(d)
	}
	must(t, x.MarkRead(owner, at(t, "08-13 11:00")))
	refused(t, x.MarkRead(owner, at(t, "08-13 11:01")), "R56")
	refused(t, x.MarkRead(stranger, at(t, "08-13 11:01")), "R18")
	refused(t, x.Publish(host, 0, "", at(t, "08-14 10:04")), "R59")
	must(t, x.Publish(host, 0, "", at(t, "08-14 10:05")))
	if len(x.Silent()) != 4 {
		t.Error("who was silent has answered by the seal")
	}
}

func TestR57_FeedbackMovesItToRevising(t *testing.T) {
	x := issued(t)
	it, err := x.Give(owner, meeting.Item{Line: 5, Proposal: "改为市场部汇报了调研", Reason: "口径"}, at(t, "08-13 11:00"))
	must(t, err)
	if x.State != meeting.Revising || it.No != 1 || it.Quote != "市场部介绍了调研" || it.Late || x.Reads(owner).Receipt != meeting.HasFeedback {
		t.Errorf("%s %+v", x.State, it)
	}
	if x.Edition() != "v0.2" || x.Latest() != "v0.1" {
		t.Error(x.Edition(), x.Latest())
	}
	_, err = x.Give(owner, meeting.Item{Line: 99, Proposal: "x"}, at(t, "08-13 11:00"))
	refused(t, err, "R57")
	_, err = x.Give(owner, meeting.Item{}, at(t, "08-13 11:00"))
	refused(t, err, "R57")
	_, err = x.Give(stranger, meeting.Item{Proposal: "x"}, at(t, "08-13 11:00"))
	refused(t, err, "R18")
}

func TestR57_FeedbackAfterTheWindowIsKeptAndHoldsNothingUp(t *testing.T) {
	x := issued(t)
	it, err := x.Give(owner, meeting.Item{Proposal: "口径不对"}, at(t, "08-14 10:05"))
	must(t, err)
	if !it.Late || x.State != meeting.Issued || len(x.Waiting()) != 0 {
		t.Errorf("%s %+v", x.State, it)
	}
	must(t, x.Publish(recorder, 0, "", at(t, "08-14 11:00")))
}

func TestR58_WhoAnswersFeedback(t *testing.T) {
	for _, tt := range []struct {
		line     int
		proposal string
		want     meeting.PersonID
	}{
		{0, "决议2的预算口径是含税，纪要没写", recorder}, {5, "介绍改为汇报", recorder},
		{6, "由产品部牵头", host}, {7, "是72%", host}, {0, "我没说过9月1日能到料", host}, {0, "待办要换人", host}, {0, "截止太早", host}, {0, "T-20260812-01-01的交付不对", host},
	} {
		x := issued(t)
		it, err := x.Give(owner, meeting.Item{Line: tt.line, Proposal: tt.proposal}, at(t, "08-13 11:00"))
		must(t, err)
		if x.Answers(it) != tt.want {
			t.Errorf("%d %s is answered by %d", tt.line, tt.proposal, x.Answers(it))
		}
		err = x.Answer(recorder, 1, meeting.Accepted, "", at(t, "08-13 12:00"))
		if (err == nil) != (tt.want == recorder) {
			t.Errorf("%s: the recorder got %v", tt.proposal, err)
		}
		must(t, x.Answer(host, 1, meeting.Accepted, "", at(t, "08-13 12:00")))
	}
}

func TestR58_EveryItemIsAnsweredBeforeTheFinal(t *testing.T) {
	x := revising(t)
	refused(t, x.Publish(host, 0, "", at(t, "08-14 11:00")), "R58")
	refused(t, x.Answer(owner, 1, meeting.Accepted, "", at(t, "08-14 10:30")), "R58")
	refused(t, x.Answer(recorder, 2, meeting.Accepted, "", at(t, "08-14 10:30")), "R58")
	if f := fields(refused(t, x.Answer(recorder, 1, "", "", at(t, "08-14 10:30")), "R58")); f != "结果" {
		t.Error(f)
	}
	for _, v := range []meeting.ItemVerdict{meeting.PartAccepted, meeting.NotAccepted} {
		if f := fields(refused(t, x.Answer(recorder, 1, v, "", at(t, "08-14 10:30")), "R58")); f != "理由" {
			t.Error(f)
		}
	}
	must(t, x.Answer(recorder, 1, meeting.AMessage, "", at(t, "08-14 10:30")))
	must(t, x.Publish(host, 0, "", at(t, "08-14 11:00")))
}

func TestR59_TheFinalIsDueTwoHoursAfterTheWindowOrTheLastAnswer(t *testing.T) {
	x := issued(t)
	if !x.FinalLimit().Equal(at(t, "08-14 12:05")) {
		t.Error(x.FinalLimit())
	}
	for i, p := range x.Silent() {
		must(t, x.MarkRead(p, at(t, "08-13 11:00").Add(time.Duration(i)*time.Minute)))
	}
	if !x.FinalLimit().Equal(at(t, "08-13 13:04")) {
		t.Error(x.FinalLimit())
	}
	must(t, x.Publish(host, 0, "", at(t, "08-13 13:05")))
	if !x.FinalLate() {
		t.Error("a minute late is late")
	}
}

func TestR59_WhatWasRevisedIsApprovedByTheHost(t *testing.T) {
	x := revising(t)
	must(t, x.Answer(recorder, 1, meeting.Accepted, "", at(t, "08-14 10:10")))
	refused(t, x.Publish(recorder, 0, "", at(t, "08-14 10:20")), "R59")
	refused(t, x.Approve(recorder, 0, at(t, "08-14 10:20")), "R59")
	refused(t, x.Approve(host, x.Terms-1, at(t, "08-14 10:20")), "R54")
	must(t, x.Approve(host, x.Terms, at(t, "08-14 10:20")))
	must(t, x.Rewrite(recorder, 5, "预算口径为含税"))
	refused(t, x.Publish(recorder, 0, "", at(t, "08-14 10:25")), "R59")
	must(t, x.Approve(host, 0, at(t, "08-14 10:30")))
	refused(t, x.Publish(owner, 0, "", at(t, "08-14 10:40")), "R59")
	must(t, x.Publish(recorder, x.Terms, "正文", at(t, "08-14 10:40")))
}
