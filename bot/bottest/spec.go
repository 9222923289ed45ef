package bottest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// nextJobs are the jobs of the first minute after a moment that has any, within
// eight days. It reads cron lines of stars, numbers, lists and ranges and
// panics on others: cron proper is the scheduler's.
func nextJobs(jobs []bot.Job, after time.Time) (time.Time, []bot.Job) {
	at := after.In(workday.Zone).Truncate(time.Minute)
	for range 8 * 24 * 60 {
		at = at.Add(time.Minute)
		var due []bot.Job
		for _, j := range jobs {
			if meets(j.Spec, at) {
				due = append(due, j)
			}
		}
		if due != nil {
			return at, due
		}
	}
	return time.Time{}, nil
}

func meets(spec string, at time.Time) bool {
	fields := strings.Fields(spec)
	now := []int{at.Minute(), at.Hour(), at.Day(), int(at.Month()), int(at.Weekday())}
	if len(fields) != len(now) {
		panic(fmt.Sprintf("spec %q: want five fields", spec))
	}
	for i, field := range fields {
		if !includes(field, now[i]) {
			return false
		}
	}
	return true
}

func includes(field string, n int) bool {
	for part := range strings.SplitSeq(field, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		if part == "*" || number(from) <= n && n <= number(to) {
			return true
		}
	}
	return false
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("spec: cannot read %q", s))
	}
	return n
}
