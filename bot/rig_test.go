package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/paper"
	"huiban/bot/workday"
)

// at reads a minute of August 2026 in Shanghai: 12 14:00.
func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", "2026-08-"+s, workday.Zone)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// A toy is a platform that keeps what is sent to it.
type toy struct {
	mu        sync.Mutex
	abilities bot.Abilities
	life      time.Duration
	crowded   bool
	files     bool
	sent      []bot.Out
	fail      func(bot.Out) error
	ids       map[string]bot.MessageID
}

func (*toy) Name() string                               { return "toy" }
func (*toy) Run(ctx context.Context, _ bot.Inbox) error { <-ctx.Done(); return nil }
func (*toy) AnswersAll() bool                           { return true }
func (p *toy) Abilities() bot.Abilities                 { return p.abilities }
func (p *toy) CardLife() time.Duration                  { return p.life }
func (p *toy) Crowded() bool                            { return p.crowded }
func (p *toy) SendsFiles() bool                         { return p.files }

func (*toy) Profile(_ context.Context, a bot.Account) (bot.Profile, error) {
	name := map[bot.Account]string{"toy:host": "周敏", "toy:owner": "许哲", "toy:other": "赵倩"}[a]
	if name == "" {
		return bot.Profile{}, bot.ErrUnknown
	}
	return bot.Profile{Account: a, Name: name}, nil
}

// Spot implements bot.Spotter: the toy has seen one more person.
func (*toy) Spot(_ context.Context, _ bot.ChatID, _ bool, text string) []bot.Account {
	if strings.Contains(text, "赵倩") {
		return []bot.Account{"toy:other"}
	}
	return nil
}

func (p *toy) Send(_ context.Context, o bot.Out) (bot.MessageID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		if err := p.fail(o); err != nil {
			return "", err
		}
	}
	if id, ok := p.ids[o.UUID]; ok {
		return id, nil
	}
	p.sent = append(p.sent, o)
	id := o.Edit
	if id == "" {
		id = bot.MessageID(fmt.Sprintf("m%d", len(p.sent)))
	}
	p.ids[o.UUID] = id
	return id, nil
}

// A rig is an engine with toy commands on a store in memory.
type rig struct {
	t     *testing.T
	now   time.Time
	store *bottest.Memory
	toy   *toy
	e     *bot.Engine
	held  []bot.HeldBack
	log   *slog.Logger
	count int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, now: at(t, "12 14:00"), toy: &toy{
		abilities: bot.Abilities{Forms: true, Edits: true, Mentions: true}, ids: map[string]bot.MessageID{},
	}}
	r.store = bottest.NewMemory(func() time.Time { return r.now })
	r.e = r.engine(r.store)
	for _, a := range []bot.Account{"toy:host", "toy:owner"} {
		p, err := r.toy.Profile(t.Context(), a)
		must(t, err)
		must(t, r.e.Happened(t.Context(), bot.Happening{Kind: bot.Known, Account: a, Profile: p}))
	}
	return r
}

func (r *rig) engine(store bot.Store) *bot.Engine {
	return bot.New(store, bot.Options{
		Commands: toyCommands(), Faces: toyFaces(), Words: toyWords(), Platforms: []bot.Platform{r.toy},
		Calendar: workday.New(workday.DefaultHours(), workday.Official()...), Papers: toyPapers(),
		Now: func() time.Time { return r.now }, Watch: func(h bot.HeldBack) { r.held = append(r.held, h) }, Log: r.log,
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

type giveArgs struct {
	Owner meeting.PersonID `arg:"责任人" opt:"required find"`
	Due   meeting.Deadline `arg:"截止" opt:"find"`
	What  string           `arg:"任务" opt:"rest"`
}

type taskArgs struct {
	Task meeting.TaskID `arg:"编号" opt:"required find"`
}

type noArgs struct{}

func toyCommands() []bot.Command {
	give := func(_ context.Context, t *bot.Turn, a giveArgs) (bot.Reply, error) {
		k, err := meeting.Assign(t.Book, meeting.Assignment{
			By: t.Who, Owner: a.Owner, Description: a.What, Due: a.Due, Deliverable: "无", Chat: string(t.Chat),
		}, t.Now, t.Calendar)
		if err != nil {
			return bot.Reply{}, err
		}
		if err := t.Book.SaveTask(k); err != nil {
			return bot.Reply{}, err
		}
		ask := bot.Post{To: bot.To{Person: k.Owner}, Face: bot.Face{Name: "confirm", Of: k.Ref(), For: k.Owner}}
		return bot.Reply{Face: bot.Face{Name: "task", Of: k.Ref()}, Posts: []bot.Post{ask}}, nil
	}
	confirm := func(_ context.Context, t *bot.Turn, a taskArgs) (bot.Reply, error) {
		k, err := t.Book.Task(a.Task)
		if err != nil {
			return bot.Reply{}, err
		}
		if err := k.ConfirmBy(t.Who, t.Seen, t.Now); err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Toast: "已确认"}, t.Book.SaveTask(k)
	}
	spoil := func(err error) func(context.Context, *bot.Turn, noArgs) (bot.Reply, error) {
		return func(_ context.Context, t *bot.Turn, _ noArgs) (bot.Reply, error) {
			k := &meeting.Task{No: "T-20260812-00-99", Owner: t.Who, Host: t.Who, Status: meeting.NotStarted, Due: t.Now.Add(time.Hour)}
			if err := t.Book.SaveTask(k); err != nil {
				return bot.Reply{}, err
			}
			return bot.Reply{Posts: []bot.Post{{To: bot.To{Person: t.Who}, Text: "不该发出"}}}, err
		}
	}
	return []bot.Command{
		bot.Define("派", "派活", give),
		bot.Define("确认", "答应", confirm).For(func(who meeting.PersonID, k *meeting.Task) bool { return k.Asked() == who }),
		bot.Define("先写后拒", "写了又说不", spoil(meeting.Refuse("R1", "不行，请改日再来。"))),
		bot.Define("写了就坏", "写了就坏", spoil(errors.New("disk on fire"))),
	}
}

func toyFaces() []bot.FaceDef {
	task := func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		k, err := t.Book.Task(meeting.TaskID(f.Of.ID))
		if err != nil {
			return bot.Drawn{}, err
		}
		c := card.Card{Files: []card.File{{Name: "任务全文 v1", URL: fmt.Sprintf("paper:task/%d", k.ID)}, {Name: "网页", URL: "https://x/1"}}, Title: f.Name + " " + k.Description + " " + string(k.Status), Body: "责任人 " + k.Owner.Token()}
		if k.Status == meeting.Unconfirmed {
			c.Buttons = []card.Button{{ID: "确认", Label: "确认", Do: card.Action{Command: "确认", Args: map[string]string{"编号": k.No}, Seen: k.Terms}}}
		}
		return bot.Drawn{Card: c, Version: k.Version}, nil
	}
	draft := func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		d, err := t.Book.Draft(f.Of.ID)
		if err != nil {
			return bot.Drawn{}, err
		}
		c := card.Card{Title: "还差 " + d.Ended}
		for _, g := range d.Gaps {
			c.Body += g.Field + " "
		}
		people, err := t.Book.Everyone()
		if err != nil {
			return bot.Drawn{}, err
		}
		c.Inputs = toyCommands()[0].Inputs(d.Gaps, people)
		c.Buttons = []card.Button{{ID: d.Command, Label: "好", Submit: true, Do: card.Action{Command: d.Command, Args: map[string]string{bot.ArgDraft: fmt.Sprint(d.ID)}}}}
		return bot.Drawn{Card: c, Version: d.Version}, nil
	}
	digest := func(*bot.Turn, bot.Face) (bot.Drawn, error) { return bot.Drawn{Card: card.Card{Title: "晨报"}}, nil }
	group := func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		g, err := t.Book.GroupByID(f.Of.ID)
		if err != nil {
			return bot.Drawn{}, err
		}
		return bot.Drawn{Card: card.Card{Title: "这个群 " + g.Name + g.Purpose}, Version: g.Version}, nil
	}
	welcome := func(*bot.Turn, bot.Face) (bot.Drawn, error) { return bot.Drawn{Card: card.Card{Title: "您好"}}, nil }
	defs := []bot.FaceDef{{Name: "draft", Draw: draft}, {Name: "digest", Draw: digest}, {Name: bot.FaceGroup, Draw: group}, {Name: bot.FaceWelcome, Draw: welcome}}
	for _, name := range []string{"task", "confirm", "undecided", "due", "overdue", "overdue1", "warn"} {
		defs = append(defs, bot.FaceDef{Name: name, Draw: task})
	}
	return defs
}

// toyPapers is the paper of a task, for its owner to read.
func toyPapers() []bot.PaperDef {
	return []bot.PaperDef{{Kind: "task", Write: func(t *bot.Turn, id int64) (paper.Doc, error) {
		k, err := t.Book.Task(meeting.TaskID(id))
		if err != nil {
			return paper.Doc{}, err
		}
		if t.Who != k.Owner {
			return paper.Doc{}, meeting.Refuse("R18", "不给看")
		}
		return paper.Doc{Title: k.Description, Head: []string{"责任人" + k.Owner.Token()}}, nil
	}}}
}

func toyWords() bot.Words {
	say := func(s string) func() string { return func() string { return s } }
	of := func(s string) func(string) string { return func(x string) string { return s + x } }
	return bot.Words{
		Unknown: func(typed string, near []string) string {
			return "没看懂 " + typed + " " + strings.Join(near, "、")
		},
		Empty:     say("空"),
		FileAlone: func(names []string) string { return "单独的文件 " + strings.Join(names, " ") },
		Unusable:  func(names []string) string { return "没收下 " + strings.Join(names, " ") },
		TooLong:   func(n, limit int) string { return fmt.Sprintf("太长 %d %d", n, limit) },
		Contended: say("有人同时修改"), Repeated: say("已经收到"), Trouble: of("出错 "), Ask: of("请说 "),
		AskedPrivately: say("私聊里问您"), Privately: say("已私聊"), DraftGone: say("已经办完"), DraftOf: func(p meeting.PersonID) string { return "问的是" + p.Token() },
		DraftDropped: of("放下 "), DraftExpired: of("过期 "), Drops: func(s string) bool { return s == "不记了" },
		NoTask: of("没有可 "), UnknownTask: of("没有这项 "), WhichTask: say("哪一项"), TaskLabel: func(k *meeting.Task) string { return k.No },
		NotANumber: of("不是数 "), NotAChoice: func(s string, _ []string) string { return "没有 " + s }, Moved: say("见下方"),
		Why: func(n meeting.Notice) string { return n.Kind + " " + n.Step },
		Unreached: func(p meeting.PersonID, s meeting.Subject) string {
			k, _ := s.(*meeting.Task)
			return "没送到 " + p.Token() + " " + k.Description
		},
		GroupGone: func(s meeting.Subject) string { return fmt.Sprintf("群没了 %s %d", s.Ref().Kind, s.Ref().ID) },
		NotForYou: say("不给看"),
		Skipped:   func(s bot.SkipReason) string { return string(s) }, Quiet: say("夜里"), Spread: say("错开"),
		ComeHere: say("来私聊"),
		Owes:     func(own, group int) string { return fmt.Sprintf("欠%d、%d", own, group) },
	}
}

// say has somebody type a line in the group and sends what follows.
func (r *rig) say(who bot.Account, text string) {
	r.t.Helper()
	r.count++
	must(r.t, r.e.Message(r.t.Context(), r.line(fmt.Sprintf("e%d", r.count), who, text)))
	r.send()
}

func (r *rig) line(event string, who bot.Account, text string) bot.Message {
	return bot.Message{
		Event: event, ID: bot.MessageID("in-" + event), Chat: "toy:g", From: who, At: r.now, Text: text,
		Mentions: []bot.Mention{{Token: "@会办", Bot: true}, {Token: "@许哲", Account: "toy:owner"}, {Token: "@赵倩", Account: "toy:other"}},
	}
}

// privately has somebody type a line to the bot alone.
func (r *rig) privately(who bot.Account, text string, files ...bot.FileID) {
	r.t.Helper()
	r.count++
	m := r.line(fmt.Sprintf("e%d", r.count), who, text)
	m.Chat, m.Private, m.Files = bot.ChatID("toy:p-"+who), true, files
	must(r.t, r.e.Message(r.t.Context(), m))
	r.send()
}

// tap presses a button of the newest card that has it and was sent to a place.
func (r *rig) tap(who bot.Account, place, button string, form map[string][]string) bot.Answer {
	r.t.Helper()
	m, b := r.button(place, button)
	a := r.press(who, m, place, b, form)
	r.send()
	return a
}

func (r *rig) press(who bot.Account, m bot.MessageID, place string, b card.Button, form map[string][]string) bot.Answer {
	r.t.Helper()
	r.count++
	tap := bot.Tap{Event: fmt.Sprintf("e%d", r.count), Card: m, From: who, Do: b.Do, Form: form}
	if place == "toy:g" {
		tap.Chat = "toy:g"
	}
	a, err := r.e.Tap(r.t.Context(), tap)
	must(r.t, err)
	return a
}

func (r *rig) button(place, id string) (bot.MessageID, card.Button) {
	r.t.Helper()
	for i, o := range slices.Backward(r.toy.sent) {
		if o.Card == nil || string(o.Account)+string(o.Chat) != place || o.Edit != "" {
			continue
		}
		if b, ok := o.Card.Button(id); ok {
			return bot.MessageID(fmt.Sprintf("m%d", i+1)), b
		}
	}
	r.t.Fatalf("no card with %s at %s in %s", id, place, r.said())
	return "", card.Button{}
}

// send is a courier: it sends until nothing is left at the present clock.
func (r *rig) send() {
	r.t.Helper()
	for round := range 200 {
		_, err := r.store.Wake(r.t.Context(), r.now)
		must(r.t, err)
		letters, err := r.store.Claim(r.t.Context(), fmt.Sprintf("k%d-%d", r.count, round), 1, time.Minute)
		must(r.t, err)
		if len(letters) == 0 {
			return
		}
		r.sendOne(letters)
	}
	r.t.Fatal("the outbox never empties")
}

func (r *rig) sendOne(letters []bot.Letter) {
	r.t.Helper()
	ready, err := r.e.Prepare(r.t.Context(), letters)
	must(r.t, err)
	d := bot.Delivery{Letters: letters, Ready: ready, Wait: time.Hour}
	if ready.Skip == "" && ready.Until.IsZero() {
		d.Message, d.Err = r.toy.Send(r.t.Context(), ready.Out)
	}
	must(r.t, r.e.Settle(r.t.Context(), d))
}

// pass lets the clock run to a moment, ringing on the way.
func (r *rig) pass(to time.Time) {
	r.t.Helper()
	r.now = to
	must(r.t, r.e.Due(r.t.Context(), r.now))
	r.send()
}

// said is what was sent, in lines: where, what, ~ for an edit.
func (r *rig) said() string {
	var b strings.Builder
	for _, o := range r.toy.sent {
		text := o.Text
		if o.Card != nil {
			text = o.Card.Title + " | " + o.Card.Body
		}
		mark := " < "
		if o.Edit != "" {
			mark = " ~ "
		}
		fmt.Fprintf(&b, "%s%s%s%s\n", o.Account, o.Chat, mark, strings.TrimSpace(bot.Named(text, o.People)))
	}
	return b.String()
}

// tasks is the ledger.
func (r *rig) tasks() []*meeting.Task {
	r.t.Helper()
	var out []*meeting.Task
	must(r.t, r.store.View(r.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.FindTasks(meeting.TaskQuery{})
		return err
	}))
	return out
}
