package main

import (
	"context"
	"fmt"
	"time"

	"huiban/adapters/playground"
	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// guide is the bar of nine steps on top of the page. A step is over when the
// data say so, whatever was typed: free typing never breaks it.
func (d *demo) guide(ctx context.Context) (*playground.Guide, error) {
	cast := d.cast()
	if cast == nil {
		return nil, nil //nolint:nilnil // an empty demo has no guide
	}
	var s story
	err := d.app.parts.Store.View(ctx, func(tx bot.Tx) (err error) {
		s, err = readStory(tx, cast, d.clock.Now(), d.app.parts.Calendar)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("guide: %w", err)
	}
	g := &playground.Guide{Steps: s.steps(cast)}
	for _, step := range g.Steps {
		if !step.Done {
			g.Current = step.ID
			break
		}
	}
	return g, nil
}

// A story is how far the task of the guide has come.
type story struct {
	now   time.Time
	asked bool          // something was said that lacked parts
	task  *meeting.Task // the newest one that the guest handed out, nil if none
	sync  time.Time     // when the host hears that it is late
}

func readStory(tx bot.Tx, cast *cast, now time.Time, cal workday.Calendar) (story, error) {
	s := story{now: now}
	guest, err := tx.PersonOf(cast.guest)
	if err != nil {
		return s, err
	}
	tasks, err := tx.FindTasks(meeting.TaskQuery{Host: guest, Since: cast.start})
	if err != nil {
		return s, err
	}
	for _, k := range tasks {
		if !k.CreatedAt.Before(cast.start) {
			s.task = k
		}
	}
	trail, err := tx.AuditTrail(guest.Ref())
	if err != nil {
		return s, err
	}
	for _, a := range trail {
		s.asked = s.asked || !a.At.Before(cast.start)
	}
	if s.task != nil {
		s.asked, s.sync = true, s.task.SyncAt(cal)
	}
	return s, nil
}

func (s story) steps(c *cast) []playground.Step {
	k := s.task
	has := func(claim func(*meeting.Task) bool) bool { return k != nil && claim(k) }
	// What was handed in is past all reminders, whenever they would have come.
	handedIn := has(func(k *meeting.Task) bool { return k.Status == meeting.Submitted || !k.Open() })
	past := func(at func(*meeting.Task) time.Time) bool {
		return handedIn || has(func(k *meeting.Task) bool { return !at(k).IsZero() && !s.now.Before(at(k)) })
	}
	number := ""
	if k != nil {
		number = k.No
	}
	return []playground.Step{
		{
			ID: "vague", Do: "像平时一样，在项目群里交代一件事", Why: "没有人名、“尽快”不是日期：会办会客气地问清楚，而不是记下一句空话。",
			Input: "@会办 待办：研发部尽快出A方案技术文档", Chat: c.group, User: c.you, Done: s.asked,
		},
		{
			ID: "complete", Do: "在会办的卡片上选许哲、8月17日17:00、优先级高，点〔交办〕", Why: "谁、做什么、哪天、多急，四样齐了才算一项待办。",
			Chat: c.group, User: c.you, Done: k != nil,
		},
		{
			ID: "confirm", Do: "在右边许哲的手机上点〔确认〕", Why: "不表态不算同意；别人替他点也不算。",
			Chat: c.phone, User: c.owner, Done: has(func(k *meeting.Task) bool { return k.Status != meeting.Unconfirmed }),
		},
		{
			ID: "soon", Do: "点〔快进〕→〔到下一个提醒〕，直到到期前一个工作日的晨报", Why: "能攒的都攒进早上一条；夜里和周末不打扰。打开的“这段时间”里写着为什么。",
			User: c.you, Done: past(s.dayBefore),
		},
		{
			ID: "due", Do: "继续快进，到它到期（" + number + "）", Why: "到期那一刻问一次责任人，不惊动别人。",
			User: c.you, Done: past(func(k *meeting.Task) time.Time { return k.Due }),
		},
		{
			ID: "late", Do: "再快进，看先预告、后同步给您", Why: "同步前4个工作小时先告诉本人：回一句进展就能停下。",
			User: c.you, Done: past(func(*meeting.Task) time.Time { return s.sync }),
		},
		{
			ID: "finish", Do: "请许哲交上成果：替他发一句完成和链接", Why: "完成要有凭据：文件、链接，或一句在哪里能看到。",
			Input: "完成 " + number + " https://example.com/a-plan-v1", Chat: c.phone, User: c.owner,
			Done: handedIn,
		},
		{
			ID: "accept", Do: "在您和会办的私聊里点〔通过〕", Why: "自己办的不能自己验收，沉默也不算通过。",
			Chat: c.private, User: c.you, Done: has(func(k *meeting.Task) bool { return k.Status == meeting.Done }),
		},
	}
}

// dayBefore is the morning of the last reminder before the deadline's own day.
func (s story) dayBefore(k *meeting.Task) time.Time {
	if k.ConfirmedAt.IsZero() {
		return time.Time{}
	}
	return k.Due.AddDate(0, 0, -3)
}
