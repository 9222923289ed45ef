package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huiban/bot"
	"huiban/bot/workday"
	"huiban/storage"
)

// The child's orders. Its parent kills it where it stops.
const (
	childDir     = "HUIBAN_CRASH_DIR"     // the data folder; set in children only
	childSink    = "HUIBAN_CRASH_SINK"    // where it sends to
	childStop    = "HUIBAN_CRASH_STOP"    // commit, claim, sent: where it stops for good
	childUUID    = "HUIBAN_CRASH_UUID"    // fresh: a new send UUID for every try (the negative control)
	childSignals = "HUIBAN_CHILD_SIGNALS" // it stops at a signal and hangs
	childArgs    = "HUIBAN_CHILD_ARGS"    // it is huiban itself, with these arguments, one a line
)

func TestMain(m *testing.M) {
	if args := os.Getenv(childArgs); args != "" {
		os.Args = append([]string{"huiban"}, strings.Split(args, "\n")...)
		if file := os.Getenv(childClock); file != "" {
			now := movedClock(file)
			if os.Getenv(childSteady) != "" {
				now = steady(now)
			}
			ctx, stop := untilSignal()
			code := runIn(ctx, os.Args[1:], world{environ: os.Environ(), out: os.Stdout, err: os.Stderr, now: now})
			stop()
			os.Exit(orLeak(code))
		}
		main()
	}
	if platform := os.Getenv(childEcho); platform != "" {
		_, _ = fmt.Fprintln(os.Stderr, echo(platform))
		os.Exit(1)
	}
	if os.Getenv(childSignals) != "" {
		hang()
	}
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "child:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a whole huiban on a platform that posts to the parent's sink. It is
// told one message, as often as it starts, and says what it has to say.
func child(dir string) error {
	ctx := context.Background()
	now := time.Date(2026, 8, 12, 14, 0, 0, 0, workday.Zone) // a working hour: nothing is held for the morning
	store, err := storage.OpenSQLite(ctx, dir, storage.Options{Log: slog.New(slog.DiscardHandler), Lease: time.Now})
	if err != nil {
		return err
	}
	if _, err := store.Migrate(ctx); err != nil {
		return err
	}
	wire := &wirePlatform{sink: os.Getenv(childSink), stop: os.Getenv(childStop), fresh: os.Getenv(childUUID) == "fresh"}
	app, err := New(Parts{
		Store: store, Platforms: []bot.Platform{wire}, Calendar: calendar(),
		Now: func() time.Time { return now }, Standing: true, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	for id, name := range map[string]string{"u1": "周敏", "u2": "许哲"} {
		a := bot.Account("wire:" + id)
		h := bot.Happening{Kind: bot.Known, Account: a, Profile: bot.Profile{Account: a, Name: name}}
		if err := app.Engine.Happened(ctx, h); err != nil {
			return err
		}
	}
	for i := range 3 {
		err := app.Engine.Message(ctx, bot.Message{
			Event: fmt.Sprintf("wire:e%d", i), ID: bot.MessageID(fmt.Sprintf("in%d", i)), Chat: "wire:g1", From: "wire:u1", At: now,
			Text: fmt.Sprintf("待办 @许哲 完成第%d份接口文档 截止:%s 优先:中", i+1, calendar().Add(now, 5).Format(time.DateOnly)+" 17:00"),
		})
		if err != nil {
			return err
		}
	}
	if wire.stop == "commit" {
		halt("commit")
	}
	ctx, cancel := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- app.Courier.Run(ctx) }()
	err = app.Courier.Drain(ctx)
	for tries := 0; err != nil && tries < 10; tries++ { // a busy machine may let a claim time out
		err = app.Courier.Drain(ctx)
	}
	cancel()
	return errors.Join(err, <-ran, store.Close())
}

// halt tells the parent where the child stands and goes no further.
func halt(where string) {
	_, _ = fmt.Println("at " + where) //nolint:forbidigo // the parent reads it
	select {}
}

// hang is a stop that never comes to its end.
func hang() {
	ctx, _ := untilSignal()
	_, _ = fmt.Println("runs") //nolint:forbidigo // the parent reads it
	<-ctx.Done()
	_, _ = fmt.Println("stops") //nolint:forbidigo // the parent reads it
	<-time.After(time.Minute)
	os.Exit(0)
}

// A wirePlatform posts what it sends to a URL.
type wirePlatform struct {
	sink, stop string
	fresh      bool
}

func (*wirePlatform) Name() string { return "wire" }

func (*wirePlatform) Run(ctx context.Context, _ bot.Inbox) error { <-ctx.Done(); return nil }

// A delivery is what the sink gets.
type delivery struct{ UUID, To, Says string }

func (w *wirePlatform) Send(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if w.stop == "claim" {
		halt("claim")
	}
	d := delivery{UUID: o.UUID, To: string(o.Account) + string(o.Chat), Says: bot.Named(o.Text, o.People)}
	if o.Card != nil {
		d.Says += bot.Named(o.Card.Text(), o.People)
	}
	if w.fresh {
		d.UUID = uuid.NewString()
	}
	body, err := json.Marshal(d)
	if err != nil {
		return "", bot.Permanent(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.sink, bytes.NewReader(body))
	if err != nil {
		return "", bot.Permanent(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	id, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if w.stop == "sent" {
		halt("sent")
	}
	return bot.MessageID(id), nil
}

// A sink is the far side: it keeps every delivery and merges none.
type sink struct {
	mu  sync.Mutex
	got []delivery
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var d delivery
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.got = append(s.got, d)
	s.mu.Unlock()
	_, _ = io.WriteString(w, "w"+d.UUID)
}

// seen counts what a person sees once equal UUIDs are merged: by recipient and
// words, under how many UUIDs it came.
func (s *sink) seen() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	uuids := map[string][]string{}
	for _, d := range s.got {
		what := d.To + " " + d.Says
		if !slices.Contains(uuids[what], d.UUID) {
			uuids[what] = append(uuids[what], d.UUID)
		}
	}
	out := map[string]int{}
	for what, list := range uuids {
		out[what] = len(list)
	}
	return out
}

// startChild runs the test binary as a child.
func startChild(t *testing.T, dir, sink string, environ ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe) //nolint:gosec // it is this very binary
	cmd.Env = append(os.Environ(), append([]string{childDir + "=" + dir, childSink + "=" + sink}, environ...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewReader(out)
}

// killAt starts a child that stops at a point, and kills it there with -9.
func killAt(t *testing.T, dir, sink, where string, environ ...string) {
	t.Helper()
	cmd, out := startChild(t, dir, sink, append(environ, childStop+"="+where)...)
	line, err := out.ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "at "+where {
		t.Fatalf("the child said %q, %v; want it at %s", line, err, where)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// runChild lets a child say all that is left.
func runChild(t *testing.T, dir, sink string, environ ...string) {
	t.Helper()
	cmd, _ := startChild(t, dir, sink, environ...)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// said is how many things the child's messages make it say: for each task the
// card in the group and the owner's 请确认.
const said = 6

// TestKilledAnywhereLosesAndRepeatsNothing is promise 2: a decision that was
// committed is told, and seen once, wherever the process dies.
func TestKilledAnywhereLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"commit", "claim", "sent"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			for range 10 {
				s := &sink{}
				server := httptest.NewServer(s)
				dir := t.TempDir()
				killAt(t, dir, server.URL, where)
				runChild(t, dir, server.URL)
				server.Close()
				seen := s.seen()
				if len(seen) != said {
					t.Errorf("%d things were said, want %d: %v", len(seen), said, seen)
				}
				for what, times := range seen {
					if times != 1 {
						t.Errorf("seen %d times: %s", times, what)
					}
				}
			}
		})
	}
}

// TestFreshUUIDsAreSeenTwice is the negative control: without the key that
// stays the same, a kill between send and record is seen, and counted.
func TestFreshUUIDsAreSeenTwice(t *testing.T) {
	t.Parallel()
	s := &sink{}
	server := httptest.NewServer(s)
	defer server.Close()
	dir := t.TempDir()
	killAt(t, dir, server.URL, "sent", childUUID+"=fresh")
	runChild(t, dir, server.URL, childUUID+"=fresh")
	for _, times := range s.seen() {
		if times > 1 {
			return
		}
	}
	t.Errorf("nothing was seen twice, so the counter counts nothing: %v", s.seen())
}
