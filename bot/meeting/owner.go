package meeting

import (
	"strings"
	"unicode/utf8"

	"huiban/bot/wording"
)

// OwnerGap says why what was typed where a person should be is none (R35): it
// is empty, vague (大家) or a department. Nil says that it may be a name.
func OwnerGap(field, raw string) *Gap {
	name := strings.TrimSpace(raw)
	if name == "" {
		return &Gap{Field: field, Rule: "R33", Say: "由谁负责？请@一位同事。"}
	}
	if vague := wording.DefaultLists().Find(name, wording.VagueOwner); len(vague) > 0 {
		return &Gap{Field: field, Rule: "R35", Say: "“" + vague[0].Word + "”不是一个人，由谁牵头？请@一位同事，其他人记为配合。"}
	}
	if department(name) {
		return &Gap{Field: field, Rule: "R35", Say: "“" + short(name) + "”是部门，由谁牵头？请@一位同事。"}
	}
	return nil
}

// department reports whether the word ends as names of departments do. One
// character before 组, 科 or 处 may be a surname: such words stay possible names.
func department(name string) bool {
	n := utf8.RuneCountInString(name)
	for _, end := range []string{"部", "部门", "中心", "团队", "小组", "车间", "事业群", "分公司", "办公室"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return n >= 3 && (strings.HasSuffix(name, "组") || strings.HasSuffix(name, "科") || strings.HasSuffix(name, "处"))
}
