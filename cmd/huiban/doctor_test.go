package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"huiban/adapters/dingtalk"
	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/adapters/feishu/feishutest"
	"huiban/bot/workday"
	"huiban/storage"
)

// TestDoctorLooksAtBothPlatformsBesideServe, which holds the database meanwhile.
func TestDoctorLooksAtBothPlatformsBesideServe(t *testing.T) {
	t.Parallel()
	const secret = feishuSecret
	fei, err := feishutest.Start(feishutest.Options{AppID: "cli_a1", AppSecret: secret})
	must(t, err)
	t.Cleanup(func() { must(t, fei.Close()) })
	ding, err := dingtalktest.Start(dingtalktest.Options{ClientID: "dinga1", ClientSecret: secret})
	must(t, err)
	t.Cleanup(func() { must(t, ding.Close()) })

	dir := t.TempDir()
	store, err := storage.OpenSQLite(t.Context(), dir, storage.Options{Lease: time.Now})
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	_, err = store.Migrate(t.Context())
	must(t, err)
	must(t, store.AddCalls(t.Context(), "feishu", time.Now().In(workday.Zone).Format("2006-01"), "", 41))
	must(t, cardProof{store}.Prove(t.Context(), "t.schema"))
	_, err = store.Key(t.Context(), "buttons", randomKey()) // as serve does
	must(t, err)
	must(t, store.AddCalls(t.Context(), "dingtalk", time.Now().In(workday.Zone).Format("2006-01"), string(dingtalk.KindCard), 7))

	environ := []string{
		"HUIBAN_DATA=" + dir, "HUIBAN_FEISHU_APP_ID=cli_a1", "HUIBAN_FEISHU_APP_SECRET=" + secret, "HUIBAN_FEISHU_DOMAIN=" + fei.URL(),
		"HUIBAN_DINGTALK_CLIENT_ID=dinga1", "HUIBAN_DINGTALK_CLIENT_SECRET=" + secret, "HUIBAN_DINGTALK_CARD_TEMPLATE=t.schema",
		"HUIBAN_DINGTALK_API=" + ding.URL(), "HUIBAN_DINGTALK_OAPI=" + ding.URL(),
	}
	doctor := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(context.WithoutCancel(t.Context()), append([]string{"doctor"}, args...), environ, &out, &out)
		return code, out.String()
	}
	code, said := doctor()
	if code != done {
		t.Errorf("exit %d", code)
	}
	if strings.Contains(said, secret) {
		t.Errorf("the secret is told:\n%s", said)
	}
	for _, want := range []string{"会办正在运行", "飞书接口 41 次", "✓ 飞书：凭证有效", "✓ 钉钉：凭证有效", "✓ 钉钉：现在是第 2 级", "✓ 钉钉：本月接口调用用了 7 次，额度是 5000", "! 钉钉：请核对"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if code, said := doctor("--send", "产品群"); code != misuse || !strings.Contains(said, "dingtalk:姓名") {
		t.Errorf("which platform: exit %d, %s", code, said)
	}
	ding.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: "authFailed", Path: "/v1.0/gateway/"})
	if code, said := doctor(); code != failed || !strings.Contains(said, "✗ 钉钉：Stream 连接被拒绝") {
		t.Errorf("a platform that refuses: exit %d, %s", code, said)
	}
	if problems := append(fei.Problems(), ding.Problems()...); len(problems) > 0 {
		t.Errorf("problems: %q", problems)
	}
}
