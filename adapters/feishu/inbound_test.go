package feishu

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/bot/card"
)

// What people say reaches the engine as they meant it, whichever way events come.
func TestMessagesAreHeard(t *testing.T) {
	both(t, func(l *lab) {
		l.acked(l.fake.Say(l.Context(), team, zhou, "@会办 待办 @许哲 完成接口文档"))
		d := l.acked(l.fake.Say(l.Context(), "", xu, "我的待办"))
		l.acked(l.fake.Reply(l.Context(), d.MessageID, xu, "帮助"))
		l.acked(l.fake.Post(l.Context(), "", xu, [][]string{{"待办 ", "@周敏", " 写周报"}, {"截止:明天"}}))
		if n := len(l.in.messages); n != 4 {
			l.Fatalf("%d messages", n)
		}
		first, second, reply, post := l.in.messages[0], l.in.messages[1], l.in.messages[2], l.in.messages[3]
		if first.Private || first.Chat != "feishu:"+team || first.From != "feishu:"+zhou || first.At.IsZero() || first.Event != "feishu:m:"+string(first.ID) {
			l.Errorf("group message %+v", first)
		}
		said := first.Text
		for _, m := range first.Mentions {
			name := "[bot]"
			if !m.Bot {
				name = "[" + string(m.Account) + "]"
			}
			said = strings.ReplaceAll(said, m.Token, name)
		}
		if said != "[bot] 待办 [feishu:ou_xu] 完成接口文档" {
			l.Errorf("heard %q of %+v", said, first)
		}
		if !second.Private || second.Text != "我的待办" {
			l.Errorf("private message %+v", second)
		}
		if reply.ReplyTo != bot.MessageID(d.MessageID) {
			l.Errorf("reply to %q", reply.ReplyTo)
		}
		if !strings.Contains(post.Text, "写周报\n截止:明天") || len(post.Mentions) != 1 || post.Mentions[0].Account != "feishu:"+zhou {
			l.Errorf("rich text %+v", post)
		}
	})
}

// In a group only what is for the bot is heard, whatever scope the app has.
func TestGroupTalkIsNotHeard(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.run()
	event := map[string]any{
		"sender":  map[string]any{"sender_id": map[string]any{"open_id": zhou}, "sender_type": "user"},
		"message": map[string]any{"message_id": "om_x", "chat_id": team, "chat_type": "group", "message_type": "text", "content": `{"text":"中午吃什么"}`},
	}
	l.acked(l.fake.Event(t.Context(), eventMessage, event))
	event["sender"] = map[string]any{"sender_id": map[string]any{"open_id": "ou_other"}, "sender_type": "bot"}
	l.acked(l.fake.Event(t.Context(), eventMessage, event))
	if heard := l.in.heard(); len(heard) > 0 {
		t.Errorf("heard %q", heard)
	}
}

// Mentions of whom no person is, and keys that begin one another.
func TestNamedMentions(t *testing.T) {
	all := []mention{
		{Key: "@_user_1", ID: identity{"ou_1"}, Name: "甲"},
		{Key: "@_user_10", ID: identity{"ou_bot2"}, Type: "bot", Name: "别的机器人"},
	}
	taken := []bot.Mention{{Token: "@_user_1", Account: "feishu:ou_1"}}
	if got := named("@_user_10 和 @_user_1 和 @_all", all, taken); got != "@别的机器人  和 @_user_1 和 @所有人 " {
		t.Errorf("%q", got)
	}
}

// A file that somebody sends is kept before the engine hears of it; one that
// cannot be kept is named.
func TestFilesAreKept(t *testing.T) {
	both(t, func(l *lab) {
		l.acked(l.fake.SendFile(l.Context(), "", xu, "证据.txt", []byte("写好了"), false))
		l.acked(l.fake.SendFile(l.Context(), "", xu, "屏幕.png", []byte{1, 2, 3}, true))
		l.acked(l.fake.SendFile(l.Context(), "", xu, "太大.bin", make([]byte, bot.MaxFile+1), false))
		ms := l.in.messages
		if len(ms) != 3 || len(ms[0].Files) != 1 || len(ms[1].Files) != 1 {
			l.Fatalf("messages %+v", ms)
		}
		stored, r, err := l.p.o.Files.OpenFile(l.Context(), ms[0].Files[0])
		if err != nil {
			l.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil || stored.Name != "证据.txt" || string(content) != "写好了" {
			l.Errorf("kept %+v: %q, %v", stored, content, err)
		}
		if !slices.Equal(ms[2].Unusable, []string{"太大.bin"}) || len(ms[2].Files) > 0 {
			l.Errorf("too large: %+v", ms[2])
		}
	})
}

func formCard() card.Card {
	return card.Card{
		Title: "补齐待办", Tone: card.Yellow,
		Inputs: []card.Input{
			{Name: "描述", Label: "描述", Kind: card.KindLines, Required: true},
			{Name: "截止", Label: "截止", Kind: card.KindDateTime},
			{Name: "责任人", Label: "责任人", Kind: card.KindPerson},
			{Name: "优先", Label: "优先", Kind: card.KindSelect, Options: []card.Option{{Value: "高", Label: "高"}, {Value: "中", Label: "中"}}, Value: []string{"中"}},
			{Name: "抄送", Label: "抄送", Kind: card.KindPeople},
			{Name: "要发", Label: "要发", Kind: card.KindCheck},
		},
		Buttons: []card.Button{
			{ID: "待办", Label: "记下", Submit: true, Do: card.Action{Command: "待办", Args: map[string]string{"草稿": "7"}}},
			{ID: "放下", Label: "不记了", Do: card.Action{Command: "待办", Args: map[string]string{"草稿": "7", "放下": "是"}, Seen: 4}, Confirm: "放下这一条？"},
		},
	}
}

// A tap carries the command, its arguments and the form in our terms, and its
// answer changes the card for all; also from a client that drops the value.
func TestTapsAreHeardAndAnswered(t *testing.T) {
	for _, drops := range []bool{false, true} {
		l := newLab(t, feishutest.Options{DropValue: drops}, nil)
		l.run()
		c := formCard()
		id, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Chat: "feishu:" + team, Card: &c})
		if err != nil {
			t.Fatal(err)
		}
		l.in.answer = bot.Answer{Toast: "记下了", Card: &card.Card{Title: "已记下", Tone: card.Green}}
		a, err := l.fake.Tap(t.Context(), string(id), xu, "记下", map[string]any{
			"描述": "写接口文档", "截止": "2026-08-14 17:00", "责任人": xu, "优先": "高", "抄送": []string{zhou, xu}, "要发": true,
		})
		if err != nil || a.Code != 0 || a.Toast != "记下了" || !a.Changed {
			t.Fatalf("answer %+v, %v", a, err)
		}
		tap := l.in.taps[0]
		if tap.Do.Command != "待办" || tap.Do.Args["草稿"] != "7" || tap.From != "feishu:"+xu || tap.Card != id || tap.Chat != "feishu:"+team {
			t.Errorf("tap %+v", tap)
		}
		for name, want := range map[string][]string{
			"描述": {"写接口文档"}, "截止": {"2026-08-14 17:00"}, "责任人": {"feishu:" + xu}, "优先": {"高"}, "抄送": {"feishu:" + zhou, "feishu:" + xu}, "要发": {"true"},
		} {
			if got := tap.Form[name]; !slices.Equal(got, want) {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		if m, _ := l.fake.Message(string(id)); !strings.Contains(m.Text(), "已记下") {
			t.Errorf("the card shows %s", m.Text())
		}
		l.sound()
	}
}

// A plain button brings the version of the terms that its card showed; in a
// single chat the tap belongs to no group.
func TestTapInASingleChat(t *testing.T) {
	both(t, func(l *lab) {
		c := formCard()
		id, err := l.p.Send(l.Context(), bot.Out{UUID: "u1", Account: "feishu:" + xu, Card: &c})
		if err != nil {
			l.Fatal(err)
		}
		a, err := l.fake.Tap(l.Context(), string(id), xu, "不记了", nil)
		if err != nil || a.Code != 0 || a.Changed {
			l.Fatalf("answer %+v, %v", a, err)
		}
		if tap := l.in.taps[0]; tap.Do.Seen != 4 || tap.Chat != "" || tap.Do.Args["放下"] != "是" {
			l.Errorf("tap %+v", tap)
		}
	})
}

// Whatever goes wrong with a tap, the person reads a sentence in time.
func TestTapIsAlwaysAnswered(t *testing.T) {
	l := newLab(t, feishutest.Options{}, nil)
	l.run()
	c := formCard()
	id, err := l.p.Send(t.Context(), bot.Out{UUID: "u1", Account: "feishu:" + xu, Card: &c})
	if err != nil {
		t.Fatal(err)
	}
	l.in.err = errors.New("no database")
	if a, err := l.fake.Tap(t.Context(), string(id), xu, "不记了", nil); err != nil || a.Toast != wordFailed || a.Code != 0 {
		t.Errorf("failed: %+v, %v", a, err)
	}
	l.in.err, l.in.block = nil, make(chan struct{})
	if a, err := l.fake.Tap(t.Context(), string(id), xu, "不记了", nil); err != nil || a.Toast != wordWorking || a.Code != 0 {
		t.Errorf("late: %+v, %v", a, err)
	}
	l.in.mu.Lock()
	if l.in.tapped.Err() == nil {
		t.Error("the tap may still be decided though its time is over")
	}
	close(l.in.block)
	l.in.block = nil
	l.in.mu.Unlock()
	foreign := map[string]any{
		"operator": map[string]any{"open_id": xu}, "action": map[string]any{"value": map[string]any{"a": "x"}, "tag": "button"},
		"context": map[string]any{"open_message_id": string(id), "open_chat_id": team},
	}
	if d, err := l.fake.Event(t.Context(), eventTap, foreign); err != nil || !d.Acked {
		t.Errorf("a foreign button: %+v, %v", d, err)
	}
}

// What happens without a word said.
func TestHappeningsAreHeard(t *testing.T) {
	both(t, func(l *lab) {
		ctx := l.Context()
		l.acked(l.fake.BotAdded(ctx, team, zhou))
		l.acked(l.fake.EnterChat(ctx, xu))
		l.acked(l.fake.Menu(ctx, xu, "我的待办"))
		l.acked(l.fake.UserLeft(ctx, zhou))
		l.acked(l.fake.BotRemoved(ctx, team, zhou))
		l.acked(l.fake.Disband(ctx, team, zhou))
		var got []bot.HappeningKind
		for _, h := range l.in.happened {
			got = append(got, h.Kind)
		}
		want := []bot.HappeningKind{bot.BotAdded, bot.Entered, bot.Menu, bot.Left, bot.BotRemoved, bot.ChatGone}
		if !slices.Equal(got, want) {
			l.Fatalf("heard %v, want %v", got, want)
		}
		added, menu, left := l.in.happened[0], l.in.happened[2], l.in.happened[3]
		if added.Chat != "feishu:"+team || added.Name != "产品群" || added.Account != "feishu:"+zhou || !strings.HasPrefix(added.Event, "feishu:e:") {
			l.Errorf("added %+v", added)
		}
		if menu.Text != "我的待办" || menu.Account != "feishu:"+xu {
			l.Errorf("menu %+v", menu)
		}
		if left.Account != "feishu:"+zhou {
			l.Errorf("left %+v", left)
		}
	})
}

// Events of no use are acked, so that nobody redelivers them; a handler that
// breaks or fails is not, so that somebody does.
func TestAcks(t *testing.T) {
	both(t, func(l *lab) {
		l.acked(l.fake.Event(l.Context(), "drive.file.read_v9", map[string]any{"x": strings.Repeat("长", 3000)}))
		l.in.mu.Lock()
		l.in.err = errors.New("no database")
		l.in.mu.Unlock()
		time.AfterFunc(60*time.Millisecond, func() {
			l.in.mu.Lock()
			defer l.in.mu.Unlock()
			l.in.err = nil
		})
		d, err := l.fake.Say(l.Context(), "", xu, "帮助")
		if err != nil || !d.Acked || d.Deliveries < 2 {
			l.Errorf("a failing handler: %+v, %v", d, err)
		}
		if d, err := l.fake.Menu(l.Context(), xu, "panic"); d.Acked || d.Code != 500 || d.Deliveries != 5 {
			l.Errorf("a breaking handler: %+v, %v", d, err)
		}
	})
}
