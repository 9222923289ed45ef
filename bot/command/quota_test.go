package command

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/workday"
)

// metered is a platform that counts.
type metered struct {
	*bottest.Fake

	usage bot.Usage
}

func (m *metered) Usage() bot.Usage { return m.usage }

// TestQuota_IsToldOnceAtEachStepAndWhenAskedFor: an administrator reads who uses
// most and what stops first; others are told whom to ask.
func TestQuota_IsToldOnceAtEachStepAndWhenAskedFor(t *testing.T) {
	now := time.Date(2026, 8, 11, 10, 5, 0, 0, workday.Zone)
	fake := bottest.NewFake("fake", bottest.Full())
	fake.Join(bot.Profile{Account: fake.Account("管理员"), Name: "管理员", Admin: true})
	fake.Join(bot.Profile{Account: fake.Account("同事"), Name: "同事"})
	m := &metered{Fake: fake, usage: bot.Usage{Name: "钉钉", Month: "2026-08", Meters: []bot.Meter{
		{Name: "接口调用", Limit: 5000, Uses: []bot.Use{{Kind: "单聊消息", N: 900}, {Kind: "卡片发送", N: 500}, {Kind: "卡片更新", N: 90}, {Kind: "文件上传", N: 10}}},
		{Name: "会话回复", Used: 7},
	}}}
	store := bottest.NewMemory(func() time.Time { return now })
	e := bot.New(store, bot.Options{
		Commands: All(), Faces: Faces(), Jobs: Jobs(workday.DefaultHours()), Words: Words(),
		Platforms: []bot.Platform{m}, Now: func() time.Time { return now }, Poke: func() {},
	})
	said := func() (out []string) {
		t.Helper()
		letters, err := store.Claim(context.Background(), "t"+now.String(), 9, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range letters {
			if err := e.Settle(t.Context(), bot.Delivery{Letters: []bot.Letter{l}, Message: "m"}); err != nil {
				t.Fatal(err)
			}
			out = append(out, l.Text)
		}
		return out
	}
	ask := func(who, event string) string {
		t.Helper()
		err := e.Message(t.Context(), bot.Message{Event: event, From: fake.Account(who), Chat: "fake:p" + bot.ChatID(who), Private: true, Text: "额度"})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(said(), "|")
	}
	hour := func(used int) []string {
		t.Helper()
		now = now.Add(time.Hour)
		m.usage.Meters[0].Used = used
		i := slices.IndexFunc(Jobs(workday.DefaultHours()), func(j bot.Job) bool { return j.Name == "quota" })
		if err := e.Perform(t.Context(), Jobs(workday.DefaultHours())[i], now); err != nil {
			t.Fatal(err)
		}
		return said()
	}
	m.usage.Meters[0].Used = 1500
	got := ask("管理员", "e1")
	for _, want := range []string{"钉钉2026年8月", "用了1500次，共5000次（30%）", "约4462次，够用", "单聊消息900次、卡片发送500次、卡片更新90次", "会话回复：7次", "95%"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := ask("同事", "e2"); !strings.Contains(got, "请管理员") {
		t.Errorf("to a colleague: %s", got)
	}
	if got := hour(3999); len(got) != 0 {
		t.Errorf("below 80%%: %q", got)
	}
	if got := hour(4000); len(got) != 1 || !strings.Contains(got[0], "已用80%（4000/5000次），最多的是单聊消息900次") {
		t.Errorf("at 80%%: %q", got)
	}
	if got := hour(4200); len(got) != 0 {
		t.Errorf("said again: %q", got)
	}
	if got := hour(5000); len(got) != 1 || !strings.Contains(got[0], "用完了（5000/5000次），到下月1日才恢复") {
		t.Errorf("at the end: %q", got)
	}
	now = time.Date(2026, 8, 15, 3, 5, 0, 0, workday.Zone) // Saturday night
	m.usage.Month = "2026-09"
	if got := hour(4900); len(got) != 0 {
		t.Errorf("at night: %q", got)
	}
}
