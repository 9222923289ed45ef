package command

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// A situation is a state of the task that its cards have to show.
type situation struct {
	name string
	make func(w *world)
}

const whyNot = "这活是架构组的"

func situations() []situation {
	work := func(more func(w *world)) func(w *world) {
		return func(w *world) {
			w.assigned(w.assignment())
			w.clock("08-12 14:19")
			w.confirmed()
			more(w)
		}
	}
	object := func(more func(w *world)) func(w *world) {
		return func(w *world) {
			w.assigned(w.assignment())
			w.clock("08-12 14:30")
			more(w)
		}
	}
	return []situation{
		{"待确认", func(w *world) { w.assigned(w.assignment()) }},
		{"一天没有确认", func(w *world) { w.assigned(w.assignment()); w.clock("08-13 15:00") }},
		{"想改期", object(func(w *world) {
			w.must(xu, on(objectDate, moveArgs{ID: w.id, Due: deadline(w, "08-18 18:00"), Reason: whyNot}))
		})},
		{"想换人", object(func(w *world) { w.must(xu, on(objectOwner, replaceArgs{ID: w.id, Owner: chen, Reason: whyNot})) })},
		{"不该我办", object(func(w *world) { w.must(xu, on(objectOwner, replaceArgs{ID: w.id, Reason: whyNot})) })},
		{"有困难", object(func(w *world) { w.must(xu, on(decline, declineArgs{ID: w.id, Reason: whyNot})) })},
		{"代定", func(w *world) { w.assigned(w.assignment()); w.clock("08-13 15:00"); w.must(zhou, on(decide, w.one())) }},
		{"已确认", work(func(*world) {})},
		{"有进展", work(func(w *world) {
			w.must(xu, on(report, reportArgs{ID: w.id, Percent: new(60), Text: "缺接口文档"}))
		})},
		{"快到期", work(func(w *world) { w.clock("08-17 15:00") })},
		{"受阻", work(func(w *world) {
			w.must(xu, on(block, blockArgs{ID: w.id, Needs: ma, What: "开好测试环境", Reason: "等测试环境"}))
		})},
		{"申请延期", work(func(w *world) { w.must(xu, on(extend, w.extension())) })},
		{"逾期补办", work(func(w *world) { w.clock("08-18 09:30"); w.must(xu, on(extend, w.extension())) })},
		{"到期", work(func(w *world) { w.clock("08-17 17:00") })},
		{"快要同步", work(func(w *world) { w.clock("08-18 13:00") })},
		{"已同步", work(func(w *world) { w.clock("08-18 17:00") })},
		{"被催", work(func(w *world) { w.must(zhao, on(nudge, w.one())); w.must(zhou, on(nudge, w.one())) })},
		{"请人接手", work(func(w *world) {
			w.must(xu, on(handOver, handArgs{ID: w.id, To: chen, Reason: "下周休假"}))
		})},
		{"不接手", work(func(w *world) {
			w.must(xu, on(handOver, handArgs{ID: w.id, To: chen, Reason: "下周休假"}))
			w.must(chen, on(decline, declineArgs{ID: w.id, Reason: whyNot}))
		})},
		{"已提交", work(func(w *world) { w.must(xu, on(finish, finishArgs{ID: w.id, Evidence: "https://docs.example.com/a"})) })},
		{"已退回", work(func(w *world) {
			w.must(xu, on(finish, finishArgs{ID: w.id, Evidence: "https://docs.example.com/a"}))
			w.must(wang, on(accept, acceptArgs{ID: w.id, Result: returned, Missing: "缺签字页"}))
		})},
		{"已完成", work(func(w *world) {
			w.must(xu, on(finish, finishArgs{ID: w.id, Evidence: "https://docs.example.com/a"}))
			w.must(wang, on(accept, acceptArgs{ID: w.id, Result: passed}))
		})},
		{"已取消", work(func(w *world) { w.must(zhou, on(cancel, cancelArgs{ID: w.id, Reason: "需求没了"})) })},
	}
}

func (w *world) extension() extendArgs {
	return extendArgs{
		ID: w.id, NewDue: deadline(w, "08-25 17:00"), Reason: "评审专家出差",
		Impact: "联调晚一周", Done: "写了七成", Remedy: "先发未评审版",
	}
}

// taskFaces are the faces whose subject is a task.
func everyTaskFace() []string {
	var out []string
	for _, f := range taskFaces() {
		if !slices.Contains([]string{"draft", "digest", "mine", "given", "late", "ledger", "closing"}, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// viewers are everybody who may be shown a card; Nobody stands for a group.
func viewers() []meeting.PersonID {
	return []meeting.PersonID{meeting.Nobody, zhou, xu, zhao, gao, wang, chen, ma}
}

// TestFaces_Golden shows every face for each state that it is made for and each
// viewer for whom it differs from the face before.
func TestFaces_Golden(t *testing.T) {
	worlds := map[string]*world{}
	for _, s := range situations() {
		worlds[s.name] = newWorld(t)
		s.make(worlds[s.name])
	}
	for _, face := range everyTaskFace() {
		t.Run(face, func(t *testing.T) {
			var b strings.Builder
			for _, s := range situations() {
				w := worlds[s.name]
				for _, c := range w.cards(face) {
					fmt.Fprintf(&b, "== %s，给%s（%s）\n%s\n\n", s.name, strings.Join(c.viewers, "、"), c.Tone, withNames(c.Text()))
				}
			}
			bottest.Golden(t, filepath.Join("testdata", "faces", face+".txt"), b.String())
		})
	}
}

// A seen is a card and who sees just that.
type seen struct {
	card.Card

	viewers []string
}

// cards are the different cards of a face, but for those that the face task
// shows as well.
func (w *world) cards(face string) []seen {
	w.Helper()
	var out []seen
	for _, who := range viewers() {
		c := w.must2(face, who)
		if face != "task" && cmp.Equal(c, w.must2("task", who)) {
			continue
		}
		i := slices.IndexFunc(out, func(s seen) bool { return cmp.Equal(s.Card, c) })
		if i < 0 {
			i, out = len(out), append(out, seen{Card: c})
		}
		out[i].viewers = append(out[i].viewers, viewerName(who))
	}
	return out
}

func viewerName(who meeting.PersonID) string {
	if who == meeting.Nobody {
		return "群里"
	}
	return withNames(who.Token())
}

// must2 is the card of a face.
func (w *world) must2(face string, who meeting.PersonID) card.Card {
	w.Helper()
	d, err := w.draw(face, who)
	if err != nil {
		w.Fatalf("face %s for person %d: %v", face, who, err)
	}
	if d.Version != w.task().Version {
		w.Errorf("face %s shows version %d of %d", face, d.Version, w.task().Version)
	}
	return d.Card
}

// TestFaces_EveryStateAndViewer: whatever the state and whoever looks, a card
// is short, its buttons run commands that exist with arguments they have, and
// each can be typed.
func TestFaces_EveryStateAndViewer(t *testing.T) {
	all := All()
	for _, s := range situations() {
		w := newWorld(t)
		s.make(w)
		for _, face := range everyTaskFace() {
			for _, who := range viewers() {
				c := w.must2(face, who)
				where := fmt.Sprintf("%s, face %s, viewer %d", s.name, face, who)
				checkShort(t, where, c)
				checkButtons(t, where, c, all)
				checkMarks(t, where, c)
				checkSecret(t, where, w.task(), who, c)
				over := c.Tone == card.Grey || c.Tone == card.Green && w.task().Status == meeting.Done
				if !w.task().Open() && (!over || len(c.Buttons) > 0) {
					t.Errorf("%s: a closed task is %s with %d buttons", where, c.Tone, len(c.Buttons))
				}
			}
		}
	}
}

func checkShort(t *testing.T, where string, c card.Card) {
	t.Helper()
	if n := utf8.RuneCountInString(c.Title); n == 0 || n > titleLimit {
		t.Errorf("%s: the title has %d characters: %s", where, n, c.Title)
	}
	lines := 1 + len(c.Fields)
	if c.Body != "" {
		lines += strings.Count(c.Body, "\n") + 1
	}
	if lines > 8 {
		t.Errorf("%s: %d lines:\n%s", where, lines, c.Text())
	}
	if len(c.Buttons) > 4 {
		t.Errorf("%s: %d buttons", where, len(c.Buttons))
	}
}

// agreeing are the buttons that carry the version of the terms.
func agreeing() []string {
	return []string{"确认", "同意", "通过", "验收", "分发", "发终稿"}
}

func checkButtons(t *testing.T, where string, c card.Card, all []bot.Command) {
	t.Helper()
	for _, b := range c.Buttons {
		var found *bot.Command
		for _, one := range all {
			if one.Name == b.Do.Command {
				found = &one
			}
		}
		if found == nil {
			t.Errorf("%s: 〔%s〕 runs %q, which is no command", where, b.Label, b.Do.Command)
			continue
		}
		for name, value := range b.Do.Args {
			in := found.Inputs([]meeting.Gap{{Field: name}}, nil)
			if len(in) == 0 {
				t.Errorf("%s: 〔%s〕 gives %s an argument %s that it has not", where, b.Label, found.Name, name)
			} else if len(in[0].Options) > 0 && !slices.ContainsFunc(in[0].Options, func(o card.Option) bool { return o.Value == value }) {
				t.Errorf("%s: 〔%s〕 gives %s=%s, which is none of its choices", where, b.Label, name, value)
			}
		}
		if word, _, _ := strings.Cut(b.Do.Words, " "); word != found.Name {
			t.Errorf("%s: 〔%s〕 is typed %q, which is not %s", where, b.Label, b.Do.Words, found.Name)
		}
		if (b.Do.Seen != 0) != slices.Contains(agreeing(), b.ID) {
			t.Errorf("%s: 〔%s〕 (%s) carries terms %d", where, b.Label, b.ID, b.Do.Seen)
		}
		if b.Label == "" || utf8.RuneCountInString(b.Label) > 8 {
			t.Errorf("%s: label %q", where, b.Label)
		}
	}
}

// narrow are half-width marks beside Chinese.
var narrow = regexp.MustCompile(`\p{Han}[,;:!?()]|[,;:!?()]\p{Han}`)

func checkMarks(t *testing.T, where string, c card.Card) {
	t.Helper()
	for i := range c.Buttons {
		c.Buttons[i].Do.Words = ""
	}
	if m := narrow.FindString(c.Text()); m != "" {
		t.Errorf("%s: half-width mark in %q:\n%s", where, m, c.Text())
	}
}

// checkSecret: why somebody objected is for the host alone (S-2).
func checkSecret(t *testing.T, where string, k *meeting.Task, who meeting.PersonID, c card.Card) {
	t.Helper()
	if strings.Contains(c.Text(), whyNot) && who != k.Host {
		t.Errorf("%s: the reason of an objection is shown:\n%s", where, c.Text())
	}
}

func TestFaces_HostileWordsStayWords(t *testing.T) {
	w := newWorld(t)
	a := w.assignment()
	a.Task = "<b>完成</b>\n【待办】 **文档** @所有人 <at id=all></at> " + strings.Repeat("长", 100)
	w.assigned(a)
	for _, face := range everyTaskFace() {
		c := w.must2(face, xu)
		checkShort(t, face, c)
		for _, f := range c.Fields {
			if strings.Contains(f.Value, "\n") {
				t.Errorf("face %s: a field of two lines: %q", face, f.Value)
			}
		}
		if !strings.Contains(c.Text(), "<b>完成</b> 【待办】 **文档** @所有人 <at id=all></at>") {
			t.Errorf("face %s changes what was typed:\n%s", face, c.Text())
		}
	}
}

func TestR75_DigestOfNothingIsNothing(t *testing.T) {
	w := newWorld(t)
	w.assigned(w.assignment())
	for _, face := range []string{"digest", "mine", "given"} {
		if _, err := w.drawOf(bot.Face{Name: face, Of: ma.Ref(), For: ma}); !errors.Is(err, bot.ErrNothing) {
			t.Errorf("face %s for who has nothing: %v", face, err)
		}
	}
}

func TestLists_Golden(t *testing.T) {
	w := newWorld(t)
	for i, due := range []string{"08-17 17:00", "08-14 17:00", "08-19 12:00", "08-20 17:00", "08-21 17:00"} {
		a := w.assignment()
		a.Task, a.Due = fmt.Sprintf("完成第%d份文档", i+1), deadline(w, due)
		w.assigned(a)
		if i > 0 {
			w.confirmed()
		}
	}
	w.must(xu, on(finish, finishArgs{ID: w.id, Evidence: "见群文件"}))
	var b strings.Builder
	for _, at := range []string{"08-13 09:00", "08-14 09:00", "08-17 09:00"} {
		w.clock(at)
		for _, who := range []meeting.PersonID{xu, zhao, wang, zhou} {
			for _, face := range []string{"digest", "mine", "given"} {
				d, err := w.drawOf(bot.Face{Name: face, Of: who.Ref(), For: who})
				if errors.Is(err, bot.ErrNothing) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "== %s，%s，给%s（%s）\n%s\n\n", at, face, viewerName(who), d.Card.Tone, withNames(d.Card.Text()))
				checkMarks(t, face, d.Card)
				if face == "digest" {
					checkShort(t, face, d.Card)
				}
			}
		}
	}
	bottest.Golden(t, filepath.Join("testdata", "faces", "lists.txt"), b.String())
}

func TestDraft_Golden(t *testing.T) {
	w := newWorld(t)
	w.assigned(w.assignment())
	dates := []meeting.Choice{{Label: "8月14日（周五）17:00", Value: "2026-08-14 17:00"}, {Label: "8月17日（周一）17:00", Value: "2026-08-17 17:00"}}
	owner := meeting.Gap{Field: "责任人", Rule: "R35", Say: "“研发部”是部门，由谁牵头？请@一位同事。"}
	due := meeting.Gap{Field: "截止", Rule: "R38", Say: "“尽快”不是日期，是哪天？选一个，或直接写日期和时间。", Choices: dates}
	var b strings.Builder
	for _, d := range []*bot.Draft{
		{Command: "待办", Have: map[string]string{"任务": "出A方案技术文档", "优先": "高"}, Gaps: []meeting.Gap{owner, due}},
		{Command: "待办", Have: map[string]string{"任务": "出A方案技术文档", "责任人": xu.Token()}, Gaps: []meeting.Gap{due}},
		{Command: "受阻", Have: map[string]string{"编号": "00-01"}, Gaps: []meeting.Gap{
			{Field: "原因", Say: "卡在哪里？请说一句原因。"}, {Field: "需要", Say: "需要谁支持？请@一位同事。"}}},
		{Command: "完成", Have: map[string]string{"编号": "00-01", "files": "x 文档.pdf\n"}, Gaps: []meeting.Gap{{Field: "证据", Say: "请发文件、链接，或说一句在哪里能看到。"}}},
		{Command: "待办", Ended: bot.DraftDone},
		{Command: "延期", Ended: bot.DraftDropped},
	} {
		d.Person, d.Since = zhou, w.now
		w.do(func(tx bot.Tx) error { return tx.SaveDraft(d) })
		drawn, err := w.drawOf(bot.Face{Name: "draft", Of: d.Ref(), For: zhou})
		if err != nil {
			t.Fatal(err)
		}
		c := drawn.Card
		fmt.Fprintf(&b, "== %s（%s）\n%s\n", d.Command, c.Tone, withNames(c.Text()))
		for _, button := range c.Buttons {
			fmt.Fprintf(&b, "〔%s〕%s %v\n", button.Label, button.ID, button.Do.Args)
			if button.Do.Command != d.Command || button.Do.Args[bot.ArgDraft] == "" || button.ID == "" {
				t.Errorf("%s: button %+v", d.Command, button)
			}
		}
		fmt.Fprintln(&b)
		if n := utf8.RuneCountInString(c.Title); n > titleLimit {
			t.Errorf("title of %d characters: %s", n, c.Title)
		}
		checkMarks(t, d.Command, c)
	}
	bottest.Golden(t, filepath.Join("testdata", "faces", "draft.txt"), b.String())
}

// TestDraft_EveryCommandHasATitle: the title fits, whatever is asked for.
func TestDraft_EveryCommandHasATitle(t *testing.T) {
	for _, c := range All() {
		for _, gaps := range [][]meeting.Gap{make([]meeting.Gap, 1), make([]meeting.Gap, 2)} {
			title := draftTitle(&bot.Draft{Command: c.Name, Gaps: gaps})
			if n := utf8.RuneCountInString(title); n > titleLimit {
				t.Errorf("title of %d characters: %s", n, title)
			}
		}
	}
}
