// Command huiban runs the bot: as a trial in the browser (demo) or in
// production (serve), with what an operator needs beside (migrate, backup, doctor).
//
// It alone reads the configuration and wires store, engine, scheduler and
// platforms together; it decides nothing that the method decides.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	done   = 0
	failed = 1
	misuse = 2
)

func main() {
	ctx, stop := untilSignal()
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// untilSignal is done at the first signal to stop. The second one ends the
// process as it would any other.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, stop = signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// commands are the verbs of the command line.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"在浏览器里试用：不需要账号、数据库和配置"`
	Serve   serveCommand   `cmd:"" help:"正式运行"`
	Migrate migrateCommand `cmd:"" help:"把数据库升级到这个版本"`
	Backup  backupCommand  `cmd:"" help:"备份 SQLite 数据库，正在运行时也可以"`
	Doctor  doctorCommand  `cmd:"" help:"检查配置和数据库，说明哪里要改"`
	Version versionCommand `cmd:"" help:"打印版本"`
}

// world is what a verb has of the world outside.
type world struct {
	environ  []string
	out, err io.Writer
	now      func() time.Time // the clock of a production run
}

// run does what the arguments say and returns the exit code.
func run(ctx context.Context, args, environ []string, out, errs io.Writer) int {
	return runIn(ctx, args, world{environ: environ, out: out, err: errs, now: time.Now})
}

// runIn is run in a world of one's own.
func runIn(ctx context.Context, args []string, w world) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("huiban"),
		kong.Description("会办：让每次会议都有结论、有人办、有回音。"),
		kong.Writers(w.out, w.err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(w),
	)
	if err != nil {
		_, _ = fmt.Fprintln(w.err, err)
		return failed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was asked for
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(w.err, "huiban: %v\n用法见 huiban --help。\n", err)
		return misuse
	}
	return exitCode(parsed.Run(), w.err)
}

// exitCode tells the operator what went wrong.
func exitCode(err error, errs io.Writer) int {
	var wrong usageError
	switch {
	case err == nil:
		return done
	case errors.As(err, &wrong):
		_, _ = fmt.Fprintf(errs, "huiban: %v\n", err)
		return misuse
	}
	_, _ = fmt.Fprintf(errs, "huiban: %v\n", err)
	return failed
}

// A usageError is a mistake in the arguments or the configuration.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

type versionCommand struct{}

// Run prints the version that the binary was built from.
func (versionCommand) Run(w world) error {
	_, err := fmt.Fprintln(w.out, "huiban "+version())
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
