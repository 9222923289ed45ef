package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiban/bot/meeting"
)

// maxText is how many characters one message may have; a 会议 is no novel, and
// what is longer belongs into a file.
const maxText = 4000

// profileLimit bounds what platforms are asked before a turn (design.md 3).
const profileLimit = 800 * time.Millisecond

// Message implements Inbox. It returns an error, inviting a redelivery, only if
// not even an apology could be stored.
func (e *Engine) Message(ctx context.Context, m Message) error {
	now, entry := e.now(), e.entry(string(Typed), m.Event, m.From, m.Chat)
	members := e.members(ctx, m.Chat, m.Private)
	files := e.files(ctx, m.Files)
	named := e.spot(ctx, platformOf(m.From), m.Chat, m.Private, m.Text)
	err := e.met(ctx, func(tx Tx) error {
		l := e.ledger(tx, now, Typed, m.Event)
		l.entry = entry.again()
		first, err := tx.FirstTime(m.Event, now)
		if err != nil || !first {
			return err
		}
		t, err := l.open(m.From, m.Chat, m.Private)
		if err != nil {
			return err
		}
		t.roster, t.Files = members, files
		if err := l.acquainted(named); err != nil {
			return err
		}
		text, err := l.mentions(t, m.Text, m.Mentions)
		if err != nil {
			return err
		}
		replied, _, err := l.copyOf(m.From, m.ReplyTo)
		if err != nil {
			return err
		}
		t.About = replied.Face.Of
		reply, err := l.attempt(func() (Reply, error) {
			if len(m.Unusable) > 0 && text == "" && len(files) == 0 {
				return Reply{Text: e.o.Words.Unusable(harmlessAll(m.Unusable))}, nil
			}
			return e.understand(ctx, l, t, text)
		}, t)
		if err != nil {
			return err
		}
		if reply.owes, err = l.owes(t, m.From); err != nil {
			return err
		}
		if err := l.answer(reply, t, m.ID, m.Via); err != nil {
			return err
		}
		return l.refresh(0)
	})
	e.note(ctx, entry, err)
	if err != nil {
		return fmt.Errorf("message %s: %w", m.Event, err)
	}
	e.o.Poke()
	return nil
}

// unmet says that a turn needs people whom nobody has met yet: their profiles
// are fetched outside of the transaction, then the turn runs again.
type unmet struct {
	account Account
	nobody  map[Account]bool // where whom the platform does not know is noted instead of met; nil meets anyway
}

func (u unmet) Error() string { return "never met " + string(u.account) }

// met runs a turn, and again after it met somebody new.
func (e *Engine) met(ctx context.Context, fn func(Tx) error) error {
	known := map[Account]bool{}
	for {
		err := e.turn(ctx, fn)
		stranger, ok := errors.AsType[unmet](err)
		if !ok || known[stranger.account] {
			return err
		}
		known[stranger.account] = true
		p, found := e.profile(ctx, stranger.account)
		if !found && stranger.nobody != nil {
			stranger.nobody[stranger.account] = true
			continue
		}
		if err := e.turn(ctx, func(tx Tx) error { _, err := tx.Meet(p, e.now()); return err }); err != nil {
			return fmt.Errorf("profile of %s: %w", stranger.account, err)
		}
	}
}

// profile asks the platform who somebody is. A platform that does not know or
// does not answer leaves the account as the name and reports false: who speaks
// is heard anyway.
func (e *Engine) profile(ctx context.Context, a Account) (Profile, bool) {
	if d, ok := e.platforms[platformOf(a)].(Directory); ok {
		ctx, cancel := context.WithTimeout(ctx, profileLimit)
		defer cancel()
		p, err := d.Profile(ctx, a)
		if err == nil && p.Name != "" {
			p.Account = a
			return p, true
		}
		if err != nil && !errors.Is(err, ErrUnknown) {
			e.o.Log.WarnContext(ctx, "profile", "account", a, "error", err)
		}
	}
	_, name, _ := strings.Cut(string(a), ":")
	return Profile{Account: a, Name: cmp.Or(name, string(a))}, false
}

// members are the accounts of a group, nil where the platform cannot tell.
func (e *Engine) members(ctx context.Context, chat ChatID, private bool) []Account {
	roster, ok := e.platforms[platformOf(chat)].(Roster)
	if private || !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, profileLimit)
	defer cancel()
	accounts, err := roster.Members(ctx, chat)
	if err != nil {
		e.o.Log.WarnContext(ctx, "members", "chat", chat, "error", err)
		return nil
	}
	return accounts
}

// spot are the people whose names stand in a text, as far as the platform can
// tell. Names in a place that is for people (主持:周敏 记录:林晓) are as good as typed
// behind an @.
func (e *Engine) spot(ctx context.Context, platform string, chat ChatID, private bool, text string) []Account {
	s, ok := e.platforms[platform].(Spotter)
	if !ok || text == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, profileLimit)
	defer cancel()
	return s.Spot(ctx, chat, private, e.addressing(cut(text, maxText))) // what is longer is not read
}

// acquainted asks to meet the first of the accounts that nobody has met yet.
func (l *ledger) acquainted(accounts []Account) error {
	for _, a := range accounts {
		_, err := l.PersonOf(a)
		if errors.Is(err, meeting.ErrNotFound) {
			return unmet{account: a}
		}
		if err != nil {
			return fmt.Errorf("account %s: %w", a, err)
		}
	}
	return nil
}

// files names the files of a message.
func (e *Engine) files(ctx context.Context, ids []FileID) []meeting.FileRef {
	var out []meeting.FileRef
	for _, id := range ids {
		f, r, err := e.store.OpenFile(ctx, id)
		if err != nil {
			e.o.Log.WarnContext(ctx, "file of a message", "file", id, "error", err)
			continue
		}
		_ = r.Close()
		out = append(out, meeting.FileRef{ID: string(id), Name: harmless(f.Name)})
	}
	return out
}

func fileNames(files []meeting.FileRef) []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.Name
	}
	return out
}

func harmlessAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = harmless(n)
	}
	return out
}

// open begins the turn of whoever speaks or taps.
func (l *ledger) open(from Account, chat ChatID, private bool) (*Turn, error) {
	who, err := l.PersonOf(from)
	if errors.Is(err, meeting.ErrNotFound) {
		return nil, unmet{account: from}
	}
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", from, err)
	}
	l.entry.person, l.from = who, from
	last, err := l.AccountOf(who)
	if err == nil && last != from {
		err = l.Heard(from, l.now)
	}
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", from, err)
	}
	if private {
		chat = ""
	} else if err := l.hears(chat); err != nil {
		return nil, err
	}
	return &Turn{
		Now: l.now, Who: who, Chat: chat, Private: private, Platform: platformOf(from), Origin: l.origin, Event: l.event,
		Book: l, Calendar: l.engine.o.Calendar, random: l.engine.o.Random, owed: l.undelivered, usages: l.engine.usages,
	}, nil
}

// mentions puts person tokens where the platform's mentions stand and takes the
// bot's own out. What looks like a token but was typed is made harmless.
func (l *ledger) mentions(t *Turn, text string, list []Mention) (string, error) {
	text = harmless(text)
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Mention) int { return len(b.Token) - len(a.Token) })
	var pairs []string
	for _, m := range list {
		switch {
		case m.Bot && m.Token == "":
			continue
		case m.Bot:
			pairs = append(pairs, m.Token, " ")
			continue
		}
		p, err := l.PersonOf(m.Account)
		if errors.Is(err, meeting.ErrNotFound) {
			return "", unmet{account: m.Account}
		}
		if err != nil {
			return "", fmt.Errorf("account %s: %w", m.Account, err)
		}
		if m.Token != "" {
			pairs = append(pairs, m.Token, p.Token()+" ")
			continue
		}
		who, err := l.Person(p)
		if err != nil {
			return "", fmt.Errorf("person %d: %w", p, err)
		}
		if !slices.ContainsFunc(t.apart, func(o meeting.Person) bool { return o.ID == p }) {
			t.apart = append(t.apart, who)
		}
	}
	return strings.TrimSpace(strings.NewReplacer(pairs...).Replace(text)), nil
}

// harmless keeps typed text from being taken for a person token.
func harmless(text string) string { return strings.ReplaceAll(text, "@{", "＠{") }

// copyOf finds the card that a message of the platform of from is.
func (l *ledger) copyOf(from Account, m MessageID) (Copy, bool, error) {
	if m == "" {
		return Copy{}, false, nil
	}
	c, err := l.CopyOf(copyKey(platformOf(from), m))
	if errors.Is(err, meeting.ErrNotFound) {
		return Copy{}, false, nil
	}
	if err != nil {
		return Copy{}, false, fmt.Errorf("card %s: %w", m, err)
	}
	return c, true, nil
}

func copyKey(platform string, m MessageID) MessageID { return MessageID(platform + ":" + string(m)) }

// attempt runs a handler behind a savepoint. What a rule refuses or a fault
// breaks is undone; the words about it, the audit event and the delivery's key
// still commit, so that a redelivery is answered once.
func (l *ledger) attempt(handle func() (Reply, error), t *Turn) (Reply, error) {
	var reply Reply
	err := l.Savepoint(func() (err error) {
		reply, err = handle()
		return err
	})
	if again(err) {
		return Reply{}, err
	}
	l.entry.handled(err)
	if err == nil {
		return reply, nil
	}
	return l.explain(err, t)
}

// again reports whether the turn has to run again instead of being answered.
func again(err error) bool {
	_, stranger := errors.AsType[unmet](err)
	return stranger || errors.Is(err, ErrConflict) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// explain turns an error into words for the person.
func (l *ledger) explain(err error, t *Turn) (Reply, error) {
	if r, ok := errors.AsType[*meeting.Refusal](err); ok {
		about := t.About
		if about.Kind == "" || about.Kind == meeting.KindDraft || about.Kind == meeting.KindPerson {
			about = t.Who.Ref()
		}
		change := meeting.Change{What: "拒绝 " + r.Rule, Who: t.Who, Reason: cut(r.Error(), 200)}
		return Reply{Toast: r.Error()}, l.audit(about, change)
	}
	return Reply{Toast: l.engine.o.Words.Trouble(trace(l.event))}, nil
}

// answer enqueues what is to be said where the words were said, then the rest.
func (l *ledger) answer(r Reply, t *Turn, to MessageID, via string) error {
	where := To{Chat: t.Chat, ReplyTo: to, On: t.Platform}
	if t.Private {
		where.Chat, where.Person = "", t.Who
	}
	if r.Text == "" && r.Face.Name == "" {
		r.Text = r.Toast
	}
	here, by, privately := where, via, l.engine.o.Words.Privately()
	if l.engine.onlyAnswers(t.Chat) {
		if r.Text == privately { // it would be a promise that cannot be kept
			r.Text = l.engine.o.Words.ComeHere()
		}
		privately = l.engine.o.Words.ComeHere()
	}
	var posts []Post
	if t.elsewhere && !t.Private {
		posts = append(posts, Post{To: where, Text: privately, Class: ClassAnswer, Via: via})
		where, via = To{Person: t.Who, On: t.Platform}, ""
	}
	if r.Text != "" {
		posts = append(posts, Post{To: where, Text: r.Text, Class: ClassAnswer, Via: via})
	}
	if r.Face.Name != "" {
		posts = append(posts, Post{To: where, Face: r.Face, Class: ClassAnswer, Via: via})
	}
	for i := range r.Posts {
		if p := &r.Posts[i]; p.To.Lane() == here.Lane() && p.Via == "" {
			p.Via = by
		}
	}
	switch last := len(posts) - 1; {
	case r.owes == "":
	case last >= 0 && posts[last].Face.Name == "" && posts[last].To.Lane() == here.Lane():
		posts[last].Text += "\n" + r.owes
	default:
		posts = append(posts, Post{Key: owesKey + hash(l.event), To: here, Text: r.owes, Class: ClassAnswer, Via: by})
	}
	return l.post(append(posts, r.Posts...))
}

// cut shortens a text to so many characters.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}
