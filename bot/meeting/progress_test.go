package meeting_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot/meeting"
)

func TestR69_Percent(t *testing.T) {
	for _, c := range []struct {
		name    string
		who     meeting.PersonID
		percent *int
		text    string
		rule    string // empty: taken
		gaps    string
		want    int
	}{
		{"more", owner, new(60), "", "", "", 60},
		{"only words", owner, nil, "还在写", "", "", 30},
		{"nothing", owner, nil, "  ", "R68", "说明", 30},
		{"down without words", owner, new(20), "", "R69", "说明", 30},
		{"down with words", owner, new(20), "方案要重写", "", "", 20},
		{"the same", owner, new(30), "", "", "", 30},
		{"100 is not done", owner, new(100), "", "", "", 100},
		{"101", owner, new(101), "", "R69", "", 30},
		{"-1", owner, new(-1), "写错了", "R69", "", 30},
		{"a helper comments", helper, nil, "接口已给", "", "", 30},
		{"a helper's percent", helper, new(90), "快好了", "R69", "", 30},
		{"a stranger comments", stranger, nil, "加油", "R68", "", 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := begun(t)
			err := task.Report(c.who, c.percent, c.text, at(t, "08-14 10:00"))
			if c.rule != "" {
				if r := refused(t, err, c.rule); fields(r) != c.gaps {
					t.Errorf("gaps %q, want %q", fields(r), c.gaps)
				}
			} else {
				must(t, err)
				u := task.Updates[len(task.Updates)-1]
				want := meeting.Update{By: c.who, At: at(t, "08-14 10:00"), Percent: c.want, Text: c.text}
				if diff := cmp.Diff(want, u); diff != "" {
					t.Errorf("update (-want +got):\n%s", diff)
				}
			}
			if task.Percent != c.want || task.Status != meeting.InProgress {
				t.Errorf("%d%% %s, want %d%%", task.Percent, task.Status, c.want)
			}
		})
	}
}

func TestR67_FirstProgressBegins(t *testing.T) {
	task := confirmed(t, handOut(t))
	must(t, task.Report(helper, nil, "资料在共享盘", at(t, "08-13 09:00")))
	if task.Status != meeting.NotStarted || !task.LastSign.Equal(task.ConfirmedAt) {
		t.Errorf("a helper's comment began it: %s, sign of life %s", task.Status, task.LastSign)
	}
	must(t, task.Report(owner, new(0), "", at(t, "08-13 10:00")))
	if task.Status != meeting.InProgress || !task.LastSign.Equal(at(t, "08-13 10:00")) {
		t.Errorf("not begun: %s", task.Status)
	}
}

func TestR72_BlockedNamesCauseAndHelp(t *testing.T) {
	task := begun(t)
	if r := refused(t, task.Block(owner, " ", meeting.Nobody, "", at(t, "08-14 10:00")), "R72"); fields(r) != "原因 需要" {
		t.Errorf("gaps %q", fields(r))
	}
	if r := refused(t, task.Block(owner, "等我自己", owner, "", at(t, "08-14 10:00")), "R72"); fields(r) != "需要" {
		t.Errorf("gaps %q", fields(r))
	}
	must(t, task.Block(owner, " 等测试环境 ", support, "腾一台机器", at(t, "08-14 10:00")))
	want := &meeting.Blocker{Reason: "等测试环境", Needs: support, What: "腾一台机器", At: at(t, "08-14 10:00")}
	if diff := cmp.Diff(want, task.Blocker); diff != "" {
		t.Errorf("blocker (-want +got):\n%s", diff)
	}
	must(t, task.Report(owner, nil, "还在等", at(t, "08-14 11:00")))
	if task.Status != meeting.Blocked {
		t.Errorf("progress cleared the obstacle: %s", task.Status)
	}
	if r := refused(t, task.Unblock(support, "", at(t, "08-14 12:00")), "R72"); fields(r) != "说明" {
		t.Errorf("gaps %q", fields(r))
	}
	must(t, task.Unblock(support, "机器到了", at(t, "08-14 12:00")))
	if task.Blocker != nil || task.Status != meeting.InProgress || !task.LastSign.Equal(at(t, "08-14 11:00")) {
		t.Errorf("cleared by the helper: %+v", task)
	}
}

func TestR76_NudgeOncePerPersonTaskAndDay(t *testing.T) {
	task := begun(t)
	key := meeting.NudgeKey(task, helper, at(t, "08-14 08:59"))
	for _, c := range []struct {
		who  meeting.PersonID
		at   string
		same bool
	}{{helper, "08-14 23:59", true}, {helper, "08-15 00:00", false}, {host, "08-14 08:59", false}} {
		if got := meeting.NudgeKey(task, c.who, at(t, c.at).UTC()); (got == key) != c.same {
			t.Errorf("key %q by %d at %s, first %q", got, c.who, c.at, key)
		}
	}
	if r := refused(t, task.MayNudge(stranger), "R76"); !strings.Contains(r.Say, "@{p1}") {
		t.Errorf("says %q", r.Say)
	}
}

func TestR67_Light(t *testing.T) {
	for _, c := range []struct {
		now  string
		want meeting.Light
	}{
		{"08-14 16:59", meeting.Green}, {"08-14 17:00", meeting.Yellow}, {"08-16 12:00", meeting.Yellow},
		{"08-17 17:00", meeting.Yellow}, {"08-17 17:01", meeting.Red},
	} {
		if got := meeting.Flag(begun(t), at(t, c.now), calendar(t)); got != c.want {
			t.Errorf("at %s %s, want %s", c.now, got, c.want)
		}
	}
	done := begun(t)
	must(t, done.Cancel(host, "需求没了", at(t, "08-14 10:00")))
	if got := meeting.Flag(done, at(t, "08-18 10:00"), calendar(t)); got != meeting.Green {
		t.Errorf("closed: %s", got)
	}
}
