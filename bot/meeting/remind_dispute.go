package meeting

import (
	"time"

	"huiban/bot/workday"
)

// ToDecide is the one reminder of a dispute (R43).
const ToDecide = "M10"

// Notices implements Subject: M10, a working day before the date and in working
// hours, to the decider of a dispute that lacks nothing.
func (d *Dispute) Notices(cal workday.Calendar, since, till time.Time) (due []Notice, next time.Time) {
	if !d.waits() {
		return window(nil, since, till)
	}
	at := atWork(cal, cal.Add(d.DecideBy, -1))
	n := Notice{Kind: ToDecide, Step: "1wd", Of: d.Ref(), At: at, Expires: d.DecideBy, Mark: mark(d.DecideBy), Face: "decision"}
	return window(n.each(cal, d.Decider), since, till)
}

// waits reports whether somebody was asked to decide it and has not yet.
func (d *Dispute) waits() bool { return d.Open() && d.No != "" && d.Decider != Nobody }

// Wants implements Subject.
func (d *Dispute) Wants(n Notice) bool {
	return n.Kind == ToDecide && d.waits() && n.Mark == mark(d.DecideBy) && n.To == d.Decider
}

// atWork moves a moment before a limit back to the last one in working hours, if
// it lies outside of them.
func atWork(cal workday.Calendar, at time.Time) time.Time {
	day := workday.DateOf(at)
	if cal.Working(at) {
		for _, s := range cal.Hours().Work {
			if !at.Before(day.At(s.From)) && !at.After(day.At(s.To)) {
				return at
			}
		}
	}
	return cal.AddWork(cal.AddWork(at, -time.Minute), time.Minute)
}
