package dingtalk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"huiban/bot"
)

// onMessage hands a message on. A group's are pushed only if they mention the bot.
func (p *Platform) onMessage(ctx context.Context, data []byte) error {
	p.client.counted(KindHeard)
	var d messageData
	if err := json.Unmarshal(data, &d); err != nil || d.ID == "" || d.Conversation == "" || d.Sender == "" && d.SenderStaff == "" {
		p.o.Log.WarnContext(ctx, "message that cannot be read", "message", d.ID, "error", err)
		return nil // it will read no better the next time
	}
	if d.outside() {
		p.o.Log.InfoContext(ctx, "message of another organisation", "message", d.ID)
		if p.told.ring(string(d.from()), p.o.Now()) {
			p.tell(ctx, d, wordStranger)
		}
		return nil
	}
	defer p.order.turn(ctx, string(d.from())+" "+d.group(), d.at(), eventPatience)() // who waits takes no seat
	return p.seated(ctx, func(ctx context.Context) error { return p.hear(ctx, d) })
}

func (p *Platform) hear(ctx context.Context, d messageData) error {
	p.learn(ctx, d)
	if scalar(d.Error) == codePushesSpent {
		p.wordless(ctx, d)
		return nil
	}
	p.pushes.back()
	m := bot.Message{
		Event: fmt.Sprintf("%s:m:%s:%s", Name, p.o.RobotCode, d.ID), // the id of the delivery is new each time
		ID:    bot.MessageID("m:" + d.ID), Chat: chatID(d.Conversation), Private: d.private(), From: d.from(), At: d.at(),
	}
	if p.client.own(d.Session) {
		m.Via = d.via()
	}
	if d.Quoted != "" {
		m.ReplyTo = bot.MessageID("q:" + d.Quoted)
	}
	said := contentOf(d)
	if said.unreadable {
		if p.told.ring(d.ID, p.o.Now()) {
			p.tell(ctx, d, wordUnreadable)
		}
		return nil
	}
	m.Mentions = p.mentions(ctx, d, said.named)
	m.Text = p.unaddressed(said.text)
	if err := p.keepFiles(ctx, &m, said.files); err != nil {
		return fmt.Errorf("file of message %s: %w", d.ID, err)
	}
	return p.inbox().Message(ctx, m)
}

// learn notes what a message tells of people.
func (p *Platform) learn(ctx context.Context, d messageData) {
	p.belong(d.Corp)
	id := cmp.Or(d.SenderStaff, d.Sender)
	p.directory.meet(id, d.SenderName, d.group())
	for _, u := range d.AtUsers {
		if u.ID != d.Robot {
			p.directory.meet(cmp.Or(u.Staff, u.ID), "", d.group())
		}
	}
	if d.SenderStaff == "" && d.SenderCorp != "" && p.unpublished.ring("", p.o.Now()) {
		p.o.Log.WarnContext(ctx, "somebody of the organisation has no userId: publish the version of the app that has the robot, with him in its range")
	}
}

// mentions are the people who were called by @. The platform does not tell where in
// a text they stood; in rich text their names do.
func (p *Platform) mentions(ctx context.Context, d messageData, named []string) []bot.Mention {
	var out []bot.Mention
	for _, u := range d.AtUsers {
		if u.ID == d.Robot || u.ID == "" && u.Staff == "" {
			continue
		}
		m := bot.Mention{Account: u.account()}
		if slices.ContainsFunc(out, func(o bot.Mention) bool { return o.Account == m.Account }) {
			continue
		}
		if len(named) > 0 {
			profile, err := p.directory.profile(ctx, cmp.Or(u.Staff, u.ID))
			if err == nil && slices.Contains(named, profile.Name) {
				m.Token = "@" + profile.Name
			}
		}
		out = append(out, m)
	}
	for i, m := range out { // of two of one name nobody knows who stands where
		if twin := slices.IndexFunc(out, func(o bot.Mention) bool { return o.Token == m.Token && o.Account != m.Account }); twin >= 0 {
			out[i].Token, out[twin].Token = "", ""
		}
	}
	return out
}

// unaddressed takes the robot's name off the front of a text: some clients leave it
// there, and people type it.
func (p *Platform) unaddressed(text string) string {
	text = strings.TrimSpace(text)
	if p.o.RobotName != "" {
		for rest, ok := strings.CutPrefix(text, "@"+p.o.RobotName); ok; rest, ok = strings.CutPrefix(text, "@"+p.o.RobotName) {
			text = strings.TrimSpace(rest)
		}
	}
	return text
}

// mostFiles is how many files of one message are fetched.
const mostFiles = 9

func (p *Platform) keepFiles(ctx context.Context, m *bot.Message, files []attachment) error {
	for i, f := range files {
		if i >= mostFiles || p.o.Files == nil {
			m.Unusable = append(m.Unusable, f.name)
			continue
		}
		id, err := p.download(ctx, f)
		e, refused := errors.AsType[*apiError](err)
		switch {
		case errors.Is(err, bot.ErrFileTooLarge), errors.Is(err, bot.ErrFileEmpty),
			refused && e.Status < http.StatusInternalServerError && e.class() != throttled: // withdrawn, or not for us: again would not help
			p.o.Log.WarnContext(ctx, "a file cannot be had", "message", m.ID, "error", err)
			m.Unusable = append(m.Unusable, f.name)
		case err != nil:
			return err
		default:
			m.Files = append(m.Files, id)
		}
	}
	return nil
}

// download stores a file that somebody sent and returns its id.
func (p *Platform) download(ctx context.Context, f attachment) (bot.FileID, error) {
	r, err := p.client.download(ctx, p.o.RobotCode, f.code)
	if err != nil {
		return "", err
	}
	stored, err := p.o.Files.PutFile(ctx, f.name, r)
	return stored.ID, errors.Join(err, r.Close())
}

// said is the content of a message: its words, whose names stand in them, what is
// attached; or that it is of no use to us: a card, a record of a chat.
type said struct {
	text       string
	named      []string
	files      []attachment
	unreadable bool
}

type attachment struct{ code, name string }

// contentOf reads the content of a message.
func contentOf(d messageData) said {
	var c contentData
	if d.Type != "text" && len(d.Content) > 0 {
		if err := json.Unmarshal(d.Content, &c); err != nil {
			return said{unreadable: true}
		}
	}
	code := cmp.Or(c.Code, c.PictureCode)
	switch d.Type {
	case "text":
		return said{text: d.Text.Content}
	case "richText":
		return richText(c.RichText)
	case "picture":
		return said{files: []attachment{{code, "图片.png"}}}
	case "file":
		return said{files: []attachment{{code, cmp.Or(c.Name, "附件")}}}
	case "video":
		return said{files: []attachment{{code, cmp.Or(c.Name, "视频.mp4")}}}
	case "audio":
		if c.Recognition != "" {
			return said{text: c.Recognition}
		}
		return said{files: []attachment{{code, cmp.Or(c.Name, "语音.amr")}}}
	}
	return said{unreadable: true}
}

func richText(pieces []piece) said {
	var out said
	var text strings.Builder
	for _, p := range pieces {
		switch p.Type {
		case "at":
			text.WriteString("@" + p.AtName + " ")
			out.named = append(out.named, p.AtName)
		case "picture":
			out.files = append(out.files, attachment{cmp.Or(p.Code, p.PictureCode), "图片.png"})
		default:
			text.WriteString(p.Text)
		}
	}
	out.text = text.String()
	return out
}

// codePushesSpent stands where the text should, when the month's pushes are used up.
const codePushesSpent = "20001"

// wordless answers a message that came without its words, once an hour in a chat:
// answering costs nothing of what is used up.
func (p *Platform) wordless(ctx context.Context, d messageData) {
	now := p.o.Now()
	if p.pushes.gone(now) {
		p.o.Log.ErrorContext(ctx, "the monthly quota of pushes is used up: messages come without their words")
	}
	if p.told.ring(d.Conversation, now) {
		p.tell(ctx, d, wordPushesSpent)
	}
}

// tell answers a message without the engine: there is nothing in it to understand.
func (p *Platform) tell(ctx context.Context, d messageData, words string) {
	err := p.client.session(ctx, d.Session, map[string]any{"msgtype": "text", "text": map[string]string{"content": words}})
	if err != nil {
		p.o.Log.WarnContext(ctx, "word about a message that says nothing", "message", d.ID, "error", err)
	}
}

// The words to messages that say nothing.
const (
	wordPushesSpent = "本单位这个月的钉钉消息推送次数用完了，我现在看不到您写的内容，什么都没有记下。请联系管理员在钉钉后台升级或加购；下月 1 日自动恢复。"
	wordStranger    = "我只听得到本单位的同事。您是别的单位的：请让群里本单位的同事来说，或请他们的管理员把您加进单位的钉钉。"
	wordUnreadable  = "这种消息我看不懂，什么都没有记下。请用文字说；文件和图片请直接发给我。"
)
