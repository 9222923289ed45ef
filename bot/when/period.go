package when

import (
	"strings"
	"time"
)

// A unit is what a period is counted in.
type unit int

const (
	workdays unit = iota
	days
	weeks
	months
	hours
	minutes
)

// period reads 3个工作日内, 三天内, 两周后, 半小时后, 一个半小时内. The day itself
// is not counted (民法典 201).
func (s *scanner) period(i int) (moment, int, bool) {
	if !s.counts(i) {
		return moment{}, i, false
	}
	n, half, u, next, ok := s.quantity(i)
	if !ok {
		return moment{}, i, false
	}
	w, after, ok := s.oneOf(next, "之内", "以内", "内", "之后", "以后", "后", "之前", "前")
	if !ok {
		if u != workdays || !s.ends(next) {
			return moment{}, i, false
		}
		w, after = "内", next
	}
	if strings.HasSuffix(w, "前") && u != workdays { // 三天前 is past, and no deadline
		return moment{}, i, false
	}
	within := strings.HasSuffix(w, "内")
	return s.counted(n, half, u, within), after, true
}

// quantity reads a number and its unit. Half adds half a unit, or is all there
// is: 半小时, 一个半小时, 半个月.
func (s *scanner) quantity(i int) (n int, half bool, u unit, next int, ok bool) {
	if s.rune(i) == '半' {
		half, next = true, i+1
	} else if n, next, ok = s.number(i); !ok {
		return 0, false, 0, i, false
	}
	if s.rune(next) == '个' {
		next++
		if s.rune(next) == '半' && !half {
			half, next = true, next+1
		}
	}
	w, after, ok := s.oneOf(next, "工作日", "天", "日", "周", "星期", "礼拜", "月", "小时", "钟头", "分钟", "刻钟")
	if !ok || n > 400 || w == "月" && s.rune(next-1) != '个' && !half {
		return 0, false, 0, i, false
	}
	u = map[string]unit{
		"工作日": workdays, "天": days, "日": days, "周": weeks, "星期": weeks, "礼拜": weeks, "月": months,
		"小时": hours, "钟头": hours, "分钟": minutes, "刻钟": minutes,
	}[w]
	if w == "刻钟" {
		n *= 15
	}
	return n, half, u, after, n > 0 || half
}

// counted is the end of a period. One of calendar days that ends on a day off
// moves on to the next working day (民法典 203), which has to be tapped, for
// offices often mean the day before.
func (s *scanner) counted(n int, half bool, u unit, within bool) moment {
	extra := 0
	if half {
		extra = 1
	}
	var end time.Time
	switch u {
	case minutes:
		return moment{date: s.minute0().Add(time.Duration(n) * time.Minute), instant: true}
	case hours:
		return moment{date: s.minute0().Add(time.Duration(n)*time.Hour + time.Duration(extra)*30*time.Minute), instant: true}
	case workdays:
		return moment{date: s.cal.Add(s.today, n+extra)}
	case days:
		end = s.today.AddDate(0, 0, n+extra)
	case weeks:
		end = s.today.AddDate(0, 0, 7*n+4*extra)
	case months:
		end = s.today.AddDate(0, n, 15*extra)
	}
	if !within || s.cal.Working(end) {
		return moment{date: end}
	}
	before := s.cal.Add(end, -1)
	m := moment{date: s.cal.Add(end, 1), unsure: true}
	if !before.Before(s.today) {
		m.others = []time.Time{before}
	}
	return m
}

// minute0 is now to the minute.
func (s *scanner) minute0() time.Time { return s.now.Truncate(time.Minute) }
