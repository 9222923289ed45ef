package meeting

import (
	"slices"
	"strings"
	"time"
)

// HandOver gives the task to somebody else (R80): the owner asks or the host
// orders, and the deadline does not move. The owner answers for it until the
// new one has confirmed; a later call replaces who is asked, and naming the
// owner again withdraws the request. Before the owner's own confirmation there
// is nothing to answer for: the host's order changes the owner at once, and an
// owner objects instead (R45). Hosts who take a task over themselves have
// confirmed by that. Gaps: 责任人, 原因.
func (t *Task) HandOver(who, to PersonID, reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	switch {
	case !t.Open():
		return t.refuse("R80", "已经"+t.ended()+"，不能再转交。")
	case who != t.Owner && who != t.Host:
		return t.refuse("R80", "只有责任人"+t.Owner.Token()+"或交办人"+t.Host.Token()+"能转交。")
	case who != t.Host && t.Status == Unconfirmed:
		return t.refuse("R45", "您还没有确认。不该您办，请点〔不该我办〕，写明理由和换谁，由交办人来定。")
	case to == Nobody || who != t.Host && reason == "":
		return t.refuse("R80", "要转交。", t.handGaps(who, to, reason)...)
	case to == t.Owner && t.NextOwner != Nobody:
		t.change("转交", who, reason, func() { t.NextOwner, t.NextReason, t.Proposal = Nobody, "", nil })
		return nil
	case to == t.Owner:
		return t.refuse("R80", "本来就由"+to.Token()+"负责，请换一位。")
	case to == t.NextOwner:
		return t.refuse("R80", "已请"+to.Token()+"接手，正等确认。")
	}
	if _, err := t.acceptorBeside(to); err != nil {
		return err
	}
	t.change("转交", who, reason, func() {
		if t.Status == Unconfirmed {
			t.own(to, reason, now)
		} else {
			t.NextOwner, t.NextReason = to, reason
		}
		if who == t.Owner {
			t.heard(who, "请"+to.Token()+"接手："+reason, now)
		}
		t.askAgain(now)
	})
	if to == who {
		t.confirm(who, Confirmed, now)
	}
	return nil
}

// handGaps is what a handover lacks: to whom, and from the owner why.
func (t *Task) handGaps(who, to PersonID, reason string) (gaps []Gap) {
	if to == Nobody {
		gaps = append(gaps, Gap{Field: "责任人", Rule: "R80", Say: "转给谁？请@一位同事。"})
	}
	if who != t.Host && reason == "" {
		gaps = append(gaps, Gap{Field: "原因", Rule: "R80", Say: "请说一句原因，对方和交办人会看到。"})
	}
	return gaps
}

// own makes somebody the owner. What the former owner asked for or was kept
// waiting by is theirs and ends with them.
func (t *Task) own(to PersonID, reason string, now time.Time) {
	if p, err := t.acceptorBeside(to); err == nil {
		t.Acceptor = p
	}
	t.Owners = append(t.Owners, Handover{From: t.Owner, To: to, Reason: reason, At: now})
	t.Owner, t.NextOwner, t.NextReason, t.Extension = to, Nobody, "", nil
	t.Helpers, t.CC = without(t.Helpers, to), without(t.CC, to)
}

// acceptorBeside is who accepts if that person owns the task: never the same
// one (R84). The host and then the deciders stand in.
func (t *Task) acceptorBeside(owner PersonID) (PersonID, error) {
	for _, p := range append([]PersonID{t.Acceptor, t.Host}, t.Deciders...) {
		if p != owner && p != Nobody {
			return p, nil
		}
	}
	return Nobody, t.refuse("R84", "由"+owner.Token()+"验收，自己办的不能自己验收。请换一位接手，或取消后重新交办并写明验收人。")
}

// owned reports whether the person owns the task or did so before.
func (t *Task) owned(p PersonID) bool {
	return p == t.Owner || slices.ContainsFunc(t.Owners, func(h Handover) bool { return h.From == p })
}
