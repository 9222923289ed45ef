package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A tale is a transcript (the grammar is bottest.Transcripts') that people on a
// stage play with the program itself, and what the in-memory platform showed.
type tale struct {
	*company

	manners manners
	name    string
	steps   []taleStep
	people  []string // names, in the order of the script
	line    int      // of the script, while it is played
	time    time.Time
	seen    map[string]int // messages of a place that were compared
	told    map[string][]shown
	owed    map[string][]debt // what a paced platform has not changed yet, by place
	books   *sql.DB           // huiban's, to read

	aside map[string]bool // ids of answers to buttons that spoke for somebody, where the script has a toast

	prologue func() // what people do before the script begins, if anything
	blind    bool   // people wait for nothing and see no buttons: they type what the script has them do
}

// A taleStep is one line that somebody wrote, and what people see after it.
type taleStep struct {
	line  int
	text  string
	cast  []string // the indented lines of people
	shows []shown
}

// A shown is one thing that people see: at is when, zero if at once.
type shown struct {
	line        int
	at          time.Time
	place, sign string
	text        []string
}

// output is an indented line that begins something: who, what, how.
var output = regexp.MustCompile(`^\t(\S+) ([←~!…/×]) (.*)$`)

// newTale reads a transcript of bot/command, to be played by a company of nobody
// yet; how is how its platform is set up.
func newTale(c *company, name, how string) *tale {
	c.Helper()
	s := &tale{company: c, manners: c.on.manners(), name: name + " over " + how, seen: map[string]int{}, told: map[string][]shown{}, owed: map[string][]debt{}, aside: map[string]bool{}}
	s.slower = 20 // a minute of the script may take long to play
	s.migrate()
	books, err := sql.Open("sqlite3", "file:"+filepath.Join(s.folder, "huiban.db")+"?mode=ro")
	must(s.TB, err)
	s.Cleanup(func() { must(s.TB, books.Close()) })
	s.books = books
	s.read(name)
	return s
}

func (s *tale) read(name string) {
	s.Helper()
	folder := "../../bot/command/testdata/transcripts"
	if s.manners.narrow {
		folder += "/narrow"
	}
	text, err := os.ReadFile(filepath.Join(folder, name+".txt"))
	must(s.TB, err)
	var at time.Time
	for i, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		last := len(s.steps) - 1
		moment, isMoment := strings.CutPrefix(line, "\t@ ")
		said := output.FindStringSubmatch(line)
		switch {
		case last >= 0 && strings.HasPrefix(s.steps[last].text, "bot gone "): // where nobody can speak any more
			return
		case !strings.HasPrefix(line, "\t"):
			s.steps = append(s.steps, taleStep{line: i + 1, text: line})
			at = time.Time{}
		case s.steps[last].text == "people":
			s.steps[last].cast = append(s.steps[last].cast, line)
		case isMoment:
			at = on(s.TB, moment)
		case said != nil && !strings.HasPrefix(line, "\t\t"):
			s.steps[last].shows = append(s.steps[last].shows, shown{line: i + 1, at: at, place: said[1], sign: said[2], text: []string{said[3]}})
		default:
			shows := s.steps[last].shows
			shows[len(shows)-1].text = append(shows[len(shows)-1].text, strings.TrimPrefix(line, "\t\t"))
		}
	}
}

// play runs a script, the same for all of these, and compares. Each step and each
// moment waits for all of them together, so that several take the time of one.
func play(tales []*tale) {
	for i, step := range tales[0].steps {
		again := i+1 < len(tales[0].steps) && tales[0].steps[i+1].text == "again"
		compared := false
		for _, s := range tales {
			s.line = step.line
			heal := func() {}
			if again { // a delivery that comes once more, comes twice
				heal = s.on.twice()
			}
			compared = s.act(step)
			heal()
		}
		if compared {
			compare(tales, step.shows)
		}
	}
	for _, s := range tales {
		s.ended()
	}
}

// act does what a line says and reports whether there is anything to compare.
func (s *tale) act(step taleStep) bool {
	s.Helper()
	here, other := "full ", "narrow "
	if s.manners.narrow {
		here, other = other, here
	}
	text := strings.TrimPrefix(step.text, here)
	verb, rest, _ := strings.Cut(text, " ")
	who, tapped, taps := strings.Cut(text, " taps ")
	acts := map[string]func(string){"group": s.gather, "bot": s.bot, "opens": s.opens, "leaves": s.leaves}
	switch {
	case text == "", text == "again", strings.HasPrefix(text, "#"), strings.HasPrefix(text, other):
		return false
	case text == "people":
		s.cast(step.cast)
		s.serve()
		for _, name := range s.people { // the in-memory platform knows everybody, so huiban has met them
			s.delivered(s.on.happens(s.patiently(), isKnown, "", s.ids[name]))
		}
		if s.prologue != nil {
			s.prologue()
		}
		return false
	case verb == "now":
		s.time = on(s.TB, rest)
		s.at(s.time)
	case verb == "until":
		s.time = on(s.TB, rest)
	case verb == "later":
		s.time = s.time.Add(s.span(rest))
	case verb == "next" && len(step.shows) > 0: // otherwise nobody sees anything
		s.time = step.shows[0].at
	case verb == "next":
	case acts[verb] != nil:
		acts[verb](rest)
	case taps && s.blind && !s.hasButton(who, tapped):
		verb, place, _ := strings.Cut(tapped, " in ")
		s.speak(strings.TrimPrefix(place+" ", " ") + who + ": " + verb)
	case taps:
		s.taps(who, tapped, step.shows)
	default:
		s.speak(text)
	}
	return true
}

// settled waits until nothing is on its way to anybody and huiban knows which
// message each letter became: people take longer than that to answer.
func (s *tale) settled() {
	s.Helper()
	s.until(fmt.Sprintf("%s:%d: all letters are sent", s.name, s.line), func() bool {
		var n int
		must(s.TB, s.books.QueryRowContext(s.Context(), "SELECT COUNT(*) FROM outbox WHERE state = 0").Scan(&n))
		return n == 0
	})
}

// reach moves the clock to a moment of the script, never back, and stops where
// changes are due that would say otherwise how much time has passed.
func (s *tale) reach(moment time.Time) {
	s.Helper()
	for stop := s.due(); !stop.IsZero() && stop.Before(moment); stop = s.due() {
		if stop.After(s.now()) {
			s.at(stop)
		}
		s.paid()
	}
	if moment.After(s.now()) {
		s.at(moment)
	}
}

// span reads 2h, 30m, 3d.
func (s *tale) span(text string) time.Duration {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		must(s.TB, err)
		return time.Duration(n) * 24 * time.Hour
	}
	d, err := time.ParseDuration(text)
	must(s.TB, err)
	return d
}

// cast makes the people, who may be led by those who come later.
func (s *tale) cast(lines []string) {
	for _, line := range lines {
		name := strings.Fields(line)[0]
		s.people = append(s.people, name)
		s.ids[name] = s.on.person(human{name: name})
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		h := human{name: fields[0], id: s.ids[fields[0]]}
		for _, f := range fields[1:] {
			leader, isLeader := strings.CutPrefix(f, "leader=")
			switch {
			case isLeader:
				h.leader = s.ids[leader]
			case f == "admin":
				h.admin = true
			case h.department == "":
				h.department = f
			default:
				h.title = f
			}
		}
		s.on.person(h)
	}
}

func (s *tale) gather(text string) {
	name, names, _ := strings.Cut(text, ":")
	members := strings.FieldsFunc(names, func(r rune) bool { return strings.ContainsRune(",，、 ", r) })
	s.group(name, members...)
}

// delivered checks that what happened was taken.
func (s *tale) delivered(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("%s:%d: %v\n%s", s.name, s.line, err, s.log)
	}
}

// patiently is the time that an event may take before it is redelivered.
func (s *tale) patiently() context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), s.patient)
	s.Cleanup(cancel)
	return ctx
}

func (s *tale) bot(text string) {
	words := strings.Fields(text)
	who := s.people[0]
	if len(words) > 2 {
		who = words[2]
	}
	s.delivered(s.on.happens(s.patiently(), deed(words[0]), s.ids[words[1]], s.ids[who]))
}

func (s *tale) opens(who string) { s.delivered(s.on.happens(s.patiently(), opensChat, "", s.ids[who])) }

func (s *tale) leaves(who string) {
	s.delivered(s.on.happens(s.patiently(), leavesFirm, "", s.ids[who]))
}

// speak reads “[group] person[ replies]: what”.
func (s *tale) speak(text string) {
	s.Helper()
	head, said, found := strings.Cut(strings.Replace(text, "：", ":", 1), ":")
	fields := strings.Fields(head)
	replies := fields[len(fields)-1] == "replies"
	if replies {
		fields = fields[:len(fields)-1]
	}
	who := fields[len(fields)-1]
	if !found || len(fields) > 2 || s.ids[who] == "" {
		s.Fatalf("line %d: cannot play %q", s.line, text)
	}
	chat, place := "", who
	said = strings.ReplaceAll(strings.TrimPrefix(said, " "), `\n`, "\n")
	if len(fields) == 2 {
		chat, place, said = s.ids[fields[0]], fields[0], "@会办 "+said
	}
	if !replies {
		s.delivered(s.on.say(s.patiently(), chat, s.ids[who], said))
		return
	}
	card := s.lastCard(place, false, func(sight) bool { return true })
	s.delivered(s.on.reply(s.patiently(), card, s.ids[who], said))
}

// lastCard is the newest card of a place that fits, as it looks now or, if it is
// old, as it looked before.
func (s *tale) lastCard(place string, old bool, fits func(sight) bool) sight {
	s.Helper()
	for _, m := range slices.Backward(s.on.sights()) {
		if !m.card() || m.at() != s.ids[place] {
			continue
		}
		faces := []sight{m}
		if old {
			faces = m.before()
		}
		if face, found := newest(faces, fits); found {
			return face
		}
	}
	s.Fatalf("%s:%d: there is no such card\n%s", s.name, s.line, s.transcript())
	return nil
}

// taps reads “[old] button [in group] [input=value …]”.
func (s *tale) taps(who, text string, shows []shown) {
	s.Helper()
	text, old := strings.CutPrefix(text, "old ")
	verb, rest, _ := strings.Cut(text, " ")
	place := who
	if in, ok := strings.CutPrefix(rest, "in "); ok {
		place, rest, _ = strings.Cut(in, " ")
	}
	card := s.lastCard(place, old, func(m sight) bool { return labelOf(m, verb) != "" })
	a, err := s.on.tap(s.patiently(), card, s.ids[who], labelOf(card, verb), formOf(rest))
	if err != nil {
		s.Fatalf("%s:%d: %v\n%s\n%s", s.name, s.line, err, card.text(), s.log)
	}
	if a.spoken {
		s.answered(place, shows)
		return
	}
	want := ""
	for _, show := range shows {
		if show.sign == "!" {
			want = strings.Join(show.text, "\n")
		}
	}
	if !a.tells(want) {
		s.Errorf("%s:%d: who taps is told %q, not %q", s.name, s.line, a.says, want)
	}
}

// answered waits for what is said to who pressed a button that spoke for him, and
// puts it aside if the script has it not.
func (s *tale) answered(place string, shows []shown) {
	s.Helper()
	s.settled()
	news := s.messages(place)[s.seen[place]:]
	if len(news) == 0 {
		s.Errorf("%s:%d: nothing is said in %s", s.name, s.line, place)
	}
	for _, m := range news {
		scripted := func(o shown) bool { return o.sign == "←" && o.place == place && differences(o, first(m)) == nil }
		if !slices.ContainsFunc(shows, scripted) {
			s.aside[m.id()] = true
			return
		}
	}
}

// hasButton reports whether there is a button for what somebody taps.
func (s *tale) hasButton(who, tapped string) bool {
	verb, place, in := strings.Cut(tapped, " in ")
	if !in {
		place = who
	}
	_, found := newest(s.messages(place), func(m sight) bool { return labelOf(m, verb) != "" })
	return found
}

// filled is an input that was filled in: its name up to the =.
var filled = regexp.MustCompile(`(?:^| )([^\s=]+)=`)

// formOf is what is filled in, by what the inputs are called.
func formOf(text string) map[string]string {
	found := filled.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return nil
	}
	form := map[string]string{}
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		form[text[at[2]:at[3]]] = text[at[1]:end]
	}
	return form
}
