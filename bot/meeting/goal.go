package meeting

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// measures is what a goal can be measured by: a number, a date, a count or a
// deliverable that is named (R4).
var measures = regexp.MustCompile(`[0-9０-９%％]|[一二两三四五六七八九十]+(选一|[个项份条款家套版次名张轮])|[周月](底|初|末)|周[一二三四五六日]|名单|清单|时间表|计划表|排期|预算表|责任人|分工表|里程碑|决议|定稿|签字|签署|报告|结论`)

// onlyTalk is how goals begin that nobody can check.
var onlyTalk = regexp.MustCompile(`^(就是|主要是|大家)?(把)?(讨论|沟通|交流|了解|研究|探讨|碰一下|聊)`)

// Measurable reports whether one can tell afterwards that a goal was reached (R4).
func Measurable(goal string) bool {
	goal = strings.TrimSpace(goal)
	hits := measures.FindAllString(goal, -1)
	if onlyTalk.MatchString(goal) {
		hits = slices.DeleteFunc(hits, func(h string) bool { return !strings.ContainsAny(h, "0123456789０１２３４５６７８９%％") })
	}
	return len(hits) > 0
}

// GoalExample rewrites a goal that cannot be measured, by what the topics are to
// end in (R4).
func (m *Meeting) GoalExample() string {
	var parts []string
	for _, t := range m.Topics {
		switch t.Output {
		case ADecision:
			parts = append(parts, "就“"+short(t.Title)+"”定出1个结论")
		case ATaskList:
			parts = append(parts, "列出“"+short(t.Title)+"”的任务清单，每项有责任人和截止日期")
		case APlan:
			parts = append(parts, "形成1份“"+short(t.Title)+"”方案")
		case Something:
		}
		if len(parts) == 2 {
			break
		}
	}
	if len(parts) == 0 {
		return "确定3个关键节点及责任人"
	}
	return strings.Join(parts, "；")
}

// SetGoals sets what the meeting is to reach, one goal a piece. Vague says that
// goals which cannot be measured were kept knowingly; without it they are
// refused with a rewrite example (R4 warns).
func (m *Meeting) SetGoals(by PersonID, goals []string, vague bool) error {
	if err := m.drafting(by, "目标"); err != nil {
		return err
	}
	if len(goals) == 0 {
		return &Refusal{Rule: "R4", Gaps: []Gap{{Field: "目标", Rule: "R4", Say: "开完会要得到什么？写一句能判断是否达成的话，如“" + m.GoalExample() + "”。"}}}
	}
	for _, g := range goals {
		if n := utf8.RuneCountInString(g); n > textLimit {
			return &Refusal{Rule: "R4", Gaps: []Gap{{Field: "目标", Rule: "R4", Say: fmt.Sprintf("一个目标最多%d字，现在有%d字。请写短一些。", textLimit, n)}}}
		}
		if !vague && !Measurable(g) {
			example := m.GoalExample()
			return &Refusal{Rule: "R4", Gaps: []Gap{{Field: "目标", Rule: "R4",
				Say:     "“" + short(g) + "”没法判断是否达成。可改为：" + example + "。用这个，还是自己改一句？",
				Choices: []Choice{{Label: "用这个", Value: example}, {Label: "就用原话", Value: strings.Join(goals, "；") + " " + AsSaid}}}}}
		}
	}
	before := strings.Join(m.Goals, "；")
	m.Goals = goals
	reason := ""
	if vague {
		reason = "R4：" + AsSaid
	}
	m.note("目标", by, before, strings.Join(goals, "；"), reason)
	return nil
}

// AsSaid is what an answer carries to keep a goal as it was said (R4).
const AsSaid = "就用原话"
