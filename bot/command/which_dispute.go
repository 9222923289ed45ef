package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/meeting"
)

// myView finds the dispute in which the person's own view stands.
func myView(t *bot.Turn) (*meeting.Dispute, error) {
	return findDispute(t, "", meeting.DisputeQuery{Open: true}, func(d *meeting.Dispute) bool { return d.ViewOf(t.Who) != nil },
		"这里没有等您确认的观点。")
}

// findDispute finds the dispute that is meant: the one named, else of the card,
// else the only one that fits; several are asked about.
func findDispute(t *bot.Turn, typed string, q meeting.DisputeQuery, fits func(*meeting.Dispute) bool, none string) (*meeting.Dispute, error) {
	if typed == "" && t.About.Kind == meeting.KindDispute {
		d, err := t.Book.Dispute(meeting.DisputeID(t.About.ID))
		if err != nil {
			return nil, fmt.Errorf("dispute %d: %w", t.About.ID, err)
		}
		return d, t.BelongsTo(d.Chat, d.Meeting)
	}
	if typed != "" {
		q = meeting.DisputeQuery{}
		fits = func(d *meeting.Dispute) bool { return d.Involves(t.Who) && disputeCalled(d, typed) }
		none = "没有找到您能看的未决事项“" + cut(line(typed), 20) + "”。"
	}
	all, err := t.Book.FindDisputes(q)
	if err != nil {
		return nil, fmt.Errorf("disputes: %w", err)
	}
	all = slices.DeleteFunc(all, func(d *meeting.Dispute) bool { return !fits(d) })
	switch len(all) {
	case 0:
		return nil, meeting.Refuse("R43", none)
	case 1:
		return all[0], t.BelongsTo(all[0].Chat, all[0].Meeting)
	}
	g := meeting.Gap{Field: "编号", Rule: "6.1", Say: "是哪一件？选一个。"}
	for _, d := range all {
		g.Choices = append(g.Choices, meeting.Choice{Label: disputeLabel(d), Value: disputeKey(d)})
	}
	return nil, &meeting.Refusal{Rule: "6.1", Gaps: []meeting.Gap{g}}
}

func disputeLabel(d *meeting.Dispute) string {
	if d.Question != "" {
		return cut(line(d.Question), 16)
	}
	return cut(line(d.Views[0].Text), 16)
}

// disputeKey is a dispute in the arguments of a button.
func disputeKey(d *meeting.Dispute) string { return "D" + strconv.FormatInt(int64(d.ID), 10) }

func disputeCalled(d *meeting.Dispute, typed string) bool {
	if strings.EqualFold(disputeKey(d), typed) {
		return true
	}
	ending, ok := meeting.Ending(typed)
	return ok && d.No != "" && strings.HasSuffix(d.No, ending)
}
