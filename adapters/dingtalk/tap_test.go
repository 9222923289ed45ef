package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
	"huiban/bot/card"
)

// testCards read the command from the action's id and show the word as the footer.
type testCards struct {
	mu           sync.Mutex
	acks, proofs []string
	spoilt       bool
}

func (c *testCards) readTap(actionIDs []string, params map[string]json.RawMessage, _ string) (card.Action, map[string][]string, error) {
	if len(actionIDs) != 1 || actionIDs[0] == "foreign" {
		return card.Action{}, nil, errors.New("a button that we did not make")
	}
	return card.Action{Command: actionIDs[0]}, map[string][]string{"task": {string(params["task"])}}, nil
}

func (c *testCards) faceOf(a bot.Answer, _ bool, _ string) (map[string]string, error) {
	if c.spoilt {
		return nil, errors.New("cannot be drawn")
	}
	return map[string]string{"footer": a.Toast}, nil
}

func (c *testCards) acked(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acks = append(c.acks, id)
}

func (c *testCards) provedBy(_ context.Context, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.proofs = append(c.proofs, id)
}

func (l *lab) withCards() *testCards {
	l.fake.AddTemplate(dingtalktest.Template{ID: "t.schema"})
	cards := &testCards{}
	l.p.cards = cards
	return cards
}

// card sends one with buttons to a group or to a person, and returns its message id.
func (l *lab) card(to string) string {
	l.Helper()
	space, model, name := "IM_ROBOT", "imRobot", map[string]any{"spaceType": "IM_ROBOT", "robotCode": "ding1"}
	if to == team {
		space, model, name = "IM_GROUP", "imGroup", map[string]any{"robotCode": "ding1"}
	}
	button := func(text, id string) map[string]any {
		return map[string]any{"text": text, "color": "blue", "status": "normal", "event": map[string]any{
			"type": "sendCardRequest", "params": map[string]any{"actionId": id, "params": map[string]any{"task": 17}},
		}}
	}
	buttons, err := json.Marshal([]any{button("完成", "完成"), button("别的", "foreign"), button("坏", "panic")})
	if err != nil {
		l.Fatal(err)
	}
	err = l.p.client.call(l.Context(), request{
		method: http.MethodPost, path: "/v1.0/card/instances/createAndDeliver", kind: KindCard, body: map[string]any{
			"cardTemplateId": "t.schema", "outTrackId": "card-" + to, "callbackType": "STREAM", "userIdType": 1,
			"cardData":                 map[string]any{"cardParamMap": map[string]string{"title": "任务", "btns": string(buttons)}},
			"openSpaceId":              "dtv1.card//" + space + "." + to,
			model + "OpenSpaceModel":   map[string]any{"supportForward": false, "lastMessageI18n": map[string]string{"ZH_CN": "任务"}},
			model + "OpenDeliverModel": name,
		},
	}, nil)
	if err != nil {
		l.Fatal(err)
	}
	for _, m := range l.fake.Messages() {
		if m.OutTrackID == "card-"+to {
			return m.ID
		}
	}
	l.Fatal("no card")
	return ""
}

// A tap carries the command and its arguments, and where the card is; the answer
// changes the view of the one who tapped.
func TestTapsAreHeardAndAnswered(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	cards := l.withCards()
	l.run()
	l.in.answer = bot.Answer{Toast: "记下了"}
	for to, want := range map[string]bot.Tap{
		team: {Card: "c:card-cidTeam==", Chat: "dingtalk:" + team, From: "dingtalk:xu"},
		xu:   {Card: "c:card-xu#xu", From: "dingtalk:xu"},
	} {
		id := l.card(to)
		a, err := l.fake.TapButton(t.Context(), id, xu, "完成", nil)
		if err != nil || !a.Heard || !a.Changed {
			t.Fatalf("answer %+v, %v", a, err)
		}
		got := l.in.taps[len(l.in.taps)-1]
		if got.Card != want.Card || got.Chat != want.Chat || got.From != want.From || got.Do.Command != "完成" || got.Form["task"][0] != "17" {
			t.Errorf("tap %+v", got)
		}
		if m, _ := l.fake.Message(id); !strings.Contains(m.TextFor(xu), "记下了") || strings.Contains(m.TextFor(zhou), "记下了") {
			t.Errorf("the card shows %s", m.TextFor(xu))
		}
	}
	l.until("proved", func() bool {
		cards.mu.Lock()
		defer cards.mu.Unlock()
		return len(cards.proofs) == 2 && len(cards.acks) == 2
	})
	if l.in.taps[0].Event == l.in.taps[1].Event || l.tally.get(KindTap) != 2 {
		t.Errorf("keys %q, counted %d", l.in.taps[0].Event, l.tally.get(KindTap))
	}
	l.sound()
}

// Whatever goes wrong with a tap, the person reads a sentence in time, and what was
// not decided by then is not done.
func TestTapIsAlwaysAnswered(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	l.withCards()
	l.fake.AddPerson(dingtalktest.Person{UserID: "guest", Name: "老王", External: true})
	l.fake.AddGroup(dingtalktest.Group{ID: team, Name: "产品群", Members: []string{zhou, xu, "guest"}})
	l.run()
	id := l.card(team)
	tap := func(who, label, want string) {
		t.Helper()
		a, err := l.fake.TapButton(t.Context(), id, who, label, nil)
		m, _ := l.fake.Message(id)
		if err != nil || !a.Heard || !strings.Contains(m.TextFor(who), want) {
			t.Errorf("[%s]: %+v, %v; it shows %s", label, a, err, m.TextFor(who))
		}
	}
	tap(xu, "别的", wordForeign)
	tap("guest", "完成", wordForeign)
	tap(xu, "坏", wordFailed)
	l.in.fail(errors.New("no database"))
	tap(xu, "完成", wordFailed)
	l.in.fail(nil)
	l.in.block = make(chan struct{})
	tap(xu, "完成", wordWorking)
	close(l.in.block)
	l.until("undone", func() bool { l.in.mu.Lock(); defer l.in.mu.Unlock(); return l.in.undone })
	l.in.block = nil
	l.sound()
}

// A tap of which the client gave up is heard all the same; what cannot be read or
// drawn is answered with nothing.
func TestOddTaps(t *testing.T) {
	l := newLab(t, dingtalktest.Options{}, nil)
	cards := l.withCards()
	l.run()
	id := l.card(team)
	l.fake.Break(dingtalktest.Fault{Kind: dingtalktest.LateTap, Times: 1})
	if a, err := l.fake.TapButton(t.Context(), id, xu, "完成", nil); err != nil || !a.TimedOut || len(l.in.taps) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	cards.spoilt = true
	if a, err := l.fake.TapButton(t.Context(), id, xu, "完成", nil); err != nil || !a.Heard || a.Changed {
		t.Errorf("%+v, %v", a, err)
	}
	l.p.corp.learn("dingcorp")
	for _, data := range []string{`no json`, `{}`, `{"outTrackId":"x","userId":"xu","content":"no json"}`, `{"outTrackId":"x","userId":"xu","corpId":"dingother","content":"{}"}`} {
		out, err := l.p.handle(t.Context(), frame{topic: topicTap, data: []byte(data)})
		if got := fmt.Sprint(out); err != nil || got != "map[response:<nil>]" {
			t.Errorf("%s: %s, %v", data, got, err)
		}
	}
	if len(l.in.taps) != 2 {
		t.Errorf("%d taps", len(l.in.taps))
	}
	l.p.cards = nil
	if out, err := l.p.handle(t.Context(), frame{topic: topicTap}); out == nil || err != nil {
		t.Errorf("%v, %v", out, err)
	}
	l.sound()
}
