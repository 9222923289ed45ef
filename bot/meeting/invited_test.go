package meeting_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// departments of the cast, for invitations and opinions.
func departments() *book {
	b := newBook()
	for p, d := range map[meeting.PersonID]string{
		host: "产品部", owner: "研发部", helper: "市场部", copied: "生产部", decider: "总经办", next: "研发部", support: "市场部", stranger: "采购部", admin: "项目办",
	} {
		b.set(p, func(one *meeting.Person) { one.Department = d })
	}
	return b
}

// invited is the meeting of the demo: Wednesday 08-12 14:00, noticed on Monday
// 08-10 at 09:40; 研发部, 市场部 and 生产部 are asked for opinions.
func invited(t testing.TB) *meeting.Meeting {
	t.Helper()
	return invitedTo(t, "08-12 14:00", "08-10 09:40")
}

func invitedTo(t testing.TB, start, noticed string) *meeting.Meeting {
	t.Helper()
	return &meeting.Meeting{
		ID: 5, Title: "新品A方案评审会", Initiator: host, Host: host, Recorder: admin, CC: ids(leader),
		Start: at(t, start), End: at(t, start).Add(90 * time.Minute), Status: meeting.Noticed, NoticedAt: at(t, noticed),
		Topics: []meeting.Topic{
			{Seq: 1, Title: "A/B方案二选一", Output: meeting.ADecision, Minutes: 30, Needs: []string{"研发部", "市场部"}},
			{Seq: 2, Title: "研发节点", Output: meeting.ATaskList, Minutes: 30, Needs: []string{"研发部", "生产部"}},
			{Seq: 3, Title: "包装打样", Output: meeting.APlan, Minutes: 20},
		},
		Participants: []meeting.Participant{
			{Person: host, Department: "产品部", Tier: meeting.Doer}, {Person: admin, Department: "项目办", Tier: meeting.Support},
			{Person: decider, Department: "总经办", Tier: meeting.Decider}, {Person: owner, Department: "研发部", Tier: meeting.Doer},
			{Person: helper, Department: "市场部", Tier: meeting.Doer}, {Person: copied, Department: "生产部", Tier: meeting.Doer},
		},
	}
}

func comes() meeting.Response { return meeting.Response{RSVP: meeting.Comes} }

func away(why string) meeting.Response { return meeting.Response{RSVP: meeting.Absent, Reason: why} }

func proxy(p meeting.PersonID) meeting.Response {
	return meeting.Response{RSVP: meeting.ByProxy, Proxy: p}
}

// says checks a refusal: its rule and words in it.
func says(t *testing.T, err error, rule string, words ...string) {
	t.Helper()
	var r *meeting.Refusal
	if !errors.As(err, &r) || r.Rule != rule {
		t.Errorf("want a refusal by %s, got %v", rule, err)
		return
	}
	for _, w := range words {
		if !strings.Contains(r.Error(), w) {
			t.Errorf("%q does not say %q", r.Error(), w)
		}
	}
}

func gapped(t *testing.T, err error, fields ...string) {
	t.Helper()
	var r *meeting.Refusal
	if !errors.As(err, &r) {
		t.Errorf("want gaps %v, got %v", fields, err)
		return
	}
	var got []string
	for _, g := range r.Gaps {
		got = append(got, g.Field)
	}
	if diff := cmp.Diff(fields, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

func TestR14_EachAnswersForThemselvesUntilTheMeetingStarts(t *testing.T) {
	m, b := invited(t), departments()
	must(t, m.Respond(b, owner, comes(), at(t, "08-10 10:00")))
	must(t, m.Respond(b, owner, away("出差"), at(t, "08-11 10:00")))
	must(t, m.Respond(b, owner, proxy(next), at(t, "08-12 13:59")))
	p := m.Participant(owner)
	if p.RSVP != meeting.ByProxy || p.Proxy != next || p.Reason != "" || !p.At.Equal(at(t, "08-12 13:59")) {
		t.Errorf("after three changes of mind: %+v", p)
	}
	if !m.Involves(next) || m.StandsInFor(next) != owner {
		t.Error("the proxy is no reader")
	}
	must(t, m.Respond(b, owner, comes(), at(t, "08-12 14:05")))
	if m.Involves(next) || p.Proxy != meeting.Nobody {
		t.Error("who need not come still reads")
	}
	if m.Replied() != 1 || len(m.Said(meeting.Unanswered)) != 5 {
		t.Errorf("%d replied", m.Replied())
	}
}

func TestR14_WhoIsNoParticipantIsTold(t *testing.T) {
	m, b := invited(t), departments()
	says(t, m.Respond(b, stranger, comes(), at(t, "08-10 10:00")), "R14", "不在", host.Token())
	must(t, m.Respond(b, owner, proxy(next), at(t, "08-10 10:00")))
	says(t, m.Respond(b, next, away(""), at(t, "08-10 11:00")), "R14", "代"+owner.Token(), "由本人改")
	says(t, m.Respond(b, leader, comes(), at(t, "08-10 10:00")), "R14", "不在")
}

func TestR14_AProxyIsAnotherColleagueWhoComes(t *testing.T) {
	for name, c := range map[string]struct {
		proxy meeting.PersonID
		say   string
	}{
		"nobody": {meeting.Nobody, "请谁代您参会"}, "self": {owner, "另一位同事"}, "who left": {gone, "已离职"},
		"unknown": {99, "没有找到"}, "who is away": {helper, "自己也来不了"},
	} {
		t.Run(name, func(t *testing.T) {
			m, b := invited(t), departments()
			must(t, m.Respond(b, helper, away(""), at(t, "08-10 10:00")))
			err := m.Respond(b, owner, proxy(c.proxy), at(t, "08-10 10:30"))
			says(t, err, "R14", c.say)
			gapped(t, err, "代参会人")
			if m.Participant(owner).RSVP != meeting.Unanswered {
				t.Error("it was written")
			}
		})
	}
}

// TestR14_ReasonIsErasedAndNeverAudited: it stands in the meeting until it is
// over and nowhere else (Q10).
func TestR14_ReasonIsErasedAndNeverAudited(t *testing.T) {
	m, b := invited(t), departments()
	must(t, m.Respond(b, owner, away("家里有事"), at(t, "08-10 10:00")))
	must(t, m.Respond(b, helper, away("体检"), at(t, "08-10 10:00")))
	must(t, m.Respond(b, helper, comes(), at(t, "08-10 11:00")))
	if m.Participant(owner).Reason != "家里有事" || m.Participant(helper).Reason != "" {
		t.Errorf("%+v", m.Participants)
	}
	m.EraseReasons()
	if m.Participant(owner).Reason != "" || m.Participant(owner).RSVP != meeting.Absent {
		t.Errorf("after 散会: %+v", m.Participant(owner))
	}
	m.EraseReasons()
	var whats []string
	for _, c := range m.Changes() {
		whats = append(whats, c.What)
		if all := fmt.Sprint(c); strings.Contains(all, "家里") || strings.Contains(all, "体检") {
			t.Errorf("audited: %s", all)
		}
	}
	if diff := cmp.Diff([]string{"请假", "请假", "参加", "清除请假原因"}, whats); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

// TestR14_ReasonGoesWithAMoveAndACancellation: there is no 散会 then to erase it.
func TestR14_ReasonGoesWithAMoveAndACancellation(t *testing.T) {
	b := departments()
	for name, change := range map[string]func(*meeting.Meeting){
		"moved": func(m *meeting.Meeting) {
			must(t, m.Propose(host, meeting.Move{Start: at(t, "08-14 14:00"), Reason: "出差"}, at(t, "08-10 11:00"), calendar(t)))
			must(t, m.SendPending(host, false, 0, at(t, "08-10 11:01"), calendar(t)))
		},
		"cancelled": func(m *meeting.Meeting) {
			must(t, m.ProposeCancel(host, "不开了", at(t, "08-10 11:00")))
			must(t, m.SendPending(host, true, 0, at(t, "08-10 11:01"), calendar(t)))
		},
	} {
		m := invited(t)
		must(t, m.Respond(b, owner, away("家里有事"), at(t, "08-10 10:00")))
		change(m)
		if m.Participant(owner).Reason != "" {
			t.Errorf("%s: the reason is kept", name)
		}
	}
}

// everyStatus are 3.2's states of a meeting.
func everyStatus() []meeting.MeetingStatus {
	return []meeting.MeetingStatus{
		meeting.Planned, meeting.Noticed, meeting.CalledOff, meeting.Live, meeting.Adjourned,
		meeting.Failed, meeting.Over, meeting.Tracking, meeting.Archived,
	}
}

// TestMachine_BeforeTheMeeting: each act in each state; what is not listed is
// refused with how the meeting stands, and changes nothing.
func TestMachine_BeforeTheMeeting(t *testing.T) {
	now := at(t, "08-10 10:00")
	move := meeting.Move{Start: at(t, "08-14 14:00"), Reason: "出差"}
	acts := []struct {
		name string
		do   func(m *meeting.Meeting) error
		in   []meeting.MeetingStatus
		to   meeting.MeetingStatus // empty: stays
	}{
		{"参加", func(m *meeting.Meeting) error { return m.Respond(departments(), owner, comes(), now) }, []meeting.MeetingStatus{meeting.Noticed}, ""},
		{"请假", func(m *meeting.Meeting) error { return m.Respond(departments(), owner, away("x"), now) }, []meeting.MeetingStatus{meeting.Noticed}, ""},
		{"代参会", func(m *meeting.Meeting) error { return m.Respond(departments(), owner, proxy(next), now) }, []meeting.MeetingStatus{meeting.Noticed}, ""},
		{"预讨论", func(m *meeting.Meeting) error {
			return m.Opine(departments(), owner, meeting.Opinion{Topic: 1, Text: "接口没定"}, now, calendar(t))
		}, []meeting.MeetingStatus{meeting.Noticed}, ""},
		{"发预讨论清单", func(m *meeting.Meeting) error { return m.IssueList(admin, now) }, []meeting.MeetingStatus{meeting.Noticed}, ""},
		{"会议改期", func(m *meeting.Meeting) error { return m.Propose(host, move, now, calendar(t)) }, []meeting.MeetingStatus{meeting.Planned, meeting.Noticed}, ""},
		{"取消会议", func(m *meeting.Meeting) error { return m.ProposeCancel(host, "不开了", now) }, []meeting.MeetingStatus{meeting.Planned, meeting.Noticed}, ""},
		{"改期，发出", func(m *meeting.Meeting) error {
			m.Pending = &meeting.Reschedule{FromStart: m.Start, Start: move.Start, End: move.Start.Add(time.Hour), Reason: "x", At: now}
			return m.SendPending(host, false, 0, now, calendar(t))
		}, []meeting.MeetingStatus{meeting.Planned, meeting.Noticed}, ""},
		{"取消，发出", func(m *meeting.Meeting) error {
			m.Pending = &meeting.Reschedule{Reason: "x", At: now}
			return m.SendPending(host, true, 0, now, calendar(t))
		}, []meeting.MeetingStatus{meeting.Planned, meeting.Noticed}, meeting.CalledOff},
	}
	for _, a := range acts {
		for _, s := range everyStatus() {
			m := invited(t)
			m.Status = s
			err := a.do(m)
			possible := slices.Contains(a.in, s)
			var r *meeting.Refusal
			switch {
			case possible && err != nil:
				t.Errorf("%s while %s: %v", a.name, s, err)
			case possible:
				want := s
				if a.to != "" {
					want = a.to
				} else if a.name == "取消会议" && s == meeting.Planned {
					want = meeting.CalledOff
				}
				if m.Status != want {
					t.Errorf("%s while %s: now %s", a.name, s, m.Status)
				}
			case !errors.As(err, &r) || !strings.Contains(r.Say, m.Title) || len(r.Gaps) > 0:
				t.Errorf("%s while %s: %v", a.name, s, err)
			case m.Status != s || len(m.Changes()) > 0:
				t.Errorf("%s while %s: it was written", a.name, s)
			}
		}
	}
}

func TestR19_OpinionsOfDepartments(t *testing.T) {
	m, b, cal := invited(t), departments(), calendar(t)
	opine := func(who meeting.PersonID, o meeting.Opinion, when string) error {
		return m.Opine(b, who, o, at(t, when), cal)
	}
	gapped(t, opine(owner, meeting.Opinion{Text: "接口没定"}, "08-10 10:00"), "议题")
	gapped(t, opine(owner, meeting.Opinion{Topic: 7, Text: "接口没定"}, "08-10 10:00"), "议题")
	gapped(t, opine(owner, meeting.Opinion{Topic: 1}, "08-10 10:00"), "意见")
	says(t, opine(stranger, meeting.Opinion{Topic: 1, Text: "不行"}, "08-10 10:00"), "R19", "不在名单")
	must(t, opine(owner, meeting.Opinion{Topic: 1, Difficulty: "接口没定", Resources: "2个人"}, "08-10 10:00"))
	must(t, opine(owner, meeting.Opinion{Text: "九月能交"}, "08-10 10:10")) // 2 is the only one left
	must(t, opine(owner, meeting.Opinion{Topic: 1, Text: "接口定了"}, "08-10 11:00"))
	must(t, opine(copied, meeting.Opinion{None: true}, "08-11 12:00"))
	must(t, opine(helper, meeting.Opinion{None: true}, "08-11 12:01"))
	if o := m.OpinionOf(1, "研发部"); o == nil || o.Words() != "接口定了" || o.Author != owner {
		t.Errorf("the newest counts: %+v", o)
	}
	if n := len(m.Opinions); n != 5 {
		t.Errorf("%d are kept", n)
	}
	if m.OpinionOf(2, "生产部").Late || !m.OpinionOf(1, "市场部").Late {
		t.Error("逾期 is after the cutoff of 12:00")
	}
	if got := m.OpinionsOn(1); len(got) != 2 || got[0].Department != "研发部" || !got[1].None {
		t.Errorf("on topic 1: %+v", got)
	}
	if left := m.Unheard(); len(left) > 0 {
		t.Errorf("still waits for %v", left)
	}
}

func TestR19_CutoffIsNoonOfTheWorkingDayBefore(t *testing.T) {
	for start, want := range map[string]string{
		"08-12 14:00": "08-11 12:00", "08-17 09:00": "08-14 12:00", "10-08 10:00": "09-30 12:00", "09-21 14:00": "09-20 12:00",
	} {
		if got := invitedTo(t, start, "08-03 09:00").OpinionsBy(calendar(t)); !got.Equal(at(t, want)) {
			t.Errorf("%s: %s", start, got)
		}
	}
	m := invited(t)
	m.OpinionsDue = at(t, "08-11 09:30")
	if got := m.OpinionsBy(calendar(t)); !got.Equal(m.OpinionsDue) {
		t.Errorf("one that was set: %s", got)
	}
	if got := (&meeting.Meeting{}).OpinionsBy(calendar(t)); !got.IsZero() {
		t.Errorf("without a time: %s", got)
	}
}

// TestR19_WhoSpeaksForADepartment: its people in the meeting, a proxy for who is
// away, else the initiator is told (2.4).
func TestR19_WhoSpeaksForADepartment(t *testing.T) {
	m, b := invited(t), departments()
	check := func(d string, want ...meeting.PersonID) {
		t.Helper()
		if got := m.Speakers(d); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", d, got, want)
		}
	}
	check("研发部", owner)
	check("财务部", host)
	must(t, m.Respond(b, owner, away(""), at(t, "08-10 10:00")))
	check("研发部", owner)
	must(t, m.Respond(b, owner, proxy(next), at(t, "08-10 10:00")))
	check("研发部", next)
	must(t, m.Opine(b, next, meeting.Opinion{Topic: 1, Text: "可以"}, at(t, "08-10 11:00"), calendar(t)))
	if m.OpinionOf(1, "研发部") == nil {
		t.Error("a proxy speaks for the department of whom they stand in for")
	}
}

func TestR20_TheRecorderIssuesTheListOnce(t *testing.T) {
	m := invited(t)
	says(t, m.IssueList(owner, at(t, "08-11 15:00")), "R20", "记录人"+admin.Token())
	says(t, m.IssueList(stranger, at(t, "08-11 15:00")), "R20")
	must(t, m.IssueList(admin, at(t, "08-11 15:00")))
	says(t, m.IssueList(admin, at(t, "08-11 16:00")), "R20", "8月11日（周二）15:00已经发过")
	none := invited(t)
	for i := range none.Topics {
		none.Topics[i].Needs = nil
	}
	says(t, none.IssueList(admin, at(t, "08-11 15:00")), "R20", "没有清单可发")
}
