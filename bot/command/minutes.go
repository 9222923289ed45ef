package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func minuting() []bot.Command {
	return []bot.Command{
		bot.Define("纪要", "看一次会议的纪要，草稿带行号", showMinutes).In(headPaper).
			Also("看纪要", "纪要草稿", "打开草稿", "会议纪要", "纪要起草"),
		bot.Define("纪要改", "改纪要的一行：行号和新内容", rewriteLine).In(headPaper).
			Also("改纪要", "修改纪要", "把纪要里", "把纪要", "把"),
		bot.Define("纪要加", "加一行：议题号、决议或另议，再写内容", addLine).In(headPaper).Also("加纪要"),
		bot.Define("纪要删", "删掉一行", deleteLine).In(headPaper).Also("删纪要"),
		bot.Define("纪要引用", "带主观表述的一行作为某人的观点保留", quoteLine).In(headPaper).Also("引用纪要"),
		bot.Define("纪要部分", "说明某一部分没有内容", sayNone).In(headPaper),
		bot.Define("纪要目标", "写明会议目标达成了没有", reachGoal).In(headPaper),
		bot.Define("初稿预计", "初稿晚了，说一声大概几点能好", estimate).In(headPaper),
		bot.Define("提审", "记录人把初稿交主持人审核", submitMinutes).In(headPaper).
			Also("提交审核", "送审", "重新提审", "提交纪要"),
		bot.Define("审核", "审核纪要：通过后看分发对象再发，退回写原因", reviewMinutes).In(headPaper).
			Also("审核纪要", "纪要审核"),
		bot.Define("代审", "主持人请别人代为审核", deputise).In(headPaper).Also("审核 请", "请人代审", "指定代审"),
		bot.Define("已阅", "看过纪要了", markRead).In(headPaper).Also("已读", "看过了"),
		bot.Define("意见", "对纪要提意见：行号、建议和理由", giveFeedback).In(headPaper).
			Also("有意见", "纪要意见", "纪要 意见", "提意见"),
		bot.Define("答复意见", "逐条答复意见：采纳、部分采纳、不采纳或转为留言", answerItem).In(headPaper).
			Also("答复 第", "意见答复", "处理意见"),
		bot.Define("发终稿", "意见处理完，发布终稿并锁定", publish).In(headPaper).Also("发布终稿", "定稿"),
		bot.Define("勘误", "终稿有错，写明原文、更正和原因，由主持人批准", startErratum).In(headPaper).
			Also("发起勘误", "更正", "纪要 勘误"),
		bot.Define("补充纪要", "终稿漏了内容，另发一份补充，由主持人批准", startSupplement).In(headPaper).Also("纪要补充"),
		bot.Define("核验", "核对终稿的编号和校验码", verify).In(headPaper).Also("校验"),
	}
}

func minutesFaces() []bot.FaceDef {
	return []bot.FaceDef{
		{Name: "drafting", Draw: ofMinutes(drawDrafting)},
		{Name: "unwritten", Draw: ofMinutes(drawUnwritten)},
		{Name: "review", Draw: ofMinutes(drawReview)},
		{Name: "recipients", Draw: ofMinutes(drawRecipients)},
		{Name: "unissued", Draw: ofMinutes(drawUnissued)},
		{Name: "issue", Draw: ofMinutes(drawIssue)},
		{Name: "feedback", Draw: ofMinutes(drawFeedback)},
		{Name: "publish", Draw: ofMinutes(drawPublish)},
		{Name: "entered", Draw: ofMeeting(drawEntered)},
	}
}

func minutesPapers() []bot.PaperDef {
	return []bot.PaperDef{
		{Kind: meeting.KindMinutes, Write: writeMinutes},
		{Kind: listPaper, Write: writeList},
	}
}

// minutesExamples are lines as people type them, by command.
func minutesExamples() map[string]string {
	return map[string]string{
		"纪要":   "纪要 新产品评审会",
		"纪要改":  "纪要改 6 研发部排期为8周，市场部要求6周",
		"纪要加":  "纪要加 1 结论 同意采用A方案，由研发部牵头",
		"纪要删":  "纪要删 6",
		"纪要引用": "纪要引用 6 @赵倩",
		"纪要部分": "纪要部分 决议事项 无",
		"纪要目标": "纪要目标 1 部分达成",
		"初稿预计": "初稿预计 半小时内",
		"提审":   "提审",
		"审核":   "审核 退回 议题1漏了第3个节点",
		"代审":   "代审 @高远",
		"意见":   "意见 3 预算口径应为含税 理由:财务按含税算",
		"答复意见": "答复意见 2 部分采纳 改为待生产部书面确认",
		"发终稿":  "发终稿",
		"勘误":   "勘误 70%用户→72%用户 原因:资料引用有误",
		"补充纪要": "补充纪要 样品由生产部保管 原因:会上说过，漏记",
		"核验":   "核验 产品-20260812-01 1A2B3C4D",
	}
}

// minutesWhys say why a reminder comes, by its kind and step (“M2 1wd”).
func minutesWhys() map[string]string {
	return map[string]string{
		meeting.DraftSoon + " 60m":    "离初稿截止还有一小时",
		meeting.DraftSoon + " 105m":   "离初稿截止还有一刻钟",
		meeting.DraftSoon + " 120m":   "初稿到时间了，还没有提交",
		meeting.ToReview + " 4h":      "提审四小时了，等您审核",
		meeting.ToReview + " 20h":     "散会20小时了，纪要等审核",
		meeting.ToIssue + " 22h":      "离24小时分发时限还有两小时",
		meeting.ToIssue + " 24h":      "散会24小时了，纪要还没有分发",
		meeting.ToRead + " nwd":       "纪要还没有回，第二个工作日再问一次",
		meeting.ToRead + " 2h":        "意见截止前两小时",
		meeting.ToFinalise + " close": "意见收齐了，请处理并发终稿",
		meeting.ToFinalise + " 90m":   "离终稿时限还有半小时",
	}
}

// minutesVerbs end the sentence “填好就能…”, by command, where its name does not.
func minutesVerbs() map[string]string {
	return map[string]string{
		"纪要": "看纪要", "纪要改": "改纪要", "纪要加": "加一行", "纪要删": "删这一行", "纪要引用": "保留为观点", "纪要部分": "写明",
		"纪要目标": "写明", "代审": "请人代审", "意见": "提意见", "勘误": "发起勘误", "核验": "核对", "初稿预计": "告诉主持人",
	}
}

// minutesKey is minutes in the arguments of a button.
func minutesKey(x *meeting.Minutes) string { return "J" + strconv.FormatInt(int64(x.ID), 10) }

// minutesKeyed is what minutesKey writes.
var minutesKeyed = regexp.MustCompile(`^[Jj](\d{1,18})$`)

// whichMinutes finds the minutes that are meant, among those that the speaker may
// know of: those named, else those of the card, else the only ones for which fits
// holds; several are asked about (6.1). If none fits, the latest come back, so
// that their rule says how they stand.
func whichMinutes(t *bot.Turn, typed string, fits func(*meeting.Minutes) bool) (*meeting.Minutes, *meeting.Meeting, error) {
	x, m, err := minutesFor(t, typed, fits)
	if err != nil {
		return nil, nil, err
	}
	return x, m, t.BelongsTo(x.Chat, x.Meeting)
}

// minutesFor is whichMinutes for an answer that is private anyway.
func minutesFor(t *bot.Turn, typed string, fits func(*meeting.Minutes) bool) (*meeting.Minutes, *meeting.Meeting, error) {
	x, err := findMinutes(t, strings.TrimSpace(typed), fits)
	if err != nil {
		return nil, nil, err
	}
	m, err := t.Book.Meeting(x.Meeting)
	if err != nil {
		return nil, nil, fmt.Errorf("meeting of minutes %d: %w", x.ID, err)
	}
	x.Follow(m)
	if !knows(x, m, t.Who) {
		return nil, nil, noMinutes(typed)
	}
	return x, m, nil
}

func findMinutes(t *bot.Turn, typed string, fits func(*meeting.Minutes) bool) (*meeting.Minutes, error) {
	if k := minutesKeyed.FindStringSubmatch(typed); k != nil {
		id, _ := strconv.ParseInt(k[1], 10, 64)
		x, err := t.Book.Minutes(meeting.MinutesID(id))
		if errors.Is(err, meeting.ErrNotFound) {
			return nil, noMinutes("")
		}
		return x, err
	}
	if t.About.Kind == meeting.KindMinutes && typed == "" {
		return t.Book.Minutes(meeting.MinutesID(t.About.ID))
	}
	near, err := nearMinutes(t, typed)
	if err != nil {
		return nil, err
	}
	fit := slices.DeleteFunc(slices.Clone(near), func(x *meeting.Minutes) bool { return !fits(x) })
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) > 1 && typed == "" && !t.Private:
		return fit[len(fit)-1], nil
	case len(fit) > 1:
		return nil, askMinutes(t, fit)
	case len(near) > 0:
		return lastOf(near), nil
	}
	return nil, noMinutes(typed)
}

// lastOf is the latest of several, an erratum only if there is nothing else.
func lastOf(near []*meeting.Minutes) *meeting.Minutes {
	for _, x := range slices.Backward(near) {
		if x.Kind == meeting.TheMinutes {
			return x
		}
	}
	return near[len(near)-1]
}

func noMinutes(typed string) error {
	if typed = strings.TrimSpace(typed); typed != "" && !minutesKeyed.MatchString(typed) {
		return meeting.Refuse("R18", "没有找到您能看的纪要“"+cut(line(typed), 20)+"”。发“纪要”看有哪些。")
	}
	return meeting.Refuse("R18", "没有您能看的纪要。散会后由记录人起草，审核通过才分发。")
}

// nearMinutes are those of the meetings around the speaker, else those that went
// to them as a reader or that they review, oldest first.
func nearMinutes(t *bot.Turn, typed string) ([]*meeting.Minutes, error) {
	about, err := aboutMeeting(t)
	if err != nil {
		return nil, err
	}
	meetings := []*meeting.Meeting{about}
	if about == nil || typed != "" {
		if meetings, err = nearMeetings(t); err != nil {
			return nil, err
		}
	}
	var out []*meeting.Minutes
	for _, m := range meetings {
		if m.Ended.IsZero() {
			continue
		}
		found, err := t.Book.FindMinutes(meeting.MinutesQuery{Meeting: m.ID})
		if err != nil {
			return nil, fmt.Errorf("minutes of meeting %d: %w", m.ID, err)
		}
		for _, x := range found {
			if knows(x, m, t.Who) && (typed == "" || strings.HasSuffix(x.No, typed) || calls(m, typed)) {
				out = append(out, x)
			}
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return handedTo(t, typed)
}

// handedTo are minutes that went to a person, or wait for their review, though
// they took no part in the meeting: those of a number, or those still open.
func handedTo(t *bot.Turn, typed string) ([]*meeting.Minutes, error) {
	q := meeting.MinutesQuery{Open: true}
	if typed != "" {
		q = meeting.MinutesQuery{No: typed}
	}
	all, err := t.Book.FindMinutes(q)
	if err != nil {
		return nil, fmt.Errorf("minutes: %w", err)
	}
	return slices.DeleteFunc(all, func(x *meeting.Minutes) bool { return x.Reads(t.Who) == nil && x.Reviews() != t.Who }), nil
}

func askMinutes(t *bot.Turn, all []*meeting.Minutes) error {
	g := meeting.Gap{Field: "会议", Rule: "6.1", Say: "是哪一份纪要？选一个。"}
	for _, x := range all {
		m, err := t.Book.Meeting(x.Meeting)
		if err != nil {
			return err
		}
		label := cut(line(m.Title), 12)
		if x.Kind != meeting.TheMinutes {
			label += string(x.Kind)
		}
		g.Choices = append(g.Choices, meeting.Choice{Label: label + "（" + x.No + "）", Value: minutesKey(x)})
	}
	return &meeting.Refusal{Rule: "6.1", Gaps: []meeting.Gap{g}}
}

// knows reports whether a person may know that the minutes are there.
func knows(x *meeting.Minutes, m *meeting.Meeting, who meeting.PersonID) bool {
	return writes(x, who) || m.Involves(who) || x.Reads(who) != nil
}

// writes reports whether the person works on the minutes: then a draft is theirs
// to read too.
func writes(x *meeting.Minutes, who meeting.PersonID) bool {
	return who != meeting.Nobody && (who == x.Recorder || who == x.Host || who == x.Reviews())
}

// reads reports whether a person may read the text now: a draft is for those who
// work on it, what was issued for its readers and the people of the meeting (R18,
// R54).
func reads(x *meeting.Minutes, m *meeting.Meeting, who meeting.PersonID) bool {
	return writes(x, who) || !x.IssuedAt.IsZero() && knows(x, m, who)
}

// stands makes a fits of the states that a command is for.
func stands(states ...meeting.MinutesState) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool { return slices.Contains(states, x.State) }
}

// sealed answers whoever wants to change a 终稿: why not, and what is possible
// instead (R60, R61).
func sealed(t *bot.Turn, x *meeting.Minutes) bot.Reply {
	if t.Origin == bot.Tapped {
		return bot.Reply{Toast: meeting.ErrSealed.Say}
	}
	return private(t, bot.Face{Name: "issue", Of: x.Ref(), For: t.Who}, meeting.ErrSealed.Say)
}

// refuse turns a rule's no into an answer: a sealed one gets the offer of an
// erratum, everything else stays a refusal.
func refuse(t *bot.Turn, x *meeting.Minutes, err error) (bot.Reply, error) {
	if errors.Is(err, meeting.ErrSealed) {
		return sealed(t, x), nil
	}
	return bot.Reply{}, err
}

type showMinutesArgs struct {
	Meeting string `arg:"会议" opt:"rest"`
}

// showMinutes shows a draft with its line numbers to those who work on it, and
// what was issued to its readers (C15).
func showMinutes(_ context.Context, t *bot.Turn, a showMinutesArgs) (bot.Reply, error) {
	x, m, err := minutesFor(t, a.Meeting, func(x *meeting.Minutes) bool { return x.Kind == meeting.TheMinutes })
	if err != nil {
		return bot.Reply{}, err
	}
	if !reads(x, m, t.Who) {
		return bot.Reply{}, meeting.Refuse("R54", "纪要还在起草和审核，分发后请您看。")
	}
	face := "issue"
	switch x.State {
	case meeting.Drafting, meeting.SentBack:
		face = "drafting"
	case meeting.Reviewing:
		face = "review"
	case meeting.Issued, meeting.Revising, meeting.Final:
	}
	return private(t, bot.Face{Name: face, Of: x.Ref(), For: t.Who}, numberedLines(x, m)), nil
}

// shownLines is how many lines are shown in a message; the paper has them all.
const shownLines = 60

// numberedLines are the minutes as lines with the numbers that 纪要改 and 意见 name.
func numberedLines(x *meeting.Minutes, m *meeting.Meeting) string {
	if x.Kind != meeting.TheMinutes {
		return string(x.Kind) + " " + x.No + "：" + erratumLine(x)
	}
	lines := []string{title(m) + "纪要 " + x.Edition() + "（" + string(x.State) + "）"}
	part := ""
	for i, l := range x.Lines {
		if i == shownLines {
			lines = append(lines, fmt.Sprintf("还有%d行，请看全文。", len(x.Lines)-i))
			break
		}
		if p := partOf(m, l); p != part {
			part = p
			lines = append(lines, "【"+p+"】")
		}
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, spokenLine(x, i)))
	}
	if len(x.Lines) == 0 {
		lines = append(lines, "还没有内容。发“纪要加 1 结论 …”加一行。")
	}
	return strings.Join(lines, "\n")
}

// partOf is the heading under which a line stands.
func partOf(m *meeting.Meeting, l meeting.Line) string {
	if l.Section == meeting.OtherWork {
		return string(l.Section)
	}
	if topic := m.Topic(l.Topic); topic != nil {
		return fmt.Sprintf("议题%d %s", topic.Seq, cut(line(topic.Title), 20))
	}
	return "其他"
}

// spokenLine is line i, counted from 0, with what kind of line it is and whose.
func spokenLine(x *meeting.Minutes, i int) string {
	l := x.Lines[i]
	kind := string(l.Kind)
	switch {
	case l.Section == meeting.OtherWork:
		kind = "另议"
	case l.Kind == meeting.Difference:
		kind = "不同观点"
	case l.Kind == meeting.Unsettled:
		kind = "未决事项"
	}
	say := kind
	if l.Speaker != meeting.Nobody {
		say += "（" + l.Speaker.Token() + "）"
	}
	say += "：" + line(l.Text)
	if l.Kind == meeting.Conclusion && len(x.Based(i+1)) == 0 {
		say += "（依据缺失）"
	}
	return say
}
