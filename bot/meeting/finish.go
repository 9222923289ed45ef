package meeting

import (
	"strings"
	"time"
)

// What became of evidence.
const (
	Passed    = "通过"
	Returned  = "退回"
	Withdrawn = "撤回"
)

// Finish submits the task for acceptance with evidence: words, a link or a
// file (R83). It ends an obstacle and a request for a later date. Gaps: 证据.
func (t *Task) Finish(who PersonID, ev Evidence, now time.Time) error {
	if err := t.working("R83", who); err != nil {
		return err
	}
	ev.Text = strings.TrimSpace(ev.Text)
	if ev.Text == "" && len(ev.Files) == 0 {
		standard := ""
		if t.Deliverable != "" {
			standard = "标准是“" + short(t.Deliverable) + "”。"
		}
		return t.refuse("R83", "要提交完成。", Gap{Field: "证据", Rule: "R83", Say: standard + "请发文件、链接，或说一句在哪里能看到。"})
	}
	ev.At, ev.Result, ev.Missing, ev.By = now, "", "", Nobody
	t.change("完成", who, ev.Text, func() {
		t.Evidence = append(t.Evidence, ev)
		t.Status, t.SubmittedAt, t.LastSign = Submitted, now, now
		t.Blocker, t.Extension = nil, nil
	})
	return nil
}

// Withdraw takes a submission back before it was answered.
func (t *Task) Withdraw(who PersonID, now time.Time) error {
	switch {
	case t.Status != Submitted:
		return t.refuse("R83", "现在没有等待验收的提交。")
	case who != t.Owner:
		return t.refuse("R83", "要责任人"+t.Owner.Token()+"本人撤回。")
	}
	t.change("撤回", who, "", func() {
		t.settle(Withdrawn, "", who)
		t.Status, t.SubmittedAt = InProgress, time.Time{}
		t.heard(who, "撤回提交", now)
	})
	return nil
}

// settle writes what became of the evidence that waited.
func (t *Task) settle(result, what string, who PersonID) {
	if n := len(t.Evidence); n > 0 {
		// A copy, so that a task loaded from memory shares nothing with its store.
		t.Evidence = append([]Evidence{}, t.Evidence...)
		e := &t.Evidence[n-1]
		e.Result, e.Missing, e.By = result, what, who
	}
}
