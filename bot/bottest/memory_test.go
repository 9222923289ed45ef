package bottest_test

import (
	"testing"
	"time"

	"huiban/bot/bottest"
)

func TestMemoryPassesTheExam(t *testing.T) {
	bottest.ExamStore(t, func(*testing.T) bottest.Fixture {
		clock := bottest.NewClock(time.Date(2026, 8, 10, 4, 0, 0, 0, time.UTC))
		return bottest.Fixture{Store: bottest.NewMemory(clock.Now), Lease: clock.Move}
	})
}
