package dingtalktest

import (
	"slices"
	"strings"
	"time"
)

// session lets the app answer in one chat, for a while and without a token.
type session struct {
	chat  string
	until time.Time
}

// sessionFor makes the sessionWebhook that goes along with a message; s.mu is held.
func (s *Server) sessionFor(chat string) (address string, until time.Time) {
	id := s.ID("session-")
	until = s.o.Now().Add(s.o.SessionLife)
	s.sessions[id] = session{chat: chat, until: until}
	return s.URL() + "/robot/sendBySession?session=" + id, until
}

// ExpireSessions lets every sessionWebhook given out so far run out now.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
}

// reply is what the app posts to a sessionWebhook.
type reply struct {
	MsgType string `json:"msgtype"`

	Text struct {
		Content string `json:"content"`
	} `json:"text"`
	Markdown struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"markdown"`
	ActionCard struct {
		Title       string `json:"title"`
		Text        string `json:"text"`
		SingleTitle string `json:"singleTitle"`
		SingleURL   string `json:"singleURL"`

		Btns []struct {
			Title     string `json:"title"`
			ActionURL string `json:"actionURL"`
		} `json:"btns"`
	} `json:"actionCard"`
	At struct {
		AtUserIDs []string `json:"atUserIds"`
		IsAtAll   bool     `json:"isAtAll"`
	} `json:"at"`
}

// sendBySession answers HTTP 200 whatever happens; errcode says how it went. The
// numbers of its failures are not documented: anything but 0 is one.
func (s *Server) sendBySession(c *call) answer {
	var in reply
	if !s.Decode(c.Call, &in) {
		return c.refuse(failure{errcode: 40035, message: "不合法的参数"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to, known := s.sessions[c.URL.Query().Get("session")]
	if !known || s.o.Now().After(to.until) {
		return c.refuse(failure{errcode: 300001, message: "session 不存在或已过期"})
	}
	if f := s.say(to.chat, in, c.Body); f != nil {
		return c.refuse(*f)
	}
	return ok(map[string]any{"errcode": 0, "errmsg": "ok"})
}

// say puts a reply into its chat; s.mu is held.
func (s *Server) say(chat string, in reply, raw []byte) *failure {
	m := Message{By: "webhook", Chat: chat, Type: in.MsgType}
	if g := s.groups[chat]; g == nil {
		m.To = s.partner(chat)
	} else if g.Gone || g.BotOut {
		return &failure{errcode: 400106, message: "机器人不在群内"}
	}
	switch in.MsgType {
	case "text":
		m.Title, m.Body = in.Text.Content, in.Text.Content
	case "markdown":
		m.Title, m.Body = in.Markdown.Title, in.Markdown.Text
	case "actionCard":
		m.Title, m.Body = in.ActionCard.Title, in.ActionCard.Text
		for _, b := range in.ActionCard.Btns {
			m.actions = append(m.actions, Link{b.Title, b.ActionURL})
		}
		if in.ActionCard.SingleTitle != "" {
			m.actions = append(m.actions, Link{in.ActionCard.SingleTitle, in.ActionCard.SingleURL})
		}
	}
	if m.Body == "" || in.MsgType != "text" && strings.TrimSpace(m.Title) == "" || in.MsgType == "actionCard" && m.actions == nil {
		s.Problemf("sessionWebhook: a %s without title, text or buttons: %s", in.MsgType, raw)
		return &failure{errcode: 40035, message: "缺少参数"}
	}
	s.mention(&m, in)
	s.check(m)
	s.keep(m)
	s.month().Kinds["webhook"]++
	return nil
}

// mention rings for those who are named in both places; who is named in one only
// is a number in the text, or is not told. s.mu is held.
func (s *Server) mention(m *Message, in reply) {
	m.names = map[string]string{}
	for _, id := range in.At.AtUserIDs {
		p := s.people[id]
		switch {
		case p == nil || p.External || !s.reads(id, m.Chat):
			s.Problemf("sessionWebhook: %q in atUserIds is nobody of the chat", id)
		case !strings.Contains(m.Body, "@"+id):
			s.Problemf("sessionWebhook: %q is in atUserIds, but @%s is not in the text", id, id)
		default:
			m.names[id] = p.Name
			m.Notified = append(m.Notified, id)
		}
	}
	for id := range s.people {
		if m.To == "" && strings.Contains(m.Body, "@"+id+" ") && !slices.Contains(in.At.AtUserIDs, id) {
			s.Problemf("sessionWebhook: @%s is in the text, but not in atUserIds", id)
		}
	}
	if in.At.IsAtAll {
		m.Notified = append(m.Notified, "@ALL")
	}
}

// partner is the person of a single chat; s.mu is held.
func (s *Server) partner(chat string) string {
	for id := range s.people {
		if single(id) == chat {
			return id
		}
	}
	return ""
}
