package talk

import (
	"strings"
)

// labels finds the slot of a label: 截止:, 优先 ：.
type labels struct {
	slot    map[string]int // by folded name
	longest int            // in runes
}

func labelsOf(slots []Slot) labels {
	l := labels{slot: map[string]int{}}
	for i, s := range slots {
		for _, name := range s.labels() {
			runes := foldAll(name)
			if len(runes) == 0 {
				continue
			}
			if _, taken := l.slot[string(runes)]; !taken {
				l.slot[string(runes)] = i
			}
			l.longest = max(l.longest, len(runes))
		}
	}
	return l
}

// at returns the slot whose label begins at rune i, and the rune behind the
// colon. The : of 17:00 and of https:// follows no known name.
func (l labels) at(p *page, i int) (slot, end int, ok bool) {
	colon := i
	for colon < len(p.runes) && colon <= i+l.longest+1 && p.runes[colon] != ':' && !isComma(p.runes[colon]) {
		colon++
	}
	if p.rune(colon) != ':' || p.hidden[colon] || p.rune(colon+1) == '/' && p.rune(colon+2) == '/' {
		return 0, 0, false
	}
	name := colon
	if p.rune(name-1) == ' ' {
		name--
	}
	if name <= i {
		return 0, 0, false
	}
	slot, ok = l.slot[string(p.runes[i:name])]
	return slot, colon + 1, ok
}

// A labelled is one label with its value.
type labelled struct {
	slot  int
	from  int // where the label begins
	value piece
}

// in returns the labels of the words from rune lo on. A value runs to the next
// label.
func (l labels) in(w *words, lo int) []labelled {
	var out []labelled
	for i := lo; i < w.hi; i++ {
		if !w.open(i) || isSpace(w.p.runes[i]) || !w.labelMayBegin(i) {
			continue
		}
		slot, end, ok := l.at(w.p, i)
		if !ok {
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].value.end = i
		}
		out = append(out, labelled{slot: slot, from: i, value: piece{end, w.hi}})
		i = end - 1
	}
	return out
}

// scan reports whether any label stands from rune lo on.
func (w *words) scan(l labels, lo int) bool { return len(l.in(w, lo)) > 0 }

// labelMayBegin reports whether rune i opens the words or follows a space, a
// comma or the end of a sentence.
func (w *words) labelMayBegin(i int) bool {
	if i == w.lo || w.cut[i-1] != free {
		return true
	}
	r := w.p.runes[i-1]
	return isSpace(r) || isComma(r) || r == '。'
}

// takeLabels fills the slots that are labelled. Where the value of a person or
// a choice is complete at once, what follows it goes back to the words: 优先:高
// 明天18:00.
func (w *words) takeLabels(slots []Slot, l labels) {
	for _, g := range l.in(w, w.lo) {
		s := slots[g.slot]
		v := w.trim(g.value)
		if v.from >= v.end {
			w.take(g.from, g.value.end, byLabel)
			continue
		}
		end := g.value.end
		if first := w.complete(s, v); first < v.end {
			v.end, end = first, first
		}
		w.take(g.from, end, byLabel)
		w.giveLabelled(s, v)
	}
}

// trim drops spaces, and the punctuation that parts one value from the next.
func (w *words) trim(v piece) piece {
	for v.from < v.end && isSpace(w.p.runes[v.from]) {
		v.from++
	}
	for v.from < v.end && (isSpace(w.p.runes[v.end-1]) || isComma(w.p.runes[v.end-1])) {
		v.end--
	}
	return v
}

// complete returns where a value of this kind is certainly over, v.end if that
// cannot be told.
func (w *words) complete(s Slot, v piece) int {
	switch s.Kind {
	case PersonKind:
		if end := w.p.token(v.from); end > 0 {
			return end
		}
		if _, end := w.nameAt(v.from); end > 0 && isBreak(w.p.rune(end)) {
			return end
		}
	case Choice:
		if n := w.p.oneOf(v.from, s.Choices); n > 0 && isBreak(w.p.rune(v.from+n)) {
			return v.from + n
		}
	default:
	}
	return v.end
}

// giveLabelled fills a slot with a labelled value, in the form that its kind
// has everywhere. Of two values for one slot the later one is meant, but lists
// of people grow.
func (w *words) giveLabelled(s Slot, v piece) {
	value := w.p.word(v.from, v.end)
	switch s.Kind {
	case Text:
		value = w.p.text(v.from, v.end)
	case PersonKind:
		value = w.known(v)
	case People:
		value = w.list(v)
		if had := w.args[s.Name]; had != "" {
			value = had + "、" + value
		}
	case Choice:
		for v.from < v.end && isDangling(w.p.runes[v.end-1]) {
			v.end--
		}
		value = w.p.word(v.from, v.end)
		if c := choiceAtEnd(value, s.Choices); len(foldAll(c)) == v.end-v.from {
			value = c
		}
	default:
	}
	w.give(s, value)
}

// choiceAtEnd returns the longest choice that a word ends with.
func choiceAtEnd(word string, choices []string) string {
	folded := string(foldAll(word))
	longest := ""
	for _, c := range choices {
		if len(c) > len(longest) && strings.HasSuffix(folded, string(foldAll(c))) {
			longest = c
		}
	}
	return longest
}
