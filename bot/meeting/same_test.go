package meeting

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAliasesIn: two parts of one human being become one, and words stay.
func TestAliasesIn(t *testing.T) {
	t.Parallel()
	early := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	late := early.Add(time.Hour)
	is := Aliases{7: 3}
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"a person", &Entry{Author: 7, Speaker: 8, Text: "@{p7}说"}, &Entry{Author: 3, Speaker: 8, Text: "@{p7}说"}},
		{"a list of people", &[]PersonID{7, 5, 3}, &[]PersonID{3, 5}},
		{"a list without them", &[]PersonID{5, 5}, &[]PersonID{5, 5}},
		{"a person's own list", &Notice{Of: PersonID(7).Ref(), To: 7}, &Notice{Of: PersonID(3).Ref(), To: 3}},
		{"a task of that number", &Notice{Of: Ref{Kind: KindTask, ID: 7}}, &Notice{Of: Ref{Kind: KindTask, ID: 7}}},
		{
			"the weightier part, and the later answer",
			&[]Participant{
				{Person: 3, Tier: Support, Observer: true, RSVP: Absent, At: early, Reason: "忙", Attended: Missing},
				{Person: 4},
				{Person: 7, Tier: Decider, RSVP: Comes, At: late, Attended: Present},
			},
			&[]Participant{{Person: 3, Tier: Decider, RSVP: Comes, At: late, Attended: Present}, {Person: 4}},
		},
		{
			"an answer of old over silence",
			&[]Participant{{Person: 7, RSVP: Absent, At: early, Reason: "忙"}, {Person: 3}},
			&[]Participant{{Person: 3, RSVP: Absent, At: early, Reason: "忙"}},
		},
		{"who sends himself comes", &[]Participant{{Person: 3, RSVP: ByProxy, Proxy: 7}}, &[]Participant{{Person: 3, RSVP: Comes}}},
		{
			"what was read is read",
			&[]Reader{{Person: 7, Receipt: Unread}, {Person: 3, Receipt: Read, At: early}},
			&[]Reader{{Person: 3, Receipt: Read, At: early}},
		},
		{
			"an objection over a receipt",
			&[]Reader{{Person: 7, Receipt: HasFeedback, At: late}, {Person: 3, Receipt: Read, At: early}},
			&[]Reader{{Person: 3, Receipt: HasFeedback, At: late}},
		},
	} {
		is.In(c.got)
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestAliasesText names who is meant in what a button or a draft gives back.
func TestAliasesText(t *testing.T) {
	t.Parallel()
	is := Aliases{7: 3}
	for text, want := range map[string]string{
		"@{p7}、@{p8}":                 "@{p3}、@{p8}",
		"@{p77}":                      "@{p77}",
		"p7":                          "p7",
		"@{p99999999999999999999999}": "@{p99999999999999999999999}",
	} {
		if got := is.Text(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
