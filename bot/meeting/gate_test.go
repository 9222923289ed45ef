package meeting_test

import (
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

// lacks are the gaps of the gate by field and rule.
func lacks(t testing.TB, b *planBook, m *meeting.Meeting, now string) string {
	t.Helper()
	missing, _, err := m.Gate(b, at(t, now), calendar(t))
	must(t, err)
	out := make([]string, len(missing))
	for i, g := range missing {
		out[i] = g.Field + " " + g.Rule
		if g.Say == "" {
			t.Errorf("%s says nothing", g.Field)
		}
	}
	return strings.Join(out, "；")
}

func TestGate_WhatBlocksTheNotice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(m *meeting.Meeting)
		want   string
	}{
		"R1_Department": {func(m *meeting.Meeting) { m.Department = "" }, "发起部门 R1"},
		"R7_Start":      {func(m *meeting.Meeting) { m.Start, m.End = time.Time{}, time.Time{} }, "时间 R7"},
		"R7_End":        {func(m *meeting.Meeting) { m.End = time.Time{} }, "时长 R7"},
		"R7_Place":      {func(m *meeting.Meeting) { m.Place = "" }, "地点 R7"},
		"R13_Goals":     {func(m *meeting.Meeting) { m.Goals = nil }, "目标 R13"},
		"R2_NoTopic":    {func(m *meeting.Meeting) { m.Topics = nil }, "议题 R2"},
		"R3_Output":     {func(m *meeting.Meeting) { m.Topics[1].Output = "" }, "产出 R3"},
		"R6_Sum":        {func(m *meeting.Meeting) { m.Topics[1].Minutes = 60; m.Topics[0].Minutes = 31 }, "议题时长 R6"},
		"R6_SumFits":    {func(m *meeting.Meeting) { m.Topics[1].Minutes = 60; m.Topics[0].Minutes = 30 }, ""},
		"R10_Host":      {func(m *meeting.Meeting) { m.Host = meeting.Nobody }, "主持 R10"},
		"R10_Recorder":  {func(m *meeting.Meeting) { m.Recorder = meeting.Nobody }, "记录 R10"},
		"R8_Decider":    {func(m *meeting.Meeting) { m.Participant(decider).Tier = meeting.Doer }, "决策层 R8"},
		"R8_Observer":   {func(m *meeting.Meeting) { m.Participant(decider).Observer = true }, "决策层 R8"},
		"R8_NoDecision": {func(m *meeting.Meeting) {
			m.Participant(decider).Tier = meeting.Doer
			m.Topics[0].Output = meeting.APlan
		}, ""},
		"R8_NoDoer":       {func(m *meeting.Meeting) { tiers(m, meeting.Decider) }, "执行层 R8"},
		"R8_SupportOnly":  {func(m *meeting.Meeting) { tiers(m, meeting.Support) }, "执行层 R8；决策层 R8"},
		"R8_DoersObserve": {func(m *meeting.Meeting) { observe(m, host, owner, helper) }, "执行层 R8"},
		"R8_Nobody":       {func(m *meeting.Meeting) { m.Participants = m.Participants[:2] }, "参会人 R8；决策层 R8"},
		"R8_Left":         {func(m *meeting.Meeting) { m.Participants[2].Person = gone }, "去掉 R8"},
		"R10_HostLeft":    {func(m *meeting.Meeting) { m.Host = gone }, "主持 R8"},
		"complete":        {func(*meeting.Meeting) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newPlanBook()
			m := draftOf(t, b)
			c.change(m)
			if got := lacks(t, b, m, "08-10 17:00"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			err := m.SendNotice(b, host, at(t, "08-10 17:00"), calendar(t))
			if m.Host == gone || m.Host == meeting.Nobody {
				return
			}
			if (err == nil) != (c.want == "") || (m.Status == meeting.Noticed) != (c.want == "") {
				t.Errorf("sent: %v, %s", err, m.Status)
			}
		})
	}
}

func tiers(m *meeting.Meeting, tier meeting.Tier) {
	for i := range m.Participants {
		m.Participants[i].Tier = tier
	}
}

func observe(m *meeting.Meeting, people ...meeting.PersonID) {
	for _, p := range people {
		m.Participant(p).Observer = true
	}
}

func TestGate_WhatIsOnlyWarnedOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(m *meeting.Meeting)
		want   string
	}{
		"R4":            {func(m *meeting.Meeting) { m.Goals = []string{"讨论清楚"} }, "R4"},
		"R5":            {func(m *meeting.Meeting) { m.Topics[0].In = "" }, "R5"},
		"R6_Topic":      {func(m *meeting.Meeting) { m.Topics[0].Minutes = 21 }, "R6"},
		"R6_Untimed":    {func(m *meeting.Meeting) { m.Topics[0].Minutes = 0 }, "R6"},
		"R6_Meeting":    {func(m *meeting.Meeting) { m.End = m.End.Add(time.Minute) }, "R6"},
		"R7_DayOff":     {func(m *meeting.Meeting) { m.Start, m.End = at(t, "08-15 14:00"), at(t, "08-15 15:00") }, "R7"},
		"R10":           {func(m *meeting.Meeting) { m.Recorder = m.Host }, "R10"},
		"R8_Department": {func(m *meeting.Meeting) { m.Participants[2].Department = "" }, "R8"},
		"R15":           {func(m *meeting.Meeting) { m.NoMaterial = false }, "R15"},
		"R16": {func(m *meeting.Meeting) {
			m.NoMaterial, m.Materials = false, []meeting.Material{{Title: "用户调研", Pages: 12, Focus: "第3页"}}
		}, "R16"},
		"none": {func(*meeting.Meeting) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newPlanBook()
			m := draftOf(t, b)
			c.change(m)
			_, warnings, err := m.Gate(b, at(t, "08-10 17:00"), calendar(t))
			must(t, err)
			var rules []string
			for _, w := range warnings {
				rules = append(rules, w.Rule)
			}
			if got := strings.Join(rules, " "); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			must(t, m.SendNotice(b, host, at(t, "08-10 17:00"), calendar(t)))
			if changes := m.Changes(); c.want != "" && !strings.Contains(changes[len(changes)-1].Reason, c.want) {
				t.Error("the override is not logged")
			}
		})
	}
}

func TestR2_FourTopicsNeedTheHostsReasonOrOneLess(t *testing.T) {
	t.Parallel()
	b, now := newPlanBook(), at(t, "08-10 17:00")
	four := func() *meeting.Meeting {
		m := draftOf(t, b)
		for _, title := range []string{"确定里程碑", "渠道政策"} {
			must(t, m.AddTopic(host, meeting.Topic{Title: title, Output: meeting.APlan}))
		}
		return m
	}
	m := four()
	say := refusedBy(t, "R2", m.SendNotice(b, host, now, calendar(t)))
	if !strings.Contains(say, "有4个议题，上限3个") {
		t.Error(say)
	}
	refusedBy(t, "Q4", m.AdmitTopics(admin, "都急", now))
	refusedBy(t, "R2", m.AdmitTopics(host, " ", now))
	must(t, m.AdmitTopics(host, "都急", now))
	must(t, m.SendNotice(b, host, now, calendar(t)))
	if w := m.Waivers; len(w) != 1 || w[0].Rule != "R2" || w[0].Reason != "都急" || w[0].By != host {
		t.Errorf("%+v", w)
	}

	m = four()
	m.Materials = []meeting.Material{{Title: "a", Topic: 4}, {Title: "b", Topic: 3}}
	must(t, m.PutOff(host, 3, now))
	if len(m.Topics) != 3 || m.Topics[2].Title != "渠道政策" || m.Topics[2].Seq != 3 {
		t.Errorf("%+v", m.Topics)
	}
	if p := m.Parked; len(p) != 1 || p[0].Text != "确定里程碑" || p[0].From != 3 {
		t.Errorf("%+v", p)
	}
	if m.Materials[0].Topic != 3 || m.Materials[1].Topic != 0 {
		t.Errorf("the material does not follow: %+v", m.Materials)
	}
	must(t, m.SendNotice(b, host, now, calendar(t)))

	m = four()
	must(t, m.AdmitTopics(host, "都急", now))
	must(t, m.DropTopic(host, 4))
	if m.Waived("R2") {
		t.Error("three topics need no reason")
	}
	must(t, m.AddTopic(host, meeting.Topic{Title: "又一个", Output: meeting.APlan}))
	refusedBy(t, "R2", m.SendNotice(b, host, now, calendar(t)))
	refusedBy(t, "R2", m.DropTopic(host, 9))
}

func TestR3_R6_ATopicIsCheckedAsItIsWritten(t *testing.T) {
	t.Parallel()
	m := draftOf(t, newPlanBook())
	for rule, x := range map[string]meeting.Topic{
		"R2": {Title: "。"}, "R3": {Title: "样机", Output: meeting.Something}, "R6": {Title: "样机", Minutes: 61}, "R5": {Title: "样机", In: strings.Repeat("谈", 201)},
	} {
		refusedBy(t, rule, m.AddTopic(host, x))
	}
	refusedBy(t, "R6", m.AddTopic(host, meeting.Topic{Title: "样机", Minutes: 4}))
	must(t, m.AddTopic(host, meeting.Topic{Title: "样机", Output: meeting.Something, OutputText: "照片", Minutes: 5}))
	if got := m.Topics[2].Wants(); got != "照片" {
		t.Errorf("R3: %s", got)
	}
	must(t, m.ChangeTopic(host, 3, func(x *meeting.Topic) { x.Output = meeting.APlan }))
	if m.Topics[2].OutputText != "" || m.Topics[2].Wants() != "方案" {
		t.Errorf("%+v", m.Topics[2])
	}
}

func TestR12_NoticeTooLateNeedsAReason(t *testing.T) {
	t.Parallel()
	b, cal := newPlanBook(), calendar(t)
	m := draftOf(t, b)
	must(t, m.SendNotice(b, host, at(t, "08-10 18:00"), cal))
	if m.Urgent {
		t.Error("in time is not urgent")
	}
	m = draftOf(t, b)
	late := at(t, "08-10 18:01")
	say := refusedBy(t, "R12", m.SendNotice(b, host, late, cal))
	if !strings.Contains(say, "合规的最早日期是8月13日（周四）") || m.Status != meeting.Planned {
		t.Error(say)
	}
	refusedBy(t, "R12", m.DeclareUrgent(host, " ", late, cal))
	refusedBy(t, "R12", m.DeclareUrgent(admin, "客户催", late, cal))
	must(t, m.DeclareUrgent(host, "客户催", late, cal))
	must(t, m.SendNotice(b, host, late, cal))
	if w := m.Waivers; !m.Urgent || len(w) != 1 || w[0].Rule != "R12" || w[0].Reason != "客户催" {
		t.Errorf("%v %+v", m.Urgent, w)
	}
	// A reason for one date is none for another.
	m = draftOf(t, b)
	must(t, m.DeclareUrgent(host, "客户催", late, cal))
	must(t, m.SetTime(b, host, at(t, "08-11 14:00"), time.Time{}))
	refusedBy(t, "R12", m.SendNotice(b, host, late, cal))
	// In time nothing is urgent.
	m = draftOf(t, b)
	must(t, m.DeclareUrgent(host, "客户催", at(t, "08-10 10:00"), cal))
	if m.Urgent || len(m.Waivers) > 0 {
		t.Error("urgent without need")
	}
	// A meeting that should have begun cannot be announced.
	refusedBy(t, "R7", m.SendNotice(b, host, at(t, "08-12 14:00"), cal))
}

// TestR12_R18_WhatTheNoticeDoes: 草稿→已预通知, once, and who gets it.
func TestR12_R18_WhatTheNoticeDoes(t *testing.T) {
	t.Parallel()
	b, cal := newPlanBook(), calendar(t)
	m := draftOf(t, b)
	must(t, secondPlan(m.Copy(b, host, []meeting.PersonID{leader, owner}, []string{"财务部"})))
	refusedBy(t, "R12", m.SendNotice(b, admin, at(t, "08-10 17:05"), cal))
	must(t, m.SendNotice(b, host, at(t, "08-10 17:05"), cal))
	if m.Status != meeting.Noticed || !m.NoticedAt.Equal(at(t, "08-10 17:05")) {
		t.Errorf("%s %s", m.Status, m.NoticedAt)
	}
	want := []meeting.PersonID{host, admin, owner, helper, decider, leader}
	got := m.Recipients()
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got, want)
		}
	}
	say := refusedBy(t, "R12", m.SendNotice(b, host, at(t, "08-10 17:06"), cal))
	if !strings.Contains(say, "8月10日（周一）17:05") {
		t.Error(say)
	}
}

func TestR19_OpinionsAreDueAtNoonOfTheDayBefore(t *testing.T) {
	t.Parallel()
	cal := calendar(t)
	for _, c := range []struct{ start, now, want string }{
		{"08-12 14:00", "08-10 17:05", "08-11 12:00"}, {"08-17 14:00", "08-10 17:05", "08-14 12:00"}, // Monday: the Friday before
		{"08-12 14:00", "08-11 12:00", "08-12 12:00"}, {"08-12 14:00", "08-12 13:00", "08-12 14:00"},
	} {
		if got := meeting.OpinionsBy(at(t, c.start), at(t, c.now), cal); !got.Equal(at(t, c.want)) {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if m := sentOut(t, newPlanBook()); !m.OpinionsDue.Equal(at(t, "08-11 12:00")) {
		t.Errorf("%s", m.OpinionsDue)
	}
}

func TestR8_TiersAreSaidAndNeverGuessed(t *testing.T) {
	t.Parallel()
	b := newPlanBook()
	b.set(decider, func(p *meeting.Person) { p.Title = "分管副总" })
	m, err := meeting.Convene(b, meeting.Plan{By: host, Title: "会"}, at(t, "08-10 09:00"))
	must(t, err)
	added, err := m.Invite(b, host, meeting.Invitation{People: []meeting.PersonID{decider, owner}})
	must(t, err)
	if len(added) != 2 || m.Participant(decider).Tier != meeting.Doer || m.Participant(owner).Department != "研发部" {
		t.Errorf("%v %+v", added, m.Participants)
	}
	added, err = m.Invite(b, host, meeting.Invitation{People: []meeting.PersonID{decider}, Tier: meeting.Decider})
	must(t, err)
	if len(added) != 0 || m.Participant(decider).Tier != meeting.Decider || len(m.Participants) != 2 {
		t.Errorf("%v %+v", added, m.Participants)
	}
	refusedBy(t, "R8", secondPlan(m.Invite(b, host, meeting.Invitation{})))
	refusedBy(t, "R8", secondPlan(m.Invite(b, host, meeting.Invitation{People: []meeting.PersonID{gone}})))
	must(t, m.Uninvite(host, []meeting.PersonID{owner}))
	refusedBy(t, "R8", m.Uninvite(host, []meeting.PersonID{owner}))
	must(t, secondPlan(m.AssignRoles(b, host, meeting.Duties{Host: host, Recorder: admin}, at(t, "08-10 09:00"))))
	refusedBy(t, "R10", m.Uninvite(host, []meeting.PersonID{host}))
	refusedBy(t, "R10", m.Uninvite(host, []meeting.PersonID{admin}))
}

func TestR15_R16_R17_MaterialSaysWhereToLook(t *testing.T) {
	t.Parallel()
	b, now := newPlanBook(), at(t, "08-10 16:30")
	m := draftOf(t, b)
	x := meeting.Material{Title: "用户调研", Link: "https://a.example/u", Pages: 6}
	say := refusedBy(t, "R17", m.AddMaterial(host, x, now))
	if !strings.Contains(say, "有6页，超过5页") {
		t.Errorf("R16: %s", say)
	}
	x.Focus = "看第3页"
	refusedBy(t, "R16", m.AddMaterial(host, x, now))
	x.Summary = meeting.NotNow
	must(t, m.AddMaterial(host, x, now))
	if got := m.Materials[0]; got.Summary != "" || got.Owner != host || m.NoMaterial {
		t.Errorf("%+v", got)
	}
	refusedBy(t, "R15", m.StateNoMaterial(host))
	refusedBy(t, "R15", m.AddMaterial(host, meeting.Material{Focus: "x"}, now))
	refusedBy(t, "R2", m.AddMaterial(host, meeting.Material{Title: "a", Focus: "x", Topic: 7}, now))
	must(t, m.AddMaterial(owner, meeting.Material{Title: "五页", Focus: "x", Pages: 5}, now)) // who takes part may bring something
	refusedBy(t, "R1", m.AddMaterial(stranger, meeting.Material{Title: "a", Focus: "x"}, now))
	must(t, m.DropMaterial(host, 1))
	refusedBy(t, "R15", m.DropMaterial(host, 2))
	must(t, m.DropMaterial(host, 1))
	must(t, m.StateNoMaterial(host))
}

func TestR10_ANewHostOrRecorderIsAskedAfterTheNotice(t *testing.T) {
	t.Parallel()
	b, now := newPlanBook(), at(t, "08-10 18:00")
	m := draftOf(t, b)
	asked, err := m.AssignRoles(b, admin, meeting.Duties{Recorder: helper}, now)
	must(t, err)
	if len(asked) != 0 || m.Recorder != helper {
		t.Error("a draft changes at once")
	}
	m = sentOut(t, b)
	refusedBy(t, "R10", secondPlan(m.AssignRoles(b, admin, meeting.Duties{Recorder: helper}, now)))
	asked, err = m.AssignRoles(b, host, meeting.Duties{Recorder: next, Timekeeper: helper}, now)
	must(t, err)
	if len(asked) != 1 || m.Recorder != admin || m.Timekeeper != helper || len(m.Offered(next)) != 1 {
		t.Errorf("%+v %+v", asked, m)
	}
	if !m.Involves(next) {
		t.Error("who is asked may read of it")
	}
	_, _, err = m.TakeOver(b, stranger)
	refusedBy(t, "R10", err)
	b.papers = []*meeting.Minutes{
		{ID: 1, Meeting: 1, State: meeting.Drafting, Recorder: admin, Host: host}, {ID: 2, Meeting: 1, State: meeting.Final, Recorder: admin, Host: host},
	}
	taken, papers, err := m.TakeOver(b, next)
	must(t, err)
	if len(taken) != 1 || m.Recorder != next || len(m.RoleOffers) != 0 || m.Participant(next) == nil {
		t.Errorf("%+v", m)
	}
	if len(papers) != 1 || papers[0].Recorder != next || b.papers[1].Recorder != admin {
		t.Errorf("the clocks did not move: %+v", papers)
	}
	asked, err = m.AssignRoles(b, host, meeting.Duties{Host: owner}, now)
	must(t, err)
	declined, err := m.DeclineRole(owner, "出差")
	must(t, err)
	if len(asked) != 1 || len(declined) != 1 || m.Host != host || len(m.RoleOffers) != 0 {
		t.Errorf("%+v", m)
	}
	refusedBy(t, "R10", secondPlan(m.AssignRoles(b, host, meeting.Duties{}, now)))
	refusedBy(t, "R10", secondPlan(m.AssignRoles(b, host, meeting.Duties{Host: gone}, now)))
	must(t, secondPlan(m.AssignRoles(b, host, meeting.Duties{ByBot: true}, now)))
	if m.Timekeeper != meeting.Nobody {
		t.Error("the bot keeps the time")
	}
}
