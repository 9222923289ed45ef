package bot_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/bot"
)

func confirmedRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.say("toy:host", given)
	r.tap("toy:owner", "toy:owner", "确认", nil)
	r.toy.sent = nil
	return r
}

// TestM19_DigestGathersAndL0ComesAtTheMinute: a medium task speaks the morning
// before and on the day, then at its due.
func TestM19_DigestGathersAndL0ComesAtTheMinute(t *testing.T) {
	r := confirmedRig(t)
	for _, moment := range []string{"14 08:59", "14 09:00", "17 09:00", "17 16:59", "17 17:00", "17 17:01"} {
		r.pass(at(t, moment))
	}
	says(t, r.said(),
		"toy:owner < 晨报 |", "toy:owner < 晨报 |", "toy:owner < overdue 写完接口文档 未开始 | 责任人 许哲",
		"toy:owner ~ confirm 写完接口文档 未开始 | 见下方")
}

// TestR75_OneDigestAMorningHoweverItsLettersCome: a letter that comes after the
// digest went out was said by it, and is on record with the same message.
func TestR75_OneDigestAMorningHoweverItsLettersCome(t *testing.T) {
	r := confirmedRig(t)
	r.now = at(t, "17 09:00")
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(r.now, bot.Post{Key: "job", To: bot.To{Person: 2}, Face: bot.Face{Name: "digest"}, Class: bot.ClassReminder, Fold: bot.FoldOf(2, r.now)})
	}))
	r.send()
	r.pass(r.now)
	says(t, r.said(), "toy:owner < 晨报 |")
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		letters, err := tx.Letters(r.tasks()[0].Ref(), 20)
		for _, l := range letters {
			if l.Fold != "" && (l.State != bot.Sent || l.Message != "m1") {
				t.Errorf("not on record as said: %+v", l)
			}
		}
		return err
	}))
}

// TestDue_TwoEnginesSayItOnce: any number of replicas may ring at once.
func TestDue_TwoEnginesSayItOnce(t *testing.T) {
	r := confirmedRig(t)
	r.now = at(t, "17 17:00")
	var wg sync.WaitGroup
	for range 4 {
		e := r.engine(r.store)
		wg.Go(func() {
			if err := e.Due(t.Context(), r.now); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r.send()
	if n := strings.Count(r.said(), "overdue"); n != 1 {
		t.Errorf("said %d times:\n%s", n, r.said())
	}
}

func TestDue_WhatFellInAnOutageIsStillSaid(t *testing.T) {
	r := confirmedRig(t)
	r.pass(at(t, "17 18:30"))
	if !strings.Contains(r.said(), "overdue") {
		t.Errorf("L0 was lost in an outage of 90 minutes:\n%s", r.said())
	}
}

// TestDue_AChangeFirstSaysWhatWasOwed: a save between the moment of a reminder
// and its scan does not swallow it.
func TestDue_AChangeFirstSaysWhatWasOwed(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	r.now = at(t, "12 16:05") // the chase of 16:00 is owed, no scan has run
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		a, ok, err := tx.Alarm(r.tasks()[0].Ref())
		if !ok || !a.Next.Equal(at(t, "12 16:00")) {
			t.Errorf("armed for %s, %v", a.Next, err)
		}
		return err
	}))
	r.toy.sent = nil
	r.say("toy:owner", "@会办 确认")
	if strings.Contains(r.said(), "confirm 写完接口文档 待确认") {
		t.Errorf("chased after the yes:\n%s", r.said())
	}
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		letters, err := tx.Letters(r.tasks()[0].Ref(), 20)
		for _, l := range letters {
			if l.Notice != nil && l.Notice.Step == "2h" && l.State == bot.Skipped {
				return err
			}
		}
		t.Errorf("what was owed is not on record: %+v", letters)
		return err
	}))
}

// TestR90_NewsWaitsForTheMorningAndAnswersDoNot.
func TestR90_NewsWaitsForTheMorningAndAnswersDoNot(t *testing.T) {
	r := newRig(t)
	r.now = at(t, "12 22:10")
	r.say("toy:host", given)
	says(t, r.said(), "toy:g < task 写完接口文档 待确认 | 责任人 许哲")
	if len(r.held) != 1 || r.held[0].Why != "夜里" || !r.held[0].Until.Equal(at(t, "13 09:00")) {
		t.Errorf("held %+v", r.held)
	}
	r.pass(at(t, "13 09:00"))
	if !strings.Contains(r.said(), "toy:owner < confirm") {
		t.Errorf("said:\n%s", r.said())
	}
}

// TestPromise2_NewsOutlastsTheWeekend: what was decided on Friday night is told
// on Monday morning.
func TestPromise2_NewsOutlastsTheWeekend(t *testing.T) {
	r := newRig(t)
	r.now = at(t, "14 21:30")
	r.say("toy:host", given)
	r.pass(at(t, "17 09:00"))
	if !strings.Contains(r.said(), "toy:owner < confirm") {
		t.Errorf("said:\n%s", r.said())
	}
}

// TestPromise4_TheHostHearsWhoWasNotReached, once.
func TestPromise4_TheHostHearsWhoWasNotReached(t *testing.T) {
	r := newRig(t)
	r.toy.fail = func(o bot.Out) error {
		if o.Account == "toy:owner" {
			return bot.Permanent(errors.New("gone"))
		}
		return nil
	}
	r.say("toy:host", given)
	if got := r.said(); strings.Count(got, "toy:host < 没送到 许哲 写完接口文档") != 1 {
		t.Errorf("said:\n%s", got)
	}
}

// TestSettle_ALeaseThatEndedChangesNothing: whoever wakes too late records
// nothing.
func TestSettle_ALeaseThatEndedChangesNothing(t *testing.T) {
	r := newRig(t)
	must(t, r.e.Message(t.Context(), r.line("e", "toy:host", given)))
	old, err := r.store.Claim(t.Context(), "old", 1, time.Minute)
	must(t, err)
	r.now = r.now.Add(2 * time.Minute)
	fresh, err := r.store.Claim(t.Context(), "new", 1, time.Minute)
	must(t, err)
	ready, err := r.e.Prepare(t.Context(), old)
	must(t, err)
	must(t, r.e.Settle(t.Context(), bot.Delivery{Letters: old, Ready: ready, Message: "m77"}))
	if l := letter(t, r, fresh[0].ID); l.State != bot.Pending || l.Token != "new" {
		t.Errorf("the late one wrote: %+v", l)
	}
	must(t, r.e.Settle(t.Context(), bot.Delivery{Letters: fresh, Ready: ready, Message: "m78"}))
	if l := letter(t, r, fresh[0].ID); l.State != bot.Sent || l.Message != "m78" {
		t.Errorf("%+v", l)
	}
}

func letter(t *testing.T, r *rig, id int64) (l bot.Letter) {
	t.Helper()
	must(t, r.store.View(t.Context(), func(tx bot.Tx) (err error) {
		l, err = tx.Letter(id)
		return err
	}))
	return l
}
