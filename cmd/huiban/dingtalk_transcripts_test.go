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
// people quote a card: the platform does not say which.
func dingStories() []dingStory {
	return []dingStory{
		{"three", "stream", 2, freeCalls}, {"s1", "http", 2, paidCalls},
		{"three", "stream", 1, freeCalls}, {"s1", "http", 1, freeCalls},
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
