package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiban/adapters/playground"
	"huiban/bot"
	"huiban/bot/workday"
)

// colleagues are the sample company 远山电器 of demo.md. A leader stands before
// those who report to them.
var colleagues = []playground.Person{ //nolint:gochecknoglobals // a table
	{Name: "高远", Department: "总经办", Title: "分管副总"},
	{Name: "周敏", Department: "产品部", Title: "产品经理", Leader: "高远"},
	{Name: "林晓", Department: "项目办", Title: "项目助理", Leader: "高远", Admin: true},
	{Name: "陈立", Department: "研发部", Title: "经理", Leader: "高远"},
	{Name: "许哲", Department: "研发部", Title: "架构工程师", Leader: "陈立"},
	{Name: "赵倩", Department: "市场部", Title: "市场经理", Leader: "高远"},
	{Name: "马强", Department: "生产部", Title: "生产主管", Leader: "高远"},
	{Name: "王静", Department: "质量部", Title: "质量工程师", Leader: "高远"},
	{Name: "王伟", Department: "IT部", Title: "IT工程师", Leader: "高远"},
	{Name: "孙蕾", Department: "采购部", Title: "采购专员", Leader: "高远"},
	{Name: "何佳", Department: "客服部", Title: "客服主管", Leader: "高远"},
}

const (
	projectGroup   = "新品A项目群"
	complaintGroup = "客诉处理群"
	guestName      = "周敏"
	ownerName      = "许哲"
)

// A cast is who plays the guide.
type cast struct {
	you, owner     string // names
	guest          bot.Account
	group, private string // chats
	phone          string
	start          time.Time
}

// cast returns nil where there is no sample.
func (d *demo) cast() *cast {
	if d.story.Empty {
		return nil
	}
	c := &cast{
		you: guestName, owner: ownerName, group: projectGroup,
		private: "@" + guestName, phone: "@" + ownerName, start: d.story.Start,
	}
	for _, p := range d.page.People() {
		if p.Name == guestName {
			c.guest = bot.Account(d.page.Name() + ":" + p.ID)
		}
	}
	if c.guest == "" {
		return nil
	}
	return c
}

// A scene is something that somebody did before the guest comes in. Day counts
// working days before the story opens.
type scene struct {
	day   int
	clock string
	who   string
	chat  string // empty: the private chat
	says  string
	taps  string // id of a button on the newest card in that chat
}

// scenes are what followed from a complaint: four promises, of which one is
// kept, one stuck, one due tomorrow and one late. {n} in what is said is the
// date n working days after the opening.
func scenes(opens time.Time, cal workday.Calendar) []scene {
	due := func(n int) string { return cal.Add(opens, n).Format("1月2日") + "17:00" }
	return []scene{
		{5, "10:20", guestName, complaintGroup, "@会办 待办 @王静 出具投诉样机检测报告 截止:" + due(-3) + " 优先:高 交付:检测报告，写明失效原因", ""},
		{5, "10:22", guestName, complaintGroup, "@会办 待办 @孙蕾 完成密封圈备选供应商的送样 截止:" + due(2) + " 优先:高 交付:2家供应商各20件样品", ""},
		{5, "10:24", guestName, complaintGroup, "@会办 待办 @何佳 回访12位投诉客户并汇总 截止:" + due(1) + " 优先:中 交付:回访汇总表", ""},
		{5, "10:26", guestName, complaintGroup, "@会办 待办 @马强 修订密封圈装配作业指导书 截止:" + due(-1) + " 优先:中 交付:指导书新版，班组长签收", ""},
		{5, "10:40", "王静", "", "", "确认"},
		{5, "10:45", "孙蕾", "", "", "确认"},
		{5, "11:02", "何佳", "", "", "确认"},
		{5, "11:30", "马强", "", "", "确认"},
		{4, "15:10", "王静", "", "进度 60% 已拆解3台，正在做密封性试验", ""},
		{3, "15:30", "王静", "", "完成 检测报告见 https://example.com/report-0805，失效原因：密封圈硬度偏低", ""},
		{3, "16:05", guestName, "", "", "通过"},
		{2, "10:15", "何佳", "", "进度 50% 已回访6位，其余约在本周", ""},
		{1, "09:40", "孙蕾", "", "受阻 供应商出厂检验排到本周五 需要:@王静 帮忙安排加急检验", ""},
	}
}

// playSample makes the stories by running real commands at past instants
// through the engine, and leaves the clock at the opening.
func (d *demo) playSample(ctx context.Context) error {
	opens, cal := d.story.Start, calendar()
	past := scenes(opens, cal)
	if err := d.rewind(cal.Add(opens, -past[0].day)); err != nil {
		return err
	}
	if err := d.company(ctx); err != nil {
		return err
	}
	for _, s := range past {
		if err := d.play(ctx, s, opens, cal); err != nil {
			return fmt.Errorf("%s %s: %w", s.who, s.says+s.taps, err)
		}
	}
	err := d.advance(ctx, opens)
	d.takeHeld() // the guest was not there
	return err
}

// rewind sets the clock of a folder in which nothing has happened yet.
func (d *demo) rewind(day time.Time) error {
	y, m, dd := day.Date()
	d.clock.mu.Lock()
	defer d.clock.mu.Unlock()
	d.clock.now = time.Date(y, m, dd, 9, 30, 0, 0, workday.Zone)
	return d.clock.write(d.clock.now)
}

func (d *demo) company(ctx context.Context) error {
	var names []string
	for _, p := range colleagues {
		p.Active = true
		if _, err := d.page.SavePerson(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		names = append(names, p.Name)
	}
	groups := []playground.Chat{
		{Name: projectGroup, Kind: "group", Members: names[:9]},
		{Name: complaintGroup, Kind: "group", Members: []string{"周敏", "王静", "马强", "孙蕾", "何佳"}},
	}
	for _, g := range groups {
		if _, err := d.page.SaveChat(g); err != nil {
			return fmt.Errorf("%s: %w", g.Name, err)
		}
	}
	return nil
}

func (d *demo) play(ctx context.Context, s scene, opens time.Time, cal workday.Calendar) error {
	clock, err := workday.ParseClock(s.clock)
	if err != nil {
		return err
	}
	at := workday.DateOf(cal.Add(opens, -s.day)).At(clock)
	if err := d.advance(ctx, at); err != nil {
		return err
	}
	chat := s.chat
	if chat == "" {
		chat = "@" + s.who
	}
	if s.says != "" {
		_, err = d.page.Say(ctx, playground.Line{Chat: chat, User: s.who, Text: s.says})
	} else {
		err = d.tapNewest(ctx, chat, s.who, s.taps)
	}
	if err != nil {
		return err
	}
	return d.Settle(ctx)
}

// tapNewest taps the newest card of a chat that has the button.
func (d *demo) tapNewest(ctx context.Context, chat, who, button string) error {
	list, err := d.page.Messages(chat, 0)
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(list) {
		if m.Card == nil {
			continue
		}
		for _, b := range m.Card.Buttons {
			if b.ID == button {
				_, err := d.page.Tap(ctx, playground.Press{Message: m.ID, User: who, Button: button})
				return err
			}
		}
	}
	return fmt.Errorf("no card with a button %s", button)
}
