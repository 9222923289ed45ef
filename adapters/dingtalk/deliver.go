package dingtalk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
)

// What ends the outTrackId of a private card that several people have: all see the
// same, or each has variables of his own. One change of such a card would show all
// of them what is for one. A trial has both kinds of variables.
const (
	ofSeveral = "-all"
	ofEach    = "-own"
	ofTrial   = "-try"
)

// ofMany reports whether a card is one that is not changed.
func ofMany(outTrackID string) bool {
	return strings.HasSuffix(outTrackID, ofSeveral) || strings.HasSuffix(outTrackID, ofEach) || strings.HasSuffix(outTrackID, ofTrial)
}

// sendCard sends a card of the template. Where calls are few, those to several people
// are one: equal ones, and, if a tap has proven that clients show it, those that are
// called the same and differ by who reads them.
func (p *Platform) sendCard(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	one := joiner{userID: bare(o.Account), out: o}
	switch {
	case o.Trial && o.Chat == "":
		return p.tryCard(ctx, one)
	case o.Chat != "" || o.Trial || !p.Thrifty():
		return p.deliver(ctx, []joiner{one}, o.UUID, false)(one.userID)
	}
	face, err := p.faceFor(o, "", false)
	if err != nil {
		return "", bot.Permanent(err)
	}
	one.face = toJSON(face)
	key := digest("card", one.face)
	if p.privacy.known(ctx, p.o, p.o.privacyOf()) {
		key = digest("card called", face[p.o.Variables.named().Title])
	}
	return p.joins.send(ctx, key, one, p.deliverJoined)
}

// tryCard sends a card to find out what works; that variables of one person are
// refused is no reason to do without cards.
func (p *Platform) tryCard(ctx context.Context, one joiner) (bot.MessageID, error) {
	id, err := p.deliver(ctx, []joiner{one}, one.out.UUID+ofTrial, true)(one.userID)
	if classIs(err, passing) {
		return p.deliver(ctx, []joiner{one}, one.out.UUID, false)(one.userID)
	}
	return id, err
}

// deliverJoined delivers one card to those who wait for it together. Its id is made
// of all their keys: that it is there already says then that all of them have it.
func (p *Platform) deliverJoined(ctx context.Context, people []joiner) verdicts {
	if len(people) == 1 {
		return p.deliver(ctx, people, people[0].out.UUID, false)
	}
	keys := make([]string, len(people))
	for i, one := range people {
		keys[i] = one.out.UUID
	}
	slices.Sort(keys)
	outTrackID, own := digest(keys...), different(people)
	if own {
		return p.deliver(ctx, people, outTrackID+ofEach, own)
	}
	return p.deliver(ctx, people, outTrackID+ofSeveral, own)
}

// wordNoPrivacy stands on a card whose variables for one person a client does not
// show.
const wordNoPrivacy = "这张卡片各人的内容不同，您的钉钉没有显示出来。请更新钉钉，或者对我说“我的待办”。"

// faceFor are the variables of what a card shows to whom it is sent.
func (p *Platform) faceFor(o bot.Out, outTrackID string, own bool) (map[string]string, error) {
	return p.painted(withText(*o.Card, o.Text), view{people: o.People, private: o.Chat == "", footer: o.Why, outTrackID: outTrackID, own: own})
}

// A delivery is what became of a card in one place.
type delivery struct {
	Space   string `json:"spaceId"`
	Success bool   `json:"success"`
	Why     string `json:"errorMsg"`
}

// deliver makes a card and delivers it, to one group or to people. That it is there
// already is how a second try is told of the first.
func (p *Platform) deliver(ctx context.Context, people []joiner, outTrackID string, own bool) verdicts {
	body, err := p.cardCall(people, outTrackID, own)
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
	missed, strange := p.missed(people, answer.Result.Results)
	return func(userID string) (bot.MessageID, error) {
		why, has := missed[userID]
		switch {
		case err != nil:
			return "", err
		case has:
			return "", fmt.Errorf("%w: %s", errUndelivered, why)
		case strange != nil:
			return "", strange
		}
		return cardMessage(outTrackID, userID, userID != ""), nil
	}
}

// missed are those who did not get a card, and why; a place that is none of theirs
// is strange, for then nobody knows who has it.
func (p *Platform) missed(people []joiner, results []delivery) (why map[string]string, strange error) {
	why = map[string]string{}
	for _, r := range results {
		if r.Success {
			continue
		}
		i := slices.IndexFunc(people, func(one joiner) bool {
			return len(people) == 1 || r.Space == one.userID || strings.HasSuffix(r.Space, "."+one.userID)
		})
		if i < 0 {
			strange = fmt.Errorf("%w: not delivered to %s: %s", bot.ErrUncertain, r.Space, r.Why)
			continue
		}
		why[people[i].userID] = r.Why
		p.ladder.undelivered(people[i].out.UUID)
	}
	return why, strange
}

// faces are the variables of a card that all see and, by person, those that stand
// before them: then the first are but a word for clients that do not know this.
func (p *Platform) faces(people []joiner, outTrackID string, own bool) (all map[string]string, each object, err error) {
	o := people[0].out
	if own {
		each = object{}
		for _, one := range people {
			face, err := p.faceFor(one.out, outTrackID, true)
			if err != nil {
				return nil, nil, err
			}
			each[one.userID] = object{"cardParamMap": face}
		}
	}
	if own && !o.Trial {
		o.Card = &card.Card{Title: o.Card.Title, Body: wordNoPrivacy}
		o.Text, o.Why = "", ""
	}
	all, err = p.faceFor(o, outTrackID, false)
	return all, each, err
}

// cardCall is the body that makes and delivers a card; own says that each of the
// people has variables of his own.
func (p *Platform) cardCall(people []joiner, outTrackID string, own bool) (object, error) {
	face, each, err := p.faces(people, outTrackID, own)
	if err != nil {
		return nil, err
	}
	o, title := people[0].out, face[p.o.Variables.named().Title]
	space := object{
		"supportForward": false, "lastMessageI18n": map[string]string{"ZH_CN": title},
		"notification": object{"alertContent": title, "notificationOff": false},
	}
	body := object{
		"cardTemplateId": p.o.Template, "outTrackId": outTrackID, "callbackType": "STREAM", "userIdType": 1,
		"cardData": object{"cardParamMap": face},
	}
	if own {
		body["privateData"] = each
	}
	if o.Chat == "" {
		body["openSpaceId"] = "dtv1.card//IM_ROBOT." + strings.Join(idsOf(people), ";IM_ROBOT.")
		body["imRobotOpenSpaceModel"] = space
		body["imRobotOpenDeliverModel"] = object{"spaceType": "IM_ROBOT", "robotCode": p.o.RobotCode}
		return body, nil
	}
	model := object{"robotCode": p.o.RobotCode}
	if at := mentioned(o.People, drawing{size: sizes()[0]}.texts(withText(*o.Card, o.Text))...); len(at) > 0 {
		model["atUserIds"] = at
	}
	body["openSpaceId"] = "dtv1.card//IM_GROUP." + bare(o.Chat)
	body["imGroupOpenSpaceModel"], body["imGroupOpenDeliverModel"] = space, model
	return body, nil
}
