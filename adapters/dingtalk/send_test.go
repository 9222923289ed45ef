package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/card"
)

const ourTemplate = "t.schema"

// atLevel starts a lab whose set-up has reached a level.
func atLevel(t *testing.T, level int, change func(*Options)) *lab {
	t.Helper()
	l := newLab(t, dingtalktest.Options{}, func(o *Options) {
		if level == 2 {
			o.Template, o.Proof = ourTemplate, proven(ourTemplate)
		}
		if change != nil {
			change(o)
		}
	})
	l.fake.AddTemplate(dingtalktest.Template{ID: ourTemplate})
	l.p.directory.meet(zhou, "周敏", team)
	if level == 0 {
		l.fake.Forbid(scopeRobot)
	}
	return l
}

// via is the session of something that xu has just said, in the group or alone.
func (l *lab) via(group bool) string {
	l.Helper()
	if group {
		l.acked(l.fake.Say(l.Context(), team, xu, "@会办 状态"))
	} else {
		l.acked(l.fake.SayPrivately(l.Context(), xu, "状态"))
	}
	heard := l.in.heard()
	return heard[len(heard)-1].Via
}

// send sends what must be taken.
func (l *lab) send(o bot.Out) (bot.MessageID, dingtalktest.Message) {
	l.Helper()
	if o.UUID == "" {
		o.UUID = bot.Post{Key: fmt.Sprint(len(l.fake.Messages()), o.Text, o.Account, o.Chat)}.SendUUID()
	}
	id, err := l.p.Send(l.Context(), o)
	if err != nil {
		l.Fatalf("Send: %v", err)
	}
	all := l.fake.Messages()
	return id, all[len(all)-1]
}

func people() map[string]bot.Shown {
	return map[string]bot.Shown{
		"@{p1}": {Name: "周敏", Account: "dingtalk:zhou"}, "@{p2}": {Name: "许哲", Account: "dingtalk:xu"}, "@{p3}": {Name: "老王", Account: "dingtalk:$:LWCP_v1:$x"},
	}
}

func aTask() *card.Card {
	return &card.Card{
		Title: "待办 07-42 交给@{p1}", Tone: card.Yellow, Fields: []card.Field{{Label: "责任人", Value: "@{p1}、@{p3}"}}, Body: "请确认。",
		Buttons: []card.Button{
			{ID: "确认", Label: "确认接收", Do: card.Action{Command: "确认", Args: map[string]string{"编号": "42"}, Seen: 3, Words: "确认 07-42"}},
			{ID: "异议", Label: "有异议", Do: card.Action{Command: "异议", Words: "异议 07-42"}},
		},
	}
}

// narrow are the twins of markup as they were written.
func narrow(text string) string {
	for r, w := range wide {
		text = strings.ReplaceAll(text, string(w), string(r))
	}
	return strings.NewReplacer("＠", "@", "＿", "_", "＆", "&", "＃", "#", "－", "-", "＝", "=", "\u2003", " ").Replace(text)
}

// screen is what people of the fake platform see. A full-width sign reads as the
// one that it stands for.
type screen struct{ fake *dingtalktest.Server }

// Messages implements bottest.Screen.
func (s screen) Messages(context.Context) ([]bottest.Said, error) {
	var out []bottest.Said
	for _, m := range s.fake.Messages() {
		id := bot.MessageID("q:" + m.QueryKey)
		switch {
		case m.OutTrackID != "":
			id = cardMessage(m.OutTrackID, m.To, m.To != "")
		case m.By == "webhook":
			id = bot.MessageID("s:" + m.ID)
		}
		said := bottest.Said{ID: id, Text: narrow(m.Text()), Buttons: m.Buttons(), Edits: m.Edits}
		for _, f := range m.Form("") {
			said.Inputs = append(said.Inputs, f.Label)
			if f.Name == fieldWhich {
				for _, o := range f.Options {
					said.Buttons = append(said.Buttons, o.Text)
				}
			}
		}
		if slices.Contains(said.Buttons, "提交") {
			said.Buttons = append(said.Buttons, "提交改期") // the template's button says 提交, whatever ours is called
		}
		out = append(out, said)
	}
	return out, nil
}

func TestPlatformPassesTheExam(t *testing.T) {
	for _, level := range []int{1, 2} {
		t.Run(fmt.Sprint("level ", level), func(t *testing.T) {
			bottest.ExamPlatform(t, func(t *testing.T) bottest.PlatformFixture {
				t.Helper()
				l := atLevel(t, level, nil)
				l.hurries()
				t.Cleanup(l.sound)
				heal := func() {}
				return bottest.PlatformFixture{
					Platform: l.p, Screen: screen{l.fake}, Person: Name + ":" + zhou, Chat: Name + ":" + team,
					Break: func(f bottest.Fault) {
						heal()
						heal = func() {}
						switch f {
						case bottest.Gone:
							heal = l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: "staffId.notExisted", To: zhou})
						case bottest.Retry:
							heal = l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.SystemBusy, To: zhou})
						case bottest.None, bottest.Busy, bottest.Timeout, bottest.Stale:
						}
					},
				}
			})
		})
	}
}

// What an administrator has opened decides how a card goes out, and a card that
// cannot is said in the next simpler form.
func TestLadder(t *testing.T) {
	for _, test := range []struct {
		name   string
		level  int
		forbid string
		fault  *dingtalktest.Fault
		out    bot.Out
		kind   string // of the message, by what
	}{
		{"level 2, group", 2, "", nil, bot.Out{Chat: "dingtalk:" + team}, "card/card"},
		{"level 2, private", 2, "", nil, bot.Out{Account: "dingtalk:xu"}, "card/card"},
		{"level 1, group", 1, "", nil, bot.Out{Chat: "dingtalk:" + team}, "markdown/robot"},
		{"level 1, private", 1, "", nil, bot.Out{Account: "dingtalk:xu"}, "actionCard/robot"},
		{"cards forbidden", 2, scopeCards, nil, bot.Out{Chat: "dingtalk:" + team}, "markdown/robot"},
		{"no such template", 2, "", &dingtalktest.Fault{Kind: dingtalktest.Code, Code: "param.templateNotExist", Path: "/v1.0/card"}, bot.Out{Account: "dingtalk:xu"}, "actionCard/robot"},
		{"not delivered", 2, "", &dingtalktest.Fault{Kind: dingtalktest.NotDelivered}, bot.Out{Account: "dingtalk:xu"}, "actionCard/robot"},
		{"there already", 2, "", &dingtalktest.Fault{Kind: dingtalktest.CardAlreadyExist}, bot.Out{Account: "dingtalk:xu"}, "card/card"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := atLevel(t, test.level, nil)
			if test.forbid != "" {
				l.fake.Forbid(test.forbid)
			}
			if test.fault != nil {
				l.fake.Break(*test.fault)
			}
			test.out.Card, test.out.People = aTask(), people()
			_, m := l.send(test.out)
			if got := m.Type + "/" + m.By; got != test.kind {
				t.Errorf("it is a %s", got)
			}
			if text := m.Text(); !strings.Contains(text, "待办 07-42 交给周敏") || !strings.Contains(text, "确认接收") || strings.Contains(text, "@{p") {
				t.Errorf("it reads %s", text)
			}
			if test.kind == "card/card" && test.out.Chat != "" && !slices.Equal(m.Notified, []string{zhou}) {
				t.Errorf("rings for %q", m.Notified)
			}
			l.sound()
		})
	}
}

// A card that exists and was shown to nobody is not taken for sent the next time.
func TestUndeliveredCardIsNotTakenForSent(t *testing.T) {
	l := atLevel(t, 2, nil)
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.NotDelivered})
	heal := l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.SystemBusy, Path: "/v1.0/robot"})
	o := bot.Out{UUID: "u1", Account: "dingtalk:xu", Card: aTask(), People: people()}
	_, err := l.p.Send(t.Context(), o)
	if _, wait := bot.Delay(err); !wait {
		t.Fatalf("error %v", err)
	}
	heal()
	if _, m := l.send(o); m.Type != "actionCard" {
		t.Errorf("it is a %s", m.Type)
	}
	l.sound()
}

// Before the robot may speak by itself, it answers while there is something to
// answer, and says why it cannot say the rest.
func TestLevelZeroAnswersOnly(t *testing.T) {
	l := atLevel(t, 0, nil)
	l.run()
	for _, group := range []bool{true, false} {
		o := bot.Out{UUID: "u", Via: l.via(group), Account: "dingtalk:xu", Text: "好的，@{p1}", People: people(), Class: bot.ClassAnswer}
		if group {
			o.Account, o.Chat = "", "dingtalk:"+team
		}
		id, m := l.send(o)
		if id != "s:u" || m.By != "webhook" || group && !slices.Equal(m.Notified, []string{zhou}) || !strings.Contains(m.Text(), "周敏") {
			t.Errorf("%s by %s rings for %q: %s", id, m.By, m.Notified, m.Text())
		}
		o.Text, o.Card = "", aTask()
		_, m = l.send(o)
		if want := map[bool]string{true: "markdown", false: "actionCard"}[group]; m.Type != want {
			t.Errorf("a card is a %s", m.Type)
		}
		o.Via = ""
		if _, err := l.p.Send(t.Context(), o); !errors.Is(err, bot.ErrUnsent) || !strings.Contains(err.Error(), "只能在有人说话以后回答") {
			t.Errorf("error %v", err)
		}
	}
	if l.p.SendsFiles() || l.p.Abilities().GroupFiles {
		t.Error("files can be sent")
	}
	l.sound()
}

// A session that ended early is no reason to say nothing.
func TestEndedSessionFallsBackToTheRobot(t *testing.T) {
	l := atLevel(t, 1, nil)
	l.run()
	o := bot.Out{Account: "dingtalk:xu", Text: "好", Via: l.via(false)}
	l.fake.ExpireSessions()
	if _, m := l.send(o); m.By != "robot" {
		t.Errorf("by %s", m.By)
	}
	o.Via = "https://evil.example/robot/sendBySession?session=x|99999999999999"
	if _, err := l.p.Send(t.Context(), o); !bot.IsPermanent(err) {
		t.Errorf("error %v", err)
	}
	l.sound()
}

// What is not known to have failed is not sent again where that would be seen.
func TestAmbiguousEndings(t *testing.T) {
	l := atLevel(t, 2, nil)
	heal := l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.UnknownSendResult})
	text := bot.Out{UUID: "1", Account: "dingtalk:xu", Text: "好"}
	if _, err := l.p.Send(t.Context(), text); !errors.Is(err, bot.ErrUncertain) || !l.p.Keyless(text) {
		t.Errorf("a text: %v", err)
	}
	shown := bot.Out{UUID: "2", Account: "dingtalk:xu", Card: aTask(), People: people()}
	if _, err := l.p.Send(t.Context(), shown); err == nil || errors.Is(err, bot.ErrUncertain) || bot.IsPermanent(err) || l.p.Keyless(shown) {
		t.Errorf("a card: %v", err)
	}
	heal()
	l.send(shown)
	if n := len(l.fake.Messages()); n != 2 {
		t.Errorf("%d messages, want the text and one card", n)
	}
	for _, o := range []bot.Out{
		{Account: "dingtalk:$:LWCP_v1:$x", Text: "好"}, {Account: "dingtalk:nobody", Text: "好"}, {Chat: "dingtalk:none", Text: "好"},
		{Edit: "q:1", Card: aTask()}, {Edit: "s:1", Card: aTask()}, {Edit: "c:none", Card: aTask()}, {Edit: "c:1", Text: "好"},
	} {
		if _, err := l.p.Send(t.Context(), o); !bot.IsPermanent(err) || o.Edit != "" && !errors.Is(err, bot.ErrCardDead) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	l.sound()
}

// Of an answer in several parts none is said twice because a later one failed.
func TestPartsAreNotSaidTwice(t *testing.T) {
	l := atLevel(t, 1, nil)
	l.run()
	o := bot.Out{UUID: "u", Account: "dingtalk:xu", Text: strings.Repeat("很长的一行\n", 1500), Via: l.via(false)}
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: "300001", Path: "/robot/sendBySession", Every: 2})
	if _, err := l.p.Send(t.Context(), o); !errors.Is(err, bot.ErrUncertain) || len(l.fake.Messages()) != 1 {
		t.Errorf("%d messages, %v", len(l.fake.Messages()), err)
	}
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: "contain.bad", Path: "/v1.0/robot", Every: 2})
	o.Via = ""
	if _, err := l.p.Send(t.Context(), o); !errors.Is(err, bot.ErrUncertain) || len(l.fake.Messages()) != 2 {
		t.Errorf("%d messages, %v", len(l.fake.Messages()), err)
	}
}

// A card is not changed before the tap on it is answered, nor twice in half a second.
func TestEditsKeepThePace(t *testing.T) {
	l := atLevel(t, 2, nil)
	l.fake.EnforceRates(true)
	l.run()
	l.in.answer = bot.Answer{Toast: "✓ 已确认", Card: aTask(), People: people()}
	id, m := l.send(bot.Out{UUID: "u", Chat: "dingtalk:" + team, Card: aTask(), People: people()})
	a, err := l.fake.TapButton(t.Context(), m.ID, xu, "确认接收", nil)
	if err != nil || !a.Changed {
		t.Fatalf("%+v, %v", a, err)
	}
	if tap := l.in.taps[0]; tap.Card != id || tap.Do.Command != "确认" || tap.Do.Args["编号"] != "42" || tap.Do.Seen != 3 {
		t.Errorf("tap %+v", tap)
	}
	if m, _ = l.fake.Message(m.ID); !strings.Contains(m.TextFor(xu), "✓ 已确认") || strings.Contains(m.TextFor(zhou), "✓ 已确认") {
		t.Errorf("it reads %s", m.TextFor(xu))
	}
	began := time.Now()
	for range 2 {
		l.send(bot.Out{Edit: id, Chat: "dingtalk:" + team, Card: &card.Card{Title: "待办 07-42 已确认"}})
	}
	if m, _ = l.fake.Message(m.ID); m.Edits != 2 || strings.Contains(m.TextFor(xu), "✓") || time.Since(began) < afterChange {
		t.Errorf("%d edits; it reads %s", m.Edits, m.TextFor(xu))
	}
	l.sound()
}

// The first tap on a card proves that cards work; a tap on one of another template
// does not.
func TestATapProvesTheTemplate(t *testing.T) {
	kept := proven()
	l := atLevel(t, 1, func(o *Options) { o.Template, o.Proof = ourTemplate, kept })
	l.run()
	o := bot.Out{UUID: "u", Chat: "dingtalk:" + team, Card: aTask(), People: people()}
	if _, m := l.send(o); m.Type != "markdown" || l.p.Abilities().Forms {
		t.Errorf("before the proof it is a %s", m.Type)
	}
	o.Trial = true
	_, m := l.send(o)
	if _, err := l.fake.TapButton(t.Context(), m.ID, xu, "确认接收", nil); err != nil {
		t.Fatal(err)
	}
	l.until("proven", func() bool {
		return l.p.Abilities() == bot.Abilities{Forms: true, Edits: true, Mentions: true, GroupFiles: true}
	})
	o.Trial, o.UUID = false, "v"
	if _, m := l.send(o); m.Type != "card" {
		t.Errorf("after the proof it is a %s", m.Type)
	}
	other := atLevel(t, 1, func(o *Options) { o.Template, o.Proof = "other", proven() })
	params := tapOf(l.p.signer("u", false).sign([]route{{Command: "确认"}}))
	if _, _, err := other.p.readTap([]string{actionButton}, params, "u"); err != nil {
		t.Fatal(err)
	}
	other.p.provedBy(t.Context(), "u")
	if other.p.Abilities().Forms {
		t.Error("a card of another template proves this one")
	}
	l.sound()
}

// Documents of a kind that the platform does not take are packed, and brought there
// once for all who get them.
func TestDocuments(t *testing.T) {
	l := atLevel(t, 2, nil)
	papers := []bot.Document{{Name: "会议/纪要.txt", Body: []byte("全文")}, {Name: "表.xlsx", Body: []byte("PK")}}
	for _, to := range []bot.Out{{Account: "dingtalk:xu"}, {Account: "dingtalk:zhou"}, {Chat: "dingtalk:" + team}} {
		to.Card, to.People, to.Papers = aTask(), people(), papers
		l.send(to)
		if !l.p.Keyless(to) {
			t.Error("a message with documents has a key")
		}
	}
	var files []string
	for _, m := range l.fake.Messages() {
		if m.Type == "file" {
			files = append(files, m.FileName)
			if path.Ext(m.FileName) == ".zip" && !strings.HasPrefix(string(m.File), "PK") {
				t.Errorf("%s is no archive", m.FileName)
			}
		}
	}
	if want := slices.Repeat([]string{"会议／纪要.txt.zip", "表.xlsx"}, 3); !slices.Equal(files, want) || l.tally.get(KindUpload) != 2 {
		t.Errorf("files %q, %d uploads", files, l.tally.get(KindUpload))
	}
	l.sound()
}

// Where calls are few, who has a file does not get it again with the next reminder,
// but when he asks, when it changed, and after some days.
func TestFilesAreSentOnceWhereCallsAreFew(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	l := newLab(t, dingtalktest.Options{}, func(o *Options) {
		o.MonthlyCalls, o.Now = 5000, func() time.Time { return now }
	})
	l.run()
	send := func(who, body string, class bot.Class) {
		_, err := l.p.Send(t.Context(), bot.Out{
			Account: bot.Account("dingtalk:" + who), Text: "请看", UUID: fmt.Sprint(len(l.fake.Messages())), Class: class,
			Papers: []bot.Document{{Name: "纪要.docx", Body: []byte(body)}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	files := func() (n int) {
		for _, m := range l.fake.Messages() {
			if m.Type == "file" {
				n++
			}
		}
		return n
	}
	for i, step := range []struct {
		who, body string
		class     bot.Class
		later     time.Duration
		want      int
	}{
		{xu, "一", bot.ClassNews, 0, 1},
		{xu, "一", bot.ClassReminder, time.Hour, 1},
		{xu, "一", bot.ClassAnswer, 0, 2},
		{xu, "二", bot.ClassReminder, 0, 3},
		{zhou, "一", bot.ClassReminder, 0, 4},
		{xu, "一", bot.ClassReminder, fileHad, 5},
	} {
		now = now.Add(step.later)
		if send(step.who, step.body, step.class); files() != step.want {
			t.Fatalf("step %d: %d files, not %d", i, files(), step.want)
		}
	}
	l.sound()
}

// Whoever was never seen in a group is no more than a name there: an id would be
// shown where he is none of it.
func TestOnlyWhoIsInTheGroupIsMentioned(t *testing.T) {
	l := atLevel(t, 2, nil)
	l.run()
	l.p.directory.leaves(zhou, team)
	o := bot.Out{UUID: "u", Via: l.via(true), Chat: "dingtalk:" + team, Text: "好的，@{p1}", People: people(), Class: bot.ClassAnswer}
	if _, m := l.send(o); len(m.Notified) > 0 || !strings.Contains(m.Text(), "周敏") {
		t.Errorf("rings for %q: %s", m.Notified, m.Text())
	}
	o.UUID, o.Text, o.Card = "v", "", aTask()
	if _, m := l.send(o); m.Type != "card" || len(m.Notified) > 0 || !strings.Contains(m.Text(), "周敏") {
		t.Errorf("a %s rings for %q: %s", m.Type, m.Notified, m.Text())
	}
	l.sound()
}
