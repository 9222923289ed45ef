package meeting_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// planBook is a book that also holds meetings and their papers.
type planBook struct {
	*book

	all    []*meeting.Meeting
	papers []*meeting.Minutes
}

func (b *planBook) FindMeetings(q meeting.MeetingQuery) (out []*meeting.Meeting, err error) {
	for _, m := range b.all {
		if (q.Chat == "" || m.Chat == q.Chat) && (q.Involves == meeting.Nobody || m.Involves(q.Involves)) {
			out = append(out, m)
		}
	}
	return out, nil
}

func (b *planBook) FindMinutes(q meeting.MinutesQuery) (out []*meeting.Minutes, err error) {
	for _, x := range b.papers {
		if x.Meeting == q.Meeting && (!q.Open || x.State != meeting.Final) {
			out = append(out, x)
		}
	}
	return out, nil
}

func newPlanBook() *planBook {
	b := &planBook{book: newBook()}
	for id, department := range map[meeting.PersonID]string{host: "产品部", owner: "研发部", helper: "市场部", admin: "项目办", decider: "总经办"} {
		b.set(id, func(p *meeting.Person) { p.Department = department })
	}
	return b
}

// drafted is a draft for 08-12 14:00–15:30 that lacks nothing, as it is on 08-10
// at 16:20: of host, recorded by admin, with owner to do and decider to decide.
func draftOf(t testing.TB, b *planBook) *meeting.Meeting {
	t.Helper()
	now := at(t, "08-10 16:20")
	m, err := meeting.Convene(b, meeting.Plan{
		By: host, Department: "产品部", Title: "新产品评审会", Start: at(t, "08-12 14:00"), End: at(t, "08-12 15:30"), Place: "3号会议室", Chat: "g",
	}, now)
	must(t, err)
	must(t, m.SetGoals(host, []string{"A/B方案二选一"}, false))
	must(t, m.AddTopic(host, meeting.Topic{Title: "A/B方案选型", Output: meeting.ADecision, Minutes: 20, In: "成本"}))
	must(t, m.AddTopic(host, meeting.Topic{Title: "包装设计", Output: meeting.APlan, Minutes: 20, Out: "外观"}))
	_, err = m.AssignRoles(b, host, meeting.Duties{Host: host, Recorder: admin}, now)
	must(t, err)
	_, err = m.Invite(b, host, meeting.Invitation{People: []meeting.PersonID{owner, helper}})
	must(t, err)
	_, err = m.Invite(b, host, meeting.Invitation{People: []meeting.PersonID{decider}, Tier: meeting.Decider})
	must(t, err)
	must(t, m.StateNoMaterial(host))
	m.ID = 1
	m.Changes()
	return m
}

// noticed is the same with its notice out.
func sentOut(t testing.TB, b *planBook) *meeting.Meeting {
	t.Helper()
	m := draftOf(t, b)
	must(t, m.SendNotice(b, host, at(t, "08-10 17:05"), calendar(t)))
	m.Changes()
	return m
}

// refused checks that a rule said no, and returns its words.
func refusedBy(t testing.TB, rule string, err error) string {
	t.Helper()
	var r *meeting.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%v is no refusal by %s", err, rule)
	}
	if r.Rule != rule {
		t.Errorf("refused by %s, want %s: %s", r.Rule, rule, r.Error())
	}
	return r.Error()
}

func TestR1_TheInitiatorAndTheDepartmentAreKnownAndNoTopicIsInvented(t *testing.T) {
	t.Parallel()
	m, err := meeting.Convene(newPlanBook(), meeting.Plan{By: host, Department: "产品部", Title: "  评审   会 "}, at(t, "08-10 09:00"))
	must(t, err)
	if m.Initiator != host || m.Department != "产品部" || m.Title != "评审 会" || m.Status != meeting.Planned || len(m.Topics) != 0 {
		t.Errorf("%+v", m)
	}
	refusedBy(t, "R7", secondPlan(meeting.Convene(newPlanBook(), meeting.Plan{By: host, Title: " …"}, at(t, "08-10 09:00"))))
	refusedBy(t, "R7", secondPlan(meeting.Convene(newPlanBook(), meeting.Plan{By: host, Title: strings.Repeat("会", 61)}, at(t, "08-10 09:00"))))
}

func secondPlan[A any](_ A, err error) error { return err }

func TestR1_OnlyWhoPreparesMayChangeAPlan(t *testing.T) {
	t.Parallel()
	b := newPlanBook()
	acts := planActs(t, b)
	for name, act := range acts {
		for _, who := range []meeting.PersonID{owner, decider, stranger, meeting.Nobody} {
			m := draftOf(t, b)
			err := act(m, who)
			var r *meeting.Refusal
			if !errors.As(err, &r) || !strings.Contains(r.Error(), host.Token()) {
				t.Errorf("%s by %d: %v", name, who, err)
			}
			if len(m.Changes()) > 0 {
				t.Errorf("%s by %d changed something", name, who)
			}
		}
		m := draftOf(t, b)
		if err := act(m, admin); err != nil && name != "放行" && name != "发预通知" { // the recorder may prepare
			t.Errorf("%s by the recorder: %v", name, err)
		}
	}
}

// planActs are all changes of a plan, by whoever is named.
func planActs(t testing.TB, b *planBook) map[string]func(m *meeting.Meeting, who meeting.PersonID) error {
	return map[string]func(m *meeting.Meeting, who meeting.PersonID) error{
		"会议时间": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.SetTime(b, who, at(t, "08-13 10:00"), time.Time{})
		},
		"会议名称": func(m *meeting.Meeting, who meeting.PersonID) error { return m.Rename(who, "评审会") },
		"发起部门": func(m *meeting.Meeting, who meeting.PersonID) error { return m.SetDepartment(who, "研发部") },
		"目标": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.SetGoals(who, []string{"定3件事"}, false)
		},
		"议题": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.AddTopic(who, meeting.Topic{Title: "渠道"})
		},
		"议题 改": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.ChangeTopic(who, 1, func(x *meeting.Topic) { x.Title = "选型" })
		},
		"议题 删": func(m *meeting.Meeting, who meeting.PersonID) error { return m.DropTopic(who, 1) },
		"另议":   func(m *meeting.Meeting, who meeting.PersonID) error { return m.PutOff(who, 1, at(t, "08-10 16:30")) },
		"放行": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.AdmitTopics(who, "急", at(t, "08-10 16:30"))
		},
		"发预通知": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.SendNotice(b, who, at(t, "08-10 16:30"), calendar(t))
		},
		"参会": func(m *meeting.Meeting, who meeting.PersonID) error {
			return secondPlan(m.Invite(b, who, meeting.Invitation{People: []meeting.PersonID{support}}))
		},
		"参会 去掉": func(m *meeting.Meeting, who meeting.PersonID) error {
			return m.Uninvite(who, []meeting.PersonID{helper})
		},
		"抄送": func(m *meeting.Meeting, who meeting.PersonID) error {
			return secondPlan(m.Copy(b, who, []meeting.PersonID{leader}, nil))
		},
		"分工": func(m *meeting.Meeting, who meeting.PersonID) error {
			return secondPlan(m.AssignRoles(b, who, meeting.Duties{Timekeeper: helper}, at(t, "08-10 16:30")))
		},
		"地点":   func(m *meeting.Meeting, who meeting.PersonID) error { return m.SetPlace(who, "5号会议室", "") },
		"资料 无": func(m *meeting.Meeting, who meeting.PersonID) error { return m.StateNoMaterial(who) },
	}
}

// TestMachine_WhatAPlanAllowsInEachState is the table of states and acts: what is
// fixed by the notice, what may still be added, and that nothing of the plan
// changes later.
func TestMachine_WhatAPlanAllowsInEachState(t *testing.T) {
	t.Parallel()
	b := newPlanBook()
	afterNotice := map[string]bool{"参会": true, "参会 去掉": true, "抄送": true, "分工": true, "地点": true, "资料 无": true}
	open := map[meeting.MeetingStatus]bool{meeting.Live: true, meeting.Adjourned: true, meeting.Over: true, meeting.Tracking: true}
	for _, s := range []meeting.MeetingStatus{
		meeting.Planned, meeting.Noticed, meeting.CalledOff, meeting.Live, meeting.Adjourned, meeting.Failed, meeting.Over, meeting.Tracking, meeting.Archived,
	} {
		for name, act := range planActs(t, b) {
			m := draftOf(t, b)
			m.Status, m.NoticedAt = s, at(t, "08-10 16:25")
			err := act(m, host)
			want := s == meeting.Planned && name != "放行" || s == meeting.Noticed && afterNotice[name] || name == "分工" && open[s]
			if (err == nil) != want {
				t.Errorf("%s while %s: %v", name, s, err)
			}
			var r *meeting.Refusal
			if err != nil && (!errors.As(err, &r) || r.Error() == "") {
				t.Errorf("%s while %s: %v is no refusal", name, s, err)
			}
			if wants := s; err == nil && name != "发预通知" && m.Status != wants {
				t.Errorf("%s while %s led to %s", name, s, m.Status)
			}
		}
	}
}

func TestR63_R66_TheNumberIsDrawnOnceAndKept(t *testing.T) {
	t.Parallel()
	b := newPlanBook()
	m, err := meeting.Convene(b, meeting.Plan{By: host, Department: "产品部", Title: "评审会"}, at(t, "08-10 09:00"))
	must(t, err)
	if m.No != "" || m.Serial != "" {
		t.Errorf("a draft without a date has %s", m.No)
	}
	must(t, m.SetTime(b, host, at(t, "08-12 14:00"), at(t, "08-12 15:30")))
	if m.No != "产品-20260812-01" || m.Serial != "20260812-01" {
		t.Errorf("%s %s", m.No, m.Serial)
	}
	must(t, m.SetTime(b, host, at(t, "08-14 10:00"), time.Time{}))
	if m.No != "产品-20260812-01" || !m.End.Equal(at(t, "08-14 11:30")) {
		t.Errorf("moved: %s until %s", m.No, m.End)
	}
	for department, want := range map[string]string{"项目办": "项目办", "IT部": "IT", "部": "部", "一部": "一部", "": "会议"} {
		x, err := meeting.Convene(b, meeting.Plan{By: host, Department: department, Title: "会", Start: at(t, "08-12 14:00")}, at(t, "08-10 09:00"))
		must(t, err)
		if got, serial, _ := strings.Cut(x.No, "-"); got != want || serial != x.Serial || serial == m.Serial {
			t.Errorf("%q: %s", department, x.No)
		}
	}
}

func TestR7_PlaceAndForm(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]meeting.Form{
		"3号会议室": meeting.OnSite, "线上": meeting.Online, "https://meet.example.com/1": meeting.Online, "腾讯会议 123": meeting.Online,
		"3号会议室，同时线上": meeting.Hybrid, "总部": meeting.OnSite,
	} {
		m := draftOf(t, newPlanBook())
		must(t, m.SetPlace(host, place, ""))
		if m.Form != want || m.Place != place {
			t.Errorf("%s: %s %s", place, m.Form, m.Place)
		}
	}
	m := draftOf(t, newPlanBook())
	must(t, m.SetPlace(host, "总部", meeting.Hybrid))
	if m.Form != meeting.Hybrid {
		t.Error("what was said of the form counts")
	}
	refusedBy(t, "R7", m.SetPlace(host, " ", ""))
	refusedBy(t, "R7", m.SetTime(newBook(), host, at(t, "08-12 14:00"), at(t, "08-12 14:00")))
}

func TestR12_TheEarliestLawfulDay(t *testing.T) {
	t.Parallel()
	cal := calendar(t)
	for now, want := range map[string]string{
		"08-10 16:20": "2026-08-12", "08-10 18:00": "2026-08-12", "08-10 18:01": "2026-08-13", // Monday
		"08-14 10:00": "2026-08-18", "08-15 10:00": "2026-08-19", "08-16 22:00": "2026-08-19", // Friday, and the weekend
		"09-20 17:00": "2026-09-22", // 补班 Sunday
		"09-30 10:00": "2026-10-09",
	} {
		if got := meeting.EarliestDay(at(t, now), cal).String(); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
		// What is lawful then is not late then, and the day before is.
		day := meeting.EarliestDay(at(t, now), cal)
		if at(t, now).After(meeting.NoticeBy(day.At(14*60), cal)) {
			t.Errorf("%s: a notice for %s is late", now, day)
		}
		if before := cal.Add(day.At(14*60), -1); !at(t, now).After(meeting.NoticeBy(before, cal)) {
			t.Errorf("%s: a notice for %s is in time", now, before)
		}
	}
	if got := meeting.NoticeBy(at(t, "09-23 14:00"), cal); !got.Equal(at(t, "09-21 18:00")) {
		t.Errorf("for 09-23: %s", got)
	}
}

func TestR12_R7_ATimeIsDoubtedOnce(t *testing.T) {
	t.Parallel()
	cal, now := calendar(t), at(t, "08-10 16:20")
	slot := func(s string) meeting.Slot {
		return meeting.Slot{Start: at(t, s), End: at(t, s).Add(90 * time.Minute), Raw: s, HourSaid: true}
	}
	say := func(s meeting.Slot) (string, []meeting.Choice) {
		g := s.Gap(now, cal)
		if g == nil {
			return "", nil
		}
		return g.Rule + " " + g.Say, g.Choices
	}
	got, choices := say(slot("08-11 14:00"))
	if want := "R12 明天是8月11日（周二），离现在不足2个工作日。合规的最早日期是8月12日（周三）。改到那天，还是按紧急会议发（要写原因）？"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if len(choices) != 2 || choices[0].Value != "2026-08-12 14:00—15:30" || choices[1].Value != "2026-08-11 14:00—15:30 紧急" {
		t.Errorf("%+v", choices)
	}
	urgent := slot("08-11 14:00")
	urgent.Urgent = true
	noHour, unsure, none, insisted := slot("08-13 17:00"), slot("08-13 14:00"), slot("08-13 14:00"), slot("08-15 14:00")
	noHour.HourSaid, unsure.Unsure, none.Start, insisted.Insisted = false, true, time.Time{}, true
	for want, s := range map[string]meeting.Slot{
		"": slot("08-12 14:00"), "R7 没看懂": none, "R7 8月13日（周四）几点开": noHour, "R7 “08-13 14:00”是哪一天": unsure,
		"R7 8月10日（周一）16:00已经过了": slot("08-10 16:00"), "R7 8月15日（周六）是休息日": slot("08-15 14:00"),
	} {
		if got, _ := say(s); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, s := range []meeting.Slot{urgent, insisted} {
		if got, _ := say(s); got != "" {
			t.Errorf("known: %s", got)
		}
	}
}

func TestR4_GoalsThatCanBeMeasured(t *testing.T) {
	t.Parallel()
	for goal, want := range map[string]bool{
		"确定Q4研发3个关键节点及责任人": true, "A/B方案二选一": true, "8月底前定稿": true, "形成任务清单": true, "选出两家供应商": true,
		"就是把新产品讨论清楚": false, "对齐思路": false, "讨论责任人": false, "讨论3个节点": true, "沟通一下报告": false,
	} {
		if got := meeting.Measurable(goal); got != want {
			t.Errorf("%s: %v", goal, got)
		}
	}
	m := draftOf(t, newPlanBook())
	say := refusedBy(t, "R4", m.SetGoals(host, []string{"就是把新产品讨论清楚"}, false))
	if !strings.Contains(say, "就“A/B方案选型”定出1个结论；形成1份“包装设计”方案") {
		t.Errorf("no rewrite: %s", say)
	}
	if !meeting.Measurable(m.GoalExample()) {
		t.Errorf("the rewrite cannot be measured: %s", m.GoalExample())
	}
	must(t, m.SetGoals(host, []string{"就是把新产品讨论清楚"}, true))
	if c := m.Changes(); c[len(c)-1].Reason == "" {
		t.Error("the override is not logged")
	}
}

func TestPrevious_OfThatNameElseOfTheGroup(t *testing.T) {
	t.Parallel()
	b := newPlanBook()
	add := func(id meeting.MeetingID, title, chat, created string) {
		m := draftOf(t, b)
		m.ID, m.Title, m.Chat, m.CreatedAt = id, title, chat, at(t, created)
		b.all = append(b.all, m)
	}
	add(1, "周例会", "g", "08-01 09:00")
	add(2, "周例会", "other", "08-08 09:00")
	add(3, "评审会", "g", "08-09 09:00")
	for _, c := range []struct {
		title, chat string
		want        meeting.MeetingID
	}{{"周例会", "g", 2}, {"新会", "g", 3}, {"新会", "", 3}, {"评审会", "other", 3}} {
		m, err := meeting.Previous(b, host, c.title, c.chat)
		must(t, err)
		if m.ID != c.want {
			t.Errorf("%+v: %d", c, m.ID)
		}
	}
	if _, err := meeting.Previous(b, stranger, "周例会", ""); !errors.Is(err, meeting.ErrNoPrevious) {
		t.Errorf("a stranger's: %v", err)
	}
	b.all[0].Participants[0].RSVP, b.all[0].Participants[0].Reason = meeting.Absent, "出差"
	like, err := meeting.Convene(b, meeting.Plan{By: host, Title: "周例会", Like: b.all[0]}, at(t, "08-10 09:00"))
	must(t, err)
	if like.Host != host || like.Recorder != admin || like.Place != "3号会议室" || len(like.Participants) != 5 || like.Previous != 1 ||
		len(like.Topics) != 0 || like.Participants[0].RSVP != "" || like.Participants[0].Reason != "" || len(like.Deciders()) != 1 {
		t.Errorf("%+v", like)
	}
}

func TestM1_TheInitiatorHearsWhatIsMissing(t *testing.T) {
	t.Parallel()
	b, cal := newPlanBook(), calendar(t)
	m, err := meeting.Convene(b, meeting.Plan{By: host, Department: "产品部", Title: "评审会", Start: at(t, "08-20 14:00")}, at(t, "08-10 09:00"))
	must(t, err)
	m.ID = 7
	due, _ := m.Notices(cal, at(t, "08-10 09:00"), at(t, "08-21 00:00"))
	var got []string
	for _, n := range due {
		if n.Kind == meeting.NotNoticed {
			got = append(got, n.Step+" "+n.At.In(workday.Zone).Format("01-02 15:04"))
			if n.To != host || n.Face != "setup" || !m.Wants(n) {
				t.Errorf("%+v", n)
			}
		}
	}
	if want := "4wd 08-14 10:00;2wd 08-18 09:30"; strings.Join(got, ";") != want {
		t.Errorf("%v, want %s", got, want)
	}
	moved := due[0]
	must(t, m.SetTime(b, host, at(t, "08-25 14:00"), time.Time{}))
	if m.Wants(moved) {
		t.Error("that of the old date is still wanted")
	}
	now, _ := m.Notices(cal, at(t, "08-18 10:00"), at(t, "08-26 00:00"))
	m.Status = meeting.Noticed
	if len(now) == 0 || m.Wants(now[0]) {
		t.Error("still wanted when the notice is out")
	}
	sent := sentOut(t, b)
	due, _ = sent.Notices(cal, at(t, "08-01 09:00"), at(t, "08-21 00:00"))
	for _, n := range due {
		if n.Kind == meeting.NotNoticed {
			t.Errorf("said although the notice is out: %+v", n)
		}
	}
}
