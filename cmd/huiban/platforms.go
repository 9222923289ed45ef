package main

import (
	"context"
	"crypto/rand"
	"errors"
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
// answer too. The ports to which they post are open when it returns.
func platforms(ctx context.Context, cfg configs.Config, store *storage.Store, calls *callCounter, now func() time.Time, log *slog.Logger) ([]bot.Platform, error) {
	if !cfg.Feishu.On() && !cfg.DingTalk.On() {
		return nil, nil
	}
	key, err := store.Key(ctx, "buttons", randomKey())
	if err != nil {
		return nil, fmt.Errorf("数据库：%w", err)
	}
	var on []bot.Platform
	if cfg.Feishu.On() {
		o := feishuOptions(cfg, now, log)
		count := calls.of(feishu.Name)
		o.Files, o.ButtonKey, o.Counted = store, key, func(n int) { count("", n) }
		if o.Mode == feishu.Webhook {
			o.Listener, err = listen(ctx, "feishu.listen", cfg.Feishu.Listen)
		}
		if err == nil {
			on, err = joined(on, "飞书", o, feishu.New)
		}
	}
	if cfg.DingTalk.On() && err == nil {
		o := dingtalkOptions(cfg, now, log)
		count := calls.of(dingtalk.Name)
		o.Files, o.ButtonKey, o.Proof = store, key, cardProof{store}
		o.Counted = func(kind dingtalk.Kind, n int) { count(string(kind), n) }
		o.Spent = func() map[dingtalk.Kind]int { return byKind(calls.spent(dingtalk.Name)) }
		if err := errors.Join(calls.watch(ctx, dingtalk.Name), rememberCorp(ctx, &o, store)); err != nil {
			return nil, fmt.Errorf("数据库：%w", err)
		}
		if o.Mode == dingtalk.HTTP {
			o.Listener, err = listen(ctx, "dingtalk.listen", cfg.DingTalk.Listen)
		}
		if err == nil {
			on, err = joined(on, "钉钉", o, dingtalk.New)
		}
	}
	return on, err
}

// byKind is a count in the platform's own words.
func byKind(n map[string]int) map[dingtalk.Kind]int {
	out := make(map[dingtalk.Kind]int, len(n))
	for kind, calls := range n {
		out[dingtalk.Kind(kind)] = calls
	}
	return out
}

// joined are the platforms and one more.
func joined[O any, P bot.Platform](all []bot.Platform, name string, o O, connect func(O) (P, error)) ([]bot.Platform, error) {
	p, err := connect(o)
	if err != nil {
		return nil, fmt.Errorf("%s的配置不能用：%w", name, err)
	}
	return append(all, p), nil
}

// listen opens a port to which a platform posts.
func listen(ctx context.Context, key, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s：%s 打不开，请换一个端口，或结束占用它的程序：%w", key, address, err)
	}
	return l, nil
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

// rememberCorp keeps of which organisation the app is among the installation's
// notes, so that taps by others are known from the first one on.
func rememberCorp(ctx context.Context, o *dingtalk.Options, store *storage.Store) (err error) {
	name := "dingtalk corp of " + o.ClientID
	o.Corp, err = store.Noted(ctx, name)
	o.OnCorp = func(id string) {
		if err := store.Note(ctx, name, id); err != nil {
			o.Log.WarnContext(ctx, "the organisation's id is not kept", "error", err)
		}
	}
	return err
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
