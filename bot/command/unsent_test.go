package command

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/workday"
)

// TestUndelivered_WhatIsNotListedWaitsForTheNextAsking: fifteen at a time, each
// once, and the answer says how many are left.
func TestUndelivered_WhatIsNotListedWaitsForTheNextAsking(t *testing.T) {
	now := time.Date(2026, 8, 11, 10, 5, 0, 0, workday.Zone)
	fake := bottest.NewFake("fake", bottest.Full())
	fake.Join(bot.Profile{Account: "fake:zhou", Name: "周敏"})
	store := bottest.NewMemory(func() time.Time { return now })
	e := bot.New(store, bot.Options{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Words: Words(),
		Platforms: []bot.Platform{fake}, Now: func() time.Time { return now }, Poke: func() {},
	})
	settle := func(state bot.State) (texts []string) {
		t.Helper()
		for round := 0; ; round++ {
			token := fmt.Sprint(now, state, round)
			letters, err := store.Claim(t.Context(), token, 50, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if len(letters) == 0 {
				return texts
			}
			err = store.Do(t.Context(), func(tx bot.Tx) error {
				for _, l := range letters {
					texts = append(texts, l.Text)
					if _, err := tx.Settle(now, bot.Outcome{ID: l.ID, Token: token, State: state, Message: "m"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	say := func(event, text string) string {
		t.Helper()
		if err := e.Message(t.Context(), bot.Message{Event: event, From: "fake:zhou", Chat: "fake:p", Private: true, Text: text}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(settle(bot.Sent), "\n")
	}
	say("e0", "帮助") // now the person is known
	err := store.Do(t.Context(), func(tx bot.Tx) error {
		for i := range 20 {
			p := bot.Post{Key: fmt.Sprint("k", i), To: bot.To{Person: 1}, Text: fmt.Sprintf("第%02d条", i), Class: bot.ClassNews}
			if err := tx.Enqueue(now, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	settle(bot.Unsent)
	now = now.Add(time.Minute)
	first := say("e1", "未送达")
	if !strings.Contains(first, "有15条") || !strings.Contains(first, "第19条") || strings.Contains(first, "第04条") || !strings.Contains(first, "另有5条") {
		t.Errorf("first: %s", first)
	}
	now = now.Add(time.Minute)
	second := say("e2", "未送达")
	if !strings.Contains(second, "有5条") || !strings.Contains(second, "第04条") || strings.Contains(second, "第05条") || strings.Contains(second, "另有") {
		t.Errorf("second: %s", second)
	}
	now = now.Add(time.Minute)
	if third := say("e3", "未送达"); !strings.Contains(third, "没有遗漏") {
		t.Errorf("third: %s", third)
	}
}
