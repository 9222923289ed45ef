package main

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/storage"
)

// huiban runs the program itself in a process of its own and returns what it
// said and its exit code.
func huiban(t *testing.T, environ []string, args ...string) (string, int) {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe) //nolint:gosec // it is this very binary
	cmd.Env = append(append(os.Environ(), childArgs+"="+strings.Join(args, "\n")), environ...)
	out, _ := cmd.CombinedOutput() // the exit code tells
	return string(out), cmd.ProcessState.ExitCode()
}

// TestBackupFromAnotherProcessWhileTheBotWrites: the folder is locked, people
// go on writing, and the copy opens with what was there.
func TestBackupFromAnotherProcessWhileTheBotWrites(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	store, err := storage.OpenSQLite(t.Context(), dir, storage.Options{Log: slog.New(slog.DiscardHandler), Lease: time.Now})
	must(t, err)
	_, err = store.Migrate(t.Context())
	must(t, err)
	meet(t, store, "周敏")
	var stop atomic.Bool
	wrote := make(chan int)
	go func() {
		n := 0
		for ; !stop.Load(); n++ {
			meet(t, store, "许哲")
		}
		wrote <- n
	}()
	said, code := huiban(t, []string{"HUIBAN_DATA=" + dir}, "backup")
	stop.Store(true)
	if n := <-wrote; n < 2 {
		t.Errorf("%d writes beside the backup", n)
	}
	must(t, store.Close())
	made := regexp.MustCompile(`/\S+/huiban-\d{8}-\d{6}\.db`).FindString(said)
	if code != done || made == "" || filepath.Dir(made) != filepath.Dir(dir) || !strings.Contains(said, "恢复") {
		t.Fatalf("exit %d, said %s", code, said)
	}
	info, err := os.Stat(made)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	restored := filepath.Join(t.TempDir(), "restored")
	must(t, os.Mkdir(restored, 0o700))
	must(t, os.Rename(made, filepath.Join(restored, "huiban.db")))
	back, err := storage.OpenSQLite(t.Context(), restored, storage.Options{Log: slog.New(slog.DiscardHandler), Lease: time.Now})
	must(t, err)
	must(t, back.View(t.Context(), func(tx bot.Tx) error {
		if p, err := tx.Person(meeting.PersonID(1)); err != nil || p.Name != "周敏" {
			t.Errorf("%+v, %v", p, err)
		}
		return nil
	}))
	must(t, back.Close())
}

// meet writes a person.
func meet(t *testing.T, store bot.Store, name string) {
	t.Helper()
	err := store.Do(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Meet(bot.Profile{Account: bot.Account("hall:" + name), Name: name}, time.Now())
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBackupSaysWhatStandsInItsWay(t *testing.T) {
	t.Parallel()
	data, taken := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "taken.db")
	must(t, os.WriteFile(taken, []byte("mine"), 0o600))
	mysql := []string{"HUIBAN_STORE_DRIVER=mysql", "HUIBAN_STORE_DSN=u:hunter2@tcp(db:3306)/huiban"}
	here := []string{"HUIBAN_DATA=" + data}
	for _, c := range []struct {
		name    string
		environ []string
		args    []string
		code    int
		says    string
	}{
		{"a server", mysql, []string{"backup"}, failed, "mysqldump"},
		{"a MariaDB", mysql, []string{"backup"}, failed, "mariadb-dump"},
		{"no data", here, []string{"backup"}, failed, "找不到要备份的数据"},
		{"data", here, []string{"migrate"}, done, "已升级"},
		{"a file", here, []string{"backup", "--to", taken}, failed, "不会覆盖"},
		{"no folder", here, []string{"backup", "--to", filepath.Join(data, "no", "copy.db")}, failed, "--to"},
		{"a folder", here, []string{"backup", "--to", filepath.Dir(taken)}, done, filepath.Join(filepath.Dir(taken), "huiban-")},
	} {
		var out bytes.Buffer
		code := run(t.Context(), c.args, c.environ, &out, &out)
		if code != c.code || !strings.Contains(out.String(), c.says) || strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s: exit %d, want %d; said %s", c.name, code, c.code, out.String())
		}
	}
}
