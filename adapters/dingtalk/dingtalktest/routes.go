package dingtalktest

import (
	"net/http"
	"strings"
	"time"
)

// api is what the platform wants of a call before it looks at what the call says.
type api struct {
	kind  string // under which the month counts it
	scope string // the permission
	free  bool   // it costs no quota
	old   bool   // of oapi.dingtalk.com
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	s.open(mux, "POST /v1.0/oauth2/accessToken", false, s.newToken)
	s.open(mux, "POST /v1.0/oauth2/{corp}/token", false, s.corpToken)
	s.open(mux, "GET /gettoken", true, s.oldToken)
	s.open(mux, "POST /v1.0/gateway/connections/open", false, s.openConnection)
	mux.HandleFunc("GET /connect", s.socket)
	s.open(mux, "POST /robot/sendBySession", true, s.sendBySession)
	s.open(mux, "GET /download/{key}", false, s.serveFile)

	robot, cards := "qyapi_robot_sendmsg", "Card.Instance.Write"
	s.api(mux, "POST /v1.0/robot/groupMessages/send", api{kind: "robot.group", scope: robot}, s.sendToGroup)
	s.api(mux, "POST /v1.0/robot/oToMessages/batchSend", api{kind: "robot.single", scope: robot}, s.sendToPeople)
	s.api(mux, "POST /v1.0/robot/groupMessages/recall", api{kind: "robot.recall", scope: robot}, s.recall)
	s.api(mux, "POST /v1.0/robot/otoMessages/batchRecall", api{kind: "robot.recall", scope: robot}, s.recall)
	s.api(mux, "POST /v1.0/robot/messageFiles/download", api{kind: "robot.download", scope: robot}, s.download)
	s.api(mux, "POST /v1.0/card/instances/createAndDeliver", api{kind: "card.send", scope: cards}, s.createAndDeliver)
	s.api(mux, "POST /v1.0/card/instances", api{kind: "card.create", scope: cards}, s.createCard)
	s.api(mux, "POST /v1.0/card/instances/deliver", api{kind: "card.deliver", scope: cards}, s.deliverCard)
	s.api(mux, "PUT /v1.0/card/instances", api{kind: "card.update", scope: cards}, s.updateCard)
	s.api(mux, "POST /media/upload", api{kind: "media", old: true}, s.upload)

	member, search := "qyapi_get_member", "qyapi_addresslist_search"
	list, inside := "qyapi_get_department_list", "qyapi_get_department_member"
	s.api(mux, "POST /topapi/v2/user/get", api{kind: "contact", scope: member, free: true, old: true}, s.userGet)
	s.api(mux, "POST /topapi/user/getbyunionid", api{kind: "contact", scope: member, free: true, old: true}, s.userByUnionID)
	s.api(mux, "POST /topapi/v2/user/getbymobile", api{kind: "contact", scope: "qyapi_get_member_by_mobile", free: true, old: true}, s.userByMobile)
	s.api(mux, "POST /topapi/v2/department/get", api{kind: "contact", scope: list, free: true, old: true}, s.departmentGet)
	s.api(mux, "POST /topapi/v2/department/listsub", api{kind: "contact", scope: list, free: true, old: true}, s.departmentSubs)
	s.api(mux, "POST /topapi/v2/department/listparentbyuser", api{kind: "contact", scope: list, free: true, old: true}, s.departmentParents)
	s.api(mux, "POST /topapi/user/listid", api{kind: "contact", scope: inside, free: true, old: true}, s.userIDs)
	s.api(mux, "POST /topapi/v2/user/list", api{kind: "contact", scope: inside, free: true, old: true}, s.userList)
	s.api(mux, "POST /v1.0/contact/users/search", api{kind: "contact", scope: search, free: true}, s.userSearch)
	s.api(mux, "GET /v1.0/contact/users/{union}", api{kind: "contact", scope: "Contact.User.Read", free: true}, s.userRead)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, !strings.HasPrefix(r.URL.Path, "/v1.0/"), s.unknown)
	})
	return mux
}

// open registers what needs no token.
func (s *Server) open(mux *http.ServeMux, pattern string, old bool, h func(*call) answer) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, old, h) })
}

// api registers what needs a token and a permission, and what costs quota.
func (s *Server) api(mux *http.ServeMux, pattern string, a api, h func(*call) answer) {
	s.open(mux, pattern, a.old, func(c *call) answer {
		if f := s.admit(c, a); f != nil {
			return c.refuse(*f)
		}
		return h(c)
	})
}

// admit checks the token, the permission, the rate and the quota, in this order;
// only what passes them all is counted.
func (s *Server) admit(c *call, a api) *failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.unauthorized(c, a.scope); f != nil {
		return f
	}
	if s.rates && !s.meter(c.Method+" "+c.URL.Path).Take(time.Now(), qps) {
		s.Problemf("rate: more than %d calls in a second of %s %s", qps, c.Method, c.URL.Path)
		return &tooFast
	}
	month := s.month()
	if !a.free && s.o.MonthlyCalls > 0 && month.Calls >= s.o.MonthlyCalls {
		return &usedUp
	}
	if !a.free {
		month.Calls++
	}
	month.Kinds[a.kind]++
	return nil
}

func (s *Server) unknown(c *call) answer {
	s.Problemf("no such call: %s %s", c.Method, c.URL.Path)
	return c.refuse(failure{http.StatusNotFound, "InvalidAction.NotFound", 404, "", "Specified api is not found, please check your url and method.", nil})
}
