package main

import (
	"testing"

	"huiban/adapters/feishu/feishutest"
)

// TestFeishuStories plays transcripts with the program itself on a fake Feishu,
// as it gets its events: what people read is what the transcripts show.
func TestFeishuStories(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"s1", "three", "nine", "rsvp", "reschedule", "refusals", "meeting4", "life", "handover"} {
		for _, mode := range []string{"websocket", "webhook"} {
			t.Run(name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				s := readTale(t, name)
				s.company = newCompany(t, mode, "", feishutest.Options{})
				s.slower = 20
				if code, said := s.huiban("migrate"); code != done {
					t.Fatalf("migrate: exit %d, %s", code, said)
				}
				s.play()
			})
		}
	}
}
