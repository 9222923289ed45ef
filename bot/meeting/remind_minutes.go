package meeting

import (
	"time"

	"huiban/bot/workday"
)

// Notices implements Subject.
func (x *Minutes) Notices(_ workday.Calendar, since, till time.Time) (due []Notice, next time.Time) {
	return window(nil, since, till)
}

// Wants implements Subject.
func (x *Minutes) Wants(Notice) bool { return false }
