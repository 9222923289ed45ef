package meeting_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// review is a draft of the host's that may be noticed: Wednesday 08-12 14:00 to
// 15:30, with three topics, someone who decides and someone who does.
func review(t *testing.T) *meeting.Meeting {
	t.Helper()
	return &meeting.Meeting{
		No: "产品-20260812-01", Serial: "20260812-01", Title: "新品A方案评审会", Initiator: host, Department: "产品部", Chat: "g",
		Start: at(t, "08-12 14:00"), End: at(t, "08-12 15:30"), Place: "3号会议室", Form: meeting.OnSite,
		Goals: []string{"A/B方案二选一"},
		Topics: []meeting.Topic{
			{Seq: 1, Title: "A/B方案选型", Output: meeting.ADecision, Minutes: 20, In: "成本", Status: meeting.Waiting},
			{Seq: 2, Title: "研发节点", Output: meeting.ATaskList, Minutes: 20, In: "里程碑", Status: meeting.Waiting},
			{Seq: 3, Title: "包装打样", Output: meeting.APlan, Minutes: 20, Out: "价格", Status: meeting.Waiting},
		},
		Participants: []meeting.Participant{
			{Person: host, Department: "产品部", Tier: meeting.Doer}, {Person: admin, Department: "项目办", Tier: meeting.Support},
			{Person: decider, Department: "总经办", Tier: meeting.Decider}, {Person: owner, Department: "研发部", Tier: meeting.Doer},
		},
		Host: host, Recorder: admin, NoMaterial: true, Status: meeting.Planned, CreatedAt: at(t, "08-10 09:00"),
	}
}

// early is a moment at which the notice of review is in time.
const early = "08-10 16:00"

func gate(t *testing.T, m *meeting.Meeting, now string) (fields, rules []string) {
	t.Helper()
	gaps, warnings, err := m.Gate(newBook(), at(t, now), calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gaps {
		fields = append(fields, g.Rule+" "+g.Field)
		if g.Say == "" {
			t.Errorf("%s %s asks nothing", g.Rule, g.Field)
		}
	}
	for _, w := range warnings {
		rules = append(rules, w.Rule)
	}
	return fields, rules
}

// TestGate_R1_R2_R3_R6_R7_R8_R10_R13_WhatTheNoticeNeeds: each rule holds the
// notice up by itself, and nothing else does.
func TestGate_R1_R2_R3_R6_R7_R8_R10_R13_WhatTheNoticeNeeds(t *testing.T) {
	topic := func(n int) meeting.Topic {
		return meeting.Topic{Seq: n, Title: "渠道政策", Output: meeting.APlan, Minutes: 5, In: "返点"}
	}
	for _, c := range []struct {
		name   string
		change func(*meeting.Meeting)
		want   string // rule and field, empty for none
	}{
		{"R13 complete", func(*meeting.Meeting) {}, ""},
		{"R1 no department", func(m *meeting.Meeting) { m.Department = "" }, "R1 发起部门"},
		{"R2 no topic", func(m *meeting.Meeting) { m.Topics = nil }, "R2 议题"},
		{"R2 one topic", func(m *meeting.Meeting) { m.Topics = m.Topics[:1] }, ""},
		{"R2 four topics", func(m *meeting.Meeting) { m.Topics = append(m.Topics, topic(4)) }, "R2 另议"},
		{"R2 four with a reason", func(m *meeting.Meeting) {
			m.Topics = append(m.Topics, topic(4))
			m.Waivers = []meeting.Waiver{{Rule: "R2", Reason: "客户同日到访", By: host}}
		}, ""},
		{"R3 no output", func(m *meeting.Meeting) { m.Topics[1].Output = "" }, "R3 产出"},
		{"R6 longer than the meeting", func(m *meeting.Meeting) { m.Topics[0].Minutes = 60 }, "R6 议题时长"},
		{"R6 exactly as long", func(m *meeting.Meeting) { m.Topics[0].Minutes = 50 }, ""},
		{"R7 no start", func(m *meeting.Meeting) { m.Start, m.End = time.Time{}, time.Time{} }, "R7 时间"},
		{"R7 no end", func(m *meeting.Meeting) { m.End = time.Time{} }, "R7 时长"},
		{"R7 no place", func(m *meeting.Meeting) { m.Place = "" }, "R7 地点"},
		{"R13 no goal", func(m *meeting.Meeting) { m.Goals = nil }, "R13 目标"},
		{"R8 nobody comes", func(m *meeting.Meeting) { m.Topics[0].Output, m.Participants = meeting.APlan, m.Participants[:2] }, "R8 参会人"},
		{"R8 nobody does", func(m *meeting.Meeting) {
			m.Participants[0].Tier, m.Participants[3].Tier = meeting.Support, meeting.Support
		}, "R8 执行层"},
		{"R8 nobody decides a decision", func(m *meeting.Meeting) { m.Participants[2].Tier = meeting.Doer }, "R8 决策层"},
		{"R8 who sits in decides nothing", func(m *meeting.Meeting) { m.Participants[2].Observer = true }, "R8 决策层"},
		{"R8 nothing to decide", func(m *meeting.Meeting) { m.Topics[0].Output, m.Participants[2].Tier = meeting.APlan, meeting.Doer }, ""},
		{"R8 a leaver", func(m *meeting.Meeting) { m.Participants = append(m.Participants, meeting.Participant{Person: gone}) }, "R8 去掉"},
		{"R10 no host", func(m *meeting.Meeting) { m.Host = meeting.Nobody }, "R10 主持"},
		{"R10 no recorder", func(m *meeting.Meeting) { m.Recorder = meeting.Nobody }, "R10 记录"},
		{"R10 the bot keeps the time", func(m *meeting.Meeting) { m.Timekeeper = meeting.Nobody }, ""},
	} {
		m := review(t)
		c.change(m)
		got, _ := gate(t, m, early)
		want := []string{c.want}
		if c.want == "" {
			want = nil
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
		err := m.SendNotice(newBook(), host, at(t, early), calendar(t))
		if (err == nil) != (c.want == "") || (m.Status == meeting.Noticed) != (err == nil) {
			t.Errorf("%s: sending says %v, the meeting is %s", c.name, err, m.Status)
		}
	}
}

// TestGate_R4_R5_R6_R10_R15_Warnings do not hold the notice up.
func TestGate_R4_R5_R6_R10_R15_Warnings(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(*meeting.Meeting)
	}{
		{"", func(*meeting.Meeting) {}},
		{"R4", func(m *meeting.Meeting) { m.Goals = []string{"把新产品讨论清楚"} }},
		{"R5", func(m *meeting.Meeting) { m.Topics[0].In = "" }},
		{"R6", func(m *meeting.Meeting) { m.Topics[0].Minutes = 21 }},
		{"R6", func(m *meeting.Meeting) { m.End = m.End.Add(time.Minute) }},
		{"R10", func(m *meeting.Meeting) { m.Recorder = host }},
		{"R15", func(m *meeting.Meeting) { m.NoMaterial = false }},
	} {
		m := review(t)
		c.change(m)
		gaps, rules := gate(t, m, early)
		if want := strings.Fields(c.rule); len(gaps) > 0 || !slices.Equal(rules, want) && len(rules)+len(want) > 0 {
			t.Errorf("%s: warned of %q, gaps %q", c.rule, rules, gaps)
		}
		if err := m.SendNotice(newBook(), host, at(t, early), calendar(t)); err != nil {
			t.Errorf("%s holds the notice up: %v", c.rule, err)
		}
	}
}

// TestR12_NoticeTwoWorkingDaysBefore: by 18:00 of the second working day before,
// else only as urgent, with a reason; 补班 counts, days off do not.
func TestR12_NoticeTwoWorkingDaysBefore(t *testing.T) {
	for _, c := range []struct {
		start, now string
		late       bool
	}{
		{"08-12 14:00", "08-10 18:00", false},
		{"08-12 14:00", "08-10 18:01", true},
		{"08-12 09:00", "08-07 10:00", false},
		{"08-17 10:00", "08-13 17:59", false}, // over the weekend: Thursday
		{"08-17 10:00", "08-14 09:00", true},
		{"09-23 14:00", "09-21 12:00", false},
		{"09-22 14:00", "09-20 12:00", false}, // Sunday 09-20 is 补班
		{"10-10 10:00", "10-08 12:00", false}, // Saturday 补班
		{"10-10 10:00", "10-09 12:00", true},
	} {
		m := review(t)
		m.Start, m.End = at(t, c.start), at(t, c.start).Add(90*time.Minute)
		now, cal := at(t, c.now), calendar(t)
		err := m.SendNotice(newBook(), host, now, cal)
		if (err != nil) != c.late {
			t.Errorf("%s at %s: %v", c.start, c.now, err)
		}
		if !c.late {
			continue
		}
		if !refuses(err, "R12") || !strings.Contains(err.Error(), "合规的最早日期是") {
			t.Errorf("%s at %s: %v", c.start, c.now, err)
		}
		if err := m.DeclareUrgent(host, " ", now, cal); !refuses(err, "R12") {
			t.Errorf("urgent without a reason: %v", err)
		}
		if err := m.DeclareUrgent(owner, "客户投诉", now, cal); !refuses(err, "R12") {
			t.Errorf("urgent by somebody else: %v", err)
		}
		if err := m.DeclareUrgent(host, "客户投诉", now, cal); err != nil {
			t.Error(err)
		}
		if err := m.SendNotice(newBook(), host, now, cal); err != nil || !m.Urgent || !m.NoticedAt.Equal(now) {
			t.Errorf("urgent: %v, %+v", err, m)
		}
		if w := m.Waivers; len(w) != 1 || w[0].Reason != "客户投诉" || w[0].By != host {
			t.Errorf("the reason is not on record: %+v", w)
		}
	}
}

func refuses(err error, rule string) bool {
	no, ok := errors.AsType[*meeting.Refusal](err)
	return ok && no.Rule == rule
}

// TestR12_AfterWorkCountsForTheNextDay is what EarliestDay offers.
func TestR12_AfterWorkCountsForTheNextDay(t *testing.T) {
	for now, want := range map[string]string{
		"08-10 16:20": "2026-08-12", "08-10 18:00": "2026-08-12", "08-10 18:01": "2026-08-13", "08-08 10:00": "2026-08-12", // Saturday
		"09-24 10:00": "2026-09-29", "09-30 10:00": "2026-10-09",
	} {
		if got := fmt.Sprint(meeting.EarliestDay(at(t, now), calendar(t))); got != want {
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}

// TestR19_OpinionsEndAtNoonOfTheDayBefore by default, and never after the start.
func TestR19_OpinionsEndAtNoonOfTheDayBefore(t *testing.T) {
	for _, c := range [][3]string{
		{"08-12 14:00", "08-10 17:05", "08-11 12:00"},
		{"08-17 10:00", "08-12 09:00", "08-14 12:00"},
		{"08-12 14:00", "08-11 13:00", "08-12 12:00"},
		{"08-12 14:00", "08-12 13:00", "08-12 14:00"},
	} {
		if got := meeting.OpinionsBy(at(t, c[0]), at(t, c[1]), calendar(t)); !got.Equal(at(t, c[2])) {
			t.Errorf("%v: %s", c, got.In(workday.Zone))
		}
	}
}

// TestR4_Measurable: a number, a date, a count or a named deliverable.
func TestR4_Measurable(t *testing.T) {
	for goal, want := range map[string]bool{
		"A/B方案二选一": true, "确定Q4研发3个关键节点及责任人": true, "周五前定稿": true, "形成1份打样方案": true, "列出任务清单": true,
		"把新产品讨论清楚": false, "大家沟通一下": false, "讨论报告": false, "充分交流": false,
	} {
		if got := meeting.Measurable(goal); got != want {
			t.Errorf("%s: %v", goal, got)
		}
	}
	m := review(t)
	err := m.SetGoals(host, []string{"把新产品讨论清楚"}, false)
	no, ok := errors.AsType[*meeting.Refusal](err)
	if !ok || no.Rule != "R4" || len(no.Gaps[0].Choices) != 2 || !meeting.Measurable(no.Gaps[0].Choices[0].Value) {
		t.Errorf("the rewrite is no better: %v", err)
	}
	if err := m.SetGoals(host, []string{"把新产品讨论清楚"}, true); err != nil {
		t.Errorf("R4 only warns: %v", err)
	}
}

// TestR3_OutputIsOneOfFour; 其他 needs words.
func TestR3_OutputIsOneOfFour(t *testing.T) {
	for _, c := range []struct {
		topic meeting.Topic
		ok    bool
	}{
		{meeting.Topic{Title: "包装", Output: meeting.APlan}, true},
		{meeting.Topic{Title: "包装"}, true}, // asked for by the gate
		{meeting.Topic{Title: "包装", Output: meeting.Something, OutputText: "一张样品照片"}, true},
		{meeting.Topic{Title: "包装", Output: meeting.Something}, false},
		{meeting.Topic{Title: "包装", Output: "共识"}, false},
		{meeting.Topic{Title: " ", Output: meeting.APlan}, false},
		{meeting.Topic{Title: "包装", Output: meeting.APlan, Minutes: 4}, false},
		{meeting.Topic{Title: "包装", Output: meeting.APlan, Minutes: 61}, false},
	} {
		m := review(t)
		m.Topics = nil
		if err := m.AddTopic(host, c.topic); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.topic, err)
		}
	}
}

// TestR66_NumberIsDrawnWithTheStartAndKept.
func TestR66_NumberIsDrawnWithTheStartAndKept(t *testing.T) {
	b := newBook()
	m, err := meeting.Convene(b, meeting.Plan{By: host, Department: "产品部", Title: "周会"}, at(t, "08-10 09:00"))
	if err != nil || m.No != "" || m.Status != meeting.Planned || m.Initiator != host {
		t.Fatalf("%+v, %v", m, err)
	}
	if err := m.SetTime(b, host, at(t, "08-12 14:00"), at(t, "08-12 15:00")); err != nil || m.No != "产品-20260812-01" || m.Serial != "20260812-01" {
		t.Errorf("%s %s %v", m.No, m.Serial, err)
	}
	if err := m.SetTime(b, host, at(t, "08-19 14:00"), time.Time{}); err != nil || m.No != "产品-20260812-01" || !m.End.Equal(at(t, "08-19 15:00")) {
		t.Errorf("moved: %s until %s, %v", m.No, m.End, err)
	}
	other, err := meeting.Convene(b, meeting.Plan{By: owner, Department: "总经办", Title: "复盘", Start: at(t, "08-12 16:00"), End: at(t, "08-12 17:00")}, at(t, "08-10 09:00"))
	if err != nil || other.No != "总经办-20260812-02" {
		t.Errorf("the second of the day: %s, %v", other.No, err)
	}
}

// TestR1_WhoMayPrepare: others are told who may, and nothing changes.
func TestR1_WhoMayPrepare(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*meeting.Meeting, meeting.PersonID) error
	}{
		{"议题", func(m *meeting.Meeting, p meeting.PersonID) error {
			return m.AddTopic(p, meeting.Topic{Title: "x议题"})
		}},
		{"目标", func(m *meeting.Meeting, p meeting.PersonID) error {
			return m.SetGoals(p, []string{"定3个节点"}, false)
		}},
		{"地点", func(m *meeting.Meeting, p meeting.PersonID) error { return m.SetPlace(p, "5号会议室", "") }},
		{"参会", func(m *meeting.Meeting, p meeting.PersonID) error {
			_, err := m.Invite(newBook(), p, meeting.Invitation{People: []meeting.PersonID{next}})
			return err
		}},
		{"抄送", func(m *meeting.Meeting, p meeting.PersonID) error {
			_, err := m.Copy(newBook(), p, []meeting.PersonID{leader}, nil)
			return err
		}},
		{"分工", func(m *meeting.Meeting, p meeting.PersonID) error {
			_, err := m.AssignRoles(newBook(), p, meeting.Duties{Recorder: helper}, at(t, early))
			return err
		}},
	} {
		for p, may := range map[meeting.PersonID]bool{host: true, admin: true, owner: false, stranger: false, meeting.Nobody: false} {
			m := review(t)
			err := c.do(m, p)
			if may != (err == nil) {
				t.Errorf("%s by %d: %v", c.name, p, err)
			}
			if !may && (!strings.Contains(err.Error(), host.Token()) || len(m.Changes()) > 0) {
				t.Errorf("%s by %d is refused with %v", c.name, p, err)
			}
		}
	}
}

// TestR10_NewHostAfterTheNoticeIsAskedFirst (3.2): the old one stays until then.
func TestR10_NewHostAfterTheNoticeIsAskedFirst(t *testing.T) {
	m := review(t)
	m.Status = meeting.Noticed
	asked, err := m.AssignRoles(newBook(), host, meeting.Duties{Host: owner}, at(t, early))
	if err != nil || len(asked) != 1 || m.Host != host {
		t.Fatalf("%+v, %v, host %d", asked, err, m.Host)
	}
	if _, _, err := m.TakeOver(newBook(), helper); err == nil {
		t.Error("somebody else took over")
	}
	if _, _, err := m.TakeOver(newBook(), owner); err != nil || m.Host != owner || len(m.RoleOffers) != 0 {
		t.Errorf("%v, host %d", err, m.Host)
	}
	if _, err := m.AssignRoles(newBook(), owner, meeting.Duties{Recorder: helper}, at(t, early)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.DeclineRole(helper, "休假"); err != nil || m.Recorder != admin || len(m.RoleOffers) != 0 {
		t.Errorf("declined: %v, recorder %d", err, m.Recorder)
	}
}

// TestM1_InitiatorIsReminded four working days before and on the last day, while
// there is no notice.
func TestM1_InitiatorIsReminded(t *testing.T) {
	m := review(t)
	m.ID = 7
	var got []string
	due, _ := m.Notices(calendar(t), at(t, "08-01 00:00"), at(t, "08-12 23:00"))
	for _, n := range due {
		got = append(got, fmt.Sprintf("%s %s %s %d", n.Kind, n.Step, n.At.In(workday.Zone).Format("01-02 15:04"), n.To))
		if !m.Wants(n) {
			t.Errorf("%s %s is not wanted", n.Kind, n.Step)
		}
	}
	want := []string{fmt.Sprintf("M1 4wd 08-06 10:00 %d", host), fmt.Sprintf("M1 2wd 08-10 09:30 %d", host)}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if err := m.SendNotice(newBook(), host, at(t, early), calendar(t)); err != nil {
		t.Fatal(err)
	}
	for _, n := range due {
		if m.Wants(n) {
			t.Errorf("%s %s is wanted after the notice", n.Kind, n.Step)
		}
	}
	if left, _ := m.Notices(calendar(t), at(t, "08-01 00:00"), at(t, "08-12 23:00")); slices.ContainsFunc(left, func(n meeting.Notice) bool { return n.Kind == meeting.NotNoticed }) {
		t.Error("M1 after the notice")
	}
}
