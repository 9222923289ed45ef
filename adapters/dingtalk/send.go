package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"huiban/bot"
)

// Send implements bot.Platform. What is a card goes out as one where cards work,
// else as an answer while there is something to answer, else by the robot.
func (p *Platform) Send(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if o.Edit != "" {
		return p.edit(ctx, o)
	}
	if o.Chat != "" {
		o.People = p.directory.mentionable(o)
	}
	if p.asCard(ctx, o) {
		if err := p.rationed(o); err != nil {
			return "", err
		}
		id, err := p.sendCard(ctx, o)
		if err == nil {
			return id, p.documents(ctx, o)
		}
		if !p.dropped(ctx, err) {
			return "", verdict(err, o.Chat != "" || !p.Thrifty())
		}
		if o.Again && !errors.Is(err, errUndelivered) { // refused before it was looked whether it is there
			return "", fmt.Errorf("%w: its card may be there: %w", bot.ErrUncertain, err)
		}
	}
	if p.session(o.Via) != "" {
		id, err := p.answer(ctx, o)
		if err == nil {
			return id, p.documents(ctx, o)
		}
		if e, refused := errors.AsType[*apiError](err); !refused || errors.Is(err, bot.ErrUncertain) || e.class() == throttled || e.class() == unclear {
			return "", verdict(err, false)
		}
		p.o.Log.WarnContext(ctx, "an answer by its session", "error", err)
	}
	id, err := p.speak(ctx, o)
	if err != nil {
		return "", err
	}
	return id, p.documents(ctx, o)
}

// answer says an Out by the session of the message that it answers.
func (p *Platform) answer(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	messages := []object{}
	if o.Card == nil {
		messages = sessionTexts(o.Text, o.People, o.Chat != "")
	} else {
		m, err := p.saidCard(o, true)
		if err != nil {
			return "", bot.Permanent(err)
		}
		messages = append(messages, m.session())
	}
	for i, m := range messages {
		if err := p.client.session(ctx, p.session(o.Via), m); err != nil {
			return "", partly(i, err)
		}
	}
	return bot.MessageID("s:" + o.UUID), nil
}

// partly is the failure of the i-th message of several: when some of them were
// seen, they must not be sent again.
func partly(i int, err error) error {
	if i == 0 || err == nil {
		return err
	}
	return fmt.Errorf("%w: message %d: %w", bot.ErrUncertain, i+1, err)
}

// speak says an Out by the robot.
func (p *Platform) speak(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if o.Chat == "" && outside(o.Account) {
		return "", bot.Permanent(errors.New(wordOutside))
	}
	if !p.speaks() {
		return "", bot.Unsendable(wordOnlyReply)
	}
	if err := p.rationed(o); err != nil {
		return "", err
	}
	messages := robotTexts(o.Text, o.People)
	if o.Card != nil {
		m, err := p.saidCard(o, false)
		if err != nil {
			return "", bot.Permanent(err)
		}
		messages = []robotMessage{m.robot()}
	}
	var first bot.MessageID
	for i, m := range messages {
		id, err := p.robotSend(ctx, m, o)
		if err != nil {
			if denied(err) {
				return "", partly(i, bot.Unsendable(wordOnlyReply))
			}
			return "", partly(i, verdict(err, false))
		}
		if first == "" {
			first = id
		}
	}
	return first, nil
}

// robotSend sends one message of the robot, to a group or to a person.
func (p *Platform) robotSend(ctx context.Context, m robotMessage, o bot.Out) (bot.MessageID, error) {
	if o.Chat == "" {
		return p.toPerson(ctx, m, o)
	}
	var answer struct {
		Query string `json:"processQueryKey"`
	}
	err := p.client.call(ctx, request{
		method: http.MethodPost, path: "/v1.0/robot/groupMessages/send", kind: KindGroup,
		body: object{"robotCode": p.o.RobotCode, "openConversationId": bare(o.Chat), "msgKey": m.Key, "msgParam": m.Param},
	}, &answer)
	if err != nil {
		return "", p.refusedRobot(err)
	}
	return bot.MessageID("q:" + answer.Query), nil
}

// edit changes a card for everybody who has it. Other messages cannot be changed.
func (p *Platform) edit(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	outTrackID, isCard := strings.CutPrefix(string(o.Edit), "c:")
	outTrackID, _, private := strings.Cut(outTrackID, "#")
	if !isCard || o.Card == nil || ofMany(outTrackID) {
		return "", bot.ErrCardDead
	}
	if err := p.rationed(o); err != nil {
		return "", err
	}
	face, err := p.painted(withText(*o.Card, o.Text), view{people: o.People, private: private, footer: o.Why, outTrackID: outTrackID})
	if err != nil {
		return "", bot.Permanent(err)
	}
	if err := p.pace.turn(ctx, outTrackID); err != nil {
		return "", verdict(err, true)
	}
	err = p.client.call(ctx, request{
		method: http.MethodPut, path: "/v1.0/card/instances", kind: KindEdit, body: object{
			"outTrackId": outTrackID, "userIdType": 1, "cardData": object{"cardParamMap": face},
			"cardUpdateOptions": object{"updateCardDataByKey": true, "updatePrivateDataByKey": true},
		},
	}, nil)
	if gone(err) {
		return "", bot.Permanent(errors.Join(bot.ErrCardDead, err))
	}
	return o.Edit, verdict(err, true)
}
