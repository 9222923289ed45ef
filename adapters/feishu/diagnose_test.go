package feishu

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
)

// found is the finding that says so, of the severity that the mark stands for;
// it fails if there is none.
func found(t *testing.T, all []Finding, mark, part string) {
	t.Helper()
	for _, f := range all {
		if strings.Contains(f.Say, part) && markOf(f) == mark {
			return
		}
	}
	t.Errorf("nothing says %s %q in %+v", mark, part, all)
}

func markOf(f Finding) string {
	switch {
	case f.Grave:
		return "✗"
	case f.Fine:
		return "✓"
	}
	return "!"
}

// TestDiagnoseNamesTheFault breaks one thing at a time and reads what an
// administrator would.
func TestDiagnoseNamesTheFault(t *testing.T) {
	t.Parallel()
	code := func(code int, path string) func(*feishutest.Server) {
		return func(s *feishutest.Server) { s.Break(feishutest.Fault{Kind: feishutest.Code, Code: code, Path: path}) }
	}
	const auth, info, count = "/open-apis/auth/", "/open-apis/bot/v3/info", "/open-apis/event/v1/connection"
	for _, test := range []struct {
		name   string
		fault  func(*feishutest.Server)
		option func(*Options)
		mark   string
		says   string
	}{
		{"nothing: scopes", nil, nil, "✓", "看得到群成员的姓名、部门和上级"},
		{"nothing: groups", nil, nil, "✓", "在 1 个群里：产品群"},
		{"nothing: no serve", nil, nil, "!", "huiban serve 没有在运行"},
		{"the callback tab, which nobody can look up", nil, nil, "!", "回调配置"},
		{"the clock is slow", nil, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(-time.Hour) } }, "!", "本机时钟比飞书慢"},
		{"the clock is fast", nil, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } }, "!", "本机时钟比飞书快"},
		{"wrong app id", nil, func(o *Options) { o.AppID = "cli_other" }, "✗", "App ID 不对（10003）"},
		{"wrong secret", nil, func(o *Options) { o.AppSecret = "old one" }, "✗", "App Secret 不对（10015）"},
		{"app stopped", code(10014, auth), nil, "✗", "应用停用了，或还没有发布（10014）"},
		{"address not allowed", code(99991401, auth), nil, "✗", "出口 IP 不在白名单里（99991401）"},
		{"code nobody knows", code(4711, auth), nil, "✗", "错误码 4711"},
		{"no network", nil, func(o *Options) { o.Domain = "http://127.0.0.1:1" }, "✗", "连不上 http://127.0.0.1:1"},
		{"a proxy answers", func(s *feishutest.Server) {
			s.Break(feishutest.Fault{Kind: feishutest.BadGateway, Path: auth})
		}, nil, "✗", "没有像飞书那样回答（HTTP 502）"},
		{"no bot", code(230006, info), nil, "✗", "还没有机器人能力（230006）"},
		{"app not installed", code(99991673, info), nil, "✗", "还没有发布（99991673）"},
		{"connection lost before the bot", func(s *feishutest.Server) {
			s.Break(feishutest.Fault{Kind: feishutest.Reset, Path: info})
		}, nil, "✗", "连不上"},
		{"the month's calls", func(s *feishutest.Server) {
			s.Break(feishutest.Fault{Kind: feishutest.QuotaUsedUp})
		}, nil, "✗", "接口次数用完了（99991403）"},
		{"connections cannot be counted", code(99991400, count), nil, "!", "查不到长连接数：飞书嫌请求太密"},
		{"in no group", func(s *feishutest.Server) {
			s.AddChat(feishutest.Chat{ID: team, Name: "产品群", Members: []string{zhou}, BotOut: true})
		}, nil, "!", "还不在任何群里"},
		{"groups may not be listed", func(s *feishutest.Server) { s.Forbid("im:chat:read") }, nil, "✗", "无法列出所在的群：缺少权限（99991672）：请在开发者后台 → 权限管理 开通 im:chat:read，"},
		{"members may not be listed", func(s *feishutest.Server) { s.Forbid("im:chat.members:read") }, nil, "✗", "开通 im:chat.members:read，"},
		{"contacts may not be read", func(s *feishutest.Server) { s.Forbid("contact:contact.base:readonly") }, nil, "✗", "开通 contact:contact.base:readonly，"},
		{"names are left out", func(s *feishutest.Server) { s.Forbid("contact:user.base:readonly") }, nil, "✗", "开通 contact:user.base:readonly，"},
		{"departments are left out", func(s *feishutest.Server) { s.Forbid("contact:user.department:readonly") }, nil, "!", "开通 contact:user.department:readonly，"},
		{"outside the contacts range", func(s *feishutest.Server) { s.HideContacts() }, nil, "!", "（41050）"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, feishutest.Options{}, test.option)
			if test.fault != nil {
				test.fault(l.fake)
			}
			all := l.p.Diagnose(t.Context())
			found(t, all, test.mark, test.says)
			for _, f := range all {
				if strings.Contains(f.Say, l.p.o.AppSecret) {
					t.Errorf("the secret is told: %s", f.Say)
				}
			}
		})
	}
}

// TestDiagnoseSaysNothingOfAGroupThatIsNotThere: without a group there is nobody
// to look up, and so nothing to complain of.
func TestDiagnoseSaysNothingOfAGroupThatIsNotThere(t *testing.T) {
	t.Parallel()
	l := newLab(t, feishutest.Options{}, nil)
	l.fake.AddChat(feishutest.Chat{ID: team, Name: "产品群", BotOut: true})
	for _, f := range l.p.Diagnose(t.Context()) {
		if strings.Contains(f.Say, "没有成功") || f.Grave {
			t.Errorf("%+v", f)
		}
	}
	l.sound()
}

func TestDiagnoseCountsConnections(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.run()
	found(t, l.p.Diagnose(t.Context()), "✓", "有 1 个长连接")
	p, err := New(l.p.o)
	if err != nil {
		t.Fatal(err)
	}
	(&lab{T: t, fake: l.fake, p: p, in: &listener{}}).run()
	found(t, l.p.Diagnose(t.Context()), "!", "有 2 个长连接")
	l.sound()
}

// TestSendTestSaysWhyNot: what an administrator reads when the card cannot be sent.
func TestSendTestSaysWhyNot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, chat string
		fault      func(*feishutest.Server)
		says       string
	}{
		{"a group where the bot is", "产品群", nil, ""},
		{"by its id", team, nil, ""},
		{"an unknown group", "销售群", nil, "会办不在“销售群”这个群里"},
		{"groups may not be listed", "产品群", func(s *feishutest.Server) { s.Forbid("im:chat:read") }, "开通 im:chat:read，"},
		{"nothing may be sent", "产品群", func(s *feishutest.Server) { s.Forbid("im:message:send_as_bot") }, "开通 im:message:send_as_bot，"},
		{"thrown out meanwhile", "产品群", func(s *feishutest.Server) {
			s.Break(feishutest.Fault{Kind: feishutest.Code, Code: 230002, To: team})
		}, "会办不在这个群里（230002）"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, feishutest.Options{}, nil)
			if test.fault != nil {
				test.fault(l.fake)
			}
			err := l.p.SendTest(t.Context(), test.chat, "uuid-1")
			switch {
			case test.says == "" && (err != nil || len(l.fake.Messages()) != 1):
				t.Errorf("%v, %d messages", err, len(l.fake.Messages()))
			case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)):
				t.Errorf("says %v, want %q", err, test.says)
			}
		})
	}
}

// TestPageNamesEveryScope: what doctor asks for stands on the page, and the page
// names nothing in its table that doctor does not know.
func TestPageNamesEveryScope(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/feishu.md")
	if err != nil {
		t.Fatal(err)
	}
	table := string(page)
	for _, scope := range asked {
		if !strings.Contains(table, "| `"+scope+"` |") {
			t.Errorf("docs/feishu.md has no row for %s", scope)
		}
	}
	for _, kind := range append(listened(), eventTap) {
		if !strings.Contains(table, "`"+kind+"`") {
			t.Errorf("docs/feishu.md does not name the event %s", kind)
		}
	}
}

func TestScopesAreReadFromThePlatformsWords(t *testing.T) {
	t.Parallel()
	for msg, want := range map[string]string{
		"Access denied. One of the following scopes is required: [im:chat:readonly, im:chat:read].应用尚未开通 [im:chat:readonly]，https://open.feishu.cn/app/x": "开通 im:chat:read，",
		"required: [calendar:calendar, calendar:calendar:readonly].": "开通其中一个：calendar:calendar、calendar:calendar:readonly，",
		"Access denied.": "Access denied.",
	} {
		if got := scopesIn(msg); !strings.Contains(got, want) {
			t.Errorf("%s: %s", msg, got)
		}
	}
}

// TestFileWithoutScopeIsSaidOnce: a file that may not be fetched does not keep
// the message from being heard, and is not asked for again.
func TestFileWithoutScopeIsSaidOnce(t *testing.T) {
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	l := newLab(t, feishutest.Options{}, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	l.Cleanup(func() { _ = log.Close() })
	l.fake.Forbid("im:message:readonly")
	l.run()
	l.acked(l.fake.SendFile(l.Context(), "", xu, "证据.txt", []byte("写好了"), false))
	ms := l.in.messages
	if len(ms) != 1 || !slices.Equal(ms[0].Unusable, []string{"证据.txt"}) {
		t.Errorf("heard %+v", ms)
	}
	written, err := os.ReadFile(log.Name())
	if err != nil || !strings.Contains(string(written), "im:message:readonly") {
		t.Errorf("the log does not say what to mend: %s, %v", written, err)
	}
	l.sound()
}
