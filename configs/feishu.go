package configs

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// Feishu is one app of Feishu or Lark (docs/feishu.md). Without AppID and
// AppSecret the platform is not connected.
type Feishu struct {
	AppID     string `yaml:"app_id" env:"APP_ID"` // cli_…
	AppSecret Secret `yaml:"app_secret" env:"APP_SECRET"`
	Domain    string `yaml:"domain" env:"DOMAIN"` // feishu, lark, or the base URL of what speaks the same
	Mode      string `yaml:"mode" env:"MODE"`     // websocket (a connection that we open) or webhook

	// Of webhooks only.
	EncryptKey        Secret `yaml:"encrypt_key" env:"ENCRYPT_KEY"`
	VerificationToken Secret `yaml:"verification_token" env:"VERIFICATION_TOKEN"`
	Listen            string `yaml:"listen" env:"LISTEN"` // host:port behind the company's HTTPS proxy

	Urgent bool `yaml:"urgent" env:"URGENT"` // escalations are pushed as 加急
}

// On reports whether the platform is to be connected.
func (f Feishu) On() bool { return f.AppID != "" || f.AppSecret != "" }

// appID is the form of an App ID in both clouds.
var appID = regexp.MustCompile(`^cli_[0-9A-Za-z]+$`)

// check never repeats an App ID that is wrong: it may be the secret, pasted
// into the wrong line.
func (f Feishu) check() error {
	errs := []error{
		f.checkDomain(),
		oneOf("feishu.mode", f.Mode, "websocket", "webhook"),
	}
	if !f.On() {
		return errors.Join(errs...)
	}
	switch {
	case f.AppID == "":
		errs = append(errs, wrong("feishu.app_id", "不能为空：已经写了 feishu.app_secret，请再写上同一个应用的 App ID（开发者后台 → 凭证与基础信息，以 cli_ 开头）"))
	case !appID.MatchString(f.AppID):
		errs = append(errs, wrong("feishu.app_id", "的写法不对：App ID 以 cli_ 开头，请从 开发者后台 → 凭证与基础信息 复制，不要写应用名称或 App Secret"))
	}
	if f.AppSecret == "" {
		errs = append(errs, wrong("feishu.app_secret", "不能为空：请从 开发者后台 → 凭证与基础信息 复制 App Secret，建议放进文件并设 %sFEISHU_APP_SECRET_FILE", prefix))
	}
	if f.Mode == "webhook" {
		errs = append(errs, f.checkWebhook())
	}
	return errors.Join(errs...)
}

func (f Feishu) checkDomain() error {
	const key = "feishu.domain"
	if f.Domain == "feishu" || f.Domain == "lark" {
		return nil
	}
	u, err := url.Parse(f.Domain)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return wrong(key, "的写法不对：飞书写 feishu，Lark 国际版写 lark，或写以 https:// 开头的网址")
	}
	if u.Scheme == "http" && !Loopback(u.Hostname()) {
		return wrong(key, "不能用 http:// 连别的机器，那样 App Secret 会在网络上明文传送：请改成 https://")
	}
	return nil
}

// checkWebhook asks for what tells the platform's requests from anybody's.
func (f Feishu) checkWebhook() error {
	var errs []error
	for _, k := range []struct {
		key, name string
		value     Secret
	}{
		{"feishu.encrypt_key", "Encrypt Key", f.EncryptKey},
		{"feishu.verification_token", "Verification Token", f.VerificationToken},
	} {
		if k.value == "" {
			variable := prefix + strings.ToUpper(strings.ReplaceAll(k.key, ".", "_"))
			errs = append(errs, wrong(k.key, "不能为空：feishu.mode 为 webhook 时靠它分辨请求是不是飞书发来的。请从 开发者后台 → 事件与回调 → 加密策略 复制 %s，建议放进文件并设 %s_FILE",
				k.name, variable))
		}
	}
	return errors.Join(append(errs, checkAddress("feishu.listen", f.Listen, "127.0.0.1:8090"))...)
}
