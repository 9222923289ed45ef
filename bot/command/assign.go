package command

import (
	"context"
	"slices"

	"huiban/bot"
	"huiban/bot/meeting"
)

type assignArgs struct {
	Owner       meeting.PersonID   `alias:"负责人 谁"               arg:"责任人" opt:"required find" say:"由谁负责？请@一位同事。"`
	Task        string             `alias:"内容 事项 描述 任务描述"       arg:"任务"  opt:"required rest" say:"要做什么？请写做什么、做出什么，如“完成A方案技术文档”。"`
	Due         meeting.Deadline   `alias:"截止日期 截止时间 期限 日期"     arg:"截止"  opt:"find"`
	Priority    meeting.Priority   `alias:"优先级"                 arg:"优先"  opt:"find"`
	Deliverable string             `alias:"交付物 标准 验收标准"        arg:"交付"`
	Helpers     []meeting.PersonID `alias:"配合人 协助"              arg:"配合"`
	CC          []meeting.PersonID `alias:"抄给"                  arg:"抄送"`
	Acceptor    meeting.PersonID   `alias:"验收人"                 arg:"验收"`
}

func assigning() []bot.Command {
	return []bot.Command{
		bot.Define("待办", "交办一件事：谁、做什么、哪天要，三样都要", assign).In(headHandOut).
			Also("@", "交办", "派活", "新建待办", "新待办", "记一下", "记个待办"),
		bot.Define("任务", "看一项待办到哪了；写了责任人就是交办", taskOrAssign).In(headHandOut).
			Also("查看", "到哪了").For(noneUnnamed),
	}
}

// Check implements bot.Checker: all that is missing is asked for at once (R33).
func (a assignArgs) Check(t *bot.Turn) ([]meeting.Gap, error) {
	_, err := meeting.Assign(rehearsal{t.Book}, a.assignment(t), t.Now, t.Calendar)
	return nil, err
}

func (a assignArgs) assignment(t *bot.Turn) meeting.Assignment {
	return meeting.Assignment{
		By: t.Who, Owner: a.Owner, Acceptor: a.Acceptor, Helpers: a.Helpers, CC: a.CC,
		Description: a.Task, Deliverable: a.Deliverable, Due: a.Due, Priority: a.Priority,
		Chat: string(t.Chat), Source: meeting.AdHoc,
	}
}

// A rehearsal is the book while it is only asked whether an assignment is
// complete: the numbers it draws are none.
type rehearsal struct{ bot.Book }

// Serial implements meeting.Serials.
func (rehearsal) Serial(string) (int, error) { return 1, nil }

func assign(_ context.Context, t *bot.Turn, a assignArgs) (bot.Reply, error) {
	k, err := meeting.Assign(t.Book, a.assignment(t), t.Now, t.Calendar)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "交办")
	reply := bot.Reply{Toast: "已记下，等" + k.Owner.Token() + "确认。", Face: here(t, k)}
	if k.Asked() == meeting.Nobody {
		reply.Toast = "已记下。"
		r.why = "您是配合人或抄送人"
		r.card("task", around(k)...)
	} else {
		r.card("confirm", k.Owner)
		if t.Members != nil && !slices.Contains(t.Members, k.Owner) {
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
	ID          meeting.TaskID     `arg:"编号"              opt:"find"`
	Owner       meeting.PersonID   `alias:"负责人 谁"         arg:"责任人"      opt:"find"`
	Task        string             `alias:"内容 事项 描述 任务描述" arg:"任务"       opt:"rest"`
	Due         meeting.Deadline   `alias:"截止日期 截止时间 期限 日期" arg:"截止"    opt:"find"`
	Priority    meeting.Priority   `alias:"优先级"           arg:"优先"       opt:"find"`
	Deliverable string             `alias:"交付物 标准 验收标准"  arg:"交付"`
	Helpers     []meeting.PersonID `alias:"配合人 协助"        arg:"配合"`
	CC          []meeting.PersonID `alias:"抄给"            arg:"抄送"`
	Acceptor    meeting.PersonID   `alias:"验收人"           arg:"验收"`
}

// Check implements bot.Checker.
func (a taskArgs) Check(t *bot.Turn) ([]meeting.Gap, error) {
	if !a.assigns() {
		return nil, nil
	}
	return a.assignArgs().Check(t)
}

// assigns reports whether the words hand something out.
func (a taskArgs) assigns() bool { return a.ID == 0 || a.Owner != meeting.Nobody }

func (a taskArgs) assignArgs() assignArgs {
	return assignArgs{
		Owner: a.Owner, Task: a.Task, Due: a.Due, Priority: a.Priority, Deliverable: a.Deliverable,
		Helpers: a.Helpers, CC: a.CC, Acceptor: a.Acceptor,
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
	if !t.Private && k.Chat == string(t.Chat) {
		return bot.Reply{Face: here(t, k)}, nil
	}
	return private(t, bot.Face{Name: "task", Of: k.Ref(), For: t.Who}, ""), nil
}
