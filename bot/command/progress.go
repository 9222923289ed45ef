package command

import (
	"context"
	"fmt"
	"slices"

	"huiban/bot"
	"huiban/bot/meeting"
)

func reporting() []bot.Command {
	return []bot.Command{
		bot.Define("进度", "报一句进展，如“进度 60% 缺接口文档”", report).In(headWork).
			Also("进展", "更新进度", "报进度", "说明情况").For(toWork).Replies(toComment),
	}
}

func blocking() []bot.Command {
	return []bot.Command{
		bot.Define("受阻", "说明卡在哪里、需要谁支持，对方和交办人会马上知道", block).In(headWork).
			Also("卡住", "卡住了").For(toWork),
		bot.Define("解除受阻", "卡住的事解决了", unblock).In(headWork).
			Also("不卡了", "已解决").For(toUnblock),
	}
}

func toWork(who meeting.PersonID, k *meeting.Task) bool { return k.Owner == who && atWork(k) }

// toComment is who may add a line without being asked (R69).
func toComment(who meeting.PersonID, k *meeting.Task) bool {
	return atWork(k) && (k.Owner == who || slices.Contains(k.Helpers, who) || slices.Contains(k.CC, who))
}

func toUnblock(who meeting.PersonID, k *meeting.Task) bool {
	return k.Blocker != nil && (k.Owner == who || k.Blocker.Needs == who)
}

type reportArgs struct {
	ID      meeting.TaskID `arg:"编号"        opt:"required find"`
	Percent *int           `alias:"百分比"    arg:"进度"           opt:"find"`
	Text    string         `alias:"进展 情况" arg:"说明"           opt:"rest"`
}

func report(_ context.Context, t *bot.Turn, a reportArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := k.Report(t.Who, a.Percent, a.Text, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "进展")
	switch {
	case t.Who != k.Owner:
		r.text(t.Who.Token()+"在"+quote(k)+"下说：“"+cut(line(a.Text), 100)+"”。", k.Owner)
		return r.done(t, "已转告"+k.Owner.Token(), ""), nil
	case k.Percent == 100:
		return r.done(t, "已记进度100%，提交验收才算完成", "，请发“完成 "+tail(k.No)+" 证据”"), nil
	}
	return r.done(t, "已记", fmt.Sprintf("，进度%d%%", k.Percent)), nil
}

type blockArgs struct {
	ID     meeting.TaskID   `arg:"编号"         opt:"required find"`
	Needs  meeting.PersonID `alias:"需要谁 支持人" arg:"需要"           opt:"find"`
	What   string           `alias:"需要什么"     arg:"支持"`
	Reason string           `alias:"卡在"       arg:"原因"           opt:"rest"`
}

func block(_ context.Context, t *bot.Turn, a blockArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := k.Block(t.Who, a.Reason, a.Needs, a.What, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	told := names(among(t.Who, a.Needs, k.Host))
	return tell(t, k, "受阻，需要支持").card("blocked", a.Needs, k.Host).done(t, "已记为受阻，已告诉"+told, ""), nil
}

type unblockArgs struct {
	ID  meeting.TaskID `arg:"编号" opt:"required find"`
	How string         `alias:"怎么解决" arg:"说明" opt:"rest"`
}

func unblock(_ context.Context, t *bot.Turn, a unblockArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	stuck := k.Blocker
	if err := k.Unblock(t.Who, a.How, t.Now); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	return tell(t, k, "受阻已解除").
		text(quote(k)+"不再受阻："+cut(line(a.How), 100)+"。", k.Owner, k.Host, stuck.Needs).
		done(t, "已解除受阻", ""), nil
}
