package bot

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"huiban/bot/meeting"
	"huiban/bot/talk"
)

// A reading is a line and the people of whom the platform only says that they were
// mentioned in it, not where.
type reading struct {
	talk.Said

	c     *Command // nil if the words are none
	apart []string // tokens of who stands nowhere yet
	text  string
}

// hear understands a line and gives the people mentioned apart from it a place:
// where their names stand, else in the words of the command that is meant.
func (e *Engine) hear(t *Turn, text string, scene talk.Scene, open *Draft) talk.Said {
	text, apart := named(text, t.apart, scene.People)
	r := reading{Said: e.reader.Read(text, scene), apart: apart, text: text}
	if len(apart) == 0 {
		return r.Said
	}
	if r.Command == "" {
		if said := e.reader.Read(addressed(text, apart[0]), scene); said.Command != "" {
			r.Said = said
		}
	}
	if r.Command == "" && open != nil {
		r.Said = talk.Said{Command: open.Command, Answer: true, Args: map[string]string{}}
	}
	if r.c = e.byName[r.Command]; r.c == nil {
		return r.Said
	}
	if r.Answer {
		r.answers(t, open)
	} else {
		r.place(t)
	}
	if r.Answer && len(r.Args) == 0 { // nobody was asked for
		return talk.Said{}
	}
	return r.Said
}

// named puts tokens where the names of people mentioned apart stand in a line, and
// returns who is left.
func named(text string, apart []meeting.Person, known []talk.Person) (string, []string) {
	var left []string
	for _, p := range apart {
		same := func(q meeting.Person) bool { return q.Name == p.Name }
		longer := func(q talk.Person) bool {
			return q.Name != p.Name && strings.Contains(q.Name, p.Name) && strings.Contains(text, q.Name)
		}
		i := strings.Index(text, p.Name)
		if p.Name == "" || i < 0 || len(slices.DeleteFunc(slices.Clone(apart), func(q meeting.Person) bool { return !same(q) })) > 1 || slices.ContainsFunc(known, longer) {
			left = append(left, p.Token())
			continue
		}
		text = strings.TrimSuffix(text[:i], "@") + p.Token() + " " + text[i+len(p.Name):]
	}
	return text, left
}

// askedByPronoun is somebody asked by a pronoun: 让他.
var askedByPronoun = regexp.MustCompile(`(请|由|让|叫|派|麻烦)\s*(?:他|她|TA|ta)们?`)

// addressed is what a line says with somebody in front, for whom a pronoun stands
// where there is one: 明天让他交文档.
func addressed(text, token string) string {
	m := askedByPronoun.FindStringSubmatchIndex(text)
	if m == nil {
		return token + " " + text
	}
	return text[m[2]:m[3]] + token + " " + text[:m[0]] + text[m[1]:]
}

// answers fills what an open question asks people for.
func (r *reading) answers(t *Turn, open *Draft) {
	if open == nil {
		return
	}
	for _, field := range open.missing() {
		if a, ok := r.c.argument(field); ok && a.takesPeople() && !r.knows(t, a) {
			r.Args[a.name] = lines(r.apart)
		}
	}
}

// place fills the first argument that people fit: one that is required before one
// whose label stands empty, before those that are looked for among the words.
// Whoever is too many for one person's place helps (R35), and which of them is
// meant is asked.
func (r *reading) place(t *Turn) {
	if r.Args == nil {
		r.Args = map[string]string{}
	}
	r.apart = slices.DeleteFunc(r.apart, func(token string) bool {
		return slices.ContainsFunc(r.c.args, func(a argument) bool { return a.takesPeople() && strings.Contains(r.Args[a.name], token) })
	})
	if len(r.apart) == 0 {
		return
	}
	var fit []argument
	for _, a := range r.c.args {
		if a.takesPeople() && !a.hidden && !r.knows(t, a) {
			fit = append(fit, a)
		}
	}
	if len(fit) == 0 {
		return
	}
	slices.SortStableFunc(fit, func(a, b argument) int { return cmp.Compare(r.rank(a), r.rank(b)) })
	first := r.rank(fit[0])
	r.put(fit[0])
	helping := fit[0].kind != personArgument || len(r.apart) == 1
	for _, a := range fit[1:] {
		switch {
		case first == emptyLabel && r.rank(a) == emptyLabel:
			r.put(a)
		case !helping && a.kind == peopleArgument && a.offer:
			helping = true
			r.put(a)
		}
	}
}

// knows reports whether an argument has its people already.
func (r *reading) knows(t *Turn, a argument) bool {
	raw := r.Args[a.name]
	switch {
	case raw == "" || a.people:
		return false
	case a.kind == peopleArgument:
		return true
	}
	everyone, err := t.Book.Everyone()
	if err != nil {
		return false // whoever reads the argument meets the error
	}
	_, gap := meeting.FindPerson(a.name, raw, t.Who, everyone)
	return gap == nil
}

// The order in which arguments are filled.
const (
	mustHave = iota
	emptyLabel
	lookedFor
	listed
	offered
	others
)

func (r *reading) rank(a argument) int {
	switch {
	case a.required && !a.people:
		return mustHave
	case r.label(a) != "":
		return emptyLabel
	case a.find:
		return lookedFor
	case a.people:
		return listed
	case a.offer:
		return offered
	}
	return others
}

// label is the name of an argument as it stands in the line without a value: 主持.
func (r *reading) label(a argument) string {
	for _, label := range append([]string{a.name}, a.aliases...) {
		before, behind, found := strings.Cut(r.text, label)
		behind = strings.TrimLeft(behind, " :：")
		ends := behind == "" || strings.ContainsRune("，,；;。\n", []rune(behind)[0]) || slices.ContainsFunc(r.c.args, func(o argument) bool {
			return o.name != a.name && strings.HasPrefix(behind, o.name)
		})
		if found && ends && strings.ContainsRune(" ，,；;\n", []rune(" " + before)[len([]rune(before))]) {
			return label
		}
	}
	return ""
}

// put gives the people to an argument. What stood there and is nobody, as 研发部 or
// 大家, belongs to the words.
func (r *reading) put(a argument) {
	was, rest := r.Args[a.name], r.c.restName()
	switch {
	case a.people:
		r.Args[a.name] = strings.TrimSpace(was + " " + strings.Join(r.apart, " "))
		return
	case was != "" && rest != "" && rest != a.name:
		r.Args[rest] = was + r.Args[rest]
	}
	if label := r.label(a); label != "" && rest != "" {
		r.Args[rest] = strings.Trim(strings.Replace(r.Args[rest], label, "", 1), " :：，,")
	}
	r.Args[a.name] = lines(r.apart)
}

// takesPeople reports whether people are what an argument is for.
func (a argument) takesPeople() bool {
	return a.kind == personArgument || a.kind == peopleArgument || a.people
}

// placesFor finds the labels of arguments that are for people, with the names that
// stand behind them: 主持:周敏, 参会：许哲、陈立. It is nil if there are none.
func placesFor(commands []Command) *regexp.Regexp {
	labels := map[string]bool{}
	for _, c := range commands {
		for _, a := range c.args {
			for _, label := range append([]string{a.name}, a.aliases...) {
				labels[regexp.QuoteMeta(label)] = labels[regexp.QuoteMeta(label)] || a.takesPeople() && !a.hidden
			}
		}
	}
	maps.DeleteFunc(labels, func(_ string, people bool) bool { return !people })
	if len(labels) == 0 {
		return nil
	}
	const name = `\p{Han}{2,4}`
	return regexp.MustCompile(`((?:` + strings.Join(slices.Sorted(maps.Keys(labels)), "|") + `)[:：]\s*)(` + name + `(?:[、，,]\s*` + name + `)*)(?:[\s。；;]|$)`)
}

// addressing is a text in which each name in a place for people stands behind an @.
func (e *Engine) addressing(text string) string {
	if e.places == nil {
		return text
	}
	return e.places.ReplaceAllStringFunc(text, func(found string) string {
		m := e.places.FindStringSubmatch(found)
		names := strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune("、，, ", r) })
		return m[1] + "@" + strings.Join(names, "、@") + found[len(m[1])+len(m[2]):]
	})
}
