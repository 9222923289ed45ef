package meeting

import (
	"strings"
	"time"
)

// AnswerProposal is the host's answer to an objection (R45, S-2). accept takes
// the date or the person that was proposed, or the refusal as such; with due or
// owner set the host names another date or another person instead; accept false
// without either lets the task stand as asked. The owner's own date, accepted,
// is confirmed at once; in every other case who is asked now is asked again
// (AskedAt). Accepting that a next owner will not take over ends that handover.
// Gaps: 换.
func (t *Task) AnswerProposal(who PersonID, accept bool, due time.Time, owner PersonID, reason string, now time.Time) error {
	p := t.Proposal
	switch {
	case !t.Open():
		return t.refuse("R45", "已经"+t.ended()+"，不用再答复。")
	case who != t.Host:
		return t.refuse("R45", "的异议要由交办人"+t.Host.Token()+"答复。")
	case p == nil:
		return t.refuse("R45", "没有等您答复的异议。")
	}
	reason = strings.TrimSpace(reason)
	if owner == Nobody && accept {
		owner = p.Owner
	}
	switch {
	case owner != Nobody:
		return t.replaceOwner(who, owner, due, reason, now)
	case p.Kind == AnotherDate && (due.Equal(p.Due) || accept && due.IsZero()):
		return t.theirDate(who, p.Due, reason, now)
	case !due.IsZero():
		return t.anotherDate(who, due, reason, now)
	case !accept:
		t.change("不同意", who, reason, func() { t.askAgain(now) })
		return nil
	case t.NextOwner != Nobody:
		t.change("同意", who, reason, func() { t.NextOwner, t.NextReason, t.Proposal = Nobody, "", nil })
		return nil
	}
	return t.refuse("R45", "要换一位责任人。", Gap{Field: "换", Rule: "R45", Say: "换谁？请@一位同事；不办了请取消待办。"})
}

// theirDate grants what the owner offered: proposed by one, agreed by the
// other, so nobody has to be asked again (S-2).
func (t *Task) theirDate(who PersonID, due time.Time, reason string, now time.Time) error {
	if err := t.pastDue("改到", due, now); err != nil {
		return err
	}
	t.change("同意", who, reason, func() {
		t.Due, t.DueRaw, t.OriginalDue = due, auditTime(due), due
		t.Proposal, t.Confirm, t.ConfirmedAt, t.Status = nil, Confirmed, now, NotStarted
	})
	return nil
}

// anotherDate is the host's own date, about which the owner is asked.
func (t *Task) anotherDate(who PersonID, due time.Time, reason string, now time.Time) error {
	if t.NextOwner != Nobody {
		return t.refuse("R80", "换人不改截止日期。接手以后可以申请延期。")
	}
	if err := t.pastDue("改到", due, now); err != nil {
		return err
	}
	t.change("改期", who, reason, func() {
		t.Due, t.DueRaw = due, auditTime(due)
		t.askAgain(now)
	})
	return nil
}

// replaceOwner asks somebody else instead, with a new date if one was given.
func (t *Task) replaceOwner(who, owner PersonID, due time.Time, reason string, now time.Time) error {
	if owner == t.Asked() {
		return t.refuse("R45", "现在问的就是"+owner.Token()+"，请换一位。", Gap{Field: "换", Rule: "R45", Say: "换谁？"})
	}
	if _, err := t.acceptorBeside(owner); err != nil {
		return err
	}
	if !due.IsZero() && t.NextOwner == Nobody {
		if err := t.pastDue("改到", due, now); err != nil {
			return err
		}
	}
	why := t.Proposal.Reason
	t.change("换人", who, reason, func() {
		switch {
		case t.NextOwner == Nobody:
			t.own(owner, why, now)
			if !due.IsZero() {
				t.Due, t.DueRaw = due, auditTime(due)
			}
		case owner == t.Owner:
			t.NextOwner, t.NextReason = Nobody, ""
		default:
			t.NextOwner = owner
		}
		t.askAgain(now)
	})
	if t.Asked() == who {
		t.confirm(who, Confirmed, now)
	}
	return nil
}

// askAgain puts the question to whoever is asked now, from this moment on.
func (t *Task) askAgain(now time.Time) {
	t.Proposal, t.AskedAt = nil, now
	if t.Status == Unconfirmed {
		t.Confirm = NotAnswered
	}
}
