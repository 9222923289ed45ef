package command

import (
	"context"
	"errors"
	"fmt"

	"huiban/bot"
	"huiban/bot/meeting"
)

func grouping() []bot.Command {
	return []bot.Command{
		bot.Define("绑定本群", "说一声这个群用来做什么，我按它提示下一步", bind).In(headAdmin).Also("绑定群", "本群用途"),
		bot.Define("自检", "看我听不听得到、按钮点不点得动", checkUp).In(headAdmin).Also("卡片自检"),
		bot.Define("额度", "看平台本月的接口次数用了多少、谁用得最多", quota).In(headAdmin).Also("接口额度", "用量"),
	}
}

// A purpose is what a group is for. Nothing but the hints follows from it.
type purpose string

// The purposes, in the order of the card.
const (
	projects purpose = "项目推进"
	everyday purpose = "部门日常"
	oneShot  purpose = "一次会议"
	trying   purpose = "先试试"
)

// Choices implements the reader's choice.
func (purpose) Choices() []string {
	return []string{string(projects), string(everyday), string(oneShot), string(trying)}
}

// next is the step that people of such a group take first.
func (p purpose) next() string {
	switch p {
	case projects:
		return "把手上的事交办出去，@我说“待办 @同事 做什么 哪天要”，到验收前我都跟着。"
	case everyday:
		return "有例会就@我说“新建会议 部门例会 下周一9:30”，日常的事@我说“待办 @同事 做什么 哪天要”。"
	case oneShot:
		return "@我说“新建会议 评审会 明天14:00”，或点〔新建会议〕。"
	case trying:
	}
	return "@我说“待办 @自己 试一下 明天18:00”看看，或点〔帮助〕。"
}

type bindArgs struct {
	Purpose purpose `arg:"用途" opt:"find"`
}

// bind says what the group is for. Anybody may, by the card once; later it is
// changed in words, so that a card left open does not undo it.
func bind(_ context.Context, t *bot.Turn, a bindArgs) (bot.Reply, error) {
	if t.Private {
		return bot.Reply{Toast: "“绑定本群”要在群里说：把我加进那个群，在群里@我说“绑定本群”。"}, nil
	}
	g, err := t.Book.Group(t.Chat)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("group of the turn: %w", err)
	}
	switch {
	case a.Purpose == "":
		return bot.Reply{Face: bot.Face{Name: bot.FaceGroup, Of: g.Ref()}}, nil
	case g.Purpose == string(a.Purpose):
		return bot.Reply{Toast: "本群用途已经是“" + g.Purpose + "”。" + a.Purpose.next()}, nil
	case g.Purpose != "" && t.Seen != 0: // on the card that asks, as it stood before
		return bot.Reply{Toast: g.By.Token() + "已经选了“" + g.Purpose + "”。要改，@我说“" + rebind(a.Purpose) + "”。"}, nil
	}
	g.Purpose, g.By = string(a.Purpose), t.Who
	if err := t.Book.SaveGroup(g); err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Toast: "本群用途：" + g.Purpose + "。" + a.Purpose.next()}, nil
}

// rebind is bind as one types it.
func rebind(p purpose) string { return "绑定本群 用途:" + string(p) }

// purposeLine is what the help of a group begins with, if it is known what the
// group is for.
func purposeLine(t *bot.Turn) (string, error) {
	if t.Private {
		return "", nil
	}
	g, err := t.Book.Group(t.Chat)
	if errors.Is(err, meeting.ErrNotFound) || err == nil && g.Purpose == "" {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("group of the turn: %w", err)
	}
	return "本群用途：" + g.Purpose + "。" + purpose(g.Purpose).next() + "\n", nil
}

// checkUp answers whoever wants to know whether words and taps reach us: that
// there is an answer is the answer (docs/feishu.md). Whether a card can be seen
// only a tap on it tells.
func checkUp(_ context.Context, t *bot.Turn, _ struct{}) (bot.Reply, error) {
	now := "现在是" + t.Now.Format("1月2日15:04") + "。"
	if t.Origin == bot.Tapped {
		return bot.Reply{Toast: "一切正常：按钮点得动，" + now}, nil
	}
	return bot.Reply{Text: "一切正常：说话我听得到，" + now, Face: bot.Face{Name: bot.FaceCheckUp, Of: t.Who.Ref(), For: t.Who}}, nil
}
