package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func wrapping() []bot.Command {
	return []bot.Command{
		bot.Define("小结", "读一遍这个议题的结论和待办，请主持人答：清晰、责任人、截止", wrapUp).In(headLive).Also("收尾", "议题小结"),
		bot.Define("休会", "先停一停，写明原因；继续时发“开会”", adjourn).In(headLive).Also("暂停会议"),
		bot.Define("流会", "这次没有开成，写明原因", fail).In(headLive),
		bot.Define("散会", "结束会议，写时刻就按那时算；没完的可以会后补", end).In(headLive).Also("会议结束", "结束会议", "刚结束", "结束"),
		bot.Define("还没完", "会还在开，接着开", goesOn).In(headLive),
	}
}

type wrapArgs struct {
	Meeting string   `arg:"会议"`
	Word    fineWord `arg:"答" opt:"find"`
}

// wrapUp reads the topic back, or takes the host's answer to it (R44).
func wrapUp(_ context.Context, t *bot.Turn, a wrapArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	switch a.Word {
	case allFine:
		w := meeting.Wrap{TasksClear: true, OwnersSaid: true, DatesFit: true}
		if err := m.WrapUp(t.Who, w, t.Now); err != nil {
			return bot.Reply{}, err
		}
		if err := t.Book.SaveMeeting(m); err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Toast: "✓ 小结记下了。接着议请发“下一议题”。"}, nil
	case notQuite:
		return bot.Reply{Toast: "好，改完再小结。"}, nil
	}
	if m.Status != meeting.Live || m.Current() == nil {
		return bot.Reply{}, m.WrapUp(t.Who, meeting.Wrap{}, t.Now)
	}
	if !m.Involves(t.Who) {
		return bot.Reply{}, meeting.Refuse("R18", "这次会的记录只有参会和抄送的人能看。")
	}
	return readBack(t, m)
}

// readBack shows the topic's conclusions and tasks where the words were said,
// and the host, who has to answer, privately; where others read along only the
// host sees them (R18).
func readBack(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	shut, err := guarded(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	if t.Private || shut {
		reply := private(t, topicFace("wrap", m, t.Who), "")
		reply.Posts = append(reply.Posts, aloud(t, m, "议题小结等您答").answers(topicFace("wrap", m, m.Host).Name, m.Host)...)
		return reply, nil
	}
	return bot.Reply{Face: topicFace("wrap", m, meeting.Nobody)}, nil
}

// answers are cards that a running meeting waits for.
func (a *announcement) answers(face string, people ...meeting.PersonID) []bot.Post {
	a.card(face, people...)
	for i := range a.posts {
		a.posts[i].Class = bot.ClassAnswer
	}
	return a.posts
}

// wrapFirst answers 下一议题 with what is to be read back before.
func wrapFirst(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	reply, err := readBack(t, m)
	if err == nil && t.Origin == bot.Tapped {
		reply.Toast = "换议题前先小结，请主持人答一句。"
	}
	return reply, err
}

type breakArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `arg:"原因" alias:"理由" opt:"rest"`
}

func adjourn(_ context.Context, t *bot.Turn, a breakArgs) (bot.Reply, error) {
	return breakOff(t, a, (*meeting.Meeting).Adjourn, "休会", "继续请发“开会”")
}

func fail(_ context.Context, t *bot.Turn, a breakArgs) (bot.Reply, error) {
	return breakOff(t, a, (*meeting.Meeting).Fail, "流会", "已交办的待办照常跟")
}

func breakOff(t *bot.Turn, a breakArgs, how func(*meeting.Meeting, meeting.PersonID, string, time.Time) error, word, next string) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := how(m, t.Who, a.Reason, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := aloud(t, m, word)
	say := word + "：" + title(m) + "，原因：" + cut(line(a.Reason), 100) + "。" + next
	r.group(say + "。")
	if m.Chat == "" {
		r.text(say+"。", m.People()...)
	}
	return r.done(say, "")
}

type endArgs struct {
	Meeting string           `arg:"会议"`
	At      meeting.Deadline `arg:"时刻" alias:"时间 结束" opt:"find"`
	Anyway  endWord          `arg:"没完的" opt:"find"`
}

// An endWord is what becomes of what is left.
type endWord string

// The words behind 散会.
const (
	fileAll   endWord = "都记为未议完，会后补"
	fillFirst endWord = "现在补"
)

// Choices lists the words in the order shown.
func (endWord) Choices() []string {
	return []string{string(fileAll), string(fillFirst), "都记为未议完"}
}

func end(_ context.Context, t *bot.Turn, a endArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if a.Anyway == fillFirst {
		return bot.Reply{Toast: "好，补完再发“散会”，结束时刻仍按" + clock(endOf(t, m)) + "算。"}, nil
	}
	all, err := t.Book.FindDisputes(meeting.DisputeQuery{Meeting: m.ID})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("disputes of meeting %d: %w", m.ID, err)
	}
	if a.At.Raw != "" && a.At.At.IsZero() {
		return bot.Reply{}, meeting.Refuse("R49", "没看懂“"+cut(line(a.At.Raw), 20)+"”是几点。请重发一次，如“散会 15:30”。")
	}
	ended, unfinished, err := m.Dismiss(t.Who, meeting.Dismissal{At: a.At.At, Anyway: a.Anyway != "", Disputes: all}, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	if !ended {
		if err := t.Book.SaveMeeting(m); err != nil {
			return bot.Reply{}, err
		}
		return showLeft(t, m)
	}
	if err := leaveOpen(t, m, unfinished); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return dismissed(t, m)
}

func endOf(t *bot.Turn, m *meeting.Meeting) time.Time {
	if m.EndTyped.IsZero() {
		return t.Now
	}
	return m.EndTyped
}

// leaveOpen files each topic that came to nothing as 未议完 (R43, R49).
func leaveOpen(t *bot.Turn, m *meeting.Meeting, unfinished []meeting.Topic) error {
	for _, c := range unfinished {
		d := m.NewDispute(meeting.Unfinished, c.Seq, t.Who, t.Now)
		if _, err := d.Ask(m, meeting.Question{Text: c.Title, Later: true}, t.Who, t.Now, t.Calendar); err != nil {
			return err
		}
		if err := t.Book.SaveDispute(d); err != nil {
			return fmt.Errorf("topic %d left open: %w", c.Seq, err)
		}
		m.LeaveOpen(t.Who, d, t.Now)
	}
	return nil
}

// showLeft asks what becomes of what is left; the people may go (R49).
func showLeft(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	shut, err := guarded(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	if t.Private || shut {
		return private(t, bot.Face{Name: "ending", Of: m.Ref(), For: t.Who}, ""), nil
	}
	reply := bot.Reply{Face: bot.Face{Name: "ending", Of: m.Ref()}}
	if t.Origin == bot.Tapped {
		reply.Toast = "还有没完的，请看下面。"
	}
	return reply, nil
}

// dismissed tells that the meeting is over, and begins what comes after it.
func dismissed(t *bot.Turn, m *meeting.Meeting) (bot.Reply, error) {
	drafting, err := startMinutes(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	r := aloud(t, m, "散会")
	r.groupCard("over")
	if m.Chat == "" {
		r.card("over", m.People()...)
	} else {
		r.card("over", m.Host, m.Recorder)
	}
	reply, err := r.done("散会，会议"+clock(m.Ended)+"结束", "")
	if t.Private {
		reply.Face = bot.Face{Name: "over", Of: m.Ref(), For: t.Who}
	}
	reply.Posts = append(reply.Posts, drafting...)
	return reply, err
}

func goesOn(_ context.Context, t *bot.Turn, a meetingOnly) (bot.Reply, error) {
	m, err := live(t, strings.TrimSpace(a.Meeting))
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.GoesOn(t.Who); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "好，接着开。散的时候发“散会”，晚了可以写时刻。"}, nil
}
