package dingtalk

import (
	"context"
	"sync"
	"time"
)

// proofAsked is how often it is looked up whether another replica saw a tap, and
// proofTime how long that may take.
const (
	proofAsked = 20 * time.Second
	proofTime  = 2 * time.Second
)

// evidence is whether something about cards works: no call tells, only a tap does.
type evidence struct {
	mu     sync.Mutex
	proven bool
	seen   bool // a tap that shows it came in
	kept   bool // so that other replicas, and the next start, know
	asked  time.Time
	first  chan struct{} // closed when the first look-up is answered
}

// sightOf is what a tap on a card of this template proves, and privacyOf what one
// does on a button that stood in the variables of one person only.
func (o Options) sightOf() string { return o.Template }

func (o Options) privacyOf() string {
	if o.Template == "" {
		return ""
	}
	return o.Template + " private"
}

// saw notes a tap that shows that it works.
func (q *evidence) saw() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.seen = true
}

// prove keeps what was seen of what.
func (q *evidence) prove(ctx context.Context, o Options, of string) {
	q.mu.Lock()
	news := q.seen && !q.kept
	q.proven = q.proven || q.seen
	q.kept = q.kept || q.seen // others do not write meanwhile
	q.mu.Unlock()
	if !news || o.Proof == nil {
		return
	}
	if err := o.Proof.Prove(ctx, of); err != nil {
		o.Log.WarnContext(ctx, "the proof that cards work is not kept; the next tap tries again", "error", err)
		q.mu.Lock()
		defer q.mu.Unlock()
		q.kept = false
	}
}

// known reports whether it works, as far as any replica knows.
func (q *evidence) known(ctx context.Context, o Options, of string) bool {
	q.mu.Lock()
	proven, first := q.proven, q.first
	switch {
	case proven || of == "" || o.Proof == nil:
		q.mu.Unlock()
		return proven
	case first == nil: // until this is answered nobody knows
		q.first = make(chan struct{})
		defer close(q.first)
	case time.Since(q.asked) < proofAsked:
		q.mu.Unlock()
		return q.after(ctx, first)
	}
	q.asked = time.Now() // others do not ask meanwhile
	q.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	proven, err := o.Proof.Proven(ctx, of)
	if err != nil {
		o.Log.WarnContext(ctx, "whether cards work", "error", err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.proven, q.kept = q.proven || proven, q.kept || proven
	return q.proven
}

// after is what is known when the first look-up is answered.
func (q *evidence) after(ctx context.Context, first <-chan struct{}) bool {
	select {
	case <-first:
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.proven
}
