package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func extending() []bot.Command {
	return []bot.Command{
		bot.Define("延期", "申请更晚的日期，要写原因、影响、进展和补救", extend).In(headWork).
			Also("申请延期", "要延期", "需要延期", "延其").For(toWork),
		bot.Define("审批", "答复延期申请：同意、改到别的日期或不同意", rule).In(headWork).
			Also("审批延期").For(toRule),
	}
}

func toRule(who meeting.PersonID, k *meeting.Task) bool {
	return k.Extension != nil && k.Extension.Asked == who
}

type extendArgs struct {
	ID     meeting.TaskID   `arg:"编号"           opt:"required find"`
	NewDue meeting.Deadline `alias:"延到 延期到 到"  arg:"新日期"          opt:"find"`
	Impact string           `arg:"影响"`
	Done   string           `alias:"目前进展"      arg:"进展"`
	Remedy string           `alias:"补救措施 措施"   arg:"补救"`
	Reason string           `arg:"原因"           opt:"rest"`
}

func extend(_ context.Context, t *bot.Turn, a extendArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	gap := doubt(t, "新日期", a.NewDue)
	e := meeting.Extension{NewDue: settled(a.NewDue, gap), Reason: a.Reason, Impact: a.Impact, Done: a.Done, Remedy: a.Remedy}
	if err := instead(k.AskExtension(t.Book, e, t.Who, t.Now), gap); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	asked := k.Extension.Asked
	more := "，申请延到" + meeting.Moment(k.Extension.NewDue, t.Now) + "前"
	reply := tell(t, k, "延期申请等您答复").card("extension", asked).done(t, "已提交，等"+asked.Token()+"答复", more)
	if k.Extension.Late {
		reply.Toast += "已过截止，按逾期补办，逾期天数照记。"
	}
	return reply, nil
}

type ruleArgs struct {
	ID      meeting.TaskID   `arg:"编号"        opt:"required find"`
	Verdict meeting.Verdict  `arg:"审批"        opt:"find"`
	Due     meeting.Deadline `alias:"批准到"    arg:"新日期"          opt:"find"`
	Reason  string           `alias:"理由 意见" arg:"原因"           opt:"rest"`
}

func rule(_ context.Context, t *bot.Turn, a ruleArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.on(t, k)
}

// on answers the request that waits on a task. A date said along with 同意, or
// alone, is the date that is granted.
func (a ruleArgs) on(t *bot.Turn, k *meeting.Task) (bot.Reply, error) {
	gap := doubt(t, "新日期", a.Due)
	due := settled(a.Due, gap)
	v := a.Verdict
	if a.Due.Raw != "" && v != meeting.Disagree {
		v = meeting.AnotherDue
	}
	by := meeting.Nobody
	if k.Extension != nil {
		by = k.Extension.By
		if err := k.Agrees(t.Seen, k.Extension.Version()); err != nil {
			return bot.Reply{}, err
		}
	}
	if err := instead(k.AnswerExtension(t.Who, v, due, a.Reason, t.Now, t.Calendar), gap); err != nil {
		return bot.Reply{}, offer(err, "审批", choose("审批", "", "", a.Verdict.Choices()...).Choices)
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	until := meeting.Moment(k.Due, t.Now) + "前"
	r := tell(t, k, "延期申请的答复")
	if v == meeting.Disagree {
		return r.text(t.Who.Token()+"没有同意"+quote(k)+"延期"+because(a.Reason)+"。仍是"+until+"。", by, k.Owner, k.Host).
			done(t, "已答复，不同意延期", "，仍是"+until), nil
	}
	return r.text(t.Who.Token()+"已批准"+quote(k)+"延到"+until+"，提醒按新日期来。", by, k.Owner, k.Host).
		text(quote(k)+"延到"+until+"。", around(k)...).
		done(t, "已批准延期", "，新的截止是"+until), nil
}
