package meeting

import (
	"fmt"
	"strings"
	"time"

	"huiban/bot/wording"
	"huiban/bot/workday"
)

// ThisDay is what people type or tap to keep a date that the bot doubts (R39).
const ThisDay = "就这天"

// A Deadline is a date as it was typed and as it was understood (R37). At is
// zero when no date was understood. Unsure says that there are two readings or
// a span (月底前), so that the date needs a tap; Choices are the readings.
type Deadline struct {
	Raw      string // as typed, or the Value of a tapped choice
	At       time.Time
	HourSaid bool
	Unsure   bool
	Choices  []time.Time

	NoSuchDay bool // it names a day that no calendar has: 2月30日
}

// Insisted reports whether the person kept a doubtful date by 就这天; the
// caller logs that (R39).
func (d Deadline) Insisted() bool { return strings.Contains(d.Raw, ThisDay) }

// Gap says what is wrong with the deadline, nil if nothing (R33, R37–R39). The
// field is the argument's name.
func (d Deadline) Gap(field string, now time.Time, cal workday.Calendar) *Gap {
	raw := strings.TrimSpace(d.Raw)
	offer := offers(now, cal)
	gap := func(rule, say string, at ...time.Time) *Gap {
		return &Gap{Field: field, Rule: rule, Say: say, Choices: choices(at, now)}
	}
	if raw == "" && d.At.IsZero() {
		return gap("R33", "哪天要？请给一个日期，也可以写几点。", offer...)
	}
	if vague := wording.DefaultLists().Find(raw, wording.NoDate); len(vague) > 0 {
		if d.At.After(now) && cal.Working(d.At) {
			offer = append([]time.Time{d.At}, offer...)
		}
		return gap("R38", "“"+vague[0].Word+"”不是日期，是哪天？选一个，或直接写日期和时间。", offer...)
	}
	if d.NoSuchDay {
		return gap("R39", "没有“"+short(raw)+"”这一天。请换一个日期。", offer...)
	}
	if d.At.IsZero() && len(d.Choices) == 0 {
		return gap("R37", "没看懂“"+short(raw)+"”是哪天。请写成8月14日17:00这样，或选一个。", offer...)
	}
	if d.Unsure || d.At.IsZero() {
		return d.unsure(field, now)
	}
	if !d.At.After(now) {
		return gap("R39", Moment(d.At, now)+"已经过了。请换一个以后的日期。", offer...)
	}
	if d.Insisted() {
		return nil
	}
	if !cal.Working(d.At) {
		return d.dayOff(field, now, cal)
	}
	if d.At.Sub(now) > 180*24*time.Hour {
		g := gap("R39", Moment(d.At, now)+"离今天超过180天。建议拆成几步，先定最近一步的日期；不拆就选“"+ThisDay+"”。")
		g.Choices = []Choice{d.keep()}
		return g
	}
	return nil
}

// unsure asks which reading is meant (R37, 2.2 V2).
func (d Deadline) unsure(field string, now time.Time) *Gap {
	readings := d.Choices
	if len(readings) == 0 {
		readings = []time.Time{d.At}
	}
	g := &Gap{Field: field, Rule: "R37", Choices: choices(readings, now)}
	switch len(g.Choices) {
	case 0:
		g.Rule, g.Say = "R39", Moment(readings[0], now)+"已经过了。请换一个以后的日期。"
	case 1:
		g.Say = "“" + short(d.Raw) + "”是" + g.Choices[0].Label + "前，对吗？不对就直接写日期。"
	default:
		g.Say = "“" + short(d.Raw) + "”是哪一天？选一个，或直接写日期。"
	}
	return g
}

// dayOff offers the working days around a day off, at the same hour (R39).
func (d Deadline) dayOff(field string, now time.Time, cal workday.Calendar) *Gap {
	before, after := cal.Add(d.At, -1), cal.Add(d.At, 1)
	g := &Gap{Field: field, Rule: "R39", Choices: choices([]time.Time{before, after}, now)}
	say := "顺延到" + Moment(after, now)
	if before.After(now) {
		say = "提前到" + Moment(before, now) + "，还是" + say
	}
	g.Say = Moment(d.At, now) + "是休息日。" + say + "？一定要这天，请选“" + ThisDay + "”。"
	g.Choices = append(g.Choices, d.keep())
	return g
}

func (d Deadline) keep() Choice {
	return Choice{Label: ThisDay, Value: d.At.In(workday.Zone).Format("2006-01-02 15:04") + " " + ThisDay}
}

// offers are the dates for who gave none (R38): the last working day of this
// week, or of the next week that still has one ahead, and three working days
// from now; both at the default hour of R37.
func offers(now time.Time, cal workday.Calendar) []time.Time {
	due := cal.Hours().DefaultDue
	threeDays := cal.Add(workday.DateOf(now).At(due), 3)
	for week := range 3 {
		if last := workday.DateOf(cal.LastOfWeek(now.AddDate(0, 0, 7*week))).At(due); last.After(now) && cal.Working(last) {
			return []time.Time{last, threeDays}
		}
	}
	return []time.Time{threeDays}
}

// choices are the moments that lie ahead, each once, as buttons.
func choices(at []time.Time, now time.Time) []Choice {
	var out []Choice
	seen := map[int64]bool{}
	for _, m := range at {
		if !m.After(now) || seen[m.Unix()] {
			continue
		}
		seen[m.Unix()] = true
		out = append(out, Choice{Label: Moment(m, now), Value: m.In(workday.Zone).Format("2006-01-02 15:04")})
	}
	return out
}

// pastDue refuses a date that does not lie ahead (R39).
func (t *Task) pastDue(field string, due, now time.Time) error {
	if due.After(now) {
		return nil
	}
	return t.refuse("R39", "的日期要在以后。", Gap{Field: field, Rule: "R39",
		Say: fmt.Sprintf("%s已经过了，改到哪天？", Moment(due, now))})
}
