package dingtalktest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestUsage: calls and pushes are counted by month and kind; contacts and tokens
// are free, and what is refused costs nothing.
func TestUsage(t *testing.T) {
	now := time.Date(2026, 11, 30, 15, 59, 0, 0, time.UTC) // 23:59 in China
	s := start(t, Options{Now: func() time.Time { return now }})
	connect(t, s, nil)
	send := func() int {
		status, _ := do(t, s, http.MethodPost, toPeople, object{"robotCode": "dingfake", "userIds": []string{xu, chen}, "msgKey": "sampleText", "msgParam": `{"content":"a"}`})
		return status
	}
	send()
	do(t, s, http.MethodPost, "/topapi/v2/user/get", object{"userid": xu})
	do(t, s, http.MethodPost, deliverCard, cardTo("c", xu, object{"title": "a", "btns": twoButtons}))
	if _, err := s.TapButton(soon(t), s.Messages()[2].ID, xu, "确认", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.UserLeft(soon(t), chen); err != nil {
		t.Fatal(err)
	}
	heal := s.Break(Fault{Kind: QPSLimit})
	send()
	heal()
	now = now.Add(time.Minute)
	send()
	if u := s.Usage("2026-11"); u.Calls != 2 || u.Pushes != 1 || u.Kinds["robot.single"] != 1 || u.Kinds["card.send"] != 1 || u.Kinds["contact"] != 1 || u.Kinds["push.tap"] != 1 || u.Kinds["push.contact"] != 1 {
		t.Errorf("%+v", u)
	}
	if u := s.Usage("2026-12"); u.Calls != 1 || u.Pushes != 0 {
		t.Errorf("%+v", u)
	}
	if s.Calls("POST "+toPeople+"$") != 3 || s.Calls("/v1.0/card/") != 1 || s.Calls("/v1.0/card$") != 0 {
		t.Error("calls are counted whether they cost or not")
	}
	clean(t, s)
}

// TestUsedUp: without calls nothing is sent, without pushes messages come without
// their text and taps do not come at all; contacts go on.
func TestUsedUp(t *testing.T) {
	s := start(t, Options{MonthlyCalls: 1, MonthlyPushes: 1})
	c := connect(t, s, nil)
	do(t, s, http.MethodPost, deliverCard, cardTo("c", xu, object{"title": "a", "btns": twoButtons}))
	if status, out := do(t, s, http.MethodPut, updateCard, object{"outTrackId": "c", "userIdType": 1}); status != 403 || !strings.HasSuffix(text(out["code"]), "ApiCountLimitForOrg") {
		t.Error(out)
	}
	if _, out := do(t, s, http.MethodPost, "/topapi/v2/user/get", object{"userid": xu}); out["errcode"] != 0.0 {
		t.Error(out)
	}
	for i := range 2 {
		if _, err := s.SayPrivately(soon(t), xu, "在吗"); err != nil {
			t.Fatal(err)
		}
		if _, data := c.next(t); (data["errorCode"] != nil) != (i == 1) {
			t.Error(i, data)
		}
	}
	if a, err := s.TapButton(soon(t), s.Messages()[0].ID, xu, "确认", nil); err != nil || a.Heard {
		t.Error(a, err)
	}
	s.Limit(0, 0)
	if a, err := s.TapButton(soon(t), s.Messages()[0].ID, xu, "确认", nil); err != nil || !a.Heard {
		t.Error(a, err)
	}
	clean(t, s)
}

func TestRates(t *testing.T) {
	s := start(t, Options{})
	s.EnforceRates(true)
	refused := 0
	for range 40 {
		status, out := do(t, s, http.MethodPost, "/v1.0/contact/users/search", object{"queryWord": "陈", "size": 1})
		if status == 403 && strings.HasSuffix(text(out["code"]), "QpsLimitForAppkeyAndApi") {
			refused++
		}
	}
	if refused == 0 || len(s.Problems()) != refused {
		t.Errorf("%d of 40 in a burst, %q", refused, s.Problems())
	}
}

func TestTokens(t *testing.T) {
	s := start(t, Options{ClientSecret: "s"})
	_, one := do(t, s, http.MethodPost, "/v1.0/oauth2/accessToken", object{"appKey": "dingfake", "appSecret": "s"})
	_, two := do(t, s, http.MethodPost, "/v1.0/oauth2/dingcorp/token", object{"client_id": "dingfake", "client_secret": "s", "grant_type": "client_credentials"})
	_, three := do(t, s, http.MethodGet, "/gettoken?appkey=dingfake&appsecret=s", nil)
	if one["accessToken"] == nil || one["accessToken"] != two["access_token"] || one["accessToken"] != three["access_token"] || one["expireIn"] != 7200.0 {
		t.Error("until it expires it is the same token: ", one, two, three)
	}
	if status, out := do(t, s, http.MethodPost, "/v1.0/oauth2/accessToken", object{"appKey": "dingfake", "appSecret": "x"}); status != 400 {
		t.Error(out)
	}
	if _, out := do(t, s, http.MethodGet, "/gettoken?appkey=dingfake&appsecret=x", nil); out["errcode"] != 40089.0 {
		t.Error(out)
	}
	if s.TokensIssued() != 1 {
		t.Error(s.TokensIssued())
	}
	s.RevokeTokens()
	do(t, s, http.MethodPost, "/v1.0/oauth2/accessToken", object{"appKey": "dingfake", "appSecret": "s"})
	if s.TokensIssued() != 2 {
		t.Error(s.TokensIssued())
	}
	clean(t, s)
}

// TestPermissions: the answer names the permission that is missing.
func TestPermissions(t *testing.T) {
	s := start(t, Options{})
	s.Forbid("qyapi_robot_sendmsg", "qyapi_get_member")
	status, out := do(t, s, http.MethodPost, toGroup, object{})
	if scopes, _ := inside(out, "accessdenieddetail")["requiredScopes"].([]any); status != 403 || len(scopes) != 1 || scopes[0] != "qyapi_robot_sendmsg" {
		t.Error(out)
	}
	if _, out = do(t, s, http.MethodPost, "/topapi/v2/user/get", object{"userid": xu}); out["sub_code"] != "60011" {
		t.Error(out)
	}
	s.Grant("qyapi_get_member")
	if _, out = do(t, s, http.MethodPost, "/topapi/v2/user/get", object{"userid": xu}); out["errcode"] != 0.0 {
		t.Error(out)
	}
	clean(t, s)
}

func TestUnknownCalls(t *testing.T) {
	s := start(t, Options{})
	if status, _ := do(t, s, http.MethodPost, "/v1.0/robot/groupMessages/query", object{}); status != 404 {
		t.Error(status)
	}
	noticed(t, s, "no such call: POST /v1.0/robot/groupMessages/query")
}
