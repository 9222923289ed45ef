package main

import (
	"strings"
	"testing"

	"huiban/adapters/feishu/feishutest"
)

// feishuProduct is the product company on a Feishu.
func feishuProduct(t *testing.T, mode, dsn string) (*company, *onFeishu) {
	t.Helper()
	p := newProgram(t, dsn)
	f := newFeishu(p, mode, feishutest.Options{})
	return newProduct(p, f), f
}

// TestFeishuFirstDay is what an administrator lives through, by the real program:
// migrate, doctor, serve, a group, a task from 待办 to 验收 with a restart in the
// middle, a reminder, a stop.
func TestFeishuFirstDay(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"websocket", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			c, fake := feishuProduct(t, mode, "")
			c.begin()
			if code, said := c.huiban("doctor"); code != done || !strings.Contains(said, "机器人“会办”在") {
				t.Fatalf("doctor: exit %d, %s", code, said)
			}
			if code, said := c.huiban("doctor", "--send", "产品群"); code != done || !strings.Contains(said, "点我试试") {
				t.Errorf("doctor beside serve: exit %d, %s", code, said)
			}
			check := c.sees("产品群", "会办自检")
			if a := c.tap("产品群", "高远", "点我试试"); !strings.Contains(a.says, "一切正常") {
				t.Errorf("toast %q", a.says)
			}
			must(t, c.on.happens(t.Context(), botAdded, c.ids["产品群"], c.ids["周敏"]))
			c.tap("产品群", "周敏", "项目推进")
			c.firstTask("陈立")
			if m, _ := fake.Message(check.id()); m.Edits > 0 {
				t.Error("a card that is nobody's was edited")
			}
			c.stop()
			c.sound(false)
			c.discreet()
		})
	}
}

// TestFeishuTwoReplicas: two processes share the app's events and one database;
// one of them is killed in the middle. Every word has one effect and one answer.
func TestFeishuTwoReplicas(t *testing.T) {
	t.Parallel()
	c, fake := feishuProduct(t, "websocket", newDatabase(t))
	fake.Break(feishutest.Fault{Kind: feishutest.Duplicate, Every: 2})
	c.halved(func() {})
}
