package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A rule is one thing that the method asks: a rule (R12), a reminder (M8) or a
// transition of a state machine (草稿→已预通知).
type rule struct {
	id       string
	name     string
	finished bool
	missing  string // of an open one: what is still to be done
}

// readRules reads rules.tsv.
func readRules(in io.Reader) ([]rule, error) {
	var out []rule
	seen := map[string]bool{}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) < 3 || len(cells) > 4 || (cells[2] != "finished" && cells[2] != "open") {
			return nil, fmt.Errorf("line %d: want id, name, finished or open, and what is missing, parted by tabs", n)
		}
		r := rule{id: cells[0], name: cells[1], finished: cells[2] == "finished"}
		if len(cells) == 4 {
			r.missing = cells[3]
		}
		if seen[r.id] {
			return nil, fmt.Errorf("line %d: %s stands there twice", n, r.id)
		}
		seen[r.id] = true
		out = append(out, r)
	}
	return out, lines.Err()
}

// numbered finds R12, M8 and ranges of them: R33–R36, R37 to R39.
var numbered = regexp.MustCompile(`\b([RM])(\d{1,2})\b(?:\s?(?:–|-|to)\s?[RM](\d{1,2})\b)?`)

// numbers lists the rules that a text speaks of.
func numbers(text string) []string {
	var out []string
	for _, m := range numbered.FindAllStringSubmatch(text, -1) {
		first, last := number(m[2]), number(m[3])
		for n := first; n <= max(first, last); n++ {
			out = append(out, m[1]+strconv.Itoa(n))
		}
	}
	return out
}

// number reads what the expression has found to be digits, or nothing.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
