package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huiban/adapters/dingtalk"
	"huiban/adapters/feishu"
	"huiban/configs"
	"huiban/storage"
)

// A finding is what a platform says of its set-up, see feishu.Finding.
type finding struct {
	Grave bool
	Fine  bool
	Say   string
}

// A patient is a platform that doctor looks at from outside.
type patient struct {
	kind, name string // feishu, 飞书
	diagnose   func(ctx context.Context) []finding
	sendTest   func(ctx context.Context, to, uuid string) error
	sent       string // what the operator does when the test is there
}

// patients are the platforms that the configuration names. What is noted and counted
// of them is read from the store, which is nil if it cannot be read.
func patients(ctx context.Context, cfg configs.Config, store *storage.Store, now func() time.Time) ([]patient, error) {
	quiet := slog.New(slog.DiscardHandler)
	var out []patient
	if cfg.Feishu.On() {
		p, err := feishu.New(feishuOptions(cfg, now, quiet))
		if err != nil {
			return nil, fmt.Errorf("飞书的配置不能用：%w", err)
		}
		out = append(out, patient{
			feishu.Name, "飞书", inspect(p.Diagnose), p.SendTest,
			"请点上面的〔点我试试〕（serve 要在运行）。提示“一切正常”就是通了；200340 是“回调配置”页没配好或没发版本；200341 是 serve 没在运行或 3 秒没有回答",
		})
	}
	if cfg.DingTalk.On() {
		o := dingtalkOptions(cfg, now, quiet)
		if err := remembered(ctx, &o, store, now); err != nil {
			return nil, fmt.Errorf("数据库：%w", err)
		}
		p, err := dingtalk.New(o)
		if err != nil {
			return nil, fmt.Errorf("钉钉的配置不能用：%w", err)
		}
		out = append(out, patient{
			dingtalk.Name, "钉钉", inspect(p.Diagnose), p.SendTest,
			"请点上面的〔点我试试〕（serve 要在运行）。会办说“一切正常”就是通了；没有动静，是 serve 没在运行，或同一个 Client ID 还有别的程序连着，被它拿走了",
		})
	}
	return out, nil
}

// remembered adds what the database knows: which buttons serve takes for its own,
// whether cards were tapped, what the month has used.
func remembered(ctx context.Context, o *dingtalk.Options, store *storage.Store, now func() time.Time) error {
	if store == nil {
		return nil
	}
	key, err := store.Key(ctx, "buttons", randomKey())
	if err != nil {
		return err
	}
	spent, err := store.Calls(ctx, dingtalk.Name, monthOfCalls(now))
	if err != nil {
		return err
	}
	o.ButtonKey, o.Proof, o.Spent = key, cardProof{store}, func() map[dingtalk.Kind]int { return byKind(spent) }
	return nil
}

// inspect makes the findings of one platform those of any.
func inspect[F feishu.Finding | dingtalk.Finding](diagnose func(context.Context) []F) func(context.Context) []finding {
	return func(ctx context.Context) []finding {
		var out []finding
		for _, f := range diagnose(ctx) {
			out = append(out, finding(f))
		}
		return out
	}
}

// A trial is the card that --send asks for: on a platform, to a group or a person.
type trial struct{ kind, to string }

// trial reads --send. If two platforms are on it must say which one it means.
func (c doctorCommand) trial(all []patient) (trial, error) {
	kind, to, named := strings.Cut(c.Send, ":")
	is := func(kind string) func(patient) bool { return func(p patient) bool { return p.kind == kind } }
	switch {
	case c.Send == "":
		return trial{}, nil
	case named && slices.ContainsFunc(all, is(kind)):
		return trial{kind, to}, nil
	case named && (kind == feishu.Name || kind == dingtalk.Name):
		return trial{}, usageError{fmt.Errorf("--send %s：配置里没有 %s 这个平台", c.Send, kind)}
	case len(all) == 0:
		return trial{}, usageError{fmt.Errorf("--send %s：还没有配置聊天平台，发不了", c.Send)}
	case len(all) > 1:
		return trial{}, usageError{fmt.Errorf("--send %s：飞书和钉钉都开着，请写 --send feishu:群名，或 --send dingtalk:姓名", c.Send)}
	}
	return trial{all[0].kind, c.Send}, nil
}

// platforms looks at each platform and sends the card that --send asks for.
func (d *doctor) platforms(ctx context.Context, all []patient, store *storage.Store, t trial, now func() time.Time) error {
	if len(all) == 0 {
		d.remark("没有配置聊天平台：接飞书请照 docs/feishu.md 做，接钉钉请照 docs/dingtalk.md 做；只想试用请运行 huiban demo")
		return nil
	}
	for _, p := range all {
		if p.kind == feishu.Name { // DingTalk's own findings set its calls against its quota
			if err := d.calls(ctx, p, store, now); err != nil {
				return err
			}
		}
		d.examine(ctx, p, t, len(all) > 1)
	}
	return nil
}

// calls tells how many calls of the platform this month has counted.
func (d *doctor) calls(ctx context.Context, p patient, store *storage.Store, now func() time.Time) error {
	if store == nil {
		return nil
	}
	month := monthOfCalls(now)
	kinds, err := store.Calls(ctx, p.kind, month)
	if err != nil {
		return fmt.Errorf("接口次数：%w", err)
	}
	n := 0
	for _, of := range kinds {
		n += of
	}
	d.fine(fmt.Sprintf("本月（%s）会办用了%s接口 %d 次；免费版每月有上限，全部用量看%s管理后台", month, p.name, n, p.name))
	return nil
}

// examine says what one platform finds and, if asked, sends a card to be tapped.
func (d *doctor) examine(ctx context.Context, p patient, t trial, several bool) {
	before, whose := d.severe, ""
	if several {
		whose = p.name + "："
	}
	for _, f := range p.diagnose(ctx) {
		switch say := whose + f.Say; {
		case f.Grave:
			d.grave(say)
		case f.Fine:
			d.fine(say)
		default:
			d.remark(say)
		}
	}
	switch {
	case t.kind != p.kind:
	case d.severe > before:
		d.remark("自检卡片没有发：请先改好上面打 ✗ 的，再运行一次")
	default:
		if err := p.sendTest(ctx, t.to, uuid.NewString()); err != nil {
			d.grave("自检卡片没有发出去：" + err.Error())
			return
		}
		d.fine("自检卡片已经发到“" + t.to + "”：" + p.sent)
	}
}
