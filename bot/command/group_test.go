package command

import (
	"strings"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
)

// TestBind_IsOnRecord: who said what the group is for, and what it was before.
func TestBind_IsOnRecord(t *testing.T) {
	store := bottest.Script(t, `now 2026-08-12 14:30
people
	周敏 产品部
	许哲 研发部
group 产品群: 周敏, 许哲
bot added 产品群 周敏
许哲 taps 项目推进 in 产品群
产品群 周敏: 绑定本群 用途:部门日常
产品群 周敏: 绑定本群 用途:部门日常`, script())
	err := store.View(t.Context(), func(tx bot.Tx) error {
		g, err := tx.Group("full:group/产品群")
		if err != nil {
			return err
		}
		trail, err := tx.AuditTrail(g.Ref())
		if len(trail) != 2 {
			t.Fatalf("%d events: %+v", len(trail), trail)
		}
		for i, want := range []struct {
			who           int64
			before, after string
		}{{2, "", "项目推进"}, {1, "项目推进", "部门日常"}} {
			if a := trail[i]; int64(a.Who) != want.who || a.Before != want.before || a.After != want.after {
				t.Errorf("event %d: %+v", i, a)
			}
		}
		if _, ok := bot.Verify(trail); !ok {
			t.Error("the chain is broken")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPurpose_EachNamesANextStep that people can type.
func TestPurpose_EachNamesANextStep(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range purpose("").Choices() {
		next := purpose(p).next()
		if seen[next] || !strings.Contains(next, "@我说“") {
			t.Errorf("%s: %s", p, next)
		}
		seen[next] = true
	}
}
