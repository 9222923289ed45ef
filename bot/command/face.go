package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// A view is a task as one person sees it on a card; who is Nobody for the card
// of a group.
type view struct {
	t   *bot.Turn
	k   *meeting.Task
	who meeting.PersonID
}

// ofTask makes a face of a function that draws a task.
func ofTask(draw func(view) (card.Card, error)) bot.Draw {
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		k, err := t.Book.Task(meeting.TaskID(f.Of.ID))
		if err != nil {
			return bot.Drawn{}, err
		}
		c, err := draw(view{t: t, k: k, who: f.For})
		return bot.Drawn{Card: c, Version: k.Revision()}, err
	}
}

// titleLimit is how many characters a title has at most.
const titleLimit = 20

// title is the thing and, behind it, how it stands.
func (v view) title(how string) string {
	return cut(line(v.k.Description), titleLimit-1-utf8.RuneCountInString(how)) + "：" + how
}

// card is a card about the task with the fields in their order and the number
// last; blank fields are left out.
func (v view) card(how string, tone card.Tone, fields ...card.Field) card.Card {
	c := card.Card{Title: v.title(how), Tone: tone}
	for _, f := range append(fields, card.Field{Label: "编号", Value: v.k.No}) {
		if f.Value = line(f.Value); f.Value != "" {
			c.Fields = append(c.Fields, f)
		}
	}
	return c
}

func (v view) what() card.Field { return card.Field{Label: "待办", Value: v.k.Description} }

func (v view) standard() card.Field { return card.Field{Label: "交付", Value: v.k.Deliverable} }

// due is the deadline, what is near about it and how much it matters.
func (v view) due() card.Field {
	say := v.moment() + "前，优先级" + string(v.k.Priority)
	switch {
	case !v.k.Open():
	case !v.t.Now.Before(v.k.Due):
		say += "，" + lateness(v.t, v.k.Due)
	case meeting.Flag(v.k, v.t.Now, v.t.Calendar) == meeting.Yellow:
		say += "，快到期"
	}
	return card.Field{Label: "截止", Value: say}
}

func (v view) moment() string { return meeting.Moment(v.k.Due, v.t.Now) }

func (v view) owner() card.Field {
	say := v.k.Owner.Token()
	if len(v.k.Helpers) > 0 {
		say += "，配合：" + names(v.k.Helpers)
	}
	return card.Field{Label: "责任人", Value: say}
}

func (v view) host() card.Field {
	say := v.k.Host.Token()
	if v.k.Acceptor != v.k.Host {
		say += "，由" + v.k.Acceptor.Token() + "验收"
	}
	if len(v.k.Helpers) > 0 {
		say += "，配合：" + names(v.k.Helpers)
	}
	return card.Field{Label: "交办人", Value: say}
}

// act is a button that runs a command on the task; args are pairs of an
// argument and its value. Its typed twin follows from both.
func (v view) act(id, label, command string, args ...string) card.Button {
	b := card.Button{ID: id, Label: label, Do: card.Action{Command: command, Args: map[string]string{"编号": v.k.No}}}
	words := []string{command, tail(v.k.No)}
	for i := 0; i+1 < len(args); i += 2 {
		b.Do.Args[args[i]] = args[i+1]
		words = append(words, args[i+1])
	}
	b.Do.Words = strings.Join(words, " ")
	return b
}

// agrees is act for buttons that agree to what the card shows in this version,
// of the terms or of what somebody asks for: a tap on another one does not
// count.
func (v view) agrees(seen int, id, label, command string, args ...string) card.Button {
	b := v.act(id, label, command, args...)
	b.Do.Seen = seen
	return b
}

// The buttons, by the verb that they stand for.

func (v view) confirm() card.Button  { return v.agrees(v.k.Terms, "确认", "确认", "确认") }
func (v view) move() card.Button     { return v.act("改期", "换个时间", "改期") }
func (v view) notMine() card.Button  { return v.act("换人", "不该我办", "换人") }
func (v view) decline() card.Button  { return v.act("拒绝", "有困难", "拒绝") }
func (v view) nudge() card.Button    { return v.act("催", "催一下", "催") }
func (v view) finish() card.Button   { return v.act("完成", "完成", "完成") }
func (v view) report() card.Button   { return v.act("进度", "更新进度", "进度") }
func (v view) block() card.Button    { return v.act("受阻", "受阻", "受阻") }
func (v view) unblock() card.Button  { return v.act("解除受阻", "已解决", "解除受阻") }
func (v view) extend() card.Button   { return v.act("延期", "申请延期", "延期") }
func (v view) withdraw() card.Button { return v.act("撤回", "撤回", "撤回") }
func (v view) handOver() card.Button { return v.act("转交", "换人", "转交") }
func (v view) pass() card.Button {
	return v.agrees(v.k.Terms, "通过", "通过", "验收", "结果", meeting.Passed)
}
func (v view) sendBack() card.Button {
	return v.act("退回", "退回", "验收", "结果", meeting.Returned)
}
func (v view) cancel() card.Button { return v.act("取消待办", "取消待办", "取消待办") }

// named gives a button another label.
func named(b card.Button, label string) card.Button {
	b.Label = label
	return b
}

// buttons are what the viewer can do now, the main one first.
func (v view) buttons() []card.Button {
	k := v.k
	switch {
	case !k.Open():
		return nil
	case v.who == meeting.Nobody:
		return v.groupButtons()
	case v.who == k.Asked():
		return v.askedButtons()
	case v.who == k.Owner:
		return v.ownerButtons()
	case k.Status == meeting.Submitted:
		if v.who == k.Acceptor {
			return []card.Button{v.pass(), v.sendBack()}
		}
		return nil
	case k.Blocker != nil && v.who == k.Blocker.Needs && v.who != k.Host:
		return []card.Button{v.unblock()}
	case v.who == k.Host:
		return []card.Button{v.nudge(), v.handOver(), v.cancel()}
	case k.Involves(v.who):
		return []card.Button{v.nudge()}
	}
	return nil
}

// groupButtons are for everybody in turn: whoever taps one that is not theirs
// is told kindly whose it is.
func (v view) groupButtons() []card.Button {
	switch v.k.Status {
	case meeting.Unconfirmed:
		if v.k.Proposal != nil {
			return []card.Button{v.confirm()}
		}
		return []card.Button{v.confirm(), v.move(), v.notMine(), v.nudge()}
	case meeting.Submitted:
		return []card.Button{v.pass(), v.sendBack()}
	case meeting.Blocked:
		return []card.Button{v.unblock(), v.report(), v.nudge()}
	case meeting.NotStarted, meeting.InProgress, meeting.Done, meeting.Cancelled:
	}
	return []card.Button{v.finish(), v.report(), v.block(), v.nudge()}
}

func (v view) askedButtons() []card.Button {
	switch {
	case v.k.Proposal != nil: // a yes takes the objection back
		return []card.Button{v.confirm()}
	case v.k.NextOwner != meeting.Nobody: // the date does not move by a handover (R80)
		return []card.Button{v.confirm(), v.notMine(), v.decline()}
	}
	return []card.Button{v.confirm(), v.move(), v.notMine(), v.decline()}
}

func (v view) ownerButtons() []card.Button {
	if v.k.Status == meeting.Submitted {
		return []card.Button{v.withdraw()}
	}
	out := []card.Button{v.finish(), v.report(), v.block()}
	if v.k.Blocker != nil {
		out[2] = v.unblock()
	}
	if v.k.Extension == nil {
		out = append(out, v.extend())
	}
	return out
}

// state says in a word how the task stands, and in which tone.
func (v view) state() (string, card.Tone) {
	switch k := v.k; k.Status {
	case meeting.Done:
		return string(k.Status), card.Green
	case meeting.Cancelled:
		return string(k.Status), card.Grey
	case meeting.Unconfirmed:
		if k.Proposal != nil {
			return "责任人待定", card.Yellow
		}
		return "待确认", card.Blue
	case meeting.Submitted:
		return "待验收", card.Blue
	case meeting.Blocked:
		return "受阻", v.tone(card.Yellow)
	case meeting.NotStarted:
		if k.Confirm == meeting.HostDecided {
			return "已代定", v.tone(card.Green)
		}
		return "已确认", v.tone(card.Green)
	case meeting.InProgress:
		if v.returned() {
			return "退回待补", v.tone(card.Yellow)
		}
	}
	return fmt.Sprintf("进度%d%%", v.k.Percent), v.tone(card.Green)
}

// tone is that of a task at work: red past its deadline, yellow near it.
func (v view) tone(otherwise card.Tone) card.Tone {
	switch meeting.Flag(v.k, v.t.Now, v.t.Calendar) {
	case meeting.Red:
		return card.Red
	case meeting.Yellow:
		return card.Yellow
	case meeting.Green:
	}
	return otherwise
}
