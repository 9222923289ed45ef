package bottest

import (
	"fmt"
	"sync"
	"time"

	"huiban/bot"
)

func (x exam) holds(id int64, token string) bool {
	x.Helper()
	held, err := x.store.Holds(x.Context(), id, token)
	if err != nil {
		x.Fatalf("Holds: %v", err)
	}
	return held
}

func (x exam) claims() {
	for i := range 5 {
		x.enqueue(post(fmt.Sprintf("k%d", i), bot.ChatID(fmt.Sprintf("x:%d", i))))
	}
	first := x.claim("t1", 2)
	x.same("first two", keysOf(first), []string{"k0", "k1"})
	if x.lease != nil {
		x.lease(time.Second)
		x.settle(bot.Outcome{ID: first[0].ID, Token: "t1", State: bot.Pending})
		x.same("what waited longest comes first", x.claimed("t2"), []string{"k2", "k3", "k4", "k0"})
		return
	}
	x.same("the rest", x.claimed("t2"), []string{"k2", "k3", "k4"})
}

// leases lets a lease run out: on a clock that cannot be moved by waiting.
func (x exam) leases() {
	const lease = 2 * time.Second
	x.enqueue(post("k", "x:a"))
	claim := func(token string) []bot.Letter {
		letters, err := x.store.Claim(x.Context(), token, 9, lease)
		x.is("claim", err, nil)
		return letters
	}
	first := claim("t1")
	if len(first) != 1 {
		x.Fatalf("%d letters, want 1", len(first))
	}
	id := first[0].ID
	x.same("claimed under a lease", len(claim("t2")), 0)
	x.same("holds", []bool{x.holds(id, "t1"), x.holds(id, "t2"), x.holds(id, ""), x.holds(id+999, "t1")}, []bool{true, false, false, false})
	if x.lease != nil {
		x.lease(lease - time.Millisecond)
		x.same("claimed just before the lease ends", len(claim("t2")), 0)
		x.lease(time.Millisecond)
	}
	second := x.await(func() []bot.Letter { return claim("t2") })
	l := second[0]
	x.same("second claim", []any{l.ID, l.Token, l.Attempts, l.FirstTry.Equal(first[0].FirstTry)}, []any{id, "t2", 2, true})
	x.same("holds after another claim", []bool{x.holds(id, "t1"), x.holds(id, "t2")}, []bool{false, true})
	x.same("settled by the old token", x.settle(bot.Outcome{ID: id, Token: "t1", State: bot.Sent, Message: "m1"}), []int64(nil))
	x.same("settled without a token", x.settle(bot.Outcome{ID: id, State: bot.Sent, Message: "m1"}), []int64(nil))
	x.same("state after a late word", x.letter(id).State, bot.Pending)
	x.same("settled", x.settle(bot.Outcome{ID: id, Token: "t2", State: bot.Sent, Message: "m2"}), []int64{id})
	x.same("settled twice", x.settle(bot.Outcome{ID: id, Token: "t2", State: bot.Dead}), []int64(nil))
	x.same("holds at the end", x.holds(id, "t2"), false)
	x.same("message", x.letter(id).Message, bot.MessageID("m2"))
}

// await asks until there is something, for half a minute at most.
func (x exam) await(ask func() []bot.Letter) []bot.Letter {
	x.Helper()
	tick, end := time.NewTicker(50*time.Millisecond), time.NewTimer(30*time.Second)
	defer tick.Stop()
	defer end.Stop()
	for {
		if found := ask(); len(found) > 0 {
			return found
		}
		select {
		case <-tick.C:
		case <-end.C:
			x.Fatal("nothing came within half a minute")
		}
	}
}

func (x exam) folds() {
	fold := func(key string, fold string) bot.Post {
		return bot.Post{Key: key, To: bot.To{Person: 9}, Text: key, Fold: fold}
	}
	held := fold("held", "p9/a")
	held.NotBefore = noon().Add(time.Hour)
	x.enqueue(fold("f1", "p9/a"), post("other", "x:b"), fold("g", "p9/b"), fold("f2", "p9/a"), held, fold("plain", ""), fold("f3", "p9/a"))
	letters := x.claim("t1", 1)
	x.same("a fold", keysOf(letters), []string{"f1", "f2", "f3"})
	for _, l := range letters {
		x.same("leased "+l.Key, []any{l.Token, l.Attempts, x.holds(l.ID, "t1")}, []any{"t1", 1, true})
	}
	x.same("beside the fold", x.claimed("t2"), []string{"other"})
	if x.lease != nil {
		x.enqueue(fold("f4", "p9/a"))
		x.lease(5 * time.Minute)
		x.same("a fold of which others are held", x.claimed("t3"), []string{"g", "plain", "f4"})
	}
}

func (x exam) claimers() {
	const letters, claimers = 60, 4
	for i := range letters {
		x.enqueue(post(fmt.Sprintf("k%d", i), bot.ChatID(fmt.Sprintf("x:%d", i))))
	}
	var mu sync.Mutex
	got := map[string]int{}
	end := time.Now().Add(30 * time.Second)
	work := func(token string) bool {
		found, err := x.store.Claim(x.Context(), token, 3, time.Hour)
		mu.Lock()
		defer mu.Unlock()
		for _, l := range found {
			got[l.Key]++
		}
		return err == nil && len(got) < letters && time.Now().Before(end)
	}
	var all sync.WaitGroup
	for w := range claimers {
		all.Go(func() {
			for work(fmt.Sprintf("t%d", w)) {
			}
		})
	}
	all.Wait()
	x.same("letters claimed", len(got), letters)
	for key, n := range got {
		if n != 1 {
			x.Errorf("%s was claimed %d times", key, n)
		}
	}
}

func (x exam) outcomes() {
	for i, o := range []bot.Outcome{
		{State: bot.Sent, Message: "Om_1"},
		{State: bot.Dead, Note: "群已解散"},
		{State: bot.Expired, Note: "late"},
		{State: bot.Uncertain, Note: "timeout"},
		{State: bot.Skipped, Note: "settled"},
	} {
		x.enqueue(post(fmt.Sprintf("k%d", i), bot.ChatID(fmt.Sprintf("x:%d", i))))
		letters := x.claim("t", 9)
		if len(letters) != 1 {
			x.Fatalf("%d letters, want 1", len(letters))
		}
		o.ID, o.Token = letters[0].ID, "t"
		x.same("settled", x.settle(o), []int64{o.ID})
		l := x.letter(o.ID)
		x.same("outcome", []any{l.State, l.Message, l.Note}, []any{o.State, o.Message, o.Note})
		x.same("when it was sent", l.SentAt.Equal(noon().Add(time.Minute)), o.State == bot.Sent)
		x.same("attempts", l.Attempts, 1)
		x.same("holds", x.holds(o.ID, "t"), false)
	}
	x.same("left", len(x.claim("t", 9)), 0)
	if x.lease != nil {
		x.lease(1000 * time.Hour)
		x.same("left for ever", len(x.claim("t", 9)), 0)
	}
}

func (x exam) refused() {
	x.enqueue(post("k", "x:a"))
	try := func(refused bool) bot.Letter {
		letters := x.claim("t", 9)
		if len(letters) != 1 {
			x.Fatalf("%d letters, want 1", len(letters))
		}
		x.same("first try while leased", letters[0].FirstTry.IsZero(), false)
		x.settle(bot.Outcome{ID: letters[0].ID, Token: "t", State: bot.Pending, Refused: refused, Note: "429"})
		return x.letter(letters[0].ID)
	}
	l := try(true)
	x.same("after a refused first try", []any{l.FirstTry.IsZero(), l.Attempts, l.State, l.Note}, []any{true, 0, bot.Pending, "429"})
	l = try(true)
	x.same("after another refused try", []any{l.FirstTry.IsZero(), l.Attempts}, []any{true, 0})
	l = try(false)
	x.same("after a failed try", []any{l.FirstTry.IsZero(), l.Attempts}, []any{false, 1})
	l = try(true)
	x.same("refused after a failed try", []any{l.FirstTry.IsZero(), l.Attempts}, []any{false, 1})
}

func (x exam) retries() {
	x.enqueue(post("k", "x:a"))
	l := x.claim("t", 9)[0]
	x.same("settled", x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Pending, Wait: time.Hour, Note: "500"}), []int64{l.ID})
	x.same("holds", x.holds(l.ID, "t"), false)
	x.same("claimed while it waits", x.claimed("t"), []string(nil))
	if x.lease == nil {
		return
	}
	x.lease(time.Hour - time.Millisecond)
	x.same("claimed a moment early", x.claimed("t"), []string(nil))
	x.lease(time.Millisecond)
	x.same("claimed after the wait", x.claimed("t"), []string{"k"})
}

func (x exam) sweep() {
	sweep := func(limit time.Duration) int {
		n, err := x.store.Sweep(x.Context(), limit)
		x.is("sweep", err, nil)
		return n
	}
	x.enqueue(post("waits", "x:a"), post("leased", "x:b"))
	letters := x.claim("t1", 9)
	x.settle(bot.Outcome{ID: letters[0].ID, Token: "t1", State: bot.Pending, Wait: time.Hour})
	x.same("swept within the limit", sweep(2*time.Hour), 0)
	x.same("swept", sweep(10*time.Minute), 2)
	x.same("holds after the sweep", x.holds(letters[1].ID, "t1"), false)
	x.same("claimed after the sweep", len(x.claim("t2", 9)), 2)
	if x.lease == nil {
		return
	}
	x.enqueue(post("new", "x:c"))
	x.lease(-3 * time.Hour)
	x.same("claimed on a clock that went back", len(x.claim("t3", 9)), 0)
	x.same("swept on a clock that went back", sweep(2*time.Hour), 3)
	x.same("claimed after that", len(x.claim("t3", 9)), 3)
}
