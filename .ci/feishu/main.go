// Command feishu is a fake Feishu to try huiban by hand: it prints what belongs
// into the configuration, does what the lines on standard input say, and shows
// what the bot says. It is a tool of developers; start it by
//
//	go run ./.ci/feishu
package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiban/.ci/hand"
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

// A room is the platform with its people, played by hand.
type room struct {
	*hand.Room

	fake *feishutest.Server
}

func main() {
	o := feishutest.Options{
		AppID: "cli_a1b2c3d4e5", AppSecret: "try-this-secret",
		EncryptKey: "try-encrypt-key", VerificationToken: "try-verification-token",
	}
	fake, err := feishutest.Start(o)
	hand.Must(err)
	r := &room{fake: fake}
	r.Room = &hand.Room{Fake: fake, Messages: r.messages, Do: r.do, IDs: map[string]string{team: "oc_team", "私聊": ""}}
	fake.AddDepartment("od_product", "产品部")
	for i, name := range []string{"高远", "周敏", "许哲"} {
		p := feishutest.Person{OpenID: "ou_" + strconv.Itoa(i+1), UnionID: "on_" + strconv.Itoa(i+1), Name: name, Departments: []string{"od_product"}}
		if i > 0 {
			p.Leader = "ou_1"
		}
		r.IDs[name] = p.OpenID
		fake.AddPerson(p)
	}
	fake.AddChat(feishutest.Chat{ID: r.IDs[team], Name: team, Members: []string{"ou_1", "ou_2", "ou_3"}, BotOut: true})
	r.Play(fmt.Sprintf("# 写进 huiban.yaml：\nfeishu:\n  domain: %s\n  app_id: %s\n# App Secret：%s\n# Encrypt Key：%s\n# Verification Token：%s\n\n%s",
		fake.URL(), o.AppID, o.AppSecret, o.EncryptKey, o.VerificationToken, help))
}

// messages are what the bot said.
func (r *room) messages() []hand.Seen {
	var out []hand.Seen
	for _, m := range r.fake.Messages() {
		out = append(out, hand.Seen{ID: m.ID, Chat: m.Chat, To: m.To, Text: m.Text(), Edits: m.Edits})
	}
	return out
}

// do is a line that only Feishu knows.
func (r *room) do(ctx context.Context, verb string, args []string) error {
	switch verb {
	case "说", "点":
		if len(args) < 3 {
			return hand.ErrHelp
		}
		return r.act(ctx, verb, args[0], args[1], strings.Join(args[2:], " "))
	case "加群":
		return r.told(r.fake.BotAdded(ctx, r.IDs[team], r.IDs["周敏"]))
	case "退群":
		return r.told(r.fake.BotRemoved(ctx, r.IDs[team], r.IDs["周敏"]))
	case "webhook":
		r.fake.UseWebhook(strings.Join(args, ""))
		if len(args) > 0 {
			return r.fake.Challenge(ctx)
		}
	case "藏通讯录":
		r.fake.HideContacts()
	case "故障":
		return r.spoil(args)
	default:
		return hand.ErrHelp
	}
	return nil
}

// act is a person saying something in a group, or tapping a button of a message.
func (r *room) act(ctx context.Context, verb, where, who, what string) error {
	person := r.IDs[who]
	if person == "" {
		return fmt.Errorf("没有“%s”这个人", who)
	}
	if verb == "点" {
		a, err := r.fake.Tap(ctx, where, person, what, nil)
		r.Sayf("%s 看到：%s（换了卡片：%v，码：%d）", who, a.Toast, a.Changed, a.Code)
		return err
	}
	chat, ok := r.IDs[where]
	if !ok {
		return fmt.Errorf("没有“%s”这个群", where)
	}
	return r.told(r.fake.Say(ctx, chat, person, what))
}

func (r *room) told(d feishutest.Delivery, err error) error {
	r.Sayf("送达：%v（送了 %d 次，回执 %d）", d.Acked, d.Deliveries, d.Code)
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
			return hand.ErrHelp
		}
		f.Kind, f.Code = feishutest.Code, code
	}
	r.Spoilt(r.fake.Break(f))
	return nil
}
