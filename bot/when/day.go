package when

import (
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// day reads the words for a day, without its hour.
func (s *scanner) day(i int) (moment, int, bool) {
	for _, read := range []func(int) (moment, int, bool){
		s.relative, s.weekday, s.yearFirst, s.monthFirst, s.dayOfMonth, s.month, s.quarterOrYear, s.holiday,
	} {
		if m, next, ok := read(i); ok {
			return m, next, true
		}
	}
	return moment{}, i, false
}

// relative reads 今天, 明晚, 大后天.
func (s *scanner) relative(i int) (moment, int, bool) {
	w, next, ok := s.oneOf(i, "今天", "今日", "今儿", "今晚", "今早", "明天", "明日", "明儿", "明晚", "明早", "大后天", "后天", "昨天", "昨日", "前天")
	if !ok || s.rune(i) == '后' && strings.ContainsRune("大先前", s.rune(i-1)) && i > 0 {
		return moment{}, i, false
	}
	m := moment{date: s.today.AddDate(0, 0, map[rune]int{'前': -2, '昨': -1, '今': 0, '明': 1, '后': 2, '大': 3}[s.rune(i)])}
	switch {
	case strings.HasSuffix(w, "晚"):
		m.hint = evening
	case strings.HasSuffix(w, "早"):
		m.hint = morning
	}
	return m, next, true
}

// weekday reads 周五, 本周五, 下周三, 下下周一, 周内, 下周内. A bare weekday that
// is past means next week's; weeks begin on Monday (2.3).
func (s *scanner) weekday(i int) (moment, int, bool) {
	prefix, next, _ := s.oneOf(i, "下下个", "下下", "下个", "下", "这个", "这", "本", "上个", "上")
	_, next, ok := s.oneOf(next, "周", "星期", "礼拜")
	if !ok || prefix == "" && !s.startsWeek(i) {
		return moment{}, i, false
	}
	monday := s.monday().AddDate(0, 0, 7*map[string]int{"下下个": 2, "下下": 2, "下个": 1, "下": 1, "上个": -1, "上": -1}[prefix])
	n, ok := s.weekdayNumber(next)
	if !ok {
		return s.week(prefix, monday, next)
	}
	m := moment{date: monday.AddDate(0, 0, min(n, 6))}
	past := m.date.Before(s.today)
	switch {
	case past && prefix == "":
		m.date = m.date.AddDate(0, 0, 7)
	case past && (prefix == "本" || strings.HasPrefix(prefix, "这")) && s.cal.MakeUp(s.now):
		// On a worked Sunday nobody calls the Friday before it this week's.
		m.others, m.unsure = []time.Time{m.date}, true
		m.date = m.date.AddDate(0, 0, 7)
	}
	return m, next + 1, true
}

// weekdayNumber counts from Monday = 0. 周天 and 周日报 are no Sundays.
func (s *scanner) weekdayNumber(i int) (int, bool) {
	n := slices.Index([]rune("一二三四五六日天"), s.rune(i))
	if n < 0 || s.is(i, "日报") || n == 7 && s.rune(i-1) == '周' {
		return 0, false
	}
	return n, true
}

// startsWeek reports whether a bare 周 may begin at i: not the 周 of 每周五 or
// 一周一次.
func (s *scanner) startsWeek(i int) bool {
	r := s.rune(i - 1)
	return s.counts(i) && (r == 0 || !strings.ContainsRune("每隔几数半", r))
}

func (s *scanner) monday() time.Time {
	return s.today.AddDate(0, 0, -((int(s.today.Weekday()) + 6) % 7))
}

// week reads 周内, 下周内, 周末前, and 下周 where nothing follows: some day up to
// the last working day of that week.
func (s *scanner) week(prefix string, monday time.Time, next int) (moment, int, bool) {
	last := s.cal.LastOfWeek(monday)
	_, after, ok := s.oneOf(next, "之内", "内", "末", "底")
	bare := prefix != "" && (s.ends(next) || s.suffix(next) > next)
	switch {
	case last.IsZero() || !ok && !bare:
		return moment{}, next, false
	case !ok:
		after = next
	}
	if last.Before(s.today) && prefix == "" {
		last = s.cal.LastOfWeek(monday.AddDate(0, 0, 7))
	}
	return moment{date: last, unsure: true}, after, true
}

// yearFirst reads 2026-08-17, 2026/8/17, 2026.8.17, 20260817, 2026年8月17日, and
// 今年/明年 before a month.
func (s *scanner) yearFirst(i int) (moment, int, bool) {
	if w, next, ok := s.oneOf(i, "今年", "明年", "后年"); ok {
		year := s.today.Year() + map[string]int{"今年": 0, "明年": 1, "后年": 2}[w]
		month, day, after, ok := s.monthDay(next)
		if !ok {
			return moment{}, i, false
		}
		return moment{date: date(year, month, day)}, s.weekdayNote(after), true
	}
	if !digit(s.rune(i)) || !s.counts(i) {
		return moment{}, i, false
	}
	if n, next, ok := s.digits(i, 8); ok && next-i == 8 && !latin(s.rune(next)) && s.rune(next) != '-' {
		year, month, day := n/10000, n/100%100, n%100
		if year < 2000 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 31 {
			return moment{}, i, false
		}
		return moment{date: date(year, month, day)}, next, true
	}
	year, next, ok := s.digits(i, 4)
	if !ok || next-i != 4 || year < 2000 || year > 2099 {
		return moment{}, i, false
	}
	if s.rune(next) == '年' {
		month, day, after, ok := s.monthDay(next + 1)
		if !ok {
			return moment{}, i, false
		}
		return moment{date: date(year, month, day)}, s.weekdayNote(after), true
	}
	month, day, after, ok := s.divided(next, s.rune(next))
	if !ok {
		return moment{}, i, false
	}
	return moment{date: date(year, month, day)}, s.weekdayNote(after), true
}

// divided reads -8-17 behind a year: both marks are the same.
func (s *scanner) divided(i int, mark rune) (month, day, next int, ok bool) {
	if mark == 0 || !strings.ContainsRune("-/.", mark) {
		return 0, 0, i, false
	}
	month, next, ok = s.digits(i+1, 2)
	if !ok || s.rune(next) != mark || month < 1 || month > 12 {
		return 0, 0, i, false
	}
	day, next, ok = s.digits(next+1, 2)
	if !ok || day < 1 || day > 31 || s.cut(next) || s.rune(next) == '-' {
		return 0, 0, i, false
	}
	return month, day, next, true
}

// monthDay reads 8月17日, 8月17号, 八月十七.
func (s *scanner) monthDay(i int) (month, day, next int, ok bool) {
	month, next, ok = s.number(s.spaces(i))
	next = s.spaces(next)
	if !ok || month < 1 || month > 12 || s.rune(next) != '月' {
		return 0, 0, i, false
	}
	day, next, ok = s.number(s.spaces(next + 1))
	if !ok || day < 1 || day > 31 {
		return 0, 0, i, false
	}
	if r := s.rune(s.spaces(next)); (r == '日' || r == '号') && !s.is(s.spaces(next), "日报") {
		return month, day, s.spaces(next) + 1, true
	}
	if latin(s.rune(next)) || strings.ContainsRune("个天年点%", s.rune(next)) && s.rune(next) != 0 {
		return 0, 0, i, false
	}
	return month, day, next, true
}

// monthFirst reads 8月17日, 8-17 and 8/17: this year's, or next year's if that
// is long past.
func (s *scanner) monthFirst(i int) (moment, int, bool) {
	if !s.counts(i) {
		return moment{}, i, false
	}
	month, day, next, ok := s.monthDay(i)
	if !ok {
		month, day, next, ok = s.slashed(i)
	}
	if !ok {
		return moment{}, i, false
	}
	d := date(s.today.Year(), month, day)
	if !d.IsZero() && s.today.Sub(d) > 183*24*time.Hour {
		d = date(s.today.Year()+1, month, day)
	}
	return moment{date: d}, s.weekdayNote(next), true
}

// slashed reads 8-17 and 8/17, not 1/2英寸.
func (s *scanner) slashed(i int) (month, day, next int, ok bool) {
	month, next, ok = s.digits(i, 2)
	mark := s.rune(next)
	if !ok || month < 1 || month > 12 || mark != '-' && mark != '/' {
		return 0, 0, i, false
	}
	day, next, ok = s.digits(next+1, 2)
	if !ok || day < 1 || day > 31 || latin(s.rune(next)) || strings.ContainsRune("-/.", s.rune(next)) && s.rune(next) != 0 || !s.mayFollow(next) {
		return 0, 0, i, false
	}
	return month, day, next, true
}

// dayOfMonth reads 17号, 本月28号, 下个月5日; a bare one that is past means next
// month's. 3号会议室 and 二号楼 are names.
func (s *scanner) dayOfMonth(i int) (moment, int, bool) {
	prefix, from, named := s.oneOf(i, "本月", "这个月", "这月", "当月", "下个月", "下月")
	if !named && (!s.counts(i) || s.rune(i-1) == '月') {
		return moment{}, i, false
	}
	day, next, ok := s.number(from)
	if !ok || day < 1 || day > 31 || s.rune(next) != '号' && s.rune(next) != '日' || !s.mayFollow(next+1) {
		return moment{}, i, false
	}
	next++
	first := date(s.today.Year(), int(s.today.Month()), 1)
	if strings.HasPrefix(prefix, "下") {
		first = first.AddDate(0, 1, 0)
	}
	d := date(first.Year(), int(first.Month()), day)
	if !named && (d.IsZero() || d.Before(s.today)) {
		first = first.AddDate(0, 1, 0)
		d = date(first.Year(), int(first.Month()), day)
	}
	return moment{date: d}, s.weekdayNote(next), true
}

// mayFollow reports whether what stands at i may follow a short date: nothing,
// a time, or a verb, but no noun that the number would belong to.
func (s *scanner) mayFollow(i int) bool {
	r := s.rune(i)
	return s.ends(i) || digit(r) || strings.ContainsRune("前之以内上下中晚早凌午交给完提出到开发要再就可行吧把做写能送办定付截", r)
}

// weekdayNote skips the weekday that a date may carry: 8月17日（周一）.
func (s *scanner) weekdayNote(i int) int {
	open := s.rune(i) == '('
	from := i
	if open {
		from++
	}
	_, next, ok := s.oneOf(from, "周", "星期", "礼拜")
	if !ok || !strings.ContainsRune("一二三四五六日天", s.rune(next)) || s.rune(next) == 0 {
		return i
	}
	if !open {
		return next + 1
	}
	if s.rune(next+1) != ')' {
		return i
	}
	return next + 2
}

// date is the midnight of a day, zero if there is no such day.
func date(year, month, day int) time.Time {
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, workday.Zone)
	if d.Day() != day {
		return time.Time{}
	}
	return d
}
