package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// toRead are issued minutes that a person has not answered, or may still.
func toRead(who meeting.PersonID) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool {
		return (x.State == meeting.Issued || x.State == meeting.Revising) && x.Reads(who) != nil
	}
}

func toAcknowledge(who meeting.PersonID) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool { return toRead(who)(x) && x.Reads(who).Receipt == meeting.Unread }
}

type minutesOnly struct {
	Meeting string `arg:"会议" opt:"rest"`
}

// markRead is a reader's 已阅 (R56).
func markRead(_ context.Context, t *bot.Turn, a minutesOnly) (bot.Reply, error) {
	x, _, err := whichMinutes(t, a.Meeting, toAcknowledge(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	if x.State == meeting.Final {
		return bot.Reply{}, meeting.Refuse("R60", "终稿已经发布，不用再回已阅。以终稿为准。")
	}
	if err := x.MarkRead(t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, "意见收齐了")
	if x.AllAnswered() {
		r.card("feedback", x.Recorder)
	}
	return r.done(t, "已阅", "，有意见可以在"+meeting.Moment(x.FeedbackUntil, t.Now)+"前提"), nil
}

type feedbackArgs struct {
	Meeting  string `arg:"会议"`
	Line     *int   `arg:"行号" alias:"行"`
	Proposal string `arg:"建议" alias:"内容" opt:"rest" say:"请写您的意见，如“意见 3 预算口径应为含税”。"`
	Reason   string `arg:"理由" alias:"原因"`
}

// giveFeedback is a reader's feedback, about a line or without one (R57).
func giveFeedback(_ context.Context, t *bot.Turn, a feedbackArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, toRead(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	n, text := numberOf(a.Line, a.Proposal)
	it, err := x.Give(t.Who, meeting.Item{Line: n, Proposal: text, Reason: a.Reason}, t.Now)
	if err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, "纪要有了一条意见")
	r.text(fmt.Sprintf("%s对%s的纪要提了第%d条意见：%s%s。", t.Who.Token(), title(m), it.No, cut(it.Proposal, 120), because(it.Reason)), x.Answers(it), x.Recorder)
	more := "，由" + x.Answers(it).Token() + "答复"
	if it.Late {
		more = "，意见期已过，作为窗口外意见留存，不影响终稿"
	}
	return r.done(t, fmt.Sprintf("已记为第%d条意见", it.No), more), nil
}

// toAnswerItems are minutes with feedback that the person may answer.
func toAnswerItems(who meeting.PersonID) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool {
		return (x.State == meeting.Issued || x.State == meeting.Revising) && len(x.Items) > 0 && (who == x.Host || who == x.Recorder)
	}
}

type answerItemArgs struct {
	Meeting string              `arg:"会议"`
	No      *int                `arg:"意见号" alias:"号"`
	Verdict meeting.ItemVerdict `arg:"结果"`
	Answer  string              `arg:"理由" alias:"原因 说明" opt:"rest"`
}

// itemWords read “1 采纳”, “第2条部分采纳，改为…”.
var itemWords = regexp.MustCompile(`(?s)^第?\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*条?[\s:：，,]*(部分采纳|不采纳|采纳|转为留言)[\s:：，,。]*(.*)$`)

// itemAnswer reads the answer to a piece of feedback out of words.
func itemAnswer(words string) (a answerItemArgs, ok bool) {
	g := itemWords.FindStringSubmatch(strings.TrimSpace(words))
	if g == nil {
		return a, false
	}
	n, _ := headNumber(g[1])
	return answerItemArgs{No: &n, Verdict: meeting.ItemVerdict(g[2]), Answer: g[3]}, true
}

// answerItem says what becomes of a piece of feedback (R58). What the recorder
// may not answer is put before the host.
func answerItem(_ context.Context, t *bot.Turn, a answerItemArgs) (bot.Reply, error) {
	if read, ok := itemAnswer(a.Answer); ok && a.Verdict == "" && a.No == nil {
		read.Meeting, a = a.Meeting, read
	}
	x, m, err := whichMinutes(t, a.Meeting, toAnswerItems(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	n, text := numberOf(a.No, a.Answer)
	if n == 0 {
		waiting := x.Waiting()
		if len(waiting) != 1 {
			return bot.Reply{}, whichItem(waiting)
		}
		n = waiting[0].No
	}
	if n > 0 && n <= len(x.Items) && x.State != meeting.Final && x.Items[n-1].Decision && t.Who == x.Recorder && t.Who != x.Host {
		r := tell(t, x, "有意见要您定").card("feedback", x.Host)
		return r.done(t, fmt.Sprintf("第%d条涉及决议或待办，要主持人%s定，已请他看", n, x.Host.Token()), ""), nil
	}
	if err := x.Answer(t.Who, n, a.Verdict, text, t.Now); err != nil {
		if refusal, ok := errors.AsType[*meeting.Refusal](err); ok && len(refusal.Gaps) > 0 {
			have := map[string]string{"会议": minutesKey(x), "意见号": fmt.Sprint(n), "结果": string(a.Verdict), "理由": text}
			return bot.Reply{Ask: &bot.Ask{Have: have, Gaps: refusal.Gaps}}, nil // what was said stays said
		}
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	it := x.Items[n-1]
	r := tell(t, x, "您的意见有了答复")
	r.text(fmt.Sprintf("您对%s的纪要提的意见“%s”：%s%s。", title(m), cut(it.Proposal, 40), it.Verdict, because(it.Answer)), it.Author)
	more := fmt.Sprintf("，还有%d条没有答复", len(x.Waiting()))
	if len(x.Waiting()) == 0 {
		more = "，都答复了，正文改好后可以发终稿"
		r.card("feedback", x.Recorder)
	}
	return r.done(t, fmt.Sprintf("第%d条%s", n, it.Verdict), more), nil
}

// whichItem asks which of the waiting pieces of feedback is meant.
func whichItem(waiting []meeting.Item) error {
	g := meeting.Gap{Field: "意见号", Rule: "R58", Say: "答复第几条意见？"}
	for _, it := range waiting {
		g.Choices = append(g.Choices, meeting.Choice{Label: fmt.Sprintf("第%d条：%s", it.No, cut(it.Proposal, 14)), Value: fmt.Sprint(it.No)})
	}
	if len(g.Choices) == 0 {
		return meeting.Refuse("R58", "现在没有要答复的意见。")
	}
	return &meeting.Refusal{Rule: "R58", Gaps: []meeting.Gap{g}}
}
