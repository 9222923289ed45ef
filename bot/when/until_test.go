package when_test

import (
	"testing"

	"huiban/bot/when"
)

func TestR7_UntilReadsTheEndOfASpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"周三下午两点到三点半":                "15:30",
		"8月12日14:00-15:30":          "15:30",
		"8月12日14:00—15:30":          "15:30",
		"8月12日14:00 至 16点 3号会议室":    "16:00",
		"8月12日晚上8点到10点":             "22:00",
		"8月12日9:30～11:00":           "11:00",
		"8月12日14:00":                "",
		"8月12日14:00 3号会议室":          "",
		"8月12日14:00到场":              "",
		"8月12日23:30-00:30":          "00:30",
		"8月12日14:00-http://a.com/b": "",
	} {
		now := at(t, "2026-08-10 16:20")
		found := when.Find(text, now, calendar())
		if len(found) == 0 {
			t.Errorf("%s: no date", text)
			continue
		}
		got := ""
		if end, _, ok := when.Until(text, found[0], calendar()); ok {
			got = end.Format("15:04")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
