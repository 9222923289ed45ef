package dingtalk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/card"
)

// The platform waits 2 s for the answer to a tap. What is not decided within
// tapTime is undone; tapPatient is for what does not even end then.
const (
	tapTime    = 1600 * time.Millisecond
	tapPatient = 1800 * time.Millisecond
)

// A tapper (the half that sends) reads taps on our cards and says in their variables what the one who
// tapped is to see. There is no toast on DingTalk: words go into his view.
type tapper interface {
	// readTap returns an error for a button that is not ours.
	readTap(actionIDs []string, params map[string]json.RawMessage, outTrackID string) (do card.Action, form map[string][]string, err error)
	faceOf(a bot.Answer, private bool, outTrackID string) (map[string]string, error)
	// acked is told when a tap was answered: the platform forbids to change a card
	// before that.
	acked(outTrackID string)
	// provedBy is told that somebody saw the card and tapped it.
	provedBy(ctx context.Context, outTrackID string)
}

// onTap answers a tap with the card as it is now and a word. The platform never
// delivers a tap again, so there is always an answer.
func (p *Platform) onTap(ctx context.Context, f frame) (reply, error) {
	began := time.Now()
	p.client.counted(KindTap)
	if p.cards == nil {
		return tapAnswer(nil, ""), nil
	}
	var d tapData
	if err := json.Unmarshal(f.data, &d); err != nil || d.Card == "" {
		p.o.Log.WarnContext(ctx, "tap that cannot be read", "frame", f.id, "error", err)
		return tapAnswer(nil, ""), nil
	}
	defer p.cards.acked(d.Card)
	tap, private, err := p.tapOf(f, d)
	if err != nil {
		p.o.Log.WarnContext(ctx, "tap that is not for us", "frame", f.id, "error", err)
		return p.say(ctx, wordForeign, private, d.Card), nil
	}
	working, cancel := context.WithDeadline(context.WithoutCancel(ctx), began.Add(tapTime))
	finished := p.order.turn(working, string(tap.From)+" "+d.group(), f.at, tapQueue)
	if err := p.busy.enter(working); err != nil {
		finished()
		cancel()
		return p.say(ctx, wordWorking, private, d.Card), nil
	}
	done := make(chan reply, 1)
	go func() {
		defer p.busy.leave()
		defer finished()
		defer cancel()
		done <- p.tap(working, tap, private, d.Card)
		p.cards.provedBy(context.WithoutCancel(working), d.Card)
	}()
	timer := time.NewTimer(time.Until(began.Add(tapPatient)))
	defer timer.Stop()
	select {
	case out := <-done:
		return out, nil
	case <-timer.C:
		return p.say(ctx, wordWorking, private, d.Card), nil
	}
}

// tap lets the engine decide.
func (p *Platform) tap(ctx context.Context, tap bot.Tap, private bool, outTrackID string) (out reply) {
	defer func() {
		if v := recover(); v != nil {
			p.o.Log.ErrorContext(ctx, "tap handler", "panic", v, "stack", string(debug.Stack()))
			out = p.say(ctx, wordFailed, private, outTrackID)
		}
	}()
	a, err := p.inbox().Tap(ctx, tap)
	switch {
	case err != nil && ctx.Err() != nil:
		return p.say(ctx, wordWorking, private, outTrackID)
	case err != nil:
		p.o.Log.ErrorContext(ctx, "tap", "event", tap.Event, "error", err)
		return p.say(ctx, wordFailed, private, outTrackID)
	}
	return p.face(ctx, a, private, outTrackID)
}

// tapOf reads a tap, and whether its card is in a single chat.
func (p *Platform) tapOf(f frame, d tapData) (tap bot.Tap, private bool, err error) {
	var t tapped
	private = d.group() == ""
	if err := json.Unmarshal([]byte(cmp.Or(d.Content, d.Value)), &t); err != nil {
		return bot.Tap{}, private, fmt.Errorf("tap: %w", err)
	}
	switch {
	case d.User == "":
		return bot.Tap{}, private, errors.New("tap by somebody from outside")
	case p.corp.other(d.Corp):
		return bot.Tap{}, private, errors.New("tap by somebody of another organisation")
	}
	do, form, err := p.cards.readTap(t.Data.ActionIDs, t.Data.Params, d.Card)
	if err != nil {
		return bot.Tap{}, private, err
	}
	tap = bot.Tap{
		Event: fmt.Sprintf("%s:t:%s:%s:%s", Name, d.Card, d.User, f.id),
		Card:  cardMessage(d.Card, d.User, private), From: account(d.User), Do: do, Form: form,
	}
	if !private {
		tap.Chat = chatID(d.SpaceID)
	}
	p.directory.meet(d.User, "", d.group())
	return tap, private, nil
}

// cardMessage is the id of a card: of a private one each person's copy has its own.
func cardMessage(outTrackID, userID string, private bool) bot.MessageID {
	if private {
		return bot.MessageID("c:" + outTrackID + "#" + userID)
	}
	return bot.MessageID("c:" + outTrackID)
}

// say is a word in the view of whoever tapped.
func (p *Platform) say(ctx context.Context, word string, private bool, outTrackID string) reply {
	return p.face(ctx, bot.Answer{Toast: word}, private, outTrackID)
}

func (p *Platform) face(ctx context.Context, a bot.Answer, private bool, outTrackID string) reply {
	params, err := p.cards.faceOf(a, private, outTrackID)
	if err != nil {
		p.o.Log.ErrorContext(ctx, "card in an answer", "error", err)
	}
	return tapAnswer(params, outTrackID)
}

// tapAnswer is what the ack of a tap carries: variables that change, for the one who
// tapped; the others see them by an update of the card. Where each has variables of
// his own, which stand before what all see, it is those; on a trial, which is to find
// that out, both.
func tapAnswer(params map[string]string, outTrackID string) reply {
	if len(params) == 0 {
		return map[string]any{"response": nil}
	}
	out := map[string]any{"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true, "updatePrivateDataByKey": true}}
	each, trial := strings.HasSuffix(outTrackID, ofEach), strings.HasSuffix(outTrackID, ofTrial)
	if each || trial {
		out["userPrivateData"] = map[string]any{"cardParamMap": params}
	}
	if !each {
		out["cardData"] = map[string]any{"cardParamMap": params}
	}
	return map[string]any{"response": out}
}

// What only this platform has to say to people who tap; all else is said behind the
// engine.
const (
	wordForeign = "这里点不了：卡片不是会办发的，或者太旧了，或者您不在本单位。请在群里 @会办 说“帮助”。"
	wordWorking = "系统忙，还没有办成，什么都没有改。请再点一次。"
	wordFailed  = "这次没有处理成功，什么都没有改。请再点一次；还不行，请联系管理员。"
)
