package meeting_test

import (
	"testing"

	"huiban/bot/workday"
)

func calendar(t testing.TB) workday.Calendar {
	t.Helper()
	return workday.Calendar{}
}
