package bot

import (
	"context"
	"errors"
	"fmt"

	"huiban/bot/meeting"
	"huiban/bot/paper"
)

// A PaperDef says how the document of one kind of subject is written, as things
// stand at t.Now, for t.Who to read; it refuses who may not (R18).
type PaperDef struct {
	Kind  string // meeting.KindMinutes …
	Write func(t *Turn, id int64) (paper.Doc, error)
}

// Paper writes the document of a subject for whoever asks for it. A Refusal says
// why they may not read it.
func (e *Engine) Paper(ctx context.Context, who Account, kind string, id int64) (paper.Doc, error) {
	write := e.papers[kind]
	if write == nil {
		return paper.Doc{}, fmt.Errorf("paper %q: %w", kind, meeting.ErrNotFound)
	}
	now := e.now()
	var doc paper.Doc
	err := e.store.View(ctx, func(tx Tx) error {
		l := e.ledger(tx, now, Tapped, "")
		p, err := l.PersonOf(who)
		if errors.Is(err, meeting.ErrNotFound) {
			return meeting.Refuse("R18", e.o.Words.NotForYou())
		}
		if err != nil {
			return err
		}
		t := &Turn{Now: now, Who: p, Private: true, Origin: Tapped, Book: l, Calendar: e.o.Calendar}
		if doc, err = write(t, id); err != nil {
			return err
		}
		people, err := l.shown("", doc.Texts()...)
		doc = doc.Map(func(s string) string { return Named(s, people) })
		return err
	})
	if err != nil {
		return paper.Doc{}, fmt.Errorf("paper %s %d: %w", kind, id, err)
	}
	return doc, nil
}
