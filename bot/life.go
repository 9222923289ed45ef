package bot

import (
	"fmt"
	"time"

	"huiban/bot/meeting"
)

// A spot is where cards about one subject stand: of several the newest lives.
type spot struct {
	of     meeting.Ref
	chat   ChatID
	person meeting.PersonID
}

// shows notes where a post puts a new card.
func (l *ledger) shows(p Post) {
	if p.Face.Name == "" || p.Edit != 0 {
		return
	}
	if l.fresh == nil {
		l.fresh = map[spot]bool{}
	}
	l.fresh[spotOf(p.Face.Of, p.To)] = true
}

func spotOf(of meeting.Ref, to To) spot {
	if to.Chat != "" {
		return spot{of: of, chat: to.Chat}
	}
	return spot{of: of, person: to.Person}
}

// place is where a copy stands, as the address of a post.
func (c Copy) place() To {
	if c.Chat != "" {
		return To{Chat: c.Chat}
	}
	return To{Person: c.Person}
}

// past reports whether a card is older than its platform lets cards be changed.
func (e *Engine) past(c Copy, now time.Time) bool {
	platform := platformOf(c.Message)
	m, ok := e.platforms[platform].(Mortal)
	return ok && e.abilities(platform).Edits && m.CardLife() > 0 && now.Sub(c.SentAt) >= m.CardLife()
}

// bring gets a live card to show a version of its subject: by an edit, or by a
// new card in its place where the platform changes the old one no more.
func (l *ledger) bring(c Copy, version int) error {
	if l.engine.past(c, l.now) {
		return l.renew(c)
	}
	return l.change(c, edit(c, version))
}

// change enqueues an edit as its platform likes edits: on a thrifty one only
// those that others than the tapper see, on a paced one with what changes within
// a while. All that wait then are drawn by the first, and the others are needless.
func (l *ledger) change(c Copy, p Post) error {
	platform := platformOf(c.Message)
	if l.engine.thrifty(platform) && (c.Chat == "" || c.Dead) {
		return nil
	}
	if paced, ok := l.engine.platforms[platform].(Paced); ok {
		p.NotBefore = l.now.Add(paced.EditEvery())
	}
	return l.enqueue(p)
}

// renew gives a card up and puts a new one of the same face below, unless the
// turn puts one there anyway.
func (l *ledger) renew(c Copy) error {
	c.Dead = true
	if err := l.SaveCopy(&c); err != nil {
		return fmt.Errorf("copy %d: %w", c.ID, err)
	}
	if l.fresh[spotOf(c.Face.Of, c.place())] {
		return nil
	}
	return l.enqueue(Post{Key: fmt.Sprintf("again/%d", c.ID), To: c.place(), Face: c.Face, Class: ClassNews})
}

// lost gives up a card that an edit could not change. Nobody missed anything by
// that; one that is only too old is shown anew.
func (l *ledger) lost(id int64, anew bool) error {
	c, err := l.Copy(id)
	if err != nil {
		return fmt.Errorf("copy %d: %w", id, err)
	}
	if c.Dead {
		return nil
	}
	if anew {
		return l.renew(c)
	}
	c.Dead = true
	return l.SaveCopy(&c)
}

// overtakenKey begins the key of an edit that repairs a lost race.
const overtakenKey = "again-edit/"

// overtaken repairs a card that an edit turned back: while it was on its way,
// the answer to a tap had shown a newer version. Only sending once more tells
// what stands there now.
func (l *ledger) overtaken(c Copy) error {
	p := edit(c, c.Shown)
	p.Key = fmt.Sprintf("%s%d/%d", overtakenKey, c.ID, c.Shown)
	return l.change(c, p)
}
