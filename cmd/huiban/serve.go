package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"

	"huiban/bot/workday"
	"huiban/configs"
	"huiban/storage"
)

// configured is a verb that reads the configuration.
type configured struct {
	Config string `help:"配置文件；不写则只用默认值和 HUIBAN_… 环境变量" type:"path"`
}

func (c configured) load(w world) (configs.Config, error) {
	cfg, err := configs.Load(c.Config, w.environ)
	if err != nil {
		return cfg, usageError{err}
	}
	return cfg, nil
}

// open opens the store that the configuration names.
func (c configured) open(ctx context.Context, w world) (*storage.Store, error) {
	cfg, err := c.load(w)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, cfg, logger(cfg, w))
}

type serveCommand struct {
	configured
}

// errNoPlatform is what serve says until a platform can be connected.
var errNoPlatform = errors.New("还没有配置聊天平台，没有可服务的地方：接飞书请照 docs/feishu.md 写上 feishu.app_id 和 feishu.app_secret，" +
	"接钉钉请照 docs/dingtalk.md 写上 dingtalk.client_id 和 dingtalk.client_secret；只想试用请运行 huiban demo")

// Run checks what a production run stands on and serves until ctx is done. It
// refuses a database that this program may not write to, and says so first.
func (c serveCommand) Run(ctx context.Context, w world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	log := logger(cfg, w)
	store, err := openStore(ctx, cfg, log)
	if err != nil {
		return err
	}
	calls := &callCounter{store: store, now: w.now, log: log}
	on, err := platforms(ctx, cfg, store, calls, w.now, log)
	if err == nil && len(on) == 0 {
		err = errNoPlatform
	}
	if err := errors.Join(selfCheck(ctx, store, w), err); err != nil {
		return errors.Join(err, store.Close())
	}
	s, err := newService(ctx, cfg, store, on, calls, w.now, log)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return s.run(ctx)
}

// selfCheck tells the operator what is wrong with the database; what is too
// wrong to run on is the error.
func selfCheck(ctx context.Context, store *storage.Store, w world) error {
	findings, err := store.Check(ctx)
	if err != nil {
		return fmt.Errorf("启动自检：%w", err)
	}
	var severe []error
	for _, f := range findings {
		if f.Severe {
			severe = append(severe, errors.New(f.Say))
			continue
		}
		_, _ = fmt.Fprintln(w.err, "注意："+f.Say)
	}
	return errors.Join(severe...)
}

type migrateCommand struct {
	configured
}

// Run brings the database up to this program's schema; any number of processes
// may do so at once.
func (c migrateCommand) Run(ctx context.Context, w world) (err error) {
	store, err := c.open(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	applied, err := store.Migrate(ctx)
	if errors.Is(err, storage.ErrNewerSchema) {
		return errNewer
	}
	if err != nil {
		return fmt.Errorf("数据库升级：%w", err)
	}
	if applied == 0 {
		_, err = fmt.Fprintln(w.out, "数据库已经是最新的。")
		return err
	}
	_, err = fmt.Fprintf(w.out, "数据库已升级，执行了 %d 步。\n", applied)
	return err
}

var errNewer = errors.New("数据库比这个程序新：请换用更新的 huiban；旧程序不会改动它")

// openStore opens the configured database.
func openStore(ctx context.Context, cfg configs.Config, log *slog.Logger) (*storage.Store, error) {
	o := storage.Options{Log: log, Lease: time.Now, FilesLimit: int64(cfg.Limits.FilesGB) << 30, Jitter: jitter}
	if cfg.Store.Driver == "mysql" {
		store, err := storage.OpenMySQL(ctx, cfg.Store.DSN.Reveal(), o)
		if err != nil {
			return nil, fmt.Errorf("连不上数据库，请检查 store.dsn、网络和账号：%w", err)
		}
		return store, nil
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("数据文件夹 data：%w", err)
	}
	store, err := storage.OpenSQLite(ctx, cfg.Data, o)
	switch {
	case errors.Is(err, storage.ErrLocked):
		return nil, inUse(cfg.Data)
	case err != nil:
		return nil, fmt.Errorf("数据文件夹 %s：%w", cfg.Data, err)
	}
	return store, nil
}

// inUse says that another process works on a data folder.
type inUse string

func (dir inUse) Error() string {
	return fmt.Sprintf("文件夹 %s 正被另一个会办使用：请先结束那一个，或换一个文件夹", string(dir))
}

// Unwrap is what storage says of it.
func (inUse) Unwrap() error { return storage.ErrLocked }

// calendarOf is the official calendar with the organisation's hours.
func calendarOf(cfg configs.Config) workday.Calendar {
	o := cfg.Organisation
	h := workday.Hours{
		DefaultDue: workday.Clock(o.DefaultDue), Noon: workday.Clock(o.Noon), OffWork: workday.Clock(o.OffWork), Digest: workday.Clock(o.Digest),
		QuietFrom: workday.Clock(o.Quiet.From), QuietTo: workday.Clock(o.Quiet.To),
	}
	for _, s := range o.WorkHours {
		h.Work = append(h.Work, workday.Span{From: workday.Clock(s.From), To: workday.Clock(s.To)})
	}
	return workday.New(h, workday.Official()...)
}

// logger writes to standard error as configured.
func logger(cfg configs.Config, w world) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		level = slog.LevelInfo // Validate has looked at it
	}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(w.err, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(tint.NewTextHandler(w.err, &tint.Options{Level: level, TimeFormat: time.DateTime, NoColor: true}))
}
