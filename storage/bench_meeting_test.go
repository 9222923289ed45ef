package storage

import (
	"fmt"
	"testing"

	"huiban/bot"
	"huiban/bot/meeting"
)

// BenchmarkMeetingOf200Entries loads a meeting whose record has 200 lines and
// saves it with one more sign of life, as each line of 记录模式 does.
func BenchmarkMeetingOf200Entries(b *testing.B) {
	onBoth(b, func(b *testing.B, open func() *Store) {
		b.Helper()
		s := open()
		m := &meeting.Meeting{Title: "接口联调", Start: start(), Status: meeting.Live, Host: 1, Recorder: 2}
		for i := range 200 {
			m.Participants = append(m.Participants, meeting.Participant{Person: meeting.PersonID(i/10 + 1), Tier: meeting.Doer})
			m.Entries = append(m.Entries, meeting.Entry{ID: i + 1, Kind: meeting.Point, Text: fmt.Sprintf("第%d条：接口文档以v1为准，字段变更走评审。", i), Author: 2, At: start()})
		}
		if err := s.Do(b.Context(), func(tx bot.Tx) error { m.ID, m.Version = 0, 0; return tx.SaveMeeting(m) }); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			err := s.Do(b.Context(), func(tx bot.Tx) error {
				m, err := tx.Meeting(m.ID)
				if err != nil {
					return err
				}
				m.Entries[0].Withdrawn = !m.Entries[0].Withdrawn
				return tx.SaveMeeting(m)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
