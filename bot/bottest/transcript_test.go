package bottest_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

type noteArgs struct {
	Owner meeting.PersonID `arg:"责任人" opt:"required find"`
	What  string           `arg:"任务" opt:"required rest" say:"记什么？"`
}

type taskArgs struct {
	Task meeting.TaskID `arg:"编号" opt:"required find"`
}

func commands() []bot.Command {
	note := func(_ context.Context, t *bot.Turn, a noteArgs) (bot.Reply, error) {
		n, err := t.Book.Serial("toy")
		if err != nil {
			return bot.Reply{}, err
		}
		k := &meeting.Task{
			No: fmt.Sprintf("T-20260810-00-%02d", n), Source: meeting.AdHoc, Chat: string(t.Chat), Description: a.What, Priority: meeting.Medium,
			Owner: a.Owner, Host: t.Who, Acceptor: t.Who, Status: meeting.Unconfirmed, Confirm: meeting.NotAnswered,
			CreatedAt: t.Now, AskedAt: t.Now, LastSign: t.Now, Due: t.Now.Add(200 * time.Hour), Terms: 1,
		}
		for _, f := range t.Files {
			k.Description += "＋" + f.Name
		}
		if err := t.Book.SaveTask(k); err != nil {
			return bot.Reply{}, err
		}
		ask := bot.Post{To: bot.To{Person: k.Owner}, Face: bot.Face{Name: "confirm", Of: k.Ref(), For: k.Owner}}
		return bot.Reply{Face: bot.Face{Name: "task", Of: k.Ref()}, Posts: []bot.Post{ask}}, nil
	}
	confirm := func(_ context.Context, t *bot.Turn, a taskArgs) (bot.Reply, error) {
		k, err := t.Book.Task(a.Task)
		if err != nil {
			return bot.Reply{}, err
		}
		if err := k.ConfirmBy(t.Who, t.Seen, t.Now); err != nil {
			return bot.Reply{}, err
		}
		return bot.Reply{Toast: "已确认\n请按时完成"}, t.Book.SaveTask(k)
	}
	return []bot.Command{bot.Define("记", "记一项待办", note), bot.Define("确认", "答应", confirm)}
}

func faces() []bot.FaceDef {
	task := func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		k, err := t.Book.Task(meeting.TaskID(f.Of.ID))
		if err != nil {
			return bot.Drawn{}, err
		}
		c := card.Card{
			Title: f.Name + " " + k.No, Tone: card.Green, Body: k.Description,
			Fields: []card.Field{{Label: "责任人", Value: k.Owner.Token()}, {Label: "状态", Value: string(k.Status)}},
		}
		if k.Status == meeting.Unconfirmed {
			c.Tone = card.Blue
			c.Buttons = []card.Button{{ID: "确认", Label: "确认", Do: card.Action{Command: "确认", Args: map[string]string{"编号": k.No}, Seen: k.Terms}}}
		}
		return bot.Drawn{Card: c, Version: k.Version}, nil
	}
	draft := func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		d, err := t.Book.Draft(f.Of.ID)
		if err != nil || d.Ended != "" {
			return bot.Drawn{Card: card.Card{Title: "问过了", Tone: card.Grey}, Version: d.Version}, err
		}
		c := card.Card{Title: "还差一点"}
		for _, g := range d.Gaps {
			c.Inputs = append(c.Inputs, card.Input{Name: g.Field, Label: g.Say, Kind: card.KindText, Required: true})
		}
		do := card.Action{Command: d.Command, Args: map[string]string{bot.ArgDraft: fmt.Sprint(d.ID)}, Words: d.Command}
		c.Buttons = []card.Button{{ID: "提交", Label: "提交", Submit: true, Do: do}}
		return bot.Drawn{Card: c, Version: d.Version}, nil
	}
	return []bot.FaceDef{{Name: "task", Draw: task}, {Name: "confirm", Draw: task}, {Name: "undecided", Draw: task}, {Name: "draft", Draw: draft}}
}

// words says every sentence by its name and arguments.
func words() bot.Words {
	var w bot.Words
	v := reflect.ValueOf(&w).Elem()
	for i := range v.NumField() {
		name, typ := v.Type().Field(i).Name, v.Field(i).Type()
		v.Field(i).Set(reflect.MakeFunc(typ, func(args []reflect.Value) []reflect.Value {
			if typ.Out(0).Kind() != reflect.String {
				return []reflect.Value{reflect.Zero(typ.Out(0))}
			}
			said := name
			for _, a := range args {
				if a.Kind() == reflect.String || a.Kind() == reflect.Int {
					said += fmt.Sprintf(" %v", a)
				}
			}
			return []reflect.Value{reflect.ValueOf(said)}
		}))
	}
	return w
}

func options() bottest.ScriptOptions {
	jobs := []bot.Job{{Name: "morning", Spec: "0 9 * * 1-5", Run: func(_ context.Context, t *bot.Turn) (bot.Reply, error) {
		return bot.Reply{Posts: []bot.Post{{Key: "morning/" + t.Now.Format(time.DateOnly), To: bot.To{Person: 1}, Text: "早上好\n今天是" + t.Now.Format(time.DateOnly)}}}, nil
	}}}
	return bottest.ScriptOptions{
		Commands: commands(), Faces: faces(), Jobs: jobs, Words: words(), Calendar: workday.New(workday.DefaultHours(), workday.Official()...),
	}
}

func TestTranscripts(t *testing.T) {
	bottest.Transcripts(t, "testdata", options())
}

func TestWordsOfTheToyAreComplete(t *testing.T) {
	if got := words().TooLong(5, 3); !strings.Contains(got, "5 3") {
		t.Errorf("TooLong says %q", got)
	}
}
