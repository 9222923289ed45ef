package meeting

import (
	"fmt"
	"time"

	"huiban/bot/workday"
)

// Moment says an instant as people read it, in Asia/Shanghai and with the
// weekday: 8月14日（周五）17:00; with the year only if it is not now's (R37).
func Moment(at, now time.Time) string {
	at = at.In(workday.Zone)
	weekday := []string{"日", "一", "二", "三", "四", "五", "六"}[at.Weekday()]
	say := fmt.Sprintf("%d月%d日（周%s）%s", at.Month(), at.Day(), weekday, at.Format("15:04"))
	if at.Year() != now.In(workday.Zone).Year() {
		say = fmt.Sprintf("%d年", at.Year()) + say
	}
	return say
}

// sameDay reports whether both instants have one date in Asia/Shanghai.
func sameDay(a, b time.Time) bool { return workday.DateOf(a) == workday.DateOf(b) }

// mark is an instant as a part of a reminder's key: to the minute, with zone.
func mark(at time.Time) string { return at.In(workday.Zone).Format("2006-01-02T15:04Z07:00") }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
