// Command feishu is a fake Feishu to try huiban by hand: it prints what belongs
// into the configuration, does what the lines on standard input say, and shows
// what the bot says. It is a tool of developers; start it by
//
//	go run ./.ci/feishu
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiban/adapters/feishu/feishutest"
)

const (
	team = "产品群"
	help = `一行一件事：
  说 产品群 周敏 @会办 帮助         （群写“私聊”就是和会办单独说）
  点 消息号 周敏 按钮上的字
  消息                             列出会办说过的
  加群 | 退群 | 断线
  连接                             长连接有几个
  webhook 地址                     改用 webhook 送，并像后台那样验证地址；不写地址就改回长连接
  缺权限 im:chat:read … | 给权限 … | 藏通讯录
  故障 429 | 502 | 令牌 | 用完 | 没订阅 | 被分走 | 连接太多
  故障 码 [接口路径的开头]          如 故障 10014 /open-apis/auth/
  好了                             故障都修好
`
)

var errHelp = errors.New("这一行看不懂，写法见开头")

// A room is the platform with its people, and who reads along.
type room struct {
	fake *feishutest.Server
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

// run plays the platform until ctx is done; the end of the input does not end it.
func run(ctx context.Context, in io.Reader, out io.Writer) error {
	o := feishutest.Options{
		AppID: "cli_a1b2c3d4e5", AppSecret: "try-this-secret",
		EncryptKey: "try-encrypt-key", VerificationToken: "try-verification-token",
	}
	fake, err := feishutest.Start(o) //nolint:contextcheck // it ends by Close
	if err != nil {
		return err
	}
	r := &room{fake: fake, out: out, ids: map[string]string{team: "oc_team", "私聊": ""}, shown: map[string]int{}}
	fake.AddDepartment("od_product", "产品部")
	for i, name := range []string{"高远", "周敏", "许哲"} {
		p := feishutest.Person{OpenID: "ou_" + strconv.Itoa(i+1), UnionID: "on_" + strconv.Itoa(i+1), Name: name, Departments: []string{"od_product"}}
		if i > 0 {
			p.Leader = "ou_1"
		}
		r.ids[name] = p.OpenID
		fake.AddPerson(p)
	}
	fake.AddChat(feishutest.Chat{ID: r.ids[team], Name: team, Members: []string{"ou_1", "ou_2", "ou_3"}, BotOut: true})
	r.sayf("# 写进 huiban.yaml：\nfeishu:\n  domain: %s\n  app_id: %s\n# App Secret：%s\n# Encrypt Key：%s\n# Verification Token：%s\n\n%s",
		fake.URL(), o.AppID, o.AppSecret, o.EncryptKey, o.VerificationToken, help)
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
func (r *room) show(m feishutest.Message) {
	r.mu.Lock()
	edits, known := r.shown[m.ID]
	r.shown[m.ID] = m.Edits
	r.mu.Unlock()
	if known && edits == m.Edits {
		return
	}
	mark := ""
	if m.Edits > 0 {
		mark = "（更新）"
	}
	where := m.Chat
	for name, id := range r.ids {
		if id != "" && (id == m.Chat || id == m.To) {
			where = name
		}
	}
	r.sayf("%s %s ←%s %s", m.ID, where, mark, m.Text())
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
	case "说", "点":
		if len(args) < 3 {
			return errHelp
		}
		return r.act(ctx, verb, args[0], args[1], strings.Join(args[2:], " "))
	case "消息":
		r.mu.Lock()
		clear(r.shown)
		r.mu.Unlock()
		for _, m := range r.fake.Messages() {
			r.show(m)
		}
	case "加群":
		return r.told(r.fake.BotAdded(ctx, r.ids[team], r.ids["周敏"]))
	case "退群":
		return r.told(r.fake.BotRemoved(ctx, r.ids[team], r.ids["周敏"]))
	case "断线":
		r.fake.Disconnect()
	case "连接":
		r.sayf("%d 个长连接", r.fake.Connections())
	case "webhook":
		r.fake.UseWebhook(strings.Join(args, ""))
		if len(args) > 0 {
			return r.fake.Challenge(ctx)
		}
	case "缺权限":
		r.fake.Forbid(args...)
	case "给权限":
		r.fake.Grant(args...)
	case "藏通讯录":
		r.fake.HideContacts()
	case "故障":
		return r.spoil(args)
	case "好了":
		for _, heal := range r.heals {
			heal()
		}
		r.heals = nil
	default:
		return errHelp
	}
	return nil
}

// act is a person saying something in a group, or tapping a button of a message.
func (r *room) act(ctx context.Context, verb, where, who, what string) error {
	person := r.ids[who]
	if person == "" {
		return fmt.Errorf("没有“%s”这个人", who)
	}
	if verb == "点" {
		a, err := r.fake.Tap(ctx, where, person, what, nil)
		r.sayf("%s 看到：%s（换了卡片：%v，码：%d）", who, a.Toast, a.Changed, a.Code)
		return err
	}
	chat, ok := r.ids[where]
	if !ok {
		return fmt.Errorf("没有“%s”这个群", where)
	}
	return r.told(r.fake.Say(ctx, chat, person, what))
}

func (r *room) told(d feishutest.Delivery, err error) error {
	r.sayf("送达：%v（送了 %d 次，回执 %d）", d.Acked, d.Deliveries, d.Code)
	return err
}

// spoil breaks something until 好了.
func (r *room) spoil(args []string) error {
	kinds := map[string]feishutest.FaultKind{
		"429": feishutest.RateLimited, "502": feishutest.BadGateway, "令牌": feishutest.TokenExpired, "用完": feishutest.QuotaUsedUp,
		"没订阅": feishutest.NotSubscribed, "被分走": feishutest.OtherClient, "连接太多": feishutest.TooManyConnections,
	}
	args = slices.Concat(args, []string{"", ""})
	f := feishutest.Fault{Kind: kinds[args[0]], Path: args[1]}
	if f.Kind == "" {
		code, err := strconv.Atoi(args[0])
		if err != nil {
			return errHelp
		}
		f.Kind, f.Code = feishutest.Code, code
	}
	r.heals = append(r.heals, r.fake.Break(f))
	return nil
}
