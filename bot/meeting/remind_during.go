package meeting

import "huiban/bot/workday"

// during are the reminders of a meeting that runs.
func (m *Meeting) during(workday.Calendar) []Notice { return nil }

func (m *Meeting) wantsDuring(Notice) bool { return false }
