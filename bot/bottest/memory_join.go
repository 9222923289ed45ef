package bottest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Link implements bot.Links.
func (tx *memoryTx) Link(id meeting.PersonID) (*meeting.Link, error) {
	if l, ok := tx.links.rows[id]; ok {
		return copied(l), nil
	}
	return &meeting.Link{Person: id}, nil
}

// OpenLinks implements bot.Links.
func (tx *memoryTx) OpenLinks(now time.Time) ([]*meeting.Link, error) {
	return matching(tx.links, func(l *meeting.Link) bool { return l.Until.After(now) }), nil
}

// SaveLink implements bot.Links.
func (tx *memoryTx) SaveLink(l *meeting.Link) error {
	if err := tx.writing(); err != nil {
		return err
	}
	version := 0
	if was := tx.links.rows[l.Person]; was != nil {
		version = was.Version
	}
	if version != l.Version {
		return fmt.Errorf("link of person %d, version %d: %w", l.Person, l.Version, bot.ErrConflict)
	}
	l.Version++
	tx.links.set(l.Person, copied(l))
	return nil
}

// Aliases implements bot.Links.
func (tx *memoryTx) Aliases() (meeting.Aliases, error) { return tx.aliases(), nil }

func (tx *memoryTx) aliases() meeting.Aliases {
	out := meeting.Aliases{}
	for id, p := range tx.people.rows {
		if p.same != meeting.Nobody {
			out[id] = p.same
		}
	}
	return out
}

// Join implements bot.Links: all rows are rewritten.
func (tx *memoryTx) Join(from, into meeting.PersonID) error {
	if err := tx.writing(); err != nil {
		return err
	}
	from, into = tx.aliases().Of(from), tx.aliases().Of(into)
	was, known := tx.people.rows[from]
	is, also := tx.people.rows[into]
	switch {
	case !known || !also:
		return fmt.Errorf("persons %d and %d: %w", from, into, meeting.ErrNotFound)
	case from == into:
		return fmt.Errorf("persons %d and %d are one: %w", from, into, bot.ErrConflict)
	}
	tx.joinAccounts(was, is)
	is.Active, is.Admin = was.Active || is.Active, was.Admin || is.Admin
	tx.people.set(into, is)
	for id, p := range tx.people.rows {
		if id == from || p.same == from {
			p.same = into
			tx.people.set(id, p)
		}
	}
	tx.links.del(from)
	a := meeting.Aliases{from: into}
	rewrite(a, &tx.tasks)
	rewrite(a, &tx.meetings)
	rewrite(a, &tx.minutes)
	rewrite(a, &tx.disputes)
	rewrite(a, &tx.copies)
	rewrite(a, &tx.drafts)
	tx.readdress(from, into)
	return nil
}

func (tx *memoryTx) joinAccounts(was, is person) {
	for account, c := range tx.accounts.rows {
		p := is
		if c.person == was.ID {
			p = was
		}
		if c.person != p.ID {
			continue
		}
		if !c.joined {
			c.gone, c.admin = !p.Active, p.Admin
		}
		c.joined, c.person = c.joined || p.ID == was.ID, is.ID
		tx.accounts.set(account, c)
	}
}

// readdress lets what is not sent yet go to who somebody is. Of two equal letters
// one is left.
func (tx *memoryTx) readdress(from, into meeting.PersonID) {
	for _, id := range slices.Sorted(maps.Keys(tx.letters.rows)) {
		l := copied(tx.letters.rows[id])
		mine := l.To.Chat == "" && l.To.Person == from
		if !mine || l.State != bot.Pending && l.State != bot.Held {
			meeting.Aliases{from: into}.In(&l)
			tx.letters.set(id, l)
			continue
		}
		key := l.Key
		l.Post = l.Readdressed(from, into)
		if _, twice := tx.keys.rows[l.Key]; twice && l.Key != key {
			if l.Key = key; l.Token == "" {
				l.State = bot.Skipped
				tx.release(id)
			}
		}
		tx.keys.set(l.Key, id)
		tx.letters.set(id, l)
	}
}

func rewrite[K comparable, V any](a meeting.Aliases, t *table[K, V]) {
	for _, k := range slices.Collect(maps.Keys(t.rows)) {
		row := copied(t.rows[k])
		a.In(&row)
		t.set(k, row)
	}
}
