package meeting

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiban/bot/wording"
)

// textLimit is how many characters a description or a standard may have
// (method.md 3.1).
const textLimit = 200

// DescriptionGap says what a description lacks (R34), nil if nothing: words at
// all, or with nothing but vague ones something to deliver. The second gap is
// one of the argument 交付; 无 given there means that nobody wants to say, and
// settles it (R34 warns, it does not block).
func DescriptionGap(field, description, deliverable string) *Gap {
	description, deliverable = strings.TrimSpace(description), strings.TrimSpace(deliverable)
	switch {
	case !strings.ContainsFunc(description, sayable):
		return &Gap{Field: field, Rule: "R33", Say: "要做什么？请写做什么、做出什么，如“完成A方案技术文档”。"}
	case utf8.RuneCountInString(description) > textLimit:
		return tooLong(field, "任务描述", description)
	case utf8.RuneCountInString(deliverable) > textLimit:
		return tooLong("交付", "交付物", deliverable)
	case deliverable == "" && wording.DefaultLists().OnlyVague(description):
		return &Gap{Field: "交付", Rule: "R34",
			Say:     "“" + short(description) + "”还看不出做成什么样。交付什么？如“文档v1，评审通过”。",
			Choices: []Choice{{Label: "先不写", Value: "无"}}}
	}
	return nil
}

func tooLong(field, what, text string) *Gap {
	return &Gap{Field: field, Rule: "R34",
		Say: what + "最多" + strconv.Itoa(textLimit) + "字，现在有" + strconv.Itoa(utf8.RuneCountInString(text)) + "字。请写短一些，细节放附件。"}
}

// sayable reports whether a character can be part of a word: a line of emoji
// or dots describes nothing.
func sayable(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
