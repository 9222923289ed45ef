package bot_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// edited lists the messages that were changed, in order, with their titles.
func (r *rig) edited() (out []string) {
	for _, o := range r.toy.sent {
		if o.Edit != "" {
			out = append(out, string(o.Edit)+" "+o.Card.Title)
		}
	}
	return out
}

// inGroup lists the cards that were sent to the group, each with its message.
func (r *rig) inGroup() (out []string) {
	for i, o := range r.toy.sent {
		if o.Chat == "toy:g" && o.Edit == "" && o.Card != nil {
			out = append(out, fmt.Sprintf("m%d %s", i+1, o.Card.Title))
		}
	}
	return out
}

// change writes the task as somebody else's turn would, without cards.
func (r *rig) change(how func(k *meeting.Task)) {
	r.t.Helper()
	must(r.t, r.store.Do(r.t.Context(), func(tx bot.Tx) error {
		k, err := tx.Task(1)
		if err != nil {
			return err
		}
		how(k)
		return tx.SaveTask(k)
	}))
}

func (r *rig) claimOne() []bot.Letter {
	r.t.Helper()
	letters, err := r.store.Claim(r.t.Context(), "by hand", 1, time.Minute)
	must(r.t, err)
	if len(letters) != 1 {
		r.t.Fatalf("%d letters to claim, want 1", len(letters))
	}
	return letters
}

// TestCards_AnEditThatATapOvertookIsRepaired: drawn at 2, it arrives after the
// answer to a tap had shown 3, and turns the card back.
func TestCards_AnEditThatATapOvertookIsRepaired(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 写完接口文档 8月14日17:00")
	card, button := r.button("toy:g", "确认")
	m, b := r.button("toy:owner", "确认")
	r.press("toy:owner", m, "toy:owner", b, nil) // version 2; the edit of the group's card lies in the outbox

	letters := r.claimOne()
	ready, err := r.e.Prepare(t.Context(), letters)
	must(t, err)
	r.change(func(k *meeting.Task) { k.Description = "写完第二版" })
	if a := r.press("toy:owner", card, "toy:g", button, nil); !strings.Contains(a.Card.Title, "第二版") {
		t.Fatalf("the tap shows %q", a.Card.Title)
	}
	id, err := r.toy.Send(t.Context(), ready.Out)
	must(t, err)
	must(t, r.e.Settle(t.Context(), bot.Delivery{Letters: letters, Ready: ready, Message: id}))
	r.send()

	got := slices.DeleteFunc(r.edited(), func(s string) bool { return !strings.HasPrefix(s, string(card)+" ") })
	if len(got) != 2 || !strings.Contains(got[0], "接口文档") || !strings.Contains(got[1], "第二版") {
		t.Errorf("edits of the group's card: %q", got)
	}
	r.send()
	if again := r.edited(); len(again) > len(got)+1 { // + the owner's own
		t.Errorf("it never comes to rest: %q", again)
	}
}

// TestCards_ACardPastItsLifeIsShownAnewAndNeverChanged.
func TestCards_ACardPastItsLifeIsShownAnewAndNeverChanged(t *testing.T) {
	for name, tt := range map[string]struct {
		life  time.Duration
		age   time.Duration
		cards int
		edits bool
	}{
		"young":           {life: 13 * 24 * time.Hour, age: 13*24*time.Hour - time.Minute, cards: 1, edits: true},
		"at its end":      {life: 13 * 24 * time.Hour, age: 13 * 24 * time.Hour, cards: 2},
		"long past it":    {life: 13 * 24 * time.Hour, age: 20 * 24 * time.Hour, cards: 2},
		"cards never die": {age: 300 * 24 * time.Hour, cards: 1, edits: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.toy.life = tt.life
			r.say("toy:host", "@会办 派 @许哲 写完接口文档 12月14日17:00")
			first := r.inGroup()[0]
			message, _, _ := strings.Cut(first, " ")
			r.now = r.now.Add(tt.age)
			m, b := r.button("toy:owner", "确认")
			r.press("toy:owner", m, "toy:owner", b, nil)
			r.morning()
			if got := r.inGroup(); len(got) != tt.cards {
				t.Errorf("cards in the group: %q", got)
			}
			isEdited := slices.ContainsFunc(r.edited(), func(s string) bool { return strings.HasPrefix(s, message+" ") })
			if isEdited != tt.edits {
				t.Errorf("edits: %q", r.edited())
			}
			newest, _, _ := strings.Cut(r.inGroup()[tt.cards-1], " ")
			if got := r.live(1); !slices.Contains(got, newest) || tt.cards == 2 && slices.Contains(got, message) {
				t.Errorf("live: %q, want %s and not %s", got, newest, message)
			}
		})
	}
}

// morning sends all that waits for working hours.
func (r *rig) morning() {
	r.t.Helper()
	r.send()
	if next, ok, err := r.store.NextHeld(r.t.Context()); err == nil && ok {
		r.now = next
		r.send()
	}
}

// live are the messages of a task's cards that are kept up to date.
func (r *rig) live(task int64) (out []string) {
	r.t.Helper()
	must(r.t, r.store.View(r.t.Context(), func(tx bot.Tx) error {
		copies, err := tx.LiveCopies(meeting.Ref{Kind: meeting.KindTask, ID: task})
		for _, c := range copies {
			out = append(out, strings.TrimPrefix(string(c.Message), "toy:"))
		}
		return err
	}))
	return out
}

// TestCards_AnEditThatWaitedTooLongIsNotSent: it was in time when it was written.
func TestCards_AnEditThatWaitedTooLongIsNotSent(t *testing.T) {
	r := newRig(t)
	r.toy.life = 13 * 24 * time.Hour
	r.say("toy:host", "@会办 派 @许哲 写完接口文档 12月14日17:00")
	r.now = r.now.Add(r.toy.life - time.Minute)
	m, b := r.button("toy:owner", "确认")
	r.press("toy:owner", m, "toy:owner", b, nil)
	r.now = r.now.Add(time.Hour) // nobody carried it meanwhile
	r.morning()
	if got := r.edited(); len(got) > 0 {
		t.Errorf("edits: %q", got)
	}
	if got := r.inGroup(); len(got) != 2 || !strings.Contains(got[1], string(meeting.NotStarted)) {
		t.Errorf("cards in the group: %q", got)
	}
}

// TestCards_ACardThatThePlatformCallsDeadIsLeftAlone, and nobody is told that
// anything did not arrive.
func TestCards_ACardThatThePlatformCallsDeadIsLeftAlone(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 写完接口文档 8月14日17:00")
	tries := 0
	r.toy.fail = func(o bot.Out) error {
		if o.Edit == "" || o.Chat == "" {
			return nil
		}
		tries++
		return fmt.Errorf("230031: %w", bot.ErrCardDead)
	}
	r.tap("toy:owner", "toy:owner", "确认", nil)
	r.change(func(k *meeting.Task) { k.Description = "写完第二版" })
	must(t, r.e.Due(t.Context(), at(t, "14 18:00")))
	r.pass(at(t, "14 18:00"))
	if tries != 1 || strings.Contains(r.said(), "没送到") {
		t.Errorf("%d tries; said:\n%s", tries, r.said())
	}
	if got := r.live(1); slices.Contains(got, "m1") {
		t.Errorf("live: %q", got)
	}
	if !bot.IsPermanent(bot.ErrCardDead) || !errors.Is(bot.Permanent(fmt.Errorf("x: %w", bot.ErrCardDead)), bot.ErrCardDead) {
		t.Error("the verdict is lost when it is wrapped")
	}
}
