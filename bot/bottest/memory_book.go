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

// Task implements meeting.Tasks.
func (tx *memoryTx) Task(id meeting.TaskID) (*meeting.Task, error) {
	k, ok := tx.tasks.rows[id]
	if !ok {
		return nil, fmt.Errorf("task %d: %w", id, meeting.ErrNotFound)
	}
	return copied(k), nil
}

// FindTasks implements meeting.Tasks.
func (tx *memoryTx) FindTasks(q meeting.TaskQuery) ([]*meeting.Task, error) {
	var out []*meeting.Task
	for _, id := range slices.Sorted(maps.Keys(tx.tasks.rows)) {
		if k := tx.tasks.rows[id]; matches(k, q) {
			out = append(out, copied(k))
		}
		if q.Limit > 0 && len(out) == q.Limit {
			break
		}
	}
	return out, nil
}

func matches(k *meeting.Task, q meeting.TaskQuery) bool {
	return (q.Owner == meeting.Nobody || k.Owner == q.Owner) &&
		(q.Host == meeting.Nobody || k.Host == q.Host) &&
		(q.Meeting == 0 || k.Meeting == q.Meeting) &&
		(q.Involves == meeting.Nobody || k.Involves(q.Involves)) &&
		strings.HasSuffix(k.No, q.Ending) &&
		(!q.Open || k.Open()) &&
		(q.Since.IsZero() || !k.CreatedAt.Before(q.Since) || !k.ClosedAt.Before(q.Since))
}

// SaveTask implements meeting.Tasks.
func (tx *memoryTx) SaveTask(k *meeting.Task) error {
	if err := tx.writing(); err != nil {
		return err
	}
	if k.ID != 0 {
		if was, ok := tx.tasks.rows[k.ID]; !ok || was.Version != k.Version || !was.Open() {
			return fmt.Errorf("task %d, version %d: %w", k.ID, k.Version, bot.ErrConflict)
		}
	} else {
		tx.last.task++
		k.ID, k.Version = meeting.TaskID(tx.last.task), 0
	}
	k.Version++
	row := copied(k)
	row.Changes() // are audited, not stored
	tx.tasks.set(k.ID, row)
	return nil
}

// Serial implements meeting.Serials.
func (tx *memoryTx) Serial(scope string) (int, error) {
	if err := tx.writing(); err != nil {
		return 0, err
	}
	n := tx.serials.rows[scope] + 1
	tx.serials.set(scope, n)
	return n, nil
}

// A person's leader is an account until somebody of that account is met.
type person struct {
	meeting.Person

	leader bot.Account
}

type contact struct {
	person meeting.PersonID
	heard  time.Time
}

func (tx *memoryTx) resolved(p person) meeting.Person {
	p.Leader = tx.accounts.rows[p.leader].person
	return p.Person
}

// Person implements meeting.People.
func (tx *memoryTx) Person(id meeting.PersonID) (meeting.Person, error) {
	p, ok := tx.people.rows[id]
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
		out = append(out, tx.resolved(tx.people.rows[id]))
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

// AccountOn implements bot.Contacts.
func (tx *memoryTx) AccountOn(id meeting.PersonID, platform string) (bot.Account, error) {
	return tx.lastHeard(id, platform+":")
}

// lastHeard is the account last heard from of those that begin so.
func (tx *memoryTx) lastHeard(id meeting.PersonID, begins string) (bot.Account, error) {
	var last bot.Account
	for a, c := range tx.accounts.rows {
		if c.person == id && strings.HasPrefix(string(a), begins) && (last == "" || c.heard.After(tx.accounts.rows[last].heard)) {
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
	row := person{leader: cmp.Or(p.Leader, tx.people.rows[c.person].leader)}
	row.Person = meeting.Person{
		ID: c.person, Name: p.Name, Department: p.Department, Title: p.Title, Active: !p.Inactive, Admin: p.Admin,
	}
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
	tx.accounts.set(a, c)
	return nil
}
