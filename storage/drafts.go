package storage

import (
	"encoding/json"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A draftRow is a command that waits for a missing part.
type draftRow struct {
	ID       int64 `gorm:"primaryKey;index:ix_draft_open,priority:4"`
	Version  int
	Chat     string `gorm:"index:ix_draft_open,priority:2"`
	PersonID int64  `gorm:"index:ix_draft_open,priority:1"`
	Command  string
	Since    int64
	Ended    string `gorm:"index:ix_draft_open,priority:3"`
	Details  string
}

// TableName implements gorm's Tabler.
func (draftRow) TableName() string { return "drafts" }

// draftDetails is what was understood and what is asked for.
type draftDetails struct {
	Have map[string]string `json:"have,omitempty"`
	Gaps []gapDetails      `json:"gaps,omitempty"`
}

type gapDetails struct {
	Field   string          `json:"field"`
	Rule    string          `json:"rule,omitempty"`
	Say     string          `json:"say"`
	Choices []choiceDetails `json:"choices,omitempty"`
}

type choiceDetails struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

const selectDrafts = "SELECT id, version, chat, person_id, command, since, ended, details FROM drafts "

// OpenDraft implements bot.Drafts; the newest if there are several.
func (t *tx) OpenDraft(chat bot.ChatID, who meeting.PersonID) (*bot.Draft, error) {
	all, err := t.everybody(who)
	if err != nil {
		return nil, err
	}
	var row draftRow
	if err := t.one(&row, selectDrafts+"WHERE person_id IN ? AND chat = ? AND ended = '' ORDER BY id DESC LIMIT 1", all, chat); err != nil {
		return nil, fmt.Errorf("open draft of person %d in %q: %w", who, chat, err)
	}
	return t.draft(row)
}

// Draft implements bot.Drafts.
func (t *tx) Draft(id int64) (*bot.Draft, error) {
	var row draftRow
	if err := t.one(&row, selectDrafts+"WHERE id = ?", id); err != nil {
		return nil, fmt.Errorf("draft %d: %w", id, err)
	}
	return t.draft(row)
}

func (t *tx) draft(row draftRow) (*bot.Draft, error) {
	d, err := row.toDraft()
	if err != nil {
		return nil, err
	}
	return d, t.now(d)
}

// SaveDraft implements bot.Drafts.
func (t *tx) SaveDraft(d *bot.Draft) error {
	details, err := encode(draftDetails{Have: d.Have, Gaps: mapped(d.Gaps, fromGap)})
	if err != nil {
		return fmt.Errorf("draft %d: %w", d.ID, err)
	}
	if d.ID == 0 {
		id, err := t.insert("INSERT INTO drafts (version, chat, person_id, command, since, ended, details) VALUES (1, ?, ?, ?, ?, ?, ?)",
			string(d.Chat), int64(d.Person), d.Command, ms(d.Since), d.Ended, details)
		if err != nil {
			return fmt.Errorf("draft of person %d: %w", d.Person, err)
		}
		d.ID, d.Version = id, 1
		return nil
	}
	n, err := t.exec(`UPDATE drafts SET version = version + 1, chat = ?, person_id = ?, command = ?, since = ?, ended = ?, details = ?
		WHERE id = ? AND version = ?`, d.Chat, d.Person, d.Command, ms(d.Since), d.Ended, details, d.ID, d.Version)
	if err != nil {
		return fmt.Errorf("draft %d: %w", d.ID, err)
	}
	if n == 0 {
		return fmt.Errorf("draft %d, version %d: %w", d.ID, d.Version, bot.ErrConflict)
	}
	d.Version++
	return nil
}

func fromGap(g meeting.Gap) gapDetails {
	choices := mapped(g.Choices, func(c meeting.Choice) choiceDetails { return choiceDetails(c) })
	return gapDetails{Field: g.Field, Rule: g.Rule, Say: g.Say, Choices: choices}
}

func (g gapDetails) toGap() meeting.Gap {
	choices := mapped(g.Choices, func(c choiceDetails) meeting.Choice { return meeting.Choice(c) })
	return meeting.Gap{Field: g.Field, Rule: g.Rule, Say: g.Say, Choices: choices}
}

func (r draftRow) toDraft() (*bot.Draft, error) {
	var d draftDetails
	if err := json.Unmarshal([]byte(r.Details), &d); err != nil {
		return nil, fmt.Errorf("details of draft %d: %w", r.ID, err)
	}
	return &bot.Draft{
		ID: r.ID, Version: r.Version, Chat: bot.ChatID(r.Chat), Person: meeting.PersonID(r.PersonID), Command: r.Command,
		Have: d.Have, Gaps: mapped(d.Gaps, gapDetails.toGap), Since: at(r.Since), Ended: r.Ended,
	}, nil
}
