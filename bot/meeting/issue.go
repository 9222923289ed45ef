package meeting

import (
	"slices"
	"time"

	"huiban/bot/workday"
)

// ReadersOf is to whom minutes go (R55): everybody who takes part, also who is
// absent, with the roles and proxies; the people of the departments that need to
// know; and who gets a copy. Each stands there once, for the first of the reasons.
func ReadersOf(m *Meeting, everyone []Person) []Reader {
	var out []Reader
	add := func(why ReaderKind, people ...PersonID) {
		for _, p := range people {
			if p != Nobody && !slices.ContainsFunc(out, func(r Reader) bool { return r.Person == p }) {
				out = append(out, Reader{Person: p, Why: why, Receipt: Unread})
			}
		}
	}
	for _, p := range m.Participants {
		add(TookPart, p.Person, p.Proxy)
	}
	add(TookPart, m.Host, m.Recorder, m.Timekeeper, m.Initiator)
	for _, p := range everyone {
		if p.Active && slices.Contains(m.NeedToKnow, p.Department) && !slices.Contains(m.CC, p.ID) {
			add(NeedsIt, p.ID)
		}
	}
	add(GetsACopy, m.CC...)
	return out
}

// Issue lets the minutes out to their readers (R55) and opens the window for
// feedback (R57). Who wrote and who approved them has read them; of everybody
// else silence is no agreement (R62).
func (x *Minutes) Issue(who PersonID, seen int, readers []Reader, text string, now time.Time, cal workday.Calendar) error {
	if err := x.MayIssue(who, seen); err != nil {
		return err
	}
	switch {
	case x.Kind != TheMinutes:
		return Refuse("R61", string(x.Kind)+"批准后直接发布，不另收意见。")
	case len(readers) == 0:
		return Refuse("R55", "还没有分发对象，请先加参会人。")
	}
	x.State, x.IssuedAt, x.FeedbackUntil = Issued, now, FeedbackUntil(now, cal)
	x.Readers = slices.Clone(readers)
	for i := range x.Readers {
		if r := &x.Readers[i]; r.Person == who || r.Person == x.Recorder {
			r.Receipt, r.At = Read, now
		}
	}
	x.keep(text, now)
	late := ""
	if x.IssuedLate() {
		late = "已超24小时"
	}
	x.note("分发", who, string(Reviewing), string(Issued)+" "+x.Edition(), late)
	x.answered(now)
	return nil
}

// IssuedLate reports whether the minutes went out after their 24 hours, by the
// strict clock (R55, Q2).
func (x *Minutes) IssuedLate() bool {
	return !x.IssuedAt.IsZero() && !x.IssueDue.IsZero() && x.IssuedAt.After(x.IssueDue)
}

// FeedbackUntil is until when readers of what is issued now may give feedback:
// 24 hours later, moved to noon of the next working day if that is a day off
// (R57).
func FeedbackUntil(now time.Time, cal workday.Calendar) time.Time {
	until := now.Add(feedbackWithin)
	if cal.Working(until) {
		return until
	}
	day := workday.DateOf(until)
	for range 366 {
		if day = day.AddDays(1); cal.Working(day.At(0)) {
			break
		}
	}
	return day.At(cal.Hours().Noon)
}

// Track follows the first issue of a meeting's minutes: what it handed out is
// followed from now on (3.2: 已结束 → 跟踪中).
func (m *Meeting) Track(who PersonID) {
	if m.Status != Over {
		return
	}
	m.Status = Tracking
	m.note("分发", who, string(Over), string(Tracking), "")
}

// Enter notes that the minutes which list the task were issued: a confirmed task
// stands in the ledger from now on, another one once it is confirmed (R65, Q3).
// Only the first issue counts; false says that there was nothing to note.
func (t *Task) Enter(who PersonID, now time.Time) bool {
	if !t.IssuedAt.IsZero() || t.Status == Cancelled {
		return false
	}
	t.IssuedAt = now
	t.note("入台账", who, "", string(t.Status), "")
	return true
}
