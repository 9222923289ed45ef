package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"huiban/bot"
	"huiban/bot/workday"
)

// callTimeout bounds every call; a caller's deadline may be earlier.
const callTimeout = 10 * time.Second

// mostAnswer is how much of an answer is read; of a file it is bot.MaxFile.
const mostAnswer = 4 << 20

// The kinds of calls and pushes, in words for people. What an answer by a session
// costs is not documented; it is told, and not set against a quota.
const (
	KindPrivate  Kind = "单聊消息"
	KindGroup    Kind = "群消息"
	KindCard     Kind = "卡片发送"
	KindEdit     Kind = "卡片更新"
	KindUpload   Kind = "文件上传"
	KindDownload Kind = "文件下载"
	KindSession  Kind = "会话回复"
	KindHeard    Kind = "收到的消息"
	KindTap      Kind = "卡片点击"
	KindEvent    Kind = "事件"
)

// client calls the platform's HTTP interfaces, of both generations.
type client struct {
	api, oapi  string // base URLs
	id, secret string
	http       *http.Client
	tokens     *tokens
	limits     *limits
	now        func() time.Time
	count      func(Kind, int)
	log        *slog.Logger

	mu    sync.Mutex
	spent time.Time // until when the month's quota is used up
}

func newClient(o Options) *client {
	c := &client{id: o.ClientID, secret: o.ClientSecret, now: o.Now, count: o.Counted, log: o.Log, limits: newLimits(o.Now)}
	c.api, c.oapi = o.hosts()
	c.http = &http.Client{
		Timeout:       callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the token is not for others
	}
	c.tokens = &tokens{fetch: c.fetchToken, now: o.Now}
	return c
}

// A request is one call.
type request struct {
	method string
	path   string
	query  url.Values
	body   any  // encoded as JSON, unless it is a form
	kind   Kind // under which it is counted
	oapi   bool // of the elder generation
	free   bool // it costs no quota: tokens, contacts
}

// A form is a body that is encoded already.
type form struct {
	kind string // content type
	body []byte
}

// call makes a call and decodes the answer into out, which may be nil. A token
// that is refused is replaced and the call made once more. Errors are *apiError
// where the platform answered; what was certainly not sent is an *unsentError.
func (c *client) call(ctx context.Context, r request, out any) error {
	body, kind, err := encode(r.body)
	if err != nil {
		return bot.Permanent(fmt.Errorf("dingtalk %s: %w", r.path, err))
	}
	if err := c.exhausted(); err != nil && !r.free {
		return err
	}
	if err := c.limits.wait(ctx, r.path); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for again := true; ; again = false {
		token, err := c.tokens.get(ctx)
		if err != nil {
			return &unsentError{err}
		}
		address, query := c.api+r.path, url.Values{}
		maps.Copy(query, r.query)
		if r.oapi {
			address = c.oapi + r.path
			query.Set("access_token", token)
		}
		if len(query) > 0 {
			address += "?" + query.Encode()
		}
		req, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(body))
		if err != nil {
			return &unsentError{fmt.Errorf("dingtalk %s: the request cannot be made", r.path)} // the error quotes the token
		}
		if !r.oapi {
			req.Header.Set("X-Acs-Dingtalk-Access-Token", token)
		}
		req.Header.Set("Content-Type", kind)
		err = c.do(req, r.path, out, token)
		if refused, ok := errors.AsType[*apiError](err); ok && refused.class() == badToken {
			c.tokens.evict(token)
			if again {
				continue
			}
		}
		return c.settle(err, r.path, r.kind, r.free)
	}
}

// settle counts a call and draws the consequences of a refusal that holds for
// others as well. What the platform turned away at the door costs nothing.
func (c *client) settle(err error, path string, kind Kind, free bool) error {
	costs := !free
	if _, unsent := errors.AsType[*unsentError](err); unsent {
		costs = false
	}
	if e, ok := errors.AsType[*apiError](err); ok {
		switch e.class() {
		case throttled:
			e.Wait = c.limits.pause(path)
			costs = false
		case monthSpent:
			c.exhaust()
			costs = false
		case badToken, forbidden:
			costs = false
		default:
		}
	}
	if costs {
		c.counted(kind)
	}
	return err
}

// session posts a message to a sessionWebhook. The address came with a message, so
// it is looked at: nothing is said to any other host or endpoint.
func (c *client) session(ctx context.Context, address string, body any) error {
	const path = "sendBySession"
	if !c.own(address) {
		return bot.Permanent(errors.New("dingtalk: a session that is not DingTalk's"))
	}
	raw, kind, err := encode(body)
	if err != nil {
		return bot.Permanent(fmt.Errorf("dingtalk %s: %w", path, err))
	}
	if err := c.limits.wait(ctx, path); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		return bot.Permanent(errors.New("dingtalk: a session that is no address")) // the error quotes it
	}
	req.Header.Set("Content-Type", kind)
	return c.settle(c.do(req, path, nil, ""), path, KindSession, false)
}

// own reports whether an address is a session of the platform's.
func (c *client) own(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Path != "/robot/sendBySession" {
		return false
	}
	if u.Scheme+"://"+u.Host == c.oapi {
		return true
	}
	host := strings.TrimSuffix(u.Host, ":443")
	return u.Scheme == "https" && (host == "dingtalk.com" || strings.HasSuffix(host, ".dingtalk.com"))
}

// upload brings a file to the platform and returns its media_id.
func (c *client) upload(ctx context.Context, name string, content []byte) (string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("media", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return "", fmt.Errorf("media: %w", err)
	}
	var answer struct {
		MediaID string `json:"media_id"`
	}
	err = c.call(ctx, request{
		method: http.MethodPost, path: "/media/upload", oapi: true, kind: KindUpload,
		query: url.Values{"type": {"file"}}, body: form{w.FormDataContentType(), b.Bytes()},
	}, &answer)
	return answer.MediaID, err
}

// download fetches what somebody sent: the platform changes its code for an
// address, which is good without a token.
func (c *client) download(ctx context.Context, robot, code string) (io.ReadCloser, error) {
	var answer struct {
		URL string `json:"downloadUrl"`
	}
	err := c.call(ctx, request{
		method: http.MethodPost, path: pathDownload, kind: KindDownload,
		body: map[string]string{"downloadCode": code, "robotCode": robot},
	}, &answer)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(answer.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme+"://"+u.Host != c.api {
		return nil, errors.New("dingtalk: a file at no address of use")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errors.New("dingtalk: a file at no address of use")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("dingtalk file: %w", bareError(err))
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(&apiError{Path: "downloadUrl", Status: resp.StatusCode}, resp.Body.Close())
	}
	return resp.Body, nil
}

const pathDownload = "/v1.0/robot/messageFiles/download"

// do makes one HTTP request. An answer that is no success is an *apiError.
func (c *client) do(req *http.Request, path string, out any, token string) error {
	var reached atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { reached.Store(true) }}
	resp, err := c.http.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		err = fmt.Errorf("dingtalk %s: %w", path, bareError(err))
		if !reached.Load() {
			return &unsentError{err}
		}
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("dingtalk %s: %w", path, err)
	}
	e := read(raw, resp.StatusCode)
	if e == nil {
		if out == nil {
			return nil
		}
		if err := json.Unmarshal(raw, out); err == nil {
			return nil
		}
		e = &apiError{Message: "the answer cannot be read"}
	}
	e.Status, e.Path = resp.StatusCode, path
	e.Message = c.clean(e.Message, token)
	return e
}

// read finds the failure in an answer, which may lie within HTTP 200; nil is none.
func read(raw []byte, status int) *apiError {
	var a struct {
		Code    json.RawMessage `json:"code"`
		Message string          `json:"message"`
		ErrCode json.RawMessage `json:"errcode"`
		ErrMsg  string          `json:"errmsg"`
		Sub     json.RawMessage `json:"sub_code"`
		SubMsg  string          `json:"sub_msg"`
		Success *bool           `json:"success"`
		Detail  struct {
			Scopes []string `json:"requiredScopes"`
		} `json:"accessdenieddetail"`
		RequestID  string `json:"requestid"`
		RequestID2 string `json:"request_id"`
	}
	if len(raw) > mostAnswer || json.Unmarshal(raw, &a) != nil {
		return &apiError{Message: "the answer is no JSON"}
	}
	e := &apiError{
		Code: scalar(a.Code), Message: a.Message, Sub: scalar(a.Sub), Scopes: a.Detail.Scopes, RequestID: a.RequestID + a.RequestID2,
	}
	old := scalar(a.ErrCode)
	if old != "" && old != "0" {
		e.Code, e.Message = old, strings.TrimSpace(a.ErrMsg+" "+a.SubMsg)
		return e
	}
	if status >= http.StatusMultipleChoices || a.Success != nil && !*a.Success {
		return e
	}
	return nil
}

// scalar is a JSON string or number as text.
func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func encode(body any) (raw []byte, kind string, err error) {
	const jsonKind = "application/json; charset=utf-8"
	switch b := body.(type) {
	case nil:
		return nil, jsonKind, nil
	case form:
		return b.body, b.kind, nil
	}
	raw, err = json.Marshal(body)
	return raw, jsonKind, err
}

// bareError is an error of net/http without the address, which may hold a token
// or be a session.
func bareError(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// clean keeps secrets out of words of the platform, which may quote a request, and
// cuts them to a length for a log.
func (c *client) clean(text, token string) string {
	for _, secret := range []string{c.secret, token} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400])
	}
	return text
}

// counted tells the keeper of the month of a call or a push.
func (c *client) counted(kind Kind) {
	if c.count != nil {
		c.count(kind, 1)
	}
}

// exhaust notes that this month's calls are used up: none that counts is made
// before the next month begins.
func (c *client) exhaust() {
	now := c.now().In(workday.Zone)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent = time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, workday.Zone)
	c.log.Error("the monthly quota of API calls is used up", "until", c.spent)
}

// exhausted is a *quotaError while the month's quota is used up.
func (c *client) exhausted() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if left := c.spent.Sub(c.now()); left > 0 {
		return &quotaError{left}
	}
	return nil
}
