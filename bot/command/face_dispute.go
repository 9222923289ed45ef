package command

import (
	"fmt"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// A disputeView is a dispute as one person sees it on a card.
type disputeView struct {
	t   *bot.Turn
	d   *meeting.Dispute
	who meeting.PersonID
}

// ofDispute makes a face of a function that draws a dispute.
func ofDispute(draw func(disputeView) (card.Card, error)) bot.Draw {
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		d, err := t.Book.Dispute(meeting.DisputeID(f.Of.ID))
		if err != nil {
			return bot.Drawn{}, err
		}
		c, err := draw(disputeView{t: t, d: d, who: f.For})
		return bot.Drawn{Card: tidy(c), Version: d.Revision()}, err
	}
}

// act is a button that runs a command on the dispute.
func (v disputeView) act(id, label, command string) card.Button {
	words := command
	if v.d.No != "" {
		words += " " + tail(v.d.No)
	}
	return card.Button{ID: id, Label: label, Do: card.Action{Command: command, Args: map[string]string{"编号": disputeKey(v.d)}, Words: words}}
}

// own is a button on the viewer's own view, which needs no number.
func (v disputeView) own(id, label, command string) card.Button {
	return card.Button{ID: id, Label: label, Do: card.Action{Command: command, Args: map[string]string{}, Words: command}}
}

// drawDecision asks the decider (M10), with the views as they were said; later it
// shows what was decided beside them (R42).
func drawDecision(v disputeView) (card.Card, error) {
	d := v.d
	c := card.Card{Title: "有1件事请您定", Tone: card.Blue}
	switch {
	case d.Status == meeting.Ruled:
		c.Title, c.Tone = "已定", card.Green
	case d.Status == meeting.Retracted:
		c.Title, c.Tone = "已撤回", card.Grey
	case v.who != d.Decider:
		c.Title = "等决策人定"
	case !v.t.Now.Before(d.DecideBy):
		c.Tone = card.Red
	case v.t.Calendar.Count(v.t.Now, d.DecideBy) <= 1:
		c.Tone = card.Yellow
	}
	c.Fields = []card.Field{{Label: "事项", Value: cut(line(d.Question), 100)}}
	for i, w := range d.Views {
		if i == 4 {
			c.Fields = append(c.Fields, card.Field{Label: "还有", Value: fmt.Sprintf("%d个观点", len(d.Views)-i)})
			break
		}
		c.Fields = append(c.Fields, card.Field{Label: v.holder(w), Value: said(w)})
	}
	switch d.Status {
	case meeting.Ruled:
		c.Fields = append(c.Fields, card.Field{Label: "结果", Value: cut(line(d.Ruling), 100)}, card.Field{Label: "依据", Value: cut(line(d.Basis), 100)})
	case meeting.Retracted:
		c.Fields = append(c.Fields, card.Field{Label: "原因", Value: cut(line(d.Reason), 100)})
	case meeting.Pending:
		c.Fields = append(c.Fields, card.Field{Label: "期限", Value: meeting.Moment(d.DecideBy, v.t.Now) + "前"})
		if v.who == d.Decider {
			c.Body = "请定一个做法，并写明依据。双方的观点会原样留着。"
			c.Buttons = []card.Button{v.act("裁决", "我来定", "裁决")}
		}
	}
	c.Fields = append(c.Fields, card.Field{Label: "编号", Value: d.No})
	return c, nil
}

// holder is who holds a view: a person with the department, or what was said for
// one.
func (v disputeView) holder(w meeting.View) string {
	if w.Person == meeting.Nobody {
		return w.Department
	}
	return w.Person.Token()
}

// said is a view with its reason, and whether the words are the person's own.
func said(w meeting.View) string {
	say := cut(line(w.Text), 80)
	if w.Reason != "" {
		say += "；理由：" + cut(line(w.Reason), 80)
	}
	if !w.Confirmed {
		say += "（原话待本人确认）"
	}
	return say
}

// drawView asks a person whether the view is written in the own words (R42).
func drawView(v disputeView) (card.Card, error) {
	d := v.d
	w := d.ViewOf(v.who)
	if w == nil {
		return card.Card{Title: "观点已撤回", Tone: card.Grey, Body: "这里没有您的观点了。"}, nil
	}
	c := card.Card{Title: "请确认您的原话", Tone: card.Blue, Fields: []card.Field{
		{Label: "事项", Value: cut(line(d.Question), 100)},
		{Label: "您的观点", Value: cut(line(w.Text), 200)},
		{Label: "理由", Value: cut(line(w.Reason), 200)},
	}}
	switch {
	case !d.Open():
		c.Title, c.Tone, c.Body = "已"+ended(d), card.Grey, "您的观点原样留在记录里。"
	case w.Confirmed:
		c.Title, c.Tone, c.Body = "原话已确认", card.Green, "会照这样写进记录，定之前还可以改。"
		c.Buttons = []card.Button{v.own("改", "改", "改观点"), v.own("撤回观点", "撤回观点", "撤回观点")}
	default:
		c.Body = "会上记下了您的不同观点，写得对吗？"
		c.Buttons = []card.Button{v.own("确认", "确认", "确认观点"), v.own("改", "改", "改观点"), v.own("撤回观点", "撤回观点", "撤回观点")}
	}
	return c, nil
}

func ended(d *meeting.Dispute) string {
	if d.Status == meeting.Ruled {
		return "定"
	}
	return "撤回"
}

// disputeKeyed is the dispute of a button's argument.
func disputeKeyed(t *bot.Turn, value string) (*meeting.Dispute, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(value, "D"), 10, 64)
	if err != nil || !strings.HasPrefix(value, "D") {
		return nil, false
	}
	d, err := t.Book.Dispute(meeting.DisputeID(id))
	return d, err == nil
}

// meetingKeyed is the meeting of a button's argument (key).
func meetingKeyed(t *bot.Turn, value string) (*meeting.Meeting, bool) {
	found := keyed.FindStringSubmatch(value)
	if found == nil {
		return nil, false
	}
	id, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		return nil, false
	}
	m, err := t.Book.Meeting(meeting.MeetingID(id))
	return m, err == nil
}
