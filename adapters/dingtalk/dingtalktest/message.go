package dingtalktest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"huiban/adapters/platformtest"
)

// Message is one message as it stands now in one chat. A send to five people is
// five of them with one QueryKey, a card in two chats two with one OutTrackID.
type Message struct {
	ID, Chat   string
	To         string // userId of the person, in a single chat
	From       string // userId of the sender; "" for what the app sent
	Type       string // text, markdown, actionCard, link, image, file, picture, richText, card
	By         string // of the app: webhook, robot, card
	Title      string // what the notification and the list of chats show; of a card the lastMessageI18n
	Body       string // what was sent: text, or markdown
	QueryKey   string // processQueryKey
	OutTrackID string // of a card
	ReplyTo    string // ID of the message that is quoted
	At         time.Time
	Notified   []string // userIds who were mentioned so that their phones ring; @ALL is everybody
	OnlyFor    []string // userIds who see it; nil is everybody in the chat
	Edits      int
	Recalled   bool
	FileName   string
	File       []byte

	actions []Link            // the buttons of an action card
	names   map[string]string // of those who were really mentioned
	card    *card             // as it stood when it was read
}

// Link is something to touch that the platform tells nobody about: it opens a
// page, or, with dtmd://, lets the person say something.
type Link struct{ Label, URL string }

// Messages are what the app sent, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, id := range s.order {
		if m := s.messages[id]; m.By != "" {
			out = append(out, s.snapshot(m))
		}
	}
	return out
}

// Message finds any message, of the app or of people.
func (s *Server) Message(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, found := s.messages[id]
	if !found {
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

// Text is what people read. A card is what those see who did not tap it and have
// nothing of their own on it; see TextFor.
func (m Message) Text() string { return m.TextFor("") }

// TextFor is what one person reads, who may have a face of a card of his own: the
// answer to his tap, and his private variables.
func (m Message) TextFor(userID string) string {
	switch {
	case m.card != nil:
		return m.card.text(userID)
	case m.Type == "file":
		return "[文件] " + m.FileName
	case m.Type == "image" || m.Type == "picture":
		return "[图片]"
	}
	text := m.Body
	for id, name := range m.names {
		text = strings.ReplaceAll(text, "@"+id, "@"+name)
	}
	if m.Type == "markdown" || m.Type == "actionCard" {
		text = plain(text)
	}
	for _, a := range m.actions {
		text += "\n[" + a.Label + "]"
	}
	return text
}

// Buttons are the labels that can be touched: of an action card, or of the common
// face of a card, without those that are disabled; see ButtonsFor.
func (m Message) Buttons() []string { return m.ButtonsFor("") }

// ButtonsFor are the buttons that one person sees.
func (m Message) ButtonsFor(userID string) []string {
	var out []string
	for _, a := range m.actions {
		out = append(out, a.Label)
	}
	if m.card != nil {
		for _, b := range m.card.buttons(userID) {
			if b.Status != "disabled" {
				out = append(out, b.Text)
			}
		}
		if _, asks := m.card.form(userID); asks {
			out = append(out, m.card.look.Submit)
		}
	}
	return out
}

// Fields are the names of what the form of a card asks one person.
func (m Message) Fields(userID string) []string {
	var out []string
	if m.card == nil {
		return nil
	}
	form, _ := m.card.form(userID)
	for _, f := range form.Fields {
		if !f.Hidden {
			out = append(out, f.Name)
		}
	}
	return out
}

// Links are the links of a message and the buttons of an action card, in the order
// in which they are read.
func (m Message) Links() []Link {
	if m.Type != "markdown" && m.Type != "actionCard" {
		return nil
	}
	return append(linksIn(m.Body), m.actions...)
}

// snapshot is a copy that nobody changes; s.mu is held.
func (s *Server) snapshot(m *Message) Message {
	out := *m
	out.Notified, out.OnlyFor = slices.Clone(m.Notified), slices.Clone(m.OnlyFor)
	if c := s.cards[m.OutTrackID]; c != nil && m.OutTrackID != "" {
		copied := *c
		copied.params = maps.Clone(c.params)
		copied.private, copied.views = maps.Clone(c.private), maps.Clone(c.views) // the maps inside are replaced, never changed
		copied.look = s.templates[c.look.ID]
		out.card, out.Edits = &copied, c.edits
	}
	return out
}

// sees reports whether a person has a message before him; s.mu is held.
func (s *Server) sees(userID string, m *Message) bool {
	return !m.Recalled && s.people[userID] != nil && s.reads(userID, m.Chat) && (m.OnlyFor == nil || slices.Contains(m.OnlyFor, userID))
}

// keep stores a new message and gives it its id; s.mu is held.
func (s *Server) keep(m Message) *Message {
	m.ID = s.ID("msg") + "=="
	m.At = s.o.Now()
	s.messages[m.ID] = &m
	s.order = append(s.order, m.ID)
	s.Touch()
	return &m
}
