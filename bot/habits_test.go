package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// prepared makes a letter ready that is to be said now.
func (r *rig) prepared(l bot.Letter) bot.Ready {
	r.t.Helper()
	ready, err := r.e.Prepare(r.t.Context(), []bot.Letter{l})
	must(r.t, err)
	return ready
}

// TestCrowded_WhatKeepsOffTheFullAndTheHalfHour: reminders, by one to four
// minutes; never what is said at its minute.
func TestCrowded_WhatKeepsOffTheFullAndTheHalfHour(t *testing.T) {
	for name, tt := range map[string]struct {
		due   string
		class bot.Class
		fold  string
		ends  time.Duration
		easy  bool // the platform does not mind
		waits bool
	}{
		"a reminder at the full hour":              {due: "14 09:00", class: bot.ClassReminder, waits: true},
		"a reminder at the half hour":              {due: "14 08:30", class: bot.ClassReminder, waits: true},
		"a digest":                                 {due: "14 08:30", class: bot.ClassReminder, fold: "p2/2026-08-14", waits: true},
		"a reminder at another minute":             {due: "14 09:29", class: bot.ClassReminder},
		"a reminder that would come too late":      {due: "14 09:00", class: bot.ClassReminder, ends: 30 * time.Second},
		"a prompt (M8)":                            {due: "14 09:00", class: bot.ClassPrompt},
		"news":                                     {due: "14 09:00", class: bot.ClassNews},
		"an answer":                                {due: "14 09:00", class: bot.ClassAnswer},
		"a reminder where the platform is at ease": {due: "14 09:00", class: bot.ClassReminder, easy: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := confirmedRig(t)
			r.now, r.toy.crowded = at(t, tt.due), !tt.easy
			l := bot.Letter{Post: bot.Post{Key: "k", To: bot.To{Person: 2}, Text: "该交了", Class: tt.class, Fold: tt.fold, Expires: r.now.Add(24 * time.Hour)}, DueAt: r.now.UTC()}
			if tt.ends > 0 {
				l.Expires = r.now.Add(tt.ends)
			}
			ready := r.prepared(l)
			if ready.Skip != "" {
				t.Fatalf("skipped: %s", ready.Skip)
			}
			if wait := ready.Until.Sub(r.now); tt.waits && (wait < time.Minute || wait > 4*time.Minute) || !tt.waits && !ready.Until.IsZero() {
				t.Errorf("waits until %v", ready.Until)
			}
			if ready.Spread != tt.waits {
				t.Errorf("spread: %v", ready.Spread)
			}
		})
	}
}

// TestCrowded_TheTwoHoursBeforeADeadlineAreNotMoved (M19), whatever its priority.
func TestCrowded_TheTwoHoursBeforeADeadlineAreNotMoved(t *testing.T) {
	r := newRig(t)
	r.toy.crowded = true
	r.say("toy:host", "@会办 派 @许哲 写完接口文档 8月13日11:30")
	r.tap("toy:owner", "toy:owner", "确认", nil)
	r.toy.sent = nil
	r.pass(at(t, "13 09:30"))
	if !strings.Contains(r.said(), "toy:owner < due") {
		t.Errorf("at 9:30 it said:\n%s", r.said())
	}
}

// TestCrowded_ALetterKeepsItsDueAndNobodyCallsItHeldBack.
func TestCrowded_ALetterKeepsItsDueAndNobodyCallsItHeldBack(t *testing.T) {
	r := confirmedRig(t)
	r.toy.crowded = true
	due := at(t, "13 09:00")
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(r.now, bot.Post{Key: "k", To: bot.To{Person: 2}, Text: "该交了", Class: bot.ClassReminder, NotBefore: due, Expires: due.Add(time.Hour)})
	}))
	r.now = due
	r.send()
	next, ok, err := r.store.NextHeld(t.Context())
	must(t, err)
	if !ok || next.Before(due.Add(time.Minute)) || next.After(due.Add(4*time.Minute)) || len(r.toy.sent) > 0 {
		t.Fatalf("held until %v (%v); said:\n%s", next, ok, r.said())
	}
	r.now = next
	r.send()
	if got := r.said(); got != "toy:owner < 该交了\n" {
		t.Errorf("said:\n%s", got)
	}
	if len(r.held) > 0 {
		t.Errorf("held back: %+v", r.held)
	}
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		for id := int64(1); ; id++ {
			l, err := tx.Letter(id)
			if err != nil || l.Key == "k" {
				if !l.DueAt.Equal(due) || !l.SentAt.Equal(next) {
					t.Errorf("due %v, sent %v", l.DueAt, l.SentAt)
				}
				return err
			}
		}
	}))
}

// TestCrowded_LettersAreSpreadByTheirKeys, those of one digest together.
func TestCrowded_LettersAreSpreadByTheirKeys(t *testing.T) {
	r := confirmedRig(t)
	r.now, r.toy.crowded = at(t, "14 09:00"), true
	letter := func(i int, fold string) bot.Letter {
		return bot.Letter{Post: bot.Post{Key: fmt.Sprint("k", i), To: bot.To{Person: 2}, Text: "x", Class: bot.ClassReminder, Fold: fold, Expires: r.now.Add(time.Hour)}, DueAt: r.now}
	}
	var single, digest []time.Time
	for i := range 20 {
		single = append(single, r.prepared(letter(i, "")).Until)
		digest = append(digest, r.prepared(letter(i, "p2/2026-08-14")).Until)
	}
	slices.SortFunc(single, time.Time.Compare)
	if n := len(slices.Compact(single)); n < 10 {
		t.Errorf("20 letters at %d moments", n)
	}
	if n := len(slices.Compact(digest)); n != 1 {
		t.Errorf("the letters of a digest at %d moments", n)
	}
}

// TestM21_OnlyTheEscalationToTheHostIsUrgent.
func TestM21_OnlyTheEscalationToTheHostIsUrgent(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 写完接口文档 8月14日17:00")
	r.tap("toy:owner", "toy:owner", "确认", nil)
	for _, moment := range []string{"14 17:00", "17 10:00", "17 13:00", "17 17:00", "17 18:00"} {
		r.pass(at(t, moment))
	}
	var urgent []string
	for _, o := range r.toy.sent {
		if o.Urgent {
			urgent = append(urgent, string(o.Account)+" "+o.Card.Title)
		}
	}
	if len(urgent) != 1 || urgent[0] != "toy:host overdue1 写完接口文档 未开始" || !strings.Contains(r.said(), "toy:owner < overdue1") {
		t.Errorf("urgent: %q; said:\n%s", urgent, r.said())
	}
}

// TestPapers_WhoGetsTheDocumentItself: the reader of a new private card, on a
// platform that takes files, if they may read it.
func TestPapers_WhoGetsTheDocumentItself(t *testing.T) {
	r := confirmedRig(t)
	face := bot.Face{Name: "task", Of: meeting.Ref{Kind: meeting.KindTask, ID: 1}}
	copyOf := func() (id int64) {
		must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
			live, err := tx.LiveCopies(face.Of)
			if len(live) > 0 {
				id = live[len(live)-1].ID
			}
			return err
		}))
		return id
	}
	r.change(func(k *meeting.Task) { k.Description = "写完第二版" })
	for name, tt := range map[string]struct {
		post  bot.Post
		plain bool
		want  string
	}{
		"its reader":               {post: bot.Post{To: bot.To{Person: 2}, Face: face}, want: "任务全文 v1.txt: 写完第二版\n责任人许哲\n"},
		"who may not read it":      {post: bot.Post{To: bot.To{Person: 1}, Face: face}},
		"a group":                  {post: bot.Post{To: bot.To{Chat: "toy:g"}, Face: face}},
		"a card that is changed":   {post: bot.Post{To: bot.To{Person: 2}, Face: face, Edit: copyOf(), Class: bot.ClassEdit}},
		"a text":                   {post: bot.Post{To: bot.To{Person: 2}, Text: "全文见网页", Face: bot.Face{Of: face.Of}}},
		"a platform without files": {post: bot.Post{To: bot.To{Person: 2}, Face: face}, plain: true},
	} {
		t.Run(name, func(t *testing.T) {
			r.toy.files = !tt.plain
			ready := r.prepared(bot.Letter{Post: tt.post, DueAt: r.now})
			if ready.Skip != "" {
				t.Fatalf("skipped: %s", ready.Skip)
			}
			got := ""
			for _, p := range ready.Out.Papers {
				got += p.Name + ": " + string(p.Body)
			}
			if got != tt.want {
				t.Errorf("papers %q, want %q", got, tt.want)
			}
		})
	}
}

// A platform is told that a letter was tried before without a record of the end.
func TestAPlatformIsToldOfAnEarlierTry(t *testing.T) {
	r := newRig(t)
	must(t, r.e.Message(t.Context(), r.line("e1", "toy:host", "@会办 派 @许哲 写完接口文档 8月14日17:00")))
	letters := r.claimOne()
	for attempts, again := range map[int]bool{1: false, 2: true} {
		letters[0].Attempts = attempts
		if ready := r.prepared(letters[0]); ready.Skip != "" || ready.Out.Again != again {
			t.Errorf("try %d: %+v", attempts, ready)
		}
	}
}
