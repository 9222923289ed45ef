package meeting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// spoken lists what minutes will say as they stand: when, what and to whom.
func spoken(t testing.TB, x *meeting.Minutes, kinds ...string) []string {
	t.Helper()
	names := map[meeting.PersonID]string{
		host: "主持", recorder: "记录", support: "发起", owner: "许哲", helper: "赵倩", copied: "马强", decider: "高远",
	}
	due, _ := x.Notices(calendar(t), at(t, "01-01 00:00"), at(t, "12-31 00:00"))
	var out []string
	for _, n := range due {
		if len(kinds) > 0 && !strings.Contains(strings.Join(kinds, " "), n.Kind) {
			continue
		}
		how := ""
		if n.Prompt {
			how = "!"
		}
		if n.Digest {
			how = "~"
		}
		out = append(out, n.At.In(workday.Zone).Format("01-02 15:04")+how+" "+n.Kind+" "+n.Step+" "+names[n.To])
		if !x.Wants(n) {
			t.Errorf("%s %s to %d is not wanted", n.Kind, n.Step, n.To)
		}
		if !n.Prompt && calendar(t).Quiet(n.At) {
			t.Errorf("%s %s falls into quiet time: %v", n.Kind, n.Step, n.At)
		}
	}
	return out
}

func wants(t testing.TB, got []string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestM12_TheRecorderIsToldHowMuchTimeIsLeft(t *testing.T) {
	wants(t, spoken(t, drafted(t, "08-12 15:40"), "M12"),
		"08-12 16:40! M12 60m 记录", "08-12 17:25! M12 105m 记录", "08-12 17:40 M12 120m 主持", "08-12 17:40 M12 120m 记录")
	// It ended at half past seven: the second would fall into the night, the
	// third waits for the morning.
	wants(t, spoken(t, drafted(t, "08-12 19:30"), "M12"),
		"08-12 20:30! M12 60m 记录", "08-13 09:00 M12 120m 主持", "08-13 09:00 M12 120m 记录")
	// On a Saturday the own day's reminders come all the same.
	wants(t, spoken(t, drafted(t, "08-15 10:00"), "M12"),
		"08-15 11:00! M12 60m 记录", "08-15 11:45! M12 105m 记录", "08-17 09:00 M12 120m 主持", "08-17 09:00 M12 120m 记录")
	if got := spoken(t, handedIn(t), "M12"); len(got) > 0 {
		t.Errorf("after the submission: %v", got)
	}
}

func TestM13_TheReviewerIsAskedAgain(t *testing.T) {
	wants(t, spoken(t, handedIn(t), "M13"), "08-13 09:00 M13 4h 主持", "08-13 11:40 M13 20h 主持")
	x := handedIn(t)
	must(t, x.Deputise(host, helper))
	wants(t, spoken(t, x, "M13"), "08-13 09:00 M13 4h 赵倩", "08-13 11:40 M13 20h 主持", "08-13 11:40 M13 20h 赵倩")
	// Submitted after the twenty hours: that reminder would come before it.
	y := drafted(t, "08-12 15:40")
	must(t, submit(t, y, "08-13 13:00"))
	wants(t, spoken(t, y, "M13"), "08-13 17:00 M13 4h 主持")
	if got := spoken(t, sentBack(t), "M13"); len(got) > 0 {
		t.Errorf("after it came back: %v", got)
	}
}

func TestM14_BeforeAndAfterThe24Hours(t *testing.T) {
	want := []string{
		"08-13 13:40 M14 22h 主持", "08-13 13:40 M14 22h 发起", "08-13 13:40 M14 22h 记录",
		"08-13 15:40 M14 24h 主持", "08-13 15:40 M14 24h 发起", "08-13 15:40 M14 24h 记录",
	}
	for _, x := range []*meeting.Minutes{drafted(t, "08-12 15:40"), handedIn(t), sentBack(t)} {
		wants(t, spoken(t, x, "M14"), want...)
	}
	// Over a weekend: before the limit moves back to Friday, after it to Monday.
	got := spoken(t, drafted(t, "08-14 15:40"), "M14")
	if got[0] != "08-14 18:00 M14 22h 主持" || got[3] != "08-17 09:00 M14 24h 主持" {
		t.Error(got)
	}
	// A meeting that ended on Friday night has nothing to be reminded of before.
	if got := spoken(t, drafted(t, "08-14 20:40"), "M14"); len(got) != 3 || !strings.Contains(got[0], "24h") {
		t.Error(got)
	}
	if got := spoken(t, issued(t), "M14"); len(got) > 0 {
		t.Errorf("after the issue: %v", got)
	}
}

func TestM15_ReadersWhoHaveNotAnsweredAreAskedOnceMore(t *testing.T) {
	x := issued(t)
	for _, p := range []meeting.PersonID{helper, copied, support, decider} {
		must(t, x.MarkRead(p, at(t, "08-13 11:00")))
	}
	wants(t, spoken(t, x, "M15"), "08-13 18:00 M15 2h 许哲", "08-14 09:00~ M15 nwd 许哲")
	must(t, x.MarkRead(owner, at(t, "08-13 11:30")))
	if got := spoken(t, x, "M15"); len(got) > 0 {
		t.Errorf("who answered is asked: %v", got)
	}
	y := issuedAt(t, handedIn(t), "08-13 15:00")
	if got := spoken(t, y, "M15"); got[0] != "08-14 09:00~ M15 nwd 许哲" || got[len(got)-1][:11] != "08-14 13:00" {
		t.Error(got)
	}
	// Issued at six: two hours before the window closes are in office hours.
	z := issuedAt(t, handedIn(t), "08-13 18:30")
	if got := spoken(t, z, "M15"); got[len(got)-1][:11] != "08-14 16:30" {
		t.Error(got)
	}
}

func TestM16_TheRecorderIsToldToPublish(t *testing.T) {
	wants(t, spoken(t, issued(t), "M16"), "08-14 10:05 M16 close 记录", "08-14 11:35 M16 90m 记录")
	x := issued(t)
	for _, p := range x.Silent() { // all answered before the window closes: told at once, then before the limit
		must(t, x.MarkRead(p, at(t, "08-13 11:00")))
	}
	wants(t, spoken(t, x, "M16"), "08-13 12:30 M16 90m 记录")
	// The window closes in the evening: M16 waits for the morning, and half an
	// hour before the limit falls away.
	wants(t, spoken(t, issuedAt(t, handedIn(t), "08-12 21:30"), "M16"), "08-14 09:00 M16 close 记录")
	if got := spoken(t, sealedOne(t)); len(got) > 0 {
		t.Errorf("what is sealed says %v", got)
	}
}

// TestMinutes_WantsNothingThatIsOver: whatever was computed in one state is not
// said in the next.
func TestMinutes_WantsNothingThatIsOver(t *testing.T) {
	states := []func(testing.TB) *meeting.Minutes{
		func(t testing.TB) *meeting.Minutes { return drafted(t, "08-12 15:40") }, handedIn, issued, sealedOne,
	}
	for i, stand := range states {
		due, _ := stand(t).Notices(calendar(t), at(t, "01-01 00:00"), at(t, "12-31 00:00"))
		for _, n := range due {
			for _, later := range states[i+1:] {
				x := later(t)
				if x.Wants(n) && n.Kind != meeting.ToIssue || x.Wants(n) && !x.IssuedAt.IsZero() {
					t.Errorf("%s %s is still said in %s", n.Kind, n.Step, x.State)
				}
			}
		}
	}
	x := issued(t)
	if x.Wants(meeting.Notice{Kind: "M1"}) {
		t.Error("minutes want what is not theirs")
	}
}

// TestS5_TheInstants are those of the conversation.
func TestS5_TheInstants(t *testing.T) {
	x := drafted(t, "08-12 15:40")
	due, next := x.Notices(calendar(t), at(t, "08-12 15:40"), at(t, "08-12 16:40"))
	if len(due) != 1 || due[0].Step != "60m" || x.DraftDue.Sub(due[0].At) != time.Hour || !next.Equal(at(t, "08-12 17:25")) {
		t.Errorf("%+v, next %v", due, next)
	}
	must(t, submit(t, x, "08-12 17:32"))
	if !x.DraftAt.Before(x.DraftDue) || x.Edition() != "v0.1" {
		t.Error(x.DraftAt, x.Edition())
	}
	must(t, x.SendBack(host, "议题1漏了第3个节点", 0))
	must(t, submit(t, x, "08-13 09:20"))
	if !x.DraftAt.Equal(at(t, "08-12 17:32")) || !x.SubmittedAt.Equal(at(t, "08-13 09:20")) {
		t.Error(x.DraftAt, x.SubmittedAt)
	}
	issuedAt(t, x, "08-13 10:05")
	if x.Edition() != "v0.2" || !x.IssuedAt.Before(x.IssueDue) || !x.FeedbackUntil.Equal(at(t, "08-14 10:05")) {
		t.Error(x.Edition(), x.IssuedAt, x.FeedbackUntil)
	}
	for _, what := range []string{"决议2的预算口径是含税，纪要没写", "我没说过9月1日能到料"} {
		_, err := x.Give(copied, meeting.Item{Proposal: what}, at(t, "08-13 14:00"))
		must(t, err)
	}
	due, _ = x.Notices(calendar(t), at(t, "08-14 10:04"), at(t, "08-14 10:05"))
	if len(due) != 1 || due[0].Kind != meeting.ToFinalise || due[0].To != recorder || !x.FinalLimit().Equal(at(t, "08-14 12:05")) {
		t.Errorf("%+v", due)
	}
	must(t, x.Answer(recorder, 1, meeting.Accepted, "", at(t, "08-14 10:20")))
	refused(t, x.Answer(recorder, 2, meeting.NotAccepted, "签到和记录里有", at(t, "08-14 10:21")), "R58")
	must(t, x.Answer(host, 2, meeting.PartAccepted, "待生产部08-19前书面确认", at(t, "08-14 11:00")))
	must(t, x.Approve(host, 0, at(t, "08-14 11:40")))
	must(t, x.Publish(recorder, 0, "正文", at(t, "08-14 11:50")))
	if x.FinalLate() || !x.FinalDue.Equal(at(t, "08-14 12:05")) {
		t.Error(x.FinalDue)
	}
	hash := x.Hash
	if err := x.Rewrite(recorder, 1, "72%"); err == nil || x.Hash != hash || x.Text != "正文" {
		t.Error("a sealed text was changed", err)
	}
}
