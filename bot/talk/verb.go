package talk

import (
	"slices"
	"strings"
	"unicode"
)

// verbs holds the words of the commands, rune by rune, spaces left out.
type verbs struct {
	next map[rune]*verbs
	ends bool
	of   int // the command, where a word ends
}

// A verb is a command word found in a text.
type verb struct {
	command int
	end     int  // the rune behind it
	glued   bool // the words run on without a space or a mark
}

func (v *verbs) add(word string, command int) {
	for _, r := range foldAll(strings.TrimPrefix(word, "/")) {
		if unicode.IsSpace(r) {
			continue
		}
		if v.next == nil {
			v.next = map[rune]*verbs{}
		}
		if v.next[r] == nil {
			v.next[r] = &verbs{}
		}
		v = v.next[r]
	}
	if !v.ends {
		v.ends, v.of = true, command
	}
}

// at returns the verbs that stand at rune i, the longest first. A space inside
// of one does not matter: 取消 待办 is 取消待办.
func (v *verbs) at(p *page, i int) []verb {
	var found []verb
	for ; i < len(p.runes); i++ {
		if p.runes[i] == ' ' {
			continue
		}
		v = v.next[p.runes[i]]
		if v == nil {
			break
		}
		if glued, ok := p.verbEnds(i + 1); v.ends && ok {
			found = append(found, verb{command: v.of, end: i + 1, glued: glued})
		}
	}
	slices.Reverse(found)
	return found
}

// verbEnds reports whether a verb may end before rune i, and whether a letter
// follows at once. A Latin word does not end inside of itself.
func (p *page) verbEnds(i int) (glued, ok bool) {
	r := p.rune(i)
	if p.cutsLatin(i) {
		return false, false
	}
	return unicode.IsLetter(r), true
}

// fixedTerms begin with what could be a verb and are words of their own. Names
// of things only: a sentence with such a verb in front is a command all the same.
func fixedTerms() []string {
	return strings.Fields(`
		完成度 完成率 完成时 完成品 完成情况 完成日
		进度条 进度表 进度款 进度会 进度管理 进展报告
		确认函 确认书 确认单 确认键 确认按钮 确认邮件 确认信 确认页 确认码
		延期费 延期率 延期险 延期付款 延期交货 延期罚
		验收单 验收会 验收报告 验收标准 验收员 验收人 验收组 验收款
		取消键 取消按钮 取消费 取消率
		待办箱 待办栏 待办列表 待办清单 待办中心 任务清单 任务列表 任务书 任务单 任务表 任务量
		转交单 转交人
		通过率 通过证 同意书 退回率 退回件
		逾期率 逾期费 逾期利息 受阻率 帮助中心 帮助文档
		审批表 审批流 审批权 审批单 周报表 台账表`)
}

// filling is what may follow a verb and means nothing more.
func filling() []string {
	return strings.Fields(`
		了 吧 啊 呢 哦 哈 呀 嘛 啦 的 吗 我 您 你 就 都 先 请 一下 下 谢谢 多谢 感谢 谢谢您 辛苦 辛苦了 麻烦了
		这个 这条 那个 那条 任务 待办 它 可以 好的 好 收到`)
}

// onlyFilling reports whether nothing with a meaning of its own is left.
func (w *words) onlyFilling() bool {
	for i := w.lo; i < w.hi; {
		n := 1
		if r := w.p.runes[i]; w.cut[i] == free && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			if n = w.p.oneOf(i, filling()); n == 0 {
				return false
			}
		}
		i += n
	}
	return true
}
