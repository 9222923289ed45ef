package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// happens tells the engine of something and sends what follows.
func (r *rig) happens(h bot.Happening) {
	r.t.Helper()
	r.count++
	h.Event = fmt.Sprintf("e%d", r.count)
	must(r.t, r.e.Happened(r.t.Context(), h))
	r.send()
}

// group is the record of the toy group, nil if there is none.
func (r *rig) group() (g *bot.Group) {
	r.t.Helper()
	must(r.t, r.store.View(r.t.Context(), func(tx bot.Tx) (err error) {
		if g, err = tx.Group("toy:g"); errors.Is(err, meeting.ErrNotFound) {
			g, err = nil, nil
		}
		return err
	}))
	return g
}

// post puts a letter to the group about the task into the outbox and sends it.
func (r *rig) post(key string) {
	r.t.Helper()
	must(r.t, r.store.Do(r.t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(r.now, bot.Post{Key: key, To: bot.To{Chat: "toy:g"}, Text: key, Face: bot.Face{Of: meeting.Ref{Kind: meeting.KindTask, ID: 1}}, Class: bot.ClassAnswer})
	}))
	r.send()
}

// TestGroups_BeingAddedIsAnsweredWithOneCard, each time, and whoever added the
// bot need not have been met.
func TestGroups_BeingAddedIsAnsweredWithOneCard(t *testing.T) {
	r := newRig(t)
	added := bot.Happening{Event: "a1", Kind: bot.BotAdded, Chat: "toy:g", Account: "toy:other", Name: "新品群 @{p1}"}
	for range 2 { // a redelivery
		must(t, r.e.Happened(t.Context(), added))
		r.send()
	}
	says(t, r.said(), "toy:g < 这个群 新品群 ＠{p1} |")
	if g := r.group(); g.Gone || !g.Since.Equal(r.now) {
		t.Errorf("group: %+v", g)
	}
	r.toy.sent = nil
	r.now = r.now.Add(time.Hour)
	r.happens(bot.Happening{Kind: bot.BotRemoved, Chat: "toy:g"})
	r.happens(bot.Happening{Kind: bot.BotAdded, Chat: "toy:g", Account: "toy:host"})
	says(t, r.said(), "toy:g < 这个群 新品群 ＠{p1} |", "toy:g ~ 这个群 新品群 ＠{p1} | 见下方")
	if g := r.group(); g.Gone || g.Name != "新品群 ＠{p1}" || !g.Since.Equal(r.now) {
		t.Errorf("group: %+v", g)
	}
}

// TestGroups_AGoneGroupIsToldNothing: its host hears of it once for each subject,
// again only if the group comes and goes again.
func TestGroups_AGoneGroupIsToldNothing(t *testing.T) {
	for _, kind := range []bot.HappeningKind{bot.BotRemoved, bot.ChatGone} {
		t.Run(string(kind), func(t *testing.T) {
			r := newRig(t)
			r.say("toy:host", given)
			m, b := r.button("toy:owner", "确认")
			r.toy.sent = nil
			r.happens(bot.Happening{Kind: kind, Chat: "toy:g"})
			r.post("一")
			r.post("二")
			says(t, r.said(), "toy:host < 群没了 task 1")
			r.press("toy:owner", m, "toy:owner", b, nil) // the group's card stays as it is
			r.send()
			if strings.Contains(r.said(), "toy:g") {
				t.Errorf("said:\n%s", r.said())
			}
			must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
				letters, err := tx.Letters(meeting.Ref{Kind: meeting.KindTask, ID: 1}, 20)
				for _, l := range letters {
					if (l.Key == "一" || l.Key == "二") && (l.State != bot.Dead || l.Note != string(bot.SkipGone)) {
						t.Errorf("%s: state %v, %q", l.Key, l.State, l.Note)
					}
				}
				return err
			}))
			r.toy.sent = nil
			r.say("toy:other", "@会办 在吗") // so it is there
			r.post("三")
			r.happens(bot.Happening{Kind: kind, Chat: "toy:g"})
			r.post("四")
			got := r.said()
			if !strings.Contains(got, "toy:g < 没看懂") || !strings.Contains(got, "toy:g < 三") || strings.Contains(got, "四") || strings.Count(got, "群没了") != 1 {
				t.Errorf("said:\n%s", got)
			}
		})
	}
}

// TestGroups_AnUnknownGroupIsKnownFromItsFirstWordOn, without a card.
func TestGroups_AnUnknownGroupIsKnownFromItsFirstWordOn(t *testing.T) {
	r := newRig(t)
	r.privately("toy:host", "在吗")
	if g := r.group(); g != nil {
		t.Fatalf("a private word made %+v", g)
	}
	r.say("toy:host", "@会办 在吗")
	g := r.group()
	if g == nil || g.Gone || g.Purpose != "" || !g.Since.Equal(r.now) {
		t.Fatalf("group: %+v", g)
	}
	if strings.Contains(r.said(), "这个群") {
		t.Errorf("said:\n%s", r.said())
	}
	version := g.Version
	r.say("toy:host", "@会办 还在吗")
	if g := r.group(); g.Version != version {
		t.Errorf("every word writes: version %d", g.Version)
	}
}

// TestGroups_ATapIsHeardToo.
func TestGroups_ATapIsHeardToo(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	r.happens(bot.Happening{Kind: bot.BotRemoved, Chat: "toy:g"})
	r.tap("toy:owner", "toy:g", "确认", nil)
	if g := r.group(); g.Gone {
		t.Errorf("group: %+v", g)
	}
}

// TestGroups_AGroupThatIsGoneBeforeItWasKnown.
func TestGroups_AGroupThatIsGoneBeforeItWasKnown(t *testing.T) {
	r := newRig(t)
	r.happens(bot.Happening{Kind: bot.ChatGone, Chat: "toy:g"})
	if g := r.group(); g == nil || !g.Gone {
		t.Errorf("group: %+v", g)
	}
}

// TestWelcome_WhomNobodyMetIsGreetedToo.
func TestWelcome_WhomNobodyMetIsGreetedToo(t *testing.T) {
	r := newRig(t)
	r.happens(bot.Happening{Kind: bot.Entered, Account: "toy:other", Chat: "toy:p-other"})
	r.happens(bot.Happening{Kind: bot.Entered, Account: "toy:other", Chat: "toy:p-other"})
	says(t, r.said(), "toy:other < 您好 |")
}

// TestWelcome_ReplacesNoDigest: its buttons still bring it up to date.
func TestWelcome_ReplacesNoDigest(t *testing.T) {
	r := newRig(t)
	who := meeting.PersonID(2)
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(r.now, bot.Post{Key: "d", To: bot.To{Person: who}, Face: bot.Face{Name: "digest", Of: who.Ref(), For: who}, Fold: bot.FoldOf(who, r.now), Class: bot.ClassReminder})
	}))
	r.send()
	r.now = r.now.Add(61 * time.Minute)
	r.happens(bot.Happening{Kind: bot.Entered, Account: "toy:owner"})
	says(t, r.said(), "toy:owner < 晨报 |", "toy:owner < 您好 |")
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		live, err := tx.LiveCopies(who.Ref())
		if len(live) != 2 {
			t.Errorf("live: %+v", live)
		}
		return err
	}))
}

// TestMenu_IsALineThatNeedNotBeTyped: private, once for each delivery.
func TestMenu_IsALineThatNeedNotBeTyped(t *testing.T) {
	r := newRig(t)
	h := bot.Happening{Event: "menu1", Kind: bot.Menu, Account: "toy:other", Text: "唱歌"}
	for range 2 {
		must(t, r.e.Happened(t.Context(), h))
		r.send()
	}
	says(t, r.said(), "toy:other < 没看懂 唱歌")
}
