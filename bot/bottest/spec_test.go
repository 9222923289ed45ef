package bottest

import (
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

func TestJobsComeAtTheirMinutes(t *testing.T) {
	jobs := []bot.Job{{Name: "morning", Spec: "0 9 * * *"}, {Name: "weekly", Spec: "30 16 * * 5"}, {Name: "office", Spec: "0 9,14-15 * * 1-5"}}
	for _, c := range []struct {
		after, at string
		names     string
	}{
		{"2026-08-10 08:59", "2026-08-10 09:00", "morning office "},
		{"2026-08-10 09:00", "2026-08-10 14:00", "office "},
		{"2026-08-10 14:00", "2026-08-10 15:00", "office "},
		{"2026-08-14 15:00", "2026-08-14 16:30", "weekly "},
		{"2026-08-14 16:30", "2026-08-15 09:00", "morning "},
	} {
		after, err := time.ParseInLocation(minute, c.after, workday.Zone)
		if err != nil {
			t.Fatal(err)
		}
		at, due := nextJobs(jobs, after.UTC())
		names := ""
		for _, j := range due {
			names += j.Name + " "
		}
		if at.Format(minute) != c.at || names != c.names {
			t.Errorf("after %s comes %sat %s, want %sat %s", c.after, names, at.Format(minute), c.names, c.at)
		}
	}
	if _, due := nextJobs(nil, time.Now()); due != nil {
		t.Errorf("without jobs comes %v", due)
	}
}
