package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot/meeting"
	"huiban/bot/talk"
	"huiban/bot/when"
)

// understand does what somebody typed: a command, the answer to a question that
// is open, or a kind word about neither.
func (e *Engine) understand(ctx context.Context, l *ledger, t *Turn, text string) (Reply, error) {
	w := e.o.Words
	if n := utf8.RuneCountInString(text); n > maxText {
		return Reply{Text: w.TooLong(n, maxText)}, nil
	}
	open, err := l.asked(t)
	if err != nil && !errors.Is(err, meeting.ErrNotFound) {
		return Reply{}, err
	}
	if text == "" && (open == nil || len(t.apart) == 0) {
		if open != nil && len(t.Files) > 0 {
			return e.run(ctx, l, t, open.Command, open.with(nil), open)
		}
		if len(t.Files) > 0 {
			return Reply{Text: w.FileAlone(fileNames(t.Files))}, nil
		}
		return Reply{Text: w.Empty()}, nil
	}
	if open != nil && w.Drops(text) {
		return e.drop(l, open)
	}
	scene, err := e.scene(l, t, open)
	if err != nil {
		return Reply{}, err
	}
	said := e.hear(t, text, scene, open)
	if on, err := e.recorded(t, text, said, open); err != nil || on {
		if err != nil {
			return Reply{}, err
		}
		return e.run(ctx, l, t, e.records.Name, map[string]string{e.records.restName(): text}, nil)
	}
	switch {
	case said.Answer && open != nil:
		return e.run(ctx, l, t, open.Command, open.with(said.Args), open)
	case said.Command != "":
		return e.run(ctx, l, t, said.Command, said.Args, nil)
	}
	replies, err := e.isReply(l, t, text)
	if err != nil {
		return Reply{}, err
	}
	if replies && open == nil && len(said.Near) == 0 {
		scene.Asked = nil
		if said := e.reader.Read(e.replies.Name+" "+text, scene); said.Command == e.replies.Name {
			return e.run(ctx, l, t, said.Command, said.Args, nil)
		}
	}
	return Reply{Text: w.Unknown(text, said.Near)}, nil
}

// recorded reports whether a line goes on record as it is (Command.Records).
func (e *Engine) recorded(t *Turn, text string, said talk.Said, open *Draft) (bool, error) {
	if e.records == nil || said.Answer && open != nil {
		return false, nil
	}
	if c := e.byName[said.Command]; c != nil && (c.Group == e.records.Group || c.tags(text) || len(said.Args) == 0) {
		return false, nil
	}
	return e.records.records(t)
}

// tags reports whether a line begins with the command as its tag (Command.Tag).
func (c Command) tags(text string) bool {
	text = strings.TrimLeft(text, " /")
	return c.tag && slices.ContainsFunc(append([]string{c.Name}, c.Aliases...), func(w string) bool { return w != "@" && strings.HasPrefix(text, w) })
}

// restName is the argument that takes the words that no other took.
func (c Command) restName() string {
	for _, a := range c.args {
		if a.rest {
			return a.name
		}
	}
	return ""
}

// isReply reports whether words without a verb are a line about a task: they say
// how far it is, or answer its card and come from somebody who may.
func (e *Engine) isReply(l *ledger, t *Turn, text string) (bool, error) {
	if e.replies == nil || !strings.ContainsFunc(text, unicode.IsLetter) && !percentage.MatchString(text) {
		return false, nil
	}
	if t.About.Kind != meeting.KindTask {
		return percentage.MatchString(text), nil
	}
	k, err := l.Task(meeting.TaskID(t.About.ID))
	if err != nil {
		return false, fmt.Errorf("task %d: %w", t.About.ID, err)
	}
	return e.replies.replies(t.Who, k), nil
}

// percentage is how a line of progress begins.
var percentage = regexp.MustCompile(`^\s*([0-9０-９]{1,3}\s*[%％]|[一二三四五六七八九]成|一半|过半)`)

// asked is the draft that free text may answer: the one replied to, else the
// one open in this chat, nil and meeting.ErrNotFound if there is none.
func (l *ledger) asked(t *Turn) (*Draft, error) {
	if t.About.Kind == meeting.KindDraft {
		d, err := l.Draft(t.About.ID)
		if err == nil && d.Person == t.Who && d.Ended == "" {
			return d, nil
		}
		if err != nil && !errors.Is(err, meeting.ErrNotFound) {
			return nil, fmt.Errorf("draft %d: %w", t.About.ID, err)
		}
	}
	return l.OpenDraft(t.Chat, t.Who)
}

func (e *Engine) drop(l *ledger, d *Draft) (Reply, error) {
	d.Ended = DraftDropped
	return Reply{Toast: e.o.Words.DraftDropped(d.Command)}, l.SaveDraft(d)
}

// scene is what reading a line needs to know.
func (e *Engine) scene(l *ledger, t *Turn, open *Draft) (talk.Scene, error) {
	everyone, err := l.Everyone()
	if err != nil {
		return talk.Scene{}, err
	}
	s := talk.Scene{
		Dates: func(text string) []talk.Span {
			found := when.Find(text, t.Now, t.Calendar)
			ahead := slices.ContainsFunc(found, func(r when.Reading) bool { return r.At.After(t.Now) })
			var spans []talk.Span
			for _, r := range found {
				if n := len(spans); n > 0 && r.Start < spans[n-1].End {
					continue // the end of a span
				}
				if r.At.After(t.Now) || !ahead { // 把昨天的纪要周五前发出
					end := r.End
					if _, till, ok := when.Until(text, r, t.Calendar); ok {
						end = till
					}
					spans = append(spans, talk.Span{Start: r.Start, End: end})
				}
			}
			return spans
		},
		Number: func(word string) bool { _, ok := meeting.Ending(word); return ok },
		People: make([]talk.Person, 0, len(everyone)),
	}
	for _, p := range everyone {
		if p.Active {
			s.People = append(s.People, talk.Person{Token: p.Token(), Name: p.Name, Department: p.Department})
		}
	}
	if open != nil && e.byName[open.Command] != nil {
		asked := e.byName[open.Command].forTalk()
		s.Asked, s.Missing = &asked, open.missing()
	}
	return s, nil
}

// run fills a command's arguments and hands them to its handler. What is
// missing becomes a draft, or stays one.
func (e *Engine) run(ctx context.Context, l *ledger, t *Turn, name string, have map[string]string, d *Draft) (Reply, error) {
	c := e.byName[name]
	if c == nil {
		return Reply{Text: e.o.Words.Unknown(name, nil)}, nil
	}
	l.entry.command = c.Name
	t.takeFiles(have)
	if have == nil {
		have = map[string]string{}
	}
	if d != nil {
		t.number = c.number(d.Have)
	}
	reply, err := e.call(ctx, l, t, c, have)
	var refused *meeting.Refusal
	switch {
	case err == nil && reply.Ask != nil:
		return e.leave(l, t, c, have, reply, d)
	case err == nil && d != nil:
		d.Ended = DraftDone
		return reply, l.SaveDraft(d)
	case err == nil:
		return reply, nil
	case errors.As(err, &refused) && len(refused.Gaps) > 0:
		return e.ask(l, t, c, have, refused, d)
	}
	return Reply{}, err
}

// leave asks for what a handler that has written could not do without.
func (e *Engine) leave(l *ledger, t *Turn, c *Command, have map[string]string, reply Reply, d *Draft) (Reply, error) {
	maps.Copy(have, reply.Ask.Have)
	asks, err := e.ask(l, t, c, have, &meeting.Refusal{Rule: reply.Ask.Gaps[0].Rule, Gaps: reply.Ask.Gaps}, d)
	if err != nil {
		return Reply{}, err
	}
	reply.Ask, reply.Face = nil, asks.Face
	if reply.Toast == "" {
		reply.Toast = asks.Toast
	}
	reply.Posts = append(reply.Posts, asks.Posts...)
	return reply, nil
}

// number is the task number among arguments, empty if there is none.
func (c Command) number(args map[string]string) string {
	for _, a := range c.args {
		if a.kind == taskArgument {
			return args[a.name]
		}
	}
	return ""
}

// call hands the arguments to the handler, behind a savepoint: it may refuse
// after it wrote. Where some cannot be read it only rehearses, so that one
// question names those and all that the rule would miss besides.
func (e *Engine) call(ctx context.Context, l *ledger, t *Turn, c *Command, have map[string]string) (Reply, error) {
	v, gaps, err := e.fill(l, t, c, have)
	if err != nil {
		return Reply{}, err
	}
	t.unread = nil
	if c.partial {
		t.unread = gaps
	}
	var reply Reply
	err = l.Savepoint(func() (err error) {
		reply, err = c.run(ctx, t, v)
		if err == nil && len(gaps) > 0 && reply.Ask == nil {
			err = errRehearsed
		}
		return err
	})
	if err == nil && reply.Ask != nil {
		reply.Ask.Gaps = merged(gaps, reply.Ask.Gaps)
		return reply, nil
	}
	if len(gaps) == 0 {
		return reply, err
	}
	switch refused, ok := errors.AsType[*meeting.Refusal](err); {
	case ok:
		gaps = merged(gaps, refused.Gaps)
	case !errors.Is(err, errRehearsed) && !errors.Is(err, meeting.ErrNotFound): // nobody and no task are not found
		return Reply{}, err
	}
	return Reply{}, &meeting.Refusal{Rule: gaps[0].Rule, Gaps: gaps}
}

// merged adds the rule's questions to those about what could not be read. About
// one argument the one that offers answers is asked.
func merged(gaps, rules []meeting.Gap) []meeting.Gap {
	for _, g := range rules {
		i := slices.IndexFunc(gaps, func(h meeting.Gap) bool { return h.Field == g.Field })
		switch {
		case i < 0:
			gaps = append(gaps, g)
		case len(gaps[i].Choices) == 0 && len(g.Choices) > 0:
			gaps[i] = g
		}
	}
	return gaps
}

// errRehearsed undoes what a handler did with arguments that have gaps.
var errRehearsed = errors.New("only rehearsed")

// ask keeps what was understood and asks for the rest, where the words were
// said; who tapped a card in a group is asked privately.
func (e *Engine) ask(l *ledger, t *Turn, c *Command, have map[string]string, r *meeting.Refusal, d *Draft) (Reply, error) {
	l.entry.outcome = "asked"
	fresh := d == nil
	if fresh {
		chat := t.Chat
		if t.Origin == Tapped || t.elsewhere {
			chat = ""
		}
		if err := l.dropOpen(chat, t.Who); err != nil {
			return Reply{}, err
		}
		d = &Draft{Chat: chat, Person: t.Who, Command: c.Name}
	}
	t.keepFiles(have)
	d.Have, d.Gaps, d.Since = kept(have), r.Gaps, t.Now
	if err := l.SaveDraft(d); err != nil {
		return Reply{}, err
	}
	change := meeting.Change{What: "拒绝 " + r.Rule, Who: t.Who, Reason: cut(r.Error(), 200)}
	if err := l.audit(t.Who.Ref(), change); err != nil {
		return Reply{}, err
	}
	face := Face{Name: "draft", Of: d.Ref(), For: t.Who}
	if t.Origin != Tapped {
		return Reply{Face: face}, nil
	}
	if !fresh { // the tapped card asks again itself
		return Reply{Toast: r.Error()}, nil
	}
	toast := r.Error()
	if !t.Private {
		toast = e.o.Words.AskedPrivately()
	}
	return Reply{Toast: toast, Posts: []Post{{To: To{Person: t.Who}, Face: face, Class: ClassAnswer}}}, nil
}

// dropOpen gives up the question that stands open: one is enough.
func (l *ledger) dropOpen(chat ChatID, who meeting.PersonID) error {
	old, err := l.OpenDraft(chat, who)
	if errors.Is(err, meeting.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	old.Ended = DraftDropped
	return l.SaveDraft(old)
}

// forTalk is the command as the reader of words sees it.
func (c Command) forTalk() talk.Command {
	out := talk.Command{Words: append([]string{c.Name}, c.Aliases...)}
	kinds := map[argumentKind]talk.Kind{
		textArgument: talk.Text, numberArgument: talk.Number, flagArgument: talk.Flag, personArgument: talk.PersonKind,
		peopleArgument: talk.People, taskArgument: talk.Task, dateArgument: talk.Date, choiceArgument: talk.Choice,
	}
	for _, a := range c.args {
		if a.hidden {
			continue
		}
		out.Slots = append(out.Slots, talk.Slot{
			Name: a.name, Aliases: a.aliases, Kind: kinds[a.kind], Choices: a.choices, Rest: a.rest, Find: a.find, Offer: a.offer,
		})
	}
	return out
}

func forTalk(commands []Command) []talk.Command {
	out := make([]talk.Command, len(commands))
	for i := range commands {
		out[i] = commands[i].forTalk()
	}
	return out
}

// lines joins the values of a form's input as typing them would.
func lines(values []string) string { return strings.Join(values, "、") }
