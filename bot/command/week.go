package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

func weekly() []bot.Command {
	return []bot.Command{
		bot.Define("周报", "本周到现在的数：在办、新增、完成、临期、逾期、受阻", week).In(headQuery).
			Also("本周周报", "出周报", "出本周周报"),
	}
}

// week is the figures of today (M25): in a group those of its tasks, privately
// those of the tasks that the person has a part in.
func week(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
	monday := startOfWeek(t.Now)
	q := meeting.TaskQuery{Open: true}
	if t.Private {
		q.Involves = t.Who
	}
	open, err := t.Book.FindTasks(q)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("open tasks: %w", err)
	}
	q.Open, q.Since = false, monday
	recent, err := t.Book.FindTasks(q)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("tasks since %s: %w", monday, err)
	}
	f := figures{}
	seen := map[meeting.TaskID]bool{}
	for _, k := range append(open, recent...) {
		here, err := t.In(k.Chat, k.Meeting)
		if err != nil {
			return bot.Reply{}, err
		}
		if !seen[k.ID] && (t.Private || here) {
			seen[k.ID] = true
			f.count(t, k, monday)
		}
	}
	return bot.Reply{Text: f.say(t, monday)}, nil
}

func startOfWeek(now time.Time) time.Time {
	today := workday.DateOf(now)
	return today.AddDays(-(int(today.Weekday()) + 6) % 7).At(0)
}

type figures struct {
	open, fresh, done, onTime, near, blocked int
	late                                     []*meeting.Task
}

func (f *figures) count(t *bot.Turn, k *meeting.Task, monday time.Time) {
	if !k.CreatedAt.Before(monday) {
		f.fresh++
	}
	if k.Status == meeting.Done && !k.ClosedAt.Before(monday) {
		f.done++
		if k.OverdueDays == 0 {
			f.onTime++
		}
	}
	if !k.Open() {
		return
	}
	f.open++
	if k.Status == meeting.Blocked {
		f.blocked++
	}
	switch meeting.Flag(k, t.Now, t.Calendar) {
	case meeting.Yellow:
		f.near++
	case meeting.Red:
		f.late = append(f.late, k)
	case meeting.Green:
	}
}

// listed is how many overdue tasks the figures name.
const listed = 5

func (f *figures) say(t *bot.Turn, monday time.Time) string {
	where := "您参与的待办"
	if !t.Private {
		where = "本群的待办"
	}
	if f.open+f.fresh+f.done == 0 {
		return where + "本周没有变化，也没有在办的。"
	}
	slices.SortStableFunc(f.late, func(a, b *meeting.Task) int { return a.Due.Compare(b.Due) })
	longest := ""
	if len(f.late) > 0 {
		longest = fmt.Sprintf("（最长%d个工作日）", t.Calendar.Count(f.late[0].Due, t.Now))
	}
	say := []string{fmt.Sprintf("%s，%s起：在办%d，新增%d，完成%d（按时%d），临期%d，逾期%d%s，受阻%d。",
		where, date(monday), f.open, f.fresh, f.done, f.onTime, f.near, len(f.late), longest, f.blocked)}
	for _, k := range f.late[:min(len(f.late), listed)] {
		say = append(say, fmt.Sprintf("- %s%s，由%s负责（%s）", quote(k), lateness(t, k.Due), k.Owner.Token(), k.No))
	}
	if n := len(f.late) - listed; n > 0 {
		say = append(say, fmt.Sprintf("还有%d项逾期。", n))
	}
	return strings.Join(say, "\n")
}

// date is a day as it stands in a sentence.
func date(at time.Time) string {
	say, _, _ := strings.Cut(meeting.Moment(at, at), "（")
	return say
}

// clock is an hour as it stands in a sentence: 15:40.
func clock(at time.Time) string { return at.In(workday.Zone).Format("15:04") }

// byDue orders a list by deadline, then by number.
func byDue(a, b *meeting.Task) int {
	return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.No, b.No))
}
