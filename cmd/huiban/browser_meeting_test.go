package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// An act is one thing that somebody does in the page: the guest in a group or
// in the private chat, anybody else on the phone in the right hand.
type act struct {
	who  string // empty: the guest
	chat string // the group; empty: the private chat
	says string
	taps string // id of a button on the newest card there that has it
}

// TestThreeTopicsInTheBrowser drives a whole meeting of three topics: a proxy, a
// dispute with its ruling, a task that is refused and given to somebody else,
// minutes that are sent back, feedback, the 终稿 and an erratum.
func TestThreeTopicsInTheBrowser(t *testing.T) {
	d := startDemo(t, "--data", filepath.Join(t.TempDir(), "demo"))
	p := openTab(t, d.address)
	g := projectGroup
	p.play([]act{
		{who: "孙蕾", says: "代参会 @何佳"},
		{chat: g, says: "@会办 开会"},
		{chat: g, says: "@会办 分歧 @陈立 11月上不了 理由:测试资源只有2人"},
		{chat: g, says: "@会办 分歧 @赵倩 11月10日必须上 理由:展会在11月10日"},
		{who: "陈立", taps: "确认"},
		{chat: g, says: "@会办 未决 11月10日是否上线展会版 决策人:@高远 期限:8月14日17:00"},
		{chat: g, says: "@会办 下一议题"},
		{chat: g, taps: "下一议题"},
		{chat: g, says: "@会办 结论：同意三个节点的排法 依据:研发排期表第2页"},
		{chat: g, says: "@会办 待办 @许哲 排出三个节点的排期表 截止:8月17日17:00 优先:高 交付:排期表，三方签字"},
		{who: "许哲", says: "拒绝 这周在外场"},
		{says: "答复 换人 换:@陈立"},
		{who: "陈立", says: "确认"},
		{chat: g, says: "@会办 下一议题 原因:结论已经念过"},
		{chat: g, says: "@会办 结论：采用先打样20套 依据:产线试装记录"},
		{chat: g, says: "@会办 散会"},
		{who: "林晓", says: "提审"},
		{says: "退回 议题2漏了第3个节点"},
		{who: "林晓", says: "纪要加 2 节点3在11月完成"},
		{who: "林晓", says: "提审"},
		{taps: "通过"},
		{taps: "分发"},
		{who: "赵倩", says: "有意见：展会版只要演示3个功能，纪要没写"},
		{who: "林晓", says: "答复意见 1 采纳"},
		{who: "林晓", says: "纪要加 1 展会版只演示3个功能"},
		{who: "高远", says: "裁决 做展会版，仅3个功能 依据:展会签约目标"},
	})
	p.forward("#ff-feedback")
	p.play([]act{
		{says: "通过"},
		{who: "林晓", says: "发终稿 确认"},
		{who: "林晓", says: "纪要改 1 换一句"},
		{who: "林晓", says: "勘误 会议:新品A方案评审会 原文:打样20套 更正:打样30套 原因:产线要备件"},
		{taps: "通过"},
	})
	p.picture("three")
	said := p.said()
	for _, part := range []string{"终稿不能修改", "勘误", "终稿v1.0"} {
		if !strings.Contains(said, part) {
			t.Errorf("nobody was told of %s", part)
		}
	}
	p.paper(`何佳`, "测试资源只有2人", "展会在11月10日", "节点3在11月完成", "展会版只演示3个功能", "排出三个节点的排期表")
}

// play does one thing after the other.
func (p *tab) play(acts []act) {
	p.t.Helper()
	for _, a := range acts {
		pane, box, send := "#log", "#say", "#send"
		switch {
		case a.who != "":
			p.phone(a.who)
			pane, box, send = "#phone-log", "#phone-say", "#phone-send"
		default:
			p.visit(a.chat)
		}
		if a.taps != "" {
			p.tap(pane, a.taps)
			p.settle()
			continue
		}
		p.put(box, strings.TrimPrefix(a.says, "@会办 "))
		p.click(send)
		p.until(fmt.Sprintf("document.querySelector(%q).value === ''", box))
		p.settle()
	}
}

// visit opens a group of the guest's, or the private chat.
func (p *tab) visit(group string) {
	p.t.Helper()
	if group == "" {
		group = "会办"
	}
	item := fmt.Sprintf("[...document.querySelectorAll('#chats [data-chat]')].find((c) => c.querySelector('.name').textContent === %q)", group)
	p.until(item)
	do(p, chromedp.Evaluate[any](item+".click()"))
	p.until(fmt.Sprintf("document.querySelector('#chat-title').textContent === %q", group))
}

// said is everything that the bot has said so far to anybody.
func (p *tab) said() string {
	p.t.Helper()
	return do(p, chromedp.Evaluate[string](`fetch("/api/messages?after=0").then((r) => r.text())`, chromedp.EvalAwaitPromise))
}

// paper reads the sealed minutes of today's meeting and looks for words in them.
func (p *tab) paper(words ...string) {
	p.t.Helper()
	link := do(p, chromedp.Evaluate[string](fmt.Sprintf(`[...document.querySelectorAll('#log a[href*="/paper/minutes/"]')].find((a) => {
		const m = a.closest("[data-message]").innerText; return m.includes(%q) && m.includes("终稿v1.0"); })?.href ?? ""`, reviewTitle)))
	if link == "" {
		p.t.Fatal("the guest has no 终稿")
	}
	text := do(p, chromedp.Evaluate[string](fmt.Sprintf("fetch(%q).then((r) => r.text())", link), chromedp.EvalAwaitPromise))
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("the paper lacks %s", w)
		}
	}
}
