package meeting

import (
	"strings"
	"time"

	"huiban/bot/workday"
)

// Accept closes the task as done (R84): by the acceptor, never by the owner and
// never by silence (Q7). seen is Task.Terms of the tapped card, 0 for typed
// words. Days late are counted up to now and kept (R86).
func (t *Task) Accept(who PersonID, seen int, now time.Time, cal workday.Calendar) error {
	if err := t.answers(who); err != nil {
		return err
	}
	if err := t.upToDate(seen); err != nil {
		return err
	}
	t.change("验收", who, Passed, func() {
		t.settle(Passed, "", who)
		t.Status, t.ClosedAt, t.Percent = Done, now, 100
		t.NextOwner, t.NextReason, t.Proposal = Nobody, "", nil
		t.countLate(now, cal)
	})
	return nil
}

// Return says what is missing and gives the task back (R85), with a new
// deadline if due is not zero. Without one, and the deadline over, the ladder
// waits a working day. Gaps: 缺什么, 重交.
func (t *Task) Return(who PersonID, what string, due, now time.Time, cal workday.Calendar) error {
	if err := t.answers(who); err != nil {
		return err
	}
	what = strings.TrimSpace(what)
	if what == "" {
		return t.refuse("R85", "要退回。", Gap{Field: "缺什么", Rule: "R85", Say: "还缺什么？请写清楚，责任人照着补。"})
	}
	if !due.IsZero() {
		if err := t.pastDue("重交", due, now); err != nil {
			return err
		}
	}
	t.change("验收", who, what, func() {
		t.settle(Returned, what, who)
		t.Status, t.SubmittedAt = InProgress, time.Time{}
		t.Returns++
		if !due.IsZero() {
			t.moveDue(due, now, cal)
		}
		t.holdLadder(now, cal)
	})
	return nil
}

// answers refuses everybody but the acceptor of a task that was submitted.
func (t *Task) answers(who PersonID) error {
	switch {
	case !t.Open():
		return t.refuse("R84", "已经"+t.ended()+"，不用再验收。")
	case who == t.Owner:
		return t.refuse("R84", "由"+t.Acceptor.Token()+"验收，自己办的不能自己验收。")
	case who != t.Acceptor:
		return t.refuse("R84", "由"+t.Acceptor.Token()+"验收。")
	case t.Status != Submitted:
		return t.refuse("R84", "还没有提交，等"+t.Owner.Token()+"提交后再验收。您可以〔催一下〕。")
	}
	return nil
}

// moveDue sets a granted deadline. The first one and the days already late stay
// on record (R79).
func (t *Task) moveDue(due, now time.Time, cal workday.Calendar) {
	t.countLate(now, cal)
	t.Due, t.DueRaw = due, auditTime(due)
}

// countLate adds the working days in (due date, today] to those kept: each
// deadline that was missed counts its own days.
func (t *Task) countLate(now time.Time, cal workday.Calendar) {
	if now.After(t.Due) {
		t.OverdueDays += cal.Count(t.Due, now)
	}
}

// holdLadder gives the owner a working day when the task comes back after its
// deadline: the clock stood while others had to answer (R73).
func (t *Task) holdLadder(now time.Time, cal workday.Calendar) {
	if now.After(t.Due) {
		t.HeldUntil = cal.Add(now, 1)
	}
}
