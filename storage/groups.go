package storage

import (
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A groupRow is a chat of several people. GROUPS is a word of MySQL's own.
type groupRow struct {
	ID       int64 `gorm:"primaryKey"`
	Version  int
	Chat     string `gorm:"uniqueIndex:uq_group_chat"`
	Name     string
	Purpose  string
	ChosenBy int64
	Since    int64
	Gone     bool
}

// TableName implements gorm's Tabler.
func (groupRow) TableName() string { return "chat_groups" }

const selectGroups = "SELECT id, version, chat, name, purpose, chosen_by, since, gone FROM chat_groups "

// Group implements bot.Groups.
func (t *tx) Group(chat bot.ChatID) (*bot.Group, error) {
	var row groupRow
	if err := t.one(&row, selectGroups+"WHERE chat = ?", string(chat)); err != nil {
		return nil, fmt.Errorf("group %s: %w", chat, err)
	}
	return row.toGroup(), nil
}

// GroupByID implements bot.Groups.
func (t *tx) GroupByID(id int64) (*bot.Group, error) {
	var row groupRow
	if err := t.one(&row, selectGroups+"WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("group %d: %w", id, err)
	}
	return row.toGroup(), nil
}

// SaveGroup implements bot.Groups.
func (t *tx) SaveGroup(g *bot.Group) error {
	name := cut(g.Name, 190)
	if g.ID == 0 {
		id, err := t.insert("INSERT INTO chat_groups (version, chat, name, purpose, chosen_by, since, gone) VALUES (1, ?, ?, ?, ?, ?, ?)",
			string(g.Chat), name, g.Purpose, int64(g.By), ms(g.Since), g.Gone)
		if duplicate(err) {
			err = bot.ErrConflict
		}
		if err != nil {
			return fmt.Errorf("group %s: %w", g.Chat, err)
		}
		g.ID, g.Version = id, 1
		return nil
	}
	n, err := t.exec(`UPDATE chat_groups SET version = version + 1, chat = ?, name = ?, purpose = ?, chosen_by = ?, since = ?, gone = ?
		WHERE id = ? AND version = ?`, string(g.Chat), name, g.Purpose, int64(g.By), ms(g.Since), g.Gone, g.ID, g.Version)
	if err == nil && n == 0 {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("group %d, version %d: %w", g.ID, g.Version, err)
	}
	g.Version++
	return nil
}

func (r groupRow) toGroup() *bot.Group {
	return &bot.Group{
		ID: r.ID, Version: r.Version, Chat: bot.ChatID(r.Chat), Name: r.Name, Purpose: r.Purpose,
		By: meeting.PersonID(r.ChosenBy), Since: at(r.Since), Gone: r.Gone,
	}
}
