package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot/workday"
)

// childClock names the file with a child's clock; its parent moves it.
const childClock = "HUIBAN_CHILD_CLOCK"

// A setting is a clock: which moment it showed when it was set, and how many
// times slower than the machine's it goes on.
type setting struct {
	Moment, Set time.Time
	Slower      int
}

func (s setting) now() time.Time {
	return s.Moment.Add(time.Since(s.Set) / time.Duration(max(1, s.Slower)))
}

// movedClock is the machine's clock until the file has a setting, then that.
func movedClock(file string) func() time.Time {
	return func() time.Time {
		var s setting
		text, err := os.ReadFile(file) //nolint:gosec // the parent named it
		if err != nil || json.Unmarshal(text, &s) != nil {
			return time.Now()
		}
		return s.now()
	}
}

// leaked is the exit code of a child that did its work and left goroutines behind.
const leaked = 5

// orLeak is the exit code, or leaked.
func orLeak(code int) int {
	if code != done {
		return code
	}
	http.DefaultClient.CloseIdleConnections()
	// The SDK sweeps a cache for each client that it made.
	if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/larksuite/oapi-sdk-go/v3/cache.(*cron).start")); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return leaked
	}
	return code
}

// A company is people on a fake Feishu whom huiban serves: the program itself,
// in a process of its own, with a clock that the test moves.
type company struct {
	testing.TB

	fake    *feishutest.Server
	environ []string
	webhook string // where events go in webhook mode
	health  string // where healthz and readyz are
	clock   string
	folder  string            // of the data, on SQLite
	ids     map[string]string // open_id of a person, chat_id of a group, by name
	proc    *exec.Cmd
	log     *lockedBuffer
	patient time.Duration // how long until waits
	why     string        // what it still waits for, if somebody says
	slower  int           // how many times slower than the machine's its clock goes

	mu  sync.Mutex
	set setting // zero is the machine's clock
}

// testSecret is what must never stand in a log.
const testSecret = "app-secret-that-nobody-may-see"

// newCompany starts a fake platform and settles on how huiban will run: mode is
// websocket or webhook, dsn a MySQL database or empty. Nothing runs yet.
func newCompany(t testing.TB, mode, dsn string, o feishutest.Options) *company {
	t.Helper()
	dir := t.TempDir()
	c := &company{TB: t, patient: 30 * time.Second, clock: filepath.Join(dir, "clock"), folder: filepath.Join(dir, "data"), ids: map[string]string{}}
	o.AppID, o.AppSecret, o.Now = "cli_test", testSecret, c.now
	o.EncryptKey, o.VerificationToken = "encrypt key", "verification token"
	if o.PingInterval == 0 {
		o.PingInterval = 1
	}
	fake, err := feishutest.Start(o)
	must(t, err)
	c.fake = fake
	t.Cleanup(func() { must(t, fake.Close()) })
	c.health = freePort(t)
	c.environ = append(os.Environ(),
		childClock+"="+c.clock, "HUIBAN_DATA="+c.folder, "HUIBAN_LOG_FORMAT=json", "HUIBAN_SERVER_LISTEN="+c.health,
		"HUIBAN_FEISHU_APP_ID=cli_test", "HUIBAN_FEISHU_APP_SECRET="+testSecret, "HUIBAN_FEISHU_DOMAIN="+fake.URL(), "HUIBAN_FEISHU_MODE="+mode)
	if mode == "webhook" {
		listen := freePort(t)
		c.webhook = "http://" + listen + "/feishu"
		c.environ = append(c.environ, "HUIBAN_FEISHU_LISTEN="+listen, "HUIBAN_FEISHU_ENCRYPT_KEY=encrypt key", "HUIBAN_FEISHU_VERIFICATION_TOKEN=verification token")
	}
	if dsn != "" {
		c.environ = append(c.environ, "HUIBAN_STORE_DRIVER=mysql", "HUIBAN_STORE_DSN="+dsn)
	}
	return c
}

// freePort is an address nobody listens on at the moment.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// now is the company's clock.
func (c *company) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set.Set.IsZero() {
		return time.Now()
	}
	return c.set.now()
}

// at sets the clock, for the platform and for huiban. It runs on from there.
func (c *company) at(moment time.Time) {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = setting{Moment: moment, Set: time.Now(), Slower: c.slower}
	text, err := json.Marshal(c.set)
	must(c.TB, err)
	next := c.clock + ".next"
	must(c.TB, os.WriteFile(next, text, 0o600))
	must(c.TB, os.Rename(next, c.clock))
}

// on is a moment in Shanghai, as 2026-12-02 09:30.
func on(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, workday.Zone)
	must(t, err)
	return at
}

// person and group make the names known to the platform.
func (c *company) person(name, department, leader string) {
	id := fmt.Sprintf("ou_%d", len(c.ids)+1)
	c.ids[name] = id
	c.fake.AddDepartment("od_"+department, department)
	c.fake.AddPerson(feishutest.Person{OpenID: id, UnionID: "on" + id[2:], UserID: "u" + id[3:], Name: name, Departments: []string{"od_" + department}, Leader: c.ids[leader]})
}

func (c *company) group(name string, members ...string) {
	id := fmt.Sprintf("oc_%d", len(c.ids)+1)
	c.ids[name] = id
	var ids []string
	for _, m := range members {
		ids = append(ids, c.ids[m])
	}
	c.fake.AddChat(feishutest.Chat{ID: id, Name: name, Members: ids})
}

// huiban runs a verb to its end and returns its exit code and what it said.
func (c *company) huiban(args ...string) (code int, said string) {
	c.Helper()
	cmd := c.command(args...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (c *company) command(args ...string) *exec.Cmd {
	c.Helper()
	exe, err := os.Executable()
	must(c.TB, err)
	cmd := exec.CommandContext(c.Context(), exe) //nolint:gosec // it is this very binary
	cmd.Env = append(slices.Clone(c.environ), childArgs+"="+strings.Join(args, "\n"))
	return cmd
}

// serve starts huiban and returns when events can come.
func (c *company) serve() {
	c.Helper()
	c.launch(c.command("serve"))
}

// launch starts a process that serves the company, and returns when events can
// come.
func (c *company) launch(cmd *exec.Cmd) {
	c.Helper()
	c.log = &lockedBuffer{}
	c.proc = cmd
	c.proc.Stdout, c.proc.Stderr = c.log, c.log
	must(c.TB, c.proc.Start())
	c.Cleanup(func() {
		if c.proc != nil {
			c.kill()
		}
	})
	if c.webhook != "" {
		c.fake.UseWebhook(c.webhook)
		c.until("webhook answers", func() bool { return c.fake.Challenge(c.Context()) == nil })
		return
	}
	c.until("long connection", func() bool { return c.fake.Connections() > 0 })
}

// stop ends huiban as a supervisor does and checks that it ends well, in time.
func (c *company) stop() {
	c.Helper()
	must(c.TB, c.proc.Process.Signal(syscall.SIGTERM))
	ended := make(chan error, 1)
	proc := c.proc
	c.proc = nil
	go func() { ended <- proc.Wait() }()
	limit := time.NewTimer(10 * time.Second)
	defer limit.Stop()
	select {
	case err := <-ended:
		if err != nil {
			c.Errorf("serve ended with %v\n%s", err, c.log)
		}
	case <-limit.C:
		c.Errorf("serve did not end within 10 s\n%s", c.log)
		must(c.TB, proc.Process.Kill())
		c.Log(<-ended)
	}
}

// kill ends huiban as a power cut does.
func (c *company) kill() {
	c.Helper()
	_ = c.proc.Process.Kill() // it may be gone
	_ = c.proc.Wait()
	c.proc = nil
}

// until polls for what another process brings about.
func (c *company) until(what string, done func() bool) {
	c.Helper()
	deadline := time.NewTimer(c.patient)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			c.Fatalf("not in time: %s: %s\n%s\n%s", what, c.why, tail(c.transcript(), 20_000), tail(c.log.String(), 20_000))
		}
	}
}

// say has somebody write in a group, or privately where chat is empty.
func (c *company) say(chat, who, text string) {
	c.Helper()
	if chat != "" {
		text = "@会办 " + text
	}
	ctx, cancel := context.WithTimeout(c.Context(), 30*time.Second)
	defer cancel()
	if d, err := c.fake.Say(ctx, c.ids[chat], c.ids[who], text); err != nil || !d.Acked {
		c.Fatalf("%s said %s: %+v, %v\n%s", who, text, d, err, c.log)
	}
}

// place is whether a message stands in a group or with a person, by name.
func (c *company) place(m feishutest.Message, name string) bool {
	if m.To != "" {
		return m.To == c.ids[name]
	}
	return m.Chat == c.ids[name]
}

// sees waits until somebody, or a group, can read all the words in one message,
// the newest that has them, and returns its id.
func (c *company) sees(place string, words ...string) string {
	c.Helper()
	var found feishutest.Message
	c.until(place+" sees "+strings.Join(words, " "), func() bool {
		for _, m := range slices.Backward(c.fake.Messages()) {
			text := m.Text()
			if c.place(m, place) && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
				found = m
				return true
			}
		}
		return false
	})
	return found.ID
}

// tap has somebody press a button of the newest message there that has it, and
// checks that the client shows no error.
func (c *company) tap(place, who, button string) feishutest.TapAnswer {
	c.Helper()
	return c.fill(place, who, button, nil)
}

// fill is tap with a form.
func (c *company) fill(place, who, button string, form map[string]any) feishutest.TapAnswer {
	c.Helper()
	var found feishutest.Message
	c.until("a button "+button+" for "+who, func() bool {
		for _, m := range slices.Backward(c.fake.Messages()) {
			if c.place(m, place) && slices.Contains(m.Buttons(), button) {
				found = m
				return true
			}
		}
		return false
	})
	a, err := c.fake.Tap(c.Context(), found.ID, c.ids[who], button, form)
	if err != nil || a.Code != 0 {
		c.Fatalf("%s taps %s: %+v, %v\n%s\n%s", who, button, a, err, found.Text(), c.log)
	}
	return a
}

// sound checks what holds of every run: the platform objected to nothing, and
// the log has neither secrets nor panics. In a storm calls are on their way when
// the platform asks for a pause, and a process that was killed forgets it.
func (c *company) sound(storm bool) {
	c.Helper()
	for _, p := range c.fake.Problems() {
		if storm && strings.HasPrefix(p, "rate: ") {
			continue
		}
		c.Error(p)
	}
	log := c.log.String()
	for _, never := range []string{testSecret, "encrypt key", "verification token", "panic"} {
		if strings.Contains(log, never) {
			c.Errorf("the log has %q", never)
		}
	}
}

// transcript is all that the bot said, for a test that failed.
func (c *company) transcript() string {
	var b strings.Builder
	for _, m := range c.fake.Messages() {
		fmt.Fprintf(&b, "--- %s%s\n%s\n", m.Chat, m.To, m.Text())
	}
	return b.String()
}

// A lockedBuffer is a log that a process writes and a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tail is the end of a long text.
func tail(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return "…" + s[len(s)-most:]
}
