package talk

import (
	"strings"
	"unicode"
)

// rest is what nobody took, as typed. Where something was taken out of the
// middle, the parts are put together with one space, if there was one, and
// without the words and marks that the gap left hanging.
func (w *words) rest() string {
	var b strings.Builder
	spaced := false
	for i := w.lo; i < w.hi; {
		if w.cut[i] != free {
			i++
			continue
		}
		end := i
		for end < w.hi && w.cut[end] == free {
			end++
		}
		part := w.unhang(piece{i, end})
		if part.from < part.end {
			spaced = spaced || isSpace(w.p.runes[i])
			w.join(&b, part, spaced)
			spaced = false
		}
		spaced = spaced || isSpace(w.p.runes[end-1])
		i = end
	}
	return w.trimMarks(b.String())
}

// join adds a part behind the ones before. A comma on both sides of a gap is
// one too many.
func (w *words) join(b *strings.Builder, part piece, spaced bool) {
	if b.Len() > 0 {
		for part.from < part.end && isDangling(w.p.runes[part.from]) && endsMarked(b.String()) {
			part.from++
		}
		if part.from < part.end && spaced && !endsMarked(b.String()) && !isDangling(w.p.runes[part.from]) {
			b.WriteByte(' ')
		}
	}
	b.WriteString(w.p.text(part.from, part.end))
}

func endsMarked(s string) bool {
	r := []rune(s[max(0, len(s)-4):])
	return isDangling(fold(r[len(r)-1]))
}

// unhang drops spaces at the edges of a part, and the words that led over a
// gap: 请 and 由 before a person, 到 and 在 before a date, 前 behind one.
func (w *words) unhang(v piece) piece {
	leftOf, rightOf := free, free
	if v.from > w.lo {
		leftOf = w.cut[v.from-1]
	}
	if v.end < w.hi {
		rightOf = w.cut[v.end]
	}
	for v.from < v.end && isSpace(w.p.runes[v.from]) {
		v.from++
	}
	for v.from < v.end && isSpace(w.p.runes[v.end-1]) {
		v.end--
	}
	if leftOf == byDate {
		if n := w.p.oneOf(v.from, []string{"之前", "以前", "前"}); n > 0 && v.from+n <= v.end && w.p.oneOf(v.from, frontWords()) == 0 {
			v.from += n
		}
	}
	switch rightOf {
	case byPerson:
		v.end -= w.p.endsWith(v.from, v.end, strings.Fields("请 由 让 叫 给 交给 转给 派给 派 找"))
	case byDate:
		v.end -= w.p.endsWith(v.from, v.end, strings.Fields("请 在 于 到 至 截止 截止到 截至 最晚 最迟 定在 改到 改成 延到 延期到 推到 推迟到 调到 挪到"))
	default:
	}
	for v.from < v.end && isSpace(w.p.runes[v.end-1]) {
		v.end--
	}
	return v
}

// frontWords begin with 前 and are no 前 of a date.
func frontWords() []string {
	return strings.Fields("前端 前台 前后 前置 前期 前往 前面 前提 前沿 前瞻 前景 前言 前线 前述 前身")
}

// trimMarks drops the marks that joined the words to what was taken.
func (w *words) trimMarks(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return isDangling(fold(r)) || unicode.IsSpace(r) || invisible(r) })
}
