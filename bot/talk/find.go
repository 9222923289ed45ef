package talk

import (
	"slices"
	"strings"

	"huiban/bot/wording"
)

// takeTask finds the first word that is a task number. One that is part of a
// longer date (08-20前) or follows 到 is a date.
func (w *words) takeTask(s Slot) {
	for i := w.lo; i < w.hi; i++ {
		if !w.open(i) || !isNumberRune(w.p.runes[i]) || w.open(i-1) && isNumberRune(w.p.rune(i-1)) {
			continue
		}
		end := numberEnd(w.p, w.scene, i)
		if end > 0 && w.allOpen(i, end) && !w.inDate(i, end) {
			w.give(s, w.p.word(i, end))
			w.take(i, end, byOther)
			return
		}
	}
}

// inDate reports whether the word is meant as a date.
func (w *words) inDate(from, end int) bool {
	dates := w.dates()
	next, _ := slices.BinarySearchFunc(dates, from+1, func(d piece, i int) int { return d.from - i })
	if next > 0 && end <= dates[next-1].end && dates[next-1].end-dates[next-1].from > end-from {
		return true
	}
	before := w.p.rune(from - 1)
	if isSpace(before) {
		before = w.p.rune(from - 2)
	}
	return from > w.lo && strings.ContainsRune("到至", before) || w.p.oneOf(end, []string{"前", "之前", "以前"}) > 0
}

// numberEnd returns the rune behind the task number at rune i, or 0.
func numberEnd(p *page, s *Scene, i int) int {
	const longest = 40 // runes; no number is longer, and a page of digits is none
	end := i
	for end < len(p.runes) && end-i <= longest && isNumberRune(p.runes[end]) {
		end++
	}
	if s.Number == nil || end == i || end-i > longest || !s.Number(p.word(i, end)) {
		return 0
	}
	return end
}

func isNumberRune(r rune) bool {
	return isLatin(r) || strings.ContainsRune("-#‐‑‒–—―−", r)
}

// takeDate finds the date. What only describes something (8月1日的数据) is none;
// without a date a vague word is taken for it, and refused by the rules (R38).
func (w *words) takeDate(s Slot, answer bool) {
	for _, d := range w.dates() {
		if !w.allOpen(d.from, d.end) || w.p.rune(d.end) == '的' {
			continue
		}
		if answer {
			d = w.insisted(d)
		}
		w.give(s, w.p.word(d.from, d.end))
		w.take(d.from, d.end, byDate)
		return
	}
	for _, h := range w.vague(wording.NoDate) {
		w.give(s, w.p.word(h.from, h.to))
		w.take(h.from, h.to, byDate)
		return
	}
}

// insisted is the date together with 就这天 beside it (R39).
func (w *words) insisted(d piece) piece {
	thisDay := foldAll("就这天")
	behind := w.p.skip(d.end, isDangling)
	if w.p.has(behind, thisDay) && w.allOpen(behind, behind+len(thisDay)) {
		d.end = behind + len(thisDay)
		return d
	}
	before := d.from
	for before > w.lo && isDangling(w.p.runes[before-1]) {
		before--
	}
	if before -= len(thisDay); w.p.has(before, thisDay) && w.allOpen(before, d.from) {
		d.from = before
	}
	return d
}

// takeNumber finds a share or a number that is a word of its own: 60%, 六成,
// 一半, 60.
func (w *words) takeNumber(s Slot) {
	bare := piece{}
	for i := w.lo; i < w.hi; i++ {
		end, share := w.shareAt(i)
		if end == 0 || !w.allOpen(i, end) {
			continue
		}
		if !share {
			if bare.end == 0 && w.begins(i) && w.ends(end) && !w.dateAt(i) {
				bare = piece{i, end}
			}
			i = end - 1
			continue
		}
		bare = piece{i, end}
		break
	}
	if bare.end > 0 {
		w.give(s, w.p.word(bare.from, bare.end))
		end := bare.end
		if w.p.rune(end) == '了' && w.ends(end+1) {
			end++ // 一半了，缺环境
		}
		w.take(bare.from, end, byOther)
	}
}

// shareAt returns the rune behind the number at rune i, and whether a sign or
// a word makes it a share.
func (w *words) shareAt(i int) (end int, share bool) {
	if n := w.p.oneOf(i, []string{"一半", "过半", "全部", "十成"}); n > 0 {
		// 全部 is a word of many sentences: alone it is a share.
		return i + n, w.begins(i) && (w.ends(i+n) || w.p.rune(i+n) == '了')
	}
	if r := w.p.rune(i); strings.ContainsRune("一二三四五六七八九", r) && w.p.rune(i+1) == '成' {
		end = i + 2
		return end, w.ends(end) || strings.ContainsRune("了多左以吧", w.p.rune(end))
	}
	if !isDigit(w.p.rune(i)) || isLatin(w.p.rune(i-1)) || strings.ContainsRune("-./", w.p.rune(i-1)) {
		return 0, false
	}
	end = w.p.skip(i, isDigit)
	switch after := w.p.skip(end, isSpace); {
	case end-i > 3:
		return end, false
	case w.p.rune(after) == '%':
		return after + 1, true
	case w.p.rune(end) == '成' && end-i <= 2 && (w.ends(end+1) || strings.ContainsRune("了多左以吧", w.p.rune(end+1))):
		return end + 1, true
	}
	return end, false
}

// takeNamedChoice takes a choice beside the name of its slot: 优先级高, 高优先级.
func (w *words) takeNamedChoice(s Slot) {
	labels := s.labels()
	for i := w.lo; i < w.hi; i++ {
		if !w.open(i) || !w.begins(i) || isBreak(w.p.runes[i]) {
			continue
		}
		if n := w.p.oneOf(i, labels); n > 0 {
			from := w.p.skip(i+n, isSpace)
			if w.giveChoice(s, i, from, from+w.p.oneOf(from, s.Choices)) {
				return
			}
		}
		if n := w.p.oneOf(i, s.Choices); n > 0 {
			name := w.p.oneOf(i+n, labels)
			if name > 0 && w.ends(i+n+name) && w.allOpen(i, i+n+name) {
				w.give(s, choiceAtEnd(w.p.word(i, i+n), s.Choices))
				w.take(i, i+n+name, byOther)
				return
			}
		}
	}
}

// giveChoice fills the slot with the choice from rune from to end, if it ends
// there, and takes it with what stands before.
func (w *words) giveChoice(s Slot, begin, from, end int) bool {
	if from >= end || !w.ends(end) || !w.allOpen(begin, end) {
		return false
	}
	w.give(s, choiceAtEnd(w.p.word(from, end), s.Choices))
	w.take(begin, end, byOther)
	return true
}

// takeChoice finds a choice that is a word of its own: the one that ends the
// words (…检测报告,高), else the first.
func (w *words) takeChoice(s Slot, answer bool) {
	end := w.hi
	for end > w.lo && (w.cut[end-1] != free || isDangling(w.p.runes[end-1])) {
		end--
	}
	if n := w.p.endsWith(w.lo, end, s.Choices); n > 0 && w.begins(end-n) && w.giveChoice(s, end-n, end-n, end) {
		return
	}
	for i := w.lo; i < w.hi; i++ {
		n := w.p.oneOf(i, s.Choices)
		if n == 0 || !w.begins(i) {
			continue
		}
		if w.giveChoice(s, i, i, i+n) {
			return
		}
		tail := w.p.oneOf(i+n, []string{"吧", "的", "了", "呢", "啊", "就行", "就好", "优先"})
		if answer && tail > 0 && w.ends(i+n+tail) && w.allOpen(i, i+n+tail) {
			w.give(s, choiceAtEnd(w.p.word(i, i+n), s.Choices))
			w.take(i, i+n+tail, byOther)
			return
		}
	}
}

// takeFlag finds the name of a flag as a word of its own.
func (w *words) takeFlag(s Slot) {
	labels := s.labels()
	for i := w.lo; i < w.hi; i++ {
		n := w.p.oneOf(i, labels)
		if n > 0 && w.begins(i) && w.ends(i+n) && w.allOpen(i, i+n) {
			w.give(s, w.p.word(i, i+n))
			w.take(i, i+n, byOther)
			return
		}
	}
}
