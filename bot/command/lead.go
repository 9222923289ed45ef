package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func leading() []bot.Command {
	return append([]bot.Command{
		bot.Define("开会", "开始开会：记下实际开始时间，打开第一个议题；休会后再发就是继续", begin).In(headLive).
			Also("开始开会", "现在开会", "会议开始", "继续开会", "开始"),
		bot.Define("签到", "记录人改出席情况：到、迟到或缺席", checkIn).In(headLive),
		bot.Define("会议进展", "看现在议到哪了、记了什么、任务清单草稿", progressOf).In(headLive).Also("会议任务清单", "现在议什么"),
	}, append(turningTopics(), wrapping()...)...)
}

func liveFaces() []bot.FaceDef {
	return []bot.FaceDef{
		{Name: "console", Draw: ofMeeting(drawConsole), Pinned: true},
		{Name: "opened", Draw: ofState(drawOpened)},
		{Name: "wrap", Draw: ofTopic(drawWrap)},
		{Name: "ending", Draw: ofMeeting(drawEnding)},
		{Name: "over", Draw: ofMeeting(drawOver)},
		{Name: "topictime", Draw: ofTopic(drawTopicTime)},
		{Name: "stillon", Draw: ofMeeting(drawStillOn)},
		{Name: "decision", Draw: ofDispute(drawDecision)},
		{Name: "view", Draw: ofDispute(drawView)},
	}
}

// liveExamples are lines as people type them, by command.
func liveExamples() map[string]string {
	return map[string]string{
		"开会":   "开会 原因:客户今天到厂",
		"签到":   "签到 @马强 迟到",
		"下一议题": "下一议题 3",
		"加时":   "加时 10分钟",
		"另议":   "另议 渠道政策下次再谈",
		"小结":   "小结 都没问题",
		"休会":   "休会 等测试数据",
		"流会":   "流会 决策人没有到",
		"散会":   "散会 15:40",
		"讨论":   "讨论 @马强 月底才能到料",
		"结论":   "结论 同意采用A方案，由研发部牵头 依据:市场部调研，70%用户偏好A功能",
		"依据":   "依据 市场部调研，70%用户偏好A功能（资料1第3页）",
		"分歧":   "分歧 @陈立 最早12月4日 理由:测试只有2人",
		"未决":   "未决 11月10日是否上线展会版 决策人:@高远 期限:8月21日",
		"改观点":  "改观点 11月10日展会版即可 理由:只演示3个功能",
		"裁决":   "裁决 做展会版，仅3个功能 依据:展会签约目标",
		"撤回未决": "撤回未决 01-01 原因:双方已经谈拢",
		"改记录":  "改记录 3 同意采用A方案",
	}
}

// liveWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func liveWhys() map[string]string {
	return map[string]string{
		meeting.TopicTime + " 80":  "议题的时间用了八成",
		meeting.TopicTime + " 100": "议题到时间了",
		meeting.TopicTime + " +10": "议题超时10分钟了",
		meeting.StillOn + " 15m":   "过了计划的结束时间15分钟",
		meeting.ToDecide + " 1wd":  "明天前请您定的未决事项",
	}
}

// liveVerbs end the sentence “填好就能…”, by command, where its name does not.
func liveVerbs() map[string]string {
	return map[string]string{
		"讨论": "记下", "结论": "记下", "依据": "记下", "分歧": "记下", "未决": "请人来定", "记一条": "记下",
		"下一议题": "换议题", "另议": "记到另议", "改观点": "改", "裁决": "告诉双方", "撤回未决": "撤回", "改记录": "改",
	}
}

type beginArgs struct {
	Meeting string `arg:"会议"`
	Reason  string `arg:"原因" alias:"理由"`
}

func begin(_ context.Context, t *bot.Turn, a beginArgs) (bot.Reply, error) {
	m, err := toBegin(t, a.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	resumed := m.Status == meeting.Adjourned
	if err := m.Begin(t.Who, a.Reason, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := aloud(t, m, "开会")
	if resumed {
		r.group("继续开会：" + currentLine(m) + "。")
		return r.done("继续开会", "")
	}
	shut, err := guarded(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	r.opened(shut)
	r.card("console", m.Host, m.Recorder)
	reply, err := r.done("开会了："+title(m), "，"+clock(t.Now)+"开始")
	if t.Private {
		reply.Face = bot.Face{Name: "console", Of: m.Ref(), For: t.Who}
	} else {
		reply.Posts = append(reply.Posts, r.own("console")...)
	}
	return reply, err
}

// toBegin finds the meeting that is to be opened: today's before others.
func toBegin(t *bot.Turn, typed string) (*meeting.Meeting, error) {
	opens := in(meeting.Noticed, meeting.Planned, meeting.Adjourned)
	today := func(m *meeting.Meeting) bool {
		return m.Status == meeting.Adjourned || opens(m) && !m.Start.IsZero() && sameDay(m.Start, t.Now)
	}
	m, err := which(t, typed, today)
	if err != nil || today(m) {
		return m, err
	}
	return which(t, typed, opens)
}

// guarded reports whether the group of the meeting must not read its record:
// others read along there, or nobody can tell from here (R18).
func guarded(t *bot.Turn, m *meeting.Meeting) (bool, error) {
	if !m.Meets(string(t.Chat)) {
		return true, nil
	}
	return t.Beyond(m.People())
}

type checkInArgs struct {
	Meeting string             `arg:"会议"`
	Whom    []meeting.PersonID `arg:"人" alias:"谁" opt:"required find" say:"谁的签到？请@本人。"`
	How     attendance         `arg:"签到" alias:"出席" opt:"required find"`
}

// An attendance is what 签到 says of somebody.
type attendance string

// Choices lists the attendances in the order shown.
func (attendance) Choices() []string {
	return []string{string(meeting.Present), string(meeting.Late), string(meeting.Missing)}
}

func checkIn(_ context.Context, t *bot.Turn, a checkInArgs) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Live, meeting.Adjourned, meeting.Over))
	if err != nil {
		return bot.Reply{}, err
	}
	for _, p := range a.Whom {
		if err := m.CheckIn(t.Who, p, meeting.Attendance(a.How)); err != nil {
			return bot.Reply{}, err
		}
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "✓ 签到已改：" + names(a.Whom) + " " + string(a.How) + "。"}, nil
}

type meetingOnly struct {
	Meeting string `arg:"会议" opt:"rest"`
}

// progressOf shows the console where it was asked for, or privately where others
// read along (R18).
func progressOf(_ context.Context, t *bot.Turn, a meetingOnly) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Live, meeting.Adjourned))
	if err != nil {
		return bot.Reply{}, err
	}
	if !m.Involves(t.Who) {
		return bot.Reply{}, meeting.Refuse("R18", "这次会的记录只有参会和抄送的人能看。")
	}
	shut, err := guarded(t, m)
	if err != nil {
		return bot.Reply{}, err
	}
	if t.Private || shut {
		return private(t, bot.Face{Name: "console", Of: m.Ref(), For: t.Who}, ""), nil
	}
	return bot.Reply{Face: bot.Face{Name: "console", Of: m.Ref()}}, nil
}

// live finds the meeting that runs.
func live(t *bot.Turn, typed string) (*meeting.Meeting, error) {
	return which(t, typed, in(meeting.Live))
}

// sitting is the meeting under way that words about a task are said in: in its
// group, or privately by somebody who takes part (R33); nil if there is none.
func sitting(t *bot.Turn, typed string) (*meeting.Meeting, error) {
	running := in(meeting.Live)
	if about, err := aboutMeeting(t); err != nil || about != nil && running(about) && about.Involves(t.Who) {
		return about, err
	}
	mine, err := t.Book.FindMeetings(meeting.MeetingQuery{Involves: t.Who, Open: true})
	if err != nil {
		return nil, fmt.Errorf("meetings of person %d: %w", t.Who, err)
	}
	mine = slices.DeleteFunc(mine, func(m *meeting.Meeting) bool {
		return !running(m) || !t.Private && !m.Meets(string(t.Chat)) || typed != "" && !calls(m, strings.TrimSpace(typed))
	})
	switch len(mine) {
	case 0:
		return nil, nil //nolint:nilnil // said outside of any meeting
	case 1:
		return mine[0], nil
	}
	return nil, askWhich(t, mine)
}
