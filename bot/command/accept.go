package command

import (
	"context"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A result is the acceptor's word.
type result string

// The words of 验收.
const (
	passed   result = meeting.Passed
	returned result = meeting.Returned
)

// Choices lists the words in the order shown.
func (result) Choices() []string { return []string{string(passed), string(returned)} }

func accepting() []bot.Command {
	return []bot.Command{
		bot.Define("验收", "验收提交的结果：通过，或退回并写明还缺什么", accept).In(headFinish).For(toAccept),
	}
}

func toAccept(who meeting.PersonID, k *meeting.Task) bool {
	return k.Status == meeting.Submitted && k.Acceptor == who
}

type acceptArgs struct {
	ID      meeting.TaskID   `arg:"编号"         opt:"required find"`
	Result  result           `alias:"验收"      arg:"结果"           opt:"find"`
	Due     meeting.Deadline `alias:"重交日期"    arg:"重交"          opt:"find"`
	Missing string           `alias:"缺 原因 意见" arg:"缺什么"          opt:"rest"`
}

func accept(_ context.Context, t *bot.Turn, a acceptArgs) (bot.Reply, error) {
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.of(t, k)
}

// of is the word on what was submitted.
func (a acceptArgs) of(t *bot.Turn, k *meeting.Task) (bot.Reply, error) {
	if a.Result == returned {
		return a.back(t, k)
	}
	if err := k.Accept(t.Who, t.Seen, t.Now, t.Calendar); err != nil {
		return bot.Reply{}, err
	}
	if a.Result == "" {
		return bot.Reply{}, &meeting.Refusal{Rule: "R84", Gaps: []meeting.Gap{choose("结果", "R84", quote(k)+"通过还是退回？", a.Result.Choices()...)}}
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	end, err := closing(t, k.Meeting)
	if err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, k, "验收结果").
		text(t.Who.Token()+"验收通过了"+quote(k)+onTime(k)+"。辛苦了。", k.Owner).
		text(t.Who.Token()+"验收通过了"+quote(k)+onTime(k)+"。", append([]meeting.PersonID{k.Host}, around(k)...)...)
	r.posts = append(r.posts, end...)
	return r.done(t, "已验收通过", onTime(k)), nil
}

// onTime says how many days late the task was done (R86), if any.
func onTime(k *meeting.Task) string {
	if k.OverdueDays == 0 {
		return "，按时完成"
	}
	return fmt.Sprintf("，共逾期%d个工作日", k.OverdueDays)
}

func (a acceptArgs) back(t *bot.Turn, k *meeting.Task) (bot.Reply, error) {
	gap := doubt(t, "重交", a.Due)
	if a.Due.Raw == "" && !k.Due.After(t.Now) {
		gap = &meeting.Gap{Field: "重交", Rule: "R85", Say: "原来的日期已经过了，哪天重交？"}
	}
	err := k.Return(t.Who, a.Missing, settled(a.Due, gap), t.Now, t.Calendar)
	if err := instead(err, gap); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	again := ""
	if k.Due.After(t.Now) {
		again = by(t, k.Due) + "重交"
	}
	return tell(t, k, "验收退回").card("task", k.Owner).
		text(t.Who.Token()+"退回了"+quote(k)+"，还缺："+cut(line(a.Missing), 100)+"。", k.Host).
		done(t, "已退回，请"+k.Owner.Token()+"补", again), nil
}
