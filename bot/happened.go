package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiban/bot/meeting"
)

// Happened implements Inbox.
func (e *Engine) Happened(ctx context.Context, h Happening) error {
	if h.Kind == Menu { // a line that need not be typed
		return e.Message(ctx, Message{Event: h.Event, Chat: h.Chat, Private: true, From: h.Account, At: e.now(), Text: h.Text})
	}
	now, entry := e.now(), e.entry(string(h.Kind), h.Event, h.Account, h.Chat)
	err := e.met(ctx, func(tx Tx) error {
		l := e.ledger(tx, now, Typed, h.Event)
		l.entry = entry.again()
		if h.Event != "" {
			if first, err := tx.FirstTime(h.Event, now); err != nil || !first {
				return err
			}
		}
		entry.outcome = "done"
		if err := l.happened(h); err != nil {
			return err
		}
		return l.refresh(0)
	})
	e.note(ctx, entry, err)
	if err != nil {
		return fmt.Errorf("%s of %s: %w", h.Kind, h.Account, err)
	}
	e.o.Poke()
	return nil
}

func (l *ledger) happened(h Happening) error {
	switch h.Kind {
	case BotAdded:
		return l.added(h)
	case BotRemoved, ChatGone:
		return l.removed(h)
	case Entered:
		return l.welcome(h)
	case Known, Left, Menu:
	}
	return l.heardOf(h)
}

// heardOf keeps what a platform tells of a person.
func (l *ledger) heardOf(h Happening) (err error) {
	profile := h.Profile
	profile.Account = h.Account
	if h.Kind == Left {
		profile.Inactive = true
	}
	if profile.Name == "" || h.Kind == Left {
		l.entry.person, err = fillProfile(l.Tx, profile, l.now)
		return err
	}
	l.entry.person, err = l.Meet(profile, l.now)
	return err
}

// fillProfile keeps what is known of a person of whom the platform only says
// that they left; who was never met is not met now.
func fillProfile(tx Tx, p Profile, now time.Time) (meeting.PersonID, error) {
	id, err := tx.PersonOf(p.Account)
	if errors.Is(err, meeting.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	known, err := tx.Person(id)
	if err != nil {
		return 0, err
	}
	p.Name, p.Department, p.Title, p.Admin = known.Name, known.Department, known.Title, known.Admin
	return tx.Meet(p, now)
}

// The faces that the engine sends by itself; bot/command draws them.
const (
	FaceGroup   = "group"   // asks what a group is for, then says it
	FaceWelcome = "welcome" // greets who opens the private chat
	FaceCheckUp = "checkup" // shows whether cards can be seen and tapped
)

// added notes that the bot is in a group, and asks there what the group is for.
// Of several askings the newest stays up to date.
func (l *ledger) added(h Happening) error {
	g, err := l.group(h.Chat)
	if err != nil {
		return err
	}
	g.Gone, g.Since = false, l.now
	if h.Name != "" {
		g.Name = harmless(h.Name)
	}
	if err := l.SaveGroup(g); err != nil {
		return err
	}
	return l.enqueue(Post{
		Key: fmt.Sprintf("group/%d/%d", g.ID, g.Version), To: To{Chat: g.Chat}, Face: Face{Name: FaceGroup, Of: g.Ref()}, Class: ClassAnswer,
	})
}

// removed notes that nothing reaches a group any more.
func (l *ledger) removed(h Happening) error {
	g, err := l.group(h.Chat)
	if err != nil || g.Gone {
		return err
	}
	g.Gone = true
	return l.SaveGroup(g)
}

// How often the bot greets who opens the private chat: platforms tell of every
// opening, also of one that a message of ours led to.
const (
	welcomeDays  = 7
	welcomeQuiet = time.Hour
)

// welcome greets who opened the private chat, unless it did so within the last
// days or something else was just sent there.
func (l *ledger) welcome(h Happening) error {
	who, err := l.PersonOf(h.Account)
	if errors.Is(err, meeting.ErrNotFound) {
		return unmet{account: h.Account}
	}
	if err != nil {
		return fmt.Errorf("account %s: %w", h.Account, err)
	}
	l.entry.person = who
	to := To{Person: who}
	for back := 0; back <= welcomeDays; back++ {
		said, err := l.Said(welcomeKey(who, l.now.AddDate(0, 0, -back)))
		if err != nil || said {
			return err
		}
	}
	busy, err := l.SentTo(to, l.now.Add(-welcomeQuiet))
	if err != nil || busy {
		return err
	}
	return l.enqueue(Post{
		Key: welcomeKey(who, l.now), To: to, Face: Face{Name: FaceWelcome, Of: who.Ref(), For: who}, Class: ClassAnswer, Expires: l.now.Add(welcomeQuiet),
	})
}

func welcomeKey(p meeting.PersonID, at time.Time) string {
	return fmt.Sprintf("welcome/p%d/%s", p, at.Format("2006-01-02"))
}
