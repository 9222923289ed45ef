package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// begin makes the tables, but not before serve has asked for them, and serves.
func (c *company) begin() {
	c.Helper()
	if code, said := c.huiban("serve"); code != failed || !strings.Contains(said, "huiban migrate") {
		c.Fatalf("serve without tables: exit %d, %s", code, said)
	}
	c.migrate()
	c.serve()
	c.ready(c.health)
}

// ready waits until the huiban whose health is at an address says that it can work.
func (p *program) ready(address string) {
	p.Helper()
	p.until("ready", func() bool {
		code, _ := p.ask("http://" + address + "/readyz")
		return code == http.StatusOK
	})
}

// firstTask is a task of 周敏 for 许哲 in the product company, from 待办 to 验收, with
// a restart in the middle and a reminder: everybody is told and taps in private.
// Unmet is how people there write the name of a colleague whom huiban never met.
func (c *company) firstTask(unmet string) {
	c.Helper()
	c.say("产品群", "周敏", "待办 @许哲 完成接口文档 截止:12月4日17:00 优先:高 交付:文档1份")
	c.sees("许哲", "完成接口文档", "周敏")
	c.say("产品群", "周敏", "待办 "+unmet+" 写测试报告 截止:12月9日17:00 优先:中 交付:报告1份")
	c.sees("陈立", "写测试报告", "请您确认")
	c.stop()
	c.serve()
	if a := c.tap("许哲", "许哲", "确认"); !a.spoken && (a.says == "" || !a.changed) {
		c.Errorf("answer %+v", a)
	}
	c.sees("周敏", "许哲已确认", "完成接口文档")
	c.at(on(c.TB, "2026-12-04 15:00"))
	c.sees("许哲", "完成接口文档", "还有2小时")
	c.say("", "许哲", "完成 文档在知识库")
	c.tap("周敏", "周敏", "通过")
	c.sees("许哲", "验收通过了", "完成接口文档")
}

// discreet checks that the log has a line for each turn, and not what was said.
func (p *program) discreet() {
	p.Helper()
	log := p.log.String()
	if strings.Contains(log, "接口文档") {
		p.Error("the log quotes what people say")
	}
	if !strings.Contains(log, `"msg":"turn"`) || !strings.Contains(log, `"trace":"`) {
		p.Errorf("no line for a turn in the log:\n%s", log)
	}
}

// halved has two processes serve the product company from one database, and one of
// them killed in the middle. Every word has one effect and one answer. What people
// do first, they do before the second begins.
func (c *company) halved(first func()) {
	c.Helper()
	c.migrate()
	c.serve()
	first()
	second, health := c.command("serve"), freePort(c.TB)
	second.Env = append(second.Env, "HUIBAN_SERVER_LISTEN="+health)
	must(c.TB, second.Start())
	c.ready(c.health)
	c.ready(health)

	const words = 30
	said := make(chan string, words)
	for i := range words {
		go func() {
			what := fmt.Sprintf("写第%02d份接口文档", i)
			ctx, cancel := context.WithTimeout(c.Context(), 10*time.Second)
			defer cancel()
			_ = c.on.say(ctx, c.ids["产品群"], c.ids["周敏"], "@会办 待办 @许哲 "+what+" 截止:12月9日17:00 优先:中 交付:文档1份")
			said <- what
		}()
	}
	for i := range words {
		if i == words/3 {
			must(c.TB, second.Process.Kill())
			_ = second.Wait() // it was killed
		}
		<-said
	}
	c.patient = 2 * time.Minute // what the killed one held is free when its lease ends
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
			c.Errorf("word %d was asked %d times", i, asked)
		}
	}
	c.sound(false)
}
