package feishutest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// run is a run of one mark of emphasis.
type run struct {
	at, left    int // left are the marks that are not markup so far
	mark        byte
	opens, ends bool
}

var (
	runs     = regexp.MustCompile(`\*+|_+|~+`)
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
)

// unmark takes the marks of emphasis away, and only where they are markup as
// CommonMark has it: the second ** of **标题：**正文 stands behind punctuation and
// before a letter, so a reader sees all four stars.
func unmark(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, paragraph := range paragraphs {
		paragraphs[i] = unmarkParagraph(paragraph)
	}
	return strings.Join(paragraphs, "\n\n")
}

func unmarkParagraph(text string) string {
	found := findRuns(text)
	sizes := make([]int, len(found))
	for i, r := range found {
		sizes[i] = r.left
	}
	for end := range found {
		for start := end - 1; start >= 0 && found[end].ends && found[end].left > 0; start-- {
			pairRuns(found, start, end)
		}
	}

	var out strings.Builder
	from := 0
	for i, r := range found {
		out.WriteString(text[from:r.at])
		out.WriteString(strings.Repeat(string(r.mark), r.left))
		from = r.at + sizes[i]
	}
	return out.String() + text[from:]
}

// findRuns finds the marks and says whether they may open or end emphasis: the
// left- and right-flanking runs of CommonMark 0.31.
func findRuns(text string) []run {
	var out []run
	for _, span := range runs.FindAllStringIndex(text, -1) {
		before, after := ' ', ' '
		if span[0] > 0 {
			before, _ = utf8.DecodeLastRuneInString(text[:span[0]])
		}
		if span[1] < len(text) {
			after, _ = utf8.DecodeRuneInString(text[span[1]:])
		}
		r := run{at: span[0], left: span[1] - span[0], mark: text[span[0]]}
		r.opens = !unicode.IsSpace(after) && (!punctuation(after) || unicode.IsSpace(before) || punctuation(before))
		r.ends = !unicode.IsSpace(before) && (!punctuation(before) || unicode.IsSpace(after) || punctuation(after))
		if r.mark == '_' { // not within a word
			r.opens, r.ends = r.opens && (!r.ends || punctuation(before)), r.ends && (!r.opens || punctuation(after))
		}
		if r.mark == '~' && r.left != 2 {
			r.opens, r.ends = false, false
		}
		out = append(out, r)
	}
	return out
}

// punctuation counts what is kept apart too (NUL): a tag or an escape, which begins
// and ends with punctuation.
func punctuation(r rune) bool { return r == 0 || unicode.IsPunct(r) || unicode.IsSymbol(r) }

// pairRuns pairs two runs if they fit, and closes what opened between them.
func pairRuns(found []run, start, end int) {
	first, last := &found[start], &found[end]
	if first.mark != last.mark || !first.opens || first.left == 0 {
		return
	}
	if (first.ends || last.opens) && (first.left+last.left)%3 == 0 && first.left%3 != 0 {
		return // the rule of three
	}
	marks := min(first.left, last.left)
	first.left -= marks
	last.left -= marks
	for i := start + 1; i < end; i++ {
		found[i].opens = false
	}
}
