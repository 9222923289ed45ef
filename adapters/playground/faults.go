package playground

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"huiban/bot"
)

// What sending can be answered with.
const (
	answerOK      = "ok"
	answerGone    = "gone"
	answerRetry   = "retry"
	answerTimeout = "timeout"
)

// retryAfter is how long a chat that takes nothing now asks to be left alone;
// short, so that it is soon found to take things again.
const retryAfter = time.Second

// A fault is how sending to a person or a group is answered from now on.
type fault struct {
	To     string `json:"to"` // id of a person or a group
	Answer string `json:"answer"`
}

// Fault makes sending to a person or into a chat be answered with ok, gone,
// retry or timeout, until it is told otherwise. Exactly one is given, by id or
// name.
func (p *Platform) Fault(person, chat, answer string) error {
	r := p.record
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains([]string{answerOK, answerGone, answerRetry, answerTimeout}, answer) {
		return refuse(http.StatusBadRequest, "answer 请写 ok、gone、retry 或 timeout。")
	}
	if person != "" {
		x, err := r.person(person)
		if err != nil {
			return err
		}
		return r.write(entry{Fault: &fault{To: x.ID, Answer: answer}})
	}
	c, err := r.chat(chat)
	if err != nil {
		return err
	}
	return r.write(entry{Fault: &fault{To: c.target(), Answer: answer}})
}

// target is whom a fault of the chat is kept under.
func (c *Chat) target() string {
	if c.Kind == privateChat {
		return c.Members[0]
	}
	return c.ID
}

// Switch makes the platform narrower or wider.
func (p *Platform) Switch(a bot.Abilities) error {
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	return p.record.write(entry{Abilities: &a})
}

// refused is the verdict on sending to a chat; lost says that it is taken, and
// only the receipt is lost.
func (r *record) refused(c *Chat) (lost bool, err error) {
	switch r.faults[c.target()] {
	case answerGone:
		return false, bot.Permanent(fmt.Errorf("chat %s takes nothing any more", c.ID))
	case answerRetry:
		return false, bot.RetryAfter(retryAfter, fmt.Errorf("chat %s takes nothing now", c.ID))
	case answerTimeout:
		return true, nil
	}
	return false, nil
}

func (s *server) postFaults(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Person    string `json:"person"`
		Chat      string `json:"chat"`
		Answer    string `json:"answer"`
		Abilities *struct {
			Forms      bool `json:"forms"`
			Edits      bool `json:"edits"`
			Mentions   bool `json:"mentions"`
			GroupFiles bool `json:"group_files"` //nolint:tagliatelle // the interface says so
		} `json:"abilities"`
	}
	if err := decode(w, r, &body); err != nil {
		return err
	}
	given := 0
	for _, is := range []bool{body.Person != "", body.Chat != "", body.Abilities != nil} {
		if is {
			given++
		}
	}
	if given != 1 || body.Abilities != nil && body.Answer != "" {
		return refuse(http.StatusBadRequest, "请写 person 和 answer，或 chat 和 answer，或 abilities，三者选一。")
	}
	var err error
	if a := body.Abilities; a != nil {
		err = s.p.Switch(bot.Abilities{Forms: a.Forms, Edits: a.Edits, Mentions: a.Mentions, GroupFiles: a.GroupFiles})
	} else {
		err = s.p.Fault(body.Person, body.Chat, body.Answer)
	}
	if err != nil {
		return err
	}
	s.answer(w, struct{}{})
	return nil
}
