package talk

import (
	"slices"
	"strings"

	"huiban/bot/wording"
)

// A Reader reads messages. It never changes after New and may be used by many
// goroutines at once.
type Reader struct {
	commands []command
	verbs    verbs
	behind   verbs // those that may stand behind a date: 下周三14:00开项目例会
	opening  int   // the command of the alias “@”, -1 if there is none
	near     []nearWord
	lists    wording.Lists
}

// A command is a Command made ready.
type command struct {
	Command
	labels labels
	rest   int // the slot that takes what nobody took, -1 if there is none
}

// New makes the words of the commands ready to be read. Of two commands with
// one word the first has it.
func New(commands []Command) *Reader {
	r := &Reader{opening: -1, lists: wording.DefaultLists()}
	for i, c := range commands {
		r.commands = append(r.commands, prepare(c))
		for _, w := range c.Words {
			if w == "@" {
				r.opening = i
				continue
			}
			if word, ok := strings.CutPrefix(w, "…"); ok {
				r.behind.add(word, i)
				continue
			}
			r.verbs.add(w, i)
			r.near = append(r.near, nearby(w, i))
		}
	}
	return r
}

func prepare(c Command) command {
	out := command{Command: c, labels: labelsOf(c.Slots), rest: -1}
	for i, s := range c.Slots {
		if s.Rest && out.rest < 0 {
			out.rest = i
		}
	}
	return out
}

// Read understands one message. Whoever took the bot's own mention out of the
// text may leave the space there. A full command beats what is asked; without
// either, the nearest commands come back.
func (r *Reader) Read(text string, s Scene) Said {
	p := read(text)
	if !p.speaks() { // no words, but “？” may be a command
		said, _ := r.command(&p, &s, nil)
		return said
	}
	if s.Asked != nil {
		asked := prepare(*s.Asked)
		if said, ok := r.command(&p, &s, &asked); ok {
			return said
		}
		if said, ok := r.sentence(&p, &s); ok {
			return said
		}
		if said, ok := r.answer(&p, &s, &asked); ok {
			return said
		}
	}
	if said, ok := r.command(&p, &s, nil); ok {
		return said
	}
	if said, ok := r.withoutVerb(&p, &s); ok {
		return said
	}
	return Said{Near: r.nearest(&p)}
}

// command reads words that begin with a verb, with a task number and a verb
// (01-17 完成), or with a kind word and a verb (请取消待办 01-17). With a
// question open, only what is plainly a command counts, and never words that
// the question itself uses.
func (r *Reader) command(p *page, s *Scene, asked *command) (Said, bool) {
	start := p.begin()
	for _, v := range r.verbs.at(p, start) {
		if said, ok := r.try(p, s, v, asked, start, start); ok {
			return said, true
		}
	}
	if end := numberEnd(p, s, start); end > 0 {
		verb := p.skip(end, isDangling)
		for _, v := range r.verbs.at(p, verb) {
			if said, ok := r.try(p, s, v, asked, start, verb); ok {
				return said, true
			}
		}
		return Said{}, false
	}
	if n := p.oneOf(start, kindWords()); n > 0 {
		start = p.skip(start+n, isSpace)
		for _, v := range r.verbs.at(p, start) {
			if said, ok := r.try(p, s, v, asked, start, start); ok {
				return said, true
			}
		}
	}
	if asked != nil {
		return Said{}, false
	}
	return r.behindDate(p, s, start)
}

// behindDate reads words that open with a date and go on with a verb that may
// stand there: 明天下午两点开个评审会.
func (r *Reader) behindDate(p *page, s *Scene, start int) (Said, bool) {
	dates := r.words(p, s, start).dates()
	if len(dates) == 0 || dates[0].from != start {
		return Said{}, false
	}
	begin := p.skip(dates[0].end, isDangling)
	if p.oneOf(begin, openingTerms()) > 0 {
		return Said{}, false
	}
	for _, v := range r.behind.at(p, begin) {
		v.glued = false
		if said, ok := r.try(p, s, v, nil, start, begin); ok {
			return said, true
		}
	}
	return Said{}, false
}

// try reads the words from start on as the command of a verb that begins at
// rune verb. Words that run on without a space are doubtful: they must go
// somewhere, 确认函已发 is no 确认.
func (r *Reader) try(p *page, s *Scene, v verb, asked *command, start, begin int) (Said, bool) {
	c := &r.commands[v.command]
	v.glued = v.glued && numberEnd(p, s, v.end) == 0
	if v.glued && (p.oneOf(begin, fixedTerms()) > v.end-begin || v.end-begin < 2) {
		return Said{}, false
	}
	w := r.words(p, s, start)
	w.take(begin, v.end, byVerb)
	if asked != nil && (asked.answeredBy(p, begin, v.end, s.Missing) || v.glued && !w.beginsWithOwner(c)) {
		return Said{}, false
	}
	w.fill(c, p.word(begin, v.end))
	if v.glued && c.rest < 0 && !w.onlyFilling() {
		return Said{}, false
	}
	return Said{Command: c.Words[0], Args: w.args}, true
}

// beginsWithOwner reports whether the words open with the person that the
// command looks for: 待办研发部尽快出文档.
func (w *words) beginsWithOwner(c *command) bool {
	for _, s := range c.Slots {
		if s.Find && s.Kind == PersonKind {
			_, ok := w.owner(w.first())
			return ok
		}
	}
	return false
}

// answeredBy reports whether the word from rune i to end belongs to the
// question: one of its labels, or a choice that is missing.
func (c *command) answeredBy(p *page, i, end int, missing []string) bool {
	word := p.word(i, end)
	for _, s := range c.Slots {
		if s.Kind == Choice && slices.Contains(missing, s.Name) && p.oneOf(i, s.Choices) >= end-i {
			return true
		}
		if slices.Contains(s.labels(), word) && !slices.Contains(c.Words, word) {
			return true
		}
	}
	return false
}

// withoutVerb reads words that plainly give somebody something to do, for the
// command of the alias “@”: who is mentioned or asked (请, 让) and a date or a
// vague one, or at least the asking; or a vague date and what to do (尽快把…).
func (r *Reader) withoutVerb(p *page, s *Scene) (Said, bool) {
	if r.opening < 0 {
		return Said{}, false
	}
	c := &r.commands[r.opening]
	start := p.begin()
	w := r.words(p, s, start)
	begin := p.skip(start+p.oneOf(start, askingWords()), isSpace)
	asks := begin > start
	var gives bool
	switch o, ok := w.owner(begin); {
	case ok && (asks || p.token(begin) > 0 || p.runes[begin] == '@'):
		gives = asks || len(w.dates()) > 0 || len(w.vague(wording.NoDate)) > 0 || w.scan(c.labels, o.end)
	default:
		for _, h := range w.vague(wording.NoDate) {
			gives = gives || h.from == begin && p.oneOf(h.to, []string{"把", "将", "给"}) > 0
		}
	}
	if !gives {
		return Said{}, false
	}
	w.fill(c, "")
	return Said{Command: c.Words[0], Args: w.args}, true
}

// sentence reads, while a question is open, what is plainly another thing handed
// out: the command of the alias “@” named in the middle (高优先级 待办 许哲 …), or
// somebody who was not asked for with a date and something to do.
func (r *Reader) sentence(p *page, s *Scene) (Said, bool) {
	if r.opening < 0 {
		return Said{}, false
	}
	start := p.begin()
	for i := start + 1; i < len(p.runes); i++ {
		if !isSpace(p.runes[i-1]) {
			continue
		}
		for _, v := range r.verbs.at(p, i) {
			if v.command == r.opening && !v.glued {
				return r.try(p, s, v, nil, start, i)
			}
		}
	}
	c := &r.commands[r.opening]
	w := r.words(p, s, start)
	o, ok := w.owner(start)
	if !ok || !o.sure || len(w.dates()) == 0 || s.asksForPeople() {
		return Said{}, false
	}
	w.fill(c, "")
	if c.rest < 0 || w.args[c.Slots[c.rest].Name] == "" {
		return Said{}, false
	}
	return Said{Command: c.Words[0], Args: w.args}, true
}

// asksForPeople reports whether a person would be an answer.
func (s *Scene) asksForPeople() bool {
	return slices.ContainsFunc(s.Asked.Slots, func(slot Slot) bool {
		return (slot.Kind == PersonKind || slot.Kind == People) && slices.Contains(s.Missing, slot.Name)
	})
}

// openingTerms begin with 开 and hold no meeting: 明天开始写文档.
func openingTerms() []string {
	return strings.Fields("开始 开发 开展 开完 开除 开放 开车 开工 开票 开通 开启 开拓 开户 开具 开箱 开模 开学 开业 开门 开机 开源 开支 开销 开头")
}

// begin is the first rune of the words: behind spaces and a slash.
func (p *page) begin() int {
	return p.skip(0, func(r rune) bool { return isSpace(r) || r == '/' })
}

// kindWords may stand before a verb.
func kindWords() []string {
	return []string{"请", "请您", "请帮我", "请帮忙", "麻烦", "麻烦您", "帮我", "帮忙", "我要", "我想", "我想要"}
}

// askingWords may stand before the person who is to do something.
func askingWords() []string { return []string{"请", "由", "让", "叫", "派", "麻烦"} }
