package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func nudging() []bot.Command {
	return []bot.Command{
		bot.Define("催", "问责任人一句进展，一人一天一次", nudge).In(headWork).Also("催办", "催一下", "催催").For(toNudge),
	}
}

func toNudge(who meeting.PersonID, k *meeting.Task) bool { return k.MayNudge(who) == nil }

// letters is how many posts of a task are looked through, newest first.
const letters = 200

func nudge(_ context.Context, t *bot.Turn, a taskOnly) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := k.MayNudge(t.Who); err != nil {
		return bot.Reply{}, err
	}
	asked := k.Asked()
	if asked == meeting.Nobody {
		asked = k.Owner
	}
	if asked == t.Who {
		return bot.Reply{}, meeting.Refuse("R76", quote(k)+"正等您自己确认，请先〔确认〕或提出异议。（"+k.No+"）")
	}
	key := meeting.NudgeKey(k, t.Who, workingDay(t))
	sent, err := t.Book.Letters(k.Ref(), letters)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("letters of task %d: %w", k.ID, err)
	}
	for _, l := range sent {
		if l.Key == key {
			return bot.Reply{Toast: "您今天已经催过" + asked.Token() + "了，一天一次。回了会告诉您。（" + k.No + "）"}, nil
		}
	}
	r := tell(t, k, t.Who.Token()+"想知道进展").card("nudge", asked)
	r.posts[0].Key = key
	return r.done(t, "已请"+asked.Token()+"回一句", ""), nil
}

// workingDay is today, or on a day off the next working day (R76).
func workingDay(t *bot.Turn) time.Time {
	if t.Calendar.Working(t.Now) {
		return t.Now
	}
	return t.Calendar.Add(t.Now, 1)
}

// nudgers are who asked for the task today, found in the keys of what they
// sent: a card keeps nothing of its own.
func nudgers(t *bot.Turn, k *meeting.Task) ([]meeting.PersonID, error) {
	sent, err := t.Book.Letters(k.Ref(), letters)
	if err != nil {
		return nil, fmt.Errorf("letters of task %d: %w", k.ID, err)
	}
	today := strings.TrimSuffix(meeting.NudgeKey(k, 0, workingDay(t)), "0")
	var who []meeting.PersonID
	for _, l := range sent {
		if id, ok := strings.CutPrefix(l.Key, today); ok {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil {
				who = append(who, meeting.PersonID(n))
			}
		}
	}
	return among(meeting.Nobody, who...), nil
}
