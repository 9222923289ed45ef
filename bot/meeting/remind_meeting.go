package meeting

import (
	"time"

	"huiban/bot/workday"
)

// Notices implements Subject.
func (m *Meeting) Notices(cal workday.Calendar, since, till time.Time) (due []Notice, next time.Time) {
	return window(inOrder(append(m.before(cal), m.during(cal)...)), since, till)
}

// Wants implements Subject.
func (m *Meeting) Wants(n Notice) bool { return m.wantsBefore(n) || m.wantsDuring(n) }
