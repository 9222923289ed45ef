package meeting_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiban/bot/meeting"
)

// life draws a task somewhere in its life: verbs of the owner and of others at
// drawn minutes of a year with its holidays, and the last of these minutes.
func life(t testing.TB, r *rapid.T) (*meeting.Task, time.Time) {
	now := at(t, "2026-01-05 00:00").Add(time.Duration(rapid.IntRange(0, 330*24*60).Draw(r, "start")) * time.Minute)
	a := handOut(t)
	due := now.Add(time.Duration(rapid.IntRange(1, 14*24*60).Draw(r, "due")) * time.Minute)
	a.Due = meeting.Deadline{Raw: meeting.ThisDay, At: due}
	a.Priority = meeting.Priority(rapid.SampledFrom(a.Priority.Choices()).Draw(r, "priority"))
	a.By = rapid.SampledFrom(ids(host, host, host, owner)).Draw(r, "by")
	task := assignedAt(t, a, now)
	for range rapid.IntRange(0, 8).Draw(r, "steps") {
		v := rapid.SampledFrom(verbs).Draw(r, "verb")
		then := now.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(r, "wait")) * time.Minute)
		who := rapid.SampledFrom(append(ids(task.Owner, task.Host, task.Acceptor, next), v.who...)).Draw(r, "who")
		if v.do(t, task, who, then) == nil {
			now = then
		}
	}
	return task, now
}

// TestR90_NothingIsSaidInQuietTime: no reminder falls into the night or on a
// day off, but 高's two hours before.
func TestR90_NothingIsSaidInQuietTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		task, _ := life(t, r)
		for _, n := range everything(t, task) {
			if calendar(t).Quiet(n.At) && !n.Prompt {
				r.Errorf("%s %s at %s", n.Kind, n.Step, n.At)
			}
			if n.Prompt && (n.Kind != meeting.DueSoon || n.Step != "2h" || task.Priority != meeting.High) {
				r.Errorf("said at its minute: %+v", n)
			}
		}
	})
}

// TestNoticesCanBeCutAnywhere: two windows say what one says, in order, and the
// next moment is the first thing said after them.
func TestNoticesCanBeCutAnywhere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		task, now := life(t, r)
		minutes := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(0, 10*24*60).Draw(r, name)) * time.Minute
		}
		since := now.Add(-minutes("since"))
		till := since.Add(minutes("till"))
		later := till.Add(minutes("later"))
		first, next := task.Notices(calendar(t), since, till)
		second, _ := task.Notices(calendar(t), till, later)
		whole, _ := task.Notices(calendar(t), since, later)
		if diff := cmp.Diff(whole, append(first, second...)); diff != "" {
			r.Errorf("cut at %s (-whole +parts):\n%s", till, diff)
		}
		if len(second) > 0 && !second[0].At.Equal(next) {
			r.Errorf("next at %s, but said at %s", next, second[0].At)
		}
		for _, n := range first {
			if !n.At.After(since) || n.At.After(till) {
				r.Errorf("outside the window: %+v", n)
			}
		}
	})
}

// TestNoticesAreSaidOnce: no two have one key, and what lies ahead is wanted.
func TestNoticesAreSaidOnce(t *testing.T) {
	type key struct {
		kind, step, mark string
		to               meeting.PersonID
	}
	rapid.Check(t, func(r *rapid.T) {
		task, now := life(t, r)
		seen := map[key]bool{}
		for _, n := range everything(t, task) {
			k := key{n.Kind, n.Step, n.Mark, n.To}
			if seen[k] {
				r.Errorf("twice: %+v", n)
			}
			seen[k] = true
			if n.At.After(now) && !task.Wants(n) {
				r.Errorf("computed but not wanted: %+v", n)
			}
			if !n.Expires.After(n.At) {
				r.Errorf("ends before it is said: %+v", n)
			}
		}
	})
}

// TestR84_OwnerIsNeverTheAcceptor holds in every life.
func TestR84_OwnerIsNeverTheAcceptor(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		task, _ := life(t, r)
		if task.Owner == task.Acceptor || task.Extension != nil && task.Extension.Asked == task.Owner {
			r.Errorf("owner %d, acceptor %d, extension %+v", task.Owner, task.Acceptor, task.Extension)
		}
	})
}

func everything(t testing.TB, task *meeting.Task) []meeting.Notice {
	all, _ := task.Notices(calendar(t), at(t, "2025-01-01 00:00"), at(t, "2029-01-01 00:00"))
	return all
}
