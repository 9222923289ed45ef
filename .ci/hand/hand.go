// Package hand is how developers play a fake platform by hand: what the bot says
// and what the platform objects to is shown as it comes, and each line of input is
// a deed.
//
// It refuses to know a platform: what else a line can say, and what a message is
// called there, the commands beside it bring along.
package hand

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"
)

// ErrHelp is about a line that says nothing known.
var ErrHelp = errors.New("这一行看不懂，写法见开头")

// patience is how long a deed may take: longer than a platform waits for an ack.
const patience = 5 * time.Second

// Fake is what every fake platform can be asked for.
type Fake interface {
	Changed() <-chan struct{}
	Problems() []string
	Connections() int
	Disconnect()
	Forbid(scopes ...string)
	Grant(scopes ...string)
	Close() error
}

// Seen is a message of the bot as it is shown.
type Seen struct {
	ID, Chat, To string
	Mark         string // what kind of message it is; may be ""
	Text         string
	Edits        int
}

// Room is a platform with its people, and who reads along.
type Room struct {
	Fake     Fake
	Messages func() []Seen
	Do       func(ctx context.Context, verb string, args []string) error // what only this platform does
	IDs      map[string]string                                           // name to id, of people and of the group

	out   io.Writer
	heals []func() // of the goroutine that obeys

	mu    sync.Mutex     // of lines on out, and of what follows
	shown map[string]int // message id to edits already shown
}

// Play says how to begin and plays until an interrupt; the end of the input does
// not end it.
func (r *Room) Play(hello string) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	r.out, r.shown = os.Stdout, map[string]int{}
	r.Sayf("%s", hello)
	go r.listen(ctx)
	go r.obey(ctx, os.Stdin)
	<-ctx.Done()
	stop()
	Must(r.Fake.Close())
}

// Must ends the command when something did not work.
func Must(err error) {
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Sayf prints a line.
func (r *Room) Sayf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = fmt.Fprintf(r.out, format+"\n", args...)
}

// Spoilt is told how to heal what was broken.
func (r *Room) Spoilt(heal func()) { r.heals = append(r.heals, heal) }

// listen shows what the bot says and what the platform objects to, as it comes.
func (r *Room) listen(ctx context.Context) {
	objected := 0
	for {
		changed := r.Fake.Changed()
		r.show()
		problems := r.Fake.Problems()
		for _, p := range problems[objected:] {
			r.Sayf("!! %s", p)
		}
		objected = len(problems)
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// show prints the messages that are new or were edited.
func (r *Room) show() {
	for _, m := range r.Messages() {
		r.mu.Lock()
		edits, known := r.shown[m.ID]
		r.shown[m.ID] = m.Edits
		r.mu.Unlock()
		if known && edits == m.Edits {
			continue
		}
		mark := m.Mark
		if m.Edits > 0 {
			mark += "（更新）"
		}
		r.Sayf("%s %s ←%s %s", m.ID, r.name(cmp.Or(m.To, m.Chat)), mark, m.Text)
	}
}

// name is the one of an id.
func (r *Room) name(id string) string {
	for name, known := range r.IDs {
		if known != "" && known == id {
			return name
		}
	}
	return id
}

// obey does what the lines say.
func (r *Room) obey(ctx context.Context, in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if err := r.do(ctx, words[0], words[1:]); err != nil {
			r.Sayf("没做成：%v", err)
		}
	}
	if err := lines.Err(); err != nil {
		r.Sayf("读不了：%v", err)
	}
}

// do is one line.
func (r *Room) do(ctx context.Context, verb string, args []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch verb {
	case "消息":
		r.mu.Lock()
		clear(r.shown)
		r.mu.Unlock()
		r.show()
	case "断线":
		r.Fake.Disconnect()
	case "连接":
		r.Sayf("%d 个长连接", r.Fake.Connections())
	case "缺权限":
		r.Fake.Forbid(args...)
	case "给权限":
		r.Fake.Grant(args...)
	case "好了":
		for _, heal := range r.heals {
			heal()
		}
		r.heals = nil
	default:
		return r.Do(ctx, verb, args)
	}
	return nil
}
