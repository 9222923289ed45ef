package configs

import (
	"strings"
	"testing"
)

func TestValidateNamesTheFixAndTheVariable(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*Config)
		wants []string
	}{
		{"no folder", func(c *Config) { c.Data = " " }, []string{"data 不能为空", "HUIBAN_DATA"}},
		{"level", func(c *Config) { c.Log.Level = "verbose" }, []string{"log.level", "“verbose”", "debug、info、warn、error", "HUIBAN_LOG_LEVEL"}},
		{"format", func(c *Config) { c.Log.Format = "" }, []string{"log.format", "HUIBAN_LOG_FORMAT"}},
		{"driver", func(c *Config) { c.Store.Driver = "postgres" }, []string{"store.driver", "sqlite、mysql", "HUIBAN_STORE_DRIVER"}},
		{"sqlite with DSN", func(c *Config) { c.Store.DSN = "root:hunter2@tcp(x)/y" }, []string{"store.dsn", "store.driver 改成 mysql", "HUIBAN_STORE_DSN"}},
		{"mysql without DSN", func(c *Config) { c.Store.Driver = "mysql" }, []string{"store.dsn 不能为空", "tcp(主机:3306)", "HUIBAN_STORE_DSN_FILE"}},
		{"mysql URL", func(c *Config) { c.Store = Store{"mysql", "mysql://root:hunter2@db:3306/huiban"} }, []string{"store.dsn", "不要用 mysql://"}},
		{"no host", func(c *Config) { c.Store = Store{"mysql", "root:hunter2@/huiban"} }, []string{"store.dsn", "写法不对"}},
		{"no database", func(c *Config) { c.Store = Store{"mysql", "root:hunter2@tcp(db:3306)/?charset=utf8mb4"} }, []string{"没有库名"}},
		{"many statements", func(c *Config) { c.Store = Store{"mysql", "root:hunter2@tcp(db:3306)/h?multiStatements=true"} }, []string{"multiStatements"}},
		{"no work hours", func(c *Config) { c.Organisation.WorkHours = nil }, []string{"organisation.work_hours 不能为空", "HUIBAN_ORGANISATION_WORK_HOURS"}},
		{"work hours backwards", func(c *Config) { c.Organisation.WorkHours = []Span{{at(12, 0), at(9, 0)}} }, []string{"12:00-09:00", "起点不早于终点"}},
		{"work hours overlap", func(c *Config) { c.Organisation.WorkHours = []Span{{at(9, 0), at(12, 0)}, {at(11, 0), at(18, 0)}} }, []string{"11:00-18:00 与 09:00-12:00 重叠"}},
		{"quiet all day", func(c *Config) { c.Organisation.Quiet = Span{at(8, 0), at(8, 0)} }, []string{"organisation.quiet", "起止相同", "HUIBAN_ORGANISATION_QUIET"}},
		{"due in the night", func(c *Config) { c.Organisation.DefaultDue = at(23, 0) }, []string{"organisation.default_due 是 23:00", "21:00-08:30"}},
		{"digest in the night", func(c *Config) { c.Organisation.Digest = at(8, 29) }, []string{"organisation.digest 是 08:29"}},
		{"off work in the night", func(c *Config) { c.Organisation.OffWork = at(21, 0) }, []string{"organisation.off_work 是 21:00"}},
		{"noon after work", func(c *Config) { c.Organisation.Noon = at(18, 0) }, []string{"organisation.noon 是 18:00", "早于"}},
		{"all files", func(c *Config) { c.Limits.FilesGB = -1 }, []string{"limits.files_gb 不能是 -1", "HUIBAN_LIMITS_FILES_GB"}},
		{"app without secret", func(c *Config) { c.Feishu.AppID = "cli_a1" }, []string{"feishu.app_secret 不能为空", "凭证与基础信息", "HUIBAN_FEISHU_APP_SECRET_FILE"}},
		{"secret without app", func(c *Config) { c.Feishu.AppSecret = "hunter2" }, []string{"feishu.app_id 不能为空", "cli_", "HUIBAN_FEISHU_APP_ID"}},
		{"secret for an app id", func(c *Config) { c.Feishu.AppID, c.Feishu.AppSecret = "hunter2", "hunter2" }, []string{"feishu.app_id 的写法不对", "cli_"}},
		{"domain", func(c *Config) { c.Feishu.Domain = "feishu.cn" }, []string{"feishu.domain", "feishu", "lark", "https://", "HUIBAN_FEISHU_DOMAIN"}},
		{"domain with a password", func(c *Config) { c.Feishu.Domain = "https://u:hunter2@open.example.com" }, []string{"feishu.domain 的写法不对"}},
		{"domain in the clear", func(c *Config) { c.Feishu.Domain = "http://open.example.com" }, []string{"feishu.domain", "明文", "https://"}},
		{"mode", func(c *Config) { c.Feishu.Mode = "poll" }, []string{"feishu.mode", "websocket、webhook", "HUIBAN_FEISHU_MODE"}},
		{"webhook without key", func(c *Config) { *c = webhook(); c.Feishu.EncryptKey = "" },
			[]string{"feishu.encrypt_key 不能为空", "开发者后台 → 事件与回调 → 加密策略", "Encrypt Key", "HUIBAN_FEISHU_ENCRYPT_KEY_FILE"}},
		{"webhook without token", func(c *Config) { *c = webhook(); c.Feishu.VerificationToken = "" },
			[]string{"feishu.verification_token 不能为空", "开发者后台 → 事件与回调 → 加密策略", "Verification Token", "HUIBAN_FEISHU_VERIFICATION_TOKEN_FILE"}},
		{"webhook without port", func(c *Config) { *c = webhook(); c.Feishu.Listen = "127.0.0.1" }, []string{"feishu.listen 不能是“127.0.0.1”", "127.0.0.1:8090"}},
		{"health without port", func(c *Config) { c.Server.Listen = "8081" }, []string{"server.listen 不能是“8081”", "HUIBAN_SERVER_LISTEN"}},
		{"health port", func(c *Config) { c.Server.Listen = "127.0.0.1:70000" }, []string{"server.listen", "65535"}},
		{"health for everybody", func(c *Config) { c.Server.Listen = ":9000" }, []string{"server.listen 是 :9000", "127.0.0.1:9000", "HUIBAN_SERVER_LISTEN"}},
		{"health on the net", func(c *Config) { c.Server.Listen = "10.0.0.7:9000" }, []string{"server.listen", "别的机器", "127.0.0.1:9000"}},
		{"health where the webhook is", func(c *Config) { *c = webhook(); c.Feishu.Listen = c.Server.Listen }, []string{"server.listen", "feishu.listen", "换端口"}},
		{"client without secret", func(c *Config) { c.DingTalk.ClientID = "dinga1" }, []string{"dingtalk.client_secret 不能为空", "凭证与基础信息", "HUIBAN_DINGTALK_CLIENT_SECRET_FILE"}},
		{"secret without client", func(c *Config) { c.DingTalk.ClientSecret = "hunter2" }, []string{"dingtalk.client_id 不能为空", "ding", "HUIBAN_DINGTALK_CLIENT_ID"}},
		{"secret for a client id", func(c *Config) { c.DingTalk.ClientID, c.DingTalk.ClientSecret = "hunter2", "dinga1" }, []string{"dingtalk.client_id 的写法不对", "AppKey"}},
		{"client id for a secret", func(c *Config) { c.DingTalk.ClientID, c.DingTalk.ClientSecret = "dinghunter2", "dinghunter2" }, []string{"dingtalk.client_secret", "一样"}},
		{"robot code", func(c *Config) { *c = posted(); c.DingTalk.RobotCode = "hunter2" }, []string{"dingtalk.robot_code 的写法不对", "留空", "HUIBAN_DINGTALK_ROBOT_CODE"}},
		{"robot name", func(c *Config) { c.DingTalk.RobotName = "@会办" }, []string{"dingtalk.robot_name", "不带 @", "HUIBAN_DINGTALK_ROBOT_NAME"}},
		{"DingTalk mode", func(c *Config) { c.DingTalk.Mode = "webhook" }, []string{"dingtalk.mode", "stream、http", "HUIBAN_DINGTALK_MODE"}},
		{"three streams", func(c *Config) { c.DingTalk.Streams = 3 }, []string{"dingtalk.stream_connections 不能是 3", "1 到 2", "HUIBAN_DINGTALK_STREAM_CONNECTIONS"}},
		{"template", func(c *Config) { c.DingTalk.CardTemplate = "hunter2" }, []string{"dingtalk.card_template 的写法不对", ".schema", "HUIBAN_DINGTALK_CARD_TEMPLATE"}},
		{"variable without a name", func(c *Config) { c.DingTalk.Variables.Tag = "" }, []string{"dingtalk.variables.tag 不能是“”", "HUIBAN_DINGTALK_VARIABLES_TAG"}},
		{"variable in Chinese", func(c *Config) { c.DingTalk.Variables.Body = "正文" }, []string{"dingtalk.variables.body 不能是“正文”", "字母"}},
		{"two variables of one name", func(c *Config) { c.DingTalk.Variables.Footer = "btns" }, []string{"dingtalk.variables.footer 和 dingtalk.variables.buttons 都是“btns”"}},
		{"API without a scheme", func(c *Config) { c.DingTalk.API = "api.dingtalk.com" }, []string{"dingtalk.api 的写法不对", "https://api.dingtalk.com", "HUIBAN_DINGTALK_API"}},
		{"API with a password", func(c *Config) { c.DingTalk.OAPI = "https://u:hunter2@x" }, []string{"dingtalk.oapi 的写法不对", "https://oapi.dingtalk.com"}},
		{"API in the clear", func(c *Config) { c.DingTalk.OAPI = "http://oapi.dingtalk.com" }, []string{"dingtalk.oapi", "明文", "https://"}},
		{"calls below none", func(c *Config) { c.DingTalk.MonthlyCalls = -1 }, []string{"dingtalk.monthly_calls 不能是 -1", "HUIBAN_DINGTALK_MONTHLY_CALLS"}},
		{"pushes below none", func(c *Config) { c.DingTalk.MonthlyPushes = -1 }, []string{"dingtalk.monthly_pushes 不能是 -1"}},
		{"posted without port", func(c *Config) { *c = posted(); c.DingTalk.Listen = "127.0.0.1" }, []string{"dingtalk.listen 不能是“127.0.0.1”", "127.0.0.1:8091"}},
		{"both platforms on one port", func(c *Config) {
			*c = webhook()
			c.DingTalk = posted().DingTalk
			c.DingTalk.Listen = c.Feishu.Listen
		}, []string{"feishu.listen 和 dingtalk.listen 都是 127.0.0.1:8090", "换端口"}},
	} {
		config := Default()
		c.spoil(&config)
		err := config.Validate()
		mustSay(t, c.name, err, c.wants...)
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: one mistake is reported more than once:\n%v", c.name, err)
		}
	}
}

// webhook is a configuration that receives by webhook.
func webhook() Config {
	c := Default()
	c.Feishu.AppID, c.Feishu.AppSecret, c.Feishu.Mode = "cli_a1", "hunter2", "webhook"
	c.Feishu.EncryptKey, c.Feishu.VerificationToken = "hunter2", "hunter2"
	return c
}

// posted is a configuration to which DingTalk posts its messages.
func posted() Config {
	c := Default()
	c.DingTalk.ClientID, c.DingTalk.ClientSecret, c.DingTalk.Mode = "dinga1", "hunter2", "http"
	return c
}

func TestPlatformsAreOffWithoutAnApp(t *testing.T) {
	if c := Default(); c.Feishu.On() || c.DingTalk.On() {
		t.Error("the default connects to a platform")
	}
	if f, d := webhook().Feishu, posted().DingTalk; !f.On() || !d.On() {
		t.Error("an app is not connected")
	}
}

func TestValidateReportsAllAtOnce(t *testing.T) {
	c := Default()
	c.Data, c.Log.Level, c.Limits.FilesGB = "", "loud", 0
	mustSay(t, "three mistakes", c.Validate(), "HUIBAN_DATA", "HUIBAN_LOG_LEVEL", "HUIBAN_LIMITS_FILES_GB")
}

func TestValidateAcceptsWhatWorks(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"defaults":        func(*Config) {},
		"mysql":           func(c *Config) { c.Store = Store{"mysql", "u:p@ss/w?@tcp(10.0.0.7:3306)/huiban?charset=utf8mb4"} },
		"mysql socket":    func(c *Config) { c.Store = Store{"mysql", "u@unix(/run/mysqld/mysqld.sock)/huiban"} },
		"feishu":          func(c *Config) { c.Feishu.AppID, c.Feishu.AppSecret = "cli_a1B2", "s" },
		"lark":            func(c *Config) { c.Feishu.AppID, c.Feishu.AppSecret, c.Feishu.Domain = "cli_a1", "s", "lark" },
		"a fake feishu":   func(c *Config) { c.Feishu.Domain = "http://127.0.0.1:4242" },
		"a gateway":       func(c *Config) { c.Feishu.Domain = "https://feishu.example.com/api" },
		"webhook":         func(c *Config) { *c = webhook() },
		"webhook off":     func(c *Config) { c.Feishu.Mode = "webhook" },
		"webhook outside": func(c *Config) { *c = webhook(); c.Feishu.Listen = ":8090" },
		"health on IPv6":  func(c *Config) { c.Server.Listen = "[::1]:8081" },
		"health by name":  func(c *Config) { c.Server.Listen = "localhost:0" },
		"dingtalk":        func(c *Config) { c.DingTalk.ClientID, c.DingTalk.ClientSecret = "dingoa1B2", "s" },
		"posted":          func(c *Config) { *c = posted(); c.DingTalk.Listen = ":8091" },
		"posted, off":     func(c *Config) { c.DingTalk.Mode, c.DingTalk.Listen = "http", c.Server.Listen },
		"a fake dingtalk": func(c *Config) { c.DingTalk.API, c.DingTalk.OAPI = "http://127.0.0.1:4242", "http://localhost:4242/" },
		"own variables":   func(c *Config) { c.DingTalk.Variables.Title, c.DingTalk.Variables.Tag = "tag", "title" },
		"a template":      func(c *Config) { c.DingTalk.CardTemplate = "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema" },
		"no quota":        func(c *Config) { c.DingTalk.MonthlyCalls, c.DingTalk.MonthlyPushes = 0, 0 },
		"both":            func(c *Config) { *c = webhook(); c.DingTalk = posted().DingTalk },
		"quiet at lunch":  func(c *Config) { c.Organisation.Quiet = Span{at(12, 0), at(13, 0)} },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestR90_QuietTimePassesMidnight(t *testing.T) {
	quiet := Default().Organisation.Quiet
	for text, want := range map[string]bool{"20:59": false, "21:00": true, "23:59": true, "00:00": true, "08:29": true, "08:30": false, "12:00": false} {
		var at TimeOfDay
		if err := at.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := quiet.Holds(at); got != want || at.String() != text {
			t.Errorf("%s (%s): quiet %v, want %v", text, at, got, want)
		}
	}
}
