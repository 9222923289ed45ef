package main

import (
	"context"
	"slices"
	"strings"
	"time"
)

// A company is people on one stage whom huiban serves, by their names.
type company struct {
	*program

	on  stage
	ids map[string]string // of people and groups
}

// newCompany is a company of nobody yet.
func newCompany(p *program, on stage) *company {
	p.plays(on)
	return &company{program: p, on: on, ids: map[string]string{}}
}

// newProduct is a company of four with one group.
func newProduct(p *program, s stage) *company {
	c := newCompany(p, s)
	c.person("高远", "总经办", "")
	c.person("周敏", "产品部", "高远")
	c.person("陈立", "研发部", "高远")
	c.person("许哲", "研发部", "陈立")
	c.group("产品群", "高远", "周敏", "陈立", "许哲")
	c.at(on(c.TB, "2026-12-02 09:30"))
	return c
}

// person and group make the names known to the platform.
func (c *company) person(name, department, leader string) {
	c.ids[name] = c.on.person(human{name: name, department: department, leader: c.ids[leader]})
}

func (c *company) group(name string, members ...string) {
	var ids []string
	for _, m := range members {
		ids = append(ids, c.ids[m])
	}
	c.ids[name] = c.on.group(name, ids)
}

// say has somebody write in a group, or privately where chat is empty.
func (c *company) say(chat, who, text string) {
	c.Helper()
	if chat != "" {
		text = "@会办 " + text
	}
	ctx, cancel := context.WithTimeout(c.Context(), 30*time.Second)
	defer cancel()
	if err := c.on.say(ctx, c.ids[chat], c.ids[who], text); err != nil {
		c.Fatalf("%s said %s: %v\n%s", who, text, err, c.log)
	}
}

// find waits for the newest sight of a group, or of somebody, that fits.
func (c *company) find(what, place string, fits func(sight) bool) sight {
	c.Helper()
	var found sight
	c.until(place+" sees "+what, func() bool {
		m, is := newest(c.on.sights(), func(m sight) bool { return m.at() == c.ids[place] && fits(m) })
		found = m
		return is
	})
	return found
}

// sees waits until somebody, or a group, can read all the words in one message.
func (c *company) sees(place string, words ...string) sight {
	c.Helper()
	return c.find(strings.Join(words, " "), place, func(m sight) bool {
		text := m.text()
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	})
}

// tap has somebody press a button of the newest message there that has it.
func (c *company) tap(place, who, button string) tapped {
	c.Helper()
	m := c.find("a button "+button, place, func(m sight) bool { return labelOf(m, button) != "" })
	a, err := c.on.tap(c.Context(), m, c.ids[who], labelOf(m, button), nil)
	if err != nil {
		c.Fatalf("%s taps %s: %v\n%s\n%s", who, button, err, m.text(), c.log)
	}
	return a
}
