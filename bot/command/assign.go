package command

import (
	"context"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

type assignArgs struct {
	Owner       meeting.PersonID   `arg:"责任人" alias:"负责人 谁" opt:"required find" say:"由谁负责？请@一位同事。"`
	Task        string             `arg:"任务" alias:"内容 事项 描述 任务描述" opt:"required rest" say:"要做什么？请写做什么、做出什么，如“完成A方案技术文档”。"`
	Due         meeting.Deadline   `arg:"截止" alias:"截止日期 截止时间 期限 日期" opt:"required find" say:"哪天要？请给一个日期，也可以写几点。"`
	Priority    meeting.Priority   `arg:"优先" alias:"优先级" opt:"find offer" preset:"中"`
	Deliverable string             `arg:"交付" alias:"交付物 标准 验收标准" opt:"offer"`
	Helpers     []meeting.PersonID `arg:"配合" alias:"配合人 协助" opt:"offer"`
	CC          []meeting.PersonID `arg:"抄送" alias:"抄给" opt:"offer"`
	Acceptor    meeting.PersonID   `arg:"验收" alias:"验收人"`
	Entry       string             `arg:"记录" opt:"hidden"`
	Meeting     string             `arg:"会议" opt:"hidden"`
}

func assigning() []bot.Command {
	return []bot.Command{
		bot.Define("待办", "交办一件事：谁、做什么、哪天要，三样都要", assign).In(headHandOut).
			Also("@", "交办", "派活", "新建待办", "新待办", "记一下", "记个待办").Partial().Tag(),
		bot.Define("任务", "看一项待办到哪了；写了责任人就是交办", taskOrAssign).In(headHandOut).
			Also("查看", "到哪了").For(noneUnnamed).Tag(),
	}
}

func (a assignArgs) assignment(t *bot.Turn) meeting.Assignment {
	return meeting.Assignment{
		By: t.Who, Owner: a.Owner, Acceptor: a.Acceptor, Helpers: a.Helpers, CC: a.CC,
		Description: a.Task, Deliverable: a.Deliverable, Due: a.Due, Priority: a.Priority,
		Chat: string(t.Chat), Source: meeting.AdHoc,
	}
}

func assign(_ context.Context, t *bot.Turn, a assignArgs) (bot.Reply, error) {
	m, err := a.meeting(t)
	if err != nil {
		return bot.Reply{}, err
	}
	if m != nil {
		return assignIn(t, m, a)
	}
	k, err := meeting.Assign(t.Book, a.assignment(t), t.Now, t.Calendar)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	return handedOut(t, k)
}

// handedOut shows the task where the words were said and asks its owner.
func handedOut(t *bot.Turn, k *meeting.Task) (bot.Reply, error) {
	r := tell(t, k, "交办")
	reply := bot.Reply{Toast: "已记下，等" + k.Owner.Token() + "确认。", Face: here(t, k)}
	if k.Asked() == meeting.Nobody {
		reply.Toast = "已记下。"
		r.why = "您是配合人或抄送人"
		r.card("task", around(k)...)
	} else {
		r.card("confirm", k.Owner)
		outside, err := t.Outside(k.Owner)
		if err != nil {
			return bot.Reply{}, fmt.Errorf("owner %d: %w", k.Owner, err)
		}
		if outside {
			reply.Text = k.Owner.Token() + "不在这个群，确认卡已私聊发给本人。"
		}
	}
	reply.Posts = r.posts
	return reply, nil
}

// here is the task's card where the words were said.
func here(t *bot.Turn, k *meeting.Task) bot.Face {
	f := bot.Face{Name: "task", Of: k.Ref()}
	if t.Private {
		f.For = t.Who
	}
	return f
}

// noneUnnamed is for commands that look only at a task that was named.
func noneUnnamed(meeting.PersonID, *meeting.Task) bool { return false }

// taskArgs are those of 待办 and a number: 任务 is said for both (6.1).
type taskArgs struct {
	ID          meeting.TaskID     `arg:"编号" opt:"find"`
	Owner       meeting.PersonID   `arg:"责任人" alias:"负责人 谁" opt:"find" say:"由谁负责？请@一位同事。"`
	Task        string             `arg:"任务" alias:"内容 事项 描述 任务描述" opt:"rest" say:"要做什么？请写做什么、做出什么，如“完成A方案技术文档”。"`
	Due         meeting.Deadline   `arg:"截止" alias:"截止日期 截止时间 期限 日期" opt:"find" say:"哪天要？请给一个日期，也可以写几点。"`
	Priority    meeting.Priority   `arg:"优先" alias:"优先级" opt:"find offer" preset:"中"`
	Deliverable string             `arg:"交付" alias:"交付物 标准 验收标准" opt:"offer"`
	Helpers     []meeting.PersonID `arg:"配合" alias:"配合人 协助" opt:"offer"`
	CC          []meeting.PersonID `arg:"抄送" alias:"抄给" opt:"offer"`
	Acceptor    meeting.PersonID   `arg:"验收" alias:"验收人"`
	Entry       string             `arg:"记录" opt:"hidden"`
	Meeting     string             `arg:"会议" opt:"hidden"`
}

// assigns reports whether the words hand something out.
func (a taskArgs) assigns() bool { return a.ID == 0 || a.Owner != meeting.Nobody }

func (a taskArgs) assignArgs() assignArgs {
	return assignArgs{
		Owner: a.Owner, Task: a.Task, Due: a.Due, Priority: a.Priority, Deliverable: a.Deliverable,
		Helpers: a.Helpers, CC: a.CC, Acceptor: a.Acceptor, Entry: a.Entry, Meeting: a.Meeting,
	}
}

func taskOrAssign(ctx context.Context, t *bot.Turn, a taskArgs) (bot.Reply, error) {
	if a.assigns() {
		return assign(ctx, t, a.assignArgs())
	}
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	belongs, err := t.In(k.Chat, k.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	if belongs {
		return bot.Reply{Face: here(t, k)}, nil
	}
	return private(t, bot.Face{Name: "task", Of: k.Ref(), For: t.Who}, ""), nil
}
