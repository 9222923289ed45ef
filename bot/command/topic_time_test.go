package command

import (
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// TestR29_ATopicsTimeIsToldInWholeMinutesThatAgree: a card is drawn a moment after
// the notice was due, and its title must not say a minute less than its fields.
func TestR29_ATopicsTimeIsToldInWholeMinutesThatAgree(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 8, 12, 14, 0, 0, 0, workday.Zone)
	for _, late := range []time.Duration{0, 200 * time.Millisecond, 59 * time.Second} {
		topic := meeting.Topic{Seq: 1, Title: "选型", Minutes: 30, Status: meeting.Talking, OpenedAt: start}
		m := &meeting.Meeting{Status: meeting.Live, Topics: []meeting.Topic{topic}}
		v := meetingView{t: &bot.Turn{Now: start.Add(24*time.Minute + late)}, m: m}
		c, err := drawTopicTime(v, &m.Topics[0])
		if err != nil {
			t.Fatal(err)
		}
		if c.Title != "议题1还剩6分钟" || c.Fields[1].Value != "已用24分钟，还剩6分钟（计划30分钟）" {
			t.Errorf("%v late: %q, %q", late, c.Title, c.Fields[1].Value)
		}
	}
}
