// Package dingtalk brings DingTalk to the engine: words, taps and events in over
// the stream or by HTTP, cards and texts out by the best way that the
// administrator has opened so far (level 0, 1 or 2), people looked up, calls
// counted. It rests on the official stream SDK, guarded against what is known of
// it, and on a REST client of its own (docs/dependencies.md).
//
// It refuses to know any command, rule or database: what a tap means, who may
// and what is said is decided behind bot.Inbox.
package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"huiban/bot"
)

// Name is the prefix of every account, chat and message that comes from here.
const Name = "dingtalk"

// The two hosts of the platform.
const (
	baseAPI  = "https://api.dingtalk.com"
	baseOAPI = "https://oapi.dingtalk.com"
)

// A Mode is how messages reach us.
type Mode string

// The modes: stream connections that we open (no public address needed), or
// robot messages that the platform posts to us. Taps and events come over the
// stream in both.
const (
	Stream Mode = "stream"
	HTTP   Mode = "http"
)

// Options are what an administrator sets and what the program lends. Files,
// Counted, Spent, Proof and Log may be left out.
type Options struct {
	ClientID     string // AppKey
	ClientSecret string
	RobotCode    string // empty is ClientID
	RobotName    string // what people type after @
	API, OAPI    string // base URLs; empty is the platform's own
	Mode         Mode   // empty is Stream
	Connections  int    // of the stream, 1 or 2; 0 is 2

	Listener net.Listener // of the mode HTTP only; Run needs it then

	// Template is the card template that the administrator built (docs/dingtalk.md);
	// empty: no cards. Variables are the names that it gives to its variables.
	Template  string
	Variables Variables

	// MonthlyCalls and MonthlyPushes are the quota of the organisation, which all of
	// its apps share; 0 is none.
	MonthlyCalls, MonthlyPushes int

	// ButtonKey marks the buttons that are ours, so that nobody else can make one.
	// All replicas must have the same, for as long as cards live. Without it the
	// marks follow from ClientSecret and end with it.
	ButtonKey []byte

	// Corp is the id of the organisation as OnCorp was told it before; empty is not
	// known. Without it whoever taps before anything else comes in is taken for one of
	// the organisation.
	Corp   string
	OnCorp func(id string)

	Now     func() time.Time       // the wall clock: token ages, sessions, signature windows
	Files   bot.Vault              // where files that people send are kept
	Counted func(kind Kind, n int) // told of every call and push that counts
	Spent   func() map[Kind]int    // what this month has used so far, by all replicas
	Proof   Proof                  // where it is kept that cards work; nil keeps it in memory
	Log     *slog.Logger
}

// A Kind is a kind of call or push that the month counts.
type Kind string

// A Proof keeps that somebody tapped a card made of a template: no call of the
// platform tells whether a card is visible. All replicas share it.
type Proof interface {
	// Proven reports whether a card of the template was ever tapped.
	Proven(ctx context.Context, template string) (bool, error)
	// Prove notes that one was.
	Prove(ctx context.Context, template string) error
}

// Variables are the names of a card template's variables; an empty name is the
// one of the recipe in docs/dingtalk.md.
type Variables struct {
	Title, Tag, Body, HasForm, Form, Buttons, Footer string
}

// check reports what is missing.
func (o Options) check() error {
	switch {
	case o.Now == nil:
		return errors.New("no clock")
	case o.ClientID == "" || o.ClientSecret == "":
		return errors.New("client id and client secret are required")
	case o.Connections < 0 || o.Connections > 2:
		return fmt.Errorf("%d stream connections; 1 or 2 are of use", o.Connections)
	}
	return errors.Join(checkBase(o.API), checkBase(o.OAPI))
}

func checkBase(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is no base URL", base)
	}
	return nil
}

// hosts are the base URLs without a slash at the end.
func (o Options) hosts() (api, oapi string) {
	or := func(base, own string) string {
		if base == "" {
			return own
		}
		return strings.TrimRight(base, "/")
	}
	return or(o.API, baseAPI), or(o.OAPI, baseOAPI)
}
