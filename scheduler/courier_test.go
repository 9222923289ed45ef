package scheduler

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiban/bot"
)

func TestWhatGoesToOneChatGoesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		n := 0
		s := newService("a", func(_ context.Context, _ bot.Out) error {
			n++ // only the lane's own letters are here, one at a time: the race detector sees to it
			<-time.After(time.Duration(n%3) * time.Millisecond)
			return nil
		})
		list, keys := posts("a:one", 20)
		d.write(list...)
		drain(t, newCourier(d, options(), s))
		if diff := cmp.Diff(keys, s.heard()); diff != "" {
			t.Error(diff)
		}
		d.want(bot.Sent, keys...)
	})
}

func TestChatsGoBesideEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		in := make(chan struct{}, 8)
		s := newService("a", func(ctx context.Context, _ bot.Out) error {
			in <- struct{}{}
			for len(in) < cap(in) { // nobody goes on before all have come
				select {
				case <-time.After(time.Millisecond):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
		for i := range cap(in) {
			d.write(post(bot.ChatID(fmt.Sprintf("a:%d", i)), fmt.Sprint(i)))
		}
		drain(t, newCourier(d, options(), s))
		if got := len(s.heard()); got != cap(in) {
			t.Errorf("%d of %d chats were sent to", got, cap(in))
		}
	})
}

func TestNoPlatformHasMoreThanItsSenders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		slow := func(context.Context, bot.Out) error { <-time.After(10 * time.Millisecond); return nil }
		a, b := newService("a", slow), newService("b", slow)
		for i := range 100 {
			d.write(post(bot.ChatID(fmt.Sprintf("a:%d", i)), fmt.Sprint("a", i)))
		}
		d.write(post("b:1", "b1"))
		o := options()
		o.Senders = 4
		drain(t, newCourier(d, o, a, b))
		if a.most != 4 {
			t.Errorf("%d letters at a time to one platform, want 4", a.most)
		}
		if got := len(a.heard()) + len(b.heard()); got != 101 {
			t.Errorf("%d of 101 sent", got)
		}
	})
}

func TestOneRecipientThatHangsDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", func(ctx context.Context, o bot.Out) error {
			if o.Chat == "a:stuck" {
				return hang(ctx)
			}
			return nil
		})
		stuck, _ := posts("a:stuck", 2)
		d.write(stuck...)
		var others []string
		for i := range 40 {
			list, keys := posts(bot.ChatID(fmt.Sprintf("a:%d", i)), 3)
			d.write(list...)
			others = append(others, keys...)
		}
		c := newCourier(d, options(), s)
		stop := start(t, c.Run)
		<-time.After(c.o.SendTimeout - time.Millisecond)
		synctest.Wait()
		if got := len(s.heard()); got != len(others) {
			t.Errorf("%d of %d others were sent while one recipient hung", got, len(others))
		}
		stop()
		d.want(bot.Sent, others...)
		d.want(bot.Pending, "a:stuck/0", "a:stuck/1")
		if got := slices.Index(s.tried(), "a:stuck/1"); got >= 0 {
			t.Error("a letter overtook the one before it")
		}
	})
}

func TestAPlatformThatHangsDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		a := newService("a", func(ctx context.Context, _ bot.Out) error { return hang(ctx) })
		b := newService("b", nil)
		for i := range 300 {
			d.write(post(bot.ChatID(fmt.Sprintf("a:%d", i)), fmt.Sprint("a", i)))
		}
		d.write(post("b:1", "b1"))
		c := newCourier(d, options(), a, b)
		stop := start(t, c.Run)
		<-time.After(c.o.SendTimeout - time.Second)
		synctest.Wait()
		if len(b.heard()) != 1 {
			t.Error("the other platform had to wait for the one that hangs")
		}
		stop()
		if l := d.letter("a299"); l.State != bot.Pending || !l.FirstTry.IsZero() && l.Attempts == 1 {
			t.Errorf("a letter for which there was no place counts as tried: %+v", l)
		}
	})
}

func TestOneFoldIsOneDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", nil)
		fold := func(chat bot.ChatID, key, fold string) bot.Post {
			p := post(chat, key)
			p.Fold = fold
			return p
		}
		d.write(fold("a:1", "k1", "p1/monday"), fold("a:1", "k2", "p1/monday"), fold("a:2", "k3", "p2/monday"), fold("a:1", "k4", "p1/monday"), post("a:3", "k5"))
		drain(t, newCourier(d, options(), s))
		got := s.heard()
		slices.Sort(got)
		if diff := cmp.Diff([]string{"k1 k2 k4", "k3", "k5"}, got); diff != "" {
			t.Error(diff)
		}
		d.want(bot.Sent, "k1", "k2", "k3", "k4", "k5")
		if a, b := d.letter("k1").Message, d.letter("k4").Message; a != b || a == "" {
			t.Errorf("messages %q and %q of one digest", a, b)
		}
	})
}

func TestWhatWasCancelledIsNotSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", nil)
		cancelled := map[string]bool{"alone": true, "k2": true}
		d.prepare = func(letters []bot.Letter) (bot.Ready, error) {
			for _, l := range letters {
				if cancelled[l.Key] { // somebody else's turn, between claim and send
					err := d.Do(t.Context(), func(tx bot.Tx) error {
						_, err := tx.Settle(time.Now(), bot.Outcome{ID: l.ID, Token: l.Token, State: bot.Skipped})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			}
			return bot.Ready{}, nil
		}
		d.write(post("a:1", "alone"))
		for _, key := range []string{"k1", "k2", "k3"} {
			p := post("a:2", key)
			p.Fold = "monday"
			d.write(p)
		}
		drain(t, newCourier(d, options(), s))
		if diff := cmp.Diff([]string{"k1 k3"}, s.tried()); diff != "" {
			t.Error(diff)
		}
		d.want(bot.Skipped, "alone", "k2")
		d.want(bot.Sent, "k1", "k3")
	})
}

func TestWhatIsNotToBeSaidNowIsRecordedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := newService("a", nil)
		morning := time.Now().Add(9 * time.Hour).UTC()
		d.prepare = func(letters []bot.Letter) (bot.Ready, error) {
			switch letters[0].Key {
			case "skip":
				return bot.Ready{Platform: "a", Skip: bot.SkipSettled}, nil
			case "wait":
				return bot.Ready{Platform: "a", Until: morning}, nil
			}
			return bot.Ready{}, nil
		}
		d.write(post("a:1", "skip"), post("a:2", "wait"), post("a:3", "say"))
		drain(t, newCourier(d, options(), s))
		if diff := cmp.Diff([]string{"say"}, s.tried()); diff != "" {
			t.Error(diff)
		}
		d.want(bot.Skipped, "skip")
		d.want(bot.Held, "wait")
		if l := d.letter("wait"); !l.DueAt.Equal(morning) {
			t.Errorf("due at %v, want %v", l.DueAt, morning)
		}
		for _, v := range d.deliveries() {
			if v.Err != nil {
				t.Errorf("letter %s: %v", v.Letters[0].Key, v.Err)
			}
		}
	})
}

func TestOnlyAFoldGroupsLetters(t *testing.T) {
	c := NewCourier(nil, nil, nil, CourierOptions{})
	letter := func(id int64, chat bot.ChatID, fold string) bot.Letter {
		return bot.Letter{ID: id, Post: bot.Post{To: bot.To{Chat: chat}, Fold: fold}}
	}
	groups := c.grouped([]bot.Letter{
		letter(1, "a:1", ""), letter(2, "a:1", ""), letter(3, "a:1", "x"), letter(4, "a:2", "x"), letter(5, "a:1", "x"), letter(6, "a:1", "y"),
	})
	var got [][]int64
	for _, g := range groups {
		var ids []int64
		for _, l := range g {
			ids = append(ids, l.ID)
		}
		got = append(got, ids)
	}
	if diff := cmp.Diff([][]int64{{1}, {2}, {3, 5}, {4}, {6}}, got); diff != "" {
		t.Error(diff)
	}
}
