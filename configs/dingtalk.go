package configs

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// DingTalk is one app of DingTalk (docs/dingtalk.md). Without ClientID and
// ClientSecret the platform is not connected.
type DingTalk struct {
	ClientID     string `yaml:"client_id" env:"CLIENT_ID"` // AppKey: ding…
	ClientSecret Secret `yaml:"client_secret" env:"CLIENT_SECRET"`
	RobotCode    string `yaml:"robot_code" env:"ROBOT_CODE"` // empty: the Client ID, as it is of every app of one's own
	RobotName    string `yaml:"robot_name" env:"ROBOT_NAME"` // what people type after @

	Mode    string `yaml:"mode" env:"MODE"`                             // stream (connections that we open) or http
	Listen  string `yaml:"listen" env:"LISTEN"`                         // of the mode http only: host:port behind the company's HTTPS proxy
	Streams int    `yaml:"stream_connections" env:"STREAM_CONNECTIONS"` // 2, so that one reconnects while the other hears

	// CardTemplate is the template that the administrator built; empty: no cards.
	CardTemplate string            `yaml:"card_template" env:"CARD_TEMPLATE"`
	Variables    DingTalkVariables `yaml:"variables" envPrefix:"VARIABLES_"`

	// The two hosts of the platform.
	API  string `yaml:"api" env:"API"`
	OAPI string `yaml:"oapi" env:"OAPI"`

	// The quota of the organisation, which all of its apps share; 0 is none.
	MonthlyCalls  int `yaml:"monthly_calls" env:"MONTHLY_CALLS"`
	MonthlyPushes int `yaml:"monthly_pushes" env:"MONTHLY_PUSHES"`
}

// DingTalkVariables are the names that the card template gives to its variables.
type DingTalkVariables struct {
	Title   string `yaml:"title" env:"TITLE"`
	Tag     string `yaml:"tag" env:"TAG"`
	Body    string `yaml:"body" env:"BODY"`
	HasForm string `yaml:"has_form" env:"HAS_FORM"`
	Form    string `yaml:"form" env:"FORM"`
	Buttons string `yaml:"buttons" env:"BUTTONS"`
	Footer  string `yaml:"footer" env:"FOOTER"`
}

func defaultDingTalk() DingTalk {
	return DingTalk{
		RobotName: "会办", Mode: "stream", Listen: "127.0.0.1:8091", Streams: 2,
		Variables: DingTalkVariables{
			Title: "title", Tag: "tag", Body: "body", HasForm: "has_form", Form: "form", Buttons: "btns", Footer: "footer",
		},
		API: "https://api.dingtalk.com", OAPI: "https://oapi.dingtalk.com",
		MonthlyCalls: 5000, MonthlyPushes: 3000,
	}
}

// On reports whether the platform is to be connected.
func (d DingTalk) On() bool { return d.ClientID != "" || d.ClientSecret != "" }

// The forms of what is copied from the console.
var (
	clientID     = regexp.MustCompile(`^ding[0-9A-Za-z]+$`)
	cardTemplate = regexp.MustCompile(`^[0-9A-Za-z_-]+\.schema$`)
	variableName = regexp.MustCompile(`^[A-Za-z_][0-9A-Za-z_]{0,99}$`)
)

// dingTalkPage is where the two are copied from.
const dingTalkPage = "开发者后台 → 凭证与基础信息"

// check never repeats a value that is wrong where it may be the secret, pasted
// into the wrong line.
func (d DingTalk) check() error {
	const most = 1_000_000_000
	errs := []error{
		oneOf("dingtalk.mode", d.Mode, "stream", "http"),
		between("dingtalk.stream_connections", d.Streams, 1, 2),
		d.Variables.check(),
		checkHost("dingtalk.api", d.API, "https://api.dingtalk.com"),
		checkHost("dingtalk.oapi", d.OAPI, "https://oapi.dingtalk.com"),
		between("dingtalk.monthly_calls", d.MonthlyCalls, 0, most),
		between("dingtalk.monthly_pushes", d.MonthlyPushes, 0, most),
	}
	if d.CardTemplate != "" && !cardTemplate.MatchString(d.CardTemplate) {
		errs = append(errs, wrong("dingtalk.card_template", "的写法不对：模板 ID 以 .schema 结尾，请从 卡片平台（https://open-dev.dingtalk.com/fe/card）的模板列表复制；没有模板就留空"))
	}
	if strings.TrimSpace(d.RobotName) == "" || strings.HasPrefix(d.RobotName, "@") {
		errs = append(errs, wrong("dingtalk.robot_name", "要写机器人在钉钉里的名字，如 会办，前面不带 @"))
	}
	if !d.On() {
		return errors.Join(errs...)
	}
	errs = append(errs, d.checkCredentials())
	if d.Mode == "http" {
		errs = append(errs, checkAddress("dingtalk.listen", d.Listen, "127.0.0.1:8091"))
	}
	return errors.Join(errs...)
}

func (d DingTalk) checkCredentials() error {
	var errs []error
	switch {
	case d.ClientID == "":
		errs = append(errs, wrong("dingtalk.client_id", "不能为空：已经写了 dingtalk.client_secret，请再写上同一个应用的 Client ID（%s，以 ding 开头，旧称 AppKey）", dingTalkPage))
	case !clientID.MatchString(d.ClientID):
		errs = append(errs, wrong("dingtalk.client_id", "的写法不对：Client ID 以 ding 开头（旧称 AppKey），请从 %s 复制，不要写应用名称、App ID、AgentId 或 Client Secret", dingTalkPage))
	}
	switch d.ClientSecret.Reveal() {
	case "":
		errs = append(errs, wrong("dingtalk.client_secret", "不能为空：请从 %s 复制 Client Secret，建议放进文件并设 %sDINGTALK_CLIENT_SECRET_FILE", dingTalkPage, prefix))
	case d.ClientID:
		errs = append(errs, wrong("dingtalk.client_secret", "和 dingtalk.client_id 一样：请从 %s 复制 Client Secret（在 Client ID 的下面一行）", dingTalkPage))
	}
	if d.RobotCode != "" && !clientID.MatchString(d.RobotCode) {
		errs = append(errs, wrong("dingtalk.robot_code", "的写法不对：企业内部应用的 RobotCode 就是 Client ID，请留空；要写就从 开发者后台 → 应用能力 → 机器人 复制"))
	}
	return errors.Join(errs...)
}

// check asks for a name for each, all different.
func (v DingTalkVariables) check() error {
	var errs []error
	seen := map[string]string{}
	for _, one := range []struct{ key, name string }{
		{"title", v.Title}, {"tag", v.Tag}, {"body", v.Body}, {"has_form", v.HasForm}, {"form", v.Form}, {"buttons", v.Buttons}, {"footer", v.Footer},
	} {
		key := "dingtalk.variables." + one.key
		if !variableName.MatchString(one.name) {
			errs = append(errs, wrong(key, "不能是“%s”：请写卡片模板里变量的名字，由字母、数字和下划线组成，不以数字开头", one.name))
		} else if other := seen[one.name]; other != "" {
			errs = append(errs, wrong(key, "和 %s 都是“%s”：一个变量只能有一个用处，请改其中一个", other, one.name))
		}
		seen[one.name] = key
	}
	return errors.Join(errs...)
}

// checkHost asks for the base of an API; the secret goes there, so it may travel
// unencrypted on this machine only.
func checkHost(key, base, usual string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		return wrong(key, "的写法不对：请写 %s，或另一个以 https:// 开头的网址", usual)
	}
	if u.Scheme == "http" && !Loopback(u.Hostname()) {
		return wrong(key, "不能用 http:// 连别的机器，那样 Client Secret 会在网络上明文传送：请改成 https://")
	}
	return nil
}
