// Package wording finds the vague and the subjective words of method.md 2.2 in
// what people write, with their positions: “尽快” where a date belongs, “大家”
// where a person belongs, “我认为” in minutes.
//
// It knows words only. What a hit means (refuse, ask, mark) is decided by the
// rules, and dates that can be resolved (V2: “下周五”, “月底前”) are read by
// bot/when. It knows no meeting, no task, no clock and no chat service.
package wording

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// A Class says what is wrong with a word (method.md 2.2). V2, the fuzzy but
// resolvable dates, has no class here: bot/when reads those.
type Class int

// The classes, in the method's order.
const (
	NoDate      Class = iota + 1 // V1: no date at all, as 尽快 (R38)
	VagueResult                  // V3: no result to check, as 推进 (R34)
	VagueOwner                   // V4: nobody in particular, as 大家 (R35)
	Subjective                   // V5: an opinion in minutes, as 我认为 (R52)
)

// String returns the name that method.md gives the class: V1, V3, V4 or V5.
func (c Class) String() string {
	switch c {
	case NoDate:
		return "V1"
	case VagueResult:
		return "V3"
	case VagueOwner:
		return "V4"
	case Subjective:
		return "V5"
	}
	return "V?"
}

// A Hit is one word of a list found in a text.
type Hit struct {
	Class      Class
	Word       string // as it stands in the list, not as it was typed
	Start, End int    // byte offsets into the text as given: text[Start:End] is what was typed
}

// Lists holds the words of each class. Administrators may edit them (2.2);
// the empty word is ignored.
type Lists map[Class][]string

// Find returns the hits of the given classes in text, of all classes if none
// is given, ordered by position and then by class. Text in quotes or code is
// not looked at, letter case and full-width forms make no difference, and of
// words of one class that contain each other only the longest is reported. A
// word that stands in two classes (待定) is reported for each.
func (l Lists) Find(text string, classes ...Class) []Hit {
	return l.find(read(text), classes...)
}

func (l Lists) find(t page, classes ...Class) []Hit {
	if len(classes) == 0 {
		classes = []Class{NoDate, VagueResult, VagueOwner, Subjective}
	}
	var hits []Hit
	for _, c := range classes {
		words := longestFirst(l[c])
		for i := 0; i < len(t.runes); {
			word, ok := wordAt(t, i, words)
			if !ok {
				i++
				continue
			}
			end := i + len(word.folded)
			hits = append(hits, Hit{Class: c, Word: word.listed, Start: t.at[i], End: t.at[end]})
			i = end
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Class, b.Class), cmp.Compare(b.End, a.End))
	})
	return slices.Compact(hits)
}

// An entry is a word of a list beside the form in which it is compared.
type entry struct {
	listed string
	folded []rune
}

// longestFirst folds the words and orders them so that 跟进一下 is tried before 跟进.
func longestFirst(words []string) []entry {
	entries := make([]entry, 0, len(words))
	for _, w := range words {
		if f := foldRunes(w); len(f) > 0 {
			entries = append(entries, entry{listed: w, folded: f})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(len(b.folded), len(a.folded)) })
	return entries
}

// wordAt returns the longest word that stands at rune i and is a word there.
func wordAt(t page, i int, words []entry) (entry, bool) {
	for _, w := range words {
		if w.folded[0] != t.runes[i] || !t.has(i, w.folded) {
			continue
		}
		end := i + len(w.folded)
		if !t.cutsLatin(i) && !t.cutsLatin(end) && !partOfAnother(t, i, end) {
			return w, true
		}
	}
	return entry{}, false
}

// partOfAnother reports whether the runes from i to end are only a piece of a
// longer expression that is no hit: the 应该 of 响应该接口.
func partOfAnother(t page, i, end int) bool {
	word := string(t.runes[i:end])
	for phrase := range notHits() {
		for from := 0; ; {
			k := indexFrom(phrase, word, from)
			if k < 0 {
				break
			}
			start := i - utf8.RuneCountInString(phrase[:k])
			if len(phrase) > len(word) && t.has(start, []rune(phrase)) {
				return true
			}
			from = k + 1
		}
	}
	return false
}
