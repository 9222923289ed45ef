package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"huiban/bot"
)

// eventTime is how long a message or an event may take; the platform waits 3 s for
// an ack, and what is later comes again and has no second effect.
const eventTime = 10 * time.Second

// handle works on one frame, whichever way it came. A nil error means that its
// effect is committed and it may be acked. A panic is an error like any other.
func (p *Platform) handle(ctx context.Context, f frame) (out reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			p.o.Log.ErrorContext(ctx, "frame handler", "topic", f.topic, "panic", v, "stack", string(debug.Stack()))
			err = errors.New("internal error")
		}
	}()
	switch f.topic {
	case topicTap:
		return p.onTap(ctx, f)
	case topicMessage:
		return map[string]any{"response": nil}, p.onMessage(ctx, f.data)
	}
	return map[string]string{"status": "SUCCESS"}, p.seated(ctx, func(ctx context.Context) error { return p.onEvent(ctx, f) })
}

// seated does something when there is a seat for it. What was begun is finished,
// also while we stop.
func (p *Platform) seated(ctx context.Context, do func(context.Context) error) error {
	if err := p.busy.enter(ctx); err != nil {
		return err
	}
	defer p.busy.leave()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventTime)
	defer cancel()
	return do(ctx)
}

// onEvent takes what happened without a word said. What cannot be read or is of no
// use is acked: it will be no better the next time.
func (p *Platform) onEvent(ctx context.Context, f frame) error {
	if !strings.HasPrefix(f.topic, "user_") && !strings.HasPrefix(f.topic, "org_") { // those of the contacts are free
		p.client.counted(KindEvent)
	}
	var e eventData
	if err := json.Unmarshal(f.data, &e); err != nil {
		p.o.Log.WarnContext(ctx, "event that cannot be read", "type", f.topic, "event", f.event, "error", err)
		return nil
	}
	p.belong(f.corp)
	switch f.topic {
	case eventJoined, eventOut, eventDisbanded:
		return p.onChat(ctx, f, e)
	case eventLeft:
		for _, id := range e.Users {
			p.directory.forget(id)
			if err := p.happened(ctx, f, id, bot.Happening{Kind: bot.Left, Account: account(id)}); err != nil {
				return err
			}
		}
	case eventChanged:
		for _, id := range e.Users {
			p.directory.forget(id)
			profile, err := p.directory.profile(ctx, id)
			if err != nil {
				continue // looked up when it is needed
			}
			if err := p.happened(ctx, f, id, bot.Happening{Kind: bot.Known, Account: account(id), Profile: profile}); err != nil {
				return err
			}
		}
	default:
		p.o.Log.DebugContext(ctx, "event of no use", "type", f.topic)
	}
	return nil
}

func (p *Platform) onChat(ctx context.Context, f frame, e eventData) error {
	h := bot.Happening{Chat: chatID(e.Chat)}
	if e.Operator != "" {
		h.Account = account(e.Operator)
	}
	ours := e.Robot == p.o.RobotCode
	switch {
	case e.Chat == "":
		return nil
	case f.topic == eventDisbanded:
		h.Kind = bot.ChatGone
	case f.topic == eventJoined && ours:
		h.Kind, h.Name = bot.BotAdded, e.Title
		p.directory.meet(e.Operator, "", e.Chat)
	case f.topic == eventOut && ours:
		h.Kind = bot.BotRemoved
	default:
		for _, id := range e.Users {
			if f.topic == eventJoined {
				p.directory.meet(id, "", e.Chat)
			} else {
				p.directory.leaves(id, e.Chat)
			}
		}
		return nil
	}
	return p.happened(ctx, f, "", h)
}

// happened hands one of an event's happenings on, keyed by the event and by whom of
// several it is about.
func (p *Platform) happened(ctx context.Context, f frame, whom string, h bot.Happening) error {
	h.Event = fmt.Sprintf("%s:e:%s:%s", Name, f.event, whom)
	return p.inbox().Happened(ctx, h)
}
