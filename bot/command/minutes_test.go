package command

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
)

// minutesWorld is a world with the minutes of a meeting that has just ended: zhou
// hosts, lin records, gao gets a copy, wang is no part of it.
type minutesWorld struct {
	*world

	id meeting.MinutesID
}

func newMinutes(t *testing.T) *minutesWorld {
	t.Helper()
	w := &minutesWorld{world: newWorld(t)}
	w.chat = ""
	w.clock("08-12 15:40")
	w.must(lin, func(t *bot.Turn) (bot.Reply, error) {
		m, err := record(t, "")
		if err != nil {
			return bot.Reply{}, err
		}
		m.Participants = slices.DeleteFunc(m.Participants, func(p meeting.Participant) bool { return p.Person == wang })
		m.NeedToKnow = []string{"采购部"}
		if err := t.Book.SaveMeeting(m); err != nil {
			return bot.Reply{}, err
		}
		posts, err := startMinutes(t, m)
		return bot.Reply{Posts: posts}, err
	})
	w.id = 1
	return w
}

func (w *minutesWorld) minutes() *meeting.Minutes {
	w.Helper()
	var x *meeting.Minutes
	w.do(func(tx bot.Tx) (err error) { x, err = tx.Minutes(w.id); return err })
	return x
}

func (w *minutesWorld) submitted() {
	w.must(lin, on(rewriteLine, rewriteArgs{Text: "7 研发部排期为8周"}))
	w.clock("08-12 17:32")
	w.must(lin, on(submitMinutes, submitArgs{}))
}

func (w *minutesWorld) issued() {
	w.submitted()
	w.clock("08-13 10:05")
	w.must(zhou, on(reviewMinutes, reviewArgs{Word: passes, Sure: true}))
}

func (w *minutesWorld) revising() {
	w.issued()
	w.must(zhao, on(giveFeedback, feedbackArgs{Proposal: "我没说过9月1日能到料"}))
}

func (w *minutesWorld) answered() {
	w.revising()
	w.clock("08-14 10:10")
	w.must(zhou, on(answerItem, answerItemArgs{Answer: "1 部分采纳 待书面确认"}))
}

func (w *minutesWorld) sealed() {
	w.answered()
	w.must(zhou, on(publish, publishArgs{Sure: true}))
}

// minutesStates are the states that the cards have to show.
func minutesStates() map[string]func(*minutesWorld) {
	return map[string]func(*minutesWorld){
		"起草中":  func(*minutesWorld) {},
		"初稿晚了": func(w *minutesWorld) { w.clock("08-12 18:00") },
		"待审核":  (*minutesWorld).submitted,
		"审核晚了": func(w *minutesWorld) { w.submitted(); w.clock("08-13 16:00") },
		"代审":   func(w *minutesWorld) { w.submitted(); w.must(zhou, on(deputise, deputiseArgs{To: gao})) },
		"已退回": func(w *minutesWorld) {
			w.submitted()
			w.must(zhou, on(reviewMinutes, reviewArgs{Word: fails, Reason: "漏了节点3"}))
		},
		"已分发":   (*minutesWorld).issued,
		"意见期过了": func(w *minutesWorld) { w.issued(); w.clock("08-14 10:06") },
		"修订中":   (*minutesWorld).revising,
		"已答复":   (*minutesWorld).answered,
		"终稿":    (*minutesWorld).sealed,
		"勘误": func(w *minutesWorld) {
			w.sealed()
			w.must(zhao, on(startErratum, erratumArgs{Text: "70%用户→72%用户", Reason: "资料有误"}))
			w.id = 2
		},
		"勘误没批准": func(w *minutesWorld) {
			w.sealed()
			w.must(zhao, on(startErratum, erratumArgs{Text: "70%用户→72%用户", Reason: "资料有误"}))
			w.must(zhou, on(reviewMinutes, reviewArgs{Word: fails, Reason: "没有错"}))
			w.id = 2
		},
		"勘误已发": func(w *minutesWorld) {
			w.sealed()
			w.must(zhao, on(startErratum, erratumArgs{Text: "70%用户→72%用户", Reason: "资料有误"}))
			w.must(zhou, on(reviewMinutes, reviewArgs{Word: passes}))
			w.id = 2
		},
	}
}

// TestFaces_OfMinutes: whatever the state and whoever looks, a card is short, its
// buttons run commands that exist, and those that agree carry the version.
func TestFaces_OfMinutes(t *testing.T) {
	all := All()
	for name, bring := range minutesStates() {
		w := newMinutes(t)
		bring(w)
		x := w.minutes()
		for _, f := range minutesFaces() {
			for _, who := range append(viewers(), lin) {
				face := bot.Face{Name: f.Name, Of: x.Ref(), For: who}
				if f.Name == "entered" {
					face.Of = meeting.Ref{Kind: meeting.KindMeeting, ID: int64(x.Meeting)}
				}
				d, err := w.drawOf(face)
				if err != nil {
					t.Fatalf("%s, face %s: %v", name, f.Name, err)
				}
				where := fmt.Sprintf("%s, face %s, viewer %d", name, f.Name, who)
				checkShort(t, where, d.Card)
				checkButtons(t, where, d.Card, all)
				checkMarks(t, where, d.Card)
				checkWhose(t, where, x, who, withNames(d.Card.Text()))
			}
		}
	}
}

// checkWhose: names of who has not answered are for host and recorder, and the
// draft is for those who work on it (Q10, R54, R62).
func checkWhose(t *testing.T, where string, x *meeting.Minutes, who meeting.PersonID, text string) {
	t.Helper()
	if strings.Contains(text, "未回执：") && who != x.Host && who != x.Recorder {
		t.Errorf("%s: names who has not answered:\n%s", where, text)
	}
	for _, never := range []string{"一致通过", "家里有事", "迟到"} {
		if strings.Contains(text, never) {
			t.Errorf("%s: says %s:\n%s", where, never, text)
		}
	}
}

// TestFaces_OnlyWhoMayGetsTheButton: no button is offered to who would be refused.
func TestFaces_OnlyWhoMayGetsTheButton(t *testing.T) {
	w := newMinutes(t)
	w.submitted()
	for _, who := range viewers() {
		d, err := w.drawOf(bot.Face{Name: "review", Of: w.minutes().Ref(), For: who})
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := d.Card.Button("通过"); ok != (who == zhou) {
			t.Errorf("person %d may approve: %v", who, ok)
		}
	}
}

// TestR54_AForwardedCardLetsNobodyIn: whoever taps a card of the minutes that is
// not theirs is refused, and nothing changes.
func TestR54_AForwardedCardLetsNobodyIn(t *testing.T) {
	acts := map[string]func(*bot.Turn) (bot.Reply, error){
		"纪要":   on(showMinutes, showMinutesArgs{}),
		"纪要改":  on(rewriteLine, rewriteArgs{Text: "1 换一行"}),
		"纪要加":  on(addLine, addLineArgs{Text: "1 换一行"}),
		"纪要删":  on(deleteLine, lineArgs{Line: new(1)}),
		"纪要引用": on(quoteLine, lineArgs{Line: new(1), Speaker: wang}),
		"纪要部分": on(sayNone, sayNoneArgs{Part: "决议事项", None: "无"}),
		"纪要目标": on(reachGoal, reachArgs{Goal: new(1), How: "达成"}),
		"初稿预计": on(estimate, estimateArgs{When: "半小时内"}),
		"提审":   on(submitMinutes, submitArgs{}),
		"通过":   on(reviewMinutes, reviewArgs{Word: passes}),
		"分发":   on(reviewMinutes, reviewArgs{Word: passes, Sure: true}),
		"退回":   on(reviewMinutes, reviewArgs{Word: fails, Reason: "不好"}),
		"代审":   on(deputise, deputiseArgs{To: wang}),
		"已阅":   on(markRead, minutesOnly{}),
		"意见":   on(giveFeedback, feedbackArgs{Proposal: "不对"}),
		"答复意见": on(answerItem, answerItemArgs{Answer: "1 采纳"}),
		"发终稿":  on(publish, publishArgs{Sure: true}),
		"勘误":   on(startErratum, erratumArgs{Text: "70%用户→72%用户", Reason: "错"}),
		"补充纪要": on(startSupplement, erratumArgs{Text: "漏了一句", Reason: "错"}),
		"核验":   on(verify, verifyArgs{Text: "产品-20260812-01 12345678"}),
	}
	for name, bring := range minutesStates() {
		w := newMinutes(t)
		bring(w)
		before := w.minutes()
		for act, handle := range acts {
			_, err := w.turn(wang, func(t *bot.Turn) (bot.Reply, error) {
				t.About, t.Origin, t.Seen = before.Ref(), bot.Tapped, before.Terms
				return handle(t)
			})
			if _, refused := errors.AsType[*meeting.Refusal](err); !refused {
				t.Errorf("%s: %s by a stranger: %v", name, act, err)
			}
		}
		if d := cmp.Diff(before, w.minutes(), cmp.AllowUnexported(meeting.Minutes{})); d != "" {
			t.Errorf("%s: a stranger changed it: %s", name, d)
		}
	}
}

func TestM17_OneCardPerPerson(t *testing.T) {
	w := newMinutes(t)
	w.submitted()
	w.do(func(tx bot.Tx) error {
		t := &bot.Turn{Now: w.now, Who: lin, Book: tx, Calendar: w.cal}
		m, err := tx.Meeting(w.minutesMeeting(tx))
		if err != nil {
			return err
		}
		return task(t, m, "许哲", "补一份测试清单", "2026-08-20 17:00", false)
	})
	w.clock("08-13 10:05")
	r := w.must(zhou, on(reviewMinutes, reviewArgs{Word: passes, Sure: true}))
	got := map[meeting.PersonID]int{}
	for _, p := range r.Posts {
		if p.Face.Name == "entered" {
			got[p.To.Person]++
		}
	}
	if d := cmp.Diff(map[meeting.PersonID]int{xu: 1, zhao: 1}, got); d != "" {
		t.Error(d)
	}
	w.do(func(tx bot.Tx) error {
		all, err := tx.FindTasks(meeting.TaskQuery{Meeting: w.minutesMeeting(tx)})
		if len(all) != 2 || !all[0].InLedger() || all[1].InLedger() || all[1].IssuedAt.IsZero() {
			t.Errorf("ledger: %+v", all)
		}
		return err
	})
}

func (w *minutesWorld) minutesMeeting(tx bot.Tx) meeting.MeetingID {
	x, err := tx.Minutes(w.id)
	if err != nil {
		w.Fatal(err)
	}
	return x.Meeting
}

// TestStartMinutes_Once: ending a meeting twice drafts once.
func TestStartMinutes_Once(t *testing.T) {
	w := newMinutes(t)
	x := w.minutes()
	r := w.must(lin, func(t *bot.Turn) (bot.Reply, error) {
		m, err := t.Book.Meeting(x.Meeting)
		if err != nil {
			return bot.Reply{}, err
		}
		posts, err := startMinutes(t, m)
		return bot.Reply{Posts: posts}, err
	})
	if len(r.Posts) != 0 {
		t.Errorf("told again: %s", told(r))
	}
}

// TestR60_NoCommandChangesWhatIsSealed plays random lines by random people after
// the seal; the text and its hash stay (property).
func TestR60_NoCommandChangesWhatIsSealed(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("testdata", "minutes", "s5.txt"))
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(script), "until 2026-08-17 09:30")
	if !ok {
		t.Fatal("the transcript has no seal")
	}
	lines := []string{
		"纪要改 1 换一行", "纪要加 1 结论 不同意", "纪要加 另议 别的", "纪要删 1", "纪要引用 1 @许哲", "纪要部分 决议事项 无", "纪要目标 1 达成",
		"提审", "审核 通过", "审核 通过 确认", "审核 退回 再改", "通过", "同意", "退回 再改", "代审 @高远", "已阅", "意见 1 不对", "有意见：不对",
		"答复意见 1 采纳", "答复 1 采纳", "发终稿", "发终稿 确认", "勘误 70%用户→72%用户 原因:错", "补充纪要 漏一句 原因:错", "把70%改成72%", "初稿预计 半小时内",
		"开完一次会",
	}
	people := []string{"周敏", "林晓", "赵倩", "马强", "高远", "吴静"}
	sealed := func(text string) (string, string) {
		store := bottest.Script(t, text, minutesScript())
		var x *meeting.Minutes
		if err := store.View(t.Context(), func(tx bot.Tx) (err error) { x, err = tx.Minutes(1); return err }); err != nil {
			t.Fatal(err)
		}
		if x.State != meeting.Final {
			t.Fatalf("state %s", x.State)
		}
		return x.Text, x.Hash
	}
	text, hash := sealed(head)
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 60)) //nolint:gosec // the same lines each time
		more := ""
		for range 20 {
			more += people[random.IntN(len(people))] + ": " + lines[random.IntN(len(lines))] + "\n"
		}
		if gotText, gotHash := sealed(head + more); gotText != text || gotHash != hash || meeting.HashOf(gotText) != gotHash {
			t.Errorf("what was sealed changed after:\n%s", more)
		}
	}
}

// TestWords_EveryNoticeOfMinutesHasItsReason: whatever minutes may say, there is
// a card that says it and a line that says why.
func TestWords_EveryNoticeOfMinutesHasItsReason(t *testing.T) {
	seen := map[string]bool{}
	for name, bring := range minutesStates() {
		w := newMinutes(t)
		bring(w)
		due, _ := w.minutes().Notices(w.cal, w.now.AddDate(-1, 0, 0), w.now.AddDate(1, 0, 0))
		for _, n := range due {
			seen[n.Kind+" "+n.Step] = true
			if whyNotice(n) == "到了提醒的时间" {
				t.Errorf("%s: %s %s has no reason", name, n.Kind, n.Step)
			}
			if !slices.ContainsFunc(Faces(), func(f bot.FaceDef) bool { return f.Name == n.Face }) {
				t.Errorf("%s: %s %s is said by the face %q, which is none", name, n.Kind, n.Step, n.Face)
			}
		}
	}
	for step := range minutesWhys() {
		if !seen[step] {
			t.Errorf("%s was never met", step)
		}
	}
}

// Test6_1_ABareWordIsTheOneReviewThatWaits, and never another's.
func Test6_1_ABareWordIsTheOneReviewThatWaits(t *testing.T) {
	w := newMinutes(t)
	w.submitted()
	if _, err := w.turn(zhao, on(pass, passArgs{})); err == nil {
		t.Error("somebody else's 通过 is heard")
	}
	if r := w.must(zhou, on(pass, passArgs{})); r.Face.Name != "recipients" || w.minutes().State != meeting.Reviewing {
		t.Errorf("a bare 通过 shows %q, and it is %s", r.Face.Name, w.minutes().State)
	}
	w.must(zhou, on(sendBack, sendBackArgs{Missing: "漏了节点3"}))
	if x := w.minutes(); x.State != meeting.SentBack || x.ReviewNote != "漏了节点3" {
		t.Error(x.State, x.ReviewNote)
	}
	if _, err := w.turn(zhou, on(agree, agreeArgs{})); err == nil {
		t.Error("同意 is heard though nothing waits")
	}
}

// Test6_1_AnswersToFeedbackReachTheMinutes: 答复 1 采纳 is no answer to an
// objection.
func Test6_1_AnswersToFeedbackReachTheMinutes(t *testing.T) {
	w := newMinutes(t)
	w.issued()
	w.must(zhao, on(giveFeedback, feedbackArgs{Proposal: "决议2的预算口径是含税"}))
	w.must(lin, on(answer, answerArgs{Reason: "1 采纳"}))
	if it := w.minutes().Items[0]; it.Verdict != meeting.Accepted || it.By != lin {
		t.Errorf("%+v", it)
	}
	if _, err := w.turn(lin, on(answer, answerArgs{Word: sayYes})); err == nil {
		t.Error("答复 同意 without an objection is not refused")
	}
}
