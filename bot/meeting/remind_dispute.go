package meeting

import (
	"time"

	"huiban/bot/workday"
)

// Notices implements Subject.
func (d *Dispute) Notices(_ workday.Calendar, since, till time.Time) (due []Notice, next time.Time) {
	return window(nil, since, till)
}

// Wants implements Subject.
func (d *Dispute) Wants(Notice) bool { return false }
