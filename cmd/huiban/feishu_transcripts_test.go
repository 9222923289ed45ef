package main

import (
	"testing"

	"huiban/adapters/feishu/feishutest"
)

// TestFeishuStories plays transcripts with the program itself on a fake Feishu,
// over the long connection and over webhooks: what people read is what the
// transcripts show.
func TestFeishuStories(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"s1", "three", "nine", "rsvp", "reschedule", "refusals", "groups", "life", "handover"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tales []*tale
			for _, mode := range []string{"websocket", "webhook"} {
				s := readTale(t, name)
				s.name = name + " over " + mode
				s.company = newCompany(t, mode, "", feishutest.Options{})
				s.slower = 20
				if code, said := s.huiban("migrate"); code != done {
					t.Fatalf("migrate: exit %d, %s", code, said)
				}
				tales = append(tales, s)
			}
			play(tales)
		})
	}
}
