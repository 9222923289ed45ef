package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func post(key string, person int64) bot.Post {
	return bot.Post{Key: key, To: bot.To{Person: meeting.PersonID(person)}, Text: "请您确认", Class: bot.ClassReminder}
}

func TestR90_RecordsAreNeitherChangedNorDropped(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		of := meeting.Ref{Kind: meeting.KindTask, ID: 1}
		event := bot.AuditEvent{Of: of, Seq: 1, At: start(), Change: meeting.Change{What: "确认"}}
		if err := s.Do(t.Context(), func(tx bot.Tx) error { return tx.Audit(event) }); err != nil {
			t.Fatal(err)
		}
		for _, attempt := range []string{"UPDATE audit SET reason = 'x'", "UPDATE audit SET seq = 2 WHERE seq = 1", "DELETE FROM audit", "REPLACE INTO audit SELECT * FROM audit"} {
			if err := raw(t, s, attempt); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v, want a refusal", attempt, err)
			}
		}
		if got := list[string](t, s, "SELECT what FROM audit WHERE reason = ''"); len(got) != 1 || got[0] != "确认" {
			t.Errorf("record: %q", got)
		}
	})
}

func TestR60_SealedMinutesAreNeitherChangedNorDropped(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		final := &meeting.Minutes{No: "终", State: meeting.Revising, Text: "正文", Hash: "h"}
		draft := &meeting.Minutes{No: "草", State: meeting.Drafting}
		err := s.Do(t.Context(), func(tx bot.Tx) error {
			if err := errors.Join(tx.SaveMinutes(final), tx.SaveMinutes(draft)); err != nil {
				return err
			}
			final.State = meeting.Final
			return tx.SaveMinutes(final)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, attempt := range []string{
			"UPDATE minutes SET text = 'x' WHERE no = '终'", "UPDATE minutes SET state = '修订中'", "UPDATE minutes SET version = version + 1",
			"UPDATE minutes SET hash = hash WHERE no = '终'", "DELETE FROM minutes WHERE no = '终'", "DELETE FROM minutes",
			"REPLACE INTO minutes SELECT * FROM minutes",
		} {
			if err := raw(t, s, attempt); err == nil || !strings.Contains(err.Error(), "sealed") {
				t.Errorf("%s: %v, want a refusal", attempt, err)
			}
		}
		if got := list[string](t, s, "SELECT CONCAT(text, hash, state) FROM minutes WHERE no = '终' AND version = 2"); len(got) != 1 || got[0] != "正文h终稿" {
			t.Errorf("minutes: %q", got)
		}
		for _, free := range []string{"UPDATE minutes SET text = 'x' WHERE no = '草'", "DELETE FROM minutes WHERE no = '草'"} {
			if err := raw(t, s, free); err != nil {
				t.Errorf("%s: %v", free, err)
			}
		}
	})
}

// TestR60_StoreSealsWithoutTriggers: where the server lets us make none, the
// store's own statement refuses.
func TestR60_StoreSealsWithoutTriggers(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		x := &meeting.Minutes{State: meeting.Final, Text: "正文"}
		if err := s.Do(t.Context(), func(tx bot.Tx) error { return tx.SaveMinutes(x) }); err != nil {
			t.Fatal(err)
		}
		if err := raw(t, s, "DROP TRIGGER minutes_no_update"); err != nil {
			t.Fatal(err)
		}
		x.Text = "改"
		if err := s.Do(t.Context(), func(tx bot.Tx) error { return tx.SaveMinutes(x) }); !errors.Is(err, meeting.ErrSealed) {
			t.Errorf("save over a 终稿: %v, want ErrSealed", err)
		}
		if got := list[string](t, s, "SELECT text FROM minutes"); got[0] != "正文" {
			t.Errorf("text %q", got)
		}
	})
}

func TestMissingTriggersAreFoundAndMended(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		found, err := s.Check(t.Context())
		if err != nil || len(found) > 0 {
			t.Fatalf("check of a good database: %v, error %v", found, err)
		}
		for _, g := range guards(s.name) {
			if err := raw(t, s, "DROP TRIGGER "+g.name); err != nil {
				t.Fatal(err)
			}
			if found, err = s.Check(t.Context()); err != nil || len(found) != 1 || found[0].Severe || !strings.Contains(found[0].Say, g.table) {
				t.Errorf("check without %s: %v, error %v", g.name, found, err)
			}
			if _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if found, err = s.Check(t.Context()); err != nil || len(found) > 0 {
				t.Errorf("check after migrate: %v, error %v", found, err)
			}
		}
	})
}

// TestR86_ClosedTaskStaysClosed tries it with the version that would fit, as a
// turn could that lost sight of what it had loaded.
func TestR86_ClosedTaskStaysClosed(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		for _, status := range []meeting.Status{meeting.Done, meeting.Cancelled} {
			k := &meeting.Task{No: "T-1", Status: meeting.InProgress, Owner: 1, Host: 2}
			if err := s.Do(t.Context(), func(tx bot.Tx) error { k.ID = 0; return tx.SaveTask(k) }); err != nil {
				t.Fatal(err)
			}
			if err := raw(t, s, "UPDATE tasks SET status = ? WHERE id = ?", status, k.ID); err != nil {
				t.Fatal(err)
			}
			err := s.Do(t.Context(), func(tx bot.Tx) error { return tx.SaveTask(k) })
			if !errors.Is(err, bot.ErrConflict) {
				t.Errorf("save over %s: %v, want ErrConflict", status, err)
			}
			if got := list[string](t, s, "SELECT status FROM tasks WHERE id = ?", k.ID); got[0] != string(status) {
				t.Errorf("status %q, want %q", got, status)
			}
		}
	})
}

// TestPeopleOfATaskFollowIt: the index of people is what Involves is asked of.
func TestPeopleOfATaskFollowIt(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		k := &meeting.Task{Status: meeting.InProgress, Owner: 1, Host: 2, Acceptor: 2, Helpers: []meeting.PersonID{3, 4, 3}}
		for step, c := range []struct {
			change func()
			want   string
		}{
			{func() {}, "[1 2 3 4]"},
			{func() { k.Helpers = []meeting.PersonID{4, 5} }, "[1 2 4 5]"},
			{func() { k.Owner, k.Helpers = 5, nil }, "[2 5]"},
			{func() { k.Percent = 50 }, "[2 5]"},
			{func() { k.CC, k.Deciders = []meeting.PersonID{6}, []meeting.PersonID{2, 7} }, "[2 5 6 7]"},
		} {
			err := s.Do(t.Context(), func(tx bot.Tx) error {
				if k.ID != 0 && step%2 == 0 { // with and without having loaded it in the turn
					if _, err := tx.Task(k.ID); err != nil {
						return err
					}
				}
				c.change()
				return tx.SaveTask(k)
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(list[int64](t, s, "SELECT person_id FROM task_people WHERE task_id = ? ORDER BY person_id", k.ID)); got != c.want {
				t.Errorf("step %d: people %s, want %s", step, got, c.want)
			}
		}
	})
}

func TestFilesHaveALimitTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := OpenSQLite(t.Context(), dir, Options{Lease: start, FilesLimit: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, migrated(t, s))
	put := func(content string) error {
		_, err := s.PutFile(t.Context(), "a.txt", strings.NewReader(content))
		return err
	}
	big := strings.Repeat("a", 60)
	if err := put(big); err != nil {
		t.Fatal(err)
	}
	if err := put(strings.Repeat("b", 41)); !errors.Is(err, ErrFull) {
		t.Errorf("a file too many: %v, want ErrFull", err)
	}
	if err := put(big); err != nil {
		t.Errorf("a file that is there: %v", err)
	}
	if err := put(strings.Repeat("b", 40)); err != nil {
		t.Errorf("a file that fits: %v", err)
	}
}

// TestFileCutShortByAKillIsWrittenAgain: parts without a row are what a process
// leaves that was killed.
func TestFileCutShortByAKillIsWrittenAgain(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		content := bytes.Repeat([]byte{0, '\'', '\\', 0xff, '\n', '"', 26}, 200_000)
		f, err := s.PutFile(t.Context(), "a.bin", bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		for _, lose := range []string{"DELETE FROM files", "DELETE FROM file_parts WHERE part > 0"} {
			if err := raw(t, s, lose); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.OpenFile(t.Context(), f.ID); !errors.Is(err, bot.ErrNoFile) {
			t.Errorf("a file without its row: %v, want ErrNoFile", err)
		}
		if _, err := s.PutFile(t.Context(), "a.bin", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		_, r, err := s.OpenFile(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("read %d bytes, error %v; want the %d written", len(got), err, len(content))
		}
		if err := raw(t, s, "DELETE FROM file_parts WHERE part = 1"); err != nil {
			t.Fatal(err)
		}
		_, r, err = s.OpenFile(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a file with a part lost: %v, want ErrUnexpectedEOF", err)
		}
	})
}

// TestKeysOfAnySigns: columns of plain ASCII hold keys of any signs and length
// apart.
func TestKeysOfAnySigns(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 300)
	keys := []string{"k", "K", "k ", "键", "键2", long + "1", long + "2", strings.Repeat("k", 128), strings.Repeat("k", 120)}
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		for round := range 2 {
			err := s.Do(t.Context(), func(tx bot.Tx) error {
				for _, k := range keys {
					first, err := tx.FirstTime(k, start())
					if err != nil {
						return err
					}
					if first != (round == 0) {
						t.Errorf("round %d: %q first %v", round, k, first)
					}
					if err := tx.Enqueue(start(), post(k, 1)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		letters, err := s.Claim(t.Context(), "t", 1, time.Minute)
		if err != nil || len(letters) != 1 || letters[0].Key != "k" {
			t.Errorf("claimed %v, error %v", letters, err)
		}
		if n := list[int](t, s, "SELECT COUNT(*) FROM outbox"); n[0] != len(keys) {
			t.Errorf("%d letters, want %d", n[0], len(keys))
		}
	})
}

func TestTurnThatIsGivenUpLeavesNothing(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, open func(testing.TB) *Store) {
		t.Helper()
		s := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Do(ctx, func(tx bot.Tx) error {
			if _, err := tx.FirstTime("a", start()); err != nil {
				return err
			}
			cancel()
			_, err := tx.FirstTime("b", start())
			if err == nil {
				t.Error("a statement ran in a turn that was given up")
			}
			return nil // as a caller would that took the error for a rule's
		})
		if err == nil {
			t.Error("committed")
		}
		func() {
			defer func() { _ = recover() }()
			_ = s.Do(t.Context(), func(tx bot.Tx) error {
				_, err := tx.FirstTime("c", start())
				panic(err)
			})
		}()
		if got := list[string](t, s, "SELECT event_id FROM processed_events"); len(got) > 0 {
			t.Errorf("events %q, want none", got)
		}
	})
}
