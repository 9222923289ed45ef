package command

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// editable are the states in which lines are changed.
func editable(t *bot.Turn) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool {
		return x.Kind == meeting.TheMinutes && x.State != meeting.Final && (t.Who == x.Recorder || t.Who == x.Host)
	}
}

// lineNumber reads 第3行, 3, 三 at the head of what was typed, and what follows.
var lineNumber = regexp.MustCompile(`(?s)^第?\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:[行条]|$|[\s:：，,、.]|\b)[\s:：，,、]*(.*)$`)

// headNumber splits a number that stands at the head of a text; 0 if there is none.
func headNumber(text string) (int, string) {
	g := lineNumber.FindStringSubmatch(strings.TrimSpace(text))
	if g == nil {
		return 0, strings.TrimSpace(text)
	}
	if n, err := strconv.Atoi(g[1]); err == nil {
		if strings.HasPrefix(strings.TrimSpace(text)[len(g[1]):], "%") {
			return 0, strings.TrimSpace(text)
		}
		return n, g[2]
	}
	return chinese(g[1]), g[2]
}

// chinese reads 一 to 九十九.
func chinese(s string) int {
	digits := []rune("零一二三四五六七八九")
	n, ten := 0, false
	for _, r := range s {
		if r == '十' {
			n, ten = max(n, 1)*10, true
			continue
		}
		d := slices.Index(digits, r)
		if !ten && n > 0 {
			return 0
		}
		n += d
	}
	return n
}

// exchange reads X改成Y, X→Y.
var exchange = regexp.MustCompile(`(?s)^(.*?)\s*(?:→|->|=>|更正为|改成|改为|换成)\s*(.*)$`)

// exchanged splits what is to be replaced from what replaces it.
func exchanged(text string) (was, now string, ok bool) {
	g := exchange.FindStringSubmatch(text)
	if g == nil {
		return "", text, false
	}
	was = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.Trim(g[1], "“”\" "), "把"), "原文"))
	return strings.Trim(was, "“”\"：: "), strings.Trim(g[2], "“”\" 。"), g[2] != ""
}

type rewriteArgs struct {
	Meeting string `arg:"会议"`
	Line    *int   `arg:"行号" alias:"行"`
	Text    string `arg:"内容" alias:"新内容" opt:"rest"`
}

// rewriteLine replaces a line. Without a number, “70%改成72%” means the one line
// in which those words stand. Of sealed minutes it is refused (R60).
func rewriteLine(_ context.Context, t *bot.Turn, a rewriteArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, editable(t))
	if err != nil {
		return bot.Reply{}, err
	}
	if x.State == meeting.Final {
		return sealed(t, x), nil
	}
	n, text := numberOf(a.Line, a.Text)
	if n == 0 {
		if n, text, err = lineWith(x, text); err != nil {
			return bot.Reply{}, err
		}
	} else if was, now, ok := exchanged(text); ok && n <= len(x.Lines) && n > 0 {
		switch {
		case was == "": // 第3行 改成 …
			text = now
		case strings.Contains(x.Lines[n-1].Text, was):
			text = strings.Replace(x.Lines[n-1].Text, was, now, 1)
		case strings.HasPrefix(text, "把"):
			return bot.Reply{}, meeting.Refuse("R51", fmt.Sprintf("第%d行没有“%s”。发“纪要”看行号。", n, cut(line(was), 20)))
		}
	}
	if err := x.Rewrite(t.Who, n, text); err != nil {
		return refuse(t, x, err)
	}
	return edited(t, x, m, fmt.Sprintf("第%d行已改", n))
}

// numberOf is the number that was given, by its label or at the head of the words.
func numberOf(given *int, text string) (int, string) {
	if given != nil {
		return *given, text
	}
	return headNumber(text)
}

// lineWith finds the line that has the words of X改成Y, and its new text.
func lineWith(x *meeting.Minutes, text string) (int, string, error) {
	ask := meeting.Gap{Field: "行号", Rule: "R51", Say: "改第几行？发“纪要”看行号。"}
	was, now, ok := exchanged(strings.TrimPrefix(text, "把"))
	if !ok || was == "" {
		return 0, "", &meeting.Refusal{Rule: "R51", Gaps: []meeting.Gap{ask}}
	}
	at := 0
	for i, l := range x.Lines {
		if strings.Contains(l.Text, was) {
			if at > 0 {
				ask.Say = "“" + cut(line(was), 20) + "”不止一行有，改第几行？发“纪要”看行号。"
				return 0, "", &meeting.Refusal{Rule: "R51", Gaps: []meeting.Gap{ask}}
			}
			at = i + 1
		}
	}
	if at == 0 {
		return 0, "", meeting.Refuse("R51", "纪要里没有“"+cut(line(was), 20)+"”。发“纪要”看各行，再发“纪要改 行号 新内容”。")
	}
	return at, strings.Replace(x.Lines[at-1].Text, was, now, 1), nil
}

// edited saves what was changed and answers; the host's approval has to come anew.
func edited(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting, say string) (bot.Reply, error) {
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	if t.Origin == bot.Tapped {
		return bot.Reply{Toast: say + "。"}, nil
	}
	next := "改好后发“提审”。"
	if x.State == meeting.Revising {
		next = "改好后发“发终稿”。"
	}
	return private(t, bot.Face{}, say+"。"+next+"\n"+numberedLines(x, m)), nil
}

type addLineArgs struct {
	Meeting string `arg:"会议"`
	Text    string `arg:"内容" opt:"rest" say:"加到哪里、写什么？如“纪要加 1 结论 同意采用A方案”或“纪要加 另议 渠道政策”。"`
}

// kindWord is what may lead the text of a line that is added.
var kindWord = regexp.MustCompile(`(?s)^(讨论要点|讨论|要点|结论|决议|依据|分歧|不同观点|未决事项|未决|另议事项|另议)[\s:：，,]*(.*)$`)

// addLine adds a line to a topic, a decision or something for another time.
func addLine(_ context.Context, t *bot.Turn, a addLineArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, editable(t))
	if err != nil {
		return bot.Reply{}, err
	}
	if x.State == meeting.Final {
		return sealed(t, x), nil
	}
	l, err := lineOf(m, a.Text)
	if err != nil {
		return bot.Reply{}, err
	}
	n, err := x.Insert(t.Who, l)
	if err != nil {
		return refuse(t, x, err)
	}
	return edited(t, x, m, fmt.Sprintf("已加在第%d行", n))
}

// lineOf reads where a line belongs and what it says: 1 结论 …, 决议 …, 另议 ….
func lineOf(m *meeting.Meeting, text string) (meeting.Line, error) {
	l := meeting.Line{Section: meeting.Discussion, Kind: meeting.Point}
	text = strings.TrimPrefix(strings.TrimSpace(text), "议题")
	seq, rest := headNumber(text)
	if seq > 0 && m.Topic(seq) == nil {
		return l, meeting.Refuse("R51", fmt.Sprintf("这次会议有%d个议题，没有议题%d。", len(m.Topics), seq))
	}
	l.Topic = seq
	g := kindWord.FindStringSubmatch(rest)
	if g == nil && seq == 0 {
		return l, &meeting.Refusal{Rule: "R51", Gaps: []meeting.Gap{{Field: "内容", Rule: "R51",
			Say: "加到哪里？写上议题号、决议或另议，如“纪要加 1 结论 同意采用A方案”。"}}}
	}
	if l.Text = rest; g == nil {
		return l, nil
	}
	l.Text = g[2]
	switch g[1] {
	case "结论", "决议":
		l.Section, l.Kind = meeting.Resolutions, meeting.Conclusion
	case "依据":
		l.Section, l.Kind = meeting.Resolutions, meeting.Basis
	case "分歧", "不同观点":
		l.Kind = meeting.Difference
	case "未决", "未决事项":
		l.Kind = meeting.Unsettled
	case "另议", "另议事项":
		l = otherWork(m, l)
	}
	return l, nil
}

// otherWork puts off; a task that lacks an element is settled by it, if the words
// are its own (R33).
func otherWork(m *meeting.Meeting, l meeting.Line) meeting.Line {
	l.Section, l.Kind = meeting.OtherWork, ""
	want := strings.TrimSuffix(l.Text, "…")
	for _, e := range m.Entries {
		if e.Kind == meeting.ToDo && e.Task == 0 && !e.Withdrawn && want != "" && strings.Contains(line(e.Text), want) {
			l.Entry, l.Text = e.ID, e.Text
		}
	}
	return l
}

type lineArgs struct {
	Meeting string           `arg:"会议"`
	Line    *int             `arg:"行号" alias:"行" opt:"find required" say:"第几行？发“纪要”看行号。"`
	Speaker meeting.PersonID `arg:"引用" alias:"谁" opt:"find"`
}

func deleteLine(_ context.Context, t *bot.Turn, a lineArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, editable(t))
	if err != nil {
		return bot.Reply{}, err
	}
	n := orNone(a.Line)
	if err := x.Delete(t.Who, n); err != nil {
		return refuse(t, x, err)
	}
	return edited(t, x, m, fmt.Sprintf("第%d行已删", n))
}

// orNone is a number that may be missing; what was asked for and is not there yet
// is out of every range.
func orNone(n *int) int {
	if n == nil || *n == 0 {
		return -1
	}
	return *n
}

func quoteLine(_ context.Context, t *bot.Turn, a lineArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, editable(t))
	if err != nil {
		return bot.Reply{}, err
	}
	n := orNone(a.Line)
	if err := x.Quote(t.Who, n, a.Speaker); err != nil {
		return refuse(t, x, err)
	}
	return edited(t, x, m, fmt.Sprintf("第%d行作为%s的观点保留", n, a.Speaker.Token()))
}

// A part is one of those that may have nothing.
type part string

// Choices lists the parts in the order shown.
func (part) Choices() []string {
	return []string{"讨论要点", string(meeting.Resolutions), string(meeting.TaskList)}
}

type sayNoneArgs struct {
	Meeting string `arg:"会议"`
	Part    part   `arg:"部分" opt:"required find" say:"哪一部分没有？"`
	None    string `arg:"写"  opt:"rest"`
}

// sayNone states that a part has nothing (R51).
func sayNone(_ context.Context, t *bot.Turn, a sayNoneArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, editable(t))
	if err != nil {
		return bot.Reply{}, err
	}
	section := meeting.Section(a.Part)
	if a.Part == "讨论要点" {
		section = meeting.Discussion
	}
	if strings.Trim(a.None, "“”\" 。") != "无" {
		return bot.Reply{}, meeting.Refuse("R51", "这里只能写“无”。要加内容请发“纪要加”。")
	}
	if err := x.SayNone(t.Who, section); err != nil {
		return refuse(t, x, err)
	}
	return edited(t, x, m, string(a.Part)+"已写“无”")
}

// A reach is how far a goal was reached.
type reach string

// Choices lists the words in the order shown.
func (reach) Choices() []string { return []string{"达成", "部分达成", "未达成"} }

type reachArgs struct {
	Meeting string `arg:"会议"`
	Goal    *int   `arg:"目标" opt:"required find" say:"第几个目标？"`
	How     reach  `arg:"结果" opt:"required find" say:"达成了吗？"`
}

func reachGoal(_ context.Context, t *bot.Turn, a reachArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, editable(t))
	if err != nil {
		return bot.Reply{}, err
	}
	if err := x.Reach(t.Who, orNone(a.Goal), string(a.How)); err != nil {
		return refuse(t, x, err)
	}
	return edited(t, x, m, fmt.Sprintf("目标%d记为%s", orNone(a.Goal), a.How))
}
