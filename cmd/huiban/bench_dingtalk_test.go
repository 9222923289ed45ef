package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"huiban/adapters/dingtalk/dingtalktest"
)

// A hallOfDing is a crowd on a fake DingTalk with cards, served by huiban on SQLite
// or on MariaDB.
type hallOfDing struct {
	*company

	fake *onDingTalk
}

func newHallOfDing(b *testing.B, store string) hallOfDing {
	b.Helper()
	dsn := ""
	if store == "mysql" {
		dsn = newDatabase(b)
	}
	// An ack that comes late is to be seen as late, not as none.
	c, fake := dingCompany(b, "stream", dsn, 2, dingtalktest.Options{AckWithin: time.Minute, TapWithin: time.Minute})
	c.patient = 3 * time.Minute
	c.fill()
	c.serve()
	c.proveCards("大群", member(0))
	return hallOfDing{c, fake}
}

// stores are where huiban can keep its data.
func stores() []string { return []string{"sqlite", "mysql"} }

// BenchmarkDingTalkTaps is how long people who accept a task wait for the answer to
// their tap, at 50 taps a second, from when the finger touches (goal: p99 300 ms).
func BenchmarkDingTalkTaps(b *testing.B) {
	const perSecond, long = 50, 10 * time.Second
	for _, store := range stores() {
		b.Run(store, func(b *testing.B) {
			for b.Loop() {
				h := newHallOfDing(b, store)
				cards := h.asked(int(perSecond * long.Seconds()))
				p := onTime(b.Context(), func(ctx context.Context, _ saying, i int) error { return h.accept(ctx, cards[i]) }, saying{}, perSecond, long)
				h.stop()
				must(b, p.err)
				b.ReportMetric(p.perSecond(), "taps/s")
				b.ReportMetric(p.ms(0.5), "p50-ms")
				b.ReportMetric(p.ms(0.99), "p99-ms")
				b.ReportMetric(0, "ns/op")
				h.sound(false)
			}
		})
	}
}

// asked hands out so many tasks and returns the cards that ask their owners.
func (h hallOfDing) asked(tasks int) []sight {
	h.Helper()
	s := sayings()[1]
	p := together(h.Context(), func(ctx context.Context, s saying, i int) error {
		return h.on.say(ctx, h.ids["大群"], h.ids[member(i)], "@会办 "+s.text(i))
	}, s, tasks)
	must(h.TB, p.err)
	var cards []sight
	h.until(fmt.Sprintf("%d people are asked", tasks), func() bool {
		cards = nil
		for _, m := range h.on.sights() {
			if labelOf(m, "确认") != "" && strings.Contains(m.text(), "请您确认") {
				cards = append(cards, m)
			}
		}
		h.why = fmt.Sprintf("%d cards", len(cards))
		return len(cards) == tasks
	})
	return cards
}

// accept is the owner of a task tapping 确认 on its card.
func (h hallOfDing) accept(ctx context.Context, card sight) error {
	a, err := h.on.tap(ctx, card, card.at(), labelOf(card, "确认"), nil)
	if err == nil && !a.changed {
		err = errors.New("the card did not change: " + a.says)
	}
	return err
}

// BenchmarkDingTalkBurst pushes 500 messages at once: how long the last one waits for
// its ack (goal: each is acked, at its first delivery).
func BenchmarkDingTalkBurst(b *testing.B) {
	const messages = 500
	for _, store := range stores() {
		b.Run(store, func(b *testing.B) {
			for b.Loop() {
				h := newHallOfDing(b, store)
				speak := func(ctx context.Context, s saying, i int) error {
					d, err := h.fake.Say(ctx, "", h.ids[member(i)], s.text(i))
					if err == nil && (!d.Acked || d.Deliveries != 1) {
						err = fmt.Errorf("message %d: %+v", i, d)
					}
					return err
				}
				must(b, together(b.Context(), speak, sayings()[0], crowdSize).err)               // everybody is known
				p := onTime(b.Context(), speak, sayings()[0], messages*100, 10*time.Millisecond) // as good as at once
				h.stop()
				must(b, p.err)
				b.ReportMetric(float64(len(p.each)), "acked")
				b.ReportMetric(p.perSecond(), "acks/s")
				b.ReportMetric(p.ms(1), "last-ms")
				b.ReportMetric(0, "ns/op")
				h.sound(false)
			}
		})
	}
}
