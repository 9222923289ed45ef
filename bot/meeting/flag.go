package meeting

import (
	"time"

	"huiban/bot/workday"
)

// A Light is how near a task is to its deadline: computed, never stored (R67).
type Light string

// The lights; a closed task is green.
const (
	Green  Light = "正常"
	Yellow Light = "临期" // due within one working day
	Red    Light = "逾期"
)

// Flag is the task's light at a minute.
func Flag(t *Task, now time.Time, cal workday.Calendar) Light {
	switch {
	case !t.Open():
		return Green
	case t.Overdue(now):
		return Red
	case !now.Before(cal.Add(t.Due, -1)):
		return Yellow
	}
	return Green
}
