package meeting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot/meeting"
)

// listed are the transitions of a task in section 3.2, and the verbs that make
// them. 已完成→进行中 is not ruled yet.
var listed = []struct{ name, verbs string }{ //nolint:gochecknoglobals // a table
	{"待确认→待确认", "异议 答复异议 主持人转交"},
	{"待确认→未开始", "确认 代定"},
	{"待确认→已取消", "取消待办"},
	{"未开始→进行中", "进度 留言"},
	{"未开始→受阻", "受阻"},
	{"未开始→待验收", "完成"},
	{"未开始→已取消", "取消待办"},
	{"进行中→受阻", "受阻"},
	{"进行中→待验收", "完成"},
	{"进行中→已取消", "取消待办"},
	{"受阻→进行中", "解除受阻"},
	{"受阻→待验收", "完成"},
	{"受阻→已取消", "取消待办"},
	{"待验收→进行中", "撤回 退回"},
	{"待验收→已完成", "通过"},
	{"待验收→已取消", "取消待办"},
}

// TestTransitionsAreTheListedOnes holds the table that TestTransitions tries
// against section 3.2: each listed transition is made by each of its verbs, and
// no verb makes another one.
func TestTransitionsAreTheListedOnes(t *testing.T) {
	made := map[string][]string{}
	for _, v := range verbs {
		for i, to := range strings.Fields(v.leads) {
			from := string(situations[i].make(t).Status)
			if to == "-" || from == to && from != string(meeting.Unconfirmed) || v.name == "催" {
				continue // nothing moves
			}
			if !slices.Contains(made[from+"→"+to], v.name) {
				made[from+"→"+to] = append(made[from+"→"+to], v.name)
			}
		}
	}
	for _, l := range listed {
		got := made[l.name]
		delete(made, l.name)
		slices.Sort(got)
		if want := slices.Sorted(slices.Values(strings.Fields(l.verbs))); !slices.Equal(got, want) {
			t.Errorf("%s is made by %v, want %v", l.name, got, want)
		}
	}
	for name, by := range made {
		t.Errorf("%s is made by %v and is not listed", name, by)
	}
}

// TestTransitionsOfARequest: a request for a later date ends in one answer.
func TestTransitionsOfARequest(t *testing.T) {
	for _, c := range []struct {
		name    string
		verdict meeting.Verdict
		reason  string
		granted int
	}{
		{"待审批→已批准", meeting.Agree, "", 1},
		{"待审批→已拒绝", meeting.Disagree, "展会不能等", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := begun(t)
			before := task.Due
			must(t, task.AskExtension(newBook(), request(t, "08-21 17:00"), owner, at(t, "08-13 16:00")))
			must(t, task.AnswerExtension(host, c.verdict, time.Time{}, c.reason, at(t, "08-13 17:00"), calendar(t)))
			if task.Extension != nil || task.Extensions != c.granted || task.Due.Equal(before) == (c.granted == 1) {
				t.Errorf("waits %v, granted %d times, due %v after %v", task.Extension, task.Extensions, task.Due, before)
			}
			refused(t, task.AnswerExtension(host, meeting.Agree, time.Time{}, "", at(t, "08-13 18:00"), calendar(t)), "R78")
		})
	}
}
