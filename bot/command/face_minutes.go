package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// A minutesView is minutes as one person sees them on a card; who is Nobody for
// the card of a group.
type minutesView struct {
	t   *bot.Turn
	x   *meeting.Minutes
	m   *meeting.Meeting
	who meeting.PersonID
}

// ofMinutes makes a face of a function that draws minutes. Who may not know of
// them sees nothing (R18).
func ofMinutes(draw func(minutesView) (card.Card, error)) bot.Draw {
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		x, err := t.Book.Minutes(meeting.MinutesID(f.Of.ID))
		if err != nil {
			return bot.Drawn{}, err
		}
		m, err := t.Book.Meeting(x.Meeting)
		if err != nil {
			return bot.Drawn{}, err
		}
		x.Follow(m)
		c, err := draw(minutesView{t: t, x: x, m: m, who: f.For})
		return bot.Drawn{Card: tidy(c), Version: x.Revision()}, err
	}
}

// card is a card about the minutes with the number last.
func (v minutesView) card(how string, tone card.Tone, body string, fields ...card.Field) card.Card {
	c := card.Card{
		Title: cut(line(v.m.Title), titleLimit-1-utf8.RuneCountInString(how)) + "：" + how, Tone: tone, Body: body,
		Fields: append(fields, card.Field{Label: "编号", Value: v.x.No}),
	}
	if reads(v.x, v.m, v.who) {
		edition := v.x.Edition()
		if !writes(v.x, v.who) { // what readers have, not what is being revised
			edition = v.x.Latest()
		}
		c.Files = []card.File{{Name: string(v.x.Kind) + "全文 " + edition, URL: fmt.Sprintf("paper:minutes/%d", v.x.ID)}}
	}
	return c
}

// act is a button that runs a command on the minutes; args are pairs of an
// argument and its value.
func (v minutesView) act(id, label, command string, args ...string) card.Button {
	return actOn(minutesKey(v.x), id, label, command, args...)
}

// agrees is act for buttons that agree to the text as the card shows it.
func (v minutesView) agrees(id, label, command string, args ...string) card.Button {
	b := v.act(id, label, command, args...)
	b.Do.Seen = v.x.Terms
	return b
}

func (v minutesView) open() card.Button   { return v.act("纪要", "打开草稿", "纪要") }
func (v minutesView) submit() card.Button { return v.act("提审", "提审", "提审") }
func (v minutesView) pass() card.Button {
	return v.agrees("通过", "通过", "审核", "结果", string(passes))
}
func (v minutesView) sendBack() card.Button {
	return v.act("退回", "退回", "审核", "结果", string(fails))
}
func (v minutesView) deputise() card.Button { return v.act("代审", "请人代审", "代审") }
func (v minutesView) read() card.Button     { return v.act("已阅", "已阅", "已阅") }
func (v minutesView) feedback() card.Button { return v.act("意见", "有意见", "意见") }
func (v minutesView) publish() card.Button  { return v.agrees("发终稿", "发终稿", "发终稿") }
func (v minutesView) erratum() card.Button  { return v.act("勘误", "发起勘误", "勘误") }

// sum is what the minutes hold, in numbers.
func (v minutesView) sum() (card.Field, error) {
	tasks, err := v.t.Book.FindTasks(meeting.TaskQuery{Meeting: v.m.ID})
	if err != nil {
		return card.Field{}, fmt.Errorf("tasks of meeting %d: %w", v.m.ID, err)
	}
	return card.Field{Label: "内容", Value: fmt.Sprintf("%d个议题，%d项决议，%d项待办", len(v.m.Topics), v.x.Resolved(), len(tasks))}, nil
}

// drawDrafting is the recorder's card while the draft is theirs (M12): how much
// time is left, what is lacking and why it came back.
func drawDrafting(v minutesView) (card.Card, error) {
	x := v.x
	if x.State != meeting.Drafting && x.State != meeting.SentBack {
		return v.card("已提交", card.Green, v.whereNow()), nil
	}
	tasks, err := v.t.Book.FindTasks(meeting.TaskQuery{Meeting: v.m.ID})
	if err != nil {
		return card.Card{}, fmt.Errorf("tasks of meeting %d: %w", v.m.ID, err)
	}
	lacks := x.Lacks(v.m, len(tasks))
	fields := []card.Field{
		{Label: "退回意见", Value: cut(line(x.ReviewNote), 100)},
		{Label: "初稿", Value: limit(v.t, x.DraftDue) + "，" + left(v.t, x.DraftDue)},
		{Label: "分发", Value: limit(v.t, x.IssueDue)},
		{Label: "还缺", Value: cut(lackingWords(lacks), 60)},
		{Label: "建议", Value: goalHint(x)},
	}
	how, tone := "请起草纪要", card.Blue
	body := fmt.Sprintf("初稿截止%s，%s。记录已整理成%d行，核对后提审。", hour(v.t, x.DraftDue), left(v.t, x.DraftDue), len(x.Lines))
	switch {
	case x.State == meeting.SentBack:
		how, tone, body = "退回待改", card.Yellow, "改好后重新提审，须"+limit(v.t, x.IssueDue)+"分发。"
		fields[1] = card.Field{}
	case !v.t.Now.Before(x.DraftDue):
		tone, body = card.Red, "初稿原定"+hour(v.t, x.DraftDue)+"前，现在还没提交。"
	case x.DraftDue.Sub(v.t.Now).Hours() <= 1:
		tone = card.Yellow
	}
	c := v.card(how, tone, body, fields...)
	if v.who == x.Recorder {
		c.Buttons = []card.Button{v.open(), v.submit()}
		for _, p := range lacks.Parts[:min(2, len(lacks.Parts))] {
			word := string(p)
			if p == meeting.Discussion {
				word = "讨论要点"
			}
			c.Buttons = append(c.Buttons, v.act("纪要部分", strings.TrimSuffix(word, "任务清单")+"写“无”", "纪要部分", "部分", word, "写", "无"))
		}
	}
	return c, nil
}

// goalHint asks how far the goals were reached; it holds nothing up.
func goalHint(x *meeting.Minutes) string {
	for i, how := range x.Reached {
		if how == "" {
			return fmt.Sprintf("写明目标%d达成了没有，如“纪要目标 %d 达成”", i+1, i+1)
		}
	}
	return ""
}

// lackingWords is what keeps the draft from being submitted, in short.
func lackingWords(l meeting.Lacking) string {
	var out []string
	for _, p := range l.Parts {
		out = append(out, string(p))
	}
	for _, seq := range l.Topics {
		out = append(out, fmt.Sprintf("议题%d的结论或未决事项", seq))
	}
	if n := len(l.ToDos); n > 0 {
		out = append(out, fmt.Sprintf("%d条待办的责任人或截止日期", n))
	}
	return strings.Join(out, "、")
}

// whereNow says where the minutes are on their way.
func (v minutesView) whereNow() string {
	x := v.x
	switch x.State {
	case meeting.Drafting:
		return "停在" + x.Recorder.Token() + "起草。"
	case meeting.SentBack:
		return "退回给" + x.Recorder.Token() + "修改。"
	case meeting.Reviewing:
		return "停在" + x.Reviews().Token() + "审核。"
	case meeting.Issued, meeting.Revising:
		return "已在" + meeting.Moment(x.IssuedAt, v.t.Now) + "分发，意见截至" + meeting.Moment(x.FeedbackUntil, v.t.Now) + "。"
	case meeting.Final:
	}
	if x.Erratum != nil {
		return "已在" + meeting.Moment(x.FinalAt, v.t.Now) + "发布，与原纪要终稿一并阅读。"
	}
	return "终稿已在" + meeting.Moment(x.FinalAt, v.t.Now) + "发布，以终稿为准，不再单独修改。"
}

// drawUnwritten is M12 when the two hours are over.
func drawUnwritten(v minutesView) (card.Card, error) {
	x := v.x
	if x.State != meeting.Drafting {
		return v.card("初稿已提交", card.Green, v.whereNow()), nil
	}
	c := v.card("初稿未提交", card.Red, "纪要初稿原定"+hour(v.t, x.DraftDue)+"前，现在还没提交。",
		card.Field{Label: "记录人", Value: x.Recorder.Token()}, card.Field{Label: "分发", Value: limit(v.t, x.IssueDue)})
	if v.who == x.Recorder {
		c.Body += "大概几点能好？"
		for _, w := range estimateWord("").Choices() {
			c.Buttons = append(c.Buttons, v.act("初稿预计", w, "初稿预计", "预计", w))
		}
		c.Buttons = append(c.Buttons, v.open())
	}
	return c, nil
}

// drawReview is C7: the draft before its host or deputy, or the text that was
// revised after feedback.
func drawReview(v minutesView) (card.Card, error) {
	x := v.x
	if x.Erratum != nil {
		return v.reviewErratum(), nil
	}
	sum, err := v.sum()
	if err != nil {
		return card.Card{}, err
	}
	switch {
	case x.State == meeting.Revising && len(x.Waiting()) == 0 && x.ApprovedAt.IsZero():
		c := v.card("修订稿待您同意", card.Blue, "意见都答复了。您同意后由"+x.Recorder.Token()+"发布终稿，须"+limit(v.t, x.FinalLimit())+"发布。",
			sum, card.Field{Label: "意见", Value: fmt.Sprintf("%d条，已全部答复", len(x.Items))})
		if v.who == x.Host {
			b := v.pass()
			b.Label = "同意发布"
			c.Buttons = []card.Button{b, v.sendBack()}
		}
		return c, nil
	case x.State != meeting.Reviewing:
		return v.card("已有结果", card.Green, v.whereNow(), sum), nil
	}
	tone, body := card.Blue, "须"+limit(v.t, x.IssueDue)+"分发。没有通过就不会发出。"
	if !v.t.Now.Before(x.IssueDue) {
		tone, body = card.Red, "已超24小时分发时限（"+hour(v.t, x.IssueDue)+"）。没有通过就不会发出。"
	}
	c := v.card("初稿"+x.Edition()+"待审核", tone, body, sum,
		card.Field{Label: "记录人", Value: x.Recorder.Token() + "，" + meeting.Moment(x.SubmittedAt, v.t.Now) + "提交"},
		card.Field{Label: "审核人", Value: reviewerOf(x)})
	if v.who == x.Reviews() {
		c.Buttons = []card.Button{v.pass(), v.sendBack()}
	}
	if v.who == x.Host {
		c.Buttons = append(c.Buttons, v.deputise())
	}
	if writes(x, v.who) {
		b := v.open()
		b.Label = "看全文"
		c.Buttons = append(c.Buttons, b)
	}
	return c, nil
}

// reviewErratum is an erratum or a supplement before the host (R61).
func (v minutesView) reviewErratum() card.Card {
	x := v.x
	fields := []card.Field{
		{Label: "原文", Value: cut(line(x.Erratum.Was), 100)}, {Label: "更正为", Value: cut(line(x.Erratum.Now), 100)},
		{Label: "原因", Value: cut(line(x.Erratum.Reason), 100)}, {Label: "提出人", Value: x.Erratum.By.Token()},
	}
	if x.Kind == meeting.ASupplement {
		fields[1].Label = "补充"
	}
	switch x.State {
	case meeting.Reviewing:
	case meeting.SentBack:
		return v.card(string(x.Kind)+"没有批准", card.Yellow, "退回意见："+cut(line(x.ReviewNote), 100)+"。要改请重新发起。", fields...)
	case meeting.Drafting, meeting.Issued, meeting.Revising, meeting.Final:
		return v.card(string(x.Kind)+"已有结果", card.Green, v.whereNow(), fields...)
	}
	c := v.card(string(x.Kind)+"待批准", card.Blue, "批准后发给原纪要的分发对象，终稿本身不改。", fields...)
	if v.who == x.Reviews() {
		c.Buttons = []card.Button{v.pass(), v.sendBack()}
	}
	return c
}

// drawRecipients shows to whom the minutes go before they go (R55).
func drawRecipients(v minutesView) (card.Card, error) {
	x := v.x
	if x.State != meeting.Reviewing {
		return v.card("已有结果", card.Grey, v.whereNow()), nil
	}
	readers, err := readersOf(v.t, v.m)
	if err != nil {
		return card.Card{}, err
	}
	field := func(kind meeting.ReaderKind) card.Field {
		who := people(readers, kind)
		if len(who) == 0 {
			return card.Field{}
		}
		say := fmt.Sprintf("%d人：%s", len(who), names(who[:min(12, len(who))]))
		if len(who) > 12 {
			say += "等"
		}
		return card.Field{Label: string(kind), Value: say}
	}
	need := field(meeting.NeedsIt)
	if need.Value != "" {
		need.Value = strings.Join(v.m.NeedToKnow, "、") + "，" + need.Value
	}
	c := v.card("发给这些人吗", card.Blue, "点〔分发〕就发出，24小时内收意见，未回复不视为同意。", field(meeting.TookPart), need, field(meeting.GetsACopy))
	if v.who == x.Reviews() {
		c.Buttons = []card.Button{v.agrees("分发", "分发", "审核", "结果", string(passes), "确认", "确认"), v.sendBack()}
	}
	return c, nil
}

// drawUnissued is M14: the 24 hours are nearly over, or over.
func drawUnissued(v minutesView) (card.Card, error) {
	x := v.x
	if !x.IssuedAt.IsZero() {
		return v.card("已分发", card.Green, v.whereNow()), nil
	}
	tone, over := card.Yellow, hour(v.t, x.IssueDue)+"满24小时。"
	if sameDay(x.IssueDue, v.t.Now) {
		over = "今天" + over
	}
	if !v.t.Now.Before(x.IssueDue) {
		tone, over = card.Red, "已超24小时时限（"+hour(v.t, x.IssueDue)+"）。"
	}
	c := v.card("纪要还没发出", tone, v.whereNow()+over)
	switch {
	case x.State == meeting.Reviewing && v.who == x.Reviews():
		b := v.open()
		b.Label = "现在审核"
		c.Buttons = []card.Button{b}
		if v.who == x.Host {
			c.Buttons = append(c.Buttons, v.deputise())
		}
	case x.State == meeting.Reviewing && v.who == x.Host:
		c.Buttons = []card.Button{v.deputise()}
	case v.who == x.Recorder && x.State != meeting.Reviewing:
		c.Buttons = []card.Button{v.open(), v.submit()}
	}
	return c, nil
}
