package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"huiban/bot/workday"
)

// callTimeout bounds every request; a caller's deadline may be earlier.
const callTimeout = 10 * time.Second

// mostAnswer is how much of an answer is read: a file that people may send and
// something around it.
const mostAnswer = 24 << 20

// client calls the open platform's HTTP interface through the SDK's core, with
// our own tokens, limits and deadlines.
type client struct {
	config *larkcore.Config
	tokens *tokens
	limits *limits
	now    func() time.Time
	count  func(int)
	log    *slog.Logger

	mu    sync.Mutex
	spent time.Time // until when the month's quota is used up (99991403)
}

func newClient(o Options, base string) *client {
	c := &client{now: o.Now, count: o.Counted, log: o.Log, limits: newLimits(o.Now)}
	c.config = &larkcore.Config{
		BaseUrl: base, AppId: o.AppID, AppSecret: o.AppSecret, AppType: larkcore.AppTypeSelfBuilt,
		HttpClient: &http.Client{Timeout: callTimeout, Transport: bounded{http.DefaultTransport}},
		Logger:     silent{}, Serializable: &larkcore.DefaultSerialization{},
	}
	c.tokens = &tokens{fetch: c.fetchToken, now: o.Now}
	return c
}

// A request is one call; Path may hold :names that Params fill.
type request struct {
	method string
	path   string
	params larkcore.PathParams
	query  larkcore.QueryParams
	body   any
	to     string // who gets the message, for the limit of each chat and person
	file   bool   // the answer is a file, not JSON
}

// call does a request and decodes the answer's data into out, which may be nil.
// A token that is refused is replaced and the call made once more. Errors are
// *apiError where the platform answered.
func (c *client) call(ctx context.Context, r request, out any) error {
	resp, err := c.fetch(ctx, r)
	if err != nil {
		return err
	}
	return decode(resp, r.path, &struct {
		Data any `json:"data"`
	}{out})
}

// fetch is call for answers that are not wrapped in data.
func (c *client) fetch(ctx context.Context, r request) (*larkcore.ApiResp, error) {
	if err := c.exhausted(); err != nil {
		return nil, err
	}
	if err := c.limits.wait(ctx, r.to); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for again := true; ; again = false {
		token, err := c.tokens.get(ctx)
		if err != nil {
			return nil, err
		}
		resp, err := c.send(ctx, r, token)
		if err == nil {
			return resp, nil
		}
		refused, ok := errors.AsType[*apiError](err)
		switch {
		case !ok:
		case refused.badToken():
			c.tokens.evict(token)
			if again {
				continue
			}
		case refused.Code == codeQuota:
			c.exhaust()
		case refused.Code == codeBusy:
			c.limits.pause(refused.Reset)
		}
		return nil, err
	}
}

// send makes one HTTP request. An answer that is no success is an *apiError.
func (c *client) send(ctx context.Context, r request, token string) (*larkcore.ApiResp, error) {
	options := []larkcore.RequestOptionFunc{larkcore.WithTenantAccessToken(token)}
	if r.file {
		options = append(options, larkcore.WithFileDownload())
	}
	params := r.params
	if params == nil {
		params = larkcore.PathParams{}
	}
	query := r.query
	if query == nil {
		query = larkcore.QueryParams{}
	}
	c.counted(1)
	resp, err := larkcore.Request(ctx, &larkcore.ApiReq{
		HttpMethod: r.method, ApiPath: r.path, PathParams: params, QueryParams: query, Body: r.body,
		SupportedAccessTokenTypes: []larkcore.AccessTokenType{larkcore.AccessTokenTypeTenant},
	}, c.config, options...)
	if err != nil {
		return nil, c.clean(err)
	}
	if r.file && resp.StatusCode == http.StatusOK && !isJSON(resp.Header) {
		return resp, nil
	}
	return resp, decode(resp, r.path, nil)
}

// decode turns an answer into out or into an *apiError.
func decode(resp *larkcore.ApiResp, path string, out any) error {
	e := &apiError{Path: path, Status: resp.StatusCode, LogID: resp.LogId(), Reset: reset(resp.Header)}
	var head struct {
		Code int    `json:"code"`
		Msg  string `json:"msg"`
	}
	if err := json.Unmarshal(resp.RawBody, &head); err != nil {
		e.Msg = "the answer is no JSON"
		return e
	}
	if head.Code != 0 || resp.StatusCode >= http.StatusMultipleChoices {
		e.Code, e.Msg = head.Code, head.Msg
		return e
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(resp.RawBody, out); err != nil {
		e.Msg = err.Error()
		return e
	}
	return nil
}

func isJSON(h http.Header) bool { return strings.Contains(h.Get("Content-Type"), "application/json") }

// reset is how long the platform asks to wait.
func reset(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("X-Ogw-Ratelimit-Reset"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// counted tells the keeper of the monthly quota.
func (c *client) counted(n int) {
	if c.count != nil {
		c.count(n)
	}
}

// exhaust notes that this month's calls are used up: no more are made before
// the next month begins.
func (c *client) exhaust() {
	now := c.now().In(workday.Zone)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent = time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, workday.Zone)
	c.log.Error("the monthly quota of API calls is used up", "until", c.spent)
}

func (c *client) exhausted() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if left := c.spent.Sub(c.now()); left > 0 {
		return &quotaError{left}
	}
	return nil
}

// clean takes the secret out of an error that may quote a request.
func (c *client) clean(err error) error {
	text := err.Error()
	if c.config.AppSecret != "" && strings.Contains(text, c.config.AppSecret) {
		return errors.New(strings.ReplaceAll(text, c.config.AppSecret, "***"))
	}
	return err
}

// bounded is a transport that reads no more of an answer than we can use.
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = capped{io.LimitReader(resp.Body, mostAnswer), resp.Body}
	}
	return resp, err
}

type capped struct {
	io.Reader
	io.Closer
}
