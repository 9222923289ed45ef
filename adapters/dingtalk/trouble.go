package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
)

// The permissions that the bot has a use for.
const (
	scopeRobot       = "qyapi_robot_sendmsg"
	scopeCards       = "Card.Instance.Write"
	scopeMember      = "qyapi_get_member"
	scopeSearch      = "qyapi_addresslist_search"
	scopeDepartments = "qyapi_get_department_list"
)

const (
	pageRobot       = "开发者后台 → 应用能力 → 机器人"
	pageScopes      = "开发者后台 → 权限管理"
	pageRelease     = "开发者后台 → 版本管理与发布"
	pageCredentials = "开发者后台 → 凭证与基础信息" //nolint:gosec // the name of a page
	pageWhitelist   = "开发者后台 → 安全设置 → 服务器出口 IP"
	pageCards       = "卡片平台（https://open-dev.dingtalk.com/fe/card）"
)

// trouble says what an administrator does about a call that failed, down to the
// page of the console; what is not known is told with its code and request id.
func (p *Platform) trouble(err error) string {
	if _, spent := errors.AsType[*quotaError](err); spent {
		return codeTrouble("90020")
	}
	e, ok := errors.AsType[*apiError](err)
	switch {
	case !ok && errors.Is(err, bot.ErrUnsent): // the reason is told with it, in words for people
		return err.Error()
	case ok && e.class() == forbidden:
		return "缺少权限（" + shown(e) + "）：" + scopeTrouble(e.Scopes)
	case ok && e.Code != "":
		if say := codeTrouble(shown(e)); say != "" {
			return say
		}
		return fmt.Sprintf("钉钉回答了错误码 %s：%s（向钉钉客服报障时给出 requestid %s）", shown(e), e.Message, e.RequestID)
	case ok:
		return fmt.Sprintf("%s 没有像钉钉那样回答（HTTP %d）：请检查代理、防火墙有没有拦下来，dingtalk.api 和 dingtalk.oapi 写得对不对；也可能是钉钉一时故障，过几分钟再试", p.client.api, e.Status)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s 没有在 %d 秒内回答：请检查网络、DNS 和代理", p.client.api, int(callTimeout.Seconds()))
	}
	return fmt.Sprintf("连不上 %s：请检查本机能否访问外网 443 端口、DNS 和代理（%v）", p.client.api, err)
}

// shown is a code as people look for it: without what the platform puts before
// every refusal, and of a wrapped one the cause.
func shown(e *apiError) string {
	if e.Code == "88" && e.Sub != "" {
		return e.Sub
	}
	return strings.TrimPrefix(e.Code, "Forbidden.AccessDenied.")
}

// scopeTrouble is what to do about missing permissions.
func scopeTrouble(scopes []string) string {
	if len(scopes) == 0 {
		return "请在" + pageScopes + " 申请，申请通过后在" + pageRelease + " 再发一版"
	}
	return "请在" + pageScopes + " 申请 " + strings.Join(scopes, "、") + "，申请通过后在" + pageRelease + " 再发一版"
}

// A wayOut is what an administrator does about some codes; %s in it is the code.
type wayOut struct {
	codes []string // as shown, or how they begin if they end with a dot
	say   string
}

// waysOut are the faults of the set-up that a code names.
func waysOut() []wayOut {
	return []wayOut{
		{
			[]string{"invalidClientIdOrSecret", "40089"},
			"Client ID 或 Client Secret 不对（%s）：请对照" + pageCredentials + "，重置以后旧的就失效了",
		},
		{
			[]string{"authFailed"},
			"Stream 连接被拒绝（%s）：应用还没有发布、机器人的消息接收模式不是 Stream，或改了没有再发布。请看" + pageRobot + " 和" + pageRelease,
		},
		{
			[]string{"IpNotInWhiteList", "60020"},
			"本机的出口 IP 不在白名单里（%s）：请在" + pageWhitelist + " 里加上，再发一版",
		},
		{
			[]string{"ApiCountLimitForOrg", "90020"},
			"企业当月的接口次数用完了（%s）：下月 1 日恢复；升级版本以后，请改 dingtalk.monthly_calls 并重启会办",
		},
		{
			[]string{"QpsLimitForAppkeyAndApi", "QpsLimitForApi", "QpmLimitForAppkeyAndApi", "90018", "90002"},
			"钉钉嫌请求太密（%s）：过一分钟再试；总是这样，看看是不是有别的程序也在用这个应用",
		},
		{
			[]string{"bot.stopped", "invalid.openConversationId", "group.disbanded", "robot.notInGroup"},
			"会办不在这个群里，或群已经解散（%s）：请在群设置 → 群管理 → 机器人 → 添加机器人 里选它；要用内部群",
		},
		{
			[]string{"invalidParameter.robotCode."},
			"dingtalk.robot_code 不对（%s）：企业内部应用的 RobotCode 就是 Client ID，请把这一项留空；应用要有机器人能力（" + pageRobot + "），并且发布过",
		},
		{
			[]string{"chatbotId.notAllow.sendOTO"},
			"机器人不能发私聊（%s）：请看" + pageRobot + " 是不是启用了，再发一版",
		},
		{
			[]string{"staffId.notExisted", "60121", "userNotFound"},
			"找不到这个人（%s）：他不在应用的可见范围里，是外部的人，或已经离职。请在" + pageRelease + " 放大可见范围，再发一版",
		},
		{
			[]string{"param.templateNotExist", "param.templateUnpublished"},
			"卡片模板不能用（%s）：请在" + pageCards + "看它是不是已发布、关联的是不是这个应用，再对照 dingtalk.card_template",
		},
		{
			[]string{"param.contentUnsafe", "contain."},
			"钉钉认为内容里有敏感词（%s），没有发出去：请换个说法",
		},
		{
			[]string{"InvalidAuthentication", "40001", "40014", "42001"},
			"钉钉不认这个令牌（%s）：Client Secret 可能刚重置过，请对照" + pageCredentials,
		},
	}
}

// codeTrouble is the way out of the fault that a code names, empty for others.
func codeTrouble(code string) string {
	for _, w := range waysOut() {
		if slices.ContainsFunc(w.codes, func(c string) bool { return c == code || strings.HasSuffix(c, ".") && strings.HasPrefix(code, c) }) {
			return fmt.Sprintf(w.say, code)
		}
	}
	return ""
}
