package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// tellFor is how long the courier tries to tell what somebody did.
const tellFor = 30 * 24 * time.Hour

// A ledger is the book of one turn. Whatever a rule saves is audited (promise
// 6), armed for what it will say (design.md 4c) and remembered, so that the
// cards that show it can be brought up to date.
type ledger struct {
	Tx
	engine *Engine
	now    time.Time
	origin Origin
	event  string
	from   Account // whose words or tap it is; empty by the clock
	saved  []meeting.Subject
	people []meeting.Person
	posted int           // numbers the posts that the delivery gives keys to
	fresh  map[spot]bool // where this turn sends a card anew
	moved  []HeldBack
	entry  *entry           // of the log
	nobody map[Account]bool // picked accounts that the platform does not know; nil outside of taps
}

func (e *Engine) ledger(tx Tx, now time.Time, origin Origin, event string) *ledger {
	return &ledger{Tx: tx, engine: e, now: now, origin: origin, event: event, entry: &entry{}}
}

// Everyone reads the people once a turn.
func (l *ledger) Everyone() ([]meeting.Person, error) {
	if l.people == nil {
		people, err := l.Tx.Everyone()
		if err != nil {
			return nil, err
		}
		l.people = people
	}
	return l.people, nil
}

// Join makes one person of two, on record.
func (l *ledger) Join(from, into meeting.PersonID) error {
	who, err := l.Person(from)
	if err != nil {
		return fmt.Errorf("person %d: %w", from, err)
	}
	if err := l.Tx.Join(from, into); err != nil {
		return fmt.Errorf("persons %d and %d: %w", from, into, err)
	}
	l.people = nil
	if err := l.Heard(l.from, l.now); err != nil {
		return fmt.Errorf("account %s: %w", l.from, err)
	}
	return l.audit(into.Ref(), meeting.Change{What: "绑定账号", Who: into, Before: fmt.Sprintf("p%d %s", from, who.Label()), After: fmt.Sprintf("p%d", into)})
}

// Savepoint undoes what fn wrote if it fails; then nothing of it was saved
// either.
func (l *ledger) Savepoint(fn func() error) error {
	kept := len(l.saved)
	err := l.Tx.Savepoint(fn)
	if err != nil {
		l.saved = l.saved[:kept]
	}
	return err
}

// SaveTask saves with all that a save owes.
func (l *ledger) SaveTask(k *meeting.Task) error {
	return l.keep(k, k.Changes(), func() error { return l.Tx.SaveTask(k) })
}

// SaveMeeting saves with all that a save owes.
func (l *ledger) SaveMeeting(m *meeting.Meeting) error {
	return l.keep(m, m.Changes(), func() error { return l.Tx.SaveMeeting(m) })
}

// SaveMinutes saves with all that a save owes.
func (l *ledger) SaveMinutes(x *meeting.Minutes) error {
	return l.keep(x, x.Changes(), func() error { return l.Tx.SaveMinutes(x) })
}

// SaveDispute saves with all that a save owes.
func (l *ledger) SaveDispute(d *meeting.Dispute) error {
	return l.keep(d, d.Changes(), func() error { return l.Tx.SaveDispute(d) })
}

// SaveDraft saves with all that a save owes; a draft is no act yet, so nothing
// of it is audited.
func (l *ledger) SaveDraft(d *Draft) error {
	if err := l.Tx.SaveDraft(d); err != nil {
		return fmt.Errorf("draft %d: %w", d.ID, err)
	}
	return l.arm(d)
}

// keep saves a subject with all that a save owes.
func (l *ledger) keep(s meeting.Subject, changes []meeting.Change, save func() error) error {
	if s.Ref().ID != 0 {
		if err := l.catchUp(s.Ref()); err != nil {
			return err
		}
	}
	if err := save(); err != nil {
		return fmt.Errorf("%s %d: %w", s.Ref().Kind, s.Ref().ID, err)
	}
	for _, c := range changes {
		if err := l.audit(s.Ref(), c); err != nil {
			return err
		}
	}
	return l.arm(s)
}

// catchUp says what a subject owed before it changes: what fell in an outage
// is still said, and what the change makes past is never said late.
func (l *ledger) catchUp(of meeting.Ref) error {
	a, ok, err := l.Alarm(of)
	if err != nil || !ok || a.Next.After(l.now) {
		return err
	}
	was, err := load(l, of)
	if err != nil {
		return fmt.Errorf("%s %d before its change: %w", of.Kind, of.ID, err)
	}
	due, _ := was.Notices(l.engine.o.Calendar, a.Since, l.now)
	return l.say(due)
}

func (l *ledger) arm(s meeting.Subject) error {
	_, next := s.Notices(l.engine.o.Calendar, l.now, l.now)
	l.saved = append(l.saved, s)
	return l.Arm(Alarm{Of: s.Ref(), Version: s.Revision(), Since: l.now, Next: next})
}

// ring says what one subject has to say up to till. Another replica may have
// been faster: then its row is no longer what it was, and nothing is said here.
func (l *ledger) ring(a Alarm, till time.Time) error {
	s, err := load(l, a.Of)
	if errors.Is(err, meeting.ErrNotFound) {
		_, err := l.Advance(a, till, time.Time{})
		return err
	}
	if err != nil {
		return err
	}
	due, next := s.Notices(l.engine.o.Calendar, a.Since, till)
	won, err := l.Advance(a, till, next)
	if err != nil || !won {
		return err
	}
	if d, ok := s.(*Draft); ok && len(due) > 0 {
		d.Ended = DraftExpired
		if err := l.SaveDraft(d); err != nil {
			return err
		}
	}
	return l.say(due)
}

// say turns notices into posts. The key carries what makes a notice unique and
// its recipient, so that replicas, a replay or an outage say it once.
func (l *ledger) say(notices []meeting.Notice) error {
	posts := make([]Post, len(notices))
	for i, n := range notices {
		p := Post{
			Key:     fmt.Sprintf("%s/%d/%s/%s/%s/%s", n.Of.Kind, n.Of.ID, n.Kind, n.Step, n.Mark, addressOf(n)),
			To:      To{Person: n.To, Chat: ChatID(n.Chat)},
			Face:    Face{Name: n.Face, Of: n.Of, For: n.To},
			Why:     l.engine.o.Words.Why(n),
			Class:   ClassReminder,
			Notice:  &n,
			Expires: n.Expires, NotBefore: n.At,
		}
		switch {
		case n.Prompt:
			p.Class = ClassPrompt
		case n.Digest:
			p.Fold = FoldOf(n.To, n.At)
		case n.Of.Kind == meeting.KindDraft:
			d, err := l.Draft(n.Of.ID)
			if err != nil {
				return err
			}
			p.Text, p.Face = l.engine.o.Words.DraftExpired(d.Command), Face{Of: n.Of}
		}
		posts[i] = p
		if !n.Meant.IsZero() && n.Meant.Before(n.At) {
			l.moved = append(l.moved, HeldBack{At: n.Meant, To: p.To, What: p.Why, Why: l.engine.o.Words.Quiet(), Until: n.At})
		}
	}
	return l.Enqueue(l.now, posts...)
}

// addressOf is whom a notice is for, as a part of its key.
func addressOf(n meeting.Notice) string {
	if n.Chat != "" {
		return "c:" + n.Chat
	}
	return fmt.Sprintf("p%d", n.To)
}

// Readdressed is a post to one person as it would have been written to another
// one whom that person turned out to be.
func (p Post) Readdressed(from, into meeting.PersonID) Post {
	if rest, ok := strings.CutSuffix(p.Key, fmt.Sprintf("/p%d", from)); ok {
		p.Key = fmt.Sprintf("%s/p%d", rest, into)
	}
	if rest, ok := strings.CutPrefix(p.Fold, fmt.Sprintf("p%d/", from)); ok {
		p.Fold = fmt.Sprintf("p%d/%s", into, rest)
	}
	meeting.Aliases{from: into}.In(&p)
	return p
}

// FoldOf joins what one person is told in the morning of a day (R75, M26).
func FoldOf(p meeting.PersonID, at time.Time) string {
	return fmt.Sprintf("p%d/%s", p, at.In(workday.Zone).Format("2006-01-02"))
}

// post enqueues what a handler wished for. Posts without a key are numbered
// within the delivery, whose own key makes them happen once.
func (l *ledger) post(posts []Post) error {
	for i := range posts {
		p := &posts[i]
		if p.Key == "" {
			l.posted++
			p.Key = fmt.Sprintf("t/%s/%d", hash(l.event), l.posted)
		}
		if p.Class == "" {
			p.Class = ClassNews
		}
	}
	return l.enqueue(posts...)
}

// enqueue gives posts without an end one that outlasts nights, holidays and
// long outages: what was decided is told (promise 2).
func (l *ledger) enqueue(posts ...Post) error {
	for i := range posts {
		p := &posts[i]
		if p.Expires.IsZero() && p.Class != ClassReminder {
			p.Expires = later(l.now, p.NotBefore).Add(tellFor)
		}
		l.shows(*p)
	}
	return l.Enqueue(l.now, posts...)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// refresh enqueues one edit for each live card of what was saved, but for the
// one that the platform changes itself by the answer to the tap.
func (l *ledger) refresh(except int64) error {
	seen := map[meeting.Ref]bool{}
	for _, s := range slices.Backward(l.saved) {
		if seen[s.Ref()] {
			continue
		}
		seen[s.Ref()] = true
		copies, err := l.LiveCopies(s.Ref())
		if err != nil {
			return err
		}
		for _, c := range copies {
			if c.ID == except || c.Shown >= s.Revision() {
				continue
			}
			if m, ok := s.(*meeting.Meeting); ok && m.Parted(string(c.Chat)) { // it stays as it was
				c.Dead = true
				if err := l.SaveCopy(&c); err != nil {
					return fmt.Errorf("copy %d: %w", c.ID, err)
				}
				continue
			}
			if err := l.bring(c, s.Revision()); err != nil {
				return err
			}
		}
	}
	return nil
}

// edit is the post that brings a card up to a version of its subject.
func edit(c Copy, version int) Post {
	return Post{Key: fmt.Sprintf("edit/%d/%d", c.ID, version), To: c.place(), Edit: c.ID, Face: c.Face, Class: ClassEdit}
}
