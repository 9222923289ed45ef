package bottest

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// A Weather is what a Storm does: lines that anybody may say anywhere, how many
// steps it takes, and from which seed. Equal weathers are equal storms.
type Weather struct {
	Script string   // steps of a transcript that set the scene
	Lines  []string // what people say
	Forms  []string // what people put into a form's places
	Steps  int
	Seed   uint64
}

// Storm has random people say and tap random things over virtual weeks, legal or
// not, with deliveries that come twice and restarts of the engine in between, and
// checks after each step that the promises hold: no state that the tables do not
// know, no reminder in quiet time or on a day off, nothing said twice in a day's
// digest, no sealed text changed, and in the end no post lost. An error that the
// engine logs fails it as well. The store is returned as the storm leaves it.
func Storm(t *testing.T, o ScriptOptions, w Weather) *Memory {
	t.Helper()
	s := newStage(t, NewFake("full", Full()), o)
	s.run(w.Script)
	x := &storm{
		stage: s, o: o, w: w, dice: rand.New(rand.NewPCG(w.Seed, 1)), //nolint:gosec // a storm must repeat
		seals: map[meeting.MinutesID]string{}, states: map[meeting.Ref]string{},
	}
	for id := range s.places {
		if strings.HasPrefix(id, s.fake.Name()+":group/") {
			x.groups = append(x.groups, bot.ChatID(id))
		} else {
			x.people = append(x.people, bot.Account(id))
		}
	}
	slices.Sort(x.groups)
	slices.Sort(x.people)
	x.setting = true // what the scene left is where the storm begins
	x.check()
	x.setting = false
	for range w.Steps {
		x.step()
		if t.Failed() {
			return s.store
		}
	}
	s.until(s.clock.Now().AddDate(0, 0, 40)) // whatever waits for a morning comes
	x.check()
	x.nothingLost()
	x.atTheirTime()
	return s.store
}

type storm struct {
	*stage

	o      ScriptOptions
	w      Weather
	dice   *rand.Rand
	people []bot.Account
	groups []bot.ChatID
	seals  map[meeting.MinutesID]string
	states map[meeting.Ref]string
	doing  string

	setting bool
}

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

func (x *storm) step() {
	x.Helper()
	switch n := x.dice.IntN(20); {
	case n < 8:
		x.speak()
	case n < 15:
		x.press()
	case n < 16 && x.last != nil:
		x.doing = "again " + x.doing
		x.again("")
	case n < 17:
		x.doing = "restart"
		x.start(x.o)
	default:
		d := pick(x.dice, []time.Duration{time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 15 * time.Hour, 24 * time.Hour})
		x.doing = "later " + d.String()
		x.until(x.clock.Now().Add(d))
	}
	x.check()
	x.out = x.out[max(0, len(x.out)-200):]
}

func (x *storm) speak() {
	who := pick(x.dice, x.people)
	where := x.places[string(who)]
	if x.dice.IntN(3) > 0 && len(x.groups) > 0 {
		where = x.places[string(pick(x.dice, x.groups))] + " " + where
	}
	x.doing = where + ": " + pick(x.dice, x.w.Lines)
	x.say(x.doing)
}

// press taps a button of one of the newest cards that the person can see, or
// rarely of one meant for somebody else.
func (x *storm) press() {
	all, err := x.fake.Messages(x.Context())
	x.must(err)
	all = slices.DeleteFunc(all, func(m Said) bool { return m.Card == nil || len(m.Card.Buttons) == 0 })
	if len(all) == 0 {
		return
	}
	m := pick(x.dice, all[max(0, len(all)-25):])
	who := m.Account
	if m.Chat != "" || x.dice.IntN(12) == 0 {
		who = pick(x.dice, x.people)
	}
	b := pick(x.dice, m.Card.Buttons)
	tap := bot.Tap{Event: x.event(), Card: m.ID, Chat: m.Chat, From: who, Do: b.Do}
	if b.Submit {
		tap.Form = x.fill(m.Card)
	}
	x.doing = x.places[string(who)] + " taps " + b.Label + " of " + m.Card.Title
	x.last = func() {
		a, err := x.engine.Tap(x.Context(), tap)
		x.must(err)
		x.fake.Answer(m.ID, a)
	}
	x.last()
	x.drain()
}

func (x *storm) fill(c *card.Card) map[string][]string {
	form := map[string][]string{}
	for _, in := range c.Inputs {
		switch {
		case in.Kind == card.KindFile:
		case len(in.Options) > 0:
			form[in.Name] = []string{pick(x.dice, in.Options).Value}
		case in.Kind == card.KindDateTime:
			at := x.clock.Now().Add(time.Duration(x.dice.IntN(300)-20) * time.Hour)
			form[in.Name] = []string{at.In(workday.Zone).Format(minute)}
		default:
			form[in.Name] = []string{pick(x.dice, x.w.Forms)}
		}
	}
	return form
}

// check looks at every subject after a step.
func (x *storm) check() {
	x.Helper()
	st := x.store.state.Load()
	for id, k := range st.tasks.rows {
		x.moved(k.Ref(), string(k.Status), taskMoves())
		if k.Confirm == meeting.NotAnswered && k.Status != meeting.Unconfirmed && k.Status != meeting.Cancelled {
			x.wrongf("after %s: task %d is %s and nobody confirmed it", x.doing, id, k.Status)
		}
	}
	for _, m := range st.meetings.rows {
		x.moved(m.Ref(), string(m.Status), meetingMoves())
	}
	for _, d := range st.disputes.rows {
		x.moved(d.Ref(), string(d.Status), map[string]string{"": "未决", "未决": "已裁决 撤回"})
	}
	for id, m := range st.minutes.rows {
		x.moved(m.Ref(), string(m.State), minutesMoves())
		was, sealed := x.seals[id]
		sum := sha256.Sum256([]byte(m.Text))
		switch {
		case sealed && was != m.Text:
			x.wrongf("after %s: the sealed text of %s changed", x.doing, m.No)
		case m.State == meeting.Final && hex.EncodeToString(sum[:]) != m.Hash:
			x.wrongf("after %s: the hash of %s is not that of its text", x.doing, m.No)
		case m.State == meeting.Final:
			x.seals[id] = m.Text
		}
	}
}

// moved fails on a step between states that the tables of 3.2 do not know.
func (x *storm) moved(of meeting.Ref, now string, moves map[string]string) {
	x.Helper()
	was := x.states[of]
	x.states[of] = now
	if was == now || x.setting || slices.Contains(strings.Fields(moves[was]), now) {
		return
	}
	x.wrongf("after %s: %s %d went from %q to %q", x.doing, of.Kind, of.ID, was, now)
}

func taskMoves() map[string]string {
	work := "未开始 进行中 受阻 待验收 已取消"
	return map[string]string{
		"": "待确认 未开始", "待确认": "未开始 已取消", "未开始": work, "进行中": work, "受阻": work, "待验收": "进行中 已完成 已取消",
	}
}

func meetingMoves() map[string]string {
	return map[string]string{
		"": "草稿", "草稿": "已预通知 已取消 进行中", "已预通知": "已取消 进行中", "进行中": "流会 休会 已结束", "休会": "进行中",
		"已结束": "跟踪中", "跟踪中": "已归档", "已归档": "跟踪中",
	}
}

// minutesMoves are 3.2's; what is sent back is at once in the recorder's hands, and
// an erratum is submitted as it is made and sealed as it is approved.
func minutesMoves() map[string]string {
	return map[string]string{
		"": "起草中 待审核", "起草中": "待审核", "待审核": "已退回 已分发 终稿", "已退回": "起草中 待审核", "已分发": "修订中 终稿", "修订中": "终稿",
	}
}

// nothingLost: every letter found its end.
func (x *storm) nothingLost() {
	x.Helper()
	for _, l := range x.store.state.Load().letters.rows {
		if l.State == bot.Pending || l.State == bot.Held && l.DueAt.Before(x.clock.Now()) {
			x.wrongf("letter %s is still in state %d", l.Key, l.State)
		}
	}
}

// atTheirTime: what is not asked for comes in working hours, and a person has one
// digest in a day (R75, R90).
func (x *storm) atTheirTime() {
	x.Helper()
	digests := map[string]bot.MessageID{}
	for _, l := range x.store.state.Load().letters.rows {
		if l.State != bot.Sent {
			continue
		}
		waits := l.Class == bot.ClassReminder || l.Class == bot.ClassNews
		if waits && x.o.Calendar.Quiet(l.SentAt) {
			x.wrongf("%s (%s) was said at %s", l.Key, l.Why, l.SentAt.In(workday.Zone).Format(minute))
		}
		if l.Fold == "" {
			continue
		}
		if other, ok := digests[l.Fold]; ok && other != l.Message {
			x.wrongf("two digests in %s", l.Fold)
		}
		digests[l.Fold] = l.Message
	}
}
