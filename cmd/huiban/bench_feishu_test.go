package main

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huiban/adapters/feishu/feishutest"
	"huiban/bot"
	"huiban/storage"
)

// bestOf is how often each lane runs. They take turns, each time from an empty
// database, and the best counts: the others met a machine that was busy.
const bestOf = 3

// A contest is lanes side by side and the best of each.
type contest struct {
	names []string
	lanes []lane
	best  map[string]*paces
}

// run gives each lane its turns; score is better the higher it is.
func (c *contest) run(b *testing.B, drive func(speaker) *paces, score func(*paces) float64) {
	b.Helper()
	c.best = map[string]*paces{}
	for range bestOf {
		for i, name := range c.names {
			speak, end := c.lanes[i](b)
			warm(b, speak)
			p := drive(speak)
			end()
			must(b, p.err)
			if was := c.best[name]; was == nil || score(p) > score(was) {
				c.best[name] = p
			}
		}
	}
}

func (c *contest) report(b *testing.B) {
	b.Helper()
	for name, p := range c.best {
		b.ReportMetric(p.perSecond(), name+"/s")
		b.ReportMetric(p.ms(0.5), name+"-p50-ms")
		b.ReportMetric(p.ms(0.99), name+"-p99-ms")
	}
	b.ReportMetric(0, "ns/op") // of all that: says nothing
}

// BenchmarkFeishuTurns is how many messages a second 32 people get acked who
// write without a pause: through huiban serve, through the bare SDK that only
// echoes, by the engine called directly on the same MariaDB, and by the engine
// while a courier sends as in serve. The metric ratio is serve over engine (goal:
// 0.8), sending-ratio is serve over sending: what the wire alone costs.
func BenchmarkFeishuTurns(b *testing.B) {
	const messages = 600
	for _, s := range sayings() {
		b.Run(s.name, func(b *testing.B) {
			c := contest{
				names: []string{"serve", "engine", "sending", "echo"},
				lanes: []lane{throughServe, throughEngine, throughSendingEngine, throughEcho},
			}
			for b.Loop() {
				c.run(b, func(speak speaker) *paces { return together(b.Context(), speak, s, messages) }, (*paces).perSecond)
			}
			c.report(b)
			b.ReportMetric(c.best["serve"].perSecond()/c.best["engine"].perSecond(), "ratio")
			b.ReportMetric(c.best["serve"].perSecond()/c.best["sending"].perSecond(), "sending-ratio")
		})
	}
}

// BenchmarkFeishuAck is how long the ack takes at 200 messages a second, from
// when the message is written, beside the bare SDK (goal: p99 of serve 300 ms).
// A lane whose /s is below 200 could not follow, and its times say only that.
func BenchmarkFeishuAck(b *testing.B) {
	const perSecond, long = 200, 10 * time.Second
	for _, s := range sayings() {
		b.Run(s.name, func(b *testing.B) {
			c := contest{names: []string{"serve", "echo"}, lanes: []lane{throughServe, throughEcho}}
			for b.Loop() {
				c.run(b, func(speak speaker) *paces { return onTime(b.Context(), speak, s, perSecond, long) },
					func(p *paces) float64 { return -p.ms(0.99) })
			}
			c.report(b)
		})
	}
}

// BenchmarkFeishuReminders lets 10,000 reminders fall due at one moment, five for
// each of 2,000 people, on a platform that takes 50 calls a second, 5 for each
// chat (goal: 50 a second ± 10 %, each once). The metric refused counts the calls
// that the platform refused for coming too fast; one that comes back before the
// time it was told fails the benchmark.
func BenchmarkFeishuReminders(b *testing.B) {
	const people, tasks = 2000, 10_000
	due := on(b, "2026-08-17 17:07") // at :00 and :30 reminders are spread over minutes
	for b.Loop() {
		c := manyReminders(b, people, tasks, due)
		c.fake.EnforceRates(true)
		c.serve()
		c.untilQuiet(tasks)
		c.stop()
		says, first, last := map[string]int{}, time.Time{}, time.Time{}
		for _, m := range c.fake.Messages() {
			if !reminded(m) {
				continue
			}
			says[m.To+m.Text()]++
			if first.IsZero() {
				first = m.At
			}
			last = m.At
		}
		if len(says) != tasks {
			b.Errorf("%d reminders were said, want %d", len(says), tasks)
		}
		for what, times := range says {
			if times > 1 {
				b.Errorf("said %d times: %s", times, what)
			}
		}
		b.ReportMetric(float64(tasks-1)/last.Sub(first).Seconds(), "reminders/s")
		b.ReportMetric(float64(c.refused()), "refused")
		b.ReportMetric(0, "ns/op")
	}
}

// manyReminders is a company whose people have tasks that fall due in a moment.
func manyReminders(b *testing.B, people, tasks int, due time.Time) crowd {
	b.Helper()
	dsn := newDatabase(b)
	c := newFeishuCrowd(b, dsn, feishutest.Options{PingInterval: 60})
	for i := range people + 1 {
		c.person(fmt.Sprintf("同事%d", i), "研发部", "")
	}
	c.migrate()
	store, err := storage.OpenMySQL(b.Context(), dsn, storage.Options{Log: slog.New(slog.DiscardHandler)})
	must(b, err)
	handOut(b, store, func(i int) bot.Account { return bot.Account("feishu:" + c.ids[fmt.Sprintf("同事%d", i)]) }, people, tasks, due)
	must(b, store.Close())
	c.environ = append(c.environ, childSteady+"=1")
	c.at(due)
	return c
}

// untilQuiet waits until so many messages were taken, or none for 30 s.
func (c crowd) untilQuiet(messages int) {
	c.Helper()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	taken, since := 0, 0
	for taken < messages {
		<-tick.C
		n := c.fake.Calls("POST /open-apis/im/v1/messages")
		if since++; n > taken {
			taken, since = n, 0
		}
		if since >= 30 {
			c.Fatalf("only %d messages, and none any more\n%s", taken, c.log)
		}
	}
}

// refused counts the calls that came too fast; any other objection of the
// platform is an error.
func (c crowd) refused() int {
	c.Helper()
	n := 0
	for _, p := range c.fake.Problems() {
		if strings.HasPrefix(p, "rate: more than") {
			n++
			continue
		}
		c.Error(p)
	}
	return n
}
