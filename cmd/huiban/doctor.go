package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"huiban/bot/workday"
	"huiban/configs"
	"huiban/storage"
)

type doctorCommand struct {
	configured

	Send string `help:"发一张自检卡片，看点击是否回得来：飞书写群名，钉钉写姓名；两个都开着时写 feishu:群名 或 dingtalk:姓名" placeholder:"群名"`
}

// A doctor tells an operator what is wrong and how to mend it, one line each.
type doctor struct {
	out    io.Writer
	severe int
}

func (d *doctor) fine(sentence string)   { d.say("✓", sentence) }
func (d *doctor) remark(sentence string) { d.say("!", sentence) }
func (d *doctor) grave(sentence string)  { d.severe++; d.say("✗", sentence) }
func (d *doctor) say(mark, sentence string) {
	_, _ = fmt.Fprintln(d.out, mark+" "+sentence)
}

// Run looks at the configuration, the database and the platforms. It may run
// beside serve.
func (c doctorCommand) Run(ctx context.Context, w world) (err error) {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	d := &doctor{out: w.out}
	d.fine("配置读得懂")
	store, busy, err := data(ctx, cfg, logger(cfg, w))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	sound, err := d.database(ctx, cfg, store, busy)
	if err != nil {
		return err
	}
	for _, line := range missingYears(w.now(), calendarOf(cfg)) {
		d.remark(line)
	}
	read := store
	if !sound {
		read = nil
	}
	all, err := patients(ctx, cfg, read, w.now)
	if err != nil {
		return err
	}
	t, err := c.trial(all)
	if err != nil {
		return err
	}
	if err := d.platforms(ctx, all, read, t, w.now); err != nil {
		return err
	}
	if d.severe > 0 {
		return fmt.Errorf("有 %d 处必须先改", d.severe)
	}
	return nil
}

// data opens the database: beside serve, if it is SQLite and busy with it.
func data(ctx context.Context, cfg configs.Config, log *slog.Logger) (store *storage.Store, busy bool, err error) {
	store, err = openStore(ctx, cfg, log)
	if !errors.Is(err, storage.ErrLocked) {
		return store, false, err
	}
	store, err = storage.OpenSQLiteBeside(ctx, cfg.Data, storage.Options{Log: log})
	if err != nil {
		return nil, true, fmt.Errorf("数据文件夹 %s：%w", cfg.Data, err)
	}
	return store, true, nil
}

// database checks the database, unless serve is busy with it, and reports whether
// it can be read.
func (d *doctor) database(ctx context.Context, cfg configs.Config, store *storage.Store, busy bool) (sound bool, err error) {
	if busy {
		d.fine("会办正在运行，数据库由它用着，这里不另查；它的状态看 " + cfg.Server.Listen + "/readyz")
		return true, nil
	}
	findings, err := store.Check(ctx)
	if err != nil {
		return false, fmt.Errorf("数据库自检：%w", err)
	}
	before := d.severe
	for _, f := range findings {
		if f.Severe {
			d.grave(f.Say)
		} else {
			d.remark(f.Say)
		}
	}
	if d.severe > before {
		return false, nil
	}
	d.fine("数据库可用，表结构是最新的")
	return true, nil
}

// missingYears warns of years without official days off: this year's always,
// the next one's from 1 November (method.md 2.3).
func missingYears(now time.Time, cal workday.Calendar) []string {
	now = now.In(workday.Zone)
	years := []int{now.Year()}
	if now.Month() >= time.November {
		years = append(years, now.Year()+1)
	}
	var out []string
	for _, y := range years {
		if !cal.Known(y) {
			out = append(out, fmt.Sprintf("%d年的放假安排还没有，先按周一至周五算工作日；国务院通知发布后请升级会办", y))
		}
	}
	return out
}
