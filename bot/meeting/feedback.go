package meeting

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// MarkRead is a reader's 已阅 (R56). It agrees to nothing (R62), so it may come
// from any card; who gave feedback keeps it.
func (x *Minutes) MarkRead(who PersonID, now time.Time) error {
	r, err := x.reader(who)
	if err != nil {
		return err
	}
	if r.Receipt != Unread {
		return Refuse("R56", "您已经回过了："+string(r.Receipt)+"。要补充请发“意见”。")
	}
	r.Receipt, r.At = Read, now
	x.note("已阅", who, string(Unread), string(Read), "")
	x.answered(now)
	return nil
}

// reader is the reader of that person, while the minutes are out for feedback.
func (x *Minutes) reader(who PersonID) (*Reader, error) {
	r := x.Reads(who)
	switch {
	case x.State == Final:
		return nil, ErrSealed
	case x.State != Issued && x.State != Revising:
		return nil, Refuse("R54", "纪要还没有分发，审核通过后请您看。")
	case r == nil:
		return nil, Refuse("R18", "这份纪要没有分发给您，请找"+x.Host.Token()+"。")
	}
	return r, nil
}

// decisive are words that make feedback a matter of the tasks and their dates.
var decisive = regexp.MustCompile(`待办|任务|截止|期限|责任人|[TD]-\d{8}|\d{1,2}\s*月\s*\d{1,2}|\d{1,2}\s*号|\b\d{1,2}[-/]\d{1,2}\b`)

// Give records one piece of feedback (R57): about a line, or without one. The
// first moves the minutes to 修订中. After the window it is kept as 窗口外 and
// holds nothing up. What touches a decision, or a task and its date, is for the
// host to answer (R58). Gaps: 建议.
func (x *Minutes) Give(who PersonID, it Item, now time.Time) (Item, error) {
	r, err := x.reader(who)
	if err != nil {
		return Item{}, err
	}
	it.Proposal, it.Reason = flat(it.Proposal), flat(it.Reason)
	switch {
	case it.Line < 0 || it.Line > len(x.Lines):
		return Item{}, Refuse("R57", fmt.Sprintf("纪要有%d行，没有第%d行。发“纪要”看行号。", len(x.Lines), it.Line))
	case it.Proposal == "":
		return Item{}, &Refusal{Rule: "R57", Gaps: []Gap{{Field: "建议", Rule: "R57", Say: "请写您的意见，如“意见 3 预算口径应为含税”。"}}}
	case it.Line > 0:
		l := x.Lines[it.Line-1]
		it.Quote, it.Decision = l.Text, l.Section == Resolutions
	}
	it.No, it.Author, it.At = len(x.Items)+1, who, now
	it.Late = !now.Before(x.FeedbackUntil)
	it.Decision = it.Decision || decisive.MatchString(it.Proposal+" "+it.Reason)
	x.Items = append(x.Items, it)
	r.Receipt, r.At = HasFeedback, now
	what := "意见"
	if it.Late {
		what = "意见（窗口外）"
	} else {
		x.revise()
	}
	x.note(what, who, it.Quote, it.Proposal, it.Reason)
	x.answered(now)
	return it, nil
}

// answered starts the clock of the 终稿 when the last reader answered before the
// window closed (R59).
func (x *Minutes) answered(now time.Time) {
	if x.FinalDue.IsZero() && x.AllAnswered() && now.Before(x.FeedbackUntil) {
		x.FinalDue = now.Add(finalWithin)
	}
}

// AllAnswered reports whether every reader said 已阅 or gave feedback.
func (x *Minutes) AllAnswered() bool { return len(x.Readers) > 0 && len(x.Silent()) == 0 }

// Silent are the readers who have not answered. Only the host and the recorder
// see who they are (R62, Q10).
func (x *Minutes) Silent() []PersonID {
	var out []PersonID
	for _, r := range x.Readers {
		if r.Receipt == Unread || r.Receipt == "" {
			out = append(out, r.Person)
		}
	}
	return out
}

// Waiting are the pieces of feedback that have still to be answered before the
// 终稿; those from outside the window hold nothing up.
func (x *Minutes) Waiting() []Item {
	return slices.DeleteFunc(slices.Clone(x.Items), func(it Item) bool { return it.Verdict != "" || it.Late })
}

// Answers is who answers a piece of feedback: the host about a decision, else
// the recorder, for whom the host may stand in (R58).
func (x *Minutes) Answers(it Item) PersonID {
	if it.Decision {
		return x.Host
	}
	return x.Recorder
}

// Answer says what becomes of feedback no (R58). Anything but 采纳 needs an
// answer, except a courtesy that is kept as a message. Gaps: 结果, 理由.
func (x *Minutes) Answer(who PersonID, no int, verdict ItemVerdict, answer string, now time.Time) error {
	switch {
	case x.State == Final:
		return ErrSealed
	case len(x.Items) == 0:
		return Refuse("R58", "现在没有要答复的意见。")
	case no < 1 || no > len(x.Items):
		return Refuse("R58", fmt.Sprintf("一共%d条意见，没有第%d条。", len(x.Items), no))
	}
	it := &x.Items[no-1]
	answer = flat(answer)
	switch {
	case who != x.Host && who != x.Recorder:
		return Refuse("R58", "要由记录人"+x.Recorder.Token()+"或主持人"+x.Host.Token()+"答复。")
	case who != x.Host && it.Decision:
		return Refuse("R58", fmt.Sprintf("第%d条涉及决议或待办，要主持人%s定。", no, x.Host.Token()))
	case !slices.Contains(verdict.Choices(), string(verdict)):
		g := Gap{Field: "结果", Rule: "R58", Say: fmt.Sprintf("第%d条怎么答复？", no)}
		for _, c := range verdict.Choices() {
			g.Choices = append(g.Choices, Choice{Label: c, Value: c})
		}
		return &Refusal{Rule: "R58", Gaps: []Gap{g}}
	case answer == "" && (verdict == PartAccepted || verdict == NotAccepted):
		return &Refusal{Rule: "R58", Gaps: []Gap{{Field: "理由", Rule: "R58", Say: "没有全部采纳，请写一句理由。"}}}
	}
	before := string(it.Verdict)
	it.Verdict, it.Answer, it.By, it.AnsweredAt = verdict, answer, who, now
	x.Terms++
	x.ApprovedAt = time.Time{}
	x.note("答复意见", who, before, string(verdict), answer)
	return nil
}

// flat is what was typed, on one line.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
