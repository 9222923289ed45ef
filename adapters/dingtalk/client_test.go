package dingtalk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
)

// hello is a message to the group, the simplest call that costs something.
func (l *lab) hello(ctx context.Context) error {
	return l.p.client.call(ctx, request{
		method: http.MethodPost, path: "/v1.0/robot/groupMessages/send", kind: KindGroup,
		body: map[string]string{"robotCode": "ding1", "openConversationId": team, "msgKey": "sampleText", "msgParam": `{"content":"你好"}`},
	}, nil)
}

// Any number of callers cause one request for a token; one that the platform
// refuses is replaced once, unseen by the caller; one that keeps being refused is
// an error after two tries.
func TestTokenIsFetchedOnceAndReplacedOnce(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if err := l.hello(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := l.fake.Calls("/v1.0/oauth2/accessToken"); n != 1 {
		t.Errorf("%d requests for a token", n)
	}
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.InvalidAuthentication, Times: 1})
	if err := l.hello(t.Context()); err != nil {
		t.Error(err)
	}
	if n := l.fake.Calls("/v1.0/oauth2/accessToken"); n != 2 {
		t.Errorf("%d requests for a token", n)
	}
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.InvalidAuthentication})
	before := l.fake.Calls("/v1.0/robot")
	err := l.hello(t.Context())
	if _, later := bot.Delay(verdict(err, false)); !later || l.fake.Calls("/v1.0/robot") != before+2 {
		t.Errorf("%d calls, %v", l.fake.Calls("/v1.0/robot")-before, err)
	}
	if n := l.tally.get(KindGroup); n != 11 {
		t.Errorf("counted %d calls of 11 that were taken", n)
	}
	l.sound()
}

// A token is asked for anew before its end, though not at every call, and the old
// one serves while that fails.
func TestTokenIsRenewedEarly(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	fetches, fails := 0, false
	tk := &tokens{now: func() time.Time { return now }, fetch: func(context.Context) (string, time.Duration, error) {
		fetches++
		if fails {
			return "", 0, errors.New("down")
		}
		return "t", 2 * time.Hour, nil
	}}
	for _, step := range []struct {
		after   time.Duration
		fails   bool
		fetches int
		good    bool
	}{
		{0, false, 1, true}, {time.Hour, false, 1, true}, {56 * time.Minute, true, 2, true}, {time.Minute, false, 3, true},
		{10 * time.Minute, false, 3, true}, {3 * time.Hour, true, 4, false},
	} {
		now, fails = now.Add(step.after), step.fails
		token, err := tk.get(t.Context())
		if fetches != step.fetches || (err == nil && token == "t") != step.good {
			t.Errorf("%+v: %d fetches, %q, %v", step, fetches, token, err)
		}
	}
}

// One refusal for the rate holds all calls of that API back for one to two
// seconds; nothing of it is counted.
func TestRefusalForTheRateIsAPause(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.Now = func() time.Time { return now } })
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.QPSLimit, Times: 1})
	wait, ok := bot.Delay(verdict(l.hello(t.Context()), false))
	if !ok || wait < time.Second || wait > 2*time.Second {
		t.Errorf("wait %v", wait)
	}
	calls := l.fake.Calls("/v1.0/robot")
	if left, ok := bot.Delay(verdict(l.hello(t.Context()), false)); !ok || left > wait || l.fake.Calls("/v1.0/robot") != calls {
		t.Errorf("left %v, and %d calls", left, l.fake.Calls("/v1.0/robot")-calls)
	}
	now = now.Add(wait)
	if err := l.hello(t.Context()); err != nil || l.tally.get(KindGroup) != 1 {
		t.Errorf("%v, counted %d", err, l.tally.get(KindGroup))
	}
}

// We stay below the rate that the platform allows without being told.
func TestRateIsKept(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.fake.EnforceRates(true)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := l.hello(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	l.sound()
}

// A month whose calls are used up is over: no call that counts is made before the
// next one of Shanghai; free ones still are.
func TestMonthIsOverWhenItsCallsAreUsedUp(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	l := newLab(t, dingtalktest.Options{MonthlyCalls: 1}, func(o *Options) { o.Now = func() time.Time { return now } })
	if err := l.hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := verdict(l.hello(t.Context()), false); !errors.Is(err, bot.ErrUnsent) {
		t.Errorf("verdict %v", err)
	}
	l.fake.Limit(0, 0)
	if err := verdict(l.hello(t.Context()), true); !errors.Is(err, bot.ErrUnsent) || !strings.Contains(err.Error(), "下月 1 日") {
		t.Errorf("verdict %v", err)
	}
	if err := l.p.Ready(); err == nil || err.Error() != wordSpent {
		t.Errorf("ready without calls: %v", err)
	}
	free := request{method: http.MethodPost, path: "/topapi/v2/user/get", oapi: true, free: true, body: map[string]string{"userid": xu}}
	if err := l.p.client.call(t.Context(), free, nil); err != nil {
		t.Error(err)
	}
	now = time.Date(2026, 11, 30, 16, 0, 1, 0, time.UTC) // December in Shanghai
	if err := l.hello(t.Context()); err != nil || l.p.Ready().Error() == wordSpent || l.tally.get(KindGroup) != 2 {
		t.Errorf("%v, %v, counted %d", err, l.p.Ready(), l.tally.get(KindGroup))
	}
}

// Each way in which a call fails has its verdict: for what is done twice if it is
// asked for twice, and for what is not.
func TestCallsThatFail(t *testing.T) {
	const never, later, again, uncertain, unsent = "never", "later", "again", "uncertain", "unsent"
	name := func(err error) string {
		_, delayed := bot.Delay(err)
		switch {
		case bot.IsPermanent(err):
			return never
		case delayed:
			return later
		case errors.Is(err, bot.ErrUncertain):
			return uncertain
		case errors.Is(err, bot.ErrUnsent):
			return unsent
		case err != nil:
			return again
		}
		return ""
	}
	code := func(c string) dingtalktest.Fault { return dingtalktest.Fault{Kind: dingtalktest.Code, Code: c} }
	for _, c := range []struct {
		fault          dingtalktest.Fault
		keyless, keyed string
	}{
		{dingtalktest.Fault{Kind: dingtalktest.SystemBusy}, later, again},
		{dingtalktest.Fault{Kind: dingtalktest.UnknownSendResult}, uncertain, again},
		{dingtalktest.Fault{Kind: dingtalktest.BadGateway}, uncertain, again},
		{dingtalktest.Fault{Kind: dingtalktest.TimeoutAfterAccept}, uncertain, again},
		{dingtalktest.Fault{Kind: dingtalktest.Hang}, uncertain, again},
		{dingtalktest.Fault{Kind: dingtalktest.Reset}, uncertain, again},
		{dingtalktest.Fault{Kind: dingtalktest.QPSLimit}, later, later},
		{dingtalktest.Fault{Kind: dingtalktest.MonthlyLimit}, unsent, unsent},
		{dingtalktest.Fault{Kind: dingtalktest.Code, Code: "Forbidden.AccessDenied.AccessTokenPermissionDenied", Status: 403}, unsent, unsent},
		{dingtalktest.Fault{Kind: dingtalktest.Code, Code: "Forbidden.AccessDenied.IpNotInWhiteList", Status: 403}, later, later},
		{code("invalid.openConversationId"), never, never},
		{code("group.disbanded"), never, never},
		{code("bot.stopped"), never, never},
		{code("staffId.notExisted"), never, never},
		{code("msgParam.tooLong"), never, never},
		{code("send.too.fast"), later, later},
		{code("nobody.knows.this"), never, again},
	} {
		t.Run(string(c.fault.Kind)+c.fault.Code, func(t *testing.T) {
			l := newLab(t, dingtalktest.Options{}, nil)
			if _, err := l.p.client.tokens.get(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.fault.Path = "/v1.0/robot"
			l.fake.Break(c.fault)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			err := l.hello(ctx)
			if got := name(verdict(err, false)); got != c.keyless {
				t.Errorf("without a key: %s, want %s (%v)", got, c.keyless, err)
			}
			if got := name(verdict(err, true)); got != c.keyed {
				t.Errorf("with a key: %s, want %s (%v)", got, c.keyed, err)
			}
		})
	}
}

// What never reached the platform is tried again, however often.
func TestNobodyThereIsUnsent(t *testing.T) {
	p, err := New(Options{ClientID: "ding1", ClientSecret: "s", API: "http://127.0.0.1:1", OAPI: "http://127.0.0.1:1", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	err = p.client.call(t.Context(), request{method: http.MethodPost, path: "/x"}, nil)
	if _, later := bot.Delay(verdict(err, false)); !later {
		t.Errorf("%v", err)
	}
	err = p.client.session(t.Context(), "http://127.0.0.1:1/robot/sendBySession?session=s3cret", nil)
	if _, later := bot.Delay(verdict(err, false)); !later || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
}

// A missing permission names its scope; the predicates know their cases.
func TestPredicates(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.fake.Forbid("qyapi_robot_sendmsg")
	err := l.hello(t.Context())
	if !denied(err) || l.tally.get(KindGroup) != 0 || !strings.Contains(verdict(err, false).Error(), "qyapi_robot_sendmsg") {
		t.Errorf("counted %d, %v", l.tally.get(KindGroup), err)
	}
	for code, is := range map[string]func(error) bool{
		"param.templateNotExist": badTemplate, "param.templateUnpublished": badTemplate, "param.cardAlreadyExist": alreadySent,
		"param.cardNotExist": gone, "group.disbanded": unreachable,
	} {
		if !is(&apiError{Status: 400, Code: code}) || is(&apiError{Status: 400, Code: "other"}) || is(errors.New("no answer")) {
			t.Errorf("%s", code)
		}
	}
	if !denied(&apiError{Status: 200, Code: "88", Sub: "60011"}) {
		t.Error("88 is a wrapper")
	}
}

// Answers by a session go to the platform and nowhere else: the address came with
// a message.
func TestSessionsAreThePlatformsOwn(t *testing.T) {
	p, err := New(Options{ClientID: "ding1", ClientSecret: "s", OAPI: "http://127.0.0.1:8080", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"http://127.0.0.1:8080/robot/sendBySession?session=1":             true,
		"https://oapi.dingtalk.com/robot/sendBySession?session=1":         true,
		"https://api.dingtalk.com:443/robot/sendBySession?session=1":      true,
		"https://oapi.dingtalk.com/robot/send?access_token=1":             false,
		"https://evil.example/robot/sendBySession?session=1":              false,
		"https://dingtalk.com.evil.example/robot/sendBySession":           false,
		"https://evildingtalk.com/robot/sendBySession":                    false,
		"https://oapi.dingtalk.com@evil.example/robot/sendBySession":      false,
		"https://u:p@oapi.dingtalk.com/robot/sendBySession":               false,
		"http://oapi.dingtalk.com/robot/sendBySession":                    false,
		"https://oapi.dingtalk.com:8443/robot/sendBySession":              false,
		"http://127.0.0.1:8081/robot/sendBySession":                       false,
		"file:///robot/sendBySession":                                     false,
		"\x7f://":                                                         false,
		"https://oapi.dingtalk.com/robot/sendBySession/../send?session=1": false,
	} {
		if got := p.client.own(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if err := p.client.session(t.Context(), "https://evil.example/robot/sendBySession?session=s3cret", nil); !bot.IsPermanent(err) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
}

// HTTP 200 is no success by itself, and no answer is believed without bounds.
func TestAnswersAreReadWithCare(t *testing.T) {
	var status int
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "accessToken") {
			_, _ = io.WriteString(w, `{"accessToken":"tok3n","expireIn":7200}`)
			return
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	defer s.Close()
	p, err := New(Options{ClientID: "ding1", ClientSecret: "s3cret", API: s.URL, OAPI: s.URL, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int
		body   string
		code   string // "-" is no error
	}{
		{200, `{"errcode":0,"errmsg":"ok"}`, "-"},
		{200, `{"success":true}`, "-"},
		{200, `{"errcode":310000,"errmsg":"s3cret tok3n"}`, "310000"},
		{200, `{"errcode":"310000"}`, "310000"},
		{200, `{"success":false,"code":"x"}`, "x"},
		{403, `{"status":1111,"wait":5}`, ""},
		{403, `<html>`, ""},
		{302, `{}`, ""},
		{200, `{"x":"` + strings.Repeat("x", mostAnswer) + `"}`, ""},
		{200, `{"n":"no number"}`, ""},
	} {
		status, body = c.status, c.body
		var out struct{ N int }
		err := p.client.call(t.Context(), request{method: http.MethodGet, path: "/x", oapi: true}, &out)
		e, refused := errors.AsType[*apiError](err)
		if refused != (c.code != "-") || refused && e.Code != c.code {
			t.Errorf("%d %.40s: %v", c.status, c.body, err)
		}
		if err != nil && (strings.Contains(err.Error(), "tok3n") || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
	s.CloseClientConnections()
	s.Close()
	err = p.client.call(t.Context(), request{method: http.MethodGet, path: "/x", oapi: true}, nil)
	if err == nil || strings.Contains(err.Error(), "tok3n") {
		t.Errorf("the error tells a secret: %v", err)
	}
	if err := p.client.call(t.Context(), request{path: "/x", body: func() {}}, nil); !bot.IsPermanent(err) {
		t.Errorf("a body that is no JSON: %v", err)
	}
}

// A file goes up under its name, and comes down by its code.
func TestFilesTravel(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	id, err := l.p.client.upload(t.Context(), "纪要.docx", []byte("正文"))
	if err != nil || id == "" || l.tally.get(KindUpload) != 1 {
		t.Fatalf("%q, %v", id, err)
	}
	r, err := l.p.client.download(t.Context(), "ding1", id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it was read
	if content, err := io.ReadAll(r); err != nil || string(content) != "正文" {
		t.Errorf("%q, %v", content, err)
	}
	if _, err := l.p.client.download(t.Context(), "ding1", "nothing"); err == nil {
		t.Error("no error")
	}
}
