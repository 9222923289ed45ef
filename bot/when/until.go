package when

import (
	"regexp"
	"time"

	"huiban/bot/workday"
)

// joiner stands between the beginning and the end of a meeting: 14:00—15:30, 两点到三点半.
var joiner = regexp.MustCompile(`^\s*(?:-|–|—|~|～|到|至)+\s*`)

// Until reads the end of a span whose beginning r was found in the text: the
// instant on r's day, and the byte behind it. One that lies before r is for the
// rules to refuse; false says that there is no end.
func Until(text string, r Reading, cal workday.Calendar) (at time.Time, end int, ok bool) {
	joined := joiner.FindString(text[r.End:])
	if joined == "" || r.At.IsZero() {
		return time.Time{}, 0, false
	}
	begin := r.End + len(joined)
	s := newScanner(text[begin:], r.At, cal)
	if len(s.runes) == 0 {
		return time.Time{}, 0, false
	}
	h, next, ok := s.loneHour(0)
	if !ok {
		return time.Time{}, 0, false
	}
	at = s.reading(moment{date: s.today}, h).At
	evening := at.Add(12 * time.Hour) // 晚上8点到10点
	if !at.After(r.At) && evening.After(r.At) && workday.DateOf(evening) == workday.DateOf(r.At) {
		at = evening
	}
	return at, begin + s.at[next], true
}
