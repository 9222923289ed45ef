package main

import (
	"context"
	"fmt"
	"slices"
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
	g := &playground.Guide{Steps: append(s.meeting(cast), s.after(cast)...)}
	for _, step := range g.Steps {
		if !step.Done {
			g.Current = step.ID
			break
		}
	}
	if g.Current == "" {
		g.End = "走完了：一次会从通知到验收，每一步都有人接、有日子、有记录。"
		g.Seen = seen()
	}
	return g, nil
}

// seen are what the guest has seen, in seven lines.
func seen() []string {
	return []string{
		"预通知提前2个工作日，谁没回执、哪个部门没反馈，一眼看到",
		"会上一句话记一条：结论追问依据，议题到点提醒",
		"“研发部”“尽快”不算数：客气地问到人、问到日子",
		"责任人本人点了才算，别人点了不算，沉默也不算",
		"散会不留人：没完的记为未议完，两个时限自动开始走",
		"纪要审核后才分发，终稿锁定、有校验码，要改只能勘误",
		"到期前、到期时、过期后各提醒一次，夜里和周末不打扰，直到验收",
	}
}

// A story is how far the meeting of the guide has come.
type story struct {
	now   time.Time
	m     *meeting.Meeting
	x     *meeting.Minutes // nil before 散会
	task  *meeting.Task    // the newest one of the meeting, nil if none
	tries bool             // a 待办 was said, complete or not
	sync  time.Time        // when the host hears that it is late
}

func readStory(tx bot.Tx, cast *cast, now time.Time, cal workday.Calendar) (story, error) {
	s := story{now: now, m: &meeting.Meeting{}}
	all, err := tx.FindMeetings(meeting.MeetingQuery{})
	if err != nil {
		return s, err
	}
	for _, m := range all {
		if m.Title == cast.review {
			s.m = m
		}
	}
	if s.m.ID == 0 {
		return s, nil
	}
	papers, err := tx.FindMinutes(meeting.MinutesQuery{Meeting: s.m.ID})
	if err != nil {
		return s, err
	}
	if len(papers) > 0 {
		s.x = papers[0]
	}
	tasks, err := tx.FindTasks(meeting.TaskQuery{Meeting: s.m.ID})
	if err != nil {
		return s, err
	}
	if len(tasks) > 0 {
		s.task = tasks[len(tasks)-1]
		s.sync = s.task.SyncAt(cal)
	}
	s.tries = s.task != nil || slices.ContainsFunc(s.m.Entries, func(e meeting.Entry) bool { return e.Kind == meeting.ToDo })
	return s, nil
}

// begun and over are the meeting's stages.
func (s story) begun() bool { return !s.m.ActualStart.IsZero() }
func (s story) over() bool  { return !s.m.Ended.IsZero() }

// replied counts the answers to the invitation.
func (s story) replied() int { return s.m.Replied() }

// supported reports whether a conclusion was given its basis.
func (s story) supported() bool {
	return slices.ContainsFunc(s.m.Entries, func(e meeting.Entry) bool { return e.Kind == meeting.Basis && !e.Withdrawn })
}

// meeting are the steps up to 散会.
func (s story) meeting(c *cast) []playground.Step {
	conclude := playground.Step{
		ID: "conclude", Do: "点〔快进24分钟〕，再记一条结论", Why: "14:19 会提醒“议题1还剩6分钟”；结论没有依据，它会追问。",
		Input: "@会办 结论：采用A方案，研发部牵头", Chat: c.group, User: c.you, Done: s.supported() || s.over(),
		Jump: []playground.Jump{{Label: "快进24分钟", Advance: "24m"}},
	}
	if slices.ContainsFunc(s.m.Entries, func(e meeting.Entry) bool { return e.Kind == meeting.Conclusion }) {
		conclude.Do, conclude.Jump = "它在问依据，补上一句", nil
		conclude.Input = "@会办 依据：用户调研第3页，70%用户偏好"
	}
	return []playground.Step{
		{
			ID: "rsvp", Do: "看您的预通知卡片，点〔谁没回〕；再在右边马强的手机上点〔参加〕", Why: "6/8 当场变成 7/8；生产部还没反馈也列着，准备得怎么样一眼看到。",
			Chat: c.private, User: c.you, Done: s.replied() > 6 || s.begun(),
		},
		{
			ID: "open", Do: "到点了，在项目群里开会", Why: "群里出现会中记录卡：第几个议题、几分钟、谈什么不谈什么。",
			Input: "@会办 开会", Chat: c.group, User: c.you, Done: s.begun(),
		},
		conclude,
		{
			ID: "vague", Do: "像平时一样交代一件事", Why: "没有人名、“尽快”不是日期：会办会客气地问清楚，而不是记下一句空话。",
			Input: "@会办 待办：研发部尽快出A方案技术文档", Chat: c.group, User: c.you, Done: s.tries || s.over(),
		},
		{
			ID: "confirm", Do: "在卡片上选许哲、8月17日17:00、优先级高，点〔交办〕；再在右边许哲的手机上点〔确认〕", Why: "本人点了才算，换个人点会被客气地挡回去。",
			Chat: c.group, User: c.you, Done: s.task != nil && s.task.Status != meeting.Unconfirmed || s.over(),
		},
		{
			ID: "end", Do: "散会，选〔都记为未议完，会后补〕", Why: "不为补记录留人；初稿2小时、分发24小时，从这一刻开始算。",
			Input: "@会办 散会", Chat: c.group, User: c.you, Done: s.over(),
		},
	}
}

// after are the steps from the minutes to 验收.
func (s story) after(c *cast) []playground.Step {
	issued := s.x != nil && !s.x.IssuedAt.IsZero()
	sealed := s.x != nil && s.x.State == meeting.Final
	minutes := playground.Step{
		ID: "minutes", Do: "快进到下一个提醒，在右边林晓的手机上〔提审〕；再到您的私聊里〔通过〕、〔分发〕", Why: "没有审核通过，一份也发不出去；发之前先看发给谁。",
		Chat: c.private, User: c.you, Done: issued, Jump: []playground.Jump{{Label: "到下一个提醒"}},
	}
	minutes.Jump[0].To = "next"
	final := playground.Step{
		ID: "final", Do: "快进到意见截止，发终稿；再试试改它一个数", Why: "终稿有校验码，谁也改不了，只能发勘误。",
		Input: "发终稿", Chat: c.private, User: c.you, Done: sealed,
		Jump: []playground.Jump{{Label: "到意见截止", To: "feedback"}},
	}
	return []playground.Step{minutes, final, s.track(c)}
}

// track is the last step: reminders up to the host, then 完成 and 验收.
func (s story) track(c *cast) playground.Step {
	step := playground.Step{
		ID: "track", Do: "一次次快进，看它怎么提醒许哲：到期前、到期时、过期后同步给您", Why: "打开的“这段时间”写着几点、给谁、为什么，夜里和周末压下了什么：没有一次要您去催。",
		Chat: c.phone, User: c.you, Jump: []playground.Jump{{Label: "这项待办的下一个提醒", To: "next"}},
	}
	if s.task == nil {
		step.Done = s.x != nil && s.x.State == meeting.Final
		return step
	}
	step.Jump[0].To = s.task.No
	step.Done = s.task.Status == meeting.Done
	switch {
	case s.task.Status == meeting.Submitted:
		step.Do, step.Why, step.Chat, step.Jump = "在您的私聊里点〔通过〕", "自己办的不能自己验收，沉默也不算通过。", c.private, nil
	case !s.sync.IsZero() && !s.now.Before(s.sync):
		step.Do, step.Why = "替许哲交上成果", "完成要有凭据：文件、链接，或一句在哪里能看到。"
		step.Input, step.User, step.Jump = "完成 "+s.task.No+" https://example.com/a-plan-v1", c.owner, nil
	}
	return step
}
