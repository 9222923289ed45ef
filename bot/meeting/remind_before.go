package meeting

import "huiban/bot/workday"

// before are the reminders of the preparation.
func (m *Meeting) before(cal workday.Calendar) []Notice { return m.planning(cal) }

func (m *Meeting) wantsBefore(n Notice) bool { return m.wantsPlanning(n) }
