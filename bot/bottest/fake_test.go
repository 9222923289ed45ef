package bottest_test

import (
	"context"
	"errors"
	"testing"

	"huiban/bot"
	"huiban/bot/bottest"
)

func fixture(name string, can bot.Abilities) bottest.PlatformFixture {
	f := bottest.NewFake(name, can)
	who := f.Account("张三")
	f.Join(bot.Profile{Account: who, Name: "张三"})
	f.Gather(f.Chat("产品群"), who)
	return bottest.PlatformFixture{
		Platform: f, Screen: f, Person: who, Chat: f.Chat("产品群"),
		Break: func(fault bottest.Fault) { f.Break(string(who), fault) },
	}
}

func TestFakePassesTheExam(t *testing.T) {
	for name, can := range map[string]bot.Abilities{"full": bottest.Full(), "narrow": bottest.Narrow()} {
		t.Run(name, func(t *testing.T) {
			bottest.ExamPlatform(t, func(*testing.T) bottest.PlatformFixture { return fixture(name, can) })
		})
	}
}

func TestFakeTakesWhatTimesOut(t *testing.T) {
	x := fixture("full", bottest.Full())
	out := bot.Out{UUID: "u1", Account: x.Person, Text: "一"}
	x.Break(bottest.Timeout)
	if _, err := x.Platform.Send(context.Background(), out); err == nil || bot.IsPermanent(err) {
		t.Errorf("error %v, want one to be tried again", err)
	}
	x.Break(bottest.None)
	id, err := x.Platform.Send(context.Background(), out)
	if err != nil {
		t.Fatal(err)
	}
	said, err := x.Screen.Messages(context.Background())
	if err != nil || len(said) != 1 || said[0].ID != id {
		t.Errorf("said %v, %v, want message %s once", said, err, id)
	}
}

func TestFakeRefusesStrangers(t *testing.T) {
	x := fixture("full", bottest.Full())
	for name, out := range map[string]bot.Out{
		"a stranger":         {UUID: "u1", Account: "full:nobody"},
		"a group not joined": {UUID: "u2", Chat: "full:nowhere"},
		"an unknown message": {UUID: "u3", Account: x.Person, Edit: "m9"},
		"no UUID":            {Account: x.Person},
	} {
		if _, err := x.Platform.Send(context.Background(), out); !bot.IsPermanent(err) {
			t.Errorf("%s: error %v, want a permanent one", name, err)
		}
	}
}

func TestFakeKeepsWhatComesWithACardAndChangesNoStaleOne(t *testing.T) {
	x := fixture("full", bottest.Full())
	out := bot.Out{UUID: "u1", Account: x.Person, Text: "一", Urgent: true, Papers: []bot.Document{{Name: "全文.txt", Body: []byte("甲")}}}
	id, err := x.Platform.Send(context.Background(), out)
	if err != nil {
		t.Fatal(err)
	}
	x.Break(bottest.Stale)
	_, err = x.Platform.Send(context.Background(), bot.Out{UUID: "u2", Account: x.Person, Edit: id, Text: "二"})
	if !errors.Is(err, bot.ErrCardDead) || !bot.IsPermanent(err) {
		t.Errorf("an edit of a stale card: %v", err)
	}
	if _, err := x.Platform.Send(context.Background(), bot.Out{UUID: "u3", Account: x.Person, Text: "三"}); err != nil {
		t.Errorf("a new message: %v", err)
	}
	said, err := x.Screen.Messages(context.Background())
	if err != nil || len(said) != 2 || said[0].Text != "一" || !said[0].Urgent || len(said[0].Papers) != 1 {
		t.Errorf("said %+v, %v", said, err)
	}
}
