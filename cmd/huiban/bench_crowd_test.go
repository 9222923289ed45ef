package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	lark "github.com/larksuite/oapi-sdk-go/v3"
	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
	larkws "github.com/larksuite/oapi-sdk-go/v3/ws"

	"huiban/adapters/feishu"
	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/storage"
)

// What children of benchmarks are told.
const (
	childSteady = "HUIBAN_CHILD_STEADY" // its clock was set before it started and only runs
	childEcho   = "HUIBAN_CHILD_ECHO"   // it is echo, on the platform at this address
)

// steady is a clock that looks once how far another one is ahead: reading the
// file of a moved clock costs what a benchmark would count.
func steady(now func() time.Time) func() time.Time {
	ahead := time.Until(now())
	return func() time.Time { return time.Now().Add(ahead) }
}

// echo is the least that a bot on the official SDK does: it answers each message
// by one call, and keeps nothing.
func echo(domain string) error {
	api := lark.NewClient("cli_test", feishuSecret, lark.WithOpenBaseUrl(domain), lark.WithLogLevel(larkcore.LogLevelError))
	events := dispatcher.NewEventDispatcher("", "").OnP2MessageReceiveV1(func(ctx context.Context, e *larkim.P2MessageReceiveV1) error {
		m := e.Event.Message
		answer, err := api.Im.Message.Create(ctx, larkim.NewCreateMessageReqBuilder().ReceiveIdType("chat_id").Body(
			larkim.NewCreateMessageReqBodyBuilder().ReceiveId(*m.ChatId).MsgType("text").Content(*m.Content).Uuid(*m.MessageId).Build()).Build())
		if err == nil && !answer.Success() {
			err = answer
		}
		return err
	})
	client := larkws.NewClient("cli_test", feishuSecret, larkws.WithDomain(domain), larkws.WithEventHandler(events), larkws.WithLogLevel(larkcore.LogLevelError))
	return client.Start(context.Background())
}

// crowdSize is how many people write at the same time.
const crowdSize = 32

// A crowd is people in one group on a fake Feishu, who all write at once.
type crowd struct {
	*company

	fake *onFeishu
}

func newFeishuCrowd(b *testing.B, dsn string, o feishutest.Options) crowd {
	b.Helper()
	c, fake := feishuCompany(b, "websocket", dsn, o)
	return crowd{c, fake}
}

// newCrowd is a crowd on a database of its own, which is empty.
func newCrowd(b *testing.B) (c crowd, dsn string) {
	b.Helper()
	dsn = newDatabase(b)
	c = newFeishuCrowd(b, dsn, feishutest.Options{
		PingInterval: 60, AckWithin: time.Minute, // an ack that comes late is to be seen as late, not as none
	})
	c.fill()
	return c, dsn
}

// fill gathers the crowd in one group, and makes the tables.
func (c *company) fill() {
	var names []string
	for i := range crowdSize {
		names = append(names, member(i))
		c.person(member(i), "研发部", "")
	}
	c.group("大群", names...)
	c.environ = append(c.environ, childSteady+"=1")
	c.at(on(c.TB, "2026-12-02 09:30"))
	c.migrate()
}

// member is the name of the i-th of a crowd.
func member(i int) string { return fmt.Sprintf("同事%c", '甲'+rune(i%crowdSize)*7) }

// A saying is what all of a crowd write, each for himself.
type saying struct {
	name  string
	group bool
	text  func(i int) string
}

// sayings are one that only reads and one that writes.
func sayings() []saying {
	return []saying{
		{"mine", false, func(int) string { return "我的待办" }},
		{"assign", true, func(i int) string {
			return fmt.Sprintf("待办 @%s 完成第%d份接口文档 截止:12月4日17:00 优先:中 交付:文档1份", member(i+1), i)
		}},
	}
}

// A speaker has the i-th message worked on and returns when it is acked.
type speaker func(ctx context.Context, s saying, i int) error

// overTheWire has people write in the client.
func (c crowd) overTheWire(ctx context.Context, s saying, i int) error {
	chat, text := "", s.text(i)
	if s.group {
		chat, text = c.ids["大群"], "@会办 "+text
	}
	d, err := c.fake.Say(ctx, chat, c.ids[member(i)], text)
	if err == nil && (!d.Acked || d.Deliveries != 1) {
		err = fmt.Errorf("message %d: %+v", i, d)
	}
	return err
}

// A lane is one way in which messages are worked on, and how to end it.
type lane func(b *testing.B) (speak speaker, end func())

// throughServe is the program itself, in a process of its own.
func throughServe(b *testing.B) (speaker, func()) {
	b.Helper()
	c, _ := newCrowd(b)
	c.serve()
	return c.overTheWire, func() { c.stop(); c.sound(false) }
}

// throughEcho is the bare SDK, in a process of its own.
func throughEcho(b *testing.B) (speaker, func()) {
	b.Helper()
	c, _ := newCrowd(b)
	cmd := c.command()
	cmd.Env = append(os.Environ(), childEcho+"="+c.fake.URL())
	c.launch(cmd)
	return c.overTheWire, func() { c.kill(); c.sound(false) }
}

// throughEngine calls Engine.Message and sends nothing: no wire, no process.
func throughEngine(b *testing.B) (speaker, func()) {
	b.Helper()
	speak, _, end := callEngine(b)
	return speak, end
}

// throughSendingEngine is throughEngine beside a courier, as serve has one, that
// sends what was decided.
func throughSendingEngine(b *testing.B) (speaker, func()) {
	b.Helper()
	speak, app, end := callEngine(b)
	ctx, cancel := context.WithCancel(b.Context())
	ran := make(chan error, 1)
	go func() { ran <- app.Courier.Run(ctx) }()
	return speak, func() { cancel(); must(b, <-ran); end() }
}

// callEngine is an app of which nothing runs. The platform is there for what the
// engine asks of it (people, members) and for a courier.
func callEngine(b *testing.B) (speak speaker, app *App, end func()) {
	b.Helper()
	c, dsn := newCrowd(b)
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // to word the lines is work that serve does too
	store, err := storage.OpenMySQL(b.Context(), dsn, storage.Options{Log: log, Lease: time.Now, Jitter: jitter})
	must(b, err)
	p, err := feishu.New(feishu.Options{AppID: "cli_test", AppSecret: feishuSecret, Domain: c.fake.URL(), Now: c.now, Log: log})
	must(b, err)
	app, err = New(Parts{Store: store, Platforms: []bot.Platform{p}, Calendar: calendar(), Now: c.now, Log: log})
	must(b, err)
	var n atomic.Int64
	speak = func(ctx context.Context, s saying, i int) error {
		return app.Engine.Message(ctx, c.direct(s, i, fmt.Sprintf("om_direct_%d", n.Add(1))))
	}
	return speak, app, func() { must(b, store.Close()) }
}

// direct is the message as the adapter hands it on.
func (c crowd) direct(s saying, i int, id string) bot.Message {
	from, text := c.ids[member(i)], s.text(i)
	m := bot.Message{
		Event: "feishu:m:" + id, ID: bot.MessageID(id), From: bot.Account("feishu:" + from), At: c.now(),
		Chat: bot.ChatID("feishu:oc_single_" + from), Private: true, Text: text,
	}
	if s.group {
		m.Chat, m.Private = bot.ChatID("feishu:"+c.ids["大群"]), false
		m.Text = "@_user_1 " + strings.Replace(text, "@"+member(i+1), "@_user_2", 1)
		m.Mentions = []bot.Mention{{Token: "@_user_1", Bot: true}, {Token: "@_user_2", Account: bot.Account("feishu:" + c.ids[member(i+1)])}}
	}
	return m
}

// warm lets everybody say everything once, so that all are known, have a task,
// and what is opened once is open.
func warm(b *testing.B, speak speaker) {
	b.Helper()
	for _, s := range slices.Backward(sayings()) {
		must(b, together(b.Context(), speak, s, crowdSize).err)
	}
}

// paces are how long messages took, and all of them together.
type paces struct {
	each  []time.Duration
	whole time.Duration
	err   error // the first
	mu    sync.Mutex
}

func (p *paces) note(took time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.each = append(p.each, took)
	if p.err == nil {
		p.err = err
	}
}

func (p *paces) perSecond() float64 { return float64(len(p.each)) / p.whole.Seconds() }

// ms is the time that a share of the messages took at most, in milliseconds.
func (p *paces) ms(share float64) float64 {
	slices.Sort(p.each)
	return p.each[min(int(share*float64(len(p.each))), len(p.each)-1)].Seconds() * 1000
}

// together has everybody write the next message as soon as the last is acked, n
// messages in all.
func together(ctx context.Context, speak speaker, s saying, n int) *paces {
	p := &paces{}
	var all sync.WaitGroup
	begin := time.Now()
	for who := range crowdSize {
		all.Go(func() {
			for i := who; i < n; i += crowdSize {
				from := time.Now()
				err := speak(ctx, s, i)
				p.note(time.Since(from), err)
			}
		})
	}
	all.Wait()
	p.whole = time.Since(begin)
	return p
}

// onTime has messages written at so many a second, however long the acks take,
// for a while. Each is timed from when it was to be written.
func onTime(ctx context.Context, speak speaker, s saying, perSecond int, long time.Duration) *paces {
	p := &paces{}
	var all sync.WaitGroup
	begin := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range int(long.Seconds() * float64(perSecond)) {
		at := begin.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		timer.Reset(time.Until(at))
		<-timer.C
		all.Go(func() {
			err := speak(ctx, s, i)
			p.note(time.Since(at), err)
		})
	}
	all.Wait()
	p.whole = time.Since(begin)
	return p
}

// reminded is what a message of the app says in its card, for counting.
func reminded(m feishutest.Message) bool {
	return m.Type == "interactive" && json.Valid([]byte(m.Content)) && strings.Contains(m.Text(), "份文档")
}
