package command

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// The cast, in the order in which they were met.
const (
	zhou meeting.PersonID = iota + 1
	xu
	zhao
	ma
	gao
	wang
	chen
	lin
	sun
)

// A world is a store with people in it and one task of zhou's for xu, with zhao
// to help, gao to get a copy and zhou or wang to accept.
type world struct {
	testing.TB

	store *bottest.Memory
	cal   workday.Calendar
	now   time.Time
	chat  bot.ChatID
	id    meeting.TaskID
	faces []bot.FaceDef
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{TB: tb, cal: workday.New(workday.DefaultHours(), workday.Official()...), chat: "fake:g1", faces: Faces()}
	w.store = bottest.NewMemory(func() time.Time { return w.now })
	w.clock("08-12 14:00")
	for _, p := range []bot.Profile{
		{Account: "fake:zhou", Name: "周敏", Department: "产品部"},
		{Account: "fake:xu", Name: "许哲", Department: "研发部", Leader: "fake:chen"},
		{Account: "fake:zhao", Name: "赵倩", Department: "市场部"},
		{Account: "fake:ma", Name: "马强", Department: "生产部"},
		{Account: "fake:gao", Name: "高远", Department: "总经办"},
		{Account: "fake:wang", Name: "王静", Department: "质量部"},
		{Account: "fake:chen", Name: "陈立", Department: "研发部"},
		{Account: "fake:lin", Name: "林晓", Department: "项目办", Admin: true},
		{Account: "fake:sun", Name: "孙蕾", Department: "采购部", Inactive: true},
	} {
		w.do(func(tx bot.Tx) error { _, err := tx.Meet(p, w.now); return err })
	}
	return w
}

func (w *world) clock(at string) {
	w.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+at, workday.Zone)
	if err != nil {
		w.Fatal(err)
	}
	w.now = m
}

func (w *world) do(fn func(bot.Tx) error) {
	w.Helper()
	if err := w.store.Do(context.Background(), fn); err != nil {
		w.Fatal(err)
	}
}

// turn runs a handler as somebody's turn, undone if it fails; what it wished
// for is in the outbox then, as the engine would put it there.
func (w *world) turn(who meeting.PersonID, handle func(*bot.Turn) (bot.Reply, error)) (bot.Reply, error) {
	w.Helper()
	var reply bot.Reply
	err := w.store.Do(context.Background(), func(tx bot.Tx) error {
		var err error
		reply, err = handle(&bot.Turn{Now: w.now, Who: who, Chat: w.chat, Private: w.chat == "", Origin: bot.Typed, Book: tx, Calendar: w.cal})
		if err != nil {
			return err
		}
		for i, p := range reply.Posts {
			if p.Key == "" {
				p.Key = w.now.String() + who.Token() + p.To.Lane() + string(rune('a'+i))
			}
			if err := tx.Enqueue(w.now, p); err != nil {
				return err
			}
		}
		return nil
	})
	return reply, err
}

// must is turn for what no rule refuses.
func (w *world) must(who meeting.PersonID, handle func(*bot.Turn) (bot.Reply, error)) bot.Reply {
	w.Helper()
	r, err := w.turn(who, handle)
	if err != nil {
		w.Fatalf("person %d: %v", who, err)
	}
	return r
}

func (w *world) task() *meeting.Task {
	w.Helper()
	var k *meeting.Task
	w.do(func(tx bot.Tx) (err error) { k, err = tx.Task(w.id); return err })
	return k
}

// on makes a handler's turn of its arguments.
func on[A any](h func(context.Context, *bot.Turn, A) (bot.Reply, error), a A) func(*bot.Turn) (bot.Reply, error) {
	return func(t *bot.Turn) (bot.Reply, error) { return h(context.Background(), t, a) }
}

// deadline is a deadline as the engine hands it over when a full date was typed.
func deadline(w *world, at string) meeting.Deadline {
	w.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+at, workday.Zone)
	if err != nil {
		w.Fatal(err)
	}
	return meeting.Deadline{Raw: m.Format("2006-01-02 15:04"), At: m, HourSaid: true}
}

func (w *world) assignment() assignArgs {
	return assignArgs{
		Owner: xu, Task: "完成A方案技术文档", Deliverable: "文档v1，评审通过", Due: deadline(w, "08-17 17:00"),
		Priority: meeting.High, Helpers: []meeting.PersonID{zhao}, CC: []meeting.PersonID{gao}, Acceptor: wang,
	}
}

// assigned hands the task out.
func (w *world) assigned(a assignArgs) {
	w.Helper()
	w.must(zhou, on(assign, a))
	w.do(func(tx bot.Tx) error {
		all, err := tx.FindTasks(meeting.TaskQuery{})
		w.id = all[len(all)-1].ID
		return err
	})
}

// one is the argument of commands about the task.
func (w *world) one() taskOnly { return taskOnly{ID: w.id} }

func (w *world) confirmed() {
	w.Helper()
	w.must(xu, on(confirm, confirmArgs{ID: w.id}))
}

// draw draws a face of the task for somebody.
func (w *world) draw(face string, who meeting.PersonID) (bot.Drawn, error) {
	w.Helper()
	return w.drawOf(bot.Face{Name: face, Of: meeting.Ref{Kind: meeting.KindTask, ID: int64(w.id)}, For: who})
}

func (w *world) drawOf(f bot.Face) (drawn bot.Drawn, err error) {
	w.Helper()
	i := slices.IndexFunc(w.faces, func(d bot.FaceDef) bool { return d.Name == f.Name })
	if i < 0 {
		w.Fatalf("no face %s", f.Name)
	}
	err = w.store.View(context.Background(), func(tx bot.Tx) error {
		drawn, err = w.faces[i].Draw(&bot.Turn{Now: w.now, Who: f.For, Origin: bot.ByClock, Book: tx, Calendar: w.cal}, f)
		return err
	})
	return drawn, err
}

var token = regexp.MustCompile(`@\{p\d+\}`)

// withNames puts names where tokens stand.
func withNames(s string) string {
	names := []string{"周敏", "许哲", "赵倩", "马强", "高远", "王静", "陈立", "林晓", "孙蕾"}
	return token.ReplaceAllStringFunc(s, func(t string) string {
		return names[strings.Index("123456789", t[3:4])]
	})
}

// told lists what a turn tells people: to whom, by which card or in which words.
func told(r bot.Reply) string {
	var lines []string
	for _, p := range r.Posts {
		what := p.Text
		if p.Face.Name != "" {
			what = "[" + p.Face.Name + "]"
		}
		lines = append(lines, withNames(p.To.Person.Token()+" "+what))
	}
	return strings.Join(lines, "\n")
}
