// Command dingtalk is a fake DingTalk to try huiban by hand: it prints what
// belongs into the configuration, does what the lines on standard input say, and
// shows what the bot says. It is a tool of developers; start it by
//
//	go run ./.ci/dingtalk
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
)

const (
	team   = "产品群"
	alone  = "私聊"
	secret = "try-this-secret"
	help   = `一行一件事：
  说 产品群 周敏 @会办 帮助          （群写“私聊”就是和会办单独说；用“打”代替“说”，@人名就不是从列表里选的）
  点 消息号 周敏 按钮上的字 [栏=值 …] （消息按钮、卡片按钮、表单的“提交”都行）
  消息                              列出会办说过的
  加群 | 退群 | 解散 | 断线
  连接                              Stream 连接有几条
  用量                              这个月花了多少
  额度 5000 3000                    改每月的额度，0 是不限
  http 地址                         消息改用 HTTP 送；不写地址就改回 Stream
  缺权限 qyapi_robot_sendmsg … | 给权限 …
  模板 好 | 没发布 | 别人的
  会话过期                          群里给过的回复地址都失效
  故障 慢点 | 忙 | 用完 | 令牌 | 没送到 | 没回音 | 502 | 被分走 | 没正文 | 没身份
  故障 码 [接口路径的开头]           如 故障 authFailed /v1.0/gateway/
  好了                              故障都修好
`
)

var errHelp = errors.New("这一行看不懂，写法见开头")

// A room is the platform with its people, and who reads along.
type room struct {
	fake *dingtalktest.Server
	out  io.Writer
	ids  map[string]string // name to id, of people and of the group

	mu    sync.Mutex // of what follows, and of lines on out
	heals []func()
	shown map[string]int // message id to edits already shown
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdin, os.Stdout)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const template = "1f4f6a2e-try.schema"

// run plays the platform until ctx is done; the end of the input does not end it.
func run(ctx context.Context, in io.Reader, out io.Writer) error {
	o := dingtalktest.Options{ClientID: "dingtry1a2b3c4d", ClientSecret: secret, MonthlyCalls: 5000, MonthlyPushes: 3000}
	fake, err := dingtalktest.Start(o) //nolint:contextcheck // it ends by Close
	if err != nil {
		return err
	}
	r := &room{fake: fake, out: out, ids: map[string]string{team: "cidteam==", alone: ""}, shown: map[string]int{}}
	fake.AddDepartment(dingtalktest.Department{ID: 1, Name: "公司"})
	fake.AddDepartment(dingtalktest.Department{ID: 2, Parent: 1, Name: "产品部"})
	var members []string
	for i, name := range []string{"高远", "周敏", "许哲"} {
		p := dingtalktest.Person{UserID: "user" + strconv.Itoa(i+1), Name: name, Departments: []int{2}, Admin: i == 0}
		if i > 0 {
			p.Manager = members[0]
		}
		r.ids[name], members = p.UserID, append(members, p.UserID)
		fake.AddPerson(p)
	}
	const guest = "外来客"
	r.ids[guest], members = "guest1", append(members, "guest1")
	fake.AddPerson(dingtalktest.Person{UserID: "guest1", Name: guest, External: true})
	fake.AddGroup(dingtalktest.Group{ID: r.ids[team], Name: team, Members: members})
	fake.AddTemplate(dingtalktest.Template{ID: template})
	r.sayf("# 写进 huiban.yaml：\ndingtalk:\n  client_id: %s\n  api: %s\n  oapi: %s\n  # 到第 2 级时：\n  # card_template: %s\n# Client Secret：%s\n\n%s",
		o.ClientID, fake.URL(), fake.URL(), template, secret, help)
	go r.listen(ctx)
	go r.obey(ctx, in)
	<-ctx.Done()
	return fake.Close()
}

func (r *room) sayf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = fmt.Fprintf(r.out, format+"\n", args...)
}

// listen shows what the bot says and what the platform objects to, as it comes.
func (r *room) listen(ctx context.Context) {
	objected := 0
	for {
		changed := r.fake.Changed()
		for _, m := range r.fake.Messages() {
			r.show(m)
		}
		problems := r.fake.Problems()
		for _, p := range problems[objected:] {
			r.sayf("!! %s", p)
		}
		objected = len(problems)
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// show prints a message that is new or was edited.
func (r *room) show(m dingtalktest.Message) {
	r.mu.Lock()
	edits, known := r.shown[m.ID]
	r.shown[m.ID] = m.Edits
	r.mu.Unlock()
	if known && edits == m.Edits {
		return
	}
	mark := m.Type
	if m.Edits > 0 {
		mark += "，更新"
	}
	r.sayf("%s %s ←（%s）%s", m.ID, r.name(cmp.Or(m.To, m.Chat)), mark, m.Text())
}

// name is the one of an id.
func (r *room) name(id string) string {
	for name, known := range r.ids {
		if known != "" && known == id {
			return name
		}
	}
	return id
}

// obey does what the lines say.
func (r *room) obey(ctx context.Context, in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if err := r.do(ctx, words[0], words[1:]); err != nil {
			r.sayf("没做成：%v", err)
		}
	}
	if err := lines.Err(); err != nil {
		r.sayf("读不了：%v", err)
	}
}

// do is one line.
func (r *room) do(ctx context.Context, verb string, args []string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // longer than an ack may take
	defer cancel()
	switch verb {
	case "说", "打":
		return r.say(ctx, verb == "打", args)
	case "点":
		return r.tap(ctx, args)
	case "加群", "退群", "解散":
		return r.happen(ctx, verb)
	case "消息":
		r.mu.Lock()
		clear(r.shown)
		r.mu.Unlock()
		for _, m := range r.fake.Messages() {
			r.show(m)
		}
	case "用量":
		r.usage()
	case "故障":
		return r.spoil(args)
	case "好了":
		for _, heal := range r.heals {
			heal()
		}
		r.heals = nil
	default:
		return r.set(verb, args)
	}
	return nil
}

// set changes how the platform is set up.
func (r *room) set(verb string, args []string) error {
	switch verb {
	case "断线":
		r.fake.Disconnect()
	case "连接":
		r.sayf("%d 条 Stream 连接", r.fake.Connections())
	case "http":
		r.fake.PostMessagesTo(strings.Join(args, ""))
	case "缺权限":
		r.fake.Forbid(args...)
	case "给权限":
		r.fake.Grant(args...)
	case "会话过期":
		r.fake.ExpireSessions()
	case "模板":
		state := strings.Join(args, "")
		r.fake.AddTemplate(dingtalktest.Template{ID: template, Unpublished: state == "没发布", Foreign: state == "别人的"})
	case "额度":
		if len(args) != 2 {
			return errHelp
		}
		calls, err := strconv.Atoi(args[0])
		pushes, wrong := strconv.Atoi(args[1])
		if err := errors.Join(err, wrong); err != nil {
			return err
		}
		r.fake.Limit(calls, pushes)
	default:
		return errHelp
	}
	return nil
}

// say is a person writing in a group, or to the bot alone.
func (r *room) say(ctx context.Context, typed bool, args []string) error {
	if len(args) < 3 {
		return errHelp
	}
	chat, known := r.ids[args[0]]
	person := r.ids[args[1]]
	if !known || person == "" {
		return fmt.Errorf("没有“%s”这个群，或没有“%s”这个人", args[0], args[1])
	}
	speak := r.fake.Say
	if typed {
		speak = r.fake.Type
	}
	return r.told(speak(ctx, chat, person, strings.Join(args[2:], " ")))
}

// tap is a person touching a button of a message or of a card.
func (r *room) tap(ctx context.Context, args []string) error {
	if len(args) < 3 || r.ids[args[1]] == "" {
		return errHelp
	}
	message, found := r.fake.Message(args[0])
	if !found {
		return fmt.Errorf("没有消息 %s", args[0])
	}
	person := r.ids[args[1]]
	if message.Type != "card" {
		return r.told(r.fake.TapLink(ctx, message.ID, person, args[2]))
	}
	values := map[string]any{}
	for _, pair := range args[3:] {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return errHelp
		}
		values[name] = value
	}
	a, err := r.fake.TapButton(ctx, message.ID, person, args[2], values)
	if err != nil {
		return err
	}
	seen, _ := r.fake.Message(message.ID)
	r.sayf("%s 看到（答了：%v，换了：%v，%v）：%s", args[1], a.Heard, a.Changed, a.Took.Round(time.Millisecond), seen.TextFor(person))
	return nil
}

// happen is something that people do to the group.
func (r *room) happen(ctx context.Context, verb string) error {
	deed := map[string]func(context.Context, string, string) (dingtalktest.Delivery, error){
		"加群": r.fake.BotAdded, "退群": r.fake.BotRemoved, "解散": r.fake.Disband,
	}[verb]
	return r.told(deed(ctx, r.ids[team], r.ids["周敏"]))
}

func (r *room) told(d dingtalktest.Delivery, err error) error {
	r.sayf("送达：%v（送了 %d 次，回执 %d）", d.Acked, d.Deliveries, d.Code)
	return err
}

// usage prints what the month cost.
func (r *room) usage() {
	u := r.fake.Usage(time.Now().In(time.FixedZone("CST", 8*60*60)).Format("2006-01"))
	r.sayf("接口 %d 次，推送 %d 次", u.Calls, u.Pushes)
	for _, kind := range slices.Sorted(maps.Keys(u.Kinds)) {
		r.sayf("  %s %d", kind, u.Kinds[kind])
	}
}

// spoil breaks something until 好了.
func (r *room) spoil(args []string) error {
	if len(args) == 0 {
		return errHelp
	}
	kinds := map[string]dingtalktest.FaultKind{
		"慢点": dingtalktest.QPSLimit, "忙": dingtalktest.SystemBusy, "用完": dingtalktest.MonthlyLimit, "令牌": dingtalktest.InvalidAuthentication,
		"没送到": dingtalktest.NotDelivered, "没回音": dingtalktest.TimeoutAfterAccept, "502": dingtalktest.BadGateway,
		"被分走": dingtalktest.OtherClient, "没正文": dingtalktest.QuotaNotice, "没身份": dingtalktest.NoStaffID,
	}
	f := dingtalktest.Fault{Kind: kinds[args[0]], Path: strings.Join(args[1:], "")}
	if f.Kind == "" {
		f.Kind, f.Code = dingtalktest.Code, args[0]
	}
	r.heals = append(r.heals, r.fake.Break(f))
	return nil
}
