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

// evidence is whether cards of our template work: no call tells, only a tap does.
type evidence struct {
	mu     sync.Mutex
	proven bool
	seen   bool // a tap on a card of this template came in
	kept   bool // so that other replicas, and the next start, know
	asked  time.Time
}

// saw notes that a card of this template was tapped.
func (q *evidence) saw() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.seen = true
}

// prove keeps what was seen.
func (q *evidence) prove(ctx context.Context, o Options) {
	q.mu.Lock()
	news := q.seen && !q.kept
	q.proven = q.proven || q.seen
	q.kept = q.kept || q.seen // others do not write meanwhile
	q.mu.Unlock()
	if !news || o.Proof == nil {
		return
	}
	if err := o.Proof.Prove(ctx, o.Template); err != nil {
		o.Log.WarnContext(ctx, "the proof that cards work is not kept; the next tap tries again", "error", err)
		q.mu.Lock()
		defer q.mu.Unlock()
		q.kept = false
	}
}

// known reports whether cards work, as far as any replica knows.
func (q *evidence) known(ctx context.Context, o Options) bool {
	q.mu.Lock()
	proven := q.proven
	if proven || o.Template == "" || o.Proof == nil || !q.asked.IsZero() && time.Since(q.asked) < proofAsked {
		q.mu.Unlock()
		return proven
	}
	q.asked = time.Now() // others do not ask meanwhile, and taps do not wait
	q.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	proven, err := o.Proof.Proven(ctx, o.Template)
	if err != nil {
		o.Log.WarnContext(ctx, "whether cards work", "error", err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.proven, q.kept = q.proven || proven, q.kept || proven
	return q.proven
}
