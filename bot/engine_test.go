package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
)

const given = "@会办 派 @许哲 写完接口文档 8月17日17:00"

func says(t *testing.T, got string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(strings.Join(want, "\n")+"\n", got); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestMessageBecomesATaskAndItsPosts(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	says(t, r.said(),
		"toy:g < task 写完接口文档 待确认 | 责任人 许哲",
		"toy:owner < confirm 写完接口文档 待确认 | 责任人 许哲")
	if k := r.tasks()[0]; k.No != "T-20260812-00-01" || !k.Due.Equal(at(t, "17 17:00")) {
		t.Errorf("%+v", k)
	}
}

// TestOnePromise1_EqualEventsHaveOneEffect: a redelivery, later or at the same
// time, changes nothing and is answered no second time.
func TestPromise1_EqualEventsHaveOneEffect(t *testing.T) {
	r := newRig(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := r.e.Message(context.Background(), r.line("same", "toy:host", given)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r.send()
	must(t, r.e.Message(t.Context(), r.line("same", "toy:host", given)))
	r.send()
	if n := len(r.tasks()); n != 1 || len(r.toy.sent) != 2 {
		t.Errorf("%d tasks, said:\n%s", n, r.said())
	}
}

func TestPromise1_RepeatedTapShowsTheCardAsItIs(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	m, b := r.button("toy:owner", "确认")
	tap := bot.Tap{Event: "tap", Card: m, From: "toy:owner", Do: b.Do}
	first, err := r.e.Tap(t.Context(), tap)
	must(t, err)
	again, err := r.e.Tap(t.Context(), tap)
	must(t, err)
	if first.Toast != "已确认" || again.Toast != "已经收到" || again.Card == nil || again.Card.Title != "confirm 写完接口文档 未开始" {
		t.Errorf("%+v then %+v", first, again)
	}
}

// TestRefusalLeavesNothing: what a handler wrote before the rule said no is
// gone; the words, the audit event and the delivery's key stay.
func TestRefusalLeavesNothing(t *testing.T) {
	for text, want := range map[string]string{"先写后拒": "不行，请改日再来。", "写了就坏": "出错 "} {
		r := newRig(t)
		r.say("toy:host", text)
		r.say("toy:host", "先写后拒")
		if len(r.tasks()) != 0 || !strings.Contains(r.said(), want) || strings.Contains(r.said(), "不该发出") || strings.Contains(r.said(), "disk") {
			t.Errorf("%s: %d tasks, said %s", text, len(r.tasks()), r.said())
		}
		must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
			trail, err := tx.AuditTrail(meeting.PersonID(1).Ref())
			if err != nil {
				return err
			}
			if _, ok := bot.Verify(trail); !ok || len(trail) == 0 || trail[len(trail)-1].What != "拒绝 R1" {
				t.Errorf("%s: trail %+v", text, trail)
			}
			if next, ok, err := tx.NextAlarm(); ok || err != nil {
				t.Errorf("%s: something is armed for %s, %v", text, next, err)
			}
			return nil
		}))
	}
}

func TestPromise6_AuditChainHolds(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	r.tap("toy:owner", "toy:owner", "确认", nil)
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		trail, err := tx.AuditTrail(r.tasks()[0].Ref())
		if err != nil {
			return err
		}
		if _, ok := bot.Verify(trail); !ok || len(trail) != 2 || trail[0].Origin != bot.Typed || trail[1].Origin != bot.Tapped {
			t.Fatalf("trail %+v", trail)
		}
		trail[0].After = "改过"
		if broken, ok := bot.Verify(trail); ok || broken != 0 {
			t.Error("a changed event goes unseen")
		}
		return nil
	}))
}

func TestWordsThatAreNoCommand(t *testing.T) {
	r := newRig(t)
	for text, want := range map[string]string{
		"@会办":                     "空",
		"@会办 天气怎么样":               "没看懂 天气怎么样",
		strings.Repeat("长", 5000): "太长 5000 4000",
	} {
		r.toy.sent = nil
		r.say("toy:host", text)
		if !strings.Contains(r.said(), want) {
			t.Errorf("%.20s: said %s", text, r.said())
		}
	}
}

// TestTypedTokensAreHarmless: nobody can mention a person by typing what looks
// like the engine's own token.
func TestTypedTokensAreHarmless(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 问@{p1}要文档 8月17日17:00")
	if k := r.tasks()[0]; strings.Contains(k.Description, "@{") {
		t.Errorf("a token came through: %s", k.Description)
	}
}

func TestStrangersAreMetThroughTheDirectory(t *testing.T) {
	r := newRig(t)
	r.say("toy:other", "@会办 派 @许哲 写完接口文档 8月17日17:00")
	must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
		people, err := tx.Named("赵倩")
		if err == nil && len(people) != 1 {
			t.Errorf("met %+v", people)
		}
		return err
	}))
}

// TestSeen_OutdatedTermsAreShownAgain: a yes to terms that changed since the
// card was sent does not count.
func TestSeen_OutdatedTermsAreShownAgain(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	m, b := r.button("toy:owner", "确认")
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		k, err := tx.Task(1)
		if err != nil {
			return err
		}
		k.Due, k.Terms = k.Due.Add(time.Hour), k.Terms+1
		return tx.SaveTask(k)
	}))
	a := r.press("toy:owner", m, "toy:owner", b, nil)
	if !strings.Contains(a.Toast, "旧卡片") || a.Card == nil || r.tasks()[0].Status != meeting.Unconfirmed {
		t.Errorf("%+v", a)
	}
}

func TestWrongPersonIsToldWhose(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	a := r.tap("toy:other", "toy:g", "确认", nil)
	if !strings.Contains(a.Toast, "许哲本人确认") || strings.Contains(a.Toast, "@{") {
		t.Errorf("toast %q", a.Toast)
	}
}

// TestCopies_EveryCardIsBroughtUpToDate: the tapped one by the answer, the
// others by one edit each; a newer card ends the older one in the same place.
func TestCopies_EveryCardIsBroughtUpToDate(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	r.toy.sent = append(r.toy.sent[:0:0], r.toy.sent...)
	before := len(r.toy.sent)
	a := r.tap("toy:owner", "toy:owner", "确认", nil)
	if a.Card == nil || a.Card.Title != "confirm 写完接口文档 未开始" {
		t.Errorf("answer %+v", a)
	}
	if got := r.said(); strings.Count(got, "\n") != before+1 || !strings.Contains(got, "toy:g ~ task 写完接口文档 未开始") {
		t.Errorf("said:\n%s", got)
	}
	r.pass(at(t, "17 17:00"))
	if !strings.Contains(r.said(), "toy:owner < overdue") || !strings.Contains(r.said(), "toy:owner ~ confirm 写完接口文档 未开始 | 见下方") {
		t.Errorf("the older card was not ended:\n%s", r.said())
	}
}

func TestNarrow_NoEditIsTriedWhereCardsCannotChange(t *testing.T) {
	r := newRig(t)
	r.toy.abilities = bot.Abilities{}
	r.say("toy:host", given)
	r.tap("toy:owner", "toy:owner", "确认", nil)
	if strings.Contains(r.said(), "~") {
		t.Errorf("edited:\n%s", r.said())
	}
}

func TestContendedTapIsAnsweredAndMessageIsRedelivered(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", given)
	m, b := r.button("toy:owner", "确认")
	e := r.engine(contended{r.store})
	a, err := e.Tap(t.Context(), bot.Tap{Event: "x", Card: m, From: "toy:owner", Do: b.Do})
	if err != nil || a.Toast != "有人同时修改" {
		t.Errorf("%+v, %v", a, err)
	}
	if err := e.Message(t.Context(), r.line("y", "toy:host", given)); err == nil {
		t.Error("acked a message that had no effect")
	}
	must(t, r.e.Message(t.Context(), r.line("y", "toy:host", given)))
	if len(r.tasks()) != 2 {
		t.Error("the redelivery had no effect")
	}
}

// contended is a store on which every turn loses.
type contended struct{ *bottest.Memory }

func (c contended) Do(ctx context.Context, fn func(bot.Tx) error) error {
	return c.Memory.Do(ctx, func(tx bot.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return bot.ErrConflict
	})
}
