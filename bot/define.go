package bot

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"huiban/bot/card"
	"huiban/bot/meeting"
)

// A Command is one thing that people can ask for, typed, tapped or by form: all
// three come to the same handler. Make one with Define.
type Command struct {
	Name    string
	Aliases []string
	Summary string
	Group   string // heading in 帮助
	args    []argument
	run     func(ctx context.Context, t *Turn, v reflect.Value) (Reply, error)
	zero    func() reflect.Value
	fits    func(who meeting.PersonID, k *meeting.Task) bool
	replies func(who meeting.PersonID, k *meeting.Task) bool
	records func(t *Turn) (bool, error)
	partial bool
	tag     bool
}

// An argument is one field of a command's argument struct.
type argument struct {
	name     string
	aliases  []string
	index    int
	kind     argumentKind
	say      string
	choices  []string
	required bool
	rest     bool // takes the words that no other argument took
	find     bool // is looked for among the words when it is not labelled
	hidden   bool // given by buttons and forms only
	files    bool // attached files are an answer too
	offer    bool // asked for along with what is missing
	people   bool // a text in which people are named
	preset   string
}

type argumentKind int

const (
	textArgument argumentKind = iota
	numberArgument
	flagArgument
	personArgument
	peopleArgument
	taskArgument
	dateArgument
	choiceArgument
)

// Define makes a command of an argument struct and its handler. Each field says
// how it is read: `arg:"截止"` names it, `alias:"期限 日期"` gives other labels,
// `opt:"required rest find hidden files offer people"` how it is found, `say:"…"` what
// to ask when it is missing, `preset:"中"` what a form begins with. Usage, help,
// and the readers of words, taps and forms follow from that. Define panics on a
// type it cannot read or a name used twice: both are mistakes of the programmer,
// met at start.
func Define[A any](name, summary string, h func(context.Context, *Turn, A) (Reply, error)) Command {
	c := Command{Name: name, Summary: summary}
	typ := reflect.TypeFor[A]()
	seen := map[string]bool{}
	for i := range typ.NumField() {
		a := readTag(name, typ.Field(i), i)
		for _, label := range append([]string{a.name}, a.aliases...) {
			if seen[label] {
				panic(fmt.Sprintf("command %s: argument %s is defined twice", name, label))
			}
			seen[label] = true
		}
		c.args = append(c.args, a)
	}
	c.zero = func() reflect.Value { return reflect.New(typ).Elem() }
	c.run = func(ctx context.Context, t *Turn, v reflect.Value) (Reply, error) {
		a, _ := reflect.TypeAssert[A](v) // zero made it
		return h(ctx, t, a)
	}
	return c
}

// Also gives a command other words that mean it.
func (c Command) Also(aliases ...string) Command {
	c.Aliases = append(slices.Clone(c.Aliases), aliases...)
	return c
}

// In puts a command under a heading of the help.
func (c Command) In(group string) Command { c.Group = group; return c }

// Usage is the command as one would type it, optional parts in brackets.
func (c Command) Usage() string {
	parts := []string{c.Name}
	for _, a := range c.args {
		if a.hidden {
			continue
		}
		word := a.name
		switch {
		case len(a.choices) > 0 && len(a.choices) <= 4:
			word = strings.Join(a.choices, "|")
			if !a.rest && !a.find {
				word = a.name + ":" + word
			}
		case !a.rest && !a.find:
			word = a.name + ":"
		case a.kind == personArgument:
			word = "@" + a.name
		}
		if !a.required {
			word = "[" + word + "]"
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}

func readTag(command string, f reflect.StructField, index int) argument {
	a := argument{name: f.Tag.Get("arg"), say: f.Tag.Get("say"), preset: f.Tag.Get("preset"), index: index, aliases: strings.Fields(f.Tag.Get("alias"))}
	if a.name == "" {
		panic(fmt.Sprintf("command %s: field %s has no arg tag", command, f.Name))
	}
	for o := range strings.FieldsSeq(f.Tag.Get("opt")) {
		switch o {
		case "required":
			a.required = true
		case "rest":
			a.rest = true
		case "find":
			a.find = true
		case "hidden":
			a.hidden = true
		case "files":
			a.files = true
		case "offer":
			a.offer = true
		case "people":
			a.people = true
		default:
			panic(fmt.Sprintf("command %s: argument %s: unknown option %s", command, a.name, o))
		}
	}
	a.kind, a.choices = kindOf(command, f)
	return a
}

func kindOf(command string, f reflect.StructField) (argumentKind, []string) {
	if c, ok := reflect.TypeAssert[interface{ Choices() []string }](reflect.Zero(f.Type)); ok && f.Type.Kind() == reflect.String {
		return choiceArgument, c.Choices()
	}
	switch f.Type {
	case reflect.TypeFor[string]():
		return textArgument, nil
	case reflect.TypeFor[*int]():
		return numberArgument, nil
	case reflect.TypeFor[bool]():
		return flagArgument, nil
	case reflect.TypeFor[meeting.PersonID]():
		return personArgument, nil
	case reflect.TypeFor[[]meeting.PersonID]():
		return peopleArgument, nil
	case reflect.TypeFor[meeting.TaskID]():
		return taskArgument, nil
	case reflect.TypeFor[meeting.Deadline]():
		return dateArgument, nil
	}
	panic(fmt.Sprintf("command %s: field %s: cannot read a %s", command, f.Name, f.Type))
}

// Replies makes words without a verb mean this command where they begin with a
// percentage (六成，缺接口文档) or answer the card of a task for which may holds.
func (c Command) Replies(may func(who meeting.PersonID, k *meeting.Task) bool) Command {
	c.replies = may
	return c
}

// Records makes every line mean this command while on holds (记录模式), but for
// commands of its own heading, lines that are nothing but a command, and answers
// to a question that is open. The line is its rest argument.
func (c Command) Records(on func(t *Turn) (bool, error)) Command {
	c.records = on
	return c
}

// Partial gives the handler also what has gaps: it asks Turn.Unread and returns
// an Ask for what it could do without. Other commands are only rehearsed then.
func (c Command) Partial() Command { c.partial = true; return c }

// Tag makes a command the tag of a record line too (待办:): a line that begins with
// one of its words is that command in 记录模式 (Records).
func (c Command) Tag() Command { c.tag = true; return c }

// For narrows the tasks that a task argument may mean when the words name none
// (method.md 6.1): those for which fits holds. One that fits is taken, several
// are asked about, and none is refused. Without For, every open task of the
// person fits.
func (c Command) For(fits func(who meeting.PersonID, k *meeting.Task) bool) Command {
	c.fits = fits
	return c
}

// A FaceDef says how the card of a Face of that name is drawn. A pinned card stays
// up to date while others about its subject follow it in the same place: only
// another of its name replaces it.
type FaceDef struct {
	Name   string
	Draw   Draw
	Pinned bool
}

// Draw makes the card of a face as things stand at t.Now, for f.For to look at.
// ErrNothing means that there is nothing to show.
type Draw func(t *Turn, f Face) (Drawn, error)

// Drawn is a card and the version of its subject that it shows.
type Drawn struct {
	Card    card.Card
	Version int
}

// ErrNothing says that a face has nothing to show now: an empty digest.
var ErrNothing = errors.New("nothing to show")

func index(commands []Command) map[string]*Command {
	byWord := map[string]*Command{}
	for i := range commands {
		c := &commands[i]
		for _, w := range append([]string{c.Name}, c.Aliases...) {
			if byWord[w] != nil {
				panic(fmt.Sprintf("command word %s is used twice", w))
			}
			byWord[w] = c
		}
	}
	return byWord
}
