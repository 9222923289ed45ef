package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func recording() []bot.Command {
	return append([]bot.Command{
		bot.Define("讨论", "记一条讨论要点，可以写是谁说的", point).In(headLive).Also("讨论要点", "要点").Records(inRecordMode),
		bot.Define("结论", "记这个议题的结论，依据可以一起写", conclude).In(headLive).Also("决议", "记结论"),
		bot.Define("依据", "给上一条结论补依据", support).In(headLive),
		bot.Define("记一条", "从会中记录卡上记：选一类，写几行", recordForm).In(headLive),
		bot.Define("撤销", "5分钟内撤掉自己刚记的一条", withdrawEntry).In(headLive).Also("撤销记录"),
		bot.Define("改记录", "改一条记录的文字，原来的留着", reword).In(headLive),
		bot.Define("记录", "打开记录模式：记录人私聊发的每一句都记下", switchOn).In(headLive).Also("记录模式", "开始记录"),
		bot.Define("停止记录", "关掉记录模式", switchOff).In(headLive).Also("关闭记录"),
	}, disputing()...)
}

// inRecordMode reports whether the line is one of the recorder's in 记录模式 (R30).
func inRecordMode(t *bot.Turn) (bool, error) {
	if !t.Private {
		return false, nil
	}
	mine, err := t.Book.FindMeetings(meeting.MeetingQuery{Involves: t.Who, Open: true})
	if err != nil {
		return false, fmt.Errorf("meetings of person %d: %w", t.Who, err)
	}
	for _, m := range mine {
		if m.Status == meeting.Live && m.Recording && m.Recorder == t.Who {
			return true, nil
		}
	}
	return false, nil
}

type pointArgs struct {
	Meeting string           `arg:"会议"`
	Speaker meeting.PersonID `arg:"谁" alias:"发言人"`
	Text    string           `arg:"内容" opt:"rest"`
}

// point keeps a line as it is. Who leads it with somebody's mention says whose it
// is.
func point(_ context.Context, t *bot.Turn, a pointArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	speaker, text := speakerOf(a.Text)
	if a.Speaker != meeting.Nobody {
		speaker, text = a.Speaker, a.Text
	}
	if _, err := m.Record(meeting.Entry{Kind: meeting.Point, Text: text, Speaker: speaker}, t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	return recorded(t, m, "✓ 已记讨论要点。")
}

// speakerOf takes the mention that leads a line off it.
func speakerOf(text string) (meeting.PersonID, string) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "@{p")
	if !ok {
		return meeting.Nobody, text
	}
	id, rest, ok := strings.Cut(rest, "}")
	n, err := strconv.ParseInt(id, 10, 64)
	rest = strings.TrimLeft(rest, " ：:，,")
	if !ok || err != nil || rest == "" {
		return meeting.Nobody, text
	}
	return meeting.PersonID(n), rest
}

// recorded saves the meeting and answers with a word: the console shows the rest.
func recorded(t *bot.Turn, m *meeting.Meeting, say string) (bot.Reply, error) {
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: say}, nil
}

type concludeArgs struct {
	Meeting string    `arg:"会议"`
	Text    string    `arg:"内容" alias:"结论" opt:"rest"`
	Basis   string    `arg:"依据"`
	Unity   unityWord `arg:"一致"`
}

// A unityWord is what becomes of a 一致同意 while somebody objects (R42).
type unityWord string

// The words.
const (
	keepApart unityWord = "记分歧"
	askThem   unityWord = "请本人确认"
)

// Choices lists the words in the order shown.
func (unityWord) Choices() []string { return []string{string(keepApart), string(askThem)} }

func conclude(_ context.Context, t *bot.Turn, a concludeArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	text := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(a.Text), "是"), "：: ")
	e, err := m.Record(meeting.Entry{Kind: meeting.Conclusion, Text: text}, t.Who, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	if meeting.Unanimous(text) {
		reply, err := apart(t, m, e, a.Unity)
		if err != nil || reply != nil {
			return *reply, err
		}
	}
	say := "✓ 已记结论"
	if e.Verdict == meeting.Otherwise {
		say += "，没看出同意、采用、否决还是暂缓，先记为其他"
	}
	say += "。"
	if strings.TrimSpace(a.Basis) == "" {
		return recorded(t, m, say+"依据是什么？请发“依据 …”。")
	}
	if _, err := m.Support(a.Basis, e.ID, t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	return recorded(t, m, say)
}

// apart keeps a 一致同意 from covering an open 分歧 of the topic (R42): nil if
// there is none. The objectors are asked, or the views stay as they are.
func apart(t *bot.Turn, m *meeting.Meeting, e *meeting.Entry, word unityWord) (*bot.Reply, error) {
	all, err := t.Book.FindDisputes(meeting.DisputeQuery{Meeting: m.ID, Open: true})
	if err != nil {
		return &bot.Reply{}, fmt.Errorf("disputes of meeting %d: %w", m.ID, err)
	}
	views := meeting.Against(all, e.Topic)
	if len(views) == 0 {
		return nil, nil //nolint:nilnil // nothing stands against it
	}
	switch word {
	case keepApart:
		return &bot.Reply{Toast: "好，不记“一致同意”，分歧留着。未决事项请用一句话写：“未决 … 决策人:@ 期限:”。"}, nil
	case askThem:
		return &bot.Reply{
			Toast: "已请" + holders(views) + "确认。本人撤回观点后，再发一次结论就能记。",
			Posts: askViews(all, e.Topic, t.Who.Token()+"想记“"+cut(line(e.Text), 40)+"”。您也同意就撤回自己的观点，不同意不用管。"),
		}, nil
	}
	say := holders(views) + "在这个议题上有不同观点。要记“一致同意”得先请本人确认，或者记为分歧。"
	return &bot.Reply{}, &meeting.Refusal{Rule: "R42", Gaps: []meeting.Gap{choose("一致", "R42", say, word.Choices()...)}}
}

// holders are those whose views they are, as a part of a sentence.
func holders(views []meeting.View) string {
	var out []string
	for _, v := range views {
		if v.Person == meeting.Nobody {
			out = append(out, v.Department)
			continue
		}
		out = append(out, v.Person.Token())
	}
	return strings.Join(out, "、")
}

type supportArgs struct {
	Meeting string `arg:"会议"`
	Text    string `arg:"内容" alias:"依据" opt:"rest"`
}

func support(_ context.Context, t *bot.Turn, a supportArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	e, err := m.Support(a.Text, 0, t.Who, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	return recorded(t, m, "✓ 已记依据，给“"+cut(line(m.Entry(e.Of).Text), 20)+"”。")
}

// A formKind is what the form of the console can record.
type formKind string

// Choices lists the kinds in the order shown.
func (formKind) Choices() []string {
	return []string{string(meeting.Point), string(meeting.Conclusion), string(meeting.Basis), string(meeting.Difference), string(meeting.Unsettled)}
}

type formArgs struct {
	Meeting string    `arg:"会议"`
	Kind    formKind  `arg:"类型" opt:"find" preset:"讨论要点"`
	Text    string    `arg:"内容" opt:"rest"`
	Unity   unityWord `arg:"一致"`
}

// recordForm is the form of the console: each line of points is one, the other
// kinds take the words as one.
func recordForm(ctx context.Context, t *bot.Turn, a formArgs) (bot.Reply, error) {
	switch meeting.EntryKind(a.Kind) {
	case meeting.Conclusion:
		return conclude(ctx, t, concludeArgs{Meeting: a.Meeting, Text: a.Text, Unity: a.Unity})
	case meeting.Basis:
		return support(ctx, t, supportArgs{Meeting: a.Meeting, Text: a.Text})
	case meeting.Difference:
		reply, err := differ(ctx, t, differArgs{Meeting: a.Meeting, Text: a.Text})
		if refused, ok := errors.AsType[*meeting.Refusal](err); ok && len(refused.Gaps) > 0 { // the form has no place for who
			err = meeting.Refuse(refused.Rule, "没有记下，要写是谁的观点：“分歧 @人 观点 理由:…”。")
		}
		return reply, err
	case meeting.Unsettled:
		reply, err := unsettled(ctx, t, unsettledArgs{Meeting: a.Meeting, Text: a.Text})
		if reply.Ask != nil { // nor for the decider
			reply.Ask, reply.Text, reply.Toast = nil, "", "✓ 已记未决。要请决策层定，再发“未决 决策人:@ 期限:”。"
		}
		return reply, err
	case meeting.Point, meeting.ToDo:
	}
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	n := 0
	for l := range strings.Lines(a.Text) {
		if strings.TrimSpace(l) == "" {
			continue
		}
		speaker, text := speakerOf(l)
		if _, err := m.Record(meeting.Entry{Kind: meeting.Point, Text: text, Speaker: speaker}, t.Who, t.Now); err != nil {
			return bot.Reply{}, err
		}
		n++
	}
	if n == 0 {
		_, err := m.Record(meeting.Entry{Kind: meeting.Point}, t.Who, t.Now)
		return bot.Reply{}, err
	}
	return recorded(t, m, fmt.Sprintf("✓ 已记%d条讨论要点。", n))
}

// withdrawEntry undoes the person's own last line, with the task or the view that
// it made.
func withdrawEntry(_ context.Context, t *bot.Turn, a meetingOnly) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	e, err := m.Withdraw(t.Who, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	var posts []bot.Post
	if e.Task != 0 {
		if posts, err = takeTaskBack(t, e.Task); err != nil {
			return bot.Reply{}, err
		}
	}
	if e.Dispute != 0 {
		d, err := t.Book.Dispute(e.Dispute)
		if err != nil {
			return bot.Reply{}, fmt.Errorf("dispute %d: %w", e.Dispute, err)
		}
		if err := d.Undo(*e, t.Who); err != nil {
			return bot.Reply{}, err
		}
		if err := t.Book.SaveDispute(d); err != nil {
			return bot.Reply{}, err
		}
	}
	reply, err := recorded(t, m, "✓ 已撤销："+string(e.Kind)+"“"+cut(line(e.Text), 24)+"”。")
	reply.Posts = posts
	return reply, err
}

func takeTaskBack(t *bot.Turn, id meeting.TaskID) ([]bot.Post, error) {
	k, err := t.Book.Task(id)
	if err != nil {
		return nil, fmt.Errorf("task %d: %w", id, err)
	}
	if err := k.TakeBack(t.Who, t.Now); err != nil {
		return nil, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return nil, err
	}
	return tell(t, k, "已撤销").text("刚才的待办"+quote(k)+"撤销了，不用办。", k.Owner).posts, nil
}

type rewordArgs struct {
	Meeting string `arg:"会议"`
	ID      *int   `arg:"号" opt:"required find" say:"改第几条？请写号和新文字。"`
	Text    string `arg:"内容" opt:"rest"`
}

func reword(_ context.Context, t *bot.Turn, a rewordArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	id := 0
	if a.ID != nil {
		id = *a.ID
	}
	e, err := m.Reword(t.Who, id, a.Text)
	if err != nil {
		return bot.Reply{}, err
	}
	return recorded(t, m, fmt.Sprintf("✓ 第%d条%s已改，原来的留着。", e.ID, e.Kind))
}

// switchOn opens 记录模式; words behind it are a line to be recorded.
func switchOn(ctx context.Context, t *bot.Turn, a meetingSwitch) (bot.Reply, error) {
	if strings.TrimSpace(a.Text) != "" {
		return point(ctx, t, pointArgs{Meeting: a.Meeting, Text: a.Text})
	}
	return a.to(t, true, "记录模式开了：您私聊发的每一句都记下，命令照常用。关掉请发“停止记录”。")
}

func switchOff(_ context.Context, t *bot.Turn, a meetingSwitch) (bot.Reply, error) {
	return a.to(t, false, "记录模式关了。要再打开请发“记录”。")
}

type meetingSwitch struct {
	Meeting string `arg:"会议"`
	Text    string `arg:"内容" opt:"rest"`
}

func (a meetingSwitch) to(t *bot.Turn, on bool, say string) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.SwitchRecord(t.Who, on); err != nil {
		return bot.Reply{}, err
	}
	return recorded(t, m, say)
}
