package feishu

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"huiban/bot"
)

// Base URLs of the two clouds. They share nothing: an app of one is unknown to
// the other.
const (
	baseFeishu = "https://open.feishu.cn"
	baseLark   = "https://open.larksuite.com"
)

// A Mode is how events reach us.
type Mode string

// The modes: a long connection that we open (no public address needed), or
// requests that the platform makes to Handler.
const (
	LongConnection Mode = "websocket"
	Webhook        Mode = "webhook"
)

// Options are what an administrator sets and what the program lends. Files,
// Urgent, Counted and Log may be left out.
type Options struct {
	AppID     string
	AppSecret string
	Domain    string // feishu, lark, or the base URL of something that speaks the same
	Mode      Mode   // empty is LongConnection

	// Of webhooks only; both are required then.
	VerificationToken string
	EncryptKey        string
	Listener          net.Listener

	// ButtonKey marks the buttons that are ours, so that nobody else can make one.
	// All replicas must have the same, for as long as cards live. Without it the
	// marks follow from AppSecret and end with it: enough for a card that doctor sends.
	ButtonKey []byte

	Urgent  bool             // escalations are pushed as 加急 where the app may
	Now     func() time.Time // the wall clock: token ages, signature windows
	Files   bot.Vault        // where files that people send are kept
	Counted func(calls int)  // told of every API call, for the monthly quota
	Log     *slog.Logger
}

// base is where the API lives, without a slash at its end.
func (o Options) base() (string, error) {
	switch o.Domain {
	case "", "feishu":
		return baseFeishu, nil
	case "lark":
		return baseLark, nil
	}
	u, err := url.Parse(o.Domain)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("domain %q is neither feishu, lark nor a URL", o.Domain)
	}
	return strings.TrimRight(o.Domain, "/"), nil
}

// check reports what is missing.
func (o Options) check() error {
	switch {
	case o.AppID == "" || o.AppSecret == "":
		return errors.New("app id and app secret are required")
	case o.Mode == Webhook && (o.EncryptKey == "" || o.VerificationToken == ""):
		return errors.New("webhooks need an Encrypt Key and a Verification Token: without them anybody could speak for the platform")
	}
	return nil
}
