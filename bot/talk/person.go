package talk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot/wording"
)

// A namedPerson is where somebody is named, and how it goes into an argument.
type namedPerson struct {
	piece
	value string
	sure  bool // one person's name, no department and no 大家
}

// takePerson finds the one person. A name that opens the words is meant before
// a mention later on, a mention before a department or 大家.
func (w *words) takePerson(s Slot, answer bool) {
	o, ok := w.theOne(answer)
	if !ok {
		return
	}
	w.give(s, o.value)
	w.take(o.from, o.end, byPerson)
	w.named = o.end
}

// takeMore takes whoever is named right behind the one person: of several one
// answers for it and the others help (R35). The first slot of people gets them.
func (w *words) takeMore(s Slot) {
	var more []string
	for i := w.named; i > 0; {
		j := w.p.skip(i, func(r rune) bool { return isSpace(r) || isComma(r) || strings.ContainsRune("、和及与", r) })
		o, ok := w.owner(j)
		if j == i || !ok || !o.sure || !w.endsItem(o.end) {
			break
		}
		more = append(more, o.value)
		w.take(i, o.end, byPerson)
		i = o.end
	}
	w.give(s, strings.Join(more, "、"))
	w.named = 0
}

func (w *words) theOne(answer bool) (namedPerson, bool) {
	begin := w.first()
	start := w.p.skip(begin+w.p.oneOf(begin, askingWords()), isSpace)
	opens, ok := w.owner(start)
	if !ok {
		if opens, ok = w.owner(w.afterDate(start)); !ok && start > begin {
			start = begin // 派 and 叫 begin words too
			opens, ok = w.owner(start)
		}
	}
	if ok && opens.sure {
		if opens.from == start {
			opens.from = begin
		}
		return opens, true
	}
	if m, ok := w.mention(); ok {
		return m, true
	}
	if answer {
		if o, found := w.inside(); found && (o.sure || !ok) {
			return o, true
		}
	}
	if ok && opens.from == start {
		opens.from = begin
	}
	return opens, ok
}

// afterDate is the rune behind a date that opens the words: 明天18:00前许哲交文档.
func (w *words) afterDate(i int) int {
	for _, d := range w.dates() {
		if d.from == i {
			i = d.end
			i += w.p.oneOf(i, []string{"前", "之前", "以前"})
			i = w.p.skip(i, isDangling)
			return i + w.p.oneOf(i, askingWords())
		}
	}
	return i
}

// mention is the first mention among the words: a token, the @name of a known
// person, or @ with a name that nobody has.
func (w *words) mention() (namedPerson, bool) {
	const most = 50 // who writes more @ than that means none of them
	seen := 0
	for i := w.lo; i < w.hi && seen < most; i++ {
		if w.p.runes[i] != '@' || !w.open(i) {
			continue
		}
		seen++
		if o, ok := w.mentionAt(i); ok {
			return o, true
		}
	}
	return namedPerson{}, false
}

func (w *words) mentionAt(i int) (namedPerson, bool) {
	if end := w.p.token(i); end > 0 {
		return namedPerson{piece{i, end}, w.p.word(i, end), true}, true
	}
	if isLatin(w.p.rune(i - 1)) { // an address of mail
		return namedPerson{}, false
	}
	if who, end := w.nameAt(i + 1); end > 0 {
		return namedPerson{piece{i, end}, w.tokenOf(who), true}, true
	}
	if !w.begins(i) {
		return namedPerson{}, false
	}
	end := i + 1
	for w.open(end) && end < i+21 && !w.ends(end) && (unicode.IsLetter(w.p.runes[end]) || unicode.IsDigit(w.p.runes[end])) {
		end++
	}
	return namedPerson{piece{i, end}, w.p.word(i+1, end), true}, end > i+1
}

// owner is whoever is named at rune i, with or without a space behind it.
func (w *words) owner(i int) (namedPerson, bool) {
	if !w.open(i) {
		return namedPerson{}, false
	}
	if w.p.runes[i] == '@' {
		return w.mentionAt(i)
	}
	who, end := w.nameAt(i)
	if d := w.departmentAt(i); d > end {
		return namedPerson{piece{i, d}, w.p.word(i, d), false}, true
	}
	if end > 0 {
		return namedPerson{piece{i, end}, w.tokenOf(who), true}, true
	}
	if end = w.addressedAt(i); end > 0 {
		return namedPerson{piece{i, end}, w.p.word(i, end), true}, true
	}
	if end = w.vagueAt(i); end > 0 {
		return namedPerson{piece{i, end}, w.p.word(i, end), false}, true
	}
	return namedPerson{}, false
}

// A sieve lets pass the runes with which somebody's name or department begins,
// and few others: most places of a text are no name, and people are many.
type sieve [1024]bool

func (w *words) mayName(i int) bool {
	if w.sieve == nil {
		w.sieve = new(sieve)
		for _, p := range w.scene.People {
			for _, name := range [...]string{p.Name, p.Department} {
				r, _ := utf8.DecodeRuneInString(name)
				w.sieve[fold(r)%1024] = true
			}
		}
	}
	return w.sieve[w.p.rune(i)%1024]
}

// nameAt returns the person with the longest name at rune i.
func (w *words) nameAt(i int) (name string, end int) {
	if !w.mayName(i) {
		return "", 0
	}
	for _, p := range w.scene.People {
		k := w.p.starts(i, p.Name)
		if k > end && !w.p.cutsLatin(i) && !w.p.cutsLatin(k) {
			name, end = p.Name, k
		}
	}
	return name, end
}

// tokenOf returns the token of the one person of that name. Of two, the rules
// ask which is meant: the name stays.
func (w *words) tokenOf(name string) string {
	token := ""
	for _, p := range w.scene.People {
		if p.Name == name {
			if token != "" && token != p.Token {
				return name
			}
			token = p.Token
		}
	}
	if token == "" {
		return name
	}
	return token
}

// departmentAt returns the rune behind the department that stands at rune i, 0
// for none. A name that does not say that it is one (产品, 财务 for 财务部) must
// end as a word does: 产品手册 names nobody.
func (w *words) departmentAt(i int) int {
	if !w.mayName(i) {
		return 0
	}
	longest, last := 0, ""
	for _, p := range w.scene.People {
		d := p.Department
		if d == last { // people of a list mostly stand by departments
			continue
		}
		last = d
		if end := w.p.starts(i, d); end > longest && (isUnit(d) || w.endsClearly(end)) {
			longest = end
		}
		short := strings.TrimSuffix(strings.TrimSuffix(d, "部"), "中心")
		if end := w.p.starts(i, short); short != d && utf8.RuneCountInString(short) >= 2 && end > longest && w.endsClearly(end) {
			longest = end
		}
	}
	return longest
}

// endsClearly is ends, or what plainly speaks of somebody follows.
func (w *words) endsClearly(i int) bool {
	if w.ends(i) || w.p.oneOf(i, []string{"负责", "牵头", "来", "把", "在", "于", "需", "要", "去", "尽"}) > 0 {
		return true
	}
	for _, h := range w.lists.Find(w.p.text(min(i, w.hi), min(i+8, w.hi)), wording.NoDate) {
		if h.Start == 0 {
			return true
		}
	}
	return false
}

// isUnit reports whether a word ends as names of departments do.
func isUnit(word string) bool {
	for end := range strings.FieldsSeq("部 部门 组 中心 团队 车间 事业群 公司 办公室 办 科 处 室 委 委员会") {
		if strings.HasSuffix(word, end) && utf8.RuneCountInString(word) >= 3 {
			return true
		}
	}
	return false
}

// addressedAt returns the rune behind 王工 or 李经理 at rune i, where somebody of
// that surname is known, or behind 我. One character is little: 汇总表 and 施工图 are no one.
func (w *words) addressedAt(i int) int {
	for title := range strings.FieldsSeq("经理 主任 主管 老师 总监 工 总 哥 姐") {
		end := w.p.starts(i+1, title)
		if end > 0 && w.isSurname(i) && (end > i+2 || w.endsClearly(end)) {
			return end
		}
	}
	if n := w.p.oneOf(i, []string{"我", "我自己", "本人"}); n > 0 && w.endsClearly(i+n) {
		return i + n
	}
	return 0
}

func (w *words) isSurname(i int) bool {
	if !w.mayName(i) {
		return false
	}
	for _, p := range w.scene.People {
		if r, size := utf8.DecodeRuneInString(p.Name); r == w.p.runes[i] && len(p.Name) > size {
			return true
		}
	}
	return false
}

// vagueAt returns the rune behind 大家 or 各部门 at rune i.
func (w *words) vagueAt(i int) int {
	for _, h := range w.lists.Find(w.p.text(i, min(i+8, w.hi)), wording.VagueOwner) {
		if h.Start == 0 {
			return w.p.at(w.p.from[i] + h.End)
		}
	}
	return 0
}

// inside finds, in an answer, the first name anywhere, or a department or 王工
// where a clause begins.
func (w *words) inside() (namedPerson, bool) {
	from := w.lo
	text := w.p.text(w.lo, w.hi)
	best := namedPerson{piece: piece{w.hi, w.hi}}
	for _, p := range w.scene.People {
		if p.Name == "" {
			continue
		}
		k := strings.Index(text, p.Name)
		if k < 0 {
			continue
		}
		i := w.p.at(w.p.from[from] + k)
		if end := w.p.starts(i, p.Name); end > 0 && w.allOpen(i, end) && (i < best.from || i == best.from && end > best.end) {
			if name, _ := w.nameAt(i); name == p.Name {
				best = namedPerson{piece{i, end}, w.tokenOf(name), true}
			}
		}
	}
	if best.from < w.hi {
		return best, true
	}
	for i := w.lo; i < w.hi; i++ {
		if !w.open(i) || !w.begins(i) || isBreak(w.p.runes[i]) {
			continue
		}
		if o, ok := w.owner(w.p.skip(i+w.p.oneOf(i, askingWords()), isSpace)); ok {
			return o, true
		}
	}
	return namedPerson{}, false
}

// known is what names one person, as a token where there is just one of that
// name.
func (w *words) known(v piece) string {
	i := v.from
	if w.p.runes[i] == '@' && i+1 < v.end {
		i++
	}
	if end := w.p.token(v.from); end == v.end {
		return w.p.word(v.from, v.end)
	}
	if name, end := w.nameAt(i); end == v.end {
		return w.tokenOf(name)
	}
	return w.p.word(v.from, v.end)
}
