package bottest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A person's leader is an account until somebody of that account is met.
type person struct {
	meeting.Person

	leader bot.Account
	same   meeting.PersonID // who they turned out to be
}

type contact struct {
	person meeting.PersonID
	heard  time.Time
	joined bool // by Join
	gone   bool // their platform says that they left
	admin  bool
}

func (tx *memoryTx) resolved(p person) meeting.Person {
	p.Leader = tx.accounts.rows[p.leader].person
	return p.Person
}

// Person implements meeting.People.
func (tx *memoryTx) Person(id meeting.PersonID) (meeting.Person, error) {
	p, ok := tx.people.rows[tx.aliases().Of(id)]
	if !ok {
		return meeting.Person{}, fmt.Errorf("person %d: %w", id, meeting.ErrNotFound)
	}
	return tx.resolved(p), nil
}

// Named implements meeting.People.
func (tx *memoryTx) Named(name string) ([]meeting.Person, error) {
	everyone, err := tx.Everyone()
	return slices.DeleteFunc(everyone, func(p meeting.Person) bool { return p.Name != name || !p.Active }), err
}

// Everyone implements meeting.People.
func (tx *memoryTx) Everyone() ([]meeting.Person, error) {
	var out []meeting.Person
	for _, id := range slices.Sorted(maps.Keys(tx.people.rows)) {
		if p := tx.people.rows[id]; p.same == meeting.Nobody {
			out = append(out, tx.resolved(p))
		}
	}
	return out, nil
}

// PersonOf implements bot.Contacts.
func (tx *memoryTx) PersonOf(a bot.Account) (meeting.PersonID, error) {
	c, ok := tx.accounts.rows[a]
	if !ok {
		return meeting.Nobody, fmt.Errorf("account %s: %w", a, meeting.ErrNotFound)
	}
	return c.person, nil
}

// AccountOf implements bot.Contacts.
func (tx *memoryTx) AccountOf(id meeting.PersonID) (bot.Account, error) {
	return tx.lastHeard(id, "")
}

// before reports whether the account is rather to be written to than another one.
func (c contact) before(o contact) bool {
	if c.gone != o.gone {
		return o.gone
	}
	return c.heard.After(o.heard)
}

// AccountOn implements bot.Contacts.
func (tx *memoryTx) AccountOn(id meeting.PersonID, platform string) (bot.Account, error) {
	return tx.lastHeard(id, platform+":")
}

// lastHeard is the account last heard from of those that begin so.
func (tx *memoryTx) lastHeard(id meeting.PersonID, begins string) (bot.Account, error) {
	var last bot.Account
	id = tx.aliases().Of(id)
	for a, c := range tx.accounts.rows {
		if c.person == id && strings.HasPrefix(string(a), begins) && (last == "" || c.before(tx.accounts.rows[last])) {
			last = a
		}
	}
	if last == "" {
		return "", fmt.Errorf("account of person %d: %w", id, meeting.ErrNotFound)
	}
	return last, nil
}

// Meet implements bot.Contacts. A leader whom the platform does not tell stays
// who he was.
func (tx *memoryTx) Meet(p bot.Profile, now time.Time) (meeting.PersonID, error) {
	if err := tx.writing(); err != nil {
		return meeting.Nobody, err
	}
	c, known := tx.accounts.rows[p.Account]
	for _, a := range p.Also {
		if !known {
			c, known = tx.accounts.rows[a]
		}
	}
	if !known {
		tx.last.person++
		c = contact{person: meeting.PersonID(tx.last.person)}
	}
	if _, linked := tx.accounts.rows[p.Account]; !linked {
		tx.accounts.set(p.Account, contact{person: c.person, heard: copied(now)})
	}
	for _, a := range p.Also {
		if _, linked := tx.accounts.rows[a]; !linked {
			tx.accounts.set(a, contact{person: c.person})
		}
	}
	row := tx.people.rows[c.person]
	active, admin, joined := tx.standing(p, c.person)
	if !joined {
		row = person{leader: cmp.Or(p.Leader, row.leader)}
		row.Person = meeting.Person{ID: c.person, Name: p.Name, Department: p.Department, Title: p.Title}
	}
	row.Active, row.Admin = active, admin
	tx.people.set(c.person, row)
	return c.person, nil
}

// Heard implements bot.Contacts.
func (tx *memoryTx) Heard(a bot.Account, now time.Time) error {
	if err := tx.writing(); err != nil {
		return err
	}
	c, ok := tx.accounts.rows[a]
	if !ok {
		return fmt.Errorf("account %s: %w", a, meeting.ErrNotFound)
	}
	c.heard = copied(now)
	for other, o := range tx.accounts.rows {
		if o.person == c.person && other != a && !c.heard.After(o.heard) {
			c.heard = o.heard.Add(time.Millisecond)
		}
	}
	tx.accounts.set(a, c)
	return nil
}

// standing keeps what one platform tells of who has accounts on several ones, and
// returns what all of them come to.
func (tx *memoryTx) standing(p bot.Profile, id meeting.PersonID) (active, admin, joined bool) {
	beside := false
	for a, c := range tx.accounts.rows {
		switch {
		case c.person != id:
		case platformOf(a) == platformOf(p.Account):
			joined = joined || c.joined
		default:
			beside, active, admin = true, active || !c.gone, admin || c.admin && !c.gone
		}
	}
	if !beside {
		return !p.Inactive, p.Admin, joined
	}
	c := tx.accounts.rows[p.Account]
	c.gone, c.admin = p.Inactive, p.Admin
	tx.accounts.set(p.Account, c)
	return active || !p.Inactive, admin || p.Admin && !p.Inactive, joined
}

func platformOf(a bot.Account) string {
	name, _, _ := strings.Cut(string(a), ":")
	return name
}
