package main

import (
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/adapters/dingtalk"
	"huiban/configs"
	"huiban/storage"
)

// bothOn is a configuration with an app of each platform, to which both post.
func bothOn() configs.Config {
	cfg := configs.Default()
	cfg.Feishu.AppID, cfg.Feishu.AppSecret, cfg.Feishu.Mode = "cli_a1", "s", "webhook"
	cfg.Feishu.EncryptKey, cfg.Feishu.VerificationToken, cfg.Feishu.Listen = "k", "v", "127.0.0.1:0"
	cfg.DingTalk.ClientID, cfg.DingTalk.ClientSecret, cfg.DingTalk.Mode, cfg.DingTalk.Listen = "dinga1", "s", "http", "127.0.0.1:0"
	return cfg
}

// emptyStore is a database with its tables.
func emptyStore(t *testing.T) *storage.Store {
	t.Helper()
	store, err := storage.OpenSQLite(t.Context(), t.TempDir(), storage.Options{Lease: time.Now})
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	_, err = store.Migrate(t.Context())
	must(t, err)
	return store
}

// TestBothPlatformsRunInOneProcess, and a port that is taken is named by its key.
func TestBothPlatformsRunInOneProcess(t *testing.T) {
	t.Parallel()
	store, log := emptyStore(t), slog.New(slog.DiscardHandler)
	calls := &callCounter{store: store, now: time.Now, log: log}
	connect := func(cfg configs.Config) (names []string, err error) {
		on, err := platforms(t.Context(), cfg, store, calls, time.Now, log)
		for _, p := range on {
			names = append(names, p.Name())
		}
		return names, err
	}
	for want, cfg := range map[string]configs.Config{"feishu dingtalk": bothOn(), "": configs.Default()} {
		if got, err := connect(cfg); err != nil || strings.Join(got, " ") != want {
			t.Errorf("connected %q, %v; want %q", got, err, want)
		}
	}
	var lc net.ListenConfig
	taken, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer taken.Close() //nolint:errcheck // nothing was accepted
	cfg := bothOn()
	cfg.DingTalk.Listen = taken.Addr().String()
	if _, err := connect(cfg); err == nil || !strings.Contains(err.Error(), "dingtalk.listen") {
		t.Errorf("a port that is taken: %v", err)
	}
}

// TestOptionsOfDingTalkAreTheConfiguration: all that is set outside arrives.
func TestOptionsOfDingTalkAreTheConfiguration(t *testing.T) {
	t.Parallel()
	cfg := configs.Default()
	cfg.DingTalk.ClientID, cfg.DingTalk.ClientSecret, cfg.DingTalk.RobotCode, cfg.DingTalk.CardTemplate = "dinga1", "s", "dingb2", "t.schema"
	got := dingtalkOptions(cfg, nil, nil)
	want := dingtalk.Options{
		ClientID: "dinga1", ClientSecret: "s", RobotCode: "dingb2", RobotName: "会办",
		API: "https://api.dingtalk.com", OAPI: "https://oapi.dingtalk.com", Mode: dingtalk.Stream, Connections: 2, Template: "t.schema",
		Variables:    dingtalk.Variables{Title: "title", Tag: "tag", Body: "body", HasForm: "has_form", Form: "form", Buttons: "btns", Footer: "footer"},
		MonthlyCalls: 5000, MonthlyPushes: 3000,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestProofIsOfOneTemplate and shared by all who use the database.
func TestProofIsOfOneTemplate(t *testing.T) {
	t.Parallel()
	p := cardProof{emptyStore(t)}
	proven := func(template string, want bool) {
		t.Helper()
		if got, err := p.Proven(t.Context(), template); err != nil || got != want {
			t.Errorf("%s: %v, %v", template, got, err)
		}
	}
	proven("a.schema", false)
	must(t, p.Prove(t.Context(), "a.schema"))
	must(t, p.Prove(t.Context(), "a.schema"))
	proven("a.schema", true)
	proven("b.schema", false)
}

// TestSendNamesItsPlatform where there are two.
func TestSendNamesItsPlatform(t *testing.T) {
	t.Parallel()
	fei, ding := patient{kind: "feishu"}, patient{kind: "dingtalk"}
	for _, test := range []struct {
		send string
		on   []patient
		want trial
		says string
	}{
		{"", []patient{fei, ding}, trial{}, ""},
		{"产品群", []patient{fei}, trial{"feishu", "产品群"}, ""},
		{"张三", []patient{ding}, trial{"dingtalk", "张三"}, ""},
		{"产品群:一组", []patient{fei}, trial{"feishu", "产品群:一组"}, ""},
		{"dingtalk:张三", []patient{fei, ding}, trial{"dingtalk", "张三"}, ""},
		{"feishu:产品群", []patient{fei}, trial{"feishu", "产品群"}, ""},
		{"产品群", []patient{fei, ding}, trial{}, "feishu:群名"},
		{"dingtalk:张三", []patient{fei}, trial{}, "没有 dingtalk 这个平台"},
		{"产品群", nil, trial{}, "还没有配置聊天平台"},
	} {
		got, err := doctorCommand{Send: test.send}.trial(test.on)
		if _, usage := errors.AsType[usageError](err); got != test.want || usage != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("--send %q with %d platforms: %+v, %v", test.send, len(test.on), got, err)
		}
	}
}
