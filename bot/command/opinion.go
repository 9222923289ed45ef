package command

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func opining() []bot.Command {
	return []bot.Command{
		bot.Define("预讨论", "会前反馈您部门对议题的意见，没有就写“无意见”", opine).In(headPlan).
			Also("预讨论意见", "反馈预讨论", "填预讨论意见", "会前意见"),
		bot.Define("发预讨论清单", "记录人看一遍预讨论清单，再发给参会人", issueList).In(headPlan).
			Also("预讨论清单", "会前议题预讨论清单", "发清单"),
	}
}

type opineArgs struct {
	Meeting    string `arg:"会议"`
	Topic      *int   `arg:"议题" alias:"议题号"`
	None       bool   `arg:"无意见" alias:"没有意见" opt:"find"`
	Text       string `arg:"意见" opt:"rest"`
	Situation  string `arg:"现状" alias:"事实" opt:"offer"`
	Difficulty string `arg:"难点" alias:"难点与风险 风险" opt:"offer"`
	Resources  string `arg:"资源" alias:"所需资源" opt:"offer"`
	Proposal   string `arg:"建议" alias:"建议方案" opt:"offer"`
}

// aboutTopic begins with the number of a topic: 2 接口没定, 议题2：接口没定.
var aboutTopic = regexp.MustCompile(`^(?:(?:议题|第)\s*([1-9一二三])(?:个?议题|号)?|([1-9]))(?:[\s,，、:：.。]+|$)`)

// topicOf takes the number of a topic off the front of what was typed.
func (a opineArgs) topicOf() opineArgs {
	found := aboutTopic.FindStringSubmatch(strings.TrimSpace(a.Text))
	if a.Topic != nil || found == nil {
		return a
	}
	n := strings.Index("一二三", found[1])/len("一") + 1
	if found[1] == "" || found[1][0] < 128 {
		n, _ = strconv.Atoi(found[1] + found[2])
	}
	a.Topic, a.Text = &n, strings.TrimSpace(strings.TrimSpace(a.Text)[len(found[0]):])
	return a
}

func opine(_ context.Context, t *bot.Turn, a opineArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Noticed))
	if err != nil {
		return bot.Reply{}, err
	}
	a = a.topicOf()
	text := strings.Trim(a.Text, "：:，,。 ")
	o := meeting.Opinion{Text: text, Situation: a.Situation, Difficulty: a.Difficulty, Resources: a.Resources, Proposal: a.Proposal}
	o.None = text == "无意见" || text == "没有意见" || a.None && o.Words() == ""
	if a.Topic != nil {
		o.Topic = *a.Topic
	}
	before := len(m.Opinions)
	if err := m.Opine(t.Book, t.Who, o, t.Now, t.Calendar); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return opined(t, m, m.Opinions[before:]), nil
}

// opined answers who gave opinions: for whom, on what, and whether in time.
func opined(t *bot.Turn, m *meeting.Meeting, given []meeting.Opinion) bot.Reply {
	first := given[0]
	short := "已记" + first.Department + "的意见"
	if first.None {
		short = "已记" + first.Department + "无意见"
	}
	if first.Late {
		short += "，标为逾期"
	}
	var topics []string
	for _, o := range given {
		topics = append(topics, strconv.Itoa(o.Topic))
	}
	more := "议题" + strings.Join(topics, "、") + "。"
	if left := m.Waits(first.Department); len(left) > 0 {
		more += fmt.Sprintf("议题%d也等您部门的意见。", left[0])
	}
	r := tell(t, m, "预讨论意见")
	if !m.ListIssuedAt.IsZero() { // the list is out and changes by itself
		r.text(first.Department+"补了预讨论意见："+title(m)+more, m.Recorder)
	}
	say := short + "：" + more
	if t.Origin != bot.Tapped {
		say = short + "：" + title(m) + "，" + more
	}
	return bot.Reply{Toast: say, Posts: r.posts}
}

type issueListArgs struct {
	Meeting string `arg:"会议"`
	Sure    bool   `arg:"确认" alias:"发出" opt:"find"`
}

// issueList shows the list first, with who gets it; 确认 sends it (R20).
func issueList(_ context.Context, t *bot.Turn, a issueListArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Noticed))
	if err != nil {
		return bot.Reply{}, err
	}
	if !m.Involves(t.Who) {
		return bot.Reply{}, notYours(m)
	}
	out := !m.ListIssuedAt.IsZero()
	if err := m.IssueList(t.Who, t.Now); err != nil {
		if out && !a.Sure { // whoever gets it may look at it again
			return private(t, bot.Face{Name: "list", Of: m.Ref(), For: t.Who}, ""), nil
		}
		return bot.Reply{}, err
	}
	if !a.Sure {
		return private(t, bot.Face{Name: "list", Of: m.Ref(), For: t.Who}, ""), nil
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, m, "会前议题预讨论清单").card("list", m.People()...)
	n := len(r.posts)
	r.group(m, "", title(m)+"的预讨论清单已分发，详情见私聊。")
	return r.done(t, fmt.Sprintf("预讨论清单已发给%d人", n), ""), nil
}
