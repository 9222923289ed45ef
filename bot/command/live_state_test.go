package command

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// played is the book as the steps of a transcript leave it.
func played(t *testing.T, name string) *bottest.Memory {
	t.Helper()
	text, err := os.ReadFile("testdata/live/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return bottest.Script(t, string(text), liveScript())
}

// book is what lies in a store.
type bookOf struct {
	meeting  *meeting.Meeting
	tasks    []*meeting.Task
	disputes []*meeting.Dispute
}

func readBook(t *testing.T, store *bottest.Memory) (b bookOf) {
	t.Helper()
	err := store.View(t.Context(), func(tx bot.Tx) error {
		all, err := tx.FindMeetings(meeting.MeetingQuery{})
		if err != nil {
			return err
		}
		b.meeting = all[0]
		if b.tasks, err = tx.FindTasks(meeting.TaskQuery{}); err != nil {
			return err
		}
		b.disputes, err = tx.FindDisputes(meeting.DisputeQuery{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestS2_WhatIsStored: no task with 尽快, the owner's history, one vague word, a
// dispute, and the minute of the first 散会 as the end.
func TestS2_WhatIsStored(t *testing.T) {
	b := readBook(t, played(t, "s2"))
	vague := 0
	for _, e := range b.meeting.Entries {
		vague += len(e.Vague)
	}
	if vague != 1 {
		t.Errorf("%d vague words", vague)
	}
	for _, k := range b.tasks {
		if strings.Contains(k.Description+k.DueRaw, "尽快") || k.Source != meeting.FromMeeting || k.Meeting != b.meeting.ID {
			t.Errorf("task %+v", k)
		}
	}
	k := b.tasks[0]
	if k.No != "T-20260812-01-01" || len(k.Owners) != 1 || !strings.Contains(k.Owners[0].Reason, "外场") || k.Confirm != meeting.Confirmed {
		t.Errorf("owners %+v, %s", k.Owners, k.Confirm)
	}
	if want := "08-12 14:30"; b.meeting.Ended.In(workday.Zone).Format("01-02 15:04") != want || b.meeting.Status != meeting.Over {
		t.Errorf("ended %s, %s", b.meeting.Ended, b.meeting.Status)
	}
	kinds := map[meeting.DisputeKind]int{}
	for _, d := range b.disputes {
		kinds[d.Kind]++
	}
	if len(b.disputes) != 2 || b.disputes[0].No != "D-20260812-01-01" || kinds[meeting.Unfinished] != 2 {
		t.Errorf("disputes %+v", b.disputes)
	}
	if len(b.tasks) != 2 || b.tasks[1].No != "T-20260812-01-02" || len(b.meeting.Incomplete()) != 0 {
		t.Errorf("the draft of the second task was not completed: %+v", b.meeting.Incomplete())
	}
}

// TestS4_WhatIsStored: two views with reasons, a decider of 决策层, the ruling
// with its basis beside the views, and no 一致同意.
func TestS4_WhatIsStored(t *testing.T) {
	b := readBook(t, played(t, "s4"))
	d := b.disputes[0]
	if len(d.Views) != 2 || d.Status != meeting.Ruled || d.Ruling != "做展会版" || d.Basis != "展会签约目标" {
		t.Fatalf("%+v", d)
	}
	for _, v := range d.Views {
		if v.Reason == "" || !v.Confirmed || v.Department == "" {
			t.Errorf("view %+v", v)
		}
	}
	if p := b.meeting.Participant(d.Decider); p == nil || p.Tier != meeting.Decider {
		t.Errorf("decider %d", d.Decider)
	}
	for _, e := range b.meeting.Entries {
		if e.Kind == meeting.Conclusion {
			t.Errorf("recorded %+v", e)
		}
	}
	if b.meeting.Topic(1).Status != meeting.Undecided {
		t.Errorf("topic 1 is %s", b.meeting.Topic(1).Status)
	}
}

// TestR14_ReasonsOfAbsenceGoWithTheMeeting and the record mode ends.
func TestR14_ReasonsOfAbsenceGoWithTheMeeting(t *testing.T) {
	w := newWorld(t)
	m := w.liveMeeting(func(m *meeting.Meeting) {
		m.Participants[3].RSVP, m.Participants[3].Reason = meeting.Absent, "陪产假"
	})
	w.must(zhou, on(begin, beginArgs{}))
	w.must(zhou, on(end, endArgs{}))
	w.must(zhou, on(end, endArgs{Anyway: fileAll}))
	if got := w.load(m); got.Participants[3].Reason != "" || got.Recording || got.Status != meeting.Over {
		t.Errorf("%+v", got.Participants[3])
	}
}

// meeting saves a noticed meeting of the world's group: zhou leads, lin records,
// gao decides.
func (w *world) liveMeeting(change func(*meeting.Meeting)) meeting.MeetingID {
	w.Helper()
	m := planned(string(w.chat), w.now)
	m.Initiator, m.Host, m.Recorder = zhou, zhou, lin
	for _, p := range []struct {
		id   meeting.PersonID
		dept string
		tier meeting.Tier
	}{
		{zhou, "产品部", meeting.Doer},
		{gao, "总经办", meeting.Decider},
		{xu, "研发部", meeting.Doer},
		{zhao, "市场部", meeting.Doer},
		{lin, "项目办", meeting.Support},
	} {
		m.Participants = append(m.Participants, meeting.Participant{Person: p.id, Department: p.dept, Tier: p.tier, RSVP: meeting.Comes})
	}
	change(m)
	w.do(func(tx bot.Tx) error { return tx.SaveMeeting(m) })
	return m.ID
}

func (w *world) load(id meeting.MeetingID) (m *meeting.Meeting) {
	w.Helper()
	w.do(func(tx bot.Tx) (err error) { m, err = tx.Meeting(id); return err })
	return m
}

// TestR33_OutsideOfAMeetingNothingChanges: a 待办 said elsewhere, by somebody who
// takes no part or after the end, is 临时交办.
func TestR33_OutsideOfAMeetingATaskIsAdHoc(t *testing.T) {
	for name, c := range map[string]struct {
		status meeting.MeetingStatus
		who    meeting.PersonID
		chat   bot.ChatID
		want   meeting.Source
	}{
		"in its group":               {meeting.Live, xu, "fake:g1", meeting.FromMeeting},
		"privately by an attendee":   {meeting.Live, xu, "", meeting.FromMeeting},
		"in another group":           {meeting.Live, xu, "fake:g2", meeting.AdHoc},
		"by somebody without a part": {meeting.Live, ma, "fake:g1", meeting.AdHoc},
		"before it":                  {meeting.Noticed, xu, "fake:g1", meeting.AdHoc},
		"in a break":                 {meeting.Adjourned, xu, "fake:g1", meeting.AdHoc},
		"after it":                   {meeting.Over, xu, "fake:g1", meeting.AdHoc},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.liveMeeting(func(m *meeting.Meeting) { m.Status = c.status })
			w.chat = c.chat
			w.must(c.who, on(assign, assignArgs{Owner: zhao, Task: "交市场调研报告", Due: deadline(w, "08-17 17:00")}))
			w.do(func(tx bot.Tx) error {
				all, err := tx.FindTasks(meeting.TaskQuery{})
				if err == nil && (len(all) != 1 || all[0].Source != c.want || strings.Contains(all[0].No, "-00-") != (c.want == meeting.AdHoc)) {
					t.Errorf("tasks %+v", all)
				}
				return err
			})
		})
	}
}

// TestTakingBackATask cancels it while its owner said nothing, and refuses when
// the owner confirmed.
func TestTakingBackATask(t *testing.T) {
	for _, confirmed := range []bool{false, true} {
		w := newWorld(t)
		id := w.liveMeeting(func(*meeting.Meeting) {})
		w.must(zhou, on(begin, beginArgs{}))
		w.must(lin, on(assign, w.assignment()))
		w.id = 1
		if confirmed {
			w.must(xu, on(confirm, confirmArgs{ID: w.id}))
		}
		_, err := w.turn(lin, on(withdrawEntry, meetingOnly{}))
		k, m := w.task(), w.load(id)
		if (err != nil) != confirmed || (k.Status == meeting.Cancelled) == confirmed || m.Entries[0].Withdrawn == confirmed {
			t.Errorf("confirmed %v: %v, %s, withdrawn %v", confirmed, err, k.Status, m.Entries[0].Withdrawn)
		}
	}
}

// TestTwoAtOnce: lines of many people at the same time all go on record, each
// with a number of its own.
func TestTwoAtOnce_EveryLineIsKept(t *testing.T) {
	w := newWorld(t)
	id := w.liveMeeting(func(m *meeting.Meeting) { m.Status, m.ActualStart = meeting.Live, w.now })
	e := bot.New(w.store, bot.Options{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Words: Words(), Calendar: w.cal,
		Platforms: []bot.Platform{bottest.NewFake("fake", bottest.Full())}, Now: func() time.Time { return w.now },
	})
	var all sync.WaitGroup
	for _, who := range []string{"zhou", "xu", "zhao", "lin"} {
		all.Go(func() {
			for i := range 10 {
				event := fmt.Sprintf("%s%d", who, i)
				err := e.Message(t.Context(), bot.Message{Event: event, ID: bot.MessageID(event), From: bot.Account("fake:" + who), Chat: w.chat, Text: "讨论 " + event})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	m := w.load(id)
	seen := map[string]bool{}
	for i, entry := range m.Entries {
		seen[entry.Text] = true
		if entry.ID != i+1 {
			t.Errorf("entry %d has number %d", i+1, entry.ID)
		}
	}
	if len(m.Entries) != 40 || len(seen) != 40 {
		t.Errorf("%d entries, %d different", len(m.Entries), len(seen))
	}
}

// TestLiveFaces_KeepTheirShape: short titles, few lines, buttons that exist and
// can be typed.
func TestLiveFaces_KeepTheirShape(t *testing.T) {
	commands := map[string]bool{}
	for _, c := range All() {
		commands[c.Name] = true
	}
	long := strings.Repeat("很长的一句话说不完", 12)
	w := newWorld(t)
	id := w.liveMeeting(func(m *meeting.Meeting) {
		m.Title, m.Goals = "研发市场生产三部门新产品上市评审与资源协调会", []string{long, long}
	})
	w.must(zhou, on(begin, beginArgs{}))
	check := func(state string) {
		t.Helper()
		var faces []bot.Face
		ref := meeting.Ref{Kind: meeting.KindMeeting, ID: int64(id)}
		for _, name := range []string{"console", "opened", "wrap/1", "topictime/1", "ending", "over", "stillon"} {
			for _, who := range []meeting.PersonID{meeting.Nobody, zhou, lin, xu} {
				faces = append(faces, bot.Face{Name: name, Of: ref, For: who})
			}
		}
		w.do(func(tx bot.Tx) error {
			all, err := tx.FindDisputes(meeting.DisputeQuery{})
			for _, d := range all {
				for _, who := range []meeting.PersonID{gao, xu, zhou} {
					faces = append(faces, bot.Face{Name: "decision", Of: d.Ref(), For: who}, bot.Face{Name: "view", Of: d.Ref(), For: who})
				}
			}
			return err
		})
		for _, f := range faces {
			name, _, _ := strings.Cut(f.Name, "/")
			i := slices.IndexFunc(Faces(), func(d bot.FaceDef) bool { return d.Name == name })
			var drawn bot.Drawn
			w.do(func(tx bot.Tx) (err error) {
				drawn, err = Faces()[i].Draw(&bot.Turn{Now: w.now, Who: f.For, Book: tx, Calendar: w.cal}, f)
				return err
			})
			shape(t, state+" "+f.Name, drawn.Card, commands)
		}
	}
	check("opened")
	w.clock("08-12 14:30")
	w.must(lin, on(point, pointArgs{Text: long}))
	w.must(lin, on(conclude, concludeArgs{Text: "同意" + long, Basis: long}))
	w.must(lin, on(differ, differArgs{Who: xu, Text: long, Reason: long}))
	w.must(lin, on(differ, differArgs{Who: zhao, Text: long}))
	w.must(lin, on(unsettled, unsettledArgs{Text: long, Decider: gao, Due: deadline(w, "08-21 17:00")}))
	w.must(lin, on(assign, w.assignment()))
	w.must(lin, on(assign, assignArgs{Task: long}))
	check("recorded")
	w.must(zhou, on(end, endArgs{}))
	check("ending")
	w.must(zhou, on(end, endArgs{Anyway: fileAll}))
	check("over")
}

func shape(t *testing.T, of string, c card.Card, commands map[string]bool) {
	t.Helper()
	if n := utf8.RuneCountInString(c.Title); n == 0 || n > titleLimit {
		t.Errorf("%s: title %q has %d characters", of, c.Title, n)
	}
	lines := len(c.Fields)
	if c.Body != "" {
		lines += strings.Count(c.Body, "\n") + 1
	}
	if lines > 8 {
		t.Errorf("%s: %d lines", of, lines)
	}
	for _, f := range c.Fields {
		if utf8.RuneCountInString(f.Value) > 330 {
			t.Errorf("%s: %s has %d characters", of, f.Label, utf8.RuneCountInString(f.Value))
		}
	}
	if len(c.Buttons) > 5 {
		t.Errorf("%s: %d buttons", of, len(c.Buttons))
	}
	for _, b := range c.Buttons {
		if !commands[b.Do.Command] || !strings.HasPrefix(b.Do.Words, b.Do.Command) {
			t.Errorf("%s: button %s says %q", of, b.ID, b.Do.Words)
		}
	}
}

// TestLiveNotices_HaveTheirReasonAndFace: whatever M8, M10 and M11 say, 送达 names
// why and a card says it.
func TestLiveNotices_HaveTheirReasonAndFace(t *testing.T) {
	w := newWorld(t)
	id := w.liveMeeting(func(*meeting.Meeting) {})
	w.must(zhou, on(begin, beginArgs{}))
	w.must(zhou, on(unsettled, unsettledArgs{Text: "包装选哪个", Decider: gao, Due: deadline(w, "08-21 17:00")}))
	subjects := []meeting.Subject{w.load(id)}
	w.do(func(tx bot.Tx) error {
		all, err := tx.FindDisputes(meeting.DisputeQuery{})
		for _, d := range all {
			subjects = append(subjects, d)
		}
		return err
	})
	seen := map[string]bool{}
	for _, s := range subjects {
		due, _ := s.Notices(w.cal, w.now, w.now.AddDate(0, 1, 0))
		for _, n := range due {
			seen[n.Kind+" "+n.Step] = true
			name, _, _ := strings.Cut(n.Face, "/")
			if whyNotice(n) == "到了提醒的时间" || !slices.ContainsFunc(Faces(), func(f bot.FaceDef) bool { return f.Name == name }) {
				t.Errorf("%s %s: %q, face %s", n.Kind, n.Step, whyNotice(n), n.Face)
			}
		}
	}
	for _, want := range []string{"M8 80", "M8 100", "M8 +10", "M10 1wd", "M11 15m"} {
		if !seen[want] {
			t.Errorf("%s is never said", want)
		}
	}
}
