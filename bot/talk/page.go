package talk

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// A page is a text made ready for comparison: runes folded one for one, runs of
// space as one, invisible runes left out, each with its place in the text as
// typed. What is kept of a text is always cut from raw.
type page struct {
	raw    string
	runes  []rune
	from   []int  // from[i], to[i] are the byte offsets of runes[i] in raw
	to     []int  //
	hidden []bool // quoted, code or a web address: nothing is looked for in there
}

func read(raw string) page {
	p := page{raw: raw, runes: make([]rune, 0, len(raw)), from: make([]int, 0, len(raw)), to: make([]int, 0, len(raw))}
	for i, r := range raw {
		_, size := utf8.DecodeRuneInString(raw[i:])
		end := i + size
		switch {
		case invisible(r):
			continue
		case unicode.IsSpace(r):
			if n := len(p.runes); n > 0 && p.runes[n-1] == ' ' {
				p.to[n-1] = end
				continue
			}
			r = ' '
		default:
			r = fold(r)
		}
		p.runes, p.from, p.to = append(p.runes, r), append(p.from, i), append(p.to, end)
	}
	p.hidden = make([]bool, len(p.runes))
	p.hideQuotes()
	p.hideAddresses()
	return p
}

// fold makes full-width forms narrow and letters small, one rune for one rune.
func fold(r rune) rune {
	if r >= 0x3040 && r < 0xAC00 { // Chinese has neither, and is most of what comes
		return r
	}
	if f := width.LookupRune(r).Folded(); f != 0 {
		r = f
	}
	return unicode.ToLower(r)
}

func foldAll(s string) []rune {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		out = append(out, fold(r))
	}
	return out
}

// invisible reports whether a rune takes no room: zero-width spaces, marks of
// direction, soft hyphens. They come along with copied text.
func invisible(r rune) bool {
	switch {
	case r == 0x00AD, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2069, r == 0xFEFF:
		return true
	}
	return false
}

// text is what was typed from rune i up to rune end.
func (p *page) text(i, end int) string {
	if i >= end {
		return ""
	}
	return p.raw[p.from[i]:p.to[end-1]]
}

// word is text without what cannot be seen, for values that have to be read.
func (p *page) word(i, end int) string {
	s := p.text(i, end)
	if !strings.ContainsFunc(s, invisible) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, s)
}

// rune is the rune at i; 0 outside.
func (p *page) rune(i int) rune {
	if i < 0 || i >= len(p.runes) {
		return 0
	}
	return p.runes[i]
}

// at returns which rune begins at or after the byte.
func (p *page) at(offset int) int { return sort.SearchInts(p.from, offset) }

// has reports whether the folded word stands at rune i.
func (p *page) has(i int, word []rune) bool {
	return i >= 0 && i+len(word) <= len(p.runes) && slices.Equal(p.runes[i:i+len(word)], word)
}

// starts is has for a word as typed; names of people are too many to be folded
// beforehand. It returns the rune behind the word, 0 if it does not stand there.
func (p *page) starts(i int, word string) int {
	if word == "" {
		return 0
	}
	for _, r := range word {
		if i >= len(p.runes) || p.runes[i] != fold(r) {
			return 0
		}
		i++
	}
	return i
}

// oneOf returns the longest of the words that stands at rune i, as the number
// of its runes.
func (p *page) oneOf(i int, words []string) int {
	longest := 0
	for _, w := range words {
		if end := p.starts(i, w); end-i > longest {
			longest = end - i
		}
	}
	return longest
}

// endsWith returns the longest of the words that stands before rune end and
// not before rune i, as the number of its runes.
func (p *page) endsWith(i, end int, words []string) int {
	longest := 0
	for _, w := range words {
		n := len([]rune(w))
		if n > longest && end-n >= i && p.starts(end-n, w) == end {
			longest = n
		}
	}
	return longest
}

// token returns the rune behind the person token at i, or 0. It must be one in
// the text as typed: what only folds to one was made harmless by the engine.
func (p *page) token(i int) int {
	if p.rune(i) != '@' || p.rune(i+1) != '{' || p.rune(i+2) != 'p' {
		return 0
	}
	k := i + 3
	for k < len(p.runes) && k < i+24 && isDigit(p.runes[k]) {
		k++
	}
	if k == i+3 || p.rune(k) != '}' || len(p.text(i, k+1)) != k+1-i {
		return 0
	}
	return k + 1
}

// skip returns the first rune from i on that fits no more.
func (p *page) skip(i int, fits func(rune) bool) int {
	for i < len(p.runes) && fits(p.runes[i]) {
		i++
	}
	return i
}

// speaks reports whether there is anything to read: a letter or a digit.
func (p *page) speaks() bool {
	return slices.ContainsFunc(p.runes, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// hideQuotes hides what stands in quotation marks or code. A mark that is not
// closed on its line is none, so that one stray mark cannot hide the rest.
func (p *page) hideQuotes() {
	absent := map[rune]int{} // up to which rune a closing mark is known not to come
	for i := 0; i < len(p.runes); i++ {
		closing := closingMark(p.runes[i])
		if closing == 0 || absent[closing] > i {
			continue
		}
		k := i + 1
		for k < len(p.runes) && p.runes[k] != closing && !p.breaks(k) {
			k++
		}
		if p.rune(k) != closing {
			absent[closing] = k
			continue
		}
		for ; i < k; i++ {
			p.hidden[i] = true
		}
		p.hidden[k] = true
	}
}

// breaks reports whether rune i is a run of space with an end of line in it.
func (p *page) breaks(i int) bool {
	return p.runes[i] == ' ' && strings.ContainsAny(p.text(i, i+1), "\n\r")
}

func closingMark(r rune) rune {
	switch r {
	case '“':
		return '”'
	case '「':
		return '」'
	case '『':
		return '』'
	case '《':
		return '》'
	case '`':
		return '`'
	}
	return 0
}

// hideAddresses hides https://… and www.… up to the next space or Chinese rune.
func (p *page) hideAddresses() {
	for i := 0; i < len(p.runes); i++ {
		if p.runes[i] != 'h' && p.runes[i] != 'w' && p.runes[i] != 'f' || isLatin(p.rune(i-1)) {
			continue
		}
		if p.oneOf(i, []string{"https://", "http://", "ftp://", "www."}) == 0 {
			continue
		}
		for ; i < len(p.runes) && p.runes[i] > ' ' && p.inAddress(i); i++ {
			p.hidden[i] = true
		}
	}
}

// inAddress reports whether the rune as typed may be part of a web address:
// Chinese punctuation ends one even where it folds to a Latin mark.
func (p *page) inAddress(i int) bool { return p.to[i]-p.from[i] == 1 }

// cutsLatin reports whether the edge before rune i lies inside of a Latin word
// or a number.
func (p *page) cutsLatin(i int) bool { return isLatin(p.rune(i-1)) && isLatin(p.rune(i)) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isLatin(r rune) bool { return r == '_' || isDigit(r) || r >= 'a' && r <= 'z' }

// isSpace is for folded runes.
func isSpace(r rune) bool { return r == ' ' }

// isBreak reports whether a folded rune parts words or clauses.
func isBreak(r rune) bool { return isSpace(r) || isComma(r) || strings.ContainsRune("。、!?:…", r) }

// isComma reports whether labels may follow it.
func isComma(r rune) bool { return r == ',' || r == ';' }

// isDangling reports whether a folded rune is punctuation that joined words
// with something that was taken away.
func isDangling(r rune) bool { return isSpace(r) || isComma(r) || r == '、' || r == ':' || r == '。' }
