package command

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// TestLiveTranscripts plays what happens in a meeting. The meeting is put into the
// book by a command of these tests alone, 备会, that plans nothing by itself.
func TestLiveTranscripts(t *testing.T) { bottest.Transcripts(t, "testdata/live", liveScript()) }

func liveScript() bottest.ScriptOptions {
	o := script()
	o.Commands = append(slices.Clone(o.Commands), bot.Define("备会", "测试用", prepareMeeting).In(headQuery))
	return o
}

type prepareArgs struct {
	Status string `arg:"状态" opt:"rest"`
}

// prepareMeeting saves a meeting of everybody in the organisation: by title,
// 总监 and 副总 decide, the speaker is initiator and host, the admin records.
func prepareMeeting(_ context.Context, t *bot.Turn, a prepareArgs) (bot.Reply, error) {
	everyone, err := t.Book.Everyone()
	if err != nil {
		return bot.Reply{}, err
	}
	all, err := t.Book.FindMeetings(meeting.MeetingQuery{Open: true})
	if err != nil || slices.ContainsFunc(all, in(meeting.Planned, meeting.Live, meeting.Adjourned)) {
		return bot.Reply{Text: "已有一个会"}, err
	}
	m := planned(string(t.Chat), t.Now)
	m.Initiator, m.Host = t.Who, t.Who
	m.Status = meeting.MeetingStatus(strings.TrimSpace(a.Status))
	for _, p := range everyone {
		if p.Title == "旁听" {
			continue
		}
		tier := meeting.Doer
		if strings.Contains(p.Title, "副总") {
			tier = meeting.Decider
		}
		if p.Admin {
			m.Recorder = p.ID
		}
		m.Participants = append(m.Participants, meeting.Participant{Person: p.ID, Department: p.Department, Tier: tier, RSVP: meeting.Comes})
	}
	return bot.Reply{Text: "备好了"}, t.Book.SaveMeeting(m)
}

// planned is a meeting of three topics that was noticed, from the next full hour.
func planned(chat string, now time.Time) *meeting.Meeting {
	start := now.Truncate(time.Hour)
	day := start.In(workday.Zone).Format("20060102")
	return &meeting.Meeting{
		No: "产品-" + day + "-01", Serial: day + "-01", Chat: chat, Title: "新产品评审会", Department: "产品部",
		Start: start, End: start.Add(90 * time.Minute), Place: "3号会议室", Form: meeting.OnSite,
		Goals: []string{"确定Q4研发3个关键节点及责任人", "A/B方案选定一个"},
		Topics: []meeting.Topic{
			{Seq: 1, Title: "确定研发里程碑", Output: meeting.ATaskList, Minutes: 20, In: "三个节点的日期", Out: "人员编制", Status: meeting.Waiting},
			{Seq: 2, Title: "A/B方案选型", Output: meeting.ADecision, Minutes: 20, Status: meeting.Waiting},
			{Seq: 3, Title: "包装设计", Output: meeting.APlan, Minutes: 20, Status: meeting.Waiting},
		},
		Status: meeting.Noticed, CreatedAt: now.Add(-96 * time.Hour), NoticedAt: now.Add(-72 * time.Hour),
	}
}
