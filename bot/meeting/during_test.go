package meeting_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

// minutesOf lists what a running meeting will say from a moment on: when, which,
// to whom.
func minutesOf(t *testing.T, m *meeting.Meeting, from string) []string {
	t.Helper()
	due, _ := m.Notices(calendar(t), at(t, from), at(t, from).Add(48*time.Hour))
	var out []string
	for _, n := range due {
		if n.Kind != meeting.TopicTime && n.Kind != meeting.StillOn {
			continue
		}
		if !n.Prompt || n.Mark == "" || n.Of != m.Ref() || !n.Expires.After(n.At) || !m.Wants(n) {
			t.Errorf("incomplete or not wanted: %+v", n)
		}
		whom := fmt.Sprintf("p%d", n.To)
		if n.Chat != "" {
			whom = n.Chat
		}
		out = append(out, fmt.Sprintf("%s %s %s %s %s", n.At.Format("01-02 15:04"), n.Kind, n.Step, n.Face, whom))
	}
	return out
}

func TestM8_EightyHundredAndTenOver(t *testing.T) {
	m := running(t) // topic 1, 20 minutes, since 14:02
	want := []string{
		"08-12 14:18 M8 80 topictime/1 p8",
		"08-12 14:22 M8 100 topictime/1 p1", "08-12 14:22 M8 100 topictime/1 p8",
		"08-12 14:32 M8 +10 topictime/1 fake:g1", "08-12 14:32 M8 +10 topictime/1 p1", "08-12 14:32 M8 +10 topictime/1 p8",
		"08-12 15:45 M11 15m stillon p1",
	}
	got := minutesOf(t, m, "08-12 14:02")
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m.Timekeeper, m.Chat = meeting.Nobody, "" // the bot keeps the time: the host hears, once
	if diff := cmp.Diff([]string{
		"08-12 14:18 M8 80 topictime/1 p1", "08-12 14:22 M8 100 topictime/1 p1", "08-12 14:32 M8 +10 topictime/1 p1", "08-12 15:45 M11 15m stillon p1",
	}, minutesOf(t, m, "08-12 14:02")); diff != "" {
		t.Errorf("without a timekeeper (-want +got):\n%s", diff)
	}
}

// TestM8_Moves with 加时, 休会 and topics; what it would have said before is not
// wanted any more.
func TestM8_MovesWithExtensionsBreaksAndTopics(t *testing.T) {
	alone := func() *meeting.Meeting {
		m := running(t)
		m.Timekeeper, m.Chat, m.End = meeting.Nobody, "", time.Time{}
		return m
	}
	for _, c := range []struct {
		name string
		do   func(*meeting.Meeting)
		from string
		want []string
	}{
		{"加时 at 14:15", func(m *meeting.Meeting) { must(t, m.Extend(host, 10, at(t, "08-12 14:15"))) }, "08-12 14:15",
			[]string{"08-12 14:26 M8 80 topictime/1 p1", "08-12 14:32 M8 100 topictime/1 p1", "08-12 14:42 M8 +10 topictime/1 p1"}},
		{"加时 when the time is up", func(m *meeting.Meeting) { must(t, m.Extend(host, 10, at(t, "08-12 14:22"))) }, "08-12 14:22",
			[]string{"08-12 14:26 M8 80 topictime/1 p1", "08-12 14:32 M8 100 topictime/1 p1", "08-12 14:42 M8 +10 topictime/1 p1"}},
		{"休会", func(m *meeting.Meeting) { must(t, m.Adjourn(host, "等数据", at(t, "08-12 14:12"))) }, "08-12 14:12", nil},
		{"休会 and on, half an hour later", func(m *meeting.Meeting) {
			must(t, m.Adjourn(host, "等数据", at(t, "08-12 14:12")))
			must(t, m.Begin(host, "", at(t, "08-12 14:42")))
		}, "08-12 14:42", []string{"08-12 14:48 M8 80 topictime/1 p1", "08-12 14:52 M8 100 topictime/1 p1", "08-12 15:02 M8 +10 topictime/1 p1"}},
		{"next topic", func(m *meeting.Meeting) {
			note(t, m, meeting.Conclusion, "同意", "08-12 14:10")
			must(t, m.Next(host, meeting.Switch{Fine: true}, at(t, "08-12 14:12")))
		}, "08-12 14:12", []string{"08-12 14:28 M8 80 topictime/2 p1", "08-12 14:32 M8 100 topictime/2 p1", "08-12 14:42 M8 +10 topictime/2 p1"}},
		{"back to a topic that used twelve", func(m *meeting.Meeting) {
			note(t, m, meeting.Conclusion, "同意", "08-12 14:10")
			must(t, m.Next(host, meeting.Switch{Fine: true}, at(t, "08-12 14:14")))
			note(t, m, meeting.Conclusion, "采用A", "08-12 14:20")
			must(t, m.Next(host, meeting.Switch{To: 1, Fine: true}, at(t, "08-12 15:00")))
		}, "08-12 15:00", []string{"08-12 15:04 M8 80 topictime/1 p1", "08-12 15:08 M8 100 topictime/1 p1", "08-12 15:18 M8 +10 topictime/1 p1"}},
		{"散会 was typed", func(m *meeting.Meeting) {
			must(t, third(m.Dismiss(host, meeting.Dismissal{}, at(t, "08-12 14:12"))))
		}, "08-12 14:12", nil},
		{"over", func(m *meeting.Meeting) {
			must(t, third(m.Dismiss(host, meeting.Dismissal{Anyway: true}, at(t, "08-12 14:12"))))
		}, "08-12 14:12", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := alone()
			was, _ := m.Notices(calendar(t), at(t, "08-12 14:02"), at(t, "08-12 20:00"))
			c.do(m)
			if diff := cmp.Diff(c.want, minutesOf(t, m, c.from)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, n := range was {
				if m.Wants(n) {
					t.Errorf("still wanted: %+v", n)
				}
			}
		})
	}
}

func third(_ bool, _ []meeting.Topic, err error) error { return err }

func TestM11_AQuarterAfterThePlannedEnd(t *testing.T) {
	m := running(t)
	m.Topics[0].Minutes = 0 // no time of its own
	if diff := cmp.Diff([]string{"08-12 15:45 M11 15m stillon p1"}, minutesOf(t, m, "08-12 14:02")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	must(t, m.Adjourn(host, "吃饭", at(t, "08-12 14:10")))
	if got := minutesOf(t, m, "08-12 14:10"); got != nil {
		t.Errorf("asks in the break: %v", got)
	}
	must(t, m.Begin(host, "", at(t, "08-12 15:10")))
	if diff := cmp.Diff([]string{"08-12 16:45 M11 15m stillon p1"}, minutesOf(t, m, "08-12 15:10")); diff != "" {
		t.Errorf("after an hour of break (-want +got):\n%s", diff)
	}
	must(t, third(m.Dismiss(host, meeting.Dismissal{}, at(t, "08-12 16:40"))))
	if got := minutesOf(t, m, "08-12 16:40"); len(got) != 1 { // 散会 was typed but nobody closed
		t.Errorf("asks %v", got)
	}
	night := running(t)
	night.End = at(t, "08-12 22:00")
	night.Topics[0].Minutes = 0
	if got := minutesOf(t, night, "08-12 14:02"); !slices.Equal(got, []string{"08-12 22:15 M11 15m stillon p1"}) {
		t.Errorf("a meeting's own day is said at its minute: %v", got)
	}
}
