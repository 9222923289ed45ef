package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lmittmann/tint"

	"huiban/adapters/playground"
	"huiban/bot"
	"huiban/bot/workday"
	"huiban/storage"
)

// story opens at the instant of demo.md unless --at says otherwise.
const storyOpens = "2026-08-12T13:55:00+08:00"

type demoCommand struct {
	Listen string `default:"127.0.0.1:8080" help:"页面的地址，只能是本机；端口写 0 表示任选一个"`
	Data   string `default:"huiban-demo" help:"数据放在哪个文件夹，重新启动接着用"`
	Empty  bool   `help:"不放示例公司，自己添加同事和群"`
	At     string `help:"演示时钟拨到这一刻，如 2026-08-12T13:55:00+08:00；只往后拨"`
}

// Run serves the chat page until ctx is done.
func (c demoCommand) Run(ctx context.Context, w world) error {
	at, err := c.at()
	if err != nil {
		return err
	}
	listener, err := playground.Listen(ctx, c.Listen)
	if err != nil {
		return usageError{err}
	}
	log := slog.New(tint.NewTextHandler(w.err, &tint.Options{Level: slog.LevelWarn, TimeFormat: time.TimeOnly}))
	d, err := openDemo(ctx, demoOptions{Dir: c.Data, At: at, AtGiven: c.At != "", Empty: c.Empty, Log: log})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	now := d.clock.Now()
	_, _ = fmt.Fprintf(w.out, "会办演示已就绪：http://%s/\n无需账号和数据库；演示时钟 %s，数据在 %s。按 Ctrl+C 结束。\n",
		listener.Addr(), now.Format("2006-01-02 15:04"), c.Data)
	if c.At != "" && at.Before(now) {
		_, _ = fmt.Fprintf(w.out, "时钟只往后拨：文件夹里已经走到 %s，--at 不再起作用。\n", now.Format("2006-01-02 15:04"))
	}
	return errors.Join(d.serve(ctx, listener), d.Close())
}

func (c demoCommand) at() (time.Time, error) {
	text := c.At
	if text == "" {
		text = storyOpens
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, usageError{fmt.Errorf("--at 看不懂“%s”：请写成 %s 的样子", c.At, storyOpens)}
	}
	return at.In(workday.Zone), nil
}

type demoOptions struct {
	Dir     string
	At      time.Time
	AtGiven bool
	Empty   bool
	Log     *slog.Logger
}

// A demo is a huiban whose only platform is the chat page and whose clock
// stands still. It implements playground.World.
type demo struct {
	o      demoOptions
	page   *playground.Platform
	vault  vault
	broken chan struct{} // closed when the app ended by itself

	mu    sync.Mutex // one move of the clock, or one reset, at a time
	store *storage.Store
	app   *App
	clock *standingClock
	story begun
	stop  context.CancelFunc
	ended chan error

	heldMu sync.Mutex
	held   []bot.HeldBack
}

// begun is the file that says that a folder is a demo's, and how its story
// began. Unfinished ones were left in the middle and begin anew.
type begun struct {
	Start      time.Time `json:"start"`
	Empty      bool      `json:"empty"`
	Unfinished bool      `json:"unfinished"`
}

// openDemo takes up the folder's story or begins a new one.
func openDemo(ctx context.Context, o demoOptions) (*demo, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("数据文件夹：%w", err)
	}
	d := &demo{o: o, broken: make(chan struct{})}
	d.vault.demo = d
	if err := d.recall(); err != nil {
		return nil, err
	}
	if err := d.open(ctx); err != nil {
		return nil, err
	}
	if d.story.Unfinished {
		if err := d.fresh(ctx, o.Empty); err != nil {
			return nil, errors.Join(err, d.Close())
		}
		return d, nil
	}
	d.start(ctx)
	if o.AtGiven && o.At.After(d.clock.Now()) {
		if _, err := d.Advance(ctx, o.At); err != nil {
			return nil, errors.Join(err, d.Close())
		}
	}
	return d, nil
}

// Close ends everything; what is on its way is finished first.
func (d *demo) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return errors.Join(d.halt(), d.page.Close())
}

// recall reads how the folder's story began. A folder that holds somebody
// else's data is left alone: a demo begins by wiping.
func (d *demo) recall() error {
	text, err := os.ReadFile(d.file())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Join(d.o.Dir, "huiban.db")); err == nil {
			return fmt.Errorf("文件夹 %s 里是正式运行的数据，演示不会动它：请用 --data 换一个文件夹", d.o.Dir)
		}
		return d.remember(begun{Unfinished: true})
	case err != nil:
		return fmt.Errorf("演示的数据：%w", err)
	}
	if err := json.Unmarshal(text, &d.story); err != nil {
		return fmt.Errorf("%s 读不懂（%w）：请用 --data 换一个文件夹", d.file(), err)
	}
	return nil
}

func (d *demo) remember(b begun) error {
	text, err := json.Marshal(b)
	if err == nil {
		err = os.WriteFile(d.file(), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("演示的数据：%w", err)
	}
	d.story = b
	return nil
}

// serve answers on the listener until ctx is done or the app ended by itself.
func (d *demo) serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-d.broken:
			cancel()
		case <-ctx.Done():
		}
	}()
	return d.page.Serve(ctx, l, d)
}

func (d *demo) file() string { return filepath.Join(d.o.Dir, "demo.json") }

// open opens what lies in the folder; nothing runs yet.
func (d *demo) open(ctx context.Context) error {
	store, err := storage.OpenSQLite(ctx, d.o.Dir, storage.Options{Log: d.o.Log, Lease: time.Now})
	if errors.Is(err, storage.ErrLocked) {
		return inUse(d.o.Dir)
	}
	if err != nil {
		return err
	}
	d.store = store
	if _, err := store.Migrate(ctx); err != nil {
		if errors.Is(err, storage.ErrNewerSchema) {
			err = errNewer
		}
		return errors.Join(err, store.Close())
	}
	if d.clock, err = openClock(d.o.Dir, d.o.At); err != nil {
		return errors.Join(err, store.Close())
	}
	if d.page != nil {
		return nil
	}
	d.page, err = playground.New(playground.Options{Dir: d.o.Dir, Vault: &d.vault, Now: d.Now, Log: d.o.Log, Paper: d.paper})
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return nil
}

// start runs the app on the open store.
func (d *demo) start(ctx context.Context) {
	app, err := New(Parts{
		Store: d.store, Platforms: []bot.Platform{d.page}, Calendar: calendar(),
		Now: d.clock.Now, Standing: true, Log: d.o.Log, Watch: d.watch,
	})
	if err != nil {
		panic(err) // the time tables are in the program
	}
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	d.app, d.ended = app, ended
	go func() {
		err := app.Run(ctx)
		ended <- err
		if err != nil {
			d.o.Log.Error("demo", "error", err)
			close(d.broken)
		}
	}()
}

// halt ends the app and closes the store; the page stays.
func (d *demo) halt() error {
	var err error
	if d.stop != nil {
		d.stop()
		err = <-d.ended
		d.stop = nil
	}
	return errors.Join(err, d.store.Close())
}

// fresh begins a new story in the folder.
func (d *demo) fresh(ctx context.Context, empty bool) error {
	if err := d.remember(begun{Unfinished: true}); err != nil {
		return err
	}
	if err := d.wipe(ctx); err != nil {
		return err
	}
	d.story = begun{Start: d.o.At, Empty: empty}
	d.start(ctx)
	if !empty {
		sample := func() error { return d.playSample(ctx) }
		if err := d.store.Hasten(ctx, func() error { return d.page.Hasten(sample) }); err != nil {
			return fmt.Errorf("示例：%w", err)
		}
	}
	return d.remember(d.story)
}

// wipe empties the folder and opens it again.
func (d *demo) wipe(ctx context.Context) error {
	d.vault.mu.Lock()
	defer d.vault.mu.Unlock()
	if err := d.halt(); err != nil {
		return err
	}
	for _, name := range []string{"clock", "huiban.db", "huiban.db-wal", "huiban.db-shm"} {
		if err := os.Remove(filepath.Join(d.o.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("清空数据：%w", err)
		}
	}
	if err := d.page.Wipe(); err != nil {
		return fmt.Errorf("清空数据：%w", err)
	}
	return d.open(ctx)
}

// calendar is the official one: the demo belongs to no company of its own.
func calendar() workday.Calendar { return workday.New(workday.DefaultHours(), workday.Official()...) }
