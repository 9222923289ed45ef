package command

import (
	"fmt"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// startMinutes follows 散会: it drafts the minutes from the record, sends the
// recorder what to do with the time left, and says both limits where the meeting
// was ended (R49, R50). Ending twice drafts once.
func startMinutes(t *bot.Turn, m *meeting.Meeting) ([]bot.Post, error) {
	found, err := t.Book.FindMinutes(meeting.MinutesQuery{Meeting: m.ID})
	if err != nil || len(found) > 0 {
		return nil, err
	}
	disputes, err := t.Book.FindDisputes(meeting.DisputeQuery{Meeting: m.ID})
	if err != nil {
		return nil, fmt.Errorf("disputes of meeting %d: %w", m.ID, err)
	}
	x := meeting.DraftMinutes(m, disputes)
	if err := t.Book.SaveMinutes(x); err != nil {
		return nil, err
	}
	both := limitsOf(t, m, limits(t, x))
	draft := bot.Post{
		To: bot.To{Person: x.Recorder}, Face: bot.Face{Name: "drafting", Of: x.Ref(), For: x.Recorder},
		Class: bot.ClassNews, Why: "请您起草纪要",
	}
	return append(both, draft), nil
}

// limitsOf says both limits where the meeting was ended, and if that was in one
// of its groups in the others too.
func limitsOf(t *bot.Turn, m *meeting.Meeting, say string) []bot.Post {
	here := bot.Post{Text: say, Class: bot.ClassAnswer, Why: "散会后的两个时限"}
	if here.To.Person = t.Who; t.Private {
		return []bot.Post{here}
	}
	out := []bot.Post{here}
	out[0].To = bot.To{Chat: t.Chat}
	for _, room := range m.Rooms() {
		if m.Meets(string(t.Chat)) && room != string(t.Chat) {
			here.To = bot.To{Chat: bot.ChatID(room)}
			out = append(out, here)
		}
	}
	return out
}

// limits names both clocks, strict and, where they end in quiet time, moved (Q2).
func limits(t *bot.Turn, x *meeting.Minutes) string {
	return "纪要初稿" + limit(t, x.DraftDue) + "，分发" + limit(t, x.IssueDue) + "。"
}

// limit is a strict limit in a sentence: the hour alone on this day. One that
// falls into quiet time says also when it is counted on (R90, Q2).
func limit(t *bot.Turn, at time.Time) string {
	say := hour(t, at) + "前"
	if later := t.Calendar.Later(at); !later.Equal(at) {
		say += "（顺延" + hour(t, later) + "）"
	}
	return say
}

// hour is an instant as short as it is clear: the hour on this day, else the date too.
func hour(t *bot.Turn, at time.Time) string {
	if sameDay(at, t.Now) {
		return meeting.Moment(at, t.Now)[len(meeting.Moment(at, t.Now))-len("15:04"):]
	}
	return meeting.Moment(at, t.Now)
}

// left is how much time a limit leaves, in the largest unit that fits.
func left(t *bot.Turn, at time.Time) string {
	d := at.Sub(t.Now).Round(time.Minute)
	switch {
	case d <= 0:
		return "已过时限"
	case d < 3*time.Hour:
		return fmt.Sprintf("还剩%d分钟", int(d.Minutes()))
	}
	return fmt.Sprintf("还剩%d小时", int(d.Hours()))
}
