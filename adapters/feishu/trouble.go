package feishu

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// errNoBot is an answer without a bot in it.
var errNoBot = errors.New("feishu: the app has no bot")

// trouble says what an administrator does about a call that failed, down to the
// page of the console; what is not known is told with its code and log id.
func (p *Platform) trouble(err error) string {
	if _, spent := errors.AsType[*quotaError](err); spent {
		return codeTrouble(codeQuota)
	}
	if errors.Is(err, errNoBot) {
		return codeTrouble(codeNoBot)
	}
	e, ok := errors.AsType[*apiError](err)
	switch {
	case ok && e.Code == 0:
		return fmt.Sprintf("%s 没有像飞书那样回答（HTTP %d）：请检查代理、防火墙有没有拦下来，feishu.domain 写得对不对；也可能是飞书一时故障，过几分钟再试", p.base, e.Status)
	case ok && e.Code == codeNoScope:
		return "缺少权限（99991672）：" + scopesIn(e.Msg)
	case ok:
		if say := codeTrouble(e.Code); say != "" {
			return say
		}
		return fmt.Sprintf("飞书回答了错误码 %d：%s（向飞书客服报障时给出 log id %s）", e.Code, e.Msg, e.LogID)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s 没有在 %d 秒内回答：请检查网络、DNS 和代理", p.base, int(callTimeout.Seconds()))
	}
	return fmt.Sprintf("连不上 %s：请检查本机能否访问外网 443 端口、DNS 和代理（%v）", p.base, err)
}

// codeTrouble is the way out of each set-up fault that a code names, empty for
// other codes.
func codeTrouble(code int) string {
	switch code {
	case 10003:
		return "App ID 不对（10003）：请对照开发者后台 → 凭证与基础信息；国际版 Lark 的应用要设 feishu.domain: lark"
	case 10014, 99991662, 99991673:
		return fmt.Sprintf("应用停用了，或还没有发布（%d）：请在开发者后台 → 版本管理与发布 里发布，或请企业管理员在管理后台启用", code)
	case 10015:
		return "App Secret 不对（10015）：请对照开发者后台 → 凭证与基础信息，重置以后旧的就失效了"
	case 99991401:
		return "本机的出口 IP 不在白名单里（99991401）：请在开发者后台 → 安全设置 → IP 白名单 里加上"
	case codeQuota:
		return "当月的接口次数用完了（99991403）：下月1日恢复；在飞书管理后台升级版本以后，请重启会办"
	case codeBusy, codeBusyTarget:
		return fmt.Sprintf("飞书嫌请求太密（%d）：过一分钟再试；总是这样，看看是不是有别的程序也在用这个应用", code)
	case codeNoBot:
		return "应用还没有机器人能力（230006）：请在开发者后台 → 添加应用能力 → 机器人，然后发布版本"
	case 230002:
		return "会办不在这个群里（230002）：请在群设置 → 群机器人 → 添加机器人 里选它"
	case 230018:
		return "这个群不让机器人发言（230018）：请群主在群设置里放开"
	}
	return ""
}

// scopeName finds the names of scopes in the text of a 99991672; the link in it
// repeats them.
var scopeName = regexp.MustCompile(`[a-z]+:[a-z0-9_.]+(?::[a-z0-9_.]+)*`)

// asked are the scopes that docs/feishu.md asks for: of several that would do,
// the platform names wider ones first.
var asked = []string{ //nolint:gochecknoglobals // a table
	"im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly", "im:message:send_as_bot", "im:message:update", "im:resource", "im:message:readonly",
	"im:chat:read", "im:chat.members:read", "im:chat.members:bot_access",
	"contact:contact.base:readonly", "contact:user.base:readonly", "contact:user.department:readonly", "contact:department.base:readonly",
	"im:message.urgent",
}

// scopesIn is what to do about a missing scope, from the platform's own words.
func scopesIn(msg string) string {
	list, _, _ := strings.Cut(msg, "]")
	scopes := scopeName.FindAllString(list, -1)
	for _, s := range scopes {
		if slices.Contains(asked, s) {
			scopes = []string{s}
			break
		}
	}
	switch len(scopes) {
	case 0:
		return msg
	case 1:
		return "请在开发者后台 → 权限管理 开通 " + scopes[0] + "，然后发布版本"
	}
	return "请在开发者后台 → 权限管理 开通其中一个：" + strings.Join(scopes, "、") + "，然后发布版本"
}
