package command

import (
	"context"
	"fmt"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

func rehearsing() []bot.Command {
	return []bot.Command{
		bot.Define("预演", "看一项待办接下来什么时候会提醒谁", preview).In(headQuery).Also("接下来提醒"),
	}
}

// ahead is how far the preview looks, in days; shownNotices how much it shows.
const (
	ahead        = 366
	shownNotices = 12
)

// preview runs the task's reminders forward, as if nothing happened meanwhile.
func preview(_ context.Context, t *bot.Turn, a taskOnly) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	due, _ := k.Notices(t.Calendar, t.Now, t.Now.AddDate(0, 0, ahead))
	lines := []string{quote(k) + "接下来会这样提醒，有了进展、改了日期就跟着变（" + k.No + "）："}
	if len(due) == 0 {
		lines[0] = quote(k) + "接下来没有提醒。（" + k.No + "）"
	}
	for _, n := range due[:min(len(due), shownNotices)] {
		how := ""
		if n.Digest {
			how = "，在晨报里"
		}
		lines = append(lines, "- "+meeting.Moment(n.At, t.Now)+"，"+n.To.Token()+"："+whyNotice(n)+how)
	}
	if more := len(due) - shownNotices; more > 0 {
		lines = append(lines, fmt.Sprintf("之后还有%d条。", more))
	}
	return private(t, bot.Face{}, strings.Join(lines, "\n")), nil
}
