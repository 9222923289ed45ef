package when

import (
	"slices"
	"strings"
	"time"
)

// month reads parts of a month: 月底前, 下月初, 8月中旬, 本月内. All are spans,
// so the day that is meant has to be tapped.
func (s *scanner) month(i int) (moment, int, bool) {
	first, next, past, ok := s.whichMonth(i)
	if !ok {
		return moment{}, i, false
	}
	part, after, ok := s.oneOf(next, "初", "上旬", "中旬", "下旬", "中", "底", "末", "之内", "以内", "内")
	if !ok || part == "中" && !s.ends(after) && s.suffix(after) == after {
		return moment{}, i, false
	}
	m := s.partOfMonth(first, part)
	if past && m.date.Before(s.today) {
		m = s.partOfMonth(first.AddDate(0, 1, 0), part)
	}
	return m, after, true
}

// whichMonth reads the month that a part belongs to; implied says that none was
// named, so that what is past means the next one.
func (s *scanner) whichMonth(i int) (first time.Time, next int, implied, ok bool) {
	this := date(s.today.Year(), int(s.today.Month()), 1)
	if w, next, ok := s.oneOf(i, "本月", "这个月", "这月", "当月", "下个月", "下月"); ok {
		if strings.HasPrefix(w, "下") {
			this = this.AddDate(0, 1, 0)
		}
		return this, next, false, true
	}
	if _, _, ok := s.oneOf(i, "上旬", "中旬", "下旬"); ok && (i == 0 || s.rune(i-1) != '月') {
		return this, i, true, true
	}
	if s.rune(i) == '月' {
		r := s.rune(i - 1)
		_, numbered := numeral(r)
		return this, i + 1, true, !numbered && !latin(r) && (r == 0 || !strings.ContainsRune("十每个两", r))
	}
	n, next, ok := s.number(i)
	if !ok || !s.counts(i) || n < 1 || n > 12 || s.rune(next) != '月' {
		return this, i, false, false
	}
	first = date(s.today.Year(), n, 1)
	if s.today.Sub(first) > 210*24*time.Hour {
		first = first.AddDate(1, 0, 0)
	}
	return first, next + 1, false, true
}

// partOfMonth is the last working day of a part; 月初 may be its first too.
func (s *scanner) partOfMonth(first time.Time, part string) moment {
	upTo := func(day int) time.Time {
		return s.cal.Add(date(first.Year(), int(first.Month()), day).AddDate(0, 0, 1), -1)
	}
	m := moment{unsure: true}
	switch part {
	case "初":
		m.date = upTo(5)
		if opening := s.cal.Add(first.AddDate(0, 0, -1), 1); opening.Before(m.date) && !opening.Before(s.today) {
			m.others = []time.Time{opening}
		}
	case "上旬":
		m.date = upTo(10)
	case "中":
		m.date = upTo(15)
	case "中旬":
		m.date = upTo(20)
	default:
		m.date = s.cal.LastOfMonth(first)
	}
	return m
}

// quarterOrYear reads 季度末, Q3内, 三季度末, 年底前, 年内, 明年底.
func (s *scanner) quarterOrYear(i int) (moment, int, bool) {
	if last, next, ok := s.yearEnd(i); ok {
		return moment{date: last, unsure: true}, next, true
	}
	quarter := (int(s.today.Month()) + 2) / 3
	var next int
	switch n, after, ok := s.number(i); {
	case s.rune(i) == 'q' && s.counts(i) && digit(s.rune(i+1)) && !latin(s.rune(i+2)):
		quarter, next = int(s.rune(i+1)-'0'), i+2
	case ok && s.is(after, "季度"):
		quarter, next = n, after+2
	case s.is(i, "本季度") || s.is(i, "这季度"):
		next = i + 3
	case s.is(i, "下季度"):
		quarter, next = quarter+1, i+3
	case s.is(i, "季度") && (i == 0 || !strings.ContainsRune("一二三四每", s.rune(i-1))):
		next = i + 2
	default:
		return moment{}, i, false
	}
	_, after, ok := s.oneOf(next, "末", "底", "之内", "以内", "内")
	if !ok {
		if after = s.suffix(next); after == next {
			return moment{}, i, false
		}
	}
	if quarter < 1 || quarter > 5 {
		return moment{}, i, false
	}
	return moment{date: s.cal.LastOfMonth(date(s.today.Year(), 1, 1).AddDate(0, quarter*3-1, 0)), unsure: true}, after, true
}

func (s *scanner) yearEnd(i int) (time.Time, int, bool) {
	w, next, ok := s.oneOf(i, "今年年底", "今年底", "今年内", "明年年底", "明年底", "明年内", "年底", "年末", "年内")
	r := s.rune(i - 1)
	if _, numbered := numeral(r); !ok || s.rune(i) == '年' && (numbered || latin(r) || r != 0 && strings.ContainsRune("每前去近多半成", r)) {
		return time.Time{}, i, false
	}
	day := s.today
	if strings.HasPrefix(w, "明年") {
		day = day.AddDate(1, 0, 0)
	}
	return s.cal.LastOfYear(day), next, true
}

// A feast is a holiday by the names that people give it.
type feast struct{ listed, said string }

var feasts = []feast{ //nolint:gochecknoglobals // a table
	{"元旦", "元旦"}, {"春节", "春节"}, {"春节", "过年"}, {"清明", "清明"}, {"劳动", "五一"}, {"劳动", "劳动节"}, {"端午", "端午"},
	{"中秋", "中秋"}, {"国庆", "国庆"}, {"国庆", "十一"},
}

// holiday reads 节前, 节后, 国庆前, 中秋后第一个工作日: the last working day
// before or the first one after. 节后 alone means each holiday that is near.
func (s *scanner) holiday(i int) (moment, int, bool) {
	if s.rune(i) == '节' {
		return s.anyHoliday(i)
	}
	for _, f := range feasts {
		if !s.is(i, f.said) {
			continue
		}
		next := i + len([]rune(f.said))
		if s.rune(next) == '节' {
			next++
		}
		if _, after, ok := s.oneOf(next, "放假", "假期", "长假"); ok {
			next = after
		}
		side, next, exact, ok := s.side(next)
		if !ok {
			return moment{}, i, false
		}
		first, last, ok := s.find(f.listed)
		if !ok {
			return moment{}, i, false
		}
		return moment{date: s.beside(first, last, side), unsure: !exact && side > 0}, next, true
	}
	return moment{}, i, false
}

// side reads 前 or 后; 第一个工作日 behind it makes the day exact.
func (s *scanner) side(i int) (side, next int, exact, ok bool) {
	w, next, ok := s.oneOf(i, "之前", "以前", "前", "之后", "以后", "后")
	if !ok {
		return 0, i, false, false
	}
	side = -1
	if strings.HasSuffix(w, "后") {
		side = 1
	}
	if _, after, ok := s.oneOf(next, "的第一个工作日", "第一个工作日", "首个工作日", "第一天", "最后一个工作日"); ok {
		return side, after, true, true
	}
	return side, next, false, true
}

func (s *scanner) anyHoliday(i int) (moment, int, bool) {
	if r := s.rune(i - 1); r != 0 && !s.ends(i-1) && !strings.ContainsRune("在到等我就迟过", r) {
		return moment{}, i, false // 环节前, 调节后
	}
	side, next, exact, ok := s.side(i + 1)
	first, last, _, known := s.cal.NextHoliday(s.now)
	if !ok || !known {
		return moment{}, i, false
	}
	m := moment{date: s.beside(first.At(0), last.At(0), side), unsure: true}
	second, end, _, known := s.cal.NextHoliday(last.AddDays(1).At(0))
	if known && second.At(0).Sub(last.At(0)) < 31*24*time.Hour {
		m.others = []time.Time{s.beside(second.At(0), end.At(0), side)}
	}
	if exact && len(m.others) == 0 {
		m.unsure = false
	}
	return m, next, true
}

// find looks for a holiday by name within the coming year.
func (s *scanner) find(name string) (first, last time.Time, ok bool) {
	from := s.now
	for range 16 {
		f, l, listed, ok := s.cal.NextHoliday(from)
		if !ok || f.At(0).Sub(s.today) > 380*24*time.Hour {
			return first, last, false
		}
		if slices.ContainsFunc(strings.FieldsFunc(listed, func(r rune) bool { return r == '、' }), func(n string) bool { return strings.Contains(n, name) }) {
			return f.At(0), l.At(0), true
		}
		from = l.AddDays(1).At(0)
	}
	return first, last, false
}

func (s *scanner) beside(first, last time.Time, side int) time.Time {
	if side < 0 {
		return s.cal.Add(first, -1)
	}
	return s.cal.Add(last, 1)
}
