package meeting

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huiban/bot/workday"
)

// change runs do and notes which audited fields it changed (R90). What is
// agreed to (description, deliverable, owner, due) gets a new version of the
// terms, so that a tap on an older card does not count (R45).
func (t *Task) change(verb string, who PersonID, reason string, do func()) {
	terms, before := t.terms(), t.audited()
	do()
	if t.terms() != terms {
		t.Terms++
	}
	var was, is []string
	for i, f := range t.audited() {
		if f.value == before[i].value {
			continue
		}
		was = append(was, f.name+" "+orNone(before[i].value))
		is = append(is, f.name+" "+orNone(f.value))
	}
	t.note(verb, who, strings.Join(was, "；"), strings.Join(is, "；"), reason)
}

// terms is what the owner's confirmation is about.
func (t *Task) terms() [4]string {
	return [4]string{t.Description, t.Deliverable, t.Owner.Token(), auditTime(t.Due)}
}

type auditField struct{ name, value string }

// audited lists the fields whose change is worth a line in the record. The
// order is fixed, so that two lists can be compared field by field.
func (t *Task) audited() []auditField {
	return []auditField{
		{"状态", string(t.Status)},
		{"确认", string(t.Confirm)},
		{"描述", t.Description},
		{"交付", t.Deliverable},
		{"责任人", auditPerson(t.Owner)},
		{"接手人", auditPerson(t.NextOwner)},
		{"验收人", auditPerson(t.Acceptor)},
		{"截止", auditTime(t.Due)},
		{"进度", strconv.Itoa(t.Percent) + "%"},
		{"受阻", t.Blocker.audit()},
		{"异议", t.Proposal.audit()},
		{"延期申请", t.Extension.audit()},
		{"延期次数", strconv.Itoa(t.Extensions)},
		{"退回次数", strconv.Itoa(t.Returns)},
		{"逾期工作日", strconv.Itoa(t.OverdueDays)},
	}
}

func (b *Blocker) audit() string {
	if b == nil {
		return ""
	}
	return strings.TrimSpace(b.Reason + " 需要" + b.Needs.Token() + " " + b.What)
}

func (p *Proposal) audit() string {
	if p == nil {
		return ""
	}
	parts := []string{string(p.Kind), auditTime(p.Due), auditPerson(p.Owner), p.Reason}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

func (e *Extension) audit() string {
	if e == nil {
		return ""
	}
	return "第" + strconv.Itoa(e.Seq) + "次 " + auditTime(e.NewDue) + " " + e.Reason
}

func auditPerson(p PersonID) string {
	if p == Nobody {
		return ""
	}
	return p.Token()
}

func auditTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(workday.Zone).Format("2006-01-02 15:04")
}

func orNone(s string) string {
	if s == "" {
		return "无"
	}
	return s
}

// heard records a sign of life of the owner (R73) as a line of the task's
// progress, where the ladder and the card find it.
func (t *Task) heard(who PersonID, text string, now time.Time) {
	t.LastSign = now
	t.Updates = append(t.Updates, Update{By: who, At: now, Percent: t.Percent, Text: text})
}

// refuse says no about this task: the thing first, the number last (2.5).
func (t *Task) refuse(rule, say string, gaps ...Gap) *Refusal {
	return &Refusal{Rule: rule, Say: "“" + short(t.Description) + "”" + say + "（" + t.No + "）", Gaps: gaps}
}

// short cuts a text so that it can be quoted inside a sentence.
func short(s string) string {
	const limit = 24
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	head := string([]rune(s)[:limit-1])
	if i := strings.LastIndex(head, "@{"); i >= 0 && !strings.Contains(head[i:], "}") {
		head = head[:i] // a person is quoted whole or not at all
	}
	return head + "…"
}

// missing are the gaps of the named arguments that are blank, in order.
func missing(rule string, args ...[3]string) []Gap {
	var gaps []Gap
	for _, a := range args {
		if strings.TrimSpace(a[1]) == "" {
			gaps = append(gaps, Gap{Field: a[0], Rule: rule, Say: a[2]})
		}
	}
	return gaps
}
