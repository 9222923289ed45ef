package dingtalk

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
)

// What people say reaches the engine as they meant it, whichever way it comes.
func TestMessagesAreHeard(t *testing.T) {
	both(t, func(l *lab) {
		d := l.acked(l.fake.Say(l.Context(), team, zhou, "@会办 待办 @许哲 完成接口文档"))
		l.acked(l.fake.SayPrivately(l.Context(), xu, "我的待办"))
		l.acked(l.fake.Paste(l.Context(), team, zhou, "@会办 待办 @许哲 看图", []byte{1, 2}))
		ms := l.in.heard()
		if len(ms) != 3 {
			l.Fatalf("%d messages", len(ms))
		}
		group, alone, rich := ms[0], ms[1], ms[2]
		if group.Private || group.Chat != "dingtalk:"+team || group.From != "dingtalk:"+zhou || group.At.IsZero() ||
			group.Event != "dingtalk:m:ding1:"+d.MessageID || group.Text != "待办  完成接口文档" ||
			!slices.Equal(group.Mentions, []bot.Mention{{Account: "dingtalk:" + xu}}) {
			l.Errorf("group message %+v", group)
		}
		if address, ms, _ := strings.Cut(group.Via, "|"); !l.p.client.own(address) || len(ms) != 13 {
			l.Errorf("via %q", group.Via)
		}
		if !alone.Private || alone.Text != "我的待办" || len(alone.Mentions) > 0 {
			l.Errorf("private message %+v", alone)
		}
		if rich.Text != "待办 @许哲  看图" || !slices.Equal(rich.Mentions, []bot.Mention{{Token: "@许哲", Account: "dingtalk:" + xu}}) || len(rich.Files) != 1 {
			l.Errorf("rich text %+v", rich)
		}
		if n := l.tally.get(KindHeard); n != 3 {
			l.Errorf("counted %d", n)
		}
	})
}

// A file that somebody sends is kept before the engine hears of it; one that cannot
// be kept is named.
func TestFilesAreKept(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.run()
	l.acked(l.fake.SendFile(t.Context(), "", xu, "证据.txt", []byte("写好了"), false))
	l.acked(l.fake.SendFile(t.Context(), "", xu, "屏幕.png", []byte{1, 2, 3}, true))
	l.acked(l.fake.SendFile(t.Context(), "", xu, "太大.bin", make([]byte, bot.MaxFile+1), false))
	l.fake.Forbid("qyapi_robot_sendmsg")
	l.acked(l.fake.SendFile(t.Context(), "", xu, "没权限.txt", []byte("x"), false))
	ms := l.in.heard()
	if len(ms) != 4 || len(ms[0].Files) != 1 || len(ms[1].Files) != 1 {
		t.Fatalf("messages %+v", ms)
	}
	stored, r, err := l.p.o.Files.OpenFile(t.Context(), ms[0].Files[0])
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(r); err != nil || stored.Name != "证据.txt" || string(content) != "写好了" {
		t.Errorf("kept %+v: %q, %v", stored, content, err)
	}
	if !slices.Equal(ms[2].Unusable, []string{"太大.bin"}) || !slices.Equal(ms[3].Unusable, []string{"没权限.txt"}) {
		t.Errorf("unusable: %+v", ms[2:])
	}
}

// Each type of message is words, a file, or of no use.
func TestContentOfMessages(t *testing.T) {
	for _, c := range []struct {
		kind, content, text, file string
		unreadable                bool
	}{
		{"audio", `{"downloadCode":"c","recognition":"我的待办"}`, "我的待办", "", false},
		{"audio", `{"downloadCode":"c"}`, "", "语音.amr", false},
		{"video", `{"downloadCode":"c"}`, "", "视频.mp4", false},
		{"picture", `{"pictureDownloadCode":"c"}`, "", "图片.png", false},
		{"file", `{"downloadCode":"c","fileName":"a.pdf"}`, "", "a.pdf", false},
		{"interactiveCard", `{}`, "", "", true},
		{"markdown", `"just a string"`, "", "", true},
		{"unknownMsgType", ``, "", "", true},
	} {
		got := contentOf(messageData{Type: c.kind, Content: []byte(c.content)})
		file := ""
		if len(got.files) == 1 && got.files[0].code == "c" {
			file = got.files[0].name
		}
		if got.text != c.text || file != c.file || got.unreadable != c.unreadable {
			t.Errorf("%s %s: %+v", c.kind, c.content, got)
		}
	}
}

// The robot's name is no part of what is said, though some clients leave it there.
func TestRobotNameIsTakenOff(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.RobotNameLeft})
	l.run()
	l.acked(l.fake.Say(t.Context(), team, zhou, "@会办 帮助"))
	if ms := l.in.heard(); len(ms) != 1 || ms[0].Text != "帮助" {
		t.Errorf("heard %+v", ms)
	}
	if got := l.p.unaddressed("@会办\u2005@会办\u00a0 写 @会办 的文档"); got != "写 @会办 的文档" {
		t.Errorf("%q", got)
	}
}

// People without a userId are heard under the id that the platform gives; of another
// organisation they are not.
func TestPeopleWithoutUserID(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.fake.AddPerson(dingtalktest.Person{UserID: "guest", Name: "老王", External: true})
	l.fake.AddGroup(dingtalktest.Group{ID: team, Name: "产品群", Members: []string{zhou, xu, "guest"}})
	l.run()
	l.acked(l.fake.Say(t.Context(), team, "guest", "@会办 帮助"))
	l.acked(l.fake.Say(t.Context(), team, zhou, "@会办 待办 @老王 送货"))
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.NoStaffID, Times: 1})
	l.acked(l.fake.Say(t.Context(), team, zhou, "@会办 帮助"))
	ms := l.in.heard()
	guest := bot.Account("dingtalk:$:LWCP_v1:$guest")
	if len(ms) != 3 || ms[0].From != guest || len(ms[1].Mentions) != 1 || ms[1].Mentions[0].Account != guest || ms[2].From != "dingtalk:$:LWCP_v1:$zhou" {
		t.Fatalf("messages %+v", ms)
	}
	if p, err := l.p.Profile(t.Context(), guest); err != nil || p.Name != "老王" {
		t.Errorf("%+v, %v", p, err)
	}
	foreign := `{"conversationId":"c","conversationType":"2","msgId":"m1","senderStaffId":"zhou","senderId":"x","senderCorpId":"dingother","chatbotCorpId":"dingcorp","msgtype":"text","sessionWebhook":"` + strings.Split(ms[0].Via, "|")[0] + `","text":{"content":"帮助"}}`
	for _, data := range []string{foreign, foreign, `{"msgId":"m"}`, `no json`} {
		if err := l.p.onMessage(t.Context(), []byte(data)); err != nil {
			t.Error(err)
		}
	}
	if n := len(l.in.heard()); n != 3 {
		t.Errorf("%d messages", n)
	}
	var told int
	for _, m := range l.fake.Messages() {
		if strings.Contains(m.Text(), wordStranger) {
			told++
		}
	}
	if told != 1 {
		t.Errorf("a stranger was told %d times what works for him, want once an hour", told)
	}
}

// An answer goes only to where the platform's sessions are.
func TestForeignSessionIsNotKept(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.p.in = l.in
	data := `{"conversationId":"c","conversationType":"1","msgId":"m1","senderStaffId":"zhou","msgtype":"text","text":{"content":"帮助"},"sessionWebhook":"https://evil.example/robot/sendBySession?session=1","originalProcessQueryKey":"k"}`
	if err := l.p.onMessage(t.Context(), []byte(data)); err != nil {
		t.Fatal(err)
	}
	if ms := l.in.heard(); len(ms) != 1 || ms[0].Via != "" || ms[0].ReplyTo != "q:k" {
		t.Errorf("%+v", ms)
	}
	data = strings.Replace(strings.Replace(data, `"text"`, `"interactiveCard"`, 1), "m1", "m2", 1)
	if err := l.p.onMessage(t.Context(), []byte(data)); err != nil || len(l.in.heard()) != 1 {
		t.Errorf("%v", err)
	}
}

// When the month's pushes are used up messages come without their words: people are
// told, once an hour in a chat, and the administrator by Ready.
func TestPushesUsedUp(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	l := newLab(t, dingtalktest.Options{}, func(o *Options) {
		o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	})
	l.run()
	heal := l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.QuotaNotice})
	for range 2 {
		l.acked(l.fake.Say(t.Context(), team, zhou, "@会办 帮助"))
	}
	l.acked(l.fake.SayPrivately(t.Context(), zhou, "帮助"))
	if err := l.p.Ready(); err == nil || !strings.Contains(err.Error(), "推送次数") {
		t.Errorf("ready: %v", err)
	}
	if said := l.fake.Messages(); len(said) != 2 || said[0].Chat != team || said[0].Body != wordPushesSpent || l.tally.get(KindSession) != 2 {
		t.Errorf("said %+v", said)
	}
	mu.Lock()
	now = now.Add(time.Hour)
	mu.Unlock()
	l.acked(l.fake.Say(t.Context(), team, zhou, "@会办 帮助"))
	if n := len(l.fake.Messages()); n != 3 || len(l.in.heard()) != 0 {
		t.Errorf("%d messages after an hour", n)
	}
	heal()
	l.acked(l.fake.Say(t.Context(), team, zhou, "@会办 帮助"))
	if err := l.p.Ready(); err != nil || len(l.in.heard()) != 1 {
		t.Errorf("after more was bought: %v", err)
	}
	l.sound()
}

// What could not be committed is not acked and comes again, under the same key; a
// panic is such a failure.
func TestFailedMessagesComeAgain(t *testing.T) {
	both(t, func(l *lab) {
		l.in.fail(errors.New("no database"))
		done := make(chan dingtalktest.Delivery, 1)
		go func() {
			d, err := l.fake.SayPrivately(l.Context(), xu, "帮助")
			if err != nil {
				l.Error(err)
			}
			done <- d
		}()
		l.until("heard", func() bool { return len(l.in.heard()) > 0 })
		l.in.fail(nil)
		if d := <-done; !d.Acked || d.Deliveries < 2 {
			l.Errorf("delivery %+v", d)
		}
		keys := map[string]bool{}
		for _, m := range l.in.heard() {
			keys[m.Event] = true
		}
		if len(keys) != 1 {
			l.Errorf("keys %v", keys)
		}
		if d, err := l.fake.SayPrivately(l.Context(), xu, "panic"); err == nil || d.Acked || d.Code != 500 {
			l.Errorf("panic: %+v, %v", d, err)
		}
	})
}

// What one person says in one chat is heard in the order in which it was said.
func TestOrderIsKept(t *testing.T) {
	a := newArrivals()
	start := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	first := a.turn(t.Context(), "k", start, eventPatience)
	var mu sync.Mutex
	var order []int
	var all sync.WaitGroup
	for _, i := range []int{3, 1, 2} {
		all.Go(func() {
			defer a.turn(t.Context(), "k", start.Add(time.Duration(i)*time.Millisecond), eventPatience)()
			mu.Lock()
			defer mu.Unlock()
			order = append(order, i)
		})
	}
	other := a.turn(t.Context(), "another", start, eventPatience) // waits for nobody
	other()
	l := &lab{T: t}
	l.until("all queue", func() bool { a.mu.Lock(); defer a.mu.Unlock(); return len(a.queue["k"]) == 4 })
	first()
	all.Wait()
	if !slices.Equal(order, []int{1, 2, 3}) || len(a.queue) != 0 {
		t.Errorf("order %v, left %v", order, a.queue)
	}
	blocked := a.turn(t.Context(), "k", start, eventPatience)
	late := a.turn(t.Context(), "k", start.Add(1), 20*time.Millisecond) // does not wait for ever
	late()
	blocked()
}

// What happens without a word said.
func TestHappeningsAreHeard(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.run()
	ctx := t.Context()
	l.acked(l.fake.BotAdded(ctx, team, zhou))
	l.acked(l.fake.UserJoined(ctx, team, zhou, xu))
	l.acked(l.fake.UserOut(ctx, team, zhou, xu))
	l.acked(l.fake.BotRemoved(ctx, team, zhou))
	l.acked(l.fake.Disband(ctx, team, zhou))
	l.acked(l.fake.Event(ctx, eventChanged, map[string]any{"userId": []string{xu, "nobody"}}))
	l.acked(l.fake.UserLeft(ctx, xu))
	l.acked(l.fake.Event(ctx, "nobody_knows_this", map[string]any{"a": 1}))
	l.acked(l.fake.Event(ctx, eventLeft, "no object"))
	l.acked(l.fake.Event(ctx, eventDisbanded, map[string]any{}))
	var got []string
	keys := map[string]bool{}
	for _, h := range l.in.happened {
		got = append(got, fmt.Sprint(h.Kind, " ", h.Account, " ", h.Chat, " ", h.Name+h.Profile.Name))
		keys[h.Event] = true
	}
	want := []string{
		"bot added dingtalk:zhou dingtalk:cidTeam== 产品群", "bot removed dingtalk:zhou dingtalk:cidTeam== ", "chat gone dingtalk:zhou dingtalk:cidTeam== ",
		"known dingtalk:xu  许哲", "left dingtalk:xu  ",
	}
	if !slices.Equal(got, want) || len(keys) != len(want) {
		t.Errorf("happened %q", got)
	}
	if n := l.tally.get(KindEvent); n != 7 {
		t.Errorf("counted %d", n)
	}
	l.in.fail(errors.New("no database"))
	if d, err := l.fake.BotAdded(ctx, team, zhou); err == nil || d.Acked || d.Deliveries < 2 {
		t.Errorf("not acked: %+v, %v", d, err)
	}
	l.sound()
}
