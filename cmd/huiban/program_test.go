package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// A program is huiban itself, in a process of its own, with a clock that the test
// moves. It serves the people of one stage or several.
type program struct {
	testing.TB

	stages  []stage
	environ []string
	health  string // where healthz and readyz are
	clock   string
	folder  string // of the data, on SQLite
	proc    *exec.Cmd
	log     *lockedBuffer
	patient time.Duration // how long until waits
	why     string        // what it still waits for, if somebody says
	slower  int           // how many times slower than the machine's its clock goes

	mu  sync.Mutex
	set setting // zero is the machine's clock
}

// newProgram settles on how huiban will run: dsn is a MySQL database, or empty for
// SQLite. Nothing runs yet.
func newProgram(t testing.TB, dsn string) *program {
	t.Helper()
	dir := t.TempDir()
	p := &program{TB: t, patient: 30 * time.Second, clock: filepath.Join(dir, "clock"), folder: filepath.Join(dir, "data"), health: freePort(t)}
	p.environ = append(os.Environ(), childClock+"="+p.clock, "HUIBAN_DATA="+p.folder, "HUIBAN_LOG_FORMAT=json", "HUIBAN_SERVER_LISTEN="+p.health)
	if dsn != "" {
		p.environ = append(p.environ, "HUIBAN_STORE_DRIVER=mysql", "HUIBAN_STORE_DSN="+dsn)
	}
	return p
}

// plays has huiban serve the people of a stage too.
func (p *program) plays(s stage) {
	p.stages = append(p.stages, s)
	p.environ = append(p.environ, s.environ()...)
}

// migrate makes the tables.
func (p *program) migrate() {
	p.Helper()
	if code, said := p.huiban("migrate"); code != done {
		p.Fatalf("migrate: exit %d, %s", code, said)
	}
}

// freePort is an address nobody listens on at the moment.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// now is the clock.
func (p *program) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set.Set.IsZero() {
		return time.Now()
	}
	return p.set.now()
}

// at sets the clock, for the platforms and for huiban. It runs on from there.
func (p *program) at(moment time.Time) {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set = setting{Moment: moment, Set: time.Now(), Slower: p.slower}
	text, err := json.Marshal(p.set)
	must(p.TB, err)
	next := p.clock + ".next"
	must(p.TB, os.WriteFile(next, text, 0o600))
	must(p.TB, os.Rename(next, p.clock))
}

// on is a moment in Shanghai, as 2026-12-02 09:30.
func on(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, workday.Zone)
	must(t, err)
	return at
}

// huiban runs a verb to its end and returns its exit code and what it said.
func (p *program) huiban(args ...string) (code int, said string) {
	p.Helper()
	cmd := p.command(args...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (p *program) command(args ...string) *exec.Cmd {
	p.Helper()
	exe, err := os.Executable()
	must(p.TB, err)
	cmd := exec.CommandContext(p.Context(), exe) //nolint:gosec // it is this very binary
	cmd.Env = append(slices.Clone(p.environ), childArgs+"="+strings.Join(args, "\n"))
	return cmd
}

// serve starts huiban and returns when events can come.
func (p *program) serve() {
	p.Helper()
	p.launch(p.command("serve"))
}

// launch starts a process that serves, and returns when events can
// come.
func (p *program) launch(cmd *exec.Cmd) {
	p.Helper()
	p.log = &lockedBuffer{}
	p.proc = cmd
	p.proc.Stdout, p.proc.Stderr = p.log, p.log
	must(p.TB, p.proc.Start())
	p.Cleanup(func() {
		if p.proc != nil {
			p.kill()
		}
	})
	for _, s := range p.stages {
		p.until("events can come", func() bool { return s.connected(p.Context()) })
	}
}

// stop ends huiban as a supervisor does and checks that it ends well, in time.
func (p *program) stop() {
	p.Helper()
	must(p.TB, p.proc.Process.Signal(syscall.SIGTERM))
	ended := make(chan error, 1)
	proc := p.proc
	p.proc = nil
	go func() { ended <- proc.Wait() }()
	limit := time.NewTimer(10 * time.Second)
	defer limit.Stop()
	select {
	case err := <-ended:
		if err != nil {
			p.Errorf("serve ended with %v\n%s", err, p.log)
		}
	case <-limit.C:
		p.Errorf("serve did not end within 10 s\n%s", p.log)
		must(p.TB, proc.Process.Kill())
		p.Log(<-ended)
	}
}

// kill ends huiban as a power cut does.
func (p *program) kill() {
	p.Helper()
	_ = p.proc.Process.Kill() // it may be gone
	_ = p.proc.Wait()
	p.proc = nil
}

// until polls for what another process brings about.
func (p *program) until(what string, done func() bool) {
	p.Helper()
	deadline := time.NewTimer(p.patient)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			p.Fatalf("not in time: %s: %s\n%s\n%s", what, p.why, tail(p.transcript(), 20_000), tail(p.log.String(), 20_000))
		}
	}
}

// ask gets an address; nothing there is the code 0.
func (p *program) ask(address string) (int, string) {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), http.MethodGet, address, nil)
	must(p.TB, err)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	body, err := io.ReadAll(resp.Body)
	must(p.TB, err)
	must(p.TB, resp.Body.Close())
	return resp.StatusCode, string(body)
}

// sound checks what holds of every run: no platform objected to anything, and the
// log has neither secrets nor panics. Of a storm the stages say what is not
// huiban's fault.
func (p *program) sound(storm bool) {
	p.Helper()
	log := p.log.String()
	nevers := []string{"panic"}
	for _, s := range p.stages {
		for _, problem := range s.problems(storm) {
			p.Error(problem)
		}
		nevers = append(nevers, s.secrets()...)
	}
	for _, never := range nevers {
		if strings.Contains(log, never) {
			p.Errorf("the log has %q", never)
		}
	}
}

// transcript is all that the bot said, for a test that failed.
func (p *program) transcript() string {
	var b strings.Builder
	for _, s := range p.stages {
		for _, m := range s.sights() {
			fmt.Fprintf(&b, "--- %s\n%s\n", m.at(), m.text())
		}
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
