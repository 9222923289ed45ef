package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// bare are words that mean something only where one thing waits for who says
// them: as a reply to a card, or when nothing else waits (6.1).
func bare() []bot.Command {
	none := noneUnnamed
	return []bot.Command{
		bot.Define("通过", "验收或延期只等您一句时，回“通过”", pass).In(headShort).For(none),
		bot.Define("退回", "验收只等您一句时，回“退回 缺什么”", sendBack).In(headShort).For(none),
		bot.Define("同意", "异议、延期或确认只等您一句时，回“同意”", agree).In(headShort).For(none),
		bot.Define("不同意", "异议或延期只等您一句时，回“不同意 原因”", disagree).In(headShort).For(none),
		bot.Define("可以", "和“同意”一样", fine).In(headShort).Also("没问题", "没有问题", "行", "好的", "好", "ok").For(none),
		bot.Define("收到", "只等您确认一项待办时，回“收到”就是确认", received).In(headShort).Also("收到了").For(none),
	}
}

// A thing is what can wait for a person's word.
type thing string

// The things.
const (
	confirmation thing = "确认"
	objection    thing = "答复异议"
	extension    thing = "审批延期"
	acceptance   thing = "验收"
)

// waits lists what of a task waits for the person now.
func waits(who meeting.PersonID, k *meeting.Task) []thing {
	var out []thing
	if k.Asked() == who && k.Proposal == nil {
		out = append(out, confirmation)
	}
	if toAnswer(who, k) {
		out = append(out, objection)
	}
	if toRule(who, k) {
		out = append(out, extension)
	}
	if toAccept(who, k) {
		out = append(out, acceptance)
	}
	return out
}

// only finds the one task of which one of the things waits for the speaker: the
// task named or replied to, else the only one there is. Of several it asks.
func only(t *bot.Turn, word string, id meeting.TaskID, fits ...thing) (*meeting.Task, thing, error) {
	match := func(w thing) bool { return slices.Contains(fits, w) }
	if id != 0 {
		k, err := t.Book.Task(id)
		if err != nil {
			return nil, "", err
		}
		w := waits(t.Who, k)
		if i := slices.IndexFunc(w, match); i >= 0 {
			return k, w[i], nil
		}
		return nil, "", meeting.Refuse("6.1", quote(k)+"现在没有等您“"+word+"”的事。（"+k.No+"）")
	}
	found, what, err := waiting(t, match)
	if err != nil {
		return nil, "", err
	}
	switch len(found) {
	case 0:
		return nil, "", meeting.Refuse("6.1", "现在没有等您“"+word+"”的事。发“我的待办”看看。")
	case 1:
		return found[0], what[0], nil
	}
	g := meeting.Gap{Field: "编号", Rule: "6.1", Say: "有几件事在等您，“" + word + "”是哪一件？"}
	for i, k := range found {
		g.Choices = append(g.Choices, meeting.Choice{Label: string(what[i]) + "：" + cut(line(k.Description), 14), Value: k.No})
	}
	return nil, "", &meeting.Refusal{Rule: "6.1", Gaps: []meeting.Gap{g}}
}

// waiting lists the tasks that wait for the speaker's word, and for which.
func waiting(t *bot.Turn, match func(thing) bool) (found []*meeting.Task, what []thing, err error) {
	open, err := t.Book.FindTasks(meeting.TaskQuery{Involves: t.Who, Open: true})
	if err != nil {
		return nil, nil, fmt.Errorf("tasks of person %d: %w", t.Who, err)
	}
	for _, k := range open {
		for _, w := range waits(t.Who, k) {
			if match(w) {
				found, what = append(found, k), append(what, w)
			}
		}
	}
	return found, what, nil
}

// assent reports whether words that came along with a yes are nothing but more
// of it.
func assent(note string) bool {
	for _, w := range strings.FieldsFunc(note, func(r rune) bool { return strings.ContainsRune("，,。.！!～~、；; \n", r) }) {
		if !slices.Contains([]string{"确认", "收到", "可以", "没问题", "好", "好的", "行", "同意", "谢谢", "ok", "OK", "了", "通过"}, w) {
			return false
		}
	}
	return true
}

// halfYes refuses a yes with a condition: it is none (R45).
func halfYes(k *meeting.Task) error {
	return meeting.Refuse("R45", "只回“确认”才算接下"+quote(k)+"。想换时间请发“改期”，办不了请发“拒绝”，都写一句理由。（"+k.No+"）")
}

type passArgs struct {
	ID   meeting.TaskID   `arg:"编号"  opt:"find"`
	Due  meeting.Deadline `arg:"新日期" opt:"find"`
	Note string           `arg:"原因"  opt:"rest"`
}

func pass(_ context.Context, t *bot.Turn, a passArgs) (bot.Reply, error) {
	if r, ok, err := reviewed(t, "通过", a.ID, reviewArgs{Word: passes}, acceptance, extension); err != nil || ok {
		return r, err
	}
	k, what, err := only(t, "通过", a.ID, acceptance, extension)
	if err != nil {
		return bot.Reply{}, err
	}
	if what == acceptance {
		return acceptArgs{Result: passed}.of(t, k)
	}
	return ruleArgs{Verdict: meeting.Agree, Due: a.Due, Reason: a.Note}.on(t, k)
}

type sendBackArgs struct {
	ID      meeting.TaskID   `arg:"编号"         opt:"find"`
	Due     meeting.Deadline `alias:"重交日期"    arg:"重交"`
	Missing string           `alias:"缺 原因" arg:"缺什么" opt:"rest"`
}

func sendBack(_ context.Context, t *bot.Turn, a sendBackArgs) (bot.Reply, error) {
	if r, ok, err := reviewed(t, "退回", a.ID, reviewArgs{Word: fails, Reason: a.Missing}, acceptance); err != nil || ok {
		return r, renamed(err, "原因", "缺什么")
	}
	k, _, err := only(t, "退回", a.ID, acceptance)
	if err != nil {
		return bot.Reply{}, err
	}
	return acceptArgs{Result: returned, Due: a.Due, Missing: a.Missing}.of(t, k)
}

type agreeArgs struct {
	ID     meeting.TaskID   `arg:"编号"       opt:"find"`
	NewDue meeting.Deadline `alias:"到"      arg:"新日期"        opt:"find"`
	Due    meeting.Deadline `arg:"改到"       opt:"hidden"`
	Owner  meeting.PersonID `arg:"换"`
	Reason string           `alias:"理由"     arg:"原因"         opt:"rest"`
}

func agree(_ context.Context, t *bot.Turn, a agreeArgs) (bot.Reply, error) {
	fits := []thing{objection, extension, confirmation}
	if r, ok, err := reviewed(t, "同意", a.ID, reviewArgs{Word: passes}, fits...); err != nil || ok {
		return r, err
	}
	return a.say(t, "同意", fits...)
}

func fine(_ context.Context, t *bot.Turn, a agreeArgs) (bot.Reply, error) {
	return a.say(t, "可以", confirmation, objection, extension)
}

func (a agreeArgs) say(t *bot.Turn, word string, fits ...thing) (bot.Reply, error) {
	k, what, err := only(t, word, a.ID, fits...)
	if err != nil {
		return bot.Reply{}, err
	}
	date := a.Due
	if date.Raw == "" {
		date = a.NewDue
	}
	switch what {
	case objection:
		return answerArgs{Word: sayYes, Due: date, Owner: a.Owner, Reason: a.Reason}.to(t, k)
	case extension:
		return ruleArgs{Verdict: meeting.Agree, Due: date, Reason: a.Reason}.on(t, k)
	case confirmation, acceptance:
	}
	if !assent(a.Reason) || date.Raw != "" || a.Owner != meeting.Nobody {
		return bot.Reply{}, halfYes(k)
	}
	return confirmed(t, k)
}

type disagreeArgs struct {
	ID     meeting.TaskID `arg:"编号"    opt:"find"`
	Reason string         `arg:"原因"    opt:"rest"`
	Why    string         `arg:"理由"    opt:"hidden"`
}

func disagree(_ context.Context, t *bot.Turn, a disagreeArgs) (bot.Reply, error) {
	k, what, err := only(t, "不同意", a.ID, objection, extension, confirmation)
	if err != nil {
		return bot.Reply{}, err
	}
	reason := a.Reason
	if reason == "" {
		reason = a.Why
	}
	switch what {
	case objection:
		return answerArgs{Word: sayNo, Reason: reason}.to(t, k)
	case extension:
		return ruleArgs{Verdict: meeting.Disagree, Reason: reason}.on(t, k)
	case confirmation, acceptance:
	}
	return propose(t, k.ID, meeting.Proposal{Kind: meeting.Decline, Reason: reason}, nil)
}

type receivedArgs struct {
	ID   meeting.TaskID `arg:"编号" opt:"find"`
	Note string         `arg:"附言" opt:"rest"`
}

// received is a confirmation in a private chat and as a reply to a card; in a
// group it is chatter and answered with nothing (6.1).
func received(_ context.Context, t *bot.Turn, a receivedArgs) (bot.Reply, error) {
	if !t.Private && a.ID == 0 {
		return bot.Reply{}, nil
	}
	k, _, err := only(t, "收到", a.ID, confirmation)
	if err != nil {
		return bot.Reply{}, err
	}
	if !assent(a.Note) {
		return bot.Reply{}, halfYes(k)
	}
	return confirmed(t, k)
}
