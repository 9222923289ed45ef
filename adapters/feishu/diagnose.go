package feishu

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"huiban/bot"
	"huiban/bot/card"
)

// A Finding is one thing that an administrator should know: how grave it is and
// what to do, down to the page of the console.
type Finding struct {
	Grave bool // the bot cannot work like this
	Fine  bool // nothing to do
	Say   string
}

func fine(say string, args ...any) Finding {
	return Finding{Fine: true, Say: fmt.Sprintf(say, args...)}
}

func grave(say string, args ...any) Finding {
	return Finding{Grave: true, Say: fmt.Sprintf(say, args...)}
}

func remark(say string, args ...any) Finding { return Finding{Say: fmt.Sprintf(say, args...)} }

// Diagnose checks from outside what can be checked. It sends nothing to anybody;
// what no call reveals (the callback tab, published versions) is named as a
// remark with its page.
func (p *Platform) Diagnose(ctx context.Context) []Finding {
	skew, err := p.skew(ctx)
	if err != nil {
		return []Finding{grave("%s", p.tokenTrouble(err))}
	}
	out := []Finding{fine("凭证有效：App ID 和 App Secret 对得上")}
	if skew.Abs() > 5*time.Second {
		out = append(out, remark("本机时钟和飞书相差 %v：请打开时间同步（chrony 或 systemd-timesyncd），否则提醒不准，签名也可能过期", skew.Round(time.Second)))
	}
	us := p.findBot(ctx)
	out = append(out, us)
	if us.Grave {
		return out
	}
	out = append(out, p.findConnections(ctx)...)
	out = append(out, p.findScopes(ctx)...)
	return append(out,
		remark("请核对（没有接口能查）：开发者后台 → 事件与回调 → “回调配置”页（和“事件配置”是两页）：订阅方式与本机一致，已添加“卡片回传交互 card.action.trigger”"),
		remark("请核对（没有接口能查）：开发者后台 → 版本管理与发布：最后一次改动以后，已创建新版本并通过审核；可用范围包含要用会办的人"))
}

// skew asks for a token and is how far our clock is behind the platform's.
func (p *Platform) skew(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	resp, err := p.client.send(ctx, request{
		method: http.MethodGet, path: "/open-apis/bot/v3/info",
	}, "t-none") // refused, but with the time of day
	var at time.Time
	if resp != nil {
		at, _ = http.ParseTime(resp.Header.Get("Date"))
	}
	if _, ok := errors.AsType[*apiError](err); err != nil && !ok {
		return 0, err // no connection
	}
	if _, err := p.client.tokens.get(ctx); err != nil {
		return 0, err
	}
	if at.IsZero() {
		return 0, nil
	}
	return at.Sub(p.o.Now()), nil
}

// tokenTrouble says what an administrator does about a token that cannot be had.
func (p *Platform) tokenTrouble(err error) string {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		return fmt.Sprintf("连不上 %s：请检查本机能否访问外网 443 端口、DNS 和代理（%v）", p.base, err)
	}
	switch e.Code {
	case 10003:
		return "App ID 不对（10003）：请对照开发者后台 → 凭证与基础信息；国际版 Lark 的应用要设 feishu.domain: lark"
	case 10014:
		return "应用已停用（10014）：请在开发者后台 → 版本管理与发布 启用应用，或请企业管理员在管理后台启用"
	case 10015:
		return "App Secret 不对（10015）：请对照开发者后台 → 凭证与基础信息，注意重置以后旧的就失效了"
	case 99991401:
		return "本机的出口 IP 不在白名单里（99991401）：请在开发者后台 → 安全设置 → IP 白名单 里加上"
	}
	return fmt.Sprintf("拿不到访问凭证：%v", err)
}

func (p *Platform) findBot(ctx context.Context) Finding {
	info, err := p.Bot(ctx)
	if e, ok := errors.AsType[*apiError](err); ok && e.Code != 230006 && e.Code != 11205 {
		return grave("查不到机器人：%v", err)
	}
	if err != nil {
		return grave("应用还没有机器人能力（230006）：请在开发者后台 → 添加应用能力 → 机器人，然后发布版本")
	}
	if info.Status != 0 && info.Status != 2 {
		return grave("机器人还没有启用：请在开发者后台 → 版本管理与发布 创建版本并通过审核")
	}
	return fine("机器人“%s”在，open_id 是 %s", info.Name, info.OpenID)
}

func (p *Platform) findConnections(ctx context.Context) []Finding {
	if p.o.Mode == Webhook {
		return nil
	}
	n, err := p.Connections(ctx)
	switch {
	case err != nil:
		return []Finding{remark("查不到长连接数：%v", err)}
	case n == 0:
		return []Finding{remark("现在没有长连接：huiban serve 没有在运行。后台的订阅方式要在它运行时才能选“使用长连接接收”")}
	case n == 1:
		return []Finding{fine("有 1 个长连接")}
	}
	return []Finding{remark("有 %d 个长连接：每条消息只会到其中一个。如果只运行了一个 huiban serve，说明还有别的程序（比如开发者的电脑）连着同一个应用，会分走消息", n)}
}

// scopeIn finds the names of scopes in the text of a 99991672.
var scopeIn = regexp.MustCompile(`[a-z]+:[a-z0-9_.]+(?::[a-z0-9_.]+)*`)

// findScopes tries what needs a scope and reads the refusals.
func (p *Platform) findScopes(ctx context.Context) []Finding {
	chats, err := p.chats(ctx)
	out := missing(err, "列出所在的群")
	if err == nil {
		out = append(out, groupsFound(chats))
	}
	for _, c := range chats {
		_, err := p.directory.membersOf(ctx, c.ID)
		out = append(out, missing(err, "查群成员")...)
		break
	}
	_, err = p.directory.user(ctx, p.anybody(ctx, chats))
	if e, ok := errors.AsType[*apiError](err); ok && e.Code == codeNoContact {
		out = append(out, remark("通讯录范围里没有这位群成员（41050）：会办只能看到姓名，看不到部门和上级。请在开发者后台 → 权限管理 → 数据权限 把范围设为需要的部门"))
	} else {
		out = append(out, missing(err, "查姓名、部门和上级")...)
	}
	return out
}

// anybody is a person to try the contacts with; ourselves if nobody is known.
func (p *Platform) anybody(ctx context.Context, chats []group) string {
	for _, c := range chats {
		if ids, err := p.directory.membersOf(ctx, c.ID); err == nil && len(ids) > 0 {
			return ids[0]
		}
	}
	me, _ := p.me(ctx)
	return me
}

func groupsFound(chats []group) Finding {
	if len(chats) == 0 {
		return remark("会办还不在任何群里：请在群设置 → 群机器人 → 添加机器人 里选它")
	}
	names := make([]string, 0, 5)
	for _, c := range chats[:min(len(chats), 5)] {
		names = append(names, c.Name)
	}
	return fine("会办在 %d 个群里：%s", len(chats), strings.Join(names, "、"))
}

// missing says which scope a call lacked.
func missing(err error, what string) []Finding {
	e, ok := errors.AsType[*apiError](err)
	switch {
	case err == nil:
		return nil
	case !ok || e.Code != codeNoScope:
		return []Finding{remark("%s没有成功：%v", what, err)}
	}
	scopes := scopeIn.FindAllString(e.Msg, -1)
	if len(scopes) == 0 {
		return []Finding{grave("缺少权限，无法%s：%s", what, e.Msg)}
	}
	return []Finding{grave("缺少权限，无法%s：请在开发者后台 → 权限管理 开通 %s 中的一个，然后发布版本", what, strings.Join(scopes, " 或 "))}
}

// A group is a chat that the bot is in.
type group struct {
	ID   string `json:"chat_id"`
	Name string `json:"name"`
}

// chats are the groups that the bot is in, the first hundred.
func (p *Platform) chats(ctx context.Context) ([]group, error) {
	var answer struct {
		Items []group `json:"items"`
	}
	err := p.client.call(ctx, request{
		method: http.MethodGet, path: "/open-apis/im/v1/chats", query: larkcore.QueryParams{"page_size": {"100"}},
	}, &answer)
	return answer.Items, err
}

// SendTest sends a card with one button to a group, named or by its id, so that
// an administrator sees whether a tap comes back.
func (p *Platform) SendTest(ctx context.Context, chat, uuid string) error {
	chats, err := p.chats(ctx)
	if err != nil {
		return err
	}
	for _, c := range chats {
		if c.ID != chat && c.Name != chat {
			continue
		}
		_, err := p.Send(ctx, bot.Out{UUID: uuid, Chat: chatID(c.ID), Card: &card.Card{
			Title: "会办自检", Tone: card.Blue, Body: "请点下面的按钮。提示“一切正常”，说明消息、卡片和点击都通了。",
			Buttons: []card.Button{{ID: "自检", Label: "点我试试", Do: card.Action{Command: "自检", Words: "自检"}}},
		}})
		return err
	}
	return fmt.Errorf("会办不在“%s”这个群里：请先把它加进去（群设置 → 群机器人），群名要写全", chat)
}
