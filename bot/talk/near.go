package talk

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
	"github.com/mozillazg/go-pinyin"
)

// A nearWord is a command word as it looks and as it sounds.
type nearWord struct {
	command int
	runes   []rune
	sounds  []string // toneless, one for each rune
	spelled string   // the sounds in one
}

func nearby(word string, command int) nearWord {
	n := nearWord{command: command}
	for _, r := range foldAll(word) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n.runes = append(n.runes, r)
		}
	}
	n.sounds = sounds(n.runes)
	n.spelled = strings.Join(n.sounds, "")
	return n
}

// sounds spells runes in pinyin without tones; others stand for themselves.
func sounds(runes []rune) []string {
	plain := pinyin.NewArgs()
	out := make([]string, len(runes))
	for i, r := range runes {
		out[i] = string(r)
		if unicode.Is(unicode.Han, r) {
			if s := pinyin.SinglePinyin(r, plain); len(s) > 0 {
				out[i] = s[0]
			}
		}
	}
	return out
}

// nearest returns the names of the commands whose words look or sound most like
// the beginning of the text.
func (r *Reader) nearest(p *page) []string {
	begin := p.begin()
	first := p.skip(begin, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	typed := p.runes[begin:min(first, begin+9)]
	if len(typed) == 0 {
		return nil
	}
	if n := p.oneOf(begin, kindWords()); n > 0 && n < len(typed) {
		typed = typed[n:]
	}
	spoken := sounds(typed)
	type match struct{ command, far int }
	best := map[int]int{}
	for _, w := range r.near {
		if far, ok := w.distance(typed, spoken); ok {
			if old, seen := best[w.command]; !seen || far < old {
				best[w.command] = far
			}
		}
	}
	var found []match
	for c, far := range best {
		found = append(found, match{c, far})
	}
	slices.SortFunc(found, func(a, b match) int { return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.command, b.command)) })
	var names []string
	for _, m := range found[:min(3, len(found))] {
		names = append(names, r.commands[m.command].Words[0])
	}
	return names
}

// distance says how far the beginning of what was typed is from the word; false
// if the two have nothing to do with each other. Equal sounds are no distance.
func (n nearWord) distance(typed []rune, spoken []string) (far int, ok bool) {
	size := len(n.runes)
	if size == 0 {
		return 0, false
	}
	if isLatin(typed[0]) && !isLatin(n.runes[0]) {
		d := levenshtein.ComputeDistance(string(typed), n.spelled)
		return d, d <= 1 && size >= 2
	}
	if isLatin(typed[0]) {
		d := levenshtein.ComputeDistance(string(typed), string(n.runes))
		return d, d <= 1
	}
	if size == 1 {
		return 0, len(typed) == 1 && spoken[0] == n.sounds[0]
	}
	if len(typed) >= size {
		if d := soundsApart(spoken[:size], n.sounds); d <= 1 {
			return d, true
		}
	}
	return n.looks(typed)
}

// soundsApart counts the letters by which two words sound different; more than
// one syllable is too much.
func soundsApart(a, b []string) int {
	const tooFar = 9
	apart := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if apart > 0 {
			return tooFar
		}
		apart = levenshtein.ComputeDistance(a[i], b[i])
	}
	return apart
}

// looks compares the runes: one wrong, missing or added in three, in a short word
// only if nothing else was typed beside it, or the two of a word are swapped.
func (n nearWord) looks(typed []rune) (far int, ok bool) {
	size := len(n.runes)
	if !slices.ContainsFunc(typed[:min(len(typed), size+1)], func(r rune) bool { return slices.Contains(n.runes, r) }) {
		return 0, false
	}
	if len(typed) >= 2 && size == 2 && typed[0] == n.runes[1] && typed[1] == n.runes[0] {
		return 2, true
	}
	if size == 2 && len(typed) > 2 || size == 3 && len(typed) > 4 {
		return 0, false
	}
	far = size
	for k := min(size, len(typed)); k <= min(size+1, len(typed)); k++ {
		far = min(far, levenshtein.ComputeDistance(string(typed[:k]), string(n.runes)))
	}
	return 2 * far, far <= max(1, size/3)
}
