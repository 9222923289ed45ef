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

// sendCard sends a card of the template; equal ones to several people are one where
// calls are few.
func (p *Platform) sendCard(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if o.Chat != "" {
		return p.deliver(ctx, o, o.UUID, nil)("")
	}
	id := bare(o.Account)
	if !p.Thrifty() {
		return p.deliver(ctx, o, o.UUID, []string{id})(id)
	}
	c := withText(*o.Card, o.Text)
	face, err := p.painted(c, o.People, true, o.Why, "")
	if err != nil {
		return "", bot.Permanent(err)
	}
	return p.joins.send(ctx, digest("card", toJSON(face)), id, o.UUID, func(ctx context.Context, people []string, uuid string) verdicts {
		if len(people) > 1 {
			uuid += ofSeveral
		}
		return p.deliver(ctx, o, uuid, people)
	})
}

// ofSeveral ends the outTrackId of a private card that several people have: one
// change of it would show all of them what is for one.
const ofSeveral = "-all"

// A delivery is what became of a card in one place.
type delivery struct {
	Space   string `json:"spaceId"`
	Success bool   `json:"success"`
	Why     string `json:"errorMsg"`
}

// deliver makes the card outTrackID and delivers it, to a group or to people. That
// it is there already is how a second try is told of the first.
func (p *Platform) deliver(ctx context.Context, o bot.Out, outTrackID string, people []string) verdicts {
	body, err := p.cardCall(o, outTrackID, people)
	if err != nil {
		return func(string) (bot.MessageID, error) { return "", bot.Permanent(err) }
	}
	var answer struct {
		Result struct {
			Results []delivery `json:"deliverResults"`
		} `json:"result"`
	}
	err = p.client.call(ctx, request{
		method: http.MethodPost, path: "/v1.0/card/instances/createAndDeliver", kind: KindCard, body: body,
	}, &answer)
	if alreadySent(err) {
		err = nil
	}
	return func(userID string) (bot.MessageID, error) {
		if err != nil {
			return "", err
		}
		for _, r := range answer.Result.Results {
			if !r.Success && (r.Space == userID || len(people) < 2) {
				p.ladder.undelivered(o.UUID)
				return "", fmt.Errorf("%w: %s", errUndelivered, r.Why)
			}
		}
		return cardMessage(outTrackID, userID, userID != ""), nil
	}
}

// cardCall is the body that makes and delivers a card.
func (p *Platform) cardCall(o bot.Out, outTrackID string, people []string) (object, error) {
	c := withText(*o.Card, o.Text)
	face, err := p.painted(c, o.People, o.Chat == "", o.Why, outTrackID)
	if err != nil {
		return nil, err
	}
	title := face[p.o.Variables.named().Title]
	space := object{
		"supportForward": false, "lastMessageI18n": map[string]string{"ZH_CN": title},
		"notification": object{"alertContent": title, "notificationOff": false},
	}
	body := object{
		"cardTemplateId": p.o.Template, "outTrackId": outTrackID, "callbackType": "STREAM", "userIdType": 1,
		"cardData": object{"cardParamMap": face},
	}
	if o.Chat == "" {
		body["openSpaceId"] = "dtv1.card//IM_ROBOT." + strings.Join(people, ";IM_ROBOT.")
		body["imRobotOpenSpaceModel"] = space
		body["imRobotOpenDeliverModel"] = object{"spaceType": "IM_ROBOT", "robotCode": p.o.RobotCode}
		return body, nil
	}
	model := object{"robotCode": p.o.RobotCode}
	if at := mentioned(o.People, drawing{size: sizes()[0]}.texts(c)...); len(at) > 0 {
		model["atUserIds"] = at
	}
	body["openSpaceId"] = "dtv1.card//IM_GROUP." + bare(o.Chat)
	body["imGroupOpenSpaceModel"], body["imGroupOpenDeliverModel"] = space, model
	return body, nil
}

// edit changes a card for everybody who has it. Other messages cannot be changed.
func (p *Platform) edit(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	outTrackID, isCard := strings.CutPrefix(string(o.Edit), "c:")
	outTrackID, _, private := strings.Cut(outTrackID, "#")
	if !isCard || o.Card == nil || strings.HasSuffix(outTrackID, ofSeveral) {
		return "", bot.ErrCardDead
	}
	if err := p.rationed(o); err != nil {
		return "", err
	}
	face, err := p.painted(withText(*o.Card, o.Text), o.People, private, o.Why, outTrackID)
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
