package talk

import (
	"slices"

	"huiban/bot/wording"
)

// A taker says what took a rune out of the words.
type taker byte

const (
	free taker = iota
	byVerb
	byLabel
	byPerson
	byDate
	byOther
)

// A piece is a part of the words, from one rune up to another.
type piece struct{ from, end int }

// words are what is left to be understood of a message, while slots take their
// parts out of it.
type words struct {
	p     *page
	scene *Scene
	lists wording.Lists
	lo    int     // where the words begin
	hi    int     // and end
	cut   []taker // who took which rune
	args  map[string]string
	found []piece // what dates returned
	asked bool    // dates was asked
	sieve *sieve  // what names of people and departments may begin with
	named int     // the rune behind the one person that was found
}

func (r *Reader) words(p *page, s *Scene, lo int) *words {
	return &words{p: p, scene: s, lists: r.lists, lo: lo, hi: len(p.runes), cut: make([]taker, len(p.runes)), args: map[string]string{}}
}

// take gives the runes to whoever is named.
func (w *words) take(from, end int, by taker) {
	for i := from; i < end; i++ {
		w.cut[i] = by
	}
}

// fill gives a command's slots what the words hold. The verb itself may be a
// choice: 退回 for the 验收 that knows 通过 and 退回.
func (w *words) fill(c *command, verb string) {
	w.takeLabels(c.Slots, c.labels)
	w.takeNamed(c.Slots)
	for _, s := range c.Slots {
		if s.Kind == Task && w.wants(s) {
			w.takeTask(s)
		}
	}
	for _, s := range c.Slots {
		if s.Kind != Task && s.Kind != People && w.wants(s) {
			w.find(s, false)
		}
		if s.Kind == Choice && s.Find && w.args[s.Name] == "" {
			w.give(s, choiceAtEnd(verb, s.Choices))
		}
	}
	for _, s := range c.Slots {
		switch {
		case s.Kind == People && w.wants(s):
			w.takePeople(s)
		case s.Kind == People && s.Offer && w.args[s.Name] == "":
			w.takeMore(s)
		}
	}
	if c.rest >= 0 && w.args[c.Slots[c.rest].Name] == "" {
		w.give(c.Slots[c.rest], w.rest())
	}
}

// takeNamed takes what is named without a colon: 优先级高, 抄送市场部.
func (w *words) takeNamed(slots []Slot) {
	for _, s := range slots {
		switch {
		case w.args[s.Name] != "":
		case s.Kind == Choice:
			w.takeNamedChoice(s)
		case s.Kind == People:
			w.takeNamedPeople(s)
		}
	}
}

// wants reports whether a slot is to be looked for among the words.
func (w *words) wants(s Slot) bool { return s.Find && w.args[s.Name] == "" }

// give fills a slot.
func (w *words) give(s Slot, value string) {
	if value != "" {
		w.args[s.Name] = value
	}
}

// find looks for what fits one slot. As an answer to a question, looser forms
// count: a name anywhere, a choice with 吧 behind it.
func (w *words) find(s Slot, answer bool) {
	switch s.Kind {
	case PersonKind:
		w.takePerson(s, answer)
	case Date:
		w.takeDate(s, answer)
	case Number:
		w.takeNumber(s)
	case Choice:
		w.takeChoice(s, answer)
	case Flag:
		w.takeFlag(s)
	case Task:
		w.takeTask(s)
	case People:
		w.takePeople(s)
	case Text: // only labels and the rest fill those
	}
}

// first is the first rune that nobody took, behind spaces and loose marks.
func (w *words) first() int {
	i := w.lo
	for i < w.hi && (w.cut[i] != free || isDangling(w.p.runes[i])) {
		i++
	}
	return i
}

// open reports whether rune i may be looked at: not taken and not quoted.
func (w *words) open(i int) bool {
	return i >= w.lo && i < w.hi && w.cut[i] == free && !w.p.hidden[i]
}

// allOpen is open for all of a piece.
func (w *words) allOpen(from, end int) bool {
	for i := from; i < end; i++ {
		if !w.open(i) {
			return false
		}
	}
	return from < end
}

// begins reports whether a word may begin at rune i.
func (w *words) begins(i int) bool {
	return i <= w.lo || w.cut[i-1] != free || isBreak(w.p.runes[i-1])
}

// ends reports whether a word ends before rune i.
func (w *words) ends(i int) bool {
	return i >= w.hi || w.cut[i] != free || isBreak(w.p.runes[i]) || w.p.token(i) > 0 || w.dateAt(i)
}

// dateAt reports whether a date, or a vague one, begins at rune i.
func (w *words) dateAt(i int) bool {
	_, found := slices.BinarySearchFunc(w.dates(), i, func(d piece, i int) int { return d.from - i })
	return found
}

// dates returns the dates of the words, those that are quoted left out. The
// scene is asked once.
func (w *words) dates() []piece {
	if w.asked || w.scene.Dates == nil || w.lo >= w.hi {
		return w.found
	}
	w.asked = true
	offset := w.p.from[w.lo]
	for _, s := range w.scene.Dates(w.p.text(w.lo, w.hi)) {
		d := piece{w.p.at(offset + s.Start), w.p.at(offset + s.End)}
		if w.p.rune(d.end-1) == ' ' { // several spaces are one rune, and the date may end within
			d.end--
		}
		if d.from >= w.lo && d.from < d.end && d.end <= w.hi && !slices.Contains(w.p.hidden[d.from:d.end], true) {
			w.found = append(w.found, d)
		}
	}
	return w.found
}

// A hit is a vague word, and where it stands.
type hit struct{ from, to int }

// vague returns the vague words of a class that nobody took.
func (w *words) vague(c wording.Class) []hit {
	if w.lo >= w.hi {
		return nil
	}
	offset := w.p.from[w.lo]
	var out []hit
	for _, h := range w.lists.Find(w.p.text(w.lo, w.hi), c) {
		from, to := w.p.at(offset+h.Start), w.p.at(offset+h.End)
		if w.allOpen(from, to) {
			out = append(out, hit{from, to})
		}
	}
	return out
}
