package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// TestR66_AnAmbiguousNumberShowsNobodyElsesTask, however often it is typed.
func TestR66_AnAmbiguousNumberShowsNobodyElsesTask(t *testing.T) {
	r := newRig(t)
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		for i, owner := range []meeting.PersonID{2, 2, 1} {
			k := &meeting.Task{
				No: "T-2026080" + string(rune('1'+i)) + "-00-01", Owner: owner, Host: owner, Status: meeting.Unconfirmed, Due: at(t, "20 17:00"),
			}
			if err := tx.SaveTask(k); err != nil {
				return err
			}
		}
		return nil
	}))
	for range 2 {
		r.privately("toy:owner", "确认 00-01")
		must(t, r.store.View(t.Context(), func(tx bot.Tx) error {
			d, err := tx.OpenDraft("", 2)
			if err == nil && len(d.Gaps[0].Choices) != 2 {
				t.Errorf("offered %+v", d.Gaps[0].Choices)
			}
			return err
		}))
	}
	_, b := r.button("toy:owner", "确认")
	b.Do.Args["编号"] = "00-01" // what no card of ours gives back
	r.press("toy:owner", "m1", "toy:owner", b, nil)
	if strings.Contains(r.said(), "T-20260803-00-01") {
		t.Errorf("said:\n%s", r.said())
	}
}

// TestDraft_AnExpiredFormIsTakenBack: the card that asked says so.
func TestDraft_AnExpiredFormIsTakenBack(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 写完接口文档")
	r.pass(at(t, "13 14:00"))
	if !strings.Contains(r.said(), "toy:g ~ 还差 expired") {
		t.Errorf("said:\n%s", r.said())
	}
}

// TestR90_AReminderThatFellInAnOutageOutlastsTheWeekend.
func TestR90_AReminderThatFellInAnOutageOutlastsTheWeekend(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 写完接口文档 8月14日17:00")
	r.tap("toy:owner", "toy:owner", "确认", nil)
	r.pass(at(t, "14 21:30")) // nothing ran since before 17:00
	r.pass(at(t, "17 09:00"))
	if !strings.Contains(r.said(), "toy:owner < overdue") {
		t.Errorf("said:\n%s", r.said())
	}
}

// TestPromise4_TheHostHearsOfADigestThatDidNotArrive, and of the group's card.
func TestPromise4_TheHostHearsOfADigestThatDidNotArrive(t *testing.T) {
	r := confirmedRig(t)
	r.toy.fail = func(o bot.Out) error {
		if o.Account == "toy:owner" && o.Edit == "" || o.Chat != "" {
			return bot.Permanent(errors.New("gone"))
		}
		return nil
	}
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		return tx.Enqueue(at(t, "14 09:00"), bot.Post{
			Key: "job", To: bot.To{Person: 2}, Face: bot.Face{Name: "digest", Of: meeting.PersonID(2).Ref()}, Class: bot.ClassReminder,
			Fold: bot.FoldOf(2, at(t, "14 09:00")), NotBefore: at(t, "14 09:00"),
		})
	}))
	r.pass(at(t, "14 09:00"))
	if got := strings.Count(r.said(), "toy:host < 没送到 许哲 写完接口文档"); got != 1 {
		t.Errorf("told %d times:\n%s", got, r.said())
	}
	r.say("toy:host", strings.Replace(given, "写完", "画好", 1))
	if !strings.Contains(r.said(), "没送到 @{p0} 画好接口文档") {
		t.Errorf("nothing of the group:\n%s", r.said())
	}
}

// TestTokensCannotBeSmuggledIn by forms or names of files.
func TestTokensCannotBeSmuggledIn(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 8月17日17:00")
	r.tap("toy:host", "toy:g", "派", map[string][]string{"任务": {"问一下 @{p1} 再说"}})
	if k := r.tasks()[0]; strings.Contains(k.Description, "@{") {
		t.Errorf("a token came through: %s", k.Description)
	}
}

func TestAFormIsNoLongerThanAMessage(t *testing.T) {
	r := newRig(t)
	r.say("toy:host", "@会办 派 @许哲 8月17日17:00")
	a := r.tap("toy:host", "toy:g", "派", map[string][]string{"任务": {strings.Repeat("下", 300_000)}})
	if a.Toast != "太长 300000 4000" || len(r.tasks()) != 0 {
		t.Errorf("%.40s", a.Toast)
	}
}

// TestDue_WhoCannotRingKeepsNobodyWaiting, and rings later.
func TestDue_WhoCannotRingKeepsNobodyWaiting(t *testing.T) {
	r := confirmedRig(t)
	broken := meeting.Ref{Kind: "broken", ID: 1}
	must(t, r.store.Do(t.Context(), func(tx bot.Tx) error {
		return tx.Arm(bot.Alarm{Of: broken, Version: 1, Since: r.now, Next: at(t, "17 16:00")})
	}))
	e := r.engine(poisoned{r.store})
	r.now = at(t, "17 17:00")
	must(t, e.Due(t.Context(), r.now))
	r.send()
	if !strings.Contains(r.said(), "toy:owner < overdue") {
		t.Errorf("said:\n%s", r.said())
	}
}

// poisoned is a store on which one alarm cannot be advanced.
type poisoned struct{ bot.Store }

func (p poisoned) Do(ctx context.Context, fn func(bot.Tx) error) error {
	return p.Store.Do(ctx, func(tx bot.Tx) error { return fn(poisonedTx{tx}) })
}

type poisonedTx struct{ bot.Tx }

func (p poisonedTx) Advance(was bot.Alarm, since, next time.Time) (bool, error) {
	if was.Of.Kind == "broken" && next.IsZero() {
		return false, errors.New("poison")
	}
	return p.Tx.Advance(was, since, next)
}

// TestR18_AGroupReadsNothingOfTasksFromElsewhere: what somebody asks there about
// them is answered in private.
func TestR18_AGroupReadsNothingOfTasksFromElsewhere(t *testing.T) {
	r := newRig(t)
	r.privately("toy:host", "派 @许哲 拟裁员名单 8月17日17:00")
	r.privately("toy:host", "派 @许哲 调整薪酬 8月17日17:00")
	r.toy.sent = nil
	for _, line := range []string{"@会办 确认", "@会办 确认 0812-00-01", "@会办 确认 0812-00-01"} {
		r.say("toy:owner", line)
	}
	for _, o := range r.toy.sent {
		if o.Chat == "toy:g" && (o.Card != nil || o.Text != "已私聊") {
			t.Errorf("the group reads %+v", o)
		}
	}
	if k := r.tasks()[0]; k.Status != meeting.NotStarted || !strings.Contains(r.said(), "toy:owner < 还差") {
		t.Errorf("%s\n%s", k.Status, r.said())
	}
}
