package meeting_test

import (
	"testing"

	"huiban/bot/workday"
)

func calendar(t testing.TB) workday.Calendar {
	t.Helper()
	return workday.New(workday.DefaultHours(), workday.Official()...)
}
