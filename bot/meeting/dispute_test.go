package meeting_test

import (
	"slices"
	"testing"
	"time"

	"huiban/bot/meeting"
)

func view(p meeting.PersonID, text string) meeting.View {
	return meeting.View{Person: p, Department: "研发部", Text: text, Reason: "测试只有2人"}
}

// disputed is an open 分歧 of topic 1 with two views, and its meeting.
func disputed(tb testing.TB) (*meeting.Dispute, *meeting.Meeting) {
	tb.Helper()
	m := running(tb)
	d := m.NewDispute(meeting.Disagreed, 1, recorder, at(tb, "08-12 14:10"))
	d.ID = 3
	must(tb, d.Hold(view(leader, "11月上不了"), recorder, at(tb, "08-12 14:10")))
	must(tb, d.Hold(view(helper, "11月10日必须上"), recorder, at(tb, "08-12 14:11")))
	d.Changes()
	return d, m
}

// filed is the same, complete and with its number.
func filed(tb testing.TB, due string) (*meeting.Dispute, *meeting.Meeting) {
	tb.Helper()
	d, m := disputed(tb)
	gaps, err := d.Ask(m, meeting.Question{Text: "11月10日是否上线", Decider: decider, Due: by(tb, due)}, host, at(tb, "08-12 14:12"), calendar(tb))
	must(tb, err)
	asks, err := d.File(newBook(), m.Serial)
	must(tb, err)
	if len(gaps) > 0 || !asks || d.No != "D-20260812-01-01" {
		tb.Fatalf("gaps %v, asks %v, number %s", gaps, asks, d.No)
	}
	d.Changes()
	return d, m
}

// TestDisputeMachine: 未决→已裁决, 未决→撤回 and nothing else (3.2).
func TestDisputeMachine(t *testing.T) {
	states := map[meeting.DisputeStatus]func(*meeting.Dispute){
		meeting.Pending: func(*meeting.Dispute) {},
		meeting.Ruled: func(d *meeting.Dispute) {
			must(t, d.Rule(decider, "做展会版", "签约目标", at(t, "08-13 10:00")))
		},
		meeting.Retracted: func(d *meeting.Dispute) { must(t, d.Retract(host, "谈拢了")) },
	}
	verbs := map[string]struct {
		to meeting.DisputeStatus
		do func(*meeting.Dispute, *meeting.Meeting) error
	}{
		"裁决": {meeting.Ruled, func(d *meeting.Dispute, _ *meeting.Meeting) error {
			return d.Rule(decider, "上", "签约目标", at(t, "08-13 11:00"))
		}},
		"撤回未决": {meeting.Retracted, func(d *meeting.Dispute, _ *meeting.Meeting) error { return d.Retract(host, "谈拢了") }},
		"分歧": {meeting.Pending, func(d *meeting.Dispute, _ *meeting.Meeting) error {
			return d.Hold(view(next, "来料要到月底"), recorder, at(t, "08-13 11:00"))
		}},
		"确认观点": {meeting.Pending, func(d *meeting.Dispute, _ *meeting.Meeting) error { return d.ConfirmView(leader) }},
		"撤回观点": {meeting.Pending, func(d *meeting.Dispute, _ *meeting.Meeting) error { return d.DropView(leader) }},
		"未决": {meeting.Pending, func(d *meeting.Dispute, m *meeting.Meeting) error {
			_, err := d.Ask(m, meeting.Question{Text: "换个问法"}, host, at(t, "08-13 11:00"), calendar(t))
			return err
		}},
	}
	for status, bring := range states {
		for name, v := range verbs {
			d, m := filed(t, "08-21 17:00")
			bring(d)
			d.Changes()
			views := len(d.Views)
			err := v.do(d, m)
			changes := d.Changes()
			switch status {
			case meeting.Pending:
				if err != nil || d.Status != v.to || len(changes) == 0 {
					t.Errorf("%s in %s: %v, now %s, audited %v", name, status, err, d.Status, changes)
				}
			default:
				saysNo(t, err, "R43")
				if d.Status != status || len(changes) > 0 || len(d.Views) != views {
					t.Errorf("%s in %s changed it: now %s, %v", name, status, d.Status, changes)
				}
			}
		}
	}
}

func TestR42_ViewsStandAsTheyWereSaidAndAreNeverMerged(t *testing.T) {
	d, _ := disputed(t)
	if d.Views[0].Confirmed || d.Views[1].Confirmed {
		t.Error("what the recorder wrote is confirmed")
	}
	must(t, d.ConfirmView(leader))
	saysNo(t, d.ConfirmView(leader), "R42")
	saysNo(t, d.ConfirmView(next), "R42")
	must(t, d.Hold(meeting.View{Person: helper, Text: "展会版即可", Reason: "只演示3个功能"}, helper, at(t, "08-12 14:20")))
	if len(d.Views) != 2 || d.Views[1].Text != "展会版即可" || !d.Views[1].Confirmed || d.Views[0].Text != "11月上不了" {
		t.Errorf("views %+v", d.Views)
	}
	must(t, d.Hold(view(leader, "最早12月4日"), recorder, at(t, "08-12 14:21"))) // other words for them want their yes again
	if d.ViewOf(leader).Confirmed {
		t.Error("words of somebody else are confirmed")
	}
	saysNo(t, d.Hold(view(leader, " "), recorder, at(t, "08-12 14:22")), "R42", "观点")
	must(t, d.Hold(meeting.View{Department: "生产", Text: "月底到料"}, recorder, at(t, "08-12 14:23")))
	must(t, d.Hold(meeting.View{Department: "采购", Text: "下月5号"}, recorder, at(t, "08-12 14:23")))
	if len(d.Views) != 4 {
		t.Errorf("views without a person were put together: %+v", d.Views)
	}
	must(t, d.Hold(meeting.View{Person: next, Department: "生产部", Text: "月底才到"}, recorder, at(t, "08-12 14:24"))) // speaks for 生产
	if len(d.Views) != 4 || d.Views[2].Person != next {
		t.Errorf("who speaks for the department did not take its place: %+v", d.Views)
	}
}

func TestR42_NoUnanimityOverAnOpenDispute(t *testing.T) {
	for text, want := range map[string]bool{
		"一致同意11月10日上线": true, "全体同意": true, "大家都同意采用A": true, "无异议，通过": true,
		"同意采用A方案": false, "口径不一致，暂缓": false, "统一标准": false,
	} {
		if meeting.Unanimous(text) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	d, _ := disputed(t)
	all := []*meeting.Dispute{d}
	if got := meeting.Against(all, 1); len(got) != 2 {
		t.Errorf("against it: %v", got)
	}
	if got := meeting.Against(all, 2); got != nil {
		t.Errorf("against it on another topic: %v", got)
	}
	must(t, d.DropView(leader)) // one view alone is no dispute
	if d.Status != meeting.Retracted || meeting.Against(all, 1) != nil {
		t.Errorf("still %s", d.Status)
	}
	f, _ := filed(t, "08-21 17:00")
	must(t, f.Rule(decider, "上", "签约目标", at(t, "08-13 10:00")))
	if got := meeting.Against([]*meeting.Dispute{f}, 1); got != nil {
		t.Errorf("a ruled one stands against it: %v", got)
	}
}

func TestR43_ADisagreementNeedsTwoViewsADeciderAndADate(t *testing.T) {
	m := running(t)
	now, cal := at(t, "08-12 14:12"), calendar(t)
	d := m.NewDispute(meeting.Disagreed, 1, recorder, now)
	must(t, d.Hold(view(leader, "上不了"), recorder, now))
	_, err := d.Ask(m, meeting.Question{}, host, now, cal)
	saysNo(t, err, "R43", "内容")
	ask := func(q meeting.Question, want ...string) {
		t.Helper()
		gaps, err := d.Ask(m, q, host, now, cal)
		must(t, err)
		var got []string
		for _, g := range gaps {
			got = append(got, g.Field)
		}
		if !slices.Equal(got, want) {
			t.Errorf("asks for %v, not %v", got, want)
		}
	}
	ask(meeting.Question{Text: "是否上线"}, "决策人", "期限")
	ask(meeting.Question{Decider: helper}, "决策人", "期限")                             // 执行层 decides nothing
	ask(meeting.Question{Decider: decider, Due: meeting.Deadline{Raw: "尽快"}}, "期限") // R38
	ask(meeting.Question{Due: by(t, "08-11 17:00")}, "期限")                          // past
	ask(meeting.Question{Due: by(t, "08-21 17:00")})                                // one view is missing
	if asks, err := d.File(newBook(), m.Serial); err != nil || asks || d.No != "" {
		t.Errorf("filed with one view: %v, %s", asks, d.No)
	}
	if got := d.Lacks(); !slices.Equal(got, []string{"双方观点"}) {
		t.Errorf("lacks %v", got)
	}
	must(t, d.Hold(view(helper, "必须上"), recorder, now))
	b := newBook()
	asks, err := d.File(b, m.Serial)
	must(t, err)
	again, err := d.File(b, m.Serial)
	must(t, err)
	if !asks || again || d.No != "D-20260812-01-01" {
		t.Errorf("asks %v, again %v, number %s", asks, again, d.No)
	}
}

func TestR43_AnUnfinishedMatterNeedsNothing(t *testing.T) {
	m := running(t)
	now, cal := at(t, "08-12 14:12"), calendar(t)
	d := m.NewDispute(meeting.Unfinished, 2, recorder, now)
	gaps, err := d.Ask(m, meeting.Question{Text: "包装选哪个", Later: true}, host, now, cal)
	must(t, err)
	if len(gaps) > 0 || len(d.Lacks()) > 0 || d.Decider != meeting.Nobody {
		t.Errorf("asks for %v, lacks %v", gaps, d.Lacks())
	}
	saysNo(t, d.Rule(decider, "A", "便宜", now), "R43") // nobody was to decide it
	e := m.NewDispute(meeting.Unfinished, 2, recorder, now)
	gaps, err = e.Ask(m, meeting.Question{Text: "包装选哪个", Decider: decider}, host, now, cal)
	must(t, err)
	if len(gaps) != 1 || gaps[0].Field != "期限" {
		t.Errorf("a decider without a date asks for %v", gaps)
	}
	_, err = e.Ask(m, meeting.Question{Due: by(t, "08-19 17:00")}, host, now, cal)
	must(t, err)
	asks, err := e.File(newBook(), m.Serial)
	must(t, err)
	if !asks || e.No == "" || e.Kind != meeting.Unfinished {
		t.Errorf("not filed: %+v", e)
	}
}

func TestR43_OnlyTheDeciderRulesWithABasisAndTheViewsStay(t *testing.T) {
	d, _ := filed(t, "08-21 17:00")
	for _, who := range []meeting.PersonID{host, recorder, leader, helper, stranger} {
		saysNo(t, d.Rule(who, "上", "签约目标", at(t, "08-13 10:00")), "R43")
	}
	saysNo(t, d.Rule(decider, "", "", at(t, "08-13 10:00")), "R43", "裁决", "依据")
	saysNo(t, d.Rule(decider, "上", " ", at(t, "08-13 10:00")), "R43", "依据")
	must(t, d.Rule(decider, "做展会版", "签约目标", at(t, "08-20 16:00")))
	if d.Ruling != "做展会版" || d.Basis != "签约目标" || !d.RuledAt.Equal(at(t, "08-20 16:00")) || len(d.Views) != 2 {
		t.Errorf("%+v", d)
	}
}

func TestR43_RetractingNeedsTheHost(t *testing.T) {
	d, _ := filed(t, "08-21 17:00")
	saysNo(t, d.Retract(leader, "谈拢了"), "R43")
	saysNo(t, d.Retract(recorder, " "), "R43", "原因")
	if err := d.Retract(recorder, "谈拢了"); err != error(meeting.ErrHostAgrees) || !d.Open() { //nolint:errorlint // the very one
		t.Errorf("who put it on record took it back alone: %v", err)
	}
	must(t, d.Retract(host, "谈拢了"))
	if d.Status != meeting.Retracted || d.Reason != "谈拢了" {
		t.Errorf("%+v", d)
	}
}

func TestUndoTakesBackWhatALineDid(t *testing.T) {
	d, _ := disputed(t)
	must(t, d.Undo(meeting.Entry{Kind: meeting.Difference, Speaker: helper, Text: "11月10日必须上"}, recorder))
	if len(d.Views) != 1 || !d.Open() {
		t.Errorf("views %+v, %s", d.Views, d.Status)
	}
	must(t, d.Undo(meeting.Entry{Kind: meeting.Difference, Speaker: leader, Text: "11月上不了"}, recorder))
	if d.Status != meeting.Retracted {
		t.Errorf("still %s", d.Status)
	}
	f, _ := filed(t, "08-21 17:00")
	must(t, f.Undo(meeting.Entry{Kind: meeting.Unsettled, Text: "11月10日是否上线"}, recorder))
	if f.Question != "" || f.Decider != meeting.Nobody || len(f.Views) != 2 || !f.Open() {
		t.Errorf("%+v", f)
	}
}

// TestM10 is said once, a working day before the date and in working hours.
func TestM10_ADayBeforeInWorkingHours(t *testing.T) {
	cal := calendar(t)
	for _, c := range []struct{ due, want string }{
		{"08-21 17:00", "08-20 17:00"},
		{"08-17 17:00", "08-14 17:00"}, // over a weekend
		{"08-21 20:00", "08-20 18:00"},
		{"08-21 12:30", "08-20 12:00"},
		{"08-21 09:00", "08-20 09:00"},
		{"08-21 07:00", "08-19 18:00"},
		{"10-08 10:00", "09-30 10:00"}, // over the national holiday
		{"08-13 12:00", "-"},           // a day before it lies before it was filed
	} {
		d, _ := filed(t, c.due)
		due, rest := d.Notices(cal, at(t, "08-12 14:12"), at(t, "12-01 00:00"))
		switch {
		case c.want == "-":
			if len(due) != 0 {
				t.Errorf("%s: %v", c.due, due)
			}
		case len(due) != 1 || !rest.IsZero() || !due[0].At.Equal(at(t, c.want)) || due[0].To != decider || due[0].Kind != meeting.ToDecide || due[0].Face != "decision":
			t.Errorf("%s: %+v, not %s", c.due, due, c.want)
		}
	}
	d, m := filed(t, "08-21 17:00")
	due, _ := d.Notices(cal, at(t, "08-12 14:12"), at(t, "08-21 00:00"))
	n := due[0]
	if !d.Wants(n) {
		t.Error("not wanted")
	}
	moved, _ := filed(t, "08-21 17:00")
	must(t, second(moved.Ask(m, meeting.Question{Due: by(t, "08-25 17:00")}, host, at(t, "08-13 09:00"), cal)))
	must(t, d.Rule(decider, "上", "签约目标", at(t, "08-13 10:00")))
	if d.Wants(n) || moved.Wants(n) {
		t.Error("still wanted after a ruling or another date")
	}
	if due, next := d.Notices(cal, at(t, "08-12 14:12"), at(t, "08-21 00:00")); len(due) > 0 || !next.IsZero() {
		t.Error("speaks after the ruling")
	}
	open, _ := disputed(t)
	if due, next := open.Notices(cal, at(t, "08-12 14:12"), at(t, "12-01 00:00").Add(time.Hour)); len(due) > 0 || !next.IsZero() {
		t.Error("speaks without a decider")
	}
}
