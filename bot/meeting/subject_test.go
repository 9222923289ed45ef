package meeting_test

import (
	"testing"

	"huiban/bot/meeting"
)

// TestNotice_WhoseMinuteMatters: what no platform's rush may move.
func TestNotice_WhoseMinuteMatters(t *testing.T) {
	for name, tt := range map[string]struct {
		n    meeting.Notice
		want bool
	}{
		"M8, a prompt":             {meeting.Notice{Kind: meeting.TopicTime, Step: "80%", Prompt: true}, true},
		"M12 on the day":           {meeting.Notice{Kind: meeting.DraftSoon, Step: "60m", Prompt: true}, true},
		"M12 the next morning":     {meeting.Notice{Kind: meeting.DraftSoon, Step: "120m"}, true},
		"M19 two hours before":     {meeting.Notice{Kind: meeting.DueSoon, Step: "2h"}, true},
		"M3 two hours before":      {meeting.Notice{Kind: meeting.ToOpine, Step: "2h"}, true},
		"M15 two hours before":     {meeting.Notice{Kind: meeting.ToRead, Step: "2h"}, true},
		"M9 two hours after":       {meeting.Notice{Kind: meeting.ToConfirm, Step: "2h"}, false},
		"M19 a working day before": {meeting.Notice{Kind: meeting.DueSoon, Step: "1wd"}, false},
		"M21 at the due":           {meeting.Notice{Kind: meeting.PastDue, Step: "L0"}, false},
	} {
		if got := tt.n.Exact(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestM21_WhatIsUrgent: the step above the owner, for who answers for the task.
func TestM21_WhatIsUrgent(t *testing.T) {
	k := &meeting.Task{Owner: 2, Host: 1, Helpers: []meeting.PersonID{3}}
	for name, tt := range map[string]struct {
		n    meeting.Notice
		want bool
	}{
		"L1 to the host":    {meeting.Notice{Kind: meeting.PastDue, Step: "L1", To: 1}, true},
		"L1 to the owner":   {meeting.Notice{Kind: meeting.PastDue, Step: "L1", To: 2}, false},
		"L1 to a helper":    {meeting.Notice{Kind: meeting.PastDue, Step: "L1", To: 3}, false},
		"L0":                {meeting.Notice{Kind: meeting.PastDue, Step: "L0", To: 1}, false},
		"the warning of L1": {meeting.Notice{Kind: meeting.BeforeSync, Step: "L1", To: 1}, false},
		"a group":           {meeting.Notice{Kind: meeting.PastDue, Step: "L1", Chat: "x:g"}, false},
		"another reminder":  {meeting.Notice{Kind: meeting.ToAccept, Step: "2wd", To: 1}, false},
	} {
		if got := tt.n.Urgent(k); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
