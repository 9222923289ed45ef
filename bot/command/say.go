package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiban/bot"
	"huiban/bot/meeting"
	"huiban/bot/workday"
)

// quote is the task as a part of a sentence.
func quote(k *meeting.Task) string { return "“" + cut(line(k.Description), 24) + "”" }

// spoken is a subject as a part of a sentence. A meeting takes no 《》 (2.5).
func spoken(s meeting.Subject) string {
	switch x := s.(type) {
	case *meeting.Task:
		return quote(x)
	case *meeting.Meeting:
		return title(x)
	case *meeting.Minutes:
		return string(x.Kind)
	case *meeting.Dispute:
		return "“" + cut(line(x.Question), 24) + "”"
	}
	return ""
}

// title is a meeting as a part of a sentence.
func title(m *meeting.Meeting) string { return cut(line(m.Title), 24) }

// numbered is the number of a subject as it stands behind a sentence.
func numbered(s meeting.Subject) string {
	no := ""
	switch x := s.(type) {
	case *meeting.Task:
		no = x.No
	case *meeting.Minutes:
		no = x.No
	case *meeting.Dispute:
		no = x.No
	}
	if no == "" {
		return ""
	}
	return "（" + no + "）"
}

// cut shortens a text to so many characters; a person in it is kept whole or
// left out.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	head := string([]rune(s)[:limit-1])
	if i := strings.LastIndex(head, "@{"); i >= 0 && !strings.Contains(head[i:], "}") {
		head = head[:i]
	}
	return head + "…"
}

// line is a text without breaks: what people type must not look like more lines
// of the card than there are.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// by is a deadline as the end of a sentence.
func by(t *bot.Turn, at time.Time) string { return "，" + meeting.Moment(at, t.Now) + "前" }

// tail is the end of a task's number that people type: with month and day, for
// every day has a first task.
func tail(no string) string {
	if len(no) == len("T-20260812-00-01") {
		return no[len("T-2026"):]
	}
	return no
}

// lateness says how long ago the deadline was, in working days (R73).
func lateness(t *bot.Turn, due time.Time) string {
	if n := t.Calendar.Count(due, t.Now); n > 0 {
		return fmt.Sprintf("已过期%d个工作日", n)
	}
	return "已到期"
}

// names joins people as they stand in a sentence.
func names(people []meeting.PersonID) string {
	tokens := make([]string, len(people))
	for i, p := range people {
		tokens[i] = p.Token()
	}
	return strings.Join(tokens, "、")
}

// among lists the people once each without one of them.
func among(one meeting.PersonID, people ...meeting.PersonID) []meeting.PersonID {
	var out []meeting.PersonID
	for _, p := range people {
		if p != one && p != meeting.Nobody && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// around are those who work on the task or get a copy.
func around(k *meeting.Task) []meeting.PersonID {
	return append(slices.Clone(k.Helpers), k.CC...)
}

// because adds a reason to a sentence, if one was given.
func because(reason string) string {
	if reason = line(reason); reason == "" {
		return ""
	}
	return "，理由：" + cut(reason, 100)
}

// atWork reports whether the owner has confirmed and not submitted yet.
func atWork(k *meeting.Task) bool {
	return k.Status == meeting.NotStarted || k.Status == meeting.InProgress || k.Status == meeting.Blocked
}

// doubt is what is wrong with a date that was given (R37–R39), nil if nothing
// or if none was given.
func doubt(t *bot.Turn, field string, d meeting.Deadline) *meeting.Gap {
	if strings.TrimSpace(d.Raw) == "" && d.At.IsZero() {
		return nil
	}
	return d.Gap(field, t.Now, t.Calendar)
}

// settled is the instant of a date without doubt, zero otherwise, so that the
// rule asks for it.
func settled(d meeting.Deadline, doubt *meeting.Gap) time.Time {
	if doubt != nil {
		return time.Time{}
	}
	return d.At
}

// instead puts a doubt about what was given in the place of the rule's question
// for the same argument. What the rule refuses for another reason stays refused.
func instead(err error, g *meeting.Gap) error {
	if g == nil {
		return err
	}
	if err == nil {
		return &meeting.Refusal{Rule: g.Rule, Gaps: []meeting.Gap{*g}}
	}
	var r *meeting.Refusal
	if !errors.As(err, &r) || len(r.Gaps) == 0 {
		return err
	}
	gaps := slices.Clone(r.Gaps)
	i := slices.IndexFunc(gaps, func(old meeting.Gap) bool { return old.Field == g.Field })
	if i < 0 {
		gaps = append(gaps, *g)
	} else {
		gaps[i] = *g
	}
	return &meeting.Refusal{Rule: r.Rule, Say: r.Say, Gaps: gaps}
}

// sameDay reports whether both instants have one date in Asia/Shanghai.
func sameDay(a, b time.Time) bool { return workday.DateOf(a) == workday.DateOf(b) }

// choose is the gap of an argument that has a few answers.
func choose(field, rule, say string, answers ...string) meeting.Gap {
	g := meeting.Gap{Field: field, Rule: rule, Say: say}
	for _, a := range answers {
		g.Choices = append(g.Choices, meeting.Choice{Label: a, Value: a})
	}
	return g
}

// offer gives a rule's question about an argument the answers that can be tapped.
func offer(err error, field string, answers []meeting.Choice) error {
	var r *meeting.Refusal
	if !errors.As(err, &r) {
		return err
	}
	gaps := slices.Clone(r.Gaps)
	for i := range gaps {
		if gaps[i].Field == field && len(gaps[i].Choices) == 0 {
			gaps[i].Choices = answers
		}
	}
	return &meeting.Refusal{Rule: r.Rule, Say: r.Say, Gaps: gaps}
}

// renamed asks a rule's question under the name that a command's argument has.
func renamed(err error, from, to string) error {
	refused, ok := errors.AsType[*meeting.Refusal](err)
	if !ok {
		return err
	}
	gaps := slices.Clone(refused.Gaps)
	for i := range gaps {
		if gaps[i].Field == from {
			gaps[i].Field = to
		}
	}
	return &meeting.Refusal{Rule: refused.Rule, Say: refused.Say, Gaps: gaps}
}
