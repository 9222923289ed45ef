package main

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
)

// dingProduct is the product company on a DingTalk.
func dingProduct(t *testing.T, mode, dsn string, level rung, o dingtalktest.Options) (*company, *onDingTalk) {
	t.Helper()
	p := newProgram(t, dsn)
	d := newDingTalk(p, mode, level, o)
	return newProduct(p, d), d
}

// proveCards is somebody trying the card template out, privately where group is
// empty; from then on cards are used.
func (c *company) proveCards(group, who string) {
	c.Helper()
	c.say(group, who, "卡片自检")
	place := cmp.Or(group, who)
	m := c.find("a trial card", place, func(m sight) bool { return m.(onPhone).Type == "card" }) //nolint:forcetypeassert // on DingTalk
	label := labelsOf(m)[0]
	if _, err := c.on.tap(c.Context(), m, c.ids[who], label, nil); err != nil {
		c.Fatalf("%s: %v\n%s\n%s", label, err, m.text(), c.log)
	}
}

// TestDingTalkFirstDay is what an administrator lives through at each rung of the
// ladder and by both ways that messages come, as on Feishu.
func TestDingTalkFirstDay(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"stream", "http"} {
		for level := range rung(3) {
			t.Run(fmt.Sprintf("%s/%d", mode, level), func(t *testing.T) {
				t.Parallel()
				c, d := dingProduct(t, mode, "", level, dingtalktest.Options{})
				c.begin()
				code, said := c.huiban("doctor")
				if code != done || !strings.Contains(said, fmt.Sprintf("第 %d 级", min(level, 1))) {
					t.Errorf("doctor: exit %d, %s", code, said)
				}
				if level == 2 {
					c.proveCards("产品群", "高远")
				}
				if level > 0 {
					c.firstTask("@陈立") // nobody lists the members of a group
				} else {
					c.taskByAnswersOnly()
				}
				for _, m := range d.Messages() {
					if m.Type == "card" && level < 2 {
						t.Errorf("a card at rung %d: %s", level, m.Text())
					}
				}
				c.stop()
				c.sound(false)
				c.discreet()
			})
		}
	}
}

// notSent begins the line of the log for what there was no way to send.
const notSent = `"msg":"letter not sent"`

// taskByAnswersOnly is the first task where the bot may only answer: people ask for
// what waits for them, and what could not be told is listed.
func (c *company) taskByAnswersOnly() {
	c.Helper()
	c.say("产品群", "周敏", "待办 @许哲 完成接口文档 截止:12月4日17:00 优先:高 交付:文档1份")
	c.sees("产品群", "完成接口文档", "许哲")
	c.stop()
	c.serve()
	c.say("", "许哲", "我的待办")
	c.sees("许哲", "完成接口文档")
	c.say("", "许哲", "确认")
	c.sees("许哲", "已确认", "完成接口文档")
	c.times(2, "另有1条没能发给您", c.transcript)
	c.times(1, notSent, c.log.String) // to 周敏, that it is accepted
	c.at(on(c.TB, "2026-12-04 15:00"))
	c.times(4, notSent, c.log.String) // two mornings in a line each, and the reminder
	c.say("", "许哲", "未送达")
	c.sees("许哲", "还有2小时", "完成接口文档")
	c.say("", "许哲", "完成 文档在知识库")
	c.sees("许哲", "已提交")
	c.say("", "周敏", "未送达")
	c.sees("周敏", "许哲已确认", "完成接口文档")
	c.say("", "周敏", "验收 通过")
	c.sees("周敏", "通过", "完成接口文档")
}

// times waits until something stands in a growing text so many times.
func (c *company) times(n int, what string, text func() string) {
	c.Helper()
	c.until(fmt.Sprintf("%d × %s", n, what), func() bool { return strings.Count(text(), what) >= n })
}

// TestDingTalkTwoReplicas: two processes share the app's events and one database; one
// of them is killed in the middle. Where calls are many each card has its key, so
// what the killed one held is asked again and not seen twice.
func TestDingTalkTwoReplicas(t *testing.T) {
	t.Parallel()
	again := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second}
	c, d := dingProduct(t, "stream", newDatabase(t), 2, dingtalktest.Options{MonthlyCalls: paidCalls, Redeliver: again})
	d.Break(dingtalktest.Fault{Kind: dingtalktest.Redeliver, Every: 2})
	c.halved(func() { c.proveCards("产品群", "高远") })
}

// TestDingTalkMonthIsOver: when the quota of the month is used up people still get
// answers, what could not be sent is listed, and the next month begins anew.
func TestDingTalkMonthIsOver(t *testing.T) {
	t.Parallel()
	c, d := dingProduct(t, "stream", "", 1, dingtalktest.Options{})
	c.begin()
	c.say("产品群", "周敏", "待办 @许哲 完成接口文档 截止:12月4日17:00 优先:高 交付:文档1份")
	c.sees("许哲", "完成接口文档", "请您确认")
	d.Limit(d.Usage("2026-12").Calls, 0)
	c.say("产品群", "周敏", "待办 @陈立 写测试报告 截止:12月9日17:00 优先:中 交付:报告1份")
	c.sees("产品群", "写测试报告", "陈立")
	c.times(1, notSent, c.log.String)
	c.say("", "陈立", "未送达")
	c.sees("陈立", "写测试报告", "请您确认")
	c.at(on(t, "2027-01-04 10:00"))
	c.say("产品群", "周敏", "待办 @许哲 写使用说明 截止:1月8日17:00 优先:中 交付:说明1份")
	c.sees("许哲", "写使用说明", "请您确认")
	c.stop()
	c.sound(false)
}
