package bottest

import (
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// Group implements bot.Groups.
func (tx *memoryTx) Group(chat bot.ChatID) (*bot.Group, error) {
	for _, g := range tx.groups.rows {
		if g.Chat == chat {
			return copied(g), nil
		}
	}
	return nil, fmt.Errorf("group %s: %w", chat, meeting.ErrNotFound)
}

// GroupByID implements bot.Groups.
func (tx *memoryTx) GroupByID(id int64) (*bot.Group, error) {
	g, ok := tx.groups.rows[id]
	if !ok {
		return nil, fmt.Errorf("group %d: %w", id, meeting.ErrNotFound)
	}
	return copied(g), nil
}

// SaveGroup implements bot.Groups.
func (tx *memoryTx) SaveGroup(g *bot.Group) error {
	if err := tx.writing(); err != nil {
		return err
	}
	_, unknown := tx.Group(g.Chat)
	was := tx.groups.rows[g.ID]
	if g.ID == 0 && unknown == nil || g.ID != 0 && (was == nil || was.Version != g.Version) {
		return fmt.Errorf("group %s, version %d: %w", g.Chat, g.Version, bot.ErrConflict)
	}
	if g.ID == 0 {
		tx.last.group++
		g.ID, g.Version = tx.last.group, 0
	}
	g.Version++
	tx.groups.set(g.ID, copied(g))
	return nil
}
