package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func turningTopics() []bot.Command {
	return []bot.Command{
		bot.Define("下一议题", "收住现在的议题，议下一个；主持人可以点号换顺序", next).In(headLive).
			Also("下一个议题", "换议题", "下个议题"),
		bot.Define("加时", "给现在的议题加几分钟", extendTopic).In(headLive).Also("延长", "再给"),
		bot.Define("另议", "把一个议题或一件事放到以后再谈", park).In(headLive).Also("停车场", "放到另议"),
	}
}

type nextArgs struct {
	Meeting string   `arg:"会议"`
	Seq     *int     `arg:"号" alias:"议题" opt:"find"`
	Fine    fineWord `arg:"小结" opt:"find"`
	Reason  string   `arg:"原因" alias:"理由"`
}

// A fineWord is the host's answer to what was read back.
type fineWord string

// The answers to a 小结.
const (
	allFine  fineWord = "都没问题"
	notQuite fineWord = "再改改"
)

// Choices lists the answers in the order shown.
func (fineWord) Choices() []string { return []string{string(allFine), string(notQuite)} }

func next(_ context.Context, t *bot.Turn, a nextArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	s := meeting.Switch{Fine: a.Fine == allFine, Reason: a.Reason}
	if a.Seq != nil {
		s.To = *a.Seq
	}
	err = m.Next(t.Who, s, t.Now)
	if errors.Is(err, meeting.ErrWrapFirst) {
		return wrapFirst(t, m)
	}
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := aloud(t, m, "换议题")
	if m.Current() == nil {
		r.group("议题都议过了。结束请发“散会”。")
		return r.done("议题都议过了，结束请发“散会”", "")
	}
	r.group("现在议" + topicLine(m.Current()))
	return r.done("现在议"+currentLine(m), "")
}

// topicLine opens a topic in words, with its range (R5).
func topicLine(c *meeting.Topic) string {
	say := fmt.Sprintf("议题%d：%s", c.Seq, line(c.Title))
	var about []string
	if c.Minutes > 0 {
		about = append(about, fmt.Sprintf("计划%d分钟", c.Minutes+c.Extra))
	}
	if c.Output != "" {
		about = append(about, "产出"+outputOf(c))
	}
	if len(about) > 0 {
		say += "（" + strings.Join(about, "，") + "）"
	}
	say += "。"
	if r := rangeOf(c); r != "" {
		say += "\n" + r + "。"
	}
	return say
}

func outputOf(c *meeting.Topic) string {
	if c.Output == meeting.Something && c.OutputText != "" {
		return line(c.OutputText)
	}
	return string(c.Output)
}

// rangeOf is what a topic is about and what it is not (R5).
func rangeOf(c *meeting.Topic) string {
	var out []string
	if c.In != "" {
		out = append(out, "谈："+line(c.In))
	}
	if c.Out != "" {
		out = append(out, "不谈："+line(c.Out))
	}
	return strings.Join(out, "；")
}

// currentLine is the open topic as a part of a sentence.
func currentLine(m *meeting.Meeting) string {
	c := m.Current()
	if c == nil {
		return "没有打开的议题"
	}
	return fmt.Sprintf("议题%d“%s”", c.Seq, cut(line(c.Title), 24))
}

type extendTopicArgs struct {
	Meeting string `arg:"会议"`
	Minutes string `arg:"分钟" opt:"rest"`
}

func extendTopic(_ context.Context, t *bot.Turn, a extendTopicArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.Extend(t.Who, minutesOf(a.Minutes), t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	c := m.Current()
	return bot.Reply{Toast: fmt.Sprintf("✓ 议题%d加时，还剩%d分钟。", c.Seq, minutesLeft(c, t.Now))}, nil
}

// minutesOf reads 10, 10分钟, 十分钟 and 一刻钟; 0 for what it cannot read.
func minutesOf(s string) int {
	if found := numeral.FindString(strings.TrimSpace(s)); found != "" {
		n, err := strconv.Atoi(found)
		if err == nil {
			return n
		}
	}
	for word, n := range map[string]int{"五分": 5, "十分": 10, "十五分": 15, "二十分": 20, "半小时": 30, "一刻钟": 15} {
		if strings.HasPrefix(strings.TrimSpace(s), word) {
			return n
		}
	}
	return 0
}

var numeral = regexp.MustCompile(`\d{1,4}`)

type parkArgs struct {
	Meeting string `arg:"会议"`
	Text    string `arg:"内容" alias:"议题" opt:"rest"`
}

func park(_ context.Context, t *bot.Turn, a parkArgs) (bot.Reply, error) {
	m, err := live(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	seq, text := topicIn(a.Text)
	if text != "" {
		seq = 0
		text = strings.TrimSpace(a.Text)
	}
	was := m.Current()
	if err := m.Park(t.Who, seq, text, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	say := "✓ 已记到另议，这次不谈。"
	if was != nil && m.Current() == nil {
		say = "✓ 议题" + strconv.Itoa(seq) + "另议。接着议请发“下一议题”。"
	}
	return bot.Reply{Toast: say}, nil
}

// topicIn takes the number of a topic that leads the words off them.
func topicIn(text string) (seq int, rest string) {
	text = strings.TrimSpace(text)
	found := leadingTopic.FindStringSubmatch(text)
	if found == nil {
		return 0, text
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return 0, text
	}
	return n, strings.TrimLeft(text[len(found[0]):], " ，,：:")
}

var leadingTopic = regexp.MustCompile(`^(?:议题)?\s*([1-9])(?:$|[\s，,：:]+)`)

// usual is how long an admitted topic is planned when nobody says, in minutes.
const usual = 10

// admit puts a new topic into a meeting that runs (R28).
func admit(t *bot.Turn, m *meeting.Meeting, topic meeting.Topic) (bot.Reply, error) {
	if topic.Minutes == 0 {
		topic.Minutes = usual
	}
	if err := m.Admit(t.Who, topic, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	c := m.Topics[len(m.Topics)-1]
	return bot.Reply{Toast: fmt.Sprintf("✓ 已加议题%d，计划%d分钟。", c.Seq, c.Minutes)}, nil
}
