package meeting

import (
	"fmt"
	"time"

	"huiban/bot/workday"
)

// noticeDays is how many working days before the meeting's day its notice must
// be out (R12).
const noticeDays = 2

// NoticeBy is the last moment to send the notice of a meeting that starts then:
// two working days before its day, at the end of work (R12).
func NoticeBy(start time.Time, cal workday.Calendar) time.Time {
	return workday.DateOf(cal.Add(start, -noticeDays)).At(cal.Hours().OffWork)
}

// EarliestDay is the first day for which a notice sent now is in time. What is
// sent after work, or on a day off, counts for the next working day (R12).
func EarliestDay(now time.Time, cal workday.Calendar) workday.Date {
	day := now
	if !cal.Working(now) || now.After(workday.DateOf(now).At(cal.Hours().OffWork)) {
		day = cal.Add(now, 1)
	}
	return workday.DateOf(cal.Add(day, noticeDays))
}

// Late reports whether a notice that goes out now comes too late (R12).
func (m *Meeting) Late(now time.Time, cal workday.Calendar) bool {
	return !m.Start.IsZero() && now.After(NoticeBy(m.Start, cal))
}

// A Slot is when a meeting is to be, as somebody said it. Urgent and Insisted
// say that they know of the short notice or the day off.
type Slot struct {
	Start, End time.Time
	Raw        string
	HourSaid   bool
	Urgent     bool
	Insisted   bool
	Unsure     bool
}

// AsUrgent is what an answer carries to keep a date that is too early (R12).
const AsUrgent = "紧急"

// Gap says what is wrong with the time for a new plan, nil if nothing: it is
// none, has no hour, is past, on a day off, or so early that the notice would
// come too late; then the earliest lawful day is offered (R7, R12).
func (s Slot) Gap(now time.Time, cal workday.Calendar) *Gap {
	gap := func(rule, say string, choices ...Choice) *Gap {
		return &Gap{Field: "时间", Rule: rule, Say: say, Choices: choices}
	}
	switch {
	case s.Start.IsZero():
		return gap("R7", "没看懂“"+short(s.Raw)+"”是什么时候。请写成“8月12日14:00—15:30”这样。")
	case s.Unsure:
		return gap("R7", "“"+short(s.Raw)+"”是哪一天？请写日期和几点，如“8月12日14:00”。")
	case !s.HourSaid:
		day := workday.DateOf(s.Start)
		var hours []Choice
		for _, h := range []workday.Clock{10 * 60, 14 * 60} {
			if at := day.At(h); at.After(now) {
				hours = append(hours, s.choice(at, ""))
			}
		}
		return gap("R7", dayOf(s.Start, now)+"几点开？选一个，或直接写几点。", hours...)
	case !s.Start.After(now):
		return gap("R7", Moment(s.Start, now)+"已经过了。请换一个以后的时间。", s.Lawful(now, cal))
	case !cal.Working(s.Start) && !s.Insisted:
		keep := s.choice(s.Start, " "+ThisDay)
		keep.Label = ThisDay
		before, after := cal.Add(s.Start, -1), cal.Add(s.Start, 1)
		var offer []Choice
		if before.After(now) {
			offer = append(offer, s.choice(before, ""))
		}
		return gap("R7", dayOf(s.Start, now)+"是休息日。换一天，还是就这天开？", append(offer, s.choice(after, ""), keep)...)
	case now.After(NoticeBy(s.Start, cal)) && !s.Urgent:
		urgent := s.choice(s.Start, " "+AsUrgent)
		urgent.Label = "按紧急会议"
		lawful := s.Lawful(now, cal)
		lawful.Label = "改到" + lawful.Label
		return gap("R12", TooEarly(s.Start, now, cal)+"改到那天，还是按紧急会议发（要写原因）？", lawful, urgent)
	}
	return nil
}

// TooEarly says why a date leaves no time for the notice, and which day would
// (R12, S-1).
func TooEarly(start, now time.Time, cal workday.Calendar) string {
	return dayOf(start, now) + "离现在不足" + fmt.Sprint(noticeDays) + "个工作日。合规的最早日期是" + dayLabel(EarliestDay(now, cal).At(0), now) + "。"
}

// Lawful offers the same hours on the earliest lawful day.
func (s Slot) Lawful(now time.Time, cal workday.Calendar) Choice {
	at := s.Start.In(workday.Zone)
	return s.choice(EarliestDay(now, cal).At(workday.Clock(at.Hour()*60+at.Minute())), "")
}

// choice is the span moved to another start.
func (s Slot) choice(start time.Time, mark string) Choice {
	label := dayOf(start, start) + start.In(workday.Zone).Format("15:04")
	value := start.In(workday.Zone).Format("2006-01-02 15:04")
	if !s.End.IsZero() && s.HourSaid {
		value += "—" + start.Add(s.End.Sub(s.Start)).In(workday.Zone).Format("15:04")
	}
	return Choice{Label: label, Value: value + mark}
}

// dayOf says a day as people read it: 明天是8月11日（周二） for tomorrow.
func dayOf(at, now time.Time) string {
	day := Moment(at, now)
	day = day[:len(day)-len("15:04")]
	switch workday.DateOf(at) {
	case workday.DateOf(now).AddDays(1):
		return "明天是" + day + "，"
	case workday.DateOf(now):
		return day
	}
	return day
}
