package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

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

// Diagnose checks from outside what can be checked, and says which level is
// reached and what the next one needs. It sends nothing to anybody; two of its
// calls count against the month.
func (p *Platform) Diagnose(ctx context.Context) []Finding {
	skew, err := p.skew(ctx)
	if err == nil {
		_, err = p.client.tokens.get(ctx)
	}
	if err != nil {
		return []Finding{grave("%s", p.trouble(err))}
	}
	out := []Finding{fine("凭证有效：Client ID 和 Client Secret 对得上")}
	if skew.Abs() > 5*time.Second {
		out = append(out, clockWrong(skew))
	}
	out = append(out, p.findStream(ctx)...)
	robot, cards, found := p.findScopes(ctx)
	out = append(out, found...)
	out = append(out, p.findUsage()...)
	return append(out,
		p.findLevel(ctx, robot, cards),
		remark("请核对（没有接口能查）：%s：最后一次改动以后，已创建新版本并发布；可见范围包含要用会办的人", pageRelease),
		remark("请核对（没有接口能查）：同一个 Client ID 没有别的程序（比如开发者的电脑）连着，它会随机分走消息和点击"))
}

// clockWrong says that our clock is behind the platform's by so much.
func clockWrong(behind time.Duration) Finding {
	word := "慢"
	if behind < 0 {
		word = "快"
	}
	return remark("本机时钟比钉钉%s %v：请打开时间同步（chrony 或 systemd-timesyncd），否则提醒不准，HTTP 模式的签名也可能过期",
		word, behind.Abs().Round(time.Second))
}

// skew is how far our clock is behind the platform's, by the answer to a call that
// is refused; 0 if that does not say.
func (p *Platform) skew(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.client.api+"/v1.0/oauth2/accessToken", strings.NewReader("{}"))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.http.Do(req)
	if err != nil {
		return 0, bareError(err)
	}
	at, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return 0, resp.Body.Close()
	}
	return at.Sub(p.o.Now()), resp.Body.Close()
}

// findStream asks for a connection and does not use it; its ticket ends by itself.
func (p *Platform) findStream(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	body, kind, err := encode(map[string]any{
		"clientId": p.o.ClientID, "clientSecret": p.o.ClientSecret, "ua": "huiban-doctor",
		"subscriptions": []map[string]string{{"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"}},
	})
	if err != nil {
		return []Finding{remark("Stream 连接没有试：%v", err)}
	}
	const path = "/v1.0/gateway/connections/open"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.client.api+path, strings.NewReader(string(body)))
	if err != nil {
		return []Finding{remark("Stream 连接没有试：%v", err)}
	}
	req.Header.Set("Content-Type", kind)
	var answer struct{ Endpoint string }
	err = p.client.do(req, path, &answer, "")
	e, answered := errors.AsType[*apiError](err)
	switch {
	case err == nil && answer.Endpoint == "":
		return []Finding{grave("Stream 连接：钉钉没有给出连接地址，请过几分钟再试；一直这样，请看%s", pageRobot)}
	case err == nil:
		return []Finding{fine("Stream 连接可以打开")}
	case answered && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized) && e.Code != "IpNotInWhiteList":
		return []Finding{grave("%s（钉钉的话：%s）", codeTrouble("authFailed"), e.Message)}
	}
	return []Finding{grave("Stream 连接打不开：%s", p.trouble(err))}
}

// A probe is a call that does nothing to anybody, being about nobody, and is
// refused if its permission is missing.
type probe struct {
	scope   string
	request request
	fine    string // what can be done
	without string // what cannot, without it
}

// nobodyAtAll is the name of somebody, or something, that is not there.
const nobodyAtAll = "huiban-doctor"

func (p *Platform) probes() []probe {
	post := func(path string, body map[string]any) request {
		return request{method: http.MethodPost, path: path, body: body, free: true} // it is refused, or of the contacts
	}
	old := func(path string, body map[string]any) request {
		r := post(path, body)
		r.oapi = true
		return r
	}
	return []probe{
		{
			scopeRobot, post("/v1.0/robot/oToMessages/batchSend", map[string]any{
				"robotCode": p.o.RobotCode, "userIds": []string{nobodyAtAll}, "msgKey": "sampleText", "msgParam": `{"content":"自检"}`,
			}), "可以主动发消息", "不能主动发消息，只能回答",
		},
		{
			scopeCards, request{method: http.MethodPut, path: "/v1.0/card/instances", free: true, body: map[string]any{
				"outTrackId": nobodyAtAll, "userIdType": 1, "cardData": map[string]any{"cardParamMap": map[string]string{"title": ""}},
				"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true},
			}}, "可以发卡片", "不能发卡片",
		},
		{scopeMember, old("/topapi/v2/user/get", map[string]any{"userid": nobodyAtAll}), "看得到姓名、部门和上级", "看不到部门和上级：逾期时找不到上级"},
		{
			scopeSearch, post("/v1.0/contact/users/search", map[string]any{"queryWord": nobodyAtAll, "offset": 0, "size": 1, "fullMatchField": 1}),
			"能按姓名找人", "打出来的 @姓名 找不到人，要从列表里选",
		},
		{scopeDepartments, old("/topapi/v2/department/get", map[string]any{"dept_id": 1}), "看得到部门名称", "看不到部门名称，重名的人分不清"},
	}
}

// findScopes makes the probes, and reports whether messages and cards may be sent.
func (p *Platform) findScopes(ctx context.Context) (robot, cards bool, out []Finding) {
	may := map[string]bool{}
	for _, one := range p.probes() {
		err := p.client.call(ctx, one.request, nil)
		e, answered := errors.AsType[*apiError](err)
		switch {
		case answered && e.class() == forbidden:
			out = append(out, remark("%s：%s", one.without, scopeTrouble([]string{one.scope})))
		case answered && strings.Contains(e.Code, "robotCode"):
			out = append(out, grave("%s", p.trouble(err)))
		case err == nil || answered && (e.class() == nobody || e.class() == lost || e.class() == passing):
			may[one.scope] = true
			out = append(out, fine("%s（%s）", one.fine, one.scope))
		default:
			out = append(out, remark("没有试出来能不能用 %s：%s", one.scope, p.trouble(err)))
		}
	}
	return may[scopeRobot], may[scopeCards], out
}

// findUsage tells what the month has used so far, if that is counted here.
func (p *Platform) findUsage() []Finding {
	if p.o.Spent == nil {
		return nil
	}
	var out []Finding
	for _, m := range p.Usage().Meters {
		switch {
		case m.Limit == 0:
			out = append(out, fine("本月%s用了 %d 次", m.Name, m.Used))
		case m.Used*100 >= m.Limit*80:
			out = append(out, remark("本月%s用了 %d 次，额度是 %d：快用完了，说“额度”看花在哪里", m.Name, m.Used, m.Limit))
		default:
			out = append(out, fine("本月%s用了 %d 次，额度是 %d（全企业的应用合用，这里只有会办自己的）", m.Name, m.Used, m.Limit))
		}
	}
	return out
}

// findLevel says which level the set-up has reached, and what the next one needs.
func (p *Platform) findLevel(ctx context.Context, robot, cards bool) Finding {
	const page = "（docs/dingtalk.md 第四节）"
	switch {
	case !robot:
		return remark("现在是第 0 级：会办能回答，不能主动开口。到第 1 级：%s", scopeTrouble([]string{scopeRobot}))
	case !cards:
		return remark("现在是第 1 级：消息和私聊里的按钮，没有卡片。到第 2 级：%s；再搭一个卡片模板%s", scopeTrouble([]string{scopeCards}), page)
	case p.o.Template == "":
		return remark("现在是第 1 级：消息和私聊里的按钮，没有卡片。到第 2 级：搭一个卡片模板，把它的 ID 写进 dingtalk.card_template%s", page)
	case p.o.Proof == nil:
		return remark("卡片模板已经配置，有没有试通过，这里看不到：在群里说“卡片自检”并点一下，点得动就是第 2 级")
	}
	proven, err := p.o.Proof.Proven(ctx, p.o.Template)
	switch {
	case err != nil:
		return remark("卡片模板有没有试通过，没有查到：%v", err)
	case !proven:
		return remark("现在是第 1 级：卡片模板配置了，还没有人点过。到第 2 级：在群里说“卡片自检”，点一下卡片上的按钮（能不能看见，没有接口能查）")
	}
	if private, err := p.o.Proof.Proven(ctx, p.o.privacyOf()); err == nil && !private && p.Thrifty() {
		return fine("现在是第 2 级：卡片模板有人点过，是好的。在私聊里对会办说“卡片自检”再点一次，因人而异的卡片就能合着发，省接口次数")
	}
	return fine("现在是第 2 级：卡片模板有人点过，是好的")
}

// SendTest sends a message with one button to a person, by name or userId, so that
// an administrator sees whether a tap comes back; with a card template, as a card.
// A group is named by its openConversationId. The error is a sentence.
func (p *Platform) SendTest(ctx context.Context, to, uuid string) error {
	o := bot.Out{UUID: uuid, Trial: true, Card: &card.Card{
		Title: "会办自检", Tone: card.Blue, Body: "请点下面的按钮。看到“一切正常”，说明消息、按钮和点击都通了。",
		Buttons: []card.Button{{ID: "自检", Label: "点我试试", Do: card.Action{Command: "自检", Words: "自检"}}},
	}}
	if strings.HasPrefix(to, "cid") {
		o.Chat = bot.ChatID(Name + ":" + to)
	} else {
		id, err := p.find(ctx, to)
		if err != nil {
			return err
		}
		o.Account = bot.Account(Name + ":" + id)
	}
	if _, err := p.Send(ctx, o); err != nil {
		return errors.New(p.trouble(err))
	}
	return nil
}

// find is the userId of somebody by his name, or by the userId itself.
func (p *Platform) find(ctx context.Context, who string) (string, error) {
	var named struct {
		Total int      `json:"totalCount"`
		List  []string `json:"list"`
	}
	err := p.client.call(ctx, request{
		method: http.MethodPost, path: "/v1.0/contact/users/search", free: true,
		body: map[string]any{"queryWord": who, "offset": 0, "size": 2, "fullMatchField": 1},
	}, &named)
	switch {
	case err != nil && !denied(err):
		return "", errors.New(p.trouble(err))
	case len(named.List) == 1:
		return named.List[0], nil
	case len(named.List) > 1:
		return "", fmt.Errorf("叫“%s”的不止一个：请改写他的 userId（管理后台 → 通讯录 → 成员 → 员工 UserID）", who)
	}
	err = p.client.call(ctx, request{
		method: http.MethodPost, path: "/topapi/v2/user/get", oapi: true, free: true, body: map[string]any{"userid": who},
	}, nil)
	switch {
	case err == nil || denied(err):
		return who, nil
	case unreachable(err):
		return "", fmt.Errorf("找不到“%s”：请写全名，或他的 userId；他要在应用的可见范围里（%s）。群要写 openConversationId，钉钉不能按群名找", who, pageRelease)
	}
	return "", errors.New(p.trouble(err))
}
