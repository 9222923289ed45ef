package meeting

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Report is a line of progress (R68, R69): the owner's percent, words or both;
// helpers and who gets a copy may comment but not set the percent. The owner's
// first one begins the task. A lower percent needs words. 100 is not done: the
// caller offers 完成 then. Gaps: 说明.
func (t *Task) Report(who PersonID, percent *int, text string, now time.Time) error {
	text = strings.TrimSpace(text)
	comments := t.tracked() && (slices.Contains(t.Helpers, who) || slices.Contains(t.CC, who))
	if err := t.working("R68", who); err != nil && !comments {
		return err
	}
	if comments && percent != nil {
		return t.refuse("R69", "的百分比由责任人"+t.Owner.Token()+"更新。您可以只写一句说明。")
	}
	switch {
	case percent == nil && text == "":
		return t.refuse("R68", "现在到哪了？", Gap{Field: "说明", Rule: "R68", Say: "回一句就行，如“60%，缺接口文档，要IT部支持”。"})
	case percent != nil && (*percent < 0 || *percent > 100):
		return t.refuse("R69", fmt.Sprintf("的进度要在0到100之间，%d%%记不了。请重发，如“进度 60%%”。", *percent))
	case percent != nil && *percent < t.Percent && text == "":
		return t.refuse("R69", fmt.Sprintf("进度从%d%%降到%d%%。", t.Percent, *percent),
			Gap{Field: "说明", Rule: "R69", Say: "往回调要说一句原因，是什么变了？"})
	}
	if who != t.Owner {
		t.Updates = append(t.Updates, Update{By: who, At: now, Percent: t.Percent, Text: text})
		t.note("进度", who, "", text, "")
		return nil
	}
	t.change("进度", who, text, func() {
		if percent != nil {
			t.Percent = *percent
		}
		if t.Status == NotStarted {
			t.Status = InProgress
		}
		t.heard(who, text, now)
	})
	return nil
}

// tracked reports whether the owner is at work: confirmed, not yet submitted.
func (t *Task) tracked() bool {
	return t.Status == NotStarted || t.Status == InProgress || t.Status == Blocked
}

// working refuses what only the owner may do while at work. Others are told
// whose turn it is before they are told about the state.
func (t *Task) working(rule string, who PersonID) error {
	switch {
	case who != t.Owner:
		return t.refuse(rule, "要责任人"+t.Owner.Token()+"本人来办。您可以〔催一下〕。")
	case t.Status == Unconfirmed:
		return t.refuse(rule, "您还没有确认。请先〔确认〕，或提出异议。")
	case t.Status == Submitted:
		return t.refuse(rule, "已经提交，正等"+t.Acceptor.Token()+"验收。要补充或更改，请先〔撤回〕。")
	case !t.Open():
		return t.refuse(rule, "已经"+t.ended()+"，不用再办。")
	}
	return nil
}

// Block says that the owner cannot go on, why, and who must help (R72). Gaps:
// 原因, 需要.
func (t *Task) Block(who PersonID, reason string, needs PersonID, what string, now time.Time) error {
	if err := t.working("R72", who); err != nil {
		return err
	}
	if t.Status == Blocked {
		return t.refuse("R72", "已经记为受阻，正等"+t.Blocker.Needs.Token()+"支持。有变化请更新进度，解决了请发“解除受阻”。")
	}
	reason = strings.TrimSpace(reason)
	gaps := missing("R72", [3]string{"原因", reason, "卡在哪里？请说一句原因。"})
	switch needs {
	case Nobody:
		gaps = append(gaps, Gap{Field: "需要", Rule: "R72", Say: "需要谁支持？请@一位同事。"})
	case who:
		gaps = append(gaps, Gap{Field: "需要", Rule: "R72", Say: "需要哪位同事支持？请@您以外的一位。"})
	}
	if gaps != nil {
		return t.refuse("R72", "要记为受阻。", gaps...)
	}
	b := Blocker{Reason: reason, Needs: needs, What: strings.TrimSpace(what), At: now}
	t.change("受阻", who, reason, func() {
		t.Status, t.Blocker = Blocked, &b
		t.heard(who, "受阻："+reason, now)
	})
	return nil
}

// Unblock says how the obstacle was cleared; the owner may, and the one whose
// help was needed. Gaps: 说明.
func (t *Task) Unblock(who PersonID, how string, now time.Time) error {
	how = strings.TrimSpace(how)
	switch {
	case t.Status != Blocked:
		return t.refuse("R72", "现在没有受阻。")
	case who != t.Owner && who != t.Blocker.Needs:
		return t.refuse("R72", "由责任人"+t.Owner.Token()+"或支持方"+t.Blocker.Needs.Token()+"解除受阻。您可以〔催一下〕。")
	case how == "":
		return t.refuse("R72", "要解除受阻。", Gap{Field: "说明", Rule: "R72", Say: "怎么解决的？请说一句。"})
	}
	t.change("解除受阻", who, how, func() {
		t.Status, t.Blocker = InProgress, nil
		if who == t.Owner {
			t.heard(who, "解除受阻："+how, now)
		} else {
			t.Updates = append(t.Updates, Update{By: who, At: now, Percent: t.Percent, Text: "解除受阻：" + how})
		}
	})
	return nil
}
