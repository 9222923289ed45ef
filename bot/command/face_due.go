package command

import (
	"fmt"
	"slices"
	"time"

	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// drawDue is M19: the owner, and on the last working day the helpers.
func drawDue(v view) (card.Card, error) {
	if !atWork(v.k) || v.k.Overdue(v.t.Now) {
		return drawTask(v)
	}
	c := v.card(v.left(), card.Yellow, v.what(), v.standard(), v.owner(), v.due())
	c.Body = "到期前请提交完成；赶不上请现在说一声。"
	if v.who != v.k.Owner {
		c.Body = "您是配合人，请看看还有什么要您做的。"
	}
	c.Buttons = v.buttons()
	return c, nil
}

// left says how much time there is.
func (v view) left() string {
	switch d := v.k.Due.Sub(v.t.Now); {
	case d <= time.Hour:
		return "1小时内到期"
	case sameDay(v.k.Due, v.t.Now) && d <= 4*time.Hour:
		return fmt.Sprintf("还有%d小时", int(d.Round(time.Hour).Hours()))
	case sameDay(v.k.Due, v.t.Now):
		return "今天到期"
	}
	return fmt.Sprintf("还有%d个工作日", max(1, v.t.Calendar.Count(v.t.Now, v.k.Due)))
}

// drawWarn is M27: the owner hears before others do.
func drawWarn(v view) (card.Card, error) {
	if !atWork(v.k) || v.who != v.k.Owner || !v.k.Overdue(v.t.Now) || v.k.Extension != nil {
		return drawTask(v)
	}
	at := meeting.Moment(v.k.SyncAt(v.t.Calendar), v.t.Now)
	c := v.card("还没有进展", card.Red, v.what(), v.due())
	c.Body = "到现在还没有进展。" + at + "会再提醒您。现在回一句进度、受阻或申请延期即可停止。"
	if others := v.synced(); len(others) > 0 {
		c.Body = "到现在还没有进展。" + at + "会同步" + names(others) + "。现在回一句进度、受阻或申请延期即可停止。"
	}
	c.Buttons = v.nudgedButtons()
	return c, nil
}

// synced are who hears that the task is late, besides the owner (R73).
func (v view) synced() []meeting.PersonID {
	return among(v.k.Owner, append([]meeting.PersonID{v.k.Host}, v.k.Helpers...)...)
}

// drawOverdue is L0: the owner alone, at the due minute.
func drawOverdue(v view) (card.Card, error) {
	if !atWork(v.k) || v.who != v.k.Owner || v.t.Now.Before(v.k.Due) || v.k.Extension != nil {
		return drawTask(v)
	}
	c := v.card("到期了", card.Red, v.what(), v.standard(), v.due())
	c.Body, c.Buttons = meeting.Moment(v.k.Due, v.t.Now)+"到期，还没收到完成。", v.lateButtons()
	return c, nil
}

func (v view) lateButtons() []card.Button {
	return []card.Button{named(v.finish(), "已完成，去提交"), named(v.extend(), "需要延期"), named(v.report(), "说明情况")}
}

// drawSynced is L1: the owner, the host and the helpers, each in other words.
func drawSynced(v view) (card.Card, error) {
	if !atWork(v.k) || !v.k.Overdue(v.t.Now) || v.k.Extension != nil {
		return drawTask(v)
	}
	late := lateness(v.t, v.k.Due)
	c := v.card(late, card.Red, v.what(), v.owner(), v.due())
	mine, theirs := "到期后还没有您的消息。", v.k.Owner.Token()+"到期后还没有说明。"
	if last := v.lastSign(); last != "" {
		mine, theirs = "到期后您说过："+last+"。", v.k.Owner.Token()+"到期后说过："+last+"。"
	}
	switch {
	case v.who == v.k.Owner:
		c.Body, c.Buttons = mine+v.syncedSay()+"请回一句进度、受阻或申请延期。", v.lateButtons()
	case v.who == v.k.Host:
		c.Body, c.Buttons = theirs+"您可以先催一下，或换人、取消。", v.buttons()
	case slices.Contains(v.k.Helpers, v.who):
		c.Body, c.Buttons = "您配合的这项待办过期了，请和"+v.k.Owner.Token()+"看看怎么推进。", v.buttons()
	default:
		return drawTask(v)
	}
	return c, nil
}

// lastSign is what the owner said last since the task was due, empty if nothing.
func (v view) lastSign() string {
	for _, u := range slices.Backward(v.k.Updates) {
		if u.By == v.k.Owner && u.At.After(v.k.Due) && u.Text != "" {
			return cut(line(u.Text), 60)
		}
	}
	return ""
}

func (v view) syncedSay() string {
	if others := v.synced(); len(others) > 0 {
		return "已同步" + names(others) + "。"
	}
	return ""
}

// drawBlocked is M20: who must help, and the host.
func drawBlocked(v view) (card.Card, error) {
	b := v.k.Blocker
	if b == nil || v.who != b.Needs && v.who != v.k.Host {
		return drawTask(v)
	}
	needs := b.Needs.Token()
	if b.What != "" {
		needs += "：" + cut(line(b.What), 60)
	}
	c := v.card("卡住了", v.tone(card.Yellow), v.what(), v.owner(), v.due(),
		card.Field{Label: "卡在", Value: cut(line(b.Reason), 100)}, card.Field{Label: "需要", Value: needs})
	if v.who == b.Needs {
		c.Body = v.k.Owner.Token() + "需要您支持，请在" + v.replyBy() + "前回复能否安排；安排好了点〔已解决〕。"
		c.Buttons = []card.Button{v.unblock()}
		return c, nil
	}
	c.Body = "已请" + b.Needs.Token() + "支持，请您留意，必要时出面协调。"
	c.Buttons = []card.Button{named(v.handOver(), "换人"), v.cancel()}
	return c, nil
}

// replyBy is noon of the working day after the obstacle was told.
func (v view) replyBy() string {
	noon := workday.DateOf(v.t.Calendar.Add(v.k.Blocker.At, 1)).At(workday.Clock(12 * 60))
	if !noon.After(v.t.Now) {
		return "今天下班"
	}
	return meeting.Moment(noon, v.t.Now)
}
