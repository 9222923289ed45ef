package meeting

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"huiban/bot/workday"
)

// number draws a task number: of a meeting by its serial, else of the day, where
// 00 in place of the meeting says that the task came from none (R66, R82).
func number(b Serials, serial string, now time.Time) (string, error) {
	if serial == "" {
		serial = now.In(workday.Zone).Format("20060102") + "-00"
	}
	scope := "T-" + serial
	n, err := b.Serial(scope)
	if err != nil {
		return "", fmt.Errorf("number of %s: %w", scope, err)
	}
	return fmt.Sprintf("%s-%02d", scope, n), nil
}

// ending matches a number or its tail: 01-01, 0812-01-01, T-20260812-01-01.
// Bare digits and single ones are left to dates and percentages.
var ending = regexp.MustCompile(`^(?:([TD])-?)?(\d{8}-|(?:0[1-9]|1[0-2])[0-3]\d-)?(\d{2}-\d{2,3})$`)

// Ending reads what was typed as a task number or as the end of one, in
// whatever letter case, width and dashes (R66). It comes back as it ends in
// Task.No, for TaskQuery.Ending; false says that these words are no number.
func Ending(typed string) (string, bool) {
	s := strings.Map(plain, strings.TrimSpace(typed))
	s = strings.TrimPrefix(strings.ToUpper(s), "#")
	m := ending.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	if len(m[2]) == len("20260812-") {
		prefix := m[1]
		if prefix == "" {
			return m[2] + m[3], true
		}
		return prefix + "-" + m[2] + m[3], true
	}
	return m[2] + m[3], true
}

// plain folds full-width letters and digits and the many dashes; spaces that
// phones put around a dash are dropped.
func plain(r rune) rune {
	switch {
	case r == ' ' || r == '　':
		return -1
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	}
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', '_':
		return '-'
	}
	return r
}
