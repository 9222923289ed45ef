package wording

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// hidden stands where a rune was quoted. It is in no word: fold never yields it.
const hidden = -1

// fence opens and closes a block of code.
const fence = "```"

// A page is a text made ready for comparison: runes folded one for one, quoted
// ones hidden, each with its byte offset in the text as given.
type page struct {
	runes []rune
	at    []int // at[i] is the offset of runes[i]; one more entry holds the end
}

// read folds text and hides what is quoted.
func read(text string) page {
	t := page{runes: make([]rune, 0, len(text)), at: make([]int, 0, len(text)+1)}
	for i, r := range text {
		t.runes = append(t.runes, fold(r))
		t.at = append(t.at, i)
	}
	t.at = append(t.at, len(text))
	t.hideQuoted()
	return t
}

// has reports whether word stands at rune i.
func (t page) has(i int, word []rune) bool {
	return i >= 0 && i+len(word) <= len(t.runes) && slices.Equal(t.runes[i:i+len(word)], word)
}

// cutsLatin reports whether the edge before rune i lies inside a Latin word or
// a number: TBD is not found in TBDX.
func (t page) cutsLatin(i int) bool {
	return i > 0 && i < len(t.runes) && isLatin(t.runes[i-1]) && isLatin(t.runes[i])
}

func isLatin(r rune) bool {
	return r == '_' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// hideQuoted hides what stands in “” 「」 『』 《》 "" and ` `, marks included. A
// mark that is not closed before its line ends is no quote, so that one stray
// mark cannot switch the rules off; only ``` may span lines.
func (t page) hideQuoted() {
	// Up to which rune a closing mark is known to be absent: a text of nothing
	// but opening marks is read once, not once for each of them.
	absent := map[rune]int{}
	for i := 0; i < len(t.runes); {
		end := t.quoteEnd(i, absent)
		if end == 0 {
			i++
			continue
		}
		for ; i < end; i++ {
			t.runes[i] = hidden
		}
	}
}

// quoteEnd returns the rune after the quote that opens at i, or 0.
func (t page) quoteEnd(i int, absent map[rune]int) int {
	if t.has(i, []rune(fence)) && absent[hidden] <= i {
		for k := i + len(fence); k < len(t.runes); k++ {
			if t.has(k, []rune(fence)) {
				return k + len(fence)
			}
		}
		absent[hidden] = len(t.runes)
	}
	closing, ok := closingMark(t.runes[i])
	if !ok || absent[closing] > i {
		return 0
	}
	k := i + 1
	for ; k < len(t.runes) && t.runes[k] != '\n'; k++ {
		if t.runes[k] == closing {
			return k + 1
		}
	}
	absent[closing] = k
	return 0
}

func closingMark(opening rune) (rune, bool) {
	switch opening {
	case '“':
		return '”', true
	case '「':
		return '」', true
	case '『':
		return '』', true
	case '《':
		return '》', true
	case '"', '`':
		return opening, true
	}
	return 0, false
}

// fold makes full-width forms narrow and letters small, one rune for one rune.
func fold(r rune) rune {
	if f := width.LookupRune(r).Folded(); f != 0 {
		r = f
	}
	return unicode.ToLower(r)
}

func foldRunes(s string) []rune {
	runes := make([]rune, 0, utf8.RuneCountInString(s))
	for _, r := range s {
		runes = append(runes, fold(r))
	}
	return runes
}

// indexFrom is strings.Index, started at byte from of s.
func indexFrom(s, sub string, from int) int {
	if from > len(s) {
		return -1
	}
	k := strings.Index(s[from:], sub)
	if k < 0 {
		return -1
	}
	return from + k
}
