package command

import (
	"context"
	"fmt"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

func archiving() []bot.Command {
	return []bot.Command{
		bot.Define("归档", "终稿发了、待办都关了、未决都定了，把会议归档", archive).In(headPaper).Also("归档会议"),
		bot.Define("重开", "管理员把归档的会议重新打开，写明原因", reopen).In(headPaper).Also("重开会议"),
	}
}

type archiveArgs struct {
	Meeting string `arg:"会议" opt:"rest"`
}

func archive(_ context.Context, t *bot.Turn, a archiveArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Tracking))
	if err != nil {
		return bot.Reply{}, err
	}
	c, err := meeting.ClosingOf(t.Book, m.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.Archive(t.Who, c, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "已归档：" + title(m) + "。这次会的事都有结果了。"}, nil
}

type reopenArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `arg:"原因" alias:"理由" opt:"rest"`
}

func reopen(_ context.Context, t *bot.Turn, a reopenArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Archived))
	if err != nil {
		return bot.Reply{}, err
	}
	who, err := t.Book.Person(t.Who)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("person %d: %w", t.Who, err)
	}
	if err := m.Reopen(who, a.Reason); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return tell(t, m, "会议重开").text(title(m)+"重新打开，原因："+cut(line(a.Reason), 100)+"。", m.Host, m.Recorder).
		done(t, "已重新打开", ""), nil
}

// closing proposes to the host to archive a meeting whose work is done (R87): what
// closes a task, decides a dispute or seals minutes says so. It is proposed once.
func closing(t *bot.Turn, id meeting.MeetingID) ([]bot.Post, error) {
	if id == 0 {
		return nil, nil
	}
	m, err := t.Book.Meeting(id)
	if err != nil {
		return nil, fmt.Errorf("meeting %d: %w", id, err)
	}
	if m.Status != meeting.Tracking {
		return nil, nil
	}
	c, err := meeting.ClosingOf(t.Book, id)
	if err != nil || len(c.Left()) > 0 {
		return nil, err
	}
	return []bot.Post{{
		Key: fmt.Sprintf("archive/%d", id), To: bot.To{Person: m.Host}, Class: bot.ClassNews, Why: "这次会的事都办完了",
		Face: bot.Face{Name: "closing", Of: m.Ref(), For: m.Host},
	}}, nil
}

// drawClosing asks the host to archive, with the figures of the loop.
func drawClosing(v meetingView) (card.Card, error) {
	c, err := meeting.ClosingOf(v.t.Book, v.m.ID)
	if err != nil {
		return card.Card{}, err
	}
	done, late := 0, 0
	for _, k := range c.Tasks {
		if k.Status == meeting.Done {
			done++
		}
		if k.OverdueDays > 0 {
			late++
		}
	}
	out := card.Card{
		Title: cut(line(v.m.Title), 12) + "：可以归档", Tone: card.Green,
		Fields: []card.Field{
			{Label: "会议", Value: span(v.t, v.m)},
			{Label: "待办", Value: fmt.Sprintf("%d项完成，其中%d项按时", done, done-late)},
			{Label: "未决", Value: fmt.Sprintf("%d件，已定或留到下次再议", len(c.Disputes))},
		},
		Body: "终稿已发，该办的都办完了。归档后只能看，不能改。",
	}
	if len(c.Disputes) == 0 {
		out.Fields = out.Fields[:2]
	}
	if left := c.Left(); len(left) > 0 {
		out.Title, out.Tone, out.Body = cut(line(v.m.Title), 12)+"：还没办完", card.Yellow, strings.Join(left, "，")+"。"
		return out, nil
	}
	if v.m.Status == meeting.Tracking {
		out.Buttons = []card.Button{v.act("归档", "归档", "归档")}
		return out, nil
	}
	out.Title, out.Body = cut(line(v.m.Title), 12)+"：已归档", "这次会的事都有结果了。"
	return out, nil
}
