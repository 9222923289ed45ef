package command

import (
	"huiban/bot"
	"huiban/bot/card"
)

func groupFaces() []bot.FaceDef {
	return []bot.FaceDef{{Name: bot.FaceGroup, Draw: drawGroup}, {Name: bot.FaceWelcome, Draw: drawWelcome}, {Name: bot.FaceCheckUp, Draw: drawCheckUp}}
}

// drawCheckUp is there to be tapped.
func drawCheckUp(*bot.Turn, bot.Face) (bot.Drawn, error) {
	return bot.Drawn{Card: card.Card{
		Title: "会办自检", Tone: card.Blue, Body: "看得到这张卡片，请点一下面的按钮，我就知道按钮也点得动。",
		Buttons: []card.Button{plainly("点我试试", "自检")},
	}}, nil
}

// whatIDo is in three lines what the bot does.
const whatIDo = "会前：说“新建会议”，帮您备齐议题、资料和人，发预通知、收回执。\n" +
	"会上会后：结论和待办一句一句记，纪要从初稿跟到终稿。\n" +
	"平时：说“待办 @同事 做什么 哪天要”，从确认跟到验收，到期前提醒。"

// plainly is a button that is a whole command.
func plainly(label string, words string) card.Button {
	return card.Button{ID: words, Label: label, Do: card.Action{Command: words, Words: words}}
}

// drawGroup asks what a group is for; once somebody chose, it says who and what,
// and how to change it.
func drawGroup(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
	g, err := t.Book.GroupByID(f.Of.ID)
	if err != nil {
		return bot.Drawn{}, err
	}
	if g.Purpose == "" {
		return bot.Drawn{Card: askPurpose(g), Version: g.Revision()}, nil
	}
	is := purpose(g.Purpose)
	other := everyday
	if is == everyday {
		other = projects
	}
	c := card.Card{
		Title: "本群用途：" + g.Purpose, Tone: card.Green,
		Fields:  []card.Field{{Label: "谁选的", Value: g.By.Token()}, {Label: "下一步", Value: is.next()}},
		Body:    "要改，@我说“" + rebind(other) + "”。",
		Buttons: []card.Button{plainly("新建会议", "新建会议")},
	}
	if is == trying {
		c.Buttons = []card.Button{plainly("帮助", "帮助")}
	}
	return bot.Drawn{Card: c, Version: g.Revision()}, nil
}

// askPurpose is the card of a group of which nobody said yet what it is for.
func askPurpose(g *bot.Group) card.Card {
	c := card.Card{
		Title: "会办在群里了：这个群做什么用？", Tone: card.Blue,
		Body: whatIDo + "\n在群里先@我再说。下面谁选都行，选一次，以后能改。",
	}
	for _, p := range purpose("").Choices() {
		c.Buttons = append(c.Buttons, card.Button{ID: p, Label: p, Do: card.Action{
			Command: "绑定本群", Args: map[string]string{"用途": p}, Words: rebind(purpose(p)), Seen: g.Revision(),
		}})
	}
	return c
}

// drawWelcome greets who opens the private chat.
func drawWelcome(*bot.Turn, bot.Face) (bot.Drawn, error) {
	return bot.Drawn{Card: card.Card{
		Title: "您好，我是会办", Tone: card.Blue, Body: whatIDo + "\n直接发一句就行，平常话也听得懂。",
		Buttons: []card.Button{plainly("我的待办", "我的待办"), plainly("新建会议", "新建会议"), plainly("帮助", "帮助")},
	}}, nil
}
