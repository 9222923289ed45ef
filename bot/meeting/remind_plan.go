package meeting

import "huiban/bot/workday"

// NotNoticed is the reminder that a draft has no notice yet (M1).
const NotNoticed = "M1"

// planning is M1: the initiator of a draft hears four working days before the
// meeting, and on the last day on which the notice is in time, what is missing.
func (m *Meeting) planning(cal workday.Calendar) []Notice {
	if m.Status != Planned || m.Start.IsZero() {
		return nil
	}
	var out []Notice
	for _, step := range []struct {
		name   string
		before int
		at     workday.Clock
	}{{"4wd", 4, 10 * 60}, {"2wd", noticeDays, 9*60 + 30}} {
		day := cal.Add(m.Start, -step.before)
		n := Notice{
			Kind: NotNoticed, Step: step.name, Of: m.Ref(), At: workday.DateOf(day).At(step.at),
			Mark: mark(m.Start), Face: "setup", Expires: workday.DateOf(day).At(cal.Hours().OffWork),
		}
		out = append(out, n.each(cal, m.Initiator)...)
	}
	return out
}

func (m *Meeting) wantsPlanning(n Notice) bool {
	return n.Kind == NotNoticed && m.Status == Planned && n.Mark == mark(m.Start) && n.To == m.Initiator
}
