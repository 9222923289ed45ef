package playground

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
)

// The kinds of chat.
const (
	groupChat   = "group"
	privateChat = "p2p"
)

// A Chat is a group, or the private chat of one person with the bot.
type Chat struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Members []string `json:"members"` // ids of persons; the bot is in every chat
}

func chatID(chat string) bot.ChatID { return bot.ChatID(name + ":" + chat) }

func (c *Chat) has(person string) bool { return slices.Contains(c.Members, person) }

// privately is the chat that each person has without asking.
func privately(p *Person) *Chat {
	return &Chat{ID: private(p.ID), Name: p.Name, Kind: privateChat, Members: []string{p.ID}}
}

// SaveChat changes the group with the given id or adds one without. Members may
// be ids or names.
func (p *Platform) SaveChat(c Chat) (Chat, error) {
	r := p.record
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.Kind != "" && c.Kind != groupChat {
		return Chat{}, refuse(http.StatusBadRequest, "只能建群，kind 请写 group；私聊每人自动有一个。")
	}
	c.Kind, c.Name = groupChat, strings.TrimSpace(c.Name)
	if c.ID == "" {
		c.ID = "g" + strconv.Itoa(len(r.groups)+1)
	} else {
		old, err := r.chat(c.ID)
		if err != nil {
			return Chat{}, err
		}
		if old.Kind != groupChat {
			return Chat{}, refuse(http.StatusBadRequest, "私聊不能改，请写一个群的 id。")
		}
		c.ID = old.ID
	}
	if err := checkName("群名", c.Name); err != nil {
		return Chat{}, err
	}
	members := []string{}
	for _, ref := range c.Members {
		m, err := r.person(ref)
		if err != nil {
			return Chat{}, err
		}
		if !slices.Contains(members, m.ID) {
			members = append(members, m.ID)
		}
	}
	if len(members) == 0 {
		return Chat{}, refuse(http.StatusBadRequest, "群里至少要有一个人，请在 members 里写上。")
	}
	c.Members = members
	if err := r.write(entry{Chat: &c}); err != nil {
		return Chat{}, err
	}
	return c.copied(), nil
}

func (c *Chat) copied() Chat {
	out := *c
	out.Members = slices.Clone(c.Members)
	return out
}

func (r *record) applyChat(c Chat) {
	i := slices.IndexFunc(r.groups, func(g *Chat) bool { return g.ID == c.ID })
	if i >= 0 {
		r.groups[i] = &c
		return
	}
	r.groups = append(r.groups, &c)
}

// chat finds the chat that is meant: by id, by a group's name, or by a person's
// name for the private chat (@姓名 where a group has that name, too).
func (r *record) chat(ref string) (*Chat, error) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return nil, refuse(http.StatusBadRequest, "请写明是哪个会话：群的 id 或群名，私聊写“@姓名”。")
	}
	if c, ok := r.chatByID(ref); ok {
		return c, nil
	}
	if strings.HasPrefix(ref, "@") {
		p, err := r.person(ref)
		if err != nil {
			return nil, err
		}
		return privately(p), nil
	}
	var found []*Chat
	for _, g := range r.groups {
		if g.Name == ref {
			found = append(found, g)
		}
	}
	p, err := r.person(ref)
	var no *Refused
	switch {
	case err == nil:
		found = append(found, privately(p))
	case len(found) == 0 && errors.As(err, &no) && no.Status == http.StatusConflict:
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, refuse(http.StatusNotFound, "没有找到“%s”这个会话，请写 GET /api/state 里有的 id 或群名，私聊写“@姓名”。", clip(ref))
	case 1:
		return found[0], nil
	}
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	return nil, refuse(http.StatusConflict, "有%d个会话叫“%s”：%s，请写其中一个的 id。", len(found), clip(ref), strings.Join(ids, "、"))
}

func (r *record) chatByID(id string) (*Chat, bool) {
	if n, ok := number(id, "g"); ok && 1 <= n && n <= len(r.groups) {
		return r.groups[n-1], true
	}
	if n, ok := number(id, "d"); ok && 1 <= n && n <= len(r.people) {
		return privately(r.people[n-1]), true
	}
	return nil, false
}

// Chats lists every person's private chat and the groups.
func (p *Platform) Chats() []Chat {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	out := make([]Chat, 0, len(p.record.groups)+len(p.record.people))
	for _, g := range p.record.groups {
		out = append(out, g.copied())
	}
	for _, x := range p.record.people {
		out = append(out, *privately(x))
	}
	return out
}

// Members implements bot.Roster: those who work here still.
func (p *Platform) Members(_ context.Context, chat bot.ChatID) ([]bot.Account, error) {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	id, _ := strings.CutPrefix(string(chat), name+":")
	c, ok := p.record.chatByID(id)
	if !ok {
		return nil, fmt.Errorf("chat %s: unknown", chat)
	}
	var out []bot.Account
	for _, m := range c.Members {
		if x, ok := p.record.owner(account(m)); ok && x.Active {
			out = append(out, account(m))
		}
	}
	return out, nil
}

func (s *server) postChats(w http.ResponseWriter, r *http.Request) error {
	var body Chat
	if err := decode(w, r, &body); err != nil {
		return err
	}
	saved, err := s.p.SaveChat(body)
	if err != nil {
		return err
	}
	s.answer(w, saved)
	return nil
}
