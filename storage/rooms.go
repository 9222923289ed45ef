package storage

import (
	"fmt"
	"slices"

	"huiban/bot/meeting"
)

// saveRooms brings the index of further groups up to a meeting that has or had
// any; its own group is a column.
func (t *tx) saveRooms(m *meeting.Meeting) error {
	if len(m.Bound) == 0 {
		return nil
	}
	if err := t.indexRooms(m); err != nil {
		return fmt.Errorf("groups of meeting %d: %w", m.ID, err)
	}
	return nil
}

func (t *tx) indexRooms(m *meeting.Meeting) error {
	var had []string
	if _, err := t.find(&had, "SELECT chat FROM meeting_rooms WHERE meeting_id = ?", m.ID); err != nil {
		return err
	}
	var want []string
	for _, r := range m.Bound {
		if r.Left.IsZero() && !slices.Contains(want, r.Chat) {
			want = append(want, r.Chat)
		}
	}
	for _, chat := range had {
		if slices.Contains(want, chat) {
			continue
		}
		if _, err := t.exec("DELETE FROM meeting_rooms WHERE chat = ? AND meeting_id = ?", chat, m.ID); err != nil {
			return err
		}
	}
	for _, chat := range want {
		if slices.Contains(had, chat) {
			continue
		}
		if _, err := t.exec("INSERT INTO meeting_rooms (chat, meeting_id) VALUES (?, ?)", chat, m.ID); err != nil {
			return err
		}
	}
	return nil
}

type roomDetails struct {
	Chat string           `json:"chat"`
	By   meeting.PersonID `json:"by"`
	At   int64            `json:"at"`
	Left int64            `json:"left,omitempty"`
	Shut bool             `json:"shut,omitempty"`
}

func detailsOfRoom(r meeting.Room) roomDetails {
	return roomDetails{Chat: r.Chat, By: r.By, At: ms(r.At), Left: ms(r.Left), Shut: r.Shut}
}

func (d roomDetails) toRoom() meeting.Room {
	return meeting.Room{Chat: d.Chat, By: d.By, At: at(d.At), Left: at(d.Left), Shut: d.Shut}
}
