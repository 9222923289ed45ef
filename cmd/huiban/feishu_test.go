package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

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
			if code, said := c.huiban("serve"); code != failed || !strings.Contains(said, "huiban migrate") {
				t.Fatalf("serve without tables: exit %d, %s", code, said)
			}
			c.migrate()
			if code, said := c.huiban("doctor"); code != done || !strings.Contains(said, "机器人“会办”在") {
				t.Fatalf("doctor: exit %d, %s", code, said)
			}
			c.serve()
			c.until("ready", func() bool { code, _ := c.get("/readyz"); return code == http.StatusOK })
			if code, said := c.huiban("doctor", "--send", "产品群"); code != done || !strings.Contains(said, "点我试试") {
				t.Errorf("doctor beside serve: exit %d, %s", code, said)
			}
			check := c.sees("产品群", "会办自检")
			if a := c.tap("产品群", "高远", "点我试试"); !strings.Contains(a.says, "一切正常") {
				t.Errorf("toast %q", a.says)
			}
			must(t, c.on.happens(t.Context(), botAdded, c.ids["产品群"], c.ids["周敏"]))
			c.tap("产品群", "周敏", "项目推进")

			c.say("产品群", "周敏", "待办 @许哲 完成接口文档 截止:12月4日17:00 优先:高 交付:文档1份")
			c.sees("许哲", "完成接口文档", "周敏")
			c.say("产品群", "周敏", "待办 陈立 写测试报告 截止:12月9日17:00 优先:中 交付:报告1份") // named, not mentioned, and never met
			c.sees("陈立", "写测试报告", "请您确认")
			c.stop()
			c.serve()
			if a := c.tap("许哲", "许哲", "确认"); a.says == "" || !a.changed {
				t.Errorf("answer %+v", a)
			}
			c.at(on(t, "2026-12-04 15:00"))
			c.sees("许哲", "完成接口文档", "还有2小时")
			c.say("", "许哲", "完成 文档在知识库")
			c.tap("周敏", "周敏", "通过")
			c.sees("许哲", "完成接口文档")
			if m, _ := fake.Message(check.id()); m.Edits > 0 {
				t.Error("a card that is nobody's was edited")
			}
			c.stop()
			c.sound(false)
			log := c.log.String()
			if strings.Contains(log, "接口文档") {
				t.Error("the log quotes what people say")
			}
			if !strings.Contains(log, `"msg":"turn"`) || !strings.Contains(log, `"trace":"`) {
				t.Errorf("no line for a turn in the log:\n%s", log)
			}
		})
	}
}

// TestFeishuTwoReplicas: two processes share the app's events and one database;
// one of them is killed in the middle. Every word has one effect and one answer.
func TestFeishuTwoReplicas(t *testing.T) {
	t.Parallel()
	c, fake := feishuProduct(t, "websocket", newDatabase(t))
	fake.Break(feishutest.Fault{Kind: feishutest.Duplicate, Every: 2})
	c.migrate()
	c.serve()
	second := c.command("serve")
	second.Env = append(second.Env, "HUIBAN_SERVER_LISTEN="+freePort(t))
	must(t, second.Start())
	c.until("two connections", func() bool { return fake.Connections() == 2 })

	const words = 30
	said := make(chan string, words)
	for i := range words {
		go func() {
			what := fmt.Sprintf("写第%02d份接口文档", i)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, _ = fake.Say(ctx, c.ids["产品群"], c.ids["周敏"], "@会办 待办 @许哲 "+what+" 截止:12月9日17:00 优先:中 交付:文档1份")
			said <- what
		}()
	}
	for i := range words {
		if i == words/3 {
			must(t, second.Process.Kill())
			_ = second.Wait() // it was killed
		}
		<-said
	}
	c.until("everybody is asked", func() bool {
		return strings.Count(c.transcript(), "：请您确认") >= words
	})
	c.stop()
	for i := range words {
		asked := 0
		for _, m := range c.on.sights() {
			if m.at() == c.ids["许哲"] && strings.Contains(m.text(), fmt.Sprintf("写第%02d份接口文档：请您确认", i)) {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("word %d was asked %d times", i, asked)
		}
	}
	c.sound(false)
}
