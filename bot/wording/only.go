package wording

import (
	"iter"
	"strings"
	"unicode"
)

// OnlyVague reports whether a task's description is nothing but a vague verb
// with nothing to deliver (R34): 跟进一下, 推进, 请大家尽快配合推进, 关注项目进展.
//
// What remains after the words of V1, V3 and V4, polite filling and generic
// nouns (工作, 项目, 情况) are taken away decides: one word with a meaning of
// its own, also a quoted one, makes it false. So 推进接口文档v1 and
// 配合推进包装打样 are not only vague: there is an object, and whether its
// state can be checked is the softer question that Find answers with a hit of
// VagueResult (“交付什么?”). A description without any vague verb, also the
// empty one, is false: something else is missing there.
func (l Lists) OnlyVague(description string) bool {
	t := read(description)
	if len(l.find(t, VagueResult)) == 0 {
		return false
	}
	hits := l.find(t, NoDate, VagueResult, VagueOwner)
	for i := 0; i < len(t.runes); {
		for len(hits) > 0 && hits[0].End <= t.at[i] {
			hits = hits[1:]
		}
		if len(hits) > 0 && hits[0].Start <= t.at[i] {
			i++
			continue
		}
		n := fillingAt(t, i)
		if n == 0 {
			return false
		}
		i += n
	}
	return true
}

// fillingAt returns how many runes at i say nothing about a result; 0 if the
// rune there belongs to a word with a meaning of its own.
func fillingAt(t page, i int) int {
	longest := 0
	for w := range filling() {
		if f := []rune(w); len(f) > longest && t.has(i, f) {
			longest = len(f)
		}
	}
	r := t.runes[i]
	if longest == 0 && r != hidden && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return 1
	}
	return longest
}

// filling yields what may stand beside a vague verb without making it clearer:
// politeness and particles, adverbs of zeal, nouns that fit every task.
func filling() iter.Seq[string] {
	return strings.FieldsSeq(`
		请 麻烦 帮忙 帮 辛苦 一下 下 一起 共同 继续 进一步 做好 做 好 进行 开展 负责 落实 完成
		的 了 着 吧 啊 呢 哈 要 需要 需 去 来 把 将 对 就 都 再 先 也 和 与 及 并 以及 跟
		积极 全力 大力 认真 密切 主动 及时 重点 加强 加快 加大 做到 到位
		工作 事情 事项 事宜 事务 事 任务 待办 项目 情况 进展 进度 问题 相关 有关 各项 各方 具体 后面
		这个 那个 这件 那件 这些 那些 此 该 本 其 它 上述 以上 方面`)
}
