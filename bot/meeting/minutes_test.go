package meeting_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
	"huiban/bot/wording"
)

// held is the meeting of S-5 as 散会 leaves it: one topic decided, one undecided.
func held(t testing.TB, ended string) *meeting.Meeting {
	t.Helper()
	m := &meeting.Meeting{
		ID: 7, No: "产品-20260812-01", Title: "新产品评审会", Chat: "g", Initiator: support, Host: host, Recorder: recorder,
		Goals: []string{"A/B方案二选一"}, Ended: at(t, ended), Status: meeting.Over,
		Topics: []meeting.Topic{
			{Seq: 1, Title: "里程碑", Status: meeting.Undecided}, {Seq: 2, Title: "A/B方案", Status: meeting.Concluded},
		},
		Parked: []meeting.Parked{{Text: "渠道政策"}}, CC: []meeting.PersonID{decider},
		Entries: []meeting.Entry{
			{ID: 1, Kind: meeting.Point, Topic: 2, Text: "市场部介绍了调研"},
			{ID: 2, Kind: meeting.Conclusion, Topic: 2, Text: "同意采用A方案"},
			{ID: 3, Kind: meeting.Basis, Topic: 2, Of: 2, Text: "70%用户偏好A功能"},
			{ID: 4, Kind: meeting.Point, Topic: 1, Text: "节点1在9月"},
			{ID: 5, Kind: meeting.Point, Topic: 1, Text: "收回的话", Withdrawn: true},
			{ID: 6, Kind: meeting.Unsettled, Topic: 1, Text: "节点2何时", Dispute: 3},
		},
	}
	for _, p := range []meeting.PersonID{host, recorder, owner, helper, copied} {
		m.Participants = append(m.Participants, meeting.Participant{Person: p})
	}
	m.Participants[4].RSVP = meeting.Absent
	return m
}

func dispute(t testing.TB) *meeting.Dispute {
	t.Helper()
	return &meeting.Dispute{
		ID: 3, Topic: 1, Kind: meeting.Disagreed, Question: "节点2何时", Status: meeting.Pending, Decider: decider, DecideBy: at(t, "08-19 17:00"),
		Views: []meeting.View{{Person: owner, Text: "12月", Reason: "测试2人"}, {Person: helper, Text: "11月"}},
	}
}

func drafted(t testing.TB, ended string) *meeting.Minutes {
	t.Helper()
	x := meeting.DraftMinutes(held(t, ended), []*meeting.Dispute{dispute(t)})
	x.ID = 5
	x.Changes()
	return x
}

func submit(t testing.TB, x *meeting.Minutes, when string) error {
	t.Helper()
	return x.Submit(recorder, meeting.Lacking{}, wording.DefaultLists(), "草稿", at(t, when))
}

func readers(t testing.TB) []meeting.Reader {
	t.Helper()
	all, err := newBook().Everyone()
	must(t, err)
	return meeting.ReadersOf(held(t, "08-12 15:40"), all)
}

func handedIn(t testing.TB) *meeting.Minutes {
	t.Helper()
	x := drafted(t, "08-12 15:40")
	must(t, submit(t, x, "08-12 17:32"))
	return x
}

func sentBack(t testing.TB) *meeting.Minutes {
	t.Helper()
	x := handedIn(t)
	must(t, x.SendBack(host, "议题1漏了第3个节点", 0))
	return x
}

func issuedAt(t testing.TB, x *meeting.Minutes, when string) *meeting.Minutes {
	t.Helper()
	must(t, x.Issue(x.Reviews(), 0, readers(t), "分发稿", at(t, when), calendar(t)))
	return x
}

func issued(t testing.TB) *meeting.Minutes {
	t.Helper()
	return issuedAt(t, handedIn(t), "08-13 10:05")
}

func revising(t testing.TB) *meeting.Minutes {
	t.Helper()
	x := issued(t)
	_, err := x.Give(owner, meeting.Item{Proposal: "预算口径是含税"}, at(t, "08-13 11:00"))
	must(t, err)
	return x
}

func sealedOne(t testing.TB) *meeting.Minutes {
	t.Helper()
	x := issued(t)
	must(t, x.Publish(host, 0, "终稿正文，70%用户偏好A功能", at(t, "08-14 10:30")))
	x.Changes()
	return x
}

func TestR50_TheDraftHoldsTheRecordAndNothingElse(t *testing.T) {
	x := drafted(t, "08-12 15:40")
	var got []string
	for _, l := range x.Lines {
		got = append(got, string(l.Kind)+"："+l.Text)
	}
	want := []string{
		"讨论要点：节点1在9月", "分歧：12月，理由：测试2人", "分歧：11月",
		"未决：节点2何时，由" + decider.Token() + "于8月19日（周三）17:00前决定",
		"讨论要点：市场部介绍了调研", "结论：同意采用A方案", "依据：70%用户偏好A功能", "：渠道政策",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !x.DraftDue.Equal(at(t, "08-12 17:40")) || !x.IssueDue.Equal(at(t, "08-13 15:40")) {
		t.Errorf("clocks: %v, %v", x.DraftDue, x.IssueDue)
	}
	if x.Lines[1].Speaker != owner {
		t.Error("a view has lost whose it is")
	}
}

func TestQ2_BothClocksAreStrictNaturalHours(t *testing.T) {
	x := drafted(t, "08-14 20:30") // a Friday evening
	if !x.DraftDue.Equal(at(t, "08-14 22:30")) || !x.IssueDue.Equal(at(t, "08-15 20:30")) {
		t.Errorf("clocks: %v, %v", x.DraftDue, x.IssueDue)
	}
}

func TestR32_AConclusionWithoutABasisIsKnown(t *testing.T) {
	x := drafted(t, "08-12 15:40")
	if len(x.Based(6)) != 1 {
		t.Error("the basis of a conclusion is not found")
	}
	must(t, x.Delete(recorder, 7))
	if len(x.Based(6)) != 0 {
		t.Error("a conclusion without its basis has one")
	}
}

func TestR51_AnEmptyPartBlocksUnlessItSaysNone(t *testing.T) {
	m := held(t, "08-12 15:40")
	m.Entries, m.Parked = nil, nil
	x := meeting.DraftMinutes(m, nil)
	lacks := x.Lacks(m, 0)
	if d := cmp.Diff([]meeting.Section{meeting.Discussion, meeting.Resolutions, meeting.TaskList}, lacks.Parts); d != "" {
		t.Fatal(d)
	}
	r := refused(t, x.Submit(recorder, lacks, wording.DefaultLists(), "", at(t, "08-12 16:00")), "R51")
	if !strings.Contains(r.Say, "“决议事项”是空的") {
		t.Error(r.Say)
	}
	for _, part := range lacks.Parts {
		must(t, x.SayNone(recorder, part))
	}
	if lacks = x.Lacks(m, 0); !lacks.None() {
		t.Errorf("still lacking: %+v", lacks)
	}
	refused(t, x.SayNone(recorder, meeting.BasicFacts), "R51")
	_, err := x.Insert(recorder, meeting.Line{Section: meeting.Resolutions, Topic: 2, Kind: meeting.Conclusion, Text: "暂缓"})
	must(t, err)
	if slices.Contains(x.Stated, string(meeting.Resolutions)) {
		t.Error("a part with a line still says 无")
	}
}

func TestR49_GapsOfTheMeetingBlockTheReview(t *testing.T) {
	m := held(t, "08-12 15:40")
	m.Topics[0].Status = meeting.Waiting
	m.Entries = append(m.Entries[:5], meeting.Entry{ID: 9, Kind: meeting.ToDo, Text: "尽快整理竞品资料", Lacks: []string{"责任人"}})
	x := meeting.DraftMinutes(m, nil)
	lacks := x.Lacks(m, 1)
	if len(lacks.Topics) != 1 || lacks.Topics[0] != 1 || len(lacks.ToDos) != 1 {
		t.Fatalf("lacking: %+v", lacks)
	}
	refused(t, x.Submit(recorder, lacks, wording.DefaultLists(), "", at(t, "08-12 16:00")), "R51")
	_, err := x.Insert(recorder, meeting.Line{Section: meeting.Discussion, Topic: 1, Kind: meeting.Unsettled, Text: "下次再议"})
	must(t, err)
	_, err = x.Insert(recorder, meeting.Line{Section: meeting.OtherWork, Entry: 9, Text: "尽快整理竞品资料"})
	must(t, err)
	if lacks = x.Lacks(m, 1); !lacks.None() {
		t.Errorf("still lacking: %+v", lacks)
	}
}

func TestR52_WordsOfOpinionAreRewrittenOrQuoted(t *testing.T) {
	x := drafted(t, "08-12 15:40")
	must(t, x.Rewrite(recorder, 5, "我认为研发排期太慢"))
	hits := x.Subjective(wording.DefaultLists())
	if len(hits) != 1 || hits[0].Line != 5 || strings.Join(hits[0].Words, " ") != "我认为 太慢" {
		t.Fatalf("%+v", hits)
	}
	r := refused(t, submit(t, x, "08-12 17:32"), "R52")
	if !strings.Contains(r.Say, "第5行“我认为研发排期太慢”含主观表述") {
		t.Error(r.Say)
	}
	must(t, x.Quote(recorder, 5, helper))
	if len(x.Subjective(wording.DefaultLists())) != 0 || x.Lines[4].Speaker != helper {
		t.Error("a quoted view is still asked about")
	}
	_, err := x.Insert(recorder, meeting.Line{Section: meeting.Discussion, Topic: 1, Kind: meeting.Point, Text: "节点3在12月"})
	must(t, err)
	if d := cmp.Diff([]int{6}, x.Quotes); d != "" {
		t.Error("the quote did not follow its line: " + d)
	}
	must(t, x.Rewrite(recorder, 6, "好像太慢"))
	refused(t, submit(t, x, "08-12 17:32"), "R52")
	must(t, x.Rewrite(recorder, 6, "研发部排期为8周，市场部要求6周"))
	must(t, submit(t, x, "08-12 17:32"))
}

func TestR54_OnlyTheHostOrTheDeputyReviews(t *testing.T) {
	for _, who := range []meeting.PersonID{recorder, owner, decider, stranger, support} {
		x := handedIn(t)
		refused(t, x.MayIssue(who, 0), "R54")
		refused(t, x.SendBack(who, "不好", 0), "R54")
		refused(t, x.Issue(who, 0, readers(t), "", at(t, "08-13 10:05"), calendar(t)), "R54")
		refused(t, x.Deputise(who, who), "R54")
	}
	x := handedIn(t)
	refused(t, x.Deputise(host, recorder), "R54")
	if f := fields(refused(t, x.Deputise(host, meeting.Nobody), "R54")); f != "代审人" {
		t.Error(f)
	}
	must(t, x.Deputise(host, helper))
	refused(t, x.MayIssue(host, 0), "R54")
	must(t, x.MayIssue(helper, 0))
	must(t, x.Deputise(host, host))
	must(t, x.MayIssue(host, 0))
}

func TestR54_SendingBackNeedsAReasonAndCountsTheVersionUp(t *testing.T) {
	x := handedIn(t)
	if f := fields(refused(t, x.SendBack(host, " ", 0), "R54")); f != "原因" || x.Edition() != "v0.1" {
		t.Error(f, x.Edition())
	}
	must(t, x.SendBack(host, "漏了节点3", 0))
	if x.State != meeting.SentBack || x.Edition() != "v0.2" || x.ReviewNote != "漏了节点3" {
		t.Error(x.State, x.Edition(), x.ReviewNote)
	}
}

func TestR54_AnOldCardDoesNotLetAnythingOut(t *testing.T) {
	x := handedIn(t)
	seen := x.Terms
	must(t, x.SendBack(host, "漏了节点3", seen))
	must(t, submit(t, x, "08-13 09:20"))
	refused(t, x.Issue(host, seen, readers(t), "", at(t, "08-13 10:05"), calendar(t)), "R54")
	refused(t, x.SendBack(host, "再改", seen), "R54")
	must(t, x.Issue(host, x.Terms, readers(t), "", at(t, "08-13 10:05"), calendar(t)))
}

func TestR55_ItGoesToEverybodyAlsoTheAbsent(t *testing.T) {
	m := held(t, "08-12 15:40")
	m.NeedToKnow = []string{"质量部"}
	b := newBook()
	b.set(acceptor, func(p *meeting.Person) { p.Department = "质量部" })
	b.set(gone, func(p *meeting.Person) { p.Department = "质量部" })
	b.set(owner, func(p *meeting.Person) { p.Department = "质量部" })
	all, err := b.Everyone()
	must(t, err)
	got := map[meeting.PersonID]meeting.ReaderKind{}
	for _, r := range meeting.ReadersOf(m, all) {
		if got[r.Person] != "" {
			t.Errorf("person %d stands there twice", r.Person)
		}
		got[r.Person] = r.Why
	}
	want := map[meeting.PersonID]meeting.ReaderKind{
		host: meeting.TookPart, recorder: meeting.TookPart, owner: meeting.TookPart, helper: meeting.TookPart, copied: meeting.TookPart,
		support: meeting.TookPart, acceptor: meeting.NeedsIt, decider: meeting.GetsACopy,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestR55_AnIssueAfter24HoursIsFlagged(t *testing.T) {
	if issuedAt(t, handedIn(t), "08-13 15:40").IssuedLate() {
		t.Error("at the last minute is in time")
	}
	x := issuedAt(t, handedIn(t), "08-13 15:41")
	if !x.IssuedLate() || !slices.ContainsFunc(x.Changes(), func(c meeting.Change) bool { return c.Reason == "已超24小时" }) {
		t.Error("a late issue is not flagged")
	}
}

func TestR60_TheSealIsTheHashOfTheText(t *testing.T) {
	x := sealedOne(t)
	if x.Edition() != "v1.0" || x.Hash != meeting.HashOf(x.Text) || len(x.Hash) != 64 || x.Code() != strings.ToUpper(x.Hash[:8]) {
		t.Error(x.Edition(), x.Hash, x.Code())
	}
	for _, code := range []string{x.Code(), strings.ToLower(x.Code()), x.Hash, " " + x.Code() + " "} {
		if same, intact := x.Matches(code); !same || !intact {
			t.Errorf("%q does not match", code)
		}
	}
	for _, code := range []string{"", x.Hash[:7], "00000000", x.Hash + "0"} {
		if same, _ := x.Matches(code); same {
			t.Errorf("%q matches", code)
		}
	}
	x.Text += "。"
	if _, intact := x.Matches(x.Code()); intact {
		t.Error("a changed text is intact")
	}
}

func TestR61_AnErratumIsApprovedAndSealedAndLeavesTheMinutes(t *testing.T) {
	b, of := newBook(), sealedOne(t)
	good := meeting.Erratum{Was: "70%用户", Now: "72%用户", Reason: "资料有误", By: owner}
	_, err := meeting.StartErratum(b, issued(t), meeting.AnErratum, good, nil)
	refused(t, err, "R61")
	other := good
	other.By = stranger
	_, err = meeting.StartErratum(b, of, meeting.AnErratum, other, nil)
	refused(t, err, "R18")
	_, err = meeting.StartErratum(b, of, meeting.AnErratum, meeting.Erratum{By: owner}, nil)
	if f := fields(refused(t, err, "R61")); f != "原文 更正 原因" {
		t.Error(f)
	}
	_, err = meeting.StartErratum(b, of, meeting.AnErratum, meeting.Erratum{Was: "没有的话", Now: "x", Reason: "y", By: owner}, nil)
	if f := fields(refused(t, err, "R61")); f != "原文" {
		t.Error(f)
	}
	x, err := meeting.StartErratum(b, of, meeting.AnErratum, good, nil)
	must(t, err)
	if x.No != "产品-20260812-01-勘1" || x.Of != of.ID || x.Reviews() != host || len(x.Readers) != len(of.Readers) {
		t.Errorf("%+v", x)
	}
	must(t, x.SubmitErratum(owner, "勘误", at(t, "08-17 09:30")))
	refused(t, x.PassErratum(owner, 0, "勘误", at(t, "08-17 10:00")), "R54")
	refused(t, x.Issue(host, 0, readers(t), "", at(t, "08-17 10:00"), calendar(t)), "R61")
	must(t, x.PassErratum(host, x.Terms, "勘误", at(t, "08-17 10:00")))
	if x.State != meeting.Final || x.Hash != meeting.HashOf("勘误") || x.IssuedAt.IsZero() {
		t.Error(x.State)
	}
	_, err = meeting.StartErratum(b, x, meeting.AnErratum, good, nil)
	refused(t, err, "R61")
	s, err := meeting.StartErratum(b, of, meeting.ASupplement, meeting.Erratum{Now: "样品由生产部保管", Reason: "漏记", By: owner}, nil)
	must(t, err)
	if s.No != "产品-20260812-01-补1" {
		t.Error(s.No)
	}
	must(t, s.SubmitErratum(owner, "", at(t, "08-17 09:30")))
	must(t, s.SendBack(host, "会上没说", 0))
	again, err := meeting.StartErratum(b, of, meeting.ASupplement, meeting.Erratum{Now: "会后补充", Reason: "漏记", By: owner}, []*meeting.Minutes{s})
	must(t, err)
	if again.No != s.No || again.State != meeting.Drafting {
		t.Error(again.No, again.State)
	}
}

func TestR65_TasksEnterAtTheFirstIssueOnly(t *testing.T) {
	a := handOut(t)
	a.Source = meeting.FromMeeting
	k := confirmed(t, a)
	if k.InLedger() {
		t.Error("in the ledger before the issue")
	}
	if !k.Enter(host, at(t, "08-13 10:05")) || !k.InLedger() {
		t.Error("not in the ledger after the issue")
	}
	if k.Enter(host, at(t, "08-14 10:05")) || !k.IssuedAt.Equal(at(t, "08-13 10:05")) {
		t.Error("a second issue moved it")
	}
	u := assigned(t, a)
	u.Enter(host, at(t, "08-13 10:05"))
	if u.InLedger() {
		t.Error("an unconfirmed task is in the ledger")
	}
	must(t, u.ConfirmBy(owner, 0, at(t, "08-13 11:00")))
	if !u.InLedger() {
		t.Error("not in the ledger once confirmed")
	}
}

func TestMeeting_IsTrackedOnceItsMinutesAreOut(t *testing.T) {
	for _, s := range []meeting.MeetingStatus{meeting.Planned, meeting.Noticed, meeting.CalledOff, meeting.Live, meeting.Adjourned, meeting.Failed, meeting.Tracking, meeting.Archived} {
		m := &meeting.Meeting{Status: s}
		if m.Track(host); m.Status != s || len(m.Changes()) > 0 {
			t.Errorf("%s became %s", s, m.Status)
		}
	}
	m := &meeting.Meeting{Status: meeting.Over}
	if m.Track(host); m.Status != meeting.Tracking || len(m.Changes()) != 1 {
		t.Error(m.Status)
	}
}

func TestMinutes_OnlyTheRecorderWritesTheDraft(t *testing.T) {
	for _, who := range []meeting.PersonID{host, owner, decider, stranger} {
		refused(t, drafted(t, "08-12 15:40").Rewrite(who, 1, "x"), "R50")
	}
	must(t, issued(t).Rewrite(host, 1, "x"))
	refused(t, issued(t).Rewrite(owner, 1, "x"), "R50")
	x := drafted(t, "08-12 15:40")
	refused(t, x.Rewrite(recorder, 9, "x"), "R51")
	refused(t, x.Rewrite(recorder, 1, " \n "), "R51")
	refused(t, x.Rewrite(recorder, 1, strings.Repeat("长", 501)), "R51")
	refused(t, x.Reach(recorder, 2, "达成"), "R51")
	refused(t, x.Reach(recorder, 1, "还行"), "R51")
}

func TestMinutes_FollowTheRolesUntilTheSeal(t *testing.T) {
	m := held(t, "08-12 15:40")
	m.Host, m.Recorder = leader, next
	x := handedOver(t, m)
	refused(t, x.MayIssue(host, 0), "R54")
	must(t, x.MayIssue(leader, 0))
	if x.Recorder != next {
		t.Error(x.Recorder)
	}
	f := sealedOne(t)
	if f.Follow(m); f.Host != host || f.Recorder != recorder {
		t.Error("what is sealed follows")
	}
}

// handedOver are submitted minutes after the meeting's roles changed hands.
func handedOver(t testing.TB, m *meeting.Meeting) *meeting.Minutes {
	t.Helper()
	x := handedIn(t)
	x.Follow(m)
	return x
}
