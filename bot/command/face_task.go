package command

import (
	"fmt"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawTask is the task's own card, for anybody in every state.
func drawTask(v view) (card.Card, error) {
	how, tone := v.state()
	c := v.card(how, tone, v.what(), v.standard(), v.owner(), v.host2(), v.due())
	c.Body, c.Buttons = v.news(), v.buttons()
	return c, nil
}

// host2 is the one who handed it out, without the helpers, who stand beside the
// owner here.
func (v view) host2() card.Field {
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
	return "等" + v.k.Owner.Token() + "确认，没有回应不算同意。"
}

// latest is the last thing heard of a task at work.
func (v view) latest() string {
	k := v.k
	if n := len(k.Evidence); n > 0 && k.Evidence[n-1].Result == meeting.Returned && !k.LastSign.After(k.Evidence[n-1].At) {
		return fmt.Sprintf("第%d次退回，还缺：%s。补好再提交。", k.Returns, cut(line(k.Evidence[n-1].Missing), 60))
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
