package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A personRow is a person. Leader is not stored: it is whoever has the
// leader's account by now.
type personRow struct {
	ID            int64  `gorm:"primaryKey"`
	Name          string `gorm:"index:ix_person_name"`
	Department    string
	Title         string
	LeaderAccount string
	Active        bool
	Admin         bool
	SameAs        int64 `gorm:"index:ix_person_same"` // who they turned out to be; 0 if nobody else
	Leader        int64 `gorm:"-:migration"`
}

// TableName implements gorm's Tabler.
func (personRow) TableName() string { return "persons" }

const selectPeople = `SELECT p.id, p.name, p.department, p.title, p.leader_account, p.active, p.admin, COALESCE(a.person_id, 0) AS leader
	FROM persons p LEFT JOIN accounts a ON a.account = p.leader_account `

// Person implements meeting.People.
func (t *tx) Person(id meeting.PersonID) (meeting.Person, error) {
	aliases, err := t.Aliases()
	if err != nil {
		return meeting.Person{}, err
	}
	var row personRow
	if err := t.one(&row, selectPeople+"WHERE p.id = ?", aliases.Of(id)); err != nil {
		return meeting.Person{}, fmt.Errorf("person %d: %w", id, err)
	}
	return row.toPerson(), nil
}

// Named implements meeting.People. MySQL takes names for equal that differ by
// spaces at the end; we do not.
func (t *tx) Named(name string) ([]meeting.Person, error) {
	found, err := t.persons("WHERE p.name = ? AND p.active = 1 AND p.same_as = 0 ORDER BY p.id", name)
	return slices.DeleteFunc(found, func(p meeting.Person) bool { return p.Name != name }), err
}

// Everyone implements meeting.People.
func (t *tx) Everyone() ([]meeting.Person, error) {
	return t.persons("WHERE p.same_as = 0 ORDER BY p.id")
}

func (t *tx) persons(which string, args ...any) ([]meeting.Person, error) {
	var rows []personRow
	if _, err := t.find(&rows, selectPeople+which, args...); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return mapped(rows, personRow.toPerson), nil
}

func (r personRow) toPerson() meeting.Person {
	return meeting.Person{
		ID: meeting.PersonID(r.ID), Name: r.Name, Department: r.Department, Title: r.Title,
		Leader: meeting.PersonID(r.Leader), Active: r.Active, Admin: r.Admin,
	}
}

// PersonOf implements bot.Contacts.
func (t *tx) PersonOf(a bot.Account) (meeting.PersonID, error) {
	var id int64 // of gorm's own kinds: of another it would not count the row
	if err := t.one(&id, "SELECT person_id FROM accounts WHERE account = ?", a); err != nil {
		return meeting.Nobody, fmt.Errorf("account %s: %w", a, err)
	}
	return meeting.PersonID(id), nil
}

// AccountOf implements bot.Contacts.
func (t *tx) AccountOf(id meeting.PersonID) (bot.Account, error) {
	return t.lastHeard(id, "")
}

// AccountOn implements bot.Contacts. A semicolon is what comes behind a colon.
func (t *tx) AccountOn(id meeting.PersonID, platform string) (bot.Account, error) {
	return t.lastHeard(id, " AND account >= ? AND account < ?", platform+":", platform+";")
}

// lastHeard is the account last heard from of those that fit; one that its
// platform calls gone comes last.
func (t *tx) lastHeard(id meeting.PersonID, fits string, args ...any) (bot.Account, error) {
	aliases, err := t.Aliases()
	if err != nil {
		return "", err
	}
	var a string
	if err := t.one(&a, "SELECT account FROM accounts WHERE person_id = ?"+fits+" ORDER BY gone, heard_at DESC LIMIT 1", append([]any{aliases.Of(id)}, args...)...); err != nil {
		return "", fmt.Errorf("account of person %d: %w", id, err)
	}
	return bot.Account(a), nil
}

// Meet implements bot.Contacts. A leader whom the platform does not tell stays
// who he was.
func (t *tx) Meet(p bot.Profile, now time.Time) (meeting.PersonID, error) {
	id, err := t.personOf(append([]bot.Account{p.Account}, p.Also...)...)
	if errors.Is(err, meeting.ErrNotFound) {
		if id, err = t.meetFirst(p); err != nil {
			return meeting.Nobody, err
		}
	}
	if err != nil {
		return meeting.Nobody, err
	}
	if err := errors.Join(t.link(p.Account, id, now), t.linkAlso(p.Also, id)); err != nil {
		return meeting.Nobody, err
	}
	active, admin, joined, err := t.standing(p, id)
	if err != nil {
		return meeting.Nobody, err
	}
	if joined {
		_, err = t.exec("UPDATE persons SET active = ?, admin = ? WHERE id = ?", active, admin, id)
	} else {
		_, err = t.exec(`UPDATE persons SET name = ?, department = ?, title = ?, active = ?, admin = ?,
			leader_account = CASE WHEN ? = '' THEN leader_account ELSE ? END WHERE id = ?`,
			valid(p.Name), valid(p.Department), valid(p.Title), active, admin, p.Leader, p.Leader, id)
	}
	if err != nil {
		return meeting.Nobody, fmt.Errorf("person %d: %w", id, err)
	}
	return id, nil
}

// An accountRow is one account of a person. What is said of it is kept for who has
// accounts on several platforms only.
type accountRow struct {
	Account  string `gorm:"primaryKey"`
	PersonID int64  `gorm:"index:ix_account_person,priority:1"`
	HeardAt  int64  `gorm:"index:ix_account_person,priority:2"`
	Joined   bool   // came to the person by 绑定账号
	Gone     bool   // its platform says that they left
	Admin    bool
}

// TableName implements gorm's Tabler.
func (accountRow) TableName() string { return "accounts" }

// standing keeps what one platform tells of who has accounts on several ones, and
// returns what all of them come to: in office and an administrator is who is so on
// any. An account that was joined says nothing else: name, department, title and
// leader are those of the platform on which 绑定账号 was begun.
func (t *tx) standing(p bot.Profile, id meeting.PersonID) (active, admin, joined bool, err error) {
	var rows []accountRow
	if _, err := t.find(&rows, "SELECT account, joined, gone, admin FROM accounts WHERE person_id = ?", id); err != nil {
		return false, false, false, fmt.Errorf("accounts of person %d: %w", id, err)
	}
	mine, _, _ := strings.Cut(string(p.Account), ":")
	beside := false
	for _, r := range rows {
		if platform, _, _ := strings.Cut(r.Account, ":"); platform == mine {
			joined = joined || r.Joined
			continue
		}
		beside, active, admin = true, active || !r.Gone, admin || r.Admin && !r.Gone
	}
	if !beside {
		return !p.Inactive, p.Admin, joined, nil
	}
	_, err = t.exec("UPDATE accounts SET gone = ?, admin = ? WHERE account = ?", p.Inactive, p.Admin, p.Account)
	return active || !p.Inactive, admin || p.Admin && !p.Inactive, joined, err
}

// personOf is the person of the first account that is known.
func (t *tx) personOf(accounts ...bot.Account) (id meeting.PersonID, err error) {
	for _, a := range accounts {
		if id, err = t.PersonOf(a); !errors.Is(err, meeting.ErrNotFound) {
			return id, err
		}
	}
	return meeting.Nobody, err
}

// link gives a person an account that nobody has yet.
func (t *tx) link(a bot.Account, id meeting.PersonID, heard time.Time) error {
	if _, err := t.PersonOf(a); !errors.Is(err, meeting.ErrNotFound) {
		return err
	}
	_, err := t.exec("INSERT INTO accounts (account, person_id, heard_at) VALUES (?, ?, ?)", a, id, ms(heard))
	if duplicate(err) { // met by another turn at this moment
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("account %s: %w", a, err)
	}
	return nil
}

// linkAlso links the other names of an account; nobody is written to by them as
// long as there is an account that was heard from.
func (t *tx) linkAlso(also []bot.Account, id meeting.PersonID) error {
	for _, a := range also {
		if err := t.link(a, id, time.UnixMilli(0)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) meetFirst(p bot.Profile) (meeting.PersonID, error) {
	id, err := t.insert("INSERT INTO persons (name, department, title, leader_account, active, admin) VALUES (?, ?, ?, ?, ?, ?)",
		valid(p.Name), valid(p.Department), valid(p.Title), string(p.Leader), !p.Inactive, p.Admin)
	if err != nil {
		return meeting.Nobody, fmt.Errorf("person of account %s: %w", p.Account, err)
	}
	return meeting.PersonID(id), nil
}

// Heard implements bot.Contacts.
func (t *tx) Heard(a bot.Account, now time.Time) error {
	var last int64
	_, err := t.find(&last, "SELECT COALESCE(MAX(o.heard_at), 0) FROM accounts o JOIN accounts a ON a.person_id = o.person_id AND a.account <> o.account WHERE a.account = ?", a)
	if err != nil {
		return fmt.Errorf("accounts beside %s: %w", a, err)
	}
	n, err := t.exec("UPDATE accounts SET heard_at = ? WHERE account = ?", max(ms(now), last+1), a)
	if err == nil && n == 0 {
		err = meeting.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("account %s: %w", a, err)
	}
	return nil
}
