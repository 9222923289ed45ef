package bottest

import (
	"context"
	"fmt"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

func (x exam) rollback() {
	task, draft := &meeting.Task{}, &bot.Draft{}
	err := x.store.Do(x.Context(), func(tx bot.Tx) error {
		task, draft = sample(1), &bot.Draft{Person: 1, Command: "待办", Since: noon()}
		steps := []func() error{
			func() error { return tx.SaveTask(task) },
			func() error { return tx.SaveDraft(draft) },
			func() error { _, err := tx.FirstTime("e1", noon()); return err },
			func() error { _, err := tx.Meet(bot.Profile{Account: "x:1", Name: "张三"}, noon()); return err },
			func() error { return tx.Enqueue(noon(), bot.Post{Key: "k1", To: bot.To{Person: 1}, Text: "一"}) },
			func() error { return tx.Arm(bot.Alarm{Of: task.Ref(), Version: 1, Since: noon(), Next: noon()}) },
			func() error {
				return tx.SaveCopy(&bot.Copy{Message: "x:m1", Face: bot.Face{Name: "task", Of: task.Ref()}, SentAt: noon()})
			},
			func() error { return tx.Audit(bot.AuditEvent{Of: task.Ref(), Seq: 1, At: noon()}) },
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return errNo
	})
	x.is("a turn that fails", err, errNo)
	x.see(func(tx bot.Tx) error {
		_, err := tx.Task(task.ID)
		x.is("task", err, meeting.ErrNotFound)
		_, err = tx.Draft(draft.ID)
		x.is("draft", err, meeting.ErrNotFound)
		_, err = tx.PersonOf("x:1")
		x.is("account", err, meeting.ErrNotFound)
		_, err = tx.CopyOf("x:m1")
		x.is("copy", err, meeting.ErrNotFound)
		_, rings, err := tx.NextAlarm()
		x.is("alarm", err, nil)
		x.same("alarm after a rollback", rings, false)
		trail, err := tx.AuditTrail(task.Ref())
		x.same("record after a rollback", trail, []bot.AuditEvent{})
		return err
	})
	x.same("letters after a rollback", len(x.claim("t", 9)), 0)
}

func (x exam) canceled() {
	ctx, cancel := context.WithCancel(x.Context())
	err := x.store.Do(ctx, func(tx bot.Tx) error {
		if _, err := tx.FirstTime("e1", noon()); err != nil {
			return err
		}
		cancel()
		return nil
	})
	if err == nil {
		x.Error("a turn that was canceled before its end committed")
	}
	x.do(func(tx bot.Tx) error {
		first, err := tx.FirstTime("e1", noon())
		x.same("first after a canceled turn", first, true)
		return err
	})
}

func (x exam) view() {
	id := x.task(sample(1)).ID
	ctx, cancel := context.WithTimeout(x.Context(), 10*time.Second)
	defer cancel()
	percent := func(tx bot.Tx) (int, error) {
		k, err := tx.Task(id)
		if err != nil {
			return 0, err
		}
		return k.Percent, nil
	}
	report := func(tx bot.Tx, percent int) error {
		k, err := tx.Task(id)
		if err != nil {
			return err
		}
		k.Percent = percent
		return tx.SaveTask(k)
	}
	x.do(func(tx bot.Tx) error {
		if err := report(tx, 10); err != nil {
			return err
		}
		return x.store.View(ctx, func(v bot.Tx) error {
			p, err := percent(v)
			x.same("what a view sees of a turn that runs", p, 0)
			return err
		})
	})
	err := x.store.View(ctx, func(v bot.Tx) error {
		before, err := percent(v)
		if err != nil {
			return err
		}
		if err := x.store.Do(ctx, func(tx bot.Tx) error { return report(tx, 20) }); err != nil {
			return fmt.Errorf("turn beside a view: %w", err)
		}
		after, err := percent(v)
		x.same("before and after in one view", []int{before, after}, []int{10, 10})
		return err
	})
	x.is("view", err, nil)
	x.same("the next view", x.load(id).Percent, 20)
}

func (x exam) viewWrites() {
	id := x.task(sample(1)).ID
	// Whether it is refused or lost is the store's choice.
	_ = x.store.View(x.Context(), func(tx bot.Tx) error {
		k, err := tx.Task(id)
		if err != nil {
			return err
		}
		k.Percent = 90
		return tx.SaveTask(k)
	})
	x.same("percent after a view that wrote", x.load(id).Percent, 0)
}

func (x exam) savepoint() {
	x.do(func(tx bot.Tx) error {
		if _, err := tx.FirstTime("before", noon()); err != nil {
			return err
		}
		err := tx.Savepoint(func() error {
			if _, err := tx.FirstTime("within", noon()); err != nil {
				return err
			}
			if err := tx.Savepoint(func() error { return tx.Enqueue(noon(), bot.Post{Key: "inner", To: bot.To{Person: 1}}) }); err != nil {
				return err
			}
			if err := tx.SaveTask(sample(1)); err != nil {
				return err
			}
			if n, err := tx.Serial("s"); err != nil || n != 1 {
				return fmt.Errorf("serial %d: %w", n, err)
			}
			return errNo
		})
		x.is("a savepoint that fails", err, errNo)
		return tx.Savepoint(func() error {
			_, err := tx.FirstTime("after", noon())
			return err
		})
	})
	x.do(func(tx bot.Tx) error {
		got := map[string]bool{}
		for _, event := range []string{"before", "within", "after"} {
			first, err := tx.FirstTime(event, noon())
			if err != nil {
				return err
			}
			got[event] = !first
		}
		x.same("events that stayed", got, map[string]bool{"before": true, "within": false, "after": true})
		n, err := tx.Serial("s")
		x.same("serial after a savepoint that failed", n, 1)
		if err != nil {
			return err
		}
		all, err := tx.FindTasks(meeting.TaskQuery{})
		x.same("tasks", len(all), 0)
		return err
	})
	x.same("letters", len(x.claim("t", 9)), 0)
}

func (x exam) firstTime() {
	var got []bool
	try := func(event string) func(tx bot.Tx) error {
		return func(tx bot.Tx) error {
			first, err := tx.FirstTime(event, noon())
			got = append(got, first)
			return err
		}
	}
	x.do(try("Om_1"))
	x.do(try("Om_1"))
	x.do(try("om_1"))
	x.same("first", got, []bool{true, false, true})
}

func (x exam) forgetEvents() {
	const old = 620
	x.do(func(tx bot.Tx) error {
		for i := range old {
			if _, err := tx.FirstTime(fmt.Sprintf("old/%d", i), noon().Add(-time.Millisecond)); err != nil {
				return err
			}
		}
		_, err := tx.FirstTime("kept", noon())
		return err
	})
	sum := 0
	for {
		n := 0
		x.do(func(tx bot.Tx) (err error) {
			n, err = tx.ForgetEvents(noon())
			return err
		})
		if n == 0 {
			break
		}
		if n > forgetBatch {
			x.Fatalf("%d events in one batch", n)
		}
		sum += n
	}
	x.same("forgotten", sum, old)
	x.do(func(tx bot.Tx) error {
		kept, err := tx.FirstTime("kept", noon())
		if err != nil {
			return err
		}
		gone, err := tx.FirstTime("old/7", noon())
		x.same("first", []bool{kept, gone}, []bool{false, true})
		return err
	})
}
