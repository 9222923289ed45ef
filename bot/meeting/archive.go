package meeting

import (
	"fmt"
	"strings"
	"time"
)

// Closing is what a meeting's end depends on (R87): its tasks, its disputes and
// its papers, as they stand in the Book.
type Closing struct {
	Tasks    []*Task
	Disputes []*Dispute
	Minutes  []*Minutes
}

// ClosingOf reads what the meeting's end depends on.
func ClosingOf(b Book, id MeetingID) (Closing, error) {
	var c Closing
	var err error
	if c.Tasks, err = b.FindTasks(TaskQuery{Meeting: id}); err != nil {
		return c, fmt.Errorf("tasks of meeting %d: %w", id, err)
	}
	if c.Disputes, err = b.FindDisputes(DisputeQuery{Meeting: id}); err != nil {
		return c, fmt.Errorf("disputes of meeting %d: %w", id, err)
	}
	if c.Minutes, err = b.FindMinutes(MinutesQuery{Meeting: id}); err != nil {
		return c, fmt.Errorf("minutes of meeting %d: %w", id, err)
	}
	return c, nil
}

// Left names what is still open, nothing if the meeting can be archived (R87):
// the 终稿 is out, all tasks are closed, all disputes with a decider are decided.
func (c Closing) Left() []string {
	var left []string
	sealed := false
	for _, x := range c.Minutes {
		switch {
		case x.Kind != TheMinutes && x.State == SentBack: // was not approved: that is its end
		case x.State != Final:
			left = append(left, string(x.Kind)+"还没有发终稿")
		case x.Kind == TheMinutes:
			sealed = true
		}
	}
	if !sealed && len(left) == 0 {
		left = append(left, "纪要还没有发终稿")
	}
	if n := count(c.Tasks, (*Task).Open); n > 0 {
		left = append(left, fmt.Sprintf("%d项待办没有关闭", n))
	}
	if n := count(c.Disputes, func(d *Dispute) bool { return d.Open() && d.Decider != Nobody }); n > 0 {
		left = append(left, fmt.Sprintf("%d件未决事项没有定", n))
	}
	return left
}

// Archive closes the loop: the host puts a meeting whose work is done into the
// archive (R87).
func (m *Meeting) Archive(who PersonID, c Closing, now time.Time) error {
	left := c.Left()
	switch {
	case m.Status == Archived:
		return Refuse("R87", "会议已经归档了。")
	case m.Status != Tracking:
		return Refuse("R87", "会议现在是“"+string(m.Status)+"”，纪要分发以后才能归档。")
	case who != m.Host:
		return Refuse("R87", "归档由主持人"+m.Host.Token()+"来定。")
	case len(left) > 0:
		return Refuse("R87", "还不能归档："+strings.Join(left, "，")+"。")
	}
	m.note("归档", who, string(m.Status), string(Archived), "")
	m.Status, m.ArchivedAt = Archived, now
	return nil
}

// Reopen takes a meeting out of the archive again; only an administrator may,
// with a reason (3.2). Gap: 原因.
func (m *Meeting) Reopen(who Person, reason string) error {
	switch {
	case m.Status != Archived:
		return Refuse("R87", "会议现在是“"+string(m.Status)+"”，没有归档，不用重开。")
	case !who.Admin:
		return Refuse("R87", "重开归档的会议要请管理员来做。")
	case strings.TrimSpace(reason) == "":
		return &Refusal{Rule: "R87", Gaps: []Gap{{Field: "原因", Rule: "R87", Say: "为什么要重开？请写一句原因。"}}}
	}
	m.note("重开", who.ID, string(Archived), string(Tracking), reason)
	m.Status, m.ArchivedAt, m.Reason = Tracking, time.Time{}, reason
	return nil
}

func count[T any](all []T, fits func(T) bool) int {
	n := 0
	for _, one := range all {
		if fits(one) {
			n++
		}
	}
	return n
}
