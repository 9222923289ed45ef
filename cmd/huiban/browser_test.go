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

// TestLifeOfATaskInTheBrowser clicks and types the guide's story from the vague
// 待办 to 验收, with a restart in the middle.
func TestLifeOfATaskInTheBrowser(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	d := startDemo(t, "--data", dir)
	p := openTab(t, d.address)
	p.step("vague")
	p.click("#guide-type")
	p.click("#send")
	form := p.newest("#log", `[data-button="待办"]`)
	p.picture("asked")
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
	p.step("confirm")
	p.picture("assigned")

	p.click("#guide-type")
	p.tap("#phone-log", "确认")
	p.step("soon")
	p.picture("confirmed")

	d, p = reloadAfterRestart(t, d, dir)
	for range 12 {
		if p.current() != "soon" {
			break
		}
		p.forward("#ff-next")
	}
	p.picture("soon")
	for range 12 {
		if p.current() == "finish" {
			break
		}
		p.forward("#ff-next")
	}
	p.step("finish")
	p.picture("late")
	if !strings.Contains(p.text("#period"), "忍住没发") && !strings.Contains(p.text("#period"), "发出") {
		t.Errorf("这段时间 says nothing: %s", p.text("#period"))
	}
	p.click("#period-close")
	p.click("#guide-type")
	p.click("#phone-send")
	p.step("accept")
	p.click("#guide-type")
	p.picture("submitted")
	p.tap("#log", "通过")
	p.until(`document.querySelector("#guide").dataset.step === ""`)
	p.picture("accepted")
	if d.stop() != done {
		t.Error("demo did not end well")
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
