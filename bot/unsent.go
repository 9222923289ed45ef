package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// How many letters are counted, and how many told at a time: the others wait for
// the next asking.
const (
	mostUnsent = 50
	mostTold   = 15
)

// owesKey begins the key of what says that there is something to be asked for.
const owesKey = "owes/"

// An Undelivered is one letter that could not be sent (ErrUnsent), as it would be
// told now.
type Undelivered struct {
	Letter
	What string // in a line
	Do   string // what can be typed to act on it; may be empty
}

// undelivered takes out what could not be sent to a place, newest first: it is
// told by this turn. What has settled itself meanwhile is left out.
func (l *ledger) undelivered(to To) ([]Undelivered, error) {
	letters, err := l.UnsentTo(to, mostUnsent)
	if err != nil {
		return nil, fmt.Errorf("unsent to %s: %w", to.Lane(), err)
	}
	var out []Undelivered
	for _, letter := range letters {
		if len(out) == mostTold {
			break
		}
		p := preparing{ledger: l, letter: letter}
		reason, err := p.skipOne(letter)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(letter.Key, owesKey) {
			reason = SkipSettled
		}
		if err := l.Told(l.now, letter.ID, reason != "" && reason != SkipExpired); err != nil {
			return nil, err
		}
		if reason != "" && reason != SkipExpired {
			continue
		}
		u := Undelivered{Letter: letter, What: p.what(), Do: p.twin()}
		if !slices.ContainsFunc(out, func(o Undelivered) bool { return o.What == u.What }) { // a later one says it all
			out = append(out, u)
		}
	}
	return out, nil
}

// twin is what one types instead of pressing the first button of the letter's card.
func (p *preparing) twin() string {
	if p.drawn == nil {
		return ""
	}
	for _, b := range p.drawn.Buttons {
		if b.Do.Words != "" {
			return b.Do.Words
		}
	}
	return ""
}

// usages asks the platforms that count calls, by name.
func (e *Engine) usages() []Usage {
	var out []Usage
	for _, name := range slices.Sorted(maps.Keys(e.platforms)) {
		if m, ok := e.platforms[name].(Metered); ok {
			u := m.Usage()
			u.Platform = name
			out = append(out, u)
		}
	}
	return out
}

// onlyAnswers reports whether a group's platform writes to nobody by itself;
// false for a private chat.
func (e *Engine) onlyAnswers(chat ChatID) bool {
	r, ok := e.platforms[platformOf(chat)].(Responder)
	return ok && r.OnlyAnswers()
}

// owes says in a line what could not be sent to who just spoke, or into the
// group where it was said; empty if there is nothing.
func (l *ledger) owes(t *Turn, from Account) (string, error) {
	if _, mayOwe := l.engine.platforms[platformOf(from)].(Keyless); !mayOwe {
		return "", nil
	}
	count := func(to To) (int, error) {
		letters, err := l.UnsentTo(to, mostUnsent)
		if err != nil {
			return 0, fmt.Errorf("unsent to %s: %w", to.Lane(), err)
		}
		return len(letters), nil
	}
	own, err := count(To{Person: t.Who})
	if err != nil {
		return "", err
	}
	group := 0
	if t.Chat != "" {
		if group, err = count(To{Chat: t.Chat}); err != nil {
			return "", err
		}
	}
	if own+group == 0 {
		return "", nil
	}
	return l.engine.o.Words.Owes(own, group), nil
}
