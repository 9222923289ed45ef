package feishutest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/adapters/platformtest"
)

// Message is one message as it stands now.
type Message struct {
	ID, Chat string
	To       string // open_id of the person, in a single chat
	From     string // open_id of the sender; the bot's own for what the app sent
	Type     string // text, post, interactive, file, image
	Content  string // raw JSON of the latest face
	ReplyTo  string // message id
	Root     string // message id of the first message of the thread
	UUID     string
	At       time.Time
	Edits    int
	Urgent   []string // open_ids
	Recalled bool
	FileName string
	File     []byte

	faces    []string // Content before each edit
	mentions []mention
	dead     bool              // the app was told that it cannot be edited any more
	names    map[string]string // open_id to name, of the moment it was read
}

const (
	uuidLife = time.Hour
	cardLife = 14 * 24 * time.Hour
)

// Messages are what the app sent, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, id := range s.order {
		if m := s.messages[id]; m.From == botOpenID {
			out = append(out, s.snapshot(m))
		}
	}
	return out
}

// Message finds any message, of the app or of people.
func (s *Server) Message(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.messages[id]
	if !ok {
		return Message{}, false
	}
	return s.snapshot(m), true
}

// Await waits for the first message of the app, in the order they were sent, that
// fits as it stands now.
func (s *Server) Await(ctx context.Context, fits func(Message) bool) (Message, error) {
	return platformtest.Await(ctx, s.Host, s.Messages, fits, func(m Message) string {
		return fmt.Sprintf("%s to %s:\n%s", m.ID, cmp.Or(m.To, m.Chat), m.Text())
	})
}

// snapshot is a copy that nobody changes; s.mu is held.
func (s *Server) snapshot(m *Message) Message {
	out := *m
	out.Urgent = slices.Clone(m.Urgent)
	out.names = s.names
	return out
}

// Recall takes a message back, as its sender or an owner of the group may.
func (s *Server) Recall(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[messageID]; m != nil {
		m.Recalled = true
		s.Touch()
	}
}

// keep stores a new message and gives it its id; s.mu is held.
func (s *Server) keep(m Message) *Message {
	m.ID = s.ID("om_")
	m.At = s.o.Now()
	s.messages[m.ID] = &m
	s.order = append(s.order, m.ID)
	s.Touch()
	return &m
}

func single(openID string) string { return "oc_single_" + openID }

// target is the chat that a call is about, "" when none; s.mu is held.
func (s *Server) target(c *call) string { return first(s.targets(c)) }

// targets are all names of whom a call is about; s.mu is held.
func (s *Server) targets(c *call) []string {
	if rest, ok := strings.CutPrefix(c.URL.Path, "/open-apis/im/v1/messages/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		if m := s.messages[id]; m != nil {
			return []string{m.Chat, m.To, m.ID}
		}
		return nil
	}
	if rest, ok := strings.CutPrefix(c.URL.Path, "/open-apis/im/v1/chats/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		return []string{id}
	}
	if c.URL.Path != "/open-apis/im/v1/messages" {
		return nil
	}
	var in struct {
		ReceiveID string `json:"receive_id"`
	}
	if json.Unmarshal(c.Body, &in) != nil {
		return nil // the handler will say so
	}
	if p := s.find(c.URL.Query().Get("receive_id_type"), in.ReceiveID); p != nil {
		return []string{single(p.OpenID), p.OpenID, in.ReceiveID}
	}
	return []string{in.ReceiveID, strings.TrimPrefix(in.ReceiveID, single(""))}
}

type outgoing struct {
	ReceiveID string `json:"receive_id"`
	Type      string `json:"msg_type"`
	Content   string `json:"content"`
	UUID      string `json:"uuid"`
}

func (s *Server) send(c *call) answer {
	var in outgoing
	if !s.Decode(c, &in) {
		return refuse(230001, "Your request contains an invalid request parameter.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := Message{From: botOpenID}
	if refusal, refused := s.address(&m, c.URL.Query().Get("receive_id_type"), in.ReceiveID); refused {
		return refusal
	}
	return s.accept(c, in, m)
}

// address finds out where a message goes; s.mu is held.
func (s *Server) address(m *Message, kind, id string) (answer, bool) {
	switch kind {
	case "chat_id":
		m.Chat = id
		m.To, _ = strings.CutPrefix(id, single(""))
		if m.To == id {
			m.To = ""
		}
	case "open_id", "union_id", "user_id":
		p := s.find(kind, id)
		if p == nil {
			return refuse(99992351, "Invalid ids: ["+id+"]"), true
		}
		m.Chat, m.To = single(p.OpenID), p.OpenID
	default:
		s.Problemf("receive_id_type %q is not one of chat_id, open_id, union_id, user_id", kind)
		return refuse(230001, "Your request contains an invalid request parameter, ext=receive_id_type"), true
	}
	return s.reachable(m.Chat, m.To)
}

// reachable reports why the bot cannot speak there; s.mu is held.
func (s *Server) reachable(chat, person string) (answer, bool) {
	if person != "" {
		p := s.people[person]
		if p == nil {
			return refuse(230034, "The receive_id is invalid."), true
		}
		if p.Resigned {
			return refuse(230013, "Bot has NO availability to this user."), true
		}
		return answer{}, false
	}
	group := s.chats[chat]
	switch {
	case group == nil:
		return refuse(230034, "The receive_id is invalid."), true
	case group.Gone:
		return refuse(232009, "Your request specifies a chat which has already been dissolved."), true
	case group.BotOut:
		return refuse(230002, "Bot/User can NOT be out of the chat."), true
	}
	return answer{}, false
}

func (s *Server) reply(c *call) answer {
	var in outgoing
	if !s.Decode(c, &in) {
		return refuse(230001, "Your request contains an invalid request parameter.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.messages[c.PathValue("id")]
	if to == nil {
		return refuse(230001, "Your request contains an invalid request parameter, ext=message_id")
	}
	if to.Recalled {
		return refuse(230011, "The message was recalled.")
	}
	if refusal, refused := s.reachable(to.Chat, to.To); refused {
		return refusal
	}
	return s.accept(c, in, Message{From: botOpenID, Chat: to.Chat, To: to.To, ReplyTo: to.ID, Root: cmp.Or(to.Root, to.ID)})
}

// accept checks the content, and delivers at most one message a uuid and hour; s.mu is held.
func (s *Server) accept(c *call, in outgoing, m Message) answer {
	switch {
	case in.UUID == "":
		s.Problemf("%s: a message without a uuid: a retry would say it twice", c.URL.Path)
	case len(in.UUID) > 50:
		s.Problemf("%s: the uuid %q is longer than 50 characters", c.URL.Path, in.UUID)
		return refuse(99992402, "field validation failed: uuid: the max len is 50")
	}
	if id, ok := s.uuids[in.UUID]; ok && in.UUID != "" {
		if was := s.messages[id]; s.o.Now().Sub(was.At) < uuidLife {
			return sentAs(was)
		}
	}
	m.Type, m.Content, m.UUID = in.Type, in.Content, in.UUID
	if refusal, refused := s.checkContent(&m); refused {
		return refusal
	}
	sent := s.keep(m)
	if in.UUID != "" {
		s.uuids[in.UUID] = sent.ID
	}
	return sentAs(sent)
}

// sentAs is the answer to a send, and to its repeats.
func sentAs(m *Message) answer {
	return ok(map[string]any{
		"message_id": m.ID, "root_id": m.Root, "parent_id": m.ReplyTo, "chat_id": m.Chat, "msg_type": m.Type,
		"create_time": millis(m.At), "update_time": millis(m.At), "deleted": false, "updated": false,
		"sender": map[string]any{"id": "cli_bot", "id_type": "app_id", "sender_type": "app", "tenant_key": tenantKey},
		"body":   map[string]any{"content": m.Content},
	})
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// checkContent holds a message against the rules of its type; s.mu is held.
func (s *Server) checkContent(m *Message) (answer, bool) {
	bad := func(code int, format string, args ...any) (answer, bool) {
		why := fmt.Sprintf(format, args...)
		s.Problemf("a %s to %s: %s", cmp.Or(m.Type, "message"), cmp.Or(m.To, m.Chat), why)
		return refuse(code, why), true
	}
	var content map[string]any
	if err := json.Unmarshal([]byte(m.Content), &content); err != nil {
		return bad(230001, "content is not a string of a JSON object: %v", err)
	}
	switch m.Type {
	case "text":
		text, _ := content["text"].(string)
		if strings.TrimSpace(text) == "" {
			return bad(230001, "the text is empty")
		}
		if len(m.Content) > 150<<10 {
			return bad(230025, "the text is longer than 150 KB")
		}
		for _, id := range textMentions(text) {
			if id != "all" && !s.known(id) {
				return bad(230001, "<at> names %s, whom this app does not know", id)
			}
		}
	case "post":
		if why := checkPost(content, len(m.Content)); why != "" {
			return bad(230001, "%s", why)
		}
	case "interactive":
		return s.checkCard(m.Content)
	case "file":
		key, _ := content["file_key"].(string)
		up, found := s.uploads[key]
		if !found || up.image {
			return bad(230001, "file_key %q was not given out", key)
		}
		m.FileName, m.File = up.name, up.content
	case "image":
		key, _ := content["image_key"].(string)
		up, found := s.uploads[key]
		if !found || !up.image {
			return bad(230001, "image_key %q was not given out", key)
		}
		m.File = up.content
	default:
		return bad(230001, "msg_type %q is not one that this platform plays", m.Type)
	}
	return answer{}, false
}

func checkPost(content map[string]any, size int) string {
	if size > 30<<10 {
		return "the post is longer than 30 KB"
	}
	inner, isMap := content["zh_cn"].(map[string]any)
	if !isMap {
		return `a post is sent as {"zh_cn":{"title","content"}}`
	}
	paragraphs, isList := inner["content"].([]any)
	if !isList || len(paragraphs) == 0 {
		return "the content of the post is empty"
	}
	for _, p := range paragraphs {
		if _, isList := p.([]any); !isList {
			return "a paragraph of the post is not a list of elements"
		}
	}
	return ""
}

// checkCard answers 230099 with the cause, as the platform does; s.mu is held.
func (s *Server) checkCard(card string) (answer, bool) {
	issues := inspect([]byte(card), s.known)
	if len(issues) == 0 {
		return answer{}, false
	}
	for _, i := range issues {
		s.Problemf("card: %s", i.text)
	}
	return refuse(230099, fmt.Sprintf("Failed to create card content, ext=ErrCode: %d; ErrMsg: %s; ", issues[0].code, issues[0].text)), true
}

// patch replaces a card for everybody.
func (s *Server) patch(c *call) answer {
	var in struct {
		Content string `json:"content"`
	}
	if !s.Decode(c, &in) {
		return refuse(230001, "Your request contains an invalid request parameter.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[c.PathValue("id")]
	if refusal, refused := s.editable(m); refused {
		return refusal
	}
	if refusal, refused := s.checkCard(in.Content); refused {
		return refusal
	}
	redraw(m, in.Content)
	s.Touch()
	return ok(map[string]any{})
}

// editable reports why a card cannot be edited; s.mu is held.
func (s *Server) editable(m *Message) (answer, bool) {
	if m == nil {
		return refuse(230001, "Your request contains an invalid request parameter, ext=message_id"), true
	}
	if m.From != botOpenID || m.Type != "interactive" {
		s.Problemf("PATCH of %s, which is no card of the app", m.ID)
		return refuse(230001, "This message is NOT a card."), true
	}
	dead := func(code int, msg string) (answer, bool) {
		if m.dead {
			s.Problemf("PATCH of the dead card %s, again", m.ID)
		}
		m.dead = true
		return refuse(code, msg), true
	}
	if m.Recalled {
		return dead(230011, "The message was recalled.")
	}
	if s.o.Now().Sub(m.At) > cardLife {
		return dead(230031, "The message is older than 14 days and can not be updated.")
	}
	return s.reachable(m.Chat, m.To)
}

// urge marks a message urgent for people.
func (s *Server) urge(c *call) answer {
	var in struct {
		Users []string `json:"user_id_list"`
	}
	if !s.Decode(c, &in) || len(in.Users) == 0 {
		return refuse(230001, "Your request contains an invalid request parameter, ext=user_id_list")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[c.PathValue("id")]
	if m == nil || m.From != botOpenID {
		return refuse(230001, "Your request contains an invalid request parameter, ext=message_id")
	}
	if m.Recalled {
		return refuse(230011, "The message was recalled.")
	}
	invalid := []string{}
	for _, id := range in.Users {
		p := s.find(c.URL.Query().Get("user_id_type"), id)
		if p == nil || !s.reads(p.OpenID, m.Chat) {
			invalid = append(invalid, id)
			continue
		}
		m.Urgent = append(m.Urgent, p.OpenID)
	}
	s.Touch()
	return ok(map[string]any{"invalid_user_id_list": invalid})
}

// reads reports whether a person sees what is said in a chat; s.mu is held.
func (s *Server) reads(openID, chat string) bool {
	if chat == single(openID) {
		return true
	}
	group := s.chats[chat]
	return group != nil && slices.Contains(group.Members, openID)
}
