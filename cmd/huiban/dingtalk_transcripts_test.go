package main

import (
	"fmt"
	"testing"

	"huiban/adapters/dingtalk/dingtalktest"
)

// A dingStory is a transcript, at which rung it is played, how messages come and how
// many calls a month the organisation has.
type dingStory struct {
	name, mode string
	level      rung
	calls      int
}

// dingStories are whole meetings with cards, and without, and tasks. None in which
// people quote a card, for the platform does not say which, or fill something in and
// then press a button that is not the form's, for that takes nothing along; none in
// which it matters who is in a group, for nobody says.
func dingStories() []dingStory {
	return []dingStory{
		{"three", "stream", 2, freeCalls}, {"s1", "http", 2, paidCalls},
		{"three", "stream", 1, freeCalls}, {"s1", "http", 1, freeCalls},
		{"refusals", "stream", 2, freeCalls}, {"reschedule", "stream", 2, freeCalls}, {"rsvp", "stream", 2, freeCalls},
		{"handover", "stream", 2, freeCalls}, {"s2", "stream", 2, freeCalls},
		{"refusals", "stream", 1, freeCalls}, {"queries", "stream", 1, freeCalls},
	}
}

// TestDingTalkStories plays transcripts with the program itself on a fake DingTalk:
// what people read is what the transcripts show.
func TestDingTalkStories(t *testing.T) {
	t.Parallel()
	for _, story := range dingStories() {
		how := fmt.Sprintf("%s at rung %d", story.mode, story.level)
		t.Run(story.name+" over "+how, func(t *testing.T) {
			t.Parallel()
			c, _ := dingCompany(t, story.mode, "", story.level, dingtalktest.Options{MonthlyCalls: story.calls})
			play([]*tale{dingTale(c, story.name, how, story.level)})
		})
	}
}

// dingTale is a tale on DingTalk, where at rung 2 cards are tried out first.
func dingTale(c *company, name, how string, level rung) *tale {
	c.Helper()
	s := newTale(c, name, how)
	if level == 2 {
		s.prologue = func() {
			s.proveCards("", s.people[0])
			s.settled()
			s.seen[s.people[0]] = len(s.messages(s.people[0]))
		}
	}
	return s
}
