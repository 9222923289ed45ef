package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"huiban/bot/paper"
	"huiban/bot/talk"
	"huiban/bot/workday"
)

// tries is how often a turn runs again after it lost against another one.
const tries = 10

// Options are what an engine can do and where it stands. Poke, Watch and Log
// may be nil.
type Options struct {
	Commands  []Command
	Faces     []FaceDef
	Jobs      []Job
	Papers    []PaperDef
	Words     Words
	Platforms []Platform
	Calendar  workday.Calendar
	Now       func() time.Time // the business clock
	Random    func(n int) int  // a number of [0, n) that nobody can foretell; commands that make codes need it
	Log       *slog.Logger
	Poke      func()         // called after a commit that may have left something to send
	Watch     func(HeldBack) // told of what was held back or not said after all
}

// HeldBack is something that was not said at its time. At is when it was to be
// said, Until when it will be (zero: never); both are business time.
type HeldBack struct {
	At    time.Time
	To    To
	What  string
	Why   string
	Until time.Time
}

// An Engine turns messages, taps and the clock into turns. Make one with New;
// it is safe for concurrent use and keeps nothing between turns.
type Engine struct {
	store     Store
	o         Options
	byName    map[string]*Command
	faces     map[string]Draw
	pinned    map[string]bool
	papers    map[string]func(*Turn, int64) (paper.Doc, error)
	platforms map[string]Platform
	reader    *talk.Reader
	replies   *Command       // what words without a verb mean in reply to a task's card
	records   *Command       // what every line means while somebody records
	places    *regexp.Regexp // labels that people are named behind, and names
}

// New returns an engine over the store. It panics on words, commands, faces or
// platforms that are missing or defined twice: mistakes of the programmer.
func New(store Store, o Options) *Engine {
	o.Words.complete()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Poke == nil {
		o.Poke = func() {}
	}
	if o.Watch == nil {
		o.Watch = func(HeldBack) {}
	}
	e := &Engine{store: store, o: o, byName: map[string]*Command{}, faces: map[string]Draw{}, pinned: map[string]bool{}, platforms: map[string]Platform{}}
	index(o.Commands)
	for i := range o.Commands {
		e.byName[o.Commands[i].Name] = &o.Commands[i]
		if o.Commands[i].replies != nil {
			e.replies = &o.Commands[i]
		}
		if o.Commands[i].records != nil {
			e.records = &o.Commands[i]
		}
	}
	for _, f := range o.Faces {
		if e.faces[f.Name] != nil {
			panic(fmt.Sprintf("face %s is defined twice", f.Name))
		}
		e.faces[f.Name], e.pinned[f.Name] = f.Draw, f.Pinned
	}
	e.papers = map[string]func(*Turn, int64) (paper.Doc, error){}
	for _, p := range o.Papers {
		e.papers[p.Kind] = p.Write
	}
	for _, p := range o.Platforms {
		if e.platforms[p.Name()] != nil {
			panic(fmt.Sprintf("platform %s is there twice", p.Name()))
		}
		e.platforms[p.Name()] = p
	}
	e.reader = talk.New(forTalk(o.Commands))
	e.places = placesFor(o.Commands)
	return e
}

// Jobs are what the clock has to do.
func (e *Engine) Jobs() []Job { return e.o.Jobs }

// now is the business time of a turn, in the precision that stores keep.
func (e *Engine) now() time.Time { return e.o.Now().Truncate(time.Millisecond).In(workday.Zone) }

// turn runs fn in a transaction, again if it lost against another turn. Every
// try sees the same now.
func (e *Engine) turn(ctx context.Context, fn func(Tx) error) error {
	var err error
	for range tries {
		err = e.store.Do(ctx, fn)
		if !errors.Is(err, ErrConflict) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}

// platformOf is the platform that minted an account, a chat or a copy's
// message: the name before the first colon.
func platformOf[T ~string](id T) string {
	name, _, _ := strings.Cut(string(id), ":")
	return name
}

// trace is a short mark by which a person's message finds the log line.
func trace(event string) string {
	sum := sha256.Sum256([]byte(event))
	return hex.EncodeToString(sum[:4])
}
