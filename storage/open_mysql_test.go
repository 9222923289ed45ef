package storage

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"huiban/bot"
)

func TestDSNIsCompleted(t *testing.T) {
	t.Parallel()
	cfg, err := complete("huiban:secret@tcp(db:3306)/huiban?loc=Local&multiStatements=true&readTimeout=1m")
	if err != nil {
		t.Fatal(err)
	}
	got := cfg.FormatDSN()
	for _, want := range []string{"clientFoundRows=true", "interpolateParams=true", "parseTime=true", "rejectReadOnly=true", "charset=utf8mb4", "timeout=3s", "readTimeout=1m0s", "writeTimeout=10s", "time_zone=%27%2B00%3A00%27"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for _, no := range []string{"loc=Local", "multiStatements"} {
		if strings.Contains(got, no) {
			t.Errorf("%s in %s", no, got)
		}
	}
}

func TestNoErrorHoldsThePassword(t *testing.T) {
	t.Parallel()
	dsns := []string{
		"huiban:tiger7@tcp(127.0.0.1:1)/huiban",
		"huiban:tiger7@tcp(no.such.host.invalid:3306)/huiban",
		"huiban:tiger7@tcp(127.0.0.1:1)/",
		"huiban:tiger7@127.0.0.1/huiban",
		"huiban:tiger7@unix(/tiger7)/huiban",
		"mysql://huiban:tiger7@127.0.0.1/huiban",
		"huiban:tiger7",
		"huiban:tiger7@tcp(127.0.0.1:1)/huiban?timeout=tiger7",
		"huiban:tiger7@tcp(127.0.0.1:1)/huiban?tls=tiger7",
	}
	if server, err := mysql.ParseDSN(serverDSN()); err == nil {
		server.User, server.Passwd, server.DBName = "nobody", "tiger7", "huiban"
		dsns = append(dsns, server.FormatDSN())
	}
	for _, dsn := range dsns {
		s, err := OpenMySQL(t.Context(), dsn, Options{})
		if err == nil {
			shut(t, s)
			t.Errorf("%s: opened", dsn)
			continue
		}
		if strings.Contains(err.Error(), "tiger7") {
			t.Errorf("%s: error holds the password: %v", dsn, err)
		}
	}
}

// TestDeadlockIsNotTakenForARefusal: after a deadlock the server has rolled
// back everything, also what came before the savepoint. A caller that makes
// words of the error must not commit half a turn.
func TestDeadlockIsNotTakenForARefusal(t *testing.T) {
	t.Parallel()
	s := migrated(t, emptyMySQL(t))
	var both, all sync.WaitGroup
	both.Add(2)
	var runs atomic.Int64
	turn := func(first, second string) {
		err := s.Do(t.Context(), func(tx bot.Tx) error {
			n := runs.Add(1)
			if _, err := tx.Serial(first); err != nil {
				return err
			}
			if n <= 2 {
				both.Done()
				both.Wait()
			}
			_ = tx.Savepoint(func() error { _, err := tx.Serial(second); return err })
			_, err := tx.FirstTime(first+second, start())
			_ = err
			return nil
		})
		if err != nil {
			t.Errorf("turn %s%s: %v", first, second, err)
		}
	}
	all.Go(func() { turn("a", "b") })
	all.Go(func() { turn("b", "a") })
	all.Wait()
	if got := list[int](t, s, "SELECT last FROM serials"); len(got) != 2 || got[0] != 2 || got[1] != 2 {
		t.Errorf("serials %v, want both at 2", got)
	}
	if got := list[string](t, s, "SELECT event_id FROM processed_events"); len(got) != 2 {
		t.Errorf("events %q, want two", got)
	}
	if runs.Load() < 3 {
		t.Errorf("%d runs: there was no deadlock", runs.Load())
	}
}

// TestLostAnswerToCommitIsAConflict: the turn runs again, and its event key
// tells whether it had its effect.
func TestLostAnswerToCommitIsAConflict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ arrives, again bool }{
		"lost on the way there": {arrives: false, again: true},
		"lost on the way back":  {arrives: true, again: false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := newDatabase(t)
			migrated(t, joinMySQL(t, dsn))
			proxied, cut := proxy(t, dsn, c.arrives)
			s := joinMySQL(t, proxied)
			var first bool
			turn := func(tx bot.Tx) (err error) {
				first, err = tx.FirstTime("e", start())
				if err != nil || !first {
					return err
				}
				_, err = tx.Serial("s")
				return err
			}
			cut.Store(true)
			if err := s.Do(t.Context(), turn); !errors.Is(err, bot.ErrConflict) {
				t.Fatalf("turn whose commit was cut off: %v, want ErrConflict", err)
			}
			if err := s.Do(t.Context(), turn); err != nil || first != c.again {
				t.Errorf("again: first %v, error %v; want first %v", first, err, c.again)
			}
			if got := list[int](t, s, "SELECT last FROM serials"); len(got) != 1 || got[0] != 1 {
				t.Errorf("serial %v, want 1: one effect", got)
			}
		})
	}
}

// proxy passes connections on to the server. Once cut is set it ends the next
// one that commits: before the server hears of it, or after the server has
// answered.
func proxy(t *testing.T, dsn string, arrives bool) (string, *atomic.Bool) {
	t.Helper()
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cut := &atomic.Bool{}
	var all sync.WaitGroup
	server := cfg.Addr
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { pass(t, client, server, arrives, cut) })
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		all.Wait()
	})
	cfg.Addr = listener.Addr().String()
	return cfg.FormatDSN(), cut
}

func pass(t *testing.T, client net.Conn, address string, arrives bool, cut *atomic.Bool) {
	t.Helper()
	server, err := (&net.Dialer{}).DialContext(bg(), "tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	var mute atomic.Bool
	var back sync.WaitGroup
	back.Go(func() {
		defer func() { _ = client.Close() }()
		buffer := make([]byte, 32<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil || mute.Load() {
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	defer back.Wait()
	defer func() { _ = server.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], []byte("\x03COMMIT")) && cut.CompareAndSwap(true, false) {
			if !arrives {
				return
			}
			mute.Store(true)
			if _, err := server.Write(buffer[:n]); err != nil {
				t.Error(err)
			}
			back.Wait()
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil && !errors.Is(err, io.EOF) {
			return
		}
	}
}

// TestLetterIsNotLeftParked: one process settles the head of a lane just when
// another has found it pending and is about to enqueue behind it. The second
// has to see the first, or the new letter would wait five minutes for nothing.
func TestLetterIsNotLeftParked(t *testing.T) {
	t.Parallel()
	dsn := newDatabase(t)
	a, b, c := migrated(t, joinMySQL(t, dsn)), joinMySQL(t, dsn), joinMySQL(t, dsn)
	say(t, a, "head", 1)
	head := claimed(t, b, "t1", 1)
	step := func(s *Store, want error, fn func(tx bot.Tx) error) <-chan struct{} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := s.Do(t.Context(), fn); !errors.Is(err, want) {
				t.Errorf("turn: %v, want %v", err, want)
			}
		}()
		return done
	}
	// The first post waits for the key that a turn of c has written, with the
	// ends of both lanes looked up already.
	errUndo, written, undo := errors.New("undo"), make(chan struct{}), make(chan struct{})
	undone := step(c, errUndo, func(tx bot.Tx) error {
		if err := tx.Enqueue(start(), post("other", 2)); err != nil {
			return err
		}
		close(written)
		<-undo
		return errUndo
	})
	<-written
	enqueued := step(a, nil, func(tx bot.Tx) error { return tx.Enqueue(start(), post("other", 2), post("follower", 1)) })
	untilWaiting(t, c, 1, enqueued)
	settled := step(b, nil, func(tx bot.Tx) error {
		_, err := tx.Settle(start(), bot.Outcome{ID: head[0].ID, Token: "t1", State: bot.Sent, Message: "m"})
		return err
	})
	untilWaiting(t, c, 2, settled)
	close(undo)
	<-undone
	<-enqueued
	<-settled
	claimed(t, b, "t2", 2)
}

// untilWaiting waits until so many transactions of the database wait for locks
// or done is closed.
func untilWaiting(t *testing.T, s *Store, n int, done <-chan struct{}) {
	t.Helper()
	tick := time.NewTicker(150 * time.Millisecond) // the server renews innodb_trx if nobody has looked for 100 ms
	defer tick.Stop()
	for range 100 {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		waiting := list[int](t, s, `SELECT COUNT(*) FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
			WHERE x.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`)
		if waiting[0] >= n {
			return
		}
	}
	t.Errorf("less than %d wait", n)
}

// claimed claims all letters that there are and checks how many.
func claimed(tb testing.TB, s *Store, token string, want int) []bot.Letter {
	tb.Helper()
	letters, err := s.Claim(tb.Context(), token, 100, time.Minute)
	if err != nil || len(letters) != want {
		tb.Fatalf("claimed %d letters, error %v; want %d", len(letters), err, want)
	}
	return letters
}

// TestTwoReplicasWakeInOrder: the letters of a lane form one chain, whoever
// woke them.
func TestTwoReplicasWakeInOrder(t *testing.T) {
	t.Parallel()
	dsn := newDatabase(t)
	stores := []*Store{migrated(t, joinMySQL(t, dsn)), joinMySQL(t, dsn)}
	const letters = 2*batch + 50
	err := stores[0].Do(t.Context(), func(tx bot.Tx) error {
		for i := range letters {
			p := post("k"+strings.Repeat("i", i%97)+string(rune('A'+i/97)), int64(i%3)+1)
			p.NotBefore = start().Add(1 + 1e6)
			if err := tx.Enqueue(start(), p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var woken atomic.Int64
	for _, s := range stores {
		all.Go(func() {
			n, err := s.Wake(t.Context(), start().Add(1e9))
			if err != nil {
				t.Error(err)
			}
			woken.Add(int64(n))
		})
	}
	all.Wait()
	if woken.Load() != letters {
		t.Errorf("%d woken, want %d", woken.Load(), letters)
	}
	if heads := list[int64](t, stores[0], "SELECT id FROM outbox WHERE after_id = 0"); len(heads) != 3 {
		t.Errorf("heads %v, want one of each of three lanes", heads)
	}
	if forks := list[int64](t, stores[0], "SELECT after_id FROM outbox WHERE after_id <> 0 GROUP BY after_id HAVING COUNT(*) > 1"); len(forks) > 0 {
		t.Errorf("letters with two followers: %v", forks)
	}
	if wrong := list[int64](t, stores[0], "SELECT id FROM outbox WHERE after_id > id"); len(wrong) > 0 {
		t.Errorf("letters behind a later one: %v", wrong)
	}
}
