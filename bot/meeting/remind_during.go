package meeting

import (
	"fmt"
	"time"

	"huiban/bot/workday"
)

// Kinds of reminder of method.md 2.4 that a running meeting speaks by.
const (
	TopicTime = "M8"
	StillOn   = "M11"
)

// Steps of M8 (R29).
const (
	nearlyUp = "80"
	timeUp   = "100"
	wellOver = "+10"
)

// during are the reminders of a meeting that runs.
func (m *Meeting) during(cal workday.Calendar) []Notice {
	if m.Status != Live {
		return nil
	}
	return append(m.keepingTime(cal), m.askingForTheEnd(cal)...)
}

// keepingTime is M8 for the open topic (R29): at 80 % whoever keeps the time
// privately, the host if that is the bot; at the limit and ten minutes later the
// host too, then also the group. The moments move with 加时, 休会 and topics, for
// they count from when the topic was last opened.
func (m *Meeting) keepingTime(cal workday.Calendar) []Notice {
	c := m.Current()
	if c == nil || c.OpenedAt.IsZero() || c.Planned() == 0 || !m.EndTyped.IsZero() { // after 散会 nobody counts minutes
		return nil
	}
	keeper := m.Timekeeper
	if keeper == Nobody {
		keeper = m.Host
	}
	limit := c.OpenedAt.Add(c.Planned() - c.Used)
	n := Notice{Kind: TopicTime, Of: m.Ref(), Mark: m.timeMark(c), Face: fmt.Sprintf("topictime/%d", c.Seq), Prompt: true}
	say := func(step string, at time.Time, people ...PersonID) []Notice {
		n.Step, n.At, n.Expires = step, at, at.Add(30*time.Minute)
		return n.each(cal, people...)
	}
	out := say(nearlyUp, limit.Add(-c.Planned()/5), keeper)
	out = append(out, say(timeUp, limit, keeper, m.Host)...)
	out = append(out, say(wellOver, limit.Add(10*time.Minute), keeper, m.Host)...)
	for _, chat := range m.Rooms() {
		group := n
		group.To, group.Chat = Nobody, chat
		out = append(out, group)
	}
	return out
}

// timeMark tells the stretches of one topic apart, and its limits.
func (m *Meeting) timeMark(c *Topic) string {
	return fmt.Sprintf("%d/%d/%s", c.Seq, c.Minutes+c.Extra, mark(c.OpenedAt))
}

// PlannedEnd is when the meeting was to end, later by as long as 休会 lasted.
func (m *Meeting) PlannedEnd() time.Time {
	end := m.End
	for _, b := range m.Breaks {
		if !b.Back.IsZero() {
			end = end.Add(b.Back.Sub(b.At))
		}
	}
	return end
}

// askingForTheEnd is M11: a quarter of an hour after the planned end the host is
// asked whether it is over, for the limits count from there (R49).
func (m *Meeting) askingForTheEnd(cal workday.Calendar) []Notice {
	if m.End.IsZero() {
		return nil
	}
	at := m.PlannedEnd().Add(15 * time.Minute)
	n := Notice{Kind: StillOn, Step: "15m", Of: m.Ref(), At: at, Expires: at.Add(2 * time.Hour), Mark: mark(at), Face: "stillon", Prompt: true}
	return n.each(cal, m.Host)
}

// wantsDuring reports whether a topic still has the limit that the reminder was
// computed for, and whether the meeting still runs.
func (m *Meeting) wantsDuring(n Notice) bool {
	if m.Status != Live {
		return false
	}
	switch n.Kind {
	case TopicTime:
		c := m.Current()
		keeper := n.To == m.Timekeeper || n.To == m.Host
		return c != nil && m.EndTyped.IsZero() && n.Mark == m.timeMark(c) && (keeper || m.Meets(n.Chat))
	case StillOn:
		return n.Mark == mark(m.PlannedEnd().Add(15*time.Minute)) && n.To == m.Host
	}
	return false
}
