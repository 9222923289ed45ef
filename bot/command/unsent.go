package command

import (
	"context"
	"fmt"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// owes tells who just spoke that there is more, in as few words as can be.
func owes(own, group int) string {
	switch {
	case group == 0:
		return fmt.Sprintf("另有%d条没能发给您，说“未送达”查看。", own)
	case own == 0:
		return fmt.Sprintf("另有%d条没能发到本群，说“未送达”查看。", group)
	}
	return fmt.Sprintf("另有%d条没能发到本群、%d条没能发给您，说“未送达”查看。", group, own)
}

// undelivered tells what there was no way to send: where the bot may only answer,
// and when a month's calls were used up. In a group nothing of a person's own
// letters is said but that there are some (R18).
func undelivered(_ context.Context, t *bot.Turn, _ struct{}) (bot.Reply, error) {
	to, where := bot.To{Person: t.Who}, "发给您"
	if !t.Private {
		to, where = bot.To{Chat: t.Chat}, "发到本群"
	}
	found, err := t.Undelivered(to)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(found) == 0 {
		return bot.Reply{Text: "没有遗漏：该" + where + "的都发出去了。"}, nil
	}
	lines := []string{fmt.Sprintf("有%d条没能%s，新的在前：", len(found), where)}
	for _, u := range found {
		lines = append(lines, undeliveredLine(t, u))
	}
	return bot.Reply{Text: strings.Join(lines, "\n")}, nil
}

func undeliveredLine(t *bot.Turn, u bot.Undelivered) string {
	out := "- " + meeting.Moment(u.DueAt, t.Now) + "：" + line(u.What)
	if u.Do != "" {
		out += "，可以说“" + u.Do + "”"
	}
	return out
}
