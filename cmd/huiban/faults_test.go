package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/meeting"
)

// chaosFor is how long the faults are on; make faults asks for two minutes.
const chaosFor = "HUIBAN_TEST_FAULTS_FOR"

// A stormy stage breaks in every way it knows, each now and then.
type stormy interface {
	stage

	// storm begins until it is healed, after so long; struck says how often what broke,
	// and what was given up for good.
	storm(long time.Duration) (heal func())
	struck() string
	// repeats reports whether people must say again what had no effect.
	repeats() bool
	// changeable reports whether a message is a card that can be changed.
	changeable(m sight) bool
	// settle waits until nothing that people did is on its way.
	settle(ctx context.Context) error
}

// chaosLasts is how long the faults are on, and whether huiban is killed meanwhile.
func chaosLasts(t *testing.T) (long time.Duration, cuts bool) {
	t.Helper()
	text := os.Getenv(chaosFor)
	if text == "" {
		return 3 * time.Second, false
	}
	long, err := time.ParseDuration(text)
	must(t, err)
	return long, true
}

// TestFaults: whatever the platform, the network and a power cut do while people
// work, every word has its effect once, and everything is said once.
func TestFaults(t *testing.T) {
	t.Parallel()
	long, cuts := chaosLasts(t)
	// As 15 s, 5 min, 1 h and 6 h are to a start of 10 s.
	waits := []time.Duration{300 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}
	if cuts {
		waits = []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, 40 * time.Second}
	}
	run := func(t *testing.T, c *company, weather stormy, prologue func()) *chaos {
		t.Helper()
		k := newChaos(c, weather)
		k.long = long
		prologue()
		k.patient = 30*time.Second + 2*long
		k.storm(long, cuts)
		k.calm()
		c.stop()
		c.sound(true)
		return k
	}
	for _, mode := range []string{"websocket", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			c, f := feishuCompany(t, mode, "", feishutest.Options{Redeliver: waits})
			k := run(t, c, f, func() {})
			if tally := k.check(); tally.uncertain > 0 {
				t.Errorf("%d letters may have been sent or not, where every send has its key", tally.uncertain)
			}
		})
	}
	for level := rung(1); level <= 2; level++ {
		t.Run(fmt.Sprintf("dingtalk at rung %d", level), func(t *testing.T) {
			t.Parallel()
			c, d := dingCompany(t, "stream", "", level, dingtalktest.Options{Redeliver: waits, AckWithin: time.Second, Silent: 2 * time.Second})
			k := run(t, c, d, func() {
				if level == 2 {
					c.proveCards("", "高远")
				}
			})
			k.check()
		})
	}
}

// A chaos is people who work while everything breaks.
type chaos struct {
	*company

	weather       stormy
	long          time.Duration // how long the storm lasts
	owners, chats []string
	mu            sync.Mutex
	said          map[string]saidLine // by what is to be done
	pressed       map[string]bool     // messages whose button was pressed, by id
}

// A saidLine is what somebody wrote in a group.
type saidLine struct{ chat, who, owner, text string }

func newChaos(c *company, weather stormy) *chaos {
	c.Helper()
	k := &chaos{company: c, weather: weather, said: map[string]saidLine{}, pressed: map[string]bool{}}
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
	heal := k.weather.storm(long)
	ctx, cancel := context.WithTimeout(k.Context(), long)
	defer cancel()
	var work sync.WaitGroup
	for i, who := range k.owners {
		work.Go(func() {
			pace := time.NewTicker(time.Second) // people, not machines
			defer pace.Stop()
			for n := 0; ctx.Err() == nil; n++ {
				k.handOut(ctx, who, k.owners[(i+1+n%(len(k.owners)-1))%len(k.owners)], fmt.Sprintf("写第%d%02d份接口文档", i+1, n))
				k.confirm(ctx, who, 1, k.fresh)
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
	chat := k.chats[rand.IntN(len(k.chats))] //nolint:gosec // chaos
	line := saidLine{chat, who, owner, "待办 @" + owner + " " + what + " 截止:12月9日17:00 优先:中 交付:文档1份"}
	k.mu.Lock()
	k.said[what] = line
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = k.on.say(ctx, k.ids[chat], k.ids[who], "@会办 "+line.text) // what was not acked comes again
}

// confirm has somebody press 确认 on so many of the cards that ask for it and fit,
// the newest first; who sees an error tries again another time.
func (k *chaos) confirm(ctx context.Context, who string, most int, fits func(sight) bool) {
	for _, m := range slices.Backward(k.on.sights()) {
		if most == 0 || ctx.Err() != nil {
			return
		}
		if m.at() == k.ids[who] && slices.Contains(labelsOf(m), "确认") && fits(m) {
			most--
			tap, cancel := context.WithTimeout(ctx, 4*time.Second)
			_, _ = k.on.tap(tap, m, k.ids[who], "确认", nil)
			cancel()
		}
	}
}

// fresh reports whether a button was not pressed yet: where nothing changes on what
// was sent, people remember what they answered.
func (k *chaos) fresh(m sight) bool {
	if !k.on.manners().narrow {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	was := k.pressed[m.id()]
	k.pressed[m.id()] = true
	return !was
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
		kept := k.read(k.copied())
		missing := k.missing(kept.tasks)
		k.repeat(missing)
		open := slices.DeleteFunc(kept.tasks, func(x *meeting.Task) bool { return x.Confirm == meeting.Confirmed })
		asks := func(m sight) bool {
			text := m.text()
			return slices.ContainsFunc(open, func(x *meeting.Task) bool { return strings.Contains(text, x.Description) })
		}
		var work sync.WaitGroup
		for _, who := range k.owners {
			work.Go(func() { k.confirm(k.Context(), who, 100, asks) })
		}
		work.Wait()
		k.remember(open)
		pending := slices.DeleteFunc(kept.letters, func(l bot.Letter) bool { // a change may wait for its pace
			return l.State != bot.Pending && (l.State != bot.Held || k.long < time.Minute)
		})
		k.why = fmt.Sprintf("%d of %d words without an effect %q, %d tasks not confirmed, %d letters pending; %s", len(missing), len(k.tasks()), missing, len(open), len(pending), k.weather.struck())
		return len(missing)+len(open)+len(pending) == 0
	})
}

// repeat has people say again what the platform lost.
func (k *chaos) repeat(missing []string) {
	var lines []saidLine
	for _, what := range missing {
		line := k.said[what]
		line.text = "@会办 " + line.text
		lines = append(lines, line)
	}
	k.speak(lines)
}

// remember has owners type what no message asks them for: whether it was sent is
// not known, or it was not.
func (k *chaos) remember(open []*meeting.Task) {
	asked := map[string]string{}
	for _, m := range k.on.sights() {
		asked[m.at()] += m.text() + "\n"
	}
	var lines []saidLine
	for _, x := range open {
		owner := k.said[x.Description].owner
		if !strings.Contains(asked[k.ids[owner]], x.Description+"：") { // also if it was answered meanwhile
			lines = append(lines, saidLine{who: owner, text: "确认 " + x.No})
		}
	}
	k.speak(lines)
}

// speak has each say his lines one after the other, where people must repeat; what
// is lost again is repeated at the next look.
func (k *chaos) speak(lines []saidLine) {
	if !k.weather.repeats() {
		return
	}
	each := map[string][]saidLine{}
	for _, line := range lines {
		each[line.who] = append(each[line.who], line)
	}
	var work sync.WaitGroup
	for who, lines := range each {
		work.Go(func() {
			for _, line := range lines {
				_ = k.on.say(k.Context(), k.ids[line.chat], k.ids[who], line.text)
			}
		})
	}
	work.Wait()
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

func (k *chaos) tasks() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for what := range k.said {
		out = append(out, what)
	}
	return out
}

// A tally is what became of the letters of a chaos.
type tally struct{ letters, uncertain, unsent, frozen int }

// check opens the data that huiban left behind: one task for each line, all
// confirmed, every letter told or known not to be, and each message that people
// see is one letter's, and seen once.
func (k *chaos) check() tally {
	k.Helper()
	kept := k.read(k.folder)
	made := map[string]int{}
	for _, x := range kept.tasks {
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
	out := k.told(kept)
	k.Logf("%d tasks, %d letters: %d uncertain, %d unsent, %d changes of what is no card; %d messages; faults struck: %s",
		len(kept.tasks), out.letters, out.uncertain, out.unsent, out.frozen, len(k.on.sights()), k.weather.struck())
	return out
}

// told counts the letters, and compares them with what people see.
func (k *chaos) told(kept books) tally {
	k.Helper()
	out, told := tally{letters: len(kept.letters)}, map[string]bool{}
	for _, l := range kept.letters {
		switch l.State {
		case bot.Sent:
			told[string(l.Message)] = true
		case bot.Uncertain:
			out.uncertain++
		case bot.Unsent:
			out.unsent++
		case bot.Skipped, bot.Held:
		case bot.Dead:
			if l.Edit != 0 && strings.Contains(l.Note, bot.ErrCardDead.Error()) {
				out.frozen++
				continue
			}
			k.Errorf("letter %s is dead: %s", l.Key, l.Note)
		case bot.Pending, bot.Expired:
			k.Errorf("letter %s is in state %d: %s", l.Key, l.State, l.Note)
		}
	}
	strange, plain := 0, 0
	for _, m := range k.on.sights() {
		if !k.weather.changeable(m) {
			plain++
		}
		if m.letter() != "" && !told[m.letter()] {
			strange++
			k.why = m.text()
		}
	}
	if out.frozen > plain {
		k.Errorf("%d cards could not be changed any more, and only %d messages are none", out.frozen, plain)
	}
	if strange > out.uncertain {
		k.Errorf("people see %d messages that no letter knows, and only %d are uncertain; one is %s", strange, out.uncertain, k.why)
	}
	k.once(kept)
	return out
}

// A spot is a place, and what is said there of a task; empty is all that is said.
type spot struct{ place, task string }

// once checks that nowhere people see more messages about a task, or in all, than
// letters went there: a letter that is uncertain may have been seen.
func (k *chaos) once(kept books) {
	k.Helper()
	letters, seen := map[spot]int{}, map[spot]string{}
	for _, l := range kept.letters {
		if l.Edit != 0 || l.State != bot.Sent && l.State != bot.Uncertain {
			continue
		}
		letters[spot{kept.places[l.To], ""}]++
		for _, x := range kept.tasks {
			if l.Face.Of == x.Ref() || strings.Contains(l.Text, x.Description) {
				letters[spot{kept.places[l.To], x.Description}]++
			}
		}
	}
	see := func(at spot, text string) {
		if letters[at]--; letters[at] < 0 {
			k.Errorf("%s sees more than was sent of %q:\n%s\n%s", at.place, at.task, seen[at], text)
		}
		seen[at] += "- " + text + "\n"
	}
	for _, m := range k.on.sights() {
		text := first(m).text()
		if strings.Contains(text, ownWords) {
			continue
		}
		see(spot{m.at(), ""}, text)
		for _, x := range kept.tasks {
			if strings.Contains(text, x.Description) {
				see(spot{m.at(), x.Description}, text)
			}
		}
	}
}

// ownWords are said by the platform's half of huiban itself, when words are taken
// away; no letter does.
const ownWords = "本单位这个月的钉钉消息推送次数用完了"
