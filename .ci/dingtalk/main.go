// Command dingtalk is a fake DingTalk to try huiban by hand: it prints what
// belongs into the configuration, does what the lines on standard input say, and
// shows what the bot says. It is a tool of developers; start it by
//
//	go run ./.ci/dingtalk
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiban/.ci/hand"
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

// A room is the platform with its people, played by hand.
type room struct {
	*hand.Room

	fake *dingtalktest.Server
}

const template = "1f4f6a2e-try.schema"

func main() {
	o := dingtalktest.Options{ClientID: "dingtry1a2b3c4d", ClientSecret: secret, MonthlyCalls: 5000, MonthlyPushes: 3000}
	fake, err := dingtalktest.Start(o)
	hand.Must(err)
	r := &room{fake: fake}
	r.Room = &hand.Room{Fake: fake, Messages: r.messages, Do: r.do, IDs: map[string]string{team: "cidteam==", alone: ""}}
	fake.AddDepartment(dingtalktest.Department{ID: 1, Name: "公司"})
	fake.AddDepartment(dingtalktest.Department{ID: 2, Parent: 1, Name: "产品部"})
	var members []string
	for i, name := range []string{"高远", "周敏", "许哲"} {
		p := dingtalktest.Person{UserID: "user" + strconv.Itoa(i+1), Name: name, Departments: []int{2}, Admin: i == 0}
		if i > 0 {
			p.Manager = members[0]
		}
		r.IDs[name], members = p.UserID, append(members, p.UserID)
		fake.AddPerson(p)
	}
	const guest = "外来客"
	r.IDs[guest], members = "guest1", append(members, "guest1")
	fake.AddPerson(dingtalktest.Person{UserID: "guest1", Name: guest, External: true})
	fake.AddGroup(dingtalktest.Group{ID: r.IDs[team], Name: team, Members: members})
	fake.AddTemplate(dingtalktest.Template{ID: template})
	r.Play(fmt.Sprintf("# 写进 huiban.yaml：\ndingtalk:\n  client_id: %s\n  api: %s\n  oapi: %s\n  # 到第 2 级时：\n  # card_template: %s\n# Client Secret：%s\n\n%s",
		o.ClientID, fake.URL(), fake.URL(), template, secret, help))
}

// messages are what the bot said.
func (r *room) messages() []hand.Seen {
	var out []hand.Seen
	for _, m := range r.fake.Messages() {
		out = append(out, hand.Seen{ID: m.ID, Chat: m.Chat, To: m.To, Mark: "（" + m.Type + "）", Text: m.Text(), Edits: m.Edits})
	}
	return out
}

// do is a line that only DingTalk knows.
func (r *room) do(ctx context.Context, verb string, args []string) error {
	switch verb {
	case "说", "打":
		return r.say(ctx, verb == "打", args)
	case "点":
		return r.tap(ctx, args)
	case "加群", "退群", "解散":
		return r.happen(ctx, verb)
	case "用量":
		r.usage()
	case "故障":
		return r.spoil(args)
	default:
		return r.set(verb, args)
	}
	return nil
}

// set changes how the platform is set up.
func (r *room) set(verb string, args []string) error {
	switch verb {
	case "http":
		r.fake.PostMessagesTo(strings.Join(args, ""))
	case "会话过期":
		r.fake.ExpireSessions()
	case "模板":
		state := strings.Join(args, "")
		r.fake.AddTemplate(dingtalktest.Template{ID: template, Unpublished: state == "没发布", Foreign: state == "别人的"})
	case "额度":
		if len(args) != 2 {
			return hand.ErrHelp
		}
		calls, err := strconv.Atoi(args[0])
		pushes, wrong := strconv.Atoi(args[1])
		if err := errors.Join(err, wrong); err != nil {
			return err
		}
		r.fake.Limit(calls, pushes)
	default:
		return hand.ErrHelp
	}
	return nil
}

// say is a person writing in a group, or to the bot alone.
func (r *room) say(ctx context.Context, typed bool, args []string) error {
	if len(args) < 3 {
		return hand.ErrHelp
	}
	chat, known := r.IDs[args[0]]
	person := r.IDs[args[1]]
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
	if len(args) < 3 || r.IDs[args[1]] == "" {
		return hand.ErrHelp
	}
	message, found := r.fake.Message(args[0])
	if !found {
		return fmt.Errorf("没有消息 %s", args[0])
	}
	person := r.IDs[args[1]]
	if message.Type != "card" {
		return r.told(r.fake.TapLink(ctx, message.ID, person, args[2]))
	}
	values := map[string]any{}
	for _, pair := range args[3:] {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return hand.ErrHelp
		}
		values[name] = value
	}
	a, err := r.fake.TapButton(ctx, message.ID, person, args[2], values)
	if err != nil {
		return err
	}
	seen, _ := r.fake.Message(message.ID)
	r.Sayf("%s 看到（答了：%v，换了：%v，%v）：%s", args[1], a.Heard, a.Changed, a.Took.Round(time.Millisecond), seen.TextFor(person))
	return nil
}

// happen is something that people do to the group.
func (r *room) happen(ctx context.Context, verb string) error {
	deed := map[string]func(context.Context, string, string) (dingtalktest.Delivery, error){
		"加群": r.fake.BotAdded, "退群": r.fake.BotRemoved, "解散": r.fake.Disband,
	}[verb]
	return r.told(deed(ctx, r.IDs[team], r.IDs["周敏"]))
}

func (r *room) told(d dingtalktest.Delivery, err error) error {
	r.Sayf("送达：%v（送了 %d 次，回执 %d）", d.Acked, d.Deliveries, d.Code)
	return err
}

// usage prints what the month cost.
func (r *room) usage() {
	u := r.fake.Usage(time.Now().In(time.FixedZone("CST", 8*60*60)).Format("2006-01"))
	r.Sayf("接口 %d 次，推送 %d 次", u.Calls, u.Pushes)
	for _, kind := range slices.Sorted(maps.Keys(u.Kinds)) {
		r.Sayf("  %s %d", kind, u.Kinds[kind])
	}
}

// spoil breaks something until 好了.
func (r *room) spoil(args []string) error {
	if len(args) == 0 {
		return hand.ErrHelp
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
	r.Spoilt(r.fake.Break(f))
	return nil
}
