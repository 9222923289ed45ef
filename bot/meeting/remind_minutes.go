package meeting

import (
	"time"

	"huiban/bot/workday"
)

// Kinds of reminder of method.md 2.4 that minutes speak by.
const (
	DraftSoon  = "M12"
	ToReview   = "M13"
	ToIssue    = "M14"
	ToRead     = "M15"
	ToFinalise = "M16"
)

// Notices implements Subject.
func (x *Minutes) Notices(cal workday.Calendar, since, till time.Time) (due []Notice, next time.Time) {
	return window(x.notices(cal), since, till)
}

func (x *Minutes) notices(cal workday.Calendar) []Notice {
	var out []Notice
	switch x.State {
	case Drafting:
		out = append(x.drafting(cal), x.issuing(cal)...)
	case SentBack:
		out = x.issuing(cal)
	case Reviewing:
		out = append(x.reviewing(cal), x.issuing(cal)...)
	case Issued, Revising:
		out = append(x.reading(cal), x.finalising(cal)...)
	case Final:
	}
	return inOrder(out)
}

// ahead is a reminder before a limit: quiet time moves it back, and one that
// would come before what arms it is never said (R90).
func (x *Minutes) ahead(cal workday.Calendar, n Notice, meant, armed time.Time, people ...PersonID) []Notice {
	n.Of, n.At = x.Ref(), cal.Earlier(meant)
	if !n.At.After(armed) {
		return nil
	}
	return n.each(cal, people...)
}

// behind is a reminder after an event: quiet time moves it on (R90).
func (x *Minutes) behind(cal workday.Calendar, n Notice, meant time.Time, people ...PersonID) []Notice {
	n.Of, n.At, n.Meant = x.Ref(), cal.Later(meant), meant
	return n.each(cal, people...)
}

// drafting is M12 by R50. On the meeting's own day the first two come at their
// minute, also on a day off, but never at night.
func (x *Minutes) drafting(cal workday.Calendar) []Notice {
	if x.Ended.IsZero() {
		return nil
	}
	var out []Notice
	soon := func(step string, after time.Duration) {
		n := Notice{Kind: DraftSoon, Step: step, Mark: mark(x.Ended), Face: "drafting", Expires: x.DraftDue}
		at := x.Ended.Add(after)
		if sameDay(at, x.Ended) && !night(cal.Hours(), at) {
			n.Of, n.At, n.Prompt = x.Ref(), at, true
			out = append(out, n.each(cal, x.Recorder)...)
			return
		}
		out = append(out, x.ahead(cal, n, at, x.Ended, x.Recorder)...)
	}
	soon("60m", time.Hour)
	soon("105m", 105*time.Minute)
	late := Notice{Kind: DraftSoon, Step: "120m", Mark: mark(x.Ended), Face: "unwritten"}
	return append(out, x.behind(cal, late, x.DraftDue, x.Recorder, x.Host)...)
}

// night reports whether nobody is reminded at that hour, whatever the day is.
func night(h workday.Hours, at time.Time) bool {
	from, to := workday.DateOf(at).At(h.QuietFrom), workday.DateOf(at).At(h.QuietTo)
	if h.QuietFrom > h.QuietTo {
		return !at.Before(from) || at.Before(to)
	}
	return !at.Before(from) && at.Before(to)
}

// reviewing is M13; the submission itself is told by whoever submits.
func (x *Minutes) reviewing(cal workday.Calendar) []Notice {
	n := Notice{Kind: ToReview, Step: "4h", Mark: mark(x.SubmittedAt), Face: "review"}
	out := x.behind(cal, n, x.SubmittedAt.Add(4*time.Hour), x.Reviews())
	if x.Ended.IsZero() {
		return out
	}
	n.Step, n.Expires = "20h", x.IssueDue
	return append(out, x.ahead(cal, n, x.Ended.Add(20*time.Hour), x.SubmittedAt, x.Host, x.Reviews())...)
}

// issuing is M14: two hours before the 24 are over, and when they are.
func (x *Minutes) issuing(cal workday.Calendar) []Notice {
	if x.Ended.IsZero() {
		return nil
	}
	people := []PersonID{x.Host, x.Recorder, x.Initiator}
	n := Notice{Kind: ToIssue, Step: "22h", Mark: mark(x.Ended), Face: "unissued", Expires: x.IssueDue}
	out := x.ahead(cal, n, x.IssueDue.Add(-2*time.Hour), x.Ended, people...)
	n.Step, n.Expires = "24h", time.Time{}
	return append(out, x.behind(cal, n, x.IssueDue, people...)...)
}

// reading is M15 for readers who have not answered: in the next working day's
// digest and two hours before the window closes (R56).
func (x *Minutes) reading(cal workday.Calendar) []Notice {
	n := Notice{Kind: ToRead, Step: "nwd", Mark: mark(x.IssuedAt), Face: "issue", Expires: x.FeedbackUntil, Of: x.Ref(), Digest: true}
	n.At = workday.DateOf(cal.Add(x.IssuedAt, 1)).At(cal.Hours().Digest)
	var out []Notice
	if n.At.Before(x.FeedbackUntil) && n.At.After(x.IssuedAt) {
		out = n.each(cal, x.Silent()...)
	}
	n.Step, n.Digest = "2h", false
	return append(out, x.ahead(cal, n, x.FeedbackUntil.Add(-2*time.Hour), x.IssuedAt, x.Silent()...)...)
}

// finalising is M16: when the window closes, unless everybody answered before
// it, and half an hour before the 终稿 is due (R59).
func (x *Minutes) finalising(cal workday.Calendar) []Notice {
	limit := x.FinalLimit()
	over := limit.Add(-finalWithin)
	n := Notice{Kind: ToFinalise, Step: "close", Mark: mark(limit), Face: "feedback"}
	var out []Notice
	if over.Equal(x.FeedbackUntil) {
		out = x.behind(cal, n, over, x.Recorder)
	}
	n.Step, n.Expires = "90m", limit
	return append(out, x.ahead(cal, n, over.Add(90*time.Minute), over, x.Recorder)...)
}

// Wants implements Subject: the minutes still stand where the notice was
// computed for, and the person still has that part in them.
func (x *Minutes) Wants(n Notice) bool {
	out := x.State == Issued || x.State == Revising
	switch n.Kind {
	case DraftSoon:
		return x.State == Drafting && n.Mark == mark(x.Ended) && (n.To == x.Recorder || n.Step == "120m" && n.To == x.Host)
	case ToReview:
		reviews := n.To == x.Reviews() || n.Step == "20h" && n.To == x.Host
		return x.State == Reviewing && n.Mark == mark(x.SubmittedAt) && reviews
	case ToIssue:
		here := n.To == x.Host || n.To == x.Recorder || n.To == x.Initiator
		return x.IssuedAt.IsZero() && x.State != Final && n.Mark == mark(x.Ended) && here
	case ToRead:
		r := x.Reads(n.To)
		return out && n.Mark == mark(x.IssuedAt) && r != nil && r.Receipt == Unread
	case ToFinalise:
		return out && n.Mark == mark(x.FinalLimit()) && n.To == x.Recorder
	}
	return false
}
