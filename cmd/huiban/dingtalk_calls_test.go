package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot/meeting"
)

// meetings are those of a busy department in a month.
const meetings = 40

// mostCalls is what a meeting may cost of the month's calls, at every rung.
const mostCalls = 90

// callTable names the file that the table of calls is written to.
const callTable = "HUIBAN_TEST_CALL_TABLE"

// TestDingTalkCallsOfAMeeting: a meeting of eight with five tasks, followed to
// acceptance, costs no more calls than it may, and forty a month fit into what the
// free edition has.
func TestDingTalkCallsOfAMeeting(t *testing.T) { //nolint:tparallel // the table waits for all rungs
	t.Parallel()
	used := make([]dingtalktest.Usage, 3)
	t.Run("rungs", func(t *testing.T) {
		for level := range rung(3) {
			t.Run(fmt.Sprint(level), func(t *testing.T) {
				t.Parallel()
				c, d := dingCompany(t, "stream", "", level, dingtalktest.Options{})
				s := dingTale(c, "eight", fmt.Sprintf("rung %d", level), level)
				s.blind = level == 0
				play([]*tale{s})
				done := c.read(c.folder)
				if len(done.meetings) != 1 || done.meetings[0].Status != meeting.Archived || len(done.tasks) != 5 {
					t.Fatalf("%d meetings, %d tasks: %s", len(done.meetings), len(done.tasks), c.transcript())
				}
				used[level] = d.Usage("2026-08")
			})
		}
	})
	table := usageTable(used)
	t.Log("\n" + table)
	if file := os.Getenv(callTable); file != "" {
		must(t, os.WriteFile(file, []byte(table), 0o600)) //nolint:gosec // whoever runs the test named it
	}
	for level, u := range used {
		if u.Calls > mostCalls || u.Calls*meetings > freeCalls || u.Pushes*meetings > freePushes {
			t.Errorf("rung %d: %d calls and %d pushes for one meeting", level, u.Calls, u.Pushes)
		}
	}
}

// usageTable is a table in markdown: what one meeting costs at each rung, and forty.
func usageTable(used []dingtalktest.Usage) string {
	var b strings.Builder
	row := func(name string, cell func(dingtalktest.Usage) string) {
		b.WriteString("| " + name + " |")
		for _, u := range used {
			b.WriteString(" " + cell(u) + " |")
		}
		b.WriteString("\n")
	}
	kinds := map[string]bool{}
	for _, u := range used {
		for kind := range u.Kinds {
			kinds[kind] = true
		}
	}
	b.WriteString("| 一次会议 | 第 0 级 | 第 1 级 | 第 2 级 |\n|---|---|---|---|\n")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		row(kind, func(u dingtalktest.Usage) string { return fmt.Sprint(u.Kinds[kind]) })
	}
	row("**接口调用**", func(u dingtalktest.Usage) string { return fmt.Sprintf("**%d**", u.Calls) })
	row("**推送**", func(u dingtalktest.Usage) string { return fmt.Sprintf("**%d**", u.Pushes) })
	row("四十次会的接口调用", func(u dingtalktest.Usage) string {
		return fmt.Sprintf("%d（%d %%）", u.Calls*meetings, u.Calls*meetings*100/freeCalls)
	})
	row("四十次会的推送", func(u dingtalktest.Usage) string {
		return fmt.Sprintf("%d（%d %%）", u.Pushes*meetings, u.Pushes*meetings*100/freePushes)
	})
	return b.String()
}
