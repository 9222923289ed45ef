package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"huiban/bot/meeting"
)

// An entry is what the log says of one delivery, once however often its turn
// had to run: who did what where and what became of it. It holds no word of
// theirs and no name. Its trace is the mark that an apology shows.
type entry struct {
	origin, event string
	from          Account
	chat          ChatID
	began         time.Time // the business clock

	person  meeting.PersonID
	command string // that ran, if one did
	outcome string // done, asked, refused R38, repeated, failed
	fault   error
}

func (e *Engine) entry(origin, event string, from Account, chat ChatID) *entry {
	return &entry{origin: origin, event: event, from: from, chat: chat, began: e.o.Now()}
}

// again forgets what a try that lost had noted. What notes no outcome was done
// before.
func (n *entry) again() *entry {
	n.person, n.command, n.outcome, n.fault = 0, "", "repeated", nil
	return n
}

// handled notes what an attempt of a handler came to.
func (n *entry) handled(err error) {
	refusal, refused := errors.AsType[*meeting.Refusal](err)
	switch {
	case refused:
		n.outcome = "refused " + refusal.Rule
	case err != nil:
		n.outcome, n.fault = "failed", err
	case n.outcome != "asked":
		n.outcome = "done"
	}
}

// note writes the entry, after the turn was committed or given up with err.
func (e *Engine) note(ctx context.Context, n *entry, err error) {
	if err != nil {
		n.outcome, n.fault = "failed", err
	}
	level, mark := slog.LevelInfo, ""
	if n.event != "" {
		mark = trace(n.event)
	}
	fields := []slog.Attr{
		slog.String("trace", mark), slog.String("event", n.event), slog.String("origin", n.origin),
		slog.String("platform", platformOf(n.from)), slog.String("chat", string(n.chat)), slog.Int64("person", int64(n.person)),
		slog.String("command", n.command), slog.String("outcome", n.outcome), slog.Int64("ms", e.o.Now().Sub(n.began).Milliseconds()),
	}
	if n.fault != nil {
		level, fields = slog.LevelError, append(fields, slog.Any("error", n.fault))
	}
	e.o.Log.LogAttrs(ctx, level, "turn", fields...)
}
