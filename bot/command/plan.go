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

func planning() []bot.Command {
	return []bot.Command{
		bot.Define("新建会议", "先把会建起来，名称以外的可以以后补", convene).In(headPlan).
			Also("会议 新建", "新建 会议", "约个会", "约会议", "开个会", "开个紧急会", "建个会", "建会", "建个", "新会议", "召开", "组织一个会",
				"…开个", "…开一个", "…开", "…召开", "…约个"),
		bot.Define("筹备", "看会议还缺什么，缺的点一下就能补", showSetup).In(headPlan).Also("筹备卡", "会议筹备", "还缺什么"),
		bot.Define("会议时间", "定下或改草稿的时间", setMeetingTime).In(headPlan).Also("定时间", "会议 时间"),
		bot.Define("地点", "定下或改开会的地方", setMeetingPlace).In(headPlan).Also("会议地点", "会议 地点"),
		bot.Define("会议名称", "改草稿的名称", renameMeeting).In(headPlan).Also("会议改名", "会议 名称"),
		bot.Define("发起部门", "写明由哪个部门发起", setDepartment).In(headPlan),
		bot.Define("目标", "写下开完会要得到什么，能判断是否达成", setGoals).In(headPlan).Also("会议目标"),
		bot.Define("议题", "加一个议题；“议题 2 改 新内容”“议题 2 删”“议题 2 另议”改已有的", editAgenda).In(headPlan).
			Also("加个议题", "加议题", "新议题", "增加议题"),
		bot.Define("删议题", "去掉一个议题", dropTopic).In(headPlan).Also("删除议题", "去掉议题", "把第", "把议题"),
		bot.Define("产出", "一次写明几个议题的期望产出", setAgendaOutputs).In(headPlan).Also("期望产出"),
		bot.Define("放行", "主持人写明理由，让超过3个的议题留下", admitTopics).In(headPlan),
		bot.Define("参会", "加参会人，写明层级；“参会 去掉 @同事”去掉", addGuests).In(headPlan).Also("参会人", "加参会人", "邀请"),
		bot.Define("分工", "定主持人、记录人和计时", assignRoles).In(headPlan).Also("会议分工"),
		bot.Define("接手", "接下请您担任的主持人或记录人", takeRole).In(headPlan).Also("我来主持", "我来记录"),
		bot.Define("不接手", "不接请您担任的主持人或记录人", declineRole).In(headPlan),
		bot.Define("抄送", "抄送上级领导，或写上需知晓的部门", copyTo).In(headPlan).Also("需知晓", "需知晓部门", "上级领导"),
		bot.Define("资料", "加会前要看的资料；没有请发“资料 无”", addMaterial).In(headPlan).Also("材料", "加资料", "传个资料", "传资料", "会前资料"),
		bot.Define("看资料", "看会前要读的资料", showMaterial).In(headPlan).Also("看材料"),
		bot.Define("发预通知", "核对收件人后把预通知发给每个人", sendNotice).In(headPlan).Also("发通知", "发会议通知", "预通知发出去"),
		bot.Define("预通知", "看预通知发了没有", showNotice).In(headPlan).Also("通知发了没", "通知发了没有", "通知发了吗", "预通知发了没", "预通知发了吗"),
	}
}

func planningFaces() []bot.FaceDef {
	return []bot.FaceDef{
		{Name: "setup", Draw: ofMeeting(drawSetup)},
		{Name: "outgoing", Draw: ofMeeting(drawOutgoing)},
		{Name: "notice", Draw: ofMeeting(drawNotice), Pinned: true},
		{Name: "role", Draw: ofMeeting(drawRole)},
	}
}

// planExamples are lines as people type them, by command.
func planExamples() map[string]string {
	return map[string]string{
		"新建会议": "新建会议 新产品评审会 时间:8月12日14:00—15:30 地点:3号会议室",
		"会议时间": "会议时间 8月12日14:00—15:30",
		"地点":   "地点 3号会议室",
		"目标":   "目标 确定Q4研发3个关键节点及责任人；A/B方案二选一",
		"议题":   "议题 A/B方案选型 产出:决策 时长:20 谈:成本和周期 不谈:外观 需预讨论:研发部、市场部",
		"删议题":  "删议题 3",
		"产出":   "产出 1任务清单 2决策 3方案",
		"放行":   "放行 四件事都要在本周定",
		"参会":   "参会 @高远 层级:决策层",
		"分工":   "分工 主持:@周敏 记录:@林晓 计时:会办",
		"抄送":   "抄送 @高远 财务部",
		"资料":   "资料 用户调研 https://docs.example.com/a 页数:12 要点:第3页的偏好数据",
		"发预通知": "发预通知 紧急 原因:客户要求本周答复",
	}
}

// planWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func planWhys() map[string]string {
	return map[string]string{
		meeting.NotNoticed + " 4wd": "开会前4个工作日，预通知还没发",
		meeting.NotNoticed + " 2wd": "今天是发预通知的最后一天",
	}
}

// planVerbs end the sentence “填好就能…”, by command, where its name does not.
func planVerbs() map[string]string {
	return map[string]string{
		"新建会议": "建会", "会议时间": "定时间", "地点": "定地点", "会议名称": "改名", "发起部门": "记下", "目标": "写下目标",
		"议题": "记下议题", "删议题": "去掉", "产出": "写下产出", "参会": "加参会人", "分工": "定分工", "抄送": "抄送", "资料": "加资料",
		"筹备": "看筹备", "预通知": "看", "看资料": "看", "接手": "接手", "不接手": "答复",
	}
}

type conveneArgs struct {
	Title    string             `alias:"会议名称 会名 主题" arg:"名称"                           opt:"required rest" say:"会议叫什么名字？如“新产品评审会”。"`
	When     meeting.Deadline   `alias:"会议时间 日期"    arg:"时间"                           opt:"find offer"`
	Length   string             `arg:"时长"           opt:"offer"`
	Place    string             `alias:"会议地点 会议室"   arg:"地点"                           opt:"offer"`
	Goal     string             `alias:"会议目标"       arg:"目标"                           opt:"offer"`
	Guests   []meeting.PersonID `alias:"参会 参加 参与"   arg:"参会人"                          opt:"offer"`
	Form     meeting.Form       `arg:"形式"`
	Host     meeting.PersonID   `alias:"主持人"        arg:"主持"`
	Recorder meeting.PersonID   `alias:"记录人"        arg:"记录"`
	Like     string             `alias:"照上次 参照"     arg:"照"`
}

func convene(_ context.Context, t *bot.Turn, a conveneArgs) (bot.Reply, error) {
	r := readRequest(a.Title)
	if err := r.complete(t, &a); err != nil {
		return bot.Reply{}, err
	}
	me, err := t.Book.Person(t.Who)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("initiator %d: %w", t.Who, err)
	}
	plan := meeting.Plan{By: t.Who, Department: me.Department, Title: r.title, Place: a.Place, Form: a.Form, Chat: string(t.Chat)}
	if a.When.Raw != "" {
		slot, err := slotFor(t, a.When, a.Length)
		if err != nil {
			return bot.Reply{}, err
		}
		plan.Start, plan.End = slot.Start, slot.End
	}
	if a.Like != "" {
		if plan.Like, err = likeWhich(t, a.Like, r.title); err != nil {
			return bot.Reply{}, err
		}
	}
	m, err := meeting.Convene(t.Book, plan, t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := a.rest(t, m); err != nil {
		return bot.Reply{}, err
	}
	reply, err := planSaved(t, m, "已建好："+title(m))
	if len(r.unused) > 0 {
		reply.Text = "“" + cut(line(strings.Join(r.unused, "，")), 40) + "”没有记下。加人请发“参会 @同事”，加议题请发“议题 内容”。"
	}
	return reply, err
}

// rest fills in what else was said along with the title.
func (a conveneArgs) rest(t *bot.Turn, m *meeting.Meeting) error {
	if a.Host != meeting.Nobody || a.Recorder != meeting.Nobody {
		if _, err := m.AssignRoles(t.Book, t.Who, meeting.Duties{Host: a.Host, Recorder: a.Recorder}, t.Now); err != nil {
			return err
		}
	}
	if len(a.Guests) > 0 {
		if _, err := m.Invite(t.Book, t.Who, meeting.Invitation{People: a.Guests}); err != nil {
			return err
		}
	}
	if a.Goal != "" {
		goals, vague := readGoals(a.Goal)
		return m.SetGoals(t.Who, goals, vague)
	}
	return nil
}

// likeWhich is the meeting that 照 names: 上次会议, or a title or number.
func likeWhich(t *bot.Turn, like, titled string) (*meeting.Meeting, error) {
	if keyed.MatchString(like) || !slices.Contains([]string{"上次", "上次会议", "上一次", "上回", "true"}, strings.TrimSpace(like)) {
		m, err := find(t, strings.TrimSpace(like), func(m *meeting.Meeting) bool { return m.Status != meeting.CalledOff })
		if err == nil && !m.Involves(t.Who) {
			return nil, meeting.Refuse("R18", "您没有参加那个会，不能照它来建。")
		}
		return m, err
	}
	m, err := meeting.Previous(t.Book, t.Who, titled, string(t.Chat))
	if errors.Is(err, meeting.ErrNoPrevious) {
		return nil, meeting.Refuse("R7", "没有找到可以照着来的上次会议。请去掉“照上次”再发一次。")
	}
	return m, err
}

// planSaved saves a draft and shows its card; a tap on that card shows it anyway.
func planSaved(t *bot.Turn, m *meeting.Meeting, say string) (bot.Reply, error) {
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := bot.Reply{Toast: say + "。"}
	if t.Origin == bot.Tapped && t.About == m.Ref() {
		return r, nil
	}
	r.Face = planFace(t, m)
	return r, nil
}

// planFace is the card of a meeting that is prepared, where the words were said.
func planFace(t *bot.Turn, m *meeting.Meeting) bot.Face {
	f := bot.Face{Name: "setup", Of: m.Ref()}
	if m.Status != meeting.Planned {
		f.Name = "notice"
	}
	if t.Private {
		f.For = t.Who
	}
	return f
}

// planOf finds the meeting that is prepared: a draft of the speaker's before one
// whose notice is out, and theirs before those of others, who are then told who
// may.
func planOf(t *bot.Turn, typed string, states ...meeting.MeetingStatus) (*meeting.Meeting, error) {
	for _, s := range states {
		theirs := func(m *meeting.Meeting) bool { return m.Status == s && m.Prepares(t.Who) }
		m, err := which(t, typed, theirs)
		if err != nil || theirs(m) {
			return m, err
		}
	}
	return which(t, typed, in(states...))
}

type prepareOnly struct {
	Meeting string `arg:"会议" opt:"rest"`
}

// showSetup is for whoever prepares; others are told who does.
func showSetup(_ context.Context, t *bot.Turn, a prepareOnly) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if m.Status == meeting.Planned && !m.Prepares(t.Who) {
		return bot.Reply{}, meeting.Refuse("R1", title(m)+"还在筹备，预通知发出后会告诉您。")
	}
	return bot.Reply{Toast: "见筹备卡。", Face: planFace(t, m)}, nil
}

type timeArgs struct {
	Meeting string           `arg:"会议"`
	When    meeting.Deadline `alias:"日期"   arg:"时间"           opt:"find" say:"什么时候开？请写起止，如“8月12日14:00—15:30”。"`
	Length  string           `alias:"多久"   arg:"时长"           say:"开多久？"`
	Said    string           `arg:"其他"     opt:"rest"`
}

func setMeetingTime(_ context.Context, t *bot.Turn, a timeArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if a.When.Raw == "" && a.Length == "" {
		a.Length = a.Said
	}
	if a.When.Raw == "" && a.Length == "" {
		return bot.Reply{}, askTime(m)
	}
	slot := meeting.Slot{Start: m.Start}
	if a.When.Raw != "" {
		if slot, err = slotFor(t, a.When, a.Length); err != nil {
			return bot.Reply{}, err
		}
	} else {
		n, err := lengthOf(a.Length)
		if err != nil {
			return bot.Reply{}, err
		}
		if m.Start.IsZero() {
			return bot.Reply{}, askTime(m)
		}
		slot.End = m.Start.Add(n)
	}
	if err := m.SetTime(t.Book, t.Who, slot.Start, slot.End); err != nil {
		return bot.Reply{}, err
	}
	return planSaved(t, m, "时间定为"+span(t, m))
}

// askTime asks for the day, or where that is known how long it takes.
func askTime(m *meeting.Meeting) error {
	if m.Start.IsZero() {
		return &meeting.Refusal{Rule: "R7", Gaps: []meeting.Gap{{Field: "时间", Rule: "R7", Say: "什么时候开？请写起止，如“8月12日14:00—15:30”。"}}}
	}
	return &meeting.Refusal{Rule: "R7", Gaps: []meeting.Gap{choose("时长", "R7", "从"+clock(m.Start)+"起开多久？", "30分钟", "60分钟", "90分钟")}}
}

type placeArgs struct {
	Meeting string       `arg:"会议"`
	Place   string       `arg:"地点" opt:"rest"      say:"在哪里开？请写会议室，或线上会议的链接。"`
	Form    meeting.Form `arg:"形式"`
}

func setMeetingPlace(_ context.Context, t *bot.Turn, a placeArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned, meeting.Noticed)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.SetPlace(t.Who, a.Place, a.Form); err != nil {
		return bot.Reply{}, err
	}
	reply, err := planSaved(t, m, "地点定为"+line(m.Place))
	if m.Status == meeting.Noticed {
		reply.Posts = tell(t, m, "地点变了").text(title(m)+"的地点改为"+line(m.Place)+"，时间不变："+span(t, m)+"。", m.Recipients()...).posts
	}
	return reply, err
}

type renameArgs struct {
	Meeting string `arg:"会议"`
	Title   string `arg:"名称" opt:"required rest" say:"会议叫什么名字？"`
}

func renameMeeting(_ context.Context, t *bot.Turn, a renameArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.Rename(t.Who, a.Title); err != nil {
		return bot.Reply{}, err
	}
	return planSaved(t, m, "名称改为"+title(m))
}

type departmentArgs struct {
	Meeting    string `arg:"会议"`
	Department string `arg:"发起部门" opt:"required rest" say:"由哪个部门发起？"`
}

func setDepartment(_ context.Context, t *bot.Turn, a departmentArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := m.SetDepartment(t.Who, a.Department); err != nil {
		return bot.Reply{}, err
	}
	return planSaved(t, m, "发起部门记为"+line(m.Department))
}

type goalArgs struct {
	Meeting string `arg:"会议"`
	Goals   string `arg:"目标" opt:"rest" say:"开完会要得到什么？写一句能判断是否达成的话。"`
}

func setGoals(_ context.Context, t *bot.Turn, a goalArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	goals, vague := readGoals(a.Goals)
	if err := m.SetGoals(t.Who, goals, vague); err != nil {
		return bot.Reply{}, err
	}
	return planSaved(t, m, fmt.Sprintf("已写下%d个目标", len(m.Goals)))
}
