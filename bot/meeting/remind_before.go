package meeting

import (
	"slices"
	"strconv"
	"time"

	"huiban/bot/workday"
)

// Kinds of reminder of method.md 2.4 that a meeting speaks by before it begins.
const (
	ToAnswer    = "M2"
	ToOpine     = "M3"
	ToIssueList = "M4"
	Upcoming    = "M5"
)

// Before how long a limit or the meeting itself people are reminded once more,
// and after how many work hours of the notice a department is asked first.
const (
	beforeCutoff  = 2 * time.Hour
	beforeMeeting = 30 * time.Minute
	afterNotice   = 4 * time.Hour
	listHour      = workday.Clock(15 * 60)
)

// before are the reminders of the preparation: that of the notice while it is
// missing, then those of who is invited, until the meeting begins.
func (m *Meeting) before(cal workday.Calendar) []Notice {
	if m.Status == Planned {
		return m.planning(cal)
	}
	if m.Status != Noticed || m.Start.IsZero() {
		return nil
	}
	day := workday.DateOf(cal.Add(m.Start, -1))
	morning := day.At(cal.Hours().Digest)
	out := m.invited(cal, Notice{Kind: ToAnswer, Step: "1wd", At: morning, Digest: true, Face: "invited"}, m.unanswered()...)
	out = append(out, m.askOpinions(cal)...)
	if m.Asks() && m.ListIssuedAt.IsZero() {
		out = append(out, m.invited(cal, Notice{Kind: ToIssueList, Step: "1wd", At: cal.Earlier(day.At(listHour)), Face: "list"}, m.Recorder)...)
	}
	out = append(out, m.invited(cal, Notice{Kind: Upcoming, Step: "1wd", At: morning, Digest: true, Face: "soon"}, m.Comers()...)...)
	soon := Notice{Kind: Upcoming, Step: "30m", At: m.Start.Add(-beforeMeeting), Prompt: true, Face: "soon"}
	return append(out, m.invited(cal, soon, m.Comers()...)...)
}

// askOpinions is M3: the departments whose opinion is missing, in a morning and two
// hours before the cutoff.
func (m *Meeting) askOpinions(cal workday.Calendar) []Notice {
	cutoff, people := m.OpinionsBy(cal), m.toOpine()
	first := latest(workday.DateOf(cal.Add(m.Start, -2)).At(cal.Hours().Digest), digestFrom(cal.AddWork(m.askedAt(), afterNotice), cal))
	var out []Notice
	for _, n := range []Notice{
		{Kind: ToOpine, Step: "2wd", At: first, Digest: true},
		{Kind: ToOpine, Step: "2h", At: cal.Earlier(cutoff.Add(-beforeCutoff))},
	} {
		n.Face, n.Expires = "opinions", cutoff
		if n.At.Before(cutoff) {
			out = append(out, m.invited(cal, n, people...)...)
		}
	}
	return out
}

// digestFrom is the first morning's digest at t or after.
func digestFrom(t time.Time, cal workday.Calendar) time.Time {
	if at := workday.DateOf(t).At(cal.Hours().Digest); cal.Working(t) && !at.Before(t) {
		return at
	}
	return workday.DateOf(cal.Add(t, 1)).At(cal.Hours().Digest)
}

// askedAt is since when people have been asked for their answers: the notice, or
// the last 改期 (R23). What would have been said before is never said.
func (m *Meeting) askedAt() time.Time {
	if n := len(m.Reschedules); n > 0 {
		return latest(m.NoticedAt, m.Reschedules[n-1].At)
	}
	return m.NoticedAt
}

// invited makes one notice for each person, of use until the meeting begins.
func (m *Meeting) invited(cal workday.Calendar, n Notice, people ...PersonID) []Notice {
	n.Of, n.Mark = m.Ref(), m.plannedMark()
	if n.Expires.IsZero() {
		n.Expires = m.Start
	}
	if !n.At.After(m.askedAt()) || !n.At.Before(m.Start) {
		return nil
	}
	return n.each(cal, people...)
}

// plannedMark tells the reminders of one time from those of another, also of the same
// time after the meeting had been moved away and back.
func (m *Meeting) plannedMark() string {
	if n := len(m.Reschedules); n > 0 {
		return mark(m.Start) + "#" + strconv.Itoa(n)
	}
	return mark(m.Start)
}

func (m *Meeting) unanswered() []PersonID {
	var out []PersonID
	for _, p := range m.Said(Unanswered) {
		out = append(out, p.Person)
	}
	return out
}

// toOpine are who is asked for the opinions that are missing.
func (m *Meeting) toOpine() []PersonID {
	var out []PersonID
	for _, d := range m.Unheard() {
		out = append(out, m.Speakers(d)...)
	}
	return without(out, Nobody)
}

// wantsBefore reports whether what a reminder asks for is still open, at the
// time it was computed for and for that person.
func (m *Meeting) wantsBefore(n Notice) bool {
	if n.Kind == NotNoticed {
		return m.wantsPlanning(n)
	}
	if m.Status != Noticed || n.Mark != m.plannedMark() {
		return false
	}
	switch n.Kind {
	case ToAnswer:
		return slices.Contains(m.unanswered(), n.To)
	case ToOpine:
		return slices.Contains(m.toOpine(), n.To)
	case ToIssueList:
		return m.ListIssuedAt.IsZero() && n.To == m.Recorder
	case Upcoming:
		return slices.Contains(m.Comers(), n.To)
	}
	return false
}
