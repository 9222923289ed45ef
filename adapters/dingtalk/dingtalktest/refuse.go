package dingtalktest

import "net/http"

// failure is one error in the words of both generations of the API: the new one
// answers status and code, the old one HTTP 200 with errcode and sub_code.
type failure struct {
	status  int
	code    string
	errcode int
	sub     string
	message string
	scopes  []string // the permissions that are missing
}

//nolint:gochecknoglobals // what the platform says, word for word
var (
	badToken = failure{http.StatusBadRequest, "InvalidAuthentication", 88, "40014", "不合法的access_token", nil}
	tooFast  = failure{http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 88, "90018", "您的服务器调用钉钉开放平台当前接口的所有请求都被暂时禁用了", nil}
	usedUp   = failure{http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg", 90020, "", "企业本月的接口调用次数已用完", nil}
	busy     = failure{http.StatusInternalServerError, "system.busy", -1, "", "系统繁忙", nil}
	unsure   = failure{http.StatusInternalServerError, "unknown.send.result", -1, "", "未知的发送结果", nil}
)

// invalid is a parameter that the platform does not take.
func invalid(code, message string) failure {
	return failure{http.StatusBadRequest, code, 40035, "", message, nil}
}

// refuse says a failure in the way of the called API.
func (c *call) refuse(f failure) answer {
	if !c.old {
		body := map[string]any{"code": f.code, "message": f.message, "requestid": "fake-request"}
		if f.scopes != nil {
			body["accessdenieddetail"] = map[string]any{"requiredScopes": f.scopes}
		}
		return answer{status: f.status, body: body}
	}
	body := map[string]any{"errcode": f.errcode, "errmsg": f.message, "request_id": "fake-request"}
	if f.sub != "" {
		body["sub_code"], body["sub_msg"] = f.sub, f.message
	}
	return ok(body)
}
