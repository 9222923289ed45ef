package playground

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/paper"
)

// A tab is the page in a Chromium of its own.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps its browser in it
}

// openTab opens an address of the lab in a window of that size.
func (l *lab) openTab(t *testing.T, path string, width, height int) *tab {
	t.Helper()
	chromium := os.Getenv("HUIBAN_TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("HUIBAN_TEST_CHROMIUM names no browser (make test sets it)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-background-networking", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx}
	do(p, chromedp.EmulateViewport(int64(width), int64(height)))
	do(p, chromedp.Navigate(l.srv.URL+path))
	return p
}

// do runs an action or fails with a picture of the page.
func do[T any](p *tab, a chromedp.Action[T]) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, a)
	if err != nil {
		p.picture("failed")
		p.t.Fatal(err)
	}
	return v
}

// run evaluates a claim about the page.
func (p *tab) run(js string) bool {
	p.t.Helper()
	return do(p, chromedp.Evaluate[bool]("(() => { try { return !!("+js+") } catch { return false } })()"))
}

// until waits for a claim about the page.
func (p *tab) until(claim string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 15*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("(() => { try { return !!("+claim+") } catch { return false } })()")); err != nil {
		p.picture("failed")
		p.t.Fatalf("never came true: %s (%v)", claim, err)
	}
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.querySelector(%q) && !document.querySelector(%q).disabled", selector, selector))
	do(p, chromedp.Evaluate[any](fmt.Sprintf("document.querySelector(%q).click()", selector)))
}

// picture keeps what the page looks like where HUIBAN_TEST_PICTURES says.
func (p *tab) picture(name string) {
	dir := os.Getenv("HUIBAN_TEST_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(p.t.Name(), "/", "-")+"-"+name+".png"), png, 0o600); err != nil { //nolint:gosec // whoever runs the tests names the folder
		p.t.Error(err)
	}
}

// console is a card with all that a card can have, as that of a meeting.
func console(rows int) *card.Card {
	c := &card.Card{
		Title: "新品A方案评审会：议题1", Tone: card.Blue,
		Fields: []card.Field{{Label: "现在", Value: "A/B方案二选一，计划30分钟，14:30到时"}, {Label: "谈", Value: "两个方案的成本、工期、用户偏好"}},
		Table:  &card.Table{Head: []string{"任务ID", "任务描述", "责任人（部门）", "截止", "优先级", "交付物", "责任人确认"}},
		Body:   "**依据**还没有记。\n- 结论：同意采用A方案，由研发部牵头",
		Inputs: []card.Input{
			{Name: "kind", Label: "记什么", Kind: card.KindSelect, Required: true, Options: []card.Option{{Value: "结论", Label: "结论"}, {Value: "依据", Label: "依据"}}, Value: []string{"依据"}},
			{Name: "text", Label: "内容，一行一条", Kind: card.KindLines, Required: true},
		},
		Buttons: []card.Button{{ID: "记", Label: "记下", Submit: true}, {ID: "小结", Label: "小结"}, {ID: "加时", Label: "再给5分钟"}, {ID: "散会", Label: "散会"}},
		Files:   []card.File{{Name: "任务清单（草稿）", URL: "paper:meeting/1"}, {Name: "用户调研：一个很长很长的文件名，长到一行写不下，手机上更写不下.pdf", URL: "abc"}},
	}
	for i := range rows {
		c.Table.Rows = append(c.Table.Rows, []string{fmt.Sprintf("T-20260812-01-%02d", i+1), "完成A方案技术文档", "许哲（研发部）", "08-17 17:00", "高", "文档v1，评审通过", "已确认 14:19"})
	}
	return c
}

// TestConsoleInTheBrowser looks at a card with a table, a form and files on a
// wide and on a narrow screen: it stays inside the screen, a long table scrolls
// in the card, an edit is seen and leaves what was typed.
func TestConsoleInTheBrowser(t *testing.T) {
	for _, width := range []int{1280, 360} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			l := company(t, "")
			m := l.send(bot.Out{UUID: "u1", Chat: "playground:g1", Card: console(14)})
			p := l.openTab(t, "/", width, 800)
			at := fmt.Sprintf("#log [data-message=%q]", m.ID)
			card := fmt.Sprintf("document.querySelector(%q)", at+" .card")
			p.until(card)
			p.picture("card")
			for _, claim := range []string{
				"document.documentElement.scrollWidth <= innerWidth",
				card + ".getBoundingClientRect().right <= innerWidth",
				"[..." + card + ".querySelectorAll('.inside > *')].every((x) => x.getBoundingClientRect().right <= " + card + ".getBoundingClientRect().right)",
				"(({clientHeight, scrollHeight}) => clientHeight <= 340 && scrollHeight > clientHeight)(" + card + ".querySelector('.scroll'))",
				"getComputedStyle(" + card + ".querySelector('thead th')).position === 'sticky'",
				card + ".querySelector('a.file').getAttribute('href') === '/paper/meeting/1?user=p1'",
			} {
				if !p.run(claim) {
					t.Errorf("not so: %s", claim)
				}
			}
			do(p, chromedp.Evaluate[any](fmt.Sprintf(`(() => { const x = document.querySelector(%q); x.focus(); x.value = "第3页，70%%"; x.dispatchEvent(new Event("input", {bubbles: true}));
				document.querySelector(%q).scrollTop = 90; })()`, at+" textarea", at+" .scroll")))
			l.send(bot.Out{UUID: "u2", Edit: bot.MessageID(m.ID), Chat: "playground:g1", Card: console(15)})
			p.until(card + ".querySelectorAll('tbody tr').length === 15")
			p.picture("edited")
			for _, claim := range []string{
				fmt.Sprintf("document.querySelector(%q).classList.contains('fresh')", at),
				card + ".querySelector('textarea').value === '第3页，70%'",
				card + ".querySelector('.scroll').scrollTop === 90",
				"document.activeElement === " + card + ".querySelector('textarea')",
			} {
				if !p.run(claim) {
					t.Errorf("after an edit not so: %s", claim)
				}
			}
			p.until(fmt.Sprintf("!document.querySelector(%q).classList.contains('fresh')", at))
		})
	}
}

// TestPhoneInTheBrowser switches whose phone lies on the right by list, by
// button and by key, and finds it again after a reload.
func TestPhoneInTheBrowser(t *testing.T) {
	l := company(t, "")
	p := l.openTab(t, "/", 1280, 800)
	p.until("document.querySelector('#phone-who').value !== ''")
	l.send(bot.Out{UUID: "u1", Account: "playground:p4", Text: "请确认"})
	p.click(`#phone-others [data-person="p4"]`)
	p.until("document.querySelector('#phone-who').value === 'p4' && document.querySelector('#phone-log').textContent.includes('请确认')")
	p.click("#phone-next")
	p.until("document.querySelector('#phone-who').value === 'p2'")
	p.click("#phone-prev")
	p.until("document.querySelector('#phone-who').value === 'p4'")
	do(p, chromedp.Evaluate[any](`document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", altKey: true, bubbles: true}))`))
	p.until("document.querySelector('#phone-who').value === 'p2'")
	do(p, chromedp.Navigate(l.srv.URL+"/"))
	p.until("document.querySelector('#phone-who')?.value === 'p2'")
	p.picture("phone")
}

// TestClockMenuInTheBrowser moves the clock by minutes, by a name and by the
// guide's button.
func TestClockMenuInTheBrowser(t *testing.T) {
	l := company(t, "")
	asked := make(chan string, 9)
	l.world.next = func(to string) ([]bot.HeldBack, error) {
		asked <- to
		l.world.set(wednesday().Add(26 * time.Hour))
		return nil, nil
	}
	l.world.guide = &Guide{Current: "b", Steps: []Step{{ID: "a", Done: true}, {
		ID: "b", Do: "开会，快进24分钟", Why: "到点了会办会提醒。", Input: "结论：采用A方案，研发部牵头", Chat: "g1", User: "p1",
		Jump: []Jump{{Label: "24分钟", Advance: "24m"}, {Label: "到意见截止", To: "feedback"}},
	}}}
	p := l.openTab(t, "/", 1280, 800)
	p.until("document.querySelectorAll('#guide-jumps button').length === 2")
	p.click("#ff")
	p.picture("menu")
	p.click("#ff-minutes")
	p.click("#dialog-yes")
	p.until("document.querySelector('#now').textContent.endsWith('14:19')")
	p.click(`#guide-jumps [data-jump="24m"]`)
	p.until("document.querySelector('#now').textContent.endsWith('14:43')")
	p.picture("guide")
	p.click(`#guide-jumps [data-jump="feedback"]`)
	p.until("document.querySelector('#now').textContent.includes('08-13')")
	p.click("#ff")
	p.click("#ff-feedback")
	p.until("!document.querySelector('#ff').disabled")
	l.world.mu.Lock()
	l.world.guide = &Guide{Steps: []Step{{ID: "a", Done: true}}, End: "走完了：从预通知到验收，会办都跟着。", Seen: []string{"预通知提前2个工作日发出", "“尽快”不算日期", "没有人需要催"}}
	l.world.mu.Unlock()
	l.p.tell("clock", map[string]string{"now": moment(l.world.Now())})
	p.until("document.querySelectorAll('#told li').length === 3 && document.querySelector('#guide-do').textContent.includes('从预通知到验收')")
	p.picture("seen")
	p.click("#dialog-yes")
	p.until("!document.querySelector('#told') && document.querySelector('#guide-type').textContent === '您刚才看到的'")
	if first, second := <-asked, <-asked; first != "feedback" || second != "feedback" {
		t.Errorf("asked for %q and %q", first, second)
	}
}

// TestPaperInTheBrowser opens a paper from a card, on a screen and as printed.
func TestPaperInTheBrowser(t *testing.T) {
	l := company(t, "")
	l.paper = func(bot.Account, string, int64) (paper.Doc, error) {
		doc := minutes()
		doc.Grid(console(6).Table.Head, console(6).Table.Rows)
		return doc, nil
	}
	p := l.openTab(t, "/paper/minutes/12?user=p1", 1280, 1100)
	p.until("document.querySelector('#print')")
	p.picture("wide")
	if !p.run("getComputedStyle(document.querySelector('h1')).textAlign === 'center' && document.styleSheets.length === 1") {
		t.Error("the page has no style")
	}
	if !p.run(`[...document.styleSheets[0].cssRules].filter((r) => r.media?.mediaText === "print").flatMap((r) => [...r.cssRules])
		.some((r) => r.selectorText === ".tools" && r.style.display === "none")`) {
		t.Error("the button is printed, too")
	}
	do(p, chromedp.Evaluate[any]("window.print = () => { window.printed = true }"))
	p.click("#print")
	p.until("window.printed")
	do(p, chromedp.EmulateViewport(360, 800))
	p.picture("narrow")
	if !p.run("document.documentElement.scrollWidth <= innerWidth") {
		t.Error("a narrow screen scrolls sideways")
	}
}
