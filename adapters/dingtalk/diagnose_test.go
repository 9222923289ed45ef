package dingtalk

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
)

// doctored is a lab whose platform does not run, as doctor has it, with two people
// of one name more.
func doctored(t *testing.T, change func(*Options)) *lab {
	t.Helper()
	l := newLab(t, dingtalktest.Options{}, change)
	l.fake.AddPerson(dingtalktest.Person{UserID: "wang1", Name: "王伟", Departments: []int{2}})
	l.fake.AddPerson(dingtalktest.Person{UserID: "wang2", Name: "王伟", Departments: []int{2}})
	l.fake.AddTemplate(dingtalktest.Template{ID: "t.schema"})
	return l
}

// told fails unless a finding says so, of the severity that the mark stands for.
func told(t *testing.T, all []Finding, mark, part string) {
	t.Helper()
	marks := map[bool]string{true: "✗"}
	for _, f := range all {
		got := marks[f.Grave]
		if f.Fine {
			got = "✓"
		} else if got == "" {
			got = "!"
		}
		if got == mark && strings.Contains(f.Say, part) {
			return
		}
	}
	t.Errorf("nothing says %s %q in %+v", mark, part, all)
}

// proofs is what is known to work.
type proofs struct{ of sync.Map }

// proven are proofs of what was proven before.
func proven(of ...string) *proofs {
	p := &proofs{}
	for _, what := range of {
		p.of.Store(what, true)
	}
	return p
}

func (p *proofs) Proven(_ context.Context, of string) (bool, error) {
	_, known := p.of.Load(of)
	return known, nil
}

func (p *proofs) Prove(_ context.Context, of string) error {
	p.of.Store(of, true)
	return nil
}

// TestDoctorNamesTheFault breaks one thing at a time and reads what an
// administrator would.
func TestDoctorNamesTheFault(t *testing.T) {
	t.Parallel()
	code := func(code, path string) func(*dingtalktest.Server) {
		return func(s *dingtalktest.Server) {
			s.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: code, Path: path})
		}
	}
	lacks := func(scopes ...string) func(*dingtalktest.Server) {
		return func(s *dingtalktest.Server) { s.Forbid(scopes...) }
	}
	const oauth, open = "/v1.0/oauth2/", "/v1.0/gateway/"
	for _, test := range []struct {
		name   string
		fault  func(*dingtalktest.Server)
		option func(*Options)
		mark   string
		says   string
	}{
		{"nothing: credentials", nil, nil, "✓", "凭证有效"},
		{"nothing: stream", nil, nil, "✓", "Stream 连接可以打开"},
		{"nothing: messages", nil, nil, "✓", "可以主动发消息（qyapi_robot_sendmsg）"},
		{"nothing: departments", nil, nil, "✓", "看得到部门名称"},
		{"no template", nil, nil, "!", "现在是第 1 级：消息和私聊里的按钮，没有卡片。到第 2 级：搭一个卡片模板"},
		{"a template whose proof is not known here", nil, func(o *Options) { o.Template = "t.schema" }, "!", "卡片模板已经配置，有没有试通过，这里看不到"},
		{"a template that nobody tapped", nil, func(o *Options) { o.Template, o.Proof = "t.schema", proven() }, "!", "还没有人点过"},
		{"few calls, and no trial in private", nil, func(o *Options) { o.Template, o.MonthlyCalls, o.Proof = "t.schema", 5000, proven("t.schema") }, "✓", "私聊里对会办说“卡片自检”再点一次"},
		{"a template that was tapped", nil, func(o *Options) { o.Template, o.Proof = "t.schema", proven("t.schema") }, "✓", "现在是第 2 级"},
		{"releases, which nobody can look up", nil, nil, "!", "请核对（没有接口能查）：开发者后台 → 版本管理与发布"},
		{"others who listen, whom nobody can count", nil, nil, "!", "没有别的程序"},
		{"the clock is slow", nil, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(-time.Hour) } }, "!", "本机时钟比钉钉慢"},
		{"the clock is fast", nil, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } }, "!", "本机时钟比钉钉快"},
		{"wrong client id", nil, func(o *Options) { o.ClientID = "dingother" }, "✗", "Client ID 或 Client Secret 不对（invalidClientIdOrSecret）"},
		{"wrong secret", nil, func(o *Options) { o.ClientSecret = "old one" }, "✗", "Client ID 或 Client Secret 不对"},
		{"address not allowed", code("Forbidden.AccessDenied.IpNotInWhiteList", oauth), nil, "✗", "出口 IP 不在白名单里（IpNotInWhiteList）"},
		{"code nobody knows", code("some.new.code", oauth), nil, "✗", "错误码 some.new.code"},
		{"no network", nil, func(o *Options) { o.API = "http://127.0.0.1:1" }, "✗", "连不上 http://127.0.0.1:1"},
		{"a proxy answers", func(s *dingtalktest.Server) {
			s.Break(dingtalktest.Fault{Kind: dingtalktest.BadGateway, Path: oauth})
		}, nil, "✗", "没有像钉钉那样回答（HTTP 502）"},
		{"not published", code("authFailed", open), nil, "✗", "应用还没有发布、机器人的消息接收模式不是 Stream"},
		{"not published, in other words", code("something", open), nil, "✗", "应用还没有发布、机器人的消息接收模式不是 Stream"},
		{"address not allowed to listen", code("IpNotInWhiteList", open), nil, "✗", "Stream 连接打不开：本机的出口 IP 不在白名单里"},
		{"listening fails", func(s *dingtalktest.Server) {
			s.Break(dingtalktest.Fault{Kind: dingtalktest.Reset, Path: open})
		}, nil, "✗", "Stream 连接打不开：连不上"},
		{"may not send", lacks(scopeRobot), nil, "!", "不能主动发消息，只能回答：请在开发者后台 → 权限管理 申请 qyapi_robot_sendmsg，"},
		{"may not send: level", lacks(scopeRobot, scopeCards), nil, "!", "现在是第 0 级"},
		{"no cards", lacks(scopeCards), nil, "!", "不能发卡片：请在开发者后台 → 权限管理 申请 Card.Instance.Write，"},
		{"no cards: level", lacks(scopeCards), func(o *Options) { o.Template = "t.schema" }, "!", "现在是第 1 级"},
		{"people are not to be read", lacks(scopeMember), nil, "!", "申请 qyapi_get_member，"},
		{"people are not to be found", lacks(scopeSearch), nil, "!", "申请 qyapi_addresslist_search，"},
		{"departments are not to be read", lacks(scopeDepartments), nil, "!", "申请 qyapi_get_department_list，"},
		{"robot code", nil, func(o *Options) { o.RobotCode = "dingother" }, "✗", "dingtalk.robot_code 不对（invalidParameter.robotCode.notExist）"},
		{"the month's calls", code("Forbidden.AccessDenied.ApiCountLimitForOrg", "/v1.0/robot/"), nil, "!", "企业当月的接口次数用完了（ApiCountLimitForOrg）"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := doctored(t, test.option)
			if test.fault != nil {
				test.fault(l.fake)
			}
			all := l.p.Diagnose(t.Context())
			told(t, all, test.mark, test.says)
			for _, f := range all {
				if strings.Contains(f.Say, l.p.o.ClientSecret) || strings.Contains(f.Say, "%!") {
					t.Errorf("that is not to be told: %s", f.Say)
				}
			}
			if n := len(l.fake.Messages()); n > 0 {
				t.Errorf("%d messages were sent", n)
			}
		})
	}
}

// TestDoctorIsQuietWhereAllIsWell: nothing grave, and the platform has nothing to
// object to what was asked.
func TestDoctorIsQuietWhereAllIsWell(t *testing.T) {
	t.Parallel()
	l := doctored(t, func(o *Options) { o.Template, o.Proof = "t.schema", proven("t.schema") })
	for _, f := range l.p.Diagnose(t.Context()) {
		if f.Grave || !f.Fine && !strings.Contains(f.Say, "请核对") {
			t.Errorf("%+v", f)
		}
	}
	l.sound()
	if n := l.fake.Connections(); n > 0 {
		t.Errorf("doctor holds %d connections", n)
	}
}

// TestSendTestFindsWhoIsMeant, or says why not.
func TestSendTestFindsWhoIsMeant(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, to string
		fault    func(*dingtalktest.Server)
		says     string
	}{
		{"by name", "周敏", nil, ""},
		{"by userId", "wang2", nil, ""},
		{"two of a name", "王伟", nil, "不止一个"},
		{"nobody", "赵六", nil, "找不到“赵六”"},
		{"may not search, by userId", "zhou", func(s *dingtalktest.Server) { s.Forbid(scopeSearch) }, ""},
		{"may not search, by name", "周敏", func(s *dingtalktest.Server) { s.Forbid(scopeSearch) }, "找不到“周敏”"},
		{"may not send", "周敏", func(s *dingtalktest.Server) { s.Forbid(scopeRobot) }, "qyapi_robot_sendmsg"},
		{"search fails", "周敏", func(s *dingtalktest.Server) {
			s.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: "60020", Path: "/v1.0/contact/"})
		}, "白名单"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := doctored(t, nil)
			if test.fault != nil {
				test.fault(l.fake)
			}
			err := l.p.SendTest(t.Context(), test.to, "uuid-1")
			sent := l.fake.Messages()
			switch {
			case test.says == "" && (err != nil || len(sent) != 1 || sent[0].To == "" || !slices.Contains(sent[0].Buttons(), "点我试试")):
				t.Errorf("%v, %+v", err, sent)
			case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says) || len(sent) > 0):
				t.Errorf("says %v, want %q; sent %+v", err, test.says, sent)
			}
		})
	}
}

// TestDingTalkPageIsTheCode: the page asks for what the code uses and for nothing
// else, and its table of faults names codes that the code knows.
func TestDingTalkPageIsTheCode(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/dingtalk.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	_, scopes, _ := strings.Cut(page, "### 权限\n")
	scopes, _, _ = strings.Cut(scopes, "\n### ")
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(scopes, -1) {
		rows = append(rows, row[1])
	}
	used := []string{scopeRobot, scopeCards, scopeMember, scopeSearch, scopeDepartments}
	if !slices.Equal(rows, used) {
		t.Errorf("the page asks for %q, the code uses %q", rows, used)
	}
	for _, code := range []string{
		"invalidClientIdOrSecret", "40089", "authFailed", "IpNotInWhiteList", "staffId.notExisted", "bot.stopped", "invalid.openConversationId",
		"group.disbanded", "param.templateNotExist", "param.templateUnpublished", "ApiCountLimitForOrg", "90020", "QpsLimitForAppkeyAndApi", "90018",
	} {
		if !strings.Contains(page, code) || codeTrouble(code) == "" || strings.Contains(codeTrouble(code), "%!") {
			t.Errorf("%s: on the page %v, the code says %q", code, strings.Contains(page, code), codeTrouble(code))
		}
	}
	for _, event := range []string{eventJoined, eventOut, eventDisbanded, eventLeft, eventChanged} {
		if !strings.Contains(page, "`"+event+"`") {
			t.Errorf("the page does not name the event %s", event)
		}
	}
	for _, name := range []string{"title", "tag", "body", "has_form", "form", "btns", "footer"} {
		if !strings.Contains(page, "| `"+name+"` |") {
			t.Errorf("the recipe has no row for the variable %s", name)
		}
	}
}
