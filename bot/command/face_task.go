package command

import (
	"fmt"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawTask is the task's own card, for anybody in every state. For whom
// something waits it is the card that asks for it.
func drawTask(v view) (card.Card, error) {
	if v.who != meeting.Nobody {
		switch {
		case !v.concerned():
			return v.over(), nil
		case toAnswer(v.who, v.k):
			return drawProposal(v)
		case toRule(v.who, v.k):
			return drawExtension(v)
		case toAccept(v.who, v.k):
			return drawAccept(v)
		}
	}
	how, tone := v.state()
	c := v.card(how, tone, v.what(), v.standard(), v.owner(), v.handedOut(), v.due())
	c.Body, c.Buttons = v.news(), v.buttons()
	return c, nil
}

// concerned reports whether the viewer has a part in the task, or is asked to
// help or to answer.
func (v view) concerned() bool {
	k := v.k
	return k.Involves(v.who) || toRule(v.who, k) || k.Blocker != nil && k.Blocker.Needs == v.who
}

// over is what is left of the card of somebody who had a part in the task.
func (v view) over() card.Card {
	c := v.card("不再需要您处理", card.Grey, v.what())
	c.Body = "这件事由" + v.k.Owner.Token() + "负责。"
	if !v.k.Open() {
		c.Body = "这件事" + string(v.k.Status) + "。"
	}
	return c
}

// handedOut is the one who handed it out, without the helpers, who stand beside the
// owner here.
func (v view) handedOut() card.Field {
	say := v.k.Host.Token()
	if v.k.Acceptor != v.k.Host {
		say += "，由" + v.k.Acceptor.Token() + "验收"
	}
	return card.Field{Label: "交办人", Value: say}
}

// news is the one line that matters now. Why somebody objected is not for
// everybody and stands on the host's own card only.
func (v view) news() string {
	k := v.k
	switch {
	case k.Status == meeting.Done:
		return "已验收" + onTime(k) + "。"
	case k.Status == meeting.Cancelled:
		return "已取消，原因：" + cut(line(k.Reason), 60) + "。"
	case k.Status == meeting.Unconfirmed:
		return v.waiting()
	case k.Status == meeting.Submitted:
		return "已提交，等" + k.Acceptor.Token() + "验收。"
	case k.NextOwner != meeting.Nobody:
		return "已请" + k.NextOwner.Token() + "接手，确认前仍由" + k.Owner.Token() + "负责。"
	case k.Blocker != nil:
		return "卡住了：" + cut(line(k.Blocker.Reason), 60) + "，需要" + k.Blocker.Needs.Token() + "支持。"
	case k.Extension != nil:
		return "已申请延到" + meeting.Moment(k.Extension.NewDue, v.t.Now) + "前，等" + k.Extension.Asked.Token() + "答复。"
	}
	return v.latest()
}

func (v view) waiting() string {
	if v.k.Proposal != nil && v.who == v.k.Owner {
		return "您的意见已告诉" + v.k.Host.Token() + "，等答复。"
	}
	if v.k.Proposal != nil {
		return "等" + v.k.Host.Token() + "定。"
	}
	if v.who == v.k.Owner {
		return "等您确认，没有回应不算同意。"
	}
	return "等" + v.k.Owner.Token() + "确认，没有回应不算同意。"
}

// returned reports whether the last submission came back and nothing was heard
// of the owner since.
func (v view) returned() bool {
	n := len(v.k.Evidence)
	return n > 0 && v.k.Evidence[n-1].Result == meeting.Returned && !v.k.LastSign.After(v.k.Evidence[n-1].At)
}

// latest is the last thing heard of a task at work.
func (v view) latest() string {
	k := v.k
	if v.returned() {
		return fmt.Sprintf("第%d次退回，还缺：%s。补好再提交。", k.Returns, cut(line(k.Evidence[len(k.Evidence)-1].Missing), 60))
	}
	if n := len(k.Updates); n > 0 {
		u := k.Updates[n-1]
		say := line(u.Text)
		if say == "" {
			say = fmt.Sprintf("%d%%", u.Percent)
		}
		return "最近进展（" + meeting.Moment(u.At, v.t.Now) + "）：" + cut(say, 60)
	}
	if v.who == k.Owner {
		return "到期前会提醒您，有进展回一句就行。"
	}
	if v.who != meeting.Nobody && k.Involves(v.who) && v.who != k.Host && v.who != k.Acceptor {
		return "您是配合人或抄送人，有话可以回复这张卡片。"
	}
	return ""
}
