package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huiban/bot"
	"huiban/bot/bottest"
	"huiban/bot/meeting"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A desk is an outbox in memory and the smallest office that can work on it. It
// tells of every call and can be made to fail.
type desk struct {
	*bottest.Memory

	tb      testing.TB
	prepare func(letters []bot.Letter) (bot.Ready, error) // nil for the usual answer
	settle  func(deliveries []bot.Delivery) error         // asked before it is recorded
	broken  func(call string) error                       // asked before the outbox is
	poke    func()

	mu      sync.Mutex
	calls   map[string]int
	settled []bot.Delivery
}

func newDesk(tb testing.TB) *desk {
	tb.Helper()
	return &desk{Memory: bottest.NewMemory(time.Now), tb: tb, calls: map[string]int{}}
}

func (d *desk) Wake(ctx context.Context, business time.Time) (int, error) {
	if err := d.called("Wake"); err != nil {
		return 0, err
	}
	return d.Memory.Wake(ctx, business)
}

func (d *desk) Claim(ctx context.Context, token string, n int, lease time.Duration) ([]bot.Letter, error) {
	if err := d.called("Claim"); err != nil {
		return nil, err
	}
	return d.Memory.Claim(ctx, token, n, lease)
}

func (d *desk) Holds(ctx context.Context, id int64, token string) (bool, error) {
	if err := d.called("Holds"); err != nil {
		return false, err
	}
	return d.Memory.Holds(ctx, id, token)
}

func (d *desk) Sweep(ctx context.Context, limit time.Duration) (int, error) {
	if err := d.called("Sweep"); err != nil {
		return 0, err
	}
	return d.Memory.Sweep(ctx, limit)
}

func (d *desk) NextHeld(ctx context.Context) (time.Time, bool, error) {
	if err := d.called("NextHeld"); err != nil {
		return time.Time{}, false, err
	}
	return d.Memory.NextHeld(ctx)
}

// Prepare takes the platform from the chat's prefix and puts the keys of the
// letters into the text.
func (d *desk) Prepare(_ context.Context, letters []bot.Letter) (bot.Ready, error) {
	if d.prepare != nil {
		if r, err := d.prepare(letters); err != nil || r.Skip != "" || !r.Until.IsZero() {
			return r, err
		}
	}
	var keys []string
	for _, l := range letters {
		keys = append(keys, l.Key)
	}
	platform, _, _ := strings.Cut(string(letters[0].To.Chat), ":")
	return bot.Ready{Platform: platform, Out: bot.Out{UUID: letters[0].UUID, Chat: letters[0].To.Chat, Text: strings.Join(keys, " ")}}, nil
}

// Settle records outcomes the way the engine does.
func (d *desk) Settle(ctx context.Context, deliveries ...bot.Delivery) error {
	if d.settle != nil {
		if err := d.settle(deliveries); err != nil {
			return err
		}
	}
	err := d.Do(ctx, func(tx bot.Tx) error {
		for _, v := range deliveries {
			for _, l := range v.Letters {
				o := outcome(v)
				o.ID, o.Token = l.ID, l.Token
				if _, err := tx.Settle(time.Now(), o); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.settled = append(d.settled, deliveries...)
	d.mu.Unlock()
	if d.poke != nil {
		d.poke()
	}
	return nil
}

func (d *desk) called(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls[name]++
	if d.broken != nil {
		return d.broken(name)
	}
	return nil
}

func (d *desk) count(names ...string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, name := range names {
		n += d.calls[name]
	}
	return n
}

// deliveries are those recorded so far.
func (d *desk) deliveries() []bot.Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.settled)
}

func outcome(v bot.Delivery) bot.Outcome {
	_, refused := bot.Delay(v.Err)
	switch {
	case v.Ready.Skip != "":
		return bot.Outcome{State: bot.Skipped}
	case !v.Ready.Until.IsZero():
		return bot.Outcome{State: bot.Held, Until: v.Ready.Until}
	case v.Err == nil:
		return bot.Outcome{State: bot.Sent, Message: v.Message}
	case bot.IsPermanent(v.Err):
		return bot.Outcome{State: bot.Dead, Note: v.Err.Error()}
	case errors.Is(v.Err, bot.ErrUncertain):
		return bot.Outcome{State: bot.Uncertain, Note: v.Err.Error()}
	case errors.Is(v.Err, bot.ErrUnsent):
		return bot.Outcome{State: bot.Unsent, Note: v.Err.Error()}
	}
	return bot.Outcome{State: bot.Pending, Wait: v.Wait, Note: v.Err.Error(), Refused: refused}
}

// write puts posts into the outbox.
func (d *desk) write(posts ...bot.Post) {
	d.tb.Helper()
	if err := d.Do(context.Background(), func(tx bot.Tx) error { return tx.Enqueue(time.Now(), posts...) }); err != nil {
		d.tb.Fatal(err)
	}
	if d.poke != nil {
		d.poke()
	}
}

// letter is the letter with a key, as it is now.
func (d *desk) letter(key string) bot.Letter {
	d.tb.Helper()
	var found bot.Letter
	err := d.View(context.Background(), func(tx bot.Tx) error {
		for id := int64(1); ; id++ {
			l, err := tx.Letter(id)
			if err != nil || l.Key == key {
				found = l
				return err
			}
		}
	})
	if err != nil {
		d.tb.Fatalf("letter %s: %v", key, err)
	}
	return found
}

func (d *desk) want(state bot.State, keys ...string) {
	d.tb.Helper()
	for _, key := range keys {
		if l := d.letter(key); l.State != state {
			d.tb.Errorf("letter %s is in state %d (note %q), want %d", key, l.State, l.Note, state)
		}
	}
}

// post is a post with a key to a chat.
func post(chat bot.ChatID, key string) bot.Post {
	return bot.Post{Key: key, To: bot.To{Chat: chat}, Text: key, Face: bot.Face{Of: meeting.Ref{Kind: meeting.KindTask, ID: 1}}}
}

// posts are n posts to one chat.
func posts(chat bot.ChatID, n int) (out []bot.Post, keys []string) {
	for i := range n {
		key := fmt.Sprintf("%s/%d", chat, i)
		out, keys = append(out, post(chat, key)), append(keys, key)
	}
	return out, keys
}

// A service is a chat service that merges equal UUIDs and remembers what was
// said in which order.
type service struct {
	name string
	do   func(ctx context.Context, o bot.Out) error // before it is taken; nil takes at once

	mu    sync.Mutex
	said  []string // texts of what was taken, in order
	tries []string // texts of all tries, in order
	uuids map[string]bot.MessageID
	twice int // how often something was sent that was taken already
	busy  int
	most  int // tries at one time
}

func newService(name string, do func(ctx context.Context, o bot.Out) error) *service {
	return &service{name: name, do: do, uuids: map[string]bot.MessageID{}}
}

func (s *service) Name() string { return s.name }

func (s *service) Run(ctx context.Context, _ bot.Inbox) error { <-ctx.Done(); return nil }

func (s *service) Send(ctx context.Context, o bot.Out) (bot.MessageID, error) {
	s.mu.Lock()
	s.tries = append(s.tries, o.Text)
	s.busy++
	s.most = max(s.most, s.busy)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.busy--
		s.mu.Unlock()
	}()
	if s.do != nil {
		if err := s.do(ctx, o); err != nil {
			return "", err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, known := s.uuids[o.UUID]; known {
		s.twice++
		return id, nil
	}
	s.said = append(s.said, o.Text)
	s.uuids[o.UUID] = bot.MessageID(fmt.Sprintf("m%d", len(s.said)))
	return s.uuids[o.UUID], nil
}

func (s *service) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.said)
}

func (s *service) tried() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tries)
}

// options have no luck in them: every wait is as long as it may be.
func options() CourierOptions {
	return CourierOptions{Jitter: func(n int64) int64 { return n - 1 }}
}

func newCourier(d *desk, o CourierOptions, services ...*service) *Courier {
	var platforms []bot.Platform
	for _, s := range services {
		platforms = append(platforms, s)
	}
	c := NewCourier(d, d, platforms, o)
	d.poke = c.Poke
	return c
}

// start runs fn and returns what stops it and waits for it.
func start(tb testing.TB, fn func(context.Context) error) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			tb.Errorf("run: %v", err)
		}
	}
}

func drain(tb testing.TB, c *Courier) {
	tb.Helper()
	if err := c.Drain(context.Background()); err != nil {
		tb.Fatal(err)
	}
}

// hang waits until the try is given up.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
