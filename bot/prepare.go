package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// Prepare makes letters that go out together ready for their platform: one
// letter, or all of one fold as a digest. Whether it is still to be said, and
// when, is asked now, for much may have happened since it was written.
func (e *Engine) Prepare(ctx context.Context, letters []Letter) (Ready, error) {
	now := e.now()
	var r Ready
	err := e.store.View(ctx, func(tx Tx) error {
		aliases, err := tx.Aliases()
		if err != nil {
			return err
		}
		aliases.In(&letters)
		p := preparing{ledger: e.ledger(tx, now, ByClock, ""), letter: letters[0], digest: letters[0].Fold != ""}
		r, err = p.ready(letters)
		return err
	})
	if err != nil {
		return Ready{}, fmt.Errorf("letter %d: %w", letters[0].ID, err)
	}
	return r, nil
}

// preparing is one letter, or the first of a digest, on its way out.
type preparing struct {
	*ledger
	letter Letter
	digest bool
	copy   Copy            // for edits
	about  meeting.Subject // of a reminder
	drawn  *card.Card
}

func (p *preparing) ready(letters []Letter) (Ready, error) {
	r := Ready{}
	skip, err := p.skip(letters)
	if err != nil {
		return r, err
	}
	to, platform, reason, err := p.addressee()
	if err != nil {
		return r, err
	}
	if skip == "" {
		skip = reason
	}
	r.Platform, r.Out = platform, to
	if skip == "" && p.digest {
		if skip, r.Told, err = p.told(); err != nil {
			return r, err
		}
	}
	if skip != "" {
		r.Skip, r.What = skip, p.what()
		return r, nil
	}
	if skip, r.Shown, err = p.content(&r); err != nil || skip != "" {
		r.Skip, r.What = skip, p.what()
		return r, err
	}
	r.What = p.what()
	if r.Until = p.quiet(); r.Until.IsZero() {
		r.Until = p.spread(platform)
		r.Spread = !r.Until.IsZero()
	}
	return r, nil
}

// skip says why the letter need not be said any more, empty if it must be. A
// digest is said as long as one of its letters is wanted.
func (p *preparing) skip(letters []Letter) (SkipReason, error) {
	reason := SkipReason("")
	for _, l := range letters {
		var err error
		if reason, err = p.skipOne(l); err != nil || reason == "" {
			return reason, err
		}
	}
	return reason, nil
}

func (p *preparing) skipOne(l Letter) (SkipReason, error) {
	if n := l.Notice; n != nil {
		s, err := load(p.ledger, n.Of)
		if errors.Is(err, meeting.ErrNotFound) {
			return SkipSettled, nil
		}
		if err != nil {
			return "", err
		}
		p.about = s
		if !s.Wants(*n) {
			return SkipSettled, nil
		}
	}
	if !l.Expires.IsZero() && p.now.After(l.Expires) {
		return SkipExpired, nil
	}
	return "", nil
}

// told finds this day's digest if it went out before the letter was there.
// It was drawn from the same tasks, so it has said what the letter says (R75).
func (p *preparing) told() (SkipReason, MessageID, error) {
	f := p.face()
	live, err := p.LiveCopies(f.Of)
	if err != nil {
		return "", "", err
	}
	for _, c := range live {
		if c.Face == f && FoldOf(f.For, c.SentAt) == FoldOf(f.For, p.now) {
			return SkipMerged, c.Message[len(platformOf(c.Message))+1:], nil
		}
	}
	return "", "", nil
}

// addressee is where the letter goes, and on which platform.
func (p *preparing) addressee() (Out, string, SkipReason, error) {
	l := p.letter
	out := Out{
		UUID: l.UUID, ReplyTo: l.To.ReplyTo, Why: l.Why, Via: l.Via, Class: l.Class, Again: l.Attempts > 1, Trial: l.Face.Name == FaceCheckUp,
	}
	if l.Edit != 0 {
		return p.edited(out)
	}
	if l.To.Chat != "" {
		out.Chat = l.To.Chat
		return p.here(out, platformOf(l.To.Chat))
	}
	who, err := p.Person(l.To.Person)
	if errors.Is(err, meeting.ErrNotFound) {
		return out, "", SkipNoWay, nil
	}
	if err != nil {
		return out, "", "", err
	}
	if !who.Active {
		return out, "", SkipLeft, nil
	}
	a, err := p.account(l.To)
	if errors.Is(err, meeting.ErrNotFound) {
		return out, "", SkipNoWay, nil
	}
	if err != nil {
		return out, "", "", err
	}
	out.Account = a
	return p.known(out, platformOf(a))
}

// account is the one to write to: of who is answered the one that spoke, of others
// the one last heard from.
func (p *preparing) account(to To) (Account, error) {
	if to.On != "" {
		a, err := p.AccountOn(to.Person, to.On)
		if !errors.Is(err, meeting.ErrNotFound) {
			return a, err
		}
	}
	return p.AccountOf(to.Person)
}

// here is known, for a group only while the bot is in it.
func (p *preparing) here(out Out, platform string) (Out, string, SkipReason, error) {
	if out.Chat == "" {
		return p.known(out, platform)
	}
	gone, err := p.gone(out.Chat)
	if err != nil || gone {
		return out, platform, SkipGone, err
	}
	return p.known(out, platform)
}

func (p *preparing) known(out Out, platform string) (Out, string, SkipReason, error) {
	if p.engine.platforms[platform] == nil {
		return out, platform, SkipNoWay, nil
	}
	return out, platform, "", nil
}

// edited addresses the message that is to be changed.
func (p *preparing) edited(out Out) (Out, string, SkipReason, error) {
	c, err := p.Copy(p.letter.Edit)
	if err != nil {
		return out, "", "", fmt.Errorf("copy %d: %w", p.letter.Edit, err)
	}
	p.copy = c
	platform := platformOf(c.Message)
	out.Edit, out.Chat = c.Message[len(platform)+1:], c.Chat
	if c.Chat == "" {
		a, err := p.AccountOn(c.Person, platform)
		if err != nil && !errors.Is(err, meeting.ErrNotFound) {
			return out, "", "", err
		}
		out.Account = a
	}
	if !p.engine.abilities(platform).Edits {
		return out, platform, SkipNoEdit, nil
	}
	out, platform, reason, err := p.here(out, platform)
	if err == nil && reason == "" && p.engine.past(c, p.now) {
		reason = SkipTooOld
	}
	return out, platform, reason, err
}

// abilities of a platform; one that does not tell is taken for narrow.
func (e *Engine) abilities(platform string) Abilities {
	if a, ok := e.platforms[platform].(Able); ok {
		return a.Abilities()
	}
	return Abilities{}
}

// content draws what is said and the people in it.
func (p *preparing) content(r *Ready) (SkipReason, int, error) {
	r.Out.Text = p.letter.Text
	shown := 0
	if p.letter.Face.Name != "" {
		d, err := p.draw()
		if errors.Is(err, ErrNothing) {
			return SkipNothing, 0, nil
		}
		if err != nil {
			return "", 0, err
		}
		shown = d.Version
		if !p.engine.abilities(r.Platform).Forms {
			d.Card = d.Card.WithoutForm()
		}
		r.Out.Card, p.drawn, r.Look = &d.Card, &d.Card, look(d.Card)
		if reason := p.needless(shown, r.Look); reason != "" {
			return reason, 0, nil
		}
	}
	texts := []string{r.Out.Text, r.Out.Why}
	if r.Out.Card != nil {
		texts = slices.Concat(texts, r.Out.Card.Texts(), r.Out.Card.Picks())
	}
	people, err := p.shown(r.Platform, texts...)
	r.Out.People = people
	if n := p.letter.Notice; n != nil && p.about != nil && !p.digest {
		r.Out.Urgent = n.Urgent(p.about)
	}
	if err == nil {
		r.Out.Papers, err = p.documents(r.Platform)
	}
	return "", shown, err
}

// needless says why an edit need not be sent, empty if it must be.
func (p *preparing) needless(shown int, look string) SkipReason {
	switch {
	case p.letter.Edit == 0 || strings.HasPrefix(p.letter.Key, movedKey):
	case p.copy.Dead:
		return SkipReplaced
	case strings.HasPrefix(p.letter.Key, overtakenKey):
	case p.copy.Shown >= shown || p.copy.Look == look:
		return SkipMerged
	}
	return ""
}

// look is a digest of what a card shows.
func look(c card.Card) string {
	text, err := json.Marshal(c) //nolint:musttag // it is hashed, never read
	if err != nil {
		return "" // a card is plain data; one without a look is sent
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// draw draws the letter's face, a digest for letters that go out together. A
// card that was replaced says only that.
func (p *preparing) draw() (Drawn, error) {
	f := p.face()
	t := &Turn{
		Now: p.now, Who: f.For, Chat: p.letter.To.Chat, Private: p.letter.To.Chat == "",
		Origin: ByClock, Book: p.ledger, Calendar: p.engine.o.Calendar,
	}
	d, err := p.engine.draw(t, f)
	if err == nil && p.letter.Edit != 0 && p.copy.Dead {
		d = p.engine.moved(d)
	}
	return d, err
}

// face is what the letter shows.
func (p *preparing) face() Face {
	if p.digest {
		return digestFace(p.letter.To.Person)
	}
	return p.letter.Face
}

func digestFace(p meeting.PersonID) Face { return Face{Name: "digest", Of: p.Ref(), For: p} }

// quiet is until when the letter has to wait for the morning, zero if it need
// not (R90): answers, edits and what is said at its minute never wait.
func (p *preparing) quiet() time.Time {
	if c := p.letter.Class; c != ClassNews && c != ClassReminder {
		return time.Time{}
	}
	cal := p.engine.o.Calendar
	if !cal.Quiet(p.now) {
		return time.Time{}
	}
	return cal.Later(p.now)
}

// spread is until when a reminder that is due at the full or half hour waits on a
// platform that asks for it, zero if it need not: one to four minutes, the same
// for the same letter, or for the same digest, however often it is asked for.
func (p *preparing) spread(platform string) time.Time {
	c, ok := p.engine.platforms[platform].(Crowded)
	l := p.letter
	exact := l.Class != ClassReminder || l.Notice != nil && !p.digest && l.Notice.Exact()
	if !ok || !c.Crowded() || exact || l.DueAt.Minute()%30 != 0 {
		return time.Time{}
	}
	sum := sha256.Sum256([]byte(cmp.Or(l.Fold, l.Key)))
	wait := time.Minute + time.Duration(binary.BigEndian.Uint32(sum[:4])%(spreadOver+1))*time.Second
	until := l.DueAt.Truncate(time.Minute).Add(wait)
	if !until.After(p.now) || !l.Expires.IsZero() && until.After(l.Expires) {
		return time.Time{}
	}
	return until
}

// spreadOver is over how many seconds reminders of one minute are spread, behind
// the minute that they keep off.
const spreadOver = 180

// what says in a line what the letter is about.
func (p *preparing) what() string {
	line := p.letter.Text
	if p.letter.Face.Name != "" {
		if p.drawn == nil {
			if d, err := p.draw(); err == nil {
				p.drawn = &d.Card
			}
		}
		if p.drawn != nil {
			line = p.drawn.Title
		}
	}
	people, err := p.shown("", line)
	if err != nil {
		return line
	}
	return cut(Named(line, people), 60)
}
