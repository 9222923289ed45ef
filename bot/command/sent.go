package command

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"huiban/bot"
	"huiban/bot/meeting"
)

func delivered() []bot.Command {
	return []bot.Command{
		bot.Define("送达", "看一项待办什么时候告诉了谁、什么没送到、为什么", sent).In(headQuery).Also("送达情况", "发给谁了"),
		bot.Define("未送达", "看哪些消息没能发给您，或没能发到本群", undelivered).In(headQuery).Also("没送到", "没发出"),
	}
}

// shownLetters is how many letters the list names.
const shownLetters = 15

// sent lists what was said about a task by why it was said: the words
// themselves may not be for everybody.
func sent(_ context.Context, t *bot.Turn, a taskOnly) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	all, err := t.Book.Letters(k.Ref(), letters)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("letters of task %d: %w", k.ID, err)
	}
	var lines []string
	more := 0
	for _, l := range all {
		switch {
		case l.Edit != 0: // changes a card that was sent before
		case len(lines) < shownLetters:
			lines = append(lines, "- "+letterLine(t, l))
		default:
			more++
		}
	}
	head := quote(k) + "的送达情况，新的在前（" + k.No + "）："
	if len(lines) == 0 {
		head = quote(k) + "还没有发过消息。（" + k.No + "）"
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("更早的还有%d条。", more))
	}
	return private(t, bot.Face{}, strings.Join(append([]string{head}, lines...), "\n")), nil
}

func letterLine(t *bot.Turn, l bot.Letter) string {
	at := l.DueAt
	if !l.SentAt.IsZero() {
		at = l.SentAt
	}
	to := l.To.Person.Token()
	if l.To.Chat != "" {
		to = "群里"
	}
	why := l.Why
	if why == "" {
		why = "待办卡片"
	}
	return meeting.Moment(at, t.Now) + "，" + to + "：" + why + "，" + fate(l)
}

// fate says what became of a letter.
func fate(l bot.Letter) string {
	because := ""
	// What a platform says is for the log; only our own words are for people.
	if strings.ContainsFunc(l.Note, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		because = "（" + cut(line(l.Note), 40) + "）"
	}
	switch l.State {
	case bot.Sent:
		return "已送达"
	case bot.Pending:
		return "正在发送"
	case bot.Held:
		return "到时间再发" + because
	case bot.Expired:
		return "过时未发"
	case bot.Uncertain:
		return "不确定是否送到" + because
	case bot.Skipped:
		return "没有发" + because
	case bot.Unsent:
		return "没能发出" + because
	case bot.Dead:
	}
	if because == "" {
		because = "（对方收不到）"
	}
	return "没有送到" + because
}
