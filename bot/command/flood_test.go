package command

import (
	"context"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/workday"
)

// TestLongWords: a text of 100 kB is refused with the limit named and leaves
// nothing behind; one within the limit is heard but its task is too long (R34).
func TestLongWords(t *testing.T) {
	w := newWorld(t)
	fake := bottest.NewFake("fake", bottest.Full())
	e := bot.New(w.store, bot.Options{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Words: Words(), Calendar: w.cal,
		Platforms: []bot.Platform{fake}, Now: func() time.Time { return w.now },
	})
	say := func(event, text string) string {
		t.Helper()
		m := bot.Message{Event: event, ID: bot.MessageID(event), From: "fake:zhou", Chat: "fake:p1", Private: true, Text: text}
		if err := e.Message(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		letters, err := w.store.Claim(context.Background(), event, 1, time.Minute)
		if err != nil || len(letters) != 1 {
			t.Fatalf("%d answers: %v", len(letters), err)
		}
		r, err := e.Prepare(t.Context(), letters)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Settle(t.Context(), bot.Delivery{Letters: letters, Ready: r, Message: bot.MessageID("m-" + event)}); err != nil {
			t.Fatal(err)
		}
		if r.Out.Card != nil {
			return r.Out.Card.Text()
		}
		return r.Out.Text
	}
	if got := say("e1", "待办 许哲 明天17:00 "+strings.Repeat("长", 100<<10)); !strings.Contains(got, "一条最多4000字") {
		t.Errorf("100 kB: %s", got)
	}
	if got := say("e2", "待办 许哲 明天17:00 写"+strings.Repeat("长", 300)); !strings.Contains(got, "任务描述最多200字") {
		t.Errorf("300 characters: %s", got)
	}
}
