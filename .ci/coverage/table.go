package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// shown is how many tests or files of a rule are named before they are counted.
const shown = 3

type table struct {
	rules        []rule
	tests, homes found
}

// write prints the finished rules, then the open ones, then the holes, and
// returns the number of holes.
func (t table) write(out io.Writer) (int, error) {
	w := &lines{out: out}
	w.row("rule", "name", "tests", "in practice")
	for _, r := range t.rules {
		if r.finished {
			w.row(r.id, r.name, few(t.named(r.id)), few(t.homes[r.id]))
		}
	}
	w.line("")
	w.line("open:")
	open := 0
	for _, r := range t.rules {
		if !r.finished {
			open++
			w.row(r.id, r.name, few(t.named(r.id)), r.missing)
		}
	}
	holes := t.holes()
	w.line("")
	for _, h := range holes {
		w.line("hole: " + h)
	}
	w.line(fmt.Sprintf("%d finished, %d open, %d holes", len(t.rules)-open, open, len(holes)))
	return len(holes), w.err
}

// named lists the tests of a rule, those called after it first.
func (t table) named(id string) []string {
	after := func(label string) int {
		if slices.Contains(namedBy(label), id) {
			return 0
		}
		return 1
	}
	out := slices.Clone(t.tests[id])
	slices.SortStableFunc(out, func(a, b string) int { return after(a) - after(b) })
	return out
}

// holes are finished rules without a test, and tests of rules that are not
// listed: a slip of the pen there would hide a hole here.
func (t table) holes() []string {
	var out []string
	known := map[string]bool{}
	for _, r := range t.rules {
		known[r.id] = true
		if r.finished && len(t.tests[r.id]) == 0 {
			out = append(out, r.id+" "+r.name+": no test names it")
		}
	}
	var strays []string
	for id, labels := range t.tests {
		for _, label := range labels {
			if !known[id] && slices.Contains(namedBy(label), id) {
				strays = append(strays, label+": there is no "+id+" in "+listed)
			}
		}
	}
	slices.Sort(strays)
	return append(out, strays...)
}

// few names the first of a list and counts the rest.
func few(list []string) string {
	switch {
	case len(list) == 0:
		return "–"
	case len(list) > shown+1:
		return fmt.Sprintf("%s +%d", strings.Join(list[:shown], ", "), len(list)-shown)
	}
	return strings.Join(list, ", ")
}

// lines keeps the first error of writing.
type lines struct {
	out io.Writer
	err error
}

func (w *lines) line(s string) {
	if w.err == nil {
		_, w.err = fmt.Fprintln(w.out, strings.TrimRight(s, " "))
	}
}

// row writes cells in columns; the last two are as long as they are.
func (w *lines) row(id, name, tests, where string) {
	w.line(pad(id, 18) + " " + pad(name, 44) + " " + pad(tests, 60) + " " + where)
}

// pad fills a text up to n places; a Chinese character takes two.
func pad(s string, n int) string {
	for _, c := range s {
		n--
		if unicode.In(c, unicode.Han) || c >= '　' && c <= '〿' || c >= '！' && c <= '～' {
			n--
		}
	}
	return s + strings.Repeat(" ", max(n, 0))
}
