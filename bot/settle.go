package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"huiban/bot/meeting"
)

// Settle records what became of letters, in one turn: their states, the cards
// that are out now, and the word to a host about who could not be reached.
// What the lease no longer covers is left alone.
func (e *Engine) Settle(ctx context.Context, deliveries ...Delivery) error {
	now := e.now()
	var held []HeldBack
	err := e.turn(ctx, func(tx Tx) error {
		held = nil
		l := e.ledger(tx, now, ByClock, "")
		var outcomes []Outcome
		for _, d := range deliveries {
			outcomes = append(outcomes, e.outcomes(d)...)
		}
		settled, err := tx.Settle(now, outcomes...)
		if err != nil {
			return err
		}
		aliases, err := tx.Aliases()
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			aliases.In(&d.Letters)
			if !slices.Contains(settled, d.Letters[0].ID) {
				continue
			}
			if err := l.delivered(d); err != nil {
				return err
			}
			if h, ok := e.heldBack(d); ok {
				held = append(held, h)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%d deliveries: %w", len(deliveries), err)
	}
	for _, h := range held {
		e.o.Watch(h)
	}
	e.o.Poke()
	return nil
}

// outcomes are the same for all letters that went out together.
func (e *Engine) outcomes(d Delivery) []Outcome {
	o := Outcome{Message: d.Message}
	_, refused := Delay(d.Err)
	switch {
	case d.Ready.Told != "":
		o.State, o.Message = Sent, d.Ready.Told
	case d.Ready.Skip == SkipExpired:
		o.State = Expired
	case unreachable(d.Ready.Skip):
		o.State = Dead
	case d.Ready.Skip != "":
		o.State = Skipped
	case d.Ready.Spread:
		o.State, o.Until, o.Note, o.KeepDue = Held, d.Ready.Until, e.o.Words.Spread(), true
	case !d.Ready.Until.IsZero():
		o.State, o.Until, o.Note = Held, d.Ready.Until, e.o.Words.Quiet()
	case d.Err == nil:
		o.State = Sent
	case IsPermanent(d.Err):
		o.State = Dead
	case errors.Is(d.Err, ErrUncertain):
		o.State = Uncertain
	case errors.Is(d.Err, ErrUnsent) && d.Letters[0].Edit != 0:
		o.State = Skipped // the next edit draws the card anew
	case errors.Is(d.Err, ErrUnsent):
		o.State = Unsent
	default:
		o.State, o.Wait, o.Refused = Pending, d.Wait, refused
	}
	if d.Ready.Skip != "" && d.Ready.Told == "" {
		o.Note = e.o.Words.Skipped(d.Ready.Skip)
	}
	if d.Err != nil {
		o.Note = cut(d.Err.Error(), 400)
	}
	out := make([]Outcome, len(d.Letters))
	for i, l := range d.Letters {
		out[i] = o
		out[i].ID, out[i].Token = l.ID, l.Token
	}
	return out
}

// unreachable reports whether a letter was not said because it reaches nobody.
func unreachable(s SkipReason) bool { return s == SkipLeft || s == SkipNoWay || s == SkipGone }

// delivered does what follows from an outcome that was recorded.
func (l *ledger) delivered(d Delivery) error {
	first := d.Letters[0]
	gone := unreachable(d.Ready.Skip) || IsPermanent(d.Err)
	sent := d.Err == nil && d.Ready.Skip == "" && d.Ready.Until.IsZero()
	switch {
	case gone && first.Edit == 0:
		return l.unreached(d)
	case first.Edit != 0 && (d.Ready.Skip == SkipTooOld || errors.Is(d.Err, ErrCardDead)):
		return l.lost(first.Edit, d.Ready.Skip == SkipTooOld)
	case !sent || d.Ready.Out.Card == nil:
		return nil
	case first.Edit != 0:
		return l.brought(first.Edit, d.Ready.Shown, d.Ready.Look)
	}
	c := Copy{
		Message: copyKey(d.Ready.Platform, d.Message), Chat: first.To.Chat, Person: first.To.Person,
		Face: first.Face, Shown: d.Ready.Shown, Look: d.Ready.Look, SentAt: l.now,
	}
	if first.Fold != "" {
		c.Face = digestFace(first.To.Person)
	}
	if err := l.replace(c); err != nil {
		return err
	}
	if err := l.SaveCopy(&c); err != nil {
		return fmt.Errorf("copy of letter %d: %w", first.ID, err)
	}
	return l.caughtUp(c)
}

// brought notes that a card shows a version now.
func (l *ledger) brought(id int64, version int, look string) error {
	c, err := l.Copy(id)
	if err != nil {
		return fmt.Errorf("copy %d: %w", id, err)
	}
	if c.Shown > version && !c.Dead {
		return l.overtaken(c)
	}
	if c.Shown < version {
		c.Shown, c.Look = version, look
	}
	return l.SaveCopy(&c)
}

// caughtUp edits a card whose subject moved on while it was being sent.
func (l *ledger) caughtUp(c Copy) error {
	s, err := load(l, c.Face.Of)
	if errors.Is(err, meeting.ErrNotFound) {
		return nil
	}
	if err != nil || s.Revision() <= c.Shown {
		return err
	}
	return l.change(c, edit(c, s.Revision()))
}

// movedKey begins the key of the last edit of a card that was replaced.
const movedKey = "moved/"

// replace ends the older cards of a subject in the same place: there is one
// that is kept up to date, the newest. A person's lists stay as they were: this
// morning's digest makes yesterday's no mistake. A greeting or a check replaces nothing.
func (l *ledger) replace(by Copy) error {
	if by.Face.Name == FaceWelcome || by.Face.Name == FaceCheckUp {
		return nil
	}
	older, err := l.LiveCopies(by.Face.Of)
	if err != nil {
		return err
	}
	for _, c := range older {
		if c.Chat != by.Chat || c.Person != by.Person || platformOf(c.Message) != platformOf(by.Message) || l.engine.pinned[c.Face.Name] && c.Face.Name != by.Face.Name {
			continue
		}
		c.Dead = true
		if err := l.SaveCopy(&c); err != nil {
			return fmt.Errorf("copy %d: %w", c.ID, err)
		}
		if by.Face.Of.Kind == meeting.KindPerson {
			continue
		}
		p := edit(c, 0)
		p.Key = fmt.Sprintf("%s%d", movedKey, c.ID)
		if err := l.change(c, p); err != nil {
			return err
		}
	}
	return nil
}

// unreached tells the hosts, once for each letter, whom it did not
// reach (promise 4).
func (l *ledger) unreached(d Delivery) error {
	for _, letter := range d.Letters {
		of := letter.Face.Of
		if of.Kind == meeting.KindDraft || of.Kind == meeting.KindPerson || of.Kind == meeting.KindGroup || of.Kind == "" {
			continue
		}
		s, err := load(l, of)
		if errors.Is(err, meeting.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s %d: %w", of.Kind, of.ID, err)
		}
		if d.Ready.Skip == SkipGone {
			if err := l.silenced(letter.To.Chat, s); err != nil {
				return err
			}
			continue
		}
		host := meeting.HostOf(s)
		if host == letter.To.Person || host == meeting.Nobody {
			continue
		}
		err = l.enqueue(Post{
			Key: "unreached/" + hash(letter.Key), To: To{Person: host}, Face: Face{Of: of},
			Text: l.engine.o.Words.Unreached(letter.To.Person, s), Class: ClassNews,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heldBack is what a delivery tells those who watch: reminders that waited or
// were not said after all.
func (e *Engine) heldBack(d Delivery) (HeldBack, bool) {
	first := d.Letters[0]
	h := HeldBack{At: first.DueAt, To: first.To, What: d.Ready.What}
	switch {
	case first.Edit != 0 || d.Ready.Spread:
		return h, false
	case !d.Ready.Until.IsZero():
		h.Why, h.Until = e.o.Words.Quiet(), d.Ready.Until
	case d.Ready.Told != "":
		return h, false
	case d.Ready.Skip != "" && (first.Notice != nil || first.Fold != ""):
		h.Why = e.o.Words.Skipped(d.Ready.Skip)
	default:
		return h, false
	}
	return h, true
}
