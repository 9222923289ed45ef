package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func handing() []bot.Command {
	return []bot.Command{
		bot.Define("转交", "请别人接手，对方确认以后才算换人", handOver).In(headWork).
			Also("转给", "转派", "改派").For(toHand),
	}
}

func toHand(who meeting.PersonID, k *meeting.Task) bool { return k.Owner == who || k.Host == who }

type handArgs struct {
	ID     meeting.TaskID   `arg:"编号"       opt:"required find"`
	To     meeting.PersonID `alias:"给 接手人" arg:"责任人"          opt:"find"`
	Reason string           `alias:"理由"     arg:"原因"           opt:"rest"`
}

func handOver(_ context.Context, t *bot.Turn, a handArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	before := *k
	if err := k.HandOver(t.Who, a.To, a.Reason, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "转交")
	who, asked := t.Who.Token(), k.Asked()
	switch {
	case asked == meeting.Nobody && k.Owner == before.Owner:
		return r.text(quote(k)+"不用您接手了，仍由"+k.Owner.Token()+"负责。", before.NextOwner).
			text(who+"收回了转交，"+quote(k)+"仍由"+k.Owner.Token()+"负责。", k.Owner, k.Host).
			done(t, "已收回转交", "仍由"+k.Owner.Token()+"负责"), nil
	case asked == meeting.Nobody:
		return r.text(who+"接手了"+quote(k)+"，您不用再办。", before.Owner, before.NextOwner).
			text(quote(k)+"改由"+who+"负责。", around(k)...).
			done(t, "已改由您负责", by(t, k.Due)+"完成"), nil
	}
	r.card("confirm", asked)
	r.text(quote(k)+"不用您接手了。", before.NextOwner)
	if k.Owner != before.Owner {
		return r.text(who+"已把"+quote(k)+"换给"+asked.Token()+"，您不用再办。", before.Owner).
			done(t, "已请"+asked.Token()+"确认", ""), nil
	}
	r.text(who+"想把"+quote(k)+"转给"+asked.Token()+because(a.Reason)+"。对方确认前仍由"+k.Owner.Token()+"负责。", k.Owner, k.Host)
	return r.done(t, "已请"+asked.Token()+"确认", "，确认前仍由"+k.Owner.Token()+"负责"), nil
}
