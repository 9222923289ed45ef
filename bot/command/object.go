package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func objecting() []bot.Command {
	return []bot.Command{
		bot.Define("异议", "对交给您的待办提不同意见，只有交办人看得到理由", object).In(headHandOut).
			Also("有异议").For(toConfirm),
		bot.Define("改期", "请交办人换个时间；确认以后就是申请延期", objectDate).In(headHandOut).
			Also("换个时间", "时间太紧").For(mayMove),
		bot.Define("换人", "这件事不该您办，请交办人换人", objectOwner).In(headHandOut).
			Also("不该我办", "不是我负责的", "不归我管", "应该给", "这个应该给", "这事应该给", "这活应该给").For(toConfirm),
		bot.Define("拒绝", "有困难，办不了，请交办人来定", decline).In(headHandOut).
			Also("有困难", "办不了").For(toConfirm),
	}
}

type objectArgs struct {
	ID     meeting.TaskID   `arg:"编号"          opt:"required find"`
	Due    meeting.Deadline `arg:"改到"`
	Owner  meeting.PersonID `alias:"换成"        arg:"换"`
	Reason string           `alias:"原因"        arg:"理由" opt:"rest"`
}

func object(_ context.Context, t *bot.Turn, a objectArgs) (bot.Reply, error) {
	gap := doubt(t, "改到", a.Due)
	p := meeting.Proposal{Kind: meeting.Decline, Reason: a.Reason, Owner: a.Owner, Due: settled(a.Due, gap)}
	switch {
	case a.Due.Raw != "":
		p.Kind = meeting.AnotherDate
	case a.Owner != meeting.Nobody:
		p.Kind = meeting.AnotherOwner
	}
	return propose(t, a.ID, p, gap)
}

// propose takes an objection to the host, and to nobody else: the group is not
// told why.
func propose(t *bot.Turn, id meeting.TaskID, p meeting.Proposal, gap *meeting.Gap) (bot.Reply, error) {
	k, err := t.Book.Task(id)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := instead(k.Object(t.Who, p, t.Now), gap); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	if err := refresh(t, k); err != nil {
		return bot.Reply{}, err
	}
	return tell(t, k, "等您答复").card("proposal", k.Host).done(t, "已告诉"+k.Host.Token()+"，等答复", ""), nil
}

// moveArgs carry what 延期 asks for as well: after the confirmation another date
// is an extension (6.1).
type moveArgs struct {
	ID     meeting.TaskID   `arg:"编号"        opt:"required find"`
	Due    meeting.Deadline `alias:"到"       arg:"改到" opt:"find"`
	Reason string           `arg:"理由"        opt:"rest"`
	NewDue meeting.Deadline `arg:"新日期"       opt:"hidden"`
	Why    string           `arg:"原因"        opt:"hidden"`
	Impact string           `arg:"影响"        opt:"hidden"`
	Done   string           `arg:"进展"        opt:"hidden"`
	Remedy string           `arg:"补救"        opt:"hidden"`
}

func mayMove(who meeting.PersonID, k *meeting.Task) bool {
	return k.Asked() == who || k.Owner == who && atWork(k)
}

func objectDate(ctx context.Context, t *bot.Turn, a moveArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if k.Owner == t.Who && k.Asked() != t.Who && atWork(k) {
		return extend(ctx, t, a.extension())
	}
	gap := doubt(t, "改到", a.Due)
	return propose(t, a.ID, meeting.Proposal{Kind: meeting.AnotherDate, Due: settled(a.Due, gap), Reason: a.Reason}, gap)
}

func (a moveArgs) extension() extendArgs {
	e := extendArgs{ID: a.ID, NewDue: a.NewDue, Reason: a.Why, Impact: a.Impact, Done: a.Done, Remedy: a.Remedy}
	if e.NewDue.Raw == "" {
		e.NewDue = a.Due
	}
	if e.Reason == "" {
		e.Reason = a.Reason
	}
	return e
}

type replaceArgs struct {
	ID     meeting.TaskID   `arg:"编号" opt:"required find"`
	Owner  meeting.PersonID `alias:"换成 给" arg:"换" opt:"find"`
	Reason string           `alias:"原因" arg:"理由" opt:"rest"`
}

func objectOwner(_ context.Context, t *bot.Turn, a replaceArgs) (bot.Reply, error) {
	return propose(t, a.ID, meeting.Proposal{Kind: meeting.AnotherOwner, Owner: a.Owner, Reason: a.Reason}, nil)
}

type declineArgs struct {
	ID     meeting.TaskID `arg:"编号" opt:"required find"`
	Reason string         `alias:"原因" arg:"理由" opt:"rest"`
}

func decline(_ context.Context, t *bot.Turn, a declineArgs) (bot.Reply, error) {
	return propose(t, a.ID, meeting.Proposal{Kind: meeting.Decline, Reason: a.Reason}, nil)
}
