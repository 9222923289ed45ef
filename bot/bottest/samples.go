package bottest

import (
	"fmt"
	"slices"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
)

// A Sample is a card with everything an adapter needs to draw it, for golden
// files.
type Sample struct {
	Name    string // of its golden file
	Card    card.Card
	People  map[string]bot.Shown
	Private bool // it goes to one person, else to a group
}

// SampleCards are a dozen cards that an adapter has to draw well: what the
// commands send, at its largest and at its oddest. Accounts are of the platform
// named; 许哲 has none there.
func SampleCards(platform string) []Sample {
	people := map[string]bot.Shown{
		"@{p1}": {Name: "周敏", Account: bot.Account(platform + ":ou_zhou")},
		"@{p2}": {Name: "林芳", Account: bot.Account(platform + ":ou_lin")},
		"@{p3}": {Name: "许哲"},
	}
	cards := []Sample{
		{Name: "task", Card: sampleTask()},
		{Name: "task_private", Card: sampleTask(), Private: true},
		{Name: "form", Card: sampleForm()},
		{Name: "form_private", Card: sampleForm(), Private: true},
		{Name: "confirm", Card: sampleConfirm(), Private: true},
		{Name: "table", Card: sampleTable(3)},
		{Name: "digest", Card: sampleTable(40), Private: true},
		{Name: "minutes", Card: sampleMinutes(), Private: true},
		{Name: "files", Card: sampleFiles()},
		{Name: "sharp", Card: sampleSharp()},
		{Name: "crowd", Card: sampleCrowd(), Private: true},
		{Name: "empty", Card: card.Card{}},
	}
	for i := range cards {
		cards[i].People = people
	}
	return cards
}

func sampleTask() card.Card {
	do := func(command string) card.Action {
		return card.Action{Command: command, Args: map[string]string{"编号": "42"}, Seen: 3, Words: command + " 07-42"}
	}
	return card.Card{
		Title: "待办 07-42 交给@{p1}", Tone: card.Yellow,
		Fields: []card.Field{
			{Label: "描述", Value: "完成接口文档"}, {Label: "责任人", Value: "@{p1}"}, {Label: "协同人", Value: "@{p2}、@{p3}"},
			{Label: "截止", Value: "8月14日（周五）17:00"},
		},
		Body: "请@{p1}在今天 18:00 前确认。\n做不到就提出异议。",
		Buttons: []card.Button{
			{ID: "确认", Label: "确认接收", Do: do("确认")}, {ID: "异议", Label: "有异议", Do: do("异议")},
			{ID: "完成", Label: "已经完成", Do: do("完成")}, {ID: "延期", Label: "申请延期", Do: do("延期")}, {ID: "送达", Label: "谁看到了", Do: do("送达")},
		},
	}
}

func sampleForm() card.Card {
	people := []card.Option{{Value: "@{p1}", Label: "周敏（产品部）"}, {Value: "@{p2}", Label: "林芳（研发部）"}}
	all := slices.Concat(people, []card.Option{{Value: "@{p3}", Label: "许哲（测试部）"}})
	level := []card.Option{{Value: "高", Label: "高"}, {Value: "中", Label: "中"}, {Value: "低", Label: "低"}}
	return card.Card{
		Title: "还差几样", Tone: card.Blue, Body: "补齐以后就记下来。",
		Inputs: []card.Input{
			{Name: "描述", Label: "描述", Kind: card.KindText, Required: true, Value: []string{"写 <接口> 文档"}},
			{Name: "验收标准", Label: "验收标准", Kind: card.KindLines},
			{Name: "天数", Label: "天数", Kind: card.KindNumber, Value: []string{"3"}},
			{Name: "日期", Label: "日期", Kind: card.KindDate, Value: []string{"2026-08-14"}},
			{Name: "时间", Label: "时间", Kind: card.KindTime, Value: []string{"14:00"}},
			{Name: "截止", Label: "截止", Kind: card.KindDateTime, Required: true, Value: []string{"2026-08-14 17:00"}},
			{Name: "优先", Label: "优先", Kind: card.KindSelect, Options: level, Value: []string{"中"}},
			{Name: "抄送", Label: "抄送", Kind: card.KindMulti, Options: level, Value: []string{"高", "低"}},
			{Name: "责任人", Label: "责任人", Kind: card.KindPerson, Required: true, Options: people, Value: []string{"@{p2}"}},
			{Name: "协同人", Label: "协同人", Kind: card.KindPeople, Options: all, Value: []string{"@{p3}"}},
			{Name: "见证人", Label: "见证人", Kind: card.KindPeople},
			{Name: "保密", Label: "保密", Kind: card.KindCheck, Value: []string{"true"}},
			{Name: "附件", Label: "附件", Kind: card.KindFile},
		},
		Buttons: []card.Button{
			{ID: "提交", Label: "记下来", Submit: true, Do: card.Action{Command: "待办", Args: map[string]string{"draft": "9"}, Words: "待办"}},
			{ID: "先存着", Label: "先存着", Submit: true, Do: card.Action{Command: "存草稿", Args: map[string]string{"draft": "9"}, Words: "存草稿"}},
			{ID: "不记了", Label: "不记了", Do: card.Action{Command: "不记了", Args: map[string]string{"draft": "9", "drop": "1"}, Words: "不记了"}},
		},
	}
}

func sampleConfirm() card.Card {
	return card.Card{
		Title: "会议「项目例会」", Tone: card.Red, Fields: []card.Field{{Label: "状态", Value: "已逾期 2 天"}},
		Buttons: []card.Button{
			{ID: "取消", Label: "取消会议", Confirm: "取消以后会通知 12 人，确定吗？", Do: card.Action{Command: "取消", Words: "取消会议"}},
			{ID: "关闭", Label: "关闭待办", Confirm: "交给@{p3}的待办将关闭。", Do: card.Action{Command: "关闭", Words: "关闭 07-42"}},
		},
	}
}

func sampleTable(rows int) card.Card {
	t := card.Table{Head: []string{"编号", "描述", "责任人", "截止"}}
	for i := range rows {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("07-%02d", i+1), "完成第" + fmt.Sprint(i+1) + "份文档", "@{p1}", "8月14日 17:00"})
	}
	t.Rows = append(t.Rows, []string{"07-99", "少一格的一行"})
	return card.Card{
		Title: "早上好，@{p1}", Tone: card.Green, Fields: []card.Field{{Label: "今天", Value: fmt.Sprintf("%d 项", rows)}}, Table: &t,
		Body: "按截止时间排列。",
	}
}

func sampleMinutes() card.Card {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "%d. @{p2}：第%d条意见，接口的时延要在 200ms 以内。\n", i+1, i+1)
	}
	return card.Card{
		Title: "会议纪要 v2", Tone: card.Grey, Body: b.String(),
		Buttons: []card.Button{{ID: "审阅", Label: "没有意见", Do: card.Action{Command: "审阅", Seen: 2, Words: "审阅 没有意见"}}},
	}
}

func sampleFiles() card.Card {
	return card.Card{
		Title: "会前材料", Files: []card.File{
			{Name: "需求 [终稿].pdf", URL: "https://example.com/a (1).pdf?x=1&y=<2>"}, {Name: "会议纪要全文", URL: "paper:minutes/12"},
			{Name: "骗子", URL: "javascript:alert(1)"},
		},
	}
}

// sampleSharp is a card whose every text is markup to somebody.
func sampleSharp() card.Card {
	c := card.Card{
		Title: "题 <b>粗</b> **星**", Body: strings.Join(append(sharp(), "    缩进", ":OK:A:OK:", "@{p1} 1. 序号"), "\n"),
		Inputs:  []card.Input{{Name: "*名*", Label: "*名* <b>", Kind: card.KindSelect, Options: []card.Option{{Value: "<at id=all></at>", Label: "**选项**"}}}},
		Buttons: []card.Button{{ID: "x", Label: "<b>点</b>", Submit: true, Confirm: "**确定**？", Do: card.Action{Command: "x", Args: map[string]string{"<": "\"&\""}}}},
	}
	for _, s := range sharp() {
		c.Fields = append(c.Fields, card.Field{Label: "签" + s, Value: "值" + s})
	}
	return c
}

// sampleCrowd asks for one of more people than any list holds, and has more
// buttons than find room.
func sampleCrowd() card.Card {
	in := card.Input{Name: "参会人", Label: "参会人", Kind: card.KindPeople}
	for i := range 400 {
		in.Options = append(in.Options, card.Option{Value: fmt.Sprintf("@{p%d}", i+1), Label: fmt.Sprintf("第%d位", i+1)})
	}
	c := card.Card{Title: "邀请谁？", Inputs: []card.Input{in}}
	c.Buttons = []card.Button{{ID: "邀请", Label: "邀请", Submit: true, Do: card.Action{Command: "邀请", Words: "邀请 @…"}}}
	for i := range 70 {
		word := fmt.Sprintf("选%d", i+1)
		c.Buttons = append(c.Buttons, card.Button{ID: word, Label: word, Do: card.Action{Command: word, Words: word}})
	}
	return c
}
