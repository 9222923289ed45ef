package main

import (
	"testing"

	"huiban/adapters/feishu/feishutest"
)

// stories are the transcripts that a real process can live through, and which way
// its events come. Each costs seconds of processor time; one whole meeting, from
// its plan to the archive, and one assignment are played both ways.
//
// Not among them: aged and crowded (habits of the in-memory platform that Feishu
// has for good), stale (a fault that answers for ever), phrases and plan (a file
// together with words, which Feishu sends as two messages), live and minutes
// (commands that only tests have).
func stories() map[string][]string {
	return map[string][]string{
		"s1":         {"websocket", "webhook"},
		"three":      {"websocket", "webhook"},
		"nine":       {"webhook"},
		"reschedule": {"webhook"},
		"refusals":   {"websocket"},
		"groups":     {"webhook"},
		"life":       {"websocket"},
	}
}

// TestFeishuStories plays transcripts with the program itself on a fake Feishu:
// what people read is what the transcripts show.
func TestFeishuStories(t *testing.T) {
	t.Parallel()
	for name, modes := range stories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tales []*tale
			for _, mode := range modes {
				c, _ := feishuCompany(t, mode, "", feishutest.Options{})
				tales = append(tales, newTale(c, name, mode))
			}
			play(tales)
		})
	}
}
