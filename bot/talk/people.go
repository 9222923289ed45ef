package talk

import (
	"slices"
	"strings"
	"unicode"
)

// takeNamedPeople takes what follows the name of a slot of people without a
// colon: 抄送市场部, 配合 @{p3} @{p4}. Only what looks like people counts, for
// 配合推进包装打样 names nobody.
func (w *words) takeNamedPeople(s Slot) {
	var items []string
	labels := s.labels()
	for i := w.lo; i < w.hi; i++ {
		if !w.open(i) || !w.begins(i) {
			continue
		}
		n := w.p.oneOf(i, labels)
		if n == 0 {
			continue
		}
		more, end := w.people(w.p.skip(i+n, isSpace))
		if len(more) == 0 {
			continue
		}
		items = append(items, more...)
		w.take(i, end, byOther)
		i = end - 1
	}
	w.give(s, strings.Join(items, "、"))
}

// people reads a list of people from rune i on, up to what is none.
func (w *words) people(i int) (items []string, end int) {
	end = i
	for {
		value, k := w.oneOfMany(i)
		if k == 0 {
			return items, end
		}
		items, end = append(items, value), k
		i = w.p.skip(k, joins)
		if i < w.hi && w.open(i) && strings.ContainsRune("和与及", w.p.runes[i]) {
			i = w.p.skip(i+1, isSpace)
		}
		if i == k {
			return items, end
		}
	}
}

// joins reports whether a rune parts the people of a list.
func joins(r rune) bool { return isSpace(r) || isComma(r) || r == '、' || r == '/' }

// oneOfMany is one person or unit of a list at rune i: a token, a name, or a
// word that ends as units and titles do.
func (w *words) oneOfMany(i int) (value string, end int) {
	if !w.open(i) {
		return "", 0
	}
	if end = w.p.token(i); end > 0 {
		return w.p.word(i, end), end
	}
	begin := i
	if w.p.runes[i] == '@' {
		begin++
	}
	if name, end := w.nameAt(begin); end > 0 && w.endsItem(end) {
		return w.tokenOf(name), end
	}
	if end = w.departmentAt(begin); end > 0 && w.endsItem(end) {
		return w.p.word(begin, end), end
	}
	end = begin
	for w.open(end) && end < begin+12 && unicode.IsLetter(w.p.runes[end]) && !w.endsItem(end) {
		end++
	}
	if word := w.p.word(begin, end); w.endsItem(end) && (isUnit(word) || isTitle(word) || begin > i && end > begin) {
		return word, end
	}
	return "", 0
}

// endsItem reports whether one of a list ends before rune i.
func (w *words) endsItem(i int) bool {
	return w.ends(i) || i < w.hi && (strings.ContainsRune("和与及", w.p.runes[i]) || !unicode.IsLetter(w.p.runes[i]) && !unicode.IsDigit(w.p.runes[i]))
}

// isTitle reports whether a word ends as what colleagues are called does.
func isTitle(word string) bool {
	for end := range strings.FieldsSeq("经理 主任 主管 总监 老师 工程师 副总 总 专员 助理 设计师 同事") {
		if strings.HasSuffix(word, end) && len(word) > len(end) {
			return true
		}
	}
	return false
}

// takePeople finds people without a label: a list that opens the words, else
// the mentions that are left. A mention inside of a sentence is named, and
// stays where it is: 把接口发给@{p3} 确认.
func (w *words) takePeople(s Slot) {
	var items []string
	if from, begin, ok := w.listBegins(); ok {
		var end int
		if items, end = w.people(begin); len(items) > 0 {
			w.take(from, end, byPerson)
		}
	}
	for i := w.lo; i < w.hi; i++ {
		end := w.p.token(i)
		if end == 0 || !w.allOpen(i, end) {
			continue
		}
		items = append(items, w.p.word(i, end))
		if w.begins(i) && !w.governed(i) {
			w.take(i, end, byPerson)
		}
		i = end - 1
	}
	w.give(s, strings.Join(unique(items), "、"))
}

// listBegins finds where a list of people would begin: at the first words, or,
// where somebody was taken there before, behind a 、 or 和 after that person.
// From is the 和, where there is one.
func (w *words) listBegins() (from, begin int, ok bool) {
	from = w.first()
	if !slices.Contains(w.cut, byPerson) {
		return from, from, true
	}
	i := from
	for i > w.lo && w.cut[i-1] == free {
		i--
	}
	switch {
	case i == w.lo || w.cut[i-1] != byPerson:
		return from, from, false
	case from < w.hi && strings.ContainsRune("和与及", w.p.runes[from]):
		return from, w.p.skip(from+1, isSpace), true
	}
	return from, from, slices.Contains(w.p.runes[i:from], '、')
}

// governed reports whether a word before rune i needs what stands there: 发给 @….
func (w *words) governed(i int) bool {
	for i > w.lo && isSpace(w.p.runes[i-1]) {
		i--
	}
	return i > w.lo && w.cut[i-1] == free && strings.ContainsRune("给和与跟向让找由对同为把被请到及陪帮替", w.p.runes[i-1])
}

func unique(items []string) []string {
	seen := map[string]bool{}
	out := items[:0]
	for _, s := range items {
		if !seen[s] {
			out = append(out, s)
		}
		seen[s] = true
	}
	return out
}

// list is a labelled value of people, one beside the other, each as a token
// where the name is known.
func (w *words) list(v piece) string {
	var items []string
	for i := v.from; i < v.end; {
		if joins(w.p.runes[i]) {
			i++
			continue
		}
		end := i
		if k := w.p.token(i); k > 0 {
			end = k
		} else {
			for end < v.end && !joins(w.p.runes[end]) && w.p.token(end) == 0 {
				end++
			}
		}
		items = append(items, w.split(piece{i, end})...)
		i = end
	}
	return strings.Join(items, "、")
}

// split parts 市场部和财务部, if both sides are people or units.
func (w *words) split(v piece) []string {
	for i := v.from + 1; i+1 < v.end; i++ {
		if !strings.ContainsRune("和与及", w.p.runes[i]) {
			continue
		}
		left, right := piece{v.from, i}, piece{i + 1, v.end}
		if w.isSomebody(left) && w.isSomebody(right) {
			return []string{w.known(left), w.known(right)}
		}
	}
	return []string{w.known(v)}
}

func (w *words) isSomebody(v piece) bool {
	word := w.p.word(v.from, v.end)
	if _, end := w.nameAt(v.from); end == v.end {
		return true
	}
	return w.departmentAt(v.from) == v.end || isUnit(word) || isTitle(word)
}
