package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// aDemo is `huiban demo` as a user starts it.
type aDemo struct {
	address string
	stop    func() int
}

// startDemo runs the verb in this process and waits for its address.
func startDemo(t *testing.T, args ...string) *aDemo {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	read, write := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"demo", "--listen", "127.0.0.1:0"}, args...), nil, write, os.Stderr)
		_ = write.Close()
	}()
	said := make([]byte, 4096)
	n, err := read.Read(said)
	if err != nil {
		cancel()
		t.Fatalf("demo ended with %d before it said its address", <-code)
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(string(said[:n]))
	if address == "" {
		t.Fatalf("no address in %q", said[:n])
	}
	d := &aDemo{address: address, stop: sync.OnceValue(func() int { cancel(); return <-code })}
	t.Cleanup(func() { d.stop() })
	return d
}

// A tab is a page in Chromium.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps its browser in it
}

// openTab starts a Chromium of its own on the address.
func openTab(t *testing.T, address string) *tab {
	t.Helper()
	chromium := os.Getenv("HUIBAN_TEST_CHROMIUM")
	if chromium == "" {
		t.Skip("HUIBAN_TEST_CHROMIUM names no browser (make test sets it)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-background-networking", true), chromedp.WindowSize(1440, 900))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx}
	do(p, chromedp.Navigate(address))
	p.until(`document.querySelector("#chat-title").textContent !== ""`)
	return p
}

// do runs an action or fails with a picture of the page.
func do[T any](p *tab, a chromedp.Action[T]) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, a)
	if err != nil {
		p.t.Fatalf("%v%s", err, p.picture("failed"))
	}
	return v
}

// until waits for a claim about the page.
func (p *tab) until(claim string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool]("(() => { try { return !!("+claim+") } catch { return false } })()"))
	if err != nil {
		p.t.Fatalf("never came true: %s (%v)%s", claim, err, p.picture("failed"))
	}
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.querySelector(%q) && !document.querySelector(%q).disabled", selector, selector))
	do(p, chromedp.Evaluate[any](fmt.Sprintf("document.querySelector(%q).click()", selector)))
}

// put sets the value of an input and tells the page.
func (p *tab) put(selector, value string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.querySelector(%q)", selector))
	do(p, chromedp.Evaluate[any](fmt.Sprintf(`(() => { const x = document.querySelector(%q); x.value = %q;
		for (const kind of ["input", "change"]) x.dispatchEvent(new Event(kind, {bubbles: true})); })()`, selector, value)))
}

func (p *tab) text(selector string) string {
	p.t.Helper()
	return do(p, chromedp.Evaluate[string](fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector)))
}

// newest is the selector of the newest message in a pane that has a part.
func (p *tab) newest(pane, part string) string {
	p.t.Helper()
	p.until(fmt.Sprintf("document.querySelector(%q)", pane+" [data-message] "+part))
	id := do(p, chromedp.Evaluate[string](fmt.Sprintf(
		"[...document.querySelectorAll(%q)].at(-1).closest('[data-message]').dataset.message", pane+" [data-message] "+part)))
	return fmt.Sprintf("%s [data-message=%q] %s", pane, id, part)
}

// tap taps the newest button of that id in a pane and waits until the page is
// done with it.
func (p *tab) tap(pane, button string) {
	p.t.Helper()
	p.click(p.newest(pane, fmt.Sprintf("[data-button=%q]", button)))
	p.until(`!document.querySelector("[aria-busy=true]")`)
}

// forward moves the clock by an item of its menu.
func (p *tab) forward(item string) {
	p.t.Helper()
	before := p.text("#now")
	p.click("#ff")
	p.click(item)
	p.until(fmt.Sprintf("document.querySelector('#now').textContent !== %q && !document.querySelector('#ff').disabled", before))
}

// picture keeps what the page looks like in the folder that
// HUIBAN_TEST_PICTURES names, and says where.
func (p *tab) picture(name string) string {
	dir := os.Getenv("HUIBAN_TEST_PICTURES")
	if dir == "" {
		return ""
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return ""
	}
	file := filepath.Join(dir, strings.ReplaceAll(p.t.Name(), "/", "-")+"-"+name+".png")
	if err := os.WriteFile(file, png, 0o600); err != nil { //nolint:gosec // whoever runs the tests names the folder
		return "; " + err.Error()
	}
	return "; see " + file
}

// reloadAfterRestart ends the demo, starts it again on the same folder and
// opens the page anew.
func reloadAfterRestart(t *testing.T, d *aDemo, dir string) (*aDemo, *tab) {
	t.Helper()
	if code := d.stop(); code != done {
		t.Fatalf("demo ended with %d", code)
	}
	d = startDemo(t, "--data", dir)
	return d, openTab(t, d.address)
}

// TestNineStepsInTheBrowser clicks and types the guide's story, from the notice
// of a meeting to the acceptance of its task, with a restart in the middle.
func TestNineStepsInTheBrowser(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	d := startDemo(t, "--data", dir)
	p := openTab(t, d.address)
	p.step("rsvp")
	p.click("#guide-type")
	p.card("notice", "#log", "谁没回")
	p.tap("#log", "谁没回")
	p.card("rsvp", "#log", "谁没回")
	p.phone("马强")
	p.tap("#phone-log", "参加")

	p.step("open")
	p.typed()
	p.step("conclude")
	p.card("console", "#log", "下一议题")
	p.jump("24m")
	p.typed()
	p.until(`document.querySelector("#guide-do").textContent.includes("依据")`)
	p.typed()
	p.step("vague")
	p.typed()
	p.step("confirm")
	form := p.newest("#log", `[data-button="待办"]`)
	p.card("refused", "#log", "待办")
	card := strings.TrimSuffix(form, ` [data-button="待办"]`)
	for _, word := range []string{"由谁牵头", "尽快"} {
		if !strings.Contains(p.text(card), word) {
			t.Errorf("the question does not say %s: %s", word, p.text(card))
		}
	}
	p.choose(card+` select[name="责任人"]`, "许哲（研发部）")
	p.put(card+` input[name="截止"]`, "2026-08-17T17:00")
	p.put(card+` select[name="优先"]`, "高")
	p.click(form)
	p.phone("许哲")
	p.card("confirm", "#phone-log", "确认")
	p.tap("#phone-log", "确认")

	p.step("end")
	p.typed()
	p.tap("#log", "散会")
	p.step("minutes")
	p.picture("over")
	d, p = reloadAfterRestart(t, d, dir)
	p.minutes()
	p.final()
	p.track()
	if d.stop() != done {
		t.Error("demo did not end well")
	}
}

// minutes drafts, submits, reviews and issues.
func (p *tab) minutes() {
	p.t.Helper()
	p.step("minutes")
	p.jump("next")
	p.phone("林晓")
	p.card("draft", "#phone-log", "提审")
	p.tap("#phone-log", "提审")
	p.click("#guide-type")
	p.card("review", "#log", "通过")
	p.tap("#log", "通过")
	p.card("recipients", "#log", "分发")
	p.tap("#log", "分发")
	p.step("final")
	p.phone("赵倩")
	p.card("issue", "#phone-log", "已阅")
	p.tap("#phone-log", "已阅")
}

// final seals the minutes; then nobody changes them any more (R60).
func (p *tab) final() {
	p.t.Helper()
	p.jump("feedback")
	p.typed()
	p.tap("#log", "发终稿")
	p.step("track")
	p.card("final", "#log", "勘误")
	p.say("把70%改成72%")
	p.until(`[...document.querySelectorAll("#log [data-message]")].some((m) => m.innerText.includes("终稿不能修改"))`)
	link := do(p, chromedp.Evaluate[string](`[...document.querySelectorAll('#log a[href*="/paper/minutes/"]')].at(-1).href`))
	text := do(p, chromedp.Evaluate[string](fmt.Sprintf("fetch(%q).then((r) => r.text())", link), chromedp.EvalAwaitPromise))
	for _, part := range []string{"终稿 v1.0", "会议基本信息", "讨论要点", "决议事项", "待办任务清单", "70%用户偏好", "以终稿为准"} {
		if !strings.Contains(text, part) {
			p.t.Errorf("the paper lacks %s", part)
		}
	}
}

// track follows the task's reminders to the host, hands it in and accepts it.
func (p *tab) track() {
	p.t.Helper()
	for range 12 {
		if p.current(); strings.Contains(p.text("#guide-do"), "替许哲") {
			break
		}
		jump := do(p, chromedp.Evaluate[string](`document.querySelector("#guide-jumps [data-jump]").dataset.jump`))
		p.jump(jump)
		if p.text("#guide-count") == "" {
			break
		}
	}
	if !strings.Contains(p.text("#period"), "忍住没发") && !strings.Contains(p.text("#period"), "发出") {
		p.t.Errorf("这段时间 says nothing: %s", p.text("#period"))
	}
	p.phone("许哲")
	p.card("due", "#phone-log", "完成")
	p.click("#period-close")
	p.click("#guide-type")
	p.click("#phone-send")
	p.until(`document.querySelector("#guide-do").textContent.includes("通过")`)
	p.click("#guide-type")
	p.card("accept", "#log", "通过")
	p.tap("#log", "通过")
	p.step("")
	p.until(`document.querySelector("dialog[open]").innerText.includes("校验码")`)
	p.picture("end")
	link := do(p, chromedp.Evaluate[string](`[...document.querySelectorAll('#log a[href*="/paper/minutes/"]')].at(-1).href`))
	do(p, chromedp.Navigate(link))
	p.until(`document.querySelector("table")`)
	p.picture("paper")
}

// jump presses one of the step's moves of the clock and waits until it is done.
func (p *tab) jump(to string) {
	p.t.Helper()
	before := p.text("#now")
	p.click(fmt.Sprintf("#guide-jumps [data-jump=%q]", to))
	p.until(fmt.Sprintf("document.querySelector('#now').textContent !== %q", before))
	p.settle()
}

// typed lets the guide type and sends what it typed.
func (p *tab) typed() {
	p.t.Helper()
	p.click("#guide-type")
	p.click("#send")
	p.settle()
}

// say types words where the guest is and sends them.
func (p *tab) say(words string) {
	p.t.Helper()
	p.put("#say", words)
	p.click("#send")
}

// phone takes somebody's phone into the right hand.
func (p *tab) phone(name string) {
	p.t.Helper()
	option := fmt.Sprintf("[...document.querySelector('#phone-who').options].find((o) => o.textContent.startsWith(%q))", name)
	p.until(option)
	p.put("#phone-who", do(p, chromedp.Evaluate[string](option+".value")))
}

// card keeps a picture of the newest card in a pane that has a button, for the
// manual.
func (p *tab) card(name, pane, button string) {
	p.t.Helper()
	dir := os.Getenv("HUIBAN_TEST_PICTURES")
	at := p.newest(pane, fmt.Sprintf("[data-button=%q]", button))
	if dir == "" {
		return
	}
	message, _, _ := strings.Cut(at, "] ")
	do(p, chromedp.Evaluate[any](fmt.Sprintf("document.querySelector(%q).scrollIntoView({block: 'nearest'})", message+"]")))
	p.settle()
	png, err := chromedp.Run(p.ctx, chromedp.Screenshot(message+"]", chromedp.NodeVisible))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "manual-"+name+".png"), png, 0o600) //nolint:gosec // whoever runs the tests names the folder
	}
	if err != nil {
		p.t.Errorf("picture of %s: %v", name, err)
	}
}

// choose picks an option of a select by what it says.
func (p *tab) choose(selector, label string) {
	p.t.Helper()
	p.until(fmt.Sprintf("[...document.querySelector(%q).options].some((o) => o.textContent === %q)", selector, label))
	value := do(p, chromedp.Evaluate[string](fmt.Sprintf(
		"[...document.querySelector(%q).options].find((o) => o.textContent === %q).value", selector, label)))
	p.put(selector, value)
}

// step waits until the guide stands at a step; by the data, not by what was
// typed.
func (p *tab) step(id string) {
	p.t.Helper()
	p.until(fmt.Sprintf("document.querySelector('#guide').dataset.step === %s", strconv.Quote(id)))
}

func (p *tab) current() string {
	p.t.Helper()
	p.settle()
	return do(p, chromedp.Evaluate[string]("document.querySelector('#guide').dataset.step"))
}

// settle waits until the guide has asked again after what was just done: it
// does so a moment after the clock moved.
func (p *tab) settle() {
	p.t.Helper()
	do(p, chromedp.Evaluate[any]("window.guideAt = performance.now()"))
	p.until("performance.now() - window.guideAt > 400")
}
