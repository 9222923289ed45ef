package bot

import (
	"context"
	"fmt"
	"testing"
	"time"

	"huiban/bot/meeting"
	"huiban/bot/talk"
	"huiban/bot/workday"
)

type assignment struct {
	Owner    meeting.PersonID `arg:"责任人" opt:"required find"`
	Due      meeting.Deadline `arg:"截止" opt:"find"`
	Priority meeting.Priority `arg:"优先" opt:"find"`
	Standard string           `arg:"交付"`
	What     string           `arg:"任务" opt:"rest"`
}

// aloneTx is a store in which nobody has two accounts.
type aloneTx struct{ Tx }

func (aloneTx) Aliases() (meeting.Aliases, error) { return meeting.Aliases{}, nil }

// BenchmarkParse reads one message from its words to the arguments of its
// handler, among 40 commands and 500 people (goal: 200 µs).
func BenchmarkParse(b *testing.B) {
	handler := func(context.Context, *Turn, assignment) (Reply, error) { return Reply{}, nil }
	commands := []Command{Define("待办", "", handler)}
	for i := range 39 {
		commands = append(commands, Define(fmt.Sprintf("命令%c", '甲'+rune(i)), "", handler))
	}
	e := &Engine{reader: talk.New(forTalk(commands))}
	l := &ledger{engine: e, Tx: aloneTx{}}
	for i := range 500 {
		l.people = append(l.people, meeting.Person{
			ID: meeting.PersonID(i + 1), Name: fmt.Sprintf("%c%c", '丁'+rune(i%40), '伟'+rune(i)), Department: fmt.Sprintf("第%d部", i/20), Active: true,
		})
	}
	t := &Turn{
		Now: time.Date(2026, 8, 12, 13, 55, 0, 0, workday.Zone), Who: 1, Book: l,
		Calendar: workday.New(workday.DefaultHours(), workday.Official()...),
	}
	for name, text := range map[string]string{
		"labelled": "待办 @{p3} 交付接口文档v1 截止:下周五18:00 优先:高 交付：文档v1，评审通过",
		"plain":    "待办：请" + l.people[499].Name + "3个工作日内交检测报告，高",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				scene, err := e.scene(l, t, nil)
				if err != nil {
					b.Fatal(err)
				}
				said := e.reader.Read(text, scene)
				if _, gaps, err := e.fill(l, t, &commands[0], said.Args); err != nil || len(gaps) > 0 || said.Command != "待办" {
					b.Fatal(said, gaps, err)
				}
			}
		})
	}
}
