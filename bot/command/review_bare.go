package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// reviewed hears a bare word as the one review of minutes that waits for the
// speaker: as a reply to its card, or where no task waits for the word (6.1). ok
// is false where the word is about a task.
func reviewed(t *bot.Turn, word string, id meeting.TaskID, a reviewArgs, fits ...thing) (r bot.Reply, ok bool, err error) {
	if id != 0 || t.About.Kind == meeting.KindTask {
		return r, false, nil
	}
	x, err := reviewMeant(t, word, fits)
	if err != nil || x == nil {
		return r, false, err
	}
	a.Meeting = minutesKey(x)
	x, m, err := whichMinutes(t, a.Meeting, toReview(t.Who))
	if err != nil {
		return r, false, err
	}
	r, err = a.of(t, x, m)
	return r, true, err
}

// reviewMeant is the review that a bare word is for, nil if there is none; with
// something else waiting it asks.
func reviewMeant(t *bot.Turn, word string, fits []thing) (*meeting.Minutes, error) {
	if t.About.Kind == meeting.KindMinutes {
		return t.Book.Minutes(meeting.MinutesID(t.About.ID))
	}
	open, err := t.Book.FindMinutes(meeting.MinutesQuery{Open: true})
	if err != nil {
		return nil, fmt.Errorf("open minutes: %w", err)
	}
	open = slices.DeleteFunc(open, func(x *meeting.Minutes) bool { return !toReview(t.Who)(x) })
	if len(open) == 0 {
		return nil, nil //nolint:nilnil // no review waits
	}
	tasks, _, err := waiting(t, func(w thing) bool { return slices.Contains(fits, w) })
	if err != nil {
		return nil, err
	}
	if len(open)+len(tasks) == 1 {
		return open[0], nil
	}
	var lines []string
	for _, x := range open {
		lines = append(lines, "审核"+string(x.Kind)+numbered(x))
	}
	for _, k := range tasks {
		lines = append(lines, quote(k)+numbered(k))
	}
	return nil, meeting.Refuse("6.1", "有几件事在等您，“"+word+"”是哪一件？请回复那张卡片：\n"+strings.Join(lines, "\n"))
}
