package storage

import (
	"errors"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Aliases implements bot.Links; they are read once a turn, from an index that is
// empty for nearly everybody.
func (t *tx) Aliases() (meeting.Aliases, error) {
	if t.aliases != nil {
		return t.aliases, nil
	}
	var rows []struct{ ID, SameAs int64 }
	if _, err := t.find(&rows, "SELECT id, same_as FROM persons WHERE same_as > 0"); err != nil {
		return nil, fmt.Errorf("who is whom: %w", err)
	}
	t.aliases = make(meeting.Aliases, len(rows))
	for _, r := range rows {
		t.aliases[meeting.PersonID(r.ID)] = meeting.PersonID(r.SameAs)
	}
	return t.aliases, nil
}

// now puts who they are by now for all persons in what v points to.
func (t *tx) now(v any) error {
	aliases, err := t.Aliases()
	if err == nil {
		aliases.In(v)
	}
	return err
}

// everybody is a person and whoever turned out to be them: rows keep the numbers
// that they were written with.
func (t *tx) everybody(p meeting.PersonID) ([]meeting.PersonID, error) {
	aliases, err := t.Aliases()
	return aliases.All(p), err
}

// lanes are the lanes of everybody whom a place belongs to.
func (t *tx) lanes(to bot.To) ([]string, error) {
	if to.Chat != "" {
		return []string{to.Lane()}, nil
	}
	all, err := t.everybody(to.Person)
	return mapped(all, func(p meeting.PersonID) string { return bot.To{Person: p}.Lane() }), err
}

// subjects are the ids under which a subject was written: of a person's list
// there may be several.
func (t *tx) subjects(of meeting.Ref) ([]int64, error) {
	if of.Kind != meeting.KindPerson {
		return []int64{of.ID}, nil
	}
	all, err := t.everybody(meeting.PersonID(of.ID))
	return mapped(all, func(p meeting.PersonID) int64 { return int64(p) }), err
}

// Join implements bot.Links. Only people, accounts and what is not sent yet are
// changed: everything else is read through Aliases, so that what is sealed or
// closed stays as it is, and a turn that began before cannot undo it.
func (t *tx) Join(from, into meeting.PersonID) error {
	was, err := t.Person(from)
	if err != nil {
		return err
	}
	is, err := t.Person(into)
	if err != nil {
		return err
	}
	if was.ID == is.ID {
		return fmt.Errorf("persons %d and %d are one: %w", from, into, bot.ErrConflict)
	}
	for _, p := range []meeting.Person{was, is} { // what each platform says is kept by account from now on
		if _, err := t.exec("UPDATE accounts SET gone = ?, admin = ? WHERE person_id = ? AND joined = 0", !p.Active, p.Admin, p.ID); err != nil {
			return fmt.Errorf("accounts of person %d: %w", p.ID, err)
		}
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE accounts SET joined = 1, person_id = ? WHERE person_id = ?", []any{is.ID, was.ID}},
		{"UPDATE persons SET active = ?, admin = ? WHERE id = ?", []any{was.Active || is.Active, was.Admin || is.Admin, is.ID}},
		{"UPDATE persons SET same_as = ? WHERE id = ? OR same_as = ?", []any{is.ID, was.ID, was.ID}},
		{"DELETE FROM account_links WHERE person_id = ?", []any{was.ID}},
	} {
		if _, err := t.exec(step.sql, step.args...); err != nil {
			return fmt.Errorf("persons %d and %d: %w", was.ID, is.ID, err)
		}
	}
	t.aliases = nil
	clear(t.people)
	return t.readdress(was.ID, is.ID)
}

// readdress lets what is not sent to one person yet go to another one.
func (t *tx) readdress(from, into meeting.PersonID) error {
	var rows []outboxRow
	_, err := t.find(&rows, "SELECT "+letterColumns+" FROM outbox WHERE lane = ? AND state IN (0, 1) ORDER BY id"+t.store.locking(), bot.To{Person: from}.Lane())
	if err != nil {
		return fmt.Errorf("letters to person %d: %w", from, err)
	}
	for _, row := range rows {
		if err := t.readdressOne(row, from, into); err != nil {
			return fmt.Errorf("letter %d: %w", row.ID, err)
		}
	}
	return nil
}

// readdressOne drops what the other person is told anyway; what is on its way
// already is not held up.
func (t *tx) readdressOne(row outboxRow, from, into meeting.PersonID) error {
	l, err := row.toLetter()
	if err != nil {
		return err
	}
	p := l.Readdressed(from, into)
	if p.Key != l.Key {
		twice, err := t.Said(p.Key)
		switch {
		case err != nil:
			return err
		case twice && l.Token == "":
			_, err := t.exec("UPDATE outbox SET state = ? WHERE id = ?", int(bot.Skipped), l.ID)
			return errors.Join(err, t.release([]int64{l.ID}))
		case twice:
			p.Key = l.Key
		}
	}
	content, err := encode(fromPost(p))
	if err != nil {
		return err
	}
	_, err = t.exec("UPDATE outbox SET dedup_key = ?, lane = ?, to_person = ?, fold = ?, payload = ? WHERE id = ?",
		plain(p.Key, 120), p.To.Lane(), into, p.Fold, content, l.ID)
	return err
}
