package command

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// drawSetup is C1: what is there, what is missing with the button that adds it,
// and until when the notice must be out. It is M1's card too.
func drawSetup(v meetingView) (card.Card, error) {
	m := v.m
	if m.Status != meeting.Planned {
		return drawNotice(v)
	}
	missing, warnings, err := m.Gate(v.t.Book, v.t.Now, v.t.Calendar)
	if err != nil {
		return card.Card{}, err
	}
	c := card.Card{Title: "筹备：" + cut(line(m.Title), 16), Tone: card.Yellow, Fields: []card.Field{
		{Label: "时间", Value: strings.TrimPrefix(v.slot(), "时间")}, {Label: "目标", Value: numberedGoals(m)}, {Label: "议题", Value: agendaLine(v)},
		{Label: "参会", Value: guestList(m)}, {Label: "分工", Value: rolesLine(m)}, {Label: "资料", Value: materialLine(m)}, {Label: "编号", Value: m.No},
	}}
	if len(m.CC)+len(m.NeedToKnow) > 0 {
		c.Fields[3].Value += "；抄送：" + strings.Join(append(tokensOf(m.CC), m.NeedToKnow...), "、")
	}
	c.Body = v.setupBody(missing, warnings)
	if v.who == meeting.Nobody || m.Prepares(v.who) {
		c.Buttons = v.setupButtons(missing)
	}
	if len(missing) == 0 {
		c.Tone = card.Blue
	}
	return c, nil
}

// shownWarnings is how much a setup card advises at once.
const shownWarnings = 2

func (v meetingView) setupBody(missing []meeting.Gap, warnings []meeting.Warning) string {
	m := v.m
	var lines, lacks []string
	if !m.Start.IsZero() && !m.Late(v.t.Now, v.t.Calendar) {
		by := meeting.NoticeBy(m.Start, v.t.Calendar)
		say := meeting.Moment(by, v.t.Now)
		if sameDay(by, v.t.Now) {
			say = "今天" + clock(by)
		}
		lines = append(lines, "预通知请在"+say+"前发出。")
	}
	for _, g := range missing {
		if !slices.Contains(lacks, lackName(g.Field)) {
			lacks = append(lacks, lackName(g.Field))
		}
	}
	if len(lacks) > 0 {
		lines = append(lines, "还缺："+strings.Join(lacks, "、")+"。")
	} else {
		lines = append(lines, "要的都齐了，可以发预通知。")
	}
	for _, g := range missing {
		if spelledOut(g) {
			lines = append(lines, "- "+g.Say)
		}
	}
	for i, w := range warnings {
		if i == shownWarnings || len(missing) > 2 {
			break
		}
		lines = append(lines, "- 提醒："+w.Say)
	}
	return strings.Join(lines, "\n")
}

// spelledOut reports whether a gap needs more than its name.
func spelledOut(g meeting.Gap) bool {
	return slices.Contains([]string{"另议", "产出", "议题时长", "决策层", "执行层", "紧急", "去掉"}, g.Field)
}

// lackName is what is missing, as it stands behind 还缺.
func lackName(field string) string {
	name, ok := map[string]string{
		"另议": "议题的取舍", "产出": "期望产出", "主持": "主持人", "记录": "记录人", "紧急": "紧急原因或新的时间", "去掉": "离职人员的替换",
	}[field]
	if ok {
		return name
	}
	return field
}

// setupButtonCount is how many buttons a setup card shows.
const setupButtonCount = 4

func (v meetingView) setupButtons(missing []meeting.Gap) []card.Button {
	if len(missing) == 0 {
		return []card.Button{
			v.act("发预通知", "发预通知", "发预通知"), v.act("议题", "加议题", "议题"), v.act("参会", "加参会人", "参会"), v.act("资料", "加资料", "资料"),
		}
	}
	var out []card.Button
	for _, g := range missing {
		for _, b := range v.adds(g.Field) {
			same := slices.ContainsFunc(out, func(had card.Button) bool { return had.ID == b.ID })
			if len(out) < setupButtonCount && !same {
				out = append(out, b)
			}
		}
	}
	return out
}

// adds are the buttons that add what is missing.
func (v meetingView) adds(field string) []card.Button {
	switch field {
	case "时间", "时长":
		return []card.Button{v.act("会议时间", "定"+field, "会议时间")}
	case "议题时长":
		return []card.Button{v.act("会议时间", "改会议时长", "会议时间")}
	case "地点":
		return []card.Button{v.act("地点", "定地点", "地点")}
	case "目标":
		return []card.Button{v.act("目标", "写目标", "目标")}
	case "议题":
		return []card.Button{v.act("议题", "加议题", "议题")}
	case "产出":
		return []card.Button{v.act("产出", "选期望产出", "产出")}
	case "另议":
		return []card.Button{v.act("另议", "放下一个议题", "议题", "内容", putOffWord), v.act("放行", "写理由放行", "放行")}
	case "主持", "记录":
		return []card.Button{v.act("分工", "定分工", "分工")}
	case "参会人", "执行层":
		return []card.Button{v.act("参会", "加参会人", "参会")}
	case "决策层":
		return []card.Button{v.decider()}
	case "去掉":
		return []card.Button{v.act("去掉", "去掉参会人", "参会", "去掉", "去掉")}
	case "发起部门":
		return []card.Button{v.act("发起部门", "写发起部门", "发起部门")}
	case "紧急":
		at := meeting.Slot{Start: v.m.Start, End: v.m.End, HourSaid: true}.Lawful(v.t.Now, v.t.Calendar)
		return []card.Button{
			v.act("会议时间", "改到"+at.Label, "会议时间", "时间", at.Value), v.act("紧急", "按紧急会议发", "发预通知", "紧急", "紧急"),
		}
	}
	return nil
}

// decider adds somebody who decides: a participant whose title suggests it is
// proposed, never taken for it without a tap (R8).
func (v meetingView) decider() card.Button {
	for _, p := range v.m.Participants {
		x, err := v.t.Book.Person(p.Person)
		if err == nil && titleDecides(x.Title) {
			b := v.act("决策层", x.Name+"是决策层", "参会", "参会人", x.Token(), "层级", string(meeting.Decider))
			b.Do.Words = "参会 " + x.Token() + " 层级:" + string(meeting.Decider)
			return b
		}
	}
	b := v.act("决策层", "加决策人", "参会", "层级", string(meeting.Decider))
	b.Do.Words = "参会 层级:" + string(meeting.Decider)
	return b
}

// titleDecides reports whether a title is one of those who usually decide.
func titleDecides(title string) bool {
	for _, end := range []string{"总", "总监", "副总", "总经理", "总裁", "董事长"} {
		if strings.HasSuffix(title, end) {
			return true
		}
	}
	return false
}

func numberedGoals(m *meeting.Meeting) string {
	if len(m.Goals) == 1 {
		return cut(line(m.Goals[0]), 100)
	}
	parts := make([]string, len(m.Goals))
	for i, g := range m.Goals {
		parts[i] = fmt.Sprintf("%d %s", i+1, cut(line(g), 60))
	}
	return strings.Join(parts, "；")
}

// agendaLine is the topics in a line, with what each is to end in, and what was
// put off.
func agendaLine(v meetingView) string {
	parts := make([]string, 0, len(v.m.Topics)+1)
	for _, x := range v.m.Topics {
		say := fmt.Sprintf("%d %s", x.Seq, cut(line(x.Title), 24))
		if x.Output != "" {
			say += "→" + cut(line(x.Wants()), 16)
		}
		if x.Minutes > 0 {
			say += fmt.Sprintf("，%d分钟", x.Minutes)
		}
		parts = append(parts, say)
	}
	if n := len(v.m.Parked); n > 0 {
		put := make([]string, n)
		for i, p := range v.m.Parked {
			put[i] = cut(line(p.Text), 16)
		}
		parts = append(parts, "另议："+strings.Join(put, "、"))
	}
	return strings.Join(parts, "；")
}

// guestList is the participants by tier.
func guestList(m *meeting.Meeting) string {
	var parts []string
	for _, tier := range []meeting.Tier{meeting.Decider, meeting.Doer, meeting.Support} {
		var who []string
		for _, p := range m.Participants {
			if p.Tier != tier {
				continue
			}
			say := p.Person.Token()
			if p.Observer {
				say += "（列席）"
			}
			who = append(who, say)
		}
		if len(who) > 0 {
			parts = append(parts, string(tier)+"："+strings.Join(who, "、"))
		}
	}
	return strings.Join(parts, "；")
}

func materialLine(m *meeting.Meeting) string {
	if m.NoMaterial {
		return "无"
	}
	parts := make([]string, len(m.Materials))
	for i, x := range m.Materials {
		parts[i] = "《" + cut(line(x.Title), 16) + "》"
		if x.Pages > 0 {
			parts[i] += fmt.Sprintf("%d页", x.Pages)
		}
	}
	return strings.Join(parts, "、")
}
