package command

import (
	"huiban/bot"
	"huiban/bot/meeting"
)

// meetingItems are the digest's lines about a meeting.
func meetingItems(v meetingView) []item { return inviteItems(v) }

// minutesItems are the digest's lines about minutes.
func minutesItems(t *bot.Turn, x *meeting.Minutes, who meeting.PersonID) []item {
	one := item{what: string(x.Kind), number: x.No}
	if m, err := t.Book.Meeting(x.Meeting); err == nil { // without its title the number says which
		one.what = "“" + title(m) + string(x.Kind) + "”"
	}
	switch {
	case x.State == meeting.Reviewing && x.Reviews() == who:
		one.section, one.say = "待您审核", x.Recorder.Token()+"已提交"
		if !x.IssueDue.IsZero() {
			one.say += "，须" + limit(t, x.IssueDue) + "分发"
		}
		one.button = actOn(minutesKey(x), "审核", "审核", "审核")
	case len(todays(t, x, who)) > 0: // M15
		one.section, one.say = "请您看", "意见截至"+meeting.Moment(x.FeedbackUntil, t.Now)
		one.button = actOn(minutesKey(x), "已阅", "已阅", "已阅")
	default:
		return nil
	}
	one.button.Label += "：" + cut(one.what, 10)
	return []item{one}
}
