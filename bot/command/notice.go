package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

type noticeArgs struct {
	Meeting string `arg:"会议" opt:"rest"`
	Urgent  bool   `arg:"紧急" opt:"find"`
	Reason  string `arg:"原因" alias:"理由"`
	Sure    bool   `arg:"确认" alias:"发出" opt:"find"`
}

// sendNotice shows first what goes to whom, and sends it on the second word. What
// is still missing comes back as the card that adds it (R12, R13).
func sendNotice(_ context.Context, t *bot.Turn, a noticeArgs) (bot.Reply, error) {
	m, err := planOf(t, a.Meeting, meeting.Planned)
	if err != nil {
		return bot.Reply{}, err
	}
	if a.Urgent || a.Reason != "" {
		if err := m.DeclareUrgent(t.Who, a.Reason, t.Now, t.Calendar); err != nil {
			return bot.Reply{}, err
		}
		if err := t.Book.SaveMeeting(m); err != nil {
			return bot.Reply{}, err
		}
	}
	if err := m.CheckNotice(t.Book, t.Who, t.Now, t.Calendar); err != nil {
		return notYet(t, m, err)
	}
	if !a.Sure {
		return private(t, bot.Face{Name: "outgoing", Of: m.Ref(), For: t.Who}, ""), nil
	}
	if err := m.SendNotice(t.Book, t.Who, t.Now, t.Calendar); err != nil {
		return bot.Reply{}, err
	}
	if err := t.Book.SaveMeeting(m); err != nil {
		return bot.Reply{}, err
	}
	r := tell(t, m, "预通知").card("notice", m.Recipients()...)
	r.group(m, "notice", "")
	reply := bot.Reply{Toast: "已发" + fmt.Sprint(len(m.Recipients())) + "人" + leadOf(t, m) + "。", Posts: r.posts}
	own := bot.Face{Name: "notice", Of: m.Ref(), For: t.Who} // where the sender answers, and sees who has not
	if t.Origin == bot.Typed && t.Private {
		reply.Text, reply.Face = reply.Toast, own
	} else if m.Involves(t.Who) {
		reply.Posts = append(reply.Posts, bot.Post{To: bot.To{Person: t.Who}, Face: own, Class: bot.ClassAnswer, Why: "预通知"})
	}
	return reply, nil
}

// leadOf says how early the notice is (R12).
func leadOf(t *bot.Turn, m *meeting.Meeting) string {
	if m.Urgent {
		return "，盖“紧急”"
	}
	return fmt.Sprintf("，提前%d个工作日", t.Calendar.Count(t.Now, m.Start))
}

// notYet answers with the setup card where it adds what is missing; only the
// reason of an urgent one is an answer to this command itself.
func notYet(t *bot.Turn, m *meeting.Meeting, err error) (bot.Reply, error) {
	var r *meeting.Refusal
	if !errors.As(err, &r) || len(r.Gaps) == 0 {
		return bot.Reply{}, err
	}
	if len(r.Gaps) == 1 && r.Gaps[0].Field == "紧急" {
		return bot.Reply{}, m.DeclareUrgent(t.Who, "", t.Now, t.Calendar)
	}
	var lacks []string
	for _, g := range r.Gaps {
		if !slices.Contains(lacks, lackName(g.Field)) {
			lacks = append(lacks, lackName(g.Field))
		}
	}
	text := "预通知还不能发，还缺：" + strings.Join(lacks, "、") + "。缺的点下面的按钮就能补。"
	return bot.Reply{Toast: text, Text: text, Face: planFace(t, m)}, nil
}

// showNotice answers whether the notice is out.
func showNotice(_ context.Context, t *bot.Turn, a prepareOnly) (bot.Reply, error) {
	m, err := which(t, a.Meeting, in(meeting.Planned, meeting.Noticed))
	if err != nil {
		return bot.Reply{}, err
	}
	if m.NoticedAt.IsZero() {
		say := title(m) + "的预通知还没有发。"
		if !m.Prepares(t.Who) {
			return bot.Reply{Text: say + "由发起人" + m.Initiator.Token() + "来发。"}, nil
		}
		return bot.Reply{Text: say, Face: planFace(t, m)}, nil
	}
	say := title(m) + "的预通知已在" + meeting.Moment(m.NoticedAt, t.Now) + "发出，" + rsvpLine(m) + "。"
	if !m.Involves(t.Who) {
		return bot.Reply{Text: say}, nil
	}
	return private(t, bot.Face{Name: "notice", Of: m.Ref(), For: t.Who}, say), nil
}
