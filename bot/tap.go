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

	"huiban/bot/card"
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
	nobody := map[Account]bool{}
	err := e.met(ctx, func(tx Tx) error {
		out = Answer{}
		l := e.ledger(tx, now, Tapped, tap.Event)
		l.entry, l.nobody = entry.again(), nobody
		first, err := tx.FirstTime(tap.Event, now)
		if err != nil {
			return err
		}
		tapped, known, err := l.copyOf(tap.From, tap.Card)
		if err != nil {
			return err
		}
		chat := tap.Chat
		if known { // where the card went is ours to know, not the tap's to say
			chat = tapped.Chat
		}
		t, err := l.open(tap.From, chat, chat == "")
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
	command := tap.Do.Command
	var d *Draft
	if id, ok := args[ArgDraft]; ok {
		var err error
		if d, err = l.draftFor(t, id); err != nil {
			return Reply{}, err
		}
		command = d.Command
	}
	size := 0
	for name, values := range tap.Form {
		if len(values) == 0 || slices.Contains([]string{ArgDraft, ArgDrop, ArgFiles, ArgOnly}, name) { // the engine's own are in no form
			continue
		}
		if e.asksPeople(command, name) {
			var err error
			if values, err = l.picked(values, platformOf(tap.From)); err != nil {
				return Reply{}, err
			}
		}
		args[name] = formValue(values)
		if size += utf8.RuneCountInString(args[name]); size > maxText {
			return Reply{Toast: e.o.Words.TooLong(size, maxText)}, nil
		}
	}
	if d == nil {
		if c := e.byName[command]; c != nil {
			t.number = c.number(tap.Do.Args)
		}
		return e.run(ctx, l, t, command, args, nil)
	}
	if args[ArgDrop] != "" {
		return e.drop(l, d)
	}
	return e.run(ctx, l, t, command, d.with(args), d)
}

// asksPeople reports whether an argument of a command is one or several people:
// only there a form's value may be an account.
func (e *Engine) asksPeople(command, name string) bool {
	c := e.byName[command]
	if c == nil {
		return false
	}
	a, ok := c.argument(name)
	return ok && (a.kind == personArgument || a.kind == peopleArgument)
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
	if !known || c.Dead && !l.engine.thrifty(platformOf(c.Message)) {
		return nil
	}
	d, err := l.engine.draw(t, c.Face)
	if errors.Is(err, ErrNothing) || errors.Is(err, meeting.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Dead { // nobody else told the one who looks at it
		d = l.engine.moved(d)
	}
	seen := look(d.Card)
	out.Card = &d.Card
	if err := l.dress(out, platformOf(c.Message)); err != nil {
		return err
	}
	if l.engine.answersAll(platformOf(c.Message)) && d.Version > c.Shown && !c.Dead {
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

// moved is what a card becomes when a newer one stands below.
func (e *Engine) moved(d Drawn) Drawn {
	d.Card = card.Card{Title: d.Card.Title, Tone: card.Grey, Body: e.o.Words.Moved()}
	return d
}

func (e *Engine) thrifty(platform string) bool {
	t, ok := e.platforms[platform].(Thrifty)
	return ok && t.Thrifty()
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
// nobody has met yet is met first, if the platform knows them: a form can be
// filled with accounts that are nobody's.
func (l *ledger) picked(values []string, platform string) ([]string, error) {
	out := slices.Clone(values)
	for i, v := range values {
		if !strings.HasPrefix(v, platform+":") || strings.ContainsAny(v, " \n") || l.nobody[Account(v)] {
			continue
		}
		p, err := l.PersonOf(Account(v))
		if errors.Is(err, meeting.ErrNotFound) {
			return nil, unmet{Account(v), l.nobody}
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
