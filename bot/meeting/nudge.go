package meeting

import (
	"fmt"
	"time"

	"huiban/bot/workday"
)

// MayNudge says who may ask an owner how it goes (R76): whoever has a part in
// the task, except the owner. It changes nothing; NudgeKey keeps it to once a
// day.
func (t *Task) MayNudge(who PersonID) error {
	switch {
	case !t.Open():
		return t.refuse("R76", "已经"+t.ended()+"，不用催了。")
	case !t.Involves(who):
		return t.refuse("R76", "只有参与这项待办的人能催。您可以问交办人"+t.Host.Token()+"。")
	case who == t.Owner && t.NextOwner == Nobody:
		return t.refuse("R76", "由您负责，不用催自己。有进展请回一句，卡住了请发“受阻”。")
	case t.Status == Submitted:
		return t.refuse("R76", "已经提交，正等"+t.Acceptor.Token()+"验收。")
	}
	return nil
}

// NudgeKey is the same for one person's nudges of one task on one day, in
// Asia/Shanghai; on a day off the caller gives the next working day (R76).
func NudgeKey(t *Task, who PersonID, day time.Time) string {
	return fmt.Sprintf("task/%d/nudge/%s/p%d", t.ID, day.In(workday.Zone).Format("2006-01-02"), who)
}
