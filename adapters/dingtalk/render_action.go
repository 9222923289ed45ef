package dingtalk

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/card"
)

// mostActions is how many buttons an action card of the robot has.
const mostActions = 5

// A marked is a card as a message without a template: markdown, in a single chat with
// buttons that let the reader say their words.
type marked struct {
	title, text string
	actions     []action
	at          map[string]string // who is mentioned, by userId
}

type action struct{ title, address string }

// saidCard is a card as markdown. mentions says that people can be mentioned there.
func (p *Platform) saidCard(o bot.Out, mentions bool) (marked, error) {
	c, private := withText(*o.Card, o.Text).WithoutForm(), o.Chat == ""
	voice := markedVoice
	if mentions && !private {
		voice = markedCalledVoice
	}
	for _, s := range sizes() {
		d := drawing{people: o.People, voice: voice, private: private, size: s, robot: p.o.robotName()}
		m := d.said(c)
		if len(toJSON(m.text)) <= mostParam-m.room() && utf8.RuneCountInString(m.text) <= mostText {
			if mentions && !private {
				m.at = mentioned(o.People, d.texts(c)...)
			}
			return m, nil
		}
	}
	return marked{}, fmt.Errorf("dingtalk: card %q is too large however short", cut(c.Title, 20))
}

func (o Options) robotName() string {
	if o.RobotName == "" {
		return "会办"
	}
	return o.RobotName
}

// room is how many bytes all but the text take.
func (m marked) room() int {
	n := 200 + len(toJSON(m.title))
	for _, a := range m.actions {
		n += 60 + len(toJSON(a.title)) + len(toJSON(a.address))
	}
	return n
}

// texts are those in which people can be mentioned.
func (d drawing) texts(c card.Card) []string {
	out := []string{d.shorten(c.Body, d.size.body)}
	for _, f := range c.Fields[:min(len(c.Fields), d.size.fields)] {
		out = append(out, d.shorten(f.Value, d.size.value))
	}
	return out
}

func (d drawing) said(c card.Card) marked {
	m := marked{title: d.title(c)}
	head := "### " + dot(c.Tone) + " " + escape(m.title)
	var table string
	if c.Table != nil {
		table = d.list(*c.Table)
	}
	var tail string
	if d.private {
		var rest []card.Button
		m.actions, rest = d.actions(c.Buttons)
		tail = d.links(rest)
	} else {
		tail = d.twins(wordInstead, c.Buttons)
	}
	m.text = paragraphs(head, d.fields(c.Fields), table, d.body(c.Body), d.files(c.Files), tail)
	return m
}

// actions are the first buttons whose words can be said by touching them, and the
// others.
func (d drawing) actions(buttons []card.Button) (out []action, rest []card.Button) {
	for _, b := range buttons {
		address, ok := d.speaking(b)
		if ok && len(out) < mostActions {
			out = append(out, action{d.label(b), address})
		} else {
			rest = append(rest, b)
		}
	}
	return out, rest
}

// mostSpoken is the longest text that a button says, in bytes.
const mostSpoken = 300

// speaking is the address that lets the reader say a button's words. What has to be
// completed first is only shown.
func (d drawing) speaking(b card.Button) (string, bool) {
	words := strings.TrimSpace(plain(b.Do.Words, d.people))
	if b.Submit || words == "" || len(words) > mostSpoken || strings.ContainsAny(words, "…\n") {
		return "", false
	}
	return "dtmd://dingtalkclient/sendMessage?content=" + strings.NewReplacer("@", "%40", "*", "%2A").Replace(url.PathEscape(words)), true
}

// links are the buttons that found no room on an action card, as links where they
// can be, else as what to type.
func (d drawing) links(buttons []card.Button) string {
	var out []string
	for _, b := range buttons[:min(len(buttons), d.size.buttons)] {
		address, ok := d.speaking(b)
		switch {
		case ok:
			out = append(out, "["+d.label(b)+"]("+address+")")
		case d.twin(b) != "":
			out = append(out, d.twin(b))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return lines(strings.Join(slices.Concat([]string{wordInstead}, out), "\n"))
}

// robot is the message for the robot API.
func (m marked) robot() robotMessage {
	param := map[string]string{"title": m.title, "text": m.text}
	switch len(m.actions) {
	case 0:
		return robotMessage{"sampleMarkdown", toJSON(param)}
	case 1:
		param["singleTitle"], param["singleURL"] = m.actions[0].title, m.actions[0].address
		return robotMessage{"sampleActionCard", toJSON(param)}
	}
	for i, a := range m.actions {
		param[fmt.Sprintf("actionTitle%d", i+1)], param[fmt.Sprintf("actionURL%d", i+1)] = a.title, a.address
	}
	return robotMessage{fmt.Sprintf("sampleActionCard%d", len(m.actions)), toJSON(param)}
}

// session is the message for an answer.
func (m marked) session() object {
	if len(m.actions) > 0 {
		buttons := []object{}
		for _, a := range m.actions {
			buttons = append(buttons, object{"title": a.title, "actionURL": a.address})
		}
		return object{"msgtype": "actionCard", "actionCard": object{"title": m.title, "text": m.text, "btnOrientation": "0", "btns": buttons}}
	}
	out := object{"msgtype": "markdown", "markdown": object{"title": m.title, "text": m.text}}
	if len(m.at) > 0 {
		out["at"] = atUsers(m.at, m.text)
	}
	return out
}
