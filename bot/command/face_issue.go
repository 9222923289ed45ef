package command

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawIssue is C8: the minutes with a reader, until and after the 终稿. In a
// group it shows no more than that they are out (R18).
func drawIssue(v minutesView) (card.Card, error) {
	x := v.x
	switch {
	case x.IssuedAt.IsZero():
		return v.card("还没有分发", card.Grey, "审核通过后分发。"), nil
	case v.who != meeting.Nobody && !reads(x, v.m, v.who):
		return v.card("没有发给您", card.Grey, "请找"+x.Host.Token()+"。"), nil
	case x.State == meeting.Final:
		return v.final()
	}
	sum, err := v.sum()
	if err != nil {
		return card.Card{}, err
	}
	fields := []card.Field{sum, {Label: "意见截至", Value: meeting.Moment(x.FeedbackUntil, v.t.Now)}, {Label: "已阅", Value: v.count()}}
	if x.IssuedLate() {
		fields = append(fields, card.Field{Label: "分发", Value: "晚于24小时时限"})
	}
	tone, body := card.Blue, "请看全文，已阅不等于同意，未回复也不视为同意。"
	if !v.t.Now.Before(x.FeedbackUntil) {
		tone, body = card.Grey, "意见期已过，正在出终稿。还有意见可以发，作为窗口外意见留存。"
	}
	r := x.Reads(v.who)
	if r != nil && r.Receipt != meeting.Unread {
		tone, body = card.Green, "您已回："+string(r.Receipt)+"。还有意见可以再发。"
	}
	if v.hosts() {
		fields = append(fields, card.Field{Label: "意见", Value: v.itemCount()}, card.Field{Label: "未回执", Value: cut(names(x.Silent()), 80)})
	}
	c := v.card("纪要"+x.Latest(), tone, body, fields...)
	if r != nil && r.Receipt == meeting.Unread {
		c.Buttons = append(c.Buttons, v.read())
	}
	if r != nil {
		c.Buttons = append(c.Buttons, v.feedback())
	}
	if v.hosts() && x.Ready(v.t.Now) == nil {
		c.Buttons = append(c.Buttons, v.publish())
	}
	return c, nil
}

// hosts reports whether the viewer is the host or the recorder, who see names
// where others see numbers (R62, Q10).
func (v minutesView) hosts() bool {
	return v.who != meeting.Nobody && (v.who == v.x.Host || v.who == v.x.Recorder)
}

// count is how many readers have answered: 7/11人.
func (v minutesView) count() string {
	n := len(v.x.Readers)
	return fmt.Sprintf("%d/%d人", n-len(v.x.Silent()), n)
}

func (v minutesView) itemCount() string {
	if len(v.x.Items) == 0 {
		return ""
	}
	return fmt.Sprintf("%d条，%d条没有答复", len(v.x.Items), len(v.x.Waiting()))
}

// final is the sealed paper: read-only, with its code (R60).
func (v minutesView) final() (card.Card, error) {
	x := v.x
	how := "终稿v1.0"
	fields := []card.Field{{Label: "发布", Value: meeting.Moment(x.FinalAt, v.t.Now)}, {Label: "校验码", Value: x.Code()}}
	body := "以终稿为准，不再单独修改。"
	if x.Erratum != nil {
		how, body = string(x.Kind), "与原纪要终稿一并阅读。"
		fields = append([]card.Field{
			{Label: string(x.Kind), Value: cut(erratumLine(x), 120)}, {Label: "原因", Value: cut(line(x.Erratum.Reason), 100)},
			{Label: "原纪要", Value: x.No[:strings.LastIndex(x.No, "-")]},
		}, fields...)
	} else {
		later, err := v.t.Book.FindMinutes(meeting.MinutesQuery{Of: x.ID})
		if err != nil {
			return card.Card{}, fmt.Errorf("errata of minutes %d: %w", x.ID, err)
		}
		var nos []string
		for _, e := range later {
			if e.State == meeting.Final {
				nos = append(nos, e.No)
			}
		}
		fields = append(fields, card.Field{Label: "另见", Value: strings.Join(nos, "、")})
	}
	if v.hosts() && x.Erratum == nil {
		fields = append(fields, card.Field{Label: "未回执", Value: cut(names(x.Silent()), 80)})
	}
	c := v.card(how, card.Green, body, fields...)
	if x.Erratum == nil && (x.Reads(v.who) != nil || v.hosts()) {
		c.Buttons = []card.Button{v.erratum()}
	}
	return c, nil
}

// shownItems is how many pieces of feedback a card shows.
const shownItems = 4

// drawFeedback is what host and recorder have to answer before the 终稿 (M16).
func drawFeedback(v minutesView) (card.Card, error) {
	x := v.x
	if !v.hosts() || x.State == meeting.Final {
		return drawIssue(v)
	}
	if x.State != meeting.Issued && x.State != meeting.Revising {
		return v.card("还没有意见", card.Grey, v.whereNow()), nil
	}
	waiting := x.Waiting()
	var fields []card.Field
	for _, it := range v.itemsFirst()[:min(shownItems, len(x.Items))] {
		fields = append(fields, card.Field{Label: fmt.Sprintf("第%d条", it.No), Value: v.item(it)})
	}
	limit := meeting.Moment(x.FinalLimit(), v.t.Now)
	if sameDay(x.FinalLimit(), v.t.Now) {
		limit = hour(v.t, x.FinalLimit())
	}
	body := fmt.Sprintf("%d条意见，请%s前处理并发布终稿。", len(x.Items), limit)
	if len(x.Items) == 0 {
		body = "没有意见，请" + limit + "前发布终稿。"
	}
	tone := card.Blue
	if !v.t.Now.Before(x.FinalLimit()) {
		tone = card.Red
	}
	how := fmt.Sprintf("%d条意见待处理", len(waiting))
	if len(waiting) == 0 {
		how, body = "可以发终稿了", strings.Replace(body, "处理并", "", 1)
	}
	c := v.card(how, tone, body, fields...)
	for _, it := range waiting {
		if v.who == x.Answers(it) || v.who == x.Host {
			no := fmt.Sprint(it.No)
			c.Buttons = []card.Button{
				v.act("采纳", "第"+no+"条采纳", "答复意见", "意见号", no, "结果", string(meeting.Accepted)),
				v.act("部分采纳", "部分采纳", "答复意见", "意见号", no, "结果", string(meeting.PartAccepted)),
				v.act("不采纳", "不采纳", "答复意见", "意见号", no, "结果", string(meeting.NotAccepted)),
				v.act("转为留言", "转为留言", "答复意见", "意见号", no, "结果", string(meeting.AMessage)),
			}
			break
		}
	}
	if len(waiting) == 0 {
		c.Buttons = []card.Button{v.publish(), v.open()}
	}
	return c, nil
}

// itemsFirst are the pieces of feedback, those that wait first.
func (v minutesView) itemsFirst() []meeting.Item {
	out := slices.Clone(v.x.Items)
	slices.SortStableFunc(out, func(a, b meeting.Item) int {
		rank := func(it meeting.Item) int {
			if it.Verdict == "" {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	return out
}

// item is one piece of feedback on a line.
func (v minutesView) item(it meeting.Item) string {
	say := it.Author.Token() + "：" + cut(line(it.Proposal), 60)
	switch {
	case it.Verdict != "":
		return say + "（" + string(it.Verdict) + "）"
	case it.Late:
		return say + "（窗口外）"
	}
	return say + "（等" + v.x.Answers(it).Token() + "答复）"
}

// drawPublish shows to whom the 终稿 goes before it is sealed (R60).
func drawPublish(v minutesView) (card.Card, error) {
	x := v.x
	if x.State == meeting.Final {
		return v.final()
	}
	if ready := x.Ready(v.t.Now) == nil; !ready || !v.hosts() {
		return v.card("还不能发终稿", card.Grey, v.whereNow()), nil
	}
	c := v.card("发布终稿吗", card.Blue, "发布后不能再改，以终稿为准。未回执不等于同意。",
		card.Field{Label: "发给", Value: sentTo(x)},
		card.Field{Label: "意见", Value: v.itemCount()},
		card.Field{Label: "未回执", Value: cut(names(x.Silent()), 80)})
	if x.NeedsApproval(v.who) {
		c.Body = "修订稿要先由" + x.Host.Token() + "同意。"
	}
	c.Buttons = []card.Button{v.agrees("发终稿", "发终稿", "发终稿", "确认", "确认"), v.open()}
	return c, nil
}

// shownTasks is how many tasks the card of M17 shows.
const shownTasks = 5

// drawEntered is M17: what of the meeting concerns one person, on one card.
func drawEntered(v meetingView) (card.Card, error) {
	all, err := v.t.Book.FindTasks(meeting.TaskQuery{Meeting: v.m.ID, Involves: v.who})
	if err != nil {
		return card.Card{}, fmt.Errorf("tasks of meeting %d: %w", v.m.ID, err)
	}
	var fields []card.Field
	var buttons []card.Button
	n := 0
	for _, k := range all {
		part := partIn(k, v.who)
		if part == "" || k.Status == meeting.Cancelled {
			continue
		}
		if n++; n > shownTasks {
			continue
		}
		own := view{t: v.t, k: k, who: v.who}
		say := cut(line(k.Description), 40) + "，" + own.moment() + "前"
		if part != "责任人" {
			say += "，责任人" + k.Owner.Token()
		}
		if k.Asked() == v.who && k.Proposal == nil {
			say += "，待您确认"
			if len(buttons) < 4 {
				buttons = append(buttons, named(own.confirm(), "确认："+cut(line(k.Description), 5)))
			}
		} else if k.ConfirmedAt.IsZero() {
			say += "，待责任人确认"
		}
		fields = append(fields, card.Field{Label: part, Value: say + "（" + tail(k.No) + "）"})
	}
	body := "已记入跟踪表，到期前会提醒您。"
	if n > shownTasks {
		body = fmt.Sprintf("还有%d项，发“我的待办”看全部。", n-shownTasks)
	}
	how := fmt.Sprintf("您有%d项待办", n)
	c := card.Card{Title: cut(line(v.m.Title), titleLimit-1-utf8.RuneCountInString(how)) + "：" + how, Tone: card.Blue, Body: body, Fields: fields, Buttons: buttons}
	if v.m.Involves(v.who) {
		c.Files = []card.File{{Name: "任务清单", URL: fmt.Sprintf("paper:%s/%d", listPaper, v.m.ID)}}
	}
	return c, nil
}

// partIn is a person's part in a task, empty for none that M17 tells.
func partIn(k *meeting.Task, who meeting.PersonID) string {
	switch {
	case k.Owner == who:
		return "责任人"
	case slices.Contains(k.Helpers, who):
		return "配合"
	case slices.Contains(k.CC, who):
		return "抄送"
	}
	return ""
}
