package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/wording"
)

// An estimateWord says when a late draft will be there.
type estimateWord string

// Choices lists the words in the order shown.
func (estimateWord) Choices() []string {
	return []string{"半小时内", "今天下班前", "需要帮忙"}
}

type estimateArgs struct {
	Meeting string       `arg:"会议"`
	When    estimateWord `arg:"预计" opt:"find"`
	Text    string       `arg:"说明" opt:"rest"`
}

// estimate tells the host when the draft that is late will be there (M12). The
// limit stays where it is.
func estimate(_ context.Context, t *bot.Turn, a estimateArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, stands(meeting.Drafting, meeting.SentBack))
	if err != nil {
		return bot.Reply{}, err
	}
	say := strings.Trim(string(a.When)+"，"+line(a.Text), "，")
	switch {
	case t.Who != x.Recorder:
		return bot.Reply{}, meeting.Refuse("R50", "初稿由记录人"+x.Recorder.Token()+"写，请他来说。")
	case x.State != meeting.Drafting && x.State != meeting.SentBack:
		return bot.Reply{}, meeting.Refuse("R50", "初稿已经提交了，不用再说。")
	case say == "":
		return bot.Reply{}, &meeting.Refusal{Rule: "R50", Gaps: []meeting.Gap{choose("预计", "R50", "大概几点能好？", a.When.Choices()...)}}
	}
	r := tell(t, x, "初稿晚了，记录人说了预计")
	r.text(t.Who.Token()+"说"+title(m)+"的纪要初稿："+cut(say, 60)+"。", x.Host)
	return r.done(t, "已告诉"+x.Host.Token(), ""), nil
}

type submitArgs struct {
	Meeting string           `arg:"会议"`
	Rewrite string           `arg:"改成" alias:"改为 改写" opt:"rest"`
	Speaker meeting.PersonID `arg:"引用" alias:"观点 谁的观点"`
	Line    *int             `arg:"行号" opt:"hidden"`
}

// asView answers the question about a subjective line with: keep it as a view.
const asView = "作为观点引用"

// submitMinutes hands the draft over. Lines with words of opinion are asked about
// one after the other, and what is answered stays, also if another one follows
// (R52).
func submitMinutes(_ context.Context, t *bot.Turn, a submitArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, func(x *meeting.Minutes) bool {
		return t.Who == x.Recorder && (x.State == meeting.Drafting || x.State == meeting.SentBack)
	})
	if err != nil {
		return bot.Reply{}, err
	}
	tasks, err := t.Book.FindTasks(meeting.TaskQuery{Meeting: m.ID})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("tasks of meeting %d: %w", m.ID, err)
	}
	lists := wording.DefaultLists()
	terms := x.Terms
	if err := a.mend(t, x, lists); err != nil {
		return refuse(t, x, err)
	}
	text, err := textOf(t, x, m, draftMark(x))
	if err != nil {
		return bot.Reply{}, err
	}
	err = x.Submit(t.Who, x.Lacks(m, len(tasks)), lists, text, t.Now)
	if err != nil && x.Lacks(m, len(tasks)).None() && t.Who == x.Recorder {
		if hits := x.Subjective(lists); len(hits) > 0 && (x.State == meeting.Drafting || x.State == meeting.SentBack) {
			return a.ask(t, x, hits[0], err, x.Terms != terms)
		}
	}
	if err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, "纪要请您审核").card("review", x.Reviews())
	return r.done(t, "已提审", x.Edition()+"，等"+x.Reviews().Token()+"审核，须"+limit(t, x.IssueDue)+"分发"), nil
}

// mend applies what was answered about the line that was asked about.
func (a submitArgs) mend(t *bot.Turn, x *meeting.Minutes, lists wording.Lists) error {
	if a.Line == nil && a.Speaker == meeting.Nobody && a.Rewrite == "" {
		return nil
	}
	hits := x.Subjective(lists)
	if len(hits) == 0 || a.Line != nil && hits[0].Line != *a.Line || a.Line == nil && a.Rewrite != "" {
		return nil // answered meanwhile, or words behind 提审 that answer nothing
	}
	switch {
	case a.Speaker != meeting.Nobody:
		return x.Quote(t.Who, hits[0].Line, a.Speaker)
	case a.Rewrite == asView:
		return x.Quote(t.Who, hits[0].Line, x.Lines[hits[0].Line-1].Speaker)
	case a.Rewrite != "":
		return x.Rewrite(t.Who, hits[0].Line, a.Rewrite)
	}
	return nil
}

// ask leaves the question about a subjective line behind; what was mended before
// is kept.
func (a submitArgs) ask(t *bot.Turn, x *meeting.Minutes, hit meeting.Subjective, why error, changed bool) (bot.Reply, error) {
	if changed {
		if err := t.Book.SaveMinutes(x); err != nil {
			return bot.Reply{}, err
		}
	}
	g := meeting.Gap{Field: "改成", Rule: "R52", Say: why.Error()}
	if x.Lines[hit.Line-1].Speaker != meeting.Nobody {
		g.Choices = []meeting.Choice{{Label: asView, Value: asView}}
	} else {
		g.Say += "引用请回“引用:@本人”。"
	}
	return bot.Reply{Ask: &bot.Ask{
		Have: map[string]string{"会议": minutesKey(x), "行号": strconv.Itoa(hit.Line), "改成": "", "引用": ""},
		Gaps: []meeting.Gap{g},
	}}, nil
}

// A verdictWord is the reviewer's word.
type verdictWord string

// The words of 审核.
const (
	passes verdictWord = "通过"
	fails  verdictWord = "退回"
)

// Choices lists the words in the order shown.
func (verdictWord) Choices() []string { return []string{string(passes), string(fails)} }

type reviewArgs struct {
	Meeting string      `arg:"会议"`
	Word    verdictWord `arg:"结果" opt:"find"`
	Sure    bool        `arg:"确认" opt:"find"`
	Reason  string      `arg:"原因" alias:"理由" opt:"rest"`
}

// reviewMinutes is the reviewer's word (R54): a first 通过 shows to whom it goes,
// the second lets it out; 退回 says why.
func reviewMinutes(_ context.Context, t *bot.Turn, a reviewArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, toReview(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	if rest, ok := strings.CutPrefix(a.Reason, string(fails)); ok { // 退回 测试还没通过
		a.Word, a.Reason = fails, strings.TrimSpace(rest)+string(passes)
	}
	return a.of(t, x, m)
}

// toReview is what waits for a person's review.
func toReview(who meeting.PersonID) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool {
		return x.State == meeting.Reviewing && x.Reviews() == who ||
			x.State == meeting.Revising && x.Host == who && x.ApprovedAt.IsZero() && len(x.Waiting()) == 0
	}
}

func (a reviewArgs) of(t *bot.Turn, x *meeting.Minutes, m *meeting.Meeting) (bot.Reply, error) {
	switch {
	case x.State == meeting.Revising:
		return a.revised(t, x)
	case a.Word == fails:
		if err := x.SendBack(t.Who, a.Reason, t.Seen); err != nil {
			return refuse(t, x, err)
		}
		if err := t.Book.SaveMinutes(x); err != nil {
			return bot.Reply{}, err
		}
		face := "drafting"
		if x.Erratum != nil {
			face = "review"
		}
		return tell(t, x, string(x.Kind)+"退回修改").card(face, x.Recorder).done(t, "已退回", "，已告诉"+x.Recorder.Token()), nil
	}
	if err := x.MayIssue(t.Who, t.Seen); err != nil {
		return refuse(t, x, err)
	}
	switch {
	case a.Word == "":
		return bot.Reply{}, &meeting.Refusal{Rule: "R54", Gaps: []meeting.Gap{choose("结果", "R54", "通过，还是退回？", a.Word.Choices()...)}}
	case x.Erratum != nil:
		return passErratum(t, x, m)
	case !a.Sure:
		return show(t, bot.Face{Name: "recipients", Of: x.Ref(), For: t.Who}, "请看一下发给谁，点〔分发〕就发出。"), nil
	}
	return issueMinutes(t, x, m)
}

// show shows a card that asks for one more yes.
func show(t *bot.Turn, f bot.Face, toast string) bot.Reply {
	r := private(t, f, "")
	if t.Origin == bot.Tapped || r.Toast == "" {
		r.Toast = toast
	}
	if t.Origin == bot.Tapped && len(r.Posts) == 0 { // below the card that was tapped
		r.Face = bot.Face{}
		r.Posts = []bot.Post{{To: bot.To{Person: t.Who}, Face: f, Class: bot.ClassAnswer, Why: "请您再确认一次"}}
	}
	return r
}

// revised is the host's word on the text that was revised after feedback.
func (a reviewArgs) revised(t *bot.Turn, x *meeting.Minutes) (bot.Reply, error) {
	if a.Word == fails {
		if t.Who != x.Host {
			return bot.Reply{}, meeting.Refuse("R59", "修订稿要由主持人"+x.Host.Token()+"同意。")
		}
		return tell(t, x, "修订稿还要改").text("修订稿还要改："+cut(line(a.Reason), 200)+"。改好后发“发终稿”。", x.Recorder).
			done(t, "已告诉"+x.Recorder.Token(), ""), nil
	}
	if err := x.Approve(t.Who, t.Seen, t.Now); err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	return tell(t, x, "主持人同意了修订稿").card("publish", x.Recorder).done(t, "已同意", "，由"+x.Recorder.Token()+"发布终稿"), nil
}

type deputiseArgs struct {
	Meeting string           `arg:"会议"`
	To      meeting.PersonID `arg:"代审人" alias:"谁" opt:"find"`
}

// deputise names who reviews while the host is away (R54).
func deputise(_ context.Context, t *bot.Turn, a deputiseArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, func(x *meeting.Minutes) bool { return x.Host == t.Who && x.IssuedAt.IsZero() })
	if err != nil {
		return bot.Reply{}, err
	}
	before := x.Reviews()
	if err := x.Deputise(t.Who, a.To); err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, "请您代审纪要")
	if x.State == meeting.Reviewing {
		r.card("review", x.Reviews())
	} else {
		r.text("请您代"+x.Host.Token()+"审核"+title(m)+"的纪要，提审后告诉您。", x.Reviews())
	}
	r.text(title(m)+"的纪要不用您代审了。", among(x.Reviews(), before)...)
	return r.done(t, "已请"+x.Reviews().Token()+"审核", ""), nil
}
