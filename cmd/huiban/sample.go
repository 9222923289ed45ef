package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiban/adapters/playground"
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
	scribeName     = "林晓"
	reviewTitle    = "新品A方案评审会"
)

// A cast is who plays the guide.
type cast struct {
	you, owner     string // names
	group, private string // chats
	phone          string
	review         string // the meeting's title
}

// cast returns nil where there is no sample.
func (d *demo) cast() *cast {
	if d.story.Empty {
		return nil
	}
	return &cast{
		you: guestName, owner: ownerName, group: projectGroup,
		private: "@" + guestName, phone: "@" + ownerName, review: reviewTitle,
	}
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
	for _, p := range colleagues {
		p.Active = true
		if _, err := d.page.SavePerson(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	groups := []playground.Chat{
		{Name: projectGroup, Kind: "group", Members: []string{"高远", "周敏", "林晓", "陈立", "许哲", "赵倩", "马强", "孙蕾"}},
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
