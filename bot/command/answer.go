package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

// A hostWord is the host's word on an objection.
type hostWord string

// The words of 答复.
const (
	sayYes   hostWord = "同意"
	sayOther hostWord = "换人"
	sayDate  hostWord = "改到"
	sayNo    hostWord = "不同意"
)

// Choices lists the words in the order shown.
func (hostWord) Choices() []string {
	return []string{string(sayYes), string(sayOther), string(sayDate), string(sayNo)}
}

func answering() []bot.Command {
	return []bot.Command{
		bot.Define("答复", "答复责任人的异议：同意、换人、改到别的日期或不同意", answer).In(headHandOut).
			Also("答复异议").For(toAnswer),
	}
}

func toAnswer(who meeting.PersonID, k *meeting.Task) bool { return k.Proposal != nil && k.Host == who }

type answerArgs struct {
	ID     meeting.TaskID   `arg:"编号"      opt:"find"`
	Word   hostWord         `arg:"答复"      opt:"find"`
	Due    meeting.Deadline `alias:"新日期" arg:"改到" opt:"find"`
	Owner  meeting.PersonID `alias:"换成"   arg:"换"  opt:"find"`
	Reason string           `alias:"原因"   arg:"理由" opt:"rest"`
}

func answer(ctx context.Context, t *bot.Turn, a answerArgs) (bot.Reply, error) {
	if item, ok := itemAnswer(a.Reason); ok && a.Word == "" && a.Due.Raw == "" && a.Owner == meeting.Nobody {
		return answerItem(ctx, t, item) // 答复 1 采纳: of minutes (R58)
	}
	if a.ID == 0 {
		return bot.Reply{}, meeting.Refuse("R66", noTask("答复")+"答复纪要的意见请发“答复意见 1 采纳”。")
	}
	k, err := t.Book.Task(a.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.to(t, k)
}

// to answers the objection of a task.
func (a answerArgs) to(t *bot.Turn, k *meeting.Task) (bot.Reply, error) {
	if k.Proposal != nil {
		if err := k.Agrees(t.Seen, k.Proposal.Version()); err != nil {
			return bot.Reply{}, err
		}
	}
	gap := doubt(t, "改到", a.Due)
	due := settled(a.Due, gap)
	before := *k
	err := k.AnswerProposal(t.Who, a.accepts(), due, a.Owner, a.Reason, t.Now)
	if err == nil {
		gap = a.gap(gap)
	}
	if err := instead(err, gap); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveTask(k); err != nil {
		return bot.Reply{}, err
	}
	if err := refresh(t, k); err != nil {
		return bot.Reply{}, err
	}
	return answered(t, k, before, a.Reason), nil
}

// accepts reports whether what was proposed is taken; naming a date or a person
// is a counter-offer even if it was introduced by 同意.
func (a answerArgs) accepts() bool { return a.Word == sayYes }

// gap is what the word lacks, if the date itself is not in doubt.
func (a answerArgs) gap(date *meeting.Gap) *meeting.Gap {
	var g meeting.Gap
	switch {
	case date != nil:
		return date
	case a.Due.Raw != "" || a.Owner != meeting.Nobody:
		return nil
	case a.Word == "":
		g = choose("答复", "R45", "怎么答复？", a.Word.Choices()...)
	case a.Word == sayDate:
		g = meeting.Gap{Field: "改到", Rule: "R45", Say: "改到哪天？也可以写几点。"}
	case a.Word == sayOther:
		g = meeting.Gap{Field: "换", Rule: "R45", Say: "换谁？请@一位同事。"}
	default:
		return nil
	}
	return &g
}

// answered tells everybody whom the host's answer concerns.
func answered(t *bot.Turn, k *meeting.Task, before meeting.Task, reason string) bot.Reply {
	r := tell(t, k, "对异议的答复")
	objector := before.Asked()
	host := t.Who.Token()
	switch asked := k.Asked(); {
	case asked == objector:
		if reason != "" {
			r.posts = append(r.posts, tell(t, k, r.why).text(host+"答复了您对"+quote(k)+"的意见"+because(reason)+"。", asked).posts...)
		}
		return r.card("confirm", asked).done(t, "已答复，请"+asked.Token()+"再确认", "")
	case asked != meeting.Nobody:
		return r.text(host+"已把"+quote(k)+"换给"+asked.Token()+"，您不用再办。", objector).
			card("confirm", asked).done(t, "已请"+asked.Token()+"确认", "")
	case before.NextOwner != meeting.Nobody && k.Owner == before.Owner:
		return r.text(quote(k)+"不用您接手了，仍由"+k.Owner.Token()+"负责。", objector).
			text(objector.Token()+"没有接手"+quote(k)+"，仍由您负责"+by(t, k.Due)+"完成。", k.Owner).
			done(t, "已答复，仍由"+k.Owner.Token()+"负责", "")
	case k.Owner == t.Who:
		r.text(quote(k)+"改由"+host+"负责，您不用再办。", objector, before.Owner)
		return r.card("task", around(k)...).done(t, "已改由您负责", by(t, k.Due)+"完成")
	}
	r.text(host+"同意"+quote(k)+"改到"+meeting.Moment(k.Due, t.Now)+"前，已算您确认。", k.Owner)
	r.why = "您是配合人或抄送人"
	return r.card("task", around(k)...).done(t, "已同意", by(t, k.Due)+"完成")
}
