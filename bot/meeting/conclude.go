package meeting

import (
	"regexp"
	"strings"
)

// verdicts are the words that state a decision; of two classes the earlier one
// in the list wins, for 不同意采用 is a no (R32).
var verdicts = []struct { //nolint:gochecknoglobals // a table
	is    DecisionKind
	words []string
}{
	{Rejected, []string{"否决", "不同意", "不采用", "不采纳", "不通过", "不予", "驳回", "不做", "不上"}},
	{Postponed, []string{"暂缓", "缓议", "推迟", "暂不", "先不"}},
	{Approved, []string{"同意", "通过", "批准", "认可"}},
	{Adopted, []string{"采用", "选用", "选定", "采纳", "定为", "确定"}},
}

// VerdictOf finds the kind of decision in the words of a 结论 (R32); 其他 if they
// state none.
func VerdictOf(text string) DecisionKind {
	for _, v := range verdicts {
		for _, w := range v.words {
			if strings.Contains(text, w) {
				return v.is
			}
		}
	}
	return Otherwise
}

// leading finds who takes the lead in the words of a 结论: 由研发部牵头.
var leading = regexp.MustCompile(`(?:由|请|，|,|；|。|^|\s)\s*([^由请，,；。\s]{1,12}?)(?:来)?(?:牵头|主责|负责实施|牵头负责)`)

// leadOf is the department that leads: of a person who is named, that person's.
func (m *Meeting) leadOf(text string) string {
	found := leading.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	if p, ok := tokenOf(found[1]); ok {
		if in := m.Participant(p); in != nil {
			return in.Department
		}
		return ""
	}
	for _, p := range m.Participants {
		if p.Department != "" && strings.HasSuffix(found[1], p.Department) {
			return p.Department
		}
	}
	if department(found[1]) {
		return found[1]
	}
	return ""
}

// unanimous are words that claim everybody's agreement (R42).
var unanimous = regexp.MustCompile(`一致(?:同意|通过|认为|决定|赞成|认可|采用)|全体(?:同意|通过|赞成)|全票|都同意|均同意|大家同意|无异议|没有异议`)

// Unanimous reports whether a 结论 claims that everybody agrees.
func Unanimous(text string) bool { return unanimous.MatchString(text) }
