package scheduler

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"huiban/bot"
)

// BenchmarkCarry claims, makes ready, sends and records letters to a service
// that takes at once. Over Memory, which copies at every turn, it is mostly
// Memory that is measured; over the queue it is the courier alone.
func BenchmarkCarry(b *testing.B) {
	b.Run("memory-2000", func(b *testing.B) {
		carry(b, 2000, func(list []bot.Post) (bot.Outbox, Office) {
			d := newDesk(b)
			d.write(list...)
			return d, d
		})
	})
	b.Run("queue-10000", func(b *testing.B) {
		carry(b, 10_000, func(list []bot.Post) (bot.Outbox, Office) {
			q := &queue{}
			for i, p := range list {
				q.waiting = append(q.waiting, bot.Letter{Post: p, ID: int64(i + 1), UUID: p.SendUUID()})
			}
			return q, q
		})
	})
}

func carry(b *testing.B, letters int, full func([]bot.Post) (bot.Outbox, Office)) {
	b.Helper()
	for b.Loop() {
		b.StopTimer()
		list := make([]bot.Post, 0, letters)
		for i := range letters {
			list = append(list, post(bot.ChatID(fmt.Sprintf("a:%d", i)), fmt.Sprint(i)))
		}
		outbox, office := full(list)
		s := newService("a", nil)
		c := NewCourier(outbox, office, []bot.Platform{s}, CourierOptions{})
		b.StartTimer()
		if err := c.Drain(context.Background()); err != nil {
			b.Fatal(err)
		}
		if len(s.heard()) != letters {
			b.Fatalf("%d letters said", len(s.heard()))
		}
	}
	b.ReportMetric(float64(letters*b.N)/b.Elapsed().Seconds(), "letters/s")
}

// A queue is an outbox and an office that cost nothing.
type queue struct {
	mu      sync.Mutex
	waiting []bot.Letter
	settled int
}

func (q *queue) Wake(context.Context, time.Time) (int, error)       { return 0, nil }
func (q *queue) Sweep(context.Context, time.Duration) (int, error)  { return 0, nil }
func (q *queue) NextHeld(context.Context) (time.Time, bool, error)  { return time.Time{}, false, nil }
func (q *queue) Holds(context.Context, int64, string) (bool, error) { return true, nil }
func (q *queue) Prepare(_ context.Context, l []bot.Letter) (bot.Ready, error) {
	return bot.Ready{Platform: "a", Out: bot.Out{UUID: l[0].UUID, Chat: l[0].To.Chat, Text: l[0].Text}}, nil
}

func (q *queue) Claim(_ context.Context, token string, n int, _ time.Duration) ([]bot.Letter, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.waiting))
	claimed := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	for i := range claimed {
		claimed[i].Token, claimed[i].Attempts = token, 1
	}
	return claimed, nil
}

func (q *queue) Settle(_ context.Context, deliveries ...bot.Delivery) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.settled += len(deliveries)
	return nil
}
