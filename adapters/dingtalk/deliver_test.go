package dingtalk

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
	"huiban/bot/card"
)

// digests sends cards that are called the same and differ by who gets them.
func (l *lab) digests() map[string]bot.MessageID {
	l.Helper()
	l.p.joins.within = time.Second // as long as a loaded machine needs to start them all
	ids := map[string]bot.MessageID{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, to := range []string{xu, zhou} {
		all.Go(func() {
			c := aTask()
			c.Title, c.Body = "8月14日：1件事等您", "只给"+to+"看"
			id, err := l.p.Send(l.Context(), bot.Out{UUID: "digest-" + to, Account: bot.Account("dingtalk:" + to), Card: c, People: people()})
			mu.Lock()
			defer mu.Unlock()
			if ids[to] = id; err != nil {
				l.Error(err)
			}
		})
	}
	all.Wait()
	return ids
}

// Where it is proven that clients show it, cards that are called the same are one
// call, and each reads only what is for him (M26).
func TestCardsThatDifferByPersonAreOneCall(t *testing.T) {
	l := atLevel(t, 2, func(o *Options) {
		o.MonthlyCalls, o.Proof = 5000, proven(ourTemplate, ourTemplate+" private")
	})
	l.run()
	ids := l.digests()
	if n := l.tally.get(KindCard); n != 1 {
		t.Fatalf("%d calls", n)
	}
	mine := map[string]dingtalktest.Message{}
	for _, m := range l.fake.Messages() {
		mine[m.To] = m
	}
	for to, other := range map[string]string{xu: zhou, zhou: xu} {
		if text := mine[to].TextFor(to); !strings.Contains(text, "只给"+to+"看") || strings.Contains(text, "只给"+other) {
			t.Errorf("%s reads %s", to, text)
		}
	}
	if text := mine[xu].TextFor("nobody"); strings.Contains(text, "只给") || !strings.Contains(text, wordNoPrivacy) || len(mine[xu].ButtonsFor("nobody")) > 0 {
		t.Errorf("others read %s", text)
	}
	l.in.answer = bot.Answer{Toast: "✓ 已确认。", Card: &card.Card{Title: "好了", Body: "办完了"}}
	a, err := l.fake.TapButton(t.Context(), mine[xu].ID, xu, "确认接收", nil)
	if now, _ := l.fake.Message(mine[xu].ID); err != nil || !a.Changed || !strings.Contains(now.TextFor(xu), "已确认") || strings.Contains(now.TextFor(xu), "只给") || !strings.Contains(now.TextFor(zhou), "只给zhou看") {
		t.Errorf("%+v %v: xu reads %s, zhou %s", a, err, now.TextFor(xu), now.TextFor(zhou))
	}
	if tapped := l.in.taps[0]; tapped.Card != ids[xu] || tapped.From != "dingtalk:xu" {
		t.Errorf("tap %+v on %s", tapped, ids[xu])
	}
	if _, err := l.p.Send(t.Context(), bot.Out{UUID: "e", Edit: ids[zhou], Account: "dingtalk:zhou", Card: aTask()}); !errors.Is(err, bot.ErrCardDead) {
		t.Errorf("change: %v", err)
	}
	l.sound()
}

// Before that is proven, and where it is proven that they do not, each has a card.
func TestATrialProvesWhatIsForOneOnly(t *testing.T) {
	for _, common := range []bool{false, true} {
		kept := proven()
		l := atLevel(t, 2, func(o *Options) { o.MonthlyCalls, o.Proof = 5000, kept })
		l.fake.AddTemplate(dingtalktest.Template{ID: ourTemplate, Common: common})
		l.run()
		l.in.answer = bot.Answer{Toast: "一切正常。"}
		for _, trial := range []bot.Out{{UUID: "t1", Chat: "dingtalk:" + team}, {UUID: "t2", Account: "dingtalk:xu"}} {
			trial.Trial, trial.Card, trial.People = true, aTask(), people()
			_, m := l.send(trial)
			if known, _ := kept.Proven(t.Context(), ourTemplate+" private"); known {
				t.Error("a group proves it")
			}
			if _, err := l.fake.TapButton(t.Context(), m.ID, xu, "确认接收", nil); err != nil {
				t.Fatal(err)
			}
			if now, _ := l.fake.Message(m.ID); !strings.Contains(now.TextFor(xu), "一切正常") {
				t.Errorf("after the tap: %s", now.TextFor(xu))
			}
			l.until("proven", func() bool { return l.p.Abilities().Forms })
		}
		before := l.tally.get(KindCard)
		if l.digests(); l.tally.get(KindCard)-before != map[bool]int{false: 1, true: 2}[common] {
			t.Errorf("common %v: %d calls", common, l.tally.get(KindCard)-before)
		}
		l.sound()
	}
}

// What is refused for the words of one goes out to the others, and who is not named
// among those whom a card did not reach has it.
func TestWordsOfOneTakeNobodyAlong(t *testing.T) {
	for _, code := range []string{"param.contentUnsafe", "param.neverHeardOf"} {
		l := atLevel(t, 2, func(o *Options) {
			o.MonthlyCalls, o.Proof = 5000, proven(ourTemplate, ourTemplate+" private")
		})
		l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: code, To: xu, Path: "/v1.0/card/instances"})
		l.p.joins.within = time.Second
		errs := map[string]error{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, to := range []string{xu, zhou} {
			all.Go(func() {
				c := aTask()
				c.Body = to
				_, err := l.p.Send(l.Context(), bot.Out{UUID: "digest-" + to, Account: bot.Account("dingtalk:" + to), Card: c, People: people()})
				mu.Lock()
				defer mu.Unlock()
				errs[to] = err
			})
		}
		all.Wait()
		if sent := l.fake.Messages(); !bot.IsPermanent(errs[xu]) || errs[zhou] != nil || len(sent) != 1 || sent[0].To != zhou || sent[0].OutTrackID != "digest-"+zhou {
			t.Errorf("%s: %v, %+v", code, errs, sent)
		}
	}
}

// Who is not reached is found by the end of the place; of a place that is nobody's
// it is not known who has the card.
func TestWhomACardDidNotReach(t *testing.T) {
	l := atLevel(t, 2, nil)
	two := []joiner{{userID: "7", out: bot.Out{UUID: "a"}}, {userID: "17", out: bot.Out{UUID: "b"}}}
	for _, test := range []struct {
		people  []joiner
		space   string
		missed  string
		strange bool
	}{
		{two, "17", "17", false}, {two, "dtv1.card//IM_ROBOT.7", "7", false}, {two, "cid", "", true}, {two[:1], "cid", "7", false},
	} {
		why, strange := l.p.missed(test.people, []delivery{{Space: "x", Success: true}, {Space: test.space, Why: "no"}})
		if _, has := why[test.missed]; has != (test.missed != "") || len(why) > 1 || errors.Is(strange, bot.ErrUncertain) != test.strange {
			t.Errorf("%s: %v, %v", test.space, why, strange)
		}
	}
	if !l.p.ladder.isLost("b") || !l.p.ladder.isLost("a") {
		t.Error("they are not remembered")
	}
}

// No more is put together than a card may weigh: where faces differ each counts, also
// those that are alike.
func TestCardsOfManyWordsAreNotPutTogether(t *testing.T) {
	heavy := strings.Repeat("重", mostFace/9)
	one := func(id, face string) joiner { return joiner{userID: id, face: face} }
	for name, test := range map[string]struct {
		in   []joiner
		next joiner
		room bool
	}{
		"alike":                    {[]joiner{one("1", heavy), one("2", heavy), one("3", heavy)}, one("4", heavy), true},
		"one differs":              {[]joiner{one("1", heavy), one("2", heavy)}, one("3", heavy+"3"), true},
		"one differs, too many":    {[]joiner{one("1", heavy), one("2", heavy), one("3", heavy)}, one("4", "4"+heavy), false},
		"alike, but others differ": {[]joiner{one("1", heavy), one("2", heavy+"2"), one("3", heavy)}, one("4", heavy), false},
		"twice":                    {[]joiner{one("1", heavy)}, one("1", heavy), false},
	} {
		j := join{people: test.in[:1], weight: len(test.in[0].face)}
		for _, in := range test.in[1:] {
			if !j.takes(in) {
				t.Errorf("%s: no room for %s", name, in.userID)
			}
			j.people = append(j.people, in)
		}
		if got := j.takes(test.next); got != test.room {
			t.Errorf("%s: room %v", name, got)
		}
	}
}
