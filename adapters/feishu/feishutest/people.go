package feishutest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mention is one @ in what a person wrote.
type mention struct{ key, openID, name string }

// Say is a person writing a text. An empty chat is the single chat with the bot.
// @会办, @ and the name of a person, and @所有人 become mentions. In a group only
// what mentions the bot is delivered; of the rest Deliveries is 0.
func (s *Server) Say(ctx context.Context, chat, from, text string) (Delivery, error) {
	return s.speak(ctx, Message{Chat: chat, From: from, Type: "text"}, func(m *mentioner) any {
		return map[string]any{"text": m.replace(text)}
	})
}

// Reply is a person answering a message in the chat where it is.
func (s *Server) Reply(ctx context.Context, to, from, text string) (Delivery, error) {
	parent, found := s.Message(to)
	if !found {
		return Delivery{}, fmt.Errorf("there is no message %s to reply to", to)
	}
	m := Message{Chat: parent.Chat, From: from, Type: "text", ReplyTo: to, Root: cmp.Or(parent.Root, to)}
	return s.speak(ctx, m, func(m *mentioner) any { return map[string]any{"text": m.replace(text)} })
}

// Post is a person sending rich text, as phones do with what was pasted: paragraphs
// of runs. A run that begins with http is a link.
func (s *Server) Post(ctx context.Context, chat, from string, paragraphs [][]string) (Delivery, error) {
	return s.speak(ctx, Message{Chat: chat, From: from, Type: "post"}, func(m *mentioner) any {
		content := [][]any{}
		for _, runs := range paragraphs {
			elements := []any{}
			for _, run := range runs {
				if strings.HasPrefix(run, "http") {
					elements = append(elements, map[string]any{"tag": "a", "href": run, "text": run, "style": []string{}})
					continue
				}
				elements = append(elements, m.elements(run)...)
			}
			content = append(content, elements)
		}
		return map[string]any{"title": "", "content": content}
	})
}

// SendFile is a person sending a file or an image. It mentions nobody, so from a
// group it does not arrive.
func (s *Server) SendFile(ctx context.Context, chat, from, name string, content []byte, image bool) (Delivery, error) {
	key := s.store(upload{name: name, content: content, image: image})
	m := Message{Chat: chat, From: from, Type: "file", FileName: name, File: content}
	body := map[string]any{"file_key": key, "file_name": name}
	if image {
		m.Type, body = "image", map[string]any{"image_key": key}
	}
	return s.speak(ctx, m, func(*mentioner) any { return body })
}

// speak keeps what a person said and delivers it when it is for the bot.
func (s *Server) speak(ctx context.Context, m Message, content func(*mentioner) any) (Delivery, error) {
	s.mu.Lock()
	if m.Chat == "" {
		m.Chat = single(m.From)
	}
	m.To, _ = strings.CutPrefix(m.Chat, single(""))
	if m.To == m.Chat {
		m.To = ""
	}
	if s.people[m.From] == nil || !s.reads(m.From, m.Chat) {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%q is not somebody who can speak in %s", m.From, m.Chat)
	}
	at := s.mentioner(m.Chat)
	raw, err := json.Marshal(content(at))
	if err != nil {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("content: %w", err)
	}
	m.Content, m.mentions = string(raw), at.found
	kept := *s.keep(m)
	group := s.chats[kept.Chat]
	deaf := group != nil && (group.Gone || group.BotOut || !slices.ContainsFunc(kept.mentions, func(m mention) bool { return m.openID == botOpenID }))
	event := s.messageEvent(kept)
	s.mu.Unlock()
	if deaf {
		return Delivery{MessageID: kept.ID}, nil
	}
	d, err := s.event(ctx, kept.Chat, "im.message.receive_v1", event)
	d.MessageID = kept.ID
	return d, err
}

// messageEvent is the event of a message; s.mu is held.
func (s *Server) messageEvent(m Message) map[string]any {
	message := map[string]any{
		"message_id": m.ID, "create_time": millis(m.At), "update_time": millis(m.At), "chat_id": m.Chat, "chat_type": "group",
		"message_type": m.Type, "content": m.Content,
	}
	if m.To != "" {
		message["chat_type"] = "p2p"
	}
	if m.ReplyTo != "" {
		message["parent_id"], message["root_id"] = m.ReplyTo, m.Root
	}
	var mentions []any
	for _, at := range m.mentions {
		one := map[string]any{"key": at.key, "name": at.name, "tenant_key": tenantKey}
		switch at.openID {
		case "all":
			one["id"] = map[string]any{"open_id": "", "union_id": "", "user_id": ""}
		case botOpenID:
			one["id"], one["mentioned_type"] = s.ids(botOpenID), "bot"
		default:
			one["id"], one["mentioned_type"] = s.ids(at.openID), "user"
		}
		mentions = append(mentions, one)
	}
	if mentions != nil {
		message["mentions"] = mentions
	}
	return map[string]any{
		"sender":  map[string]any{"sender_id": s.ids(m.From), "sender_type": "user", "tenant_key": tenantKey},
		"message": message,
	}
}

// mentioner turns @ and a name into the placeholders that texts carry.
type mentioner struct {
	names []mention // longest name first
	found []mention
}

// mentioner knows the names that can be mentioned in a chat; who is in it comes
// before others of the same name. s.mu is held.
func (s *Server) mentioner(chat string) *mentioner {
	out := &mentioner{names: []mention{{name: s.o.BotName, openID: botOpenID}, {name: "所有人", openID: "all"}}}
	for id, p := range s.people {
		if p.Name != "" {
			out.names = append(out.names, mention{name: p.Name, openID: id})
		}
	}
	slices.SortFunc(out.names, func(a, b mention) int {
		return cmp.Or(len(b.name)-len(a.name), cmp.Compare(a.name, b.name), order(s.reads(b.openID, chat), s.reads(a.openID, chat)), cmp.Compare(a.openID, b.openID))
	})
	return out
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// next cuts text at its first mention.
func (m *mentioner) next(text string) (before string, at *mention, after string) {
	for i, r := range text {
		if r != '@' {
			continue
		}
		for _, n := range m.names {
			rest, found := strings.CutPrefix(text[i+1:], n.name)
			if !found {
				continue
			}
			if n.openID == "all" {
				n.key = "@_all"
			} else {
				n.key = "@_user_" + strconv.Itoa(1+slices.IndexFunc(append(m.people(), n), func(p mention) bool { return p.openID == n.openID }))
			}
			if !slices.Contains(m.found, n) {
				m.found = append(m.found, n)
			}
			return text[:i], &n, rest
		}
	}
	return text, nil, ""
}

func (m *mentioner) people() []mention {
	return slices.DeleteFunc(slices.Clone(m.found), func(p mention) bool { return p.openID == "all" })
}

func (m *mentioner) replace(text string) string {
	var out strings.Builder
	for {
		before, at, after := m.next(text)
		out.WriteString(before)
		if at == nil {
			return out.String()
		}
		out.WriteString(at.key)
		text = after
	}
}

func (m *mentioner) elements(text string) []any {
	var out []any
	for {
		before, at, after := m.next(text)
		if before != "" {
			out = append(out, map[string]any{"tag": "text", "text": before, "style": []string{}})
		}
		if at == nil {
			return out
		}
		out = append(out, map[string]any{"tag": "at", "user_id": at.key, "user_name": at.name, "style": []string{}})
		text = after
	}
}
