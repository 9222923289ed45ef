package feishutest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tokenLife is how long a tenant token works, in real time: clients keep it by
// their own clock, whatever the clock of the business says.
const tokenLife = 2 * time.Hour

// issueToken gives a new token at each call, so that a client that keeps an old
// one shows.
func (s *Server) issueToken(c *call) answer {
	var in struct {
		AppID     string `json:"app_id"`
		AppSecret string `json:"app_secret"`
	}
	if !s.Decode(c, &in) {
		return refuse(10003, "invalid param")
	}
	if in.AppID == "" || s.o.AppID != "" && in.AppID != s.o.AppID {
		return answer{status: http.StatusOK, body: map[string]any{"code": 10003, "msg": "invalid app_id"}}
	}
	if in.AppSecret == "" || s.o.AppSecret != "" && in.AppSecret != s.o.AppSecret {
		return answer{status: http.StatusOK, body: map[string]any{"code": 10015, "msg": "app secret invalid"}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenCount++
	token := fmt.Sprintf("t-g%d", s.tokenCount)
	s.tokens[token] = time.Now().Add(tokenLife)
	return answer{status: http.StatusOK, body: map[string]any{
		"code": 0, "msg": "ok", "tenant_access_token": token, "expire": int(tokenLife / time.Second),
	}}
}

// TokensIssued counts the tenant tokens given out.
func (s *Server) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokenCount
}

// RevokeTokens makes every token given out so far invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}

// authorize wants a token that was given out, and that no needed scope is forbidden.
func (s *Server) authorize(c *call, scopes []string) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Token == "" {
		s.Problemf("%s %s came without a token", c.Method, c.URL.Path)
		return refuse(99991661, "Missing access token for authorization. Please make a request with token attached."), true
	}
	if until, ok := s.tokens[c.Token]; !ok || time.Now().After(until) {
		return refuse(99991663, "Invalid access token for authorization. Please make a request with token attached."), true
	}
	if slices.ContainsFunc(scopes, s.Forbidden) {
		return s.deny(scopes), true
	}
	if strings.HasPrefix(c.URL.Path, "/open-apis/contact/") && s.hidden {
		return refuse(41050, "no user authority error"), true
	}
	return answer{}, false
}

// deny is worded as the platform does, with the link that an administrator follows.
func (s *Server) deny(scopes []string) answer {
	list := strings.Join(scopes, ", ")
	return refuse(99991672, fmt.Sprintf("Access denied. One of the following scopes is required: [%[1]s]."+
		"应用尚未开通所需的应用身份权限：[%[1]s]，点击链接申请并开通任一权限即可：https://open.feishu.cn/app/%[2]s/auth?q=%[3]s&op_from=openapi&token_type=tenant",
		list, s.o.AppID, strings.Join(scopes, ",")))
}

// HideContacts puts everybody outside the contacts range of the app: contact
// calls answer 41050.
func (s *Server) HideContacts() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = true
}
