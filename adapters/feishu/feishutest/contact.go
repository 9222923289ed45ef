package feishutest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

const (
	botOpenID = "ou_bot"
	tenantKey = "tenant_fake"
)

// Person is somebody of the tenant. Leader is an open_id, Departments are
// open_department_ids. An empty UnionID or UserID is made from the OpenID.
type Person struct {
	OpenID, UnionID, UserID, Name, Leader string
	Title                                 string
	Departments                           []string
	Admin                                 bool // manages the tenant
	Resigned                              bool
}

// Chat is a group; Members are open_ids, the bot not among them.
type Chat struct {
	ID, Name string
	Members  []string
	BotOut   bool // the bot is not in the group
	Gone     bool // the group was dissolved
}

// BotOpenID is the open_id of the bot itself.
func (s *Server) BotOpenID() string { return botOpenID }

// AddPerson adds a person, or replaces the one with this OpenID.
func (s *Server) AddPerson(p Person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.UnionID = cmp.Or(p.UnionID, "on_"+p.OpenID)
	p.UserID = cmp.Or(p.UserID, "u_"+p.OpenID)
	s.people[p.OpenID] = &p
	s.rename(p.OpenID, p.Name)
}

// AddDepartment adds a department by its open_department_id.
func (s *Server) AddDepartment(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.departments[id] = name
}

// AddChat adds a group, or replaces the one with this ID.
func (s *Server) AddChat(c Chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.chats[c.ID]; !ok {
		s.chatOrder = append(s.chatOrder, c.ID)
	}
	c.Members = slices.Clone(c.Members)
	s.chats[c.ID] = &c
}

// known reports whether an open_id is of this app; s.mu is held.
func (s *Server) known(openID string) bool {
	_, ok := s.people[openID]
	return ok || openID == botOpenID
}

// find looks a person up by an id of the kind; s.mu is held.
func (s *Server) find(kind, id string) *Person {
	for _, p := range s.people {
		if id != "" && id == p.id(kind) {
			return p
		}
	}
	return nil
}

func (p *Person) id(kind string) string {
	switch kind {
	case "union_id":
		return p.UnionID
	case "user_id":
		return p.UserID
	default:
		return p.OpenID
	}
}

// ids are the three ids as events carry them; user_id only with its scope. s.mu is held.
func (s *Server) ids(openID string) map[string]any {
	if openID == botOpenID {
		return map[string]any{"open_id": botOpenID, "union_id": "on_bot", "user_id": ""}
	}
	out := map[string]any{"open_id": openID}
	if p := s.people[openID]; p != nil {
		out["union_id"] = p.UnionID
		if !s.Forbidden("contact:user.employee_id:readonly") {
			out["user_id"] = p.UserID
		}
	}
	return out
}

func (s *Server) botInfo(*call) answer {
	return answer{status: http.StatusOK, body: map[string]any{"code": 0, "msg": "ok", "bot": map[string]any{
		"activate_status": 2, "app_name": s.o.BotName, "avatar_url": "", "ip_white_list": []string{}, "open_id": botOpenID,
	}}}
}

func (s *Server) readUser(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := cmp.Or(c.URL.Query().Get("user_id_type"), "open_id")
	p := s.find(kind, c.PathValue("id"))
	if p == nil {
		return refuse(99992351, "not a valid {"+kind+"}")
	}
	return ok(map[string]any{"user": s.user(p, kind)})
}

// user is a person without what the app has no scope for; s.mu is held.
func (s *Server) user(p *Person, kind string) map[string]any {
	user := map[string]any{
		"open_id": p.OpenID, "union_id": p.UnionID,
		"status": map[string]any{"is_activated": true, "is_exited": false, "is_frozen": false, "is_resigned": p.Resigned, "is_unjoin": false},
	}
	if !s.Forbidden("contact:user.base:readonly") {
		user["name"] = p.Name
	}
	if !s.Forbidden("contact:user.employee_id:readonly") {
		user["user_id"] = p.UserID
	}
	if !s.Forbidden("contact:user.department:readonly") {
		user["department_ids"] = slices.Clone(p.Departments)
		if leader := s.people[p.Leader]; leader != nil {
			user["leader_user_id"] = leader.id(kind)
		}
	}
	if !s.Forbidden("contact:user.employee:readonly") {
		user["job_title"], user["is_tenant_manager"] = p.Title, p.Admin
	}
	return user
}

func (s *Server) readDepartment(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.PathValue("id")
	name, found := s.departments[id]
	if !found {
		return refuse(40004, "no dept authority error")
	}
	d := map[string]any{"open_department_id": id, "department_id": id, "parent_department_id": "0", "member_count": s.headcount(id)}
	if !s.Forbidden("contact:department.base:readonly") {
		d["name"] = name
	}
	return ok(map[string]any{"department": d})
}

func (s *Server) headcount(department string) int {
	n := 0
	for _, p := range s.people {
		if slices.Contains(p.Departments, department) {
			n++
		}
	}
	return n
}

// chat finds a group that the bot may ask about; s.mu is held.
func (s *Server) chat(id string) (*Chat, answer) {
	c := s.chats[id]
	switch {
	case c == nil:
		return nil, refuse(232006, "Your request specifies a chat_id which is invalid.")
	case c.Gone:
		return nil, refuse(232009, "Your request specifies a chat which has already been dissolved.")
	case c.BotOut:
		return nil, refuse(232011, "Operator can NOT be out of the chat.")
	}
	return c, answer{}
}

func (s *Server) readChat(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, refusal := s.chat(c.PathValue("id"))
	if chat == nil {
		return refusal
	}
	return ok(map[string]any{
		"name": chat.Name, "avatar": "", "description": "", "external": false, "chat_mode": "group", "chat_type": "private",
		"chat_status": "normal", "tenant_key": tenantKey, "user_count": strconv.Itoa(len(chat.Members)), "bot_count": "1",
		"owner_id_type": "open_id", "owner_id": first(chat.Members),
	})
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (s *Server) listChats(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := []any{}
	for _, id := range s.chatOrder {
		if chat := s.chats[id]; !chat.Gone && !chat.BotOut {
			items = append(items, map[string]any{
				"chat_id": id, "name": chat.Name, "avatar": "", "description": "", "external": false,
				"tenant_key": tenantKey, "chat_status": "normal", "owner_id_type": "open_id", "owner_id": first(chat.Members),
			})
		}
	}
	return s.page(c, items, nil)
}

func (s *Server) listMembers(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, refusal := s.chat(c.PathValue("id"))
	if chat == nil {
		return refusal
	}
	kind := cmp.Or(c.URL.Query().Get("member_id_type"), "open_id")
	items := []any{}
	for _, id := range chat.Members {
		p := s.people[id]
		if p == nil {
			p = &Person{OpenID: id}
		}
		items = append(items, map[string]any{"member_id_type": kind, "member_id": p.id(kind), "name": p.Name, "tenant_key": tenantKey})
	}
	return s.page(c, items, map[string]any{"member_total": len(items)})
}

// page answers the part of a list that page_size and page_token ask for.
func (s *Server) page(c *call, items []any, more map[string]any) answer {
	query := c.URL.Query()
	size, err := strconv.Atoi(cmp.Or(query.Get("page_size"), "20"))
	if err != nil || size < 1 || size > 100 {
		s.Problemf("%s: page_size %q is not within 1 and 100", c.URL.Path, query.Get("page_size"))
		return refuse(99992402, "field validation failed: page_size")
	}
	from := 0
	if token := query.Get("page_token"); token != "" {
		if from, err = strconv.Atoi(token); err != nil || from < 0 || from > len(items) {
			s.Problemf("%s: page_token %q was not given out", c.URL.Path, token)
			return refuse(99992402, "field validation failed: page_token")
		}
	}
	to := min(from+size, len(items))
	data := map[string]any{"items": items[from:to], "has_more": to < len(items), "page_token": ""}
	if to < len(items) {
		data["page_token"] = strconv.Itoa(to)
	}
	maps.Copy(data, more)
	return ok(data)
}

func (s *Server) isInChat(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat := s.chats[c.PathValue("id")]
	if chat == nil {
		return refuse(232006, "Your request specifies a chat_id which is invalid.")
	}
	if chat.Gone {
		return refuse(232009, "Your request specifies a chat which has already been dissolved.")
	}
	return ok(map[string]any{"is_in_chat": !chat.BotOut})
}
