package meeting

import (
	"slices"
	"time"

	"huiban/bot/workday"
)

// warnAhead is how many work hours before a step the owner is told of it (M27).
const warnAhead = 4 * time.Hour

// ladder is M21 and M27 (R73): L0 to the owner at the due minute, L1 to the
// helpers and the host too a working day later, and the owner warned four work
// hours before that. L2 and L3 are not ruled yet. A sign of life after the due
// stops it; nothing is said while others have to answer.
func (t *Task) ladder(cal workday.Calendar) []Notice {
	if !t.Due.After(t.ConfirmedAt) {
		return t.steps(cal)
	}
	l0 := Notice{Kind: PastDue, Step: "L0", Meant: t.Due, At: cal.Later(t.Due), Mark: mark(t.Due), Face: "overdue"}
	signs := t.signs()
	if len(signs) > 0 && !signs[0].After(l0.At) {
		return t.steps(cal)
	}
	return append(t.say(cal, l0, t.Owner), t.steps(cal)...)
}

// steps are L1 and its warning. The warning belongs to the moment it names, for
// L1 may move away; L1 itself is said once for a deadline.
func (t *Task) steps(cal workday.Calendar) []Notice {
	at := t.sync(cal)
	l1 := Notice{Kind: PastDue, Step: "L1", At: at, Mark: mark(t.Due), Face: "overdue1"}
	warn := Notice{Kind: BeforeSync, Step: "L1", At: cal.AddWork(at, -warnAhead), Mark: mark(at), Face: "warn", Expires: at}
	if cal.Quiet(warn.At) {
		warn.At = cal.Earlier(warn.At)
	}
	return append(t.say(cal, warn, t.Owner), t.say(cal, l1, append([]PersonID{t.Owner, t.Host}, t.Helpers...)...)...)
}

// sync is L1's moment: a working day after the due, moved on by each sign of
// life that came before it to a working day after that sign, or to the date
// promised. A sign that came later found L1 said already.
func (t *Task) sync(cal workday.Calendar) time.Time {
	at := dayAfter(t.Due, cal)
	for _, s := range t.signs() {
		if s.After(at) {
			return at
		}
		at = latest(at, dayAfter(s, cal))
	}
	if t.HeldUntil.After(t.Due) {
		at = latest(at, cal.Later(t.HeldUntil))
	}
	return at
}

// dayAfter is a working day later, outside quiet time. After something on a day
// off that may be too soon for the warning to come in between: then the day is
// counted from when people are back.
func dayAfter(s time.Time, cal workday.Calendar) time.Time {
	at, back := cal.Later(cal.Add(s, 1)), cal.Later(s)
	if cal.AddWork(at, -warnAhead).After(back) {
		return at
	}
	return cal.Later(cal.Add(back, 1))
}

// SyncAt is when the host and the helpers hear that the task is late, unless
// the owner gives a sign of life before (M27 names it).
func (t *Task) SyncAt(cal workday.Calendar) time.Time { return t.sync(cal) }

// signs are the owner's signs of life after the due, oldest first (R73). A
// helper's comment is none.
func (t *Task) signs() []time.Time {
	var out []time.Time
	add := func(at time.Time) {
		if at.After(t.Due) {
			out = append(out, at)
		}
	}
	for _, u := range t.Updates {
		if t.owned(u.By) {
			add(u.At)
		}
	}
	for _, e := range t.Evidence {
		add(e.At)
	}
	add(t.ConfirmedAt)
	add(t.LastSign)
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// wantsLadder reports whether the owner is still silent since the step's moment
// and the task still theirs to finish.
func (t *Task) wantsLadder(n Notice) bool {
	if !t.tracked() || t.Extension != nil || t.LastSign.After(n.At) || t.Due.After(n.At) {
		return false
	}
	switch {
	case n.Kind == BeforeSync:
		return n.To == t.Owner
	case n.Mark != mark(t.Due):
		return false
	case n.Step == "L0":
		return n.To == t.Owner
	}
	return n.To == t.Owner || n.To == t.Host || slices.Contains(t.Helpers, n.To)
}
