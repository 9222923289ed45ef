package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"huiban/bot/meeting"
)

// audit appends one event to the chain of a subject.
func (l *ledger) audit(of meeting.Ref, c meeting.Change) error {
	last, err := l.LastAudit(of)
	if err != nil {
		return fmt.Errorf("audit of %s %d: %w", of.Kind, of.ID, err)
	}
	a := AuditEvent{Of: of, Seq: last.Seq + 1, At: l.now, Who: c.Who, Origin: l.origin, Event: l.event, Change: c, Prev: last.Hash}
	a.Hash = a.Sum()
	return l.Audit(a)
}

// Sum is what Hash must be: it covers every field and, by Prev, all events
// before, so that none can be changed, dropped or moved unseen.
func (a AuditEvent) Sum() string {
	text, err := json.Marshal([]any{
		a.Of.Kind, a.Of.ID, a.Seq, a.At.UTC().Format(time.RFC3339Nano), a.Who, a.Origin, a.Event,
		a.What, a.Change.Who, a.Before, a.After, a.Reason, a.Prev,
	})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Verify reports the first event of a trail that does not follow from the ones
// before it, and whether there is none.
func Verify(trail []AuditEvent) (broken int, ok bool) {
	prev := ""
	for i, a := range trail {
		if a.Seq != i+1 || a.Prev != prev || a.Hash != a.Sum() {
			return i, false
		}
		prev = a.Hash
	}
	return 0, true
}

// hash is a key of plain ASCII for a delivery's key, whatever stands in that.
func hash(event string) string {
	sum := sha256.Sum256([]byte(event))
	return hex.EncodeToString(sum[:12])
}
