package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func cancelling() []bot.Command {
	return []bot.Command{
		bot.Define("取消待办", "不办了，写明原因；记录会留下", cancel).In(headFinish).
			Also("取消任务", "取消这个任务", "取消这个待办", "取消").For(toCancel),
	}
}

func toCancel(who meeting.PersonID, k *meeting.Task) bool { return k.Host == who }

type cancelArgs struct {
	ID     meeting.TaskID `arg:"编号"    opt:"required find"`
	Reason string         `alias:"理由" arg:"原因" opt:"rest"`
}

func cancel(_ context.Context, t *bot.Turn, a cancelArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	before := *k
	if err := k.Cancel(t.Who, a.Reason, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	end, err := closing(t, k.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "已取消")
	people := []meeting.PersonID{k.Owner, before.NextOwner, k.Host}
	if before.Status != meeting.Unconfirmed {
		people = append(people, around(k)...) // before that they had not heard of it
	}
	if before.Status == meeting.Submitted {
		people = append(people, k.Acceptor)
	}
	r.text(t.Who.Token()+"取消了"+quote(k)+"，原因："+cut(line(a.Reason), 100)+"。不用再办。", people...)
	r.posts = append(r.posts, end...)
	return r.done(t, "已取消", ""), nil
}
