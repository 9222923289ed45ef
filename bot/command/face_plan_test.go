package command

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// planned puts a draft into the store, as change leaves it, and returns a face
// of it for somebody.
func (w *world) planned(change func(*meeting.Meeting)) func(face string, who meeting.PersonID) card.Card {
	w.Helper()
	w.clock("08-10 10:00")
	var m *meeting.Meeting
	w.do(func(tx bot.Tx) (err error) {
		at := deadline(w, "08-12 14:00").At
		m, err = meeting.Convene(tx, meeting.Plan{
			By: zhou, Department: "产品部", Title: "一二三四五六七八九十一二三四五六七八九十一二三", Start: at, End: deadline(w, "08-12 15:30").At, Place: "3号会议室", Chat: "fake:g1",
		}, w.now)
		if err != nil {
			return err
		}
		m.Goals = []string{"A/B方案二选一"}
		m.Topics = []meeting.Topic{{Seq: 1, Title: "选型", Output: meeting.ADecision, Minutes: 20, In: "成本", Needs: []string{"研发部"}}}
		m.Host, m.Recorder = zhou, lin
		m.Participants = []meeting.Participant{
			{Person: zhou, Department: "产品部", Tier: meeting.Doer}, {Person: lin, Department: "项目办", Tier: meeting.Support},
			{Person: xu, Department: "研发部", Tier: meeting.Doer}, {Person: gao, Department: "总经办", Tier: meeting.Decider},
		}
		m.CC = []meeting.PersonID{wang}
		m.Materials = []meeting.Material{{Title: "用户调研", Link: "https://a.example/u", Pages: 4, Focus: "第3页", File: &meeting.FileRef{ID: "f1", Name: "用户调研.pdf"}}}
		change(m)
		return tx.SaveMeeting(m)
	})
	return func(face string, who meeting.PersonID) card.Card {
		w.Helper()
		d, err := w.drawOf(bot.Face{Name: face, Of: m.Ref(), For: who})
		if err != nil {
			w.Fatal(err)
		}
		return d.Card
	}
}

func ids(c card.Card) string {
	all := make([]string, len(c.Buttons))
	for i, b := range c.Buttons {
		all[i] = b.ID
	}
	return strings.Join(all, " ")
}

// TestC1_EveryGapHasItsButton: what is missing is always shown with the button
// that adds it, and the button is a command that there is.
func TestC1_EveryGapHasItsButton(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*meeting.Meeting)
		button string
		lacks  string
	}{
		"department": {func(m *meeting.Meeting) { m.Department = "" }, "发起部门", "发起部门"},
		"start":      {func(m *meeting.Meeting) { m.Start, m.End = m.ActualStart, m.ActualStart }, "会议时间", "时间"},
		"end":        {func(m *meeting.Meeting) { m.End = m.ActualStart }, "会议时间", "时长"},
		"place":      {func(m *meeting.Meeting) { m.Place = "" }, "地点", "地点"},
		"goals":      {func(m *meeting.Meeting) { m.Goals = nil }, "目标", "目标"},
		"topics":     {func(m *meeting.Meeting) { m.Topics = nil }, "议题", "议题"},
		"four": {func(m *meeting.Meeting) {
			for i := range 3 {
				m.Topics = append(m.Topics, meeting.Topic{Seq: i + 2, Title: "又一个", Output: meeting.APlan})
			}
		}, "另议 放行", "议题的取舍"},
		"output":   {func(m *meeting.Meeting) { m.Topics[0].Output = "" }, "产出", "期望产出"},
		"minutes":  {func(m *meeting.Meeting) { m.Topics[0].Minutes = 91 }, "会议时间", "议题时长"},
		"host":     {func(m *meeting.Meeting) { m.Host = meeting.Nobody }, "分工", "主持人"},
		"recorder": {func(m *meeting.Meeting) { m.Recorder = meeting.Nobody }, "分工", "记录人"},
		"decider":  {func(m *meeting.Meeting) { m.Participants[3].Tier = meeting.Doer }, "决策层", "决策层"},
		"nobody":   {func(m *meeting.Meeting) { m.Participants = m.Participants[:2]; m.Topics[0].Output = meeting.APlan }, "参会", "参会人"},
		"doer": {func(m *meeting.Meeting) {
			m.Participants[0].Tier, m.Participants[2].Tier = meeting.Support, meeting.Support
		}, "参会", "执行层"},
		"left": {func(m *meeting.Meeting) { m.Participants[2].Person = sun }, "去掉", "离职人员的替换"},
		"late": {func(m *meeting.Meeting) { m.Start, m.End = m.Start.AddDate(0, 0, -1), m.End.AddDate(0, 0, -1) }, "会议时间 紧急", "紧急原因或新的时间"},
		"none": {func(*meeting.Meeting) {}, "发预通知 议题 参会 资料", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			card := newWorld(t).planned(c.change)("setup", zhou)
			if got := ids(card); got != c.button {
				t.Errorf("buttons %q, want %q", got, c.button)
			}
			if c.lacks != "" && !strings.Contains(card.Body, "还缺："+c.lacks+"。") {
				t.Errorf("%s", card.Body)
			}
			for _, b := range card.Buttons {
				known := slices.ContainsFunc(All(), func(x bot.Command) bool { return x.Name == b.Do.Command })
				if !known || !strings.HasPrefix(b.Do.Words, b.Do.Command) || b.Do.Args["会议"] == "" {
					t.Errorf("%+v", b)
				}
			}
			if n := utf8.RuneCountInString(card.Title); n > titleLimit {
				t.Errorf("a title of %d", n)
			}
		})
	}
}

func TestC1_OnlyWhoPreparesHasItsButtons(t *testing.T) {
	t.Parallel()
	face := newWorld(t).planned(func(*meeting.Meeting) {})
	for who, want := range map[meeting.PersonID]bool{zhou: true, lin: true, meeting.Nobody: true, xu: false, ma: false} {
		if got := len(face("setup", who).Buttons) > 0; got != want {
			t.Errorf("person %d: %v", who, got)
		}
	}
}

func TestC2_R13_R18_WhoSeesWhatOfTheNotice(t *testing.T) {
	t.Parallel()
	face := newWorld(t).planned(func(m *meeting.Meeting) { m.Status, m.NoticedAt = meeting.Noticed, m.CreatedAt })
	for who, want := range map[meeting.PersonID]string{
		zhou: "参加 请假 代参会 谁没回", lin: "参加 请假 代参会", xu: "参加 请假 代参会 预讨论", wang: "", meeting.Nobody: "参加 请假 代参会",
	} {
		c := face("notice", who)
		if got := ids(c); got != want {
			t.Errorf("person %d: %q", who, got)
		}
		text := c.Text()
		for _, part := range []string{"A/B方案二选一", "选型", "决策", "14:00—15:30", "3号会议室", "线下", xu.Token(), "研发部"} {
			if !strings.Contains(text, part) {
				t.Errorf("person %d sees no %s", who, part)
			}
		}
		if reads := strings.Contains(text, "https://a.example/u"); reads != (who != meeting.Nobody) {
			t.Errorf("person %d: reading list %v", who, reads)
		}
		if (len(c.Files) == 1) != (who != meeting.Nobody) {
			t.Errorf("person %d: files %v", who, c.Files)
		}
		if n := utf8.RuneCountInString(c.Title); n > titleLimit {
			t.Errorf("a title of %d", n)
		}
	}
}

func TestC2_R12_AnUrgentNoticeIsStampedAndSaysNoReason(t *testing.T) {
	t.Parallel()
	face := newWorld(t).planned(func(m *meeting.Meeting) {
		m.Status, m.Urgent = meeting.Noticed, true
		m.Waivers = []meeting.Waiver{{Rule: "R12", Reason: "客户催得紧", By: zhou}}
	})
	for _, who := range []meeting.PersonID{zhou, xu, meeting.Nobody} {
		c := face("notice", who)
		if !strings.HasPrefix(c.Title, "紧急预通知") || strings.Contains(c.Text(), "客户催得紧") {
			t.Errorf("person %d: %s", who, c.Text())
		}
	}
}

func TestC2_WhatIsOverHasNoButtons(t *testing.T) {
	t.Parallel()
	for _, s := range []meeting.MeetingStatus{meeting.CalledOff, meeting.Live, meeting.Failed, meeting.Over, meeting.Archived} {
		c := newWorld(t).planned(func(m *meeting.Meeting) { m.Status = s })("notice", xu)
		if len(c.Buttons) > 0 || c.Tone != card.Grey {
			t.Errorf("%s: %+v", s, c)
		}
	}
}

func TestR12_ThePreviewNamesWhoGetsIt(t *testing.T) {
	t.Parallel()
	c := newWorld(t).planned(func(*meeting.Meeting) {})("outgoing", zhou)
	for _, p := range []meeting.PersonID{zhou, lin, xu, gao, wang} {
		if !strings.Contains(c.Fields[0].Value, p.Token()) {
			t.Errorf("%s is not named: %s", p.Token(), c.Fields[0].Value)
		}
	}
	if b := c.Buttons[0]; b.Label != "发出" || b.Confirm == "" || b.Do.Command != "发预通知" || b.Do.Words != "发预通知 确认" {
		t.Errorf("%+v", b)
	}
}
