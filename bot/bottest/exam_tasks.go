package bottest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"huiban/bot"
	"huiban/bot/meeting"
)

// sample is a task with something in every field.
func sample(n int) *meeting.Task {
	at := func(h int) time.Time { return noon().Add(time.Duration(h)*time.Hour + 4*time.Millisecond).UTC() }
	return &meeting.Task{
		No: fmt.Sprintf("T-20260810-00-%02d", n), Source: meeting.AdHoc, Chat: "x:群 1",
		Description: "交付“接口文档”v1 🎉 'a' \\ \"b\" %_", Deliverable: "文档v1，\n评审通过", Priority: meeting.High,
		Due: at(48), DueRaw: "周三中午", OriginalDue: at(24),
		Owner: 2, Helpers: []meeting.PersonID{3, 4}, CC: []meeting.PersonID{5}, Host: 6, Acceptor: 7, Deciders: []meeting.PersonID{8, 9},
		Status: meeting.Blocked, Confirm: meeting.Confirmed,
		Blocker:   &meeting.Blocker{Reason: "缺环境", Needs: 3, What: "开通", At: at(1)},
		NextOwner: 10, NextReason: "休假",
		Proposal:  &meeting.Proposal{Kind: meeting.AnotherDate, Due: at(72), Owner: 4, Reason: "太紧", At: at(2)},
		Extension: &meeting.Extension{Seq: 1, OldDue: at(48), NewDue: at(96), Reason: "a", Impact: "b", Remedy: "c", Done: "d", Late: true, At: at(3), By: 2, Asked: 6},
		CreatedAt: at(n), AskedAt: at(n), ConfirmedAt: at(4), SubmittedAt: at(5), LastSign: at(6), HeldUntil: at(7),
		Terms: 3, Extensions: 1, Returns: 2, OverdueDays: 4,
		Owners:   []meeting.Handover{{From: 11, To: 2, Reason: "换人", At: at(8)}},
		Updates:  []meeting.Update{{By: 2, At: at(9), Percent: 0, Text: "开始"}, {By: 2, At: at(10), Percent: 0, Text: "继续"}},
		Evidence: []meeting.Evidence{{Text: "见附件", Files: []meeting.FileRef{{ID: "f1", Name: "文档.docx"}}, At: at(11), Result: "退回", Missing: "目录", By: 7}},
		Reason:   "无",
	}
}

// task saves a new task.
func (x exam) task(k *meeting.Task) *meeting.Task {
	x.Helper()
	x.do(func(tx bot.Tx) error {
		k.ID, k.Version = 0, 0
		return tx.SaveTask(k)
	})
	return k
}

func (x exam) load(id meeting.TaskID) (k *meeting.Task) {
	x.Helper()
	x.see(func(tx bot.Tx) (err error) {
		k, err = tx.Task(id)
		return err
	})
	return k
}

func (x exam) tasks() {
	k := x.task(sample(1))
	if k.ID == 0 || k.Version != 1 {
		x.Fatalf("a new task has id %d and version %d", k.ID, k.Version)
	}
	x.same("task", x.load(k.ID), k)
	k.Helpers, k.CC, k.Blocker, k.Proposal, k.Extension, k.ClosedAt = nil, nil, nil, nil, nil, noon()
	k.Percent, k.Description, k.HeldUntil = 0, "", time.Time{}
	x.do(func(tx bot.Tx) error { k.Version = 1; return tx.SaveTask(k) })
	x.same("version after a second save", k.Version, 2)
	x.same("task with parts taken out", x.load(k.ID), k)
	bare := x.task(&meeting.Task{Status: meeting.NotStarted, Description: "只有描述", Owner: 1, Host: 1, CreatedAt: noon()})
	x.same("bare task", x.load(bare.ID), bare)
	x.see(func(tx bot.Tx) error {
		_, err := tx.Task(bare.ID + 999)
		x.is("unknown task", err, meeting.ErrNotFound)
		return nil
	})
}

func (x exam) taskVersions() {
	id := x.task(sample(1)).ID
	mine, theirs := x.load(id), x.load(id)
	x.do(func(tx bot.Tx) error { theirs.Version = 1; theirs.Percent = 30; return tx.SaveTask(theirs) })
	err := x.store.Do(x.Context(), func(tx bot.Tx) error {
		mine.Version, mine.Percent = 1, 60
		return tx.SaveTask(mine)
	})
	x.is("a save over a newer version", err, bot.ErrConflict)
	x.same("percent", x.load(id).Percent, 30)
	err = x.store.Do(x.Context(), func(tx bot.Tx) error {
		none := sample(2)
		none.ID, none.Version = id+999, 1
		return tx.SaveTask(none)
	})
	x.is("a save of a task that is not there", err, bot.ErrConflict)
}

func (x exam) closedTasks() {
	for i, end := range []meeting.Status{meeting.Done, meeting.Cancelled} {
		id := x.task(sample(i + 1)).ID
		x.do(func(tx bot.Tx) error {
			k, err := tx.Task(id)
			if err != nil {
				return err
			}
			k.Status = end
			return tx.SaveTask(k)
		})
		err := x.store.Do(x.Context(), func(tx bot.Tx) error {
			k, err := tx.Task(id)
			if err != nil {
				return err
			}
			k.Status = meeting.InProgress
			return tx.SaveTask(k)
		})
		x.is("a change of a closed task", err, bot.ErrConflict)
		x.same("status", x.load(id).Status, end)
	}
}

func (x exam) taskCopies() {
	k := sample(1)
	if err := k.Report(k.Owner, nil, "写到一半", noon()); err != nil {
		x.Fatal(err)
	}
	x.task(k)
	loaded := x.load(k.ID)
	x.same("changes of a loaded task", loaded.Changes(), []meeting.Change{})
	x.same("changes of the saved task", len(k.Changes()), 1)
	x.see(func(tx bot.Tx) error {
		found, err := tx.FindTasks(meeting.TaskQuery{Owner: k.Owner})
		for _, f := range found {
			f.Helpers[0], f.Percent, f.Blocker.Reason = 97, 99, "改"
		}
		return err
	})
	loaded.Helpers[0], loaded.Updates[0].Text, loaded.Extension.Reason, loaded.Evidence[0].Files[0].Name = 99, "改", "改", "改"
	k.Helpers[1], k.Blocker.Reason, k.Proposal.Reason = 98, "改", "改"
	again, want := x.load(k.ID), sample(1)
	x.same("percent", again.Percent, want.Percent)
	x.same("helpers", again.Helpers, want.Helpers)
	x.same("evidence", again.Evidence, want.Evidence)
	x.same("first update", again.Updates[0], want.Updates[0])
	x.same("extension", again.Extension, want.Extension)
	x.same("blocker", again.Blocker, want.Blocker)
	x.same("proposal", again.Proposal, want.Proposal)
}

func (x exam) findTasks() {
	sets := []func(k *meeting.Task){
		func(k *meeting.Task) { k.Owner = 1 },
		func(k *meeting.Task) { k.Host = 1 },
		func(k *meeting.Task) { k.Acceptor = 1 },
		func(k *meeting.Task) { k.NextOwner = 1 },
		func(k *meeting.Task) { k.Helpers = []meeting.PersonID{21, 1} },
		func(k *meeting.Task) { k.CC = []meeting.PersonID{1} },
		func(k *meeting.Task) { k.Deciders = []meeting.PersonID{31, 1, 11} },
		func(k *meeting.Task) { k.Helpers = []meeting.PersonID{11, 21, 100} },
		func(k *meeting.Task) { k.Owner, k.Status, k.ClosedAt = 1, meeting.Done, noon().Add(100*time.Hour) },
		func(k *meeting.Task) { k.Owner, k.Status, k.ClosedAt = 1, meeting.Cancelled, noon().Add(200*time.Hour) },
		func(k *meeting.Task) { k.Proposal.Owner, k.Blocker.Needs = 1, 1 },
	}
	number := map[meeting.TaskID]int{}
	for i, set := range sets {
		k := sample(i + 1)
		set(k)
		number[x.task(k).ID] = i + 1
	}
	for _, c := range []struct {
		name string
		q    meeting.TaskQuery
		want []int
	}{
		{"all", meeting.TaskQuery{}, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{"owner", meeting.TaskQuery{Owner: 1}, []int{1, 9, 10}},
		{"open of an owner", meeting.TaskQuery{Owner: 1, Open: true}, []int{1}},
		{"host", meeting.TaskQuery{Host: 1}, []int{2}},
		{"involved", meeting.TaskQuery{Involves: 1}, []int{1, 2, 3, 4, 5, 6, 7, 9, 10, 11}},
		{"involved nowhere", meeting.TaskQuery{Involves: 77}, nil},
		{"ending", meeting.TaskQuery{Ending: "00-01"}, []int{1}},
		{"whole number", meeting.TaskQuery{Ending: "T-20260810-00-11"}, []int{11}},
		{"open", meeting.TaskQuery{Open: true, Limit: 3}, []int{1, 2, 3}},
		{"created since", meeting.TaskQuery{Since: sample(8).CreatedAt}, []int{8, 9, 10, 11}},
		{"closed since", meeting.TaskQuery{Since: noon().Add(100 * time.Hour)}, []int{9, 10}},
		{"closed later", meeting.TaskQuery{Since: noon().Add(100*time.Hour + time.Millisecond)}, []int{10}},
		{"limit", meeting.TaskQuery{Involves: 1, Limit: 2}, []int{1, 2}},
	} {
		x.see(func(tx bot.Tx) error {
			found, err := tx.FindTasks(c.q)
			var got []int
			for _, k := range found {
				got = append(got, number[k.ID])
			}
			x.same(c.name, got, c.want)
			return err
		})
	}
}

func (x exam) endings() {
	for i, no := range []string{"A_01", "Ax01", "A%01", `A\01`, "A_010"} {
		k := sample(i + 1)
		k.No = no
		x.task(k)
	}
	for _, typed := range []string{"_01", "%01", `\01`} {
		x.see(func(tx bot.Tx) error {
			found, err := tx.FindTasks(meeting.TaskQuery{Ending: typed})
			var got []string
			for _, k := range found {
				got = append(got, k.No)
			}
			x.same("ending "+typed, got, []string{"A" + typed})
			return err
		})
	}
}

func (x exam) serials() {
	var got []int
	draw := func(scope string, after error) {
		err := x.store.Do(x.Context(), func(tx bot.Tx) error {
			n, err := tx.Serial(scope)
			if err != nil {
				return err
			}
			if after == nil {
				got = append(got, n)
			}
			return after
		})
		x.is("serial of "+scope, err, after)
	}
	draw("T-20260810-00", nil)
	draw("T-20260810-00", nil)
	draw("T-20260810-00", errNo)
	draw("T-20260811-00", nil)
	draw("T-20260810-00", nil)
	x.same("numbers", got, []int{1, 2, 1, 3})
}

// increments lets turns that read, change and write one row run into another.
func (x exam) increments() {
	const workers, each = 4, 15
	id := x.task(sample(1)).ID
	again := func(fn func(tx bot.Tx) error) error {
		for {
			if err := x.store.Do(x.Context(), fn); !errors.Is(err, bot.ErrConflict) {
				return err
			}
		}
	}
	inOneTurn := func() error {
		return again(func(tx bot.Tx) error {
			k, err := tx.Task(id)
			if err != nil {
				return err
			}
			k.Returns++
			return tx.SaveTask(k)
		})
	}
	fromView := func() error {
		for {
			var k *meeting.Task
			if err := x.store.View(x.Context(), func(tx bot.Tx) (err error) { k, err = tx.Task(id); return err }); err != nil {
				return err
			}
			version := k.Version
			k.Returns++
			err := x.store.Do(x.Context(), func(tx bot.Tx) error { k.Version = version; return tx.SaveTask(k) })
			if !errors.Is(err, bot.ErrConflict) {
				return err
			}
		}
	}
	before := x.load(id).Returns
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for range each {
				if err := []func() error{inOneTurn, fromView}[w%2](); err != nil {
					x.Errorf("worker %d: %v", w, err)
				}
			}
		})
	}
	all.Wait()
	x.same("increments", x.load(id).Returns-before, workers*each)
}
