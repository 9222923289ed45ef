package bottest_test

import (
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
)

func TestMemoryPassesTheExam(t *testing.T) {
	bottest.ExamStore(t, func(*testing.T) bottest.Fixture {
		clock := bottest.NewClock(time.Date(2026, 8, 10, 4, 0, 0, 0, time.UTC))
		return bottest.Fixture{Store: bottest.NewMemory(clock.Now), Lease: clock.Move}
	})
}

func TestMemoryRefusesWritesOfViews(t *testing.T) {
	m := bottest.NewMemory(time.Now)
	err := m.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.FirstTime("e1", time.Now())
		return err
	})
	if err == nil {
		t.Error("a view wrote")
	}
}
