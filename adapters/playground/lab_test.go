package playground

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
	"huiban/bot/paper"
	"huiban/bot/workday"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wednesday is when the sample begins.
func wednesday() time.Time { return time.Date(2026, 8, 12, 13, 55, 0, 0, workday.Zone) }

// An inbox is an engine that does as it is told and takes each event once.
type inbox struct {
	mu       sync.Mutex
	seen     map[string]bool
	messages []bot.Message
	taps     []bot.Tap
	happened []bot.Happening
	say      func(bot.Message) error
	answer   func(bot.Tap) (bot.Answer, error)
}

func (in *inbox) Message(_ context.Context, m bot.Message) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.say != nil {
		if err := in.say(m); err != nil {
			return err
		}
	}
	if in.first(m.Event) {
		in.messages = append(in.messages, m)
	}
	return nil
}

func (in *inbox) Tap(_ context.Context, tap bot.Tap) (bot.Answer, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.first(tap.Event) {
		in.taps = append(in.taps, tap)
	}
	if in.answer == nil {
		return bot.Answer{Toast: "好的。"}, nil
	}
	return in.answer(tap)
}

func (in *inbox) Happened(_ context.Context, h bot.Happening) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.first(h.Event) {
		in.happened = append(in.happened, h)
	}
	return nil
}

func (in *inbox) first(event string) bool {
	first := !in.seen[event]
	in.seen[event] = true
	return first
}

func (in *inbox) lastMessage(tb testing.TB) bot.Message {
	tb.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.messages) == 0 {
		tb.Fatal("the bot heard nothing")
	}
	return in.messages[len(in.messages)-1]
}

func (in *inbox) lastTap(tb testing.TB) bot.Tap {
	tb.Helper()
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.taps) == 0 {
		tb.Fatal("the bot felt nothing")
	}
	return in.taps[len(in.taps)-1]
}

// A world is a clock that stands, and what is due when it moves.
type world struct {
	mu     sync.Mutex
	now    time.Time
	settle func() error
	next   func(task string) ([]bot.HeldBack, error)
	due    func() []bot.HeldBack
	reset  func(empty bool) error
	guide  *Guide
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) Settle(context.Context) error {
	if w.settle == nil {
		return nil
	}
	return w.settle()
}

func (w *world) Advance(_ context.Context, to time.Time) ([]bot.HeldBack, error) {
	w.set(to)
	if w.due == nil {
		return nil, nil
	}
	return w.due(), nil
}

func (w *world) Next(_ context.Context, task string) ([]bot.HeldBack, error) {
	if w.next == nil {
		return nil, &Refused{Status: http.StatusConflict, Say: "后面没有提醒了。"}
	}
	return w.next(task)
}

func (w *world) Workday() time.Time { return wednesday().Add(19*time.Hour + 5*time.Minute) }

func (w *world) Reset(_ context.Context, empty bool) error {
	w.set(wednesday())
	if w.reset == nil {
		return nil
	}
	return w.reset(empty)
}

func (w *world) Guide(context.Context) (*Guide, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.guide, nil
}

func (w *world) AccountOf(_ context.Context, who meeting.PersonID) (bot.Account, error) {
	return account(fmt.Sprintf("p%d", int64(who)-100)), nil
}

func (w *world) set(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

// A vault keeps files in memory.
type vault struct {
	mu    sync.Mutex
	files map[bot.FileID][]byte
	names map[bot.FileID]string
}

func (v *vault) PutFile(_ context.Context, filename string, r io.Reader) (bot.StoredFile, error) {
	body, err := io.ReadAll(io.LimitReader(r, bot.MaxFile+1))
	switch {
	case err != nil:
		return bot.StoredFile{}, err
	case len(body) == 0:
		return bot.StoredFile{}, bot.ErrFileEmpty
	case len(body) > bot.MaxFile:
		return bot.StoredFile{}, bot.ErrFileTooLarge
	}
	sum := sha256.Sum256(body)
	id := bot.FileID(hex.EncodeToString(sum[:]))
	v.mu.Lock()
	defer v.mu.Unlock()
	v.files[id], v.names[id] = body, filename
	return bot.StoredFile{ID: id, Name: filename, Size: int64(len(body))}, nil
}

func (v *vault) OpenFile(_ context.Context, id bot.FileID) (bot.StoredFile, io.ReadCloser, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	body, ok := v.files[id]
	if !ok {
		return bot.StoredFile{}, nil, bot.ErrNoFile
	}
	return bot.StoredFile{ID: id, Name: v.names[id], Size: int64(len(body))}, io.NopCloser(bytes.NewReader(body)), nil
}

// A lab is a platform with a company, a fake engine and a fake world behind it.
type lab struct {
	tb    testing.TB
	p     *Platform
	in    *inbox
	world *world
	vault *vault
	paper func(who bot.Account, kind string, id int64) (paper.Doc, error)
	srv   *httptest.Server
	stop  func()
}

// open starts a lab on a folder; what the folder remembers is there again.
func open(tb testing.TB, dir string) *lab {
	tb.Helper()
	l := &lab{
		tb: tb, in: &inbox{seen: map[string]bool{}}, world: &world{now: wednesday()},
		vault: &vault{files: map[bot.FileID][]byte{}, names: map[bot.FileID]string{}},
	}
	p, err := New(Options{Dir: dir, Vault: l.vault, Now: l.world.Now, Paper: l.write})
	if err != nil {
		tb.Fatal(err)
	}
	l.p = p
	l.srv = httptest.NewServer(p.Handler(l.world))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx, l.in) }()
	if err := p.deliver(ctx, func(bot.Inbox) error { return nil }); err != nil {
		tb.Fatal(err)
	}
	var once sync.Once
	l.stop = func() {
		once.Do(func() {
			p.hangUp()
			l.srv.Close()
			cancel()
			if err := errors.Join(<-ended, p.Close()); err != nil {
				tb.Error(err)
			}
		})
	}
	tb.Cleanup(l.stop)
	return l
}

// write is the engine's Paper.
func (l *lab) write(_ context.Context, who bot.Account, kind string, id int64) (paper.Doc, error) {
	if l.paper == nil {
		return paper.Doc{}, meeting.ErrNotFound
	}
	return l.paper(who, kind, id)
}

// company fills a lab: three engineers, two of one name, and a group.
func company(tb testing.TB, dir string) *lab {
	tb.Helper()
	l := open(tb, dir)
	for _, x := range []Person{
		{Name: "周敏", Department: "产品部", Title: "产品经理", Active: true},
		{Name: "王工", Department: "质量部", Active: true},
		{Name: "王工", Department: "IT部", Active: true},
		{Name: "许哲", Department: "研发部", Title: "架构工程师", Leader: "周敏", Active: true},
	} {
		if _, err := l.p.SavePerson(tb.Context(), x); err != nil {
			tb.Fatal(err)
		}
	}
	if _, err := l.p.SaveChat(Chat{Name: "新品A项目群", Members: []string{"p1", "p4"}}); err != nil {
		tb.Fatal(err)
	}
	return l
}

// raw sends a request; a string body is sent as it is.
func (l *lab) raw(method, path string, body any) (int, []byte) {
	l.tb.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, l.srv.URL+path, reader(l.tb, body))
	if err != nil {
		l.tb.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := l.srv.Client().Do(r)
	if err != nil {
		l.tb.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		l.tb.Fatal(err)
	}
	return res.StatusCode, raw
}

func reader(tb testing.TB, body any) io.Reader {
	tb.Helper()
	switch b := body.(type) {
	case nil:
		return http.NoBody
	case string:
		return strings.NewReader(b)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.NewReader(raw)
}

// A result is the answer to a message or a tap.
type result struct {
	Toast    string
	Messages []Message
	Error    string
}

// post sends something that must be taken, or refused with want.
func (l *lab) post(path string, body any, want int) result {
	l.tb.Helper()
	status, raw := l.raw(http.MethodPost, path, body)
	if status != want {
		l.tb.Fatalf("POST %s %v: %d %s, want %d", path, body, status, raw, want)
	}
	var out result
	if err := json.Unmarshal(raw, &out); err != nil {
		l.tb.Fatal(err)
	}
	return out
}

// send sends as the bot.
func (l *lab) send(o bot.Out) Message {
	l.tb.Helper()
	id, err := l.p.Send(context.Background(), o)
	if err != nil {
		l.tb.Fatalf("send: %v", err)
	}
	return l.message(string(id))
}

func (l *lab) message(id string) Message {
	l.tb.Helper()
	list, err := l.p.Messages("", 0)
	if err != nil {
		l.tb.Fatal(err)
	}
	for _, m := range list {
		if m.ID == id {
			return m
		}
	}
	l.tb.Fatalf("no message %s", id)
	return Message{}
}

// question is a card that asks who takes a task, as the engine sends it.
func question() *card.Card {
	return &card.Card{
		Title: "还差几项", Tone: card.Yellow, Body: "由谁牵头？",
		Inputs: []card.Input{
			{Name: "责任人", Label: "由谁牵头", Kind: card.KindPerson, Required: true, Options: []card.Option{
				{Value: "@{p104}", Label: "许哲（研发部）"}, {Value: "@{p102}", Label: "王工（质量部）"}, {Value: "@{p103}", Label: "王工（IT部）"},
			}},
			{Name: "截止", Label: "哪天交", Kind: card.KindDateTime},
			{Name: "优先", Label: "优先级", Kind: card.KindSelect, Options: []card.Option{{Value: "high", Label: "高"}}},
			{Name: "files", Label: "附件", Kind: card.KindFile},
		},
		Buttons: []card.Button{
			{ID: "交办", Label: "交办", Submit: true, Do: card.Action{Command: "待办", Args: map[string]string{"draft": "1"}}},
			{ID: "撤销", Label: "不记了", Do: card.Action{Command: "待办", Args: map[string]string{"draft": "1", "drop": "是"}}},
		},
	}
}
