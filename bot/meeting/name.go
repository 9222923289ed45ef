package meeting

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// titles are what stands behind a surname when colleagues are addressed.
var titles = []string{"经理", "主任", "主管", "老师", "总监", "工", "总", "哥", "姐", "部"} //nolint:gochecknoglobals // a list

// FindPerson reads what was typed where one person belongs (R35, R36): a token,
// a name, 我, a surname with a title (王工) or a department. Exactly one person
// comes back, or the gap that asks which one.
func FindPerson(field, raw string, me PersonID, everyone []Person) (PersonID, *Gap) {
	name := strings.Trim(strings.TrimSpace(raw), "@＠ ，,。")
	if name == "" {
		return Nobody, &Gap{Field: field, Rule: "R35", Say: "请说明" + field + "是哪一位。"}
	}
	if name == "我" || name == "本人" || name == "我自己" {
		return me, nil
	}
	if several := strings.FieldsFunc(raw, func(r rune) bool { return r == '、' || r == ' ' }); len(several) > 1 {
		if found := tokens(several, everyone); len(found) == len(several) {
			return Nobody, &Gap{Field: field, Rule: "R35", Choices: choose(found), Say: field + "只能是一位，是哪一位？"}
		}
	}
	if id, ok := tokenOf(strings.TrimSpace(raw)); ok {
		for _, p := range everyone {
			if p.ID == id {
				return id, leaver(field, p)
			}
		}
	}
	match := func(fits func(Person) bool) (out []Person) {
		for _, p := range everyone {
			if p.Active && fits(p) {
				out = append(out, p)
			}
		}
		return out
	}
	label := strings.NewReplacer("(", "（", ")", "）").Replace(name)
	if found := match(func(p Person) bool { return p.Label() == label }); len(found) == 1 {
		return found[0].ID, nil
	}
	if found := match(func(p Person) bool { return p.Name == name }); len(found) > 0 {
		return oneOf(field, name, found)
	}
	if surname, ok := addressed(name); ok {
		if found := match(func(p Person) bool { return strings.HasPrefix(p.Name, surname) }); len(found) > 0 {
			return oneOf(field, name, found)
		}
	}
	if found := match(func(p Person) bool { return p.Department != "" && p.Department == name }); len(found) > 0 {
		g := choose(found)
		return Nobody, &Gap{Field: field, Rule: "R35", Choices: g, Say: field + "要到人：" + name + "由谁牵头？"}
	}
	if g := OwnerGap(field, name); g != nil {
		return Nobody, g
	}
	return Nobody, &Gap{Field: field, Rule: "R36",
		Say: "没有找到“" + name + "”。请@本人或写全名；不在本组织的人，请指定一位内部代管人。"}
}

// Token is the person as a token of text.
func (p Person) Token() string { return p.ID.Token() }

// Label is the person with the department, for lists where names may match.
func (p Person) Label() string {
	if p.Department == "" {
		return p.Name
	}
	return p.Name + "（" + p.Department + "）"
}

func addressed(name string) (surname string, ok bool) {
	for _, t := range titles {
		if s, cut := strings.CutSuffix(name, t); cut && utf8.RuneCountInString(s) == 1 {
			return s, true
		}
	}
	return "", false
}

func oneOf(field, name string, found []Person) (PersonID, *Gap) {
	if len(found) == 1 {
		return found[0].ID, nil
	}
	return Nobody, &Gap{Field: field, Rule: "R36", Choices: choose(found), Say: "有" + countWord(len(found)) + "位“" + name + "”，" + field + "是哪一位？"}
}

// tokens are the people whose tokens these are.
func tokens(words []string, everyone []Person) (out []Person) {
	for _, word := range words {
		if i := slices.IndexFunc(everyone, func(p Person) bool { return p.Token() == word }); i >= 0 {
			out = append(out, everyone[i])
		}
	}
	return out
}

func leaver(field string, p Person) *Gap {
	if p.Active {
		return nil
	}
	return &Gap{Field: field, Rule: "R36", Say: p.Name + "已离职，请换一位" + field + "。"}
}

func choose(people []Person) []Choice {
	out := make([]Choice, len(people))
	for i, p := range people {
		out[i] = Choice{Label: p.Label(), Value: p.Token()}
	}
	return out
}

func countWord(n int) string {
	if n == 2 {
		return "两"
	}
	return strconv.Itoa(n)
}
