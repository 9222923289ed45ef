package meeting_test

import (
	"errors"
	"strings"
	"testing"

	"huiban/bot/meeting"
)

// refused wants a refusal by the rule and returns it.
func refused(t testing.TB, err error, rule string) *meeting.Refusal {
	t.Helper()
	var r *meeting.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal by %s", err, rule)
	}
	if r.Rule != rule {
		t.Fatalf("refused by %s (%s), want %s", r.Rule, r, rule)
	}
	kind(t, r.Error())
	return r
}

// kind checks the voice of 2.5: something to read, with full-width marks.
func kind(t testing.TB, say string) {
	t.Helper()
	if say == "" || strings.ContainsAny(say, ",;!?") {
		t.Errorf("not said as 2.5 wants it: %q", say)
	}
}

// fields are the arguments that the gaps ask for.
func fields(r *meeting.Refusal) string {
	var out []string
	for _, g := range r.Gaps {
		out = append(out, g.Field)
	}
	return strings.Join(out, " ")
}
