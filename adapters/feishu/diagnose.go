package feishu

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
		return []Finding{grave("%s", p.trouble(err))}
	}
	out := []Finding{fine("凭证有效：App ID 和 App Secret 对得上")}
	if skew.Abs() > 5*time.Second {
		out = append(out, clockWrong(skew))
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

// clockWrong says that our clock is behind the platform's by so much.
func clockWrong(behind time.Duration) Finding {
	word := "慢"
	if behind < 0 {
		word = "快"
	}
	return remark("本机时钟比飞书%s %v：请打开时间同步（chrony 或 systemd-timesyncd），否则提醒不准，Webhook 的签名也可能过期",
		word, behind.Abs().Round(time.Second))
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

func (p *Platform) findBot(ctx context.Context) Finding {
	info, err := p.Bot(ctx)
	if err != nil {
		return grave("查不到机器人：%s", p.trouble(err))
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
		return []Finding{remark("查不到长连接数：%s", p.trouble(err))}
	case n == 0:
		return []Finding{remark("现在没有长连接：huiban serve 没有在运行。后台的订阅方式要在它运行时才能选“使用长连接接收”")}
	case n == 1:
		return []Finding{fine("有 1 个长连接")}
	}
	return []Finding{remark("有 %d 个长连接：每条消息只会到其中一个。如果只运行了一个 huiban serve，说明还有别的程序（比如开发者的电脑）连着同一个应用，会分走消息", n)}
}

// findScopes tries what needs a scope and reads the refusals.
func (p *Platform) findScopes(ctx context.Context) []Finding {
	chats, err := p.chats(ctx)
	if err != nil {
		return []Finding{p.failed(err, "列出所在的群")}
	}
	out := []Finding{groupsFound(chats)}
	if len(chats) == 0 {
		return out // nobody to try the rest with
	}
	ids, err := p.directory.membersOf(ctx, chats[0].ID)
	if err != nil {
		return append(out, p.failed(err, "查群成员"))
	}
	if len(ids) == 0 {
		return out
	}
	return append(out, p.findContacts(ctx, ids[0]))
}

// findContacts looks at a person as the bot does. Fields whose scope is missing
// are left out by the platform, without a word.
func (p *Platform) findContacts(ctx context.Context, id string) Finding {
	u, err := p.directory.user(ctx, id)
	e, ok := errors.AsType[*apiError](err)
	switch {
	case ok && e.Code == codeNoContact:
		return remark("通讯录范围里没有这位群成员（41050）：会办只能看到姓名，看不到部门和上级，逾期时找不到上级。请在开发者后台 → 权限管理 → 数据权限 把通讯录范围放大到要用会办的部门，然后发布版本")
	case err != nil:
		return p.failed(err, "查姓名、部门和上级")
	case u.Name == "":
		return grave("查得到人，看不到姓名：请在开发者后台 → 权限管理 开通 contact:user.base:readonly，然后发布版本")
	case len(u.Departments) == 0 && u.Leader == "":
		return remark("看得到姓名，看不到部门和上级：请在开发者后台 → 权限管理 开通 contact:user.department:readonly，然后发布版本；如果这位群成员本来就没有部门，不用管")
	}
	return fine("看得到群成员的姓名、部门和上级")
}

// failed is a call that did not succeed: grave if it lacked a scope.
func (p *Platform) failed(err error, what string) Finding {
	if e, ok := errors.AsType[*apiError](err); ok && e.Code == codeNoScope {
		return grave("无法%s：%s", what, p.trouble(err))
	}
	return remark("%s没有成功：%s", what, p.trouble(err))
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
// an administrator sees whether a tap comes back. The error is a sentence.
func (p *Platform) SendTest(ctx context.Context, chat, uuid string) error {
	chats, err := p.chats(ctx)
	if err != nil {
		return errors.New(p.trouble(err))
	}
	for _, c := range chats {
		if c.ID != chat && c.Name != chat {
			continue
		}
		_, err := p.Send(ctx, bot.Out{UUID: uuid, Chat: chatID(c.ID), Card: &card.Card{
			Title: "会办自检", Tone: card.Blue, Body: "请点下面的按钮。提示“一切正常”，说明消息、卡片和点击都通了。",
			Buttons: []card.Button{{ID: "自检", Label: "点我试试", Do: card.Action{Command: "自检", Words: "自检"}}},
		}})
		if err != nil {
			return errors.New(p.trouble(err))
		}
		return nil
	}
	return fmt.Errorf("会办不在“%s”这个群里：请先把它加进去（群设置 → 群机器人 → 添加机器人）；已经加了，请看群名是不是写全了", chat)
}
