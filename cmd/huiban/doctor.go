package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"huiban/adapters/feishu"
	"huiban/bot/workday"
	"huiban/configs"
	"huiban/storage"
)

type doctorCommand struct {
	configured

	Send string `help:"往这个群（群名或群号）发一张自检卡片，看点击是否回得来" placeholder:"群名"`
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
func (c doctorCommand) Run(ctx context.Context, w world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	d := &doctor{out: w.out}
	d.fine("配置读得懂")
	if err := d.database(ctx, cfg, logger(cfg, w), w.now); err != nil {
		return err
	}
	for _, line := range missingYears(w.now(), calendarOf(cfg)) {
		d.remark(line)
	}
	if err := d.feishu(ctx, cfg, c.Send, w.now); err != nil {
		return err
	}
	if d.severe > 0 {
		return fmt.Errorf("有 %d 处必须先改", d.severe)
	}
	return nil
}

// database checks the database, unless it is SQLite and at work for serve.
func (d *doctor) database(ctx context.Context, cfg configs.Config, log *slog.Logger, now func() time.Time) (err error) {
	store, err := openStore(ctx, cfg, log)
	if errors.Is(err, storage.ErrLocked) {
		d.fine("会办正在运行，数据库由它用着，这里不另查；它的状态看 " + cfg.Server.Listen + "/readyz")
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	findings, err := store.Check(ctx)
	if err != nil {
		return fmt.Errorf("数据库自检：%w", err)
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
		return nil
	}
	d.fine("数据库可用，表结构是最新的")
	if !cfg.Feishu.On() {
		return nil
	}
	month := now().In(workday.Zone).Format("2006-01")
	n, err := store.Calls(ctx, feishu.Name, month)
	if err != nil {
		return fmt.Errorf("接口次数：%w", err)
	}
	d.fine(fmt.Sprintf("本月（%s）会办用了飞书接口 %d 次；免费版每月有上限，全部用量看飞书管理后台", month, n))
	return nil
}

// feishu checks the app from outside and, if asked, sends a card to be tapped.
func (d *doctor) feishu(ctx context.Context, cfg configs.Config, send string, now func() time.Time) error {
	if !cfg.Feishu.On() {
		d.remark("没有配置飞书：要接入请照 docs/feishu.md 做；只想试用请运行 huiban demo")
		return nil
	}
	p, err := feishu.New(feishuOptions(cfg, now, slog.New(slog.DiscardHandler)))
	if err != nil {
		return fmt.Errorf("飞书的配置不能用：%w", err)
	}
	for _, f := range p.Diagnose(ctx) {
		switch {
		case f.Grave:
			d.grave(f.Say)
		case f.Fine:
			d.fine(f.Say)
		default:
			d.remark(f.Say)
		}
	}
	if send == "" {
		return nil
	}
	if d.severe > 0 {
		d.remark("自检卡片没有发：请先改好上面打 ✗ 的，再运行一次")
		return nil
	}
	if err := p.SendTest(ctx, send, uuid.NewString()); err != nil {
		d.grave("自检卡片没有发出去：" + err.Error())
	} else {
		d.fine("自检卡片已经发到“" + send + "”：请点上面的〔点我试试〕（serve 要在运行）。" +
			"提示“一切正常”就是通了；200340 是“回调配置”页没配好或没发版本；200341 是 serve 没在运行或 3 秒没有回答")
	}
	return nil
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
