package dingtalktest

import (
	"context"
	"fmt"
	"slices"
)

// BotAdded is somebody adding the robot to a group. That a robot's coming and
// going is an event of the group at all is not documented, nor are its fields: an
// app must also learn of a group from the first message out of it.
func (s *Server) BotAdded(ctx context.Context, group, operator string) (Delivery, error) {
	return s.membership(ctx, "chat_add_member", group, operator, nil, func(g *Group) { g.BotOut = false })
}

// BotRemoved is somebody removing the robot from a group.
func (s *Server) BotRemoved(ctx context.Context, group, operator string) (Delivery, error) {
	return s.membership(ctx, "chat_remove_member", group, operator, nil, func(g *Group) { g.BotOut = true })
}

// UserJoined is somebody adding a person to a group.
func (s *Server) UserJoined(ctx context.Context, group, operator, userID string) (Delivery, error) {
	return s.membership(ctx, "chat_add_member", group, operator, []string{userID}, func(g *Group) {
		if !slices.Contains(g.Members, userID) {
			g.Members = append(g.Members, userID)
		}
	})
}

// UserOut is somebody removing a person from a group.
func (s *Server) UserOut(ctx context.Context, group, operator, userID string) (Delivery, error) {
	return s.membership(ctx, "chat_remove_member", group, operator, []string{userID}, func(g *Group) {
		g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == userID })
	})
}

// Disband is somebody dissolving a group.
func (s *Server) Disband(ctx context.Context, group, operator string) (Delivery, error) {
	return s.membership(ctx, "chat_disband", group, operator, nil, func(g *Group) { g.Gone = true })
}

// UserLeft is a person leaving the organisation. The event costs no quota.
func (s *Server) UserLeft(ctx context.Context, userID string) (Delivery, error) {
	s.mu.Lock()
	p := s.people[userID]
	if p == nil || p.External {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("there is no %s in the organisation", userID)
	}
	left := *p
	left.Left = true
	s.people[userID] = &left
	for _, g := range s.groups {
		g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == userID })
	}
	now := s.o.Now().UnixMilli()
	s.mu.Unlock()
	return s.Event(ctx, "user_leave_org", map[string]any{"timeStamp": now, "userId": []string{userID}})
}

// Recall is a person or an owner of the group taking a message back.
func (s *Server) Recall(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[messageID]; m != nil {
		m.Recalled = true
		s.Touch()
	}
}

// membership changes a group and tells of it; of the robot itself no userId speaks.
func (s *Server) membership(ctx context.Context, event, group, operator string, users []string, change func(*Group)) (Delivery, error) {
	s.mu.Lock()
	g := s.groups[group]
	if g == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("there is no group %s", group)
	}
	change(g)
	s.Touch()
	data := map[string]any{
		"openConversationId": group, "title": g.Name, "operator": operator, "timeStamp": s.o.Now().UnixMilli(),
	}
	if users != nil {
		data["userId"] = users
	} else if event != "chat_disband" {
		data["robotCode"] = s.o.ClientID
	}
	s.mu.Unlock()
	return s.Event(ctx, event, data)
}
