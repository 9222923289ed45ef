package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func finishing() []bot.Command {
	return []bot.Command{
		bot.Define("完成", "提交完成，附上文件、链接或一句证据，等验收", finish).In(headFinish).
			Also("做完了", "办完了", "搞定了", "已完成", "提交").For(toWork),
		bot.Define("撤回", "把提交撤回来，接着办", withdraw).In(headFinish).Also("撤回提交").For(toWithdraw),
	}
}

func toWithdraw(who meeting.PersonID, k *meeting.Task) bool {
	return k.Owner == who && k.Status == meeting.Submitted
}

type finishArgs struct {
	ID       meeting.TaskID `arg:"编号"           opt:"required find"`
	Evidence string         `alias:"说明 链接 文件" arg:"证据"           opt:"rest files"`
}

func finish(_ context.Context, t *bot.Turn, a finishArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := k.Finish(t.Who, meeting.Evidence{Text: a.Evidence, Files: t.Files}, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	return tell(t, k, "等您验收").card("accept", k.Acceptor).done(t, "已提交，等"+k.Acceptor.Token()+"验收", ""), nil
}

func withdraw(_ context.Context, t *bot.Turn, a taskOnly) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := k.Withdraw(t.Who, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	return tell(t, k, "提交已撤回").
		text(t.Who.Token()+"撤回了"+quote(k)+"的提交，补好再请您验收。", k.Acceptor).
		done(t, "已撤回，可以接着办", ""), nil
}
