package dingtalk

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiban/bot"
)

// refusedFor is how long a permission that was missing is not asked for again.
const refusedFor = 10 * time.Minute

// A ladder is what the platform refused of late: the robot's own messages, cards,
// and the delivery of single cards.
type ladder struct {
	mu           sync.Mutex
	robot, cards time.Time       // until when it is not tried
	lost         map[string]bool // cards that exist and were not delivered, by outTrackId
	why          hourly
}

func (l *ladder) refused(at *time.Time, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*at = now.Add(refusedFor)
}

func (l *ladder) open(at *time.Time, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !now.Before(*at)
}

// undelivered notes a card that nobody has got: to make it again says that it is
// there already, which must not be taken for success.
func (l *ladder) undelivered(outTrackID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost == nil || len(l.lost) > mostKnown {
		l.lost = map[string]bool{}
	}
	l.lost[outTrackID] = true
}

func (l *ladder) isLost(outTrackID string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost[outTrackID]
}

// showsCards reports whether cards are sent at present.
func (p *Platform) showsCards(ctx context.Context) bool {
	return p.o.Template != "" && p.ladder.open(&p.ladder.cards, p.o.Now()) && p.proofs.known(ctx, p.o, p.o.sightOf())
}

// speaks reports whether the robot may send by itself at present.
func (p *Platform) speaks() bool { return p.ladder.open(&p.ladder.robot, p.o.Now()) }

// OnlyAnswers implements bot.Responder: level 0.
func (p *Platform) OnlyAnswers() bool { return !p.speaks() }

// Abilities implements bot.Able: what can be shown at the level that is reached.
func (p *Platform) Abilities() bot.Abilities {
	cards := p.showsCards(context.Background())
	return bot.Abilities{Forms: cards, Edits: cards, Mentions: cards, GroupFiles: p.speaks()}
}

// SendsFiles implements bot.Filer.
func (p *Platform) SendsFiles() bool { return p.speaks() }

// EditEvery implements bot.Paced.
func (p *Platform) EditEvery() time.Duration { return 30 * time.Second }

// thriftyUpTo is how many calls a month are few: the free edition has 5000.
const thriftyUpTo = 20_000

// Thrifty reports whether calls are few, so that what can be spared is not sent.
func (p *Platform) Thrifty() bool { return p.o.MonthlyCalls > 0 && p.o.MonthlyCalls <= thriftyUpTo }

// Keyless implements bot.Keyless: only a card has a key, its outTrackId, and not one
// that is sent to several people together.
func (p *Platform) Keyless(o bot.Out) bool {
	if o.Edit != "" {
		return false
	}
	keyed := o.Card != nil && len(o.Papers) == 0 && p.asCard(context.Background(), o) && (o.Chat != "" || !p.Thrifty())
	return !keyed
}

// asCard reports whether an Out is to be a card of the template.
func (p *Platform) asCard(ctx context.Context, o bot.Out) bool {
	switch {
	case o.Card == nil || p.o.Template == "" || p.ladder.isLost(o.UUID):
		return false
	case o.Chat == "" && outside(o.Account):
		return false
	case o.Trial:
		return true
	case !p.showsCards(ctx):
		return false
	}
	// Answers by a session are free, and good enough for what asks nothing.
	answer := o.Chat == "" && len(o.Card.Inputs) == 0 && p.session(o.Via) != ""
	return !p.Thrifty() || !answer
}

// errUndelivered says that a card was made and shown to nobody.
var errUndelivered = errors.New("dingtalk: the card was not delivered")

// dropped reports whether a card that failed goes out in a simpler form, and says
// why once an hour.
func (p *Platform) dropped(ctx context.Context, err error) bool {
	if denied(err) {
		p.ladder.refused(&p.ladder.cards, p.o.Now())
	} else if !badTemplate(err) && !errors.Is(err, errUndelivered) {
		return false
	}
	if p.ladder.why.ring(err.Error(), p.o.Now()) {
		p.o.Log.WarnContext(ctx, "cards go out as messages without a template", "error", err)
	}
	return true
}

// refusedRobot draws the consequence of a missing permission of the robot.
func (p *Platform) refusedRobot(err error) error {
	if denied(err) {
		p.ladder.refused(&p.ladder.robot, p.o.Now())
	}
	return err
}

// outside reports whether an account has no userId: its owner is of another
// organisation, or the app was not published yet.
func outside(a bot.Account) bool { return strings.HasPrefix(string(a), Name+":$") }

// bare is an id without our prefix.
func bare[T ~string](id T) string { return strings.TrimPrefix(string(id), Name+":") }

// sessionMargin is how long before its end a session is not used any more.
const sessionMargin = 20 * time.Second

// session is the address for answers that Via holds, empty when it ended.
func (p *Platform) session(via string) string {
	at := strings.LastIndexByte(via, '|')
	if at < 0 {
		return ""
	}
	until, err := strconv.ParseInt(via[at+1:], 10, 64)
	if err != nil || !p.o.Now().Add(sessionMargin).Before(time.UnixMilli(until)) {
		return ""
	}
	return via[:at]
}

// The platform forbids to change a card before a tap on it is answered, and wants
// half a second between two changes of one card.
const (
	afterTap    = 2500 * time.Millisecond // at the latest
	afterAnswer = 300 * time.Millisecond
	afterChange = 550 * time.Millisecond
)

// A pace is when which card may be changed next, by real time.
type pace struct {
	mu   sync.Mutex
	next map[string]time.Time // by outTrackId
}

func (q *pace) hold(outTrackID string, d time.Duration, lengthen bool) {
	at := time.Now().Add(d)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next == nil || len(q.next) > mostKnown {
		q.next = map[string]time.Time{}
	}
	if !lengthen || at.After(q.next[outTrackID]) {
		q.next[outTrackID] = at
	}
}

func (q *pace) tapped(outTrackID string) { q.hold(outTrackID, afterTap, true) }

func (q *pace) acked(outTrackID string) { q.hold(outTrackID, afterAnswer, false) }

// turn waits until a card may be changed, and takes the turn.
func (q *pace) turn(ctx context.Context, outTrackID string) error {
	for {
		q.mu.Lock()
		left := time.Until(q.next[outTrackID])
		q.mu.Unlock()
		if left <= 0 {
			q.hold(outTrackID, afterChange, true)
			return nil
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return &unsentError{ctx.Err()}
		}
	}
}
