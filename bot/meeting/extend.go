package meeting

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"huiban/bot/workday"
)

// A Verdict is an approver's answer to a request for a later date.
type Verdict string

// The verdicts.
const (
	Agree      Verdict = "同意"
	AnotherDue Verdict = "改到"
	Disagree   Verdict = "不同意"
)

// Choices lists the verdicts in the order shown.
func (Verdict) Choices() []string {
	return []string{string(Agree), string(AnotherDue), string(Disagree)}
}

// AskExtension asks for a later date (R77): the owner alone, with NewDue,
// Reason, Impact, Done and Remedy; the rest of e is filled in here. It goes to
// one approver, the host, and never to the applicant: then to the acceptor, the
// owner's leader or an administrator (R78). Asked after the due it is 逾期补办
// (R79). R78's second approver (高, more than 5 working days, the second time),
// its third time and its silent approver are not ruled yet: every request is
// answered by one person. Gaps: 新日期, 原因, 影响, 进展, 补救.
func (t *Task) AskExtension(b People, e Extension, who PersonID, now time.Time) error {
	if err := t.working("R77", who); err != nil {
		return err
	}
	if t.Extension != nil {
		return t.refuse("R77", "已申请延到"+Moment(t.Extension.NewDue, now)+"，正等"+t.Extension.Asked.Token()+"答复。")
	}
	if gaps := t.extensionGaps(&e, now); gaps != nil {
		return t.refuse("R77", "申请延期还差一点。", gaps...)
	}
	asked, err := t.approver(b)
	if err != nil {
		return err
	}
	e.Seq, e.OldDue, e.Late = t.Extensions+1, t.Due, now.After(t.Due)
	e.At, e.By, e.Asked = now, who, asked
	t.change("延期", who, e.Reason, func() {
		t.Extension = &e
		t.heard(who, "申请延期到"+Moment(e.NewDue, now)+"："+e.Reason, now)
	})
	return nil
}

// extensionGaps lists what a request lacks, trimming its words on the way.
func (t *Task) extensionGaps(e *Extension, now time.Time) []Gap {
	for _, s := range []*string{&e.Reason, &e.Impact, &e.Done, &e.Remedy} {
		*s = strings.TrimSpace(*s)
	}
	var gaps []Gap
	date := func(say string) { gaps = append(gaps, Gap{Field: "新日期", Rule: "R77", Say: say}) }
	switch {
	case e.NewDue.IsZero():
		date("延到哪天？")
	case !e.NewDue.After(now):
		date(Moment(e.NewDue, now) + "已经过了，延到哪天？")
	case !e.NewDue.After(t.Due):
		date("原来就是" + Moment(t.Due, now) + "前，请给一个更晚的日期。")
	}
	return append(gaps, missing("R77",
		[3]string{"原因", e.Reason, "为什么要延？"},
		[3]string{"影响", e.Impact, "会影响谁、影响什么？"},
		[3]string{"进展", e.Done, "现在做到哪了？"},
		[3]string{"补救", e.Remedy, "打算怎么补救？"})...)
}

// approver is who answers the owner's request (R78).
func (t *Task) approver(b People) (PersonID, error) {
	for _, p := range []PersonID{t.Host, t.Acceptor} {
		if p == t.Owner || p == Nobody {
			continue
		}
		found, err := b.Person(p)
		if err == nil && found.Active {
			return p, nil
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Nobody, fmt.Errorf("approver %d: %w", p, err)
		}
	}
	p, err := leaderOrAdmin(b, t.Owner, t.Owner)
	if err == nil && p == Nobody {
		return Nobody, t.refuse("R78", "没有能批延期的人。请联系管理员登记您的上级。")
	}
	return p, err
}

// AnswerExtension is the approver's word on the waiting request: agree to its
// date, name another one, or say no with a reason (R78). A granted date becomes
// the due; the original one and the days already late stay (R79). A refused one
// leaves the due as it was. Gaps: 新日期, 原因.
func (t *Task) AnswerExtension(who PersonID, v Verdict, due time.Time, reason string, now time.Time, cal workday.Calendar) error {
	reason = strings.TrimSpace(reason)
	e := t.Extension
	switch {
	case e == nil:
		return t.refuse("R78", "没有等待审批的延期申请。")
	case who != e.Asked:
		return t.refuse("R78", "的延期由"+e.Asked.Token()+"审批。")
	}
	switch v {
	case Disagree:
		if reason == "" {
			return t.refuse("R78", "不同意延期。", Gap{Field: "原因", Rule: "R78", Say: "请说一句原因，责任人会看到。"})
		}
		t.change("审批", who, reason, func() {
			t.Extension = nil
			t.holdLadder(now, cal)
		})
		return nil
	case Agree:
		due = e.NewDue
	case AnotherDue:
	default:
		return t.refuse("R78", "的延期怎么定？", Gap{Field: "审批", Rule: "R78", Say: "同意、改到别的日期，还是不同意？"})
	}
	if g := t.grantGap(due, now); g != nil {
		return t.refuse("R78", "批准到哪天？", *g)
	}
	t.change("审批", who, reason, func() {
		t.Extension = nil
		t.Extensions++
		t.moveDue(due, now, cal)
	})
	return nil
}

func (t *Task) grantGap(due, now time.Time) *Gap {
	g := &Gap{Field: "新日期", Rule: "R78"}
	switch {
	case due.IsZero():
		g.Say = "改到哪天？也可以写几点。"
	case !due.After(now):
		g.Say = Moment(due, now) + "已经过了，请改到以后的日期。"
	case !due.After(t.Due):
		g.Say = "原来就是" + Moment(t.Due, now) + "前，请给一个更晚的日期。"
	default:
		return nil
	}
	return g
}
