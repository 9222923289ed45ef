package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/storage"
)

// chaosFor is how long the faults are on; make faults asks for two minutes.
const chaosFor = "HUIBAN_TEST_FAULTS_FOR"

// A stormy stage breaks in every way it knows, each now and then.
type stormy interface {
	stage

	// storm begins until it is healed; struck says how often what broke, and what was
	// given up for good.
	storm() (heal func())
	struck() string
	// settle waits until nothing that people did is on its way.
	settle(ctx context.Context) error
}

// TestFaults: whatever the platform, the network and a power cut do while people
// work, every word has its effect once, and everything is said once.
func TestFaults(t *testing.T) {
	t.Parallel()
	long, cuts := 3*time.Second, false
	if text := os.Getenv(chaosFor); text != "" {
		var err error
		long, err = time.ParseDuration(text)
		must(t, err)
		cuts = true
	}
	for _, mode := range []string{"websocket", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			// As 15 s, 5 min, 1 h and 6 h are to a start of 10 s.
			waits := []time.Duration{300 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}
			if cuts {
				waits = []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, 40 * time.Second}
			}
			c, f := feishuCompany(t, mode, "", feishutest.Options{Redeliver: waits})
			k := newChaos(c, f)
			k.patient = 30*time.Second + long
			k.storm(long, cuts)
			k.calm()
			c.stop()
			c.sound(true)
			k.check()
		})
	}
}

// A chaos is people who work while everything breaks.
type chaos struct {
	*company

	weather       stormy
	owners, chats []string
	mu            sync.Mutex
	said          map[string]string // what to do -> by whom
}

func newChaos(c *company, weather stormy) *chaos {
	c.Helper()
	k := &chaos{company: c, weather: weather, said: map[string]string{}}
	c.person("高远", "总经办", "")
	for i := range 6 {
		name := fmt.Sprintf("同事%c", '甲'+rune(i)*7)
		c.person(name, "研发部", "高远")
		k.owners = append(k.owners, name)
	}
	for i := range 3 {
		name := fmt.Sprintf("项目群%d", i+1)
		c.group(name, append([]string{"高远"}, k.owners...)...)
		k.chats = append(k.chats, name)
	}
	c.at(on(c.TB, "2026-12-02 09:31"))
	c.migrate()
	c.serve()
	return k
}

// storm has everybody hand out tasks and confirm them while the faults are on,
// and with cuts huiban is killed now and then.
func (k *chaos) storm(long time.Duration, cuts bool) {
	heal := k.weather.storm()
	ctx, cancel := context.WithTimeout(k.Context(), long)
	defer cancel()
	var work sync.WaitGroup
	for i, who := range k.owners {
		work.Go(func() {
			pace := time.NewTicker(time.Second) // people, not machines
			defer pace.Stop()
			for n := 0; ctx.Err() == nil; n++ {
				k.handOut(ctx, who, k.owners[(i+1+n%(len(k.owners)-1))%len(k.owners)], fmt.Sprintf("写第%d%02d份接口文档", i+1, n))
				k.confirm(ctx, who, 1)
				select {
				case <-pace.C:
				case <-ctx.Done():
				}
			}
		})
	}
	for cuts && ctx.Err() == nil {
		timer := time.NewTimer(time.Duration(10+rand.IntN(10)) * time.Second) //nolint:gosec // chaos
		select {
		case <-timer.C:
			k.kill()
			k.serve()
		case <-ctx.Done():
			timer.Stop()
		}
	}
	work.Wait()
	heal()
}

// handOut has somebody give a task to somebody, in a group. Whether the person
// sees an ack does not matter: the platform delivers again.
func (k *chaos) handOut(ctx context.Context, who, owner, what string) {
	k.mu.Lock()
	k.said[what] = who
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	chat := k.chats[rand.IntN(len(k.chats))] //nolint:gosec // chaos
	text := "@会办 待办 @" + owner + " " + what + " 截止:12月9日17:00 优先:中 交付:文档1份"
	_ = k.on.say(ctx, k.ids[chat], k.ids[who], text) // what was not acked comes again
}

// confirm has somebody press 确认 on so many of the cards that ask for it, the
// newest first; who sees an error tries again another time.
func (k *chaos) confirm(ctx context.Context, who string, most int) {
	for _, m := range slices.Backward(k.on.sights()) {
		if most == 0 || ctx.Err() != nil {
			return
		}
		if m.at() == k.ids[who] && slices.Contains(labelsOf(m), "确认") {
			most--
			tap, cancel := context.WithTimeout(ctx, 4*time.Second)
			_, _ = k.on.tap(tap, m, k.ids[who], "确认", nil)
			cancel()
		}
	}
}

// calm waits until all that was said has had its effect, everybody confirmed what
// they were asked, and all that follows was told.
func (k *chaos) calm() {
	k.Helper()
	k.until("all is done", func() bool {
		settled, cancel := context.WithTimeout(k.Context(), time.Minute)
		defer cancel()
		if k.weather.settle(settled) != nil {
			return false
		}
		var work sync.WaitGroup
		for _, who := range k.owners {
			work.Go(func() { k.confirm(k.Context(), who, 100) })
		}
		work.Wait()
		tasks, letters := k.left(k.copied())
		missing := k.missing(tasks)
		open := slices.DeleteFunc(tasks, func(x *meeting.Task) bool { return x.Confirm == meeting.Confirmed })
		pending := slices.DeleteFunc(letters, func(l bot.Letter) bool { return l.State != bot.Pending })
		k.why = fmt.Sprintf("%d of %d words without an effect %q, %d tasks not confirmed, %d letters pending; %s", len(missing), len(k.tasks()), missing, len(open), len(pending), k.weather.struck())
		return len(missing)+len(open)+len(pending) == 0
	})
}

// missing are the words that have no task.
func (k *chaos) missing(tasks []*meeting.Task) []string {
	return slices.DeleteFunc(k.tasks(), func(what string) bool {
		return slices.ContainsFunc(tasks, func(x *meeting.Task) bool { return x.Description == what })
	})
}

// copied is a folder with a backup of the data, taken while huiban is at work.
func (k *chaos) copied() string {
	k.Helper()
	dir := k.TempDir()
	if code, said := k.huiban("backup", "--to", filepath.Join(dir, "huiban.db")); code != done {
		k.Fatalf("backup: exit %d, %s", code, said)
	}
	return dir
}

// left are the tasks and letters in a data folder.
func (k *chaos) left(dir string) (tasks []*meeting.Task, letters []bot.Letter) {
	k.Helper()
	store, err := storage.OpenSQLite(k.Context(), dir, storage.Options{Lease: time.Now})
	must(k.TB, err)
	must(k.TB, store.View(k.Context(), func(tx bot.Tx) (err error) {
		if tasks, err = tx.FindTasks(meeting.TaskQuery{Limit: 10_000}); err != nil {
			return err
		}
		letters, err = allLetters(tx)
		return err
	}))
	must(k.TB, store.Close())
	return tasks, letters
}

func (k *chaos) tasks() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for what := range k.said {
		out = append(out, what)
	}
	return out
}

// check opens the data that huiban left behind: one task for each line, all
// confirmed, every letter told, and each message that people see is one letter's.
func (k *chaos) check() {
	k.Helper()
	tasks, letters := k.left(k.folder)
	made := map[string]int{}
	for _, x := range tasks {
		made[x.Description]++
		if x.Confirm != meeting.Confirmed {
			k.Errorf("%s is %s", x.Description, x.Confirm)
		}
	}
	for _, what := range k.tasks() {
		if made[what] != 1 {
			k.Errorf("%s is %d tasks", what, made[what])
		}
	}
	told := map[string]bool{}
	for _, l := range letters {
		switch l.State {
		case bot.Sent:
			told[string(l.Message)] = true
		case bot.Skipped, bot.Held:
		case bot.Pending, bot.Dead, bot.Expired, bot.Uncertain, bot.Unsent:
			k.Errorf("letter %s is in state %d: %s", l.Key, l.State, l.Note)
		}
	}
	seen := k.on.sights()
	for _, m := range seen {
		if !told[m.id()] {
			k.Errorf("people see a message that no letter knows: %s", m.text())
		}
	}
	k.Logf("%d tasks, %d letters, %d messages; faults struck: %s", len(tasks), len(letters), len(seen), k.weather.struck())
}

// allLetters are the letters of an outbox, by their numbers.
func allLetters(tx bot.Tx) ([]bot.Letter, error) {
	var out []bot.Letter
	for id, gap := int64(1), 0; gap < 100; id++ {
		l, err := tx.Letter(id)
		switch {
		case errors.Is(err, meeting.ErrNotFound):
			gap++
		case err != nil:
			return nil, err
		default:
			gap = 0
			out = append(out, l)
		}
	}
	return out, nil
}
