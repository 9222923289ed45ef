package meeting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

func TestR26_OpeningStampsTheStartAndPrefillsTheAttendance(t *testing.T) {
	m := noticed(t)
	must(t, m.Begin(recorder, "", at(t, "08-12 14:02")))
	if !m.ActualStart.Equal(at(t, "08-12 14:02")) || !m.Recording || m.Urgent {
		t.Errorf("opened %v, recording %v, urgent %v", m.ActualStart, m.Recording, m.Urgent)
	}
	for p, want := range map[meeting.PersonID]meeting.Attendance{
		host: meeting.Present, leader: meeting.Present, next: meeting.Missing, helper: meeting.Unknown, recorder: meeting.Present,
	} {
		if got := m.Participant(p).Attended; got != want {
			t.Errorf("person %d: %s, not %s", p, got, want)
		}
	}
	if c := m.Current(); c == nil || c.Seq != 1 || !c.OpenedAt.Equal(m.ActualStart) {
		t.Errorf("topic 1 is not open: %+v", c)
	}
	must(t, m.CheckIn(recorder, next, meeting.Late))
	if m.Participant(next).Attended != meeting.Late {
		t.Error("the recorder could not correct it")
	}
	saysNo(t, m.CheckIn(recorder, stranger, meeting.Late), "R26")
}

func TestR12_FromADraftOnlyAsUrgentWithAReason(t *testing.T) {
	m := noticed(t)
	m.Status = meeting.Planned
	saysNo(t, m.Begin(host, " ", at(t, "08-12 14:02")), "R12", "原因")
	must(t, m.Begin(host, "客户今天到厂", at(t, "08-12 14:02")))
	if !m.Urgent || !m.NoticedAt.IsZero() || len(m.Waivers) != 1 || m.Waivers[0].Rule != "R12" || m.Waivers[0].Reason != "客户今天到厂" {
		t.Errorf("urgent %v, noticed %v, waivers %v", m.Urgent, m.NoticedAt, m.Waivers)
	}
}

func TestR10_NothingOpensWithoutTimeTopicHostAndRecorder(t *testing.T) {
	for what, without := range map[string]func(*meeting.Meeting){
		"时间":  func(m *meeting.Meeting) { m.Start = time.Time{} },
		"议题":  func(m *meeting.Meeting) { m.Topics = nil },
		"主持人": func(m *meeting.Meeting) { m.Host = meeting.Nobody },
		"记录人": func(m *meeting.Meeting) { m.Recorder = meeting.Nobody },
	} {
		m := noticed(t)
		without(m)
		if r := refused(t, m.Begin(host, "", at(t, "08-12 14:02")), "R10"); !strings.Contains(r.Say, what) {
			t.Errorf("without %s: %s", what, r.Say)
		}
	}
}

func TestBreaksStopTheClockOfTheTopic(t *testing.T) {
	m := running(t)
	saysNo(t, m.Adjourn(host, "", at(t, "08-12 14:10")), "R26", "原因")
	must(t, m.Adjourn(host, "等测试数据", at(t, "08-12 14:10")))
	if got := m.Current().Spent(at(t, "08-12 14:30")); got != 8*time.Minute {
		t.Errorf("spent %s in the break", got)
	}
	must(t, m.Begin(recorder, "", at(t, "08-12 14:40")))
	if got := m.Current().Spent(at(t, "08-12 14:45")); got != 13*time.Minute {
		t.Errorf("spent %s after it", got)
	}
	if b := m.Breaks[0]; b.Reason != "等测试数据" || !b.Back.Equal(at(t, "08-12 14:40")) {
		t.Errorf("break %+v", b)
	}
	if m.Participant(host).Attended != meeting.Present || !m.Ended.IsZero() {
		t.Error("the attendance went, or the limits began")
	}
	must(t, m.Fail(host, "决策人走了", at(t, "08-12 14:50")))
	if !m.Ended.IsZero() || m.Recording || m.Participant(next).Reason != "" || m.Reason != "决策人走了" {
		t.Errorf("failed: %+v", m)
	}
}

func TestR28_OneTopicAtATimeInOrderUnlessTheHostNamesAnother(t *testing.T) {
	m := running(t)
	note(t, m, meeting.Conclusion, "同意三个节点", "08-12 14:10")
	must(t, m.Next(host, meeting.Switch{To: 3, Fine: true}, at(t, "08-12 14:12")))
	if c := m.Current(); c.Seq != 3 {
		t.Fatalf("topic %d is open", c.Seq)
	}
	note(t, m, meeting.Unsettled, "包装选哪个", "08-12 14:20")
	must(t, m.Next(recorder, meeting.Switch{Reason: "时间不够"}, at(t, "08-12 14:22")))
	if c := m.Current(); c.Seq != 2 {
		t.Fatalf("topic %d is open", c.Seq)
	}
	talking := 0
	for _, c := range m.Topics {
		if c.Status == meeting.Talking {
			talking++
		}
	}
	if talking != 1 || m.Topic(1).Status != meeting.Concluded || m.Topic(3).Status != meeting.Undecided {
		t.Errorf("topics: %+v", m.Topics)
	}
	if got := m.Topic(3).Used; got != 10*time.Minute {
		t.Errorf("topic 3 took %s", got)
	}
	note(t, m, meeting.Conclusion, "采用A方案", "08-12 14:30")
	must(t, m.Next(host, meeting.Switch{Fine: true}, at(t, "08-12 14:32")))
	if m.Current() != nil {
		t.Error("a fourth topic is open")
	}
	saysNo(t, m.Next(host, meeting.Switch{}, at(t, "08-12 14:33")), "R28")
	saysNo(t, m.Next(host, meeting.Switch{To: 7}, at(t, "08-12 14:33")), "R28")
	must(t, m.Next(host, meeting.Switch{To: 1}, at(t, "08-12 14:34"))) // talked about again
	saysNo(t, m.Next(host, meeting.Switch{To: 1}, at(t, "08-12 14:35")), "R28")
}

func TestR28_ANewTopicIsParkedUnlessTheHostAdmitsIt(t *testing.T) {
	m := running(t)
	now := at(t, "08-12 14:10")
	topic := meeting.Topic{Title: "渠道政策", Output: meeting.ADecision, Minutes: 10}
	saysNo(t, m.Admit(recorder, topic, now), "R28")
	saysNo(t, m.Admit(host, topic, now), "R28") // a fourth
	saysNo(t, m.Park(helper, 0, " ", now), "R28", "内容")
	must(t, m.Park(helper, 0, "渠道政策", now))
	if p := m.Parked[0]; p.Text != "渠道政策" || p.From != 1 || p.By != helper {
		t.Errorf("parked %+v", p)
	}
	must(t, m.Park(host, 3, "", now))
	if m.Topic(3).Status != meeting.Dropped || m.Parked[1].Text != "包装设计" {
		t.Errorf("topic 3 is %s", m.Topic(3).Status)
	}
	saysNo(t, m.Park(host, 3, "", now), "R28")
	saysNo(t, m.Admit(host, meeting.Topic{Title: "渠道政策"}, now), "R3", "产出")
	must(t, m.Admit(host, topic, now))
	if c := m.Topic(4); c == nil || c.Status != meeting.Waiting {
		t.Errorf("not admitted: %+v", m.Topics)
	}
	must(t, m.Park(host, 1, "", now))
	saysNo(t, m.Next(host, meeting.Switch{To: 3}, now), "R28")
	must(t, m.Next(host, meeting.Switch{}, now))
	if m.Current().Seq != 2 {
		t.Errorf("topic %d is open", m.Current().Seq)
	}
}

func TestR29_ExtendingBounds(t *testing.T) {
	m := running(t)
	for _, n := range []int{0, -5, 61, 10000} {
		saysNo(t, m.Extend(host, n, at(t, "08-12 14:10")), "R29", "分钟")
	}
	must(t, m.Extend(keeper, 10, at(t, "08-12 14:10")))
	if got := m.Current().Planned(); got != 30*time.Minute {
		t.Errorf("planned %s", got)
	}
	must(t, m.Extend(host, 5, at(t, "08-12 14:52"))) // twenty minutes over: it counts from now
	if got := m.Current().Planned() - m.Current().Spent(at(t, "08-12 14:52")); got != 5*time.Minute {
		t.Errorf("%s left", got)
	}
}

func TestR31_ATopicWithNeitherConclusionNorDisputeStaysOpen(t *testing.T) {
	m := running(t)
	note(t, m, meeting.Point, "说了很多", "08-12 14:10")
	for _, who := range []meeting.PersonID{host, recorder} {
		saysNo(t, m.Next(who, meeting.Switch{Fine: true, Reason: "快"}, at(t, "08-12 14:12")), "R31")
	}
	if m.Current().Seq != 1 {
		t.Error("it was closed")
	}
	e := note(t, m, meeting.Conclusion, "同意", "08-12 14:13")
	if _, err := m.Withdraw(recorder, at(t, "08-12 14:14")); err != nil || !e.Withdrawn {
		t.Fatal(err)
	}
	saysNo(t, m.Next(host, meeting.Switch{Fine: true}, at(t, "08-12 14:15")), "R31") // what was withdrawn does not count
	note(t, m, meeting.Unsettled, "哪个节点", "08-12 14:16")
	must(t, m.Next(host, meeting.Switch{Fine: true}, at(t, "08-12 14:17")))
}

func TestR44_TheHostAnswersThreeThingsBeforeTheNextTopic(t *testing.T) {
	m := running(t)
	note(t, m, meeting.Conclusion, "同意", "08-12 14:10")
	saysNo(t, m.Next(host, meeting.Switch{}, at(t, "08-12 14:12")), "R44")
	saysNo(t, m.Next(recorder, meeting.Switch{Fine: true}, at(t, "08-12 14:12")), "R44")
	must(t, m.WrapUp(host, meeting.Wrap{TasksClear: true, OwnersSaid: true}, at(t, "08-12 14:12")))
	saysNo(t, m.Next(host, meeting.Switch{}, at(t, "08-12 14:13")), "R44") // 截止合理 was no
	must(t, m.WrapUp(host, meeting.Wrap{TasksClear: true, OwnersSaid: true, DatesFit: true}, at(t, "08-12 14:13")))
	must(t, m.Next(recorder, meeting.Switch{}, at(t, "08-12 14:14")))
	if w := m.Topic(1).Wrap; w == nil || w.By != host || !w.At.Equal(at(t, "08-12 14:13")) {
		t.Errorf("wrap %+v", w)
	}
	note(t, m, meeting.Conclusion, "采用A", "08-12 14:15")
	must(t, m.Next(recorder, meeting.Switch{Reason: "时间不够"}, at(t, "08-12 14:16")))
	if w := m.Waivers; len(w) != 1 || w[0].Rule != "R44" || w[0].By != recorder {
		t.Errorf("waivers %+v", w)
	}
}

func TestR30_EntriesKeepTheirTagTopicAndAuthor(t *testing.T) {
	m := running(t)
	e := note(t, m, meeting.Point, "  研发说能排  ", "08-12 14:10")
	if e.ID != 1 || e.Topic != 1 || e.Author != recorder || e.Text != "研发说能排" || e.Kind != meeting.Point {
		t.Errorf("%+v", e)
	}
	for _, text := range []string{"", " ", "……", strings.Repeat("长", 1001)} {
		_, err := m.Record(meeting.Entry{Kind: meeting.Point, Text: text}, recorder, at(t, "08-12 14:11"))
		saysNo(t, err, "R30", "内容")
	}
	must(t, second(m.Record(meeting.Entry{Kind: meeting.Conclusion, Text: strings.Repeat("长", 300)}, recorder, at(t, "08-12 14:11"))))
	_, err := m.Record(meeting.Entry{Kind: meeting.Conclusion, Text: strings.Repeat("长", 301)}, recorder, at(t, "08-12 14:11"))
	saysNo(t, err, "R30", "内容")
	_, err = m.Record(meeting.Entry{Kind: meeting.Point, Text: "说一句"}, stranger, at(t, "08-12 14:11"))
	saysNo(t, err, "R30")
	_, err = m.Record(meeting.Entry{Kind: meeting.Point, Text: "说一句", Topic: 9}, recorder, at(t, "08-12 14:11"))
	saysNo(t, err, "R28")
	must(t, second(m.Reword(recorder, 1, "研发说三个都能排")))
	if e := m.Entry(1); e.Text != "研发说三个都能排" || !slices.Equal(e.Earlier, []string{"研发说能排"}) {
		t.Errorf("%+v", e)
	}
	_, err = m.Reword(helper, 1, "不能排")
	saysNo(t, err, "R30")
	_, err = m.Reword(recorder, 99, "不能排")
	saysNo(t, err, "R30")
}

func second[T any](_ T, err error) error { return err }

func TestR30_TakingBackWithinFiveMinutes(t *testing.T) {
	m := running(t)
	note(t, m, meeting.Point, "一", "08-12 14:10")
	note(t, m, meeting.Conclusion, "同意", "08-12 14:11")
	must(t, second(m.Support("调研", 0, recorder, at(t, "08-12 14:12"))))
	m.Entries[2].Author = host // the host gave the 依据
	if _, err := m.Withdraw(recorder, at(t, "08-12 14:16")); err != nil {
		t.Fatal(err)
	}
	if !m.Entries[1].Withdrawn || !m.Entries[2].Withdrawn {
		t.Error("the conclusion or its 依据 stayed")
	}
	_, err := m.Withdraw(recorder, at(t, "08-12 14:16"))
	saysNo(t, err, "R30") // 一 is older than five minutes
	_, err = m.Withdraw(helper, at(t, "08-12 14:16"))
	saysNo(t, err, "R30") // nothing of theirs
	if m.Entries[0].Withdrawn {
		t.Error("an older line went")
	}
}

func TestR30_TakingATaskBackWhileNobodyAnswered(t *testing.T) {
	task := assigned(t, handOut(t))
	must(t, task.TakeBack(host, at(t, "08-12 14:03")))
	if task.Status != meeting.Cancelled {
		t.Errorf("is %s", task.Status)
	}
	task = confirmed(t, handOut(t))
	saysNo(t, task.TakeBack(host, at(t, "08-12 14:20")), "R86")
	if task.Status != meeting.NotStarted {
		t.Errorf("is %s", task.Status)
	}
}

func TestR32_AConclusionStatesADecisionAndWhoLeads(t *testing.T) {
	m := running(t)
	for _, c := range []struct {
		text    string
		verdict meeting.DecisionKind
		lead    string
	}{
		{"同意采用A方案，由研发部牵头", meeting.Approved, "研发部"},
		{"采用B方案", meeting.Adopted, ""},
		{"不同意提前上线，市场部牵头重排", meeting.Rejected, "市场部"},
		{"否决提价", meeting.Rejected, ""},
		{"包装打样暂缓", meeting.Postponed, ""},
		{"11月10日上线", meeting.Otherwise, ""},
		{"选定三号供应商,由" + leader.Token() + "牵头", meeting.Adopted, "研发部"},
		{"通过预算，由大家牵头", meeting.Approved, ""},
		{"同意立项，由质量管理中心牵头", meeting.Approved, "质量管理中心"},
	} {
		e := note(t, m, meeting.Conclusion, c.text, "08-12 14:10")
		if e.Verdict != c.verdict || e.Lead != c.lead {
			t.Errorf("%s: %s, %q leads", c.text, e.Verdict, e.Lead)
		}
	}
}

func TestR32_TheBasisGoesToTheLastConclusionOfTheTopic(t *testing.T) {
	m := running(t)
	_, err := m.Support("调研", 0, recorder, at(t, "08-12 14:10"))
	saysNo(t, err, "R32")
	note(t, m, meeting.Conclusion, "同意一", "08-12 14:10")
	note(t, m, meeting.Conclusion, "同意二", "08-12 14:11")
	must(t, second(m.Support("调研", 0, recorder, at(t, "08-12 14:12"))))
	if got := m.Bases(2); !slices.Equal(got, []string{"调研"}) || len(m.Bases(1)) != 0 {
		t.Errorf("bases %v, %v", m.Bases(1), got)
	}
}

func TestR33_WhatLacksAnElementIsInNoListUntilItIsComplete(t *testing.T) {
	m := running(t)
	now := at(t, "08-12 14:10")
	e, err := m.NoteTask(meeting.TaskNote{Text: "出技术文档", Lacks: []string{"责任人", "截止"}, Vague: []string{"尽快"}}, recorder, now)
	must(t, err)
	if len(m.Incomplete()) != 1 {
		t.Fatalf("incomplete: %+v", m.Incomplete())
	}
	id := e.ID
	must(t, second(m.NoteTask(meeting.TaskNote{Entry: id, Text: "出技术文档", Owner: owner, Lacks: []string{"截止"}, Vague: []string{"尽快", "近期"}}, recorder, now)))
	must(t, second(m.NoteTask(meeting.TaskNote{Entry: id, Text: "出A方案技术文档", Owner: owner, Task: 17}, recorder, now)))
	if e := m.Entry(id); len(m.Incomplete()) != 0 || e.Task != 17 || e.Owner != owner || len(m.Entries) != 1 ||
		!slices.Equal(e.Vague, []string{"尽快", "近期"}) || !slices.Equal(e.Earlier, []string{"出技术文档"}) {
		t.Errorf("%+v", e)
	}
	must(t, second(m.NoteTask(meeting.TaskNote{Entry: id, Text: "另一件", Task: 18}, recorder, now)))
	if len(m.Entries) != 2 {
		t.Error("a complete note was written over")
	}
}

func TestR66_TasksOfAMeetingCountUnderItsNumber(t *testing.T) {
	m, b := running(t), newBook()
	for i, want := range []string{"T-20260812-01-01", "T-20260812-01-02"} {
		a := handOut(t)
		a.By, a.Acceptor, a.Chat = recorder, meeting.Nobody, ""
		task, err := meeting.Assign(b, m.Assignment(a), at(t, "08-12 14:10"), calendar(t))
		must(t, err)
		if task.No != want || task.Source != meeting.FromMeeting || task.Meeting != m.ID || task.Topic != 1 || task.Host != host ||
			task.Acceptor != host || task.Chat != m.Chat || !slices.Equal(task.Deciders, []meeting.PersonID{decider, leader}) || task.InLedger() {
			t.Errorf("task %d: %+v", i, task)
		}
	}
	a := handOut(t)
	a.By, a.Owner, a.Acceptor = recorder, host, meeting.Nobody
	task, err := meeting.Assign(b, m.Assignment(a), at(t, "08-12 14:10"), calendar(t))
	must(t, err)
	if task.Acceptor == host || task.Status != meeting.Unconfirmed {
		t.Errorf("the host accepts their own, or was not asked: %+v", task)
	}
	other := handOut(t)
	task, err = meeting.Assign(b, other, at(t, "08-12 14:10"), calendar(t))
	must(t, err)
	if task.No != "T-20260812-00-01" {
		t.Errorf("outside of it: %s", task.No)
	}
}

func TestR49_TheFirstEndShowsWhatIsLeftAndItsMinuteStays(t *testing.T) {
	m := running(t)
	note(t, m, meeting.Conclusion, "同意", "08-12 14:10")
	must(t, second(m.NoteTask(meeting.TaskNote{Text: "打样", Lacks: []string{"责任人"}}, recorder, at(t, "08-12 14:11"))))
	d := m.NewDispute(meeting.Disagreed, 1, recorder, at(t, "08-12 14:11"))
	must(t, d.Hold(meeting.View{Person: leader, Text: "上不了"}, recorder, at(t, "08-12 14:11")))
	left := m.Left([]*meeting.Dispute{d})
	if len(left.Topics) != 2 || len(left.ToDos) != 1 || len(left.Disputes) != 1 || len(left.Say()) != 4 {
		t.Fatalf("left: %v", left.Say())
	}
	all := []*meeting.Dispute{d}
	ended, _, err := m.Dismiss(host, meeting.Dismissal{Disputes: all}, at(t, "08-12 15:40"))
	must(t, err)
	if ended || m.Status != meeting.Live || !m.EndTyped.Equal(at(t, "08-12 15:40")) {
		t.Fatalf("ended %v, %s, %v", ended, m.Status, m.EndTyped)
	}
	ended, unfinished, err := m.Dismiss(recorder, meeting.Dismissal{Disputes: all}, at(t, "08-12 15:55"))
	must(t, err)
	if !ended || !m.Ended.Equal(at(t, "08-12 15:40")) || len(unfinished) != 2 {
		t.Fatalf("ended %v at %v, %d topics left", ended, m.Ended, len(unfinished))
	}
	for _, c := range unfinished {
		d := m.NewDispute(meeting.Unfinished, c.Seq, host, at(t, "08-12 15:55"))
		m.LeaveOpen(host, d, at(t, "08-12 15:55"))
	}
	if m.Topic(1).Status != meeting.Concluded || m.Topic(2).Status != meeting.Undecided || m.Topic(3).Status != meeting.Undecided {
		t.Errorf("topics %+v", m.Topics)
	}
	if m.Recording || m.Participant(next).Reason != "" {
		t.Error("the record is on, or a reason of absence was kept (R14)")
	}
}

func TestR49_NothingLeftEndsAtOnceAndATimeMayBeStated(t *testing.T) {
	done := func() *meeting.Meeting {
		m := running(t)
		for i := range m.Topics {
			m.Topics[i].Status = meeting.Concluded
		}
		return m
	}
	for _, c := range []struct {
		at, want string
		refused  bool
	}{
		{"", "08-12 15:40", false},
		{"08-12 15:30", "08-12 15:30", false},
		{"08-12 14:02", "08-12 14:02", false},
		{"08-12 15:40", "08-12 15:40", false},
		{"08-12 15:41", "", true},
		{"08-12 14:01", "", true},
		{"08-11 15:30", "", true},
	} {
		m := done()
		e := meeting.Dismissal{}
		if c.at != "" {
			e.At = at(t, c.at)
		}
		ended, _, err := m.Dismiss(host, e, at(t, "08-12 15:40"))
		if c.refused {
			saysNo(t, err, "R49")
			if m.Status != meeting.Live {
				t.Errorf("%s: now %s", c.at, m.Status)
			}
			continue
		}
		must(t, err)
		if !ended || !m.Ended.Equal(at(t, c.want)) || m.Status != meeting.Over {
			t.Errorf("%s: %v at %v", c.at, ended, m.Ended)
		}
	}
}

func TestR49_GoingOnForgetsTheTypedEnd(t *testing.T) {
	for name, on := range map[string]func(*meeting.Meeting) error{
		"还没完":  func(m *meeting.Meeting) error { return m.GoesOn(host) },
		"下一议题": func(m *meeting.Meeting) error { return m.Next(host, meeting.Switch{Fine: true}, at(t, "08-12 15:45")) },
		"加时":   func(m *meeting.Meeting) error { return m.Extend(host, 5, at(t, "08-12 15:45")) },
	} {
		m := running(t)
		note(t, m, meeting.Conclusion, "同意", "08-12 14:10")
		typedOnce(t, m)
		must(t, on(m))
		if !m.EndTyped.IsZero() {
			t.Errorf("%s: still %v", name, m.EndTyped)
		}
	}
}

func typedOnce(t *testing.T, m *meeting.Meeting) {
	t.Helper()
	ended, _, err := m.Dismiss(host, meeting.Dismissal{}, at(t, "08-12 15:40"))
	if err != nil || ended {
		t.Fatalf("ended %v: %v", ended, err)
	}
}
