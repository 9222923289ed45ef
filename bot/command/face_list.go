package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// listRows is how many tasks a list shows.
const listRows = 12

// minesOf are the open tasks that a person owns or that wait for the person.
func minesOf(t *bot.Turn, who meeting.PersonID) ([]*meeting.Task, error) {
	return involving(t, who, func(k *meeting.Task) bool {
		return k.Owner == who || k.Asked() == who || len(waits(who, k)) > 0
	})
}

// givenBy are the open tasks that a person handed out.
func givenBy(t *bot.Turn, who meeting.PersonID) ([]*meeting.Task, error) {
	return involving(t, who, func(k *meeting.Task) bool { return k.Host == who && k.Owner != who })
}

func involving(t *bot.Turn, who meeting.PersonID, fits func(*meeting.Task) bool) ([]*meeting.Task, error) {
	all, err := t.Book.FindTasks(meeting.TaskQuery{Involves: who, Open: true})
	if err != nil {
		return nil, fmt.Errorf("tasks of person %d: %w", who, err)
	}
	out := slices.DeleteFunc(all, func(k *meeting.Task) bool { return !fits(k) })
	slices.SortStableFunc(out, byDue)
	return out, nil
}

func drawMine(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	list, err := minesOf(t, f.For)
	if err != nil {
		return bot.Drawn{}, err
	}
	return drawList(t, list, "您的待办", func(k *meeting.Task) string {
		if w := waits(f.For, k); len(w) > 0 {
			things := make([]string, len(w))
			for i := range w {
				things[i] = string(w[i])
			}
			return "等您" + strings.Join(things, "、")
		}
		how, _ := view{t: t, k: k, who: f.For}.state()
		return how
	})
}

func drawGiven(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	list, err := givenBy(t, f.For)
	if err != nil {
		return bot.Drawn{}, err
	}
	return drawList(t, list, "您派出的", func(k *meeting.Task) string {
		how, _ := view{t: t, k: k, who: f.For}.state()
		return k.Owner.Token() + "，" + how
	})
}

// drawList is a table of tasks by deadline: the thing first, the number last.
func drawList(t *bot.Turn, list []*meeting.Task, title string, how func(*meeting.Task) string) (bot.Drawn, error) {
	if len(list) == 0 {
		return bot.Drawn{}, bot.ErrNothing
	}
	c := card.Card{
		Title: fmt.Sprintf("%s：%d项", title, len(list)), Tone: card.Blue,
		Table: &card.Table{Head: []string{"待办", "截止", "状态", "编号"}},
		Body:  "看一项请发“任务 编号”。",
	}
	late := 0
	for i, k := range list {
		due := meeting.Moment(k.Due, t.Now)
		if k.Overdue(t.Now) {
			late++
			due += "，" + lateness(t, k.Due)
		}
		if i < listRows {
			c.Table.Rows = append(c.Table.Rows, []string{cut(line(k.Description), 24), due, how(k), tail(k.No)})
		}
	}
	if late > 0 {
		c.Tone, c.Title = card.Red, c.Title+fmt.Sprintf("，过期%d", late)
	}
	if more := len(list) - listRows; more > 0 {
		c.Body = fmt.Sprintf("还有%d项截止更晚。", more) + c.Body
	}
	return bot.Drawn{Card: c}, nil
}
