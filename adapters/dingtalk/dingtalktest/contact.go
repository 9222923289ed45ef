package dingtalktest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Person is somebody who can speak to the robot. UserID names him here even when
// he is external and the platform gives the app no userId of his. An empty UnionID
// is made from the UserID. Manager is a userId.
type Person struct {
	UserID, UnionID, Name, Mobile, Title, Manager string

	Departments []int
	Admin       bool
	External    bool // of another organisation: without staffId, nobody can send to him alone
	OutOfScope  bool // not in the 可见范围 of the app
	Left        bool // left the organisation
}

// Department is a part of the organisation; the root has the ID 1 and no parent.
type Department struct {
	ID, Parent int
	Name       string
}

// Group is a chat of several; Members are userIds, the robot not among them.
type Group struct {
	ID, Name string
	Members  []string
	BotOut   bool // the robot is not in the group
	Gone     bool // the group was dissolved
}

// AddPerson adds a person, or replaces the one with this UserID.
func (s *Server) AddPerson(p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.UnionID = cmp.Or(p.UnionID, "union-"+p.UserID)
	s.people[p.UserID] = &p
}

// AddDepartment adds a department, or replaces the one with this ID.
func (s *Server) AddDepartment(d Department) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.departments[d.ID] = d
}

// AddGroup adds a group, or replaces the one with this ID, which is its
// openConversationId.
func (s *Server) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.Members = slices.Clone(g.Members)
	s.groups[g.ID] = &g
}

// RobotCode is the robotCode of the app, which is its client id.
func (s *Server) RobotCode() string { return s.o.ClientID }

// PrivateChat is the conversation of a person with the robot alone, for Fault.To
// and Message.Chat.
func (s *Server) PrivateChat(userID string) string { return single(userID) }

// single is the conversation of a person with the robot.
func single(userID string) string { return "cidSingle+" + userID + "==" }

// encrypted is the id by which a conversation knows somebody.
func encrypted(userID string) string { return "$:LWCP_v1:$" + userID }

const robotDingtalkID = "$:LWCP_v1:$robot"

// reads reports whether a person is in a chat; s.mu is held.
func (s *Server) reads(userID, chat string) bool {
	if g := s.groups[chat]; g != nil {
		return !g.Gone && slices.Contains(g.Members, userID)
	}
	return chat == single(userID)
}

// member is a person of the organisation; s.mu is held.
func (s *Server) member(fits func(*Person) bool) *Person {
	for _, id := range s.peopleInOrder() {
		if p := s.people[id]; !p.External && !p.Left && fits(p) {
			return p
		}
	}
	return nil
}

// peopleInOrder are all ids, so that two runs answer alike; s.mu is held.
func (s *Server) peopleInOrder() []string {
	var ids []string
	for id := range s.people {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

//nolint:gochecknoglobals // what the platform says, word for word
var (
	noUser       = failure{http.StatusNotFound, "userNotFound", 60121, "", "找不到该用户", nil}
	noDepartment = failure{0, "", 60003, "", "部门不存在", nil}
)

// found answers the old API.
func found(result any) answer {
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "result": result, "request_id": "fake-request"})
}

// details is a person as the old API describes him.
func (p *Person) details() map[string]any {
	out := map[string]any{
		"userid": p.UserID, "unionid": p.UnionID, "name": p.Name, "title": p.Title, "active": true, "admin": p.Admin,
		"dept_id_list": append([]int{}, p.Departments...), "leader_in_dept": []any{},
	}
	if p.Manager != "" {
		out["manager_userid"] = p.Manager
	}
	if p.Mobile != "" {
		out["mobile"] = p.Mobile
	}
	return out
}

func (s *Server) userGet(c *call) answer {
	var in struct{ UserID string }
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.member(func(p *Person) bool { return p.UserID == in.UserID })
	if p == nil {
		return c.refuse(noUser)
	}
	return found(p.details())
}

func (s *Server) userByUnionID(c *call) answer {
	var in struct{ UnionID string }
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.member(func(p *Person) bool { return p.UnionID == in.UnionID })
	if p == nil {
		return c.refuse(noUser)
	}
	return found(map[string]any{"contact_type": 0, "userid": p.UserID})
}

func (s *Server) userByMobile(c *call) answer {
	var in struct{ Mobile string }
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.member(func(p *Person) bool { return in.Mobile != "" && p.Mobile == in.Mobile })
	if p == nil {
		return c.refuse(noUser)
	}
	return found(map[string]any{"userid": p.UserID})
}

func (d Department) details() map[string]any {
	return map[string]any{"dept_id": d.ID, "name": d.Name, "parent_id": d.Parent}
}

// department reads which one a call is about; s.mu is held.
func (s *Server) department(c *call) (Department, bool) {
	var in struct {
		ID int `json:"dept_id"`
	}
	if !s.Decode(c.Call, &in) {
		return Department{}, false
	}
	d, known := s.departments[in.ID]
	return d, known
}

func (s *Server) departmentGet(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, known := s.department(c)
	if !known {
		return c.refuse(noDepartment)
	}
	return found(d.details())
}

func (s *Server) departmentSubs(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, known := s.department(c)
	if !known {
		return c.refuse(noDepartment)
	}
	subs := []Department{}
	for _, one := range s.departments {
		if one.Parent == d.ID {
			subs = append(subs, one)
		}
	}
	slices.SortFunc(subs, func(a, b Department) int { return a.ID - b.ID })
	out := []any{}
	for _, one := range subs {
		out = append(out, one.details())
	}
	return found(out)
}

func (s *Server) departmentParents(c *call) answer {
	var in struct{ UserID string }
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.member(func(p *Person) bool { return p.UserID == in.UserID })
	if p == nil {
		return c.refuse(noUser)
	}
	lists := []any{}
	for _, id := range p.Departments {
		path := []int{}
		for id != 0 && len(path) < 100 {
			path = append(path, id)
			id = s.departments[id].Parent
		}
		lists = append(lists, map[string]any{"parent_dept_id_list": path})
	}
	return found(map[string]any{"parent_list": lists})
}

// inside are those of a department; s.mu is held.
func (s *Server) inside(d Department) []*Person {
	var out []*Person
	for _, id := range s.peopleInOrder() {
		if p := s.people[id]; !p.External && !p.Left && slices.Contains(p.Departments, d.ID) {
			out = append(out, p)
		}
	}
	return out
}

func (s *Server) userIDs(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, known := s.department(c)
	if !known {
		return c.refuse(noDepartment)
	}
	ids := []string{}
	for _, p := range s.inside(d) {
		ids = append(ids, p.UserID)
	}
	return found(map[string]any{"userid_list": ids})
}

func (s *Server) userList(c *call) answer {
	var in struct{ Cursor, Size int }
	if !s.Decode(c.Call, &in) || in.Size < 1 || in.Size > 100 || in.Cursor < 0 {
		s.Problemf("user/list: size %d, cursor %d: a page has 1 to 100 people", in.Size, in.Cursor)
		return c.refuse(invalid("", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, known := s.department(c)
	if !known {
		return c.refuse(noDepartment)
	}
	all := s.inside(d)
	end := min(in.Cursor+in.Size, len(all))
	list := []any{}
	for _, p := range all[min(in.Cursor, end):end] {
		list = append(list, p.details())
	}
	page := map[string]any{"has_more": end < len(all), "list": list}
	if end < len(all) {
		page["next_cursor"] = end
	}
	return found(page)
}

// userSearch finds ids by a part of the name, or by all of it.
func (s *Server) userSearch(c *call) answer {
	var in struct {
		QueryWord      string
		Offset, Size   int
		FullMatchField json.Number
	}
	if !s.Decode(c.Call, &in) || in.QueryWord == "" || in.Size < 1 {
		s.Problemf("users/search: queryWord %q, size %d: both are needed", in.QueryWord, in.Size)
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := []string{}
	for _, id := range s.peopleInOrder() {
		p := s.people[id]
		fits := strings.Contains(p.Name, in.QueryWord)
		if in.FullMatchField == "1" {
			fits = p.Name == in.QueryWord
		}
		if fits && !p.External && !p.Left && !p.OutOfScope {
			ids = append(ids, id)
		}
	}
	from := min(max(in.Offset, 0), len(ids))
	to := min(from+in.Size, len(ids))
	return ok(map[string]any{"totalCount": len(ids), "hasMore": to < len(ids), "list": ids[from:to]})
}

func (s *Server) userRead(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.member(func(p *Person) bool { return p.UnionID == c.PathValue("union") })
	if p == nil {
		return c.refuse(noUser)
	}
	return ok(map[string]any{"nick": p.Name, "unionId": p.UnionID, "mobile": p.Mobile})
}
