package playground

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"huiban/bot"
)

// longestEvent is how many bytes the name of a deed may have.
const longestEvent = 200

// A Line is something that a person says. Chat and User may be ids or names,
// Chat also "@姓名" for that person's private chat. Event names the deed: a
// line with an Event that was used is the line said then.
type Line struct {
	Chat  string   `json:"chat"`
	User  string   `json:"user"`
	Text  string   `json:"text"`
	Files []string `json:"files"` // ids of uploads
	Reply string   `json:"reply"` // id of a message
	Event string   `json:"event"`
}

// Say shows a line in its chat and hands it to the bot if the bot is addressed:
// in private chats always, in groups by @会办. It returns the message's id when
// the bot has taken it; the answers come by Send.
func (p *Platform) Say(ctx context.Context, l Line) (string, error) {
	m, heard, err := p.record.hear(l, p.o)
	if err != nil {
		return "", err
	}
	if !heard {
		return string(m.ID), nil
	}
	return string(m.ID), p.deliver(ctx, func(in bot.Inbox) error { return in.Message(ctx, m) })
}

// hear writes the line down and says what the bot gets of it. It takes mu.
func (r *record) hear(l Line, o Options) (out bot.Message, heard bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	who, c, err := r.speaker(l.User, l.Chat)
	if err != nil {
		return out, false, err
	}
	if err := r.checkLine(l, c); err != nil {
		return out, false, err
	}
	m := r.byEvent[l.Event]
	if m == nil {
		m, err = r.say(message{
			Chat: c.ID, From: who.ID, At: o.Now(), Reply: l.Reply, Event: l.Event, Files: l.Files,
		}, face{Text: l.Text})
		if err != nil {
			return out, false, err
		}
	} else if m.From != who.ID || m.Chat != c.ID {
		return out, false, otherDeed()
	}
	out = bot.Message{
		Event: name + ":" + m.Event, ID: bot.MessageID(m.ID), ReplyTo: bot.MessageID(m.Reply),
		Chat: chatID(c.ID), Private: c.Kind == privateChat, From: account(who.ID), At: m.At,
		Text: m.last().Text, Mentions: r.mentions(m.last().Text),
	}
	if m.Event == "" {
		out.Event = name + ":" + m.ID
	}
	if out.Private {
		for _, f := range m.Files { // files in a group do not reach the bot, as elsewhere
			out.Files = append(out.Files, r.files[f].File)
		}
	}
	return out, out.Private || addressed(out.Mentions), nil
}

func addressed(mentions []bot.Mention) bool {
	for _, m := range mentions {
		if m.Bot {
			return true
		}
	}
	return false
}

// speaker finds who acts where, and whether they may.
func (r *record) speaker(user, chat string) (*Person, *Chat, error) {
	who, err := r.person(user)
	if err != nil {
		return nil, nil, err
	}
	c, err := r.chat(chat)
	if err != nil {
		return nil, nil, err
	}
	return who, c, mayAct(who, c)
}

func mayAct(who *Person, c *Chat) error {
	switch {
	case !who.Active:
		return refuse(http.StatusForbidden, "%s已离职，请换一个人。", who.Name)
	case !c.has(who.ID) && c.Kind == privateChat:
		return refuse(http.StatusForbidden, "这是%s的私聊，%s看不到，请换成自己的私聊或所在的群。", c.Name, who.Name)
	case !c.has(who.ID):
		return refuse(http.StatusForbidden, "%s不在“%s”里，请先把人加进群，或换一个会话。", who.Name, c.Name)
	}
	return nil
}

func (r *record) checkLine(l Line, c *Chat) error {
	if strings.TrimSpace(l.Text) == "" && len(l.Files) == 0 {
		return refuse(http.StatusBadRequest, "先写一句话，或附一个文件。")
	}
	if err := checkEvent(l.Event); err != nil {
		return err
	}
	for _, f := range l.Files {
		if _, ok := r.files[f]; !ok {
			return refuse(http.StatusNotFound, "没有“%s”这个文件，请先用 POST /api/files 上传。", clip(f))
		}
	}
	if l.Reply == "" {
		return nil
	}
	if m := r.byID[l.Reply]; m == nil || m.Chat != c.ID {
		return refuse(http.StatusNotFound, "这个会话里没有“%s”这条消息，请写要回复的那条的 id。", clip(l.Reply))
	}
	return nil
}

func checkEvent(event string) error {
	if len(event) > longestEvent {
		return refuse(http.StatusBadRequest, "event 最多%d个字节，请换一个短的。", longestEvent)
	}
	return nil
}

// Messages lists what was said in a chat (by id or name, "" for all) and what
// changed there after a seq, as it is now.
func (p *Platform) Messages(chat string, after int64) ([]Message, error) {
	if chat != "" {
		p.record.mu.Lock()
		c, err := p.record.chat(chat)
		p.record.mu.Unlock()
		if err != nil {
			return nil, err
		}
		chat = c.ID
	}
	return p.record.since(chat, after), nil
}

func (s *server) postMessages(w http.ResponseWriter, r *http.Request) error {
	var line Line
	if err := decode(w, r, &line); err != nil {
		return err
	}
	return s.deed(w, r, "message", line.Event, func(ctx context.Context) (string, error) {
		_, err := s.p.Say(ctx, line)
		return "", err
	})
}

func (s *server) getMessages(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	after := int64(0)
	if raw := q.Get("after"); raw != "" {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || n < 0 {
			return refuse(http.StatusBadRequest, "after 请写已有的最大 seq，如 after=12。")
		}
		after = n
	}
	list, err := s.p.Messages(q.Get("chat"), after)
	if err != nil {
		return err
	}
	s.answer(w, struct {
		Messages []Message `json:"messages"`
	}{list})
	return nil
}
