package when

import (
	"strings"
	"unicode"

	"huiban/bot/workday"
)

// An hour is a time of day and whether somebody said it.
type hour struct {
	clock workday.Clock
	said  bool
}

// A half is a named part of the day.
type half int

const (
	anyHalf half = iota
	dawn
	morning
	noon
	afternoon
	evening
)

var halves = map[string]half{ //nolint:gochecknoglobals // a table
	"凌晨": dawn, "清晨": morning, "早上": morning, "早晨": morning, "上午": morning, "中午": noon, "午间": noon,
	"下午": afternoon, "午后": afternoon, "傍晚": evening, "晚上": evening, "晚间": evening, "夜里": evening, "晚": evening, "早": morning,
}

// half reads the name of a part of the day; 早 and 晚 alone only before an hour.
func (s *scanner) half(i int) (half, int) {
	w, next, ok := s.oneOf(i, "凌晨", "清晨", "早上", "早晨", "上午", "中午", "午间", "下午", "午后", "傍晚", "晚上", "晚间", "夜里", "晚", "早")
	if !ok {
		return anyHalf, i
	}
	return halves[w], next
}

// defaultHour is the hour of a day without one (R37), or of a part of the day.
func (s *scanner) defaultHour(h half) hour {
	switch h {
	case dawn, morning:
		return hour{clock: s.hours.Noon}
	case noon:
		return hour{clock: s.hours.Noon, said: true}
	case evening:
		return hour{clock: 20 * 60}
	case anyHalf, afternoon:
	}
	return hour{clock: s.hours.DefaultDue}
}

// hour reads a time of day behind a day: 17:00, 下午三点半, 下班前, 上午.
func (s *scanner) hour(i int, hint half) (hour, int, bool) {
	if h, next, ok := s.office(i); ok {
		return h, next, true
	}
	part, next := s.half(i)
	if part == anyHalf {
		part = hint
	}
	if h, after, ok := s.clock(s.spaces(next), part); ok {
		return h, after, true
	}
	if next-i < 2 { // 晚 and 早 alone are no hour
		return hour{}, i, false
	}
	return s.defaultHour(part), next, true
}

// isHourWord reports whether 中午前 or the like stands at i, whose 前 must not
// be taken for the day's.
func (s *scanner) isHourWord(i int) bool {
	_, _, ok := s.office(s.skipBetween(i))
	return ok
}

// office reads the hours that an organisation sets.
func (s *scanner) office(i int) (hour, int, bool) {
	w, next, ok := s.oneOf(i, "下班前", "下班之前", "下班", "收工前", "中午前", "中午之前", "午饭前", "eod")
	if !ok || w == "eod" && latin(s.rune(next)) {
		return hour{}, i, false
	}
	if strings.HasPrefix(w, "中午") || w == "午饭前" {
		return hour{s.hours.Noon, true}, next, true
	}
	return hour{s.hours.OffWork, true}, next, true
}

// loneHour reads a time of day without a day: today is meant. A bare 三点 counts
// only where nothing follows that makes it three of something.
func (s *scanner) loneHour(i int) (hour, int, bool) {
	if h, next, ok := s.office(i); ok && !unicode.Is(unicode.Han, s.rune(i-1)) {
		return h, next, true
	}
	part, next := s.half(i)
	if next == i+1 && s.is(next, "一点") { // 早一点, 晚一点
		return hour{}, i, false
	}
	from := s.spaces(next)
	h, after, ok := s.clock(from, part)
	if !ok || part == anyHalf && (!s.counts(i) || strings.ContainsRune("比例尺约每快早晚多少好大小慢差有", s.rune(i-1)) && s.rune(i-1) != 0) {
		return hour{}, i, false
	}
	if part == anyHalf && strings.ContainsRune("点时", s.rune(after-1)) && s.suffix(after) == after && !s.ends(after) {
		return hour{}, i, false
	}
	return h, after, true
}

// clock reads 17:00, 17点30分, 三点一刻, 九点半.
func (s *scanner) clock(i int, part half) (hour, int, bool) {
	n, next, ok := s.number(i)
	if !ok || n > 24 {
		return hour{}, i, false
	}
	minute, after, ok := s.minute(next)
	if !ok || n == 24 && minute > 0 {
		return hour{}, i, false
	}
	zero := s.rune(i) == '0' // 03:30 is said by the clock of 24 hours
	return hour{workday.Clock(on24(n, part, zero)*60 + minute), true}, after, true
}

// on24 puts an hour on the clock of 24 hours: alone, 1 to 6 mean the afternoon.
func on24(n int, part half, zero bool) int {
	switch {
	case part == afternoon && n < 12, part == evening && n < 12, part == noon && n < 4:
		return n + 12
	case part == evening && n == 12:
		return 24
	case part == dawn && n == 12:
		return 0
	case part == anyHalf && n >= 1 && n <= 6 && !zero:
		return n + 12
	}
	return n
}

// minute reads what stands behind the number of the hour.
func (s *scanner) minute(i int) (minute, next int, ok bool) {
	if s.rune(i) == ':' {
		m, next, ok := s.digits(i+1, 2)
		if !ok || next-i != 3 || m > 59 || latin(s.rune(next)) {
			return 0, i, false
		}
		if s.rune(next) == ':' { // seconds say nothing to a deadline
			if sec, end, ok := s.digits(next+1, 2); ok && sec < 60 {
				return m, end, true
			}
		}
		return m, next, true
	}
	if s.rune(i) != '点' && s.rune(i) != '时' {
		return 0, i, false
	}
	i++
	switch w, next, _ := s.oneOf(i, "半", "一刻", "三刻", "整", "钟"); w {
	case "半":
		return 30, next, true
	case "一刻":
		return 15, next, true
	case "三刻":
		return 45, next, true
	case "整", "钟":
		return 0, next, true
	}
	m, next, ok := s.number(i)
	if !ok || m > 59 || next-i < 2 && s.rune(next) != '分' {
		return 0, i, true
	}
	if s.rune(next) == '分' {
		next++
	}
	return m, next, true
}
