package feishu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"huiban/bot"
	"huiban/bot/card"
)

// Kinds of message on the wire.
const (
	typeText = "text"
	typePost = "post"
	typeCard = "interactive"
	typeFile = "file"
)

// A letter is one message on the wire.
type letter struct {
	kind    string
	content []byte
	uuid    string
}

// Send implements bot.Platform. What goes out in several messages (a long text,
// a card and its documents) has a UUID for each, made from the Out's, so that a
// second try adds only what was missing.
func (p *Platform) Send(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	id, err := p.say(ctx, o)
	if absent(err) { // refused as a whole for one who left: then nobody is mentioned, all are named
		o.People = unmentioned(o.People)
		return p.say(ctx, o)
	}
	return id, err
}

// unmentioned are the same people by name only.
func unmentioned(people map[string]bot.Shown) map[string]bot.Shown {
	out := make(map[string]bot.Shown, len(people))
	for token, p := range people {
		p.Account = ""
		out[token] = p
	}
	return out
}

func (p *Platform) say(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if o.Edit != "" {
		return p.edit(ctx, o)
	}
	letters, err := p.letters(o)
	if err != nil {
		return "", bot.Permanent(err)
	}
	var first bot.MessageID
	for i, l := range letters {
		l.uuid = partUUID(o.UUID, i)
		id, err := p.post(ctx, o, l)
		if err != nil {
			return "", verdict(err)
		}
		if first == "" {
			first = id
		}
	}
	if err := p.documents(ctx, o, len(letters)); err != nil {
		return "", err
	}
	if o.Urgent {
		p.urge(ctx, first, o.Account)
	}
	return first, nil
}

// letters are the messages that an Out becomes.
func (p *Platform) letters(o bot.Out) ([]letter, error) {
	if o.Card == nil {
		return renderText(o.Text, o.People), nil
	}
	content, err := renderCard(withText(*o.Card, o.Text), o.People, o.Chat == "", p.mark)
	if err != nil {
		return nil, err
	}
	return []letter{{kind: typeCard, content: content}}, nil
}

// withText puts words that come with a card above its own.
func withText(c card.Card, text string) card.Card {
	if text != "" {
		c.Body = strings.TrimSpace(text + "\n" + c.Body)
	}
	return c
}

// post sends one message, as an answer where there is something to answer yet.
func (p *Platform) post(ctx context.Context, o bot.Out, l letter) (bot.MessageID, error) {
	if o.ReplyTo != "" && o.Chat != "" {
		id, err := p.reply(ctx, o, l)
		if !lostTarget(err) {
			return id, err
		}
	}
	kind, to := receiver(o)
	return p.deliver(ctx, request{
		method: http.MethodPost, path: "/open-apis/im/v1/messages", to: to,
		query: larkcore.QueryParams{"receive_id_type": {kind}},
		body:  map[string]string{"receive_id": to, "msg_type": l.kind, "content": string(l.content), "uuid": l.uuid},
	})
}

func (p *Platform) reply(ctx context.Context, o bot.Out, l letter) (bot.MessageID, error) {
	_, to := receiver(o)
	return p.deliver(ctx, request{
		method: http.MethodPost, path: "/open-apis/im/v1/messages/:id/reply", to: to,
		params: larkcore.PathParams{"id": string(o.ReplyTo)},
		body:   map[string]string{"msg_type": l.kind, "content": string(l.content), "uuid": l.uuid},
	})
}

func (p *Platform) deliver(ctx context.Context, r request) (bot.MessageID, error) {
	var sent struct {
		ID string `json:"message_id"`
	}
	if err := p.client.call(ctx, r, &sent); err != nil {
		return "", err
	}
	if sent.ID == "" {
		return "", errors.New("feishu: a message without an id was taken")
	}
	return bot.MessageID(sent.ID), nil
}

// receiver is where an Out goes, in the platform's terms.
func receiver(o bot.Out) (kind, id string) {
	if o.Chat != "" {
		return "chat_id", bare(o.Chat)
	}
	if id := bare(o.Account); strings.HasPrefix(id, "on_") {
		return "union_id", id
	}
	return "open_id", bare(o.Account)
}

// bare is an id without our prefix.
func bare[T ~string](id T) string { return strings.TrimPrefix(string(id), Name+":") }

// partUUID is the key of the i-th message of an Out.
func partUUID(of string, i int) string {
	if i == 0 {
		return of
	}
	space, err := uuid.Parse(of)
	if err != nil {
		return of + "-" + strconv.Itoa(i)
	}
	return uuid.NewSHA1(space, []byte(strconv.Itoa(i))).String()
}

// edit replaces a card. The engine sends the edits of one chat one after the
// other and draws each when it is its turn, so the last one shows the last
// state; a card that can be changed no more is never tried again.
func (p *Platform) edit(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	if o.Card == nil {
		return "", bot.Permanent(errors.New("feishu: only cards are changed"))
	}
	content, err := renderCard(withText(*o.Card, o.Text), o.People, o.Chat == "", p.mark)
	if err != nil {
		return "", bot.Permanent(err)
	}
	if err := p.patch(ctx, o.Edit, content); err != nil {
		if lostTarget(err) {
			return "", bot.Permanent(errors.Join(bot.ErrCardDead, err))
		}
		return "", verdict(err)
	}
	return o.Edit, nil
}

func (p *Platform) patch(ctx context.Context, id bot.MessageID, content []byte) error {
	return p.client.call(ctx, request{
		method: http.MethodPatch, path: "/open-apis/im/v1/messages/:id", to: string(id),
		params: larkcore.PathParams{"id": string(id)}, body: map[string]string{"content": string(content)},
	}, nil)
}

// urge pushes a message as 加急. It is a favour: quotas and missing scopes must
// not make the reminder itself fail.
func (p *Platform) urge(ctx context.Context, id bot.MessageID, who bot.Account) {
	if !p.o.Urgent || who == "" {
		return
	}
	err := p.client.call(ctx, request{
		method: http.MethodPatch, path: "/open-apis/im/v1/messages/:id/urgent_app",
		params: larkcore.PathParams{"id": string(id)}, query: larkcore.QueryParams{"user_id_type": {"open_id"}},
		body: map[string]any{"user_id_list": []string{bare(who)}},
	}, nil)
	if err != nil {
		p.o.Log.WarnContext(ctx, "urgent push", "message", id, "error", err)
	}
}

// documents sends what belongs to a card as files behind it.
func (p *Platform) documents(ctx context.Context, o bot.Out, from int) error {
	for i, d := range o.Papers {
		key, err := p.upload(ctx, d)
		if err != nil {
			return verdict(fmt.Errorf("document %d: %w", i+1, err))
		}
		content, err := json.Marshal(map[string]string{"file_key": key})
		if err != nil {
			return bot.Permanent(err)
		}
		if _, err := p.post(ctx, o, letter{typeFile, content, partUUID(o.UUID, from+i)}); err != nil {
			return verdict(fmt.Errorf("document %d: %w", i+1, err))
		}
	}
	return nil
}

func (p *Platform) upload(ctx context.Context, d bot.Document) (string, error) {
	name := fileName(d.Name)
	form := larkcore.NewFormdata().
		AddField("file_type", "stream").
		AddField("file_name", name).
		AddFileWithName("file", name, bytes.NewReader(d.Body))
	var stored struct {
		Key string `json:"file_key"`
	}
	err := p.client.call(ctx, request{method: http.MethodPost, path: "/open-apis/im/v1/files", body: form}, &stored)
	return stored.Key, err
}

// fileName is a name that means a file and nothing else, wherever it goes: people
// and titles make it.
func fileName(name string) string {
	name = strings.NewReplacer("/", "／", "\\", "＼", `"`, "＂", "\n", " ", "\t", " ").Replace(printable(name))
	return cut(strings.TrimSpace(name), mostFileName)
}

// mostFileName is how many characters of a file's name are kept.
const mostFileName = 120
