package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
	"huiban/configs"
	"huiban/storage"
)

// A door is a platform on which somebody speaks at the very moment of the stop.
type door struct {
	hall

	counted func(string, int)
	fails   error         // what Run returns, if it does before the end
	open    chan struct{} // closed when it runs
	hold    chan struct{} // Run does not return before it is closed; nil: at once
}

func (d *door) Run(ctx context.Context, in bot.Inbox) error {
	close(d.open)
	if d.fails != nil {
		return d.fails
	}
	<-ctx.Done()
	if d.hold != nil {
		<-d.hold
	}
	d.counted("", 3)
	return in.Message(context.WithoutCancel(ctx), bot.Message{
		Event: "hall:last", ID: "in", Chat: "hall:p", Private: true, From: "hall:周敏", At: time.Now(), Text: "帮助",
	})
}

// newDoor is a service on a data folder, with a door for a platform.
func newDoor(t *testing.T, d *door) (s *service, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	log := slog.New(slog.DiscardHandler)
	store, err := storage.OpenSQLite(t.Context(), dir, storage.Options{Log: log, Lease: time.Now})
	must(t, err)
	_, err = store.Migrate(t.Context())
	must(t, err)
	cfg := configs.Default()
	cfg.Server.Listen = "127.0.0.1:0"
	calls := &callCounter{store: store, now: time.Now, log: log}
	d.got, d.counted, d.open = map[string][]string{}, calls.of("hall"), make(chan struct{})
	s, err = newService(t.Context(), cfg, store, []bot.Platform{d}, calls, time.Now, log)
	must(t, err)
	return s, dir
}

// TestStopFinishesWhatWasReceived: a message that came in last has its effect
// and its answer, calls are counted, and then the folder is free.
func TestStopFinishesWhatWasReceived(t *testing.T) {
	t.Parallel()
	d := &door{}
	s, dir := newDoor(t, d)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.run(ctx) }()
	<-d.open
	if code, _ := ask(t, s, "/readyz"); code != http.StatusOK {
		t.Errorf("readyz: %d", code)
	}
	stop()
	must(t, <-ran)
	if len(d.got) != 1 {
		t.Errorf("%d answers were sent: %v", len(d.got), d.got)
	}
	again, err := storage.OpenSQLite(t.Context(), dir, storage.Options{Lease: time.Now})
	must(t, err)
	month := time.Now().In(workday.Zone).Format("2006-01")
	if n, err := again.Calls(t.Context(), "hall", month); err != nil || n[""] != 3 {
		t.Errorf("%v calls in %s, %v", n, month, err)
	}
	must(t, again.Close())
}

// TestStopIsNotHeldUpForEver by a platform that hangs, and meanwhile readyz
// tells of the stop.
func TestStopIsNotHeldUpForEver(t *testing.T) {
	t.Parallel()
	d := &door{hold: make(chan struct{})}
	s, dir := newDoor(t, d)
	s.limit = 100 * time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.run(ctx) }()
	<-d.open
	stop()
	if err := <-ran; !errors.Is(err, errSlowStop) {
		t.Errorf("stopped with %v", err)
	}
	if code, body := ask(t, s, "/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "正在停止") {
		t.Errorf("readyz: %d %s", code, body)
	}
	close(d.hold)
	until(t, "the folder is free", func() bool {
		again, err := storage.OpenSQLite(t.Context(), dir, storage.Options{Lease: time.Now})
		return err == nil && again.Close() == nil
	})
}

// TestAPlatformThatFailsEndsTheService, so that its supervisor starts it again.
func TestAPlatformThatFailsEndsTheService(t *testing.T) {
	t.Parallel()
	d := &door{fails: errors.New("app disabled")}
	s, _ := newDoor(t, d)
	if err := s.run(t.Context()); !errors.Is(err, d.fails) {
		t.Errorf("ended with %v", err)
	}
}

func ask(t *testing.T, s *service, path string) (code int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.port.Addr().String()+path, nil)
	must(t, err)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	text, err := io.ReadAll(answer.Body)
	must(t, errors.Join(err, answer.Body.Close()))
	return answer.StatusCode, string(text)
}

// until polls for what another goroutine or process is about to do.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("never: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestSecondSignalKills a process whose stop hangs.
func TestSecondSignalKills(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe) //nolint:gosec // it is this very binary
	cmd.Env = append(os.Environ(), childSignals+"=hang")
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "runs" {
		t.Fatalf("the child said %q", lines.Text())
	}
	must(t, cmd.Process.Signal(syscall.SIGTERM))
	if !lines.Scan() || lines.Text() != "stops" {
		t.Fatalf("the child said %q", lines.Text())
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	until(t, "the child is gone", func() bool { return cmd.Process.Signal(syscall.SIGTERM) != nil })
	exit, ok := errors.AsType[*exec.ExitError](<-ended)
	if !ok {
		t.Fatal("the child ended by itself")
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("the child ended with %v", exit)
	}
}
