package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func confirming() []bot.Command {
	return []bot.Command{
		bot.Define("确认", "接下交给您的待办", confirm).In(headHandOut).Also("接受", "我接", "确认待办").For(toConfirm),
		bot.Define("代定", "责任人24小时没有回应，交办人代他定", decide).In(headHandOut).Also("代他定").For(undecided),
		bot.Define("再等等", "先不代定，继续等责任人确认", wait).In(headHandOut).For(undecided),
	}
}

func toConfirm(who meeting.PersonID, k *meeting.Task) bool { return k.Asked() == who }

func undecided(who meeting.PersonID, k *meeting.Task) bool {
	return k.Host == who && k.Status == meeting.Unconfirmed
}

type confirmArgs struct {
	ID   meeting.TaskID `arg:"编号" opt:"required find"`
	Note string         `arg:"附言" opt:"rest"`
}

func confirm(_ context.Context, t *bot.Turn, a confirmArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if !assent(a.Note) {
		return bot.Reply{}, halfYes(k)
	}
	return confirmed(t, k)
}

// confirmed is the yes of whoever was asked, in a word or a tap.
func confirmed(t *bot.Turn, k *meeting.Task) (bot.Reply, error) {
	former, takesOver := k.Owner, k.NextOwner != meeting.Nobody
	if err := k.ConfirmBy(t.Who, t.Seen, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	if err := refresh(t, k); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "责任人已确认")
	if takesOver {
		r.text(t.Who.Token()+"已接手"+quote(k)+"，从现在起由"+t.Who.Token()+"负责"+by(t, k.Due)+"完成。",
			append([]meeting.PersonID{former, k.Host}, around(k)...)...)
	} else {
		r.text(t.Who.Token()+"已确认"+quote(k)+by(t, k.Due)+"完成。", k.Host)
		r.why = "您是配合人或抄送人"
		r.card("task", around(k)...)
	}
	reply := r.done(t, "已确认", by(t, k.Due)+"完成")
	if t.Private && t.Origin == bot.Typed { // with the buttons that come next
		reply.Face = here(t, k)
	}
	return reply, nil
}

type taskOnly struct {
	ID meeting.TaskID `arg:"编号" opt:"required find"`
}

func decide(_ context.Context, t *bot.Turn, a taskOnly) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := k.DecideForOwner(t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "交办人代定").card("task", k.Owner)
	r.why = "您是配合人或抄送人"
	r.card("task", around(k)...)
	return r.done(t, "已代定", "，记为主持人代定，已告诉"+k.Owner.Token()), nil
}

// wait changes nothing: the one who waits says so, and the card stays.
func wait(_ context.Context, t *bot.Turn, a taskOnly) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if asked := k.Asked(); asked != meeting.Nobody {
		return tell(t, k, "").done(t, "好，继续等"+asked.Token()+"确认", ""), nil
	}
	return tell(t, k, "").done(t, "不用等了，已经有结果", ""), nil
}
