package command

import (
	"context"

	"huiban/bot"
	"huiban/bot/meeting"
)

func toPublish(who meeting.PersonID) func(*meeting.Minutes) bool {
	return func(x *meeting.Minutes) bool {
		return (x.State == meeting.Issued || x.State == meeting.Revising) && (who == x.Host || who == x.Recorder)
	}
}

type publishArgs struct {
	Meeting string `arg:"会议"`
	Sure    bool   `arg:"确认" opt:"find"`
}

// publish makes the 终稿 (R59, R60): the first time it shows to whom it goes, the
// second time it seals. What was revised goes before the host first.
func publish(_ context.Context, t *bot.Turn, a publishArgs) (bot.Reply, error) {
	x, m, err := whichMinutes(t, a.Meeting, toPublish(t.Who))
	if err != nil {
		return bot.Reply{}, err
	}
	if x.NeedsApproval(t.Who) && t.Who == x.Recorder && x.Ready(t.Now) == nil {
		return tell(t, x, "修订稿请您同意").card("review", x.Host).
			done(t, "意见已处理，已请"+x.Host.Token()+"同意修订稿", "，同意后您再发终稿"), nil
	}
	if err := x.MayPublish(t.Who, t.Seen, t.Now); err != nil {
		return refuse(t, x, err)
	}
	if !a.Sure {
		return show(t, bot.Face{Name: "publish", Of: x.Ref(), For: t.Who}, "发布后不能再改，请再看一眼。"), nil
	}
	text, err := textOf(t, x, m, finalMark)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := x.Publish(t.Who, t.Seen, text, t.Now); err != nil {
		return refuse(t, x, err)
	}
	if err := t.Book.SaveMinutes(x); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, x, "终稿已发布").card("issue", people(x.Readers)...)
	r.group(m, "", title(m)+"的纪要终稿"+x.Edition()+"已发布，详情见私聊。")
	reply := r.done(t, "已发终稿", x.Edition()+"，以终稿为准，不再单独修改。校验码"+x.Code())
	reply.Posts = append(reply.Posts, noReceipt(x)...)
	return reply, nil
}

// noReceipt tells host and recorder, and nobody else, who has not answered (R62,
// Q10).
func noReceipt(x *meeting.Minutes) []bot.Post {
	silent := x.Silent()
	if len(silent) == 0 {
		return nil
	}
	var out []bot.Post
	for _, p := range among(meeting.Nobody, x.Host, x.Recorder) {
		out = append(out, bot.Post{
			To: bot.To{Person: p}, Text: "未回执：" + names(silent) + "。未回执不等于同意。" + numbered(x),
			Face: bot.Face{Of: x.Ref()}, Class: bot.ClassNews, Why: "谁没有回执",
		})
	}
	return out
}
