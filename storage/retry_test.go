package storage

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-sql-driver/mysql"
	"pgregory.net/rapid"

	"huiban/bot"
)

// TestLostRacesRunAgain counts runs by what the server said, with the clock of
// the bubble instead of waiting.
func TestLostRacesRunAgain(t *testing.T) {
	t.Parallel()
	server := func(number uint16) error { return fmt.Errorf("task 1: %w", &mysql.MySQLError{Number: number}) }
	for _, c := range []struct {
		err  error
		runs int
	}{
		{nil, 1},
		{server(1213), tries},
		{server(1205), tries},
		{server(1020), tries},
		{server(1047), tries},
		{server(1053), tries},
		{server(1927), tries},
		{driver.ErrBadConn, tries},
		{mysql.ErrInvalidConn, tries},
		{server(1406), 1},
		{bot.ErrConflict, 1}, // the engine's to run again, with fresh rows
		{errUnknown, 1},
		{errors.New("a rule said no"), 1},
		{context.Canceled, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStore(shared(), Options{})
			runs, begin := 0, time.Now()
			err := s.retry(t.Context(), func() error { runs++; return c.err })
			if runs != c.runs || !errors.Is(err, c.err) {
				t.Errorf("%v: %d runs, error %v; want %d runs", c.err, runs, err, c.runs)
			}
			if waited := time.Since(begin); waited > (tries-1)*time.Second {
				t.Errorf("%v: waited %v", c.err, waited)
			}
		})
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore(shared(), Options{Jitter: func(n int64) int64 { return n - 1 }})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		runs := 0
		err := s.retry(ctx, func() error { runs++; return driver.ErrBadConn })
		if runs >= tries || !errors.Is(err, driver.ErrBadConn) {
			t.Errorf("%d runs, error %v", runs, err)
		}
	})
}

// TestInstantsAreKeptToTheMillisecond: and a zero time is no instant.
func TestInstantsAreKeptToTheMillisecond(t *testing.T) {
	t.Parallel()
	if got := at(ms(time.Time{})); !got.IsZero() {
		t.Errorf("zero time came back as %v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("z", rapid.IntRange(-12*3600, 14*3600).Draw(t, "offset"))
		in := time.UnixMilli(rapid.Int64Range(1, 1<<43).Draw(t, "ms")).Add(time.Duration(rapid.IntRange(0, 999_999).Draw(t, "ns"))).In(zone)
		got := at(ms(in))
		if !got.Equal(in.Truncate(time.Millisecond)) || got.Location() != time.UTC {
			t.Fatalf("%v came back as %v", in, got)
		}
	})
}

func TestJitterStaysBelowItsBound(t *testing.T) {
	t.Parallel()
	s := newStore(shared(), Options{})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, int64(time.Second)).Draw(t, "n")
		if got := s.o.Jitter(n); got < 0 || got >= n {
			t.Fatalf("jitter(%d) = %d", n, got)
		}
	})
}
