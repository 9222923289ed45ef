package meeting

import (
	"testing"
	"time"
)

// TestBind_ByCode_R18: a code opens one group once, within a day, for an open meeting.
func TestBind_ByCode_R18(t *testing.T) {
	now := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	fresh := func() *Meeting {
		return &Meeting{ID: 3, Title: "评审会", Chat: "x:home", Initiator: 1, Status: Planned, CreatedAt: now}
	}
	for _, c := range []struct {
		name   string
		code   string
		after  time.Duration
		change func(*Meeting)
		want   bool
	}{
		{name: "the code", code: "ABCD2345", want: true},
		{name: "another code", code: "ABCD2346"},
		{name: "no code", code: ""},
		{name: "a minute before the day is over", code: "ABCD2345", after: 24*time.Hour - time.Minute, want: true},
		{name: "a day later", code: "ABCD2345", after: 24 * time.Hour},
		{name: "a meeting that was called off", code: "ABCD2345", change: func(m *Meeting) { m.Status = CalledOff }},
		{name: "used", code: "ABCD2345", change: func(m *Meeting) { _ = m.Bind("y:1", false, 2, now) }},
		{name: "replaced by another", code: "ABCD2345", change: func(m *Meeting) { _ = m.OpenTo(1, false, "ZZZZ2345", now) }},
	} {
		m := fresh()
		if err := m.OpenTo(1, false, "ABCD2345", now); err != nil {
			t.Fatal(err)
		}
		if c.change != nil {
			c.change(m)
		}
		if got := m.Admits(c.code, now.Add(c.after)); got != c.want {
			t.Errorf("%s: admitted %t", c.name, got)
		}
	}
	if fresh().Admits("", now) {
		t.Error("a meeting without a code admits")
	}
}

// TestBind_WhoMay_R18: who prepares the meeting and administrators give codes and
// take groups off; so does whoever bound one.
func TestBind_WhoMay_R18(t *testing.T) {
	now := time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name       string
		who        PersonID
		admin      bool
		open, part bool
	}{
		{"the initiator", 1, false, true, true},
		{"the host", 2, false, true, true},
		{"the recorder", 3, false, true, true},
		{"an administrator", 9, true, true, true},
		{"whoever bound the group", 7, false, false, true},
		{"a participant", 8, false, false, false},
	} {
		m := &Meeting{Title: "评审会", Chat: "x:home", Initiator: 1, Host: 2, Recorder: 3, Participants: []Participant{{Person: 8}}, Status: Noticed}
		if err := m.OpenTo(c.who, c.admin, "A", now); (err == nil) != c.open {
			t.Errorf("%s gives a code: %v", c.name, err)
		}
		if err := m.Bind("y:1", false, 7, now); err != nil || !m.Meets("y:1") || !m.Clear("y:1") {
			t.Fatalf("bound: %v", err)
		}
		if m.Bind("y:1", false, 7, now) == nil {
			t.Error("bound twice")
		}
		if err := m.Unbind("y:1", c.who, c.admin, now); (err == nil) != c.part || m.Meets("y:1") == c.part || m.Parted("y:1") != c.part {
			t.Errorf("%s takes it off: %v", c.name, err)
		}
		if m.Unbind("x:home", 1, false, now) == nil {
			t.Error("the home group was taken off")
		}
	}
	private := &Meeting{Title: "碰头", Initiator: 1, Status: Planned}
	if err := private.Bind("y:1", false, 1, now); err != nil || private.Chat != "y:1" {
		t.Errorf("a meeting without a group got %q: %v", private.Chat, err)
	}
}
