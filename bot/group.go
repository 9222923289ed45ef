package bot

import (
	"errors"
	"fmt"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// A Group is what is kept of a chat of several people: what they said it is for,
// and whether the bot can still be heard there. It is known from the moment the
// bot is added, or from the first word said to it there.
type Group struct {
	ID      int64
	Version int
	Chat    ChatID
	Name    string           // as the platform tells it; may be empty
	Purpose string           // empty until somebody chose one
	By      meeting.PersonID // who chose it
	Since   time.Time        // since when the bot is in it, as far as it knows
	Gone    bool             // disbanded, or the bot was removed
}

var _ meeting.Subject = (*Group)(nil)

// Ref names the group as a subject.
func (g *Group) Ref() meeting.Ref { return meeting.Ref{Kind: meeting.KindGroup, ID: g.ID} }

// Revision implements meeting.Subject.
func (g *Group) Revision() int { return g.Version }

// Notices implements meeting.Subject: a group never speaks by itself.
func (*Group) Notices(workday.Calendar, time.Time, time.Time) (due []meeting.Notice, next time.Time) {
	return nil, time.Time{}
}

// Wants implements meeting.Subject.
func (*Group) Wants(meeting.Notice) bool { return false }

// SaveGroup saves with all that a save owes: what the group is for is an act of
// somebody and audited.
func (l *ledger) SaveGroup(g *Group) error {
	was := &Group{}
	if g.ID != 0 {
		var err error
		if was, err = l.GroupByID(g.ID); err != nil {
			return fmt.Errorf("group %d: %w", g.ID, err)
		}
	}
	if err := l.Tx.SaveGroup(g); err != nil {
		return fmt.Errorf("group %d: %w", g.ID, err)
	}
	l.saved = append(l.saved, g)
	if was.Purpose == g.Purpose {
		return nil
	}
	return l.audit(g.Ref(), meeting.Change{What: "绑定本群", Who: g.By, Before: was.Purpose, After: g.Purpose})
}

// group is the record of a chat, a new one if there is none yet.
func (l *ledger) group(chat ChatID) (*Group, error) {
	g, err := l.Group(chat)
	if errors.Is(err, meeting.ErrNotFound) {
		return &Group{Chat: chat, Since: l.now}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("group %s: %w", chat, err)
	}
	return g, nil
}

// hears notes that somebody spoke to the bot in a group: so it is there.
func (l *ledger) hears(chat ChatID) error {
	g, err := l.group(chat)
	if err != nil || g.ID != 0 && !g.Gone {
		return err
	}
	g.Gone, g.Since = false, l.now
	return l.SaveGroup(g)
}

// gone reports whether nothing reaches a group any more.
func (l *ledger) gone(chat ChatID) (bool, error) {
	g, err := l.Group(chat)
	if errors.Is(err, meeting.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("group %s: %w", chat, err)
	}
	return g.Gone, nil
}

// silenced tells a subject's host once that its group hears nothing any more.
func (l *ledger) silenced(chat ChatID, s meeting.Subject) error {
	host := meeting.HostOf(s)
	g, err := l.group(chat)
	if err != nil || host == meeting.Nobody {
		return err
	}
	return l.enqueue(Post{
		Key: fmt.Sprintf("gone/%d/%d/%s/%d", g.ID, g.Version, s.Ref().Kind, s.Ref().ID), To: To{Person: host},
		Face: Face{Of: s.Ref()}, Text: l.engine.o.Words.GroupGone(s), Class: ClassNews,
	})
}
