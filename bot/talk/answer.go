package talk

import "strings"

// answer reads words that fill what was asked: labels, then each missing slot
// by its kind, in the order asked. Where just one slot is missing the words are
// its value even if they look like nothing, so that the rules can explain.
func (r *Reader) answer(p *page, s *Scene, c *command) (Said, bool) {
	w := r.words(p, s, p.skip(0, isSpace))
	w.takeLabels(c.Slots, c.labels)
	w.takeNamed(c.Slots)
	missing := w.missing(c.Slots)
	yes := w.takeYes()
	for _, m := range missing {
		if w.args[m.Name] == "" {
			w.find(m, true)
		}
	}
	for _, o := range c.Slots {
		if o.Offer && o.Kind == Choice && w.args[o.Name] == "" {
			w.find(o, true)
		}
	}
	for _, m := range missing {
		if m.Kind == Date && w.args[m.Name] == "" && len(missing) > 1 {
			w.give(m, yes)
		}
	}
	if len(missing) == 1 {
		w.giveWhole(c, missing[0])
	} else {
		w.giveLeft(missing, c.Slots)
	}
	if len(w.args) == 0 {
		return Said{}, false
	}
	return Said{Command: c.Words[0], Args: w.args, Answer: true}, true
}

// missing returns the slots that were asked for, in the order asked.
func (w *words) missing(slots []Slot) []Slot {
	var out []Slot
	for _, name := range w.scene.Missing {
		for _, s := range slots {
			if s.Name == name {
				out = append(out, s)
			}
		}
	}
	return out
}

// giveWhole fills the only missing slot with all that was said, where its kind
// did not find a part. A number beside a text is an answer too: 一半了，缺环境.
func (w *words) giveWhole(c *command, m Slot) {
	if w.args[m.Name] != "" {
		return
	}
	if m.Kind == Text {
		for _, s := range c.Slots {
			if s.Kind == Number && w.wants(s) {
				cut := append([]taker(nil), w.cut...)
				w.takeNumber(s)
				w.cut = cut
			}
		}
	}
	left := w.rest()
	switch {
	case left == "" && len(w.args) == 0:
		w.lo, w.cut = w.p.skip(0, isSpace), make([]taker, len(w.p.runes))
		left = w.rest()
	case m.Kind == People:
		w.lo = w.first()
		left = w.list(w.trim(piece{w.lo, w.hi}))
	}
	w.give(m, left)
}

// giveLeft gives the words that are left to the missing texts: one each, if
// there are as many clauses, else all to the first. If no text is missing they
// are what nobody understood of the one other slot, or else belong to the first
// text that may be given along: 许哲，周五，文档v1通过评审.
func (w *words) giveLeft(missing, all []Slot) {
	if w.onlyFilling() {
		return
	}
	left := w.rest()
	var texts, others []Slot
	for _, m := range missing {
		switch {
		case w.args[m.Name] != "":
		case m.Kind == Text:
			texts = append(texts, m)
		default:
			others = append(others, m)
		}
	}
	switch {
	case len(texts) > 0:
		w.share(left, texts)
	case len(others) == 1 && len(w.args) > 0 && len([]rune(left)) <= 12:
		w.give(others[0], left)
	case len(others) == 0:
		for _, s := range all {
			if s.Offer && s.Kind == Text && w.args[s.Name] == "" {
				w.give(s, left)
				return
			}
		}
	}
}

// share parts the words among the missing texts.
func (w *words) share(left string, texts []Slot) {
	parts := strings.FieldsFunc(left, func(r rune) bool { return r == ';' || r == '；' || r == '\n' })
	if len(texts) == 1 || len(parts) != len(texts) {
		w.give(texts[0], left)
		return
	}
	for i, t := range texts {
		part := w.trimMarks(parts[i])
		for _, l := range t.labels() {
			if tail, ok := strings.CutPrefix(part, l); ok && tail != "" {
				part = w.trimMarks(tail)
				break
			}
		}
		w.give(t, part)
	}
}

// takeYes takes the word of assent that opens an answer and goes on: 对，高，…
// It comes back if it confirms something, as 对 does and 好的 does not.
func (w *words) takeYes() string {
	i := w.first()
	n := w.p.oneOf(i, strings.Fields("对 对的 是 是的 没错 好 好的 好吧 嗯 嗯嗯 行 可以 没问题 ok 收到"))
	if n == 0 || i+n < w.hi && !isBreak(w.p.runes[i+n]) {
		return ""
	}
	w.take(i, i+n, byOther)
	if w.p.oneOf(i, strings.Fields("对 对的 是 是的 没错")) == n {
		return w.p.word(i, i+n)
	}
	return ""
}
