package main

import "testing"

// stories are the transcripts that a real process can live through, and which way
// its events come. Each costs seconds of processor time, so that only the first is
// played both ways; a whole meeting, from its plan to the archive, comes each way.
//
// Not among them: aged and crowded (habits of the in-memory platform that Feishu
// has for good), stale (a fault that answers for ever), phrases and plan (a file
// together with words, which Feishu sends as two messages), live and minutes
// (commands that only tests have).
var stories = []struct {
	name  string
	modes []string
}{
	{"s1", []string{"websocket", "webhook"}},
	{"three", []string{"websocket"}},
	{"nine", []string{"webhook"}},
	{"rsvp", []string{"websocket"}},
	{"reschedule", []string{"webhook"}},
	{"refusals", []string{"websocket"}},
	{"groups", []string{"webhook"}},
	{"life", []string{"websocket"}},
	{"handover", []string{"webhook"}},
}

// TestFeishuStories plays transcripts with the program itself on a fake Feishu:
// what people read is what the transcripts show.
func TestFeishuStories(t *testing.T) {
	t.Parallel()
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			var tales []*tale
			for _, mode := range story.modes {
				tales = append(tales, newTale(t, story.name, mode))
			}
			play(tales)
		})
	}
}
