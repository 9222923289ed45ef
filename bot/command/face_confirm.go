package command

import (
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawConfirm asks for the yes of the one who is asked (M9); afterwards it is
// that person's card of the task, and for who is asked no more a grey one.
func drawConfirm(v view) (card.Card, error) {
	k := v.k
	if v.who == meeting.Nobody || v.who != k.Asked() {
		return drawTask(v)
	}
	c := v.card("请您确认", card.Blue, v.what(), v.standard(), v.host(), v.due())
	c.Body, c.Buttons = v.ask(), v.askedButtons()
	return c, nil
}

// ask is what the card wants of its reader.
func (v view) ask() string {
	k := v.k
	switch {
	case k.Proposal != nil:
		return "您的意见已告诉" + k.Host.Token() + "，等答复。现在能接也可以直接确认。"
	case k.NextOwner != meeting.Nobody:
		return k.Owner.Token() + "的这项待办想请您接手" + because(k.NextReason) + "。截止日期不变，您确认前仍由原责任人负责。"
	}
	return "请您确认这项待办。理由只有交办人能看到，没有回应不算同意。"
}

// drawUndecided asks the host about an owner who is silent for a day (R45).
func drawUndecided(v view) (card.Card, error) {
	k := v.k
	asked := k.Asked()
	if asked == meeting.Nobody || k.Proposal != nil || v.who != k.Host {
		return drawTask(v)
	}
	c := v.card("还没有确认", card.Yellow, v.what(), v.owner(), v.due())
	if k.NextOwner != meeting.Nobody { // nobody can say yes to a handover for the other (R80)
		c.Body = asked.Token() + "一天没有回应接手的请求，怎么办？"
		c.Buttons = []card.Button{v.handOver(), v.nudge(), v.wait()}
		return c, nil
	}
	c.Body = asked.Token() + "一天没有回应，怎么办？代定会记为“主持人代定”，不算本人同意。"
	c.Buttons = []card.Button{v.act("代定", "代他定", "代定"), v.handOver(), v.wait()}
	return c, nil
}

func (v view) wait() card.Button { return v.act("再等等", "再等等", "再等等") }

// drawProposal shows the host what was objected (S-2); only the host.
func drawProposal(v view) (card.Card, error) {
	k := v.k
	p := k.Proposal
	if p == nil || !k.Open() || v.who != k.Host {
		return drawTask(v)
	}
	who := k.Asked().Token()
	how, say := "有困难", "办不了"
	yes, no := v.agrees(p.Version(), "同意", "同意", "答复", "答复", string(sayYes)), v.act("不同意", "不同意", "答复", "答复", string(sayNo))
	other := v.act("换人", "换人", "答复", "答复", string(sayOther))
	buttons := []card.Button{other, no, v.cancel()}
	switch {
	case p.Kind == meeting.AnotherDate:
		how, say = "想换个时间", "改到"+meeting.Moment(p.Due, v.t.Now)+"前"
		buttons = []card.Button{yes, v.act("改到", "改到别的日期", "答复", "答复", string(sayDate)), other, no}
	case p.Owner != meeting.Nobody:
		how, say = "想换人", "换成"+p.Owner.Token()
		buttons = []card.Button{yes, named(other, "换别人"), no, v.cancel()}
	case k.NextOwner != meeting.Nobody:
		how, say = "不接手", "不接手"
		buttons = []card.Button{yes, other, no}
	case p.Kind == meeting.AnotherOwner:
		how, say = "不该他办", "请换人"
	}
	c := v.card(how, card.Yellow, v.what(), card.Field{Label: "意见", Value: who + "：" + say},
		card.Field{Label: "理由", Value: cut(line(p.Reason), 100)}, v.due())
	c.Body, c.Buttons = "请您答复。理由只有您看得到，群里只显示“责任人待定”。", buttons
	return c, nil
}

// drawNudge tells who would like to know.
func drawNudge(v view) (card.Card, error) {
	k := v.k
	if !k.Open() || k.Status == meeting.Submitted || v.who == meeting.Nobody || v.who != k.Asked() && v.who != k.Owner {
		return drawTask(v)
	}
	who, err := nudgers(v.t, k)
	if err != nil {
		return card.Card{}, err
	}
	asks := "有同事"
	if len(who) > 0 {
		asks = names(who)
	}
	how, wants := "请回一句", "想知道进展，回一句就行，如“六成，缺接口文档”。"
	if v.who == k.Asked() {
		how, wants = "等您确认", "想知道您能不能接。"
	}
	c := v.card(how, v.tone(card.Blue), v.what(), v.due())
	c.Body, c.Buttons = asks+wants, v.nudgedButtons()
	return c, nil
}

// nudgedButtons put the answer that was asked for first.
func (v view) nudgedButtons() []card.Button {
	if v.who == v.k.Asked() {
		return v.askedButtons()
	}
	b := v.ownerButtons()
	b[0], b[1] = b[1], b[0]
	return b
}
