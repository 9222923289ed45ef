package storage

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// secondVariable makes the test binary the second process of the data folder
// that it is started in.
const secondVariable = "HUIBAN_TEST_SECOND_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(secondVariable) != "" {
		os.Exit(openSecond())
	}
	goleak.VerifyTestMain(m)
}

// openSecond tells by its exit code whether the folder was free (0), taken (3)
// or could not be opened (4).
func openSecond() int {
	s, err := OpenSQLite(bg(), ".", Options{Lease: start})
	switch {
	case errors.Is(err, ErrLocked):
		return 3
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 4
	case s.Close() != nil:
		return 4
	}
	return 0
}
