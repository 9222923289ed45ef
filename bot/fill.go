package bot

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"huiban/bot/meeting"
	"huiban/bot/when"
)

// fill turns arguments as typed into the command's argument struct. What cannot
// be read, and what is required and missing, comes back as gaps; a task that
// cannot be meant is refused.
func (e *Engine) fill(l *ledger, t *Turn, c *Command, have map[string]string) (reflect.Value, []meeting.Gap, error) {
	v := c.zero()
	var gaps []meeting.Gap
	aliases, err := l.Aliases()
	if err != nil {
		return v, nil, err
	}
	for _, a := range c.args {
		raw := aliases.Text(strings.TrimSpace(have[a.name]))
		value, gap, err := e.read(l, t, c, a, raw)
		if k, ok := value.(*meeting.Task); ok {
			value, have[a.name] = k.ID, k.No // a draft keeps which one was meant
			err = t.meet(k)
		}
		switch {
		case err != nil:
			return v, nil, err
		case gap != nil:
			gaps = append(gaps, *gap)
		case value != nil:
			v.Field(a.index).Set(reflect.ValueOf(value).Convert(v.Field(a.index).Type()))
		case a.required && (!a.files || len(t.Files) == 0):
			say := a.say
			if say == "" {
				say = e.o.Words.Ask(a.name)
			}
			gaps = append(gaps, meeting.Gap{Field: a.name, Rule: "R33", Say: say})
		}
	}
	return v, gaps, nil
}

// read is one argument: its value, nil if there is none, or what is unclear.
func (e *Engine) read(l *ledger, t *Turn, c *Command, a argument, raw string) (any, *meeting.Gap, error) {
	if a.kind == taskArgument {
		return e.readTask(l, t, c, a, raw)
	}
	if raw == "" {
		return nil, nil, nil
	}
	switch a.kind {
	case numberArgument:
		n, ok := number(raw)
		if !ok {
			return nil, &meeting.Gap{Field: a.name, Rule: "R69", Say: e.o.Words.NotANumber(raw)}, nil
		}
		return &n, nil, nil
	case flagArgument:
		return raw != "false" && raw != "否", nil, nil
	case choiceArgument:
		if slices.Contains(a.choices, raw) {
			return raw, nil, nil
		}
		g := &meeting.Gap{Field: a.name, Rule: "R40", Say: e.o.Words.NotAChoice(raw, a.choices)}
		for _, choice := range a.choices {
			g.Choices = append(g.Choices, meeting.Choice{Label: choice, Value: choice})
		}
		return nil, g, nil
	case personArgument, peopleArgument:
		return readPeople(l, t, a, raw)
	case dateArgument:
		return readDate(t, raw), nil, nil
	default:
		return raw, nil, nil
	}
}

func readPeople(l *ledger, t *Turn, a argument, raw string) (any, *meeting.Gap, error) {
	everyone, err := l.Everyone()
	if err != nil {
		return nil, nil, err
	}
	if a.kind == personArgument {
		p, gap := meeting.FindPerson(a.name, raw, t.Who, everyone)
		if gap != nil {
			return nil, gap, nil
		}
		return p, nil, nil
	}
	var people []meeting.PersonID
	for _, name := range strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune("、，,；; \n", r) }) {
		p, gap := meeting.FindPerson(a.name, name, t.Who, everyone)
		if gap != nil {
			return nil, gap, nil
		}
		if !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	return people, nil, nil
}

// readDate understands a date if the words are one and nothing else: what is
// left over (周四左右, 17:00或18日) might change it. What is wrong with a date is
// said by the rules (R37–R39).
func readDate(t *Turn, raw string) meeting.Deadline {
	d := meeting.Deadline{Raw: raw}
	text := strings.TrimSpace(strings.ReplaceAll(raw, meeting.ThisDay, ""))
	r, ok := when.Parse(text, t.Now, t.Calendar)
	if ok {
		d.At, d.HourSaid, d.Unsure, d.Choices, d.NoSuchDay = r.At, r.HourSaid, r.Unsure, r.Choices, r.At.IsZero()
	}
	return d
}

// readTask finds the task that is meant: by the number among what the speaker
// can see, else the one the card is about, else the only one that fits (6.1).
func (e *Engine) readTask(l *ledger, t *Turn, c *Command, a argument, raw string) (any, *meeting.Gap, error) {
	w := e.o.Words
	if raw == "" && t.About.Kind == meeting.KindTask {
		k, err := l.Task(meeting.TaskID(t.About.ID))
		if err != nil {
			return nil, nil, fmt.Errorf("task %d: %w", t.About.ID, err)
		}
		return k, nil, nil
	}
	if raw == "" {
		return e.onlyTask(l, t, c, a)
	}
	ending, ok := meeting.Ending(raw)
	if !ok {
		return nil, nil, meeting.Refuse("R66", w.UnknownTask(raw))
	}
	found, err := l.FindTasks(meeting.TaskQuery{Ending: ending, Limit: 50})
	if err != nil {
		return nil, nil, fmt.Errorf("tasks ending in %s: %w", ending, err)
	}
	if found, err = t.seen(found, raw); err != nil {
		return nil, nil, err
	}
	switch len(found) {
	case 0:
		return nil, nil, meeting.Refuse("R66", w.UnknownTask(raw))
	case 1:
		return found[0], nil, nil
	}
	g, err := e.which(t, a, found)
	return nil, g, err
}

// seen are the tasks that the person may know of.
func (t *Turn) seen(tasks []*meeting.Task, raw string) ([]*meeting.Task, error) {
	var out []*meeting.Task
	for _, k := range tasks {
		sees, err := t.sees(k, raw)
		if err != nil {
			return nil, err
		}
		if sees {
			out = append(out, k)
		}
	}
	return out, nil
}

// sees reports whether the person may know of the task: by a part in it, in the
// group where it was handed out, or by its whole number on a card of ours, which
// a button or a draft gives back.
func (t *Turn) sees(k *meeting.Task, raw string) (bool, error) {
	given := t.number == k.No && raw == t.number
	if given || k.Involves(t.Who) {
		return true, nil
	}
	return t.In(k.Chat, k.Meeting)
}

// meet notes that the answer will speak of a task. In a group that is not the
// task's own it is then given privately (R18).
func (t *Turn) meet(k *meeting.Task) error { return t.BelongsTo(k.Chat, k.Meeting) }

func (e *Engine) onlyTask(l *ledger, t *Turn, c *Command, a argument) (any, *meeting.Gap, error) {
	all, err := l.FindTasks(meeting.TaskQuery{Involves: t.Who, Open: true})
	if err != nil {
		return nil, nil, fmt.Errorf("tasks of person %d: %w", t.Who, err)
	}
	fit := slices.DeleteFunc(all, func(k *meeting.Task) bool { return c.fits != nil && !c.fits(t.Who, k) })
	switch {
	case len(fit) == 1:
		return fit[0], nil, nil
	case len(fit) > 1:
		g, err := e.which(t, a, fit)
		return nil, g, err
	case a.required:
		return nil, nil, meeting.Refuse("R66", e.o.Words.NoTask(c.Name))
	}
	return nil, nil, nil
}

// which asks which task is meant.
func (e *Engine) which(t *Turn, a argument, tasks []*meeting.Task) (*meeting.Gap, error) {
	g := &meeting.Gap{Field: a.name, Rule: "R66", Say: e.o.Words.WhichTask()}
	for _, k := range tasks {
		if err := t.meet(k); err != nil {
			return nil, err
		}
		g.Choices = append(g.Choices, meeting.Choice{Label: e.o.Words.TaskLabel(k), Value: k.No})
	}
	return g, nil
}

var digits = regexp.MustCompile(`^(\d{1,6})\s*(?:%|％|﹪)?$`)

// number reads a whole number or a percentage: 60, 60%, 六成, 一半.
func number(raw string) (int, bool) {
	raw = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, raw)
	if m := digits.FindStringSubmatch(raw); m != nil {
		n, err := strconv.Atoi(m[1])
		return n, err == nil
	}
	switch raw {
	case "一半", "过半":
		return 50, true
	case "全部", "十成":
		return 100, true
	}
	tenths, ok := strings.CutSuffix(raw, "成")
	if i := slices.Index([]string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, tenths); ok && i > 0 {
		return i * 10, true
	}
	if n, err := strconv.Atoi(tenths); ok && err == nil && n >= 0 && n <= 10 {
		return n * 10, true
	}
	return 0, false
}
