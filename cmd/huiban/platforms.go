package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"time"

	"huiban/adapters/dingtalk"
	"huiban/adapters/feishu"
	"huiban/bot"
	"huiban/configs"
	"huiban/storage"
)

// platforms are the chat services that the configuration names; none is an
// answer too. A webhook's port is open when it returns.
func platforms(ctx context.Context, cfg configs.Config, store *storage.Store, calls *callCounter, now func() time.Time, log *slog.Logger) ([]bot.Platform, error) {
	if !cfg.Feishu.On() {
		return nil, nil
	}
	key, err := store.Key(ctx, "buttons", randomKey())
	if err != nil {
		return nil, fmt.Errorf("数据库：%w", err)
	}
	o := feishuOptions(cfg, now, log)
	o.Files, o.ButtonKey = store, key
	count := calls.of(feishu.Name)
	o.Counted = func(n int) { count("", n) }
	if o.Mode == feishu.Webhook {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", cfg.Feishu.Listen)
		if err != nil {
			return nil, fmt.Errorf("feishu.listen：%s 打不开，请换一个端口，或结束占用它的程序：%w", cfg.Feishu.Listen, err)
		}
		o.Listener = l
	}
	p, err := feishu.New(o)
	if err != nil {
		return nil, fmt.Errorf("飞书的配置不能用：%w", err)
	}
	return []bot.Platform{p}, nil
}

// randomKey is a key that nobody has seen.
func randomKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return key
}

// feishuOptions are what the configuration says of the app.
func feishuOptions(cfg configs.Config, now func() time.Time, log *slog.Logger) feishu.Options {
	f := cfg.Feishu
	return feishu.Options{
		AppID: f.AppID, AppSecret: f.AppSecret.Reveal(), Domain: f.Domain, Mode: feishu.Mode(f.Mode),
		EncryptKey: f.EncryptKey.Reveal(), VerificationToken: f.VerificationToken.Reveal(), Urgent: f.Urgent,
		Now: now, Log: log,
	}
}

// dingtalkOptions are what the configuration says of the app.
func dingtalkOptions(cfg configs.Config, now func() time.Time, log *slog.Logger) dingtalk.Options {
	d := cfg.DingTalk
	return dingtalk.Options{
		ClientID: d.ClientID, ClientSecret: d.ClientSecret.Reveal(), RobotCode: d.RobotCode, RobotName: d.RobotName,
		API: d.API, OAPI: d.OAPI, Mode: dingtalk.Mode(d.Mode), Connections: d.Streams,
		Template: d.CardTemplate, Variables: dingtalk.Variables(d.Variables),
		MonthlyCalls: d.MonthlyCalls, MonthlyPushes: d.MonthlyPushes,
		Now: now, Log: log,
	}
}

// A cardProof keeps among the installation's notes that cards of a template were
// tapped.
type cardProof struct{ store *storage.Store }

var _ dingtalk.Proof = cardProof{}

// Proven implements dingtalk.Proof.
func (p cardProof) Proven(ctx context.Context, template string) (bool, error) {
	value, err := p.store.Noted(ctx, proofOf(template))
	return value != "", err
}

// Prove implements dingtalk.Proof.
func (p cardProof) Prove(ctx context.Context, template string) error {
	return p.store.Note(ctx, proofOf(template), "tapped")
}

func proofOf(template string) string { return "dingtalk card " + template }
