package dingtalktest

import (
	"net/http"
	"slices"
)

const batch = 20 // people, or keys, of one call

// mineOnly refuses a robotCode that is not the app's.
func (s *Server) mineOnly(robotCode string) *failure {
	if robotCode == s.o.ClientID {
		return nil
	}
	s.Problemf("robotCode %q is not the client id %q", robotCode, s.o.ClientID)
	f := invalid("invalidParameter.robotCode.notExist", "robotCode 不存在")
	return &f
}

// inGroup is the group that the robot may send to; s.mu is held.
func (s *Server) inGroup(id string) (*Group, *failure) {
	g := s.groups[id]
	switch {
	case g == nil:
		f := invalid("invalid.openConversationId", "openConversationId 不合法")
		return nil, &f
	case g.Gone:
		f := invalid("group.disbanded", "群已解散")
		return nil, &f
	case g.BotOut:
		f := invalid("bot.stopped", "机器人不在群内或已停用")
		return nil, &f
	}
	return g, nil
}

func (s *Server) sendToGroup(c *call) answer {
	var in struct{ RobotCode, OpenConversationID, MsgKey, MsgParam string }
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	if f := s.mineOnly(in.RobotCode); f != nil {
		return c.refuse(*f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, f := s.inGroup(in.OpenConversationID)
	if f != nil {
		return c.refuse(*f)
	}
	m, f := s.robotMessage(in.MsgKey, in.MsgParam)
	if f != nil {
		return c.refuse(*f)
	}
	m.Chat, m.QueryKey = g.ID, s.ID("query-")
	s.keep(m)
	return ok(map[string]any{"processQueryKey": m.QueryKey})
}

// sendToPeople answers 200 also when some, but not all, of the people are not to
// be reached, or must wait.
func (s *Server) sendToPeople(c *call) answer {
	var in struct {
		RobotCode, MsgKey, MsgParam string
		UserIDs                     []string
	}
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	if f := s.mineOnly(in.RobotCode); f != nil {
		return c.refuse(*f)
	}
	if len(in.UserIDs) == 0 || len(in.UserIDs) > batch {
		s.Problemf("oToMessages: %d people in one call; 1 to %d are allowed", len(in.UserIDs), batch)
		return c.refuse(invalid("invalidParameter.userIds", "userIds 数量超出限制"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, f := s.robotMessage(in.MsgKey, in.MsgParam)
	if f != nil {
		return c.refuse(*f)
	}
	m.QueryKey = s.ID("query-")
	unknown, slow := []string{}, []string{}
	for i, id := range in.UserIDs {
		p := s.people[id]
		switch {
		case slices.Contains(in.UserIDs[:i], id):
			s.Problemf("oToMessages: %s is in one call twice", id)
		case p == nil || p.External || p.Left || p.OutOfScope:
			unknown = append(unknown, id)
		case s.faults.Strikes(FlowControlled, id):
			slow = append(slow, id)
		default:
			m.Chat, m.To = single(id), id
			s.keep(m)
		}
	}
	if len(unknown) == len(in.UserIDs) {
		return c.refuse(invalid("staffId.notExisted", "用户不存在"))
	}
	return ok(map[string]any{"processQueryKey": m.QueryKey, "invalidStaffIdList": unknown, "flowControlledStaffIdList": slow})
}

// recall takes messages of the app back, in a group or in single chats.
func (s *Server) recall(c *call) answer {
	var in struct {
		RobotCode, OpenConversationID string
		ProcessQueryKeys              []string
	}
	if !s.Decode(c.Call, &in) || len(in.ProcessQueryKeys) == 0 || len(in.ProcessQueryKeys) > batch {
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	if f := s.mineOnly(in.RobotCode); f != nil {
		return c.refuse(*f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	done, failed := []string{}, map[string]string{}
	for _, key := range in.ProcessQueryKeys {
		hit := false
		for _, id := range s.order {
			m := s.messages[id]
			if m.QueryKey == key && m.By == "robot" && (m.To == "") == (in.OpenConversationID != "") && (m.To != "" || m.Chat == in.OpenConversationID) {
				m.Recalled, hit = true, true
			}
		}
		if hit {
			done = append(done, key)
		} else {
			failed[key] = "消息不存在"
		}
	}
	s.Touch()
	return ok(map[string]any{"successResult": done, "failedResult": failed})
}

// cardExists answers an outTrackId that was used before.
//
//nolint:gochecknoglobals // what the platform says, word for word
var cardExists = failure{http.StatusBadRequest, "param.cardAlreadyExist", 0, "", "卡片已存在", nil}
