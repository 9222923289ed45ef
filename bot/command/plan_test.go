package command

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// meetingsOfScript plays a transcript of testdata up to a line (all of it if empty) and
// returns the meetings as they are then.
func meetingsOfScript(t *testing.T, name, till string) []*meeting.Meeting {
	t.Helper()
	text, err := os.ReadFile("testdata/transcripts/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	script := string(text)
	if till != "" {
		before, _, ok := strings.Cut(script, till)
		if !ok {
			t.Fatalf("%s has no %q", name, till)
		}
		script = before
	}
	store := bottest.Script(t, script, scriptOf())
	var all []*meeting.Meeting
	err = store.View(context.Background(), func(tx bot.Tx) (err error) {
		all, err = tx.FindMeetings(meeting.MeetingQuery{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func scriptOf() bottest.ScriptOptions { return script() }

// TestS1_WhatMustBeTrueAfterwards are the checks under S-1 of the method.
func TestS1_WhatMustBeTrueAfterwards(t *testing.T) {
	t.Parallel()
	all := meetingsOfScript(t, "s1", "")
	if len(all) != 1 {
		t.Fatalf("%d meetings", len(all))
	}
	m := all[0]
	if m.Status != meeting.Noticed || m.Urgent || m.NoticedAt.In(workday.Zone).Format("01-02 15:04") != "08-10 17:05" || m.No != "产品-20260812-01" {
		t.Errorf("%s %v %s %s", m.Status, m.Urgent, m.NoticedAt, m.No)
	}
	if len(m.Topics) != 3 || len(m.Parked) != 1 || len(m.Goals) != 2 || m.Timekeeper != meeting.Nobody || len(m.Recipients()) != 8 {
		t.Errorf("%+v", m)
	}
	if len(m.Materials) != 1 || m.Materials[0].Pages != 12 || m.Materials[0].Summary == "" {
		t.Errorf("%+v", m.Materials)
	}
	if got := m.Topics[0].Needs; !slices.Equal(got, []string{"研发部", "市场部"}) || m.OpinionsDue.In(workday.Zone).Format("01-02 15:04") != "08-11 12:00" {
		t.Errorf("%v %s", got, m.OpinionsDue)
	}
}

func TestR12_NothingGoesOutBeforeTheSecondWord(t *testing.T) {
	t.Parallel()
	if m := meetingsOfScript(t, "s1", "产品经理 taps 发预通知")[0]; m.Status != meeting.Planned || !m.NoticedAt.IsZero() {
		t.Errorf("the preview sent it: %s", m.Status)
	}
}

func TestR18_TheGroupSeesNoReadingList(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/transcripts/s1.txt")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "docs.example.com/u") {
			continue
		}
		shown++
		if strings.HasPrefix(line, "\t新品项目群") && !strings.Contains(line, "资料：用户调研 https") { // what was typed there itself
			t.Errorf("in the group: %s", line)
		}
	}
	if shown < 9 {
		t.Errorf("the reading list was shown %d times", shown)
	}
}

func TestPlan_WordsAreReadAsMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"新产品评审会":       "新产品评审会",
		"新产品评审会 3号会议室": "新产品评审会 @3号会议室",
		"新产品评审会，在3号会议室，主持人我，记录林晓": "新产品评审会 @3号会议室 host 我 recorder 林晓",
		"个周会，照上次":  "周会 like",
		"会":        "",
		"评审会，大家都来": "评审会 unused 大家都来",
		"腾讯会议集成评审": "腾讯会议集成评审",
	} {
		r := readRequest(text)
		got := r.title
		for _, part := range []struct{ say, value string }{{" @", r.place}, {" host ", r.host}, {" recorder ", r.recorder}, {" unused ", strings.Join(r.unused, "|")}} {
			if part.value != "" {
				got += part.say + part.value
			}
		}
		if r.like {
			got += " like"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestR2_R3_TopicsAreReadAsMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1确定研发里程碑 2 A/B方案选型 3包装设计 4渠道政策": "确定研发里程碑 0|A/B方案选型 0|包装设计 0|渠道政策 0",
		"1. 交期，决策 2. 物料（15分钟）":           "交期决策 0|物料 15",
		"预算口径，20分钟，要决策":                  "预算口径决策 20",
		"3号会议室装修":                        "3号会议室装修 0",
		"2026年预算":                        "2026年预算 0",
		"排期 20分钟 任务清单":                   "排期任务清单 20",
		"交期；物料":                          "交期 0|物料 0",
		"A，B两个方案":                        "A，B两个方案 0",
		"决策":                             "决策 0",
	} {
		var got []string
		for _, x := range readTopics(text) {
			got = append(got, x.Title+string(x.Output)+" "+strconv.Itoa(x.Minutes))
		}
		if say := strings.Join(got, "|"); say != want {
			t.Errorf("%s: %q, want %q", text, say, want)
		}
	}
}

func TestR2_WhatIsWantedOfATopic(t *testing.T) {
	t.Parallel()
	m := &meeting.Meeting{Topics: []meeting.Topic{{Seq: 1, Title: "选型"}, {Seq: 2, Title: "渠道政策"}}}
	for text, want := range map[string]topicEdit{
		"2 删": {seq: 2, what: dropWord}, "第2个议题删了": {seq: 2, what: dropWord}, "二 删掉吧": {seq: 2, what: dropWord}, "2 改 渠道": {seq: 2, title: "渠道"},
		"2改成渠道": {seq: 2, title: "渠道"}, "2": {seq: 2}, "2 另议": {seq: 2, what: putOffWord}, "渠道政策下次再说": {seq: 2, what: putOffWord}, "另议": {what: putOffWord},
		"删": {what: dropWord}, "3号会议室装修": {}, "包装设计": {}, "2 选型": {},
	} {
		if got := readTopicEdit(text, m); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func TestR3_OutputsInTurn(t *testing.T) {
	t.Parallel()
	m := &meeting.Meeting{Topics: []meeting.Topic{{Seq: 1}, {Seq: 2}}}
	for text, want := range map[string][]namedOutput{
		"1任务清单,2决策":      {{1, meeting.ATaskList, ""}, {2, meeting.ADecision, ""}},
		"1 其他：样机照片，2.方案": {{1, meeting.Something, "样机照片"}, {2, meeting.APlan, ""}},
		"都是方案":           {{1, meeting.APlan, ""}, {2, meeting.APlan, ""}},
		"第1个决策；第二个任务清单":  {{1, meeting.ADecision, ""}, {2, meeting.ATaskList, ""}},
		"不知道":            nil,
	} {
		if got := readOutputs(text, m); !slices.Equal(got, want) {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

func TestR6_LengthsAreReadAsMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"20": "20m0s", "20分钟": "20m0s", "90 分": "1h30m0s", "一个半小时": "1h30m0s", "两小时": "2h0m0s", "1.5小时": "1h30m0s", "半小时": "30m0s", "1小时半": "1h30m0s",
		"很久": "", "0": "", "-5": "",
	} {
		got, err := lengthOf(text)
		if err != nil && want == "" {
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%s: %s %v", text, got, err)
		}
	}
}

func TestR8_ATitleOnlySuggests(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]bool{"分管副总": true, "销售总监": true, "总经理": true, "王总": true, "经理": false, "总账会计": false, "": false} {
		if titleDecides(title) != want {
			t.Errorf("%s: %v", title, !want)
		}
	}
}
