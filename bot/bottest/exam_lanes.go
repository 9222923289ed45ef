package bottest

import (
	"fmt"
	"time"

	"huiban/bot"
)

func keysOf(letters []bot.Letter) []string {
	var keys []string
	for _, l := range letters {
		keys = append(keys, l.Key)
	}
	return keys
}

func (x exam) lanes() {
	x.enqueue(post("b1", "x:b"), bot.Post{Key: "p1", To: bot.To{Person: 1}, Text: "一"}, bot.Post{Key: "p2", To: bot.To{Person: 2}, Text: "二"})
	x.same("one of each lane", x.claimed("other"), []string{"b1", "p1", "p2"})
	ends := []bot.State{bot.Sent, bot.Dead, bot.Expired, bot.Uncertain, bot.Skipped, bot.Held}
	for i := range len(ends) + 2 {
		x.enqueue(post(fmt.Sprintf("a%d", i), "x:a"))
	}
	for i, end := range ends {
		letters := x.claim("t", 9)
		x.same("claimed of a lane", keysOf(letters), []string{fmt.Sprintf("a%d", i)})
		for _, l := range letters {
			x.settle(bot.Outcome{ID: l.ID, Token: "t", State: end, Message: "m", Until: noon().Add(999 * time.Hour)})
		}
	}
	for _, l := range x.claim("t", 9) {
		x.same("next in the lane", l.Key, fmt.Sprintf("a%d", len(ends)))
		x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Pending, Wait: time.Hour})
	}
	x.same("claimed behind a letter that is tried again", x.claimed("t"), []string(nil))
}

func (x exam) parking() {
	if x.lease == nil {
		x.Skip("the lease clock cannot be moved")
	}
	x.enqueue(post("a1", "x:a"), post("a2", "x:a"))
	x.same("head", x.claimed("t"), []string{"a1"})
	x.lease(time.Minute)
	x.same("after a minute", x.claimed("t"), []string(nil))
	x.lease(4 * time.Minute)
	x.same("after five minutes", x.claimed("t"), []string{"a2"})
}

func (x exam) wakeOrder() {
	for i, key := range []string{"second", "first", "third"} {
		p := post(key, "x:a")
		p.NotBefore = noon().Add(time.Duration([]int{2, 1, 2}[i]) * time.Hour)
		x.enqueue(p)
	}
	x.enqueue(post("before all", "x:a"))
	x.same("woken", x.wake(noon().Add(3*time.Hour)), 3)
	x.enqueue(post("after all", "x:a"))
	var got []string
	for range 5 {
		letters := x.claim("t", 9)
		got = append(got, fmt.Sprint(keysOf(letters)))
		for _, l := range letters {
			x.settle(bot.Outcome{ID: l.ID, Token: "t", State: bot.Skipped, Note: "no"})
		}
	}
	x.same("one after the other", got, []string{"[before all]", "[first]", "[second]", "[third]", "[after all]"})
}
