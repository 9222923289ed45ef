package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
	"huiban/storage"
)

// databases counts those made, for their names.
var databases atomic.Int64 //nolint:gochecknoglobals // one count for all tests

// newDatabase creates a database of the test's own on the MariaDB that
// HUIBAN_TEST_MYSQL_DSN names, and returns its DSN.
func newDatabase(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("HUIBAN_TEST_MYSQL_DSN")
	if dsn == "" {
		t.Skip("HUIBAN_TEST_MYSQL_DSN names no server (make test starts one)")
	}
	c, err := mysql.ParseDSN(dsn)
	must(t, err)
	db, err := sql.Open("mysql", dsn)
	must(t, err)
	name := fmt.Sprintf("huiban_%d_%d", os.Getpid(), databases.Add(1))
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	must(t, err)
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), "DROP DATABASE "+name); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c.DBName = name
	return c.FormatDSN()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A hall is a platform that hears everything and merges nothing.
type hall struct {
	mu  sync.Mutex
	got map[string][]string // recipient and words -> UUIDs, one for each Send
}

func (*hall) Name() string                               { return "hall" }
func (*hall) Run(ctx context.Context, _ bot.Inbox) error { <-ctx.Done(); return nil }

func (h *hall) Send(_ context.Context, o bot.Out) (bot.MessageID, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	what := string(o.Account)
	if o.Card != nil {
		what += " " + o.Card.Text()
	}
	h.got[what] = append(h.got[what], o.UUID)
	return bot.MessageID("h" + o.UUID), nil
}

// TestTwoReplicasSayAThousandRemindersOnce: two replicas on one MariaDB fire the
// same 1,000 reminders at the same time, and each is said once (promise 5).
func TestTwoReplicasSayAThousandRemindersOnce(t *testing.T) {
	t.Parallel()
	const people, tasks = 50, 1000
	dsn := newDatabase(t)
	due := time.Date(2026, 8, 17, 17, 0, 0, 0, workday.Zone)
	h := &hall{got: map[string][]string{}}
	var apps []*App
	for range 2 {
		store, err := storage.OpenMySQL(t.Context(), dsn, storage.Options{Log: slog.New(slog.DiscardHandler)})
		must(t, err)
		t.Cleanup(func() { _ = store.Close() })
		if len(apps) == 0 {
			_, err = store.Migrate(t.Context())
			must(t, err)
			handOut(t, store, hallAccount, people, tasks, due)
		}
		app, err := New(Parts{
			Store: store, Platforms: []bot.Platform{h}, Calendar: calendar(), Now: func() time.Time { return due },
			Standing: true, Log: slog.New(slog.DiscardHandler),
		})
		must(t, err)
		apps = append(apps, app)
	}
	var wg sync.WaitGroup
	for _, app := range apps {
		wg.Go(func() {
			if err := app.Engine.Due(t.Context(), due); err != nil {
				t.Error(err)
			}
			if err := app.Courier.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	must(t, apps[0].Courier.Drain(t.Context())) // what one left to the other
	if len(h.got) != tasks {
		t.Errorf("%d reminders were said, want %d", len(h.got), tasks)
	}
	for what, uuids := range h.got {
		if len(uuids) != 1 {
			t.Errorf("said %d times: %s", len(uuids), what)
		}
	}
}

func hallAccount(i int) bot.Account { return bot.Account(fmt.Sprintf("hall:同事%d", i)) }

// handOut writes tasks that all fall due at one instant, confirmed and shared
// among people.
func handOut(t testing.TB, store bot.Store, account func(int) bot.Account, people, tasks int, due time.Time) {
	t.Helper()
	given := due.AddDate(0, 0, -5)
	must(t, store.Do(t.Context(), func(tx bot.Tx) error {
		for i := range people + 1 {
			name := fmt.Sprintf("同事%d", i)
			if _, err := tx.Meet(bot.Profile{Account: account(i), Name: name}, given); err != nil {
				return err
			}
		}
		for i := range tasks {
			k, err := meeting.Assign(tx, meeting.Assignment{
				By: 1, Owner: meeting.PersonID(2 + i%people), Description: fmt.Sprintf("完成第%d份文档", i), Deliverable: "无",
				Due: meeting.Deadline{Raw: due.Format("2006-01-02 15:04"), At: due}, Priority: meeting.Medium,
			}, given, calendar())
			if err != nil {
				return err
			}
			if err := k.ConfirmBy(k.Owner, 0, given); err != nil {
				return err
			}
			if err := tx.SaveTask(k); err != nil {
				return err
			}
			if err := tx.Arm(bot.Alarm{Of: k.Ref(), Version: k.Version, Since: due.Add(-time.Minute), Next: due}); err != nil {
				return err
			}
		}
		return nil
	}))
}
