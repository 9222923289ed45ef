package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/adapters/feishu/feishutest"
	"huiban/bot/meeting"
)

// A pair is one huiban that serves people on a fake Feishu and on a fake DingTalk.
type pair struct {
	*program

	feishu, ding *company
}

func newPair(t *testing.T) pair {
	t.Helper()
	p := newProgram(t, "")
	f := newFeishu(p, "websocket", feishutest.Options{})
	d := newDingTalk(p, "stream", 2, dingtalktest.Options{})
	both := pair{p, newCompany(p, f), newCompany(p, d)}
	for _, c := range []*company{both.feishu, both.ding} {
		c.person("周敏", "产品部", "") // he is on both
	}
	both.feishu.person("高远", "总经办", "")
	both.feishu.person("陈立", "研发部", "高远")
	both.feishu.group("飞书项目群", "周敏", "高远", "陈立")
	both.ding.person("林晓", "项目办", "")
	both.ding.person("许哲", "研发部", "")
	both.ding.group("钉钉项目群", "周敏", "林晓", "许哲")
	p.at(on(t, "2026-08-10 09:10"))
	p.migrate()
	p.serve()
	both.ding.proveCards("钉钉项目群", "林晓")
	return both
}

// The codes that link two accounts, and a meeting to one more group.
var (
	accountCode = regexp.MustCompile(`绑定码：(\d{6})`)
	meetingCode = regexp.MustCompile(`绑定码：(\S+)`)
)

// linked makes 周敏 one person: the code that he is told on one side he types on
// the other, and then where he got it.
func (b pair) linked() {
	b.Helper()
	b.feishu.say("", "周敏", "绑定账号")
	told := b.feishu.find("a code", "周敏", func(m sight) bool { return accountCode.MatchString(m.text()) })
	typed := "绑定账号 " + accountCode.FindStringSubmatch(told.text())[1]
	b.ding.say("", "周敏", typed)
	b.ding.sees("周敏", "回到飞书", typed)
	b.feishu.say("", "周敏", typed)
	b.feishu.sees("周敏", "已绑定", "同一个人")
}

// planned is a meeting made in the group on Feishu and bound to the one on DingTalk;
// people of both are invited.
func (b pair) planned() {
	b.Helper()
	for _, line := range []string{
		"新建会议 新品A方案评审会 时间:8月12日14:00—15:00 地点:3号会议室 目标:A/B方案二选一",
		"议题 A/B方案二选一 产出:决策 时长:20 谈:成本 不谈:渠道政策",
		"参会 @高远 层级:决策层",
		"参会 @陈立",
	} {
		b.feishu.say("飞书项目群", "周敏", line)
	}
	b.feishu.sees("飞书项目群", "筹备：新品A方案评审会", "陈立")
	b.feishu.say("飞书项目群", "周敏", "绑定会议")
	told := b.feishu.find("a code", "飞书项目群", func(m sight) bool { return meetingCode.MatchString(m.text()) })
	b.ding.say("钉钉项目群", "周敏", "绑定会议 "+meetingCode.FindStringSubmatch(told.text())[1])
	b.ding.sees("钉钉项目群", "本群已绑定新品A方案评审会")
	b.ding.say("钉钉项目群", "周敏", "参会 @许哲")
	b.ding.say("钉钉项目群", "周敏", "分工 主持:周敏 记录:林晓 计时:会办")
	b.feishu.sees("飞书项目群", "筹备：新品A方案评审会", "许哲", "记录林晓")
	b.feishu.say("飞书项目群", "周敏", "发预通知 确认")
	b.feishu.sees("飞书项目群", "预通知：新品A方案评审会", "已回复0/5")
	b.ding.sees("钉钉项目群", "预通知：新品A方案评审会", "已回复0/5")
}

// TestOneMeetingOnTwoPlatforms: a group on Feishu and one on DingTalk have one meeting.
// People answer, confirm and deliver on the cards of their own side; one of them is
// on both. There is one ledger.
func TestOneMeetingOnTwoPlatforms(t *testing.T) {
	t.Parallel()
	b := newPair(t)
	b.linked()
	b.planned()
	b.feishu.tap("高远", "高远", "参加")
	b.ding.tap("许哲", "许哲", "参加")
	b.ding.tap("钉钉项目群", "林晓", "参加")
	b.feishu.sees("飞书项目群", "预通知：新品A方案评审会", "已回复3/5")
	b.at(on(t, "2026-08-10 09:12"))
	b.ding.sees("钉钉项目群", "预通知：新品A方案评审会", "已回复3/5")

	b.at(on(t, "2026-08-12 14:00"))
	b.feishu.say("飞书项目群", "周敏", "开会")
	b.ding.sees("钉钉项目群", "新品A方案评审会", "在议议题1")
	b.feishu.say("飞书项目群", "周敏", "结论：采用A方案，研发部牵头 依据:用户调研第3页")
	b.ding.say("钉钉项目群", "周敏", "待办 @许哲 出A方案技术文档 截止:8月14日17:00 优先:高 交付:技术文档一份")
	b.feishu.say("飞书项目群", "周敏", "待办 @陈立 排出三个节点的排期表 截止:8月14日17:00 优先:高 交付:排期表")
	b.ding.tap("许哲", "许哲", "确认")
	b.feishu.tap("陈立", "陈立", "确认")
	b.at(on(t, "2026-08-12 14:30"))
	b.ding.say("钉钉项目群", "周敏", "散会")
	b.feishu.sees("飞书项目群", "新品A方案评审会", "散会")

	b.at(on(t, "2026-08-12 16:30"))
	b.ding.say("", "林晓", "提审")
	b.ding.sees("林晓", "提交")
	b.feishu.say("", "周敏", "通过")
	b.feishu.tap("周敏", "周敏", "分发")
	b.ding.tap("许哲", "许哲", "已阅")
	b.feishu.tap("陈立", "陈立", "已阅")
	b.at(on(t, "2026-08-13 16:45"))
	b.ding.say("", "林晓", "发终稿 确认")
	b.ding.sees("钉钉项目群", "终稿")
	b.feishu.sees("飞书项目群", "终稿")

	b.at(on(t, "2026-08-14 15:00"))
	b.ding.say("", "许哲", "完成 https://docs.example.com/a-plan-v1")
	b.feishu.say("", "陈立", "完成 https://docs.example.com/plan")
	b.feishu.say("", "周敏", "验收 01-01 通过")
	b.ding.say("", "周敏", "验收 01-02 通过")
	b.feishu.say("", "周敏", "归档")
	b.feishu.sees("周敏", "已归档")
	b.stop()
	b.sound(false)
	b.oneLedger()
}

// oneLedger checks that what was done on both sides is one meeting.
func (b pair) oneLedger() {
	b.Helper()
	kept := b.read(b.folder)
	if len(kept.meetings) != 1 || kept.meetings[0].Status != meeting.Archived {
		b.Fatalf("%d meetings: %+v\n%s", len(kept.meetings), kept.meetings, b.transcript())
	}
	var names []string
	for _, x := range kept.tasks {
		if x.Status != meeting.Done || x.Meeting != kept.meetings[0].ID || x.Host != kept.meetings[0].Host {
			b.Errorf("%+v", x)
		}
		names = append(names, x.Description)
	}
	slices.Sort(names)
	if strings.Join(names, " ") != "出A方案技术文档 排出三个节点的排期表" {
		b.Error(names)
	}
}
