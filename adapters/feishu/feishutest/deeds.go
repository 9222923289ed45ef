package feishutest

import (
	"context"
	"fmt"
	"slices"
)

// group changes a group under the lock.
func (s *Server) group(id string, change func(*Chat)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[id]
	if c == nil {
		return fmt.Errorf("there is no group %s", id)
	}
	change(c)
	s.Touch()
	return nil
}

// BotAdded is somebody adding the bot to a group.
func (s *Server) BotAdded(ctx context.Context, chat, operator string) (Delivery, error) {
	if err := s.group(chat, func(c *Chat) { c.BotOut = false }); err != nil {
		return Delivery{}, err
	}
	return s.memberEvent(ctx, "im.chat.member.bot.added_v1", chat, operator, nil)
}

// BotRemoved is somebody removing the bot from a group.
func (s *Server) BotRemoved(ctx context.Context, chat, operator string) (Delivery, error) {
	if err := s.group(chat, func(c *Chat) { c.BotOut = true }); err != nil {
		return Delivery{}, err
	}
	return s.memberEvent(ctx, "im.chat.member.bot.deleted_v1", chat, operator, nil)
}

// Disband is somebody dissolving a group.
func (s *Server) Disband(ctx context.Context, chat, operator string) (Delivery, error) {
	if err := s.group(chat, func(c *Chat) { c.Gone = true }); err != nil {
		return Delivery{}, err
	}
	return s.memberEvent(ctx, "im.chat.disbanded_v1", chat, operator, nil)
}

// EnterChat is a person opening the single chat with the bot.
func (s *Server) EnterChat(ctx context.Context, openID string) (Delivery, error) {
	s.mu.Lock()
	event := map[string]any{
		"chat_id": single(openID), "operator_id": s.ids(openID), "last_message_id": "", "last_message_create_time": "",
	}
	for _, id := range s.order {
		if m := s.messages[id]; m.Chat == single(openID) {
			event["last_message_id"], event["last_message_create_time"] = m.ID, millis(m.At)
		}
	}
	s.mu.Unlock()
	return s.event(ctx, single(openID), "im.chat.access_event.bot_p2p_chat_entered_v1", event)
}

// Menu is a person touching an entry of the bot's menu.
func (s *Server) Menu(ctx context.Context, openID, eventKey string) (Delivery, error) {
	s.mu.Lock()
	event := map[string]any{
		"operator":  map[string]any{"operator_name": s.names[openID], "operator_id": s.ids(openID)},
		"event_key": eventKey, "timestamp": s.o.Now().Unix(),
	}
	s.mu.Unlock()
	return s.event(ctx, single(openID), "application.bot.menu_v6", event)
}

// UserLeft is a person leaving the company.
func (s *Server) UserLeft(ctx context.Context, openID string) (Delivery, error) {
	s.mu.Lock()
	p := s.people[openID]
	if p == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("there is no %s", openID)
	}
	p.Resigned = true
	for _, c := range s.chats {
		c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == openID })
	}
	object := s.ids(openID)
	object["name"] = p.Name
	object["status"] = map[string]any{"is_resigned": true, "is_activated": false, "is_frozen": false}
	event := map[string]any{"object": object, "old_object": map[string]any{"department_ids": slices.Clone(p.Departments), "open_id": openID}}
	s.mu.Unlock()
	return s.event(ctx, "", "contact.user.deleted_v3", event)
}

// UserChanged is somebody's entry in the contacts having been changed.
func (s *Server) UserChanged(ctx context.Context, openID string) (Delivery, error) {
	s.mu.Lock()
	p := s.people[openID]
	if p == nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("there is no %s", openID)
	}
	object := s.user(p, "open_id")
	s.mu.Unlock()
	return s.event(ctx, "", "contact.user.updated_v3", map[string]any{"object": object, "old_object": map[string]any{}})
}

// UserLeftChat is a person leaving a group.
func (s *Server) UserLeftChat(ctx context.Context, chat, openID string) (Delivery, error) {
	err := s.group(chat, func(c *Chat) {
		c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == openID })
	})
	if err != nil {
		return Delivery{}, err
	}
	return s.memberEvent(ctx, "im.chat.member.user.deleted_v1", chat, openID, s.users(openID))
}

// UserJoinedChat is a person joining a group.
func (s *Server) UserJoinedChat(ctx context.Context, chat, openID string) (Delivery, error) {
	err := s.group(chat, func(c *Chat) {
		if !slices.Contains(c.Members, openID) {
			c.Members = append(c.Members, openID)
		}
	})
	if err != nil {
		return Delivery{}, err
	}
	return s.memberEvent(ctx, "im.chat.member.user.added_v1", chat, openID, s.users(openID))
}

func (s *Server) users(openID string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"users": []any{map[string]any{"name": s.names[openID], "tenant_key": tenantKey, "user_id": s.ids(openID)}}}
}
