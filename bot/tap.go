package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"huiban/bot/meeting"
)

// Tap implements Inbox: a button is a command already typed, for the same
// handler. The answer carries the tapped card as it is now; ten lost tries are
// answered with a word, for a tap is never delivered again.
func (e *Engine) Tap(ctx context.Context, tap Tap) (Answer, error) {
	now, entry := e.now(), e.entry(string(Tapped), tap.Event, tap.From, tap.Chat)
	members := e.members(ctx, tap.Chat, tap.Chat == "")
	files := e.files(ctx, fileIDs(tap.Form[ArgFiles]))
	named := e.spot(ctx, platformOf(tap.From), tap.Chat, tap.Chat == "", strings.Join(slices.Concat(slices.Collect(maps.Values(tap.Form))...), "\n"))
	var out Answer
	err := e.met(ctx, func(tx Tx) error {
		out = Answer{}
		l := e.ledger(tx, now, Tapped, tap.Event)
		l.entry = entry.again()
		first, err := tx.FirstTime(tap.Event, now)
		if err != nil {
			return err
		}
		tapped, known, err := l.copyOf(tap.From, tap.Card)
		if err != nil {
			return err
		}
		t, err := l.open(tap.From, tap.Chat, known && tapped.Chat == "" || tap.Chat == "")
		if err != nil {
			return err
		}
		t.About, t.Seen, t.roster, t.Files = tapped.Face.Of, tap.Do.Seen, members, files
		if err := l.acquainted(named); err != nil {
			return err
		}
		if !first {
			out.Toast = e.o.Words.Repeated()
			return l.show(&out, t, tapped, known)
		}
		reply, err := l.attempt(func() (Reply, error) { return e.press(ctx, l, t, tap) }, t)
		if err != nil {
			return err
		}
		out.Toast = reply.Toast
		if err := l.answerTap(reply, t); err != nil {
			return err
		}
		if err := l.show(&out, t, tapped, known); err != nil {
			return err
		}
		return l.refresh(l.shownBy(tapped, out))
	})
	e.note(ctx, entry, err)
	switch {
	case errors.Is(err, ErrConflict):
		return Answer{Toast: e.o.Words.Contended()}, nil
	case err != nil:
		return Answer{}, fmt.Errorf("tap %s: %w", tap.Event, err)
	}
	e.o.Poke()
	return out, nil
}

// press runs the button's command, for the draft it belongs to if it does.
func (e *Engine) press(ctx context.Context, l *ledger, t *Turn, tap Tap) (Reply, error) {
	args := maps.Clone(tap.Do.Args)
	if args == nil {
		args = map[string]string{}
	}
	size := 0
	for name, values := range tap.Form {
		if name == ArgFiles || len(values) == 0 {
			continue
		}
		values, err := l.picked(values, platformOf(tap.From))
		if err != nil {
			return Reply{}, err
		}
		args[name] = formValue(values)
		if size += utf8.RuneCountInString(args[name]); size > maxText {
			return Reply{Toast: e.o.Words.TooLong(size, maxText)}, nil
		}
	}
	id, ok := args[ArgDraft]
	if !ok {
		if c := e.byName[tap.Do.Command]; c != nil {
			t.number = c.number(tap.Do.Args)
		}
		return e.run(ctx, l, t, tap.Do.Command, args, nil)
	}
	d, err := l.draftFor(t, id)
	if err != nil {
		return Reply{}, err
	}
	if args[ArgDrop] != "" {
		return e.drop(l, d)
	}
	return e.run(ctx, l, t, d.Command, d.with(args), d)
}

// draftFor loads the draft that a card asks for, for the one person who may
// answer it.
func (l *ledger) draftFor(t *Turn, id string) (*Draft, error) {
	w := l.engine.o.Words
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, meeting.Refuse("R33", w.DraftGone())
	}
	d, err := l.Draft(n)
	switch {
	case errors.Is(err, meeting.ErrNotFound):
		return nil, meeting.Refuse("R33", w.DraftGone())
	case err != nil:
		return nil, fmt.Errorf("draft %d: %w", n, err)
	case d.Person != t.Who:
		return nil, meeting.Refuse("R33", w.DraftOf(d.Person))
	case d.Ended != "":
		return nil, meeting.Refuse("R33", w.DraftGone())
	}
	return d, nil
}

// answerTap enqueues what a tap says besides its toast.
func (l *ledger) answerTap(r Reply, t *Turn) error {
	if r.Text == "" && r.Face.Name == "" {
		return l.post(r.Posts)
	}
	return l.answer(r, t, "", "")
}

// show puts the tapped card's face as it is now into the answer.
func (l *ledger) show(out *Answer, t *Turn, c Copy, known bool) error {
	if !known || c.Dead {
		return nil
	}
	d, err := l.engine.draw(t, c.Face)
	if errors.Is(err, ErrNothing) || errors.Is(err, meeting.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	seen := look(d.Card)
	out.Card = &d.Card
	if err := l.dress(out, platformOf(c.Message)); err != nil {
		return err
	}
	if l.engine.answersAll(platformOf(c.Message)) && d.Version > c.Shown {
		c.Shown, c.Look = d.Version, seen
		return l.SaveCopy(&c)
	}
	return nil
}

// shownBy is the copy that the answer itself brings up to date for everybody.
func (l *ledger) shownBy(c Copy, out Answer) int64 {
	if out.Card != nil && l.engine.answersAll(platformOf(c.Message)) {
		return c.ID
	}
	return 0
}

func (e *Engine) answersAll(platform string) bool {
	s, ok := e.platforms[platform].(Showcase)
	return ok && s.AnswersAll()
}

// draw draws a face for whom it is meant.
func (e *Engine) draw(t *Turn, f Face) (Drawn, error) {
	draw := e.faces[f.base()]
	if draw == nil {
		return Drawn{}, fmt.Errorf("face %q: %w", f.Name, meeting.ErrNotFound)
	}
	d, err := draw(t, f)
	if err != nil {
		return Drawn{}, fmt.Errorf("face %s of %s %d: %w", f.Name, f.Of.Kind, f.Of.ID, err)
	}
	return d, nil
}

// dress turns the answer's person tokens into names: an answer to a tap has no
// room for mentions.
func (l *ledger) dress(out *Answer, platform string) error {
	people, err := l.shown(platform, slices.Concat(out.Card.Texts(), out.Card.Picks(), []string{out.Toast})...)
	if err != nil {
		return err
	}
	name := func(s string) string { return Named(s, people) }
	out.Toast = name(out.Toast)
	c := out.Card.Map(name)
	out.Card, out.People = &c, people
	return nil
}

// picked puts person tokens where a picker gave accounts of its platform; whom
// nobody has met yet is met first.
func (l *ledger) picked(values []string, platform string) ([]string, error) {
	out := slices.Clone(values)
	for i, v := range values {
		if !strings.HasPrefix(v, platform+":") || strings.ContainsAny(v, " \n") {
			continue
		}
		p, err := l.PersonOf(Account(v))
		if errors.Is(err, meeting.ErrNotFound) {
			return nil, unmet{Account(v)}
		}
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", v, err)
		}
		out[i] = p.Token()
	}
	return out, nil
}

// formValue is what an input's values would be if typed.
func formValue(values []string) string {
	clean := make([]string, len(values))
	for i, v := range values {
		if personToken.FindString(v) != v { // a person was picked, or somebody typed
			v = harmless(v)
		}
		clean[i] = v
	}
	return lines(clean)
}

func fileIDs(values []string) []FileID {
	out := make([]FileID, len(values))
	for i, v := range values {
		out[i] = FileID(v)
	}
	return out
}

// personToken is what meeting.PersonID.Token makes.
var personToken = regexp.MustCompile(`@\{p(\d+)\}`)
