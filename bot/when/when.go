// Package when reads dates and times out of Chinese text (R37, method.md 2.2 V2
// and 2.3): 下周五17:00前, 3个工作日内, 月底前, 国庆后第一个工作日. It says what
// is meant and whether that is certain; whether such a date may stand is for the
// rules. It knows no task and no person, has no clock, and answers in
// Asia/Shanghai.
package when

import (
	"strings"
	"time"

	"huiban/bot/workday"
)

// A Reading is one date expression found in a text.
type Reading struct {
	Start, End int         // byte offsets in the text as given
	At         time.Time   // what is meant; zero if it names a day that does not exist (2月30日)
	HourSaid   bool        // an hour was said; else At has the calendar's default hour
	Unsure     bool        // two readings, or a span (月底前, 节后): somebody has to choose
	Choices    []time.Time // the readings when Unsure, best first
}

// Find returns the date expressions of a text, in order and not overlapping. A
// day without a year, a weekday and a day of the month mean the next one; an
// expression that names its week or year means what it says, even if that is
// past. Names that only look like dates (3号会议室, 三季度报告, 每周五) are none.
func Find(text string, now time.Time, cal workday.Calendar) []Reading {
	s := newScanner(text, now, cal)
	var out []Reading
	for i := 0; i < len(s.runes); {
		r, next, ok := s.expression(i)
		if !ok {
			i = s.pass(i)
			continue
		}
		r.Start, r.End = s.at[i], s.at[next]
		out = append(out, r)
		i = next
	}
	return out
}

// Parse reads a text that is one date expression and nothing else but filler
// (请 … 前 吧) and punctuation.
func Parse(text string, now time.Time, cal workday.Calendar) (Reading, bool) {
	found := Find(text, now, cal)
	if len(found) != 1 || !filler(text[:found[0].Start]) || !filler(text[found[0].End:]) {
		return Reading{}, false
	}
	return found[0], true
}

// filler reports whether the text says nothing about a date.
func filler(s string) bool {
	for s != "" {
		cut := strings.TrimLeft(s, " 　\t\r\n，,。.；;：:、！!？?“”\"'（）()～~—-")
		for _, w := range []string{
			"截止日期", "截止时间", "截止", "截至", "最迟", "最晚", "之前", "以前", "改到", "改成", "改为", "延到", "延期到", "可以", "完成", "不行",
			"谢谢", "给我", "请", "在", "于", "到", "就", "那", "对", "好", "是", "定", "给", "交", "前", "吧", "吗", "呢", "啊", "了", "行", "的", "号", "想",
		} {
			if rest, ok := strings.CutPrefix(cut, w); ok {
				cut = rest
				break
			}
		}
		if cut == s {
			return false
		}
		s = cut
	}
	return true
}

// A moment is what an expression means before it is a Reading.
type moment struct {
	date    time.Time   // midnight; zero if there is no such day
	others  []time.Time // further dates that may be meant
	unsure  bool
	hint    half // a part of the day that the word for the day names: 今晚, 明早
	instant bool // date is exact to the minute already: 两小时后
}

// expression reads one date expression at rune i.
func (s *scanner) expression(i int) (Reading, int, bool) {
	if !strings.ContainsRune(starters, s.runes[i]) {
		return Reading{}, 0, false
	}
	if m, next, ok := s.period(i); ok {
		return s.finish(m, next)
	}
	if m, next, ok := s.day(i); ok {
		return s.finish(m, next)
	}
	h, next, ok := s.loneHour(i)
	if !ok {
		return Reading{}, 0, false
	}
	return s.reading(moment{date: s.today}, h), s.suffix(next), true
}

// finish reads the hour that may follow a day, and 前 or 内.
func (s *scanner) finish(m moment, next int) (Reading, int, bool) {
	if m.instant {
		return Reading{At: m.date, HourSaid: true}, next, true
	}
	end := s.suffix(next)
	if end == next || s.isHourWord(next) {
		if h, after, ok := s.hour(s.skipBetween(next), m.hint); ok {
			return s.reading(m, h), s.suffix(after), true
		}
	}
	return s.reading(m, s.defaultHour(m.hint)), end, true
}

// reading puts a day and an hour together.
func (s *scanner) reading(m moment, h hour) Reading {
	r := Reading{HourSaid: h.said, Unsure: m.unsure}
	if m.date.IsZero() {
		return r
	}
	r.At = at(m.date, h.clock)
	if m.unsure {
		r.Choices = append(r.Choices, r.At)
		for _, d := range m.others {
			r.Choices = append(r.Choices, at(d, h.clock))
		}
	}
	return r
}

func at(day time.Time, c workday.Clock) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, int(c), 0, 0, workday.Zone)
}
