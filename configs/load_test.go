package configs

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/caarlos0/env/v11"
	"github.com/google/go-cmp/cmp"
)

// file writes text into a file of the test and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "huiban.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, path string, environ ...string) Config {
	t.Helper()
	c, err := Load(path, environ)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func TestNothingSetGivesTheDefaults(t *testing.T) {
	for name, got := range map[string]Config{
		"no file":       load(t, ""),
		"empty file":    load(t, file(t, "")),
		"comments only": load(t, file(t, "# 什么都没改\n")),
		"empty section": load(t, file(t, "log:\nlimits:\n")),
		"empty env":     load(t, "", "HUIBAN_DATA=", "HUIBAN_STORE_DSN_FILE=", "PATH=/bin", "HUIBAN_TEST_MYSQL_DSN=x"),
		"the example":   load(t, "huiban.example.yaml"),
	} {
		if diff := cmp.Diff(Default(), got); diff != "" {
			t.Errorf("%s (-default +got):\n%s", name, diff)
		}
	}
}

// TestExampleNamesEverySetting keeps the example complete: each key stands in
// it, each variable is said, and none that does not exist.
func TestExampleNamesEverySetting(t *testing.T) {
	text, err := os.ReadFile("huiban.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	params, err := env.GetFieldParamsWithOptions(new(Config), env.Options{Prefix: prefix, Environment: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(leaves(reflect.TypeFor[Config](), "")); len(params) != want || want < 12 {
		t.Errorf("%d variables for %d keys", len(params), want)
	}
	for _, p := range params {
		if !strings.Contains(string(text), "  "+p.Key+"\n") {
			t.Errorf("the example does not name %s", p.Key)
		}
	}
	for _, key := range leaves(reflect.TypeFor[Config](), "") {
		last := key[strings.LastIndex(key, ".")+1:]
		if !strings.Contains(string(text), "\n"+strings.Repeat("  ", strings.Count(key, "."))+last+": ") {
			t.Errorf("the example does not set %s", key)
		}
		variable := prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		if !strings.Contains(string(text), variable+"\n") {
			t.Errorf("%s is not set by %s, as errors say", key, variable)
		}
	}
}

// leaves returns the keys of the YAML file, as store.dsn.
func leaves(of reflect.Type, path string) []string {
	var keys []string
	for f := range of.Fields() {
		key := path + f.Tag.Get("yaml")
		if f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[Span]() {
			keys = append(keys, leaves(f.Type, key+".")...)
			continue
		}
		keys = append(keys, key)
	}
	return keys
}

func TestEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	path := file(t, `
data: /srv/huiban
log: {level: debug}
organisation:
  default_due: 16:30
  work_hours: [08:30–12:00, 13:30~17:30]
  quiet: 20：00至8:00
limits: {files_gb: 50}
`)
	got := load(t, path, "HUIBAN_LOG_LEVEL=warn", "HUIBAN_ORGANISATION_DIGEST=8:45", "HUIBAN_ORGANISATION_QUIET=21:30-07:00",
		"HUIBAN_STORE_DRIVER=mysql", "HUIBAN_STORE_DSN=u:p=@/w@tcp(db:3306)/huiban?charset=utf8mb4", "HUIBAN_LIMITS_FILES_GB=99")
	want := Default()
	want.Data = "/srv/huiban"
	want.Log.Level = "warn"
	want.Store = Store{Driver: "mysql", DSN: "u:p=@/w@tcp(db:3306)/huiban?charset=utf8mb4"}
	want.Organisation.DefaultDue, want.Organisation.Digest = at(16, 30), at(8, 45)
	want.Organisation.WorkHours = []Span{{at(8, 30), at(12, 0)}, {at(13, 30), at(17, 30)}}
	want.Organisation.Quiet = Span{at(21, 30), at(7, 0)}
	want.Limits.FilesGB = 99
	if want.Store.DSN != got.Store.DSN {
		t.Errorf("DSN: %s", got.Store.DSN.Reveal())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestListsFromTheEnvironment(t *testing.T) {
	got := load(t, "", "HUIBAN_ORGANISATION_WORK_HOURS=09:00-11:30,13:00-17:00")
	if diff := cmp.Diff([]Span{{at(9, 0), at(11, 30)}, {at(13, 0), at(17, 0)}}, got.Organisation.WorkHours); diff != "" {
		t.Error(diff)
	}
}

func TestFeishuFromTheEnvironment(t *testing.T) {
	got := load(t, "", "HUIBAN_FEISHU_APP_ID=cli_a1", "HUIBAN_FEISHU_APP_SECRET_FILE="+file(t, "s3\n"), "HUIBAN_FEISHU_DOMAIN=lark",
		"HUIBAN_FEISHU_MODE=webhook", "HUIBAN_FEISHU_ENCRYPT_KEY=k", "HUIBAN_FEISHU_VERIFICATION_TOKEN=v", "HUIBAN_FEISHU_LISTEN=:9090",
		"HUIBAN_FEISHU_URGENT=true", "HUIBAN_SERVER_LISTEN=127.0.0.1:9091").Feishu
	if got.AppSecret.Reveal() != "s3" || got.EncryptKey.Reveal() != "k" || got.VerificationToken.Reveal() != "v" {
		t.Errorf("secrets: %q %q %q", got.AppSecret.Reveal(), got.EncryptKey.Reveal(), got.VerificationToken.Reveal())
	}
	got.AppSecret, got.EncryptKey, got.VerificationToken = "", "", ""
	if diff := cmp.Diff(Feishu{AppID: "cli_a1", Domain: "lark", Mode: "webhook", Listen: ":9090", Urgent: true}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDingTalkFromTheEnvironment(t *testing.T) {
	got := load(t, "", "HUIBAN_DINGTALK_CLIENT_ID=dinga1", "HUIBAN_DINGTALK_CLIENT_SECRET_FILE="+file(t, "s3\n"), "HUIBAN_DINGTALK_MODE=http",
		"HUIBAN_DINGTALK_LISTEN=:9091", "HUIBAN_DINGTALK_CARD_TEMPLATE=1f-2_b.schema", "HUIBAN_DINGTALK_VARIABLES_BUTTONS=buttons",
		"HUIBAN_DINGTALK_API=http://127.0.0.1:1", "HUIBAN_DINGTALK_MONTHLY_CALLS=200000", "HUIBAN_DINGTALK_STREAM_CONNECTIONS=1").DingTalk
	if got.ClientSecret.Reveal() != "s3" {
		t.Errorf("the secret is %q", got.ClientSecret.Reveal())
	}
	want := Default().DingTalk
	want.ClientID, want.ClientSecret, want.Mode, want.Listen, want.Streams = "dinga1", got.ClientSecret, "http", ":9091", 1
	want.CardTemplate, want.Variables.Buttons, want.API, want.MonthlyCalls = "1f-2_b.schema", "buttons", "http://127.0.0.1:1", 200_000
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSecretFromAFileIsTrimmed(t *testing.T) {
	got := load(t, "", "HUIBAN_STORE_DRIVER=mysql", "HUIBAN_STORE_DSN_FILE="+file(t, " u:p@tcp(db:3306)/huiban\r\n"))
	if want := "u:p@tcp(db:3306)/huiban"; got.Store.DSN.Reveal() != want {
		t.Errorf("got %q, want %q", got.Store.DSN.Reveal(), want)
	}
}

func TestMistakesInTheFile(t *testing.T) {
	for text, wants := range map[string][]string{
		"data: x\nstore:\n  dsnn: y\n":                {"第 3 行", "没有“dsnn”这一项", "huiban.example.yaml"},
		"dta: x\nlstn: y\n":                           {"第 1 行", "“dta”", "第 2 行", "“lstn”"},
		"limits: {files_gb: 二十}\n":                    {"第 1 行", "不是整数"},
		"log: 详细\n":                                   {"第 1 行", "值的写法不对"},
		"data: a\ndata: b\n":                          {"第 2 行", "在第 1 行已经写过"},
		"data: [a\n":                                  {"不是合法的 YAML"},
		"data: a\n---\ndata: b\n":                     {"只能有一段"},
		"organisation:\n  default_due: 下班前\n":         {"第 2 行", "“下班前”不是时刻", "09:00"},
		"organisation:\n  noon: 25:00\n  quiet: 9点\n": {"第 2 行", "“25:00”不是时刻", "第 3 行", "“9点”不是时段"},
		"organisation:\n  work_hours: [9-24]\n":       {"第 2 行", "不是时刻"},
		"store:\n  dsn: [hunter2]\n":                  {"第 2 行"},
		"feishu:\n  urgent: 是\n":                      {"第 2 行", "`是`", "true 或 false"},
		"feishu: hunter2\n":                           {"第 1 行", "值的写法不对"},
		"dingtalk:\n  client_secret: [hunter2]\n":     {"第 2 行"},
		"dingtalk:\n  monthly_calls: 不限\n":            {"第 2 行", "不是整数"},
	} {
		_, err := Load(file(t, text), nil)
		mustSay(t, text, err, wants...)
	}
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), nil)
	mustSay(t, "no such file", err, "找不到配置文件", "none.yaml", "huiban.example.yaml")
	_, err = Load(t.TempDir(), nil)
	mustSay(t, "a folder", err, "读不了配置文件")
}

func TestMistakesInTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		environ []string
		wants   []string
	}{
		{[]string{"HUIBAN_LIMITS_FILES_GB=多"}, []string{"HUIBAN_LIMITS_FILES_GB", "整数"}},
		{[]string{"HUIBAN_LIMITS_FILES_GB=99999999999999999999"}, []string{"HUIBAN_LIMITS_FILES_GB", "整数"}},
		{[]string{"HUIBAN_FEISHU_URGENT=是"}, []string{"HUIBAN_FEISHU_URGENT", "true 或 false"}},
		{[]string{"HUIBAN_FEISHU_APP_SECRET=hunter2"}, []string{"HUIBAN_FEISHU_APP_ID"}},
		{[]string{"HUIBAN_DINGTALK_CLIENT_SECRET=hunter2"}, []string{"HUIBAN_DINGTALK_CLIENT_ID"}},
		{[]string{"HUIBAN_ORGANISATION_NOON=午饭", "HUIBAN_ORGANISATION_QUIET=夜里"}, []string{"HUIBAN_ORGANISATION_NOON", "“午饭”不是时刻", "HUIBAN_ORGANISATION_QUIET", "“夜里”不是时段"}},
		{[]string{"HUIBAN_ORGANISATION_WORK_HOURS=09:00-12:00,下午"}, []string{"HUIBAN_ORGANISATION_WORK_HOURS", "“下午”不是时段"}},
		{[]string{"HUIBAN_STORE_DSN=a", "HUIBAN_STORE_DSN_FILE=/b"}, []string{"HUIBAN_STORE_DSN", "HUIBAN_STORE_DSN_FILE", "只能设一个"}},
		{[]string{"HUIBAN_STORE_DSN_FILE=/nonexistent/dsn"}, []string{"HUIBAN_STORE_DSN_FILE", "读不了"}},
		{[]string{"HUIBAN_STORE_DSN_FILE=" + file(t, "\n")}, []string{"HUIBAN_STORE_DSN_FILE", "是空的"}},
		{[]string{"HUIBAN_LIMITS_FILES_GB=多", "HUIBAN_LOG_LEVEL=吵"}, []string{"HUIBAN_LIMITS_FILES_GB", "HUIBAN_LOG_LEVEL"}},
	} {
		_, err := Load("", c.environ)
		mustSay(t, strings.Join(c.environ, " "), err, c.wants...)
	}
}

// mustSay fails unless err names each of wants and no Go type.
func mustSay(t *testing.T, about string, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%q: accepted", about)
		return
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q does not say %q", about, err, want)
		}
	}
	for _, never := range []string{"hunter2", "configs.", "strconv", "unmarshal"} {
		if strings.Contains(err.Error(), never) {
			t.Errorf("%q: %q says %q", about, err, never)
		}
	}
}
