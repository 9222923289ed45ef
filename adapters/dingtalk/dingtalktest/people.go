package dingtalktest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Say is a person writing a text. @ and the name of the robot or of a person is
// chosen from the picker, as people do: it is not in the text that the app gets.
// In a group only what mentions the robot is pushed; of the rest Deliveries is 0.
// An empty chat is the one with the robot alone.
func (s *Server) Say(ctx context.Context, chat, from, text string) (Delivery, error) {
	return s.speak(ctx, speech{chat: chat, from: from, text: text})
}

// SayPrivately is Say in the chat with the robot alone.
func (s *Server) SayPrivately(ctx context.Context, from, text string) (Delivery, error) {
	return s.speak(ctx, speech{from: from, text: text})
}

// Type is Say by somebody who does not use the picker for people: only the robot's
// name is one, @ and any other name stays in the text and nobody is mentioned.
func (s *Server) Type(ctx context.Context, chat, from, text string) (Delivery, error) {
	return s.speak(ctx, speech{chat: chat, from: from, text: text, typed: true})
}

// Reply is a person quoting a message, in the chat where it is.
func (s *Server) Reply(ctx context.Context, to, from, text string) (Delivery, error) {
	quoted, found := s.Message(to)
	if !found {
		return Delivery{}, fmt.Errorf("there is no message %s to quote", to)
	}
	return s.speak(ctx, speech{chat: quoted.Chat, from: from, text: text, quoted: &quoted})
}

// Paste is a person sending a text together with pictures, which makes it a
// richText: in it the mentions stay where they were.
func (s *Server) Paste(ctx context.Context, chat, from, text string, pictures ...[]byte) (Delivery, error) {
	return s.speak(ctx, speech{chat: chat, from: from, text: text, pictures: pictures, kind: "richText"})
}

// SendFile is a person sending a file, or a picture. From a group it does not
// reach the app.
func (s *Server) SendFile(ctx context.Context, chat, from, name string, content []byte, picture bool) (Delivery, error) {
	kind := "file"
	if picture {
		kind = "picture"
	}
	return s.speak(ctx, speech{chat: chat, from: from, kind: kind, file: file{name, content}})
}

// speech is something that a person says.
type speech struct {
	chat, from, text string
	kind             string // "" is text
	typed            bool   // people are not chosen from the picker
	quoted           *Message
	pictures         [][]byte
	file             file
}

// speak keeps what a person said and pushes it when it is for the robot.
func (s *Server) speak(ctx context.Context, sp speech) (Delivery, error) {
	sp.chat, sp.kind = cmp.Or(sp.chat, single(sp.from)), cmp.Or(sp.kind, "text")
	s.mu.Lock()
	if s.people[sp.from] == nil || !s.reads(sp.from, sp.chat) {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("%q is not somebody who can speak in %s", sp.from, sp.chat)
	}
	m := Message{Chat: sp.chat, From: sp.from, Type: sp.kind, Body: sp.text, FileName: sp.file.name, File: sp.file.content}
	if sp.quoted != nil {
		m.ReplyTo = sp.quoted.ID
	}
	g := s.groups[sp.chat]
	if g == nil {
		m.To = sp.from
	}
	kept := *s.keep(m)
	parts := s.parts(sp)
	called := slices.ContainsFunc(parts, func(p part) bool { return p.robot })
	if g != nil && (g.BotOut || !called) {
		s.mu.Unlock()
		return Delivery{MessageID: kept.ID}, nil
	}
	data, err := json.Marshal(s.messageData(kept, sp, parts))
	s.mu.Unlock()
	if err != nil {
		return Delivery{}, fmt.Errorf("message: %w", err)
	}
	return s.post(ctx, parcel{
		kind: "CALLBACK", topic: messageTopic, id: kept.ID, chat: kept.Chat, meter: "push.message", data: data, within: s.o.AckWithin,
	})
}

// part is a run of a text, or a mention in it.
type part struct {
	text   string // with the @, of a mention
	userID string // of a person who is mentioned
	robot  bool   // the robot is mentioned
}

// parts cuts a text at its mentions; of two of one name the one in the chat is
// meant. s.mu is held.
func (s *Server) parts(sp speech) []part {
	names := []part{{text: "@" + s.o.RobotName, robot: true}}
	for _, id := range s.peopleInOrder() {
		if p := s.people[id]; p.Name != "" && !sp.typed {
			names = append(names, part{text: "@" + p.Name, userID: id})
		}
	}
	slices.SortStableFunc(names, func(a, b part) int {
		here := func(p part) int {
			if p.robot || s.reads(p.userID, sp.chat) {
				return 0
			}
			return 1
		}
		return cmp.Or(len(b.text)-len(a.text), here(a)-here(b))
	})
	var out []part
	rest := sp.text
	for start := 0; start < len(rest); {
		i := slices.IndexFunc(names, func(n part) bool { return strings.HasPrefix(rest[start:], n.text) })
		if i < 0 {
			start++
			continue
		}
		if start > 0 {
			out = append(out, part{text: rest[:start]})
		}
		out = append(out, names[i])
		rest, start = rest[start+len(names[i].text):], 0
	}
	if rest != "" {
		out = append(out, part{text: rest})
	}
	return out
}
