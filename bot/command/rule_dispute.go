package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type ruleOnArgs struct {
	Dispute string `arg:"编号"`
	Ruling  string `arg:"裁决" alias:"内容" opt:"rest"`
	Basis   string `arg:"依据" alias:"理由"`
}

func ruleOn(_ context.Context, t *bot.Turn, a ruleOnArgs) (bot.Reply, error) {
	key, ruling := disputeIn(a.Dispute, a.Ruling)
	d, err := findDispute(t, key, meeting.DisputeQuery{Decider: t.Who, Open: true}, func(d *meeting.Dispute) bool { return d.No != "" },
		"现在没有等您定的未决事项。")
	if err != nil {
		return bot.Reply{}, err
	}
	if err := d.Rule(t.Who, ruling, a.Basis, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveDispute(d); err != nil {
		return bot.Reply{}, err
	}
	return ruledReply(t, d)
}

// ruledReply tells both sides, asks the host about the tasks that hang on it
// (never changing them by itself), and looks whether the meeting can be archived.
func ruledReply(t *bot.Turn, d *meeting.Dispute) (bot.Reply, error) {
	m, err := t.Book.Meeting(d.Meeting)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("meeting %d: %w", d.Meeting, err)
	}
	tasks, err := t.Book.FindTasks(meeting.TaskQuery{Meeting: d.Meeting, Open: true})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("tasks of meeting %d: %w", d.Meeting, err)
	}
	tasks = slices.DeleteFunc(tasks, func(k *meeting.Task) bool { return k.Topic != d.Topic })
	say := spoken(d) + "定了：" + cut(line(d.Ruling), 100) + "。依据：" + cut(line(d.Basis), 100) + "。"
	r := tell(t, d, "未决的事定了")
	if len(tasks) > 0 {
		r.text(say+fmt.Sprintf("这个议题有%d项待办，要不要调整请您看一下：%s。", len(tasks), quote(tasks[0])), m.Host)
	}
	for _, v := range d.Views {
		r.text(say, v.Person)
	}
	r.text(say, m.Host, m.Recorder, d.By, d.FollowUp)
	ends, err := closing(t, d.Meeting)
	r.posts = append(r.posts, ends...)
	return r.done(t, "已定，已告诉双方", ""), err
}

// disputeIn takes the number of a dispute that leads the words off them.
func disputeIn(typed, text string) (key, rest string) {
	if typed != "" {
		return strings.TrimSpace(typed), text
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if _, ok := meeting.Ending(first); ok {
		return first, strings.TrimSpace(rest)
	}
	return "", text
}

type retractArgs struct {
	Dispute string `arg:"编号"`
	Text    string `arg:"事项" opt:"rest"`
	Reason  string `arg:"原因" alias:"理由"`
}

func retract(_ context.Context, t *bot.Turn, a retractArgs) (bot.Reply, error) {
	key, text := disputeIn(a.Dispute, a.Text)
	if a.Reason == "" {
		a.Reason = text
	}
	d, err := findDispute(t, key, meeting.DisputeQuery{Open: true}, func(d *meeting.Dispute) bool { return d.Host == t.Who || d.By == t.Who },
		"没有您可以撤回的未决事项。")
	if err != nil {
		return bot.Reply{}, err
	}
	err = d.Retract(t.Who, a.Reason)
	if errors.Is(err, meeting.ErrHostAgrees) {
		say := t.Who.Token() + "想撤回未决事项" + spoken(d) + "，原因：" + cut(line(a.Reason), 100) + "。同意请发“撤回未决 " + cut(line(a.Reason), 40) + "”。"
		return bot.Reply{Toast: "撤回要" + d.Host.Token() + "同意，已请他定。", Posts: tell(t, d, "请您同意撤回").text(say, d.Host).posts}, nil
	}
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveDispute(d); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, d, "未决事项撤回了")
	people := []meeting.PersonID{d.Decider, d.By}
	for _, v := range d.Views {
		people = append(people, v.Person)
	}
	r.text("未决事项"+spoken(d)+"撤回了，不用再定，原因："+cut(line(a.Reason), 100)+"。", people...)
	ends, err := closing(t, d.Meeting)
	r.posts = append(r.posts, ends...)
	return r.done(t, "已撤回", ""), err
}
