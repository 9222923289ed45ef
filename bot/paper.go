package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

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
		doc, err = l.paper(p, write, id)
		return err
	})
	if err != nil {
		return paper.Doc{}, fmt.Errorf("paper %s %d: %w", kind, id, err)
	}
	return doc, nil
}

// paper writes a document for a reader, with the people named.
func (l *ledger) paper(who meeting.PersonID, write func(*Turn, int64) (paper.Doc, error), id int64) (paper.Doc, error) {
	t := &Turn{Now: l.now, Who: who, Private: true, Origin: l.origin, Book: l, Calendar: l.engine.o.Calendar}
	doc, err := write(t, id)
	if err != nil {
		return paper.Doc{}, err
	}
	people, err := l.shown("", doc.Texts()...)
	return doc.Map(func(s string) string { return Named(s, people) }), err
}

// paperURL begins the address of a document on a card: paper:minutes/12.
const paperURL = "paper:"

// documents are the papers of a new private card, for a platform that cannot
// open them by their address. A paper that its reader may not see is left out.
func (p *preparing) documents(platform string) ([]Document, error) {
	f, ok := p.engine.platforms[platform].(Filer)
	if !ok || !f.SendsFiles() || p.drawn == nil || p.letter.Edit != 0 || p.letter.To.Chat != "" {
		return nil, nil
	}
	var out []Document
	for _, file := range p.drawn.Files {
		kind, id, ok := paperOf(file.URL)
		write := p.engine.papers[kind]
		if !ok || write == nil {
			continue
		}
		doc, err := p.paper(p.letter.To.Person, write, id)
		if _, refused := errors.AsType[*meeting.Refusal](err); refused || errors.Is(err, meeting.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("paper %s %d: %w", kind, id, err)
		}
		out = append(out, Document{Name: file.Name + ".txt", Body: []byte(cmp.Or(doc.Sealed, doc.Text()))})
	}
	return out, nil
}

// paperOf reads the address of a document.
func paperOf(url string) (kind string, id int64, ok bool) {
	kind, number, _ := strings.Cut(strings.TrimPrefix(url, paperURL), "/")
	id, err := strconv.ParseInt(number, 10, 64)
	return kind, id, err == nil && strings.HasPrefix(url, paperURL)
}
