package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// minutesScript is what transcripts about minutes can do: besides the commands
// there is one that stands for a whole meeting, which ends when it is said.
func minutesScript() bottest.ScriptOptions {
	o := script()
	o.Commands = append(slices.Clone(o.Commands),
		bot.Define("开完一次会", "for tests", held).In(headLive),
		bot.Define("录入待办", "for tests", heldTask).In(headLive))
	return o
}

func TestTranscripts_OfMinutes(t *testing.T) {
	bottest.Transcripts(t, "testdata/minutes", minutesScript())
}

type heldArgs struct {
	What string `arg:"什么" opt:"rest"`
}

// A cast finds the people of a transcript by name.
type cast struct{ bot.Book }

func (c cast) one(name string) meeting.PersonID {
	all, err := c.Named(name)
	if err != nil || len(all) == 0 {
		return meeting.Nobody
	}
	return all[0].ID
}

// held makes the meeting of S-5, which ended this minute, and what 散会 makes of it.
// “有缺口” leaves a topic and a task incomplete, “小会” has two people in it.
func held(_ context.Context, t *bot.Turn, a heldArgs) (bot.Reply, error) {
	m, err := record(t, a.What)
	if err != nil {
		return bot.Reply{}, err
	}
	posts, err := startMinutes(t, m)
	return bot.Reply{Text: "会议结束。", Posts: posts}, err
}

func record(t *bot.Turn, what string) (*meeting.Meeting, error) {
	c := cast{t.Book}
	at := func(minute int) time.Time { return t.Now.Add(time.Duration(minute-100) * time.Minute) }
	n, err := t.Book.Serial("test-meeting")
	if err != nil {
		return nil, err
	}
	m := &meeting.Meeting{
		No: fmt.Sprintf("产品-20260812-%02d", n), Serial: fmt.Sprintf("20260812-%02d", n), Chat: string(t.Chat), Title: "新产品评审会",
		Initiator: c.one("周敏"), Department: "产品部", Host: c.one("周敏"), Recorder: c.one("林晓"),
		Start: at(0), End: at(90), ActualStart: at(0), Ended: t.Now, Place: "3号会议室", Form: meeting.OnSite,
		Goals: []string{"确定3个研发节点", "A/B方案二选一"}, Status: meeting.Over,
		Topics: []meeting.Topic{
			{Seq: 1, Title: "确定研发里程碑", Minutes: 20, Used: 25 * time.Minute, Status: meeting.Undecided},
			{Seq: 2, Title: "A/B方案选型", Minutes: 30, Used: 28 * time.Minute, Status: meeting.Concluded},
		},
		Parked:    []meeting.Parked{{Text: "渠道政策下次再说", By: c.one("周敏")}},
		Materials: []meeting.Material{{Title: "用户调研", Pages: 4}},
		CC:        []meeting.PersonID{c.one("高远")},
		Entries: []meeting.Entry{
			{ID: 1, Kind: meeting.Point, Topic: 1, Text: "节点1在9月完成"},
			{ID: 2, Kind: meeting.Point, Topic: 1, Text: "节点2依赖测试资源"},
			{ID: 3, Kind: meeting.Point, Topic: 2, Text: "市场部介绍了调研"},
			{ID: 4, Kind: meeting.Conclusion, Topic: 2, Text: "同意采用A方案，由研发部牵头", Verdict: meeting.Adopted, Lead: "研发部"},
			{ID: 5, Kind: meeting.Basis, Topic: 2, Of: 4, Text: "市场部调研，70%用户偏好A功能"},
			{ID: 6, Kind: meeting.Point, Topic: 2, Text: "我认为研发排期太慢"},
		},
	}
	for _, name := range []string{"周敏", "林晓", "许哲", "陈立", "赵倩", "马强", "王静", "王伟", "何佳", "孙蕾", "钱程"} {
		if p := c.one(name); p != meeting.Nobody {
			m.Participants = append(m.Participants, meeting.Participant{Person: p, Tier: meeting.Doer, RSVP: meeting.Comes, Attended: meeting.Present})
		}
	}
	if p := m.Participant(c.one("何佳")); p != nil {
		p.RSVP, p.Attended, p.Reason = meeting.Absent, meeting.Unknown, "家里有事"
	}
	if what == "需知晓" {
		m.NeedToKnow = []string{"法务部"}
	}
	if what == "有缺口" {
		m.Topics[0].Status = meeting.Waiting
		m.Entries = append(m.Entries, meeting.Entry{ID: 7, Kind: meeting.ToDo, Topic: 1, Text: "尽快整理竞品资料", Lacks: []string{"责任人", "截止日期"}})
	}
	if what == "空会" {
		m.Entries, m.Parked = nil, nil
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return nil, err
	}
	if what == "有缺口" || what == "空会" {
		return m, nil
	}
	d := &meeting.Dispute{
		Meeting: m.ID, Topic: 1, Chat: m.Chat, Kind: meeting.Disagreed, Question: "9月1日物料能否到货", Status: meeting.Pending,
		Views: []meeting.View{
			{Person: c.one("马强"), Text: "9月1日到不了", Reason: "供应商排产已满"}, {Person: c.one("陈立"), Text: "9月1日必须到", Reason: "联调要用"},
		},
		Decider: c.one("高远"), DecideBy: time.Date(2026, 8, 19, 17, 0, 0, 0, workday.Zone), Host: m.Host, Readers: m.People(),
	}
	if err := t.Book.SaveDispute(d); err != nil {
		return nil, err
	}
	return m, task(t, m, "许哲", "完成A方案技术文档", "2026-08-17 17:00", true)
}

// task hands out a task of the meeting, confirmed or not.
func task(t *bot.Turn, m *meeting.Meeting, owner, what, due string, confirmed bool) error {
	c := cast{t.Book}
	at, err := time.ParseInLocation("2006-01-02 15:04", due, workday.Zone)
	if err != nil {
		return err
	}
	k, err := meeting.Assign(t.Book, meeting.Assignment{
		By: m.Host, Owner: c.one(owner), Description: what, Deliverable: "文档v1，评审通过", Chat: m.Chat,
		Due: meeting.Deadline{Raw: due, At: at, HourSaid: true}, Priority: meeting.High, CC: []meeting.PersonID{c.one("赵倩")}, Source: meeting.FromMeeting,
	}, t.Now, t.Calendar)
	if err != nil {
		return err
	}
	k.Meeting, k.Topic = m.ID, 2
	if confirmed {
		if err := k.ConfirmBy(k.Owner, 0, t.Now); err != nil {
			return err
		}
	}
	return t.Book.SaveTask(k)
}

// handedOut adds an unconfirmed task of the meeting: “马强 打样”.
func heldTask(_ context.Context, t *bot.Turn, a heldArgs) (bot.Reply, error) {
	all, err := t.Book.FindMeetings(meeting.MeetingQuery{Chat: string(t.Chat)})
	if err != nil {
		return bot.Reply{}, err
	}
	owner, what, _ := strings.Cut(a.What, " ")
	return bot.Reply{Text: "记下。"}, task(t, all[len(all)-1], owner, what, "2026-08-21 17:00", false)
}
