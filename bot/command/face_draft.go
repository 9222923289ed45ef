package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiban/bot"
	"huiban/bot/card"
	"huiban/bot/meeting"
)

// choiceButtons is how many answers are offered as buttons; more than those are
// left to the form and to typing.
const choiceButtons = 4

// drawDraft asks for what a command lacks: what was understood, a question for
// each gap, a form, and a button for each of a few answers.
func drawDraft(all []bot.Command) bot.Draw {
	commands := map[string]bot.Command{}
	for _, c := range all {
		commands[c.Name] = c
	}
	return func(t *bot.Turn, f bot.Face) (bot.Drawn, error) {
		d, err := t.Book.Draft(f.Of.ID)
		if err != nil {
			return bot.Drawn{}, err
		}
		if d.Ended != "" {
			return bot.Drawn{Card: endedDraft(d), Version: d.Revision()}, nil
		}
		people, err := t.Book.Everyone()
		if err != nil {
			return bot.Drawn{}, fmt.Errorf("people: %w", err)
		}
		c := card.Card{Title: draftTitle(d), Tone: card.Yellow, Body: questions(d)}
		if c.Fields, err = understood(t, d); err != nil {
			return bot.Drawn{}, err
		}
		c.Inputs = commands[d.Command].Form(d, people)
		markOptional(c.Inputs, d)
		c.Buttons = draftButtons(d, len(c.Inputs) > 0)
		return bot.Drawn{Card: c, Version: d.Revision()}, nil
	}
}

// markOptional says which places may stay empty: all that no gap asks for.
func markOptional(inputs []card.Input, d *bot.Draft) {
	for i, in := range inputs {
		asked := slices.ContainsFunc(d.Gaps, func(g meeting.Gap) bool { return g.Field == in.Name })
		if !asked && in.Name != bot.ArgFiles {
			inputs[i].Label += "（可不填）"
		}
	}
}

func endedDraft(d *bot.Draft) card.Card {
	c := card.Card{Title: "已记下", Tone: card.Grey, Body: "“" + d.Command + "”要的都齐了。"}
	if d.Ended != bot.DraftDone {
		c = card.Card{Title: "已放下", Tone: card.Grey, Body: "“" + d.Command + "”没有补齐，没有记下。要办请重新发一句。"}
	}
	return c
}

func draftTitle(d *bot.Draft) string {
	n := "几"
	if len(d.Gaps) == 1 {
		n = "一"
	}
	return "还差" + n + "项，填好就能" + verb(d.Command)
}

// verb is the command as the end of a sentence.
func verb(command string) string {
	for _, verbs := range []map[string]string{planVerbs(), inviteVerbs(), liveVerbs(), minutesVerbs()} {
		if v := verbs[command]; v != "" {
			return v
		}
	}
	switch command {
	case "待办", "任务":
		return "交办"
	case "进度":
		return "更新进度"
	case "受阻":
		return "记为受阻"
	case "异议", "改期", "换人", "拒绝":
		return "告诉交办人"
	case "延期":
		return "申请延期"
	case "完成":
		return "提交"
	case "通过", "退回", "同意", "不同意", "可以", "收到":
		return "答复"
	}
	return command
}

// understood are the fields of what the draft has.
func understood(t *bot.Turn, d *bot.Draft) ([]card.Field, error) {
	var fields []card.Field
	have := d.Understood()
	for _, name := range sorted(have) {
		value := have[name]
		switch name {
		case bot.ArgDraft, bot.ArgDrop, bot.ArgOnly, "记录": // what a button or a draft of ours gives back
			continue
		case bot.ArgFiles:
			name, value = "附件", fileNames(value)
		case "编号":
			which, err := thingOf(t, value)
			if err != nil {
				return nil, err
			}
			if which != "" {
				name, value = "待办", which
			}
			if d, ok := disputeKeyed(t, value); ok {
				name, value = "未决事项", d.Question
			}
		case "会议":
			if m, ok := meetingKeyed(t, value); ok {
				value = m.Title
			} else if keyed.MatchString(value) || minutesKeyed.MatchString(value) {
				continue // which one was meant, not words
			}
		}
		fields = append(fields, card.Field{Label: name, Value: cut(line(value), 100)})
	}
	return fields, nil
}

// sorted lists arguments as people say them: the thing, who, when, the rest.
func sorted(have map[string]string) []string {
	order := []string{"编号", "会议", "任务", "责任人", "截止", "新日期", "改到", "换", "优先", "交付"}
	rank := func(name string) int {
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	var all []string
	for name, value := range have {
		if value != "" {
			all = append(all, name)
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return all
}

// thingOf is the one task of a number as it was typed, empty if it is not one.
func thingOf(t *bot.Turn, typed string) (string, error) {
	ending, ok := meeting.Ending(typed)
	if !ok {
		return "", nil
	}
	found, err := t.Book.FindTasks(meeting.TaskQuery{Ending: ending, Limit: 2})
	if err != nil {
		return "", fmt.Errorf("task %s: %w", typed, err)
	}
	if len(found) != 1 {
		return "", nil
	}
	return quote(found[0]) + "（" + found[0].No + "）", nil
}

// fileNames joins the names of what a draft kept in lines of id and name.
func fileNames(kept string) string {
	var out []string
	for line := range strings.Lines(kept) {
		_, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		out = append(out, name)
	}
	return strings.Join(out, "、")
}

// questions are what the gaps ask, each once; answers that get no button stand beside
// them.
func questions(d *bot.Draft) string {
	var lines []string
	for _, g := range d.Gaps {
		line := g.Say
		if len(g.Choices) > 0 && offered(d) == nil {
			labels := make([]string, len(g.Choices))
			for j, c := range g.Choices {
				labels[j] = c.Label
			}
			line += "（" + strings.Join(labels, "／") + "）"
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) > 1 {
		return "- " + strings.Join(lines, "\n- ")
	}
	return strings.Join(lines, "")
}

type answerOf struct {
	field string
	meeting.Choice
}

// offered are the answers that get a button: all of them or none.
func offered(d *bot.Draft) []answerOf {
	var out []answerOf
	for _, g := range d.Gaps {
		for _, c := range g.Choices {
			out = append(out, answerOf{g.Field, c})
		}
	}
	if len(out) > choiceButtons {
		return nil
	}
	return out
}

func draftButtons(d *bot.Draft, form bool) []card.Button {
	id := strconv.FormatInt(d.ID, 10)
	button := func(name, label string, args ...string) card.Button {
		b := card.Button{ID: name, Label: label, Do: card.Action{Command: d.Command, Args: map[string]string{bot.ArgDraft: id}}}
		for i := 0; i+1 < len(args); i += 2 {
			b.Do.Args[args[i]] = args[i+1]
		}
		return b
	}
	var out []card.Button
	if form {
		b := button(d.Command, verb(d.Command))
		b.Submit = true
		out = append(out, b)
	}
	for _, a := range offered(d) {
		b := button(a.Label, a.Label, a.field, a.Value)
		b.Do.Words = a.Label
		out = append(out, b)
	}
	b := button("不记了", "不记了", bot.ArgDrop, "1")
	b.Do.Words = "不记了"
	return append(out, b)
}
