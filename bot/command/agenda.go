package command

import (
	"context"
	"fmt"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type agendaArgs struct {
	Meeting   string           `arg:"会议"`
	Text      string           `alias:"议题"             arg:"内容"          opt:"rest"                                     say:"议题是什么？如“A/B方案选型 产出:决策 时长:20”。"`
	Output    meeting.Output   `alias:"期望产出"           arg:"产出"          opt:"offer"`
	Note      string           `alias:"产出说明"           arg:"说明"`
	Minutes   string           `alias:"分钟 用时"          arg:"时长"          opt:"offer"`
	In        string           `alias:"讨论范围 范围"        arg:"谈"           opt:"offer"`
	Out       string           `alias:"不展开 不讨论"        arg:"不谈"          opt:"offer"`
	Presenter meeting.PersonID `alias:"汇报人"            arg:"汇报"`
	Needs     string           `alias:"预讨论 需反馈 需反馈部门" arg:"需预讨论"`
	Outputs   string           `arg:"各产出"`
}

// editAgenda adds one topic or several, or changes one that is there.
func editAgenda(_ context.Context, t *bot.Turn, a agendaArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned, meeting.Live)
	if err != nil {
		return bot.Reply{}, err
	}
	if m.Status == meeting.Live || m.Status == meeting.Adjourned {
		added, err := a.topics()
		if err != nil {
			return bot.Reply{}, err
		}
		return admit(t, m, added[0])
	}
	if a.Outputs != "" {
		return setOutputs(t, m, a.Outputs)
	}
	e := readTopicEdit(a.Text, m)
	switch {
	case e.what == dropWord:
		return dropNumbered(t, m, e.seq)
	case e.what == putOffWord:
		return putOffNumbered(t, m, e.seq)
	case e.seq > 0:
		return changeTopic(t, m, a, e)
	}
	added, err := a.topics()
	if err != nil {
		return bot.Reply{}, err
	}
	for _, topic := range added {
		if err := m.AddTopic(t.Who, topic); err != nil {
			return bot.Reply{}, err
		}
	}
	say := fmt.Sprintf("已加议题%d", len(m.Topics))
	if len(added) > 1 {
		say = fmt.Sprintf("已加%d个议题", len(added))
	}
	return askOutputs(t, m, say)
}

// topics are the new topics that the words name; what is labelled belongs to all.
func (a agendaArgs) topics() ([]meeting.Topic, error) {
	read := readTopics(a.Text)
	if len(read) == 0 {
		read = []meeting.Topic{{}} // the rule asks what it is about
	}
	for i := range read {
		if err := a.overlay(&read[i]); err != nil {
			return nil, err
		}
	}
	return read, nil
}

// overlay puts what was labelled on a topic.
func (a agendaArgs) overlay(t *meeting.Topic) error {
	if a.Output != "" {
		t.Output = a.Output
	}
	if a.Minutes != "" {
		d, err := lengthOf(a.Minutes)
		if err != nil {
			return err
		}
		t.Minutes = int(d.Minutes())
	}
	for _, f := range []struct {
		said string
		to   *string
	}{{a.Note, &t.OutputText}, {a.In, &t.In}, {a.Out, &t.Out}} {
		if f.said != "" {
			*f.to = line(f.said)
		}
	}
	if a.Presenter != meeting.Nobody {
		t.Presenter = a.Presenter
	}
	if a.Needs != "" {
		t.Needs = departmentsIn(a.Needs)
	}
	return nil
}

func changeTopic(t *bot.Turn, m *meeting.Meeting, a agendaArgs, e topicEdit) (bot.Reply, error) {
	var wrong error
	err := m.ChangeTopic(t.Who, e.seq, func(x *meeting.Topic) {
		if e.title != "" {
			x.Title = e.title
		}
		wrong = a.overlay(x)
	})
	if wrong != nil {
		return bot.Reply{}, wrong
	}
	if err != nil {
		return bot.Reply{}, err
	}
	return askOutputs(t, m, fmt.Sprintf("已改议题%d", e.seq))
}

// askOutputs saves, and asks for the outputs that nobody has named yet (R3).
func askOutputs(t *bot.Turn, m *meeting.Meeting, say string) (bot.Reply, error) {
	reply, err := planSaved(t, m, say)
	if err != nil {
		return reply, err
	}
	var open []meeting.Topic
	for _, x := range m.Topics {
		if x.Output == "" {
			open = append(open, x)
		}
	}
	if len(open) == 0 || len(m.Topics) > 3 && !m.Waived("R2") {
		return reply, nil
	}
	have := map[string]string{"会议": key(m), "内容": "", "各产出": ""}
	for _, field := range []string{"产出", "说明", "时长", "谈", "不谈", "汇报", "需预讨论"} {
		have[field] = ""
	}
	g := outputGap(open)
	if len(open) > 1 {
		have[bot.ArgOnly] = "1"
	} else {
		have["内容"] = fmt.Sprint(open[0].Seq)
	}
	reply.Text, reply.Ask = say+"。", &bot.Ask{Have: have, Gaps: []meeting.Gap{g}}
	return reply, nil
}

// outputGap asks for the output of one topic, or of several in turn.
func outputGap(open []meeting.Topic) meeting.Gap {
	if len(open) == 1 {
		return choose("产出", "R3", fmt.Sprintf("议题%d“%s”要得到什么？", open[0].Seq, cut(line(open[0].Title), 20)), meeting.ADecision.Choices()...)
	}
	parts, example := make([]string, len(open)), make([]string, len(open))
	for i, x := range open {
		parts[i] = fmt.Sprintf("%d%s", x.Seq, cut(line(x.Title), 12))
		example[i] = fmt.Sprintf("%d%s", x.Seq, []meeting.Output{meeting.ATaskList, meeting.ADecision, meeting.APlan}[i%3])
	}
	return meeting.Gap{Field: "各产出", Rule: "R3",
		Say: "这几个议题各要得到什么（决策、方案、任务清单、其他）：" + strings.Join(parts, "；") + "？可以一起写，如“" + strings.Join(example, "，") + "”。"}
}

type agendaOutputArgs struct {
	Meeting string `arg:"会议"`
	Outputs string `arg:"各产出" opt:"rest" say:"各议题要得到什么？如“1任务清单，2决策，3方案”。"`
}

func setAgendaOutputs(_ context.Context, t *bot.Turn, a agendaOutputArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	return setOutputs(t, m, a.Outputs)
}

func setOutputs(t *bot.Turn, m *meeting.Meeting, said string) (bot.Reply, error) {
	found := readOutputs(said, m)
	if len(found) == 0 {
		open := m.Topics
		if len(open) == 0 {
			return bot.Reply{}, meeting.Refuse("R2", "还没有议题。请先发“议题 内容”。")
		}
		g := outputGap(open)
		g.Field = "各产出"
		return bot.Reply{}, &meeting.Refusal{Rule: "R3", Gaps: []meeting.Gap{g}}
	}
	for _, o := range found {
		err := m.ChangeTopic(t.Who, o.seq, func(x *meeting.Topic) { x.Output, x.OutputText = o.output, o.text })
		if err != nil {
			return bot.Reply{}, err
		}
	}
	return askOutputs(t, m, "已写下期望产出")
}

type dropTopicArgs struct {
	Meeting string `arg:"会议"`
	Which   string `arg:"议题" opt:"rest" say:"去掉第几个议题？"`
}

func dropTopic(_ context.Context, t *bot.Turn, a dropTopicArgs) (bot.Reply, error) {
	if strings.Contains(a.Which, "待办") || strings.Contains(a.Which, "任务") { // 把第3项待办删了
		return bot.Reply{}, meeting.Refuse("6.1", "这里只去掉议题，如“删议题 3”。不要的待办请发“取消待办 编号 原因”。")
	}
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	e := readTopicEdit(a.Which, m)
	if e.seq == 0 && strings.TrimSpace(a.Which) != "" {
		return bot.Reply{}, meeting.Refuse("R2", "没看懂要去掉哪个议题。请发“议题 2 删”。")
	}
	if e.what == putOffWord {
		return putOffNumbered(t, m, e.seq)
	}
	return dropNumbered(t, m, e.seq)
}

func dropNumbered(t *bot.Turn, m *meeting.Meeting, seq int) (bot.Reply, error) {
	if seq == 0 && len(m.Topics) > 0 {
		return bot.Reply{}, askTopic(m, "议题", "去掉哪一个？", "删")
	}
	gone := ""
	if x := m.Topic(seq); x != nil {
		gone = x.Title
	}
	if err := m.DropTopic(t.Who, seq); err != nil {
		return bot.Reply{}, err
	}
	return planSaved(t, m, "已去掉议题“"+cut(line(gone), 20)+"”")
}

func putOffNumbered(t *bot.Turn, m *meeting.Meeting, seq int) (bot.Reply, error) {
	if seq == 0 && len(m.Topics) > 0 {
		return bot.Reply{}, askTopic(m, "内容", "哪一个下次再议？", "另议")
	}
	gone := ""
	if x := m.Topic(seq); x != nil {
		gone = x.Title
	}
	if err := m.PutOff(t.Who, seq, t.Now); err != nil {
		return bot.Reply{}, err
	}
	return askOutputs(t, m, "“"+cut(line(gone), 20)+"”记入另议事项，下次再议")
}

// askTopic asks which topic, for an action behind its number.
func askTopic(m *meeting.Meeting, field, say, action string) error {
	g := meeting.Gap{Field: field, Rule: "R2", Say: say}
	for _, x := range m.Topics {
		g.Choices = append(g.Choices, meeting.Choice{Label: fmt.Sprintf("%d %s", x.Seq, cut(line(x.Title), 12)), Value: fmt.Sprintf("%d %s", x.Seq, action)})
	}
	return &meeting.Refusal{Rule: "R2", Gaps: []meeting.Gap{g}}
}

type admitTopicsArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `alias:"原因" arg:"理由" opt:"rest" say:"为什么要放行？请写一句理由。"`
}

func admitTopics(_ context.Context, t *bot.Turn, a admitTopicsArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.AdmitTopics(t.Who, a.Reason, t.Now); err != nil {
		return bot.Reply{}, err
	}
	return askOutputs(t, m, fmt.Sprintf("%d个议题已放行，理由只有管理员和领导看得到", len(m.Topics)))
}
