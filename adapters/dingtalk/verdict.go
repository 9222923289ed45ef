package dingtalk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"huiban/bot"
)

// An apiError is an answer of the platform that is no success. Of the elder
// generation Code is the errcode, and Sub the cause that an errcode 88 wraps.
type apiError struct {
	Path      string
	Status    int
	Code      string
	Sub       string
	Message   string
	Scopes    []string // the permissions that are missing
	RequestID string   // for the platform's support

	Wait time.Duration // of a refusal for the rate: how long we pause
}

// Error implements error.
func (e *apiError) Error() string {
	code := e.Code
	if e.Sub != "" {
		code += "/" + e.Sub
	}
	return fmt.Sprintf("dingtalk %s: HTTP %d, code %s, %s (request %s)", e.Path, e.Status, code, e.Message, e.RequestID)
}

// A quotaError says that no call that counts is made before the next month.
type quotaError struct{ left time.Duration }

// Error implements error.
func (*quotaError) Error() string {
	return "the monthly quota of API calls is used up (ApiCountLimitForOrg)"
}

// An unsentError is a failure on the way to the platform: it got nothing.
type unsentError struct{ err error }

// Error implements error.
func (u *unsentError) Error() string { return u.err.Error() }

// Unwrap gives the cause.
func (u *unsentError) Unwrap() error { return u.err }

// A class is what a refusal holds for, and so what is to be done about it.
type class int

// The classes: nobody holds for whoever was written to, lost for the card that was
// to be changed, content for what was said, template for the card template, setUp
// and forbidden for the app until an administrator mends it; busy is certain not to
// have been done, unclear may have been.
const (
	passing class = iota
	nobody
	lost
	exists
	content
	template
	setUp
	forbidden
	badToken
	throttled
	monthSpent
	busy
	unclear
)

// class sorts what is documented of codes.
func (e *apiError) class() class {
	code := e.Code
	if code == "88" && e.Sub != "" {
		code = e.Sub
	}
	lower := strings.ToLower(code)
	for _, row := range codes() {
		if slices.Contains(row.numbers, code) || slices.ContainsFunc(row.parts, func(p string) bool { return strings.Contains(lower, p) }) {
			return row.class
		}
	}
	switch {
	case e.Status == http.StatusTooManyRequests:
		return throttled
	case e.Status >= http.StatusInternalServerError && code != "":
		return busy
	case e.Status >= http.StatusInternalServerError:
		return unclear // of a gateway before the platform
	case e.Status < http.StatusMultipleChoices && code == "":
		return unclear // done, it says, in words that we cannot read
	}
	return passing
}

type codeRow struct {
	class   class
	numbers []string // of the elder generation
	parts   []string // of the newer one, in lower case
}

// codes are tried in order.
func codes() []codeRow {
	return []codeRow{
		{badToken, []string{"40001", "40014", "42001"}, []string{"invalidauthentication"}},
		{monthSpent, []string{"90020"}, []string{"apicountlimitfororg"}},
		{throttled, []string{"90018", "90002"}, []string{"qpslimit", "qpmlimit", "send.too.fast", "too.many.group", "too.many.people"}},
		{forbidden, []string{"60011"}, []string{"accesstokenpermissiondenied"}},
		{setUp, []string{"60020", "40089"}, []string{"ipnotinwhitelist", "authfailed", "invalidclientidorsecret"}},
		{exists, nil, []string{"cardalreadyexist"}},
		{lost, nil, []string{"cardnotexist"}},
		{template, nil, []string{"templatenotexist", "templateunpublished", "param.template"}},
		{unclear, nil, []string{"unknown.send.result"}},
		{nobody, []string{"60121", "50002", "400106"}, []string{
			"openconversationid", "group.disbanded", "bot.stopped", "robot.not", "robotcode", "notallow.sendoto", "openspaceid", "staffid.notexisted", "usernotfound",
		}},
		{content, nil, []string{"msgparam", "contain.", "contentunsafe"}},
		{busy, []string{"-1"}, []string{"system.error", "system.busy"}},
	}
}

// The waits before another try of what was certainly not done.
const (
	soon    = 5 * time.Second
	offline = 15 * time.Second
	mending = time.Minute // an administrator may mend it any moment
)

// verdict turns an error of a send into what the courier needs to know. keyed says
// that the platform does one request once however often it is made (outTrackId);
// without it, what may have been done is not done again.
func verdict(err error, keyed bool) error {
	if err == nil || bot.IsPermanent(err) || errors.Is(err, bot.ErrUnsent) || errors.Is(err, bot.ErrUncertain) {
		return err
	}
	if _, ok := bot.Delay(err); ok {
		return err
	}
	if _, spent := errors.AsType[*quotaError](err); spent {
		return bot.Unsendable(wordSpent)
	}
	if held, ok := errors.AsType[*heldError](err); ok {
		return bot.RetryAfter(held.left, err)
	}
	e, answered := errors.AsType[*apiError](err)
	if _, unsent := errors.AsType[*unsentError](err); unsent {
		if answered {
			return bot.RetryAfter(mending, err) // no token
		}
		return bot.RetryAfter(offline, err)
	}
	if !answered {
		return uncertain(err, keyed)
	}
	switch e.class() {
	case nobody, lost, content:
		return bot.Permanent(err)
	case setUp, template, badToken:
		return bot.RetryAfter(mending, err)
	case forbidden:
		return bot.Unsendable(e.missing())
	case monthSpent:
		return bot.Unsendable(wordSpent)
	case throttled:
		return bot.RetryAfter(max(e.Wait, time.Second), err)
	case busy:
		if keyed {
			return err
		}
		return bot.RetryAfter(soon, err)
	case unclear:
		return uncertain(err, keyed)
	case exists, passing:
	}
	if keyed {
		return err
	}
	return bot.Permanent(err) // refused for a reason that we do not know: again would be refused again
}

func uncertain(err error, keyed bool) error {
	if keyed {
		return err
	}
	return fmt.Errorf("%w: %w", bot.ErrUncertain, err)
}

// missing says which permission an administrator has to grant.
func (e *apiError) missing() string {
	if len(e.Scopes) == 0 {
		return wordNoScope
	}
	return wordNoScope + "：" + strings.Join(e.Scopes, "、")
}

// The words of the verdicts, for the list of what was not delivered.
const (
	wordSpent   = "本月的钉钉接口调用次数用完了，下月 1 日恢复"
	wordNoScope = "钉钉应用还缺权限，请管理员在开发者后台开通后重新发布"
)

func classIs(err error, c class) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.class() == c
}

// denied reports whether a permission is missing.
func denied(err error) bool { return classIs(err, forbidden) }

// badTemplate reports whether the card template is not there or not published.
func badTemplate(err error) bool { return classIs(err, template) }

// alreadySent reports whether the card of that outTrackId is there already.
func alreadySent(err error) bool { return classIs(err, exists) }

// gone reports whether the card that was to be changed is not there.
func gone(err error) bool { return classIs(err, lost) }

// unreachable reports whether the chat or the person cannot be written to for good.
func unreachable(err error) bool { return classIs(err, nobody) }
