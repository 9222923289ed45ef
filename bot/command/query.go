package command

import (
	"context"

	"huiban/bot"
)

func querying() []bot.Command {
	return []bot.Command{
		bot.Define("我的待办", "看由您办、等您确认或验收的事", mine).In(headQuery).Also("我的任务", "待办列表", "我有哪些待办"),
		bot.Define("我派出的", "看您交办出去的事到哪了", given).In(headQuery).Also("我交办的", "我派的"),
	}
}

type noArgs struct{}

func mine(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
	list, err := minesOf(t, t.Who)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(list) == 0 {
		return private(t, bot.Face{}, "您现在没有待办。要交办一件事，发“待办 @同事 做什么 哪天要”。"), nil
	}
	return private(t, bot.Face{Name: "mine", Of: t.Who.Ref(), For: t.Who}, ""), nil
}

func given(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
	list, err := givenBy(t, t.Who)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(list) == 0 {
		return private(t, bot.Face{}, "您派出的事都办完了，或者还没有派过。"), nil
	}
	return private(t, bot.Face{Name: "given", Of: t.Who.Ref(), For: t.Who}, ""), nil
}
