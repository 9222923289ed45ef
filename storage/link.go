package storage

import (
	"fmt"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A linkRow is what a person has to do with codes of 绑定账号.
type linkRow struct {
	PersonID int64 `gorm:"primaryKey;autoIncrement:false"`
	Version  int
	Hash     string
	UntilAt  int64 `gorm:"index:ix_link_until"`
	Platform string
	ByPerson int64
	Misses   int
	MissedAt int64
}

// TableName implements gorm's Tabler.
func (linkRow) TableName() string { return "account_links" }

const selectLinks = "SELECT person_id, version, hash, until_at, platform, by_person, misses, missed_at FROM account_links "

// Link implements bot.Links.
func (t *tx) Link(id meeting.PersonID) (*meeting.Link, error) {
	var rows []linkRow
	if _, err := t.find(&rows, selectLinks+"WHERE person_id = ?", id); err != nil {
		return nil, fmt.Errorf("link of person %d: %w", id, err)
	}
	if len(rows) == 0 {
		return &meeting.Link{Person: id}, nil
	}
	return rows[0].toLink(), nil
}

// OpenLinks implements bot.Links.
func (t *tx) OpenLinks(now time.Time) ([]*meeting.Link, error) {
	var rows []linkRow
	if _, err := t.find(&rows, selectLinks+"WHERE until_at > ? ORDER BY person_id", ms(now)); err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return mapped(rows, linkRow.toLink), nil
}

// SaveLink implements bot.Links.
func (t *tx) SaveLink(l *meeting.Link) error {
	values := []any{l.Hash, ms(l.Until), l.Platform, int64(l.By), l.Misses, ms(l.Since), int64(l.Person)}
	var n int64
	var err error
	if l.Version == 0 {
		n, err = t.exec("INSERT INTO account_links (version, hash, until_at, platform, by_person, misses, missed_at, person_id) VALUES (1, ?, ?, ?, ?, ?, ?, ?)", values...)
	} else {
		n, err = t.exec(`UPDATE account_links SET version = version + 1, hash = ?, until_at = ?, platform = ?, by_person = ?, misses = ?, missed_at = ?
			WHERE person_id = ? AND version = ?`, append(values, l.Version)...)
	}
	if duplicate(err) || err == nil && n == 0 {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("link of person %d, version %d: %w", l.Person, l.Version, err)
	}
	l.Version++
	return nil
}

func (r linkRow) toLink() *meeting.Link {
	return &meeting.Link{
		Person: meeting.PersonID(r.PersonID), Version: r.Version, Hash: r.Hash, Until: at(r.UntilAt), Platform: r.Platform,
		By: meeting.PersonID(r.ByPerson), Misses: r.Misses, Since: at(r.MissedAt),
	}
}
