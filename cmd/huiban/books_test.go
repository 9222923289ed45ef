package main

import (
	"errors"
	"strings"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/storage"
)

// Books are what huiban wrote down.
type books struct {
	tasks    []*meeting.Task
	meetings []*meeting.Meeting
	letters  []bot.Letter
	places   map[bot.To]string // where the letters went, by the ids of their platform
}

// read opens the books in a data folder: a copy, or those of a huiban that ended.
func (p *program) read(folder string) (b books) {
	p.Helper()
	store, err := storage.OpenSQLite(p.Context(), folder, storage.Options{Lease: time.Now})
	must(p.TB, err)
	must(p.TB, store.View(p.Context(), func(tx bot.Tx) (err error) {
		if b.tasks, err = tx.FindTasks(meeting.TaskQuery{Limit: 10_000}); err != nil {
			return err
		}
		if b.meetings, err = tx.FindMeetings(meeting.MeetingQuery{}); err != nil {
			return err
		}
		if b.letters, err = allLetters(tx); err != nil {
			return err
		}
		b.places, err = placesOf(tx, b.letters)
		return err
	}))
	must(p.TB, store.Close())
	return b
}

// placesOf are the chats and people that letters are for.
func placesOf(tx bot.Tx, letters []bot.Letter) (map[bot.To]string, error) {
	out := map[bot.To]string{}
	for _, l := range letters {
		on := string(l.To.Chat)
		if on == "" {
			account, err := tx.AccountOf(l.To.Person)
			if err != nil {
				return nil, err
			}
			on = string(account)
		}
		_, out[l.To], _ = strings.Cut(on, ":")
	}
	return out, nil
}

// allLetters are the letters of an outbox, by their numbers.
func allLetters(tx bot.Tx) ([]bot.Letter, error) {
	var out []bot.Letter
	for id, gap := int64(1), 0; gap < 100; id++ {
		l, err := tx.Letter(id)
		switch {
		case errors.Is(err, meeting.ErrNotFound):
			gap++
		case err != nil:
			return nil, err
		default:
			gap = 0
			out = append(out, l)
		}
	}
	return out, nil
}
