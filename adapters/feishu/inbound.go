package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"huiban/bot"
	"huiban/bot/card"
)

// How long an event and a tap may take: the platform wants an ack within 3 s. A
// tap that is not decided in its time is undone; tapPatient is for one that does
// not even end then.
const (
	eventTime  = 10 * time.Second
	tapTime    = 2500 * time.Millisecond
	tapPatient = 2700 * time.Millisecond
)

// mostHandlers bounds how many events are worked on at a time; the SDK starts a
// goroutine for each without a bound.
const mostHandlers = 64

// An answer to an event: what the ack carries for a tap, nothing for others.
type answer = map[string]any

// handle works on one event, whichever way it came. A nil error means that its
// effect is committed and it may be acked; an error invites a redelivery. A
// panic is an error like any other.
func (p *Platform) handle(ctx context.Context, payload []byte) (out answer, err error) {
	defer func() {
		if v := recover(); v != nil {
			p.o.Log.Error("event handler", "panic", v, "stack", string(debug.Stack()))
			err = errors.New("internal error")
		}
	}()
	var e envelope
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	defer p.order.turn(ctx, e)()
	if !p.busy.enter(ctx) {
		return nil, errStopping
	}
	defer p.busy.leave()
	ctx = context.WithoutCancel(ctx) // what was begun is finished, also while we stop
	if e.Header.EventType == eventTap {
		return p.onTap(ctx, e)
	}
	ctx, cancel := context.WithTimeout(ctx, eventTime)
	defer cancel()
	return nil, p.onEvent(ctx, e)
}

// onEvent sorts the events that are no taps. Unknown ones are acked: they are
// nothing that a redelivery would mend.
func (p *Platform) onEvent(ctx context.Context, e envelope) error {
	switch e.Header.EventType {
	case eventMessage:
		return read(p, e, func(m messageEvent) error { return p.onMessage(ctx, e, m) })
	case eventBotAdded, eventBotDeleted, eventDisbanded, eventEntered:
		return read(p, e, func(c chatEvent) error { return p.onChat(ctx, e, c) })
	case eventUserAdded, eventUserDeleted:
		return read(p, e, func(c chatEvent) error { p.directory.forget(c.Chat); return nil })
	case eventMenu:
		return read(p, e, func(m menuEvent) error {
			return p.happened(ctx, e, bot.Happening{Kind: bot.Menu, Account: m.Operator.ID.account(), Text: m.Key})
		})
	case eventUserLeft, eventUserChanged:
		return read(p, e, func(u userEvent) error { return p.onUser(ctx, e, u.Object) })
	}
	p.o.Log.Debug("event of no use", "type", e.Header.EventType)
	return nil
}

// read decodes an event; one that cannot be read is acked with a line in the
// log, for it will read no better the next time.
func read[T any](p *Platform, e envelope, do func(T) error) error {
	var v T
	if err := json.Unmarshal(e.Event, &v); err != nil {
		p.o.Log.Warn("event that cannot be read", "type", e.Header.EventType, "event", e.Header.EventID, "error", err)
		return nil
	}
	return do(v)
}

func eventKey(e envelope) string { return Name + ":e:" + e.Header.EventID }

func (p *Platform) happened(ctx context.Context, e envelope, h bot.Happening) error {
	h.Event = eventKey(e)
	return p.inbox().Happened(ctx, h)
}

func (p *Platform) onChat(ctx context.Context, e envelope, c chatEvent) error {
	h := bot.Happening{Chat: chatID(c.Chat), Account: c.Operator.account()}
	switch e.Header.EventType {
	case eventBotAdded:
		h.Kind, h.Name = bot.BotAdded, p.directory.chatName(ctx, c.Chat) // the event's own name is not reliably the group's
		p.directory.heard(c.Operator.OpenID, c.Chat)
	case eventBotDeleted:
		h.Kind = bot.BotRemoved
	case eventDisbanded:
		h.Kind = bot.ChatGone
	default:
		h.Kind = bot.Entered
	}
	p.directory.forget(c.Chat)
	return p.happened(ctx, e, h)
}

func (p *Platform) onUser(ctx context.Context, e envelope, u user) error {
	p.directory.forgetPerson(u.OpenID)
	h := bot.Happening{Kind: bot.Known, Account: identity{u.OpenID}.account(), Profile: p.directory.profileOf(ctx, u)}
	if e.Header.EventType == eventUserLeft {
		h.Kind = bot.Left
	}
	return p.happened(ctx, e, h)
}

func chatID(id string) bot.ChatID { return bot.ChatID(Name + ":" + id) }

// onTap answers a tap with a word and the card as it is now. The platform never
// delivers a tap again, so there is always an answer.
func (p *Platform) onTap(ctx context.Context, e envelope) (answer, error) {
	tap, private, err := p.tapOf(e)
	if err != nil {
		p.o.Log.Warn("tap that is not for us", "event", e.Header.EventID, "error", err)
		return toast("error", wordForeign), nil
	}
	ctx, cancel := context.WithTimeout(ctx, tapTime) // what is not decided by then is not done at all
	done := make(chan answer, 1)
	go func() {
		defer cancel()
		done <- p.tap(ctx, tap, private)
	}()
	timer := time.NewTimer(tapPatient)
	defer timer.Stop()
	select {
	case out := <-done:
		return out, nil
	case <-timer.C:
		p.busy.stay(func() { <-done })
		return toast("info", wordWorking), nil
	}
}

// tap lets the engine decide and says the answer in the platform's form.
func (p *Platform) tap(ctx context.Context, tap bot.Tap, private bool) (out answer) {
	defer func() {
		if v := recover(); v != nil {
			p.o.Log.Error("tap handler", "panic", v, "stack", string(debug.Stack()))
			out = toast("error", wordFailed)
		}
	}()
	a, err := p.inbox().Tap(ctx, tap)
	if err != nil {
		p.o.Log.Error("tap", "event", tap.Event, "error", err)
		return toast("error", wordFailed)
	}
	out = answer{}
	if a.Toast != "" {
		out = toast("info", a.Toast)
	}
	if a.Card == nil {
		return out
	}
	content, err := renderCard(*a.Card, a.People, private, p.mark)
	if err != nil {
		p.o.Log.Error("card in an answer", "event", tap.Event, "error", err)
		return out
	}
	out["card"] = answer{"type": "raw", "data": json.RawMessage(content)}
	return out
}

// tapOf reads a tap, and whether its card is in a single chat.
func (p *Platform) tapOf(e envelope) (bot.Tap, bool, error) {
	var t tapEvent
	if err := json.Unmarshal(e.Event, &t); err != nil {
		return bot.Tap{}, false, fmt.Errorf("tap: %w", err)
	}
	do, form, err := decodeTap(tappedAction{Value: t.Action.Value, Name: t.Action.Name, FormValue: t.Action.FormValue})
	if err != nil {
		return bot.Tap{}, false, err
	}
	if !p.o.ours(do) {
		return bot.Tap{}, false, errors.New("a button that we did not make")
	}
	if e.outside(t.Operator.Tenant) {
		return bot.Tap{}, false, errors.New("tap by somebody of another organisation")
	}
	where := t.where()
	if t.Operator.OpenID == "" || where.Message == "" {
		return bot.Tap{}, false, errors.New("tap without operator or message")
	}
	tap := bot.Tap{
		Event: eventKey(e), Card: bot.MessageID(where.Message), From: t.Operator.account(),
		Do: card.Action{Command: do.Command, Args: do.Args, Seen: do.Seen}, Form: form,
	}
	if !do.Private {
		tap.Chat = chatID(where.Chat)
	}
	return tap, do.Private, nil
}

func toast(kind, text string) answer {
	return answer{"toast": answer{"type": kind, "content": text}}
}
