package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"huiban/bot/workday"
)

// compare waits for what people see, moment by moment, and compares it.
func compare(tales []*tale, shows []shown) {
	for len(shows) > 0 {
		at := shows[0].at
		n := slices.IndexFunc(shows, func(o shown) bool { return !o.at.Equal(at) })
		if n < 0 {
			n = len(shows)
		}
		news := slices.ContainsFunc(shows[:n], func(o shown) bool { return o.sign == "←" })
		for _, s := range tales {
			if !at.IsZero() && news {
				s.reach(at.Add(s.manners.lag(at)))
			}
		}
		for _, s := range tales {
			if !s.blind {
				s.look(shows[:n])
			}
		}
		for _, s := range tales {
			s.settled()
			if !s.blind {
				s.changed(shows[:n])
			}
		}
		shows = shows[n:]
	}
	for _, s := range tales {
		s.settled()
		s.reach(s.time)
		s.paid()
	}
}

// look compares what is seen at one moment, or at once.
func (s *tale) look(shows []shown) {
	s.Helper()
	news := map[string][]shown{}
	var places []string
	for _, show := range shows {
		switch show.sign {
		case "←":
			if news[show.place] == nil {
				places = append(places, show.place)
			}
			news[show.place] = append(news[show.place], show)
			s.told[show.place] = []shown{show}
		case "~":
			s.told[show.place] = append(s.told[show.place], show)
		}
	}
	for _, place := range places {
		want := news[place]
		var got []sight
		s.until(fmt.Sprintf("%s:%d: %d messages for %s", s.name, want[0].line, len(want), place), func() bool {
			got = s.messages(place)
			return len(got) >= s.seen[place]+len(want)
		})
		got = got[s.seen[place]:][:len(want)]
		s.seen[place] += len(want)
		s.match(want, got, !want[0].at.IsZero())
	}
}

// replaced is what a card says when there is a newer one.
const replaced = "已更新，请看下面的新卡片。"

// changed compares the cards that are edited: one of the place looked so since.
func (s *tale) changed(shows []shown) {
	s.Helper()
	if s.manners.paced {
		s.owes(shows)
		return
	}
	for _, show := range shows {
		if show.sign != "~" || !show.at.IsZero() && s.manners.lag(show.at) > time.Minute && slices.Contains(show.text, replaced) {
			continue // the title of a card that was replaced may say how much time is left, and minutes have passed
		}
		if !s.edited(show) {
			s.Errorf("%s:%d: no card of %s was edited to\n%s", s.name, show.line, show.place, strings.Join(show.text, "\n"))
		}
	}
}

// A debt is a change that a platform makes some time after since: what changes in
// between goes out together.
type debt struct {
	shown

	since time.Time
}

// pace is how long after it a change that was put off is made at the latest.
const pace = 45 * time.Second

// owes notes what of the changes will be made: the last of each card, of a thrifty
// platform only of those that a group sees and that are not replaced meanwhile.
func (s *tale) owes(shows []shown) {
	for _, show := range shows {
		if show.sign != "~" || s.manners.thrifty && slices.Contains(s.people, show.place) {
			continue
		}
		if all := s.messages(show.place); slices.ContainsFunc(all, func(m sight) bool { return differences(show, m) == nil }) {
			continue // who tapped was answered with what all see
		}
		gone := s.manners.thrifty && slices.Contains(show.text, replaced)
		s.owed[show.place] = slices.DeleteFunc(s.owed[show.place], func(d debt) bool {
			return partsOf(d.shown)[0] == partsOf(show)[0] || gone && alike(d.shown, show)
		})
		if !gone {
			s.owed[show.place] = append(s.owed[show.place], debt{show, s.now()})
		}
	}
}

// counts are the numbers in a title, which change with its card.
var counts = regexp.MustCompile(`\d+`)

// partsOf are the parts of a title, the first of which tells one card from another.
func partsOf(o shown) []string {
	return strings.Split(counts.ReplaceAllString(o.read().pieces[0], ""), "：")
}

// alike reports whether two titles name one thing, whatever they say of it: a card
// that is replaced has the title of what replaced it.
func alike(a, b shown) bool {
	return slices.ContainsFunc(partsOf(a), func(part string) bool { return slices.Contains(partsOf(b), part) })
}

// due is when the first of the changes that are owed is due; zero if none is.
func (s *tale) due() time.Time {
	var first time.Time
	for _, debts := range s.owed {
		for _, d := range debts {
			if at := d.since.Add(pace); first.IsZero() || at.Before(first) {
				first = at
			}
		}
	}
	return first
}

// paid waits for the changes that are due by now.
func (s *tale) paid() {
	s.Helper()
	for place, debts := range s.owed {
		var left []debt
		for _, d := range debts {
			if s.now().Before(d.since.Add(pace)) {
				left = append(left, d)
				continue
			}
			what := fmt.Sprintf("%s:%d: a card of %s changes to\n%s", s.name, d.line, place, strings.Join(d.text, "\n"))
			s.until(what, func() bool { return s.edited(d.shown) })
		}
		s.owed[place] = left
	}
}

// edited looks for a card that was edited to what is shown, from the newest on.
func (s *tale) edited(show shown) bool {
	for _, m := range slices.Backward(s.messages(show.place)) {
		if m.edits() > 0 && differences(show, m) == nil {
			return true
		}
		before := m.before()
		if _, found := newest(before[min(1, len(before)):], func(face sight) bool { return differences(show, face) == nil }); found {
			return true
		}
	}
	return false
}

// messages are what the bot said somewhere, in order, without answers that are not
// in the script.
func (s *tale) messages(place string) []sight {
	var out []sight
	for _, m := range s.on.sights() {
		if m.at() == s.ids[place] && !s.aside[m.id()] {
			out = append(out, m)
		}
	}
	return out
}

// first is how a message looked when it came.
func first(m sight) sight {
	if before := m.before(); len(before) > 0 {
		return before[0]
	}
	return m
}

// match compares in order. Reminders of one moment may come in any order: Feishu
// spreads them over minutes.
func (s *tale) match(want []shown, got []sight, anyOrder bool) {
	s.Helper()
	for i, w := range want {
		if anyOrder {
			for j := i; j < len(got); j++ {
				if differences(w, first(got[j])) == nil {
					got[i], got[j] = got[j], got[i]
					break
				}
			}
		}
		if wrong := differences(w, first(got[i])); wrong != nil {
			s.Errorf("%s:%d: %s at %s: %s; the message is\n%s", s.name, w.line, w.place, s.now().In(workday.Zone).Format(time.TimeOnly), strings.Join(wrong, "; "), first(got[i]).text())
		}
	}
}

// ended checks that nothing was said twice and nothing more, and that the last
// card of everybody looks as it should.
func (s *tale) ended() {
	s.Helper()
	if len(s.owed) > 0 {
		s.reach(s.now().Add(pace))
		s.paid()
	}
	for place, faces := range s.told {
		s.until(fmt.Sprintf("%s: the last card of %s looks as in line %d", s.name, place, faces[len(faces)-1].line), func() bool {
			all := s.messages(place)
			return slices.ContainsFunc(faces, func(f shown) bool { return differences(f, all[len(all)-1]) == nil })
		})
	}
	s.stop()
	for name := range s.ids {
		if s.blind {
			break
		}
		if got := s.messages(name); len(got) != s.seen[name] {
			s.Errorf("%s: %d messages for %s, the script has %d; the last is\n%s", s.name, len(got), name, s.seen[name], got[len(got)-1].text())
		}
	}
	s.sound(false)
}

var (
	toned    = regexp.MustCompile(`^(.*) \((yellow|red|green|grey)\)$`)
	asked    = regexp.MustCompile(`^\{(.*?)\*?: [a-z]+.*\}$`)
	attached = regexp.MustCompile(`^<(.*)>$`)
	labels   = regexp.MustCompile(`^\[.*\]$`)
)

// A reading is what a shown says, as its pieces.
type reading struct {
	pieces  []string // title, fields, lines, labels of inputs
	buttons []string
	tone    string
	asks    bool // it has inputs
}

func (o shown) read() reading {
	var r reading
	for _, line := range o.text {
		switch {
		case labels.MatchString(line):
			r.buttons = strings.Split(strings.Trim(line, "[]"), "] [")
			continue
		case asked.MatchString(line):
			r.pieces = append(r.pieces, asked.FindStringSubmatch(line)[1])
			r.asks = true
			continue
		}
		if f := attached.FindStringSubmatch(line); f != nil {
			line = f[1]
		}
		for piece := range strings.SplitSeq(line, " | ") {
			if t := toned.FindStringSubmatch(piece); t != nil {
				piece, r.tone = t[1], t[2]
			}
			r.pieces = append(r.pieces, piece)
		}
	}
	return r
}

// offPeak is a time of day that Feishu's reminders may have instead of the full
// or the half hour.
var offPeak = regexp.MustCompile(`:([03])[0-4]\b`)

// essence is a text without what is shown differently: mentions, spaces, lines,
// the mark between a label and its value, minutes behind the half hour.
func essence(text string) string {
	text = offPeak.ReplaceAllString(text, ":${1}0")
	return strings.NewReplacer("@", "", " ", "", "\u00a0", "", "\u3000", "", "\n", "", "\t", "", "：", "", ":", "", "|", "", "/", "").Replace(text)
}

// alwaysSends is what stands on the button that sends the form of a card template.
const alwaysSends = "提交"

// differences says in what a message is not as it was shown.
func differences(want shown, got sight) []string {
	var out []string
	r := want.read()
	text := got.text()
	flat := essence(text)
	for _, p := range r.pieces {
		if !strings.Contains(flat, essence(p)) {
			out = append(out, fmt.Sprintf("there is no %q", p))
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	if !slices.ContainsFunc(r.pieces, func(p string) bool { return essence(p) == essence(first) }) {
		out = append(out, fmt.Sprintf("it begins with %q", first))
	}
	if !got.card() {
		return out
	}
	buttons := labelsOf(got)
	if r.asks { // what sends a form stands first, and may have a name that is always the same
		slices.Sort(buttons)
		slices.Sort(r.buttons)
		if i := slices.Index(buttons, alwaysSends); i >= 0 && !slices.Contains(r.buttons, alwaysSends) && len(buttons) == len(r.buttons) {
			buttons = slices.Delete(buttons, i, i+1)
			r.buttons = slices.DeleteFunc(r.buttons, func(label string) bool { return !slices.Contains(buttons, label) })
		}
	}
	if !slices.Equal(buttons, r.buttons) {
		out = append(out, fmt.Sprintf("the buttons are %q, not %q", buttons, r.buttons))
	}
	if r.tone != "" && got.tone() != "" && got.tone() != r.tone {
		out = append(out, "it is not "+r.tone)
	}
	return out
}
