package meeting

import (
	"strings"
	"time"
)

// silence is how long an owner may leave 请确认 unanswered before the host may
// decide, in natural hours (R45, Q2).
const silence = 24 * time.Hour

// ConfirmBy is the owner's yes to the terms (R45), or the next owner's, which
// completes a handover (R80). seen is Task.Terms of the tapped card and 0 for
// typed words: who saw other terms is asked to look again. A yes withdraws an
// objection that still waits.
func (t *Task) ConfirmBy(who PersonID, seen int, now time.Time) error {
	if err := t.asks(who); err != nil {
		return err
	}
	if err := t.upToDate(seen); err != nil {
		return err
	}
	t.confirm(who, Confirmed, now)
	return nil
}

// asks refuses everybody but the one whose confirmation is waited for.
func (t *Task) asks(who PersonID) error {
	asked := t.Asked()
	switch {
	case !t.Open():
		return t.refuse("R45", "已经"+t.ended()+"，不用再确认。")
	case asked == Nobody && who == t.Owner:
		return t.refuse("R45", "您已经确认过了。要改日期请申请延期，要换人请转交。")
	case asked == Nobody:
		return t.refuse("R45", "已由"+t.Owner.Token()+"确认，不用再确认。")
	case who != asked:
		return t.refuse("R45", "要"+asked.Token()+"本人确认。您可以〔催一下〕。")
	}
	return nil
}

// Asked is who still has to confirm: the next owner of a handover, else the
// owner of an unconfirmed task, else Nobody.
func (t *Task) Asked() PersonID {
	switch {
	case !t.Open():
		return Nobody
	case t.NextOwner != Nobody:
		return t.NextOwner
	case t.Status == Unconfirmed:
		return t.Owner
	}
	return Nobody
}

// upToDate refuses a tap on a card that showed other terms than today's.
func (t *Task) upToDate(seen int) error {
	return t.Agrees(seen, t.Terms)
}

// Agrees refuses a yes to something else than what stands now: seen is the
// version that the tapped card showed, 0 for typed words. It may be that of the
// terms, of a Proposal or of an Extension.
func (t *Task) Agrees(seen, now int) error {
	if seen != 0 && seen != now {
		return t.refuse("R45", "内容刚更新过，您点的是旧卡片。请看新卡片再定。")
	}
	return nil
}

// confirm takes the task into the hands of its owner or next owner.
func (t *Task) confirm(who PersonID, how Confirmation, now time.Time) {
	verb := "确认"
	if how == HostDecided {
		verb = "代定"
	}
	t.change(verb, who, "", func() {
		if t.NextOwner != Nobody {
			t.own(t.NextOwner, t.NextReason, now)
		}
		t.Confirm, t.Proposal, t.ConfirmedAt = how, nil, now
		if how == Confirmed {
			t.LastSign = now
		}
		if t.OriginalDue.IsZero() {
			t.OriginalDue = t.Due
		}
		if t.Status == Unconfirmed {
			t.Status = NotStarted
		}
	})
}

// Object is the owner's answer other than yes: another date, another person or
// a refusal (R45). It waits for the host's AnswerProposal and may be replaced
// by another one until then. A next owner cannot move the date, only say no or
// name somebody else (R80). Gaps: 改到, 理由.
func (t *Task) Object(who PersonID, p Proposal, now time.Time) error {
	if err := t.asks(who); err != nil {
		return err
	}
	p.Reason = strings.TrimSpace(p.Reason)
	if err := t.complete(&p, who, now); err != nil {
		return err
	}
	p.At = now
	t.change("异议", who, p.Reason, func() {
		t.Proposal = &p
		if t.Status == Unconfirmed {
			t.Confirm, t.LastSign = Objected, now
		}
	})
	return nil
}

// complete refuses a proposal that lacks its date or its reason, and drops from
// it what its kind has no use for.
func (t *Task) complete(p *Proposal, who PersonID, now time.Time) error {
	if p.Kind != AnotherDate {
		if gaps := missing("R45", [3]string{"理由", p.Reason, "请说一句理由，只有交办人能看到。"}); gaps != nil {
			return t.refuse("R45", "先不确认。", gaps...)
		}
		if p.Owner == t.Owner && t.NextOwner == Nobody || p.Owner == who {
			p.Owner = Nobody
		}
		p.Due = time.Time{}
		return nil
	}
	p.Owner = Nobody
	switch {
	case t.NextOwner != Nobody:
		return t.refuse("R80", "换人不改截止日期。请先确认接手，再申请延期；接不了请写明理由。")
	case p.Due.IsZero():
		return t.refuse("R45", "要换个时间。", Gap{Field: "改到", Rule: "R45", Say: "改到哪天？也可以写几点。"})
	}
	return t.pastDue("改到", p.Due, now)
}

// DecideForOwner lets the host settle an unanswered task after 24 hours; it is
// marked 主持人代定, for silence is no consent (R45, Q7). A handover cannot be
// settled so: there the new owner has to say yes (R80).
func (t *Task) DecideForOwner(who PersonID, now time.Time) error {
	switch {
	case !t.Open():
		return t.refuse("R45", "已经"+t.ended()+"，不用再定。")
	case who != t.Host:
		return t.refuse("R45", "要由交办人"+t.Host.Token()+"来定。")
	case t.Asked() == Nobody:
		return t.refuse("R45", "已由"+t.Owner.Token()+"确认，不用代定。")
	case t.NextOwner != Nobody:
		return t.refuse("R80", "换人要"+t.NextOwner.Token()+"本人确认。等不及可以转交给别人。")
	case t.Proposal != nil:
		return t.refuse("R45", t.Owner.Token()+"提了异议，请先答复。")
	case now.Before(t.AskedAt.Add(silence)):
		return t.refuse("R45", "还在等"+t.Owner.Token()+"确认，"+Moment(t.AskedAt.Add(silence), now)+"后您可以代定。您可以先〔催一下〕。")
	}
	t.confirm(who, HostDecided, now)
	return nil
}

// ended says in a word how the task was closed.
func (t *Task) ended() string { return strings.TrimPrefix(string(t.Status), "已") }
