package meeting

import (
	"slices"
	"strings"
	"time"
)

// Cancel ends the task without a result: by the host or one of the deciders,
// with a reason (R86). The task stays on record. Gaps: 原因.
func (t *Task) Cancel(who PersonID, reason string, now time.Time) error {
	reason = strings.TrimSpace(reason)
	switch {
	case !t.Open():
		return t.refuse("R86", "已经"+t.ended()+"，不能再取消。")
	case who != t.Host && !slices.Contains(t.Deciders, who):
		return t.refuse("R86", "只有交办人"+t.Host.Token()+"或决策层能取消。办不了请提出异议、申请延期或转交。")
	case reason == "":
		return t.refuse("R86", "要取消。", Gap{Field: "原因", Rule: "R86", Say: "为什么不办了？请说一句，责任人会看到。"})
	}
	t.change("取消待办", who, reason, func() {
		t.Status, t.Reason, t.ClosedAt = Cancelled, reason, now
		t.Blocker, t.Extension, t.Proposal, t.NextOwner, t.NextReason = nil, nil, nil, Nobody, ""
	})
	return nil
}
