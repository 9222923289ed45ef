package meeting

import (
	"cmp"
	"slices"
	"time"

	"huiban/bot/workday"
)

// Kinds of reminder of method.md 2.4 that a task speaks by.
const (
	ToConfirm  = "M9"
	DueSoon    = "M19"
	StillStuck = "M20"
	PastDue    = "M21"
	ToExtend   = "M23"
	ToAccept   = "M24"
	BeforeSync = "M27"
)

// stale is how long after its moment a reminder is still of use, where nothing
// nearer ends it; nights and days off on the way do not count against it.
const stale = 24 * time.Hour

// Notices implements Subject. All that the task will say as it stands now is a
// short list, so the window only cuts a piece out of it.
func (t *Task) Notices(cal workday.Calendar, since, till time.Time) (due []Notice, next time.Time) {
	return window(t.notices(cal), since, till)
}

// window cuts the notices with since < At <= till out of a list in order, and
// says when the first one after them is.
func window(all []Notice, since, till time.Time) (due []Notice, next time.Time) {
	for _, n := range all {
		switch {
		case !n.At.After(since):
		case !n.At.After(till):
			due = append(due, n)
		case next.IsZero():
			next = n.At
		}
	}
	return due, next
}

// inOrder sorts notices as they are said.
func inOrder(all []Notice) []Notice {
	slices.SortFunc(all, func(a, b Notice) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Step, b.Step), cmp.Compare(a.To, b.To), cmp.Compare(a.Chat, b.Chat))
	})
	return all
}

func (t *Task) notices(cal workday.Calendar) []Notice {
	if !t.Open() {
		return nil
	}
	out := t.asking(cal)
	switch {
	case t.Status == Submitted:
		out = append(out, t.accepting(cal)...)
	case t.tracked():
		out = append(out, t.nearing(cal)...)
		out = append(out, t.stuck(cal)...)
		if t.Extension != nil {
			out = append(out, t.extending(cal)...)
		} else {
			out = append(out, t.ladder(cal)...)
		}
	}
	return inOrder(out)
}

// say makes one notice for each person, who may stand there twice or be Nobody.
func (t *Task) say(cal workday.Calendar, n Notice, people ...PersonID) []Notice {
	n.Of = t.Ref()
	return n.each(cal, people...)
}

// each is the notice to each of the people, once, and to nobody if there is none.
// Without an end it is of use for a day.
func (n Notice) each(cal workday.Calendar, people ...PersonID) []Notice {
	if n.Expires.IsZero() {
		n.Expires = cal.Later(n.At.Add(stale)).Add(time.Hour)
	}
	var out []Notice
	for _, p := range without(people, Nobody) {
		n.To = p
		out = append(out, n)
	}
	return out
}

// asking is M9: whoever is asked to confirm is chased, then the host told; an
// objection waits for the host instead (R45).
func (t *Task) asking(cal workday.Calendar) []Notice {
	asked := t.Asked()
	if asked == Nobody {
		return nil
	}
	if t.Proposal != nil {
		at := cal.Later(cal.Add(t.Proposal.At, 1))
		return t.say(cal, Notice{Kind: ToConfirm, Step: "proposal", At: at, Mark: mark(t.Proposal.At), Face: "proposal"}, t.Host)
	}
	n := Notice{Kind: ToConfirm, Mark: mark(t.AskedAt), Face: "confirm"}
	seen := cal.Later(t.AskedAt) // what is asked at night is read in the morning
	morning := n
	morning.Step, morning.At = "nwd", workday.DateOf(cal.Add(seen, 1)).At(10*60)
	out := t.say(cal, morning, asked)
	n.Step, n.Meant = "2h", seen.Add(2*time.Hour)
	n.At = cal.Later(n.Meant)
	if n.At.Before(morning.At) {
		out = append(out, t.say(cal, n, asked)...)
	}
	if t.Host != asked {
		n.Step, n.Meant, n.Face = "host", seen.Add(silence), "undecided"
		n.At = cal.Later(n.Meant)
		out = append(out, t.say(cal, n, t.Host)...)
	}
	return out
}

// nearing is M19 by R70: before the due and after the confirmation, in the
// morning's digest, none of those on the day of assignment; and two hours
// before for 高, for whoever confirmed within the last working day, and where
// the mornings came too early to say anything.
func (t *Task) nearing(cal workday.Calendar) []Notice {
	n := Notice{Kind: DueSoon, Mark: mark(t.Due), Face: "due", Expires: t.Due}
	var out []Notice
	add := func(people ...PersonID) {
		if n.At.Before(t.Due) && n.At.After(t.ConfirmedAt) {
			out = append(out, t.say(cal, n, people...)...)
		}
	}
	morning := func(step string, day time.Time, people ...PersonID) {
		n.Step, n.At, n.Digest = step, workday.DateOf(day).At(cal.Hours().Digest), true
		if cal.Working(day) && !sameDay(day, t.CreatedAt) {
			add(people...)
		}
	}
	if t.Priority == High {
		morning("3wd", cal.Add(t.Due, -3), t.Owner)
	}
	morning("1wd", cal.Add(t.Due, -1), append([]PersonID{t.Owner}, t.Helpers...)...)
	if t.Priority == Medium {
		morning("day", t.Due, t.Owner)
	}
	n.Step, n.At, n.Digest = "2h", t.Due.Add(-2*time.Hour), false
	switch {
	case t.Priority == High:
		n.Prompt = true
		add(t.Owner)
	case len(out) == 0 || !t.ConfirmedAt.Before(cal.Add(t.Due, -1)):
		n.At = cal.Earlier(n.At)
		add(t.Owner)
	}
	return out
}

// stuck is M20: who must help and the host, a working day later (R72).
func (t *Task) stuck(cal workday.Calendar) []Notice {
	if t.Blocker == nil {
		return nil
	}
	n := Notice{Kind: StillStuck, Step: "1wd", At: cal.Later(cal.Add(t.Blocker.At, 1)), Mark: mark(t.Blocker.At), Face: "blocked"}
	return t.say(cal, n, t.Blocker.Needs, t.Host)
}

// extending is M23: the approver, a working day later (R78).
func (t *Task) extending(cal workday.Calendar) []Notice {
	n := Notice{Kind: ToExtend, Step: "1wd", At: cal.Later(cal.Add(t.Extension.At, 1)), Mark: mark(t.Extension.At), Face: "extension"}
	return t.say(cal, n, t.Extension.Asked)
}

// accepting is M24: the acceptor, then the host too (R84).
func (t *Task) accepting(cal workday.Calendar) []Notice {
	n := Notice{Kind: ToAccept, Step: "1wd", At: cal.Later(cal.Add(t.SubmittedAt, 1)), Mark: mark(t.SubmittedAt), Face: "accept"}
	out := t.say(cal, n, t.Acceptor)
	n.Step, n.At = "2wd", cal.Later(cal.Add(t.SubmittedAt, 2))
	return append(out, t.say(cal, n, t.Acceptor, t.Host)...)
}

// Wants implements Subject: the task still stands where the notice was computed
// for, and the person still has that part in it.
func (t *Task) Wants(n Notice) bool {
	switch n.Kind {
	case ToConfirm:
		return t.wantsConfirm(n)
	case DueSoon:
		helper := n.Step == "1wd" && slices.Contains(t.Helpers, n.To)
		return t.tracked() && n.Mark == mark(t.Due) && (n.To == t.Owner || helper)
	case StillStuck:
		return t.Status == Blocked && n.Mark == mark(t.Blocker.At) && (n.To == t.Blocker.Needs || n.To == t.Host)
	case ToExtend:
		return t.Extension != nil && n.Mark == mark(t.Extension.At) && n.To == t.Extension.Asked
	case ToAccept:
		host := n.Step == "2wd" && n.To == t.Host
		return t.Status == Submitted && n.Mark == mark(t.SubmittedAt) && (n.To == t.Acceptor || host)
	case PastDue, BeforeSync:
		return t.wantsLadder(n)
	}
	return false
}

func (t *Task) wantsConfirm(n Notice) bool {
	asked := t.Asked()
	switch {
	case asked == Nobody:
		return false
	case n.Step == "proposal":
		return t.Proposal != nil && n.Mark == mark(t.Proposal.At) && n.To == t.Host
	case t.Proposal != nil || n.Mark != mark(t.AskedAt):
		return false
	case n.Step == "host":
		return n.To == t.Host
	}
	return n.To == asked
}
