package dingtalktest

import (
	"fmt"
	"net/http"
	"time"
)

// tokenLife is how long an access token works, in real time: clients keep it by
// their own clock, whatever the clock of the business says.
const tokenLife = 2 * time.Hour

// TokensIssued counts the access tokens given out, each once: until a token
// expires or is revoked, asking again gives the same.
func (s *Server) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokenCount
}

// RevokeTokens makes the token that was given out invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = ""
}

func (s *Server) newToken(c *call) answer {
	var in struct{ AppKey, AppSecret string }
	if !s.Decode(c.Call, &in) || !s.known(in.AppKey, in.AppSecret) {
		return c.refuse(failure{http.StatusBadRequest, "invalidClientIdOrSecret", 0, "", "无效的clientId或者clientSecret", nil})
	}
	token, left := s.issue()
	return ok(map[string]any{"accessToken": token, "expireIn": left})
}

func (s *Server) corpToken(c *call) answer {
	var in struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
		Grant  string `json:"grant_type"`
	}
	if !s.Decode(c.Call, &in) || !s.known(in.ID, in.Secret) || c.PathValue("corp") != s.o.CorpID || in.Grant != "client_credentials" {
		return c.refuse(failure{http.StatusBadRequest, "invalidClientIdOrSecret", 0, "", "无效的clientId或者clientSecret", nil})
	}
	token, left := s.issue()
	return ok(map[string]any{"access_token": token, "expires_in": left})
}

func (s *Server) oldToken(c *call) answer {
	query := c.URL.Query()
	if !s.known(query.Get("appkey"), query.Get("appsecret")) {
		return c.refuse(failure{0, "", 40089, "", "不合法的corpid或corpsecret", nil})
	}
	token, left := s.issue()
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": left})
}

// known reports whether an app is the one that the platform knows.
func (s *Server) known(id, secret string) bool {
	return id == s.o.ClientID && secret != "" && (s.o.ClientSecret == "" || secret == s.o.ClientSecret)
}

func (s *Server) issue() (token string, seconds int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.token == "" || now.After(s.tokenUntil) {
		s.tokenCount++
		s.token, s.tokenUntil = fmt.Sprintf("token-%d", s.tokenCount), now.Add(tokenLife)
	}
	return s.token, int(s.tokenUntil.Sub(now).Round(time.Second) / time.Second)
}

// unauthorized wants the token that was given out last, and the permission; s.mu is held.
func (s *Server) unauthorized(c *call, scope string) *failure {
	if c.Token == "" {
		s.Problemf("%s %s came without a token", c.Method, c.URL.Path)
		return &badToken
	}
	if c.Token != s.token || time.Now().After(s.tokenUntil) {
		return &badToken
	}
	if s.Forbidden(scope) {
		message := fmt.Sprintf("应用尚未开通所需的权限：[%[1]s]，点击链接申请并开通即可：https://open-dev.dingtalk.com/appscope/apply?content=%[2]s%%23%[1]s", scope, s.o.ClientID)
		return &failure{http.StatusForbidden, "Forbidden.AccessDenied.AccessTokenPermissionDenied", 88, "60011", message, []string{scope}}
	}
	return nil
}
