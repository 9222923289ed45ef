package command

import (
	"fmt"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawExtension asks the approver (M23).
func drawExtension(v view) (card.Card, error) {
	e := v.k.Extension
	if e == nil || !v.k.Open() || v.who != e.Asked {
		return drawTask(v)
	}
	days := v.t.Calendar.Count(e.OldDue, e.NewDue)
	how := "申请延期"
	if e.Late {
		how = "补办延期"
	}
	short := func(s string) string { return cut(line(s), 80) }
	c := v.card(how, card.Yellow, v.what(),
		card.Field{Label: "申请", Value: fmt.Sprintf("%s想延到%s前（原%s，晚%d个工作日，第%d次）",
			e.By.Token(), meeting.Moment(e.NewDue, v.t.Now), meeting.Moment(e.OldDue, v.t.Now), days, e.Seq)},
		card.Field{Label: "原因", Value: short(e.Reason)}, card.Field{Label: "影响", Value: short(e.Impact)},
		card.Field{Label: "进展", Value: short(e.Done)}, card.Field{Label: "补救", Value: short(e.Remedy)})
	c.Buttons = []card.Button{
		v.agrees(e.Version(), "同意", "同意", "审批", "审批", string(meeting.Agree)),
		v.act("改到", "改到别的日期", "审批", "审批", string(meeting.AnotherDue)),
		v.act("不同意", "不同意", "审批", "审批", string(meeting.Disagree)),
	}
	return c, nil
}

// drawAccept asks the acceptor (M24) and, after two days, tells the host.
func drawAccept(v view) (card.Card, error) {
	k := v.k
	n := len(k.Evidence)
	if k.Status != meeting.Submitted || n == 0 || v.who != k.Acceptor && v.who != k.Host {
		return drawTask(v)
	}
	ev := k.Evidence[n-1]
	standard := v.standard()
	if standard.Value == "" {
		standard.Value = "没有写标准"
	}
	proof := cut(line(ev.Text), 120)
	if proof == "" {
		proof = fmt.Sprintf("%d个附件", len(ev.Files))
	}
	c := v.card("请您验收", card.Blue, v.what(), standard, card.Field{Label: "证据", Value: proof},
		card.Field{Label: "提交", Value: k.Owner.Token() + "，" + meeting.Moment(k.SubmittedAt, v.t.Now)}, v.due())
	for _, f := range ev.Files {
		c.Files = append(c.Files, card.File{Name: f.Name, URL: f.ID})
	}
	if v.who == k.Acceptor {
		c.Body, c.Buttons = "请对照标准验收。不通过请写明还缺什么。", []card.Button{v.pass(), v.sendBack()}
		return c, nil
	}
	c.Title = v.title("等验收")
	c.Body = fmt.Sprintf("提交%d个工作日了，还在等%s验收。", v.t.Calendar.Count(k.SubmittedAt, v.t.Now), k.Acceptor.Token())
	return c, nil
}
