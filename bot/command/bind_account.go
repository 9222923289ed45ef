package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type bindAccountArgs struct {
	Code string `arg:"绑定码" opt:"rest"`
}

// accountCode is a code as it is typed.
var accountCode = regexp.MustCompile(`^\d{6}$`)

// bindAccount joins the accounts that one human being has on two platforms: a code
// is given out here, typed there, and typed here again. Wrong ones are no refusal,
// for what a refusal writes is undone and they have to be counted.
func bindAccount(_ context.Context, t *bot.Turn, a bindAccountArgs) (bot.Reply, error) {
	typed := strings.Join(strings.Fields(a.Code), "")
	if !t.Private {
		return bot.Reply{}, meeting.Refuse("R18", "绑定账号请私聊我发，群里不办：绑定码只能您自己看到。")
	}
	mine, err := t.Book.Link(t.Who)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case typed == "":
		return giveAccountCode(t, mine)
	case typed == "取消":
		return dropAccountCode(t, mine)
	case !accountCode.MatchString(typed):
		return bot.Reply{}, meeting.Refuse("R18", "绑定码是6位数字，比如“绑定账号 482913”。没有码就先发“绑定账号”。")
	}
	if until := mine.Paused(t.Now); !until.IsZero() {
		return bot.Reply{Text: "绑定码输错太多次，" + meeting.Moment(until, t.Now) + "后再试。"}, nil
	}
	link, err := admitted(t, typed)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case link == nil:
		return wrongCode(t, mine)
	case link.Person != t.Who:
		return claimCode(t, mine, link, typed)
	case link.By == meeting.Nobody:
		return bot.Reply{Text: "这是您自己的绑定码。请到另一个平台上私聊我，发“绑定账号 " + typed + "”。"}, nil
	}
	return joinAccounts(t, link)
}

// admitted is the link that a code belongs to, nil if there is none; it compares
// with all of them.
func admitted(t *bot.Turn, code string) (*meeting.Link, error) {
	open, err := t.Book.OpenLinks(t.Now)
	if err != nil {
		return nil, err
	}
	var found *meeting.Link
	for _, l := range open {
		if l.Admits(code, t.Now) {
			found = l
		}
	}
	return found, nil
}

func giveAccountCode(t *bot.Turn, mine *meeting.Link) (bot.Reply, error) {
	code, err := freeCode(t)
	if err != nil {
		return bot.Reply{}, err
	}
	mine.Offer(code, t.Platform, t.Now)
	if err := t.Book.SaveLink(mine); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: "您的绑定码：" + code + "，10分钟内有效，不要告诉别人。\n到另一个平台上用您自己的账号私聊我，发“绑定账号 " + code + "”，再回到这里输入一次，两个账号就算同一个人。"}, nil
}

// freeCode is one that nobody has.
func freeCode(t *bot.Turn) (string, error) {
	for {
		code := fmt.Sprintf("%06d", t.Random(1_000_000))
		if taken, err := admitted(t, code); err != nil || taken == nil {
			return code, err
		}
	}
}

// dropAccountCode voids the person's own code and takes back theirs on others'.
func dropAccountCode(t *bot.Turn, mine *meeting.Link) (bot.Reply, error) {
	open, err := t.Book.OpenLinks(t.Now)
	if err != nil {
		return bot.Reply{}, err
	}
	dropped := false
	for _, l := range open {
		if l.Person != mine.Person && l.By != t.Who {
			continue
		}
		dropped = true
		l.Close()
		if err := t.Book.SaveLink(l); err != nil {
			return bot.Reply{}, err
		}
	}
	if !dropped {
		return bot.Reply{Text: "没有正在绑定的账号。"}, nil
	}
	return bot.Reply{Text: "已取消，账号没有绑定。"}, nil
}

// wrongCode never says what was wrong with it.
func wrongCode(t *bot.Turn, mine *meeting.Link) (bot.Reply, error) {
	left := mine.Miss(t.Now)
	if err := t.Book.SaveLink(mine); err != nil {
		return bot.Reply{}, err
	}
	text := "绑定码不对、过期了，或者就是在这个平台上拿的。请到另一个平台上私聊我，发“绑定账号”拿一个新的。"
	if left == 0 {
		return bot.Reply{Text: text + "输错太多次，" + meeting.Moment(mine.Paused(t.Now), t.Now) + "后再试。"}, nil
	}
	return bot.Reply{Text: fmt.Sprintf("%s一小时内还可以试%d次。", text, left)}, nil
}

// claimCode takes somebody's code on another platform and asks there whether it is
// the same human being. Who has an account on both already is not.
func claimCode(t *bot.Turn, mine, link *meeting.Link, code string) (bot.Reply, error) {
	for who, platform := range map[meeting.PersonID]string{link.Person: t.Platform, t.Who: link.Platform} {
		there, err := hasAccount(t, who, platform)
		if err != nil {
			return bot.Reply{}, err
		}
		if there {
			return wrongCode(t, mine)
		}
	}
	if link.By != meeting.Nobody && link.By != t.Who {
		return wrongCode(t, mine)
	}
	me, err := t.Book.Person(t.Who)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("person %d: %w", t.Who, err)
	}
	other, err := t.Book.Person(link.Person)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("person %d: %w", link.Person, err)
	}
	reply := bot.Reply{Text: "请在10分钟内回到" + platformName(link.Platform) + "，在和我的私聊里再输入一次“绑定账号 " + code + "”确认。\n确认后您和" +
		platformName(link.Platform) + "的" + line(other.Label()) + "算同一个人；那不是您自己的账号，请马上发“绑定账号 取消”。"}
	if link.By == t.Who {
		return reply, nil
	}
	link.By = t.Who
	if err := t.Book.SaveLink(link); err != nil {
		return bot.Reply{}, err
	}
	reply.Posts = []bot.Post{{
		To: bot.To{Person: link.Person, On: link.Platform}, Class: bot.ClassAnswer, Expires: link.Until,
		Text: platformName(t.Platform) + "的" + line(me.Label()) + "输入了您的绑定码。是您本人，请在这里再输入一次：绑定账号 " + code + "；不是您，请不要理会。",
	}}
	return reply, nil
}

func hasAccount(t *bot.Turn, who meeting.PersonID, platform string) (bool, error) {
	_, err := t.Book.AccountOn(who, platform)
	if errors.Is(err, meeting.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("account of person %d: %w", who, err)
	}
	return true, nil
}

// joinAccounts makes one person of who asked for the code and who typed it.
func joinAccounts(t *bot.Turn, link *meeting.Link) (bot.Reply, error) {
	other, err := t.Book.Person(link.By)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("person %d: %w", link.By, err)
	}
	by := link.By
	link.Close()
	if err := t.Book.SaveLink(link); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.Join(by, t.Who); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: "已绑定：" + line(other.Label()) + "的账号和这里的账号现在算同一个人，两边的待办、会议和提醒合在一起，发“我的待办”看看。\n私聊的消息发到您最近和我说话的那个平台。"}, nil
}

// platformName is a platform as people call it.
func platformName(platform string) string {
	switch platform {
	case "feishu":
		return "飞书"
	case "lark":
		return "Lark"
	case "dingtalk":
		return "钉钉"
	}
	return "另一个平台"
}
