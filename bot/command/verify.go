package command

import (
	"context"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type verifyArgs struct {
	No   string `arg:"编号" alias:"纪要号" opt:"hidden"`
	Code string `arg:"校验码" alias:"码" opt:"hidden"`
	Text string `arg:"编号和校验码" opt:"rest" say:"请写纪要编号和校验码，如“核验 产品-20260812-01 1A2B3C4D”。"`
}

// verify says whether a code belongs to the sealed text of a number, and computes
// its hash anew (R60).
func verify(_ context.Context, t *bot.Turn, a verifyArgs) (bot.Reply, error) {
	words := strings.Fields(a.No + " " + a.Code + " " + strings.NewReplacer("：", " ", "，", " ").Replace(a.Text))
	if len(words) < 2 {
		return bot.Reply{}, &meeting.Refusal{Rule: "R60", Gaps: []meeting.Gap{{Field: "编号和校验码", Rule: "R60",
			Say: "请写纪要编号和校验码，如“核验 产品-20260812-01 1A2B3C4D”。"}}}
	}
	no, code := words[0], words[len(words)-1]
	x, m, err := whichMinutes(t, no, func(x *meeting.Minutes) bool { return x.No == no })
	if err != nil {
		return bot.Reply{}, err
	}
	if x.State != meeting.Final {
		return bot.Reply{}, meeting.Refuse("R60", "这份"+string(x.Kind)+"还没有发终稿，没有校验码。（"+x.No+"）")
	}
	say := "校验码对不上，这份文件和发布的终稿不一致，请以会办里的终稿为准。"
	switch same, intact := x.Matches(code); {
	case !intact:
		say = "存档内容和校验值不符，请告诉管理员。"
	case same:
		say = "校验码相符，" + title(m) + "的" + string(x.Kind) + "和" + meeting.Moment(x.FinalAt, t.Now) + "发布时一字未改。"
	}
	return bot.Reply{Text: say + "（" + x.No + "）"}, nil
}
