package when

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"huiban/bot/workday"
)

// A scanner is a text made ready for reading: runes folded one for one (narrow,
// small), each with its byte offset in the text as given.
type scanner struct {
	runes []rune
	at    []int
	now   time.Time
	today time.Time // midnight
	cal   workday.Calendar
	hours workday.Hours
}

func newScanner(text string, now time.Time, cal workday.Calendar) *scanner {
	now = now.In(workday.Zone)
	y, m, d := now.Date()
	s := &scanner{
		runes: make([]rune, 0, len(text)/2), at: make([]int, 0, len(text)/2),
		now: now, today: time.Date(y, m, d, 0, 0, 0, 0, workday.Zone), cal: cal, hours: cal.Hours(),
	}
	for i, r := range text {
		if f := width.LookupRune(r).Folded(); f != 0 {
			r = f
		}
		s.runes = append(s.runes, unicode.ToLower(r))
		s.at = append(s.at, i)
	}
	s.at = append(s.at, len(text))
	return s
}

// is reports whether the word stands at rune i.
func (s *scanner) is(i int, word string) bool {
	for _, w := range word {
		if i < 0 || i >= len(s.runes) || s.runes[i] != w {
			return false
		}
		i++
	}
	return true
}

// oneOf returns the first of the words that stands at rune i and what follows
// it; longer words must come before those they begin with.
func (s *scanner) oneOf(i int, words ...string) (word string, next int, ok bool) {
	for _, w := range words {
		if s.is(i, w) {
			return w, i + len([]rune(w)), true
		}
	}
	return "", i, false
}

// rune returns the rune at i, 0 outside.
func (s *scanner) rune(i int) rune {
	if i < 0 || i >= len(s.runes) {
		return 0
	}
	return s.runes[i]
}

// ends reports whether at rune i something new begins: the text's end, white
// space or punctuation.
func (s *scanner) ends(i int) bool {
	r := s.rune(i)
	return r == 0 || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// spaces skips white space, a few runes at most.
func (s *scanner) spaces(i int) int {
	for n := 0; n < 3 && unicode.IsSpace(s.rune(i)) && s.rune(i) != '\n'; n++ {
		i++
	}
	return i
}

// pass goes on behind rune i: over a whole number or Latin word, none of whose
// inner digits begins a date (T-20260812-00-01).
func (s *scanner) pass(i int) int {
	if !latin(s.rune(i)) {
		return i + 1
	}
	for latin(s.rune(i)) || strings.ContainsRune("-./_:", s.rune(i)) && s.rune(i) != 0 && latin(s.rune(i+1)) {
		i++
	}
	return i
}

// cut reports whether a number ends at i inside of a longer Latin word; the T
// between a date and its time is none.
func (s *scanner) cut(i int) bool {
	return latin(s.rune(i)) && (s.rune(i) != 't' || !digit(s.rune(i+1)))
}

func latin(r rune) bool {
	return r != 0 && r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// digits reads up to limit decimal digits that are not cut out of a longer run.
func (s *scanner) digits(i, limit int) (n, next int, ok bool) {
	for next = i; digit(s.rune(next)); next++ {
		if next-i >= limit {
			return 0, i, false
		}
		n = n*10 + int(s.rune(next)-'0')
	}
	return n, next, next > i
}

// numeral is the value of a Chinese digit.
func numeral(r rune) (int, bool) {
	if r == '两' {
		return 2, true
	}
	if r == '〇' {
		return 0, true
	}
	n := slices.Index([]rune("零一二三四五六七八九"), r)
	return n, n >= 0
}

// number reads a count below 100 in digits or in Chinese: 17, 十七, 二十, 廿三.
func (s *scanner) number(i int) (n, next int, ok bool) {
	if n, next, ok := s.digits(i, 2); ok {
		return n, next, true
	}
	var tens int
	switch d, found := numeral(s.rune(i)); {
	case s.rune(i) == '廿':
		tens, next = 20, i+1
	case s.rune(i) == '卅':
		tens, next = 30, i+1
	case s.rune(i) == '十':
		tens, next = 10, i+1
	case found && s.rune(i+1) == '十':
		tens, next = d*10, i+2
	default:
		return d, i + 1, found
	}
	if d, found := numeral(s.rune(next)); found && d > 0 && s.rune(next) != '两' {
		return tens + d, next + 1, true
	}
	return tens, next, true
}

// counts reports whether a number may begin at i: it is not cut out of a longer
// number, a word or an ordinal.
func (s *scanner) counts(i int) bool {
	r := s.rune(i - 1)
	if _, isNumeral := numeral(r); isNumeral || r == '十' || r == '百' || r == '千' || r == '第' {
		return false
	}
	if r == ':' { // 截止:8月 begins something, 18:9 does not
		return !digit(s.rune(i - 2))
	}
	return !latin(r) && (r == 0 || !strings.ContainsRune("-./_+", r))
}

// suffix skips 前, 之前, 内 …, which belong to the expression and include its
// day (2.3); the 前 of 前端 does not.
func (s *scanner) suffix(i int) int {
	_, next, ok := s.oneOf(i, "之前", "以前", "之内", "以内", "前", "内")
	if !ok || next == i+1 && s.rune(next) != 0 && strings.ContainsRune("端台期提后置锋景言沿缀部容测存", s.rune(next)) {
		return i
	}
	return next
}

// skipBetween skips what may stand between a day and its hour.
func (s *scanner) skipBetween(i int) int {
	i = s.spaces(i)
	if s.rune(i) == '的' || s.rune(i) == 't' && digit(s.rune(i+1)) {
		i++
	}
	return i
}

// starters are the runes that can begin an expression; all others are passed
// over at once.
const starters = "昨前今明后大本这当上下周星礼0123456789零〇一二两三四五六七八九十廿卅半月年季q元春过清劳端中国节凌早午傍晚夜e收"
