package command

import (
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// A meetingView is a meeting as one person sees it on a card; who is Nobody for
// the card of a group.
type meetingView struct {
	t   *bot.Turn
	m   *meeting.Meeting
	who meeting.PersonID
}

// ofMeeting makes a face of a function that draws a meeting.
func ofMeeting(draw func(meetingView) (card.Card, error)) bot.Draw {
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		m, err := t.Book.Meeting(meeting.MeetingID(f.Of.ID))
		if err != nil {
			return bot.Drawn{}, err
		}
		c, err := draw(meetingView{t: t, m: m, who: f.For})
		return bot.Drawn{Card: tidy(c), Version: m.Revision()}, err
	}
}

// tidy leaves blank fields out and keeps each on one line.
func tidy(c card.Card) card.Card {
	fields := c.Fields
	c.Fields = nil
	for _, f := range fields {
		if f.Value = line(f.Value); f.Value != "" {
			c.Fields = append(c.Fields, f)
		}
	}
	return c
}

// act is a button that runs a command on the meeting; args are pairs of an
// argument and its value. Its typed twin follows from both.
func (v meetingView) act(id, label, command string, args ...string) card.Button {
	return actOn(key(v.m), id, label, command, args...)
}

// actOn is a button of a meeting by its key.
func actOn(key, id, label, command string, args ...string) card.Button {
	b := card.Button{ID: id, Label: label, Do: card.Action{Command: command, Args: map[string]string{"会议": key}}}
	words := []string{command}
	for i := 0; i+1 < len(args); i += 2 {
		b.Do.Args[args[i]] = args[i+1]
		words = append(words, args[i+1])
	}
	b.Do.Words = strings.Join(words, " ")
	return b
}

// slot is when and where, for a line.
func (v meetingView) slot() string { return slot(v.t, v.m) }

// slot is when and where a meeting is: 8月12日（周三）14:00—15:30，3号会议室.
func slot(t *bot.Turn, m *meeting.Meeting) string {
	say := span(t, m)
	if m.Place != "" {
		say += "，" + line(m.Place)
	}
	return say
}

// span is when a meeting is planned.
func span(t *bot.Turn, m *meeting.Meeting) string {
	if m.Start.IsZero() {
		return "时间未定"
	}
	say := meeting.Moment(m.Start, t.Now)
	if m.End.After(m.Start) {
		say += "—" + clock(m.End)
	}
	return say
}
