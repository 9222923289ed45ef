package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
)

// Equal messages to several people are one call; each person has an own result.
func TestEqualPrivateMessagesAreOneCall(t *testing.T) {
	for _, thrifty := range []bool{false, true} {
		l := atLevel(t, map[bool]int{false: 1, true: 2}[thrifty], func(o *Options) {
			if thrifty {
				o.MonthlyCalls = 5000
			}
		})
		l.p.joins.within = time.Second // as long as a loaded machine needs to start them all
		const many = 23
		l.fake.AddPerson(dingtalktest.Person{UserID: "gone", Name: "走了", Left: true, OutOfScope: true})
		for i := range many {
			l.fake.AddPerson(dingtalktest.Person{UserID: fmt.Sprint("u", i), Name: fmt.Sprint("人", i)})
		}
		l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.FlowControlled, To: "u3", Times: 1})
		var all sync.WaitGroup
		var mu sync.Mutex
		failed := map[string]error{}
		ids := map[bot.MessageID]bool{}
		for _, to := range append([]string{"gone"}, names(many)...) {
			all.Go(func() {
				o := bot.Out{UUID: bot.Post{Key: to}.SendUUID(), Account: bot.Account("dingtalk:" + to), Card: aTask(), People: people()}
				id, err := l.p.Send(t.Context(), o)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed[to] = err
				}
				ids[id] = true
			})
		}
		all.Wait()
		if !bot.IsPermanent(failed["gone"]) {
			t.Errorf("who left: %v", failed["gone"])
		}
		kind, calls := KindPrivate, 2
		if thrifty {
			kind = KindCard
			if len(failed) != 1 || !ids["c:"+bot.MessageID(l.fake.Messages()[0].OutTrackID)+"#u1"] && len(ids) < many {
				t.Errorf("failed %v, ids %v", failed, ids)
			}
		} else if _, wait := bot.Delay(failed["u3"]); !wait || len(failed) != 2 {
			t.Errorf("failed: %v", failed)
		}
		if n := l.tally.get(kind); n > calls {
			t.Errorf("%d calls for %d people", n, many+1)
		}
		l.sound()
	}
}

func names(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint("u", i))
	}
	return out
}

// Who stops waiting leaves the others alone.
func TestWhoLeavesAJoinIsNotSentTo(t *testing.T) {
	l := atLevel(t, 1, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.p.Send(ctx, bot.Out{UUID: "1", Account: "dingtalk:xu", Text: "好"})
	if _, wait := bot.Delay(err); !wait {
		t.Errorf("error %v", err)
	}
	if _, m := l.send(bot.Out{Account: "dingtalk:zhou", Text: "好"}); m.To != zhou || len(l.fake.Messages()) != 1 {
		t.Errorf("%d messages", len(l.fake.Messages()))
	}
}

// A card that several people have is no longer under the key of who left before it
// was made: his next try would be told that it is there already, and he never got it.
func TestWhoLeftAJoinTakesHisKeyAlong(t *testing.T) {
	var q joins
	var keys []string
	call := func(_ context.Context, people []joiner) verdicts {
		keys = append(keys, people[0].out.UUID)
		return func(string) (bot.MessageID, error) { return "", nil }
	}
	first, second := joiner{userID: "first", out: bot.Out{UUID: "1"}}, joiner{userID: "second", out: bot.Out{UUID: "2"}}
	j := q.enter(t.Context(), "key", first, call)
	if q.enter(t.Context(), "key", second, call) != j || !q.leave(j, first) {
		t.Fatal("they were not in one join")
	}
	<-j.done
	if len(keys) != 1 || keys[0] != "2" {
		t.Errorf("sent under %q", keys)
	}
}

// A call that is refused because of one person is made again for each.
func TestOneWhoIsRefusedTakesNobodyAlong(t *testing.T) {
	l := atLevel(t, 1, nil)
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.Code, Code: "staffId.notExisted", To: xu, Path: "/v1.0/robot/oToMessages"})
	var all sync.WaitGroup
	errs := map[string]error{}
	var mu sync.Mutex
	for _, to := range []string{xu, zhou} {
		all.Go(func() {
			_, err := l.p.Send(t.Context(), bot.Out{UUID: to, Account: bot.Account("dingtalk:" + to), Text: "好"})
			mu.Lock()
			defer mu.Unlock()
			errs[to] = err
		})
	}
	all.Wait()
	if !bot.IsPermanent(errs[xu]) || errs[zhou] != nil || len(l.fake.Messages()) != 1 {
		t.Errorf("%v, %d messages", errs, len(l.fake.Messages()))
	}
}

// A private card that several people have is not changed for one of them, which
// would show it to all (the month's calls may have become many since).
func TestACardOfSeveralPeopleIsNotChanged(t *testing.T) {
	l := atLevel(t, 2, func(o *Options) { o.MonthlyCalls = 5000 })
	var all sync.WaitGroup
	for _, to := range []string{xu, zhou} {
		all.Go(func() {
			o := bot.Out{UUID: to, Account: bot.Account("dingtalk:" + to), Card: aTask(), People: people()}
			id, err := l.p.Send(t.Context(), o)
			if err != nil {
				t.Error(err)
			}
			o.Edit, o.Card.Body = id, "只给一个人看"
			if _, err := l.p.Send(t.Context(), o); !errors.Is(err, bot.ErrCardDead) {
				t.Errorf("change for %s: %v", to, err)
			}
		})
	}
	all.Wait()
	if n := l.tally.get(KindCard); n != 1 {
		t.Errorf("%d cards", n)
	}
}

// Near the end of the month's calls what can be spared is not sent.
func TestRations(t *testing.T) {
	spent := 0
	l := atLevel(t, 2, func(o *Options) {
		o.MonthlyCalls, o.MonthlyPushes = 100, 50
		o.Spent = func() map[Kind]int {
			return map[Kind]int{KindCard: spent, KindEdit: 1, KindTap: 7, KindSession: 900, KindHeard: 0}
		}
	})
	person, group := bot.Out{Account: "dingtalk:xu", Text: "好"}, bot.Out{Chat: "dingtalk:" + team, Text: "好"}
	is := func(o bot.Out, c bot.Class) bot.Out { o.Class = c; return o }
	for _, test := range []struct {
		name   string
		o      bot.Out
		refuse int // from so many of a hundred; 0 is never
	}{
		{"edit", bot.Out{Edit: "c:none", Card: aTask(), Class: bot.ClassEdit}, 95},
		{"news", is(person, bot.ClassNews), 97},
		{"reminder to a person", is(person, bot.ClassReminder), 97},
		{"reminder to a group", is(group, bot.ClassReminder), 0},
		{"answer", is(person, bot.ClassAnswer), 0},
		{"prompt", is(person, bot.ClassPrompt), 0},
	} {
		for _, n := range []int{94, 95, 96, 97, 120} {
			spent = n - 1
			_, err := l.p.Send(t.Context(), test.o)
			if refused := errors.Is(err, bot.ErrUnsent); refused != (test.refuse > 0 && n >= test.refuse) {
				t.Errorf("%s at %d %%: %v", test.name, n, err)
			}
		}
	}
	u := l.p.Usage()
	if u.Name != "钉钉" || len(u.Meters) != 3 || u.Meters[0].Used != 120 || u.Meters[0].Limit != 100 || u.Meters[0].Uses[0] != (bot.Use{Kind: "卡片发送", N: 119}) || u.Meters[1].Used != 7 || u.Meters[2].Used != 900 {
		t.Errorf("%+v", u)
	}
}
