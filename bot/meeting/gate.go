package meeting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// A Warning is what could be better about a plan; the notice may go all the same.
type Warning struct{ Rule, Say string }

// Gate says what a draft still lacks before its notice may go (R1–R3, R6–R8, R10,
// R12, R13), in the order in which it is best filled in, and what should be looked
// at besides (R4–R6, R10, R15, R16). Each gap's field names what is missing.
func (m *Meeting) Gate(b People, now time.Time, cal workday.Calendar) ([]Gap, []Warning, error) {
	missing := slices.Concat(m.lacksFrame(), m.lacksAgenda(), m.lacksPeople())
	gone, err := m.leavers(b)
	if err != nil {
		return nil, nil, err
	}
	missing = append(missing, gone...)
	if m.Late(now, cal) && !m.Waived("R12") {
		missing = append(missing, Gap{Field: "紧急", Rule: "R12",
			Say: "预通知最迟" + Moment(NoticeBy(m.Start, cal), now) + "前发出，现在晚了。合规的最早日期是" + dayLabel(EarliestDay(now, cal).At(0), now) + "。改到那天，或按紧急会议发并写明原因。"})
	}
	return missing, m.warnings(cal), nil
}

// lacksFrame: who convenes, what for, when and where (R1, R7, R13).
func (m *Meeting) lacksFrame() (out []Gap) {
	add := func(missing bool, field, rule, say string) {
		if missing {
			out = append(out, Gap{Field: field, Rule: rule, Say: say})
		}
	}
	add(m.Department == "", "发起部门", "R1", "由哪个部门发起？")
	add(m.Start.IsZero(), "时间", "R7", "什么时候开？请写起止，如“8月12日14:00—15:30”。")
	add(!m.Start.IsZero() && m.End.IsZero(), "时长", "R7", "开多久？")
	add(m.Place == "", "地点", "R7", "在哪里开？请写会议室，或线上会议的链接。")
	add(len(m.Goals) == 0, "目标", "R13", "开完会要得到什么？请写一句能判断是否达成的目标。")
	return out
}

// lacksAgenda: 1–3 topics, each with an output, that fit into the time (R2, R3, R6).
func (m *Meeting) lacksAgenda() (out []Gap) {
	if len(m.Topics) == 0 {
		return []Gap{{Field: "议题", Rule: "R2", Say: fmt.Sprintf("还没有议题。请给1到%d个，每个写明期望产出。", maxTopics)}}
	}
	if len(m.Topics) > maxTopics && !m.Waived("R2") {
		out = append(out, Gap{Field: "另议", Rule: "R2",
			Say: fmt.Sprintf("有%d个议题，上限%d个。哪一个下次再议？或由主持人写理由放行。", len(m.Topics), maxTopics)})
	}
	var without []string
	sum := 0
	for _, t := range m.Topics {
		if t.Output == "" {
			without = append(without, fmt.Sprintf("议题%d", t.Seq))
		}
		sum += t.Minutes
	}
	if len(without) > 0 {
		out = append(out, Gap{Field: "产出", Rule: "R3", Say: strings.Join(without, "、") + "要得到什么？决策、方案、任务清单，还是其他？"})
	}
	if length := int(m.End.Sub(m.Start).Minutes()); !m.End.IsZero() && sum > length {
		out = append(out, Gap{Field: "议题时长", Rule: "R6",
			Say: fmt.Sprintf("议题一共%d分钟，会议只有%d分钟。请缩短议题，或把会议延长。", sum, length)})
	}
	return out
}

// lacksPeople: a host, a recorder, who does the work and who decides (R8, R10).
func (m *Meeting) lacksPeople() (out []Gap) {
	add := func(missing bool, field, rule, say string) {
		if missing {
			out = append(out, Gap{Field: field, Rule: rule, Say: say})
		}
	}
	add(m.Host == Nobody, "主持", "R10", "谁主持？")
	add(m.Recorder == Nobody, "记录", "R10", "谁记录？")
	guests := slices.ContainsFunc(m.Participants, func(p Participant) bool {
		return p.Person != m.Host && p.Person != m.Recorder && p.Person != m.Timekeeper
	})
	doers := slices.ContainsFunc(m.Participants, func(p Participant) bool { return p.Tier == Doer && !p.Observer })
	add(!guests, "参会人", "R8", "还没有参会人。请@要来的同事。")
	add(guests && !doers, "执行层", "R8", "参会人里没有执行层，会后没有人办。请加上办事的同事。")
	if decides := m.decisions(); len(decides) > 0 && len(m.Deciders()) == 0 {
		add(true, "决策层", "R8", strings.Join(decides, "、")+"要决策，但参会人里没有决策层。请加关键决策人。")
	}
	return out
}

// decisions names the topics that are to end in a decision.
func (m *Meeting) decisions() (out []string) {
	for _, t := range m.Topics {
		if t.Output == ADecision {
			out = append(out, fmt.Sprintf("议题%d", t.Seq))
		}
	}
	return out
}

// leavers finds people with a part who left meanwhile (R8, R10).
func (m *Meeting) leavers(b People) (out []Gap, err error) {
	for _, id := range m.Recipients() {
		p, err := b.Person(id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("participant %d: %w", id, err)
		}
		if err == nil && p.Active {
			continue
		}
		field := map[PersonID]string{m.Host: "主持", m.Recorder: "记录"}[id]
		if field == "" {
			field = "去掉"
		}
		out = append(out, Gap{Field: field, Rule: "R8", Say: id.Token() + "已不在职，请换人或从名单里去掉。"})
	}
	return out, nil
}

func (m *Meeting) warnings(cal workday.Calendar) (out []Warning) {
	warn := func(when bool, rule, say string) {
		if when {
			out = append(out, Warning{rule, say})
		}
	}
	for _, g := range m.Goals {
		warn(!Measurable(g), "R4", "目标“"+short(g)+"”没法判断是否达成。可改为："+m.GoalExample()+"。")
	}
	var unscoped, untimed []string
	for _, t := range m.Topics {
		name := fmt.Sprintf("议题%d", t.Seq)
		if t.In == "" && t.Out == "" {
			unscoped = append(unscoped, name)
		}
		if t.Minutes == 0 {
			untimed = append(untimed, name)
		}
		warn(t.Minutes > longTopic, "R6", fmt.Sprintf("%s要%d分钟，超过%d分钟容易拖，可以拆小。", name, t.Minutes, longTopic))
	}
	warn(len(untimed) > 0, "R6", m.these(untimed)+"没有写时长。")
	warn(len(unscoped) > 0, "R5", m.these(unscoped)+"没有写谈什么、不谈什么。")
	length := int(m.End.Sub(m.Start).Minutes())
	warn(!m.End.IsZero() && length > longMeeting, "R6", fmt.Sprintf("会议有%d分钟，超过%d分钟。", length, longMeeting))
	warn(!m.Start.IsZero() && !cal.Working(m.Start), "R7", "开会那天是休息日。")
	warn(m.Host != Nobody && m.Host == m.Recorder, "R10", "主持人和记录人是同一位，很难兼顾。")
	for _, p := range m.Participants {
		warn(p.Department == "", "R8", p.Person.Token()+"没有部门，请管理员补上。")
	}
	warn(len(m.Materials) == 0 && !m.NoMaterial, "R15", "还没有资料。没有请发“资料 无”。")
	for _, x := range m.Materials {
		warn(x.Long() && x.Summary == "", "R16", fmt.Sprintf("《%s》%d页，还没有摘要。", short(x.Title), x.Pages))
	}
	return out
}

// these are some of the topics in words, or all of them.
func (m *Meeting) these(topics []string) string {
	if len(topics) == len(m.Topics) && len(topics) > 1 {
		return "议题都"
	}
	return strings.Join(topics, "、")
}

// dayLabel is a day without an hour: 8月12日（周三）.
func dayLabel(at, now time.Time) string {
	return strings.TrimSuffix(Moment(at, now), at.In(workday.Zone).Format("15:04"))
}
