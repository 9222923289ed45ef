package feishu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"huiban/bot"
)

// onMessage hands a message on. In groups only what mentions the bot is for it,
// whatever else the app may be allowed to hear.
func (p *Platform) onMessage(ctx context.Context, head envelope, e messageEvent) error {
	if head.outside(e.Sender.Tenant) {
		p.o.Log.Info("message of another organisation", "event", head.Header.EventID)
		return nil
	}
	if e.Sender.Type != "user" || e.Sender.ID.OpenID == "" {
		return nil
	}
	private := e.Message.ChatType == "p2p"
	me, err := p.me(ctx)
	if err != nil && !private { // alone with somebody we need not be called by name
		return fmt.Errorf("who am I: %w", err)
	}
	m := bot.Message{
		Event: Name + ":m:" + e.Message.ID, // one message may come as two events
		ID:    bot.MessageID(e.Message.ID), ReplyTo: bot.MessageID(e.Message.Parent),
		Chat: chatID(e.Message.Chat), Private: private, From: e.Sender.ID.account(), At: fromMillis(e.Message.Created),
	}
	said := contentOf(e.Message.Type, e.Message.Content)
	m.Text = said.text
	addressed := private
	for _, mentioned := range e.Message.Mentions {
		switch {
		case mentioned.ID.OpenID == me:
			addressed = true
			m.Mentions = append(m.Mentions, bot.Mention{Token: mentioned.Key, Bot: true})
		case mentioned.ID.OpenID != "" && mentioned.Type != "bot" && !head.outside(mentioned.Tenant):
			m.Mentions = append(m.Mentions, bot.Mention{Token: mentioned.Key, Account: mentioned.ID.account()})
			p.directory.learn(mentioned.ID.OpenID, mentioned.Name)
		}
	}
	if !addressed {
		return nil
	}
	if !private {
		p.directory.heard(e.Sender.ID.OpenID, e.Message.Chat)
	}
	m.Text = named(m.Text, e.Message.Mentions, m.Mentions)
	for i, f := range said.files {
		if i >= mostFiles {
			m.Unusable = append(m.Unusable, f.name)
			continue
		}
		id, err := p.download(ctx, e.Message.ID, f)
		switch {
		case errors.Is(err, bot.ErrFileTooLarge), errors.Is(err, bot.ErrFileEmpty), errors.Is(err, errNoDownload), withheld(err):
			m.Unusable = append(m.Unusable, f.name)
		case err != nil:
			return fmt.Errorf("file of message %s: %w", e.Message.ID, err)
		default:
			m.Files = append(m.Files, id)
		}
	}
	return p.inbox().Message(ctx, m)
}

// mostFiles is how many files of one message are fetched, mostFetching how many
// files at a time.
const mostFiles, mostFetching = 9, 4

// withheld reports whether the platform will not hand out a file, however often
// it is asked: withdrawn, protected, of another organisation (2340xx).
func withheld(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.Code/1000 == 234 && e.Status < http.StatusInternalServerError
}

// named puts names where mentions stand that mean no person: other bots, 所有人.
func named(text string, all []mention, taken []bot.Mention) string {
	known := map[string]bool{}
	for _, m := range taken {
		known[m.Token] = true
	}
	var pairs []string
	for _, m := range all { // longest first: @_user_1 begins @_user_10
		if known[m.Key] {
			pairs = append(pairs, m.Key, m.Key)
		} else {
			pairs = append(pairs, m.Key, "@"+m.Name+" ")
		}
	}
	longestFirst(pairs)
	return strings.NewReplacer(append(pairs, "@_all", "@所有人 ")...).Replace(text)
}

// longestFirst sorts pairs of a strings.Replacer by the length of what they
// replace; it tries them in order.
func longestFirst(pairs []string) {
	for i := 2; i < len(pairs); i += 2 {
		for j := i; j > 0 && len(pairs[j]) > len(pairs[j-2]); j -= 2 {
			pairs[j], pairs[j-2] = pairs[j-2], pairs[j]
			pairs[j+1], pairs[j-1] = pairs[j-1], pairs[j+1]
		}
	}
}

// said is the content of a message: its words and what is attached.
type said struct {
	text  string
	files []attachment
}

type attachment struct {
	key, name string
	kind      string // file or image
}

// contentOf reads the content of a message, which is JSON in a string. Phones
// send rich text where a computer sends plain, so both are understood alike.
func contentOf(kind, content string) said {
	var c struct {
		Text     string `json:"text"`
		FileKey  string `json:"file_key"`
		FileName string `json:"file_name"`
		ImageKey string `json:"image_key"`
		post
	}
	if err := json.Unmarshal([]byte(content), &c); err != nil {
		return said{}
	}
	switch kind {
	case "text":
		return said{text: c.Text}
	case "post":
		return c.said()
	case "file", "media", "audio":
		return said{files: []attachment{{c.FileKey, orName(c.FileName, "附件"), "file"}}}
	case "image":
		return said{files: []attachment{{c.ImageKey, "图片.png", "image"}}}
	}
	return said{}
}

func orName(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

// A post is rich text as it is received: paragraphs of pieces.
type post struct {
	Title   string    `json:"title"`
	Content [][]piece `json:"content"`
}

type piece struct {
	Tag      string `json:"tag"`
	Text     string `json:"text"`
	UserID   string `json:"user_id"` // the key of a mention
	ImageKey string `json:"image_key"`
	FileKey  string `json:"file_key"`
}

func (p post) said() said {
	var out said
	var lines []string
	if p.Title != "" {
		lines = append(lines, p.Title)
	}
	for _, paragraph := range p.Content {
		var line strings.Builder
		for _, piece := range paragraph {
			switch piece.Tag {
			case "at":
				line.WriteString(piece.UserID + " ")
			case "img":
				out.files = append(out.files, attachment{piece.ImageKey, "图片.png", "image"})
			default: // text, a, md, code_block: what they say
				line.WriteString(piece.Text)
			}
		}
		lines = append(lines, line.String())
	}
	out.text = strings.TrimSpace(strings.Join(lines, "\n"))
	return out
}

// errNoDownload is a file that the app lacks the scope for.
var errNoDownload = errors.New("feishu: files may not be fetched")

// download stores a file that somebody sent and returns its id.
func (p *Platform) download(ctx context.Context, message string, f attachment) (bot.FileID, error) {
	select {
	case p.fetching <- struct{}{}: // a file is held in memory for a while
		defer func() { <-p.fetching }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	resp, err := p.client.fetch(ctx, request{
		method: http.MethodGet, path: "/open-apis/im/v1/messages/:id/resources/:key", file: true,
		params: larkcore.PathParams{"id": message, "key": f.key}, query: larkcore.QueryParams{"type": {f.kind}},
	})
	if err != nil {
		e, ok := errors.AsType[*apiError](err)
		switch {
		case ok && e.Code == 234037: // larger than the platform hands out
			return "", bot.ErrFileTooLarge
		case ok && e.Code == codeNoScope: // what was said is heard without the file; again would not help
			p.o.Log.ErrorContext(ctx, "a file cannot be fetched", "mend", p.trouble(err), "log_id", e.LogID)
			return "", errNoDownload
		}
		return "", err
	}
	stored, err := p.o.Files.PutFile(ctx, fileName(f.name), bytes.NewReader(resp.RawBody))
	return stored.ID, err
}
